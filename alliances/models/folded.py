"""A searchable shadow of texts: folded, a line each, and made anew whenever it is read."""

from django.db import models

from alliances.text import fold


def lines(texts):
    """Return texts folded, each between line ends, so that the database can ask how one of them begins and ends."""
    folded = filter(None, (fold(str(text)) for text in texts))
    return "".join(f"\n{text}" for text in folded) + "\n"


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

    `QuerySet.update` sees no instance; `FactQuerySet.update` refuses what would leave the shadow behind.
    """

    descriptor_class = FoldedText

    def __init__(self, *args, sources=(), **kwargs):
        self.sources = tuple(sources)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "blank", "default"):
            kwargs.pop(key, None)
        return name, path, args, {**kwargs, "sources": self.sources}
