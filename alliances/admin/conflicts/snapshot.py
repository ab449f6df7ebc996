"""Which versions of which facts a page of the desk showed, and which change sets wrote to them since."""

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
MAX_FACTS = 10_000


class PageSnapshot(dict):
    """Which versions of which facts a page showed: {part of the page: {key of the fact: its version}}.

    As a text it travels in the page and back: `alliances.council;:12=345;chairmanships:13=346,14=400`. A
    verification makes no new version: it changes nothing that an editor could type.
    """

    _whole = re.compile(r"([\w.]+)((?:;[\w-]*:(?:\d{1,18}=\d{1,18}(?:,\d{1,18}=\d{1,18})*)?)+)", re.ASCII)

    def __init__(self, label, parts):
        super().__init__(parts)
        self.label = label

    def __str__(self):
        parts = (
            f"{name}:" + ",".join(f"{key}={version}" for key, version in versions.items())
            for name, versions in self.items()
        )
        return ";".join([self.label, *parts])

    @classmethod
    def read(cls, text, label):
        """Return what a page of the model with this label says it showed; None if the text cannot be read."""
        if text.count("=") > MAX_FACTS:
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

    `form_fields` returns the fields of their form, `link` names the one by which a row belongs to the fact of the
    page. A *read-only* part shows what is stored and takes nothing: what others change in it is no conflict.
    """

    name: str
    facts: models.QuerySet
    form_fields: Callable
    read_only: bool = False
    link: str = ""

    @property
    def model(self):
        """The kind of its facts."""
        return self.facts.model

    def editable_fields(self):
        """Return the form fields, by name, that can change a stored fact; its public identity is given once."""
        stored = {column.name for column in versions_of(self.model).tracked_fields}
        return {
            name: form_field
            for name, form_field in self.form_fields().items()
            if name in stored and name not in PROMISES
        }


def current_versions(parts):
    """Return {name of the part: {key: version}} of the stored facts: one query, however many parts there are."""
    found = {part.name: {} for part in parts}
    latest = [
        edits_of(part.model)
        .filter(id__in=part.facts.order_by().values("pk"))
        .order_by()
        .annotate(part=Value(part.name))
        .values_list("part", "id")
        .annotate(version=Max("history_id"))
        for part in parts
    ]
    for name, key, version in latest[0].union(*latest[1:], all=True):
        found[name][key] = version
    return found


def change_sets_between(parts, seen, now):
    """Return the keys of the change sets that turned one state of a page into another, as `current_versions` has it."""
    found = set()
    for part in parts:
        old, new = seen.get(part.name, {}), now.get(part.name, {})
        keys = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        if keys:
            rows = edits_of(part.model).filter(id__in=keys).values_list("id", "history_id", "change_set")
            found |= {change_set for key, version, change_set in rows if version > old.get(key, 0)}
    return found


def describe_changes(facts, change_sets):
    """Return history entries of these change sets, as far as they are about these facts, which are of one model."""
    rows = ChangeSet.objects.filter(pk__in=change_sets).select_related("author")
    if type(facts[0]) not in PARENTS:
        return [Entry(row) for row in rows]
    return History(facts).entries(rows)
