"""The sentences with which a comparison of organizations answers, each a whole message."""

import pytest

from alliances import dates
from alliances.models import Membership, Organization, State
from alliances.publishing import sentences_of_comparison

from . import factories

pytestmark = pytest.mark.django_db

NAMES = {"ARM": "Armenia", "GEO": "Georgia", "FRA": "France", "IRL": "Ireland", "TUR": "Türkiye", "NLD": "Netherlands"}
ACRONYMS = {"nato": "NATO", "eu": "EU", "csto": "CSTO", "cis": "CIS", "coe": "COE"}


@pytest.fixture(autouse=True)
def cast():
    for code, name in NAMES.items():
        factories.state(code, name=name)
    for slug, acronym in ACRONYMS.items():
        factories.organization(slug, acronym=acronym, name=acronym)


def told(spells, slugs, on="", chosen=(), **organizations):
    """Say what a comparison says of "nato FRA 1949 2010" and the like."""
    for slug, dates_of in organizations.items():
        Organization.objects.filter(slug=slug).update(**dates_of)
    for spell in spells:
        slug, codes, joined, *left = spell.split()
        for code in codes.split(","):
            factories.spell(slug, code, joined, *left)
    day = dates.parse(on) if on else dates.on_today()
    found = Organization.objects.in_bulk(slugs.split(), field_name="slug")
    compared = [found[slug] for slug in slugs.split()]
    states = list(State.objects.filter(iso3__in=chosen).order_by("folded"))
    held = Membership.objects.filter(organization__in=compared).on(day).select_related("state", "organization")
    if states:
        held = held.filter(state__in=states)
    said = sentences_of_comparison.of_comparison(compared, list(held), day, states)
    return " ".join(map(str, said))


BOTH = ["nato FRA,NLD,TUR 1949", "eu FRA,NLD,IRL 1973"]
CASES = [
    # Two.
    (
        BOTH,
        ("nato eu",),
        "Two states are in both NATO and the EU: France and the Netherlands. One state is in NATO but not in the EU: "
        "Türkiye. One state is in the EU but not in NATO: Ireland.",
    ),
    (
        BOTH,
        ("nato eu", "1980-01-01"),
        "On 1 January 1980, two states were in both NATO and the EU: France and the Netherlands. One state was in NATO "
        "but not in the EU: Türkiye. One state was in the EU but not in NATO: Ireland.",
    ),
    (["nato FRA 1949", "csto ARM 2002"], ("nato csto",), "No state is in both NATO and the CSTO."),
    (
        ["nato FRA 1949", "csto ARM 2002"],
        ("nato csto", "2008"),
        "In 2008, no state was in both NATO and the CSTO.",
    ),
    (
        ["csto ARM,GEO 2002", "cis ARM,GEO 1993"],
        ("csto cis",),
        "The CSTO and the CIS have the same two members: Armenia and Georgia.",
    ),
    (["csto ARM 2002", "cis ARM 1993"], ("csto cis",), "The CSTO and the CIS have the same member: Armenia."),
    (
        ["csto ARM,GEO 2002", "cis ARM,GEO,FRA 1993"],
        ("csto cis",),
        "Both members of the CSTO are also in the CIS: Armenia and Georgia. One state is in the CIS but not in the "
        "CSTO: France.",
    ),
    (
        ["csto ARM,GEO,FRA 2002", "cis ARM,GEO,FRA,TUR 1993"],
        ("cis csto", "2010-05"),
        "In May 2010, all three members of the CSTO were also in the CIS: Armenia, France and Georgia. One state was "
        "in the CIS but not in the CSTO: Türkiye.",
    ),
    # Coarse dates.
    (
        ["nato FRA 1949", "eu FRA [1950..1999]", "eu NLD 1950", "nato NLD 1949"],
        ("nato eu", "1980-01-01"),
        "On 1 January 1980, NATO and the EU had the same two members: France (possibly) and the Netherlands.",
    ),
    # One.
    (["nato FRA,TUR 1949"], ("nato",), "Two states are in NATO: France and Türkiye."),
    ([], ("nato",), "No state is in NATO."),
    # Three.
    (
        [*BOTH, "csto ARM 2002"],
        ("nato eu csto",),
        "Two states are in both NATO and the EU; none is in both NATO and the CSTO or in both the EU and the CSTO.",
    ),
    (
        [*BOTH, "coe FRA,NLD,IRL,TUR 1949"],
        ("nato eu coe",),
        "Two states are in all three of NATO, the EU and the COE: France and the Netherlands. Three states are in both "
        "NATO and the COE. Three states are in both the EU and the COE.",
    ),
    (
        ["nato FRA 1949", "eu IRL 1973", "csto ARM 2002"],
        ("nato eu csto",),
        "No state is in more than one of NATO, the EU and the CSTO.",
    ),
    (
        ["nato FRA 1949", "eu FRA 1973", "coe FRA 1949"],
        ("nato eu coe",),
        "NATO, the EU and the COE have the same member: France.",
    ),
    # More.
    (
        [*BOTH, "csto ARM 2002", "coe FRA,NLD,IRL 1949"],
        ("nato eu coe csto",),
        "No state is in all four of NATO, the EU, the COE and the CSTO. Three states are in both the EU and the COE. "
        "The CSTO shares no member with any of the others.",
    ),
    # Dates to come, and organizations of another time.
    (
        ["nato FRA 1949", "csto ARM 2002"],
        ("nato csto", "2050"),
        "Nothing is known about 2050. Shown is what is recorded today. No state is in both NATO and the CSTO.",
    ),
    # Chosen states.
    (
        BOTH,
        ("nato eu", "", ["FRA", "IRL", "ARM"]),
        "Of Armenia, France and Ireland, one is in both NATO and the EU: France. One of these states is in the EU but "
        "not in NATO: Ireland.",
    ),
    (BOTH, ("nato csto", "", ["FRA", "IRL"]), "Of France and Ireland, none is in both NATO and the CSTO."),
]


@pytest.mark.parametrize(("spells", "asked", "words"), CASES)
def test_a_comparison_answers_in_sentences(spells, asked, words):
    assert told(spells, *asked) == words


def test_an_organization_of_another_time_is_said_to_be_one():
    spells = ["nato FRA 1949", "eu FRA 1950"]
    words = told(spells, "nato csto eu", "1980-01-01", csto={"founded": "2002-10-07"})
    assert words == (
        "On 1 January 1980, the CSTO did not exist yet: it was founded on 7 October 2002. "
        "NATO and the EU had the same member: France."
    )
    words = told([], "nato eu cis", cis={"founded": "1955", "dissolved": "1991-07-01"})
    assert (
        words
        == "The CIS no longer exists: it was dissolved on 1 July 1991. NATO and the EU have the same member: France."
    )


def test_of_many_members_only_their_number_is_said():
    for number in range(12):
        factories.spell("nato", factories.code(number), "1950")
        factories.spell("eu", factories.code(number), "[1950..1999]" if number < 3 else "1950")
    words = told(["nato FRA 1949"], "nato eu", "1980-01-01")
    assert words.startswith(
        "On 1 January 1980, all twelve members of the EU were also in NATO, three of them only possibly."
    )


def test_what_a_sentence_names_are_the_things_themselves():
    for spell in BOTH:
        slug, codes, joined = spell.split()
        for code in codes.split(","):
            factories.spell(slug, code, joined)
    organizations = list(Organization.objects.filter(slug__in=["nato", "eu"]).order_by("-slug"))
    held = list(Membership.objects.select_related("state", "organization"))
    first = sentences_of_comparison.of_comparison(organizations, held, dates.on_today())[0]
    named = [part.thing for part in first.parts if not isinstance(part, str)]
    assert [*map(str, named[:2])] == [str(each) for each in organizations]
    assert [each.iso3 for each in named[2:]] == ["FRA", "NLD"]


def test_chosen_states_alone_are_answered_with_the_organizations_they_share():
    for slug, code in (("nato", "FRA"), ("nato", "TUR"), ("coe", "FRA"), ("coe", "TUR"), ("eu", "FRA")):
        factories.spell(slug, code, "1960")
    states = list(State.objects.filter(iso3__in=["FRA", "TUR"]).order_by("folded"))
    organizations = list(Organization.objects.with_members(["FRA", "TUR"]).order_by("folded"))
    held = list(Membership.objects.select_related("state", "organization"))

    def say(states, on):
        said = sentences_of_comparison.of_states_together(states, organizations, held, dates.parse(on))
        return " ".join(map(str, said))

    assert say(states, "2001-01-01") == (
        "On 1 January 2001, France and Türkiye were both members of two organizations in this reference: COE and NATO. "
        "Only France was in one organization: EU."
    )
