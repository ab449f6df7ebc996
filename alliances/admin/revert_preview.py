"""Whatever is taken back is shown first, by a dry run, and then done as it was shown.

The form carries a digest of what its editor saw; where it would do something else by now, it is shown anew.
"""

from collections import Counter

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from alliances.history.dry_run import apply_if_unchanged, digest, dry_run
from alliances.history.obstacles import RevertBlocked
from alliances.history.undo import MOST, canonical
from alliances.models import Waiver
from alliances.models.changeset import current_change_set

from .permissions import editors_only
from .posted_text import posted_text

_SAY_WHY = "Nothing was stored: say why. Readers see the reason in the history."
_CHANGED = (
    "Nothing was stored: what it would do has changed since this page was shown to you, because somebody wrote to "
    "these facts. Read what it would do now, and confirm that."
)


def preview_view(request, site, work, *, above, back, back_to, **context):
    """Show what `work(reason)` would write or what prevents it; do it when it was confirmed as it was shown.

    `above` are the steps that lead to the page `back`, which is called `back_to`.
    """
    editors_only(request)
    reason, refused = "", ""
    if request.method == "POST":
        reason = posted_text(request.POST, "change_reason")
        refused = "" if reason else _SAY_WHY
    if reason:
        try:
            _, kept = apply_if_unchanged(lambda: (None, canonical(work(reason))), request.POST.get("seen"))
        except RevertBlocked:
            kept = False
        if kept:
            made = current_change_set()
            undo_url = reverse("admin:alliances_changeset_undo", args=[made.pk])
            said = format_html('Done, as it was shown. <a href="{}">Undo it…</a>', undo_url)
            messages.success(request, said)
            return redirect("admin:alliances_changeset_change", made.pk)
        refused = _CHANGED
    writes, entry, obstacles = [], None, []
    try:
        writes, entry = dry_run(lambda: work(""), many=MOST)
    except RevertBlocked as error:
        obstacles = error.messages
    waivers = Counter(write.sign for write in writes if write.model is Waiver)
    context |= {
        **site.each_context(request),
        "above": [*above, (back_to, back)],
        "back": back,
        "back_to": back_to,
        "entry": entry,
        "obstacles": obstacles,
        "waivers_come": waivers["+"],
        "waivers_go": waivers["-"],
        "seen": digest(canonical(writes)),
        "reason": reason,
        "refused": refused,
    }
    return TemplateResponse(request, "admin/alliances/revert_preview.html", context)
