"""The shapes of the world's states, as coarse as a map of a given size needs them.

They are in `world.json`, made from Natural Earth 1:50m (public domain) as corrected by Visionscarto for the view of the
United Nations (world-atlas 1.0.0, BSD-3-Clause, © Visionscarto, Philippe Rivière; it derives from world-atlas, ISC, ©
Michael Bostock), in the Equal Earth projection, turned by 11° so that the cut lies in the Bering Strait, and
simplified. `shapes` are SVG paths by ISO code, `other` the land of no state of ours, `dots` the places of small states;
29 of these have no shape. The file is read once a process, and each coarser version of it is made once.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

# Land that belongs to no state of ours; Antarctica is left out.
OTHER = "other"
# A part of a state farther away than this, in units of the file, is overseas: it does not widen a view.
OVERSEAS = 400
STEPS = (8, 4, 2, 1)

Point = tuple[int, int]


class Box(NamedTuple):
    """A rectangle, in units of the file."""

    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: "Box") -> "Box":
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def gap(self, other: "Box") -> float:
        """Return how far apart two boxes are, sideways or up and down; 0 where they touch."""
        across = max(self.left - other.right, other.left - self.right)
        return max(across, self.top - other.bottom, other.top - self.bottom, 0)

    def holds(self, other: "Box") -> bool:
        """Whether the other box is within this one."""
        return self.around(other) == self

    @property
    def extent(self) -> float:
        """The longer side."""
        return max(self.right - self.left, self.bottom - self.top)


class Ring(NamedTuple):
    """One closed line of a shape: the box that it fills, and its path, in units of its step."""

    box: Box
    path: str


class World(NamedTuple):
    """All shapes as points: by code, lists of rings; the places of small states; the box of the whole."""

    shapes: dict[str, list[list[Point]]]
    dots: dict[str, Point]
    box: Box


@lru_cache(maxsize=1)
def world() -> World:
    """Read the file."""
    data = json.loads(Path(__file__).with_name("world.json").read_text(encoding="utf-8"))
    shapes = {code: [_points(part) for part in path.split("M")[1:]] for code, path in data["shapes"].items()}
    dots = {code: (x, y) for code, (x, y) in data["dots"].items()}
    return World(shapes, dots, Box(0, data["top"], data["width"], data["top"] + data["height"]))


def _points(path: str) -> list[Point]:
    """Read "x yl dx dy …z": a first point, and from each point the way to the next."""
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    points: list[Point] = []
    x = y = 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def box_of(points: list[Point]) -> Box:
    """Return the box that points fill."""
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across), max(down))


@lru_cache(maxsize=len(STEPS))
def rings(step: int) -> dict[str, list[Ring]]:
    """Return all shapes on a grid of `step` units, without what vanishes on it.

    Points are moved to the grid, not picked from a line: neighbours keep the border that they share.
    """
    found = {}
    for code, lines in world().shapes.items():
        coarse = ((box_of(line), _thinned([(round(x / step), round(y / step)) for x, y in line])) for line in lines)
        found[code] = [Ring(box, _path(points)) for box, points in coarse if len(points) > 2]
    return found


def _thinned(points: list[Point]) -> list[Point]:
    """Leave out points that repeat the one before, or lie on the straight line between their neighbours."""
    kept: list[Point] = []
    for point in points:
        while kept and (point == kept[-1] or (len(kept) > 1 and _straight(kept[-2], kept[-1], point))):
            kept.pop()
        kept.append(point)
    while len(kept) > 2 and (kept[-1] == kept[0] or _straight(kept[-2], kept[-1], kept[0])):
        kept.pop()
    return kept


def _straight(one: Point, between: Point, other: Point) -> bool:
    """Whether three points are on one line; there and back is such a line, too."""
    return (between[0] - one[0]) * (other[1] - one[1]) == (between[1] - one[1]) * (other[0] - one[0])


def _path(points: list[Point]) -> str:
    """Write a closed line as SVG has it, in relative steps."""
    (x, y), *rest = points
    written = [f"M{x} {y}l"]
    for next_x, next_y in rest:
        dx, dy = next_x - x, next_y - y
        written.append(f"{'' if dx < 0 or len(written) == 1 else ' '}{dx}{'' if dy < 0 else ' '}{dy}")
        x, y = next_x, next_y
    return "".join([*written, "z"])


@lru_cache(maxsize=1)
def homes() -> dict[str, Box]:
    """Return the box of each state, and of its dot, without its parts overseas (French Guiana, Hawaii)."""
    found: dict[str, Box] = {}
    for code, lines in world().shapes.items():
        boxes = sorted(map(box_of, lines), key=lambda box: -box.extent)
        for box in boxes:
            home = found.setdefault(code, box)
            if home.gap(box) <= OVERSEAS:
                found[code] = home.around(box)
    for code, (x, y) in world().dots.items():
        dot = Box(x, y, x, y)
        found[code] = found.get(code, dot).around(dot)
    return found


@lru_cache(maxsize=1)
def extents() -> dict[str, float]:
    """Return how long the largest piece of each state is: a smaller one than a dot needs the dot."""
    return {code: max((box_of(line).extent for line in lines), default=0) for code, lines in world().shapes.items()}
