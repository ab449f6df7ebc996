"""Every fact has a source or says why it has none, on every path of a write; nothing is half stored."""

import contextlib

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from alliances.history.dry_run import apply_if_unchanged, dry_run
from alliances.middleware import one_change_set
from alliances.models import ChangeSet, Citation, Membership, Organization
from alliances.models.changeset import change_set
from alliances.models.sourcing import Unsourced

from . import factories
from .test_admin_edits import errors, typed

pytestmark = pytest.mark.django_db

SPELL = {"status": "member", "joined": "2002-10-07"}


@pytest.fixture
def armenia():
    """Armenia in the CSTO, which the charter says and nobody else."""
    spell = factories.spell("csto", "ARM", "2002-10-07")
    factories.cite("membership", spell, "charter")
    spell.refresh_from_db()
    return spell


def ends():
    return {"organization": factories.organization(), "state": factories.state("UZB")}


def moved(spell):
    citation = spell.citations.get()
    citation.membership = factories.spell("cis", "ARM", "1991-12-21")
    citation.save()


WRITES = {
    "save": lambda spell: Membership(**ends(), **SPELL).save(),
    "a blank instead of a word": lambda spell: Membership.objects.create(**ends(), **SPELL, unsourced=" \u00a0"),
    "create": lambda spell: Membership.objects.create(**ends(), **SPELL),
    "bulk_create": lambda spell: Membership.objects.bulk_create([Membership(**ends(), **SPELL)]),
    "the last citation deleted": lambda spell: spell.citations.get().delete(),
    "all citations deleted": lambda spell: spell.citations.all().delete(),
    "the last citation moved": moved,
    "the last citation made a dissent": lambda spell: spell.citations.update(field="joined", says="2003"),
    "a change set": lambda spell: change_set()(lambda: Membership.objects.create(**ends(), **SPELL))(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_no_write_leaves_a_fact_without_source_and_without_a_word_why(armenia, write):
    factories.organization("cis")
    ends()
    before = list(Citation.objects.values()), list(Membership.objects.values())
    with pytest.raises(Unsourced, match="Cite one, or fill in “why there is no source”"), transaction.atomic():
        write(armenia)
    assert (list(Citation.objects.values()), list(Membership.objects.values())) == before


def bare(spell):
    """Take the source and the reason from a spell, as a database from before the rule may have it."""
    QuerySet(Citation).filter(membership=spell)._raw_delete("default")
    QuerySet(Membership).filter(pk=spell.pk).update(unsourced="")
    return spell


class Refused(Exception):
    """What somebody raises inside a savepoint, for whatever reason."""


def note_refused():
    with contextlib.suppress(Refused), transaction.atomic():
        Membership.objects.update(note="Frozen, in fact.")
        raise Refused


def note_unlike_its_preview():
    assert not apply_if_unchanged(lambda: (Membership.objects.update(note="Frozen."), "1 changed"), "what I saw")[1]


@pytest.mark.parametrize("rolled_back", [note_refused, note_unlike_its_preview])
def test_what_was_rolled_back_is_not_held_to_the_rule(armenia, rolled_back):
    bare(armenia)
    with change_set(reason="The depositary says so."):
        rolled_back()
        Organization.objects.update(note="Founded in Tashkent.")
    assert list(Membership.objects.values_list("note", "unsourced")) == [("", "")]
    assert Organization.objects.get().note == "Founded in Tashkent."


@change_set()
def cited_no_more_and_then_refused(spell):
    spell.citations.all().delete()
    note_refused()


def test_what_was_written_before_a_savepoint_is_still_held_to_the_rule(armenia):
    with pytest.raises(Unsourced):
        cited_no_more_and_then_refused(armenia)
    assert armenia.citations.exists()


def test_a_form_that_the_database_refused_is_not_refused_again_for_what_it_did_not_store(editor):
    home = factories.crowd(1)
    bare(home.memberships.get())
    url = reverse("admin:alliances_organization_change", args=[home.pk])
    data = typed(editor.get(url)) | {"memberships-0-note": "x", "memberships-0-status": "frozen"}
    page = editor.post(url, data | {"councils-0-DELETE": "on"})
    assert "other facts rest on it" in errors(page)
    assert home.memberships.get().status == "member"


def test_a_file_with_a_fact_without_source_is_refused(armenia, tmp_path):
    path = tmp_path / "facts.json"
    Membership.objects.update(note="")
    with change_set():
        armenia.citations.all().delete()
        Membership.objects.update(unsourced="Its archive burnt.")
    path.write_text(
        serialize("json", Membership.objects.all(), use_natural_foreign_keys=True).replace("Its archive burnt.", "")
    )
    with pytest.raises(Unsourced):
        call_command("loaddata", path, verbosity=0)
    assert Membership.objects.get().unsourced == "Its archive burnt."


def test_the_word_why_goes_when_a_source_is_cited_and_is_needed_again_when_it_goes(armenia):
    assert armenia.unsourced == ""  # The fixture cited the charter after the spell had said why not.
    armenia.unsourced = "Nobody wrote it down."
    armenia.save()
    assert Membership.objects.get().unsourced == ""
    with change_set(reason="The charter does not say so."):
        armenia.citations.all().delete()
        Membership.objects.update(unsourced="The charter does not say so, and nothing else does.")
    assert ChangeSet.objects.first().reason == "The charter does not say so."
    assert not Citation.objects.exists()


def test_the_form_asks_for_a_source_or_a_word_and_keeps_what_was_typed(editor):
    home, state = factories.organization(), factories.state("UZB")
    url = reverse("admin:alliances_membership_add")
    data = typed(editor.get(url)) | {"organization": home.pk, "state": state.pk, **SPELL}
    page = editor.post(url, data)
    assert "Cite one, or fill in “why there is no source”" in errors(page)
    assert typed(page)["joined"] == "2002-10-07"
    assert not Membership.objects.exists()
    assert editor.post(url, data | {"unsourced": "Announced in the hall."}).status_code == 302
    assert Membership.objects.get().unsourced == "Announced in the hall."


def test_the_form_does_not_let_the_last_citation_go(editor, armenia):
    url = armenia.get_admin_url()
    data = typed(editor.get(url)) | {"citations-0-DELETE": "on"}
    assert "no source is cited for" in errors(editor.post(url, data))
    assert Citation.objects.count() == 1
    assert editor.post(url, data | {"unsourced": "The charter was misread."}).status_code == 302
    assert not Citation.objects.exists()


def test_the_page_of_a_citation_does_not_delete_the_last_one_either(editor, armenia):
    url = reverse("admin:alliances_citation_delete", args=[armenia.citations.get().pk])
    page = editor.post(url, typed(editor.get(url)), follow=True)
    assert "no source is cited for" in page.content.decode()
    assert Citation.objects.count() == 1


def test_a_dry_run_tells_what_would_be_written_and_writes_nothing(armenia):
    sets = ChangeSet.objects.count()

    def work():
        Organization.objects.filter(slug="csto").update(seat="Moscow")
        return "done"

    value, entry = dry_run(work)
    [change] = entry.changes
    assert (value, change.what, [(each.label, each.before, each.after) for each in change.differences]) == (
        "done",
        "changed",
        [("headquarters", "–", "Moscow")],
    )
    assert Organization.objects.get(slug="csto").seat == ""
    assert ChangeSet.objects.count() == sets
    assert dry_run(lambda: None) == (None, None)
    with pytest.raises(Unsourced):
        dry_run(armenia.citations.all().delete)
    assert armenia.citations.count() == 1


def test_who_may_only_propose_writes_no_fact_whatever_the_way(django_user_model, armenia):
    user = django_user_model.objects.create_user("contributor", is_staff=True)
    with pytest.raises(PermissionDenied), change_set(author=lambda: user):
        Organization.objects.update(seat="Moscow")
    assert Organization.objects.get().seat == ""


def test_what_is_rolled_back_is_held_to_no_rule():
    with change_set():
        Organization.objects.create(slug="csto", acronym="CSTO", name="CSTO", founded="2002")
        transaction.set_rollback(True)
    assert not Organization.objects.exists()


@pytest.mark.parametrize("status", [403, 409, 500])
def test_a_request_that_is_answered_with_a_refusal_stores_nothing(rf, django_user_model, armenia, status):
    def half_done(request):
        Organization.objects.update(seat="Moscow")
        return HttpResponse(status=status)

    request = rf.post("/")
    request.user = django_user_model(username="nobody", is_superuser=True, is_staff=True)
    request.user.save()
    assert one_change_set(None).process_view(request, half_done, (), {}).status_code == status
    assert Organization.objects.get().seat == ""
    assert not ChangeSet.objects.filter(author=request.user).exists()
