"""No silent overwrite: what was opened before somebody else saved is not stored over it.

Every form, list and question of the desk carries which versions of the facts it showed (`Seen`). Before anything is
stored they are compared with the versions that are there now. Where they differ nothing is stored; the editor sees
who changed what, and each field as it was opened, as it is now and as it was typed (`Merge`).
"""

from collections import defaultdict

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import flatten, unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, Subquery
from django.forms.models import _get_foreign_key
from django.http import HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from alliances.admin.permissions import publishes
from alliances.admin.posted_text import posted_text
from alliances.history.changelog import PARENTS, fetch_or_last_version
from alliances.models.changeset import annotate, serialize_writers
from alliances.models.versioning import Recorded, edits_of, versions_of
from alliances.text import number

from .form_data import FormData, FormRow
from .merge import CHOICE, Merge, RowMerge, renew
from .snapshot import PagePart, PageSnapshot, describe_changes, since, versions

UNREADABLE = (
    "Nothing was stored: this page does not say when it was opened, so nobody can tell whether it would undo the work "
    "of others. What you typed is still here. Open the page anew in another tab, and copy it there."
)
OVERTAKEN = (
    "Nothing was stored: somebody else saved since you opened this page. Nothing that you typed is lost: "
    "look at the comparison at the top of this page, choose, and save again."
)
UNREADABLE_LIST = "Nothing was done: this list does not say when it was opened. Load it anew, and choose again."
MARK = "mark"  # Not a part of a page: the latest version of any fact of the kind when a list was opened.


class ListFormSet(forms.BaseModelFormSet):
    """The rows of a list that can be edited in it; to change what is stored needs a reason here too."""

    refused = ""

    def _construct_form(self, i, **kwargs):
        # A row that nobody touched is not judged again, as in the rows of a page.
        return super()._construct_form(i, empty_permitted=True, **kwargs)

    def add_fields(self, form, index):
        """Name each field to a screen reader, with the fact that it belongs to."""
        super().add_fields(form, index)
        for name, each in form.fields.items():
            if name != self._pk_field.name and form.instance.pk:
                label = each.label or form.instance._meta.get_field(name).verbose_name
                each.widget.attrs.setdefault("aria-label", f"{label} of {form.instance}")

    def clean(self):
        super().clean()
        if self.refused:
            raise ValidationError(self.refused)
        if any(form.has_changed() for form in self.forms) and not posted_text(self.data, "change_reason"):
            raise ValidationError("Say why, in “Reason for the change” below the list: what was stored changes.")


class SeenList(ChangeList):
    """A list that says which versions its rows are, read in one go with them."""

    def get_results(self, request):
        model = self.model_admin.model
        latest = edits_of(model).filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")[:1]
        self.mark = versions_of(model).objects.aggregate(latest=Max("history_id"))["latest"] or 0
        super().get_results(request)
        edited = _list_was_edited(request) and self.model_admin.list_editable
        # The rows that were sent, in their order: Django sets its forms beside the rows by nothing else.
        keys = _sent_keys(request) if edited else list(self.result_list.values_list("pk", flat=True))
        rows = self.root_queryset if edited else self.queryset
        self.result_list = rows.filter(pk__in=keys).annotate(seen=Subquery(latest))
        if edited:
            rows = {row.pk: row for row in self.result_list}
            self.result_list = [rows[key] for key in keys if key in rows]

    @property
    def seen(self):
        """What this list shows, to be sent along."""
        rows = {row.pk: row.seen for row in self.result_list if row.seen}
        return PageSnapshot(self.opts.label_lower, {"form": rows, MARK: {0: self.mark}})


def _list_was_edited(request):
    return request.method == "POST" and "_save" in request.POST


def _sent_keys(request):
    rows = FormData(request.POST, ["form"]).rows.get("form", [])
    return list(dict.fromkeys(row.key for row in rows if row.key is not None))


class EditConflictGuard:
    """Forms, lists and questions of the desk that store nothing over what somebody else saved meanwhile."""

    def parts(self, request, key):
        """Return the parts of the page of a fact: itself, then its inlines under the names that Django gives them."""
        obj = self.model(pk=key)
        found = [
            PagePart("", self._facts(self.model, pk=key), lambda: self.get_form(request, obj, change=True).base_fields)
        ]
        names = defaultdict(int)
        for inline in self.get_inline_instances(request):
            link = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            name = link.remote_field.get_accessor_name(model=inline.model)
            names[name] += 1
            if issubclass(inline.model, Recorded):
                shown = set(flatten(inline.get_fields(request)))
                found.append(
                    PagePart(
                        name if names[name] == 1 else f"{name}-{names[name]}",
                        self._facts(inline.model, **{link.attname: key}),
                        lambda inline=inline: inline.get_formset(request, obj).form.base_fields,
                        quiet=shown <= set(inline.get_readonly_fields(request)),
                        link=link.name,
                    )
                )
        return found

    @staticmethod
    def _facts(model, **condition):
        return model._base_manager.filter(**condition)

    def seen_now(self, request, key):
        """Return which versions the page of a fact shows now."""
        return PageSnapshot(
            self.opts.label_lower, versions([each for each in self.parts(request, key) if not each.quiet])
        )

    def since_opened(self, request, key, text):
        """Tell what others wrote to the page of a fact since it was opened as `text` says; None: that says nothing.

        From here on nobody else writes to it until the request is done.
        """
        parts = [each for each in self.parts(request, key) if not each.quiet]
        seen = PageSnapshot.read(text, self.opts.label_lower)
        serialize_writers()
        now = versions(parts)
        if seen is None or seen.get("", {}).keys() != {key}:
            return None
        found = since(parts, seen, now)
        return describe_changes([fetch_or_last_version(self.model, {key})[key]], found) if found else []

    def _key(self, object_id):
        """Return the key in an address of the desk; None where there is nothing to guard."""
        return number(unquote(object_id)) if object_id and issubclass(self.model, Recorded) else None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        key = self._key(object_id)
        extra = {**(extra_context or {})}
        if key is None:
            return super().changeform_view(request, object_id, form_url, extra)
        if request.method != "POST":
            # Asked before the rows are read: what somebody saves in between is found, not missed.
            extra["seen"] = self.seen_now(request, key)
            return super().changeform_view(request, object_id, form_url, extra)
        parts = self.parts(request, key)
        fact = self.get_object(request, object_id)
        if not self.has_change_permission(request, fact):
            return super().changeform_view(request, object_id, form_url, extra)
        if fact is None:
            return self._gone(request, key, parts, extra) or super().changeform_view(
                request, object_id, form_url, extra
            )
        extra |= self._check(request, fact, parts)
        return super().changeform_view(request, object_id, form_url, extra)

    def _check(self, request, fact, parts):
        """Let the form be stored, or refuse it, with what the page is to say; the choices made in it are done."""
        seen = PageSnapshot.read(request.POST.get("seen", ""), self.opts.label_lower)
        if seen is None or seen.get("", {}).keys() != {fact.pk}:
            request.refused = UNREADABLE
            return {"seen": ""}
        guarded = [each for each in parts if not each.quiet]
        now = versions(guarded)
        extra = {"seen": PageSnapshot(self.opts.label_lower, now)}
        overtaken = any(seen.get(part.name, {}) != now[part.name] for part in guarded)
        chosen = any(name.startswith(f"{CHOICE}:") for name in request.POST)
        if not overtaken and not chosen and guarded == parts:
            return extra  # Nearly always: a form of thousands of fields is not taken apart for nothing.
        merge = Merge(FormData(request.POST, [each.name for each in parts if each.name]), guarded, seen)
        merge.choose()
        for part in parts:
            if part.quiet:
                merge.follow(part, part.facts.order_by("pk").values_list("pk", flat=True))
        if overtaken:
            merge.bring_together(now)
            merge.tell([fetch_or_last_version(self.model, {fact.pk})[fact.pk]], now)
            # What was said before (its draft was decided meanwhile) stays said.
            request.refused = " ".join(filter(None, [getattr(request, "refused", ""), OVERTAKEN]))
            extra["stale"] = merge
        request.POST = merge.typed.data()
        return extra

    def _gone(self, request, key, parts, extra):
        """Answer a form of a fact that somebody deleted: with all that was typed, in a form that adds it anew.

        None: there never was such a fact.
        """
        rows = versions_of(self.model).objects.filter(id=key).order_by("-history_id")
        last = rows.first()
        if last is None or last.history_type != "-":
            return None
        seen = PageSnapshot.read(request.POST.get("seen", ""), self.opts.label_lower) or PageSnapshot(
            "", {"": {key: last.history_id}}
        )
        merge = Merge(FormData(request.POST, [each.name for each in parts if each.name]), parts, seen)
        merge.choose()
        fact = fetch_or_last_version(self.model, {key})[key]
        shown = merge._versions(parts[0], [key]).get(key, last)
        fields = merge.compare(parts[0], FormRow(merge.typed.rest, True, key), shown, None)
        merge.rows.append(RowMerge(str(self.opts.verbose_name), fact, "deleted by somebody else", fields))
        merge.say()
        merge.entries = describe_changes([fact], [last.change_set_id])
        extra |= {"stale": merge, "gone": fact}
        if self.model in PARENTS and publishes(request):
            extra["bring_back"] = reverse("admin:alliances_bring_back", args=[self.opts.model_name, key])
        if not self.has_add_permission(request):
            return self._gone_page(request, fact, extra)
        anew = FormRow(merge.typed.rest, True, key)
        renew(anew, last)
        for part in parts:
            if part.name in merge.typed.rows:
                bases = merge._versions(part, [row.key for row in merge.typed.rows[part.name] if row.key])
                kept = [row for row in merge.typed.rows[part.name] if "DELETE" not in row.values and not part.quiet]
                for row in kept:
                    row.values.pop(part.link, None)
                    if row.stored:
                        renew(row, bases.get(row.key))
                merge.typed.rows[part.name] = kept
        request.POST = merge.typed.data()
        request.refused = (
            f"Nothing was stored: somebody deleted “{fact}” since you opened this page. What you typed stands in this "
            "form, which adds it anew with its rows. Save only if it should be there again."
        )
        add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return super().changeform_view(request, None, add, extra)

    def _gone_page(self, request, fact, extra):
        context = {**self.admin_site.each_context(request), "title": f"Deleted meanwhile: {fact}", "opts": self.opts}
        return TemplateResponse(request, "admin/alliances/gone.html", {**context, **extra})

    def delete_view(self, request, object_id, extra_context=None):
        """Delete nothing that changed since the question was asked; show what changed, and ask again."""
        key = self._key(object_id)
        extra = {**(extra_context or {})}
        if key is None:
            return super().delete_view(request, object_id, extra)
        sent = extra.setdefault("typed", request.POST)
        if request.method == "POST" and self.has_delete_permission(request) and self.get_object(request, object_id):
            entries = self.since_opened(request, key, sent.get("seen", ""))
            if entries is None or entries:
                request.POST = QueryDict()
                extra["stale_entries"] = entries
                extra["unreadable"] = entries is None
        extra["seen"] = self.seen_now(request, key)
        return super().delete_view(request, object_id, extra)

    def get_changelist(self, request, **kwargs):
        return SeenList if issubclass(self.model, Recorded) else super().get_changelist(request, **kwargs)

    def get_changelist_formset(self, request, **kwargs):
        formset = super().get_changelist_formset(request, formset=ListFormSet, **kwargs)
        formset.refused = getattr(request, "refused", "")
        return formset

    def changelist_view(self, request, extra_context=None):
        """Store what was edited in the list where nobody else changed those rows since it was opened."""
        extra = {**(extra_context or {})}
        if not (_list_was_edited(request) and self.list_editable and issubclass(self.model, Recorded)):
            return super().changelist_view(request, extra)
        if self.has_change_permission(request):
            annotate(reason=posted_text(request.POST, "change_reason"))
            extra |= self._check_list(request)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra)
        except IntegrityError:
            request.refused = (
                "The database refused this, and nothing was stored: two of these facts cannot stand together."
            )
        return super().changelist_view(request, extra)

    def _check_list(self, request):
        """Let the edits of a list be stored, or refuse them; rows that were not touched follow what is stored."""
        seen = PageSnapshot.read(request.POST.get("seen", ""), self.opts.label_lower)
        shown = (seen or {}).get("form", {})
        if seen is None or not shown.keys() >= set(_sent_keys(request)):
            request.refused = UNREADABLE_LIST
            return {"seen": ""}
        facts = self._facts(self.model, pk__in=list(shown))
        part = PagePart("form", facts, lambda: self.get_changelist_formset(request).form.base_fields)
        serialize_writers()
        merge = Merge(FormData(request.POST, ["form"]), [part], seen)
        merge.choose()
        now = versions([part])
        extra = {"seen": PageSnapshot(self.opts.label_lower, {**now, MARK: seen.get(MARK, {})})}
        if now["form"] != shown:
            merge.bring_together(now)
            merge.rows = [row for row in merge.rows if row.mine]
            if merge.rows:
                merge.tell([row.fact for row in merge.rows], now)
                request.refused = OVERTAKEN
                extra["stale"] = merge
        request.POST = merge.typed.data()
        return extra

    def response_action(self, request, queryset):
        """Do nothing with rows that somebody changed since the list was opened, nor with the rest of them.

        An action that only reads (`only_reads`, an export) may read what they are now.
        """
        actions = self.get_actions(request)
        chosen = [actions[name][0] for name in request.POST.getlist("action") if name in actions]
        reads = bool(chosen) and all(getattr(action, "only_reads", False) for action in chosen)
        if not reads and issubclass(self.model, Recorded) and (problem := self._acts_on_stale(request, queryset)):
            self.message_user(request, problem, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def _acts_on_stale(self, request, queryset):
        """Return what to say where an action is about rows that are not what the list showed; else nothing."""
        seen = PageSnapshot.read(request.POST.get("seen", ""), self.opts.label_lower)
        if seen is None or 0 not in seen.get(MARK, ()):
            return UNREADABLE_LIST
        shown, chosen = seen.get("form", {}), set()
        if request.POST.get("select_across", "0") == "0":
            chosen = {number(key) for key in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)} - {None}
            queryset = self._facts(self.model, pk__in=chosen)
        part = PagePart("form", self._facts(self.model, pk__in=queryset.order_by().values("pk")), dict)
        serialize_writers()
        now = versions([part])["form"]
        # Of rows beyond the page shown, which "select all" takes in, the list knows only when it was opened.
        old = {key: shown.get(key, min(version, seen[MARK][0])) for key, version in now.items()}
        old |= {key: shown[key] for key in chosen & shown.keys()}
        changed = sorted(key for key in old if old[key] != now.get(key))
        if not changed:
            return ""
        facts = [fact for _, fact in sorted(fetch_or_last_version(self.model, set(changed[:5])).items())]
        entries = describe_changes(
            facts,
            since(
                [part],
                {"form": {key: old[key] for key in changed[:5]}},
                {"form": {key: now[key] for key in changed[:5] if key in now}},
            ),
        )
        context = {"facts": facts, "more": len(changed) - len(facts), "entries": entries}
        return mark_safe(render_to_string("admin/alliances/includes/overtaken.html", context))  # noqa: S308
