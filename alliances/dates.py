"""Partial dates: a date is as precise as it is known, and every question about it is asked here.

A date is a text, as EDTF (ISO 8601-2) writes it: "1991", "1991-12", "1991-12-21" (level 0), an
interval in which it lies, "[1985..1989]", "[..1990]", "[1985..]" (level 2, one of a set), or "XXXX":
it has happened, nobody knows when. Each text has two outer bounds, the earliest and the latest day
that it can mean, as ISO strings, which compare as days do. `parse` reads a date that is asked
about, level 0 only; `read` one that a fact has; typed_dates.py what people write for it. Pure
functions, no Django; `now()` is the only place of the project that reads the clock.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from alliances.text import shorten

UNKNOWN = "XXXX"
# Bounds of what has no bound. They are not days, so that they sort before and after every day.
ALWAYS = "0000-00-00"
NEVER = "9999-99-99"

_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_EXAMPLES = "Write a year (1991), a month (1991-12) or a day (1991-12-21)"
# The longest date: an interval between two days.
LONGEST = len("[1991-12-21..1991-12-25]")
_INTERVAL = re.compile(r"\[([0-9-]*)\.\.([0-9-]*)\]")
_INTERVALS = "Write [1985..1989], [..1990] (by 1990) or [1985..] (1985 or later)"
_QUALIFIED = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}[?~%]")


@dataclass(frozen=True)
class PartialDate:
    """A date as it was typed, with its outer bounds (first and last day, ISO, both inclusive).

    `given` tells a date that a reader asked for from the default, today: links keep only the former.
    """

    text: str
    earliest: str
    latest: str
    given: bool = field(default=True, compare=False)

    def __str__(self) -> str:
        return self.text


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the present day, in UTC. Everything else is given the date."""
    return now().date()


def parse(text: str) -> PartialDate:
    """Read a year, a month or a day; a ValueError says in one sentence what is wrong with the text."""
    match = _SHAPE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"“{shorten(text)}” is not a date. {_EXAMPLES}.")
    text = match[0]
    year = int(match[1])
    month = int(match[2]) if match[2] else None
    day = int(match[3]) if match[3] else None
    if year == 0:
        raise ValueError(f"“{text}”: there is no year 0000. {_EXAMPLES}.")
    if month is None:
        return PartialDate(text, f"{text}-01-01", f"{text}-12-31")
    if not 1 <= month <= 12:
        raise ValueError(f"“{text}”: there is no month {match[2]}; months go from 01 to 12.")
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return PartialDate(text, f"{text}-01", f"{text}-{last}")
    if not 1 <= day <= last:
        raise ValueError(f"“{text}”: {calendar.month_name[month]} {year} has days 01 to {last}.")
    return PartialDate(text, text, text)


def read(text: str) -> PartialDate:
    """Read a date that a fact has: a year, a month, a day, or an interval in which it lies.

    A ValueError says in one sentence what is wrong with the text, and what to write. XXXX is not read: it has no
    bounds that do not move with the day.
    """
    text = text.strip()
    if _QUALIFIED.fullmatch(text):
        raise ValueError(
            f"“{text}”: “about” (~) and “uncertain” (?) are not kept. Write the bounds that the source allows, as in "
            "[1983..1985]."
        )
    if not ("[" in text or "]" in text or ".." in text):
        return parse(text)
    match = _INTERVAL.fullmatch(text)
    if not match:
        raise ValueError(f"“{shorten(text)}” is not a date between bounds. {_INTERVALS}.")
    if text == "[..]":
        raise ValueError("“[..]” has no bounds. Write one of them, or XXXX if nothing is known.")
    first, last = (parse(part) if part else None for part in match.groups())
    if not (first and last):
        return PartialDate(text, first.earliest if first else ALWAYS, last.latest if last else NEVER)
    if first.earliest > last.latest:
        raise ValueError(f"“{text}” ends before it begins. Write the earlier date first: [{last}..{first}].")
    return first if first.text == last.text else PartialDate(text, first.earliest, last.latest)


def is_date(text: str) -> bool:
    """Tell whether a text is a year, a month, a day, or an interval in the form in which it is kept."""
    try:
        return read(text).text == text.strip()
    except ValueError:
        return False


def is_single(text: str) -> bool:
    """Tell whether a text is one year, month or day, and not an interval, XXXX or nothing."""
    return bool(_SHAPE.fullmatch(text)) and is_date(text)


def day(value: date, *, given: bool = True) -> PartialDate:
    """Turn a calendar day into a date that can be asked about."""
    return PartialDate(value.isoformat(), value.isoformat(), value.isoformat(), given)


def on_today() -> PartialDate:
    """Return the date that a page shows when nobody asked for another one."""
    return day(today(), given=False)


def years_away(on: PartialDate, years: int) -> PartialDate | None:
    """Return the same day, month or year so many years later; 29 February may become the 28th; None: no such year."""
    year = int(on.text[:4]) + years
    if not 1 <= year <= 9999:
        return None
    text = f"{year:04}{on.text[4:]}"
    return parse(f"{year:04}-02-28" if text.endswith("-02-29") and not calendar.isleap(year) else text)


def tense(on: PartialDate) -> str:
    """Tell how to speak of a date: "past", "future", or "present" for what contains today."""
    now = today().isoformat()
    return "past" if on.latest < now else "future" if on.earliest > now else "present"


def as_partial(value: PartialDate | date | str) -> PartialDate:
    """Accept what callers have at hand: a text as typed, a calendar day, or a parsed date."""
    if isinstance(value, PartialDate):
        return value
    return parse(value) if isinstance(value, str) else day(value)


def next_day(iso: str) -> str:
    """Return the day after; the last day that Python knows is followed by `NEVER`."""
    value = date.fromisoformat(iso)
    return NEVER if value == date.max else (value + timedelta(days=1)).isoformat()


def previous_day(iso: str) -> str:
    """Return the day before; the first day that Python knows is preceded by `ALWAYS`."""
    value = date.fromisoformat(iso)
    return ALWAYS if value == date.min else (value - timedelta(days=1)).isoformat()


def last_day(text: str) -> str:
    """Return the last day of a span, given its stored end, which is the first day without: "2020-02-01" → "2020-01-31".

    What people read; what is stored, asked and sent as data stays half open. Months, years, intervals and XXXX stay as
    they are: an end in "1999-04" lies somewhere in that month.
    """
    return previous_day(text) if len(text) == len(NEVER) and is_single(text) else text


def midnight(iso: str) -> datetime:
    """Return the moment at which a day begins, in UTC."""
    return datetime.fromisoformat(iso).replace(tzinfo=UTC)


class Holds(StrEnum):
    """Whether a span holds on a date: what is known of its two ends may leave it open."""

    NO = "no"
    POSSIBLY = "possibly"
    CERTAINLY = "certainly"


def begin_bounds(text: str, now: str) -> tuple[str, str]:
    """Return the first and last day on which a span can have begun; empty: it has no beginning."""
    return _bounds(text, now) if text else (ALWAYS, ALWAYS)


def end_bounds(text: str, now: str) -> tuple[str, str]:
    """Return the first and last day on which a span can have ended; empty: it is ongoing."""
    return _bounds(text, now) if text else (NEVER, NEVER)


def holds(begin: str, end: str, on: PartialDate, now: date | None = None) -> Holds:
    """Tell whether a half-open span holds on a date (for a year or month: at some time in it).

    It possibly holds when some pair of days, begin < end, within the bounds touches the date, and
    certainly when every such pair does. `now` bounds "XXXX": what has happened lies before today.
    """
    now_iso = (now or today()).isoformat()
    begin_first, begin_last = begin_bounds(begin, now_iso)
    end_first, end_last = end_bounds(end, now_iso)
    if not (begin_first <= on.latest and end_last > on.earliest):
        return Holds.NO
    # The latest beginning that leaves room before the last end, and the earliest end after the first
    # beginning, decide; "end - 1 <= latest" is asked as "end <= latest + 1" to stay with ISO strings.
    begun = begin_last <= on.latest or end_last <= next_day(on.latest)
    not_over = end_first > on.earliest or begin_first >= on.earliest
    return Holds.CERTAINLY if begun and not_over else Holds.POSSIBLY


def may_follow(begin: str, end: str, now: date | None = None) -> bool:
    """Tell whether `end` can lie after `begin` at all; a span of no days is none."""
    now_iso = (now or today()).isoformat()
    return begin_bounds(begin, now_iso)[0] < end_bounds(end, now_iso)[1]


def in_words(text: str, *, short: bool = False) -> str:
    """Say a date in a sentence: "21 December 1991", "December 1991", "1991", "between 1985 and 1989", "by 1990",
    "1985 or later", "an unknown date"; `short` for tables: "21 Dec 1991".
    """
    if text in {ALWAYS, NEVER}:
        return "ever"
    if text == UNKNOWN:
        return "an unknown date"
    if text.startswith("["):
        first, last = (in_words(part, short=short) if part else "" for part in text.strip("[]").split(".."))
        if not first:
            return f"by {last}"
        return f"between {first} and {last}" if last else f"{first} or later"
    year, _, rest = text.partition("-")
    month, _, day_of_month = rest.partition("-")
    parts = [str(int(day_of_month))] if day_of_month else []
    names = calendar.month_abbr if short else calendar.month_name
    return " ".join([*parts, *([names[int(month)]] if month else []), year])


def as_noun(text: str) -> str:
    """Say a date after "since" or "until": "December 1991", "1990 or earlier", "a date between 1985 and 1989"."""
    if not text.startswith("["):
        return in_words(text) if text else ""
    first, _, last = text.strip("[]").partition("..")
    if not first:
        return f"{in_words(last)} or earlier"
    return f"a date {in_words(text)}" if last else in_words(text)


def span_in_words(begin: str, end: str) -> str:
    """Say from when until which last day: "since 1945", "from 2 April 1955 until 30 June 1991", "until 1991"; empty if
    neither is given.
    """
    begin, end = as_noun(begin), as_noun(last_day(end))
    if begin and end:
        return f"from {begin} until {end}"
    return f"since {begin}" if begin else f"until {end}" if end else ""


def _bounds(text: str, now: str) -> tuple[str, str]:
    """Return the outer bounds of a date. What has no later bound has happened: it lies before today, if it can."""
    if text == UNKNOWN:
        return ALWAYS, now
    known = read(text)
    return known.earliest, max(now, known.earliest) if known.latest == NEVER else known.latest
