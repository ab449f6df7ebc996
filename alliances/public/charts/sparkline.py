"""The number of members of one organization over time, as a line of the size of a word."""

from collections.abc import Iterable
from typing import NamedTuple

from alliances import dates
from alliances.derived.member_counts import member_count_periods
from alliances.models import Membership

from .scale import Scale

WIDTH, HEIGHT = 80, 18


class Sparkline(NamedTuple):
    """A path of steps in a box of WIDTH × HEIGHT, from the first year of the scale until today; `most`: its highest."""

    path: str
    most: int


def sparkline(spells: Iterable[Membership], begin: str) -> Sparkline | None:
    """Return the line of an organization's binding spells since a day, so that several lines compare; None of none."""
    now = dates.today().isoformat()
    periods = [each for each in member_count_periods(spells) if each.begin <= now and each.end > begin]
    most = max((each.number for each in periods), default=0)
    if not most:
        return None
    scale = Scale(begin, now)

    def x(day: str) -> float:
        return round(scale.at(day) / 100 * WIDTH, 1)

    def y(number: int) -> float:
        return round(HEIGHT - 1 - number / most * (HEIGHT - 2), 1)

    steps = "".join(f"H{x(max(each.begin, begin))}V{y(each.number)}" for each in periods)
    return Sparkline(f"M{x(max(periods[0].begin, begin))},{y(0)}{steps}H{x(min(periods[-1].end, now))}", most)
