"""How many members an organization had, and in which periods."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from alliances import dates
from alliances.models import Membership


class CountPeriod(NamedTuple):
    """A time in which a number of members did not change: ISO days at the outer bounds, `end` excluded.

    `since` and `until` are the dates as they are known, for people to read; `until` is empty if it goes on.
    """

    begin: str
    end: str
    number: int
    since: str
    until: str


def member_count_periods(spells: Iterable[Membership]) -> list[CountPeriod]:
    """Return the periods of the number of bound states over all time, from one organization's binding spells.

    Counted at the outer bounds, as `.on()` does. A state that changes from one binding status to another is
    counted once. The last period goes on for ever; without a spell there is none. Sorts the spells once: O(n log n).
    """
    today = dates.today().isoformat()
    change: Counter[str] = Counter()  # By how many the number changes on a day.
    known = {dates.NEVER: ""}  # How each day is known.
    state, counted_until = None, dates.ALWAYS
    for spell in sorted(spells, key=lambda spell: (spell.state_id, spell.joined_earliest)):
        begin, end = spell.joined_earliest, spell.left_latest
        if spell.left and end == dates.NEVER:  # It has ended, nobody knows how late.
            end = max(today, spell.left_earliest)
        # Of two texts with one bound (1949 and 1949-01) the coarser one claims no more than is known.
        for day, text in ((begin, spell.joined), (end, spell.left)):
            known[day] = min(known.get(day, text), text, key=len)
        if spell.state_id != state:
            state, counted_until = spell.state_id, dates.ALWAYS
        begin = max(begin, counted_until)  # Spells may overlap where dates are coarse: no day is counted twice.
        end = counted_until = max(begin, end)
        change[begin] += 1
        change[end] -= 1
    periods: list[CountPeriod] = []
    number = 0
    for begin, end in pairwise(sorted({*change, dates.NEVER})):
        number += change[begin]
        if periods and periods[-1].number == number:
            begin = periods.pop().begin
        periods.append(CountPeriod(begin, end, number, known[begin], known[end]))
    return periods
