"""On the desk: versions are compared, restored and undone as the preview showed, by those who publish."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.models import ChangeSet, Citation, Membership, Organization, Waiver
from alliances.models.changeset import change_set
from alliances.models.fact_version import FactVersion

from . import factories
from .test_admin_edits import typed
from .test_history import unrecorded

pytestmark = pytest.mark.django_db

WHY = {"change_reason": "It was a mistake."}


def text(page):
    """Return what a page says, in one line."""
    return " ".join(BeautifulSoup(page.content, "lxml").find(id="container").get_text(" ").split())


def confirmed(editor, url, **changes):
    """Open a preview and confirm it as it was shown, with a reason."""
    page = editor.get(url)
    assert page.status_code == 200
    return editor.post(url, typed(page) | WHY | changes, follow=True)


@pytest.fixture
def armenia():
    factories.organization("csto", founded="2002-10-07", name="Collective Security Treaty Organization")
    spell = factories.spell("csto", "ARM", "2002-10-07")
    factories.cite("membership", spell, "charter", locator="article 1")
    with change_set(reason="Never a member."):
        Membership.objects.update(joined="2003")
    return spell


def address(name, *args):
    return reverse(f"admin:alliances_{name}", args=args)


def undoing(reason="Never a member."):
    return address("changeset_undo", ChangeSet.objects.get(reason=reason).pk)


def test_a_change_set_is_undone_from_the_history_and_done_again(editor, armenia):
    history = editor.get(address("organization_history", armenia.organization_id))
    url = undoing()
    assert f'href="{url}"' in history.content.decode()
    shown = text(editor.get(url))
    assert (
        "What would be written Changed, membership: Arm, member of CSTO from 7 October 2002 joined: 2003 → 2002-10-07"
        in shown
    )
    assert Membership.objects.get().joined == "2003"
    sets = ChangeSet.objects.count()
    page = confirmed(editor, url)
    assert Membership.objects.get().joined == "2002-10-07"
    assert ChangeSet.objects.count() == sets + 1
    made = ChangeSet.objects.first()
    assert (str(made.author), made.undoes.reason) == ("editor", "Never a member.")
    assert made.reason == "Undone: “Never a member”. It was a mistake."
    assert page.redirect_chain[0][0] == address("changeset_change", made.pk)
    assert "Done, as it was shown. Undo it…" in text(page)
    confirmed(editor, address("changeset_undo", made.pk))
    assert Membership.objects.get().joined == "2003"
    assert unrecorded() == []


def test_a_reason_is_asked_for(editor, armenia):
    page = confirmed(editor, undoing(), change_reason="  ")
    assert "Nothing was stored: say why." in text(page)
    assert Membership.objects.get().joined == "2003"


def test_a_preview_that_is_stale_does_nothing_and_is_shown_again(editor, armenia):
    form = typed(editor.get(undoing())) | WHY
    citation = factories.cite("organization", armenia.organization, "treaty")
    with change_set(reason="Moved."):
        Membership.objects.update(note="Signed.", joined="2002-10-07")
        Membership.objects.update(joined="2003", left="2024")
    assert editor.post(undoing(), form).status_code == 302  # What it undoes is what was shown.
    url = undoing("Moved.")
    form = typed(editor.get(url)) | WHY
    Membership.objects.update(note="")
    sets = ChangeSet.objects.count()
    page = editor.post(url, form)
    assert "Nothing was stored: what it would do has changed since this page was shown to you" in text(page)
    assert typed(page)["change_reason"] == WHY["change_reason"]
    assert typed(page)["seen"] != form["seen"]
    assert (Membership.objects.get().left, ChangeSet.objects.count()) == ("2024", sets)
    assert editor.post(url, typed(page)).status_code == 302
    assert Membership.objects.get().left == ""
    assert citation.organization.slug == "csto"


def test_what_stands_in_the_way_is_told_and_nothing_can_be_confirmed(editor, armenia):
    with change_set(reason="Better."):
        Membership.objects.update(joined="2004")
    page = editor.get(undoing())
    assert "What prevents it Arm, member of CSTO from 2004: “joined” changed since, by a command on" in text(page)
    assert "seen" not in typed(page)
    page = editor.post(undoing(), {"seen": "x", **WHY})
    assert "What prevents it" in text(page)
    assert Membership.objects.get().joined == "2004"


def test_two_versions_are_compared_and_one_is_restored(editor, armenia):
    home = armenia.organization
    first = ChangeSet.objects.order_by("pk")[2]
    assert Citation.history.get().change_set == first
    with change_set(reason="A new member."):
        factories.cite("membership", factories.spell("csto", "UZB", "2006-06-23"), "charter")
    page = editor.get(address("organization_compare", home.pk), {"earlier": first.pk, "later": "now"})
    told = text(page)
    assert "Changed, membership: Arm, member of CSTO from 2003 joined: 2002-10-07 → 2003" in told
    assert "Added, membership: Uzb, member of CSTO from 23 June 2006" in told
    assert "Added, citation: charter: Uzb" in told
    now = ChangeSet.objects.first().pk
    page = editor.get(address("organization_compare", home.pk), {"earlier": now, "later": now})
    assert "Nothing differs" in text(page)
    url = address("organization_restore", home.pk, first.pk)
    assert "Removed, membership: Uzb" in text(editor.get(url))
    confirmed(editor, url)
    assert Membership.objects.get().joined == "2002-10-07"
    assert Citation.objects.get().locator == "article 1"
    assert "there is nothing to restore" in text(editor.get(url))


@pytest.mark.parametrize("asked", ["x", "9" * 40, "-1", "\x00", "0"])
def test_a_version_that_is_not_is_said(editor, armenia, asked):
    page = editor.get(address("membership_compare", armenia.pk), {"earlier": asked, "later": asked})
    assert page.status_code == 200
    assert "There is no version" in text(page)
    assert editor.get(address("membership_restore", armenia.pk, 987654)).status_code == 404
    assert editor.get(f"/admin/alliances/changeset/{asked}/change/").status_code == 404


def test_where_nothing_is_recorded_nothing_is_compared_and_the_page_says_so(editor, armenia):
    Membership.history.all().delete()  # As a fact that came by SQL, past the ORM, has no version.
    Citation.history.all().delete()
    FactVersion.objects.all().delete()
    page = editor.get(address("membership_compare", armenia.pk))
    assert page.status_code == 404
    assert "Versions of Arm, member of CSTO from 2003 No version of it is recorded" in text(page)
    assert "Nothing is recorded." in text(editor.get(address("membership_history", armenia.pk)))


def test_a_fact_alone_is_restored(editor, armenia):
    first = ChangeSet.objects.order_by("pk").first()
    Organization.objects.update(seat="Minsk")
    confirmed(editor, address("organization_restore", armenia.organization_id, first.pk) + "?alone=yes")
    assert Organization.objects.get().seat == ""
    assert Membership.objects.get().joined == "2003"


def test_a_deleted_fact_is_found_and_brought_back(editor, armenia):
    key = armenia.pk
    Waiver.objects.create(rule="no-source", membership=armenia, reason="Known.", waived_by="Editor")
    factories.spell("nato", "GRC", "1952-02-18").delete()
    question = address("membership_delete", key)
    editor.post(question, typed(editor.get(question)) | {"post": "yes", "change_reason": "Doubled."})
    page = editor.get(address("deleted"))
    assert "Arm, member of CSTO from 2003 and 1 that went with it membership" in text(page)
    assert "Doubled." in text(page)
    assert "charter" not in text(page)
    assert "charter: Arm, member of CSTO" in text(editor.get(address("deleted"), {"kind": "citation"}))
    assert "Grc" not in text(editor.get(address("deleted"), {"q": "csto ARM"}))
    assert "Nothing was deleted that is of this kind" in text(
        editor.get(address("deleted"), {"q": "x\x00!", "kind": "name"})
    )
    assert "There is no kind" in text(editor.get(address("deleted"), {"kind": "x" * 500}))
    url = address("bring_back", "membership", key)
    assert f'href="{url}"' in page.content.decode()
    shown = text(editor.get(url))
    assert "Added, membership: Arm, member of CSTO from 2003 Added, citation: charter: Arm" in shown
    assert "1 finding of the rules that somebody let stand will stand again." in shown
    confirmed(editor, url)
    assert Membership.objects.get(pk=key).citations.get().locator == "article 1"
    assert Waiver.objects.get().membership_id == key
    assert "not among the deleted facts" in text(editor.get(url))
    assert editor.get(address("bring_back", "membership", 4711)).status_code == 404
    assert editor.get(address("bring_back", "user", 1)).status_code == 404
    assert unrecorded() == []


def test_change_sets_are_listed_found_and_told(editor, armenia):
    Membership.objects.verify()
    listing = address("changeset_changelist")
    rows = BeautifulSoup(editor.get(listing).content, "lxml").select("#result_list tbody tr")
    assert [cell.get_text() for cell in rows[1].find_all(["th", "td"])][1:] == ["—", "Edit", "Never a member.", "1"]
    assert len(rows) == ChangeSet.objects.count()
    for asked, number in (({"kind": "verification"}, 1), ({"q": "never a"}, 1), ({"q": "no such words"}, 0)):
        page = BeautifulSoup(editor.get(listing, asked).content, "lxml")
        assert len(page.select("#result_list tbody tr")) == number, asked
    confirmed(editor, undoing())
    assert (
        len(
            BeautifulSoup(
                editor.get(listing, {"author__id__exact": ChangeSet.objects.first().author_id}).content, "lxml"
            ).select("#result_list tbody tr")
        )
        == 1
    )
    told = text(editor.get(address("changeset_change", ChangeSet.objects.get(reason="Never a member.").pk)))
    assert "It was undone" in told
    assert "joined: 2002-10-07 → 2003" in told
    assert "It undid the change set of" in text(editor.get(address("changeset_change", ChangeSet.objects.first().pk)))


def test_a_very_large_change_set_is_told_in_numbers_and_not_undone(editor, monkeypatch):
    for module in ("history.undo", "admin.change_set", "admin.revert_preview"):
        monkeypatch.setattr(f"alliances.{module}.MAX_VERSIONS", 2)
    with change_set(reason="Loaded."):
        factories.spell()
    made = ChangeSet.objects.get()
    told = text(editor.get(address("changeset_change", made.pk)))
    assert "It wrote more than 2 versions of facts and is not undone in one go" in told
    assert "1 membership added" in told
    assert address("changeset_undo", made.pk) not in editor.get(address("changeset_change", made.pk)).content.decode()
    assert "at most 2 are undone in one go" in text(editor.get(address("changeset_undo", made.pk)))


def addresses(armenia, made):
    """Return the addresses that read, and those that put back."""
    home = armenia.organization_id
    reads = [
        address("organization_history", home),
        address("organization_compare", home),
        address("changeset_changelist"),
        address("changeset_change", made.pk),
        address("deleted"),
    ]
    puts = [
        address("changeset_undo", made.pk),
        address("organization_restore", home, made.pk),
        address("bring_back", "membership", armenia.pk),
    ]
    return reads, puts


def test_contributors_read_versions_and_put_nothing_back(client, armenia):
    user = get_user_model().objects.create_user("contributor", is_staff=True)
    user.groups.add(Group.objects.get(name="contributors"))
    client.force_login(user)
    reads, puts = addresses(armenia, ChangeSet.objects.get(reason="Never a member."))
    for url in reads:
        page = client.get(url)
        assert page.status_code == 200, url
        assert not re.search(r"/undo/|/restore/|/deleted/\w", page.content.decode()), url
    for url in puts:
        assert client.get(url).status_code == 403, url
        assert client.post(url, {"seen": "x", **WHY}).status_code == 403, url
    assert Membership.objects.get().joined == "2003"


def test_who_may_see_nothing_sees_no_version(client, armenia):
    reads, puts = addresses(armenia, ChangeSet.objects.get(reason="Never a member."))
    for url in reads + puts:
        assert client.get(url).status_code == 302, url
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))
    for url in reads + puts:
        assert client.get(url).status_code == 403, url


def test_nobody_edits_a_change_set(editor, armenia):
    made = ChangeSet.objects.first()
    assert editor.get("/admin/alliances/changeset/add/").status_code == 403
    assert editor.get(address("changeset_delete", made.pk)).status_code == 403
    assert editor.get(address("changeset_history", made.pk)).status_code == 302


def test_a_page_asks_as_often_for_seven_changes_as_for_one(editor, armenia):
    names = ["organization_history", "organization_compare", "changeset_changelist", "deleted"]

    def queries(name):
        args = [armenia.organization_id] if name.startswith("organization") else []
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(address(name, *args)).status_code == 200
        return len(captured)

    factories.cite("membership", factories.spell("csto", "UZB", "2006-06-23"), "charter").membership.delete()
    one = {name: queries(name) for name in names}
    for number in range(7):
        with change_set(reason=f"The {number}th."):
            spell = factories.spell("csto", factories.code(number), "2006-06-23")
            factories.cite("membership", spell, f"source-{number}")
        if number % 2:
            spell.delete()
    many = {name: queries(name) for name in names}
    assert {name: number for name, number in many.items() if number > one[name] + 1} == {}
