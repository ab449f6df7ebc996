"""Where sources disagree with us, both stand on the page, and every open disagreement is listed and counted."""

import pytest
from bs4 import BeautifulSoup

from alliances.derived.stated_counts import open_disagreements
from alliances.models import Citation

from . import factories

pytestmark = pytest.mark.django_db


def soup(client, path):
    """Read a page."""
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "lxml")


@pytest.fixture
def uzbekistan():
    """Uzbekistan in the CSTO since June or August 2006."""
    return factories.spell("csto", "UZB", "2006-06-23", reason="The day of the announcement.")


@pytest.mark.parametrize(
    ("field", "says", "open_"),
    [
        ("joined", "2006-08-16", True),
        ("joined", "2006", False),  # Less precise.
        ("joined", "2006-06", False),
        ("joined", "2006-06-23", False),  # What we say now.
        ("joined", "2005", True),
        ("joined", "2006-06-2", True),  # No date, so no less exact one.
        ("status", "mem", True),
        ("status", "member", False),
        ("status", "Member", False),
        ("status", "observer", True),
        ("left", "2012-12-19", True),
        ("", "", False),
    ],
)
def test_what_is_an_open_disagreement(uzbekistan, field, says, open_):
    citation = factories.cite("membership", uzbekistan, field=field, says=says)
    assert citation.disagrees is open_
    assert open_disagreements(Citation.objects.all()).exists() is open_


def test_a_disagreement_closes_when_we_take_over_what_the_source_says(uzbekistan):
    factories.cite("membership", uzbekistan, field="joined", says="2006-08-16")
    uzbekistan.joined = "2006-08-16"
    uzbekistan.save()
    assert not open_disagreements(Citation.objects.all()).exists()


def test_a_number_that_we_derive_disagrees_where_it_was_wrong_on_the_sources_date(uzbekistan):
    home = uzbekistan.organization
    factories.source("early", published="2000")
    factories.source("late", published="2010")
    factories.source("undated")
    for key in ("early", "late", "undated"):
        factories.cite("organization", home, key, field="members", says="1")
    assert [each.source.key for each in open_disagreements(Citation.objects.all())] == ["early"]


def test_both_values_stand_on_every_page_that_tells_of_the_fact(client, uzbekistan):
    factories.source("protocol", title="Protocol of Sochi", published="2006-12-14")
    factories.cite("membership", uzbekistan, "protocol", field="joined", says="2006-08-16", quote="signed in Sochi")
    for path in ("/organizations/csto/", "/states/uzb/", "/sources/protocol/", "/disagreements/", "/memberships/"):
        text = str(soup(client, path))
        for said in ("2006-06-23", "The day of the announcement.", "2006-08-16", "signed in Sochi"):
            assert said in text, (path, said)
    assert soup(client, "/organizations/csto/").select_one("#disputed").get_text(" ", strip=True) == "Disputed 1"
    row = soup(client, "/sources/").select_one("tbody tr")
    assert row.find_all("td")[-1].text == "1"
    table = soup(client, "/sources/protocol/?on=2008").find(id="otherwise-heading")
    assert "Where it contradicts us: 1" in table.text


def test_the_list_is_filtered_by_state_organization_and_kind(client, uzbekistan):
    factories.cite("membership", uzbekistan, "first", field="joined", says="2005")
    factories.cite(
        "organization", factories.organization("nato", seat="Brussels"), "second", field="seat", says="Paris"
    )
    for query, says in (
        ("", {"2005", "Paris"}),
        ("?state=UZB", {"2005"}),
        ("?organization=nato", {"Paris"}),
        ("?organization=nato&state=UZB", set()),
        ("?kind=organization", {"Paris"}),
        ("?kind=organization&kind=membership", {"2005", "Paris"}),
        ("?q=second", {"Paris"}),
    ):
        rows = soup(client, f"/disagreements/{query}").select("tbody tr")
        assert {row.find_all("td")[1].b.text for row in rows} == says, query
    assert "No results match these filters" in soup(client, "/disagreements/?organization=nato&state=UZB").get_text()


def test_a_sources_page_groups_what_rests_on_it(client, uzbekistan):
    factories.cite("membership", uzbekistan, "list")
    factories.cite("membership", factories.spell("nato", "GRC", "1952-02-18"), "list")
    factories.cite("state", factories.state("UZB"), "list")
    page = soup(client, "/sources/list/?on=2008")
    assert [each.text for each in page.find_all("h3")] == ["States", "Memberships"]
    assert [each.text for each in page.find_all("h4")] == ["CSTO", "NATO"]
    links = page.select(".rests a")
    assert len(links) >= 3
    assert all("on=2008" in link["href"] for link in links)
