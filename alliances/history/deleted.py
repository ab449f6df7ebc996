"""What was deleted and did not come back."""

from collections import defaultdict
from dataclasses import dataclass

from alliances.models import ChangeSet, FactVersion
from alliances.models.batches import batches
from alliances.models.fact_version import code_of
from alliances.models.versioning import versions_of
from alliances.text import fold

from .changelog import PARENTS, attach_related
from .row_change import name_of
from .undo import links_of

# Only so many of the latest deletions are listed and searched: no index has their names.
LATEST = 2000


@dataclass
class Deleted:
    """A deleted fact, its change set, and how many others were deleted `along` with it."""

    model: type
    fact: object
    made: ChangeSet
    along: int = 0

    @property
    def kind(self):
        """The name of its model, for its address."""
        return self.model._meta.model_name

    @property
    def kind_in_words(self):
        """What kind of fact it was."""
        return str(self.model._meta.verbose_name)

    @property
    def words(self):
        """The fact as it was called."""
        return name_of(self.fact)


def deleted_facts(model=None, words=""):
    """Return what was deleted and did not come back, the latest first, as Deleted.

    Of one model all; of all models only what was not deleted along with another. `words` must occur in its name.
    """
    rows = _last_rows([model] if model else PARENTS)
    found = {place: Deleted(place[0], row.instance, row.change_set) for place, row in rows.items()}
    by_model = defaultdict(list)
    for (each, _), deleted in found.items():
        by_model[each].append(deleted.fact)
    for facts in by_model.values():
        attach_related(facts)
    went_along = set()
    for place in found if model is None else ():
        owner = place
        while above := next((up for up in _above(owner, rows) if up in rows), None):
            owner = above
        if owner != place:
            found[owner].along += 1
            went_along.add(place)
    wanted = fold(words).split()
    listed = [each for place, each in found.items() if place not in went_along]
    listed = [each for each in listed if all(word in fold(each.words) for word in wanted)]
    return sorted(listed, key=lambda each: each.made.pk, reverse=True)


def _above(place, rows):
    """Yield what a fact belonged to, if that was deleted in the same change set."""
    row = rows[place]
    for target, attname in links_of(place[0]):
        above = rows.get((target, getattr(row, attname)))
        if above is not None and above.change_set_id == row.change_set_id:
            yield target, above.id


def _last_rows(models):
    """Return {(model, key): the version with which it was deleted} of the latest deletions."""
    by_code = {code_of(model): model for model in models}
    versions = defaultdict(list)
    latest = FactVersion.objects.filter(kind__in=by_code).standing_deletions()[:LATEST]
    for kind, version in latest.values_list("kind", "version"):
        versions[by_code[kind]].append(version)
    found = {}
    for model, keys in versions.items():
        for some in batches(keys):
            for row in versions_of(model).objects.filter(pk__in=some).select_related("change_set__author"):
                found[model, row.id] = row
    return found
