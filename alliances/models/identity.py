"""What tells one fact from all others: said once, as a constraint, and asked wherever a fact is looked for.

Natural keys of fixtures, the columns by which a spreadsheet knows its rows, and the form that cites a source for facts
that are here already follow from it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import models

_NAME = "%(app_label)s_%(class)s_once"

_found: ContextVar[dict | None] = ContextVar("facts found by natural key", default=None)


def once(*fields: str, message: str, **options: Any) -> models.UniqueConstraint:
    """Return the constraint that there is one fact with these values; so they are its identity."""
    return models.UniqueConstraint(fields=fields, name=_NAME, violation_error_message=message, **options)


@contextmanager
def remembering_keys() -> Iterator[None]:
    """Ask the database once for each natural key: loading the fixtures names a few hundred keys fifteen thousand times.

    Only where nobody deletes or renames meanwhile.
    """
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def remembered(get: Callable) -> Callable:
    """Decorate `get_by_natural_key`, so that inside `remembering_keys` each key is asked for once."""

    @wraps(get)
    def get_by_natural_key(self: "IdentifiedQuerySet", *key: Any) -> models.Model:
        found = _found.get()
        if found is None:
            return get(self, *key)
        name = (self.model, self.db, repr(key))
        if name not in found:
            found[name] = get(self, *key)
        return found[name]

    return get_by_natural_key


class IdentifiedQuerySet(models.QuerySet):
    """Finds facts by what tells them from all others."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "get_by_natural_key" in vars(cls):
            cls.get_by_natural_key = remembered(cls.get_by_natural_key)

    @remembered
    def get_by_natural_key(self, *key):
        """Find a fact by its identity, flat: where a field of it is a foreign key, by the identity of that thing."""
        return self.get(**dict(zip(self.model.identity_lookups(), key, strict=True)))


class Identified(models.Model):
    """Something that its identity tells from all others of its kind."""

    class Meta:
        abstract = True

    @classmethod
    def identity(cls) -> tuple[str, ...]:
        """Return the fields that tell it: its address, or else those of its constraint `once`."""
        if address := getattr(cls, "address_field", ""):
            return (address,)
        name = _NAME % {"app_label": cls._meta.app_label, "class": cls._meta.model_name}
        return next((tuple(rule.fields) for rule in cls._meta.constraints if rule.name == name), ())

    @classmethod
    def identity_lookups(cls) -> list[str]:
        """Return the same as lookups of plain values: ["organization__slug", "state__iso3", "status", "joined"]."""
        found = []
        for name in cls.identity():
            field: Any = cls._meta.get_field(name)
            ends = field.related_model.identity_lookups() if field.is_relation else [""]
            found += [f"{name}__{end}" if end else name for end in ends]
        return found

    def natural_key(self) -> tuple:
        """Return the values of its identity, flat; `get_by_natural_key` finds it by them."""
        key: list = []
        for name in self.identity():
            value = getattr(self, name)
            key += value.natural_key() if isinstance(value, models.Model) else [value]
        return tuple(key)
