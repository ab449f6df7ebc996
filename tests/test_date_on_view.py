"""The date on view: typed, a year back and forth, the dates of change; in words and in the right tense."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from alliances import dates
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
    steps = {link.get("aria-label", link.get_text()): link["href"] for link in page.select(".date-steps a")}
    assert steps == {
        "Previous change, 23 June 2006": f"{path}?on=2006-06-23",
        "Next change, 19 December 2012": f"{path}?on=2012-12-19",
        "Today": path,
    }
    stops = {" ".join(link.get_text().split()): link["href"] for link in page.select(".stops a")}
    assert stops["23 Jun 2006"] == f"{path}?on=2006-06-23"
    assert stops["A year earlier, 1 Jan 2007"] == f"{path}?on=2007-01-01"
    assert stops["A year later, 1 Jan 2009"] == f"{path}?on=2009-01-01"
    assert page.find("input", {"id": "on"})["value"] == "2008-01-01"
    assert page.find(id="as-of-date").get_text() == "1 Jan 2008"
    page = soup(client, path)
    assert page.find("input", {"id": "on"})["value"] == ""
    assert page.find(id="as-of-date").get_text() == f"today, {dates.in_words(dates.today().isoformat(), short=True)}"


def test_the_track_has_a_tick_at_each_change_that_leads_there(client, uzbekistan):
    track = soup(client, "/organizations/csto/").find(id="date-track")
    assert track["data-stops"] == "2002-10-07 2006-06-23 2012-12-19"
    assert [link["href"] for link in track.select("a")] == [
        f"/organizations/csto/?on={stop}" for stop in ("2002-10-07", "2006-06-23", "2012-12-19")
    ]
    places = [float(link.line["x1"].rstrip("%")) for link in track.select("a")]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


def test_the_page_of_what_was_dissolved_opens_on_its_last_day(client, db):
    factories.organization("wp", founded="1955-05-14", dissolved="1991-07-01")
    factories.spell("wp", "POL", "1955-05-14", "1991-07-01")
    page = soup(client, "/organizations/wp/")
    assert page.find(id="as-of-date").get_text() == "its last day, 30 Jun 1991"
    assert page.find("tr", class_="group").get_text(" ", strip=True) == "Members 1"
    assert soup(client, "/organizations/wp/?on=2000").find("tr", class_="group").get_text(" ", strip=True) == "Former 1"


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
        assert bool(page.select("#members tr.possible")) is possible
        assert ("Uzb (possibly)" in page.find(class_="lead").get_text()) is possible
    groups = soup(client, "/organizations/cst/?on=1999-05").select("#members tr.group")
    assert [group.get_text(" ", strip=True) for group in groups] == ["Former 1"]


def test_a_row_says_how_many_sources_it_has_and_opens_what_they_say(client, uzbekistan):
    row = soup(client, "/organizations/csto/?on=2008").find(id=f"spell-{uzbekistan.pk}")
    assert row.summary.get_text() == "0 sources: Uzb"
    assert row.select_one(".claims a[href='#no-source']"), "why there is none stands once, at the end"
    factories.cite("membership", uzbekistan, "protocol", locator="article 2", quote="accedes")
    page = soup(client, "/organizations/csto/?on=2008")
    row = page.find(id=f"spell-{uzbekistan.pk}")
    assert row.summary.get_text() == "1 sources: Uzb"
    claims = row.select_one(".claims")
    for said in ("protocol", "article 2", "accedes"):
        assert said in claims.get_text()
    assert claims.find("a")["href"] == "/sources/protocol/?on=2008"
    assert page.select_one("#notes a[href='/sources/protocol/?on=2008']")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "day_before_end"),
    [("1991-06-30", None), ("1991", None), ("1991-07-01", "1991-06-30"), ("1992", "1991-06-30"), ("1950", None)],
)
def test_what_was_dissolved_leads_to_its_last_day(client, on, day_before_end):
    wp = factories.organization("wp", founded="1955-05-14", dissolved="1991-07-01")
    factories.spell("wp", "POL", "1955-05-14", "1991-07-01")
    page = BeautifulSoup(client.get(f"/organizations/wp/?on={on}").content, "lxml")
    links = [link["href"] for link in page.select(".day-before-end")]
    assert links == ([f"{wp.get_absolute_url()}?on={day_before_end}"] if day_before_end else [])
