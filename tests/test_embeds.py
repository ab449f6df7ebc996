"""Charts in other people's pages: they alone may be framed, say their sources and lead back."""

import pytest
from bs4 import BeautifulSoup

from . import factories

pytestmark = pytest.mark.django_db

EMBEDS = [
    ("/organizations/csto/embed/timeline/", "figure.timeline", "/organizations/csto/"),
    ("/organizations/csto/embed/map/", "figure.worldmap", "/organizations/csto/"),
    ("/organizations/csto/embed/members/", "figure.counts", "/organizations/csto/"),
    ("/states/arm/embed/timeline/", "figure.timeline", "/states/arm/"),
    ("/states/arm/embed/map/", "figure.worldmap", "/states/arm/"),
    ("/compare/embed/matrix/?organization=csto&organization=cis", "table.matrix", "/compare/?organization=csto"),
    ("/compare/embed/overlaps/?organization=csto&organization=cis", ".overlaps", "/compare/?organization=csto"),
    ("/compare/embed/map/?organization=csto&organization=cis", "figure.worldmap", "/compare/?organization=csto"),
    ("/compare/embed/members/?organization=csto&organization=cis", "figure.counts", "/compare/?organization=csto"),
]


@pytest.mark.parametrize(("address", "chart", "back"), EMBEDS)
def test_an_embed_shows_its_chart_and_the_way_back_and_may_be_framed(client, facts, address, chart, back):
    answer = client.get(address)
    page = BeautifulSoup(answer.content, "lxml")
    assert answer.status_code == 200
    assert page.select_one(chart)
    assert page.select(f'p.remark a[href^="{back}"]')
    assert "X-Frame-Options" not in answer.headers
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert not page.select("nav")


@pytest.mark.parametrize("path", ["/", "/organizations/csto/", "/compare/", "/organizations/atlantis/"])
def test_no_other_page_may_be_framed(client, path):
    factories.organization("csto")
    answer = client.get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_an_embed_keeps_its_date_and_names_its_sources(client, facts):
    page = BeautifulSoup(client.get("/organizations/csto/embed/map/?on=2008").content, "lxml")
    assert "2008" in page.h1.text
    assert "Sources: " in page.select_one("h1 + p.remark").text
    states = page.select("a.area")
    assert len(states) > 5
    assert all(link["href"].endswith("?on=2008") for link in states)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/organizations/csto/embed/map/?on=nonsense", 400),
        ("/organizations/atlantis/embed/map/", 404),
        ("/organizations/csto/embed/matrix/", 404),
        ("/compare/embed/matrix/?organization=atlantis", 400),
    ],
)
def test_an_embed_refuses_what_its_page_refuses(client, address, status):
    factories.organization("csto")
    assert client.get(address).status_code == status


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/organizations/csto/?on=2008", ["timeline", "map", "members"]),
        ("/states/arm/", ["timeline", "map"]),
        ("/compare/?organization=csto&organization=cis&on=2008", ["overlaps", "matrix", "members", "map"]),
    ],
)
def test_a_page_offers_lines_for_other_pages_that_work(client, facts, path, parts):
    page = BeautifulSoup(client.get(path).content, "lxml")
    lines = [BeautifulSoup(line.text, "lxml").iframe for line in page.select(".figure-bar code")]
    assert [line["src"].partition("/embed/")[2].partition("/")[0] for line in lines] == parts
    for line in lines:
        assert line["title"]
        assert ("on=2008" in line["src"]) == ("on=2008" in path)
        assert client.get(line["src"].removeprefix("http://testserver")).status_code == 200


def test_an_empty_comparison_says_so_in_its_frame(client):
    assert "No organizations were chosen" in client.get("/compare/embed/matrix/").content.decode()
