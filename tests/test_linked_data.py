"""Pages say to machines what they say to people: schema.org, only what certainly holds on the date on view."""

import json

import pytest
from bs4 import BeautifulSoup

from alliances.models import Name, Relation
from alliances.public.jinja import data_block

from . import factories
from .databases import cast_once

pytestmark = pytest.mark.django_db


def linked(client, path):
    """Return the one data block of a page."""
    [block] = BeautifulSoup(client.get(path).content, "lxml").find_all("script", type="application/ld+json")
    return json.loads(block.string)


def members(data, side="member"):
    """Return {name: (role, since, until)}."""
    return {
        role[side]["name"]: (role["roleName"], role.get("startDate"), role.get("endDate"))
        for role in data.get(side, [])
        if role["@type"] == "OrganizationRole"
    }


@cast_once
def cast():
    factories.organization(
        "csto",
        name="Collective Security Treaty Organization",
        founded="2002-10",
        seat="Moscow",
        website="https://odkb-csto.org/",
    )
    factories.state("ARM", name="Armenia", official_name="Republic of Armenia")
    factories.state("UZB", name="Uzbekistan")
    factories.spell("csto", "ARM", "2002-10-07", "2024-02-22")
    factories.spell("csto", "ARM", "2024-02-22", status="frozen")
    factories.spell("csto", "UZB", "2006", "2012-12-19")
    factories.spell("csto", "SRB", "2013", status="observer")


def test_an_organization_names_who_is_bound_on_the_date_and_since_when(client):
    data = linked(client, "/organizations/csto/?on=2008")
    assert (data["@context"], data["@type"]) == ("https://schema.org", "Organization")
    assert data["name"] == "Collective Security Treaty Organization"
    assert data["alternateName"] == ["CSTO"]
    assert data["@id"] == "http://testserver/organizations/csto/"
    assert data["url"] == "http://testserver/organizations/csto/?on=2008"
    assert data["sameAs"] == "https://odkb-csto.org/"
    assert data["foundingDate"] == "2002-10"
    assert data["address"] == {"@type": "PostalAddress", "addressLocality": "Moscow"}
    assert members(data) == {
        "Armenia": ("Member", "2002-10-07", "2024-02-22"),
        "Uzbekistan": ("Member", "2006", "2012-12-19"),
    }
    assert "Country" in data["member"][0]["member"]["@type"]


def test_a_frozen_member_is_bound_and_an_observer_is_not(client):
    assert members(linked(client, "/organizations/csto/")) == {"Armenia": ("Frozen", "2024-02-22", None)}


def test_what_only_possibly_holds_is_left_out(client):
    assert "Uzbekistan" not in members(linked(client, "/organizations/csto/?on=2006-06-01"))
    assert "Uzbekistan" in members(linked(client, "/organizations/csto/?on=2007-01-01"))


def test_unknown_dates_are_left_out(client):
    factories.organization("s5", founded="1996", dissolved="XXXX")
    factories.spell("s5", "ARM", "1996", "XXXX")
    data = linked(client, "/organizations/s5/?on=1996")
    assert data["foundingDate"] == "1996"
    assert "dissolutionDate" not in data
    assert "XXXX" not in json.dumps(data)


def test_a_state_is_a_country_and_names_its_organizations(client):
    data = linked(client, "/states/arm/?on=2010")
    assert data["@type"] == ["Country", "Organization"]
    assert data["identifier"]["value"] == "ARM"
    assert data["alternateName"] == ["Republic of Armenia"]
    assert members(data, "memberOf") == {
        "Collective Security Treaty Organization": ("Member", "2002-10-07", "2024-02-22")
    }
    assert "memberOf" not in linked(client, "/states/arm/?on=1990")


@pytest.mark.parametrize(
    ("iso3", "existed_until", "code_list"),
    [
        ("ARM", "", "ISO 3166-1 alpha-3"),
        ("QAT", "", "ISO 3166-1 alpha-3"),
        ("SUN", "1991-12-26", "ISO 3166-3 (withdrawn alpha-3 code)"),
        ("YUG", "1992", "ISO 3166-3 (withdrawn alpha-3 code)"),
        ("XKX", "", "ISO 3166-1 alpha-3 (user-assigned)"),
        ("XXA", "1980", "ISO 3166-1 alpha-3 (user-assigned)"),
    ],
)
def test_a_code_is_called_by_the_list_it_comes_from(client, iso3, existed_until, code_list):
    factories.state(iso3, existed_until=existed_until)
    identifier = linked(client, f"/states/{iso3.lower()}/")["identifier"]
    assert (identifier["propertyID"], identifier["value"]) == (code_list, iso3)


def test_names_out_of_use_are_no_other_names(client):
    arm = factories.state("ARM")
    rows = [
        ("ru", "Армения", "name", "", ""),
        ("ru", "Армянская ССР", "former", "1936", "1990"),
        ("fr", "Erivan", "former", "", ""),
    ]
    for language, text, kind, since, until in rows:
        Name.objects.create(
            **factories.WHY, state=arm, language=language, text=text, type=kind, used_from=since, used_until=until
        )
    assert linked(client, "/states/arm/")["alternateName"] == ["Republic of Armenia", "Армения"]
    assert set(linked(client, "/states/arm/?on=1980")["alternateName"][1:]) == {"Армения", "Армянская ССР"}


def test_parts_and_wholes_name_each_other(client):
    Relation.objects.create(
        **factories.WHY,
        organization=factories.organization("ipa"),
        kind="part-of",
        other=factories.organization("csto"),
    )
    Relation.objects.create(
        **factories.WHY,
        organization=factories.organization("nato"),
        kind="counterpart-of",
        other=factories.organization("csto"),
    )
    whole, part = linked(client, "/organizations/csto/"), linked(client, "/organizations/ipa/")
    assert [each["name"] for each in whole["subOrganization"]] == ["IPA"]
    assert [each["name"] for each in part["parentOrganization"]] == ["Collective Security Treaty Organization"]
    assert "parentOrganization" not in whole


def test_a_source_is_a_work_and_the_site_says_how_it_is_searched(client):
    factories.source("evn", title="A text", author="A. Body", publisher="EVN Report", published="2020-09")
    work, site = linked(client, "/sources/evn/"), linked(client, "/")
    assert (work["@type"], work["name"], work["datePublished"]) == ("CreativeWork", "A text", "2020-09")
    assert work["publisher"] == {"@type": "Organization", "name": "EVN Report"}
    assert (site["@type"], site["potentialAction"]["@type"]) == ("WebSite", "SearchAction")
    assert site["potentialAction"]["target"]["urlTemplate"] == "http://testserver/search/?q={search_term_string}"


def test_no_name_can_end_the_data_block(client):
    name = "</script><script>alert(1)</script>&<!--"
    factories.source("evil", title=name)
    assert linked(client, "/sources/evil/")["name"] == name
    assert str(data_block({"a": "</script>&"})) == '{"a":"\\u003c/script\\u003e\\u0026"}'


def test_a_list_leaves_its_rows_to_the_pages_they_lead_to(client):
    page = BeautifulSoup(client.get("/states/").content, "lxml")
    assert not page.find("script", type="application/ld+json")
