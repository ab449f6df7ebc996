"""The columns of a sheet: each reads one attribute of a fact as a text, and turns the text of a cell into its value."""

from typing import Any

from django.db.models import Field, Model
from django.utils.functional import cached_property

from alliances.text import shorten

# Of unknown codes, so many are looked up for a suggestion of what is meant: each costs a query.
_MAX_GUESSES = 20


class Column:
    """A text as it is."""

    read_only = False

    def __init__(self, field: Field):
        self.field = field
        self.name: str = field.name

    def text(self, fact: Model) -> str:
        """Return what its cell says of a fact."""
        return self.text_of(getattr(fact, self.name, None))

    def text_of(self, value: Any) -> str:
        """Return a value as a text."""
        return "" if value is None else str(value)

    def value(self, text: str) -> Any:
        """Return the value that a cell says; raise ValueError, with a sentence for the editor, where it says none."""
        return text

    @property
    def lookup(self) -> str:
        """How the database is asked for its texts: `organization__slug`."""
        return self.name

    @property
    def meaning(self) -> str:
        """Say to editors what it means."""
        return str(self.field.help_text) or f"{str(self.field.verbose_name).capitalize()}."


class NumberColumn(Column):
    """A whole number in digits; empty: none."""

    def value(self, text):
        if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise ValueError("Give a whole number in digits, for example 12, or nothing.")
        return int(text) if text else None


class ChoiceColumn(Column):
    """The code of a choice; its name on the desk (“Change of status”) is understood, too."""

    @cached_property
    def codes(self) -> dict[str, str]:
        """The codes by their names on the desk."""
        return {str(label).casefold(): str(code) for code, label in self.field.flatchoices}

    def value(self, text):
        # A text that is no choice stays as it is typed, and the model says so.
        return text if text in self.codes.values() else self.codes.get(text.casefold(), text)

    @property
    def meaning(self):
        choices = f"One of: {', '.join(str(code) for code, _ in self.field.flatchoices)}."
        return f"{self.field.help_text} {choices}".strip()


class LinkColumn(Column):
    """Another thing by its public address, in upper or lower case; all things of its kind are fetched once."""

    def __init__(self, field: Any):
        super().__init__(field)
        self.model = field.related_model
        self.key: str = self.model.address_field
        self._unknown: dict[str, str] = {}

    @cached_property
    def things(self) -> dict[str, Model]:
        """All things that can be named, by their addresses."""
        return {getattr(thing, self.key): thing for thing in self.model.objects.all()}

    def text_of(self, value):
        return "" if value is None else str(getattr(value, self.key))

    def value(self, text):
        if not text:
            return None
        for code in (text, text.upper(), text.lower()):
            if code in self.things:
                return self.things[code]
        if text not in self._unknown:
            self._unknown[text] = self._explain(text)
        raise ValueError(self._unknown[text])

    def _explain(self, text):
        """Say that there is no such thing, and what may be meant: the sheets of ministries have names in them."""
        meant = self.model.objects.guess(text[:100]) if len(self._unknown) < _MAX_GUESSES else []
        suggestions = " or ".join(f"{getattr(thing, self.key)} ({thing})" for thing in meant)
        message = f"There is no {self.model._meta.verbose_name} with the {self._key_name} “{shorten(text)}”."
        return f"{message} Did you mean {suggestions}?" if suggestions else message

    @property
    def _key_name(self):
        return "address" if self.key == "slug" else str(self.model._meta.get_field(self.key).verbose_name)

    @property
    def lookup(self):
        return f"{self.name}__{self.key}"

    @property
    def meaning(self):
        return f"The {self._key_name}. {self.field.help_text}".strip()


class NameColumn(Column):
    """The name beside a code, for people to read: exported, never taken. It must fit the code, or be empty."""

    read_only = True
    meaning = "To read only; it must fit the code, or be empty."

    def __init__(self, link: LinkColumn, attribute: str):
        super().__init__(link.model._meta.get_field(attribute))
        self.name = f"{link.name}_{attribute}"
        self.link, self.attribute = link, attribute

    def text(self, fact):
        return self.text_of(getattr(getattr(fact, self.link.name, None), self.attribute, None))


def column_of(field: Field) -> Column:
    """Return the column of a field of a model."""
    if field.is_relation:
        return LinkColumn(field)
    if field.choices:
        return ChoiceColumn(field)
    return NumberColumn(field) if field.get_internal_type().startswith("Positive") else Column(field)
