"""What stops an action of a list: rows that changed since the list was opened."""

from django.contrib.admin import helpers
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, OuterRef, Subquery
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from alliances.history.changelog import fetch_or_last_version
from alliances.models.changeset import serialize_writers
from alliances.models.versioning import edits_of, versions_of
from alliances.text import number

from .snapshot import PagePart, PageSnapshot, change_sets_between, current_versions, describe_changes

UNREADABLE = "Nothing was done: this list does not say when it was opened. Load it anew, and choose again."
ROWS = "form"  # The part of a list: its rows.
OPENED = "mark"  # No part of a page: the latest version of any fact of the kind when the list was opened.
_NAMED = 5  # Facts that the message names.


class VersionedChangeList(ChangeList):
    """A list that says which versions its rows are, read in the same query."""

    def get_results(self, request):
        model = self.model_admin.model
        latest = edits_of(model).filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")[:1]
        self.latest_version = versions_of(model).objects.aggregate(latest=Max("history_id"))["latest"] or 0
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        self.result_list = self.queryset.filter(pk__in=keys).annotate(seen=Subquery(latest))

    @property
    def seen(self):
        """What this list shows, to be posted with an action."""
        rows = {row.pk: row.seen for row in self.result_list if row.seen}
        return PageSnapshot(self.opts.label_lower, {ROWS: rows, OPENED: {0: self.latest_version}})


def stale_rows_message(model_admin, request, queryset):
    """Return what to say where an action is about rows that are not what the list showed; "" where they are.

    One row that changed stops the whole action. From here on nobody else writes until the request is done.
    """
    serialize_writers()
    model = model_admin.model
    seen = PageSnapshot.read(request.POST.get("seen", ""), model_admin.opts.label_lower)
    if seen is None or 0 not in seen.get(OPENED, ()):
        return UNREADABLE
    shown, chosen = seen.get(ROWS, {}), set()
    if request.POST.get("select_across", "0") == "0":
        chosen = {number(key) for key in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)} - {None}
        queryset = model._base_manager.filter(pk__in=chosen)
    part = PagePart(ROWS, model._base_manager.filter(pk__in=queryset.order_by().values("pk")), dict)
    now = current_versions([part])[ROWS]
    # Of rows beyond the page shown, which "select all" takes in, the list knows only when it was opened.
    old = {key: shown.get(key, min(version, seen[OPENED][0])) for key, version in now.items()}
    old |= {key: shown[key] for key in chosen & shown.keys()}
    changed = sorted(key for key in old if old[key] != now.get(key))
    if not changed:
        return ""
    named = set(changed[:_NAMED])
    facts = [fact for _, fact in sorted(fetch_or_last_version(model, named).items())]
    before, after = ({ROWS: {key: each[key] for key in named if key in each}} for each in (old, now))
    context = {
        "facts": facts,
        "more": len(changed) - len(facts),
        "entries": describe_changes(facts, change_sets_between([part], before, after)),
    }
    return mark_safe(render_to_string("admin/alliances/includes/overtaken.html", context))  # noqa: S308
