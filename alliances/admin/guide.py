"""The editor's guide: a page of the desk, for everybody who may enter it."""

from django.contrib import admin
from django.template.response import TemplateResponse

from alliances import typed_dates
from alliances.models import Membership

# Dates of our own facts, as they are typed; the guide says of each what it means, in the words of the forms.
TYPED = (
    ("1952-02-18", "Greece joined NATO"),
    ("1999-04", "Uzbekistan left the Collective Security Treaty"),
    ("1991", "only the year is stated"),
    ("by 1990", "a list of 1990 has it; no source says since when. Kept as [..1990]"),
    ("between 1985 and 1989", "the list of 1989 has it, that of 1985 had not. Kept as [1985..1989]"),
    ("1985 or later", "it was not yet in 1984. Kept as [1985..]; after 1985 and before 1990 are understood, too"),
    ("XXXX", "it has happened, and no source says when"),
)


def guide(request):
    """Show how dates, statuses, sources and drafts work here; `admin_view` lets in who may enter the desk."""
    context = {
        **admin.site.each_context(request),
        "title": "How this desk works",
        "typed": [(text, typed_dates.meaning(text), example) for text, example in TYPED],
        "binding": [status.label for status in Membership.Status if status.binds],
        "loose": [status.label for status in Membership.Status if not status.binds],
    }
    return TemplateResponse(request, "admin/alliances/guide.html", context)
