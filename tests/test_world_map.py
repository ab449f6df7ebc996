"""The real map: which states are drawn on a date, with what, in which view, and how light that is."""

import gzip
from itertools import pairwise
from time import perf_counter

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliances import dates
from alliances.derived.roster import Roster
from alliances.models import Organization, State
from alliances.public.charts import shapes, world
from alliances.public.charts.contents import CLASSES

pytestmark = pytest.mark.django_db


def map_of(slug, on, drawn=world.LARGE):
    """Return the map of an organization on a date."""
    on = dates.parse(on)
    spells = list(Organization.objects.get(slug=slug).memberships.select_related("state"))
    return world.by_status(State.objects.on_map(), Roster(spells, on), on, drawn)


def areas(map_):
    """Return the areas of a map: {code: area}."""
    return {area.shown.state.iso3: area for area in map_.areas}


def parts(on, slug="un"):
    """Return what each former state is drawn with in the map of an organization: {code: codes}."""
    on = dates.parse(on)
    spells = list(Organization.objects.get(slug=slug).memberships.select_related("state"))
    by_code = {state.iso3: state for state in State.objects.on_map()}
    drawn = world.unions_on(by_code, on, world.of.of_statuses(Roster(spells, on)))
    return {code: set(codes) for code, codes in drawn.items()}


SOVIET = {"ARM", "AZE", "BLR", "GEO", "KAZ", "KGZ", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"}
# Part of the land of no state of ours, which has no names.
TERRITORIES = "ABW AIA ALA ANT ASM BMU CUW CYM FRO GRL GUM MNP MSR NCL PCN PRI PYF SXM TCA TKL VGB WLF"
BALTIC = {"EST", "LTU", "LVA"}


def test_the_soviet_union_is_what_it_became(facts):
    assert parts("1980", "wp")["SUN"] == SOVIET | BALTIC
    map_ = map_of("wp", "1980")
    found = areas(map_)
    assert found["SUN"].shown.words.startswith("Soviet Union, in today’s borders: member, from")
    assert found["SUN"].union
    assert not {"RUS", "KAZ", "EST"} & set(found)
    assert len(found["SUN"].path) > 1000
    assert "Soviet Union" in map_.unions


def test_what_had_a_seat_beside_the_soviet_union_is_drawn_for_itself(facts):
    assert parts("1980")["SUN"] == (SOVIET | BALTIC) - {"UKR", "BLR"}
    assert areas(map_of("un", "1980"))["UKR"].shown.words.startswith("Ukraine: member")


@pytest.mark.parametrize(
    ("on", "drawn"),
    [
        ("1939", set()),
        ("1940-08-05", set()),
        ("1940-08-06", BALTIC),
        ("1991-09-05", BALTIC),
        ("1991-09-06", set()),
    ],
)
def test_the_baltic_states_are_drawn_with_it_only_while_it_held_them(facts, on, drawn):
    assert parts(on, "wp")["SUN"] & BALTIC == drawn


def test_a_republic_that_had_left_the_soviet_union_is_not_drawn_with_it(facts):
    assert "UZB" in parts("1991-08-30", "wp")["SUN"]
    assert "UZB" not in parts("1991-08-31", "wp")["SUN"]
    assert "SUN" not in parts("1991-12-26")


@pytest.mark.parametrize(
    ("on", "drawn"),
    [
        ("1991", {"SVN", "HRV", "BIH", "SRB", "MNE", "MKD", "XKX"}),
        ("1991-06-01", {"SVN", "HRV", "BIH", "SRB", "MNE", "MKD", "XKX"}),
        ("1992-01-01", {"SRB", "MNE", "XKX"}),
        ("1992", {"SRB", "MNE", "XKX"}),
    ],
)
def test_yugoslavia_is_seven_states_of_today_until_1991_and_then_three(facts, on, drawn):
    assert parts(on, "nato")["YUG"] == drawn


def test_serbia_and_montenegro_and_czechoslovakia_are_drawn_as_well(facts):
    assert parts("2004")["SCG"] == {"SRB", "MNE", "XKX"}
    assert parts("1985")["CSK"] == {"CZE", "SVK"}
    assert parts("2010") == {}


def test_former_states_without_a_shape_stand_beside_the_map(facts):
    assert [each.words.partition(":")[0] for each in map_of("wp", "1980").strip if each.fill] == ["East Germany"]
    assert map_of("un", "2010").strip == []


def test_a_state_that_did_not_exist_has_an_outline_only(client, facts):
    south_sudan = areas(map_of("un", "2010"))["SSD"]
    assert (south_sudan.shown.exists, south_sudan.shown.words) == (False, "South Sudan: did not exist")
    page = BeautifulSoup(client.get("/organizations/un/map/?on=2010").content, "lxml")
    assert [each.title.text for each in page.select(".worldmap g.gone")] == ["South Sudan: did not exist"]
    assert map_of("un", "2010").gone == south_sudan.path
    assert map_of("un", "2012").gone == ""


def test_small_states_are_dots_unless_the_view_is_near_enough(facts):
    assert areas(map_of("un", "2020"))["LUX"].dots
    assert not areas(map_of("benelux", "2020"))["LUX"].dots
    for code in ("SMR", "NRU", "SGP", "TUV"):
        area = areas(map_of("un", "2020"))[code]
        assert (area.path, len(area.dots)) == ("", 1)


def test_each_state_of_the_facts_has_a_shape_or_a_dot_or_is_named_here(facts):
    """Territories are part of `other`, which has no names; they stand beside the map where they sit for themselves."""
    drawn = {code for code, lines in shapes.world().shapes.items() if lines} | set(shapes.world().dots)
    without = {state.iso3 for state in State.objects.all()} - drawn - set(world.FORMER)
    states = set(State.objects.filter(iso3__in=without, kind=State.Kind.STATE).values_list("iso3", flat=True))
    assert states == {"DDR", "YMD"}
    assert " ".join(sorted(without - states)) == TERRITORIES
    codes = set(State.objects.values_list("iso3", flat=True))
    assert drawn - codes == {shapes.OTHER}
    assert {part.code for each in world.FORMER.values() for part in each} <= drawn


@pytest.mark.parametrize("drawn", [world.SMALL, world.LARGE])
def test_no_member_is_lost_or_cut_in_any_view(facts, drawn):
    on = dates.parse("2020")
    states = list(State.objects.on_map())
    tried = 0
    for organization in Organization.objects.prefetch_related("memberships__state"):
        roster = Roster(list(organization.memberships.all()), on)
        map_ = world.by_status(states, roster, on, drawn)
        found = areas(map_)
        for spell in roster.binding:
            code = spell.state.iso3
            if code in shapes.homes():
                assert map_.view.holds(shapes.homes()[code]), (organization, code)
                assert found[code].path or found[code].dots, (organization, code)
                tried += 1
    assert tried > 5000


def test_the_view_is_twice_as_wide_as_high_or_the_world(facts):
    for slug in ("csto", "eu", "benelux", "au", "asean"):
        left, top, right, bottom = map_of(slug, "2020").view
        assert (right - left) / (bottom - top) == pytest.approx(2)
        assert shapes.world().box.holds(shapes.Box(left, top, right, bottom))
    assert map_of("un", "2020").view == shapes.world().box


@pytest.mark.parametrize(
    ("code", "whole"), [("FRA", False), ("USA", False), ("RUS", True), ("GBR", True), ("IDN", True)]
)
def test_parts_overseas_do_not_widen_the_view(code, whole):
    """French Guiana, Réunion and Hawaii lie beyond; Kaliningrad and Northern Ireland do not."""
    everything = shapes.box_of([point for line in shapes.world().shapes[code] for point in line])
    assert (shapes.homes()[code] == everything) is whole


@pytest.mark.parametrize(("finer", "coarser"), list(pairwise(reversed(shapes.STEPS))))
def test_a_coarser_shape_is_lighter_and_keeps_its_rings_closed(finer, coarser):
    def weight(step):
        return sum(len(ring.path) for lines in shapes.rings(step).values() for ring in lines)

    assert weight(coarser) < 0.95 * weight(finer)
    assert all(ring.path.endswith("z") for lines in shapes.rings(coarser).values() for ring in lines)


@pytest.mark.parametrize("slug", ["csto", "nato", "un"])
def test_the_map_beside_a_page_weighs_at_most_nine_kilobytes_and_is_made_quickly(facts, slug):
    map_ = map_of(slug, "2026-11-01", world.SMALL)
    paths = map_.land + map_.gone + "".join(path for _, path, _ in map_.looks)
    assert len(gzip.compress(paths.encode())) < 9000
    states, on = list(State.objects.on_map()), dates.parse("2026-11-01")
    spells = list(Organization.objects.get(slug=slug).memberships.select_related("state"))

    def taken():
        begin = perf_counter()
        made = world.by_status(states, Roster(spells, on), on, world.SMALL)
        assert made.land
        assert made.looks
        return perf_counter() - begin

    assert min(taken() for _ in range(5)) < 0.02  # 2 to 3 ms where nothing else runs.


def test_the_large_map_links_each_state_that_has_a_content(client, facts):
    page = BeautifulSoup(client.get("/organizations/csto/map/?on=2012-10-01").content, "lxml")
    links = {link["href"]: link for link in page.select(".worldmap svg a")}
    assert len(links) == 7
    uzbekistan = links["/states/uzb/?on=2012-10-01"]
    assert uzbekistan["aria-label"] == uzbekistan.title.text
    assert uzbekistan.title.text.startswith("Uzbekistan: suspended, from 28 June 2012")
    assert uzbekistan["fill"] == "url(#map-suspended)"
    assert page.select_one("#map-suspended")["href"] == "#fill-suspended"
    assert page.select_one("#fill-suspended")
    assert [each.title.text for each in page.select(".worldmap svg g.land") if "Ukraine" in each.title.text] == [
        "Ukraine: not a member"
    ]
    assert "Shapes: Natural Earth, Visionscarto; borders of today, no position is taken" in page.text
    assert page.select_one('a[href="/organizations/csto/?on=2012-10-01"]')


def test_the_map_of_what_was_dissolved_is_of_its_last_day(client, facts):
    page = BeautifulSoup(client.get("/organizations/wp/map/").content, "lxml")
    assert "/states/pol/" in {link["href"] for link in page.select(".worldmap svg a")}


def test_the_map_of_a_state_shows_with_whom_it_shares_how_many(client, facts):
    page = BeautifulSoup(client.get("/states/arm/map/?on=2000-01-01").content, "lxml")
    both = Organization.objects.with_members(["ARM", "FRA"], "all", on=dates.parse("2000-01-01")).count()
    france = page.select_one('.worldmap a[href="/states/fra/?on=2000-01-01"]')
    assert france.title.text == f"France: {both} organizations"
    step = next(each.step for each in CLASSES if both in each)
    assert f"step-{step}" in france["class"]
    assert "center" in page.select_one('.worldmap a[href="/states/arm/?on=2000-01-01"]')["class"]
    assert "75 or more organizations" in page.select_one(".legend").text


def test_both_views_lead_to_each_other_and_keep_the_date(client, facts):
    world_page = BeautifulSoup(client.get("/organizations/csto/map/?on=2008").content, "lxml")
    to_tiles = world_page.select_one(".map-views a[href*=tiles]")["href"]
    assert to_tiles == "?on=2008&view=tiles"
    tiles_page = BeautifulSoup(client.get(f"/organizations/csto/map/{to_tiles}").content, "lxml")
    assert tiles_page.select("a.tile")
    assert not tiles_page.select(".worldmap")
    assert tiles_page.select_one(".map-views a")["href"] == "?on=2008"


def test_a_map_refuses_what_it_does_not_know(client, facts):
    assert client.get("/organizations/csto/map/?view=globe").status_code == 400
    assert client.get("/organizations/atlantis/map/").status_code == 404
    assert client.get("/organizations/CSTO/map/").headers["Location"] == "/organizations/csto/map/"


def test_maps_of_many_ask_as_often_as_maps_of_few(client, facts):
    def asked(path):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    assert asked("/organizations/csto/map/") == asked("/organizations/un/map/") <= 9
    assert asked("/states/arm/map/") == asked("/states/fra/map/") <= 9


def test_the_home_page_counts_as_the_lists_do(client, facts):
    page = BeautifulSoup(client.get("/?on=2000-01-01").content, "lxml")
    states = State.objects.with_organization_counts(dates.parse("2000-01-01"))
    for iso3 in ("ARM", "FRA", "USA"):
        state = states.get(iso3=iso3)
        area = page.select_one(f'#map .worldmap a[href="{state.get_absolute_url()}?on=2000-01-01"]')
        assert area.title.text == f"{state.name}: {state.organizations} organizations"


@pytest.mark.parametrize("path", ["/organizations/csto/", "/organizations/un/", "/states/arm/"])
def test_beside_a_page_the_map_is_one_picture_and_leads_to_both_views(client, facts, path):
    page = BeautifulSoup(client.get(path).content, "lxml")
    figure = page.select_one("aside figure#map")
    assert figure.svg["role"] == "img"
    assert figure.svg["aria-label"]
    assert not figure.select("svg a, svg title")
    assert [(link.text, link["href"]) for link in figure.select("a")] == [
        ("World map", f"{path}map/"),
        ("Tile map", f"{path}map/?view=tiles"),
    ]
    assert all(client.get(link["href"]).status_code == 200 for link in figure.select("a"))


def test_a_comparison_has_as_many_shades_as_organizations(client, facts):
    for on in ("1960", "2020"):
        page = BeautifulSoup(client.get(f"/compare/?organization=nato&organization=eu&on={on}").content, "lxml")
        legend = page.select_one("#map .legend").text
        assert "1 organization" in legend
        assert "2 organizations" in legend
