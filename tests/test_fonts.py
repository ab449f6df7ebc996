"""The fonts: made of their packages, found like any static file, small, and with the letters of our names."""

import io
import json
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from orgsite.fonts import files, recipe
from orgsite.fonts.finder import FontFinder

from .examples import drill
from .machines import environment

STYLES = settings.BASE_DIR / "alliances/static/alliances"
RULES = re.findall(r"@font-face \{\n(.*?)\n\}", (STYLES / "fonts.css").read_text(), re.DOTALL)
LARGEST = {
    "serif-latin.woff2": 36_000,
    "sans-latin.woff2": 31_000,
    "serif-cyrillic.woff2": 22_000,
    "sans-cyrillic.woff2": 17_000,
    "serif-greek.woff2": 13_000,
    "sans-greek.woff2": 10_000,
}
# The one letter of our names that neither typeface has; a font of the reader's system draws it: Азәрбајҹан.
NOT_DRAWN = {"ҹ"}


def opened(path):
    return TTFont(io.BytesIO(path.read_bytes()))


def font(name):
    return opened(files.made(name))


def letters(name):
    """Return the characters that a file draws."""
    return set(map(chr, font(name).getBestCmap()))


def names_in_fixtures():
    """Yield all names of states, organizations, forces, bodies and treaties, in any language."""
    for path in settings.BASE_DIR.glob("fixtures/0*.jsonl"):
        for line in path.read_text().splitlines():
            fact = json.loads(line)
            if fact["model"] != "alliances.source":
                fields = ("name", "official_name", "capital", "seat", "title", "text", "acronym")
                yield from (fact["fields"][field] for field in fields if fact["fields"].get(field))


def by_script(texts):
    """Return {part: the letters of Latin, Greek or Cyrillic in these texts}; ʻ and ᵉ count as Latin."""
    found = defaultdict(set)
    for letter in set("".join(texts)):
        script = unicodedata.name(letter, "").partition(" ")[0].lower().replace("modifier", "latin")
        if script in recipe.SUBSETS and letter.isalpha():
            found[script].add(letter)
    return found


@pytest.mark.parametrize("name", recipe.WEB_FONTS)
def test_a_font_is_found_where_pages_ask_for_it(name, client):
    assert finders.find(f"fonts/{name}") == str(files.made(name))
    answer = client.get(f"/static/fonts/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "font/woff2")
    assert b"".join(answer)[:4] == b"wOF2"


@pytest.mark.parametrize(
    "path", ["fonts/", "fonts/serif.woff2", "fonts/../files.py", "fonts/sans-regular.ttf", "serif-latin.woff2"]
)
def test_nothing_else_is_found(path):
    finder = FontFinder()
    assert (finder.find(path), finder.find(path, find_all=True)) == ([], [])


def test_all_are_collected_and_what_draws_pictures_is_not_published():
    collected = {path: storage.path(path) for path, storage in FontFinder().list(None)}
    assert collected == {f"fonts/{name}": str(files.made(name)) for name in recipe.WEB_FONTS}


def test_each_is_small_and_so_is_all_that_an_english_page_loads():
    sizes = {name: files.made(name).stat().st_size for name in recipe.WEB_FONTS}
    assert [name for name, size in sizes.items() if size > LARGEST[name]] == []
    # Headings are English; the native names below them are set in the sans.
    assert sum(sizes[name] for name in sizes if name.startswith("sans-") or name == "serif-latin.woff2") <= 90_000


@pytest.mark.parametrize("typeface", recipe.TYPEFACES, ids=lambda each: each.code)
def test_every_letter_of_our_names_is_drawn(typeface):
    used, missing = by_script(names_in_fixtures()), set()
    assert used.keys() == recipe.SUBSETS.keys()
    for script, asked in used.items():
        missing |= asked - letters(f"{typeface.code}-{script}.woff2")
    assert missing == NOT_DRAWN


@pytest.mark.parametrize(
    "language", ["ҐґЄєІіЇї", "ӘәҒғҚқҢңӨөҰұҮүҺһІі", "ҒғӢӣҚқӮӯҲҳҶҷ", "ЎўҚқҒғҲҳ", "ЂђЋћЏџЉљЊњЈј", "ЎўІі", "ЃѓЌќЅѕ"]
)
def test_languages_in_cyrillic_have_their_letters(language):
    for code in ("serif", "sans"):
        assert set(language) <= letters(f"{code}-cyrillic.woff2")


def test_a_page_asks_for_the_part_that_has_its_letters():
    stated = {}
    for rule in RULES:
        if loaded := re.search(r'url\("\.\./fonts/(.+?)"\)', rule):
            stated[loaded[1]] = recipe.Subset(re.search("unicode-range: (.+);", rule)[1]).characters
    assert stated.keys() == recipe.WEB_FONTS.keys()
    for name, characters in stated.items():
        drawn = set(font(name).getBestCmap())
        assert drawn <= characters
        assert len(drawn) > 0.94 * len(characters)


@pytest.mark.parametrize("code", ["serif", "sans"])
def test_no_letter_is_in_two_parts(code):
    parts = [letters(f"{code}-{part}.woff2") for part in recipe.SUBSETS]
    assert len(set().union(*parts)) == sum(map(len, parts))


@pytest.mark.parametrize("name", recipe.WEB_FONTS)
def test_weights_are_those_in_use_and_the_licence_is_kept(name):
    made = font(name)
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in made["fvar"].axes] == [("wght", 400, 700)]
    said = {number: made["name"].getDebugName(number) for number in (0, 1, 4, 6, 13, 16)}
    assert "Adobe" in said[0]
    assert "SIL Open Font License" in said[13]
    # The licence keeps this name for fonts that nobody changed.
    assert not [number for number in (1, 4, 6, 16) if "Source" in said[number]]


def test_every_family_that_tokens_name_is_declared():
    declared = {re.search('font-family: "(.+)"', rule)[1] for rule in RULES}
    used = re.findall(r"^  --(?:sans|serif): (.+);$", (STYLES / "tokens.css").read_text(), re.MULTILINE)
    assert set(re.findall('"(Site .+?)"', " ".join(used))) == declared
    assert [line.partition(",")[0] for line in used] == ['"Site Sans"', '"Site Serif"']


@drill
def test_the_style_sheet_is_what_the_metrics_give():
    from .font_faces import style_sheet

    assert (STYLES / "fonts.css").read_text() == style_sheet(), "python -m tests.font_faces writes it"


def test_programs_that_draw_find_two_weights_of_either_family_in_all_scripts():
    found = {}
    for path in files.static_instances():
        made = opened(path)
        assert "fvar" not in made
        assert set("Türkiye Ελλάδα Қазақстан") <= set(map(chr, made.getBestCmap()))
        found[made["name"].getBestFamilyName(), made["OS/2"].usWeightClass] = made["name"].getBestSubFamilyName()
    assert found == {
        ("Source Serif 4", 400): "Regular",
        ("Source Serif 4", 600): "Semibold",
        ("Source Sans 3", 400): "Regular",
        ("Source Sans 3", 600): "Semibold",
    }


def test_a_picture_is_drawn_in_them():
    from resvg_py import svg_to_bytes

    def drawn(family, weight):
        text = f"<text y='30' font-size='30' font-family=\"'{family}'\" font-weight='{weight}'>Ελλάδα, Қазақстан</text>"
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='300' height='40'>{text}</svg>"
        return svg_to_bytes(svg, skip_system_fonts=True, font_files=[str(path) for path in files.static_instances()])

    pictures = {drawn(family, weight) for family in ("Source Serif 4", "Source Sans 3") for weight in (400, 600)}
    assert len(pictures | {drawn("Nothing of the kind", 400)}) == 5


def test_two_processes_at_once_make_the_same_file_and_leave_nothing_behind(tmp_path):
    make = "import django; django.setup(); from orgsite.fonts import files; print(files.made('sans-greek.woff2'))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", make],
            cwd=settings.BASE_DIR,
            env=environment(
                DEBUG="1",
                DJANGO_SETTINGS_MODULE="orgsite.settings",
                STATIC_ROOT=str(tmp_path / "static"),
                PYTHONHASHSEED=str(seed),
            ),
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    said = {process.communicate(timeout=60)[0].strip() for process in started}
    made = tmp_path / "static-fonts" / files.recipe_key() / "fonts" / "sans-greek.woff2"
    assert said == {str(made)}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [made]
    # Machines side by side have to agree on it: its name in pages is a hash of it.
    assert made.read_bytes() == files.made("sans-greek.woff2").read_bytes()


def test_where_nothing_may_be_written_a_temporary_folder_does(tmp_path, settings, monkeypatch):
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("")
    settings.STATIC_ROOT = in_the_way / "static"
    monkeypatch.setitem(recipe.WEB_FONTS, "sans-greek.woff2", lambda: b"a font")
    made = files.made("sans-greek.woff2")
    assert made.read_bytes() == b"a font"
    assert made == files.made("sans-greek.woff2")
    assert tmp_path not in made.parents


def test_another_recipe_or_package_is_another_folder(monkeypatch):
    key = files.recipe_key()
    monkeypatch.setattr(files, "version", lambda name: "99")
    assert files.recipe_key() != key
