"""The editors' desk opens, finds things in any script, and asks the database as often for seven rows as for two."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances import dates
from alliances.admin.desk_admin import DeskAdmin
from alliances.models import AuditEntry, Draft, Name, Remark, Suggestion, Waiver, kinds
from alliances.models.changeset import change_set

from . import factories
from .examples import sample

pytestmark = pytest.mark.django_db

# The audit log is for administrators (test_lock_out.py).
MODELS = [
    model._meta.model_name
    for model in admin.site._registry
    if model._meta.app_label == "alliances" and model is not AuditEntry
]


def test_no_base_of_the_desk_overrides_another():
    """In what order a form is answered stands in DeskAdmin, and not in the order of its bases."""
    names = Counter(name for base in DeskAdmin.__bases__ for name in vars(base) if not name.startswith("__"))
    assert names["tool_urls"] == names["history_view"] == 1
    assert [name for name, times in names.items() if times > 1] == []
    private = [name for name in vars(DeskAdmin) if name.startswith("_") and not name.startswith("__")]
    assert [name for name in private if name in names] == [], "helpers of the same name hide each other"


def lay_beside(fact):
    """Lay beside a fact what the desk keeps about it."""
    about = {"kind": fact.KIND.code, "key": fact.pk, "made": dates.now()}
    Suggestion.objects.create(**about, title=str(fact), wrong="The year.", right="1993", source="The treaty.")
    Remark.objects.create(**about, text="Check the year.")


@change_set()
def crowd(number):
    """Make a number of everything, with names and relations."""
    home = factories.crowd(number)
    for each in range(number):
        state = factories.state(factories.code(each))
        factories.cite("name", Name.objects.create(**factories.WHY, state=state, language="ru", text=f"Имя {each}"))
        Name.objects.create(**factories.WHY, organization=home, language="ru", text=f"ОДКБ {each}")
        other = factories.organization(f"other-{each}")
        home.relations.create(**factories.WHY, kind="part-of", other=other)
        spell = factories.spell(other.slug, "QAA", "1992")
        Waiver.objects.create(rule="no-source", membership=spell, reason="It is in the treaty.", waived_by="Editor")
        lay_beside(spell)
        keep_draft(home)
    return home


def keep_draft(home):
    """Keep a draft about an organization, by an author of its own."""
    author = get_user_model().objects.create_user(f"author-{Draft.objects.count()}")
    Draft.objects.create(kind="organization", key=home.pk, title="CSTO", author=author, kept=dates.now())


def test_every_model_stands_on_the_desk(editor):
    page = editor.get("/admin/").content.decode()
    for name in MODELS:
        assert f"/admin/alliances/{name}/" in page


def test_a_list_asks_as_often_for_seven_rows_as_for_two(editor):
    def queries(name):
        with CaptureQueriesContext(connection) as captured:
            response = editor.get(reverse(f"admin:alliances_{name}_changelist"))
        assert response.status_code == 200
        assert response.context["cl"].result_count > 0
        return len(captured)

    crowd(2)
    two = {name: queries(name) for name in MODELS}
    crowd_more = factories.crowd(5, "many")
    for each in range(5):
        Name.objects.create(**factories.WHY, organization=crowd_more, language="ru", text=f"Имя {each}")
        spell = factories.spell(f"far-{each}", "QAB", "1992")
        Waiver.objects.create(rule="no-source", membership=spell, reason="It is in the treaty.", waived_by="Editor")
        lay_beside(spell)
        crowd_more.relations.create(**factories.WHY, kind="part-of", other=factories.organization(f"far-{each}"))
        keep_draft(crowd_more)
    assert {name: queries(name) for name in MODELS} == two


# In an order in which nothing is protected.
DELETED = [
    "citation",
    "chairmanship",
    "forceparticipation",
    "forcestrength",
    "treatyaction",
    "provision",
    "name",
    "relation",
    "document",
    "council",
    "collectiveforce",
    "membership",
    "organization",
    "state",
]
FORMS = ["organization", "state", "council", "collectiveforce", "document", "membership", "source"]


@pytest.mark.parametrize("name", sample(FORMS, every=3))
def test_a_form_asks_as_often_for_seven_rows_of_its_inlines_as_for_two(editor, name):
    def queries(number):
        crowd(number)
        model = apps.get_model("alliances", name)
        thing = model.objects.order_by("pk").first()
        for each in range(number):
            state = factories.state(factories.code(200 + each))
            if name == "council":
                thing.chairmanships.create(**factories.WHY, state=state, began="2000")
            if name == "collectiveforce":
                thing.participations.create(**factories.WHY, state=state, since="2002")
                thing.strengths.create(**factories.WHY, number=each + 1, as_of="2014")
            if name == "document":
                thing.actions.create(**factories.WHY, state=state, action="signed", date="1992")
                thing.provisions.create(
                    **factories.WHY, organization=thing.organization, kind="function", text=f"F {each}"
                )
            if name == "membership":
                factories.cite("membership", thing, f"further-{each}")
            if name == "source":
                factories.cite("state", state, thing.key)
        with CaptureQueriesContext(connection) as captured:
            response = editor.get(reverse(f"admin:alliances_{name}_change", args=[thing.pk]))
        assert response.status_code == 200
        return len(captured)

    two = queries(2)
    with change_set():
        for label in DELETED:
            apps.get_model("alliances", label).objects.all().delete()
    assert queries(7) <= two + 1  # One more where the first row of something appears.


@pytest.mark.parametrize(
    "name",
    [name for name in MODELS if name not in {"citation", "draft", "waiver", "suggestion", "remark", "changeset"}],
)
def test_every_empty_form_opens(editor, name):
    assert editor.get(reverse(f"admin:alliances_{name}_add")).status_code == 200


def test_a_citation_is_added_at_its_fact(editor):
    citation = factories.cite("membership", factories.spell())
    assert editor.get(reverse("admin:alliances_citation_add")).status_code == 403
    page = editor.get(reverse("admin:alliances_citation_change", args=[citation.pk])).content.decode()
    assert citation.fact.get_admin_url() in page


def test_every_kind_of_fact_has_its_citations_on_its_form(editor):
    crowd(1)
    for kind in kinds.facts():
        page = editor.get(kind.model.objects.first().get_admin_url()).content.decode()
        assert 'name="citations-TOTAL_FORMS"' in page, kind.code
        assert 'name="cite_source"' in page, kind.code


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [
        ("organization", "ОДКБ", "CSTO"),
        ("organization", "одкб", "CSTO"),
        ("organization", "csto", "CSTO"),
        ("state", "turkiye", "Türkiye"),
        ("state", "Türkiye", "Türkiye"),
        ("state", "Турция", "Türkiye"),
        ("membership", "одкб turkiye", "Türkiye"),
        ("source", "nyt", "nyt-1991"),
        ("citation", "nyt", "nyt-1991"),
    ],
)
def test_search_finds_any_script_case_and_accents(editor, name, words, found):
    spell = factories.spell("csto", factories.state("TUR", name="Türkiye").iso3)
    Name.objects.create(**factories.WHY, organization=spell.organization, language="ru", type="acronym", text="ОДКБ")
    Name.objects.create(**factories.WHY, state=spell.state, language="ru", text="Турция")
    factories.cite("membership", spell, "nyt-1991")
    factories.spell("nato", "GRC", "1952-02-18")
    response = editor.get(reverse(f"admin:alliances_{name}_changelist"), {"q": words})
    assert response.context["cl"].result_count == 1
    assert found in BeautifulSoup(response.content, "lxml").find(id="result_list").get_text()


def test_search_boxes_of_forms_find_the_same(editor):
    factories.state("TUR", name="Türkiye")
    asked = {"app_label": "alliances", "model_name": "membership", "field_name": "state", "term": "turkiye"}
    assert [row["text"] for row in editor.get("/admin/autocomplete/", asked).json()["results"]] == ["Türkiye"]
    assert editor.get("/admin/autocomplete/", {**asked, "term": "a\x00b"}).json()["results"] == []


def test_a_search_box_offers_the_exact_acronym_or_code_first(editor):
    for slug, name in (("au", "African Union"), ("eu", "European Union"), ("un", "United Nations")):
        factories.organization(slug, name=name)
    factories.state("ARM", name="Zarm")
    factories.state("QQQ", name="Armxx")
    asked = {"app_label": "alliances", "model_name": "membership", "field_name": "organization", "term": "Un"}
    rows = [row["text"] for row in editor.get("/admin/autocomplete/", asked).json()["results"]]
    assert rows == ["United Nations (UN)", "African Union (AU)", "European Union (EU)"]
    asked |= {"field_name": "state", "term": "arm"}
    assert [row["text"] for row in editor.get("/admin/autocomplete/", asked).json()["results"]] == ["Zarm", "Armxx"]


@pytest.mark.parametrize("value", ["yes", "no", "else"])
@pytest.mark.parametrize("name", ["membership", "organization", "state", "chairmanship", "collectiveforce"])
def test_lists_are_narrowed_to_what_needs_work(editor, name, value):
    spell = factories.spell()
    factories.spell("nato", "GRC", "1952-02-18", left="1974")
    factories.cite("membership", spell)
    for parameter in ("sourced", "ongoing"):
        response = editor.get(reverse(f"admin:alliances_{name}_changelist"), {parameter: value})
        assert response.status_code == 200
        if name == "membership":
            assert response.context["cl"].result_count == {"yes": 1, "no": 1, "else": 2}[value]


@pytest.mark.parametrize("kind", ["membership", "organization", "state"])
def test_a_source_that_contradicts_is_no_source(editor, kind):
    spell = factories.spell()
    fact = spell if kind == "membership" else getattr(spell, kind)
    against = {"membership": ("joined", "2005"), "organization": ("founded", "1992"), "state": ("name", "Uzb.")}
    field, says = against[kind]
    listed = reverse(f"admin:alliances_{kind}_changelist")

    def found(value):
        return fact in editor.get(listed, {"sourced": value}).context["cl"].result_list

    factories.cite(kind, fact, "against", field=field, says=says)
    assert (found("yes"), found("no")) == (False, True)
    factories.cite(kind, fact, "for")
    assert (found("yes"), found("no")) == (True, False)


def test_lists_of_the_desk_do_not_spread_two_hundred_states_over_their_filters(editor):
    for each in range(30):
        factories.spell("un", factories.code(each))
    page = editor.get(reverse("admin:alliances_membership_changelist")).content.decode()
    assert len(re.findall(r'<li[^>]*>\s*<a href="\?', page)) < 40


def test_a_public_identity_is_given_once(editor):
    home = factories.organization("csto")
    url = reverse("admin:alliances_organization_change", args=[home.pk])
    field = BeautifulSoup(editor.get(url).content, "lxml").find(id="id_slug")
    assert field.has_attr("disabled")
    added = BeautifulSoup(editor.get(reverse("admin:alliances_organization_add")).content, "lxml")
    assert not added.find(id="id_slug").has_attr("disabled")


def test_a_fact_leads_to_its_public_page(editor):
    home = factories.organization("csto")
    page = editor.get(reverse("admin:alliances_organization_change", args=[home.pk])).content.decode()
    link = re.search(r'href="(/admin/r/[^"]+)" class="viewsitelink"', page)[1]
    assert editor.get(link).headers["Location"].endswith("/organizations/csto/")


def test_what_others_rest_on_cannot_be_deleted(editor):
    spell = factories.spell()
    url = reverse("admin:alliances_organization_delete", args=[spell.organization.pk])
    page = editor.post(url, {"post": "yes"})
    assert page.status_code == 200
    assert b"would require deleting the following protected related objects" in page.content
    spell.organization.refresh_from_db()


def test_editors_do_not_see_users_and_administrators_do(editor, client):
    assert editor.get("/admin/auth/user/").status_code == 403
    assert b"/admin/auth/" not in editor.get("/admin/").content
    user = get_user_model().objects.create_user("admin", is_staff=True)
    user.groups.add(Group.objects.get(name="administrators"))
    client.force_login(user)
    assert client.get("/admin/auth/user/").status_code == 200
    assert client.get("/admin/alliances/membership/").status_code == 200


def test_nobody_else_gets_in(client):
    response = client.get("/admin/alliances/membership/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")
