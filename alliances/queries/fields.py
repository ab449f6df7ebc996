"""Form fields of query strings: dates, codes, words."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from alliances import dates, typed_dates
from alliances.text import fold, joined, shorten

# What one question may ask for. Each word of a search is a condition on every row, in a query for each kind of thing:
# seventy words cost a second. Each code that a list shows as a filter links to the list without it: two hundred of
# them made a page of 700 kB.
MAX_Q = 200  # characters
MAX_WORDS = 8
MAX_CODES = 20


def refuse_many_words(text):
    """Raise ValidationError if a text has more words than a search may ask for, as search counts them: folded."""
    number = len(fold(text).split())
    if number > MAX_WORDS:
        raise ValidationError(f"Search for at most {MAX_WORDS} words; these are {number}.", code="words")


class SearchField(forms.CharField):
    """Words to search for: at most MAX_Q characters and MAX_WORDS words."""

    LABEL = "Words"
    HELP = f"At most {MAX_WORDS} words of a name or of a text, in any language and script, with or without accents."
    default_error_messages = {"max_length": f"Give at most {MAX_Q} characters."}

    def __init__(self, **kwargs):
        super().__init__(max_length=MAX_Q, **{"label": self.LABEL, "help_text": self.HELP, **kwargs})

    def validate(self, value):
        super().validate(value)
        refuse_many_words(value)


class OnField(forms.CharField):
    """A date to ask about: a year, a month or a day. Cleans to a `dates.PartialDate`, or None if empty.

    Only the ISO form is answered. What people write instead is an error as well, and `guess` says what it may mean.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs, max_length=40)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return dates.parse(text)
        except ValueError as error:
            message = str(error)
            try:
                meant = typed_dates.readings(text)
            except ValueError as reason:
                message = str(reason)
            else:
                known = meant[0] if len(meant) == 1 else " or ".join(map(dates.in_words, meant))
                message = f"“{shorten(text)}”: did you mean {known}?"
            raise ValidationError(message, code="date") from error

    def known(self, text):
        """Tell whether a text is answered as it stands."""
        return dates.is_single(text.strip())

    def guess(self, text):
        """Return the dates that a text may mean, in ISO form."""
        try:
            return typed_dates.readings(text) if len(text) <= self.max_length else []
        except ValueError:
            return []

    named = guess

    def word(self, text):
        """Return what a date is called."""
        return dates.in_words(text)


class CodesField(forms.MultipleChoiceField):
    """Several codes of a known set, at most MAX_CODES. An error names the unknown code and says what codes look like.

    Pass a few codes as `choices`; for many pass a `vocabulary` (vocabularies.py), a function that fetches them. It is
    called here, once for each request.
    """

    def __init__(self, *, choices=(), vocabulary=None, example="", **kwargs):
        # A vocabulary does not become the form's choices: Django would copy and walk them all for each request.
        super().__init__(choices=choices, **kwargs)
        self.vocabulary = vocabulary and vocabulary()
        self.example = example
        self._guesses = {}

    @property
    def words(self):
        """Map each code to what it is called."""
        return self.vocabulary.words if self.vocabulary else dict(self.choices)

    def to_python(self, value):
        """Drop empty values, which a form without JavaScript sends."""
        return [code for code in super().to_python(value) if code]

    def validate(self, value):
        if len(value) > MAX_CODES:
            raise ValidationError(f"Give at most {MAX_CODES} codes; these are {len(value)}.", code="many")
        known = self.words
        for code in value:
            if code not in known:
                guesses = self.guess(code)
                near = " or ".join(f"{guess} ({known[guess]})" for guess in guesses)
                if len(guesses) == 1 and guesses[0].casefold() == code.strip().casefold():
                    near = guesses[0]
                hint = f"Did you mean {near}?" if near else self.example or f"There are: {', '.join(sorted(known))}."
                raise ValidationError(f"“{shorten(code)}” is not known here. {hint}", code="unknown")

    def known(self, text):
        """Tell whether a text is one of the codes."""
        return text in self.words

    def word(self, code):
        """Return what a code is called."""
        return self.words.get(code, code)

    def named(self, text):
        """Return the codes that are called exactly so, in any language: a part of a name is no name."""
        if self.vocabulary:
            return self.vocabulary.named(text) if len(text) <= MAX_Q else []
        key = joined(text)
        return [code for code, words in self.words.items() if key and key in {joined(code), joined(str(words))}]

    def guess(self, text):
        """Return the known codes that an unknown text may mean; none for a text too long to search for."""
        if not self.vocabulary:
            return self.named(text)
        if text not in self._guesses:
            long = len(text) > MAX_Q or len(fold(text).split()) > MAX_WORDS
            self._guesses[text] = [] if long else self.vocabulary.guess(text)
        return self._guesses[text]


class WordField(django_filters.fields.ChoiceField):
    """One of a few words. An error lists them.

    `default` is the word that applies if none is given, or a phrase that says what then applies.
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
