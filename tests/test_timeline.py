"""The timeline: a bar for each spell, as exact as its dates, grouped by what it is on the date on view."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.derived import affiliation
from alliances.models import Membership
from alliances.public.charts.scale import MAX_TICKS, Scale
from alliances.public.charts.timeline import Timeline

from . import factories

pytestmark = pytest.mark.django_db


def timeline(on="2010", side="state"):
    """Make the timeline of all spells there are."""
    on = dates.parse(on)
    spells = list(Membership.objects.with_names())
    return Timeline(affiliation.grouped(spells, on, side), spells, on, side)


def only_bar(**spell):
    """Make a spell and return its bar."""
    factories.spell(**spell)
    chart = timeline()
    ((row,),) = [group.rows for group in chart.groups]
    (bar,) = row.bars
    return chart.scale, bar


def test_what_is_known_to_the_day_has_sharp_ends():
    scale, bar = only_bar(joined="2006-06-23", left="2012-12-19")
    assert (bar.fade_in, bar.begin) == (scale.at("2006-06-23"), scale.at("2006-06-23"))
    assert bar.pieces == [(bar.begin, round(bar.end - bar.begin, 2), "")]
    assert (bar.open, bar.words) == (False, "Member from 23 June 2006 until 18 December 2012")


def test_what_is_known_to_the_year_fades_through_that_year():
    scale, bar = only_bar(joined="1999", left="2012-06")
    assert [fading for *_, fading in bar.pieces] == ["in", "", "out"]
    assert (bar.fade_in, bar.begin) == (scale.at("1999-01-01"), scale.at("1999-12-31"))
    assert (bar.end, bar.fade_out) == (scale.at("2012-06-01"), scale.at("2012-06-30"))


def test_what_is_known_between_bounds_fades_over_all_the_time_between_them():
    factories.spell("cis", "ARM", "1940", "1995")
    scale, bar = only_bar_of(factories.spell(joined="[1945..1990]", left="[2000-05..2004-06-07]"))
    assert (bar.fade_in, bar.begin) == (scale.at("1945-01-01"), scale.at("1990-12-31"))
    assert (bar.end, bar.fade_out) == (scale.at("2000-05-01"), scale.at("2004-06-07"))
    assert bar.words == "Member from a date between 1945 and 1990 until a date between May 2000 and 7 June 2004"


def test_what_has_no_bound_on_a_side_fades_from_the_end_of_the_scale():
    factories.spell("cis", "ARM", "1940", "1995")
    scale, bar = only_bar_of(factories.spell(joined="[..1990]"))
    assert (bar.fade_in, bar.begin) == (0, scale.at("1990-12-31"))
    scale, bar = only_bar_of(factories.spell(iso3="KAZ", joined="XXXX", left="[2000..]"))
    today = scale.at(dates.today().isoformat())
    assert (bar.fade_in, bar.begin, bar.end, bar.fade_out) == (0, today, scale.at("2000-01-01"), today)
    assert [fading for *_, fading in bar.pieces] == ["both"]


def test_what_began_and_ended_in_one_coarse_year_fades_both_ways():
    factories.spell("cis", "ARM", "1990", "1995")
    _, bar = only_bar_of(factories.spell(joined="2012", left="2012"))
    assert [fading for *_, fading in bar.pieces] == ["both"]


def only_bar_of(spell):
    """Return the bar of one spell among others."""
    chart = timeline()
    rows = [row for group in chart.groups for row in group.rows if row.thing == spell.state]
    return chart.scale, rows[0].bars[0]


def test_what_goes_on_is_open_and_reaches_today():
    scale, bar = only_bar(joined="1994")
    assert bar.open
    assert bar.end == scale.at(dates.today().isoformat()) < 100
    assert bar.words == "Member since 1994"


def test_what_ended_nobody_knows_when_fades_until_today():
    scale, bar = only_bar(joined="1994-05-15", left="XXXX")
    assert not bar.open
    assert (bar.end, bar.fade_out) == (scale.at("1994-05-15"), scale.at(dates.today().isoformat()))
    assert bar.words == "Member from 15 May 1994 until an unknown date"


@pytest.mark.parametrize(
    ("on", "group"),
    [("1993", "Later"), ("1994", "Members"), ("2000", "Later"), ("2012-12-18", "Members"), ("2012-12-19", "Former")],
)
def test_a_row_stands_where_its_state_stands_on_the_date(on, group):
    for joined, left in (("1994", "1999"), ("2006-06-23", "2012-12-19")):
        factories.spell(joined=joined, left=left)
    (found,) = timeline(on).groups
    assert found.label == group
    assert len(found.rows[0].bars) == 2


def test_rows_go_by_name():
    for iso3, joined in (("KAZ", "1994"), ("AZE", "1999"), ("ARM", "1994")):
        factories.spell("csto", iso3, joined)
    (group,) = timeline().groups
    assert [row.thing.iso3 for row in group.rows] == ["ARM", "AZE", "KAZ"]


def test_nothing_to_draw_is_no_chart(client):
    factories.organization("csto")
    assert timeline().groups == []
    assert (
        "affiliations" not in client.get("/organizations/csto/").content.decode().split("<main")[1].split("</main")[0]
    )


@given(
    st.dates(min_value=dates.date(1800, 1, 1), max_value=dates.date(2100, 1, 1)),
    st.integers(1, 100_000),
    st.floats(0, 1),
)
def test_the_scale_places_each_day_in_proportion_and_names_few_years(begin, days, part):
    end = begin + dates.timedelta(days=days)
    scale = Scale(begin.isoformat(), end.isoformat())
    day = begin + dates.timedelta(days=round(days * part))
    start = dates.date(begin.year, 1, 1)
    assert scale.at(day.isoformat()) == pytest.approx((day - start).days / max((end - start).days, 1) * 100, abs=0.006)
    assert len(scale.ticks) <= MAX_TICKS + 1
    assert [place for _, place in scale.ticks] == sorted(place for _, place in scale.ticks)


def test_the_page_says_each_bar_in_words_and_marks_the_date(client, facts):
    page = BeautifulSoup(client.get("/organizations/csto/?on=2008").content, "lxml")
    chart = page.select_one("table.affiliations")
    rows = {row.a.text: row.svg["aria-label"] for row in chart.select("tr[id]")}
    assert rows["Uzbekistan"].startswith("Member from 23 June 2006")
    assert len(chart.select("tr[id] g")) == Membership.objects.filter(organization__slug="csto").count()
    assert len(chart.select("line.on-view")) == len(rows)
