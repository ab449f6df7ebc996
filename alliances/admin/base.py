"""What every list and form of the desk has: sources, search in any script, no query a row."""

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef

from alliances.models import CITABLE, Citation
from alliances.models.source import kind_of

from .forms import DeskForm, FactForm, LoadedAutocomplete, RowFormSet

CITING = ("cite_source", "cite_locator", "cite_quote")
CITING_FIELDSET = (
    "Who says so",
    {
        "fields": [CITING],
        "description": "A source for what you typed above: it is added to the citations when you save. "
        "Where a source says something else than we do, use the list of citations below instead.",
    },
)
TRUTH_FIELDSET = (
    "For readers and colleagues",
    {"fields": ["note", "reason", "confidence"], "description": "Note and reason are public; confidence is not."},
)


class HasSource(admin.SimpleListFilter):
    """Whether a fact has a source: what has none is the editors' first queue."""

    title = "source"
    parameter_name = "sourced"

    def lookups(self, request, model_admin):
        return [("yes", "Has a source"), ("no", "No source yet")]

    def queryset(self, request, queryset):
        cited = Exists(Citation.objects.filter(**{kind_of(queryset.model): OuterRef("pk")}))
        return {"yes": queryset.filter(cited), "no": queryset.filter(~cited)}.get(self.value(), queryset)


class Ongoing(admin.SimpleListFilter):
    """Whether a fact has an end."""

    title = "time"
    parameter_name = "ongoing"

    def lookups(self, request, model_admin):
        return [("yes", "Ongoing"), ("no", "Ended")]

    def queryset(self, request, queryset):
        ongoing = {queryset.model.span[1]: ""}
        return {"yes": queryset.filter(**ongoing), "no": queryset.exclude(**ongoing)}.get(self.value(), queryset)


class SearchBoxes:
    """Search boxes instead of long selects, for the foreign keys of `autocomplete_fields`, without a query a box."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", LoadedAutocomplete(db_field, self.admin_site, using=kwargs.get("using")))
            kwargs["widget"].in_row = isinstance(self, admin.TabularInline)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DeskAdmin(SearchBoxes, admin.ModelAdmin):
    """A list and a form of the desk."""

    form = DeskForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    empty_value_display = "—"
    list_per_page = 100
    # Only shows the box: what it finds is the QuerySet's `search`, the same as on the public pages.
    search_fields = ("pk",)
    search_help_text = "Names in any language and script, with or without accents."

    class Media:
        css = {"all": ["alliances/admin.css"]}
        js = ["alliances/admin.js"]

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term.replace("\x00", "")), False

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)


class FactAdmin(DeskAdmin):
    """A fact: with its number of sources in the list, and a source to be given in its form."""

    form = FactForm

    def get_queryset(self, request):
        return super().get_queryset(request).with_source_counts()

    @admin.display(description="sources", ordering="sources")
    def sources(self, fact):
        """How many citations it has."""
        return fact.sources or "none"


class FactInline(SearchBoxes, admin.TabularInline):
    """Facts that belong to the one on the page, each with a source to be given in its row.

    `related` names what its rows show besides their own columns.
    """

    form = FactForm
    formset = RowFormSet
    extra = 0
    show_change_link = True
    related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if "cite_source" in formset.form.base_fields:
            formset.form.base_fields["cite_source"].widget.in_row = True
        return formset


class CitationInline(SearchBoxes, admin.TabularInline):
    """Who says so: the citations of a fact."""

    model = Citation
    form = DeskForm
    formset = RowFormSet
    extra = 0
    show_change_link = True
    autocomplete_fields = ["source"]
    fields = ["source", "field", "locator", "quote", "says"]
    verbose_name_plural = "citations: who says so, and who says otherwise"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "quote":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "cols": 40})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def citations_of(kind):
    """Return the inline of citations for one kind of fact, by its column in Citation, for example "membership"."""
    return type(f"{kind.title()}Citations", (CitationInline,), {"fk_name": kind, "__doc__": CitationInline.__doc__})


CITATIONS = {kind: citations_of(kind) for kind in CITABLE}
