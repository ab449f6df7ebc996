"""Dry runs: a change is made, described, and rolled back. Every preview of the desk is one.

Whoever confirms a preview sends back a digest of what it showed. If something else would be written by now, because
somebody changed facts meanwhile, nothing is.
"""

from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from alliances.models.changeset import change_set, dry_running

from .changelog import SUMMARY_ABOVE, History


def dry_run(work, many=SUMMARY_ABOVE):
    """Return what `work()` returns, and the changelog.Entry of all that it wrote (None if nothing); then roll it back.

    More than `many` versions are only counted. Raises what the real change would raise: Unsourced, RevertBlocked and
    other ValidationErrors, IntegrityError; and OperationalError if it meets rows that somebody is writing.
    """
    with dry_running() as scope:
        value = work()
        scope.enforce_sourcing()
        entry = entry_of(scope.row, many)
    return value, entry


def entry_of(change_set, many=SUMMARY_ABOVE):
    """Return the changelog.Entry of what one change set has written so far; None if there is no change set."""
    return History().entries([change_set], many)[0] if change_set else None


def digest(description):
    """Return a text that is the same for equal descriptions, which are lists of plain values."""
    return sha256(DjangoJSONEncoder(sort_keys=True).encode(description).encode()).hexdigest()


def apply_if_unchanged(work, seen):
    """Make a change, and keep it only if its preview showed the same; `seen` is the digest of that preview.

    `work()` returns a value and a description of what it wrote. Returns the value, and whether the change is kept.
    Nobody else writes from here until the transaction ends. Raises what `work` raises; then nothing is stored either.
    """
    with change_set(), transaction.atomic():
        value, description = work()
        kept = digest(description) == seen
        if not kept:
            transaction.set_rollback(True)
    return value, kept
