"""Why a fact has no source: asked at its field, said once on a page to readers."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from alliances.models import Membership, Organization

from . import factories
from .test_admin_edits import REASON, add_row, errors, typed

pytestmark = pytest.mark.django_db

BURNT = "Its archive burnt."


def field_errors(page):
    """Return {name of a field of the page itself: its messages}."""
    form = BeautifulSoup(page.content, "lxml")
    rows = [row for row in form.select(".form-row") if row.select_one(".errorlist") and row.name == "div"]
    return {row.select_one("textarea")["name"]: row.select_one(".errorlist").get_text() for row in rows}


def test_one_word_is_said_of_all_rows_of_a_page_that_have_no_source(editor):
    home = factories.organization("csto", founded="2002-10-07")
    factories.cite("organization", home, "charter")
    url = reverse("admin:alliances_organization_change", args=[home.pk])
    data = typed(editor.get(url))
    assert "memberships-__prefix__-unsourced" not in editor.get(url).content.decode()
    add_row(data, state=factories.state("ARM").pk, joined="2002-10-07")
    add_row(data, state=factories.state("KAZ").pk, joined="2002-10-07")
    add_row(data, state=factories.state("UZB").pk, joined="2006", cite_source=factories.source("speech").pk)
    page = editor.post(url, data)
    assert list(field_errors(page)) == ["why_unsourced"]
    assert "Arm, member of CSTO from 7 October 2002; Kaz, member" in field_errors(page)["why_unsourced"]
    assert not Membership.objects.exists()
    assert "successfully" not in page.content.decode()
    assert editor.post(url, typed(page) | {"why_unsourced": BURNT}).status_code == 302
    words = Membership.objects.order_by("state__iso3").values_list("state__iso3", "unsourced")
    assert list(words) == [("ARM", BURNT), ("KAZ", BURNT), ("UZB", "")]
    assert Organization.objects.get().unsourced == ""


def test_what_the_page_is_about_is_asked_for_at_its_own_field(editor):
    url = reverse("admin:alliances_organization_add")
    data = typed(editor.get(url)) | {"acronym": "NEW", "name": "New", "slug": "new", "kind": "forum", "founded": "1990"}
    assert list(field_errors(editor.post(url, data))) == ["unsourced"]
    add_row(data, state=factories.state("ARM").pk, joined="1992")
    assert sorted(field_errors(editor.post(url, data))) == ["unsourced", "why_unsourced"]
    assert editor.post(url, data | {"unsourced": "Announced in a hall.", "why_unsourced": BURNT}).status_code == 302
    assert Organization.objects.get().unsourced == "Announced in a hall."
    assert Membership.objects.get().unsourced == BURNT


def test_the_word_of_the_rows_is_not_said_of_what_the_page_is_about(editor):
    url = reverse("admin:alliances_organization_add")
    data = typed(editor.get(url)) | {"acronym": "NEW", "name": "New", "slug": "new", "kind": "forum", "founded": "1990"}
    add_row(data, state=factories.state("ARM").pk, joined="1992")
    page = editor.post(url, data | {"why_unsourced": BURNT})
    assert list(field_errors(page)) == ["unsourced"]
    assert not Organization.objects.exists()


@pytest.fixture
def citation():
    """The only source of Armenia in the CSTO."""
    return factories.cite("membership", factories.spell("csto", "ARM", "2002-10-07"), "charter")


def test_the_page_of_a_citation_says_where_to_cite_another(editor, citation):
    url = reverse("admin:alliances_citation_change", args=[citation.pk])
    data = typed(editor.get(url)) | {"field": "joined", "says": "2003", "change_reason": REASON}
    said = errors(editor.post(url, data))
    assert (
        "this is the only source of Arm, member of CSTO from 7 October 2002. First cite another on its own page" in said
    )
    citation.refresh_from_db()
    assert citation.says == ""


@pytest.mark.parametrize("way", ["delete", "list"])
def test_to_delete_the_last_citation_leads_to_the_fact(editor, citation, way):
    data = {"post": "yes", "change_reason": REASON}
    if way == "delete":
        url = reverse("admin:alliances_citation_delete", args=[citation.pk])
        page = editor.post(url, typed(editor.get(url)) | data, follow=True)
    else:
        url = reverse("admin:alliances_citation_changelist")
        data |= {"action": "delete_selected", "_selected_action": [citation.pk], "seen": typed(editor.get(url))["seen"]}
        page = editor.post(url, data, follow=True)
    message = BeautifulSoup(page.content, "lxml").select_one(".messagelist li")
    assert "no source is cited for Arm, member of CSTO" in message.get_text()
    assert "success" not in page.content.decode()
    assert message.a["href"] == citation.fact.get_admin_url()
    citation.refresh_from_db()


def test_a_page_says_each_word_once(client):
    for each in range(5):
        factories.spell("csto", factories.code(each), "2002-10-07", unsourced=BURNT)
    factories.cite("membership", factories.spell("csto", "UZB", "2006-06-23"))
    page = client.get("/organizations/csto/").content.decode()
    assert page.count(BURNT) == 1
    said = BeautifulSoup(page, "lxml").select_one("#no-source").get_text(" ")
    assert "Said of Qaa, member of CSTO from 7 October 2002; Qab" in " ".join(said.split())
    assert "and 2 other facts" in said
    assert "Uzb" not in said


def test_a_page_whose_facts_all_have_a_source_says_nothing(client):
    factories.cite("membership", factories.spell("csto", "UZB"))
    page = client.get("/memberships/").content.decode()
    assert "brief-2020" in page
    assert "no-source" not in page
