"""How facts are found by words, and how close what was found is to what was typed. Pure conditions for the database.

A fact that has pages or sentences of its own keeps two shadows: `folded`, what it is called, and `folded_text`, what
else its page says of it. `Name` keeps what it is called in other languages.
"""

from functools import reduce
from operator import and_, or_

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from alliances.text import fold, spellings

from .folded_text import lines, shadows_of

# What stands before a word of a folded name.
_BEFORE_WORDS = "\n '"


class Match(models.IntegerChoices):
    """How close a fact is to the words that found it, the closest first. This is the ranking of every search.

    A name is what it is called in any language, now or formerly, in full or as an acronym; for states, also the codes
    of ISO 3166. Whether “un” is the United Nations is said here, and nowhere else.
    """

    EXACTLY = 0, "a name, acronym or code is what was typed"
    BEGINNING = 1, "a name begins with what was typed"
    WORD = 2, "every word that was typed begins a word of its names"
    WITHIN = 3, "every word occurs somewhere in its names"
    TEXT = 4, "every word occurs in its names or in what its page says"
    PARENT = 5, "some words occur only in the names of the organization that it belongs to"


def has_column(model, name):
    """Tell whether a model stores a field of that name."""
    return any(field.name == name for field in model._meta.fields)


def holds_part(column, *parts):
    """Return the condition that one of some folded texts, in one of its spellings, is a part of a column."""
    return reduce(or_, (Q(**{f"{column}__contains": each}) for part in parts for each in spellings(part)))


class Searchable:
    """What can be found by words: its own, and the names of what its sentence names: “csto council”."""

    def save(self, *args, update_fields=None, **kwargs):
        """Save; with a field that search reads goes its shadow."""
        if update_fields is not None:
            update_fields = {*update_fields, *shadows_of(type(self), update_fields)}
        super().save(*args, update_fields=update_fields, **kwargs)

    @classmethod
    def name_condition(cls, *parts, prefix=""):
        """Return the condition that one of some folded texts is a part of what this is called, in any language.

        A line end in it asks for the beginning or the end of a name. `prefix` leads here from another model.
        """
        found = holds_part(f"{prefix}folded", *parts) if has_column(cls, "folded") else Q(pk__in=[])
        if hasattr(cls, "names"):
            link = cls._meta.get_field("names").field
            names = link.model.objects.filter(holds_part("folded", *parts), **{link.name: OuterRef(f"{prefix}pk")})
            found |= Q(Exists(names))
        return found

    @classmethod
    def text_condition(cls, word):
        """Return the condition that a folded word occurs in what this is called, or in what its page says of it."""
        found = cls.name_condition(word)
        return found | holds_part("folded_text", word) if has_column(cls, "folded_text") else found

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a folded word finds this: by a name, by its text, by what its sentence names.

        What else is said of those does not count: a note on NATO that mentions Russia makes no spell Russia's.
        """
        found = cls.text_condition(word)
        for path in cls.KIND.named_by:
            model, prefix = cls, ""
            for name in path.split("__"):
                model, prefix = model._meta.get_field(name).related_model, f"{prefix}{name}__"
                found |= model.name_condition(word, prefix=prefix)
        return found

    @classmethod
    def closeness(cls, text):
        """Return the expression of how close a fact that was found is to the text: a value of Match."""
        whole = fold(text)
        words = list(dict.fromkeys(whole.split()))

        def every(condition):
            return reduce(and_, map(condition, words))

        def begun(word):
            return cls.name_condition(*(f"{sign}{word}" for sign in _BEFORE_WORDS))

        if not words:
            return Value(Match.PARENT, output_field=models.IntegerField())
        by_name = [
            When(cls.name_condition(f"\n{whole}\n"), then=Match.EXACTLY),
            When(cls.name_condition(f"\n{whole}"), then=Match.BEGINNING),
            When(every(begun), then=Match.WORD),
            When(every(cls.name_condition), then=Match.WITHIN),
        ]
        return Case(
            *(by_name if has_column(cls, "folded") else ()),
            When(every(cls.text_condition), then=Match.TEXT),
            default=Match.PARENT,
            output_field=models.IntegerField(),
        )


def match_name(name, text):
    """Tell how close one name is to a text: a value of Match, or None where some word does not occur in it.

    For one name in memory what `closeness` asks of all names in the database.
    """
    line, whole = lines([name]), fold(text)

    def there(part):
        return any(spelling in line for spelling in spellings(part))

    if not all(map(there, whole.split())):
        return None
    if there(f"\n{whole}\n"):
        return Match.EXACTLY
    if there(f"\n{whole}"):
        return Match.BEGINNING
    begun = all(any(there(f"{sign}{word}") for sign in _BEFORE_WORDS) for word in whole.split())
    return Match.WORD if begun else Match.WITHIN
