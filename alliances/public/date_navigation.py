"""The date navigation of a page: the date on view, a year back and forth, and the dates on which something changed."""

from typing import NamedTuple

from django.utils.functional import cached_property

from alliances import dates
from alliances.public.charts.scale import Scale


class Unread(NamedTuple):
    """A date that was typed and cannot be read: what was typed, what is wrong with it, and what it may mean.

    `meant` has the words of each date, and the query string that asks for it.
    """

    text: str
    messages: list
    meant: list


class DateNavigation:
    """Where a reader can go from the date on view.

    `change_dates` are the dates, as known, on which the subject of the page changed, in order; `previous` and `next`
    are the nearest ones before and after the date on view. `earlier` and `later` are a year away; None where there is
    no such year. `unread` is what was typed instead of a date, if it was none.
    """

    def __init__(self, on, texts=(), unread=None):
        self.on = on
        self.unread = unread
        self.earlier, self.later = dates.years_away(on, -1), dates.years_away(on, 1)
        known = set(filter(dates.is_single, texts))
        self.change_dates = sorted(map(dates.parse, known), key=lambda change: (change.earliest, change.latest))
        before = [change for change in self.change_dates if change.latest < on.earliest]
        self.previous = before[-1] if before else None
        self.next = next((change for change in self.change_dates if change.earliest > on.latest), None)

    @cached_property
    def track(self):
        """The scale of the dates, from the first change until today or the date on view; None without changes."""
        now = dates.today().isoformat()
        past = [change.earliest for change in self.change_dates if change.earliest <= now]
        return Scale(past[0], max(now, self.on.latest)) if past and self.on.latest < dates.NEVER else None

    @property
    def ticks(self):
        """Return [(date of a change, its place on the track)] of the changes that have happened."""
        now = dates.today().isoformat()
        return [(change, self.track.at(change.earliest)) for change in self.change_dates if change.earliest <= now]


def change_dates(*groups):
    """Return both ends of each of these dated facts, as typed."""
    return [getattr(thing, end) for group in groups for thing in group for end in thing.span]


def date_shown(thing, on):
    """Return the date that a page shows: of what is no more its last day, unless another date is asked for."""
    before_end = day_before_end(thing, on)
    return dates.parse(before_end) if before_end and not on.given else on


def day_before_end(thing, on):
    """Return the last day before a fact ended, if it had ended by the date on view; empty if not, or if there is none.

    It is the last day on which it had members.
    """
    end = getattr(thing, thing.span[1])
    if not dates.is_single(end) or thing.holds(on) != dates.Holds.NO or dates.parse(end).latest > on.earliest:
        return ""
    before = dates.previous_day(dates.parse(end).earliest)
    return "" if before == dates.ALWAYS else before
