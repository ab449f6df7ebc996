"""What changed in the world: who joined, left or changed status; what was founded, signed, entered into force, ended.

An interval is half open, as a spell is: from the first day of `since` until, not including, the first day of `until`.
So events(a, b) and events(b, c) together are events(a, c). Worked out from the facts each time; nothing is stored.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Document, Membership, Organization, State
from alliances.models.temporal import DatedQuerySet
from alliances.models.versioning import edits_of
from alliances.text import fold

JOINED, LEFT, CHANGED = "joined", "left", "changed"
FOUNDED, DISSOLVED, SIGNED, IN_FORCE, ENDED = "founded", "dissolved", "signed", "in-force", "ended"

# The words for an event that has happened, and for one to come.
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
    """Something that happened on a date, as precisely as it is known: `date` as typed, its bounds as ISO days.

    `what` is one of the words above. `certain`: the date cannot lie before the interval asked about. `before` is the
    status that ended, of a change of status. `fact` is what the event follows from: its dates and its sources.
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
        """What stays the same when the fact is corrected: kind and key of the fact, and which of its dates."""
        which = "begins" if self.what in {JOINED, CHANGED} else self.what
        return f"{self.fact._meta.model_name}/{self.fact.pk}/{which}"

    def __str__(self) -> str:
        """Say it in a sentence: "Uzbekistan joined CSTO (member)"."""
        acronym, status = self.organization.acronym, getattr(self.fact, "status", "")
        label = Membership.Status(status).label.lower() if status else ""
        return {
            JOINED: f"{self.state} {self.verb} {acronym} ({label})",
            CHANGED: f"{self.state}, status in {acronym}: from {self.was.lower()} to {label}",
            LEFT: f"{self.state} {self.verb} {acronym} ({label})",
            FOUNDED: f"{acronym} {self.verb}",
            DISSOLVED: f"{acronym} {self.verb}",
            SIGNED: f"{self.verb}: {self.fact}",
            IN_FORCE: f"{self.verb}: {'the founding treaty of ' if self.fact == self.organization else ''}{self.fact}",
            ENDED: f"{self.verb}: {self.fact}",
        }[self.what]

    @property
    def _order(self) -> tuple[str, ...]:
        return (self.latest, self.earliest, self.organization.acronym, self.what, str(self.state or self.fact))


@dataclass(frozen=True)
class EventList:
    """The events of an interval, the newest first, as `events` chooses them. A slice reads only the rows it needs."""

    since: str
    until: str
    states: Collection[str] = ()
    organizations: Collection[str] = ()
    possible: bool = False

    def __iter__(self) -> Iterator[Event]:
        return iter(self._all)

    def __len__(self) -> int:
        # `list` asks for the length, too, after it has begun to iterate.
        return len(self._all) if "_all" in vars(self) else self._count

    def __getitem__(self, part: slice) -> list[Event]:
        """Return the events of a slice, counted from the newest; without steps or places counted from the end."""
        if part.stop == 0:
            return []
        found = [event for kind in self._kinds() for event in self._newest(*kind, part.stop)]
        return sorted(found, key=lambda event: event._order, reverse=True)[part]

    @cached_property
    def _all(self) -> list[Event]:
        return self[:]

    @cached_property
    def _count(self) -> int:
        first, *others = (rows.order_by().values("pk") for _, _, rows in self._kinds())
        return first.union(*others, all=True).count()

    def _kinds(self) -> Iterator[tuple[str, str, DatedQuerySet]]:
        """Yield (what, name of its date, the facts that tell of it in the interval)."""
        for what, name, rows in _facts(self.states, self.organizations):
            interval = (name, self.since, self.until)
            yield what, name, rows.may_have_happened(*interval) if self.possible else rows.happened(*interval)

    def _newest(self, what: str, name: str, rows: DatedQuerySet, most: int | None) -> Iterator[Event]:
        """Yield the newest `most` events of one kind, and those of the same day as the last of them.

        Whichever of a day come first is decided between all kinds, so that pages neither repeat nor leave out any.
        """
        if most is not None:
            days = rows.order_by(f"-{name}_latest").values(f"{name}_latest")
            last = Coalesce(Subquery(days[most - 1 : most]), Value(dates.ALWAYS))
            rows = rows.filter(**{f"{name}_latest__gte": last})
        for fact in rows.order_by("pk"):
            earliest = getattr(fact, f"{name}_earliest")
            before = getattr(fact, "before", None) or "" if what == JOINED else ""
            yield Event(
                CHANGED if before else what,
                getattr(fact, name),
                earliest,
                getattr(fact, f"{name}_latest"),
                fact,
                before,
                earliest >= self.since and not self.possible,
            )


def events(
    since: str,
    until: str,
    states: Collection[str] = (),
    organizations: Collection[str] = (),
    possible: bool = False,
) -> EventList:
    """Return the events of an interval of ISO days, the newest first.

    states, organizations: only those about one of these states (ISO codes), in one of these organizations (slugs);
    with states, only what states do. possible: instead those whose coarse date may lie in it and is counted later.
    """
    return EventList(since, until, states, organizations, possible)


def _facts(states: Collection[str], organizations: Collection[str]) -> Iterator[tuple[str, str, DatedQuerySet]]:
    """Yield (what, name of its date, the facts that tell of it)."""
    spells = Membership.objects.with_names()
    if states:
        spells = spells.filter(state__iso3__in=states)
    if organizations:
        spells = spells.filter(organization__slug__in=organizations)
    # Without the default order, which would join the names and sort for each row.
    same = Membership.objects.of_same_pair().order_by()
    before = same.filter(left=OuterRef("joined")).exclude(left=dates.UNKNOWN)
    # A change of status is one event, told by the spell that begins; a spell that goes on as it was is none.
    yield (
        JOINED,
        "joined",
        spells.annotate(before=Subquery(before.order_by("joined_earliest").values("status")[:1])).filter(
            ~Exists(before.filter(status=OuterRef("status")))
        ),
    )
    yield LEFT, "left", spells.filter(~Exists(same.filter(joined=OuterRef("left")).exclude(joined=dates.UNKNOWN)))
    if states:
        return
    homes, documents = Organization.objects.all(), Document.objects.select_related("organization")
    if organizations:
        homes = homes.filter(slug__in=organizations)
        documents = documents.filter(organization__slug__in=organizations)
    treaties = Document.objects.filter(organization=OuterRef("pk"), in_force=OuterRef("in_force"))
    yield FOUNDED, "founded", homes
    yield IN_FORCE, "in_force", homes.filter(~Exists(treaties))  # Else the founding treaty itself tells it.
    yield DISSOLVED, "dissolved", homes
    yield SIGNED, "signed", documents
    yield IN_FORCE, "in_force", documents
    yield ENDED, "ended", documents


def by_day(newest_first: Iterable[Event]) -> list[tuple[str, list[list[Event]]]]:
    """Group events as people read them: [(date as typed, [[event]])].

    The states that joined one organization on one day with one status stand together.
    """
    days = []
    for date, of_day in groupby(newest_first, key=lambda event: event.date):
        groups: dict[Hashable, list[Event]] = {}
        for event in of_day:
            status = getattr(event.fact, "status", "")
            key = (event.organization.pk, event.what, status, event.before, None if event.state else event.fact.pk)
            groups.setdefault(key, []).append(event)
        days.append((date, [sorted(group, key=lambda event: fold(str(event.state))) for group in groups.values()]))
    return days


def recorded(events: Collection[Event]) -> dict[Event, datetime | None]:
    """Return {event: when its fact was last written, in UTC}; None if no version is kept. A query for each model."""
    written: dict[tuple[type, int], datetime] = {}
    for model in {type(event.fact) for event in events}:
        keys = [event.fact.pk for event in events if type(event.fact) is model]
        versions = edits_of(model).order_by().values("id").annotate(last=Max("history_date"))
        # A query of a thousand keys costs more than reading the last versions of a whole table.
        versions = versions.filter(id__in=keys) if len(keys) <= 500 else versions
        written |= {(model, key): last for key, last in versions.values_list("id", "last")}
    return {event: written.get((type(event.fact), event.fact.pk)) for event in events}


def interval(since: PartialDate | None, until: PartialDate | None, on: PartialDate) -> tuple[str, str]:
    """Return the ISO days of an interval of which one end, or none, is given: by default the year up to `on`."""
    end = until.earliest if until else dates.next_day(on.latest)
    if since:
        return since.earliest, end
    year_before = dates.years_away(dates.parse(end if end != dates.NEVER else on.latest), -1)
    return (year_before.text if year_before else "0001-01-01"), end
