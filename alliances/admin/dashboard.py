"""The desk: what needs doing, on the first page that an editor sees."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.core.cache import cache as default_cache
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

import alliances
from alliances import dates
from alliances.history.changelog import History
from alliances.models import ChangeSet, Document, Draft, Membership, Organization, Remark, Source, State, Suggestion
from alliances.models.changeset import PUBLISH
from alliances.quality import engine

NEWEST = 6
DAY = 24 * 60 * 60
# Rules about what a fact lacks; the dashboard lists these apart from what is wrong.
CARE = ("no-source", "name-without-source", "rests-on-withdrawn", "only-tertiary", "low-confidence", "not-verified")


@dataclass
class Queue:
    """One list of waiting work: title, how many rows, address of all, words if there are none, the newest."""

    title: str
    number: int
    address: str
    empty: str
    newest: list = field(default_factory=list)


@cache
def code_version():
    """Return a digest of this app's code: the rules, and all that they ask. Reads 1 MB, once a process."""
    modules = sorted(Path(alliances.__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()[:16]


def numbers():
    """Return {name of a rule: how many findings it has}, kept until something is written, a day begins or code changes.

    The last change set says whether something was written: writers take turns, so none is committed late. The version
    of the code says whether the rules are the same: a cache in Redis outlives a deployment.
    """
    number, made = ChangeSet.objects.values_list("pk", "made").first() or (0, None)
    key = f"findings:{code_version()}:{dates.today()}:{number}:{made and made.timestamp()}"
    found = default_cache.get(key)
    if found is None:
        found = {name: rule.number() for name, rule in engine.RULES.items()}
        default_cache.set(key, found, DAY)
    return found


class Dashboard:
    """What the first page shows to one user."""

    def __init__(self, user):
        self.user = user
        self.publishes = user.has_perm(PUBLISH)
        self.numbers = numbers() if user.has_perm("alliances.view_waiver") else {}

    def levels(self):
        """Return [(level, number, [(rule, number)])] of all findings; the rules in CARE are only counted."""
        levels = []
        for level in engine.Level:
            found = [(rule, self.numbers.get(name, 0)) for name, rule in engine.RULES.items() if rule.level == level]
            number = sum(count for _, count in found)
            levels.append((level, number, [(rule, count) for rule, count in found if count and rule.name not in CARE]))
        return levels

    def care(self):
        """Return [(rule, number)] of what facts lack: a source, a better source, a verification."""
        return [(engine.RULES[name], self.numbers.get(name, 0)) for name in CARE]

    def finds(self):
        """Return [(address of a list, its name)] of the lists that are searched most; Enter searches the first."""
        return [
            (listed(model), capfirst(model._meta.verbose_name_plural))
            for model in (Membership, Organization, State, Document, Source)
            if self.user.has_perm(f"alliances.view_{model._meta.model_name}")
        ]

    def queues(self):
        """Return the queues: drafts, suggestions from readers, notes to colleagues."""
        asked = (
            (Draft, {"state__exact": "waiting"},
             Draft.objects.waiting().readable_by(self.user).select_related("author"),
             "Drafts waiting for review", "No draft is waiting."),
            (Suggestion, {"state__exact": "waiting"}, Suggestion.objects.waiting(),
             "Suggestions from readers", "No suggestion is waiting for a decision."),
            (Remark, {"done__exact": "0"}, Remark.objects.filter(done=False).select_related("author"),
             "Open notes to colleagues", "No note is open."),
        )  # fmt: skip
        queues = []
        for model, filters, rows, title, empty in asked:
            if self.user.has_perm(f"alliances.view_{model._meta.model_name}"):
                number, newest = rows.count(), []
                if number:
                    newest = list(rows[:NEWEST])
                address = listed(model, **filters)
                queues.append(Queue(title, number, address, empty, [(row, form_of(row)) for row in newest]))
        Remark.attach_facts([row for queue in queues for row, _ in queue.newest if isinstance(row, Remark)])
        return queues

    def own_drafts(self):
        """Return the drafts that the user wrote, with their answers, the newest first."""
        rows = Draft.objects.filter(author=self.user).select_related("decided_by")[:NEWEST]
        return [(row, form_of(row)) for row in rows]

    def recent(self):
        """Return the entries of the newest change sets, without verifications."""
        found = ChangeSet.objects.exclude(kind=ChangeSet.Kind.VERIFICATION).select_related("author")[:NEWEST]
        entries = History().entries(found) if found else []
        return [(entry, form_of(entry.change_set)) for entry in entries]

    def all_changes(self):
        """Return where all change sets are listed."""
        return listed(ChangeSet)


def listed(model, **filters):
    """Return the address of a list of the desk, filtered."""
    address = reverse(f"admin:alliances_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def form_of(row):
    """Return the address of a row on the desk; empty for a note, which stands beside its fact."""
    if isinstance(row, Remark):
        return ""
    return reverse(f"admin:alliances_{row._meta.model_name}_change", args=[row.pk])
