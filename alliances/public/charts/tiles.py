"""The map of tiles: every state on a grid that keeps neighbours together, all of one size.

Its places are in the facts (`tile_column`, `tile_row`). It is drawn in three parts, which stand side by side on a wide
screen and one under the other, in this order, on a phone, so that a tile stays large enough to be read and touched.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from alliances.dates import PartialDate
from alliances.derived.roster import Roster
from alliances.models import State

from . import contents as of
from .contents import CLASSES, Content, Step

ROWS = 21


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
    fill: str
    number: str
    words: str
    exists: bool
    possible: bool
    column: int
    row: int


class TileMap:
    """All states on a date, each with its content; `otherwise` are the words for states without one.

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
            tile = Tile(
                *of.shown(state, on, contents, otherwise), column=state.tile_column or 0, row=state.tile_row or 0
            )
            if state.tile_column is not None:
                placed.append(tile)
            elif tile.fill or (tile.exists and state.kind == State.Kind.STATE):
                self.strip.append(tile)
        self.parts = [
            (part, sorted((t for t in placed if part.first <= t.column <= part.last), key=lambda t: (t.row, t.column)))
            for part in PARTS
        ]
        self.fills = [tile.fill for _, tiles in self.parts for tile in tiles if tile.fill]
        self.fills += [tile.fill for tile in self.strip if tile.fill]


def by_status(states: Iterable[State], roster: Roster, on: PartialDate) -> TileMap:
    """Return the map of one organization: each state in the colour of its status on the date."""
    return TileMap(states, on, of.of_statuses(roster), "not a member")


def by_number(
    states: Iterable[State],
    numbers: Mapping[int, int],
    on: PartialDate,
    center: State | None = None,
    steps: list[Step] = CLASSES,
) -> tuple[TileMap, list[Step]]:
    """Return the map of how many organizations each state is in, and the steps of its colours.

    `numbers` maps states' keys to numbers; `center` is the state that the others are compared with.
    """
    return TileMap(states, on, of.of_numbers(numbers, steps, center), "no organization"), steps
