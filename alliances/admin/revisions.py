"""Versions on the desk: compare two, restore one, undo a change set, bring back what was deleted.

Whatever is put back is shown first, by a rehearsal, and then done as it was shown: the form carries a fingerprint of
what its editor saw, and is shown anew where it would do something else by now.
"""

from collections import Counter

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst

from alliances.history.changelog import PARENTS, History
from alliances.history.deleted import deleted_facts
from alliances.history.dry_run import apply_if_unchanged, digest, dry_run, entry_of
from alliances.history.obstacles import RevertBlocked
from alliances.history.revisions import Versions
from alliances.history.row_change import attach_all_related, name_of
from alliances.history.undo import MOST, bring_back, canonical, restore, undo
from alliances.models import ChangeSet, Waiver
from alliances.models.changeset import current_change_set
from alliances.models.versioning import versions_of
from alliances.text import number, shorten

from .after_save import say_what_next
from .permissions import editors_only, publishes
from .posted_text import posted_text
from .readonly import ReadOnlyAdmin

_SAY_WHY = "Nothing was stored: say why. Readers see the reason in the history."
_CHANGED = (
    "Nothing was stored: what it would do has changed since this page was shown to you, because somebody wrote to "
    "these facts. Read what it would do now, and confirm that."
)


CHANGE_SETS = ("Change sets", reverse_lazy("admin:alliances_changeset_changelist"))


def preview_view(request, site, work, **context):
    """Show what `work(reason)` would write or what stands in its way; do it when it was confirmed as it was shown."""
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
        "entry": entry,
        "obstacles": obstacles,
        "waivers_come": waivers["+"],
        "waivers_go": waivers["-"],
        "seen": digest(canonical(writes)),
        "reason": reason,
        "refused": refused,
    }
    return TemplateResponse(request, "admin/alliances/put_back.html", context)


class RevisionsMixin:
    """The history of a fact with all that belongs to it: told, any two versions compared, any one restored."""

    def get_urls(self):
        urls = super().get_urls()
        if self.model not in PARENTS:
            return urls
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        compare, restored = (self.admin_site.admin_view(view) for view in (self.compare_view, self.restore_view))
        return [
            path("<path:object_id>/history/compare/", compare, name=f"{name}_compare"),
            path("<path:object_id>/history/<int:change_set>/restore/", restored, name=f"{name}_restore"),
            *urls,
        ]

    def response_add(self, request, obj, *args, **kwargs):
        response = super().response_add(request, obj, *args, **kwargs)
        if "_popup" not in request.POST:
            say_what_next(request, obj)
        return response

    def response_change(self, request, obj, *args, **kwargs):
        response = super().response_change(request, obj, *args, **kwargs)
        if "_popup" not in request.POST:
            say_what_next(request, obj)
        return response

    def history_view(self, request, object_id, extra_context=None):
        """Tell what was written about it and all that belongs to it, with who wrote it."""
        if self.model not in PARENTS:
            return super().history_view(request, object_id, extra_context)
        fact = self.fact_or_refuse(request, object_id, self.has_view_or_change_permission)
        page = Paginator(list(Versions(fact).change_sets()), 50).get_page(request.GET.get("page"))
        prefetch_related_objects(page.object_list, "drafts__author")
        context = self._about(request, fact) | {
            "title": f"History of {fact}",
            "page": page,
            "entries": History([fact]).entries(page.object_list),
            "change_sets": page.paginator.object_list,
        }
        return TemplateResponse(request, "admin/alliances/object_history.html", context)

    def _about(self, request, fact):
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": fact,
            "may_publish": publishes(request),
            "compare_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_compare", args=[fact.pk]),
            "restore_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_restore",
        }

    def compare_view(self, request, object_id):
        """Show what differs between two versions of a fact, with all that belongs to it."""
        fact = self.fact_or_refuse(request, object_id, self.has_view_or_change_permission)
        versions = Versions(fact)
        change_sets = list(versions.change_sets())
        known = {str(each.pk): each for each in change_sets}
        asked = [request.GET.get(name, "") for name in ("earlier", "later")]
        for each in asked:
            if each not in known and each not in ("", "now"):
                self.message_user(request, f"There is no version “{shorten(each)}” of it.", messages.WARNING)
        earlier = known.get(asked[0]) or (change_sets[1] if len(change_sets) > 1 else change_sets[0])
        later = known.get(asked[1])
        after = versions.after(later) if later else versions.now()
        context = self._about(request, fact) | {
            "title": f"Versions of {fact}",
            "change_sets": change_sets,
            "earlier": earlier,
            "later": later,
            "changes": versions.difference(versions.after(earlier), after),
        }
        return TemplateResponse(request, "admin/alliances/compare_versions.html", context)

    def restore_view(self, request, object_id, change_set):
        """Make a fact, and what belongs to it, what it was after a change set."""
        fact = self.fact_or_refuse(request, object_id, self.has_view_or_change_permission)
        then = get_object_or_404(ChangeSet, pk=change_set)
        alone = request.GET.get("alone") == "yes"
        history = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[fact.pk])
        all_of_them = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return preview_view(
            request,
            self.admin_site,
            lambda reason: restore(fact, then, not alone, reason),
            title=f"Restore {fact}",
            explanation=f"It becomes what it was right after the change set of {then.made:%Y-%m-%d %H:%M} UTC"
            + (", and what belongs to it stays as it is now." if alone else ", with all that belonged to it then."),
            other=("?", "With all that belongs to it") if alone else ("?alone=yes", "Only the fact itself"),
            button="Restore this version",
            above=[(capfirst(self.opts.verbose_name_plural), all_of_them), (fact, fact.get_admin_url())],
            back=history,
            back_to="History",
        )


class SizedChangeList(ChangeList):
    """Change sets, each with the number of versions that it wrote, counted in one query for the page."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        sizes = History().sizes(self.result_list)
        for each in self.result_list:
            each.size = sizes[each.pk]


@admin.register(ChangeSet)
class ChangeSetAdmin(ReadOnlyAdmin):
    """What was written lately, by whom and why; each can be read in full and undone."""

    list_display = ["made_at", "author", "kind", "why", "size"]
    list_display_links = ["made_at"]
    list_filter = ["kind", ("author", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["author"]
    search_fields = ["reason"]
    search_help_text = "Words of the reason."
    change_list_template = "admin/alliances/change_sets.html"

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("deleted/", wrap(self.deleted_view), name="alliances_deleted"),
            path("deleted/<slug:kind>/<int:key>/", wrap(self.bring_back_view), name="alliances_bring_back"),
            path("<int:change_set>/undo/", wrap(self.undo_view), name="alliances_changeset_undo"),
            *super().get_urls(),
        ]

    def get_changelist(self, request, **kwargs):
        return SizedChangeList

    @admin.display(description="when (UTC)", ordering="pk")
    def made_at(self, made):
        """The minute in which it was made."""
        return f"{made.made:%Y-%m-%d %H:%M}"

    @admin.display(description="why")
    def why(self, made):
        """The reason, as much of it as a row holds."""
        return Truncator(made.reason).chars(160) or "No reason given."

    @admin.display(description="versions of facts")
    def size(self, made):
        """How many versions of facts it wrote."""
        return made.size

    def _found(self, request, key):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(ChangeSet.objects.select_related("author", "undoes"), pk=key)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Tell one change set fully, and offer to undo it."""
        made = self._found(request, number(object_id))
        size = History().sizes([made])[made.pk]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Change set of {made.made:%Y-%m-%d %H:%M} UTC",
            "made": made,
            "size": size,
            "most": MOST,
            "entry": entry_of(made, MOST),
            "undone_by": made.undone_by.select_related("author"),
            "may_undo": publishes(request) and size <= MOST,
        }
        return TemplateResponse(request, "admin/alliances/change_set.html", context)

    def history_view(self, request, object_id, extra_context=None):
        """A change set has no history: it is one."""
        return redirect("admin:alliances_changeset_change", object_id)

    def undo_view(self, request, change_set):
        """Take back what one change set wrote."""
        undone = self._found(request, change_set)
        return preview_view(
            request,
            self.admin_site,
            lambda reason: undo(undone, reason),
            title=f"Undo the change set of {undone.made:%Y-%m-%d %H:%M} UTC",
            explanation=f"What it wrote (“{undone.reason or 'no reason given'}”) is taken back, and nothing that was "
            "written since.",
            button="Undo this change set",
            back=reverse("admin:alliances_changeset_change", args=[undone.pk]),
            above=[CHANGE_SETS],
            back_to=f"{undone.made:%Y-%m-%d %H:%M}",
        )

    def deleted_view(self, request):
        """List what was deleted and did not come back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kinds = {model._meta.model_name: model for model in PARENTS}
        kind, words = request.GET.get("kind", ""), request.GET.get("q", "")[:200]
        if kind and kind not in kinds:
            self.message_user(request, f"There is no kind “{shorten(kind)}”: here is all.", messages.WARNING)
            kind = ""
        found = deleted_facts(kinds.get(kind), words)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Deleted facts",
            "kinds": [(name, model._meta.verbose_name_plural) for name, model in kinds.items()],
            "kind": kind,
            "q": words,
            "page": Paginator(found, 50).get_page(request.GET.get("page")),
            "may_publish": publishes(request),
        }
        return TemplateResponse(request, "admin/alliances/deleted.html", context)

    def bring_back_view(self, request, kind, key):
        """Bring back one deleted fact with what was deleted with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        model = next((model for model in PARENTS if model._meta.model_name == kind), None)
        last = model and versions_of(model).objects.filter(id=key).order_by("-history_id").first()
        if last is None:
            raise Http404("There never was such a fact.")
        fact = last.instance
        attach_all_related(model, [fact])
        return preview_view(
            request,
            self.admin_site,
            lambda reason: bring_back(model, key, reason),
            title=f"Bring back {name_of(fact)}",
            explanation="It comes back as it was, with what was deleted with it.",
            button="Bring it back",
            back=reverse("admin:alliances_deleted"),
            above=[CHANGE_SETS],
            back_to="Deleted facts",
        )
