"""A search that names a state and an organization is answered before anything is listed."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliances import dates
from alliances.queries.answer import answer

pytestmark = pytest.mark.usefixtures("facts", "db")


@pytest.mark.parametrize(
    ("text", "state", "organization"),
    [
        ("uzbekistan csto", "UZB", "csto"),
        ("CSTO Uzbekistan", "UZB", "csto"),
        ("Узбекистан ОДКБ", "UZB", "csto"),
        ("when did the UK leave the EU?", "GBR", "eu"),
        ("is Turkey a member of the European Union", "TUR", "eu"),
        ("United Kingdom European Union", "GBR", "eu"),
        ("Burma ASEAN", "MMR", "asean"),
        ("was the Soviet Union in the United Nations", "SUN", "un"),
    ],
)
def test_a_state_and_an_organization_are_found_in_any_words(text, state, organization):
    found = answer(text, dates.on_today())
    assert (found.state.iso3, found.organization.slug) == (state, organization)


@pytest.mark.parametrize(
    "text",
    ["csto", "uzbekistan", "uzbekistan csto charter", "france germany", "korea csto", "nato eu", "", "!", "who is"],
)
def test_what_names_something_else_is_a_search(text):
    assert answer(text, dates.on_today()) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uzbekistan csto", "Uzbekistan in the Collective Security Treaty Organization"),
        ("uzbekistan csto", "Suspended from 28 June 2012 until 18 December 2012 : withdrawal"),
        ("uk eu", "Member from 1 January 1973 until 31 January 2020 : withdrawal"),
        ("armenia nato", "It has not been in it, as far as this reference knows."),
    ],
)
def test_the_page_answers_first(client, text, said):
    page = BeautifulSoup(client.get("/search/", {"q": text}).content, "lxml")
    assert said in " ".join(page.select_one(".answer-card").get_text(" ", strip=True).split())


def test_an_answer_leads_to_the_row(client):
    page = BeautifulSoup(client.get("/search/?q=uk+eu&on=2008").content, "lxml")
    address, _, row = page.select_one(".answer-card li a")["href"].partition("#")
    assert BeautifulSoup(client.get(address).content, "lxml").find(id=row)


def test_it_asks_six_times_at_most():
    with CaptureQueriesContext(connection) as captured:
        assert answer("when did the united kingdom leave the european union", dates.on_today())
    assert len(captured) <= 6
