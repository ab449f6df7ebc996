"""What those read that do not look: the map of the site, what crawlers may fetch, the icon, the head of a page."""

import re
from datetime import datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliances import dates
from alliances.models import Membership
from alliances.public.views.crawlers import FactSitemap

from . import factories
from .examples import sample
from .pages import DETAILS, LISTS

pytestmark = pytest.mark.django_db


def entries(client, path, tag):
    """Return {path: day of the last change} of a sitemap (tag "url") or of the index of sitemaps (tag "sitemap")."""
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/xml"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = {}
    for each in ElementTree.fromstring(response.content).findall(f"s:{tag}", names):  # noqa: S314
        address = each.find("s:loc", names).text
        assert address.startswith("http://testserver/")
        changed = each.find("s:lastmod", names)
        found[address.removeprefix("http://testserver")] = None if changed is None else changed.text
    return found


def pages_of(client):
    """Return {path: day of the last change} of all pages in the sitemaps that the index names."""
    return {
        path: day
        for part in entries(client, "/sitemap.xml", "sitemap")
        for path, day in entries(client, part, "url").items()
    }


def test_the_map_names_every_page_and_each_opens(client):
    factories.crowd(2)
    pages = pages_of(client)
    for path in (
        "/",
        "/organizations/",
        "/changes/",
        "/organizations/csto/",
        "/states/qab/",
        "/forces/csto-force-1/",
        "/councils/csto-council-0/",
        "/documents/csto-treaty-1/",
        "/sources/source-1/",
    ):
        assert path in pages
    for path in pages:
        assert client.get(path).status_code == 200, path


def test_a_page_was_changed_when_a_spell_on_it_was(client, monkeypatch):
    spell = factories.spell("csto", "UZB")
    factories.state("ARM")
    monkeypatch.setattr(dates, "now", lambda: datetime.fromisoformat("2031-05-06T12:00:00+00:00"))
    Membership.objects.filter(pk=spell.pk).update(note="Seen.")
    pages = pages_of(client)
    assert pages["/organizations/csto/"] == pages["/states/uzb/"] == "2031-05-06"
    assert pages["/states/arm/"] < "2031"
    assert pages["/states/"] is None


def test_the_index_says_when_a_kind_last_changed(client, monkeypatch):
    spell = factories.spell("csto", "UZB")
    monkeypatch.setattr(dates, "now", lambda: datetime.fromisoformat("2031-05-06T12:00:00+00:00"))
    Membership.objects.filter(pk=spell.pk).update(note="Seen.")
    index = entries(client, "/sitemap.xml", "sitemap")
    assert index["/sitemap-organization.xml"][:10] == index["/sitemap-state.xml"][:10] == "2031-05-06"
    assert index["/sitemap-lists.xml"] is index["/sitemap-force.xml"] is None


def test_what_is_too_much_for_one_sitemap_stands_in_several(client, monkeypatch):
    factories.crowd(5)
    whole = pages_of(client)
    monkeypatch.setattr(FactSitemap, "limit", 2)
    parts = [part for part in entries(client, "/sitemap.xml", "sitemap") if "state" in part]
    assert parts == ["/sitemap-state.xml", "/sitemap-state.xml?p=2", "/sitemap-state.xml?p=3"]
    assert [len(entries(client, part, "url")) for part in parts] == [2, 2, 1]
    assert pages_of(client) == whole
    assert client.get("/sitemap-state.xml?p=4").status_code == 404
    assert client.get("/sitemap-planets.xml").status_code == 404


def test_to_verify_a_fact_changes_no_page(client, monkeypatch):
    spell = factories.spell("csto", "UZB")
    before = pages_of(client)
    monkeypatch.setattr(dates, "now", lambda: datetime.fromisoformat("2031-05-06T12:00:00+00:00"))
    Membership.objects.filter(pk=spell.pk).verify()
    assert pages_of(client) == before


def test_the_map_asks_as_often_for_seven_of_everything_as_for_two(client):
    factories.crowd(2)
    with CaptureQueriesContext(connection) as two:
        pages_of(client)
    factories.crowd(7, slug="many")
    with CaptureQueriesContext(connection) as seven:
        pages_of(client)
    assert len(seven) == len(two) <= 90


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("Anybot", "/organizations/csto/", True),
        ("Anybot", "/static/alliances/icon.svg", True),
        ("Anybot", "/sitemap.xml", True),
        ("Anybot", "/sitemap-state.xml?p=2", True),
        ("Anybot", "/admin/", False),
        ("Twitterbot", "/organizations/csto/?on=2008", True),
        ("Twitterbot", "/admin/", False),
    ],
)
def test_crawlers_may_fetch_pages_and_not_the_desk(client, agent, path, allowed):
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    assert parser.can_fetch(agent, f"http://testserver{path}") is allowed
    assert parser.site_maps() == ["http://testserver/sitemap.xml"]


def test_crawlers_stay_off_whatever_has_a_question(client):
    """Python's parser knows no *, which RFC 9309 has: read the rules of the general group as it says."""
    group = client.get("/robots.txt").content.decode().split("\n\n")[0].splitlines()
    assert group[0] == "User-agent: *"
    rules = [re.escape(line.split(": ")[1]).replace(r"\*", ".*") for line in group if line.startswith("Disallow")]
    for path in ("/states/?on=1993", "/memberships/?page=2", "/changes/?from=1991&to=1992", "/?cite=ris"):
        assert any(re.match(rule, path) for rule in rules)
    assert not any(re.match(rule, "/organizations/csto/") for rule in rules)


def test_the_icon_is_where_browsers_look_for_it(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].endswith(".svg")
    ElementTree.parse(settings.BASE_DIR / "alliances/static/alliances/icon.svg")  # noqa: S314


def head(client, path):
    """Return the canonical address, and {name or property: content} of the head."""
    page = BeautifulSoup(client.get(path).content, "lxml").head
    [canonical] = [link["href"] for link in page.find_all("link", rel="canonical")]
    return canonical, {
        each.get("name") or each.get("property"): each["content"]
        for each in page.find_all("meta")
        if each.has_attr("content")
    }


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/organizations/csto/?on=2008", "/organizations/csto/?on=2008"),
        ("/organizations/csto/", "/organizations/csto/"),
        ("/memberships/?order=joined&state=UZB&page=1&q=", "/memberships/?state=UZB"),
        ("/memberships/?state=UZB&state=UZB&on=2008", "/memberships/?state=UZB&on=2008"),
        ("/sources/?on=2008", "/sources/"),
    ],
)
def test_the_canonical_address_keeps_what_is_shown_and_drops_how(client, path, canonical):
    factories.spell("csto", "UZB")
    assert head(client, path)[0] == f"http://testserver{canonical}"
    assert head(client, path)[1]["og:url"] == f"http://testserver{canonical}"


def test_a_preview_says_who_was_in_it_on_the_date(client):
    factories.organization("csto", name="Collective “Security” <Treaty>")
    for iso3 in ("ARM", "KAZ"):
        factories.spell("csto", iso3, "2002-10-07")
    factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")
    _, meta = head(client, "/organizations/csto/?on=2008-01-01")
    assert meta["description"] == meta["og:description"]
    assert meta["description"] == (
        "On 1 January 2008 the Collective “Security” <Treaty> had three members: Arm, Kaz and Uzb."
    )
    assert meta["og:title"] == "Collective “Security” <Treaty>, 1 January 2008"
    assert (meta["og:site_name"], meta["twitter:card"]) == ("Who belongs to what", "summary_large_image")
    assert meta["og:image"] == "http://testserver/organizations/csto/timeline.png?on=2008-01-01"
    assert meta["og:image:alt"] == meta["description"]


OTHERS = ["/disagreements/", "/changes/", "/organizations/csto/history/"]


@pytest.mark.parametrize("path", sample(["/", *LISTS, *DETAILS, *OTHERS], every=3))
def test_every_page_describes_itself_in_plain_text(client, path):
    factories.crowd(1)
    said = head(client, path)[1]["description"]
    assert 20 < len(said) <= 304
    assert not re.search(r"[<>\n]|&\w+;|  ", said)
    others = {head(client, other)[1]["description"] for other in ("/", "/states/", "/states/qaa/") if other != path}
    assert said not in others


def test_a_page_that_is_not_there_has_no_canonical_address(client):
    page = BeautifulSoup(client.get("/nowhere/").content, "lxml")
    assert not page.find("link", rel="canonical")
