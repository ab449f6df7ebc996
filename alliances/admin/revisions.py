"""The history of a fact on the desk: read it, compare two versions, restore one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst

from alliances.history.changelog import PARENTS, History
from alliances.history.revisions import Versions
from alliances.history.undo import restore
from alliances.models import ChangeSet
from alliances.text import shorten

from .permissions import publishes
from .revert_preview import preview_view


class RevisionsMixin:
    """Pages of the history of a fact with all that belongs to it."""

    def revision_urls(self):
        """Return the addresses of the comparison and of the restoring of versions."""
        if self.model not in PARENTS:
            return []
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        compare, restored = (self.admin_site.admin_view(view) for view in (self.compare_view, self.restore_view))
        return [
            path("<path:object_id>/history/compare/", compare, name=f"{name}_compare"),
            path("<path:object_id>/history/<int:change_set>/restore/", restored, name=f"{name}_restore"),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """Show what was written about it and all that belongs to it, with the authors."""
        if self.model not in PARENTS:
            return super().history_view(request, object_id, extra_context)
        fact = self.fact_or_refuse(request, object_id, self.has_view_or_change_permission)
        page = Paginator(list(History([fact]).change_sets()), 50).get_page(request.GET.get("page"))
        prefetch_related_objects(page.object_list, "drafts__author")
        context = self._about(request, fact) | {
            "title": f"History of {fact}",
            "page": page,
            "entries": History([fact]).entries(page.object_list),
            "change_sets": page.paginator.object_list,
        }
        return TemplateResponse(request, "admin/alliances/object_history.html", context)

    def _about(self, request, fact):
        """Return the context that the pages about the history of a fact share."""
        pages = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": fact,
            "may_publish": publishes(request),
            "above": [("History", reverse(f"{pages}_history", args=[fact.pk]))],
            "compare_url": reverse(f"{pages}_compare", args=[fact.pk]),
            "restore_name": f"{pages}_restore",
        }

    def compare_view(self, request, object_id):
        """Show what differs between two versions of a fact, with all that belongs to it; 404 where there is none."""
        fact = self.fact_or_refuse(request, object_id, self.has_view_or_change_permission)
        versions = Versions(fact)
        change_sets = list(versions.change_sets())
        if not change_sets:  # It came past the ORM, and nothing was written of it since.
            context = self._about(request, fact) | {"title": f"Versions of {fact}"}
            return TemplateResponse(request, "admin/alliances/compare_versions.html", context, status=404)
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
