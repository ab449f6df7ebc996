"""Rows on the form of what they belong to: facts, and the citations of a fact."""

from copy import deepcopy

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from alliances.models import Citation
from alliances.models.citation import FACTS

from .forms import DeskForm, FactForm, Lines
from .rows import RowFormSet
from .search_boxes import SearchBoxes
from .submission import Submission


class DeskInline(SearchBoxes, admin.TabularInline):
    """Rows on a form of the desk. Contributors add, change and delete rows, too, in what they propose."""

    form = DeskForm
    formset = RowFormSet
    template = "admin/alliances/rows.html"
    extra = 0
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) or Submission.of(request).proposes

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or Submission.of(request).proposes

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) or Submission.of(request).proposes


class FactInline(DeskInline):
    """Facts that belong to the one on the page, each with a source to be given in its row.

    `related` names what its rows show besides their own columns.
    """

    form = FactForm
    related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Four icons beside each box of each row are noise: a state is chosen here, not made.
            for link in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if "cite_source" in formset.form.base_fields:
            # A copy: the form of a single fact has the same box, and there it is a search box from the start.
            box = formset.form.base_fields["cite_source"] = deepcopy(formset.form.base_fields["cite_source"])
            box.widget.in_row = True
        return formset


class CitationInline(DeskInline):
    """The citations of a fact."""

    model = Citation
    autocomplete_fields = ["source"]
    fields = ["source", "field", "locator", "quote", "says"]
    verbose_name_plural = "citations: sources that support it, and sources that contradict it"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "quote":
            kwargs["widget"] = Lines(attrs={"rows": 2, "cols": 40})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def citations_of(kind):
    """Return the inline of citations for one kind of fact, by its column in Citation, for example "membership"."""
    return type(f"{kind.title()}Citations", (CitationInline,), {"fk_name": kind, "__doc__": CitationInline.__doc__})


CITATIONS = {kind: citations_of(kind) for kind in FACTS}
