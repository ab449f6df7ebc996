"""The timeline of one organization or of one state: a row for each state or organization, a bar for each spell."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived import affiliation
from alliances.derived.affiliation import Affiliation
from alliances.models import Membership, Organization, State

from .scale import Scale

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
    """A state, or an organization: what the table tells of it, and its bars in the order of time."""

    affiliation: Affiliation
    bars: list[Bar]

    @property
    def thing(self) -> State | Organization:
        """The state or the organization."""
        return self.affiliation.thing

    @property
    def words(self) -> str:
        """The bars in words, for screen readers."""
        return "; ".join(bar.words for bar in self.bars)


class Group(NamedTuple):
    """Rows of one kind, as `affiliation.Group` has them."""

    code: str
    label: str
    rows: list[Row]
    binds: bool


class Timeline:
    """The rows of a page, each with a bar for each of its spells, on one scale from the first beginning to today.

    `side` names what a row is: "state" on an organization's page, "organization" on a state's. Rows of which no bar
    is needed are left out by who gives the groups; the scale is that of all `spells`.
    """

    def __init__(
        self, groups: Iterable[affiliation.Group], spells: Iterable[Membership], on: PartialDate, side: str
    ) -> None:
        self.on, self.side = on, side
        self.groups: list[Group] = []
        self.scale: Scale | None = None
        self.view: tuple[float, float] | None = None
        now = dates.today().isoformat()
        spells = list(spells)
        self.spells = len(spells)
        if not spells:
            return
        # A future end that is known is shown; what has no bound on a side reaches to the end of the scale.
        bounds = {bound for spell in spells for bound in (spell.joined_earliest, spell.joined_latest)}
        bounds |= {spell.left_latest for spell in spells}
        bounds -= {dates.ALWAYS, dates.NEVER}
        first = min(bounds, default=now)
        # Of what is over, the scale ends with its end.
        ends = [now] if any(not spell.left for spell in spells) else []
        last = max([first, min(on.latest, "9000-12-31"), *ends, *bounds])
        scale = Scale(min(first, max(on.earliest, "0001-01-01")) if on.given else first, _later(first, last))
        self.scale, self.view = scale, (scale.at(on.earliest), scale.at(on.latest))
        for group in groups:
            rows = [Row(row, [_bar(spell, now, scale.at) for spell in row.spells]) for row in group.rows]
            self.groups.append(Group(group.code, group.label, rows, group.binds))

    @property
    def statuses(self) -> set[str]:
        """The statuses of all its bars, for the legend."""
        return {bar.status for group in self.groups for row in group.rows for bar in row.bars}

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
