"""What was corrected: the history of one thing with all that belongs to it, a change set at a time.

Reads what models/versioning.py wrote. A fact is found by what it belonged to in any of its versions, so that what was
deleted since, or moved, is told too.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, ForeignKey, OuterRef, Q, Subquery

from alliances.models import ChangeSet, FactVersion, kinds
from alliances.models.fact_version import code_of
from alliances.models.versioning import versions_of

# What a fact belongs to, by its foreign keys; what others belong to stands before them.
PARENTS = {kind.model: kind.parents for kind in kinds.every()}
_MODELS = {code_of(model): model for model in PARENTS}
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
    """One change set, as far as it is about what was asked for. Of a large one there are only `numbers`."""

    change_set: ChangeSet
    changes: list = field(default_factory=list)
    numbers: dict = field(default_factory=dict)

    @property
    def author(self):
        """Who made it, where the operator shows that (SHOW_EDITORS)."""
        return str(self.change_set.author or "") if settings.SHOW_EDITORS else ""


class History:
    """The history of things: of any of those of one kind, and of all kinds at once.

    `rows` has the versions, a QuerySet for each model.
    """

    def __init__(self, *groups):
        """`groups` are lists of things of one model each; without any, the history of everything."""
        groups = [group for group in groups if group]
        # {model: lists or subqueries, in each of which the key of a fact must be}.
        self._keys = {model: [] for model in PARENTS}
        for group in groups:
            keys = belonging(type(group[0]), [thing.pk for thing in group])
            self._keys = {model: [*known, keys[model]] for model, known in self._keys.items() if model in keys}
        self._of_everything = not groups
        self.rows = {}
        for model, keys in self._keys.items():
            rows = versions_of(model).objects.order_by("history_id")
            self.rows[model] = rows.filter(*(Q(id__in=each) for each in keys))

    def change_sets(self):
        """Return the change sets in which something of it was written, the latest first."""
        return ChangeSet.objects.filter(self._wrote()).select_related("author")

    def corrections(self):
        """Return the change sets that changed facts: neither what files first brought in, nor verifications."""
        edits = Q(kind=ChangeSet.Kind.EDIT) & self._wrote()
        loads = Q(kind=ChangeSet.Kind.LOAD) & self._wrote(sign__in=["~", "-"])
        return ChangeSet.objects.filter(edits | loads).select_related("author")

    def _wrote(self, **condition):
        """Return the condition that a change set wrote some of these versions.

        Of everything, each change set is asked, which an index answers at once. Of given things, their versions are
        found first, by the index of their kind: most change sets wrote none of them.
        """
        versions = [each.filter(**condition) for each in self._versions()]
        if self._of_everything:
            return Q(Exists(versions[0].filter(change_set=OuterRef("pk"))))
        return reduce(or_, (Q(pk__in=each.values("change_set")) for each in versions))

    def _versions(self):
        """Return QuerySets that together are all versions: one of everything, or one for each kind of given things."""
        if self._of_everything:
            return [FactVersion.objects.filter(kind__in=_MODELS)]
        return [FactVersion.objects.of(model, *keys) for model, keys in self._keys.items()]

    def entries(self, change_sets, many=SUMMARY_ABOVE):
        """Return an Entry for each of these change sets; those of more than `many` versions are told in numbers.

        The number of queries does not grow with the versions.
        """
        entries = {each.pk: Entry(each) for each in change_sets}
        by_change_set = defaultdict(dict)
        for key, model, sign, number in self._numbers(entries):
            by_change_set[key][model, sign] = number
        told = []
        for key, numbers in by_change_set.items():
            load = entries[key].change_set.kind == ChangeSet.Kind.LOAD
            few = sum(number for (_, sign), number in numbers.items() if not (load and sign == "+")) <= many
            for (model, sign), number in numbers.items():
                if few and not (load and sign == "+"):
                    told.append((key, model))
                else:
                    names = (_WORDS[sign], model._meta.verbose_name, model._meta.verbose_name_plural)
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
        """Return how many versions of each model and sign the change sets with these keys wrote, in one query."""
        first, *others = [
            each.filter(change_set__in=keys)
            .order_by()
            .values_list("change_set", "kind", "sign")
            .annotate(number=Count("pk"))
            for each in self._versions()
        ]
        places = {kind: place for place, kind in enumerate(_MODELS)}
        rows = sorted(first.union(*others, all=True) if others else first, key=lambda row: (places[row[1]], row[2]))
        return [(key, _MODELS[kind], sign, number) for key, kind, sign, number in rows]


def belonging(root, keys):
    """Return {model: keys} of what belongs, or ever belonged, to things of the model `root`; keys may be a subquery."""
    found = {root: keys}
    for model, links in PARENTS.items():
        ways = []
        for link in links if model is not root else ():
            target = model._meta.get_field(link).related_model
            if target in found:
                ways.append(Q(**{f"{link}__in": found[target]}))
        if ways:
            # All versions of what ever belonged to it: what moved away is told here too.
            found[model] = versions_of(model).objects.filter(reduce(or_, ways)).order_by().values("id")
    return found


def _changes(rows):
    """Yield (version, FactChange) for versions of one model: in six queries at most, and those for what they name."""
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
    # A verification is reported only if nothing else changed.
    verified = {row.pk for row, _, pairs in found if only_verified(pairs)}
    for row, _, pairs in found:
        if row.pk in verified or len(pairs) > 1:
            pairs[:] = [pair for pair in pairs if pair[0].name != "verified_on"]
    words = ["verified" if row.pk in verified else _WORDS[row.history_type] for row, *_ in found]
    told = describe((what, fact, pairs) for what, (_, fact, pairs) in zip(words, found, strict=True))
    yield from zip((row for row, *_ in found), told, strict=True)


def describe(found):
    """Yield a FactChange for each (verb, fact, [(field, old, new)]). The facts must have what they name attached."""
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
    """Tell whether a later day of verification is all that changed. To withdraw one is a change."""
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
    """Attach to facts of one model the things that their sentences name, in a query for each kind of thing."""
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
    """Return {key: thing} as it is now, or, if it is deleted, as it was last."""
    found = model.objects.in_bulk(keys) if keys else {}
    gone = keys - set(found)
    if gone:
        rows = versions_of(model).objects.filter(id__in=gone, history_type="-").order_by("history_id")
        found |= {row.id: row.instance for row in rows}
    attach_related(list(found.values()))
    return found
