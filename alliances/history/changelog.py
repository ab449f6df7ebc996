"""What was corrected: the history of one thing with all that belongs to it, a change set at a time.

Reads what models/history.py wrote. A fact is found by what it belonged to in any of its versions, so that what was
deleted since, or moved, is told too.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, ForeignKey, OuterRef, Q, Subquery, Value

from alliances.models import ChangeSet, kinds
from alliances.models.versioning import versions_of

# What a fact belongs to, by its foreign keys; what others belong to stands before them.
PARENTS = {kind.model: kind.parents for kind in kinds.every()}
_MODELS = {model._meta.model_name: model for model in PARENTS}
# A change set of more rows is told in numbers.
SUMMARY_ABOVE = 200
_NEW = Q(history_type="+")
_WORDS = {"+": "added", "~": "changed", "-": "removed"}


class Difference(NamedTuple):
    """One field of a fact before and after a change, as people read it."""

    label: str
    before: str
    after: str


@dataclass
class FactChange:
    """One fact that was added, changed, removed or verified, in the words it had then."""

    what: str
    kind: str
    fact: object
    differences: list = field(default_factory=list)

    @property
    def address(self):
        """Where readers find it; empty if it is gone."""
        return "" if self.what == "removed" else self.fact.get_absolute_url()


@dataclass
class Entry:
    """One change set, as far as it is about what was asked for; of a large one only the numbers."""

    change_set: ChangeSet
    changes: list = field(default_factory=list)
    numbers: dict = field(default_factory=dict)

    @property
    def author(self):
        """Who made it, where the operator shows that (SHOW_EDITORS)."""
        return str(self.change_set.author or "") if settings.SHOW_EDITORS else ""


class History:
    """The history of things: of any of those of one kind, and of all kinds at once."""

    def __init__(self, *groups):
        """`groups` are lists of things of one model each; without any, the history of everything."""
        self.rows = {model: versions_of(model).objects.order_by("history_id") for model in PARENTS}
        for group in filter(None, groups):
            about = belonging(type(group[0]), [thing.pk for thing in group])
            self.rows = {model: rows.filter(about[model]) for model, rows in self.rows.items() if model in about}

    def change_sets(self):
        """Return the change sets in which something of it was written, the latest first."""
        written = (Q(pk__in=rows.order_by().values("change_set")) for rows in self.rows.values())
        return ChangeSet.objects.filter(reduce(or_, written)).select_related("author")

    def corrections(self):
        """Return the change sets that changed facts: neither what files brought in first, nor verifications."""
        changed = Q(change_set__kind=ChangeSet.Kind.EDIT) | Q(change_set__kind=ChangeSet.Kind.LOAD) & ~_NEW
        return History._of({model: rows.filter(changed) for model, rows in self.rows.items()}).change_sets()

    @classmethod
    def _of(cls, rows):
        history = cls.__new__(cls)
        history.rows = rows
        return history

    def entries(self, change_sets, many=SUMMARY_ABOVE):
        """Tell these change sets, in a number of queries that does not grow with their rows; in numbers what has more
        than `many`.
        """
        entries = {each.pk: Entry(each) for each in change_sets}
        numbers = defaultdict(dict)
        for key, kind, name, number in self._numbers(entries):
            numbers[key][_MODELS[name], kind] = number
        told = []
        for key, counts in numbers.items():
            load = entries[key].change_set.kind == ChangeSet.Kind.LOAD
            few = sum(number for (_, kind), number in counts.items() if not (load and kind == "+")) <= many
            for (model, kind), number in counts.items():
                if few and not (load and kind == "+"):
                    told.append((key, model))
                else:
                    names = (_WORDS[kind], model._meta.verbose_name, model._meta.verbose_name_plural)
                    entries[key].numbers[names] = number
        for model in PARENTS:
            if keys := {key for key, each in told if each is model}:
                rows = self.rows[model].filter(change_set__in=keys)
                for row, change in _changes(rows.exclude(_NEW, change_set__kind=ChangeSet.Kind.LOAD)):
                    entries[row.change_set_id].changes.append(change)
        return list(entries.values())

    def sizes(self, change_sets):
        """Return {key of a change set: how many versions of facts it wrote}, in one query."""
        sizes = defaultdict(int)
        for key, _, _, number in self._numbers([each.pk for each in change_sets]):
            sizes[key] += number
        return sizes

    def _numbers(self, keys):
        """Return how many rows of each model and kind the change sets have, in one query for all models."""
        each = [
            rows.filter(change_set__in=keys)
            .order_by()
            .annotate(model=Value(model._meta.model_name))
            .values_list("change_set", "history_type", "model")
            .annotate(number=Count("pk"))
            for model, rows in self.rows.items()
        ]
        return each[0].union(*each[1:], all=True)


def belonging(root, keys):
    """Return {model: condition on its history rows} of what belongs, or belonged, to things of the model `root`."""
    about = {root: Q(id__in=keys)}
    for model, links in PARENTS.items():
        ways = []
        for link in links if model is not root else ():
            target = model._meta.get_field(link).related_model
            if target is root:
                ways.append(Q(**{f"{link}__in": keys}))
            elif target in about:
                rows = versions_of(target).objects.filter(about[target]).order_by()
                ways.append(Q(**{f"{link}__in": rows.values("id")}))
        if ways:
            # All versions of what ever belonged to it: what moved away is told here too.
            ever = versions_of(model).objects.filter(reduce(or_, ways)).order_by()
            about[model] = Q(id__in=ever.values("id"))
    return about


def _changes(rows):
    """Yield each history row of one model with what it tells, in six queries at most and those of what it names."""
    history = rows.model
    earlier = history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    rows = list(rows.annotate(previous=Subquery(earlier.order_by("-history_id").values("history_id")[:1])))
    before = history.objects.in_bulk([row.previous for row in rows if row.history_type == "~" and row.previous])
    facts = [row.instance for row in rows]
    attach_related(facts)
    found = []
    for row, fact in zip(rows, facts, strict=True):
        old = before.get(row.previous)
        pairs = [
            (each, getattr(old, each.attname), getattr(row, each.attname))
            for each in history.tracked_fields
            if row.history_type == "~" and old is not None
        ]
        found.append((row, fact, [pair for pair in pairs if pair[1] != pair[2]]))
    # That a fact was verified is no change of it, and stands as such only where nothing else happened to it.
    verified = {row.pk for row, _, pairs in found if only_verified(pairs)}
    for row, _, pairs in found:
        if row.pk in verified or len(pairs) > 1:
            pairs[:] = [pair for pair in pairs if pair[0].name != "verified_on"]
    words = ["verified" if row.pk in verified else _WORDS[row.history_type] for row, *_ in found]
    told = describe((what, fact, pairs) for what, (_, fact, pairs) in zip(words, found, strict=True))
    yield from zip((row for row, *_ in found), told, strict=True)


def describe(found):
    """Yield what happened to facts that were introduced: of triples of the word for it, the fact, and the fields that
    changed with their values before and after.
    """
    found = list(found)
    named = defaultdict(set)
    for _, _, pairs in found:
        for each, *values in pairs:
            if isinstance(each, ForeignKey):
                named[each.related_model].update(value for value in values if value)
    names = {model: fetch_or_last_version(model, keys) for model, keys in named.items()}
    for what, fact, pairs in found:
        differences = [
            Difference(each.verbose_name, value_in_words(each, old, names), value_in_words(each, new, names))
            for each, old, new in pairs
        ]
        yield FactChange(what, str(fact._meta.verbose_name), fact, differences)


def only_verified(pairs):
    """Tell whether a later day of verification is all that changed; to withdraw one is another matter."""
    if [each.name for each, *_ in pairs] != ["verified_on"]:
        return False
    [(_, old, new)] = pairs
    return new is not None and (old is None or new > old)


def value_in_words(each, value, names):
    """Say a value of a field; nothing is said as "–"."""
    if value in (None, ""):
        return "–"
    if isinstance(each, ForeignKey):
        return str(names[each.related_model].get(value, value))
    return str(dict(each.flatchoices).get(value, value))


def attach_related(facts):
    """Give facts of one model the things that their sentences name, in a query for each kind of thing."""
    if not facts:
        return
    for link in PARENTS.get(type(facts[0]), ()):
        target = type(facts[0])._meta.get_field(link)
        keys = {getattr(fact, target.attname) for fact in facts} - {None}
        named = fetch_or_last_version(target.related_model, keys)
        for fact in facts:
            if thing := named.get(getattr(fact, target.attname)):
                setattr(fact, link, thing)


def fetch_or_last_version(model, keys):
    """Return {key: thing} as it is now, or as it was last, where it is gone."""
    found = model.objects.in_bulk(keys) if keys else {}
    gone = keys - set(found)
    if gone:
        rows = versions_of(model).objects.filter(id__in=gone, history_type="-").order_by("history_id")
        found |= {row.id: row.instance for row in rows}
    attach_related(list(found.values()))
    return found
