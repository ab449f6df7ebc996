"""Sources and citations on the desk."""

from django.contrib import admin
from django.urls import path, reverse
from django.utils.html import format_html

from alliances.admin.confirmation.bulk import opening
from alliances.admin.confirmation.by_source import SourceFirst
from alliances.admin.confirmation.source_merge import MergeSources
from alliances.models import Citation, Source
from alliances.models.citation import FACTS

from .base import DeskAdmin, LinksToFact


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    """Where facts come from."""

    actions = [*DeskAdmin.actions, "merge_sources"]

    list_display = ["title", "publisher", "published_as_known", "kind", "facts", "url"]
    list_filter = ["kind", ("withdrawn", admin.EmptyFieldListFilter)]
    prepopulated_fields = {"key": ["publisher", "title"]}
    readonly_fields = ["resting"]
    fieldsets = [
        (None, {"fields": ["title", "author", "publisher", "published", "url", "kind", "note", "resting"]}),
        (
            "Withdrawn",
            {
                "fields": ["withdrawn"],
                "description": "Where a source may no longer be relied on, it stays, with the reason, and so does what "
                "rests on it; what rests on it alone waits under “Checks” for another source.",
            },
        ),
        ("Identity", {"fields": ["key"], "description": "A promise to readers: choose it once."}),
    ]

    def get_urls(self):
        view = self.admin_site.admin_view(MergeSources.as_view(model_admin=self))
        return [path("merge/", view, name="alliances_source_merge"), *super().get_urls()]

    def tools(self):
        return super().tools() | {"facts": ("Add facts that rest on it…", SourceFirst)}

    @admin.action(permissions=["change"], description="Merge two sources…")
    def merge_sources(self, request, queryset):
        """Merge one of the two chosen sources into the other."""
        return opening(MergeSources, self, request, queryset)

    def get_queryset(self, request):
        return super().get_queryset(request).with_citation_counts()

    @admin.display(description="citations", ordering="facts")
    def facts(self, source):
        """How many citations rest on it."""
        return source.facts

    @admin.display(description="what rests on it")
    def resting(self, source):
        """The number of its citations, with a link to their list: there may be thousands."""
        if source.pk is None:
            return "Nothing yet."
        address = reverse("admin:alliances_citation_changelist", query={OfSource.parameter_name: source.key})
        number = source.citations.count()
        return format_html('<a href="{}">{} citation{}</a>', address, f"{number:,}", "" if number == 1 else "s")

    @admin.display(description="published", ordering="published_earliest")
    def published_as_known(self, source):
        """The date as it is known, sorted by the first day that it can mean."""
        return source.published


class AboutFilter(admin.SimpleListFilter):
    """Citations of one kind of fact."""

    title = "kind of fact"
    parameter_name = "about"

    def lookups(self, request, model_admin):
        return [(kind, kind) for kind in FACTS]

    def queryset(self, request, queryset):
        return queryset.filter(**{f"{self.value()}__isnull": False}) if self.value() in FACTS else queryset


class OfSource(admin.SimpleListFilter):
    """Citations of one source. It offers none by itself, for there are hundreds: the form of a source leads here."""

    title = "source"
    parameter_name = "source"

    def lookups(self, request, model_admin):
        return [(self.value(), self.value())] if self.value() else []

    def queryset(self, request, queryset):
        return queryset.filter(source__key=self.value()) if self.value() else queryset


class DissentFilter(admin.SimpleListFilter):
    """Citations whose source says something else than we do."""

    title = "agreement"
    parameter_name = "dissents"

    def lookups(self, request, model_admin):
        return [("yes", "Says something else")]

    def queryset(self, request, queryset):
        return queryset.dissenting() if self.value() == "yes" else queryset


@admin.register(Citation)
class CitationAdmin(LinksToFact, DeskAdmin):
    """Citations. One is added on the page of its fact; here it is found and corrected."""

    list_display = ["fact", "field", "source", "locator", "says"]
    list_filter = [DissentFilter, AboutFilter, OfSource]
    autocomplete_fields = ["source"]
    fields = ["fact_link", "source", "field", "locator", "quote", "says"]
    readonly_fields = ["fact_link"]
    ordering = ["-pk"]
    search_help_text = "Words of the source's title, author or publisher."

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).with_named()
