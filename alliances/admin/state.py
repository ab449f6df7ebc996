"""States on the desk."""

from django.contrib import admin

from alliances import dates
from alliances.models import State

from .base import CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource, Ongoing
from .inlines import CITATIONS
from .membership import StateSpells
from .name import names_of


@admin.register(State)
class StateAdmin(FactAdmin):
    """States, past and present, each with all it is and was in."""

    list_display = ["name", "iso3", "region", "capital", "existed_from", "existed_until", "bound_today", "sources"]
    list_filter = ["kind", "region", Ongoing, HasSource]
    list_select_related = ["predecessor"]
    autocomplete_fields = ["predecessor"]
    save_on_top = True
    inlines = [names_of("state"), StateSpells, CITATIONS["state"]]
    fieldsets = [
        (None, {"fields": [("name", "official_name"), ("iso3", "iso2"), "kind", "capital", ("region", "subregion")]}),
        (
            "When, and what it followed",
            {
                "fields": [("existed_from", "existed_until"), "predecessor"],
                "description": "Only where it matters here. “Existed until” is the first day on which it was no more.",
            },
        ),
        (
            "Codes and map",
            {
                "fields": [("m49", "cow_code", "gw_code"), ("ioc", "fips", "wikidata"), ("tile_column", "tile_row")],
                "classes": ["collapse"],
            },
        ),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_organization_counts(dates.on_today())

    @admin.display(description="organizations today", ordering="organizations")
    def bound_today(self, state):
        """In how many organizations it is bound today."""
        return state.organizations
