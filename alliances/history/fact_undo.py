"""One change set and one fact: what it made of the fact, what came after, and what taking it back makes of it."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, Subquery

from alliances.models.batches import batches
from alliances.models.versioning import versions_of

from .row_change import attach_all_related, attribution, differing, name_of, values_of


@dataclass
class FactUndo:
    """What one change set made of one fact, from its first version in it to its last, and what came after."""

    model: type
    before: object
    after: object
    later: list = field(default_factory=list)

    @property
    def now(self):
        """The fact's version of today; None where it is deleted."""
        last = self.later[-1] if self.later else self.after
        return None if last.history_type == "-" else last

    def target(self, targets, obstacles):
        """Add to `targets` what the fact shall be, or a sentence to `obstacles`; neither if nothing is left to undo."""
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
        """Say what was changed since, and by whom: the first one."""
        fields = [each for each in self.after.tracked_fields if each.attname in touched]
        labels = ", ".join(f"“{each.verbose_name}”" for each in fields)
        previous = values_of(self.after)
        for row in self.later:
            values = values_of(row)
            if differing(values, previous) & touched or row.history_type == "-":
                return f"{labels} changed since, {attribution(row.change_set)}"
            previous = values
        return f"{labels} changed since"


def fact_undos(model, change_set):
    """Return what a change set did to facts of one model, in a number of queries that grows with batches only."""
    history = versions_of(model).objects
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    rows = history.filter(change_set=change_set).order_by("history_id")
    by_fact = defaultdict(list)
    for row in rows.annotate(previous=Subquery(earlier.values("history_id")[:1])):
        by_fact[row.id].append(row)
    previous = [rows[0].previous for rows in by_fact.values() if rows[0].history_type != "+" and rows[0].previous]
    before = {}
    for keys in batches(previous):
        before |= {row.id: row for row in history.filter(pk__in=keys)}
    undos = {key: FactUndo(model, before.get(key), rows[-1]) for key, rows in by_fact.items()}
    for keys in batches(undos):
        later = history.filter(~Q(change_set=change_set), id__in=keys).select_related("change_set__author")
        for row in later.order_by("history_id"):
            if row.history_id > undos[row.id].after.history_id:
                undos[row.id].later.append(row)
    return undos.values()
