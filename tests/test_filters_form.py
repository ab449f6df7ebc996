"""The form of a list: what it offers and keeps, names understood, messages at their fields; all without a script."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from alliances.models import Membership, Name
from alliances.queries.common_filters import state_filter
from alliances.queries.filters import OrganizationFilter
from alliances.queries.params import Codes, ListFilter
from alliances.queries.redirects import redirect_for_typed

from . import factories
from .databases import cast_once

pytestmark = pytest.mark.django_db


@cast_once
def cast():
    """Armenia, Türkiye, two Koreas and the Congos; the CSTO, NATO."""
    factories.organization("nato", name="North Atlantic Treaty Organization")
    csto = factories.organization("csto", name="Collective Security Treaty Organization")
    for iso3, name in {
        "ARM": "Armenia",
        "TUR": "Türkiye",
        "PRK": "North Korea",
        "KOR": "South Korea",
        "NER": "Niger",
        "NGA": "Nigeria",
    }.items():
        factories.state(iso3, name=name)
    factories.spell("csto", "ARM", "2002-10-07")
    Name.objects.create(**factories.WHY, organization=csto, language="ru", type="acronym", text="ОДКБ")
    Name.objects.create(**factories.WHY, state=factories.state("ARM"), language="ru", text="Армения")


def soup(client, path, status=200):
    """Read a page."""
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code, response.headers.get("Location"))
    return BeautifulSoup(response.content, "lxml")


def sent(page):
    """Return what the form of a page would send now, as a browser without scripts does."""
    form = page.find("form", class_="filters")
    data = QueryDict(mutable=True)
    for field in form.find_all("input"):
        if field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            data.appendlist(field["name"], field.get("value", ""))
    return data


LISTS = [
    "organizations",
    "states",
    "memberships",
    "forces",
    "councils",
    "documents",
    "sources",
    "disagreements",
    "changes",
    "compare",
]


@pytest.mark.parametrize("noun", LISTS)
def test_every_field_has_a_name_help_and_a_place_for_messages(client, noun):
    form = soup(client, f"/{noun}/").find("form", class_="filters")
    ids = [each["id"] for each in form.find_all(id=True)]
    assert len(ids) == len(set(ids))
    fields = form.find_all("input")
    assert fields
    for field in fields:
        if field.get("type") in {"checkbox", "radio"}:
            assert field.parent.name == "label"
            assert field.find_parent("fieldset").legend.get_text()
        elif field.get("type") != "hidden":
            assert field.get("aria-label") or form.find("label", {"for": field["id"]})
            for described in field["aria-describedby"].split():
                assert form.find(id=described) is not None


@pytest.mark.parametrize("noun", LISTS)
def test_the_form_sent_as_it_stands_is_answered(client, noun):
    data = sent(soup(client, f"/{noun}/"))
    assert data
    assert not any(value for values in dict(data.lists()).values() for value in values)
    soup(client, f"/{noun}/?{data.urlencode()}")


def test_what_was_asked_is_sent_again_and_no_page(client):
    query = "state=ARM&state=TUR&match=all&status=member&kind=association&kind=forum&on=2008&active=yes&order=-name&q=o"
    data = sent(soup(client, f"/organizations/?{query}"))
    kept = {name: [value for value in values if value] for name, values in data.lists()}
    assert kept == dict(QueryDict(query).lists())
    factories.crowd(60)
    assert "page" not in sent(soup(client, "/memberships/?page=2"))


def test_any_is_what_match_means_where_nothing_is_said(client):
    for path in ("/organizations/?state=ARM", "/organizations/?state=ARM&match=any"):
        (box,) = soup(client, path).find(id="filter-match").find_all(checked=True)
        assert box["value"] == ""
        assert box.parent.get_text(strip=True) == "any of the states"


def test_the_codes_of_states_stand_on_a_page_once(client):
    page = soup(client, "/memberships/")
    assert [each["id"] for each in page.find_all("datalist")] == ["all-states", "all-organizations"]
    states = page.find(id="all-states")
    assert {option["value"]: option.text for option in states.find_all("option")}["TUR"] == "Türkiye"
    assert page.find(id="add-state")["list"] == "all-states"
    assert page.find(id="add-state")["name"] == "state"


def test_two_filters_by_state_fetch_and_show_the_states_once():
    class Both(ListFilter):
        one = state_filter(Codes, field_name="state__iso3", help_text="")
        other = state_filter(Codes, field_name="state__iso3", help_text="")

        class Meta:
            model = Membership
            fields = []

    with CaptureQueriesContext(connection) as captured:
        both = Both(QueryDict("one=ARM&other=TUR"), Membership.objects.all())
        assert both.problems == {}
        assert [each.noun for each in both.datalists] == ["states"]
    assert len(captured) == 1


def test_names_in_the_datalist_are_escaped(client):
    factories.state("QQQ", name='<b>"&amp;')
    found = BeautifulSoup(client.get("/memberships/").content, "lxml").find("option", value="QQQ")
    assert (found.text, found["data-folded"]) == ('<b>"&amp;', "b amp|qqq")
    assert ">&lt;b&gt;&#34;&amp;amp;</option>" in client.get("/memberships/").content.decode()
    factories.state("CIV", name="Côte d'Ivoire")
    found = BeautifulSoup(client.get("/memberships/").content, "lxml").find("option", value="CIV")
    assert found["data-folded"] == "cote d'ivoire|cote divoire|civ"


@pytest.mark.parametrize(
    ("query", "open"),
    [
        ("/organizations/", False),
        ("/organizations/?on=2008", False),
        ("/organizations/?on=1991-13", False),
        ("/organizations/?state=ARM", False),
        ("/organizations/?state=Atlantis", True),
        ("/organizations/?kind=", False),
        ("/organizations/?kind=pact", True),
        ("/compare/", False),
        ("/compare/?organization=csto", False),
    ],
)
def test_the_filters_are_folded_unless_one_is_wrong_or_the_page_asks_for_them(client, query, open):
    factories.organization("csto")
    factories.state("ARM")
    page = BeautifulSoup(client.get(query).content, "lxml")
    assert page.find(id="more-filters").has_attr("open") is open


def test_a_problem_unfolds_the_field_it_is_at_and_no_other(client):
    page = soup(client, "/organizations/?on=soon", 400)
    assert not page.find(id="more-filters").has_attr("open")
    assert page.find(id="filter-on")["aria-invalid"] == "true"
    assert "is not a date" in page.find(id="errors-on").text
    assert not page.find(id="filter-q").has_attr("aria-invalid")
    page = soup(client, "/organizations/?status=king", 400)
    assert page.find(id="more-filters").has_attr("open")
    assert "There are:" in page.find(id="filter-status").find(id="errors-status").text


FORM = "on=&q=&state={}&match=&active="


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("organizations", "ARM", None),
        ("organizations", "arm", "ARM"),
        ("organizations", "Armenia", "ARM"),
        ("organizations", "turkiye", "TUR"),
        ("organizations", " TÜRKIYE ", "TUR"),
        ("organizations", "армения", "ARM"),
        ("organizations", "niger", "NER"),
        ("changes", "armenia", "ARM"),
    ],
)
def test_a_name_typed_into_the_form_leads_on_to_its_code(client, path, typed, code):
    query = FORM.format(typed) if path == "organizations" else f"from=&to=&state={typed}&organization=&on="
    response = client.get(f"/{path}/?{query}")
    if code is None:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.headers["Location"]) == (302, f"/{path}/?state={code}")


@pytest.mark.parametrize("typed", ["NATO", "nato ", "N.A.T.O.", "НАТО", "north atlantic treaty organization"])
def test_an_organization_may_be_typed_by_acronym_and_name(client, typed):
    response = client.get(f"/states/?q=&on=2008&organization=csto&organization={typed}&status=member&order=-name")
    assert response.status_code == 302
    assert response.headers["Location"] == (
        "/states/?on=2008&organization=csto&organization=nato&status=member&order=-name"
    )


def test_the_organization_is_found_by_its_russian_acronym(client):
    assert client.get("/states/?q=&organization=одкб").headers["Location"] == "/states/?organization=csto"


def test_a_name_that_is_chosen_already_is_not_asked_for_twice(client):
    assert (
        client.get("/states/?q=&organization=csto&organization=ОДКБ").headers["Location"]
        == "/states/?organization=csto"
    )


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("q=&state=korea", ["PRK", "KOR"]),  # Two may be meant.
        ("state=armen", ["ARM"]),  # A part of a name is no name.
        ("state=nig&on=2008", ["NER", "NGA"]),
    ],
)
def test_what_is_not_led_on_is_refused_with_what_may_be_meant(client, query, meant):
    page = soup(client, f"/organizations/?{query}", 400)
    assert page.find("tbody") is None
    links = page.find(id="errors-state").find_all("a")
    assert sorted(QueryDict(link["href"][1:])["state"] for link in links) == sorted(meant)
    for link in links:
        soup(client, f"/organizations/{link['href']}")
    for code in meant:
        assert code in page.find(class_="error").text


def test_what_was_meant_is_said_with_its_name(client):
    page = soup(client, "/organizations/?state=Armen", 400)
    assert "“Armen” is not known here. Did you mean ARM (Armenia)?" in page.find(class_="problems").text


@pytest.mark.parametrize("typed", ["zzz", "%25", "%00", "a" * 5000, "…", "Ψ"])
def test_what_means_nothing_stays_in_the_field_to_be_corrected(client, typed):
    page = soup(client, f"/organizations/?q=&state=ARM&state={typed}", 400)
    assert [box["value"] for box in page.find(id="chosen-state").find_all("input")] == ["ARM"]
    field = page.find(id="add-state")
    assert field["aria-invalid"] == "true"
    assert len(field["value"]) <= 200
    assert "ISO 3166" in page.find(id="errors-state").text


def test_other_problems_are_not_hidden_by_a_name(client):
    way = client.get("/organizations/?q=&state=armenia&on=soon").headers["Location"]
    assert way == "/organizations/?state=ARM&on=soon"
    assert "is not a date" in soup(client, way, 400).find(id="errors-on").text


def test_a_thousand_names_are_refused_with_a_few_questions(client):
    query = "q=&" + "&".join(f"state=name{each}" for each in range(1000))
    with CaptureQueriesContext(connection) as captured:
        soup(client, f"/organizations/?{query}", 400)
    assert len(captured) <= 12


def test_feeds_and_other_answers_for_programs_know_no_names(client):
    assert client.get("/feeds/changes/?from=&state=Armenia").status_code == 400


@pytest.mark.parametrize("noun", LISTS)
def test_what_an_answer_brings_has_its_place_on_the_page(client, noun):
    """The page that htmx fetches is the page: each part that it is told to take must be on it, refused or not."""
    for page in (soup(client, f"/{noun}/"), soup(client, f"/{noun}/?on=soon", 400)):
        form = page.find(id="filters")
        for place in [*form["hx-select-oob"].split(","), form["hx-select"], page.find(id="list")["hx-select"]]:
            assert len(page.select(place)) == 1, place
    assert page.find(id="results").get_text(strip=True) == ""


def test_only_pages_that_swap_in_place_load_the_script_for_it(client):
    assert "htmx" in client.get("/states/").content.decode()
    for path in ("/", "/about/", "/states/arm/history/"):
        assert "htmx-2" not in client.get(path).content.decode()


def test_a_filterset_says_what_may_be_meant_once_for_all_who_ask():
    asked = OrganizationFilter(QueryDict("q=&state=korea"))
    with CaptureQueriesContext(connection) as captured:
        assert asked.problems
        assert redirect_for_typed(asked.form) is None
        assert [words for words, _ in asked.suggestions["state"]] == ["North Korea", "South Korea"]
    assert len(captured) == 3  # The states, their names, and what may be meant.
