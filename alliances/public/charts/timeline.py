"""The timeline of one organization or of one state: a row for each state or organization, a bar for each spell."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived.roster import Roster
from alliances.models import Membership, Organization, State
from alliances.text import fold

from .scale import Scale

# One group of rows: its code, its label, its spells.
Grouped = tuple[str, str, list[Membership]]
# Where a day lies on a scale, in percent.
Place = Callable[[str], float]
# Room after the last day, as a fraction of the whole time, for the arrows of ongoing spells.
MARGIN = 0.03


class Bar(NamedTuple):
    """One spell, in percent of the scale: it began between `fade_in` and `begin`, ended between `end` and `fade_out`.

    `open` marks an ongoing spell; `words` describe it.
    """

    status: str
    fade_in: float
    begin: float
    end: float
    fade_out: float
    open: bool
    words: str

    @property
    def pieces(self) -> list[tuple[float, float, str]]:
        """Return [(from, width, fading)] of its pieces: coarse dates fade, "in", "out" or "both" within one piece."""
        begin, end = self.begin, self.end
        if begin > end:  # Both bounds are coarse and overlap: no day is certain.
            return [(self.fade_in, round(self.fade_out - self.fade_in, 2), "both")]
        pieces = [(self.fade_in, begin, "in"), (begin, end, ""), (end, self.fade_out, "out")]
        return [(first, round(last - first, 2), fading) for first, last, fading in pieces if last > first]


class Row(NamedTuple):
    """A state, or an organization, with its bars in the order of time."""

    thing: State | Organization
    bars: list[Bar]

    @property
    def words(self) -> str:
        """The bars in words, for screen readers."""
        return "; ".join(bar.words for bar in self.bars)


class Group(NamedTuple):
    """Rows that share a status on the date on view (`status` is its code), or are later or former."""

    status: str
    label: str
    rows: list[Row]


class Timeline:
    """Every spell of a roster, grouped by what it is on the date on view, the earliest accession first.

    `side` names what a row is: "state" on an organization's page, "organization" on a state's.
    """

    def __init__(self, roster: Roster, on: PartialDate, side: str) -> None:
        self.on, self.side = on, side
        self.groups: list[Group] = []
        self.scale: Scale | None = None
        self.view: tuple[float, float] | None = None
        now = dates.today().isoformat()
        grouped: list[Grouped] = [
            (status, Membership.Status(status).label, spells) for status, spells in roster.now.items()
        ]
        grouped += [("", "Later", roster.later), ("", "Former", roster.former)]
        spells = [spell for _, _, group in grouped for spell in group] + roster.earlier
        self.spells = len(spells)
        if not spells:
            return
        # A future end that is known is shown; what has no bound on a side reaches to the end of the scale.
        bounds = {bound for spell in spells for bound in (spell.joined_earliest, spell.joined_latest)}
        bounds |= {spell.left_latest for spell in spells}
        bounds -= {dates.ALWAYS, dates.NEVER}
        first = min(bounds, default=now)
        last = max(now, min(on.latest, "9000-12-31"), *bounds)
        scale = Scale(min(first, max(on.earliest, "0001-01-01")) if on.given else first, _later(first, last))
        self.scale, self.view = scale, (scale.at(on.earliest), scale.at(on.latest))
        self.groups = self._groups(grouped, roster.earlier, now, scale.at)

    def _groups(self, grouped: Sequence[Grouped], earlier: Iterable[Membership], now: str, at: Place) -> list[Group]:
        spells_of: dict[State | Organization, list[Membership]] = {}
        place: dict[State | Organization, int] = {}
        for number, (_, _, spells) in enumerate(grouped):
            for spell in spells:
                thing = getattr(spell, self.side)
                spells_of.setdefault(thing, []).append(spell)
                place.setdefault(thing, number)
        for spell in earlier:
            spells_of[getattr(spell, self.side)].append(spell)
        rows: list[list[tuple[str, str, State | Organization, list[Membership]]]] = [[] for _ in grouped]
        for thing, spells in spells_of.items():
            spells.sort(key=lambda spell: (spell.joined_earliest, spell.left_latest))
            rows[place[thing]].append((spells[0].joined_earliest, fold(thing.name), thing, spells))
        groups = []
        for (status, label, _), found in zip(grouped, rows, strict=True):
            found.sort(key=lambda row: row[:2])
            bars = [Row(thing, [_bar(spell, now, at) for spell in spells]) for *_, thing, spells in found]
            groups.append(Group(status, label, bars))
        return [group for group in groups if group.rows]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return sum(len(group.rows) for group in self.groups)


def _bar(spell: Membership, now: str, at: Place) -> Bar:
    begin, end = dates.begin_bounds(spell.joined, now), dates.end_bounds(spell.left, now)
    goes_on = not spell.left
    fade_in, first = at(begin[0]), at(begin[1])
    if goes_on:
        # An ongoing spell reaches today, even if the scale goes on; one that is still to come reaches the end.
        last = fade_out = max(at(now), at(begin[1]))
    else:
        last, fade_out = at(max(end[0], begin[0])), at(end[1])
    return Bar(spell.status, fade_in, first, last, fade_out, goes_on, spell.status_and_time())


def _later(first: str, last: str) -> str:
    """Return a day a little after the last one, to leave room for the arrows of ongoing spells."""
    begin, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    return date.fromordinal(min(end + int((end - begin) * MARGIN) + 30, date.max.toordinal())).isoformat()
