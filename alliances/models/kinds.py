"""The kinds of facts: the one registry, from which every other list of kinds follows.

A model whose versions are kept says once what kind of thing it is, as `KIND = kinds.Kind(…)`. Citations, waivers,
histories, search, the desk, suggestions and the rules ask here. `alliances/checks.py` refuses a model that says too
little.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

# What stands in a fact and is ours: how sure we are, and why we hold it.
_MARKS = ("confidence", "reason", "unsourced")

_kinds: dict[str, "Kind"] = {}


@dataclass(eq=False)
class Kind:
    """What the rest of the code must know of one kind of thing.

    code: its word in citations, waivers, fixtures and addresses, for example "force".
    parents: the foreign keys to what it belongs to; its history is told with theirs.
    named_by: paths to what its sentence names, joined wherever the sentence is said; their names find it, too.
    hidden: fields that no reader sees: marks of ours, places on a map.
    claimed: the date field from which it says that something is true; no source can be older, unless it is a treaty.
    citable: whether sources are cited for it; a source and a citation are kept with versions, but are no facts.
    """

    code: str
    parents: tuple[str, ...] = ()
    named_by: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    claimed: str = ""
    citable: bool = True
    model: type[models.Model] = field(init=False, repr=False)

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        """Register the kind of a model; Django calls this where a class body holds a Kind."""
        known = _kinds.setdefault(self.code, self)
        if known is not self:
            raise ValueError(f"“{self.code}” is the kind of {known.model.__name__} already.")
        self.model = model
        setattr(model, name, self)

    @property
    def has_page(self) -> bool:
        """Whether it has a page and an address of its own."""
        return hasattr(self.model, "address_field")

    def public_fields(self) -> list[models.Field]:
        """Return the fields that a reader sees, the note last: typed, and neither a mark of ours nor its address."""
        hidden = {*_MARKS, *self.hidden, getattr(self.model, "address_field", "")}
        typed = (each for each in self.model._meta.concrete_fields if each.editable and not each.primary_key)
        shown = [each for each in typed if not each.generated and each.name not in hidden]
        return sorted(shown, key=lambda each: each.name == "note")

    @property
    def depth(self) -> int:
        """How far it is from what belongs to nothing: 0 for a state, 1 for a council, 2 for a chairmanship."""
        return max((parent.depth + 1 for parent in self.parent_kinds.values()), default=0)

    @property
    def parent_kinds(self) -> dict[str, "Kind"]:
        """Map each foreign key to what it belongs to, to the kind of that."""
        # Not `related_model`: the columns of a citation are made of the kinds before all models are ready.
        links: dict[str, Any] = {name: self.model._meta.get_field(name).remote_field for name in self.parents}
        return {name: link.model.KIND for name, link in links.items()}

    def paths_to(self, code: str) -> list[str]:
        """Return the lookups that lead to what it belongs to of another kind, near or far: "council__organization"."""
        found = []
        for name, kind in self.parent_kinds.items():
            if kind.code == code:
                found.append(name)
            found += [f"{name}__{path}" for path in kind.paths_to(code)]
        return found


def named(code: str) -> Kind:
    """Return a kind by its code; KeyError where there is none."""
    return _kinds[code]


def codes() -> set[str]:
    """Return the codes of all kinds."""
    return set(_kinds)


def every() -> list[Kind]:
    """Return all kinds: what others belong to stands before them, then by code."""
    return sorted(_kinds.values(), key=lambda kind: (kind.depth, kind.code))


def facts() -> Iterator[Kind]:
    """Yield the kinds for which sources are cited."""
    return (kind for kind in every() if kind.citable)


def with_pages() -> Iterator[Kind]:
    """Yield the kinds that have pages of their own."""
    return (kind for kind in every() if kind.has_page)
