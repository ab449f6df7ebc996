"""Form fields of query strings: dates, codes, words."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from alliances import dates
from alliances.text import shorten

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
                meant = self.guess(code)
                near = " or ".join(f"{each} ({known[each]})" for each in meant)
                if len(meant) == 1 and meant[0].casefold() == code.strip().casefold():
                    near = meant[0]
                hint = f"Did you mean {near}?" if near else self.example or f"There are: {', '.join(sorted(known))}."
                raise ValidationError(f"“{shorten(code)}” is not known here. {hint}", code="unknown")

    def guess(self, text):
        """Return the known codes that an unknown text may mean."""
        if not self.vocabulary:
            return [code for code in self.words if code.casefold() == text.strip().casefold()]
        if text not in self._meant:
            self._meant[text] = self.vocabulary.guess(text) if len(text) <= MAX_Q else []
        return self._meant[text]


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
