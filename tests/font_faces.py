"""Writes fonts.css: `python -m tests.font_faces > alliances/static/alliances/fonts.css`.

Until a font has come, its text stands in one that the reader's system has, stretched to the same width and height, so
that no line breaks elsewhere when it comes. The factors are computed from the widths of the letters of both.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import fontpkg
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from reportlab.pdfbase.pdfmetrics import stringWidth

from orgsite.fonts import recipe

# As our pages read: names, dates, sentences.
TEXT = """
Collective Security Treaty Organization. The CSTO has six members: Armenia (participation frozen since 22 February
2024), Belarus, Kazakhstan, Kyrgyzstan, Russia and Tajikistan. Uzbekistan withdrew in December 2012. North Atlantic
Treaty Organization: 32 members, most recently Sweden (7 March 2024). No member has left. Dissolved on 1 July 1991.
Members on its last day: 6. Sources, treaties, bodies and forces; who belongs to what, since when, and on whose word.
""".replace("\n", " ")


def width(font: TTFont, text: str = TEXT) -> float:
    """Return how long the text is in ems, without kerning."""
    names, advances = font.getBestCmap(), font["hmtx"].metrics
    return sum(advances[names[ord(letter)]][0] for letter in text) / font["head"].unitsPerEm


def packaged(family: str, weight: int, text: str = TEXT) -> float:
    """Return the width in a variable font that comes as a package, at its usual size."""
    font = TTFont(io.BytesIO(fontpkg.path(family).read_bytes()))
    usual = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    pinned = next((face.pinned for face in recipe.TYPEFACES if face.original == family), {})
    recipe.cut(font, set(map(ord, text)), ())
    return width(instancer.instantiateVariableFont(font, {**usual, **pinned, "wght": weight}), text)


def standard(name: str, text: str = TEXT) -> float:
    """Return the width in one of the standard fonts of PDF."""
    return stringWidth(text, name, 1)


@dataclass
class Beside:
    """A font of readers' systems: what CSS calls it there, and how wide the text is in it."""

    local: tuple[str, ...]
    width: Callable[[], float]


@dataclass
class Fallback:
    """A family of such fonts, its usual weight and its bold one."""

    name: str
    usual: Beside
    bold: Beside


# Liberation is as wide as Times and Arial, letter by letter; Helvetica as Arial. The last two are Android's.
FALLBACKS = {
    "serif": [
        Fallback(
            "Times",
            Beside(("Times New Roman", "TimesNewRomanPSMT", "Liberation Serif"), partial(standard, "Times-Roman")),
            Beside(
                ("Times New Roman Bold", "TimesNewRomanPS-BoldMT", "Liberation Serif Bold", "LiberationSerif-Bold"),
                partial(standard, "Times-Bold"),
            ),
        ),
        Fallback(
            "Noto",
            Beside(("Noto Serif", "NotoSerif"), partial(packaged, "Noto Serif", 400)),
            Beside(("Noto Serif Bold", "NotoSerif-Bold"), partial(packaged, "Noto Serif", 700)),
        ),
    ],
    "sans": [
        Fallback(
            "Arial",
            Beside(("Arial", "ArialMT", "Helvetica", "Liberation Sans"), partial(standard, "Helvetica")),
            Beside(
                ("Arial Bold", "Arial-BoldMT", "Helvetica Bold", "Liberation Sans Bold", "LiberationSans-Bold"),
                partial(standard, "Helvetica-Bold"),
            ),
        ),
        Fallback(
            "Roboto",
            Beside(("Roboto", "Roboto-Regular"), partial(packaged, "Roboto", 400)),
            Beside(("Roboto Bold", "Roboto-Bold"), partial(packaged, "Roboto", 700)),
        ),
    ],
}
# What bold text is on our pages; the systems' fonts have 700.
BOLD = 600


def loaded(typeface: recipe.Typeface, part: str) -> str:
    """Return the rule of a font that is loaded."""
    return f"""\
@font-face {{
  font-family: "{typeface.name}";
  src: url("../fonts/{typeface.code}-{part}.woff2") format("woff2");
  font-weight: {recipe.WEIGHTS[0]} {recipe.WEIGHTS[1]};
  font-display: optional;
  unicode-range: {recipe.SUBSETS[part].unicode_range};
}}
"""


def stretched(typeface: recipe.Typeface, fallback: Fallback, bold: bool) -> str:
    """Return the rule of a font of the reader's system, as wide and as high as ours."""
    beside = fallback.bold if bold else fallback.usual
    factor = packaged(typeface.original, BOLD if bold else 400) / beside.width()
    ours = recipe.original(typeface)
    em, lines = ours["head"].unitsPerEm, ours["hhea"]
    return f"""\
@font-face {{
  font-family: "{typeface.name} as {fallback.name}";
  src: {", ".join(f'local("{name}")' for name in beside.local)};
  font-weight: {"600 700" if bold else "400 500"};
  size-adjust: {factor:.1%};
  ascent-override: {lines.ascent / em / factor:.1%};
  descent-override: {-lines.descent / em / factor:.1%};
  line-gap-override: {lines.lineGap / em / factor:.0%};
}}
"""


def style_sheet() -> str:
    """Return fonts.css."""
    rules = [
        "/* The fonts, and what stands for them until they have come. tests/font_faces.py writes this, from\n"
        "   orgsite/fonts/recipe.py and the metrics of the fonts. */\n"
    ]
    for typeface in recipe.TYPEFACES:
        rules += [loaded(typeface, part) for part in recipe.SUBSETS]
        rules += [stretched(typeface, each, bold) for each in FALLBACKS[typeface.code] for bold in (False, True)]
    return "".join(rules)


if __name__ == "__main__":
    print(style_sheet(), end="")  # noqa: T201
