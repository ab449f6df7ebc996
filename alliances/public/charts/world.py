"""The real map: the shapes of states on a date, each with its content, as plain numbers and paths.

Borders are today's. A former state is drawn as the union of what it became, but for what already has a content of its
own (Ukraine sat in the UN beside the Soviet Union). Shapes and their source: shapes.py.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived.roster import Roster
from alliances.models import Membership, State

from . import contents as of
from . import shapes
from .contents import CLASSES, Content, Shown, Step
from .shapes import Box

# How wide a map is drawn, in pixels: in a box beside the page, and on a page of its own.
SMALL, LARGE = 290, 1100
# No view is narrower than this, in units of the file (the world is 4000 wide): a state needs its neighbours.
NARROWEST = 500
MARGIN = 0.06
# The widest detail that may be lost, and the width of a dot, in pixels.
LOST = 0.6
DOT = 5


# What does not count as membership has an outline of its own colour.
OUTLINED = {status.value for status in Membership.Status if not status.binds}


class Part(NamedTuple):
    """A state of today that a former state is drawn with, and from when until when."""

    code: str
    since: str = dates.ALWAYS
    until: str = dates.NEVER


def _parts(codes: str, since: str = dates.ALWAYS, until: str = dates.NEVER) -> list[Part]:
    return [Part(code, since, until) for code in codes.split()]


# East Germany and South Yemen have no shape here: they stand beside the map. The Baltic states are drawn with the
# Soviet Union while it held them, and have no predecessor all the same (decision 0008).
ANNEXED = _parts("EST LTU LVA", "1940-08-06", "1991-09-06")
FORMER = {
    "SUN": [*_parts("ARM AZE BLR GEO KAZ KGZ MDA RUS TJK TKM UKR UZB"), *ANNEXED],
    "YUG": [*_parts("SRB MNE XKX"), *_parts("SVN HRV BIH MKD", until="1992-01-01")],
    "SCG": _parts("SRB MNE XKX"),
    "CSK": _parts("CZE SVK"),
}


class Area(NamedTuple):
    """One state on the map: its path, and the place of its dot if it needs one. `union`: of today's shapes."""

    shown: Shown
    path: str
    dots: tuple[tuple[float, float], ...]
    union: bool

    @property
    def height(self) -> int:
        """Which areas are drawn over which: an outline over its neighbours, a dot over the land around it."""
        if self.dots:
            return 4
        if not self.shown.exists:
            return 3
        return 2 if self.shown.fill in OUTLINED else 1 if self.shown.fill else 0

    @property
    def look(self) -> tuple[str, bool, bool]:
        """What areas have in common that look alike: their fill, whether that is only possible, whether a union."""
        return self.shown.fill, self.shown.possible, self.union


class WorldMap:
    """The world on a date, zoomed to the states whose keys are in `focus`; the whole world without them.

    `areas` are the states in view, in the order in which they are drawn; `other` is the path of the land
    of no state. `strip` are the states without a shape that existed, or have a content. `unit`: how long a pixel is.
    """

    def __init__(
        self,
        states: Iterable[State],
        on: PartialDate,
        contents: Mapping[int, Content],
        otherwise: str,
        drawn: int = LARGE,
        focus: Iterable[int] = (),
    ) -> None:
        self.on = on
        by_code = {state.iso3: state for state in states}
        unions = unions_on(by_code, on, contents)
        taken = {code for codes in unions.values() for code in codes}
        focus = set(focus)
        drawn_as = {code: unions.get(code, [code]) for code in by_code if code not in taken or code in unions}
        boxes = [
            shapes.homes()[part]
            for code, parts in drawn_as.items()
            for part in parts
            if by_code[code].pk in focus and part in shapes.homes()
        ]
        self.view = view_of(boxes)
        width = self.view.right - self.view.left
        self.step = next((step for step in shapes.STEPS if step * drawn / width <= LOST), 1)
        self.unit = width / self.step / drawn
        self.drawn = drawn
        self.strip: list[Shown] = []
        areas: list[Area] = []
        for code, parts in drawn_as.items():
            state, union = by_code[code], bool(unions.get(code))
            called = f"{state.name}, in today’s borders" if union else ""
            shown = of.shown(state, on, contents, otherwise, called)
            if not any(part in shapes.world().shapes for part in parts):
                # A former state without parts on that date is named only for what it has to say.
                if shown.fill or (shown.exists and state.kind == State.Kind.STATE and code not in FORMER):
                    self.strip.append(shown)
                continue
            dots = () if union else self._dots(code)
            area = Area(shown, self._path(parts), dots, union)
            if area.path or dots:
                areas.append(area)
        self.areas = sorted(areas, key=lambda area: area.height)
        self.other = self._path([shapes.OTHER])
        self.fills = {area.shown.fill for area in self.areas} | {shown.fill for shown in self.strip}
        self.fills.discard("")
        self.unions = [by_code[code].name for code, parts in unions.items() if parts]
        self.annexed = any(part.code in unions.get("SUN", ()) for part in ANNEXED)

    @property
    def view_box(self) -> str:
        """The part of the plane that is drawn, as SVG has it."""
        left, top, right, bottom = (value / self.step for value in self.view)
        return " ".join(f"{value:.5g}" for value in (left, top, right - left, bottom - top))

    @property
    def land(self) -> str:
        """One path of all land that has no content."""
        return self.other + "".join(area.path for area in self.areas if area.shown.exists and not area.shown.fill)

    @property
    def gone(self) -> str:
        """One path of the states that did not exist on the date."""
        return "".join(area.path for area in self.areas if not area.shown.exists)

    @property
    def looks(self) -> list[tuple[tuple[str, bool, bool], str, list[tuple[float, float]]]]:
        """Return [(look, one path of all areas that look so, their dots)] of the areas with a content."""
        alike: dict[tuple[str, bool, bool], list[Area]] = {}
        for area in self.areas:
            if area.shown.fill:
                alike.setdefault(area.look, []).append(area)
        return [
            (look, "".join(area.path for area in areas), [dot for area in areas for dot in area.dots])
            for look, areas in alike.items()
        ]

    def _path(self, codes: Iterable[str]) -> str:
        """Return the path of what these states have in view."""
        known = shapes.rings(self.step)
        return "".join(ring.path for code in codes for ring in known.get(code, ()) if not self.view.gap(ring.box))

    def _dots(self, code: str) -> tuple[tuple[float, float], ...]:
        """Return the place of a state's dot, if it needs one at this size and is in view."""
        place = shapes.world().dots.get(code)
        if place is None or shapes.extents().get(code, 0) / self.step > DOT * 1.5 * self.unit:
            return ()
        x, y = place
        return ((x / self.step, y / self.step),) if self.view.holds(Box(x, y, x, y)) else ()


def view_of(boxes: list[Box]) -> Box:
    """Return the view that holds all boxes: with a margin, twice as wide as high, within the world; or the world."""
    whole = shapes.world().box
    if not boxes:
        return whole
    found = boxes[0]
    for box in boxes[1:]:
        found = found.around(box)
    margin = MARGIN * found.extent
    width = max(found.right - found.left + 2 * margin, 2 * (found.bottom - found.top + 2 * margin), NARROWEST)
    height = width / 2
    if width >= whole.right or height >= whole.bottom - whole.top:
        return whole
    left = min(max((found.left + found.right - width) / 2, whole.left), whole.right - width)
    top = min(max((found.top + found.bottom - height) / 2, whole.top), whole.bottom - height)
    return Box(left, top, left + width, top + height)


def unions_on(by_code: Mapping[str, State], on: PartialDate, contents: Mapping[int, Content]) -> dict[str, list[str]]:
    """Return the former states that existed on a date, each with the codes that it is drawn with.

    Not with those that have a content of their own, nor with those that surely had become a state by then.
    """
    found: dict[str, list[str]] = {}
    now = dates.today().isoformat()
    there = [by_code[code] for code in FORMER if code in by_code and by_code[code].holds(on) != dates.Holds.NO]
    # In 1992, Yugoslavia and Serbia and Montenegro possibly existed: the one that has a content is drawn.
    for state in sorted(there, key=lambda state: state.pk not in contents):
        began = dates.begin_bounds(state.existed_from, now)[1]
        taken = {code for codes in found.values() for code in codes}
        drawn: list[str] = []
        found[state.iso3] = drawn
        for code, since, until in FORMER[state.iso3]:
            part = by_code.get(code)
            own = part is not None and (
                part.pk in contents or began < dates.begin_bounds(part.existed_from, now)[1] <= on.earliest
            )
            if not own and code not in taken and since <= on.latest and until > on.earliest:
                drawn.append(code)
    return found


def by_status(states: Iterable[State], roster: Roster, on: PartialDate, drawn: int = LARGE) -> WorldMap:
    """Return the map of one organization: each state by its status on the date, zoomed to those that are bound."""
    contents = of.of_statuses(roster)
    focus = [spell.state_id for spell in roster.binding] or list(contents)
    return WorldMap(states, on, contents, "not a member", drawn, focus)


def by_number(
    states: Iterable[State],
    numbers: Mapping[int, int],
    on: PartialDate,
    center: State | None = None,
    steps: list[Step] = CLASSES,
    drawn: int = LARGE,
) -> tuple[WorldMap, list[Step]]:
    """Return the map of how many organizations each state is in, and the steps of its colours, as tiles.py does."""
    return WorldMap(states, on, of.of_numbers(numbers, steps, center), "no organization", drawn), steps
