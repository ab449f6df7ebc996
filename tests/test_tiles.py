"""The map of tiles: every state once, at its place, linked, and told what it is."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.models import Membership, Organization, State
from alliances.public.charts.contents import CLASSES, steps_to
from alliances.public.charts.tiles import PARTS, ROWS


def tiles(client, path):
    """Return the tiles of a page's map: {address: tile}."""
    page = BeautifulSoup(client.get(path).content, "lxml")
    return {tile["href"].partition("?")[0]: tile for tile in page.select("a.tile")}


@pytest.mark.django_db
def test_every_state_with_a_place_is_on_the_map_once(client, facts):
    page = BeautifulSoup(client.get("/organizations/csto/map/?view=tiles").content, "lxml")
    placed = State.objects.exclude(tile_column=None)
    assert sorted(tile["href"] for tile in page.select(".part a.tile")) == sorted(s.get_absolute_url() for s in placed)
    assert all(any(part.first <= state.tile_column <= part.last for part in PARTS) for state in placed)
    assert all(state.tile_row < ROWS for state in placed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words", "colour"),
    [
        (
            "&on=2012-06-27",
            "Uzbekistan: member, from 23 June 2006 until 27 June 2012",
            "member",
        ),
        ("&on=2012-06-28", "Uzbekistan: suspended, from 28 June 2012", "suspended"),
        ("&on=2012-12-19", "Uzbekistan: not a member", None),
        ("", "Uzbekistan: not a member", None),
    ],
)
def test_a_tile_says_and_shows_the_status_on_the_date(client, facts, path, words, colour):
    tile = tiles(client, f"/organizations/csto/map/?view=tiles{path}")["/states/uzb/"]
    label = tile["aria-label"]
    assert label.startswith(words)
    assert tile.title.text == label
    if colour:
        assert tile.rect["fill"] == f"url(#fill-{colour})"
    else:
        assert "filled" not in tile["class"]


@pytest.mark.django_db
def test_the_state_that_others_are_compared_with_is_marked_and_has_no_number(client, facts):
    tile = tiles(client, "/states/arm/map/?view=tiles")["/states/arm/"]
    assert tile["aria-label"] == "Armenia: the state of this page"
    assert "center" in tile["class"]
    assert tile.select_one(".of") is None


@pytest.mark.django_db
def test_former_states_stand_beside_the_map_while_they_existed(client, facts):
    def strip(on):
        page = BeautifulSoup(client.get(f"/organizations/un/map/?view=tiles&on={on}").content, "lxml")
        return {tile["href"].partition("?")[0] for tile in page.select(".strip a.tile")}

    assert "/states/sun/" in strip("1991-12-25")
    assert "/states/sun/" not in strip("1991-12-26")
    assert strip("2010") == set()


@pytest.mark.django_db
def test_a_state_is_shown_with_whom_it_sits(client, facts):
    found = tiles(client, "/states/arm/map/?view=tiles&on=2000-01-01")
    both = Organization.objects.with_members(["ARM", "FRA"], "all", on=dates.parse("2000-01-01")).count()
    assert both
    assert found["/states/fra/"].select_one("text.of").text == str(both)


@given(st.integers(1, 300))
def test_the_classes_of_numbers_are_the_same_on_every_date(number):
    """So that the maps of two years can be compared."""
    assert len([each for each in CLASSES if number in each]) == 1


@given(st.integers(0, 300))
def test_the_steps_cover_every_number_once_in_rising_shades(largest):
    steps = steps_to(largest)
    assert [number for _, least, most in steps for number in range(least, most + 1)] == list(range(1, largest + 1))
    shades = [shade for shade, _, _ in steps]
    assert shades == sorted(set(shades))
    assert set(shades) <= {1, 2, 3, 4, 5}


@pytest.mark.django_db
def test_a_possible_status_is_marked(client, facts):
    spell = next(s for s in Membership.objects.filter(left="", state__tile_row__isnull=False) if len(s.joined) == 4)
    tile = tiles(client, f"/organizations/{spell.organization.slug}/map/?view=tiles&on={spell.joined}-06-01")[
        spell.state.get_absolute_url()
    ]
    assert "possible" in tile["class"]
    assert "possibly" in tile["aria-label"]
