"""The map of tiles: every state on a grid that keeps neighbours together, all of one size.

Its places are in the facts (`tile_column`, `tile_row`). It is drawn in three parts, which stand side by side on a wide
screen and one under the other, in this order, on a phone, so that a tile stays large enough to be read and touched.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived.roster import Roster
from alliances.models import State

ROWS = 21
# What a tile shows of its state: its fill, the number written on it, the words, and whether that is only possible.
Content = tuple[str, str, str, bool]
# A step of the scale of colours, and the least and largest number that it stands for.
Step = tuple[int, int, int]


class Part(NamedTuple):
    """A part of the map: its columns from `first` to `last`."""

    name: str
    first: int
    last: int

    @property
    def columns(self) -> int:
        return self.last - self.first + 1


PARTS = (
    Part("Europe, Africa, western and central Asia", 7, 19),
    Part("The Americas", 0, 6),
    Part("Southern and eastern Asia, Oceania", 20, 30),
)


class Tile(NamedTuple):
    """One state: `fill` names its colour (a status, a step, or nothing), `number` is written on it, `words` say it."""

    state: State
    column: int
    row: int
    fill: str
    number: str
    words: str
    exists: bool
    possible: bool


class TileMap:
    """All states on a date, each with its content.

    `contents` maps a state's key to (fill, number, words, possible); `otherwise` are the words for all other states.
    `parts` is [(part, [tile])]; `strip` are, as tiles, the states without a place that existed
    on the date, and territories without one that have a content.
    """

    def __init__(
        self, states: Iterable[State], on: PartialDate, contents: Mapping[int, Content], otherwise: str
    ) -> None:
        self.on = on
        placed: list[Tile] = []
        self.strip: list[Tile] = []
        for state in states:
            exists = state.holds(on) != dates.Holds.NO
            fill, number, words, possible = contents.get(state.pk, ("", "", otherwise, False))
            if not exists and not fill:
                words = "did not exist" if on.given else "does not exist"
            words = f"{state.name}: {'possibly ' if possible else ''}{words}"
            tile = Tile(
                state, state.tile_column or 0, state.tile_row or 0, fill, number, words, exists or bool(fill), possible
            )
            if state.tile_column is not None:
                placed.append(tile)
            elif fill or (tile.exists and state.kind == State.Kind.STATE):
                self.strip.append(tile)
        self.parts = [
            (part, sorted((t for t in placed if part.first <= t.column <= part.last), key=lambda t: (t.row, t.column)))
            for part in PARTS
        ]
        self.fills = [tile.fill for _, tiles in self.parts for tile in tiles if tile.fill]
        self.fills += [tile.fill for tile in self.strip if tile.fill]


def by_status(states: Iterable[State], roster: Roster, on: PartialDate) -> TileMap:
    """Return the map of one organization: each state in the colour of its status on the date."""
    contents: dict[int, Content] = {}
    for status, spells in roster.now.items():
        for spell in spells:
            words = f"{spell.get_status_display().lower()}, {spell.time_in_words()}"
            contents.setdefault(spell.state_id, (str(status), "", words, spell.possible))
    return TileMap(states, on, contents, "not a member")


def by_number(
    states: Iterable[State], numbers: Mapping[int, int], on: PartialDate, center: State | None = None
) -> tuple[TileMap, list[Step]]:
    """Return the map of how many organizations each state is in; `numbers` maps states' keys to numbers.

    `center` is the state that the others are compared with, if there is one: it has no number.

    Returns (map, [(step, least, most)]): five steps between one and the largest number, as even as whole numbers are.
    """
    largest = max(numbers.values(), default=0)
    steps = steps_to(largest)
    contents: dict[int, Content] = {}
    for key, number in numbers.items():
        step = next((step for step, _, most in steps if number <= most), 0) if number else 0
        words = f"{number} organization{'' if number == 1 else 's'}"
        contents[key] = (f"step-{step}" if number else "", str(number) if number else "", words, False)
    if center is not None:
        contents[center.pk] = ("center", "", "the state of this page", False)
    return TileMap(states, on, contents, "no organization"), steps


def steps_to(largest: int, most: int = 5) -> list[Step]:
    """Return [(step, least, most)]: the whole numbers from 1 to the largest in at most five even steps.

    Fewer than five numbers get shades that are far apart: 1 and 5 for two numbers, 1, 3 and 5 for three.
    """
    count = min(most, largest)
    bounds = [round(largest * step / count) for step in range(count + 1)] if count else []
    shade = [1 + round(step * (most - 1) / max(count - 1, 1)) for step in range(count)]
    if count == 1:
        shade = [most]
    return [(shade[step], bounds[step] + 1, bounds[step + 1]) for step in range(count)]
