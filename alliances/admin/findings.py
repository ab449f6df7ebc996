"""The queue of findings, and the waivers, on the desk."""

from collections import Counter

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from alliances.models import Waiver, kinds
from alliances.models.changeset import annotate, serialize_writers
from alliances.models.waiver import WAIVABLE
from alliances.quality import engine
from alliances.text import shorten

from .base import DeskAdmin, LinksToFact
from .posted_text import posted_text

TITLE = "Checks"


@admin.register(Waiver)
class WaiverAdmin(LinksToFact, DeskAdmin):
    """Waivers: findings that somebody let stand. Deleting a waiver brings its finding back."""

    list_display = ["rule", "fact_link", "reason", "waived_by"]
    list_filter = ["rule"]
    fields = ["rule", "fact_link", "reason", "waived_by"]
    readonly_fields = ["rule", "fact_link", "waived_by"]
    search_fields = ()
    search_help_text = ""

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        names = {f"{code}__{path}" for code in WAIVABLE for path in kinds.named(code).named_by}
        return super().get_queryset(request).select_related(*WAIVABLE, *names)

    def get_urls(self):
        view = self.admin_site.admin_view(self.queue_view)
        return [path("queue/", view, name="alliances_findings"), *super().get_urls()]

    def queue_view(self, request):
        """List what the rules find, each with a link to its fact, and waive a finding for a reason."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self.waive(request)
            return HttpResponseRedirect(request.get_full_path())
        found = list(engine.findings())
        level, name = request.GET.get("level", ""), request.GET.get("rule", "")
        if (level and level not in list(engine.Level)) or (name and name not in engine.RULES):
            self.message_user(
                request, f"There is no rule “{shorten(name or level)}”: all findings are shown.", messages.WARNING
            )
            level = name = ""
        chosen = [
            each for each in found if (not level or each.rule.level == level) and (not name or each.rule.name == name)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": TITLE,
            "above": [(TITLE, reverse("admin:alliances_findings"))] if level or name else [],
            "here": engine.RULES[name].title if name else level or TITLE,
            "opts": self.opts,
            "levels": [(each, sum(one.rule.level == each for one in found)) for each in engine.Level],
            "rules": sorted(Counter(each.rule for each in found).items(), key=lambda row: row[0].name),
            "level": level,
            "rule": engine.RULES.get(name),
            "page": Paginator(chosen, 100).get_page(request.GET.get("page")),
            "may_waive": request.user.has_perm("alliances.add_waiver"),
        }
        return TemplateResponse(request, "admin/alliances/findings.html", context)

    def waive(self, request):
        """Waive the posted finding; say so if it is gone meanwhile."""
        if not request.user.has_perm("alliances.add_waiver"):
            raise PermissionDenied
        serialize_writers()
        reason = posted_text(request.POST, "reason")
        asked = [request.POST.get(name, "") for name in ("kind", "fact", "about")]
        rule = engine.RULES.get(request.POST.get("rule", ""))
        finding = next(
            (one for one in (rule.findings() if rule else ()) if [one.kind, str(one.fact.pk), one.about] == asked), None
        )
        if finding is None:
            self.message_user(
                request, "That finding is gone: somebody corrected the fact or waived the finding.", messages.WARNING
            )
        elif not reason:
            self.message_user(request, "Nothing was waived: say why it may stand.", messages.ERROR)
        else:
            annotate(reason=f"Waived: {reason}")
            finding.waive(reason, request.user.get_full_name() or request.user.get_username())
            self.message_user(request, f"It stands: {finding.sentence}", messages.SUCCESS)
