"""Members of organizations over time: a step line for each."""

from collections.abc import Iterable
from typing import NamedTuple

from alliances import dates
from alliances.derived.member_counts import CountPeriod, member_count_periods
from alliances.models import Membership, Organization

from .scale import Scale

HEIGHT = 280  # pixels
APART = 15  # pixels between two names at the end of their lines


class Line(NamedTuple):
    """One organization: `steps` in percent of time and pixels, `name_y` where its name stands, `number` the last one.

    The first step is on the ground, the last at today. `numbers` are those on 1 January of the years of the axis,
    `by_year` those of all years from the first on.
    """

    organization: Organization
    steps: list[tuple[float, float]]
    name_y: float
    number: int
    numbers: list[int]
    by_year: list[int]

    @property
    def path(self) -> str:
        """The line in percent of time and pixels."""
        return self.across(100)

    def across(self, width: float, stretch: float = 1) -> str:
        """Return the line in a box of a width, its heights multiplied by `stretch`."""
        (first, ground), *steps = [(round(x * width / 100, 2), round(y * stretch, 2)) for x, y in self.steps]
        return f"M{first:g},{ground:g}" + "".join(f"H{x:g}V{y:g}" for x, y in steps)


class Counts:
    """The lines of several organizations on one scale, from their binding spells of all times, until today."""

    def __init__(self, organizations: Iterable[Organization], spells: Iterable[Membership]) -> None:
        self.lines: list[Line] = []
        self.height = HEIGHT
        now = dates.today().isoformat()
        begun = [spell for spell in spells if spell.joined_earliest <= now]
        periods: dict[Organization, list[CountPeriod]] = {}
        for organization in organizations:
            own = [spell for spell in begun if spell.organization_id == organization.pk]
            if own:
                periods[organization] = member_count_periods(own)
        if not periods:
            return
        # Where nobody knows since when, the line begins with what is known.
        begin = min((each.begin for own in periods.values() for each in own if each.begin != dates.ALWAYS), default=now)
        self.scale = Scale(begin, now)
        self.most = max(period.number for each in periods.values() for period in each)
        drawn = [(each, self._steps(periods[each], now), periods[each]) for each in periods]
        last = {each: number_on(found, now) for each, _, found in drawn}
        names = self._apart({each: self._y(number) for each, number in last.items()})
        marked = [year for year, _ in self.scale.ticks]
        self.lines = [
            Line(
                each,
                steps,
                names[each],
                last[each],
                on_new_years(found, marked),
                on_new_years(found, self.years),
            )
            for each, steps, found in drawn
        ]

    @property
    def years(self) -> range:
        """The years of the axis, all of them."""
        return range(self.scale.first_year, self.scale.last_year + 1)

    @property
    def marks(self) -> list[tuple[int, float]]:
        """Return [(number, pixels from the top)] of the horizontal lines."""
        step = next(step * scale for scale in (1, 10, 100) for step in (1, 2, 5) if self.most / (step * scale) <= 5)
        return [(number, self._y(number)) for number in range(0, self.most + 1, step)]

    def _y(self, number: int) -> float:
        return round(HEIGHT - 6 - number / self.most * (HEIGHT - 20), 1)

    def _steps(self, periods: Iterable[CountPeriod], now: str) -> list[tuple[float, float]]:
        steps = [(self.scale.at(each.begin), self._y(each.number)) for each in periods if each.begin <= now]
        return [(steps[0][0], self._y(0)), *steps, (self.scale.at(now), steps[-1][1])]

    @staticmethod
    def _apart(wanted: dict[Organization, float]) -> dict[Organization, float]:
        """Move labels down, and back up from the bottom edge, until no two overlap."""
        placed: dict[Organization, float] = {}
        floor: float = -APART
        for each, y in sorted(wanted.items(), key=lambda pair: pair[1]):
            floor = placed[each] = max(y, floor + APART)
        over = max(floor - (HEIGHT - 4), 0)
        return {each: y - over for each, y in placed.items()}


def number_on(periods: Iterable[CountPeriod], day: str) -> int:
    """Return the number of members on a day, at the outer bounds; 0 before the first."""
    return next((period.number for period in periods if period.begin <= day < period.end), 0)


def on_new_years(periods: list[CountPeriod], years: Iterable[int]) -> list[int]:
    """Return the numbers of members on 1 January of some years."""
    return [number_on(periods, f"{year:04}-01-01") for year in years]
