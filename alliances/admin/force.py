"""Collective forces, who takes part and how strong they are, on the desk."""

from django.contrib import admin

from alliances.models import CollectiveForce, ForceParticipation, ForceStrength

from .base import CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource, Ongoing
from .inlines import CITATIONS, FactInline
from .name import names_of


class ParticipationInline(FactInline):
    """Which states take part in a force."""

    model = ForceParticipation
    related = ("state", "force")
    autocomplete_fields = ["state"]
    fields = ["state", "since", "until", "cite_source", "cite_locator"]


class StrengthInline(FactInline):
    """How many people a force had, as of which date."""

    model = ForceStrength
    related = ("force",)
    ordering = ["as_of_earliest"]
    fields = ["as_of", "category", "precision", "number", "number_to", "wording", "cite_source", "cite_locator"]


@admin.register(CollectiveForce)
class CollectiveForceAdmin(FactAdmin):
    """Troops that an organization can call on."""

    list_display = ["name", "acronym", "organization", "kind", "established", "disbanded", "sources", "confidence"]
    list_filter = ["kind", Ongoing, HasSource, "confidence"]
    list_select_related = ["organization"]
    autocomplete_fields = ["organization"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [names_of("force"), ParticipationInline, StrengthInline, CITATIONS["force"]]
    fieldsets = [
        (None, {"fields": ["organization", ("name", "acronym"), ("kind", "region"), "role", "slug"]}),
        ("When", {"fields": [("established", "disbanded")]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]


@admin.register(ForceParticipation)
class ForceParticipationAdmin(FactAdmin):
    """Who takes part in which force."""

    list_display = ["state", "force", "since", "until", "sources", "confidence"]
    list_filter = [Ongoing, HasSource, "confidence"]
    list_select_related = ["state", "force"]
    autocomplete_fields = ["state", "force"]
    inlines = [CITATIONS["participation"]]
    fieldsets = [
        (None, {"fields": ["force", "state", ("since", "until")]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("state", "force")


@admin.register(ForceStrength)
class ForceStrengthAdmin(FactAdmin):
    """Numbers of people, each as of its date."""

    list_display = ["force", "in_words", "as_of_as_known", "category", "sources", "confidence"]
    list_filter = ["category", HasSource, "confidence"]
    list_select_related = ["force"]
    autocomplete_fields = ["force"]
    inlines = [CITATIONS["strength"]]
    fieldsets = [
        (None, {"fields": ["force", "category", "as_of"]}),
        (
            "How many",
            {
                "fields": [("precision", "number", "number_to"), "wording"],
                "description": "As the source says it. A number without its date misleads.",
            },
        ),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    @admin.display(description="as of", ordering="as_of_earliest")
    def as_of_as_known(self, strength):
        """The date as it is known, sorted by the first day that it can mean."""
        return strength.as_of
