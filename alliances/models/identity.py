"""What tells one fact from all others: said once, as a constraint, and asked wherever a fact is looked for.

Natural keys of fixtures, the columns by which a spreadsheet knows its rows, and the form that cites a source for facts
that are here already follow from it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

_NAME = "%(app_label)s_%(class)s_once"

_known: ContextVar["KnownKeys | None"] = ContextVar("facts by their natural keys, while many are loaded", default=None)


def once(*fields: str, message: str, **options: Any) -> models.UniqueConstraint:
    """Return the constraint that there is one fact with these values; so they are its identity."""
    return models.UniqueConstraint(fields=fields, name=_NAME, violation_error_message=message, **options)


class KnownKeys:
    """The facts of each kind by their natural keys, while many are loaded: read with one query a kind, then kept up.

    Fixtures name a few hundred things a hundred thousand times, and each of their facts might be here already. Facts
    may wait to be written together; whoever looks for one that waits has them written first (`write`). Only where
    nobody else writes meanwhile.
    """

    def __init__(self, write: Callable[[], None]):
        self.write = write
        self._things: dict = {}
        self._keys: dict = {}
        self._waiting: set = set()

    def find(self, model: type, using: str, key: tuple) -> SimpleNamespace:
        """Return the `id` and `pk` of the fact with this key: all that Django asks. Raises model.DoesNotExist."""
        key = _flat(key)
        if (model, key) in self._waiting:
            self.write()
        things = self._of(model, using)
        if key not in things:
            raise model.DoesNotExist(f"No {model._meta.verbose_name} is known by {key}.")
        return SimpleNamespace(pk=things[key], id=things[key])

    def key_of(self, model: type, using: str, pk: Any) -> tuple:
        """Return the natural key of a fact that is here."""
        self._of(model, using)
        return self._keys[model, using][pk]

    def wait(self, fact: models.Model) -> None:
        """Remember that this fact is going to be written."""
        self._waiting.add((type(fact), _flat(fact.natural_key())))

    def arrive(self, facts: list, using: str) -> None:
        """Know these facts, which waited and are here now."""
        self._waiting.clear()
        for fact in facts:
            self.add(fact, using)

    def add(self, fact: Any, using: str) -> None:
        """Know a fact that is here now."""
        key, place = fact.natural_key(), (type(fact), using)
        if place in self._things:
            self._things[place][_flat(key)], self._keys[place][fact.pk] = fact.pk, key

    def _of(self, model, using):
        if (model, using) not in self._things:
            keys = dict(model.stored_keys(using))
            self._keys[model, using] = keys
            self._things[model, using] = {_flat(key): pk for pk, key in keys.items()}
        return self._things[model, using]


def _flat(key):
    return tuple(_flat(part) if isinstance(part, list | tuple) else part for part in key)


@contextmanager
def known_keys(write: Callable[[], None]) -> Iterator[KnownKeys]:
    """Let natural keys be looked up in memory; `write` stores what waits."""
    known = KnownKeys(write)
    token = _known.set(known)
    try:
        yield known
    finally:
        _known.reset(token)


def remembered(get: Callable) -> Callable:
    """Decorate `get_by_natural_key`, so that inside `known_keys` it asks the memory."""

    @wraps(get)
    def get_by_natural_key(self: "IdentifiedQuerySet", *key: Any) -> Any:
        known = _known.get()
        return get(self, *key) if known is None else known.find(self.model, self.db, key)

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

    @classmethod
    def stored_keys(cls, using: str) -> Iterator[tuple[Any, tuple]]:
        """Yield (key in the database, natural key) of every fact that is here."""
        rows = cls._base_manager.using(using).values_list("pk", *cls.identity_lookups())
        yield from ((pk, key) for pk, *key in rows.iterator())

    def natural_key(self) -> tuple:
        """Return the values of its identity, flat; `get_by_natural_key` finds it by them."""
        key: list = []
        for name in self.identity():
            key += self.key_of(name) if self._meta.get_field(name).is_relation else [getattr(self, name)]
        return tuple(key)

    def key_of(self, link: str) -> tuple:
        """Return the natural key of what a foreign key of this fact names."""
        field: Any = self._meta.get_field(link)
        known, pk = _known.get(), getattr(self, field.attname)
        if known is None or pk is None:
            return getattr(self, link).natural_key()
        return known.key_of(field.related_model, self._state.db or DEFAULT_DB_ALIAS, pk)
