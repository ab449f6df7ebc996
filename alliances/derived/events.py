"""What changed in the world: who joined, left or changed status, what was founded, dissolved, signed, in force.

An interval is half open, as a spell is: from the first day of `since` until, not including, the first day of `until`.
So events(a, b) and events(b, c) together are events(a, c). Follows from the facts on every reading; nothing is stored.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Document, Membership, Organization, State
from alliances.models.temporal import DatedQuerySet
from alliances.models.versioning import edits_of
from alliances.text import fold

JOINED, LEFT, CHANGED = "joined", "left", "changed"
FOUNDED, DISSOLVED, SIGNED, IN_FORCE, ENDED = "founded", "dissolved", "signed", "in-force", "ended"

# What is said of an event that has come, and of one to come.
_VERBS = {
    JOINED: ("joined", "will join"),
    LEFT: ("left", "will leave"),
    CHANGED: ("changed status in", "will change status in"),
    FOUNDED: ("was founded", "will be founded"),
    DISSOLVED: ("was dissolved", "will be dissolved"),
    SIGNED: ("Signed or adopted", "To be signed or adopted"),
    IN_FORCE: ("In force", "To enter into force"),
    ENDED: ("No longer in force", "To end"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened on a date, as precisely as it is known.

    `certain`: the date cannot lie before the interval that was asked about. `before` is the status that ended,
    of a change of status. `fact` is what the event follows from: its dates and its sources.
    """

    what: str
    date: str
    earliest: str
    latest: str
    fact: Membership | Organization | Document
    before: str = ""
    certain: bool = True

    @property
    def organization(self) -> Organization:
        """The organization that it is about."""
        return self.fact if isinstance(self.fact, Organization) else self.fact.organization

    @property
    def state(self) -> State | None:
        """The state that it is about; None where it is about an organization alone."""
        return getattr(self.fact, "state", None)

    @property
    def verb(self) -> str:
        """What happened, or is to happen, in words."""
        return _VERBS[self.what][self.earliest > dates.today().isoformat()]

    @property
    def was(self) -> str:
        """The label of the status before a change of status."""
        return Membership.Status(self.before).label if self.before else ""

    @property
    def identity(self) -> str:
        """What stays the same when the fact is corrected: of a spell, which and which of its ends."""
        return (
            f"{self.fact._meta.model_name}/{self.fact.pk}/{'begins' if self.what in {JOINED, CHANGED} else self.what}"
        )

    def __str__(self) -> str:
        """Say it in a sentence: "Uzbekistan joined CSTO (member)"."""
        home, status = self.organization.acronym, getattr(self.fact, "status", "")
        label = Membership.Status(status).label.lower() if status else ""
        return {
            JOINED: f"{self.state} {self.verb} {home} ({label})",
            CHANGED: f"{self.state}, status in {home}: from {self.was.lower()} to {label}",
            LEFT: f"{self.state} {self.verb} {home} ({label})",
            FOUNDED: f"{home} {self.verb}",
            DISSOLVED: f"{home} {self.verb}",
            SIGNED: f"{self.verb}: {self.fact}",
            IN_FORCE: f"{self.verb}: {'the founding treaty of ' if self.fact == self.organization else ''}{self.fact}",
            ENDED: f"{self.verb}: {self.fact}",
        }[self.what]

    @property
    def _order(self) -> tuple[str, ...]:
        return (self.latest, self.earliest, self.organization.acronym, self.what, str(self.state or self.fact))


def events(
    since: str,
    until: str,
    states: Collection[str] = (),
    organizations: Collection[str] = (),
    possible: bool = False,
    newest: int | None = None,
) -> list[Event]:
    """Return the events of an interval of ISO days, the newest first.

    states, organizations: only those about one of these states (ISO codes), in one of these organizations (slugs);
    with states, only what states do. possible: instead those whose coarse date may lie in it and is counted later.
    newest: at most so many.
    """
    found = []
    for what, name, rows in _facts(states, organizations):
        rows = rows.may_have_happened(name, since, until) if possible else rows.happened(name, since, until)
        for fact in rows.order_by(f"-{name}_latest", f"-{name}_earliest", "pk")[:newest]:
            before = getattr(fact, "before", None) or ""
            earliest = getattr(fact, f"{name}_earliest")
            found.append(
                Event(
                    CHANGED if what == JOINED and before else what,
                    getattr(fact, name),
                    earliest,
                    getattr(fact, f"{name}_latest"),
                    fact,
                    before if what == JOINED else "",
                    earliest >= since and not possible,
                )
            )
    found.sort(key=lambda event: event._order, reverse=True)
    return found[:newest]


def _facts(states: Collection[str], organizations: Collection[str]) -> Iterator[tuple[str, str, DatedQuerySet]]:
    """Yield (what, name of its date, the facts that tell of it)."""
    spells = Membership.objects.with_names()
    if states:
        spells = spells.filter(state__iso3__in=states)
    if organizations:
        spells = spells.filter(organization__slug__in=organizations)
    same = Membership.objects.of_same_pair()
    before = same.filter(left=OuterRef("joined")).values("status")[:1]
    # A change of status is one event, told by the spell that begins; a spell that goes on as it was is none.
    yield (
        JOINED,
        "joined",
        spells.annotate(before=Subquery(before)).filter(Q(before__isnull=True) | ~Q(before=F("status"))),
    )
    yield LEFT, "left", spells.filter(~Exists(same.filter(joined=OuterRef("left"))))
    if states:
        return
    homes, documents = Organization.objects.all(), Document.objects.select_related("organization")
    if organizations:
        homes, documents = homes.filter(slug__in=organizations), documents.filter(organization__slug__in=organizations)
    treaty = Document.objects.filter(organization=OuterRef("pk"), in_force=OuterRef("in_force"))
    yield FOUNDED, "founded", homes
    yield IN_FORCE, "in_force", homes.filter(~Exists(treaty))  # Else the founding treaty itself tells it.
    yield DISSOLVED, "dissolved", homes
    yield SIGNED, "signed", documents
    yield IN_FORCE, "in_force", documents
    yield ENDED, "ended", documents


def by_day(found: Iterable[Event]) -> list[tuple[str, list[list[Event]]]]:
    """Group events as people read them: [(date as known, [[event]])].

    The states that joined one organization on one day with one status stand together.
    """
    days = []
    for date, of_day in groupby(found, key=lambda event: event.date):
        groups: dict[Hashable, list[Event]] = {}
        for event in of_day:
            status = getattr(event.fact, "status", "")
            key = (event.organization.pk, event.what, status, event.before, None if event.state else event.fact.pk)
            groups.setdefault(key, []).append(event)
        days.append((date, [sorted(group, key=lambda event: fold(str(event.state))) for group in groups.values()]))
    return days


def recorded(found: Collection[Event]) -> dict[Event, datetime | None]:
    """Return {event: when its fact was last written}, in a query for each kind of fact."""
    written: dict[tuple[type, int], datetime] = {}
    for model in {type(event.fact) for event in found}:
        keys = [event.fact.pk for event in found if type(event.fact) is model]
        rows = edits_of(model).order_by().values("id").annotate(last=Max("history_date"))
        # A query of a thousand keys costs more than reading the table's maxima, which are few.
        rows = rows.filter(id__in=keys) if len(keys) <= 500 else rows
        written |= {(model, key): last for key, last in rows.values_list("id", "last")}
    return {event: written.get((type(event.fact), event.fact.pk)) for event in found}


def interval(since: PartialDate | None, until: PartialDate | None, on: PartialDate) -> tuple[str, str]:
    """Return the ISO days of an interval that was asked for in part: by default the year up to the date on view."""
    end = until.earliest if until else dates.next_day(on.latest)
    if since:
        return since.earliest, end
    year_before = dates.years_away(dates.parse(end if end != dates.NEVER else on.latest), -1)
    return (year_before.text if year_before else "0001-01-01"), end
