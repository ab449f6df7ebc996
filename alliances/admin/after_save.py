"""What an editor does next when something was stored: see it as readers do, or take it back."""

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html

from alliances.models.changeset import PUBLISH, current_change_set


def say_what_next(request, fact=None):
    """Lead from what was just stored to its public page and to its undoing; say nothing where nothing was.

    A waiver has no public page.
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
