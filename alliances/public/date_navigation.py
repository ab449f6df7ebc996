"""The date control of a page: the date on view, a year back and forth, and the dates at which something changed."""

from datetime import date, timedelta

from alliances import dates


class DateNavigation:
    """Where a reader can go from the date on view.

    `stops` are the dates, as known, at which the thing on the page changed, in their order; `previous` and `next`
    are those beside the date on view. `earlier` and `later` lie a year away; None where there is no such year.
    """

    def __init__(self, on, texts=()):
        self.on = on
        self.earlier, self.later = dates.years_away(on, -1), dates.years_away(on, 1)
        known = {text for text in texts if text and text != dates.UNKNOWN}
        self.stops = sorted((dates.parse(text) for text in known), key=lambda stop: (stop.earliest, stop.latest))
        self.previous = next((stop for stop in reversed(self.stops) if stop.latest < on.earliest), None)
        self.next = next((stop for stop in self.stops if stop.earliest > on.latest), None)


def change_dates(*groups):
    """Return the dates of dated things, both ends of each, as typed."""
    return [getattr(thing, end) for group in groups for thing in group for end in thing.span]


def day_before_end(thing, on):
    """Return the day before something ended, if it had ended by the date on view: on that day it last had members."""
    end = getattr(thing, thing.span[1])
    if end in {"", dates.UNKNOWN} or thing.holds(on) != dates.Holds.NO or dates.parse(end).latest > on.earliest:
        return ""
    return (date.fromisoformat(dates.parse(end).earliest) - timedelta(days=1)).isoformat()
