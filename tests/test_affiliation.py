"""Affiliations: all that one state has been in one organization, as one row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.derived.affiliation import Affiliation, grouped
from alliances.models import Membership, Organization, State


def spell(joined, left="", status="member", reason="", iso3="UZB", number=1):
    """Make a spell that is not stored, with its bounds."""
    state = State(pk=number, iso3=iso3, name=iso3.title())
    made = Membership(
        pk=number,
        organization=Organization(pk=1, slug="csto", acronym="CSTO", name="CSTO"),
        state=state,
        status=status,
        joined=joined,
        left=left,
        left_reason=reason,
    )
    made.joined_earliest, made.joined_latest = dates.begin_bounds(joined, "2026-11-27")
    made.left_earliest, made.left_latest = dates.end_bounds(left, "2026-11-27")
    return made


FREEZE = [spell("2002-10-07", "2024-02-22", reason="status-change"), spell("2024-02-22", status="frozen")]
SUSPENDED = [
    spell("2006-06-23", "2012-06-28", reason="suspension"),
    spell("2012-06-28", "2012-12-19", "suspended", "withdrawal"),
]
RISEN = [spell("1997-03-07", "2024-08-07", "associate", "status-change"), spell("2024-08-07")]
BACK = [spell("1946-11-04", "1984-12-31", reason="withdrawal"), spell("2003-10-01")]
OBSERVED = [spell("2013-04-11", "2021", "observer", "lapsed")]


@pytest.mark.parametrize(
    ("spells", "on", "standing", "begin", "last_day", "remarks"),
    [
        (FREEZE, "2026-11-27", "now", "2002-10-07", "", ["participation frozen since 22 Feb 2024"]),
        (FREEZE, "2010", "now", "2002-10-07", "", ["participation frozen since 22 Feb 2024"]),
        (FREEZE, "2001", "later", "2002-10-07", "", ["participation frozen since 22 Feb 2024"]),
        (
            SUSPENDED,
            "2026-11-27",
            "former",
            "2006-06-23",
            "2012-12-18",
            ["withdrew", "suspended 28 Jun 2012 – 18 Dec 2012"],
        ),
        (SUSPENDED, "2012-12-18", "now", "2006-06-23", "2012-12-18", ["suspended 28 Jun 2012 – 18 Dec 2012"]),
        (SUSPENDED, "2012-12-19", "former", "2006-06-23", "2012-12-18", None),
        (RISEN, "2026-11-27", "now", "2024-08-07", "", ["associate 7 Mar 1997 – 6 Aug 2024"]),
        (RISEN, "2000", "now", "1997-03-07", "2024-08-06", ["member since 7 Aug 2024"]),
        (BACK, "2026-11-27", "now", "2003-10-01", "", ["member 4 Nov 1946 – 30 Dec 1984"]),
        (BACK, "1990", "later", "2003-10-01", "", ["member 4 Nov 1946 – 30 Dec 1984"]),
        (OBSERVED, "2026-11-27", "former", "2013-04-11", "2021", ["observer", "lapsed"]),
        (OBSERVED, "2021-06-01", "now", "2013-04-11", "2021", ["possibly"]),
    ],
)
def test_a_row_tells_what_holds_and_what_else_there_was(spells, on, standing, begin, last_day, remarks):
    row = Affiliation(spells, dates.parse(on), "state")
    assert (row.standing, row.shown.begin, row.shown.last_day) == (standing, begin, last_day)
    assert remarks is None or row.remarks == remarks


def test_rows_are_grouped_as_readers_look_for_them():
    spells = [
        spell("2002", iso3="KAZ", number=1),
        spell("2003", iso3="ARM", number=2),
        spell("2013", status="observer", iso3="SRB", number=3),
        spell("2002", "2005", reason="withdrawal", iso3="GEO", number=4),
        spell("2006", "2012", reason="withdrawal", iso3="UZB", number=5),
        spell("2013", "2021", status="observer", iso3="AFG", number=6),
        spell("2024", iso3="TJK", number=7),
    ]
    found = [
        (group.code, [row.thing.iso3 for row in group.rows]) for group in grouped(spells, dates.parse("2022"), "state")
    ]
    assert found == [
        ("members", ["ARM", "KAZ"]),
        ("observer", ["SRB"]),
        ("later", ["TJK"]),
        ("former", ["UZB", "GEO", "AFG"]),
    ]


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=5),
    st.lists(st.sampled_from(["member", "suspended", "observer"]), min_size=5, max_size=5),
    st.integers(0, 200),
)
def test_each_state_stands_in_one_group_as_walking_its_spells_says(lengths, statuses, day):
    """Against a walk: spells that follow each other day by day, and a day before, in or after them."""
    start = dates.date(2000, 1, 1)
    spells, begin = [], 20
    for length, status in zip(lengths, statuses, strict=False):
        end = begin + length
        first, last = (start + dates.timedelta(days=each) for each in (begin, end))
        spells.append(spell(first.isoformat(), last.isoformat(), status))
        begin = end
    on = dates.day(start + dates.timedelta(days=day))
    holding = [each for each in spells if each.joined <= on.text < each.left]
    row = Affiliation(spells, on, "state")
    expected = "now" if holding else "later" if on.text < spells[0].joined else "former"
    assert row.standing == expected
    if holding:
        assert row.status == holding[0].status
        assert row.binds == holding[0].binds
    assert [each for stretch in row.stretches for each in stretch.spells] == spells
