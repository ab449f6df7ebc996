"""Lists are in the order in which people sort names: accents and case do not count, on any database."""

import pytest

from alliances.models import Document, Membership, Organization, Source, State

from . import factories

pytestmark = pytest.mark.django_db

NAMES = {
    "CIV": "Côte d'Ivoire",
    "CZE": "Czechia",
    "SAU": "Saudi Arabia",
    "STP": "São Tomé and Príncipe",
    "TUR": "Türkiye",
    "TUV": "Tuvalu",
    "ALA": "åland",
}
SORTED = ["ALA", "CIV", "CZE", "STP", "SAU", "TUR", "TUV"]


@pytest.fixture
def states():
    return {iso3: factories.state(iso3, name=name) for iso3, name in sorted(NAMES.items())}


def test_states_are_sorted_as_people_sort_them(states):
    assert [state.iso3 for state in State.objects.all()] == SORTED


def test_the_spells_of_an_organization_are_sorted_by_state(states):
    for iso3 in sorted(states):
        factories.spell("un", iso3, "1945-10-24")
    assert [spell.state.iso3 for spell in Membership.objects.all()] == SORTED


def test_organizations_documents_and_sources_are_sorted_alike():
    for number, name in enumerate(("Éire", "Eastern", "ECOWAS", "Zonal")):
        home = factories.organization(f"o{number}", name=name)
        factories.source(f"s{number}", title=name)
        Document.objects.create(**factories.WHY, organization=home, slug=f"d{number}", title=name, kind="treaty")
    expected = ["Eastern", "ECOWAS", "Éire", "Zonal"]
    assert [home.name for home in Organization.objects.all()] == expected
    assert [source.title for source in Source.objects.all()] == expected
    assert [document.title for document in Document.objects.all()] == expected
