"""Undo: a change set taken back, a thing restored to a version, a deleted fact brought back.

Each says what shall be, and alliances/put_back.py makes it so or tells what stands in the way. Each is one change set
of its own, with a reason, and can itself be undone.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, ForeignKey, OuterRef, Q, Subquery
from django.utils.text import Truncator

from alliances.models import Citation, FactVersion, Waiver
from alliances.models.batches import batches
from alliances.models.changeset import change_set, current_change_set
from alliances.models.fact_version import code_of
from alliances.models.versioning import versions_of
from alliances.models.waiver import WAIVABLE

from .changelog import PARENTS
from .revert import (
    RECORDED,
    RevertBlocked,
    attach_all_related,
    attribution,
    differing,
    name_of,
    revert,
    values_of,
    with_verification,
)
from .revisions import Versions

# A change set of more rows is not undone in one go: the request would take longer than anybody waits.
MOST = 2000


def canonical(writes):
    """Tell writes in plain values, for the fingerprint of a preview."""
    return sorted(write.as_text() for write in writes)


def undo(undone, reason=""):
    """Take back what a change set wrote, and nothing that was written since; return the writes.

    What it created goes, what it deleted comes back, the fields that it changed go back. Where somebody else has
    changed the same since, that stands in the way.
    """
    sizes = _sizes(undone)
    number = sum(sizes.values())
    if number > MOST:
        raise RevertBlocked(
            [
                f"It wrote {number:,} versions of facts, and at most {MOST:,} are undone in one go. Undo or restore "
                "single facts of it, or ask who runs this site to go back to an earlier copy of the database."
            ]
        )
    targets, obstacles = {}, []
    for model in sizes:
        for turn in _fact_undos(model, undone):
            turn.target(targets, obstacles)
    if obstacles:
        raise RevertBlocked(obstacles)
    with change_set(reason=_saying(f"Undone: “{_called(undone).rstrip('.')}”.", reason)):
        writes = revert(targets)
        if not writes:
            raise RevertBlocked([_nothing_left(undone)])
        made = current_change_set()
        made.undoes = undone
        made.save(update_fields=["undoes"])
    return writes


def restore(thing, then, with_belongings=True, reason=""):
    """Make a thing, and all that belongs to it, what it was right after the change set `then`; return the writes.

    What was added to it since goes, what was taken away comes back. Whoever changed it since: that is the purpose.
    """
    versions = Versions(thing)
    was, now = versions.after(then), versions.now()
    root = (type(thing), thing.pk)
    if root not in was:
        raise RevertBlocked([f"{name_of(thing)} did not exist then: there is no version to restore."])
    keys = versions.belonging(was) | versions.belonging(now) if with_belongings else {root}
    targets = {}
    for each in keys:
        values = values_of(was[each]) if each in was else None
        targets[each] = with_verification(values, values_of(now[each])) if values and each in now else values
    with change_set(reason=_saying(f"Restored as it was after “{_called(then).rstrip('.')}”.", reason)):
        writes = revert(targets)
        if not writes:
            raise RevertBlocked([f"{name_of(thing)} is as it was then: there is nothing to restore."])
    return writes


def bring_back(model, key, reason=""):
    """Bring back a deleted fact with all that was deleted with it; return the writes."""
    last = versions_of(model).objects.filter(id=key).order_by("-history_id").select_related("change_set").first()
    if last is None or last.history_type != "-":
        raise RevertBlocked(["It is not among the deleted facts: somebody brought it back, or it never was."])
    gone = {(model, key): last}
    sizes = _sizes(last.change_set)
    for each in (each for each in RECORDED if each in sizes):
        links = links_of(each)
        rows = _written(each, last.change_set).filter(history_type="-") if links else ()
        rows = rows.exclude(id__in=each.objects.values("pk")) if links else rows
        for row in rows:
            if any((target, getattr(row, attname)) in gone for target, attname in links):
                gone[each, row.id] = row
    with change_set(reason=_saying("Brought back.", reason)):
        return revert({each: values_of(row) for each, row in gone.items()})


def links_of(model):
    """Return how a fact names what it is deleted with: pairs of model and column."""
    # A citation is deleted with its fact, not with its source.
    names = WAIVABLE if model is Waiver else [name for name in PARENTS[model] if (model, name) != (Citation, "source")]
    fields = [model._meta.get_field(name) for name in names]
    return [(each.related_model, each.attname) for each in fields if isinstance(each, ForeignKey)]


def _called(made):
    """Name a change set: by its reason, or else by its time."""
    return Truncator(made.reason).chars(200) if made.reason else f"the change of {made.made:%Y-%m-%d %H:%M} UTC"


def _saying(what, why):
    return f"{what} {why}".strip()


def _nothing_left(undone):
    again = undone.undone_by.select_related("author").first()
    told = f" It was undone {attribution(again)}." if again else ""
    return f"Nothing of this change set is left to undo: the facts are as they were before it.{told}"


def _sizes(made):
    """Return {model: how many versions a change set wrote}, in one query, of those models of which it wrote any."""
    rows = FactVersion.objects.filter(change_set=made).values_list("kind").annotate(number=Count("pk"))
    numbers = dict(rows.order_by())
    return {model: numbers[code_of(model)] for model in RECORDED if code_of(model) in numbers}


def _written(model, made):
    return versions_of(model).objects.filter(change_set=made).order_by("history_id")


@dataclass
class FactUndo:
    """What one change set made of one fact, from its first version in it to its last, and what came after."""

    model: type
    before: object
    after: object
    later: list = field(default_factory=list)

    @property
    def now(self):
        last = self.later[-1] if self.later else self.after
        return None if last.history_type == "-" else last

    def target(self, targets, obstacles):
        """Say what the fact shall be, or what stands in the way of that; neither where nothing is left to undo."""
        place = (self.model, self.after.id)
        gone = self.after.history_type == "-"
        if self.before is None and gone:
            return
        if self.before is None:
            self._unmake(place, targets, obstacles)
        elif gone:
            self._bring_back(place, targets, obstacles)
        else:
            self._change_back(place, targets, obstacles)

    def _unmake(self, place, targets, obstacles):
        if self.now is None:
            return
        touched = differing(values_of(self.now), values_of(self.after)) - {"verified_on"}
        if touched:
            obstacles.append(f"{self._name()} would go, but {self._since(touched)}: undo that first.")
        else:
            targets[place] = None

    def _bring_back(self, place, targets, obstacles):
        if self.now is not None:
            return
        if self.later:
            obstacles.append(
                f"{self._name()} came back and was deleted again {attribution(self.later[-1].change_set)}."
            )
        else:
            targets[place] = values_of(self.before)

    def _change_back(self, place, targets, obstacles):
        before, after = values_of(self.before), values_of(self.after)
        changed = differing(before, after)
        if changed and self.now is None:
            obstacles.append(
                f"{self._name()} was deleted since, {attribution(self.later[-1].change_set)}: bring it back first."
            )
        if not changed or self.now is None:
            return
        now = values_of(self.now)
        touched = {name for name in changed if now[name] not in (before[name], after[name])} - {"verified_on"}
        if touched:
            obstacles.append(f"{self._name()}: {self._since(touched)}: undo that first.")
            return
        targets[place] = now | {name: before[name] for name in changed if now[name] == after[name]}

    def _name(self):
        fact = (self.later[-1] if self.later else self.after).instance
        attach_all_related(self.model, [fact])
        return name_of(fact)

    def _since(self, touched):
        """Say what was changed since, and by whom: the first who did."""
        fields = [each for each in self.after.tracked_fields if each.attname in touched]
        labels = ", ".join(f"“{each.verbose_name}”" for each in fields)
        previous = values_of(self.after)
        for row in self.later:
            values = values_of(row)
            if differing(values, previous) & touched or row.history_type == "-":
                return f"{labels} changed since, {attribution(row.change_set)}"
            previous = values
        return f"{labels} changed since"


def _fact_undos(model, made):
    """Return what a change set did to facts of one model, in a number of queries that grows with batches only."""
    history = versions_of(model).objects
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    by_fact = defaultdict(list)
    for row in _written(model, made).annotate(previous=Subquery(earlier.values("history_id")[:1])):
        by_fact[row.id].append(row)
    previous = [rows[0].previous for rows in by_fact.values() if rows[0].history_type != "+" and rows[0].previous]
    before = {}
    for keys in batches(previous):
        before |= {row.id: row for row in history.filter(pk__in=keys)}
    turns = {key: FactUndo(model, before.get(key), rows[-1]) for key, rows in by_fact.items()}
    for keys in batches(turns):
        later = history.filter(~Q(change_set=made), id__in=keys).select_related("change_set__author")
        for row in later.order_by("history_id"):
            if row.history_id > turns[row.id].after.history_id:
                turns[row.id].later.append(row)
    return turns.values()
