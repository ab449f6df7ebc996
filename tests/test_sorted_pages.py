"""Names stand where people look for them: by their letters without accents and case, on every database alike."""

import pytest
from bs4 import BeautifulSoup
from django.db.models import F
from django.http import QueryDict

from alliances.models import State
from alliances.public.views.sources import by_fact
from alliances.queries import filters, vocabularies

from . import factories
from .databases import cast_once

pytestmark = pytest.mark.django_db

# In the order of code points ö, ü, ã and ô come after z, and small letters after large ones.
NAMES = {
    "ALA": "Åland",
    "CIV": "Côte d'Ivoire",
    "CSK": "Czechoslovakia",
    "CZE": "Czechia",
    "STP": "São Tomé and Príncipe",
    "SAU": "Saudi Arabia",
    "TUR": "Türkiye",
    "TUV": "Tuvalu",
    "ZWE": "Zimbabwe",
}
SORTED = ["ALA", "CIV", "CZE", "CSK", "STP", "SAU", "TUR", "TUV", "ZWE"]


@cast_once
def cast():
    """States in the CSTO, of which each also gives its name to an organization."""
    for iso3, name in NAMES.items():
        factories.state(iso3, name=name)
        factories.organization(iso3.lower(), name=name, acronym=iso3)
        factories.spell("csto", iso3)
        factories.spell(iso3.lower(), "ARM")


def codes(client, path, selector="tbody th a"):
    """Return the codes that the links of a page lead to, in the order of the page."""
    page = BeautifulSoup(client.get(path).content, "lxml")
    found = [link["href"].strip("/").split("/")[-1].partition("?")[0].upper() for link in page.select(selector)]
    return [code for code in found if code in NAMES]


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        ("/states/", "tbody th a"),
        ("/states/?order=name", "tbody th a"),
        ("/organizations/", "tbody th a"),
        ("/organizations/?order=members&state=ARM", "tbody th a"),
        ("/memberships/?organization=csto", "tbody th a"),
        ("/memberships/?order=state&organization=csto", "tbody th a"),
        ("/memberships/?state=ARM", "tbody td a"),
        ("/organizations/csto/", "#members tbody th a"),
        ("/states/arm/", "#memberships tbody th a"),
        ("/compare/?organization=csto", "#matrix tbody th a"),
        ("/compare/?organization=csto", ".which a"),
    ],
)
def test_pages_sort_names_without_accents(client, path, selector):
    assert codes(client, path, selector) == SORTED


def test_sorted_backwards_is_the_same_order_turned_round(client):
    assert codes(client, "/states/?order=-name") == SORTED[::-1]


def test_choices_are_sorted_as_lists_are():
    assert [code for code in vocabularies.states().words if code in NAMES] == SORTED
    slugs = [slug.upper() for slug in vocabularies.organizations().words]
    assert [slug for slug in slugs if slug in NAMES] == SORTED


def test_acronyms_are_sorted_without_regard_to_case(client):
    for slug, acronym in {"comesa": "COMESA", "coe": "CoE", "csce": "CSCE"}.items():
        factories.organization(slug, acronym=acronym)
    page = BeautifulSoup(client.get("/organizations/?order=acronym").content, "lxml")
    found = [cell.text for cell in page.select("tbody td.acronym")]
    wanted = ["CoE", "COMESA", "CSCE", "CSK", "CSTO", "CZE"]
    assert [acronym for acronym in found if acronym in wanted] == wanted


def test_texts_without_a_folded_column_are_sorted_alike_on_every_database():
    """By code points. Many a locale of PostgreSQL passes over spaces, hyphens and case."""
    subregions = ["a b", "a-c", "aB", "aa"]
    for iso3, subregion in zip(reversed(SORTED), subregions, strict=False):
        State.objects.filter(iso3=iso3).update(subregion=subregion, region="asia")
    found = filters.StateFilter(QueryDict("order=region&region=asia"), State.objects.all()).qs
    assert list(found.values_list("subregion", flat=True)) == subregions


def test_the_facts_of_a_source_are_grouped_by_organizations_in_order(client):
    spells = [factories.spell(iso3.lower(), "UZB") for iso3 in reversed(SORTED)]
    for spell in spells:
        factories.cite("membership", spell)
    groups = by_fact(factories.source().citations.order_by(F("pk")).with_facts())
    (homes,) = [homes for _, homes in groups]
    assert [home for home, _ in homes] == [NAMES[iso3] for iso3 in SORTED]
