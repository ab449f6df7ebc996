"""What was written can be taken back, restored and brought back, or the desk says what stands in the way."""

import pytest
from django.db import transaction

from alliances.history.dry_run import digest, dry_run
from alliances.history.obstacles import RevertBlocked
from alliances.history.revisions import Versions
from alliances.history.undo import bring_back, canonical, restore, undo
from alliances.models import (
    Chairmanship,
    ChangeSet,
    Citation,
    Council,
    Membership,
    Name,
    OldAddress,
    Organization,
    Relation,
    State,
    Waiver,
)
from alliances.models.changeset import change_set

from . import factories
from .test_history import unrecorded

pytestmark = pytest.mark.django_db

MODELS = [Organization, State, Council, Membership, Name, Relation, Chairmanship, Citation, Waiver]


def stored():
    """Return all that is stored of the facts, row by row."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


def written(reason="Corrected.", **kwargs):
    """Return the last change set, which must be the only one of that reason."""
    return ChangeSet.objects.get(reason=reason, **kwargs)


def refused(call, *args, **kwargs):
    """Return, as one text, what stands in the way; nothing was written."""
    before, sets = stored(), ChangeSet.objects.count()
    with pytest.raises(RevertBlocked) as caught:
        call(*args, **kwargs)
    assert stored() == before
    assert ChangeSet.objects.count() == sets
    return " ".join(caught.value.messages)


@pytest.fixture
def armenia():
    """Armenia's spell in the CSTO, with a source."""
    factories.organization("csto", founded="2002-10-07", name="Collective Security Treaty Organization")
    spell = factories.spell("csto", "ARM", "2002-10-07")
    factories.cite("membership", spell, "charter", locator="article 1")
    return spell


def froze(spell):
    """Let a member be frozen: one spell ends, another begins, in one change set."""
    with change_set(reason="Frozen."):
        spell.left, spell.left_reason = "2024-02-22", "status-change"
        spell.save()
        later = factories.spell("csto", "ARM", "2024-02-22", status="frozen")
        factories.cite("membership", later, "speech")
    return later


def test_a_change_of_status_is_undone_and_done_again(armenia):
    factories.source("speech")
    before = stored()
    later = froze(armenia)
    after = stored()
    sets = ChangeSet.objects.count()
    undo(written("Frozen."), "It was announced, not done.")
    assert stored() == before
    made = ChangeSet.objects.first()
    assert ChangeSet.objects.count() == sets + 1
    assert (made.undoes, made.kind) == (written("Frozen."), "edit")
    assert made.reason == "Undone: “Frozen”. It was announced, not done."
    undo(made)
    assert stored() == after
    assert Membership.objects.get(status="frozen").pk == later.pk
    assert unrecorded() == []


def test_only_the_fields_that_it_changed_go_back(armenia):
    with change_set(reason="Corrected."):
        Membership.objects.update(joined="2003", note="From 2003.")
    with change_set(reason="Checked."):
        Membership.objects.update(note="From 2003.", confidence="high")
    undo(written())
    spell = Membership.objects.get()
    assert (spell.joined, spell.note, spell.confidence) == ("2002-10-07", "", "high")


def test_a_field_that_was_changed_since_stands_in_the_way(armenia):
    with change_set(reason="Corrected."):
        Membership.objects.update(joined="2003", note="From 2003.")
    with change_set(reason="Better."):
        Membership.objects.update(joined="2004")
    told = refused(undo, written())
    assert "Arm, member of CSTO from 2004: “joined” changed since, by a command on" in told
    assert "(“Better.”): undo that first." in told
    undo(written("Better."))
    undo(written())
    assert Membership.objects.get().joined == "2002-10-07"


def test_what_is_as_it_was_needs_no_undo(armenia):
    with change_set(reason="Corrected."):
        Membership.objects.update(joined="2003")
    undo(written())
    told = refused(undo, written())
    assert "Nothing of this change set is left to undo" in told
    assert "It was undone by a command on" in told


def test_an_organization_comes_back_with_all_that_was_deleted_with_it():
    home = factories.crowd(2)
    Name.objects.create(**factories.WHY, organization=home, language="ru", text="ОДКБ")
    Waiver.objects.create(rule="no-source", organization=home, reason="Known.", waived_by="Editor")
    before = stored()
    with change_set(reason="Corrected."):
        for name in ("documents", "councils"):
            for each in getattr(home, name).all():
                for fact in [
                    *getattr(each, "actions", home.names.none()).all(),
                    *getattr(each, "chairmanships", home.names.none()).all(),
                ]:
                    fact.delete()
                each.delete()
        home.forces.all().delete()
        home.memberships.all().delete()
        home.delete()
    assert not Organization.objects.exists()
    entry = dry_run(lambda: undo(written()))[1]
    assert {change.what for change in entry.changes} == {"added"}
    assert not Organization.objects.exists()
    undo(written())
    assert stored() == before
    assert Organization.objects.search("одкб").get().forces.get(slug="csto-force-1").strengths.get().citations.exists()
    assert unrecorded() == []


def test_a_citation_that_was_moved_goes_back(armenia):
    other = factories.spell("csto", "UZB", "2006-06-23")
    with change_set(reason="Corrected."):
        Membership.objects.filter(pk=armenia.pk).update(**factories.WHY)
        citation = Citation.objects.get()
        citation.membership = other
        citation.save()
    assert not Membership.objects.get(pk=other.pk).unsourced
    undo(written())
    assert Citation.objects.get().membership == armenia
    assert Membership.objects.get(pk=other.pk).unsourced == factories.WHY["unsourced"]
    assert not Membership.objects.get(pk=armenia.pk).unsourced
    assert unrecorded() == []


def test_the_only_source_is_not_taken_away(armenia):
    with change_set(reason="Corrected."):
        factories.cite("membership", armenia, "treaty")
    Citation.objects.filter(source__key="charter").delete()
    told = refused(undo, written())
    assert told == (
        "Arm, member of CSTO from 7 October 2002 would stand without a source, and without a reason why there is none. "
        "Cite one, or say why not, first."
    )


def test_spells_exchange_which_of_them_goes_on():
    first = factories.spell("csto", "ARM", "2002-10-07", "2024-02-22")
    second = factories.spell("csto", "ARM", "2024-02-22", status="frozen")
    with change_set(reason="Corrected."):
        Membership.objects.filter(pk=second.pk).update(left="2025", joined="2024-06-01")
        Membership.objects.filter(pk=first.pk).update(left="", joined="2025")
    undo(written())
    assert list(Membership.objects.order_by("pk").values_list("joined", "left")) == [
        ("2002-10-07", "2024-02-22"),
        ("2024-02-22", ""),
    ]
    assert unrecorded() == []


def test_states_exchange_their_places_on_the_map():
    one, other = factories.state("ARM", tile_column=1, tile_row=1), factories.state("AZE", tile_column=2, tile_row=2)
    with change_set(reason="Corrected."):
        for state, place in ((one, 9), (other, 1), (one, 2)):
            State.objects.filter(pk=state.pk).update(tile_column=place, tile_row=place)
    undo(written())
    assert list(State.objects.order_by("pk").values_list("tile_column", flat=True)) == [1, 2]


def test_many_rows_written_at_once_are_undone_at_once(armenia, django_assert_max_num_queries):
    home = factories.organization("un")
    states = [factories.state(factories.code(number)) for number in range(500)]
    before = stored()
    with change_set(reason="A conference."):
        spells = Membership.objects.bulk_create(
            Membership(organization=home, state=each, joined="1945", **factories.WHY) for each in states
        )
        Membership.objects.filter(pk__in=[spell.pk for spell in spells]).update(note="Founder.")
    after = stored()
    with django_assert_max_num_queries(250):
        undo(written("A conference."))
    assert stored() == before
    with django_assert_max_num_queries(1250):  # Each spell is compared with the others of its state.
        undo(ChangeSet.objects.first())
    assert stored() == after
    assert unrecorded() == []


def test_a_very_large_change_set_is_not_undone(monkeypatch):
    monkeypatch.setattr("alliances.history.undo.MAX_VERSIONS", 2)
    with change_set(reason="Loaded."):
        factories.spell()
    assert "It wrote 3 versions of facts, and at most 2 are undone in one go." in refused(undo, written("Loaded."))


def test_what_was_entered_since_and_rests_on_it_stands_in_the_way():
    with change_set(reason="Corrected."):
        factories.organization("cis", name="CIS")
    with change_set(reason="Its members."):
        spell = factories.spell("cis", "ARM", "1991-12-21")
    told = refused(undo, written())
    assert (
        "CIS would go, but the membership “Arm, member of CIS from 21 December 1991” rests on it, entered by a" in told
    )
    assert "(“Its members.”): delete or undo that first." in told
    spell.delete()
    undo(written())
    assert not Organization.objects.exists()


def test_what_was_edited_since_is_not_thrown_away():
    with change_set(reason="Corrected."):
        factories.organization("cis", name="CIS")
    Organization.objects.verify()
    with change_set(reason="Its seat."):
        Organization.objects.update(seat="Minsk")
    told = refused(undo, written())
    assert "CIS would go, but “headquarters” changed since, by a command on" in told
    undo(written("Its seat."))
    undo(written())
    assert not Organization.objects.exists()


def test_a_waiver_goes_with_its_fact_and_comes_back_with_it():
    with change_set(reason="Corrected."):
        home = factories.organization("cis")
    Waiver.objects.create(rule="no-source", organization=home, reason="Known.", waived_by="Editor")
    undo(written())
    assert not Waiver.objects.exists()
    undo(ChangeSet.objects.first())
    assert Waiver.objects.get().organization == home
    assert unrecorded() == []


def test_what_a_deleted_fact_names_may_be_gone(armenia):
    with change_set(reason="Corrected."):
        armenia.delete()
    with change_set(reason="No such source."):
        Citation.objects.all().delete()
        factories.source("charter").delete()
    told = refused(undo, written())
    assert "charter: Arm, member of CSTO from 7 October 2002 names the source “charter”, which was deleted by" in told
    assert "(“No such source.”): bring that back first." in told
    undo(written("No such source."))
    undo(written())
    assert Membership.objects.get().citations.get().locator == "article 1"


def test_what_took_its_place_stands_in_the_way(armenia):
    with change_set(reason="Corrected."):
        armenia.delete()
    factories.spell("csto", "ARM", "2004")
    factories.state("AZE")
    assert "This state has an ongoing status in this organization. End that one first." in refused(undo, written())
    Membership.objects.update(left="2005")
    assert "a state has one status at a time" in refused(undo, written())
    Membership.objects.all().delete()
    Organization.objects.update(dissolved="2020")
    told = refused(undo, written())
    assert "Collective Security Treaty Organization (CSTO) dissolved 2020: say when this membership ended" in told


def test_the_life_of_an_organization_is_not_cut_under_its_spells(armenia):
    with change_set(reason="Corrected."):
        Organization.objects.update(founded="1992")
    factories.spell("csto", "UZB", "1992-05-15", "1999")
    told = refused(undo, written())
    assert "Uzb, member of CSTO from 15 May 1992 until 1999: This is before Collective Security" in told


def test_a_verification_is_undone(armenia):
    Membership.objects.verify()
    made = ChangeSet.objects.first()
    undo(made)
    assert Membership.objects.get().verified_on is None
    undo(ChangeSet.objects.first())
    assert Membership.objects.get().verified_on is not None


def test_an_undone_edit_is_verified_as_it_was(armenia):
    Membership.objects.verify()
    with change_set(reason="Corrected."):
        Membership.objects.update(joined="2003")
    assert Membership.objects.get().verified_on is None
    undo(written())
    assert Membership.objects.get().verified_on is not None
    assert unrecorded() == []


def test_an_address_that_undo_takes_away_leads_on(armenia):
    with change_set(reason="Corrected."):
        Organization.objects.update(slug="odkb")
    undo(written())
    assert Organization.objects.get().slug == "csto"
    address = OldAddress.objects.get()
    assert (address.kind, address.slug, address.key) == ("organization", "odkb", armenia.organization_id)
    undo(ChangeSet.objects.first())
    assert OldAddress.objects.get().slug == "csto"


def test_a_thing_is_restored_with_its_memberships_and_citations(armenia):
    home, then = armenia.organization, ChangeSet.objects.first()
    before = stored()
    with change_set(reason="Wrong page."):
        Organization.objects.update(seat="Minsk")
    froze(armenia)
    factories.spell("csto", "UZB", "2006-06-23")
    Citation.objects.filter(source__key="charter").update(locator="article 2")
    other = factories.spell("nato", "GRC", "1952-02-18")
    sets = ChangeSet.objects.count()
    restore(home, then, reason="All of it was a mistake.")
    now = stored()
    assert now["Citation"] == before["Citation"]
    assert now["Membership"] == [*before["Membership"], Membership.objects.filter(pk=other.pk).values().get()]
    assert Organization.objects.get(slug="csto").seat == ""
    assert ChangeSet.objects.count() == sets + 1
    assert ChangeSet.objects.first().reason.endswith(" All of it was a mistake.")
    undo(ChangeSet.objects.first())
    assert Membership.objects.filter(organization=home).count() == 3
    assert unrecorded() == []


def test_a_thing_alone_is_restored(armenia):
    then = ChangeSet.objects.first()
    Organization.objects.update(seat="Minsk")
    froze(armenia)
    restore(armenia.organization, then, with_belongings=False)
    assert Organization.objects.get().seat == ""
    assert Membership.objects.count() == 2
    assert "is as it was then" in refused(restore, armenia.organization, then, with_belongings=False)


def test_what_moved_away_comes_back(armenia):
    then = ChangeSet.objects.first()
    citation = Citation.objects.get()
    cis = factories.organization("cis")
    with change_set(reason="Confused."):
        Membership.objects.update(**factories.WHY)
        citation.membership, citation.organization = None, cis
        citation.save()
    assert "CIS would stand without a source" in refused(restore, armenia, then)
    factories.cite("organization", cis, "treaty")
    restore(armenia, then)
    assert Citation.objects.get(source__key="charter").membership == armenia
    assert unrecorded() == []


def test_before_its_first_version_there_is_nothing_to_restore(armenia):
    then = ChangeSet.objects.first()
    later = factories.organization("cis")
    assert "did not exist then" in refused(restore, later, then)


def test_a_verification_outlives_a_restored_note(armenia):
    then = ChangeSet.objects.first()
    Membership.objects.update(note="Signed in Tashkent.")
    Membership.objects.verify()
    restore(armenia, then)
    spell = Membership.objects.get()
    assert (spell.note, bool(spell.verified_on)) == ("", True)


def test_a_deleted_fact_is_brought_back_with_what_went_with_it(armenia):
    before, key = stored(), armenia.pk
    with change_set(reason="Doubled."):
        armenia.delete()
        factories.spell("cis", "ARM", "1991-12-21")
    factories.spell("nato", "GRC", "1952-02-18")
    bring_back(Membership, key, "It was not.")
    assert Membership.objects.get(pk=key).citations.get().locator == "article 1"
    assert Membership.objects.count() == 3
    assert stored()["Citation"] == before["Citation"]
    assert ChangeSet.objects.first().reason == "Brought back. It was not."
    assert "not among the deleted facts" in refused(bring_back, Membership, key)
    assert unrecorded() == []


def test_a_source_brings_no_citations_of_facts_that_stay_gone(armenia):
    source = factories.source("charter")
    key = source.pk
    with change_set(reason="Corrected."):
        armenia.delete()
        source.delete()
    bring_back(type(source), key)
    assert not Citation.objects.exists()


def test_two_versions_are_compared_with_memberships_and_citations(armenia):
    home, then = armenia.organization, ChangeSet.objects.first()
    froze(armenia)
    Organization.objects.update(seat="Minsk")
    versions = Versions(home)
    told = versions.difference(versions.after(then), versions.now())
    assert [(each.what, each.kind, str(each.fact)) for each in told] == [
        ("changed", "organization", "Collective Security Treaty Organization (CSTO)"),
        ("changed", "membership", "Arm, member of CSTO from 7 October 2002 until 21 February 2024"),
        ("added", "membership", "Arm, frozen member of CSTO from 22 February 2024"),
        ("added", "citation", "speech: Arm, frozen member of CSTO from 22 February 2024"),
    ]
    assert [(each.label, each.before, each.after) for each in told[1].differences] == [
        ("left", "–", "2024-02-22"),
        ("why it ended", "–", "Change of status"),
    ]
    back = versions.difference(versions.now(), versions.after(then))
    assert [each.what for each in back] == ["changed", "changed", "removed", "removed"]
    assert versions.difference(versions.now(), versions.now()) == []


def test_a_preview_that_would_write_something_else_has_another_digest(armenia):
    with change_set(reason="Corrected."):
        Membership.objects.update(joined="2003", note="From 2003.")
    first, entry = dry_run(lambda: undo(written()))
    assert [each.label for each in entry.changes[0].differences] == ["note", "joined"]
    assert digest(canonical(first)) == digest(canonical(dry_run(lambda: undo(written()))[0]))
    Membership.objects.update(confidence="high")
    assert digest(canonical(first)) == digest(canonical(dry_run(lambda: undo(written()))[0]))
    Membership.objects.update(note="")
    assert digest(canonical(first)) != digest(canonical(dry_run(lambda: undo(written()))[0]))


def test_what_is_refused_inside_a_change_set_leaves_the_rest_of_it(armenia):
    with change_set(reason="Corrected."):
        Membership.objects.update(joined="2003")
    Membership.objects.update(joined="2004")
    with change_set(reason="Goes on."):
        with pytest.raises(RevertBlocked), transaction.atomic():
            undo(written())
        Membership.objects.update(note="kept")
    assert written("Goes on.").reason == "Goes on."
    assert unrecorded() == []
