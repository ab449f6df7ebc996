"""What would come of a form: it is saved inside a dry run, and what that wrote is told and taken back."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import models

from alliances.admin.submission import Mode
from alliances.history.dry_run import entry_of
from alliances.middleware import take_back_messages
from alliances.models.changeset import dry_running
from alliances.models.sourcing import Unsourced
from alliances.models.versioning import versions_of

GONE = "The fact that this changes is gone: somebody deleted it."


@dataclass
class Outcome:
    """What would come of a form: the fact (None: it is refused), what would be written, what would lack a source.

    `told` is a list of {"what", "kind", "fact", "differences"}, as `Draft.told` has it; `unsourced_facts` are names.
    """

    response: object
    fact: object = None
    told: list = field(default_factory=list)
    unsourced_facts: list = field(default_factory=list)

    @property
    def stale(self):
        """What others changed since the form was typed (a Merge), if that is why it is refused; else None."""
        return getattr(self.response, "context_data", {}).get("stale") if self.fact is None else None

    @property
    def errors(self):
        """The sentences that say why it is refused; none where `stale` says it."""
        if self.fact is not None:
            return []
        if getattr(self.response, "context_data", {"gone": True}).get("gone"):
            return [GONE]
        if self.stale:
            return []
        found = self.response.context_data["errors"]
        return [line for each in found for line in ([each] if isinstance(each, str) else each)]


def try_out(model_admin, request, object_id, form_url="", extra_context=None):
    """Return the Outcome of a posted form that has a Submission (`request.desk`); nothing stays written.

    A draft may lack a source: the outcome says so, and nothing is raised.
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
    """Drop the messages of a save that is taken back, or of which something else is said."""
    kept = request._messages
    take_back_messages(request)
    try:
        yield
    finally:
        request._messages = kept


def describe_writes(change_set):
    """Tell in plain values what a change set (None: nothing) wrote; of what is new, what was filled in."""
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
        {"what": words[0], "kind": words[1], "fact": f"{number} {words[2]}", "differences": []}
        for words, number in entry.numbers.items()
    ]
    return changes + summary


def _filled_in(fact):
    """Return what is filled in of a new fact, as differences from nothing: [label, "", value]."""
    rows = []
    for column in versions_of(type(fact)).tracked_fields:
        value = getattr(fact, column.attname)
        if value in (None, "") or column.primary_key:
            continue
        words = str(getattr(fact, column.name)) if isinstance(column, models.ForeignKey) else None
        rows.append([column.verbose_name, "", words or str(dict(column.flatchoices).get(value, value))])
    return rows
