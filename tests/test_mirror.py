"""The public site as files: every page of the sitemap, links that hold, only what changed is written."""

import json
import re
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.http import HttpResponse

from alliances.management import mirror
from alliances.models import Organization
from alliances.models.changeset import change_set
from alliances.public.views.states import StateDetail

from . import factories
from .examples import drill

pytestmark = pytest.mark.django_db
SITE = "https://testserver"


@pytest.fixture(autouse=True)
def cast():
    factories.organization("csto", founded="2002-10-07", name="Collective Security Treaty Organization")
    for code in ("UZB", "ARM"):
        spell = factories.spell("csto", factories.state(code).iso3, "2006-06-23")
        factories.cite("membership", spell, f"protocol-{code.lower()}", quote="accedes")


def make(folder):
    """Make the mirror; return what the command says at the end, and the problems."""
    out, err = StringIO(), StringIO()
    call_command("mirror", folder, "--site", SITE, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def soup(path):
    return BeautifulSoup(path.read_text(), "lxml")


def test_every_page_of_the_sitemap_is_a_file_and_every_link_holds(tmp_path, client):
    said, problems = make(tmp_path)
    assert problems == ""
    assert re.search(r"\b0 unchanged, 0 removed; [\d,]+ links checked, 0 dead", said)
    index = BeautifulSoup(client.get("/sitemap.xml").content, "xml")
    parts = [BeautifulSoup(client.get(each.text).content, "xml") for each in index.find_all("loc")]
    pages = [each.text.removeprefix("http://testserver") for part in parts for each in part.find_all("loc")]
    assert "/organizations/csto/" in pages
    assert [page for page in pages if not (tmp_path / mirror.file_of(page)).is_file()] == []
    for path in tmp_path.rglob("*.html"):  # Once more, and otherwise than the command does.
        for link in soup(path).find_all(["a", "link"], href=True):
            address, _, fragment = link["href"].partition("#")
            if not address.startswith(("https://", "http://", "mailto:")):
                target = (path.parent / address).resolve() if address else path
                assert target.is_file(), (path, link)
                assert not fragment or soup(target).find(id=fragment), (path, link)


def test_a_page_needs_no_server(tmp_path):
    make(tmp_path)
    page = soup(tmp_path / "organizations" / "csto" / "index.html")
    assert page.find("h1").get_text().strip().startswith("Collective Security Treaty Organization")
    assert {script.get("type") for script in page.find_all("script")} == {"application/ld+json"}
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("hx-")]
    assert all(form["action"].startswith(f"{SITE}/") for form in page.find_all("form"))
    assert page.find("a", href=re.compile(rf"^{SITE}/suggest/organization/csto"))
    assert page.find("link", rel="canonical")["href"].endswith("/organizations/csto/")
    assert page.find("a", href="../../states/uzb/index.html")
    assert "A copy of" in page.body.p.get_text()
    style = page.find("link", rel="stylesheet")["href"]
    assert (tmp_path / "organizations" / "csto" / style).resolve().read_text().strip()


@drill
def test_again_only_what_changed_is_written_and_what_is_gone_is_removed(tmp_path):
    make(tmp_path)
    before = json.loads((tmp_path / "manifest.json").read_text())["files"]
    said, _ = make(tmp_path)
    assert f"{len(before)} files: 0 written, {len(before)} unchanged, 0 removed" in said
    spell = Organization.objects.get().memberships.get(state__iso3="ARM")
    with change_set(reason="It never was one."):
        spell.citations.all().delete()
        spell.delete()
    extra = factories.organization("extra")
    make(tmp_path)
    assert (tmp_path / "organizations" / "extra" / "index.html").is_file()
    extra.delete()
    said, told = make(tmp_path)
    assert not (tmp_path / "organizations" / "extra" / "index.html").exists()
    assert "3 removed" in said  # Its page, its history and its map.
    # The history of the site names what is gone, and that leads to the site.
    assert "/changes/ links to /organizations/extra/, which is not there." in told
    changes = soup(tmp_path / "changes" / "index.html")
    assert changes.find("a", href=f"{SITE}/organizations/extra/")
    assert not changes.find("a", href="../organizations/extra/index.html")
    assert changes.find("a", href="../organizations/csto/index.html")
    said, _ = make(tmp_path)
    assert "files: 0 written" in said
    after = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert after["councils/index.html"] == before["councils/index.html"]
    assert after["organizations/csto/index.html"] != before["organizations/csto/index.html"]


def test_if_a_page_fails_nothing_is_written(tmp_path, monkeypatch):
    make(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    factories.organization("extra")
    monkeypatch.setattr(StateDetail, "get", lambda *args, **parts: HttpResponse(status=503))
    with pytest.raises(CommandError, match="Nothing was written"):
        make(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(CommandError, match="holds other things"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "index.html"),
        ("/organizations/csto/", "organizations/csto/index.html"),
        ("/memberships/?page=12", "memberships/index.page-12.html"),
        ("/feeds/changes/", "feeds/changes/index.xml"),
        ("/static/alliances/base.css", "static/alliances/base.css"),
        ("/memberships/?page=12&on=1999", None),
        ("/organizations/csto/?on=1999", None),
        ("/search/", None),
        ("/admin/", None),
        ("https://elsewhere.example/", None),
        ("mailto:somebody@example.org", None),
    ],
)
def test_which_file_an_address_is(address, name):
    assert mirror.file_of(address) == name
