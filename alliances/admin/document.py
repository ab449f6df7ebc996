"""Documents and treaty actions on the desk."""

from django.contrib import admin

from alliances.models import Document, TreatyAction

from .base import CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource
from .inlines import CITATIONS, FactInline
from .organization import ProvisionInline


class ActionInline(FactInline):
    """What states did to a document."""

    model = TreatyAction
    related = ("state", "document")
    autocomplete_fields = ["state"]
    ordering = ["state__name", "date_earliest"]
    fields = ["state", "action", "date", "effective", "cite_source", "cite_locator"]


class DocumentProvisions(ProvisionInline):
    """What a document says."""

    fields = ["organization", "kind", "text", "area", "article", "cite_source", "cite_locator"]


@admin.register(Document)
class DocumentAdmin(FactAdmin):
    """Treaties, charters, protocols, declarations, agreements, decisions."""

    list_display = ["title", "organization", "kind", "signed_as_known", "in_force", "ended", "sources", "confidence"]
    list_filter = ["kind", HasSource, "confidence"]
    list_select_related = ["organization"]
    autocomplete_fields = ["organization", "adopted_by"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [ActionInline, DocumentProvisions, CITATIONS["document"]]
    fieldsets = [
        (None, {"fields": ["organization", "title", "kind", "slug"]}),
        ("When and where", {"fields": [("signed", "place", "adopted_by"), ("in_force", "ended")]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization", "adopted_by__organization")

    @admin.display(description="signed", ordering="signed_earliest")
    def signed_as_known(self, document):
        """The date as it is known, sorted by the first day that it can mean."""
        return document.signed


@admin.register(TreatyAction)
class TreatyActionAdmin(FactAdmin):
    """Signatures, ratifications, accessions, denunciations."""

    list_display = ["state", "document", "action", "date_as_known", "effective", "sources", "confidence"]
    list_filter = ["action", HasSource, "confidence"]
    list_select_related = ["state", "document"]
    autocomplete_fields = ["state", "document"]
    inlines = [CITATIONS["action"]]
    fieldsets = [
        (None, {"fields": ["document", "state", "action", ("date", "effective")]}),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    @admin.display(description="date", ordering="date_earliest")
    def date_as_known(self, action):
        """The date as it is known, sorted by the first day that it can mean."""
        return action.date
