"""Councils and chairmanships on the desk."""

from django.contrib import admin

from alliances.models import Chairmanship, Council

from .base import CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource, Ongoing
from .inlines import CITATIONS, FactInline
from .name import names_of


class ChairmanshipInline(FactInline):
    """Who presided over a council, and when."""

    model = Chairmanship
    related = ("state", "council__organization")
    autocomplete_fields = ["state"]
    ordering = ["-began_earliest"]
    fields = ["state", "holder", "began", "ended", "cite_source", "cite_locator"]


@admin.register(Council)
class CouncilAdmin(FactAdmin):
    """The standing bodies of organizations."""

    list_display = ["name", "organization", "level", "composition", "sources", "confidence"]
    list_filter = ["level", HasSource, "confidence"]
    list_select_related = ["organization"]
    autocomplete_fields = ["organization"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [names_of("council"), ChairmanshipInline, CITATIONS["council"]]
    fieldsets = [
        (None, {"fields": ["organization", "name", "level", "composition", "slug"]}),
        (
            "Presidency",
            {
                "fields": [("chair_selection", "chair_term_months")],
                "description": "The rule; who presided is listed below.",
            },
        ),
        ("When", {"fields": [("established", "dissolved")]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")


@admin.register(Chairmanship)
class ChairmanshipAdmin(FactAdmin):
    """Which state presides, from when until when."""

    list_display = ["state", "council", "holder", "began_as_known", "ended", "sources", "confidence"]
    list_filter = [Ongoing, HasSource, "confidence"]
    list_select_related = ["state", "council__organization"]
    autocomplete_fields = ["state", "council"]
    inlines = [CITATIONS["chairmanship"]]
    fieldsets = [
        (None, {"fields": ["council", "state", "holder"]}),
        (
            "When",
            {"fields": [("began", "ended")], "description": "“Ended” is the first day on which another presided."},
        ),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("council__organization", "state")

    @admin.display(description="began", ordering="began_earliest")
    def began_as_known(self, chair):
        """The date as it is known, sorted by the first day that it can mean."""
        return chair.began
