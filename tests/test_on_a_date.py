"""Who was in it that day: the verbs of dated facts, at the edges of real transitions."""

from datetime import date, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.derived.member_counts import member_count_periods
from alliances.models import (
    CollectiveForce,
    Document,
    ForceParticipation,
    Membership,
    Organization,
    State,
    TreatyAction,
)

from . import factories
from .test_dates import known_texts, partial_texts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("slug", "iso3", "joined", "left", "on", "there"),
    [
        ("nato", "GRC", "1952-02-18", "", "1952-02-17", False),
        ("nato", "GRC", "1952-02-18", "", "1952-02-18", True),
        ("nato", "GRC", "1952-02-18", "", date(1952, 2, 19), True),
        ("wp", "POL", "1955-05-14", "1991-07-01", "1991-06-30", True),
        ("wp", "POL", "1955-05-14", "1991-07-01", "1991-07-01", False),
        ("wp", "POL", "1955-05-14", "1991-07-01", "1991-07-02", False),
        ("cst", "UZB", "1992-05-15", "1999-04", "1999-04-29", True),
        ("cst", "UZB", "1992-05-15", "1999-04", "1999-04-30", False),
        ("cst", "UZB", "1992-05-15", "1999-04", "1999", True),
        ("cst", "UZB", "1992-05-15", "XXXX", "1999", True),
        ("cst", "UZB", "1992-05-15", "XXXX", "2999", False),
    ],
)
def test_a_spell_holds_from_joined_until_left(slug, iso3, joined, left, on, there):
    spell = factories.spell(slug, iso3, joined, left)
    assert (spell in Membership.objects.on(on)) is there
    assert (spell.holds(dates.as_partial(on)) != "no") is there


def test_current_is_today(monkeypatch):
    spell = factories.spell(joined="2027-03-01")
    assert spell not in Membership.objects.current()
    monkeypatch.setattr(dates, "today", lambda: date(2027, 3, 1))
    assert spell in Membership.objects.current()


@given(
    spans=st.lists(
        st.tuples(st.one_of(st.just("XXXX"), known_texts()), st.one_of(st.just(""), st.just("XXXX"), known_texts())),
        max_size=8,
    ),
    on=st.one_of(partial_texts(), st.sampled_from(["1950", "2150", "2026-11-26"])),
)
def test_the_database_and_python_agree_on_what_holds(spans, on):
    Membership.objects.all().delete()
    home, spells = factories.organization(), []
    for number, (begin, end) in enumerate(spans):
        if dates.may_follow(begin, end):
            state = factories.state(factories.code(number))
            spells.append(
                Membership.objects.create(**factories.WHY, organization=home, state=state, joined=begin, left=end)
            )
    expected = {spell for spell in spells if spell.holds(dates.parse(on)) != dates.Holds.NO}
    assert set(Membership.objects.on(on)) == expected


def test_suspended_and_frozen_states_are_still_bound():
    for number, status in enumerate(Membership.Status.values):
        factories.spell(iso3=factories.code(number), status=status)
    bound = Membership.objects.binding().values_list("status", flat=True)
    assert sorted(bound) == ["frozen", "member", "suspended"]
    assert {status for status in Membership.Status if status.binds} == set(bound)


def test_one_spell_answers_state_status_and_date_together():
    """A membership of 1992 and an observer of 2010 are not a membership of 2010."""
    factories.spell(joined="1992", left="1999", status="member")
    factories.spell(joined="2006", status="observer")
    asked = {"states": ["UZB"], "statuses": ["member"]}
    assert not Organization.objects.with_members(**asked, on="2010").exists()
    assert Organization.objects.with_members(**asked, on="1995").exists()
    assert Organization.objects.with_members(["UZB"], statuses=["observer"], on="2010").exists()
    assert not Organization.objects.with_members(["UZB"], on="2010").exists()  # An observer is not bound.


@pytest.mark.parametrize(
    ("match", "found"), [("any", ["both", "first", "second"]), ("all", ["both"]), ("none", ["empty", "other"])]
)
def test_match_says_how_several_states_count(match, found):
    factories.organization("empty")
    factories.spell("other", "GRC", "1952")
    for slug, states in (("first", ["ARM"]), ("second", ["TUR"]), ("both", ["ARM", "TUR"])):
        for iso3 in states:
            factories.spell(slug, iso3, "1992")
    organizations = Organization.objects.with_members(["ARM", "TUR"], match=match, on="2020-01-01")
    assert sorted(organizations.values_list("slug", flat=True)) == found
    states = State.objects.in_organizations(["first", "both"], match=match, on="2020-01-01")
    assert (
        sorted(states.values_list("iso3", flat=True))
        == {
            "any": ["ARM", "TUR"],
            "all": ["ARM"],
            "none": ["GRC"],
        }[match]
    )


def test_all_of_many_states_is_asked_once_whatever_their_number(django_assert_num_queries):
    """An EXISTS for each code made PostgreSQL join 208 tables: 68 seconds and 2.4 GB for one address."""
    codes = [f"Q{number // 26 % 26 + 65:c}{number % 26 + 65:c}" for number in range(208)]
    factories.spell("first", codes[0], "1992")
    factories.spell("first", codes[0], "1980", "1990")  # Twice the same state is not two states.
    found = Organization.objects.with_members([codes[0], codes[0]], match="all", on="2020-01-01")
    assert [home.slug for home in found] == ["first"]
    with django_assert_num_queries(1):
        assert not list(Organization.objects.with_members(codes, match="all", on="2020-01-01"))
    assert str(Organization.objects.with_members(codes, match="all", on="2020").query).count("SELECT") < 5


def test_a_state_counts_once_where_two_spells_possibly_hold():
    factories.spell(iso3="MLI", joined="1963", left="2012-03", status="member", left_reason="status-change")
    factories.spell(iso3="MLI", joined="2012-03", left="2012-10", status="suspended")
    home = Organization.objects.with_member_counts(dates.parse("2012-03-15")).get()
    assert home.members == 1
    state = State.objects.with_organization_counts(dates.parse("2012-03-15")).get()
    assert state.organizations == 1


def test_periods_of_a_number_of_members():
    """Six, seven with Uzbekistan, also while it was suspended, and six again."""
    for iso3 in ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"):
        factories.spell(iso3=iso3, joined="2002-10-07")
    factories.spell(joined="2006-06-23", left="2012-06-28")
    factories.spell(joined="2012-06-28", left="2012-12-19", status="suspended")
    assert member_count_periods(Membership.objects.binding()) == [
        ("2002-10-07", "2006-06-23", 6, "2002-10-07", "2006-06-23"),
        ("2006-06-23", "2012-12-19", 7, "2006-06-23", "2012-12-19"),
        ("2012-12-19", dates.NEVER, 6, "2012-12-19", ""),
    ]


def test_an_end_that_nobody_knows_lies_before_today_in_the_periods_too(monkeypatch):
    monkeypatch.setattr(dates, "today", lambda: date(2026, 11, 23))
    factories.spell("cst", "UZB", "1992-05-15", "XXXX")
    assert [tuple(period) for period in member_count_periods(Membership.objects.all())] == [
        ("1992-05-15", "2026-11-23", 1, "1992-05-15", "XXXX"),
        ("2026-11-23", dates.NEVER, 0, "XXXX", ""),
    ]


def test_periods_are_told_as_precisely_as_they_are_known():
    factories.spell("cmea", "POL", "1949-01", "1991-06-28")
    factories.spell("cmea", "ALB", "1949", "1961")
    periods = [(period.number, period.since, period.until) for period in member_count_periods(Membership.objects.all())]
    assert periods == [(2, "1949", "1961"), (1, "1961", "1991-06-28"), (0, "1991-06-28", "")]


@given(
    spells=st.lists(
        st.tuples(
            st.integers(1, 3), known_texts(), st.one_of(st.just(""), st.just(dates.UNKNOWN), known_texts())
        ).filter(lambda row: dates.may_follow(row[1], row[2] or dates.UNKNOWN)),
        max_size=12,
    ),
    today=st.dates(date(1999, 12, 1), date(2000, 3, 1)),
)
def test_periods_have_the_number_of_states_bound_on_every_day(spells, today):
    """Against counting the states anew on each day."""
    rows = []
    for state, joined, left in spells:
        end = dates.read(left).latest if left not in ("", dates.UNKNOWN) else dates.NEVER
        ended_from = dates.read(left).earliest if left not in ("", dates.UNKNOWN) else dates.ALWAYS
        rows.append(
            Membership(
                state_id=state,
                joined=joined,
                left=left,
                joined_earliest=dates.read(joined).earliest,
                left_latest=end,
                left_earliest=ended_from,
            )
        )
    with patch.object(dates, "today", lambda: today):
        periods = member_count_periods(rows)
    over = dates.NEVER  # Of what has ended, nobody knows how late.
    ends = [
        (row, max(str(today), row.left_earliest) if row.left and row.left_latest == over else row.left_latest)
        for row in rows
    ]
    for day in (str(date(1998, 12, 1) + timedelta(days=days)) for days in range(800)):
        bound = {row.state_id for row, end in ends if row.joined_earliest <= day < end}
        assert sum(period.number for period in periods if period.begin <= day < period.end) == len(bound), day
    assert bool(periods) is bool(rows)
    for period, following in pairwise(periods):
        assert (period.end, period.until) == (following.begin, following.since)
        assert period.number != following.number
    assert [period.end for period in periods[-1:]] == [dates.NEVER] * bool(rows)


def test_nobody_takes_part_in_a_force_that_is_no_more():
    force = CollectiveForce.objects.create(
        **factories.WHY,
        organization=factories.organization("nato"),
        slug="nrf",
        name="NRF",
        kind="rapid-reaction",
        established="2002-11",
        disbanded="2024-07-01",
    )
    part = ForceParticipation.objects.create(**factories.WHY, force=force, state=factories.state("GRC"))
    assert part in ForceParticipation.objects.on("2010")
    assert part not in ForceParticipation.objects.on("2024-07-01")
    assert force in CollectiveForce.objects.with_participants(["GRC"], "2010")
    assert force not in CollectiveForce.objects.with_participants(["GRC"], "2024-07-01")


@pytest.mark.parametrize(
    ("on", "party"), [("1993-12-02", False), ("1993-12-03", True), ("2009-08-17", True), ("2009-08-18", False)]
)
def test_a_denunciation_ends_being_a_party_when_it_takes_effect(on, party):
    charter = Document.objects.create(
        **factories.WHY,
        organization=factories.organization("cis"),
        slug="cis-ch",
        title="Charter",
        kind="charter",
        in_force="1994-01-22",
    )
    georgia = factories.state("GEO")
    for action, day, effective in (("acceded", "1993-12-03", ""), ("denounced", "2008-08-18", "2009-08-18")):
        TreatyAction.objects.create(
            **factories.WHY, document=charter, state=georgia, action=action, date=day, effective=effective
        )
    assert (charter in Document.objects.with_parties(["GEO"], on)) is party


@pytest.mark.parametrize(
    ("actions", "on", "party"),
    [
        ([("ratified", "1993", ""), ("denounced", "2010-05-05", "")], "2010-05-04", True),
        ([("ratified", "1993", ""), ("denounced", "2010-05-05", "")], "2010-05-05", False),
        ([("ratified", "1993", ""), ("lapsed", "1999-04", "")], "1999-04-29", True),
        ([("ratified", "1993", ""), ("lapsed", "1999-04", "")], "1999-04-30", False),
        ([("ratified", "1993", ""), ("denounced", "2000", ""), ("acceded", "2005", "")], "2003", False),
        ([("ratified", "1993", ""), ("denounced", "2000", ""), ("acceded", "2005", "")], "2006", True),
        ([("acceded", "2020-01-01", "2020-07-01")], "2020-06-30", False),
        ([("acceded", "2020-01-01", "2020-07-01")], "2020-07-01", True),
        ([("not-signed", "1999-04-02", "")], "2000", False),
        ([("signed", "1992-05-15", ""), ("denounced", "", "2010-01-01")], "2009", True),
        ([("signed", "1992-05-15", ""), ("denounced", "", "2010-01-01")], "2020", False),
        ([("signed", "1992-05-15", ""), ("denounced", "1992", "")], "2020", False),
        ([("signed", "1992-05-15", ""), ("denounced", "1992", "1993")], "2020", False),
    ],
)
def test_who_is_a_party_follows_from_what_states_did_in_order(actions, on, party):
    treaty = Document.objects.create(
        **factories.WHY,
        organization=factories.organization("cst"),
        slug="cst-1992",
        title="Treaty",
        kind="treaty",
        in_force="1994",
    )
    for action, day, effective in actions:
        TreatyAction.objects.create(
            **factories.WHY, document=treaty, state=factories.state("UZB"), action=action, date=day, effective=effective
        )
    assert (treaty in Document.objects.with_parties(["UZB"], on)) is party


@pytest.mark.parametrize(
    ("on", "possible", "certain"),
    [
        ("1992-12-31", False, False),
        ("1993-06-01", True, False),
        ("1993-12-31", True, True),
        ("1999-03-31", True, True),
        ("1999-04-15", True, False),
        ("1999-04-30", False, False),
        ("1993", True, True),
        ("1999", True, True),
    ],
)
def test_a_coarse_date_leaves_open_whether_a_state_is_a_party(on, possible, certain):
    home = factories.organization("cst")
    treaty = Document.objects.create(**factories.WHY, organization=home, slug="cst-1992", title="Treaty", kind="treaty")
    for action, day in (("acceded", "1993"), ("lapsed", "1999-04")):
        TreatyAction.objects.create(
            **factories.WHY, document=treaty, state=factories.state("AZE"), action=action, date=day
        )
    assert TreatyAction.objects.binding_on(on).exists() is possible
    assert TreatyAction.objects.binding_on(on, certainly=True).exists() is certain


@pytest.mark.parametrize(
    ("on", "standing"), [("1990", "not yet"), ("2004", "possibly"), ("2005-06-01", ""), ("2012-12-19", "no more")]
)
def test_how_a_thing_stands_on_a_date(on, standing):
    spell = factories.spell(joined="2004-12", left="2012-12-19")
    on = dates.parse(on)
    assert spell.standing(dates.parse("2004-12-05") if standing == "possibly" else on) == standing
    home = factories.organization("nato", founded="2000")
    force = CollectiveForce.objects.create(
        **factories.WHY, organization=home, slug="nrf", name="NRF", kind="rapid-reaction", established="XXXX"
    )
    assert force.standing(dates.parse("1999")) == "not yet"


def test_a_document_whose_entry_into_force_is_not_known_is_not_in_force():
    home = factories.organization("cis")
    known = Document.objects.create(
        **factories.WHY, organization=home, slug="a", title="A", kind="treaty", in_force="1994-01-22"
    )
    Document.objects.create(
        **factories.WHY, organization=home, slug="b", title="B", kind="protocol", signed="1991-12-21"
    )
    assert list(Document.objects.on("2020")) == [known]
    assert not Document.objects.on("1994-01-21").exists()
