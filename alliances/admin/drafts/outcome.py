"""The outcome of a form: it is saved in a dry run, and what that wrote is described and rolled back."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import models

from alliances.admin.submission import Mode
from alliances.history.dry_run import entry_of
from alliances.middleware import take_back_messages
from alliances.models.changeset import dry_running
from alliances.models.sourcing import Unsourced
from alliances.models.versioning import versions_of

GONE = "Somebody deleted the fact that this changes."


@dataclass
class Outcome:
    """What a form would do: the fact (None if it is refused), what would be written, what would lack a source.

    `told` is a list of {"what", "kind", "fact", "differences"}, as in `Draft.told`; `unsourced_facts` are names.
    """

    response: object
    fact: object = None
    told: list = field(default_factory=list)
    unsourced_facts: list = field(default_factory=list)

    @property
    def merge(self):
        """What others have changed since the form was typed (a Merge), if that is why it is refused; else None."""
        return getattr(self.response, "context_data", {}).get("merge") if self.fact is None else None

    @property
    def errors(self):
        """The sentences that say why it is refused; none if `merge` shows it."""
        if self.fact is not None:
            return []
        if getattr(self.response, "context_data", {"gone": True}).get("gone"):
            return [GONE]
        if self.merge:
            return []
        errors = self.response.context_data["errors"]
        return [line for error in errors for line in ([error] if isinstance(error, str) else error)]


def try_out(model_admin, request, object_id, form_url="", extra_context=None):
    """Return the Outcome of a posted form that has a Submission (`request.desk`); nothing is kept.

    A draft may lack a source: that is part of the outcome, and nothing is raised.
    """
    desk = request.desk
    desk.mode = Mode.DRY_RUN
    with silenced(request), dry_running() as scope:
        response = model_admin.submit(request, object_id, form_url, extra_context)
        outcome = Outcome(response, desk.saved)
        if outcome.fact is not None:
            try:
                scope.enforce_sourcing(desk.reasons_without_source(request.POST))
            except Unsourced as error:
                outcome.unsourced_facts = [str(fact) for fact in error.facts]
            outcome.told = describe_writes(scope.row)
    return outcome


@contextmanager
def silenced(request):
    """Drop the messages of a save that is rolled back, or that the caller reports in its own words."""
    before = request._messages
    take_back_messages(request)
    try:
        yield
    finally:
        request._messages = before


def describe_writes(change_set):
    """Return what a change set (None: nothing) wrote, as plain values; for a new fact, what was filled in."""
    if change_set is None:
        return []
    entry = entry_of(change_set)
    changes = [
        {
            "what": change.what,
            "kind": change.kind,
            "fact": str(change.fact),
            "differences": _filled_in(change.fact)
            if change.what == "added"
            else [list(difference) for difference in change.differences],
        }
        for change in entry.changes
    ]
    summary = [
        {"what": verb, "kind": kind, "fact": f"{number} {kinds}", "differences": []}
        for (verb, kind, kinds), number in entry.numbers.items()
    ]
    return changes + summary


def _filled_in(fact):
    """Return the filled-in fields of a new fact, as differences from nothing: [label, "", value]."""
    rows = []
    for column in versions_of(type(fact)).tracked_fields:
        value = getattr(fact, column.attname)
        if value in (None, "") or column.primary_key:
            continue
        name = str(getattr(fact, column.name)) if isinstance(column, models.ForeignKey) else None
        rows.append([column.verbose_name, "", name or str(dict(column.flatchoices).get(value, value))])
    return rows
