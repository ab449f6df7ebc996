"""Notes to colleagues: beside the form of any fact, on the desk while they are open, never public."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances import dates
from alliances.models import ChangeSet, Remark, kinds

from . import factories
from .examples import sample
from .test_suggestions import crowd

pytestmark = pytest.mark.django_db

NOTE = "The page number is of the French edition: Zanzibar-7."


@pytest.fixture
def spell():
    return factories.spell("csto", "UZB", "2006-06-23")


def write(client, kind, key, text=NOTE):
    return client.post(reverse("admin:alliances_remark_about", args=[kind, key]), {"text": text})


def notes_on(client, fact):
    """Return the panel of notes on the form of a fact."""
    return BeautifulSoup(client.get(fact.get_admin_url()).content, "lxml").find(id="remarks")


@pytest.mark.parametrize("kind", sample(sorted(kinds.codes()), every=4))
def test_every_page_of_the_desk_takes_a_note(editor, kind):
    crowd()
    fact = kinds.named(kind).model.objects.order_by("pk").first()
    response = write(editor, kind, fact.pk)
    assert response.headers["Location"] == f"{fact.get_admin_url()}#remarks"
    panel = notes_on(editor, fact)
    assert NOTE in panel.get_text()
    assert "1 open" in panel.summary.get_text()
    assert panel.has_attr("open")
    remark = Remark.objects.get()
    assert (remark.kind, remark.key, remark.author.username) == (kind, fact.pk, "editor")
    listed = editor.get(reverse("admin:alliances_remark_changelist")).content.decode()
    assert f'href="{fact.get_admin_url()}#remarks"' in listed


def test_contributors_write_notes_and_mark_them_as_done(contributor, spell):
    write(contributor, "membership", spell.pk)
    remark = Remark.objects.get()
    for word, done, folded in (("yes", True, True), ("no", False, False)):
        response = contributor.post(reverse("admin:alliances_remark_done", args=[remark.pk]), {"done": word})
        assert response.headers["Location"] == f"{spell.get_admin_url()}#remarks"
        remark.refresh_from_db()
        assert remark.done is done
        assert notes_on(contributor, spell).has_attr("open") is not folded


def test_a_note_is_no_change_of_the_fact(editor, spell):
    before = ChangeSet.objects.count()
    write(editor, "membership", spell.pk)
    assert ChangeSet.objects.count() == before


@pytest.mark.parametrize(
    ("text", "says"), [("", "it has no words"), (" \r\n", "it has no words"), ("a" * 2001, "it has 2,001 characters")]
)
def test_what_is_no_note_is_refused_in_words(editor, spell, text, says):
    response = editor.post(
        reverse("admin:alliances_remark_about", args=["membership", spell.pk]), {"text": text}, follow=True
    )
    assert says in response.content.decode()
    assert not Remark.objects.exists()


@pytest.mark.parametrize(("kind", "key"), [("membership", 0), ("waiver", 1), ("user", 1)])
def test_a_note_about_nothing_is_not_found(editor, spell, kind, key):
    assert write(editor, kind, key).status_code == 404


def test_markup_in_a_note_is_text(editor, spell):
    write(editor, "membership", spell.pk, "<script>alert(1)</script>\x07")
    assert Remark.objects.get().text == "<script>alert(1)</script>"
    for address in (spell.get_admin_url(), "/admin/", reverse("admin:alliances_remark_changelist")):
        page = editor.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_nobody_without_permission_writes_or_marks(spell):
    user = get_user_model().objects.create_user("guest", is_staff=True)
    guest = Client()
    guest.force_login(user)
    assert write(guest, "membership", spell.pk).status_code == 403
    remark = Remark.objects.create(kind="membership", key=spell.pk, text=NOTE, made=dates.now())
    assert guest.post(reverse("admin:alliances_remark_done", args=[remark.pk])).status_code == 403
    assert guest.get(reverse("admin:alliances_remark_changelist")).status_code == 403
    assert write(Client(), "membership", spell.pk).headers["Location"].startswith("/admin/login/")
    assert Remark.objects.count() == 1


@pytest.mark.parametrize("name", ["about", "done"])
def test_writing_is_no_link(editor, spell, name):
    args = ["membership", spell.pk] if name == "about" else [1]
    assert editor.get(reverse(f"admin:alliances_remark_{name}", args=args)).status_code == 405


def test_a_note_outlives_its_fact(editor, spell):
    write(editor, "membership", spell.pk)
    spell.delete()
    assert "a fact that is gone" in editor.get(reverse("admin:alliances_remark_changelist")).content.decode()
    remark = Remark.objects.get()
    response = editor.post(reverse("admin:alliances_remark_done", args=[remark.pk]), {"done": "yes"})
    assert response.headers["Location"] == reverse("admin:alliances_remark_changelist")
    assert editor.get("/admin/").status_code == 200


def test_the_list_asks_as_often_for_seven_notes_as_for_two(editor):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(reverse("admin:alliances_remark_changelist")).context["cl"].result_count
        return len(captured)

    def note(slug):
        spell = factories.spell(slug, "UZB", "1992")
        Remark.objects.create(kind="membership", key=spell.pk, text=NOTE, made=dates.now())

    note("csto")
    note("cis")
    two = queries()
    for each in range(5):
        note(f"other-{each}")
    assert queries() == two


def test_notes_never_stand_on_a_public_page(client):
    crowd()
    for kind in kinds.codes():
        for key in kinds.named(kind).model.objects.values_list("pk", flat=True):
            Remark.objects.create(kind=kind, key=key, text=NOTE, made=dates.now())
    for path in (
        "/",
        "/organizations/",
        "/organizations/csto/",
        "/organizations/csto/history/",
        "/states/",
        "/states/qaa/",
        "/memberships/",
        "/forces/",
        "/forces/csto-force-0/",
        "/councils/",
        "/councils/csto-council-0/",
        "/documents/",
        "/documents/csto-treaty-0/",
        "/sources/",
        "/sources/source-0/",
        "/compare/?organization=csto",
        "/changes/",
        "/feeds/changes/",
        "/disagreements/",
        "/sitemap-organization.xml",
        "/search/?q=french",
        "/search/suggestions/?q=french",
        "/suggest/organization/csto/",
        "/organizations/csto/?cite=ris",
        "/organizations/csto/embed/timeline/",
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        assert "Zanzibar" not in response.content.decode(), path
