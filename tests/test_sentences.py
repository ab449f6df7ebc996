"""The sentences with which the pages of organizations and states answer."""

import pytest

from alliances import dates
from alliances.derived.roster import Roster
from alliances.models import State
from alliances.publishing import sentences

from . import factories

pytestmark = pytest.mark.django_db

NAMES = {"ARM": "Armenia", "UZB": "Uzbekistan", "SUN": "Soviet Union", "NLD": "Netherlands", "ALB": "Albania"}


def told(organization, on=""):
    """Say what the page of an organization says."""
    spells = list(organization.memberships.select_related("state__predecessor").order_by("state__folded", "joined"))
    day = dates.parse(on) if on else dates.on_today()
    return " ".join(map(str, sentences.of_organization(organization, spells, day)))


@pytest.fixture
def csto():
    for code, name in NAMES.items():
        factories.state(code, name=name)
    return factories.organization("csto", name="Collective Security Treaty Organization", founded="2002-10-07")


def bound(*spells, slug="csto"):
    for code, joined, *rest in spells:
        left, fields, *_ = [*rest, *("", {})[len(rest) :]]
        factories.spell(slug, code, joined, left, **fields)


SUBJECT = "The Collective Security Treaty Organization"
IT = "the Collective Security Treaty Organization"
MEMBERS = [
    ([], "", f"{SUBJECT} has no members that are recorded here."),
    ([("ARM", "2002")], "", f"{SUBJECT} has one member: Armenia."),
    ([("ARM", "2002"), ("NLD", "2003")], "", f"{SUBJECT} has two members: Armenia and the Netherlands."),
    (
        [("ARM", "2002"), ("NLD", "2003"), ("UZB", "2006")],
        "2008-01-01",
        f"On 1 January 2008 {IT} had three members: Armenia, the Netherlands and Uzbekistan.",
    ),
    (
        [("ARM", "2002", "2024-02-22"), ("ARM", "2024-02-22", "", {"status": "frozen"})],
        "",
        f"{SUBJECT} has one member: Armenia (participation frozen since 22 February 2024).",
    ),
    (
        [("ARM", "2002", "", {"status": "suspended"})],
        "",
        f"{SUBJECT} has one member: Armenia (suspended since 2002).",
    ),
    (
        [("ARM", "2002"), ("UZB", "[2003..2008]")],
        "2005-01-01",
        f"On 1 January 2005 {IT} had two members: Armenia and Uzbekistan (possibly).",
    ),
    (
        [("ARM", "2002"), ("UZB", "2006-06-23", "2012-12-19", {"left_reason": "withdrawal"})],
        "",
        f"{SUBJECT} has one member: Armenia. Uzbekistan withdrew in December 2012.",
    ),
    (
        [("ARM", "2002"), ("UZB", "2006", "2020-02-01", {"left_reason": "withdrawal"})],
        "",
        f"{SUBJECT} has one member: Armenia. Uzbekistan withdrew in January 2020.",
    ),
    (
        [("ARM", "2002"), ("UZB", "2006", "2012-12-19")],
        "2012",
        f"In 2012 {IT} had two members: Armenia and Uzbekistan. "
        "The number changed on 19 December 2012, from two to one.",
    ),
    (
        [("ARM", "2002"), ("SUN", "2002", "2005", {"left_reason": "state-ended"})],
        "",
        f"{SUBJECT} has one member: Armenia.",
    ),
    ([("ARM", "2002")], "2000", f"{SUBJECT} was founded on 7 October 2002; in 2000 it did not exist yet."),
    (
        [("ARM", "2002")],
        "2100",
        f"Nothing is known about 2100. Shown is what is recorded today. {SUBJECT} has one member: Armenia.",
    ),
]


@pytest.mark.parametrize(("spells", "on", "sentence"), MEMBERS)
def test_an_organization_is_told_by_its_members_and_who_left(csto, spells, on, sentence):
    bound(*spells)
    assert told(csto, on) == sentence


def test_of_more_than_twenty_the_number_and_the_latest_are_told(csto):
    for number in range(22):
        factories.spell("csto", factories.code(200 + number), f"{2003 + number % 20}-05-01")
    factories.spell("csto", "NLD", "2024-03-07")
    assert told(csto) == f"{SUBJECT} has 23 members, most recently the Netherlands (7 March 2024). No member has left."
    factories.spell("csto", "ALB", "[2003..2025]")
    assert told(csto) == f"{SUBJECT} has 24 members. No member has left."


def test_a_change_of_status_does_not_make_a_member_the_latest(csto):
    for number in range(22):
        factories.spell("csto", factories.code(200 + number), "2003")
    factories.spell("csto", "UZB", "2006-06-23")
    factories.spell("csto", "ARM", "2002-10-07", "2024-02-22", left_reason="status-change")
    factories.spell("csto", "ARM", "2024-02-22", status="frozen")
    assert "most recently Uzbekistan (23 June 2006)" in told(csto)


def test_of_more_than_three_that_left_the_number_and_the_latest_are_told(csto):
    factories.spell("csto", "ARM", "2002")
    for number in range(4):
        factories.spell("csto", factories.code(200 + number), "2003", f"201{number}", left_reason="withdrawal")
    name = State.objects.get(iso3=factories.code(203)).name
    assert told(csto).endswith(f"Four members have left, most recently {name} in 2013.")


def test_what_was_dissolved_is_told_by_its_last_day():
    for code, name in NAMES.items():
        factories.state(code, name=name)
    pact = factories.organization("wp", name="Warsaw Treaty Organization", founded="1955-05-14", dissolved="1991-07-01")
    factories.spell("wp", "SUN", "1955-05-14", "1991-07-01", left_reason="dissolution")
    factories.spell("wp", "ALB", "1955-05-14", "1968-09-13", left_reason="withdrawal")
    assert told(pact) == (
        "The Warsaw Treaty Organization was dissolved on 1 July 1991. On its last day it had one member: the Soviet "
        "Union. Albania withdrew in September 1968."
    )


def test_a_sentence_names_things_for_links(csto):
    bound(("NLD", "2002"))
    [sentence] = sentences.of_organization(csto, list(csto.memberships.select_related("state")), dates.on_today())
    assert [part.thing.iso3 for part in sentence.parts if not isinstance(part, str)] == ["NLD"]


@pytest.mark.parametrize(
    ("spells", "on", "sentence"),
    [
        ([], "", "Armenia is a member of no organization in this reference."),
        ([("cis", "1991")], "", "Armenia is a member of one organization in this reference: CIS."),
        (
            [("cis", "1991"), ("csto", "2002")],
            "2008-01-01",
            "On 1 January 2008 Armenia was a member of two organizations in this reference: CIS and CSTO.",
        ),
        (
            [("cis", "1991"), ("sco", "2015", "", {"status": "partner"})],
            "",
            "Armenia is a member of one organization in this reference: CIS. It is a partner of SCO.",
        ),
        (
            [("cis", "1991"), ("eaec", "2003", "2015-01-01")],
            "",
            "Armenia is a member of one organization in this reference: CIS. It has left one organization: EAEC in "
            "December 2014.",
        ),
    ],
)
def test_a_state_is_told_by_its_organizations(spells, on, sentence):
    state = factories.state("ARM", name="Armenia")
    for slug, joined, *rest in spells:
        left, fields, *_ = [*rest, *("", {})[len(rest) :]]
        factories.spell(slug, "ARM", joined, left, **fields)
    day = dates.parse(on) if on else dates.on_today()
    roster = Roster(list(state.memberships.select_related("organization").order_by("organization__folded")), day)
    assert " ".join(map(str, sentences.of_state(state, roster, day))) == sentence


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2020-02-01", "2020-01-31"),
        ("2012-12-19", "2012-12-18"),
        ("2024-03-01", "2024-02-29"),
        ("2000-01-01", "1999-12-31"),
        ("1999-04", "1999-04"),
        ("1999", "1999"),
        ("XXXX", "XXXX"),
        ("", ""),
        ("[2004..2007-05-01]", "[2004..2007-05-01]"),
    ],
)
def test_people_read_the_last_day(text, last):
    assert dates.last_day(text) == last
