"""Which versions of which facts a page of the desk showed, and what became of them since."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Max, Value

from alliances.admin.forms import PROMISES
from alliances.history.changelog import PARENTS, Entry, History
from alliances.models import ChangeSet
from alliances.models.versioning import edits_of, versions_of

# No page shows as many facts; a page that says so was tampered with, and to compare them would take minutes.
MOST = 10_000


class PageSnapshot(dict):
    """Which versions of which facts a page showed: {part of the page: {key of the fact: its version}}.

    As a text it travels in the page and back: `alliances.council;:12=345;chairmanships:13=346,14=400`. A
    verification makes no new version: it changes nothing that somebody could type.
    """

    _whole = re.compile(r"([\w.]+)((?:;[\w-]*:(?:\d{1,18}=\d{1,18}(?:,\d{1,18}=\d{1,18})*)?)+)", re.ASCII)

    def __init__(self, label, parts):
        super().__init__(parts)
        self.label = label

    def __str__(self):
        parts = (
            f"{name}:" + ",".join(f"{key}={version}" for key, version in each.items()) for name, each in self.items()
        )
        return ";".join([self.label, *parts])

    @classmethod
    def read(cls, text, label):
        """Return what a page of this model says it showed; None where it says nothing that can be read."""
        if text.count("=") > MOST:
            return None
        found = cls._whole.fullmatch(text)
        if not found or found[1] != label:
            return None
        parts = {}
        for part in found[2][1:].split(";"):
            name, _, pairs = part.partition(":")
            parts[name] = {
                int(key): int(version) for key, version in (pair.split("=") for pair in pairs.split(",") if pair)
            }
        return cls(label, parts)


@dataclass
class PagePart:
    """The facts of one kind on a page: the fact itself (its name is empty), the rows of an inline, those of a list.

    `fields` gives the fields of their form, `link` names the one by which a row belongs to the fact of the page. In a
    *quiet* part nothing can be typed: it follows what is stored.
    """

    name: str
    facts: models.QuerySet
    fields: Callable
    quiet: bool = False
    link: str = ""

    @property
    def model(self):
        """The kind of its facts."""
        return self.facts.model

    def typed_fields(self):
        """Return the form fields, by name, whose values the facts store; a public identity is given once."""
        stored = {each.name for each in versions_of(self.model).tracked_fields}
        return {name: each for name, each in self.fields().items() if name in stored and name not in PROMISES}


def versions(parts):
    """Return {part: {key: version}} of the facts as they are now, in one query however many parts there are."""
    found = {part.name: {} for part in parts}
    each = [
        edits_of(part.model)
        .filter(id__in=part.facts.order_by().values("pk"))
        .order_by()
        .annotate(part=Value(part.name))
        .values_list("part", "id")
        .annotate(version=Max("history_id"))
        for part in parts
    ]
    for name, key, version in each[0].union(*each[1:], all=True):
        found[name][key] = version
    return found


def since(parts, seen, now):
    """Return the keys of the change sets that made the difference between two states of a page."""
    found = set()
    for part in parts:
        old, new = seen.get(part.name, {}), now.get(part.name, {})
        keys = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        if keys:
            rows = edits_of(part.model).filter(id__in=keys).values_list("id", "history_id", "change_set")
            found |= {change_set for key, version, change_set in rows if version > old.get(key, 0)}
    return found


def describe_changes(facts, change_sets):
    """Tell these change sets as far as they are about these facts of one model: who, when, why and what."""
    rows = ChangeSet.objects.filter(pk__in=change_sets).select_related("author")
    if type(facts[0]) not in PARENTS:
        return [Entry(row) for row in rows]
    return History(facts).entries(rows)
