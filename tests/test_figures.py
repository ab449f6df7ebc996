"""Pictures of figures as files: what is in them, that a PNG opens, what they refuse, where pages name them."""

import hashlib
import io
import re
from base64 import b64encode
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from alliances.public import figures

from . import factories

SVG = "{http://www.w3.org/2000/svg}"
TOGETHER = "organization=csto&organization=cis"
COMPARED = f"/compare/?{TOGETHER}"
PICTURES = [
    ("/organizations/csto/timeline", "Collective Security Treaty Organization", "/organizations/csto/"),
    ("/organizations/csto/map", "Collective Security Treaty Organization", "/organizations/csto/"),
    ("/organizations/csto/members", "Collective Security Treaty Organization", "/organizations/csto/"),
    ("/states/arm/timeline", "Armenia", "/states/arm/"),
    ("/states/arm/map", "Armenia", "/states/arm/"),
    ("/compare/overlaps", "CSTO, CIS", f"/compare/?{TOGETHER}"),
    ("/compare/map", "CSTO, CIS", f"/compare/?{TOGETHER}"),
    ("/compare/members", "CSTO, CIS", f"/compare/?{TOGETHER}"),
]


def query(path, **more):
    asked = [TOGETHER] if path.startswith("/compare/") else []
    return "?" + "&".join([*asked, *(f"{name}={value}" for name, value in more.items())])


def words(answer):
    """Return the visible words of a picture."""
    root = ElementTree.fromstring(answer.content)  # noqa: S314  Our own.
    return [" ".join("".join(each.itertext()).split()) for each in root.iter(f"{SVG}text")]


@pytest.mark.django_db
class TestAPicture:
    @pytest.mark.parametrize(("path", "title", "back"), PICTURES)
    def test_has_title_date_source_and_address_inside(self, client, facts, path, title, back):
        answer = client.get(f"{path}.svg{query(path, on='2009-01-01')}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/svg+xml"
        found = words(answer)
        assert any(each.startswith(title) for each in found)
        assert "1 January 2009" in found
        assert any(re.match(r"Sources?: ", each) for each in found)
        separator = "&" if "?" in back else "?"
        assert f"testserver{back}{separator}on=2009-01-01" in found

    @pytest.mark.parametrize(("path", "title", "back"), PICTURES)
    def test_opens_as_png_in_the_size_of_a_preview(self, client, facts, path, title, back):
        answer = client.get(f"{path}.png{query(path)}")
        assert answer.headers["Content-Type"] == "image/png"
        picture = Image.open(io.BytesIO(answer.content))
        picture.load()
        assert picture.size == (1200, 675)
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20)) > 20

    def test_is_the_same_drawing_as_on_the_page(self, client, facts):
        page = BeautifulSoup(client.get("/organizations/csto/").content, "lxml")
        picture = BeautifulSoup(client.get("/organizations/csto/timeline.svg").content, "xml")
        on_page = [rect["width"] for rect in page.select("table.affiliations svg.bars rect:not(.outline)")]
        in_file = [rect["width"] for rect in picture.find_all("rect") if str(rect.get("fill")).startswith("url(#fill-")]
        assert [width for width in in_file if width.endswith("%")] == on_page

    def test_may_be_loaded_by_other_sites_and_applies_only_its_own_styles(self, client, facts):
        answer = client.get("/organizations/csto/timeline.svg")
        style = BeautifulSoup(answer.content, "xml").style.text
        fingerprint = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{fingerprint}'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "var(" not in style

    def test_knows_only_styles_that_its_renderer_knows(self):
        assert not re.search(r":is\(|:not\(|@|\[", figures.style())

    @pytest.mark.parametrize("name", ["cite=bibtex", "view=all", "rows=all", "on=soon", "colour=red"])
    def test_refuses_what_it_cannot_be_asked(self, client, facts, name):
        answer = client.get(f"/organizations/csto/map.svg?{name}")
        assert answer.status_code == 400
        assert name.partition("=")[0] in answer.content.decode()

    def test_of_nothing_is_refused_in_words(self, client):
        factories.organization("csto")
        answer = client.get("/organizations/csto/timeline.png")
        assert answer.status_code == 400
        assert "nothing yet" in answer.content.decode()

    def test_of_what_is_not_there_is_404(self, client):
        assert client.get("/organizations/atlantis/map.png").status_code == 404

    def test_escapes_what_stands_in_names(self, client):
        name = 'Treaty & <b>"Union"</b>'
        factories.organization("csto", name=name, acronym="T&U")
        factories.spell()
        assert any(each.startswith(name) for each in words(client.get("/organizations/csto/map.svg")))


@pytest.mark.django_db
class TestAPage:
    @pytest.mark.parametrize("path", ["/organizations/csto/", "/states/arm/", COMPARED, "/organizations/csto/map/"])
    def test_names_a_picture_for_previews_that_opens(self, client, facts, path):
        page = BeautifulSoup(client.get(path).content, "lxml")
        address = page.select_one('meta[property="og:image"]')["content"]
        assert client.get(address.removeprefix("http://testserver")).headers["Content-Type"] == "image/png"

    @pytest.mark.parametrize("path", ["/organizations/csto/", "/states/arm/", COMPARED, "/organizations/csto/bodies/"])
    def test_has_a_bar_for_each_figure_whose_links_open(self, client, facts, path):
        page = BeautifulSoup(client.get(path).content, "lxml")
        bars = page.select(".figure-bar")
        assert bars
        for bar in bars:
            for link in bar.select("a"):
                assert client.get(link["href"].removeprefix("http://testserver")).status_code == 200, link["href"]
            assert "<script src=" in bar.code.text

    def test_of_a_large_table_has_the_map_first(self, client):
        factories.crowd(60, "un")
        page = BeautifulSoup(client.get("/organizations/un/").content, "lxml")
        assert page.select_one('meta[property="og:image"]')["content"].endswith("/organizations/un/map.png")


class TestRows:
    def test_that_find_no_room_are_counted(self):
        rows = [SimpleNamespace(thing=SimpleNamespace(name=str(number)), bars=[]) for number in range(99)]
        placed = figures.rows_of(SimpleNamespace(side="state", groups=[SimpleNamespace(label="Members", rows=rows)]))
        assert len(placed.rows) - 1 + placed.left_out == 99
        assert max(row.y for row in placed.rows) + placed.pitch <= figures.DOWN


@pytest.mark.django_db
def test_the_script_for_frames_is_for_everybody(client):
    answer = client.get("/embed.js")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "embedHeight" in answer.content.decode()
    assert len(answer.content) < 1024
