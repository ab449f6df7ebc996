"""The ways between the desk's pages: from a reader's page to the form, from what was saved to seeing and undoing it."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client

from alliances.models import ChangeSet

from . import factories
from .test_admin_edits import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def armenia():
    return factories.spell("csto", "ARM", "2002-10-07")


def soup(page):
    return BeautifulSoup(page.content, "lxml")


def links(part):
    return {link.get_text(): link["href"] for link in part.find_all("a")}


def test_after_saving_the_public_page_and_the_undoing_are_one_click_away(editor, armenia):
    url = armenia.get_admin_url()
    done = editor.post(url, typed(editor.get(url)) | {"joined": "2003", "_save": "1"}, follow=True)
    made = ChangeSet.objects.latest("pk")
    found = links(soup(done).find(class_="messagelist"))
    assert found["the public page"] == armenia.get_absolute_url()
    assert found["Undo it…"] == f"/admin/alliances/changeset/{made.pk}/undo/"
    assert editor.get(found["Undo it…"]).status_code == 200


def test_where_nothing_was_written_nothing_is_offered_to_be_undone(editor, armenia):
    url = armenia.get_admin_url()
    done = editor.post(url, typed(editor.get(url)) | {"change_reason": "", "_save": "1"}, follow=True)
    assert "Undo it…" not in links(soup(done).find(class_="messagelist"))


def test_who_works_at_the_desk_comes_from_wrong_to_the_form_and_readers_do_not(editor, armenia):
    address = f"/suggest/membership/{armenia.pk}/"
    assert links(soup(editor.get(address)).main)["open its form there"] == armenia.get_admin_url()
    readers = Client().get(address)
    assert "open its form there" not in links(soup(readers).main)
    assert "no-store" in readers.headers["Cache-Control"]


def test_the_first_page_finds_a_fact_in_the_lists_that_one_may_see(editor, armenia):
    form = soup(editor.get("/admin/")).find(class_="desk-find")
    found = {button.get_text(): button["formaction"] for button in form.find_all("button")}
    assert list(found) == ["Memberships", "Organizations", "States", "Documents", "Sources"]
    assert form["action"] == found["Memberships"]
    rows = soup(editor.get(found["Memberships"], {form.input["name"]: "arm csto"})).find(id="result_list").tbody("tr")
    assert [row.find("th").get_text() for row in rows] == ["Arm"]
    nobody = Client()
    nobody.force_login(get_user_model().objects.create_user("new", is_staff=True))
    assert soup(nobody.get("/admin/")).find(class_="desk-find") is None


def test_the_box_for_a_source_is_a_search_box_also_after_a_page_with_rows_was_opened(editor, armenia):
    editor.get(armenia.organization.get_admin_url())
    box = soup(editor.get(armenia.get_admin_url())).find(id="id_cite_source")
    assert "admin-autocomplete" in box["class"]
    assert "row-autocomplete" not in box["class"]


def test_every_page_about_a_fact_is_reached_by_the_same_road(editor, armenia):
    url = armenia.get_admin_url()
    editor.post(url, typed(editor.get(url)) | {"joined": "2003", "_save": "1"})
    made = ChangeSet.objects.latest("pk")
    for page, road in (
        ("/admin/alliances/membership/", ["Home"]),
        (url, ["Home", "Memberships"]),
        (f"{url.removesuffix('change/')}delete/", ["Home", "Memberships", "Arm, member of CSTO from 2003"]),
        (f"{url.removesuffix('change/')}history/", ["Home", "Memberships", "Arm, member of CSTO from 2003"]),
        (
            f"{url.removesuffix('change/')}history/{made.pk}/restore/",
            ["Home", "Memberships", "Arm, member of CSTO from 2003", "History"],
        ),
        ("/admin/alliances/changeset/", ["Home"]),
        (f"/admin/alliances/changeset/{made.pk}/undo/", ["Home", "Change sets", f"{made.made:%Y-%m-%d %H:%M} UTC"]),
    ):
        assert list(links(soup(editor.get(page)).find(class_="breadcrumbs"))) == road, page


def test_a_page_further_keeps_what_was_asked(rf):
    request = rf.get("/admin/alliances/changeset/deleted/", {"kind": "name", "q": "a&b", "page": "2"})
    page = Paginator(range(9), 3).get_page(2)
    context = {"page": page, "noun": "facts"}
    shown = BeautifulSoup(render_to_string("admin/alliances/includes/pager.html", context, request), "lxml")
    assert links(shown) == {"Previous": "?kind=name&q=a%26b&page=1", "Next": "?kind=name&q=a%26b&page=3"}
    assert " ".join(shown.get_text().split()) == "Previous Page 2 of 3, 9 facts Next"


def test_no_form_deletes_what_it_only_names(editor, armenia):
    page = soup(editor.get(armenia.get_admin_url()))
    assert page.select(".change-related")
    assert not page.select(".delete-related")


def test_who_proposes_is_not_offered_to_undo(armenia):
    client = Client()
    user = get_user_model().objects.create_user("contributor", is_staff=True)
    user.groups.add(Group.objects.get(name="contributors"))
    client.force_login(user)
    url = armenia.get_admin_url()
    sent = client.post(url, typed(client.get(url)) | {"joined": "2003", "_draft": "1"}, follow=True)
    assert list(links(soup(sent).find(class_="messagelist"))) == []
