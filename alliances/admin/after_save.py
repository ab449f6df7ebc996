"""Links after saving: to the public page, and to undo the change."""

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html

from alliances.models.changeset import PUBLISH, current_change_set


def say_what_next(request, fact=None):
    """Add a message that links to the public page of what was just stored and to its undoing; none if nothing was.

    A waiver has no public page, so it gets only the second link.
    """
    made = current_change_set()
    if made is None or not request.user.has_perm(PUBLISH):
        return
    undo = reverse("admin:alliances_changeset_undo", args=[made.pk])
    if fact is None:
        said = format_html('Readers see it now. <a href="{}">Undo it…</a>', undo)
    elif hasattr(fact, "get_absolute_url"):
        page = fact.get_absolute_url()
        said = format_html(
            'Readers see it now: <a href="{}">the public page</a>. <a href="{}">Undo it…</a>', page, undo
        )
    else:
        said = format_html('<a href="{}">Undo it…</a>', undo)
    messages.info(request, said)
