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


def test_the_page_shows_these_numbers_and_leads_to_the_states(client, facts):
    found = page(client, "organization=csto&organization=eaeu&on=2020-01-01")
    rows = {row.select_one(".unseen").text: row for row in found.select(".overlaps tbody tr")}
    assert {words: int(row.select_one(".size a").text) for words, row in rows.items()} == {
        "CSTO and EAEU": 5,
        "only CSTO": 1,  # Tajikistan
    }
    for row in rows.values():
        group = found.find(id=row.select_one(".size a")["href"].removeprefix("#"))
        assert len(group.select("tr:not(.set)")) == int(row.select_one(".size a").text)
    assert found.select_one('.overlaps .which a[href="/states/arm/?on=2020-01-01"]')


@pytest.mark.parametrize(("on", "status"), [("2012-12-18", "member"), ("2024-02-21", None)])
def test_the_matrix_shows_each_status(client, on, status):
    factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")
    factories.spell("cis", "UZB", "1992")
    found = page(client, f"organization=csto&organization=cis&on={on}")
    csto, cis = found.select(".matrix tbody tr:not(.set) td")
    assert (csto.select_one(".status") and csto.select_one(".status")["class"][1]) == (status and f"status-{status}")
    assert cis.select_one(".status-member")


def test_a_state_that_is_bound_by_none_stands_apart(client):
    factories.spell("csto", "SRB", "2013", status="observer")
    found = page(client, "organization=csto")
    assert "Members of none of them: 1" in found.select_one(".matrix").text
    assert not found.select(".overlaps")


def test_states_alone_bring_the_organizations_that_bind_them(client):
    factories.spell("csto", "ARM", "1994")
    factories.spell("nato", "TUR", "1952-02-18")
    factories.spell("eu", "TUR", "1999", status="candidate")
    found = page(client, "state=ARM&state=TUR")
    assert [each.text for each in found.select(".matrix thead th a")] == ["CSTO", "NATO"]


def test_nothing_chosen_offers_comparisons_that_work(client, facts):
    found = page(client, "")
    links = [each["href"] for each in found.select("main .cards a")]
    assert len(links) >= 4
    assert any("organization=wp" in link for link in links)
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert BeautifulSoup(answer.content, "lxml").select_one(".overlaps tbody tr"), link


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
    problems = BeautifulSoup(answer.content, "lxml").select_one(".problems").text
    assert field in problems
    assert words in problems


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
    names = sorted(line.name_y for line in counts.lines)
    assert all(after - before >= APART - 0.1 for before, after in pairwise(names))
    assert names[-1] <= HEIGHT


def test_a_count_before_the_first_member_is_none():
    assert number_on([], "1990-01-01") == 0
