"""Addresses are promises: a thing that is renamed is found under every name that it had, in one step, for ever."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from alliances.admin.confirmation.base import preview_or_apply
from alliances.admin.confirmation.lookup_field import CodeOrNameField
from alliances.editing import rename as addresses
from alliances.models import ChangeSet, CollectiveForce, Council, Document, OldAddress, Organization
from alliances.models.old_address import AddressTaken

from . import factories
from .test_admin_edits import errors, typed

pytestmark = pytest.mark.django_db


def rename(thing, to):
    addresses.rename(type(thing).objects.get(pk=thing.pk), to, "Its name in Russian.")


@pytest.fixture
def csto():
    factories.spell("csto", "ARM", "2002-10-07")
    return Organization.objects.get()


@pytest.mark.parametrize(
    "path",
    ["", "history/", "embed/timeline/", "embed/map/", "?on=2008", "history/?page=1", "?on=2008&cite=bibtex"],
)
def test_an_old_address_leads_to_the_present_one_with_the_rest_of_the_path_and_the_query(client, csto, path):
    rename(csto, "odkb")
    response = client.get(f"/organizations/csto/{path}")
    assert (response.status_code, response.headers["Location"]) == (301, f"/organizations/odkb/{path}")
    # A browser that kept it for ever would go round in a circle when the old name is taken again.
    assert response.headers["Cache-Control"] == "no-cache"
    assert client.get(response.headers["Location"]).status_code == 200


def test_however_often_it_was_renamed_the_way_is_one_step(client, csto):
    for to in ("odkb", "csto-odkb", "cst-organization"):
        rename(csto, to)
    for old in ("csto", "odkb", "csto-odkb"):
        response = client.get(f"/organizations/{old}/")
        assert (response.status_code, response.headers["Location"]) == (301, "/organizations/cst-organization/")
    assert addresses.former(csto) == ["csto-odkb", "odkb", "csto"]


def test_a_thing_may_take_back_what_it_was_called(client, csto):
    rename(csto, "odkb")
    rename(csto, "csto")
    assert client.get("/organizations/csto/").status_code == 200
    assert client.get("/organizations/odkb/").headers["Location"] == "/organizations/csto/"
    assert [old.slug for old in OldAddress.objects.all()] == ["odkb"]


def cast():
    home = factories.organization("csto")
    return {
        "organizations": (home, "odkb"),
        "states": (factories.state("ROM", name="Romania"), "ROU"),
        "councils": (
            Council.objects.create(**factories.WHY, organization=home, slug="csc", name="C", level="supreme"),
            "csto-csc",
        ),
        "forces": (
            CollectiveForce.objects.create(
                **factories.WHY, organization=home, slug="crrf", name="CRRF", kind="rapid-reaction", established="2009"
            ),
            "csto-crrf",
        ),
        "documents": (
            Document.objects.create(**factories.WHY, organization=home, slug="cst-1992", title="Treaty", kind="treaty"),
            "tashkent-treaty",
        ),
        "sources": (factories.source("nyt-1991"), "nyt-1991-12-22"),
    }


@pytest.mark.parametrize("noun", ["organizations", "states", "councils", "forces", "documents", "sources"])
def test_everything_with_a_page_can_be_renamed(client, editor, noun):
    thing, to = cast()[noun]
    old = thing.get_absolute_url()
    name = thing._meta.model_name
    url = reverse(f"admin:alliances_{name}_rename", args=[thing.pk])
    assert url in editor.get(reverse(f"admin:alliances_{name}_change", args=[thing.pk])).content.decode()
    page = editor.post(url, {"to": to, "_preview": "1"})
    told = BeautifulSoup(page.content, "lxml")
    assert f"{old} will answer with 301 to /{noun}/{to.lower()}/, for ever." in told.get_text()
    assert told.find("del").get_text() == thing.address
    assert client.get(old).status_code == 200
    data = typed(page) | {"reason": "Its own name.", "_confirm": "1"}
    assert editor.post(url, data).status_code == 302
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (301, f"/{noun}/{to.lower()}/")
    assert ChangeSet.objects.first().reason == "Its own name."
    sitemap = client.get(f"/sitemap-{thing.KIND.code}.xml").content.decode()
    assert old not in sitemap
    assert f"/{noun}/{to.lower()}/" in sitemap


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("csto", "This is its address already."),
        ("nato", "Organization with this Slug already exists."),
        ("no spaces", "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
        ("ODKB", "Use lower-case letters: addresses are written so."),
        ("warsaw-pact", "“warsaw-pact” is an old address of “WP” and leads there for ever. Choose another one."),
        ("x" * 41, "Ensure this value has at most 40 characters (it has 41)."),
        ("", "This field is required."),
    ],
)
def test_what_is_no_address_or_is_another_ones_is_refused_beside_the_field(editor, csto, to, says):
    factories.organization("nato")
    rename(factories.organization("warsaw-pact", acronym="WP", name="WP"), "wp")
    url = reverse("admin:alliances_organization_rename", args=[csto.pk])
    page = editor.post(url, {"to": to, "reason": "Shorter.", "_confirm": "1", "seen": "x"})
    assert says in errors(page)
    assert typed(page)["to"] == to
    assert typed(page)["reason"] == "Shorter."
    csto.refresh_from_db()
    assert csto.slug == "csto"


def test_a_code_of_a_state_is_three_capital_letters(editor):
    state = factories.state("ROM")
    url = reverse("admin:alliances_state_rename", args=[state.pk])
    assert "Three capital letters" in errors(editor.post(url, {"to": "rou", "_preview": "1"}))


def test_a_new_thing_cannot_take_an_old_address(editor, csto):
    rename(csto, "odkb")
    url = reverse("admin:alliances_organization_add")
    data = typed(editor.get(url)) | {
        "slug": "csto",
        "name": "Another",
        "acronym": "AN",
        "kind": "forum",
        "founded": "2001",
        **factories.WHY,
    }
    assert "is an old address of “CSTO”" in errors(editor.post(url, data))
    with pytest.raises(AddressTaken), transaction.atomic():
        factories.organization("csto")
    with pytest.raises(AddressTaken), transaction.atomic():
        Organization.objects.bulk_create(
            [Organization(**factories.WHY, slug="csto", name="Another", acronym="AN", kind="forum", founded="2001")]
        )
    assert Organization.objects.get().slug == "odkb"


@pytest.mark.parametrize("write", ["save", "update", "bulk_update"])
def test_whatever_write_renames_it_the_old_address_leads_on(client, csto, write):
    csto.slug = "odkb"
    if write == "save":
        csto.save()
    elif write == "update":
        Organization.objects.update(slug="odkb")
    else:
        Organization.objects.bulk_update([csto], ["slug"])
    assert client.get("/organizations/csto/").headers["Location"] == "/organizations/odkb/"


def test_what_a_rehearsal_renames_leaves_no_old_address(client, csto):
    outcome = preview_or_apply(lambda: addresses.rename(csto, "odkb"))
    assert outcome.preview.in_numbers == "1 organization changed"
    assert not OldAddress.objects.exists()
    assert client.get("/organizations/csto/").status_code == 200


def test_the_old_address_of_what_was_deleted_is_not_found_and_is_free(client):
    home = factories.organization("eec")
    rename(home, "ec")
    home.delete()
    assert client.get("/organizations/eec/").status_code == 404
    assert factories.organization("eec").slug == "eec"
    assert client.get("/organizations/eec/").status_code == 200
    assert not OldAddress.objects.exists()


def test_an_address_that_nothing_ever_had_is_not_found(client, csto):
    rename(csto, "odkb")
    assert client.get("/organizations/atlantis/").status_code == 404
    assert client.get("/states/csto/").status_code == 404  # It was one of an organization.
    assert client.get("/organizations/odkb/history/?page=9").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "then"),
    [
        ("/memberships/", "organization=csto", "organization=odkb"),
        ("/memberships/", "organization=csto&state=ROM&on=2008", "organization=odkb&state=ROU&on=2008"),
        ("/states/", "organization=nato&organization=csto&match=all", "organization=nato&organization=odkb&match=all"),
        ("/compare/", "organization=csto&organization=odkb", "organization=odkb"),
        ("/organizations/", "state=ROM", "state=ROU"),
        ("/changes/", "organization=csto&from=2002", "organization=odkb&from=2002"),
        ("/feeds/changes/", "organization=csto", "organization=odkb"),
        ("/compare/embed/matrix/", "organization=csto", "organization=odkb"),
    ],
)
def test_an_old_code_in_a_filter_leads_to_the_present_one(client, csto, path, query, then):
    factories.organization("nato")
    rename(factories.state("ROM", name="Romania"), "ROU")
    rename(csto, "odkb")
    response = client.get(f"{path}?{query}")
    assert (response.status_code, response.headers["Location"]) == (301, f"{path}?{then}")
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("code", ["atlantis", "csto%00", "cst", "x" * 300, "ccsto"])
def test_a_code_that_nothing_ever_had_is_refused(client, csto, code):
    rename(csto, "odkb")
    assert client.get(f"/memberships/?organization={code}").status_code == 400


def test_the_desk_knows_a_thing_by_what_it_was_called(csto):
    rename(csto, "odkb")
    field = CodeOrNameField(Organization)
    assert [field.clean(text) for text in ("csto", "ODKB", "CSTO")] == [csto, csto, csto]
    with pytest.raises(ValidationError, match="There is no organization “atlantis” here"):
        field.clean("atlantis")


def test_only_who_may_publish_renames(client, django_user_model, csto):
    user = django_user_model.objects.create_user("contributor", is_staff=True)
    client.force_login(user)
    url = reverse("admin:alliances_organization_rename", args=[csto.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {"to": "odkb", "reason": "So.", "_confirm": "1"}).status_code == 403
    csto.refresh_from_db()
    assert csto.slug == "csto"
