"""A searchable shadow of texts: folded, a line each, and made anew whenever it is read."""

from django.db import models

from alliances.text import fold


def lines(texts):
    """Return texts folded, each between line ends, so that the database can ask how one of them begins and ends.

    A text with an apostrophe stands there twice: who types “cote divoire” means Côte d'Ivoire.
    """
    folded = dict.fromkeys(each for text in texts for each in (fold(str(text)), fold(str(text)).replace("'", "")))
    return "".join(f"\n{text}" for text in folded if text) + "\n"


class FoldedText:
    """Read a folded field: always made from the fields it shadows, so no path of a write can leave it behind.

    `loaddata` saves raw and asks no field's `pre_save`; it does read attributes, as every other path does.
    """

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return lines(getattr(instance, source) for source in self.field.sources)

    def __set__(self, instance, value):
        # Kept only so that Django does not take the field for a deferred one and leave it out of a save.
        instance.__dict__[self.field.attname] = value


class FoldedField(models.TextField):
    """The searchable shadow of other fields: their texts, folded, a line each.

    `QuerySet.update` sees no instance, and `save(update_fields=…)` writes only what it names: `FactQuerySet.update`
    and `Searched.save` see to it that the shadow follows.
    """

    descriptor_class = FoldedText

    def __init__(self, *args, sources=(), **kwargs):
        self.sources = tuple(sources)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):
        """Sort alike on every database: SQLite compares code points, PostgreSQL would ask the locale of its cluster."""
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
