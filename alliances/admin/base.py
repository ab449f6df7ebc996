"""What every list and form of the desk has: sources, search in any script, no query a row."""

from copy import deepcopy

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from alliances.admin.confirmation.bulk import VerifyMany, WithTools, opening
from alliances.admin.conflicts.guard import EditConflictGuard
from alliances.admin.drafts.drafting import DraftedRows, Drafting, excuses
from alliances.middleware import take_back_messages
from alliances.models import Citation
from alliances.models.changeset import annotate, enforce_sourcing, serialize_writers
from alliances.models.citation import FACTS
from alliances.models.sourcing import Unsourced
from alliances.queries.fields import refuse_many_words

from .forms import DeskForm, FactForm, Lines, LoadedAutocomplete, RowFormSet, RowSelect
from .panels import Panels
from .permissions import proposes
from .posted_text import posted_text
from .revisions import RevisionsMixin
from .spreadsheets import Sheets

CITING = ("cite_source", "cite_locator", "cite_quote")
CITING_FIELDSET = (
    "Who says so",
    {
        "fields": [CITING, "unsourced"],
        "description": "A source for what you typed above: it is added to the citations when you save. "
        "Where a source says something else than we do, use the list of citations below instead. "
        "Without any source nothing is published, unless you say here why there is none.",
    },
)
TRUTH_FIELDSET = (
    "For readers and colleagues",
    {"fields": ["note", "reason", "confidence"], "description": "Note and our reason are public; confidence is not."},
)


class HasSource(admin.SimpleListFilter):
    """Whether a fact has a source: what has none is the editors' first queue."""

    title = "source"
    parameter_name = "sourced"

    def lookups(self, request, model_admin):
        return [("yes", "Has a source"), ("no", "No source yet")]

    def queryset(self, request, queryset):
        cited = Exists(Citation.objects.filter(**{queryset.model.KIND.code: OuterRef("pk")}))
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

    formfield_overrides = {models.TextField: {"widget": Lines}, models.URLField: {"assume_scheme": "https"}}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", LoadedAutocomplete(db_field, self.admin_site, using=kwargs.get("using")))
            kwargs["widget"].in_row = isinstance(self, admin.TabularInline)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Beside a box, no icon that deletes what it names, and one that opens it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        if isinstance(wrapper, RelatedFieldWidgetWrapper):
            wrapper.can_delete_related = False
            wrapper.can_view_related = not wrapper.can_change_related
        return field

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", RowSelect)
        return super().formfield_for_choice_field(db_field, request, **kwargs)


def explained(model_admin, request):
    """Put the reason of a deletion into the change set; tell the editor, and say no, where there is none."""
    reason = posted_text(request.POST, "change_reason")
    if reason:
        annotate(reason=reason)
    else:
        message = "Nothing was deleted: say why. Readers see the reason in the history."
        model_admin.message_user(request, message, messages.ERROR)
    return bool(reason)


class LinksToFact:
    """A list or a form of what is about a fact."""

    @admin.display(description="fact")
    def fact_link(self, row):
        """The fact, with a link to its form."""
        return format_html('<a href="{}">{}</a>', row.fact.get_admin_url(), row.fact)


@admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
def delete_selected(model_admin, request, queryset):
    """Django's action, which asks for a reason before it deletes."""
    if request.POST.get("post") and not explained(model_admin, request):
        request.POST = request.POST.copy()
        del request.POST["post"]
    response = actions.delete_selected(model_admin, request, queryset)
    if response is not None:  # The question, which goes on saying which versions the list showed.
        response.context_data["seen"] = request.POST.get("seen", "")
    return response


class DeskAdmin(Drafting, WithTools, Panels, EditConflictGuard, RevisionsMixin, SearchBoxes, Sheets):
    """A list and a form of the desk, and the history of each row."""

    actions = [delete_selected]

    form = DeskForm
    empty_value_display = "—"
    list_per_page = 100
    # Only shows the box: what it finds is the QuerySet's `search`, the same as on the public pages.
    search_fields = ("pk",)
    search_help_text = "Names and texts in any language and script, with or without accents."

    class Media:
        css = {"all": ["alliances/admin.css"]}
        js = ["alliances/admin.js", "alliances/desk.js"]

    def get_search_results(self, request, queryset, search_term):
        if not self.search_fields:
            return queryset, False
        words = search_term.replace("\x00", "")[:200]  # As long as a search of the public pages may be.
        completing = request.resolver_match.url_name == "autocomplete"
        try:
            refuse_many_words(words)
        except ValidationError as error:
            if not completing:
                self.message_user(request, error.message, messages.WARNING)
            return queryset.none(), False
        if words and completing:
            # The exact acronym or code first, as in the public search: “un” is the United Nations.
            return queryset.ranked(words, *self.get_ordering(request)), False
        return queryset.search(words), False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Answer what only the database could refuse with the form as it was typed: two editors saving at once,
        or rows that cannot be stored one after the other.
        """
        answer = self.drafted(request, object_id, form_url, extra_context)
        if answer is not None:
            return answer
        if request.method == "POST":
            serialize_writers()  # Before the page is compared with what is stored, and judged beside it.
            annotate(reason=posted_text(request.POST, "change_reason"))
        try:
            with transaction.atomic():
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if not getattr(request, "rehearsed", False):
                    enforce_sourcing(excuses(request))
            return response
        except Unsourced as error:
            request.refused, request.bare = error.message, error.facts
        except models.ProtectedError as error:
            others = ", ".join(str(each) for each in list(error.protected_objects)[:3])
            request.refused = f"Nothing was deleted or stored: other facts rest on it ({others}). Change those first."
        except IntegrityError:
            request.refused = (
                "The database refused this, and nothing was stored: two things on this page, or one of them and "
                "something stored meanwhile, cannot stand together. Change one at a time."
            )
        request.saved = None
        take_back_messages(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        """Ask for a reason before anything is deleted."""
        if request.method == "POST" and not explained(self, request):
            extra_context = {**(extra_context or {}), "typed": request.POST}
            request.POST = QueryDict()
        return super().delete_view(request, object_id, extra_context)

    def fact_or_refuse(self, request, object_id, allowed):
        """Return the fact of an address of the desk; 404 if it is gone, 403 if the user may not."""
        fact = self.get_object(request, object_id)
        if fact is None:
            raise Http404("There is no such fact any more.")
        if not allowed(request, fact):
            raise PermissionDenied
        return fact

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", "")
        form.bare = getattr(request, "bare", ())
        form.only_shown = getattr(request, "only_shown", False)
        form.tells_why = bool(proposes(request) or getattr(request, "draft", None))
        form.has_rows = any(issubclass(each, FactInline) for each in self.get_inlines(request, obj))
        return form

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)


class FactAdmin(DeskAdmin):
    """A fact: with its number of sources in the list, a source to be given in its form, and a click to verify it."""

    form = FactForm
    actions = [*DeskAdmin.actions, "verify"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_verify"
        view = self.admin_site.admin_view(self.verify_view)
        many = self.admin_site.admin_view(VerifyMany.as_view(model_admin=self))
        return [
            path("verify/", many, name=f"alliances_{self.opts.model_name}_verify_many"),
            path("<path:object_id>/verify/", view, name=name),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and self.has_publish_permission(request, obj):
            context["verify_url"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_verify", args=[obj.pk])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def verify_view(self, request, object_id):
        """Say that this fact was checked today and stands as it is: one click, and no edit."""
        fact = self.fact_or_refuse(request, object_id, self.has_publish_permission)
        if self.since_opened(request, fact.pk, request.POST.get("seen", "")) != []:
            message = "Nothing was verified: this page changed since you opened it. Here it is as it is now."
            self.message_user(request, message, messages.ERROR)
            return redirect(fact.get_admin_url())
        number = self.model.objects.filter(pk=fact.pk).verify()
        self.message_user(request, f"Verified today: {number}.", messages.SUCCESS)
        return redirect(fact.get_admin_url())

    @admin.action(permissions=["publish"], description="Mark as verified today…")
    def verify(self, request, queryset):
        """Say that the chosen facts were checked today and stand as they are, after a look at what they say."""
        return opening(VerifyMany, self, request, queryset)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "unsourced":
            kwargs["widget"] = Lines(attrs={"rows": 2})  # Most facts leave it empty.
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).with_source_counts()

    @admin.display(description="sources", ordering="sources")
    def sources(self, fact):
        """How many citations it has."""
        return fact.sources or "none"


class FactInline(DraftedRows, SearchBoxes, admin.TabularInline):
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
            # A copy: the form of a single fact has the same box, and there it is a search box from the start.
            box = formset.form.base_fields["cite_source"] = deepcopy(formset.form.base_fields["cite_source"])
            box.widget.in_row = True
        return formset


class CitationInline(DraftedRows, SearchBoxes, admin.TabularInline):
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
            kwargs["widget"] = Lines(attrs={"rows": 2, "cols": 40})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def citations_of(kind):
    """Return the inline of citations for one kind of fact, by its column in Citation, for example "membership"."""
    return type(f"{kind.title()}Citations", (CitationInline,), {"fk_name": kind, "__doc__": CitationInline.__doc__})


CITATIONS = {kind: citations_of(kind) for kind in FACTS}
