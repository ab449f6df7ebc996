"""Each of the 81 facts of the brief is found on a public page, cited to it, with the better source beside it."""

import re

import pytest
from bs4 import BeautifulSoup

from alliances.models import Citation

from .brief import BRIEF

pytestmark = pytest.mark.usefixtures("facts", "db")


@pytest.fixture(scope="module")
def pages(facts, django_db_blocker):
    """Read each page once: its whole text, its quotations, and the sources it names."""
    from django.test import Client

    read = {}
    with django_db_blocker.unblock():
        for path in {fact.path for fact in BRIEF}:
            response = Client().get(f"{path}?view=all" if path.startswith(("/organizations/", "/states/")) else path)
            assert response.status_code == 200, path
            page = BeautifulSoup(response.content, "lxml")
            quotes = [quote.get_text() for quote in page.find_all("q")]
            links = {link["href"] for link in page.find_all("a", href=True)}
            # A date is said in words, and written as it is kept in its <time>.
            kept = [time["datetime"] for time in page.find_all("time")]
            read[path] = re.sub(r"\s+", " ", " ".join([page.get_text(" "), *kept])), quotes, links
    return read


def test_all_facts_are_here_once():
    assert [fact.number for fact in BRIEF] == list(range(1, 82))


@pytest.mark.parametrize("fact", BRIEF, ids=lambda fact: str(fact.number))
def test_the_fact_stands_on_its_page_with_its_phrase_and_what_better_sources_say(fact, pages):
    text, quotes, links = pages[fact.path]
    if fact.quote:
        assert fact.quote in quotes
        assert "/sources/brief-2020/" in links
        assert Citation.objects.filter(source__key="brief-2020", quote=fact.quote).exists()
    assert fact.shows
    for value in fact.shows:
        assert re.sub(r"\s+", " ", value) in text


def test_the_page_of_the_brief_lists_every_phrase(client):
    page = BeautifulSoup(client.get("/sources/brief-2020/").content, "lxml")
    quotes = {quote.get_text() for quote in page.find_all("q")}
    assert {fact.quote for fact in BRIEF if fact.quote} <= quotes


def test_the_csto_page_shows_seven_and_six_and_on_which_date_each_holds(client):
    page = BeautifulSoup(client.get("/organizations/csto/disputed/").content, "lxml")
    rows = {
        row.find("th").get_text(): row
        for row in page.find("table", class_="claims").tbody.find_all("tr")
        if row.find("a", href="/sources/brief-2020/")
    }
    seven, six = (re.sub(r"\s+", " ", rows[f"{number} members"].get_text(" ")) for number in (7, 6))
    assert "of seven former Soviet states" in seven
    assert "6 differs" in seven
    assert "23 Jun 2006 – 18 Dec 2012" in seven
    assert "while the CSTO has just six" in six
    assert "6 agrees" in six
    assert "7 Oct 2002 – 22 Jun 2006 ; 19 Dec 2012 – now" in six
