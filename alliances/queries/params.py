"""How a query string is read: strictly.

Nothing that is asked is ignored: an unknown parameter, a bad value, a single parameter given twice is
an error named after the parameter (`problems`), and then there are no rows.
"""

from functools import cache

import django_filters
from django import forms
from django.http import QueryDict

from alliances import dates
from alliances.publishing import citations
from alliances.text import shorten

from .fields import MAX_Q, CodesField, OnField, WordField


class CombinedFilter:
    """A filter that only holds together with others: `ListFilter.together` asks the QuerySet for all at once."""

    def filter(self, queryset, value):
        return queryset


class Codes(django_filters.MultipleChoiceFilter):
    """Keep the rows whose column is one of several codes."""

    field_class = CodesField


class CombinedCodes(CombinedFilter, Codes):
    """Several codes that only hold together with other filters."""


class Choice(django_filters.ChoiceFilter):
    """One of a few words."""

    field_class = WordField


class CombinedChoice(CombinedFilter, Choice):
    """One of a few words that only holds together with other filters."""


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
        columns = self.columns[value.removeprefix("-")][1]
        if value.startswith("-"):
            columns = [column.removeprefix("-") if column.startswith("-") else f"-{column}" for column in columns]
        return queryset.order_by(*columns, "pk")


class ListFilter(django_filters.FilterSet):
    """What every list can be asked, and the strictness of the contract.

    `problems` maps each parameter that cannot be answered to its messages; `on` is the date on view;
    `applied` says the filters in words, each with the query that is left without it.
    """

    # Parameters that the page itself reads, not the rows.
    OTHER = {"page", "cite"}
    # The parameter whose codes `match` is about.
    matched = ""

    q = django_filters.CharFilter(
        method="search",
        max_length=MAX_Q,
        error_messages={"max_length": f"Give at most {MAX_Q} characters."},
        label="Words",
        help_text="Words of a name or of a text, in any language and script, with or without accents.",
    )

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data if data is not None else QueryDict(), queryset, **kwargs)
        # Two filters that know the same things, as states on both sides of a comparison, fetch them once.
        fetched = {}
        for each in self.filters.values():
            if fetch := each.extra.get("vocabulary"):
                each.extra["vocabulary"] = fetched.setdefault(fetch, cache(fetch))

    @property
    def problems(self):
        """Map each parameter that is unknown, repeated or has a bad value to its messages."""
        found = problems_of(self.form, self.filters, self.repeatable, self.OTHER)
        if not found and self.asked.get("match") and not self.asked[self.matched]:
            found["match"] = [f"It says how several codes count: name them with “{self.matched}”."]
        return found

    def is_valid(self):
        return not self.problems

    @property
    def asked(self):
        """What was asked, cleaned; an empty value means not asked."""
        return getattr(self.form, "cleaned_data", {})

    @property
    def on(self):
        """The date on view: the one asked for, else today."""
        return self.asked.get("on") or dates.on_today()

    def search(self, queryset, name, value):
        """Answer `q`."""
        return queryset.search(value)

    def filter_queryset(self, queryset):
        return super().filter_queryset(self.together(queryset, self.asked))

    def together(self, queryset, asked):
        """Answer the filters that hold together. A list without such filters has nothing to add."""
        return queryset

    @property
    def applied(self):
        """Return [(label, value in words, query string without it)] of what was asked, in the form's order."""
        rows = []
        for name in self.filters:
            if name == "order":
                continue
            words = getattr(self.form.fields[name], "words", {})
            for value in dict.fromkeys(self.data.getlist(name)):
                if value:
                    rows.append((self.filters[name].label, words.get(value, value), self._without(name, value)))
        return rows

    @property
    def vocabularies(self):
        """The vocabularies of the filters, each once."""
        return list({each.noun: each for each in self._vocabularies.values()}.values())

    @property
    def places(self):
        """The ids of what an answer brings into the form: each field's messages, and its codes if they are many."""
        messages = [f"#errors-{name}" for name in self.filters if name != "order"]
        return messages + [f"#chosen-{name}" for name in self._vocabularies]

    @property
    def _vocabularies(self):
        fields = self.form.fields.items()
        return {name: field.vocabulary for name, field in fields if getattr(field, "vocabulary", None)}

    @property
    def meant(self):
        """Map each parameter that has an unknown code to what it may mean: [(words, query string with it instead)].

        One unknown code at a time, the first, as the message is about; several queries, so only for what is refused.
        """
        found = {}
        for name in self.problems:
            field = self.form.fields.get(name)
            if isinstance(field, CodesField):
                given = self.data.getlist(name)
                unknown = next((code for code in given if code and code not in field.words), None)
                codes = field.guess(unknown) if unknown else []
                found[name] = [(field.words[code], self._instead(name, unknown, code)) for code in codes]
        return {name: links for name, links in found.items() if links}

    @property
    def moved(self):
        """Return the query string with present codes where it has some that things had before, or None.

        A code in a filter is a promise as the address of its page is.
        """
        data = self.data.copy()
        found = False
        for name in self._vocabularies:
            vocabulary = self.form.fields[name].vocabulary
            given = data.getlist(name)
            if now := vocabulary.present([code for code in given if code and code not in vocabulary.words]):
                found = True
                data.setlist(name, dict.fromkeys(now.get(code, code) for code in given))
        return data.urlencode() if found else None

    @property
    def canonical(self):
        """Return the query string with codes where somebody typed names into the form, or None.

        Codes are the contract, and no address with a name in it is ever answered; but a person who types “Armenia”
        or “одкб” and can mean but one thing is led on to its code. An address in which a field stands empty comes
        from a form; what was written without one, by a person or by a program, is refused, and told what was meant.
        """
        if not any(value == "" for name in self.filters for value in self.data.getlist(name)):
            return None
        data = self.data.copy()
        unknown = 0
        for name in self.repeatable & data.keys():
            field = self.form.fields[name]
            codes = []
            for code in filter(None, data.getlist(name)):
                meant = [code]
                if code not in field.words:
                    unknown += 1
                    # A form has one text field for each parameter: more than a few were not typed.
                    meant = field.guess(code) if unknown <= 3 else []
                if len(meant) != 1:
                    return None
                codes.append(meant[0])
            data.setlist(name, dict.fromkeys(codes))
        if not unknown:
            return None
        for name in list(data):
            data.setlist(name, [value for value in data.getlist(name) if value])
        return data.urlencode()

    @property
    def repeatable(self):
        """The parameters that may be given several times."""
        return {name for name, each in self.filters.items() if isinstance(each, Codes)}

    def _instead(self, name, unknown, code):
        data = self.data.copy()
        data.setlist(name, dict.fromkeys(code if each == unknown else each for each in data.getlist(name)))
        return data.urlencode()

    def _without(self, name, value):
        left = self.data.copy()
        left.pop("page", None)
        left.setlist(name, [each for each in left.getlist(name) if each != value])
        return left.urlencode()


def problems_of(form, known, repeatable=(), other=()):
    """Return {parameter: [message]} of a form's errors and of the parameters that nothing would read."""
    problems = {name: list(errors) for name, errors in form.errors.items()}
    data = form.data
    for name in data:
        if name not in known and name not in other:
            there_are = ", ".join(sorted({*known, *other}))
            name = shorten(name)
            problems[name] = [f"There is no parameter “{name}” here. There are: {there_are}."]
        elif name not in repeatable and len(data.getlist(name)) > 1:
            problems[name] = [f"Give “{name}” once."]
    form_asked = data.get("cite") if "cite" in other else ""
    if form_asked and form_asked not in citations.FORMATS:
        there_are = ", ".join(citations.FORMATS)
        problems.setdefault("cite", [f"“{shorten(form_asked)}” is no form of citation. There are: {there_are}."])
    return problems


class PageQuery(forms.Form):
    """What a page about one thing can be asked: the date to show it on. `other` are read by the page itself."""

    on = OnField(required=False, label="On", help_text="The date to look at; default today.")
    other = ("cite",)
    repeatable = ()

    @property
    def problems(self):
        """Map each parameter that cannot be answered to its messages."""
        return problems_of(self, self.fields, self.repeatable, self.other)

    @property
    def day(self):
        """The date on view: the one asked for, else today."""
        return self.cleaned_data.get("on") or dates.on_today()
