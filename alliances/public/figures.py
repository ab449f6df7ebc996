"""Figures that readers take along: the address of each, how high its frame is, and the picture of it as a file.

A picture is drawn by the macros that draw the page, from the same numbers, in 1200 × 675 with its title, date, source
and address inside: as SVG, or as PNG by resvg. Its style sheet is marks.css with the light colours of tokens.css.
"""

import base64
import hashlib
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import resvg_py
from django.template.loader import get_template
from django.utils.text import Truncator
from markupsafe import Markup

from alliances.models import Source
from alliances.public.charts.matrix import ExactSet, Matrix
from alliances.public.charts.timeline import Bar, Timeline
from alliances.public.charts.world import WorldMap
from alliances.publishing.page_address import PageAddress
from orgsite.fonts.files import static_instances

WIDTH, HEIGHT = 1200, 675
# Where the drawing stands in a picture, in pixels: below the title and its sentence, above source and address.
LEFT, TOP, ACROSS, DOWN = 48, 150, 1104, 430
# A sentence is broken after so many characters of 18 px, a title is set smaller after so many of 36 px.
LINE, LARGE_TITLE, LONGEST_TITLE = 130, 56, 84
# The least and the greatest distance between two rows.
TIGHT, LOOSE = 13.5, 26

LABELS = {
    "timeline": "Timeline",
    "map": "Map",
    "members": "Members over time",
    "overlaps": "Overlaps",
    "matrix": "Every state",
}
CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
STATIC = Path(__file__).resolve().parents[1] / "static" / "alliances"


@dataclass(frozen=True)
class Figure:
    """A figure of a page: `part` is its name in addresses, `home` the path that they begin with, `anchor` its place.

    `height` is that of its frame in pixels, enough in a column of 360 or 600 px. `table` is the anchor of its numbers.
    """

    part: str
    here: PageAddress
    home: str
    anchor: str
    height: int
    table: str = "rows"

    @property
    def label(self) -> str:
        """What the figure is called."""
        return LABELS[self.part]

    @property
    def link(self) -> str:
        """The permanent address of the figure on its page."""
        return f"{self.here.permanent}#{self.anchor}"

    @property
    def embed(self) -> str:
        """The address of the figure for a frame."""
        return self.here.beside(f"{self.home}embed/{self.part}/")

    @property
    def data(self) -> str:
        """The address of the same facts as a table."""
        return f"{self.here.beside(self.home)}#{self.table}"

    @property
    def files(self) -> list[tuple[str, str]]:
        """[(what the kind of file is called, its address)], none of what is a table."""
        if self.part == "matrix":
            return []
        return [(form.upper(), self.file(form)) for form in ("png", "svg")]

    def file(self, form: str) -> str:
        """Return the address of the picture as a file, "png" or "svg"."""
        return self.here.beside(f"{self.home}{self.part}.{form}")


# Heights of frames. Each was measured in a browser at 360 and 600 px; tests/browser/test_embeds.py holds them to it.
HEAD = 200


def height_of_timeline(chart: Timeline) -> int:
    """Return how high a frame with a timeline is: on a phone each name stands above its bar."""
    return HEAD + 120 + 42 * chart.rows + 40 * len(chart.groups)


def height_of_map(world: WorldMap) -> int:
    """Return how high a frame with a map is: the map in 600 px, its legend, its notes."""
    left, top, right, bottom = world.view
    return HEAD + 230 + round(600 * (bottom - top) / (right - left))


def height_of_overlaps(matrix: Matrix) -> int:
    """Return how high a frame with overlaps is: for each set words, a bar, and up to twelve names in 360 px."""
    return HEAD + 120 + sum(80 + 23 * (1 + min(each.size, 12) // 2) for each in matrix.sets)


def height_of_matrix(matrix: Matrix) -> int:
    """Return how high a frame with a table of states and organizations is."""
    return HEAD + 160 + 42 * (matrix.states + len(matrix.sets))


HEIGHT_OF_MEMBERS = HEAD + 470


class PictureRow(NamedTuple):
    """A row of a timeline in a picture: its place, and a state or an organization with its bars, or a group without."""

    y: float
    label: str
    bars: Sequence[Bar]
    group: bool = False


class PictureRows(NamedTuple):
    """The rows of a timeline that a picture has room for; `pitch`: from one to the next; `left_out`: without room."""

    rows: list[PictureRow]
    pitch: float
    left_out: int


def rows_of(chart: Timeline) -> PictureRows:
    """Place the rows of a timeline one under the other, closer where there are many; those without room are counted."""
    called = "name" if chart.side == "state" else "acronym"
    lines = [
        line
        for group in chart.groups
        for line in [
            PictureRow(0, f"{group.label} {len(group.rows)}", (), group=True),
            *(PictureRow(0, Truncator(getattr(row.thing, called)).chars(34), row.bars) for row in group.rows),
        ]
    ]
    room = int(DOWN / TIGHT) - 3  # The years stand above, what is left out below.
    kept = lines if len(lines) <= room else lines[:room]
    pitch = min(LOOSE, DOWN / (len(kept) + 3))
    placed = [row._replace(y=round(20 + number * pitch, 1)) for number, row in enumerate(kept)]
    return PictureRows(placed, round(pitch, 2), sum(not row.group for row in lines[len(kept) :]))


class PictureSets(NamedTuple):
    """The sets of a comparison that a picture has room for, as [(place, set)], and how many are left out."""

    sets: list[tuple[float, ExactSet]]
    left_out: int


def sets_of(matrix: Matrix) -> PictureSets:
    """Place the sets of a comparison that have a member one under the other."""
    room = int((DOWN - 60) / LOOSE)
    kept = matrix.overlaps[:room]
    placed = [(60.0 + number * LOOSE, each) for number, each in enumerate(kept)]
    return PictureSets(placed, len(matrix.overlaps) - len(kept))


@cache
def style() -> str:
    """Return the style sheet of a picture: marks.css with the colours of light paper."""
    tokens = (STATIC / "tokens.css").read_text("utf-8")
    light = tokens[: tokens.index("@media")]
    values = dict(re.findall(r"--([\w-]+): ([^;]+);", light))
    marks = re.sub(r"/\*.*?\*/\s*", "", (STATIC / "marks.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda found: values[found[1]], marks)


@cache
def style_hash() -> str:
    """Return the hash by which a Content-Security-Policy lets a browser apply the style sheet of a picture."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}'"


def credit(sources: Sequence[Source]) -> str:
    """Name the first two sources, and how many more there are."""
    if not sources:
        return "No source yet"
    named = [
        Truncator(source.publisher or source.title).chars(60)
        + (f" ({source.published[:4]})" if source.published else "")
        for source in sources
    ]
    named = list(dict.fromkeys(named))
    more = f" and {len(named) - 2} more" if len(named) > 2 else ""
    return f"{'Sources' if len(named) > 1 else 'Source'}: {'; '.join(named[:2])}{more}"


def draw(
    part: str, title: str, when: str, sentence: str, sources: Sequence[Source], address: str, context: Mapping[str, Any]
) -> str:
    """Return the picture of a figure as SVG. `context` has what its part draws: chart, map, counts or matrix."""
    title = Truncator(title).chars(LONGEST_TITLE)
    return get_template("figures/figure.svg").render(
        {
            **context,
            "part": part,
            "what": LABELS[part],
            "title": title,
            "title_size": 36 if len(title) <= LARGE_TITLE else 25,
            "when": when,
            "sentence": sentence,
            "lines": textwrap.wrap(sentence, LINE, max_lines=2, placeholder=" …"),
            "credit": Truncator(credit(sources)).chars(150),
            "address": re.sub(r"^https?://", "", address),
            "style": Markup(style()),  # noqa: S704  Our own file; a browser compares it with its hash.
            "left": LEFT,
            "top": TOP,
            "across": ACROSS,
            "down": DOWN,
        }
    )


def png(svg: str) -> bytes:
    """Return a picture as PNG: resvg draws it with the fonts of the site, and with none of the machine."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=WIDTH,
        height=HEIGHT,
        font_files=[str(path) for path in static_instances()],
        skip_system_fonts=True,
        sans_serif_family="Source Sans 3",
        serif_family="Source Serif 4",
        font_family="Source Sans 3",
    )
