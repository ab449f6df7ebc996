"""How a query string is read: strictly.

Nothing in it is ignored. An unknown parameter, a bad value, or a single-valued parameter given twice is an error named
after the parameter (`problems`), and then there are no rows.
"""

from functools import cache

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from alliances import dates
from alliances.publishing import citations
from alliances.text import shorten

from . import redirects, wording
from .fields import MAX_Q, CodesField, OnField, SearchField, WordField
from .ordering import ordered


class ParsedQuery:
    """A query string, read once with a form.

    `cleaned` is what was asked, as Python values; empty where nothing was asked. `problems` maps each parameter that
    is unknown, repeated or has a bad value to its messages. `on` is the date on view: the one asked for, else today.
    `repeatable` names the parameters that may be given several times; `other` those that the page reads itself.
    """

    def __init__(self, form, repeatable, other):
        self.problems = {name: list(errors) for name, errors in form.errors.items()}
        self.cleaned = form.cleaned_data
        known = {*form.fields, *other}
        for name in form.data:
            if name not in known:
                name = shorten(name)
                there_are = ", ".join(sorted(known))
                self.problems[name] = [f"There is no parameter “{name}” here. There are: {there_are}."]
            elif name not in repeatable and len(form.data.getlist(name)) > 1:
                self.problems[name] = [f"Give “{name}” once."]
        cite = form.data.get("cite") if "cite" in other else ""
        if cite and cite not in citations.FORMATS:
            there_are = ", ".join(citations.FORMATS)
            message = f"“{shorten(cite)}” is not a citation format. Use one of: {there_are}."
            self.problems.setdefault("cite", [message])
        self.on = ("on" not in self.problems and self.cleaned.get("on")) or dates.on_today()


class CombinedFilter:
    """A filter that only makes sense with others: `ListFilter.together` passes them to the QuerySet at once."""

    def filter(self, queryset, value):
        return queryset


class Search(django_filters.Filter):
    """Words to search for."""

    field_class = SearchField

    def __init__(self, **kwargs):
        super().__init__(label=SearchField.LABEL, help_text=SearchField.HELP, **kwargs)


class Codes(django_filters.MultipleChoiceFilter):
    """Keep the rows whose column is one of several codes."""

    field_class = CodesField


class CombinedCodes(CombinedFilter, Codes):
    """Several codes that only make sense with other filters."""


class Choice(django_filters.ChoiceFilter):
    """One of a few words."""

    field_class = WordField


class CombinedChoice(CombinedFilter, Choice):
    """One of a few words that only makes sense with other filters."""


class On(CombinedFilter, django_filters.Filter):
    """The date on view."""

    field_class = OnField


class Order(Choice):
    """The order of the rows: `columns` maps each word to the columns it stands for; a minus reverses them."""

    def __init__(self, columns, **kwargs):
        self.columns = columns
        words = [(word, label) for word, (label, _) in columns.items()]
        both = words + [(f"-{word}", f"{label}, reversed") for word, label in words]
        super().__init__(choices=both, label="Order", help_text="By which column; with a minus, reversed.", **kwargs)

    def filter(self, queryset, value):
        if not value:
            return queryset
        _, columns = self.columns[value.removeprefix("-")]
        return ordered(queryset, columns, reverse=value.startswith("-"))


class ListFilter(django_filters.FilterSet):
    """What every list can be asked, read strictly (`parsed`).

    `problems` are those of the query and what contradicts itself in it; `applied` says the filters in words, each with
    the query that is left without it.
    """

    # Parameters that the page itself reads, not the rows.
    OTHER = {"page", "cite"}
    # The parameter whose codes `match` is about.
    matched = ""

    q = Search(method="search")

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data if data is not None else QueryDict(), queryset, **kwargs)
        # Two filters with the same vocabulary, as states on both sides of a comparison, fetch it once.
        fetched = {}
        for each in self.filters.values():
            if fetch := each.extra.get("vocabulary"):
                each.extra["vocabulary"] = fetched.setdefault(fetch, cache(fetch))

    @cached_property
    def parsed(self):
        """The query string, read once."""
        return ParsedQuery(self.form, self.repeatable, self.OTHER)

    @cached_property
    def problems(self):
        """Map each parameter that cannot be answered to its messages."""
        return self.parsed.problems or self.contradictions()

    def contradictions(self):
        """Return {parameter: [message]} of values that are fine by themselves, but not together."""
        if self.cleaned.get("match") and not self.cleaned[self.matched]:
            return {"match": [f"It says how several codes count: name them with “{self.matched}”."]}
        return {}

    def is_valid(self):
        return not self.problems

    @property
    def cleaned(self):
        """What was asked, as Python values; an empty value means not asked."""
        return self.parsed.cleaned

    @property
    def on(self):
        """The date on view: the one asked for, else today."""
        return self.parsed.on

    def search(self, queryset, name, value):
        """Answer `q`."""
        return queryset.search(value)

    def filter_queryset(self, queryset):
        return super().filter_queryset(self.together(queryset, self.cleaned))

    def together(self, queryset, cleaned):
        """Apply the filters that only make sense together. A list without such filters adds nothing."""
        return queryset

    @cached_property
    def applied(self):
        """The filters in words: [(label, value in words, query string without it)]."""
        return wording.applied(self)

    @cached_property
    def suggestions(self):
        """What unknown codes and dates may mean: {parameter: [(words, query string with that instead)]}."""
        return redirects.suggestions(self.form, self.problems)

    @cached_property
    def vocabularies(self):
        """Map each parameter whose codes are many to its vocabulary."""
        fields = self.form.fields.items()
        return {name: field.vocabulary for name, field in fields if getattr(field, "vocabulary", None)}

    @property
    def datalists(self):
        """The vocabularies, each once: two parameters may share one."""
        return list({each.noun: each for each in self.vocabularies.values()}.values())

    @property
    def swap_targets(self):
        """CSS selectors that htmx swaps out of band: the error lists, and the chosen codes of a vocabulary."""
        messages = [f"#errors-{name}" for name in self.filters if name != "order"]
        return messages + [f"#chosen-{name}" for name in self.vocabularies]

    @cached_property
    def repeatable(self):
        """The parameters that may be given several times."""
        return {name for name, each in self.filters.items() if isinstance(each, Codes)}


class PageQuery(forms.Form):
    """What a page about one thing can be asked: the date to show it on. `other` are read by the page itself."""

    on = OnField(required=False, label="As of", help_text="The date to look at; default today.")
    other = ("cite",)
    repeatable = ()

    @cached_property
    def parsed(self):
        """The query string, read once."""
        return ParsedQuery(self, self.repeatable, self.other)

    @cached_property
    def suggestions(self):
        """What an ambiguous date may mean: {parameter: [(words, query string with that instead)]}."""
        return redirects.suggestions(self, self.parsed.problems)


class SubjectQuery(PageQuery):
    """What the page of an organization or a state can be asked, besides the date: how much of it to show.

    `view=all`: all tabs on one page, for print and for machines. `rows=all`: all rows of a long table. `q`: those whose
    name has these words.
    """

    view = WordField(choices=[("all", "everything on one page")], required=False, default="the tab", label="View")
    rows = WordField(choices=[("all", "all rows")], required=False, default="the first rows", label="Rows")
    q = forms.CharField(max_length=MAX_Q, required=False, label="Filter by name")


class MapQuery(PageQuery):
    """What a map can be asked, besides the date: the other view of it."""

    view = WordField(choices=[("tiles", "tiles of one size")], required=False, default="the world map", label="View")


class PagedQuery(PageQuery):
    """What the page of a fact with a long list can be asked: the pages of that list as well."""

    other = (*PageQuery.other, "page")
