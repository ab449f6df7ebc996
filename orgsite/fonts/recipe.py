"""How a file is made of the variable font that a package brings: which letters, which weights, under which name.

First the letters, then the axes: the other way round it takes four times as long.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# What was made by another recipe is another file: the versions of these and the text of this module are its key.
PACKAGES = ("fontpkg-source-serif-4", "fontpkg-source-sans-3", "fonttools", "brotli")


@dataclass(frozen=True)
class Typeface:
    """A family as its package names it, and as we do.

    The licence (OFL) keeps the name “Source” for fonts that nobody changed, so what we publish has a name of its own.
    pinned: axes of which one place is taken. Headings and lead are 17 to 38 px; the size they are drawn for is 20.
    """

    code: str
    original: str
    name: str
    pinned: dict[str, float] = field(default_factory=dict)


SERIF = Typeface("serif", "Source Serif 4", "Site Serif", {"opsz": 20})
SANS = Typeface("sans", "Source Sans 3", "Site Sans")
TYPEFACES = (SERIF, SANS)

WEIGHTS = (400, 700)  # The lightest and the boldest that CSS may ask for, and anything between.
STATIC_WEIGHTS = {"regular": 400, "semibold": 600}


@dataclass(frozen=True)
class Subset:
    """The letters of one file, written as CSS writes them, and what it knows to do with them (OpenType features)."""

    unicode_range: str
    features: tuple[str, ...] = ("kern", "tnum")

    @property
    def characters(self) -> set[int]:
        """Return the code points."""
        return set(subset.parse_unicodes(self.unicode_range.replace("U+", "")))


# A browser loads a part only for a page that has one of its letters. tests/test_fonts.py holds them against the names
# in fixtures/. Forms that a language alone prefers (`locl`: Romanian, Bulgarian) make a quarter of the Cyrillic part.
SUBSETS = {
    # All of Europe's letters, those of Turkey and Azerbaijan, and single ones in native names; arrows and punctuation.
    "latin": Subset(
        "U+20-7E, U+A0-12B, U+12E-131, U+134-137, U+139-148, U+14A-165, U+168-17E, U+18F, U+1C2, U+1E6, U+1E7, "
        "U+218-21B, U+259, U+2B9, U+2BB, U+2BC, U+1D49, U+1E5A, U+1E5B, U+1E9E, U+1EC6, U+1EC7, U+2010-2014, "
        "U+2018-201A, U+201C-201E, U+2020-2022, U+2026, U+2030, U+2032, U+2033, U+2039, U+203A, U+20AC, U+2116, "
        "U+2190-2193, U+2212, U+2260, U+2264, U+2265, U+25A0, U+25B2, U+25B6, U+25B8, U+25BA, U+25BC, U+25BE, U+25C0, "
        "U+25C2, U+25CF, U+2713",
        ("kern", "tnum", "liga", "locl"),
    ),
    # Modern Greek.
    "greek": Subset("U+386, U+388-38A, U+38C, U+38E-3A1, U+3A3-3CE"),
    # Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian; Kazakh, Kyrgyz, Tajik, Uzbek, Mongolian, Tatar.
    "cyrillic": Subset(
        "U+400-45F, U+490-493, U+496-49B, U+4A0-4A3, U+4AE-4B3, U+4B6, U+4B7, U+4BA, U+4BB, U+4C0, U+4D8, U+4D9, "
        "U+4E2, U+4E3, U+4E8, U+4E9, U+4EE, U+4EF"
    ),
}


def original(typeface: Typeface) -> TTFont:
    """Open the upright variable font of a package; what is made of it says nothing of when."""
    return TTFont(io.BytesIO(fontpkg.path(typeface.original).read_bytes()), lazy=True, recalcTimestamp=False)


def cut(font: TTFont, letters: set[int], features: tuple[str, ...]) -> None:
    """Leave only these letters, and what they need."""
    options = subset.Options(layout_features=list(features), hinting=False, name_IDs=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the font another name; its copyright, trademark and licence stay."""
    names = font["name"]
    names.names = [name for name in names.names if name.nameID in {0, 7, 13, 14}]
    whole = f"{family} {style}"
    for number, text in {1: whole, 2: "Regular", 4: whole, 6: whole.replace(" ", ""), 16: family, 17: style}.items():
        names.setName(text, number, 3, 1, 0x409)
    if "STAT" in font:  # Names of places on the axes, which are gone.
        del font["STAT"]


def packed(font: TTFont, flavor: str | None = None) -> bytes:
    """Return the font as a file."""
    font.flavor = flavor
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def web_font(typeface: Typeface, part: Subset) -> bytes:
    """Return a WOFF2 of these letters in all weights that we use."""
    font = original(typeface)
    cut(font, part.characters, part.features)
    instancer.instantiateVariableFont(font, {**typeface.pinned, "wght": WEIGHTS}, inplace=True)
    rename(font, typeface.name, "Variable")
    return packed(font, "woff2")


def static_font(typeface: Typeface, style: str) -> bytes:
    """Return a TTF of one weight with the letters of all parts, under the name of the family that it was made of.

    It is for programs of this machine that find no weight in a variable font, and is not published. Only pairs of Latin
    letters are kerned: to sort out those of all scripts together takes three times as long.
    """
    latin, everything = SUBSETS["latin"], set().union(*(part.characters for part in SUBSETS.values()))
    font, kerned = original(typeface), original(typeface)
    cut(font, everything, ("tnum", "liga"))
    cut(kerned, latin.characters, ("kern",))
    place = {**typeface.pinned, "wght": STATIC_WEIGHTS[style]}
    for each in (font, kerned):
        instancer.instantiateVariableFont(each, place, inplace=True)
    font["GPOS"] = kerned["GPOS"]
    rename(font, typeface.original, style.capitalize())
    return packed(font)


WEB_FONTS: dict[str, Callable[[], bytes]] = {
    f"{typeface.code}-{name}.woff2": partial(web_font, typeface, part)
    for typeface in TYPEFACES
    for name, part in SUBSETS.items()
}
STATIC_FONTS: dict[str, Callable[[], bytes]] = {
    f"{typeface.code}-{style}.ttf": partial(static_font, typeface, style)
    for typeface in TYPEFACES
    for style in STATIC_WEIGHTS
}
