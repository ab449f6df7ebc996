"""Versions of a thing with all that belongs to it: what it was after a change set, and what differs between two."""

from alliances.models import ChangeSet

from .changelog import PARENTS, History, attach_related, describe, only_verified


class Versions:
    """All versions of a thing and of what ever belonged to it, read once: {(model, key): its rows in order}."""

    def __init__(self, thing):
        self.root = (type(thing), thing.pk)
        self.rows = {}
        for model, rows in History([thing]).rows.items():
            for row in rows:
                self.rows.setdefault((model, row.id), []).append(row)

    def change_sets(self):
        """Return the change sets that wrote any of them, the latest first."""
        keys = {row.change_set_id for rows in self.rows.values() for row in rows}
        return ChangeSet.objects.filter(pk__in=keys).select_related("author")

    def after(self, change_set):
        """Return {(model, key): version} of what existed right after a change set."""
        return self._last(lambda row: row.change_set_id <= change_set.pk)

    def now(self):
        """Return {(model, key): version} of what exists now."""
        return self._last(lambda row: True)

    def _last(self, until):
        found = {}
        for place, rows in self.rows.items():
            past = [row for row in rows if until(row)]
            if past and past[-1].history_type != "-":
                found[place] = past[-1]
        return found

    def belonging(self, versions):
        """Return the places, (model, key), of the thing itself and of what belonged to it, among these versions."""
        found = {self.root} & versions.keys()
        for model in PARENTS:
            links = [model._meta.get_field(name) for name in PARENTS[model]]
            for place, row in versions.items():
                if place[0] is model and any(
                    (link.related_model, getattr(row, link.attname)) in found for link in links
                ):
                    found.add(place)
        return found

    def difference(self, earlier, later):
        """Return what differs between the versions `earlier` and `later`, as FactChanges."""
        places = self.belonging(earlier) | self.belonging(later)
        told = []
        for model in PARENTS:
            keys = sorted(key for each, key in places if each is model)
            told += describe(_compared(model, [(earlier.get((model, key)), later.get((model, key))) for key in keys]))
        return told


def _compared(model, pairs):
    """Return what `describe` takes for pairs of versions of one model that differ; None: it did not exist."""
    found = []
    for old, new in pairs:
        changed = [
            (each, getattr(old, each.attname), getattr(new, each.attname))
            for each in (new.tracked_fields if old and new else ())
            if getattr(old, each.attname) != getattr(new, each.attname)
        ]
        what = "added" if old is None else "removed" if new is None else "verified" if only_verified(changed) else ""
        if what or changed:
            found.append((what or "changed", (new or old).instance, changed))
    attach_related([fact for _, fact, _ in found])
    return found
