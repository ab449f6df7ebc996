"""How a query string is read: strictly.

Nothing that is asked is ignored: an unknown parameter, a bad value, a single parameter given twice is
an error named after the parameter (`problems`), and then there are no rows.
"""

from functools import cache

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from alliances import dates
from alliances.publishing import citations
from alliances.text import shorten

from .search import KINDS

MAX_Q = 200


class OnField(forms.CharField):
    """A date to ask about: a year, a month or a day; cleaned to a `dates.PartialDate`, None if empty."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs, max_length=40)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return dates.parse(text)
        except ValueError as error:
            raise ValidationError(str(error), code="date") from error


class CodesField(forms.MultipleChoiceField):
    """Several codes out of a known set; the message says which one is unknown and what a code looks like.

    A few codes are given as `choices`, many as a `vocabulary` (alliances/choices.py): a function that fetches it. That
    is done here, once for each request, and not at each of the many places that need it.
    """

    def __init__(self, *, choices=(), vocabulary=None, example="", **kwargs):
        # Many codes are no choices of the form: Django would copy and walk them all for each request.
        super().__init__(choices=choices, **kwargs)
        self.vocabulary = vocabulary and vocabulary()
        self.example = example
        self._meant = {}

    @property
    def words(self):
        """Map each code to what it is called."""
        return self.vocabulary.words if self.vocabulary else dict(self.choices)

    def to_python(self, value):
        """Take an empty value for nothing asked, as a form without JavaScript sends it."""
        return [code for code in super().to_python(value) if code]

    def validate(self, value):
        known = self.words
        for code in value:
            if code not in known:
                meant = self.meant_by(code)
                near = " or ".join(f"{each} ({known[each]})" for each in meant)
                if len(meant) == 1 and meant[0].casefold() == code.strip().casefold():
                    near = meant[0]
                hint = f"Did you mean {near}?" if near else self.example or f"There are: {', '.join(sorted(known))}."
                raise ValidationError(f"“{shorten(code)}” is not known here. {hint}", code="unknown")

    def meant_by(self, text):
        """Return the known codes that an unknown text may mean."""
        if not self.vocabulary:
            return [code for code in self.words if code.casefold() == text.strip().casefold()]
        if text not in self._meant:
            self._meant[text] = self.vocabulary.meant_by(text) if len(text) <= MAX_Q else []
        return self._meant[text]


class Together:
    """A filter that only holds together with others: `ListFilter.together` asks the QuerySet for all at once."""

    def filter(self, queryset, value):
        return queryset


class Codes(django_filters.MultipleChoiceFilter):
    """Keep the rows whose column is one of several codes."""

    field_class = CodesField


class TogetherCodes(Together, Codes):
    """Several codes that only hold together with other filters."""


class WordField(django_filters.fields.ChoiceField):
    """One of a few words; the message says which there are.

    `default` is the word that holds where none is given; or, where it is none of them, what then holds, in words.
    """

    def __init__(self, *args, default="", **kwargs):
        super().__init__(*args, **kwargs)
        self.default = default

    @property
    def words(self):
        """Map each word to what it stands for."""
        return {word: label for word, label in self.choices if word}

    def validate(self, value):
        if value and not self.valid_value(value):
            words = ", ".join(self.words)
            raise ValidationError(f"“{shorten(value)}” is not known here. There are: {words}.", code="unknown")


class Choice(django_filters.ChoiceFilter):
    """One of a few words."""

    field_class = WordField


class TogetherChoice(Together, Choice):
    """One of a few words that only holds together with other filters."""


class On(Together, django_filters.Filter):
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
                codes = field.meant_by(unknown) if unknown else []
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
                    meant = field.meant_by(code) if unknown <= 3 else []
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
    if form_asked and form_asked not in citations.FORMS:
        there_are = ", ".join(citations.FORMS)
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


class HistoryQuery(PageQuery):
    """What a history can be asked: its pages. It is the same on every date, which only its links keep.

    Nobody cites it in another form: what it tells are our corrections, and each has its day.
    """

    other = ("page",)


class SuggestionsQuery(PageQuery):
    """What the box in the header can be asked while somebody types in it. Nobody cites a search, but what it found."""

    other = ()

    q = forms.CharField(
        required=False,
        max_length=MAX_Q,
        error_messages={"max_length": f"Give at most {MAX_Q} characters."},
        label="Words",
        help_text="Words of a name or of a text, in any language and script, with or without accents.",
    )


class SearchQuery(SuggestionsQuery):
    """What the search can be asked: words, and which kinds of things to look among; without `kind`, all."""

    kind = CodesField(
        required=False, choices=[(kind.code, kind.many) for kind in KINDS], label="Kind", help_text="One or several."
    )
    repeatable = ("kind",)
