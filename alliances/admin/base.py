"""What every list and form of the desk has: sources, search in any script, no query a row."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import IntegrityError, models
from django.db.models import Case, Exists, OuterRef, Q, When

from alliances.models import CITABLE, Citation
from alliances.models.citation import kind_of
from alliances.text import fold

from .forms import DeskForm, FactForm, LoadedAutocomplete, RowFormSet, RowSelect

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

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", RowSelect)
        return super().formfield_for_choice_field(db_field, request, **kwargs)


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
        words = fold(search_term.replace("\x00", "")[:200])  # As long as a search of the public pages may be.
        found = queryset.search(words)
        if words and request.resolver_match.url_name == "autocomplete":
            # A search box offers the exact acronym or code first: “un” is the United Nations.
            exact = Q(folded__startswith=f"{words} ") | Q(folded__endswith=f" {words}")
            found = found.order_by(Case(When(exact, then=0), default=1), *self.get_ordering(request), "pk")
        return found, False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Answer what only the database could refuse with the form as it was typed: two editors saving at once,
        or rows that cannot be stored one after the other.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except models.ProtectedError as error:
            others = ", ".join(str(each) for each in list(error.protected_objects)[:3])
            request.refused = f"Nothing was deleted or stored: other facts rest on it ({others}). Change those first."
        except IntegrityError:
            request.refused = (
                "The database refused this, and nothing was stored: two things on this page, or one of them and "
                "something stored meanwhile, cannot stand together. Change one at a time."
            )
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", "")
        return form

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

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Four icons beside each box of each row are noise: another state is chosen, not made, here.
            for link in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

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
