"""The page of a source has all that rests on it, a page at a time, however much that is."""

import pytest
from bs4 import BeautifulSoup

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    def read(path, status=200):
        response = client.get(path)
        assert response.status_code == status
        return BeautifulSoup(response.content, "lxml")

    return read


def test_a_hundred_citations_stand_on_a_page_and_their_numbers_by_kind_before_them(read):
    for number in range(101):
        slug = f"org-{number:03}"
        factories.cite("membership", factories.spell(slug, "ARM", "1992"), "list", locator=f"row {number}")
    factories.cite("state", factories.state("ARM"), "list")
    first, second = read("/sources/list/"), read("/sources/list/?page=2")
    assert first.find(id="facts-heading").get_text() == "What rests on it: 102 citations"
    assert "101 memberships, 1 state." in first.get_text()
    rows = [[row.a.get_text() for row in page.select(".rests li")] for page in (first, second)]
    assert [len(each) for each in rows] == [100, 2]
    assert len({*rows[0], *rows[1]}) == 102
    assert read("/sources/list/?page=3", 404)
    assert "not a page number" in read("/sources/list/?page=x", 400).get_text()


@pytest.mark.usefixtures("facts")
def test_a_source_of_thousands_of_citations_asks_no_more_than_one_of_few(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        assert "citations" in client.get("/sources/factbook-2025/").content.decode()


def test_the_form_of_a_source_leads_to_the_list_of_its_citations(editor):
    for number in range(3):
        factories.cite("membership", factories.spell(f"org-{number}", "ARM", "1992"), "list", locator=f"row {number}")
    factories.cite("state", factories.state("ARM"), "other")
    form = BeautifulSoup(editor.get(factories.source("list").get_admin_url()).content, "lxml")
    link = form.find("a", string="3 citations")
    rows = BeautifulSoup(editor.get(link["href"]).content, "lxml").select("#result_list tbody tr")
    assert len(rows) == 3
    assert editor.get("/admin/alliances/citation/?source=nothing").status_code == 200
