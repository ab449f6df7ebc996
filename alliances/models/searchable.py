"""Search by words: database conditions that find facts, and how closely each matches what was typed.

A fact with a page or a sentence of its own keeps two folded shadows: `folded` holds its names, `folded_text` the rest
of what its page says. `Name` holds names in other languages.
"""

from functools import reduce
from operator import and_, or_

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from alliances.text import fold, spellings

from .folded_text import lines, shadows_of

# The characters that can stand before a word of a folded name.
_BEFORE_WORDS = "\n '"


class Match(models.IntegerChoices):
    """How closely a fact matches the words that found it, closest first. Every search ranks by this.

    A name is what it is called in any language, now or formerly, in full or as an acronym; for states, also the codes
    of ISO 3166. That “un” finds the United Nations first is decided here and nowhere else.
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
    """Return the condition that a column contains one of these folded texts in one of its spellings."""
    return reduce(or_, (Q(**{f"{column}__contains": each}) for part in parts for each in spellings(part)))


class Searchable:
    """What can be found by words: its own, and the names of what its sentence names: “csto council”."""

    def save(self, *args, update_fields=None, **kwargs):
        """Save, including the shadows of the fields that are saved."""
        if update_fields is not None:
            update_fields = {*update_fields, *shadows_of(type(self), update_fields)}
        super().save(*args, update_fields=update_fields, **kwargs)

    @classmethod
    def name_condition(cls, *parts):
        """Return the condition that one of its names, in any language, contains one of these folded texts.

        A line end in the text anchors it to the beginning or end of a name.
        """
        found = holds_part("folded", *parts) if has_column(cls, "folded") else Q(pk__in=[])
        if hasattr(cls, "names"):
            link = cls._meta.get_field("names").field
            names = link.model.objects.filter(holds_part("folded", *parts), **{link.name: OuterRef("pk")})
            found |= Q(Exists(names))
        return found

    @classmethod
    def text_condition(cls, word):
        """Return the condition that a folded word occurs in its names or in the text of its page."""
        found = cls.name_condition(word)
        return found | holds_part("folded_text", word) if has_column(cls, "folded_text") else found

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a folded word finds this: by a name, by its text, by what its sentence names.

        What else is said of those does not count: a note on NATO that mentions Russia makes no spell Russia's.
        """
        found = cls.text_condition(word)
        for path in cls.KIND.named_by:
            model, names = cls, path.split("__")
            for place, name in enumerate(names, 1):
                model = model._meta.get_field(name).related_model
                # A subquery of its own: the few hundred states and organizations are searched once, not for each row.
                named = model.objects.order_by().filter(model.name_condition(word)).values("pk")
                found |= Q(**{f"{'__'.join(names[:place])}__in": named})
        return found

    @classmethod
    def closeness(cls, text):
        """Return an expression for how closely a found fact matches the text: a value of Match."""
        whole = fold(text)
        words = list(dict.fromkeys(whole.split()))

        def every(condition):
            return reduce(and_, map(condition, words))

        def begun(word):
            return cls.name_condition(*(f"{before}{word}" for before in _BEFORE_WORDS))

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
    """Return how closely one name matches a text: a value of Match, or None if a word of the text is missing.

    It does in memory for one name what `closeness` does in the database.
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
