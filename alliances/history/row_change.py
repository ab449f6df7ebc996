"""One fact before and after a revert, and the words for it."""

from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from alliances.models import Waiver
from alliances.models.versioning import EDITORIAL_FIELDS, versions_of

from .changelog import PARENTS, attach_related

# Every kind whose versions are kept; what others belong to stands before them.
RECORDED = (*PARENTS, Waiver)


@dataclass
class RowChange:
    """One fact before and after; None where it does not exist."""

    model: type
    key: int
    before: models.Model | None
    after: models.Model | None

    @property
    def sign(self):
        """As in the history: + created, ~ changed, - deleted."""
        return "+" if self.before is None else "-" if self.after is None else "~"

    @property
    def changes_something(self):
        """False where the fact became what it was, after all: of a reason that was cleared again."""
        return self.sign != "~" or values_of(self.before) != values_of(self.after)

    def as_text(self):
        """Say exactly what it does; of a fact that is there before and after, only the fields that change."""
        before, after = (values_of(fact) if fact else {} for fact in (self.before, self.after))
        names = sorted(before | after)
        pairs = [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]
        return repr((self.model._meta.label, self.key, self.sign, pairs))


def values_of(row):
    """Return what history keeps of a fact, from the fact or from a version of it: {column: value}."""
    tracked = (versions_of(type(row)) if isinstance(row, RECORDED) else row).tracked_fields
    return {field.attname: getattr(row, field.attname) for field in tracked}


def differing(one, other):
    """Return the names of the columns in which two versions of a fact, given by their values, differ."""
    return {name for name in one if one[name] != other[name]}


def with_verification(values, now):
    """Return values for a fact that exists now, which stays verified where only editorial fields go back."""
    if differing(values, now) - EDITORIAL_FIELDS <= {"verified_on"} and "verified_on" in now:
        return values | {"verified_on": now["verified_on"]}
    return values


def name_of(fact):
    """Say which fact it is, even if what it names is gone for good."""
    try:
        return str(fact)
    except ObjectDoesNotExist:
        return f"{fact._meta.verbose_name} {fact.pk}"


def attach_all_related(model, facts):
    """Give facts of one model the things that their sentences name. A waiver names its fact in words of its own."""
    if model in PARENTS:
        attach_related(facts)


def attribution(made):
    """Say who made a change set, when and why."""
    why = f" (“{made.reason}”)" if made.reason else ""
    return f"by {made.author or 'a command'} on {made.made:%Y-%m-%d at %H:%M} UTC{why}"


def plain(model):
    """Return rows whose writes are not recorded: a revert records them when all are in place.

    Ordered by primary key: the default ordering joins parents, which may be deleted.
    """
    return models.QuerySet(model).order_by("pk")
