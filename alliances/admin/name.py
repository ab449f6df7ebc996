"""Names in other languages on the desk."""

from django.contrib import admin

from alliances.models import Name

from .base import CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource
from .inlines import CITATIONS, FactInline


class NameInline(FactInline):
    """Other names: in other languages, former ones, acronyms."""

    model = Name
    verbose_name_plural = "other names: in other languages and scripts, former ones, acronyms"
    fields = ["language", "type", "text", "used_from", "used_until", "cite_source", "cite_locator"]


def names_of(bearer):
    """Return the inline of the names of one kind of thing, for example "organization"."""
    return type(f"{bearer.title()}Names", (NameInline,), {"fk_name": bearer, "__doc__": NameInline.__doc__})


@admin.register(Name)
class NameAdmin(FactAdmin):
    """What things are called besides their English name."""

    list_display = ["text", "language", "type", "bearer", "used_from", "used_until", "sources"]
    list_filter = ["type", "language", HasSource]
    list_select_related = ["state", "organization", "council__organization", "force"]
    autocomplete_fields = ["state", "organization", "council", "force"]
    inlines = [CITATIONS["name"]]
    fieldsets = [
        (
            "Whose name",
            {"fields": [("organization", "state"), ("council", "force")], "description": "Choose exactly one."},
        ),
        (None, {"fields": ["text", ("language", "type"), ("used_from", "used_until")]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)
