"""The public answers on the real facts: well-known counts, and any combination of filters against brute force."""

import re
from collections import Counter
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.models import CollectiveForce, Council, Document, Membership, Organization, Source, State
from alliances.public.suggestions.views import suggestible
from alliances.publishing.phrases import number

from .examples import IN_CI, examples, sample

pytestmark = pytest.mark.usefixtures("facts", "db")


def names(client, path):
    """Return the addresses of the rows of a list, without their date."""
    page = BeautifulSoup(client.get(path).content, "lxml")
    return [link["href"].partition("?")[0] for link in page.select("tbody th a")]


@pytest.mark.parametrize(
    ("slug", "on", "members"),
    sample(
        [
            ("csto", "2020-09-05", 6),
            ("csto", "2008-01-01", 7),
            ("csto", "2024-06-01", 6),  # Armenia is frozen, and bound.
            ("nato", "2019-06-01", 29),
            ("nato", "2020-09-05", 30),
            ("nato", "2024-06-01", 32),
            ("eu", "2019-06-15", 28),
            ("eu", "2025-01-01", 27),
            ("un", "2026-11-23", 193),
            ("coe", "2010-06-15", 47),
            ("coe", "2025-01-01", 46),
            ("cis", "2020-09-05", 9),
            ("wp", "1991-06-30", 6),
            ("wp", "1991-07-01", 0),
            ("wp", "2026", 0),
        ],
        every=3,
    ),
)
def test_well_known_numbers_of_members_stand_on_page_and_list(client, slug, on, members):
    page = BeautifulSoup(client.get(f"/organizations/{slug}/?on={on}").content, "lxml")
    if members:
        assert re.search(rf"\b(had|has) {number(members)} member", page.find(class_="lead").get_text())
    else:
        assert "was dissolved" in page.find(class_="lead").get_text()
    page = BeautifulSoup(
        client.get(f"/organizations/?on={on}&q={'united nations' if slug == 'un' else slug}").content, "lxml"
    )
    row = page.find("a", href=f"/organizations/{slug}/?on={on}").find_parent("tr")
    assert row.find(class_="number").get_text() == str(members)


def test_georgia_is_no_party_to_the_treaty_on_collective_security_any_more(client):
    parties = BeautifulSoup(client.get("/documents/cst-1992/").content, "lxml").find(class_="columns")
    assert [each.get_text() for each in parties.find_all("a")] == [
        "Armenia",
        "Belarus",
        "Kazakhstan",
        "Kyrgyzstan",
        "Russia",
        "Tajikistan",
    ]
    assert "/documents/cst-1992/" in names(client, "/documents/?state=GEO&on=1998")
    assert "/documents/cst-1992/" not in names(client, "/documents/?state=GEO")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/organizations/csto/?on=2020-09-05", True),
        ("/organizations/cis/?on=1991-12-22", False),
        ("/organizations/cis/?on=1991-12-26", True),
        ("/organizations/un/?on=1985", False),
        ("/organizations/coe/", False),
    ],
)
def test_former_soviet_republics_are_former_once_the_union_has_ended(client, path, said):
    lead = BeautifulSoup(client.get(path).content, "lxml").find(class_="lead").get_text()
    assert ("All of them were former Soviet republics" in lead) is said


def test_the_list_of_forces_shows_the_latest_strength_of_each(client):
    page = BeautifulSoup(client.get("/forces/?organization=csto").content, "lxml")
    shown = {
        row.th.a["href"].split("/")[2]: row.find_all("td")[4].get_text(" ", strip=True) for row in page.tbody("tr")
    }
    assert shown["csto-crdf"].startswith("about 5,000 as of Dec 2022")
    assert shown["csto-crrf"].startswith("about 18,000 as of Dec 2022")
    assert shown["csto-peacekeeping-forces"].startswith("3,600 as of Dec 2022")
    assert shown["csto-aviation-forces"] == "not stated"


def test_what_did_not_exist_yet_is_marked_on_the_organization_page(client):
    page = BeautifulSoup(client.get("/organizations/csto/forces/?on=2003").content, "lxml")
    forces = {
        each.a.get_text(): each.get_text(" ", strip=True)
        for each in page.find(id="forces").ul.find_all("li", recursive=False)
    }
    assert "not yet then" in forces["Collective Rapid Reaction Force"]
    assert "Participants" not in forces["Collective Rapid Reaction Force"]
    assert "not yet" not in forces["Collective Rapid Deployment Force of the Central Asian Region"]


def test_who_has_left_stands_apart_from_who_has_changed_status(client):
    page = BeautifulSoup(client.get("/organizations/csto/").content, "lxml")
    states = {body["id"]: [row.th.a.get_text() for row in body.select("tr[id]")] for body in page.select("tbody")}
    members = ["Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan"]
    former = ["Uzbekistan", "Afghanistan"]
    assert states == {"group-members": members, "group-observer": ["Serbia"], "group-former": former}
    remarks = {row.th.a.get_text(): row.th.select_one(".remark") for row in page.select("tr[id]")}
    assert remarks["Armenia"].get_text() == "participation frozen since 22 Feb 2024"
    assert remarks["Uzbekistan"].get_text() == "withdrew; suspended 28 Jun 2012 – 18 Dec 2012"


def test_the_number_of_members_in_a_list_leads_to_as_many_spells(client):
    page = BeautifulSoup(client.get("/organizations/?on=2010-06-15").content, "lxml")
    for row in page.tbody("tr")[:12]:
        link = row.find(class_="number").a
        listed = BeautifulSoup(client.get(link["href"]).content, "lxml").find(class_="counted").get_text()
        number = link.get_text()
        spells = {f"{number} membership periods", f"{number} membership period", "No membership periods"}
        assert listed.split(",")[0] in spells
        assert (number == "0") is (listed == "No membership periods")


def test_the_cis_had_an_associate_beside_its_nine_members(client):
    page = BeautifulSoup(client.get("/organizations/cis/?on=2020-09-05").content, "lxml")
    groups = [group.get_text(" ", strip=True) for group in page.select("#members tr.group")]
    assert groups[:2] == ["Members 9", "Associates 1"]


def test_uzbekistan_was_a_member_of_the_csto_in_2008_and_not_in_2000(client):
    assert "/organizations/csto/" not in names(client, "/organizations/?state=UZB&status=member&on=2000-01-01")
    assert "/organizations/csto/" in names(client, "/organizations/?state=UZB&status=member&on=2008-01-01")


@pytest.mark.parametrize(
    ("slug", "iso3", "day_before", "day", "now_there"),
    [
        ("csto", "UZB", "2006-06-22", "2006-06-23", True),
        ("csto", "UZB", "2012-12-18", "2012-12-19", False),
        ("nato", "GRC", "1952-02-17", "1952-02-18", True),
        ("eu", "GBR", "2020-01-31", "2020-02-01", False),
        ("wp", "POL", "1991-06-30", "1991-07-01", False),
        ("cis", "GEO", "2009-08-17", "2009-08-18", False),
    ],
)
def test_the_day_before_and_the_day_of_a_transition(client, slug, iso3, day_before, day, now_there):
    spells = Membership.objects.filter(organization__slug=slug, state__iso3=iso3).binding()
    for on, there in ((day_before, not now_there), (day, now_there)):
        assert spells.on(on).exists() is there
        listed = f"/organizations/{slug}/" in names(client, f"/organizations/?state={iso3}&on={on}")
        assert listed is there


def test_armenia_and_turkiye_together(client):
    spells = list(Membership.objects.with_names())
    on = dates.parse("2020-01-01")

    def held(iso3):
        return {
            spell.organization.slug
            for spell in spells
            if spell.state.iso3 == iso3 and spell.binds and spell.holds(on) != dates.Holds.NO
        }

    expected = held("ARM") & held("TUR")
    assert {"un", "coe", "osce", "bsec"} <= expected
    pages = (f"/organizations/?state=ARM&state=TUR&match=all&on=2020-01-01&page={page}" for page in (1, 2))
    found = [path for page in pages for path in names(client, page)]
    assert {path.split("/")[2] for path in found} == expected


@pytest.fixture(scope="module")
def spells(facts, django_db_blocker):
    """Every membership period as plain values, for brute force."""
    with django_db_blocker.unblock():
        return list(Membership.objects.values_list("organization__slug", "state__iso3", "status", "joined", "left"))


CAST = ["ARM", "AZE", "BLR", "GBR", "GEO", "GRC", "KAZ", "MDA", "MLI", "RUS", "SUN", "TKM", "TUR", "UKR", "UZB", "YUG"]
DAYS = st.one_of(
    st.dates(dates.date(1945, 1, 1), dates.date(2027, 12, 31)).map(str),
    st.integers(1945, 2027).map(str),
    st.sampled_from(["1991-12", "1999-04", "2012-03", "1991-12-26", "1993-12-03", "2006-06-23", "2024-02-22"]),
)


@examples(30, in_ci=120)
@given(
    states=st.lists(st.sampled_from(CAST), min_size=1, max_size=4, unique=True),
    match=st.sampled_from(["any", "all", "none"]),
    statuses=st.lists(st.sampled_from(Membership.Status.values), max_size=3, unique=True),
    on=DAYS,
)
def test_any_combination_of_filters_equals_brute_force(spells, states, match, statuses, on):
    day = dates.parse(on)
    wanted = statuses or [status for status in Membership.Status if status.binds]
    there = {
        (slug, iso3)
        for slug, iso3, status, joined, left in spells
        if status in wanted and dates.holds(joined, left, day) != dates.Holds.NO
    }
    test = {"any": any, "all": all, "none": lambda found: not any(found)}[match]
    slugs = Organization.objects.values_list("slug", flat=True)
    expected = {slug for slug in slugs if test([(slug, iso3) in there for iso3 in states])}
    assert (
        set(Organization.objects.with_members(states, match, statuses, on).values_list("slug", flat=True)) == expected
    )
    chosen = ["csto", "cis", "nato"]
    expected = {iso3 for iso3 in CAST if test([(slug, iso3) in there for slug in chosen])}
    found = State.objects.in_organizations(chosen, match, statuses, on).filter(iso3__in=CAST)
    assert set(found.values_list("iso3", flat=True)) == expected


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/organizations/?q=одкб", "/organizations/csto/"),
        ("/organizations/?q=ОДКБ", "/organizations/csto/"),
        ("/organizations/?q=Csto", "/organizations/csto/"),
        ("/organizations/?q=arab league", "/organizations/las/"),
        ("/states/?q=turkiye", "/states/tur/"),
        ("/states/?q=cote d'ivoire", "/states/civ/"),
        ("/states/?q=Côte d’Ivoire", "/states/civ/"),
        ("/states/?q=армения", "/states/arm/"),
        ("/states/?q=arménie", "/states/arm/"),
        ("/forces/?q=rapid reaction", "/forces/csto-crrf/"),
        ("/councils/?q=евразийский экономический", "/councils/eaeu-supreme-eurasian-economic-council/"),
        ("/documents/?q=alma ata", "/documents/cis-1991d/"),
        ("/sources/?q=evn", "/sources/evn-report-csto/"),
    ],
)
def test_words_are_found_in_any_script_case_and_accents(client, path, first):
    assert first in names(client, path)


def test_every_page_of_every_thing_opens_at_any_date(client):
    paths = [thing.get_absolute_url() for thing in sample(Organization.objects.all(), every=20)]
    for path in [*paths, "/states/sun/", "/states/yug/", "/states/xkx/", "/forces/nato-nrf/", "/documents/wp-1955/"]:
        for on in ("?on=1949-04-04", "?on=2030"):
            assert client.get(path + on).status_code == 200, path + on


def test_the_dots_between_pages_are_no_link(client):
    page = BeautifulSoup(client.get("/memberships/").content, "lxml").find(class_="pager")
    assert "…" in page.text
    links = page.find_all("a")
    assert len(links) > 2
    for link in links:
        assert client.get(f"/memberships/{link['href']}").status_code == 200


def test_the_upper_case_address_of_a_state_leads_to_the_one_that_is_promised(client):
    response = client.get("/states/ARM/?on=1993")
    assert response.status_code == 301
    assert response.headers["Location"] == "/states/arm/?on=1993"


# The date control leads to other dates, what was dissolved to its last day, and what takes a filter away may take the
# date: all on purpose.
OTHER_DATES = re.compile(
    r'<nav class="date-steps".*?</nav>|<details class="as-of".*?</details>|<div class="track".*?</div>|'
    r'<ul class="applied".*?</ul>|<p class="(?:buttons|empty)">.*?</p>'
    r'|<a class="day-before-end".*?</a>',
    re.DOTALL,
)
# The organization and the state of which every tab is opened; of others one tab of each kind.
WALKED = re.compile(r"/(organizations/csto|states/arm)/")
LINK = re.compile(r'<a\s[^>]*href="([^"#]*)')
UNDATED = ("/static/", "/admin/", "/feeds/")


def test_every_link_of_the_site_keeps_the_date_and_leads_somewhere(client):
    """Walk every address of the site from `/?on=2008-01-01`; of the queries of one address, one of each shape.

    In CI. Here one page in a hundred of each kind of which there are hundreds, the CSTO's and Armenia's.
    """
    start = "/?on=2008-01-01"
    seen, todo = {start}, [start]
    met = Counter()
    while todo:
        path = todo.pop()
        if kind := re.match(r"/(organizations|states|documents|sources)/[^/?]+/\?on=[^&]*$", path):
            met[kind[1]] += 1
            if not IN_CI and met[kind[1]] % 100 and not WALKED.match(path):
                continue
        response = client.get(path)
        assert response.status_code == 200, path
        for link in LINK.findall(OTHER_DATES.sub("", response.content.decode())):
            if not link.startswith(("/", "?")) or link.startswith(UNDATED):
                continue
            address = urljoin(path, link.replace("&amp;", "&"))
            parts = urlsplit(address)
            query = parse_qs(parts.query)
            assert query.get("on") == ["2008-01-01"], (path, address)
            # One history page and one tab of each kind will do: they are made alike.
            place = parts.path
            if not WALKED.match(place):
                place = re.sub(r"^(/(?!suggest)\w+/)[^/]+/(\w+)/$", r"\1\2/", place)
            # And one form for readers' suggestions of each kind of fact.
            place = re.sub(r"^(/suggest/\w+)/[^/]+/$", r"\1/", place)
            if "cite" in query:  # And one page of each kind as a citation, which has no links.
                place = re.sub(r"^(/\w+/)[^/]+/$", r"\1", place)
            shape = place + "?" + "&".join(sorted(query))
            if shape not in seen:
                seen.add(shape)
                todo.append(address)
    paths = {each.partition("?")[0] for each in seen}
    # What the pages that were left out lead to is not missed here.
    everywhere = (Organization, State)
    for model in (*everywhere, CollectiveForce, Council, Document, Source) if IN_CI else everywhere:
        missing = {thing.get_absolute_url() for thing in model.objects.all()} - paths
        assert not missing, missing
    assert {"/changes/", "/disagreements/", "/memberships/", "/organizations/history/", "/sources/history/"} <= paths
    assert {f"/suggest/{kind}/" for kind in suggestible()} <= paths
