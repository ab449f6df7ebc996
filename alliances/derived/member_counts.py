"""How many members an organization had, and in which periods."""

from itertools import pairwise
from typing import NamedTuple

from alliances import dates


class CountPeriod(NamedTuple):
    """A time in which a number of members did not change: ISO days at the outer bounds, `end` excluded.

    `since` and `until` are the dates as they are known, for people to read; `until` is empty if it goes on.
    """

    begin: str
    end: str
    number: int
    since: str
    until: str


def member_count_periods(spells):
    """Return the periods of the number of bound states over all time, from one organization's binding spells.

    Counted at the outer bounds, as `.on()` does. A state that changes from one binding status to another is
    counted once.
    """
    merged, known = [], {dates.NEVER: ""}
    now = dates.today().isoformat()
    for spell in sorted(spells, key=lambda spell: (spell.state_id, spell.joined_earliest, spell.left_latest)):
        begin, end = spell.joined_earliest, now if spell.left == dates.UNKNOWN else spell.left_latest
        # Of two texts with one bound (1949 and 1949-01) the coarser one claims no more than is known.
        for bound, text in ((begin, spell.joined), (end, spell.left)):
            known[bound] = min(known.get(bound, text), text, key=len)
        if merged and merged[-1][0] == spell.state_id and begin <= merged[-1][2]:
            merged[-1][2] = max(end, merged[-1][2])
        else:
            merged.append([spell.state_id, begin, end])
    edges = sorted({edge for _, begin, end in merged for edge in (begin, end)} | {dates.NEVER})
    periods = []
    for begin, end in pairwise(edges):
        number = sum(1 for _, first, last in merged if first <= begin < last)
        if periods and periods[-1].number == number:
            begin = periods.pop().begin
        periods.append(CountPeriod(begin, end, number, known[begin], known[end]))
    return periods
