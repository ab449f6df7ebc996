"""Memberships by period, by the region of the state, and by the type of the organization."""

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from alliances import dates
from alliances.models import Membership, Organization
from alliances.queries.filters import MembershipFilter

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def uzbekistan():
    """Uzbekistan in the CSTO from 2006 until 2012."""
    return factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("from=2006-06-23", True),
        ("from=2012-12-18", True),
        ("from=2012-12-19", False),
        ("to=2006-06-22", False),
        ("to=2006-06-23", True),
        ("to=2006", True),
        ("from=2000&to=2005", False),
        ("from=2008&to=2008", True),
        ("from=2010&to=2020", True),
        ("from=2013&to=2020", False),
    ],
)
def test_a_period_keeps_what_held_at_some_time_in_it(uzbekistan, query, there):
    assert MembershipFilter(QueryDict(query)).qs.filter(pk=uzbekistan.pk).exists() is there


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2010&to=2009", "to"),
        ("from=2010&on=2010", "on"),
        ("from=x", "from"),
        ("type=pact", "type"),
        ("region=mars", "region"),
    ],
)
def test_what_cannot_be_answered_is_said_beside_its_field(client, uzbekistan, query, field):
    response = client.get(f"/memberships/?{query}")
    assert response.status_code == 400
    assert BeautifulSoup(response.content, "lxml").find(id=f"errors-{field}").get_text(strip=True)


def test_types_and_regions_together(facts):
    found = MembershipFilter(QueryDict("region=africa&type=security&type=forum&from=1960&to=2020")).qs
    kinds = [kind for type in ("security", "forum") for kind in Organization.TYPES[Organization.Type(type)]]
    expected = Membership.objects.filter(state__region="africa", organization__kind__in=kinds)
    years = dates.PartialDate("", "1960-01-01", "2020-12-31")
    assert set(found) == {spell for spell in expected if spell.holds(years) != dates.Holds.NO}
    assert found


def test_each_kind_of_organization_has_one_type():
    listed = [kind for kinds in Organization.TYPES.values() for kind in kinds]
    assert sorted(listed) == sorted(Organization.Kind)
