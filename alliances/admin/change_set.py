"""Change sets on the desk: read in full, undone; and what was deleted, brought back."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.text import Truncator

from alliances.history.changelog import PARENTS, History
from alliances.history.deleted import deleted_facts
from alliances.history.dry_run import entry_of
from alliances.history.row_change import attach_all_related, name_of
from alliances.history.undo import MOST, bring_back, undo
from alliances.models import ChangeSet
from alliances.models.versioning import versions_of
from alliances.text import number, shorten

from .permissions import publishes
from .readonly import ReadOnlyAdmin
from .revert_preview import preview_view

CHANGE_SETS = ("Change sets", reverse_lazy("admin:alliances_changeset_changelist"))


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
    """Change sets, by whom and why; each can be read in full and undone."""

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
        """Show one change set in full, and offer to undo it."""
        made = self._found(request, number(object_id))
        size = History().sizes([made])[made.pk]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Change set of {made.made:%Y-%m-%d %H:%M} UTC",
            "when": f"{made.made:%Y-%m-%d %H:%M} UTC",
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
            back_to=f"{undone.made:%Y-%m-%d %H:%M} UTC",
        )

    def deleted_view(self, request):
        """List what was deleted and did not come back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kinds = {model._meta.model_name: model for model in PARENTS}
        kind, words = request.GET.get("kind", ""), request.GET.get("q", "")[:200]
        if kind and kind not in kinds:
            self.message_user(request, f"There is no kind “{shorten(kind)}”: all are shown.", messages.WARNING)
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
