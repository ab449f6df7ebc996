"""Nothing that is asked is ignored: a page with the message and no rows, and the status that says so."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from . import factories
from .databases import cast_once

pytestmark = pytest.mark.django_db

LISTS = ["organizations", "states", "memberships", "forces", "councils", "documents", "sources"]
DATED = [name for name in LISTS if name != "sources"]


@cast_once
def cast():
    factories.crowd(1)
    factories.state("UZB")
    factories.spell("nato", "GRC", "1952-02-18")


def refused(client, path, field, says=""):
    """Ask for a path and check that it is refused: the parameter is named, the message stands, no row does."""
    response = client.get(path)
    assert response.status_code == 400, path
    page = BeautifulSoup(response.content, "lxml")
    problems = page.find(class_="problems")
    assert problems["role"] == "alert"
    assert field in [name.text for name in problems.find_all("code")]
    assert says in problems.text
    assert page.find("tbody") is None
    return page


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("on=1993-13-40", "on", "there is no month 13"),
        ("on=1993-02-30", "on", "February 1993 has days 01 to 28"),
        ("on=soon", "on", "is not a date"),
        ("on=%00", "on", "Null characters are not allowed"),
        ("on=1993&on=1994", "on", "Give “on” once"),
        ("sate=ARM", "sate", "There is no parameter “sate” here"),
        ("page=0", "page", "Pages count from 1"),
        ("page=-1", "page", "is not a page number"),
        ("page=two", "page", "is not a page number"),
        ("page=", None, ""),
        ("page=1&page=2", "page", "Give “page” once"),
        ("order=height", "order", "“height” is not known here. There are:"),
        ("order=" + "a" * 10_000, "order", "…” is not known here"),
        ("order=name&order=name", "order", "Give “order” once"),
        ("q=" + "a" * 10_000, "q", "Give at most 200 characters."),
        ("q=a%00b", "q", "Null characters are not allowed"),
        ("q=a&q=b", "q", "Give “q” once"),
        ("%00=1", "?", "There is no parameter"),
        ("<script>=1", "<script>", "There is no parameter"),
    ],
)
def test_bad_parameters_of_every_list(client, name, query, field, says):
    path = f"/{name}/?{query}"
    if field is None:
        assert client.get(path).status_code == 200
    else:
        refused(client, path, field, says)


@pytest.mark.parametrize(
    ("path", "field", "says"),
    [
        ("/organizations/?state=ZZZ", "state", "ISO 3166"),
        ("/organizations/?state=uz-be", "state", "ISO 3166"),
        ("/organizations/?state=UZB%00", "state", "is not known here"),
        ("/organizations/?status=king", "status", "There are: associate, candidate"),
        ("/organizations/?kind=club", "kind", "military-alliance"),
        ("/organizations/?match=some", "match", "There are: any, all, none"),
        ("/organizations/?match=all", "match", "name them with “state”"),
        ("/states/?match=none", "match", "name them with “organization”"),
        ("/organizations/?match=any&match=all", "match", "Give “match” once"),
        ("/organizations/?active=maybe", "active", "maybe"),
        ("/states/?organization=cst", "organization", "Did you mean csto (CSTO)?"),
        ("/states/?region=narnia", "region", "africa"),
        ("/memberships/?state=ZZZ", "state", "ISO 3166"),
        ("/memberships/?organization=nowhere", "organization", "for example csto"),
        ("/forces/?kind=navy", "kind", "peacekeeping"),
        ("/councils/?level=7", "level", "supreme"),
        ("/documents/?kind=poem", "kind", "treaty"),
        ("/sources/?kind=rumour", "kind", "primary"),
        ("/sources/?on=soon", "on", "is not a date"),
        ("/states/?on=1993&state=ARM", "state", "There is no parameter"),
        ("/organizations/csto/?state=ARM", "state", "There are: cite, on"),
        ("/sources/source-0/?on=1993-13", "on", "there is no month 13"),
        ("/organizations/csto/history/?page=0", "page", "is not a page number"),
        ("/organizations/csto/history/?from=1990", "from", "There is no parameter"),
        ("/disagreements/?organization=nowhere", "organization", "is not known here"),
        ("/disagreements/?kind=rumour", "kind", "is not known here"),
        ("/changes/?from=1992&to=1991", "to", "No day is on or after 1992 and before 1991"),
        ("/changes/?from=1991&to=1991", "to", "Give a later date"),
        ("/changes/?from=soon", "from", "is not a date"),
        ("/changes/?from=2500", "from", "Fill in “Before” (to), too."),
        ("/changes/?from=2010&on=2000", "from", "No day is on or after 2010 and before"),
        ("/changes/?to=0001", "to", "Give a later date"),
        ("/changes/?state=uz", "state", "Did you mean UZB (Uzb)?"),
        ("/changes/?q=csto", "q", "There is no parameter"),
        ("/organizations/csto/?cite=word", "cite", "Use one of: bibtex, ris, csl-json"),
        ("/organizations/csto/?cite=ris&cite=ris", "cite", "Give “cite” once"),
        ("/memberships/?cite=BibTeX", "cite", "“BibTeX” is not a citation format"),
        ("/changes/?cite=%00", "cite", "is not a citation format"),
        ("/organizations/csto/history/?cite=ris", "cite", "There is no parameter"),
        ("/about/?on=x", "on", "is not a date"),
        ("/organizations/csto/?on=x&cite=ris", "on", "is not a date"),
        ("/organizations/csto/?on=x&state=ARM", "on", "is not a date"),
        ("/?q=x", "q", "There is no parameter"),
    ],
)
def test_bad_values_are_named_and_explained(client, path, field, says):
    refused(client, path, field, says)


@pytest.mark.parametrize("on", ["0001", "0001-01-01", "0004-02-29", "9999", "9999-12-31"])
@pytest.mark.parametrize("path", ["/", "/changes/", "/feeds/changes/", "/memberships/", "/organizations/csto/"])
def test_the_first_and_the_last_year_are_dates_like_others(client, path, on):
    factories.spell("csto", "UZB", "0001", "9999")
    assert client.get(f"{path}?on={on}").status_code == 200
    if "changes" in path and on > "0002":
        assert client.get(f"{path}?from={on}").status_code in {200, 400}
        assert client.get(f"{path}?to={on}").status_code == 200
        assert "99-99" not in client.get(f"{path}?on={on}").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/organizations/nowhere/",
        "/states/zzz/",
        "/forces/x/",
        "/councils/x/",
        "/documents/x/",
        "/sources/x/",
        "/organizations/%00/",
        "/states/" + "a" * 3000 + "/",
        "/organizations/?page=99999999999999999999",
        *(f"/{name}/?page=999999" for name in LISTS),
    ],
)
def test_a_page_that_does_not_exist_is_not_found(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert b"There is no such page" in response.content


def test_what_was_typed_stays_in_the_form(client):
    page = refused(client, "/organizations/?on=1993-13-40&state=GRC&q=nato", "on")
    assert page.find(id="filter-on")["value"] == "1993-13-40"
    assert page.find(id="filter-q")["value"] == "nato"
    assert [box["value"] for box in page.find(id="filter-state").find_all(checked=True)] == ["GRC"]
    assert page.find(class_="error").text == page.find(class_="problems").find("li").text.removeprefix("on: ")


def test_empty_fields_of_a_form_ask_for_nothing(client):
    path = "/organizations/?q=&state=&status=&kind=&match=&active=&order=&on="
    assert client.get(path).status_code == 200


def test_a_repeated_value_of_a_list_is_taken_once(client):
    assert b"2 organizations" not in client.get("/organizations/?state=GRC&state=GRC").content
    assert client.get("/organizations/?state=GRC&state=GRC").status_code == 200


def test_another_method_than_get_is_not_allowed(client):
    assert client.post("/organizations/").status_code == 405


def test_a_form_without_its_token_is_refused_in_our_own_words():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "editor"})
    assert response.status_code == 403
    page = BeautifulSoup(response.content, "lxml")
    assert page.h1.text == "This form has expired"
    assert page.find("header", class_="site-header")
