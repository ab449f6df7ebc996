"""What happens around every request."""

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import BadRequest
from django.db import OperationalError, transaction
from django.http import HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.utils.html import format_html, format_html_join

from alliances.models.changeset import OpenChangeSet, opened
from alliances.models.sourcing import Unsourced
from alliances.public.database_errors import waited
from alliances.public.errors import busy, too_large, too_many_rows
from alliances.text import number


def take_back_messages(request):
    """Drop the messages of this request: they report a success that was rolled back."""
    request._messages = default_storage(request)


def links_to(facts):
    """Return links to the forms of the first three facts, if they exist: new ones were not stored."""
    there = [fact for fact in facts[:3] if type(fact).objects.filter(pk=fact.pk).exists()]
    return format_html_join("; ", '<a href="{}">{}</a>', ((fact.get_admin_url(), fact) for fact in there))


# The largest spreadsheet is 10 MB (editing/spreadsheets); the largest form of a reader, a suggestion, 12 kB.
MOST_BYTES_OF_STAFF, MOST_BYTES = 11_000_000, 100_000


def limit_bodies(get_response):
    """Refuse what is too large to be meant, by what the request says of itself and before any of it is read.

    Django would write all of it to the disk before it looks for the token. nginx has a limit of its own
    (orgsite/deploy/); this one also knows who asks. What does not say how long it is, is refused too: no browser
    sends a form so.
    """

    def middleware(request):
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return too_large(request, 411, None)
        told = request.META.get("CONTENT_LENGTH") or "0"
        if not (told.isascii() and told.isdecimal()):
            raise BadRequest("The length of the request is no number.")  # Django would fail as it reads it.
        length = int(told[:18])
        if length > MOST_BYTES:
            most = MOST_BYTES_OF_STAFF if request.user.is_staff else MOST_BYTES
            if length > most:
                return too_large(request, 413, most)
        return get_response(request)

    return middleware


# The form of the United Nations has 250 rows.
MOST_ROWS = 1_000


def rows_claimed(post):
    """Return how many rows a posted form says that it has, in all its groups together.

    Django makes a form for each, whether anything was sent for it or not.
    """
    return sum(number(value) or 0 for name, value in post.items() if name.endswith("-TOTAL_FORMS"))


def one_change_set(get_response):
    """Make everything that a request writes on the desk one change set by who is logged in: all of it or nothing.

    It begins when the request has been read and its token judged, just before its view, and only for people of the
    desk: on SQLite nobody else writes while its transaction is open, and a stranger must not be able to open one. What
    readers and log-in write (a suggestion, a session) is no fact and needs none. A request that only reads opens none
    either. The turn to write is taken where writing begins (`serialize_writers`). Whoever waited for too long gets
    503.html, and may send the same again.
    """

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_staff:
            return None
        if rows_claimed(request.POST) > MOST_ROWS:
            return too_many_rows(request, MOST_ROWS)
        try:
            with opened(OpenChangeSet(lambda: request.user)):
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()  # If that fails, nothing is stored either.
                if response.status_code >= 400:  # The response says that it was refused, or that it failed.
                    transaction.set_rollback(True)
                return response
        except Unsourced as error:
            # The forms of the desk say it beside the field; this is for every other way.
            take_back_messages(request)
            messages.error(request, format_html("{} {}", error.message, links_to(error.facts)))
            return HttpResponseRedirect(request.get_full_path())
        except OperationalError as error:
            if waited(error):
                return busy(request)
            raise

    def process_exception(request, exception):
        """Answer with 503.html also where a view waited, as a preview may in a request that only reads."""
        return busy(request) if waited(exception) else None

    middleware.process_view, middleware.process_exception = process_view, process_exception
    return middleware
