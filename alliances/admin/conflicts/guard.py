"""What stops a stale form: a page that was opened before somebody else saved does not overwrite their work.

Every form, list and confirmation of the desk records which versions of the facts it showed (`PageSnapshot`). Before
anything is stored they are compared with the stored versions. If they differ, nothing is stored; the editor sees who
changed what, and each field as it was opened, as it is now and as it was typed (`Merge`).

No row is locked: whoever stores something takes the turn to write (`serialize_writers`) before the versions are
compared, and keeps it until everything is stored or rolled back, so nothing can change in between. On PostgreSQL this
rests on READ COMMITTED, Django's default: each query after the turn sees what was stored before it. A dry run takes no
turn: what it shows is compared again when it is confirmed.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.admin.utils import flatten, unquote
from django.forms.models import _get_foreign_key
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

from alliances.admin.permissions import publishes
from alliances.history.changelog import PARENTS, fetch_or_last_version
from alliances.models.changeset import serialize_writers
from alliances.models.versioning import versions_of
from alliances.text import number

from .form_data import FormData, FormRow
from .merge import CHOICE, Merge, RowMerge
from .snapshot import PagePart, PageSnapshot, change_sets_between, current_versions, describe_changes

UNREADABLE = (
    "Nothing was stored: this page does not say when it was opened, so it might overwrite the work of others. What you "
    "typed is still here. Open the page again in another tab, and copy it there."
)
OVERTAKEN = (
    "Nothing was stored: somebody else saved since you opened this page. Nothing that you typed is lost: "
    "look at the comparison at the top of this page, choose, and save again."
)


@dataclass
class FormPage:
    """The page that answers a form: its fact (None if it adds one), where it is posted, and its context."""

    object_id: str | None
    form_url: str = ""
    context: dict = field(default_factory=dict)


def check_conflicts(model_admin, request, page):
    """Record in a form which versions it shows; refuse a posted one if others have changed what it showed.

    The refusal goes to `request.desk`, the merged form to `request.POST`, the rest to `page`. Returns a response only
    if there is no form to go on with; else None.
    """
    key = key_of(page.object_id)
    if key is None:
        return None
    guard = EditConflictGuard(model_admin, request, key)
    if request.method != "POST":
        # Taken before the rows are read, so that what somebody saves in between is noticed.
        page.context["seen"] = guard.snapshot()
        return None
    fact = model_admin.get_object(request, page.object_id)
    if not model_admin.has_change_permission(request, fact):
        return None
    if fact is None:
        return guard.answer_deleted(page)
    page.context |= guard.check(fact)
    return None


def key_of(object_id):
    """Return the key in an address of the desk; None if there is none, as on a page that adds a fact."""
    return number(unquote(object_id)) if object_id else None


class EditConflictGuard:
    """Compares what the page of one fact showed to an editor with what is stored now."""

    def __init__(self, model_admin, request, key):
        self.admin, self.request, self.key = model_admin, request, key
        self.model, self.label = model_admin.model, model_admin.opts.label_lower

    @cached_property
    def parts(self):
        """The parts of the page: the fact itself, then its inlines under the names that Django gives them."""
        fact = self.model(pk=self.key)
        parts = [
            PagePart(
                "",
                self.model._base_manager.filter(pk=self.key),
                lambda: self.admin.get_form(self.request, fact, change=True).base_fields,
            )
        ]
        times = defaultdict(int)
        for inline in self.admin.get_inline_instances(self.request):
            link = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            name = link.remote_field.get_accessor_name(model=inline.model)
            times[name] += 1
            shown = set(flatten(inline.get_fields(self.request)))
            parts.append(
                PagePart(
                    name if times[name] == 1 else f"{name}-{times[name]}",
                    inline.model._base_manager.filter(**{link.attname: self.key}),
                    lambda inline=inline: inline.get_formset(self.request, fact).form.base_fields,
                    read_only=shown <= set(inline.get_readonly_fields(self.request)),
                    link=link.name,
                )
            )
        return parts

    @property
    def editable_parts(self):
        """The parts in which an editor can type."""
        return [part for part in self.parts if not part.read_only]

    def snapshot(self):
        """Return which versions the page shows now."""
        return PageSnapshot(self.label, current_versions(self.editable_parts))

    def changes_since(self, text):
        """Return history entries of what others have written since the page was opened; `text` is its PageSnapshot.

        Empty if they wrote nothing; None if the text is not about this fact. From here on nobody else writes until the
        request is done.
        """
        serialize_writers()
        seen = PageSnapshot.read(text, self.label)
        if seen is None or seen.get("", {}).keys() != {self.key}:
            return None
        change_sets = change_sets_between(self.editable_parts, seen, current_versions(self.editable_parts))
        return describe_changes([self._fact_or_last_version()], change_sets) if change_sets else []

    def check(self, fact):
        """Refuse the posted form if others changed what it had shown; apply the choices made in it.

        Returns what the page says in its context.
        """
        seen = PageSnapshot.read(self.request.POST.get("seen", ""), self.label)
        if seen is None or seen.get("", {}).keys() != {fact.pk}:
            self.request.desk.refuse(UNREADABLE)
            return {"seen": ""}
        now = current_versions(self.editable_parts)
        context = {"seen": PageSnapshot(self.label, now)}
        overtaken = any(seen.get(part.name, {}) != now[part.name] for part in self.editable_parts)
        chosen = any(name.startswith(f"{CHOICE}:") for name in self.request.POST)
        if not overtaken and not chosen and not any(part.read_only for part in self.parts):
            return context  # Nearly always. Taking a form of thousands of fields apart is not cheap.
        merge = Merge(self._form_data(), self.editable_parts, seen)
        merge.apply_choices()
        for part in self.parts:
            if part.read_only:
                merge.refresh_rows(part, part.facts.order_by("pk").values_list("pk", flat=True))
        if overtaken:
            merge.take_over(now)
            merge.name_change_sets(self._fact_or_last_version(), now)
            self.request.desk.refuse(OVERTAKEN)
            context["merge"] = merge
        self.request.POST = merge.form.as_post()
        return context

    def answer_deleted(self, page):
        """Keep what was typed into the form of a fact that somebody deleted, in a form that adds it again.

        Whoever may not add such a fact sees a page with what was typed. Does nothing and returns None if there never
        was such a fact.
        """
        last = versions_of(self.model).objects.filter(id=self.key).order_by("-history_id").first()
        if last is None or last.history_type != "-":
            return None
        fact = self._fact_or_last_version()
        merge = self._merge_of_deleted(fact, last)
        page.context |= {"merge": merge, "gone": fact}
        if self.model in PARENTS and publishes(self.request):
            kind = self.admin.opts.model_name
            page.context["bring_back"] = reverse("admin:alliances_bring_back", args=[kind, self.key])
        if not self.admin.has_add_permission(self.request):
            title = f"Deleted meanwhile: {fact}"
            context = {**self.admin.admin_site.each_context(self.request), "title": title, "opts": self.admin.opts}
            return TemplateResponse(self.request, "admin/alliances/gone.html", {**context, **page.context})
        merge.add_again(last)
        self.request.POST = merge.form.as_post()
        self.request.desk.refuse(
            f"Nothing was stored: somebody deleted “{fact}” since you opened this page. What you typed stands in this "
            "form, which adds it again with its rows. Save only if it should exist again."
        )
        page.object_id = None
        page.form_url = reverse(f"admin:{self.admin.opts.app_label}_{self.admin.opts.model_name}_add")
        return None

    def _merge_of_deleted(self, fact, last):
        """Return a merge that shows what was typed since the deleted fact was shown, and who deleted it."""
        seen = PageSnapshot.read(self.request.POST.get("seen", ""), self.label)
        merge = Merge(self._form_data(), self.parts, seen or PageSnapshot("", {"": {self.key: last.history_id}}))
        merge.apply_choices()
        own = self.parts[0]
        shown = merge.versions_shown(own, [self.key]).get(self.key, last)
        fields = merge.compare(own, FormRow(merge.form.rest, True, self.key), shown, None)
        merge.rows.append(RowMerge(str(self.admin.opts.verbose_name), fact, "deleted by somebody else", fields))
        merge.put_in_words()
        merge.entries = describe_changes([fact], [last.change_set_id])
        return merge

    def _form_data(self):
        return FormData.parse(self.request.POST, [part.name for part in self.parts if part.name])

    def _fact_or_last_version(self):
        return fetch_or_last_version(self.model, {self.key})[self.key]
