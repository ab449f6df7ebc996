"""What would happen if: a change is made, told in words, and rolled back. Every preview of the desk is such a dry run.

Whoever confirms a preview sends back a digest of what it showed. If something else would be written by now, because
somebody changed facts meanwhile, nothing is.
"""

from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from alliances.models.changeset import change_set, dry_running

from .changelog import SUMMARY_ABOVE, History


def dry_run(work, many=SUMMARY_ABOVE):
    """Return what `work()` returns, and the changelog.Entry of all that it wrote (None: nothing); then roll it back.

    More than `many` versions are told in numbers. Raises what the real change would raise: Unsourced, RevertBlocked and
    other ValidationErrors, IntegrityError; and OperationalError where it met rows that somebody is writing.
    """
    with dry_running() as scope:
        value = work()
        scope.enforce_sourcing()
        entry = entry_of(scope.row, many)
    return value, entry


def entry_of(change_set, many=SUMMARY_ABOVE):
    """Return the changelog.Entry of one change set, as far as it is written; None where there is none."""
    return History().entries([change_set], many)[0] if change_set else None


def digest(told):
    """Return a text that is the same for two dry runs that told the same, in lists of plain values."""
    return sha256(DjangoJSONEncoder(sort_keys=True).encode(told).encode()).hexdigest()


def apply_if_unchanged(work, seen):
    """Make a change, and keep it only if it is what its preview showed; `seen` is the digest of what that told.

    `work()` returns a value and what it told. Returns the value, and whether the change is kept. Nobody else writes
    from here until the transaction ends. Raises what `work` raises, and then nothing is stored either.
    """
    with change_set(), transaction.atomic():
        value, told = work()
        kept = digest(told) == seen
        if not kept:
            transaction.set_rollback(True)
    return value, kept
