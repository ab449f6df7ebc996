"""Organizations, provisions and relations on the desk."""

from django.contrib import admin

from alliances import dates
from alliances.admin.confirmation.spells import Dissolve
from alliances.models import CollectiveForce, Council, Document, Organization, Provision, Relation

from .base import CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource, Ongoing
from .inlines import CITATIONS, FactInline
from .membership import OrganizationSpells
from .name import names_of


class CouncilInline(FactInline):
    """The standing bodies of an organization."""

    model = Council
    related = ("organization",)
    fields = ["name", "slug", "level", "composition", "cite_source", "cite_locator"]
    prepopulated_fields = {"slug": ["name"]}


class ForceInline(FactInline):
    """The forces that an organization can call on; participants and strengths are on the page of each."""

    model = CollectiveForce
    related = ("organization",)
    fields = ["name", "slug", "acronym", "kind", "established", "disbanded", "cite_source", "cite_locator"]
    prepopulated_fields = {"slug": ["name"]}


class DocumentInline(FactInline):
    """The documents of an organization."""

    model = Document
    fields = ["title", "slug", "kind", "signed", "place", "in_force", "ended", "cite_source", "cite_locator"]
    prepopulated_fields = {"slug": ["title"]}


class ProvisionInline(FactInline):
    """What its treaties say of an organization, or of a document's content."""

    model = Provision
    related = ("document", "organization")
    autocomplete_fields = ["document", "organization"]
    fields = ["kind", "text", "area", "document", "article", "cite_source", "cite_locator"]


class RelationInline(FactInline):
    """How an organization relates to others."""

    model = Relation
    fk_name = "organization"
    related = ("organization", "other")
    autocomplete_fields = ["other"]
    fields = ["kind", "other", "note", "cite_source", "cite_locator"]


@admin.register(Organization)
class OrganizationAdmin(FactAdmin):
    """Organizations, each with all that belongs to it."""

    list_display = [
        "name",
        "acronym",
        "kind",
        "founded_as_known",
        "dissolved",
        "members_today",
        "sources",
        "confidence",
    ]
    list_filter = ["kind", Ongoing, HasSource, "confidence"]
    prepopulated_fields = {"slug": ["acronym"]}
    save_on_top = True
    inlines = [
        names_of("organization"),
        OrganizationSpells,
        CouncilInline,
        ForceInline,
        DocumentInline,
        ProvisionInline,
        RelationInline,
        CITATIONS["organization"],
    ]
    fieldsets = [
        (None, {"fields": [("acronym", "name"), "kind", "purpose", ("seat", "website"), "slug"]}),
        (
            "When",
            {
                "fields": [("founded", "in_force", "dissolved"), "complete_until"],
                "description": "Dates as precisely as they are known. The number of members follows from the "
                "memberships below and is never typed.",
            },
        ),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def tools(self):
        return super().tools() | {"dissolve": ("Dissolve…", Dissolve)}

    def get_queryset(self, request):
        return super().get_queryset(request).with_member_counts(dates.on_today())

    @admin.display(description="members today", ordering="members")
    def members_today(self, organization):
        """How many states are bound today."""
        return organization.members

    @admin.display(description="founded", ordering="founded_earliest")
    def founded_as_known(self, organization):
        """The date as it is known, sorted by the first day that it can mean."""
        return organization.founded


@admin.register(Provision)
class ProvisionAdmin(FactAdmin):
    """What treaties and charters say, a sentence each."""

    list_display = ["text", "organization", "kind", "area", "document", "article", "sources", "confidence"]
    list_filter = ["kind", HasSource, "confidence"]
    list_select_related = ["organization", "document"]
    autocomplete_fields = ["organization", "document"]
    inlines = [CITATIONS["provision"]]
    fieldsets = [
        (None, {"fields": ["organization", "kind", "text", "area", ("document", "article"), "bars"]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]


@admin.register(Relation)
class RelationAdmin(FactAdmin):
    """How organizations relate to each other."""

    list_display = ["organization", "kind", "other", "sources", "confidence"]
    list_filter = ["kind", HasSource]
    list_select_related = ["organization", "other"]
    autocomplete_fields = ["organization", "other"]
    inlines = [CITATIONS["relation"]]
    fieldsets = [(None, {"fields": ["organization", "kind", "other"]}), CITING_FIELDSET, TRUTH_FIELDSET]
