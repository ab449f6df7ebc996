"""Organizations side by side: the numbers are intersections of sets, and every one leads to its states."""

from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.models import Membership, Organization, State
from alliances.public.charts.counts import APART, HEIGHT, Counts, number_on
from alliances.public.charts.matrix import Matrix

from . import factories
from .examples import examples

pytestmark = pytest.mark.django_db

CAST = ["csto", "cis", "nato", "eu", "osce", "coe", "sco", "eaeu", "wp", "un"]


def page(client, query):
    return BeautifulSoup(client.get(f"/compare/?{query}").content, "lxml")


@examples(15, in_ci=50)
@given(
    st.lists(st.sampled_from(CAST), min_size=1, max_size=5, unique=True),
    st.sampled_from(["1960", "1991-12-25", "1991-12-26", "1993", "2006-06", "2012-12-19", "2020-01-31", "2026-01-01"]),
)
def test_each_number_is_the_intersection_of_the_organizations_less_the_others(facts, slugs, text):
    on = dates.parse(text)
    organizations = list(Organization.objects.filter(slug__in=slugs))
    matrix = Matrix(organizations, Membership.objects.filter(organization__in=organizations).on(on).with_names(), on)
    members = {each: set(State.objects.in_organizations([each.slug], on=on)) for each in organizations}
    for each in matrix.overlaps:
        inside = set.intersection(*(members[organization] for organization in each.organizations))
        outside = set().union(*(members[other] for other in organizations if other not in each.organizations))
        assert set(each.states) == inside - outside
    assert sum(each.size for each in matrix.overlaps) == len(set().union(*members.values()))
    assert matrix.sizes == [len(members[each]) for each in organizations]


def groups(found):
    """Return {words: (number, group)} of the rows of a comparison."""
    rows = found.select(".overlaps li")
    return {
        row.select_one(".words").text.rpartition(":")[0].strip(): (int(row.select_one(".size").text), row)
        for row in rows
    }


def test_the_page_shows_these_numbers_and_the_states_of_each(client, facts):
    found = page(client, "organization=csto&organization=eaeu&on=2020-01-01")
    rows = groups(found)
    assert {words: number for words, (number, _) in rows.items() if "none" not in words} == {
        "CSTO and EAEU": 5,
        "Only CSTO": 1,  # Tajikistan
    }
    for number, row in rows.values():
        assert len(row.select(".matrix tbody tr")) == number
    assert found.select_one('.overlaps .which a[href="/states/arm/?on=2020-01-01"]')


def test_it_answers_in_sentences_which_describe_the_page_to_others(client, facts):
    found = page(client, "organization=csto&organization=eaeu&on=2020-01-01")
    lead = " ".join(found.select_one(".lead").text.split())
    assert lead == (
        "On 1 January 2020, all five members of the EAEU were also in the CSTO: Armenia, Belarus, Kazakhstan, "
        "Kyrgyzstan and Russia. One state was in the CSTO but not in the EAEU: Tajikistan."
    )
    assert found.select_one('meta[name="description"]')["content"] == lead
    assert found.select_one('.lead a[href="/organizations/csto/?on=2020-01-01"]')


def test_a_long_group_leads_to_all_its_states(client, facts):
    row = groups(page(client, "organization=nato&organization=eu"))["NATO and EU"][1]
    more = row.select_one(".which a[href^='#']")
    assert more.text == "11 more"
    assert len(row.find(id=more["href"].removeprefix("#")).select("tbody tr")) == 23


def test_each_organization_is_a_chip_that_can_be_taken_away(client):
    for slug in ("csto", "cis"):
        factories.organization(slug, acronym=slug.upper())
    chips = page(client, "organization=csto&organization=cis&on=2008").select(".chips li")
    assert [chip.span.text for chip in chips] == ["CSTO", "CIS"]
    assert [chip.a["href"] for chip in chips] == [
        "/compare/?organization=cis&on=2008",
        "/compare/?organization=csto&on=2008",
    ]
    assert [chip.a["aria-label"] for chip in chips] == ["Remove CSTO", "Remove CIS"]


def test_an_unknown_organization_is_answered_beside_its_box_and_the_others_stay(client):
    factories.organization("csto", acronym="CSTO")
    answer = client.get("/compare/?organization=csto&organization=cstoo")
    found = BeautifulSoup(answer.content, "lxml")
    assert answer.status_code == 400
    box = found.find(id="add-organization")
    assert (box["value"], box["aria-invalid"]) == ("cstoo", "true")
    assert "not known here" in found.find(id="errors-organization").text
    assert [chip.input["value"] for chip in found.select(".chips li")] == ["csto"]


def test_the_other_filters_are_folded_and_said(client):
    factories.spell("csto", "ARM", "1994")
    found = page(client, "organization=csto&region=asia&on=2008")
    assert not found.find(id="more-filters").has_attr("open")
    assert " ".join(found.select_one("#more-filters summary").text.split()) == "Date and states: Asia, 2008"


def test_only_the_states_of_a_region_are_compared(client, facts):
    found = page(client, "organization=csto&organization=cis&region=europe&on=2020-01-01")
    assert {words: number for words, (number, _) in groups(found).items()} == {
        "CSTO and CIS": 2,
        "Only CIS": 1,
        "Members of none of them": 1,  # Ukraine
    }
    assert found.select_one(".lead").text.startswith("On 1 January 2020, of the ")


@pytest.mark.parametrize(("on", "status"), [("2012-12-18", "member"), ("2024-02-21", None)])
def test_the_matrix_shows_each_status(client, on, status):
    factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")
    factories.spell("cis", "UZB", "1992")
    found = page(client, f"organization=csto&organization=cis&on={on}")
    csto, cis = found.select(".matrix tbody tr td")
    assert (csto.select_one(".status") and csto.select_one(".status")["class"][1]) == (status and f"status-{status}")
    assert ("23 Jun 2006" in csto.text) == bool(status)
    assert cis.select_one(".status-member")


def test_a_state_that_is_bound_by_none_stands_apart(client):
    factories.spell("csto", "SRB", "2013", status="observer")
    found = page(client, "organization=csto")
    ((words, (number, row)),) = groups(found).items()
    assert (words, number) == ("Members of none of them", 1)
    assert not row.select(".bar rect")
    assert found.select_one(".lead").text == "No state is in the CSTO."


def test_states_alone_bring_the_organizations_that_bind_them(client):
    factories.spell("csto", "ARM", "1994")
    factories.spell("nato", "TUR", "1952-02-18")
    factories.spell("eu", "TUR", "1999", status="candidate")
    found = page(client, "state=ARM&state=TUR")
    assert [each.text for each in found.select_one(".matrix").select("thead th a")] == ["CSTO", "NATO"]
    assert "No organization in this reference has Arm and Tur among its members." in found.select_one(".lead").text


def test_states_alone_are_grouped_with_the_organizations_they_share(client, facts):
    found = page(client, "state=ARM&state=GEO&on=2020-01-01")
    rows = groups(found)
    assert next(iter(rows)) == "Armenia and Georgia"
    assert set(rows) == {"Armenia and Georgia", "Only Armenia", "Only Georgia"}
    for number, row in rows.values():
        assert len(row.select(".which a")) == number
    assert "CSTO" in [each.text for each in rows["Only Armenia"][1].select(".which a")]
    assert found.h1.text.startswith("Armenia, Georgia")
    assert not found.select(".counts"), "seventy lines tell nothing"


def test_one_organization_asks_for_another(client):
    factories.spell("csto", "ARM", "1994")
    assert "Add a second organization" in page(client, "organization=csto").select_one(".results").text


def test_nothing_chosen_offers_comparisons_that_work(client, facts):
    found = page(client, "")
    links = {each.text: each["href"] for each in found.select("main .cards a")}
    assert {"NATO and the EU", "CSTO, CIS and EAEU", "ASEAN and APEC"} <= set(links)
    assert "How it works" in found.select_one("main").text
    for link in links.values():
        answer = client.get(link)
        assert answer.status_code == 200
        assert BeautifulSoup(answer.content, "lxml").select_one(".overlaps li"), link


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("organization=atlantis", "organization", "not known here"),
        ("&".join(f"organization=o-{n}" for n in range(13)), "organization", "at most 12"),
        ("state=QQQ", "state", "not known here"),
        ("on=1991-13", "on", "no month 13"),
        ("organisation=csto", "organisation", "no parameter"),
        ("page=2", "page", "no parameter"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(client, query, field, words):
    for number in range(13):
        factories.organization(f"o-{number}")
    answer = client.get(f"/compare/?{query}")
    assert answer.status_code == 400
    found = BeautifulSoup(answer.content, "lxml")
    if field == "organization":  # At its box.
        assert not found.select(".problems")
        assert words in found.find(id="errors-organization").find_parent(role="alert").text
    else:
        assert field in found.select_one(".problems").text
        assert words in found.select_one(".problems").text


def test_a_comparison_asks_as_often_for_seven_states_as_for_two(client, django_assert_max_num_queries):
    asked = []
    for number in (2, 7):
        for slug in ("csto", "cis"):
            factories.crowd(number, slug=f"{slug}-{number}")
        with django_assert_max_num_queries(10) as captured:
            client.get(f"/compare/?organization=csto-{number}&organization=cis-{number}")
        asked.append(len(captured))
    assert asked[1] <= asked[0]


def test_the_lines_count_members_as_the_lists_do(facts):
    organizations = list(Organization.objects.filter(slug__in=["csto", "nato", "un", "wp"]))
    spells = list(Membership.objects.binding().filter(organization__in=organizations))
    counts = Counts(organizations, spells)
    assert {line.organization.slug for line in counts.lines} == {each.slug for each in organizations}
    for line in counts.lines:
        for (year, _), number in zip(counts.scale.ticks, line.numbers, strict=True):
            at = Organization.objects.with_member_counts(dates.parse(f"{year}-01-01")).get(pk=line.organization.pk)
            assert number == at.members, (line.organization, year)
            assert number == line.by_year[year - counts.years[0]]
    names = sorted(line.name_y for line in counts.lines)
    assert all(after - before >= APART - 0.1 for before, after in pairwise(names))
    assert names[-1] <= HEIGHT


def test_the_hairline_has_a_number_for_every_year_and_today(client):
    factories.spell("csto", "ARM", "1994")
    found = page(client, "organization=csto").select_one(".counts")
    slider, line = found.select_one("input"), found.select_one(".read [data-numbers]")
    assert slider["aria-label"]
    years = int(slider["max"]) - int(slider["min"]) + 1
    numbers = line["data-numbers"].split()
    assert (len(numbers), slider["min"], slider["value"]) == (years, "1994", slider["max"])
    assert (numbers[1], numbers[-1]) == ("1", "1")


def test_a_count_before_the_first_member_is_none():
    assert number_on([], "1990-01-01") == 0
