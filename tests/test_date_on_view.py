"""The date on view: typed, a year back and forth, the dates of change; in words and in the right tense."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from alliances import dates
from alliances.models import State
from alliances.public.date_navigation import DateNavigation

from . import factories


@pytest.mark.parametrize(
    ("on", "years", "expected"),
    [
        ("1993", 1, "1994"),
        ("1993", -1, "1992"),
        ("1993-06", -1, "1992-06"),
        ("2008-08-08", 1, "2009-08-08"),
        ("2008-02-29", 1, "2009-02-28"),
        ("2008-02-29", 4, "2012-02-29"),
        ("2008-02-29", -1, "2007-02-28"),
        ("2007-02-28", 1, "2008-02-28"),
        ("0001", -1, None),
        ("9999-12-31", 1, None),
        ("0999", 1, "1000"),
    ],
)
def test_a_year_away(on, years, expected):
    found = dates.years_away(dates.parse(on), years)
    assert (found and found.text) == expected


@pytest.mark.parametrize(
    ("on", "tense"),
    [
        ("2026-11-22", "past"),
        ("2026-11-23", "present"),
        ("2026-11-24", "future"),
        ("2026-10", "past"),
        ("2026-11", "present"),
        ("2026-12", "future"),
        ("2025", "past"),
        ("2026", "present"),
        ("2027", "future"),
    ],
)
def test_tense(monkeypatch, on, tense):
    monkeypatch.setattr(dates, "today", lambda: date(2026, 11, 23))
    assert dates.tense(dates.parse(on)) == tense


def test_the_control_knows_the_dates_of_change_beside_the_date_on_view():
    texts = ["2012-12-19", "2002-10-07", "", "XXXX", "2006", "2006-06-23", "2006-06-23"]
    control = DateNavigation(dates.parse("2006-06-23"), texts)
    assert [stop.text for stop in control.change_dates] == ["2002-10-07", "2006", "2006-06-23", "2012-12-19"]
    assert (control.previous.text, control.next.text) == ("2002-10-07", "2012-12-19")
    assert (control.earlier.text, control.later.text) == ("2005-06-23", "2007-06-23")
    control = DateNavigation(dates.parse("2006"), texts)
    assert (control.previous.text, control.next.text) == ("2002-10-07", "2012-12-19")
    assert DateNavigation(dates.parse("1990")).previous is None


@pytest.fixture
def uzbekistan(db):
    """Uzbekistan in the CSTO, in and out."""
    factories.organization("csto", founded="2002-10-07")
    factories.spell("csto", "ARM", "2002-10-07")
    return factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")


def soup(client, path):
    """Read a page."""
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "lxml")


@pytest.mark.parametrize("path", ["/organizations/csto/", "/states/uzb/"])
def test_the_control_of_a_page(client, uzbekistan, path):
    page = soup(client, f"{path}?on=2008-01-01")
    links = {link.get_text(): link["href"] for link in page.select(".date-steps > ul a")}
    assert links == {
        "← 2007-01-01": f"{path}?on=2007-01-01",
        "Today": path,
        "2009-01-01 →": f"{path}?on=2009-01-01",
        "Previous change: 2006-06-23": f"{path}?on=2006-06-23",
        "Next change: 2012-12-19": f"{path}?on=2012-12-19",
    }
    assert "2006-06-23" in [link.get_text() for link in page.select(".stops a")]
    assert page.find("input", {"name": "on"})["value"] == "2008-01-01"
    assert page.h1.get_text().endswith("on 1 January 2008")
    page = soup(client, path)
    assert page.find("input", {"name": "on"})["value"] == ""
    assert not page.h1.find(class_="on-view")


@pytest.mark.parametrize("noun", ["organizations", "states", "memberships", "forces", "councils", "documents"])
def test_a_list_has_the_control_and_keeps_its_other_filters(client, uzbekistan, noun):
    path = f"/{noun}/"
    page = soup(client, f"{path}?q=csto&on=1993")
    links = {link.get_text(): link["href"] for link in page.select(".date-steps a")}
    assert links == {"← 1992": f"{path}?q=csto&on=1992", "Today": f"{path}?q=csto", "1994 →": f"{path}?q=csto&on=1994"}
    assert page.h1.get_text().endswith("at some time in 1993")
    assert page.find("input", {"name": "on"})["value"] == "1993"


def test_the_first_page_has_the_control(client, uzbekistan):
    page = soup(client, "/?on=2008-08")
    assert [link["href"] for link in page.select(".date-steps a")] == ["/?on=2007-08", "/", "/?on=2009-08"]
    assert page.h1.get_text().endswith("at some time in August 2008")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/organizations/csto/?on=2008-01-01", "On 1 January 2008 CSTO had two members: Arm and Uzb."),
        ("/organizations/csto/", "CSTO has one member: Arm. Uzb left in December 2012."),
        (
            "/organizations/csto/?on=2100",
            "Nothing is known about 2100. Shown is what is recorded today. CSTO has one member: Arm.",
        ),
        ("/organizations/csto/?on=2000", "CSTO was founded on 7 October 2002; in 2000 it did not exist yet."),
        (
            "/states/uzb/?on=2008-01-01",
            "On 1 January 2008 Uzb was a member of one organization in this reference: CSTO.",
        ),
        ("/states/arm/", "Arm is a member of one organization in this reference: CSTO."),
        (
            "/states/arm/?on=2100",
            "Nothing is known about 2100. Shown is what is recorded today. Arm is a member of one organization",
        ),
    ],
)
def test_the_tense_follows_the_date(client, uzbekistan, path, said):
    assert said in " ".join(soup(client, path).find(class_="lead").get_text().split())


def test_what_only_possibly_holds_is_marked(client, db):
    factories.organization("cst", founded="1992-05-15")
    factories.spell("cst", "UZB", "1992-05-15", "1999-04")
    for on, possible in (("1999-03-31", False), ("1999-04-15", True)):
        page = soup(client, f"/organizations/cst/?on={on}")
        assert bool(page.select("#members .possibly")) is possible
        assert ("Uzb (possibly)" in page.find(class_="lead").get_text()) is possible
    assert not soup(client, "/organizations/cst/?on=1999-05").select("#members tr.membership")


def test_a_page_says_no_source_yet_where_there_is_none(client, uzbekistan):
    row = soup(client, "/organizations/csto/?on=2008").find(id=f"spell-{uzbekistan.pk}")
    assert "no source yet" in row.get_text()
    factories.cite("membership", uzbekistan, "protocol", locator="article 2", quote="accedes")
    page = soup(client, "/organizations/csto/?on=2008")
    row = page.find(id=f"spell-{uzbekistan.pk}")
    assert "no source yet" not in row.get_text()
    note = page.find(id=row.select_one("a.note")["href"].removeprefix("#"))
    for said in ("protocol", "article 2", "accedes"):
        assert said in note.get_text()
    assert note.find("a")["href"] == "/sources/protocol/?on=2008"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "day_before_end"),
    [("1991-06-30", None), ("1991", None), ("1991-07-01", "1991-06-30"), ("1992", "1991-06-30"), ("1950", None)],
)
def test_what_was_dissolved_leads_to_its_last_day_and_draws_no_empty_map(client, on, day_before_end):
    wp = factories.organization("wp", founded="1955-05-14", dissolved="1991-07-01")
    factories.spell("wp", "POL", "1955-05-14", "1991-07-01")
    State.objects.filter(iso3="POL").update(tile_column=15, tile_row=2)
    page = BeautifulSoup(client.get(f"/organizations/wp/?on={on}").content, "lxml")
    links = [link["href"] for link in page.select(".day-before-end")]
    assert links == ([f"{wp.get_absolute_url()}?on={day_before_end}"] if day_before_end else [])
    assert bool(page.select(".tilemap")) is (on in {"1991-06-30", "1991"})
