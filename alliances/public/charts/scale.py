"""A time axis: days in percent of its length, and its labelled years."""

from datetime import date

from alliances import dates

# Years between two labels. The first with at most `MAX_TICKS` labels is used, so that they do not touch on a phone.
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
MAX_TICKS = 7


class Scale:
    """A span of days, from the first day of a year; its end is as the facts have it.

    `first_day` and `last_day` are its ends, as ISO days. `at` places a day on it, in percent; what has no bound
    (`ALWAYS`, `NEVER`) lies at its ends.
    """

    def __init__(self, begin: str, end: str) -> None:
        self.first_year = int(begin[:4])
        self._begin = date(self.first_year, 1, 1).toordinal()
        self._days = max(date.fromisoformat(end).toordinal() - self._begin, 1)
        self.last_year = int(end[:4])
        self.first_day, self.last_day = f"{self.first_year:04}-01-01", end

    def at(self, iso: str) -> float:
        """Return the place of a day, in percent with two decimals: a tenth of a pixel on a wide screen."""
        if iso == dates.ALWAYS:
            return 0.0
        if iso == dates.NEVER:
            return 100.0
        part = (date.fromisoformat(iso).toordinal() - self._begin) / self._days
        return round(min(max(part, 0), 1) * 100, 2)

    @property
    def ticks(self) -> list[tuple[int, float]]:
        """Return [(year, place in percent)] of the named years, none so near the end that its label would not fit."""
        years = self.last_year - self.first_year
        step = next((step for step in STEPS if years / step <= MAX_TICKS), STEPS[-1])
        first = -(-self.first_year // step) * step
        placed = ((year, self.at(f"{year:04}-01-01")) for year in range(max(first, 1), self.last_year + 1, step))
        return [(year, place) for year, place in placed if place <= 95]
