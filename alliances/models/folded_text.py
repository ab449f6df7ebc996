"""Folded shadows of text fields for search: one line per text, recomputed whenever they are read."""

from django.db import models

from alliances.text import fold


def lines(texts):
    """Return texts folded, each enclosed in line ends, so that the database can match beginnings and ends.

    A text with an apostrophe is stored with and without it: “cote divoire” finds Côte d'Ivoire.
    """
    folded = dict.fromkeys(each for text in texts for each in (fold(str(text)), fold(str(text)).replace("'", "")))
    return "".join(f"\n{text}" for text in folded if text) + "\n"


class FoldedText:
    """Descriptor of a folded field: it is computed from the fields it shadows, so that no write can leave it stale.

    `loaddata` saves raw and calls no `pre_save`; but like every other path of a write it reads attributes.
    """

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return lines(getattr(instance, source) for source in self.field.sources)

    def __set__(self, instance, value):
        # Stored only so that Django does not treat the field as deferred and skip it on save.
        instance.__dict__[self.field.attname] = value


class FoldedField(models.TextField):
    """The searchable shadow of other fields: their texts, folded, one per line.

    `QuerySet.update` has no instance, and `save(update_fields=…)` writes only what it names:
    `SearchableQuerySet.update` and `Searchable.save` keep the shadow in step.
    """

    descriptor_class = FoldedText

    def __init__(self, *args, sources=(), **kwargs):
        self.sources = tuple(sources)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):
        """Use the same order on every database: SQLite compares code points, PostgreSQL the locale of its cluster."""
        parameters = super().db_parameters(connection)
        return parameters | {"collation": "C"} if connection.vendor == "postgresql" else parameters

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "blank", "default"):
            kwargs.pop(key, None)
        return name, path, args, {**kwargs, "sources": self.sources}


def shadows_of(model, names):
    """Return the folded fields of a model that shadow one of the named fields."""
    folded = (field for field in model._meta.fields if isinstance(field, FoldedField))
    return [field.name for field in folded if set(field.sources) & set(names)]
