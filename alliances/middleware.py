"""What happens around every request."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect

from alliances.models.history import change_set
from alliances.models.sourced import Unsourced


def one_change_set(get_response):
    """Make everything that a request writes one change set, by the user who is logged in: all of it or nothing.

    What only reads opens no transaction: on SQLite it would wait for who writes.
    """

    def middleware(request):
        def author():
            return request.user if request.user.is_authenticated else None

        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return get_response(request)
        try:
            with change_set(author=author):
                response = get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                return response
        except Unsourced as error:
            # The forms of the desk say it beside the field; this is for every other way.
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())

    return middleware
