"""What would happen if: a change made, told in words, and taken back. Every preview of the desk asks this.

Who confirms a preview sends back what it said, as a fingerprint; where something else would be written by now, because
somebody changed facts meanwhile, nothing is.
"""

from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from alliances.models.changeset import attempt, dry_running

from .changelog import SUMMARY_ABOVE, History


def dry_run(work, many=SUMMARY_ABOVE):
    """Return what `work()` returns, and the history.Entry of all that it wrote (None: nothing); nothing stays written.

    It is held to every rule that a real change is held to, and what these refuse is raised from here. What has more
    than `many` rows is told in numbers.
    """
    with dry_running() as scope:
        value = work()
        scope.settle()
        entry = entry_of(scope.row, many)
    return value, entry


def entry_of(change_set, many=SUMMARY_ABOVE):
    """Tell one change set, as far as it is written; None where there is none."""
    return History().entries([change_set], many)[0] if change_set else None


def digest(told):
    """Return a text that is the same for two rehearsals that told the same, in lists of plain values."""
    return sha256(DjangoJSONEncoder(sort_keys=True).encode(told).encode()).hexdigest()


def apply_if_unchanged(work, seen):
    """Make a change, and keep it only if it is what its preview showed: `seen` is the fingerprint of what that told.

    `work()` returns a value and what it told. Returns the value, and whether the change is kept.
    """
    with attempt():
        value, told = work()
        kept = digest(told) == seen
        if not kept:
            transaction.set_rollback(True)
    return value, kept
