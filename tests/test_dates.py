"""Partial dates: what can be typed, what it bounds, and whether a span holds on a date."""

from bisect import bisect_left
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.dates import Holds, holds, parse


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1991", "1991-01-01", "1991-12-31"),
        ("1991-12", "1991-12-01", "1991-12-31"),
        ("1991-04", "1991-04-01", "1991-04-30"),
        ("1991-02", "1991-02-01", "1991-02-28"),
        ("1992-02", "1992-02-01", "1992-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("1991-12-21", "1991-12-21", "1991-12-21"),
        (" 1991-12 ", "1991-12-01", "1991-12-31"),
    ],
)
def test_a_date_has_outer_bounds(text, earliest, latest):
    parsed = parse(text)
    assert (parsed.text, parsed.earliest, parsed.latest) == (text.strip(), earliest, latest)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1993-13-40", "there is no month 13"),
        ("1993-00", "there is no month 00"),
        ("1993-02-29", "February 1993 has days 01 to 28"),
        ("1993-04-31", "April 1993 has days 01 to 30"),
        ("1993-04-00", "April 1993 has days 01 to 30"),
        ("0000", "there is no year 0000"),
        ("93", "is not a date"),
        ("1993-4-1", "is not a date"),
        ("01.04.1993", "is not a date"),
        ("1993-04-01T00:00", "is not a date"),
        ("١٩٩٣", "is not a date"),
        ("", "is not a date"),
        ("XXXX", "is not a date"),
        ("1993\x00", "1993?"),
        ("9" * 10_000, "is not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_short_sentence(text, says):
    with pytest.raises(ValueError, match=r"date|month|days|year") as error:
        parse(text)
    assert says in str(error.value)
    assert len(str(error.value)) < 160


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1991-12-21", "21 December 1991"),
        ("1991-12-01", "1 December 1991"),
        ("1991-12", "December 1991"),
        ("1991", "1991"),
        ("XXXX", "an unknown date"),
    ],
)
def test_a_date_in_words_claims_no_more_than_is_known(text, words):
    assert dates.in_words(text) == words


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("1991-12-20", "1991-12-21"),
        ("1999-12-31", "2000-01-01"),
        ("2000-02-28", "2000-02-29"),
        ("1900-02-28", "1900-03-01"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-30", "9999-12-31"),
    ],
)
def test_the_day_after_and_the_day_before(day, after):
    assert dates.next_day(day) == after
    assert dates.previous_day(after) == day


def test_before_the_first_day_is_always_and_after_the_last_is_never():
    assert dates.previous_day("0001-01-01") == dates.ALWAYS < "0001-01-01"
    assert dates.next_day("9999-12-31") == dates.NEVER > "9999-12-31"


NOW = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("begin", "end", "on", "answer"),
    [
        # Greece in NATO: the day before, the day, the day after.
        ("1952-02-18", "", "1952-02-17", Holds.NO),
        ("1952-02-18", "", "1952-02-18", Holds.CERTAINLY),
        ("1952-02-18", "", "1952-02-19", Holds.CERTAINLY),
        # The end of the Warsaw Pact: on the day of the end it holds no more.
        ("1955-05-14", "1991-07-01", "1991-06-30", Holds.CERTAINLY),
        ("1955-05-14", "1991-07-01", "1991-07-01", Holds.NO),
        # Uzbekistan and the Collective Security Treaty: in April 1999, nobody agrees on which day.
        ("1992-05-15", "1999-04", "1999-03-31", Holds.CERTAINLY),
        ("1992-05-15", "1999-04", "1999-04-01", Holds.POSSIBLY),
        ("1992-05-15", "1999-04", "1999-04-29", Holds.POSSIBLY),
        ("1992-05-15", "1999-04", "1999-04-30", Holds.NO),
        ("1992-05-15", "1999-04", "1999", Holds.CERTAINLY),
        # Joined some time in 1999.
        ("1999", "", "1998-12-31", Holds.NO),
        ("1999", "", "1999-01-01", Holds.POSSIBLY),
        ("1999", "", "1999-12-31", Holds.CERTAINLY),
        ("1999", "", "1999", Holds.CERTAINLY),
        ("1999", "", "1999-06", Holds.POSSIBLY),
        # In and out within one year: some day of it was covered, nobody knows which.
        ("1993", "1993", "1993", Holds.CERTAINLY),
        ("1993", "1993", "1993-06-15", Holds.POSSIBLY),
        ("1993", "1993", "1993-12-31", Holds.NO),
        # "At some time in 1993".
        ("1993-12-31", "", "1993", Holds.CERTAINLY),
        ("1994-01-01", "", "1993", Holds.NO),
        # Ended, nobody knows when: before today.
        ("1990", "XXXX", "1995", Holds.POSSIBLY),
        ("1990", "XXXX", "2026-11-22", Holds.POSSIBLY),
        ("1990", "XXXX", "2026-11-23", Holds.NO),
        ("1990", "XXXX", "2030", Holds.NO),
        # Begun, nobody knows when.
        ("XXXX", "", "1800", Holds.POSSIBLY),
        ("XXXX", "", "2026-11-23", Holds.CERTAINLY),
        # No beginning that matters, and a future one.
        ("", "1991-12-26", "1700-01-01", Holds.CERTAINLY),
        ("2027-03-01", "", "2026-11-23", Holds.NO),
        ("2027-03-01", "", "2027-03-01", Holds.CERTAINLY),
    ],
)
def test_whether_a_span_holds_on_a_date(begin, end, on, answer):
    assert holds(begin, end, parse(on), NOW) == answer


@st.composite
def partial_texts(draw):
    """Dates of a few weeks at the turn of a year, so that spans meet, touch and overlap often."""
    day = date(1999, 11, 20) + timedelta(days=draw(st.integers(0, 160)))
    return draw(st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]]))


@st.composite
def known_texts(draw, open_ends=True):
    """Dates that facts have: as above, and intervals between two of them, or with one end."""
    first, last = draw(partial_texts()), draw(partial_texts())
    texts = [first, f"[{first}..{last}]", *([f"[..{last}]", f"[{first}..]"] if open_ends else [])]
    text = draw(st.sampled_from(texts))
    return dates.read(text).text if first <= last or text in texts[2:] else first


def days_of(text):
    """Walk every day that a date can mean."""
    bounds = dates.read(text)
    day = date.fromisoformat(bounds.earliest)
    while day <= date.fromisoformat(bounds.latest):
        yield day
        day += timedelta(days=1)


def brute_force(begin, end, on):
    """Try every pair of days that the two ends can mean: does the span cover one of the days asked about?"""
    answers = set()
    asked = list(days_of(on))
    for first in days_of(begin):
        place = bisect_left(asked, first)
        for last in days_of(end) if end else [date.max]:
            if first < last:
                answers.add(place < len(asked) and asked[place] < last)
    return {(True,): Holds.CERTAINLY, (False,): Holds.NO, (False, True): Holds.POSSIBLY}[tuple(sorted(answers))]


@given(begin=known_texts(False), end=st.one_of(st.just(""), known_texts(False)), on=partial_texts())
def test_holding_agrees_with_walking_the_days(begin, end, on):
    if dates.may_follow(begin, end):
        assert holds(begin, end, parse(on), NOW) == brute_force(begin, end, on)


def test_only_one_place_reads_the_clock(settings):
    reading = ("date.today(", "datetime.now(", "timezone.now(", "localdate(", "time.time(")
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {line.strip()}"
        for path in sorted((settings.BASE_DIR / "alliances").rglob("*.py"))
        if path.parent.name != "migrations"
        for line in path.read_text().splitlines()
        if any(call in line for call in reading)
    ]
    assert found == ["alliances/dates.py: return datetime.now(UTC)"]
