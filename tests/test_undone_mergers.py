"""A merger of sources is undone wholly: what rested on the other source, its old addresses, notes and suggestions."""

import pytest

from alliances import dates
from alliances.editing import bulk
from alliances.editing.rename import rename
from alliances.history.dry_run import dry_run
from alliances.history.obstacles import RevertBlocked
from alliances.history.undo import bring_back, undo
from alliances.models import ChangeSet, Citation, OldAddress, Remark, Source, Suggestion
from alliances.models.changeset import change_set

from . import factories
from .test_history import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    """A source that was renamed once and is cited; a note and a suggestion are about it."""
    other = factories.source("first-name")
    rename(other, "second-name")
    factories.cite("membership", factories.spell(), "second-name")
    Remark.objects.create(kind="source", key=other.pk, text="Check page 3", made=dates.now())
    Suggestion.objects.create(kind="source", key=other.pk, title="Its title", made=dates.now())
    Remark.objects.create(kind="source", key=factories.source("kept").pk, text="Of its own", made=dates.now())
    return other


def merge(one="second-name", into="kept", reason="The same book."):
    """Merge one source into another, and return the change set."""
    with change_set(reason=reason):
        bulk.merge(Source.objects.get(key=one), Source.objects.get(key=into))
    return ChangeSet.objects.get(reason=reason)


def about():
    """Return what is about which source: {old address, note, suggestion or cited fact: key of the source}."""
    found = {old.slug: old.key for old in OldAddress.objects.filter(kind="source")}
    found |= {remark.text: remark.key for remark in Remark.objects.all()}
    found |= {suggestion.title: suggestion.key for suggestion in Suggestion.objects.all()}
    return found | {"spell": Citation.objects.get().source_id}


def test_an_undone_merger_gives_back_all_that_it_moved(other):
    before = about()
    made = merge()
    kept = Source.objects.get().pk
    assert about() == dict.fromkeys((*before, "second-name"), kept)
    undo(made, "They were two.")
    assert about() == before
    assert Source.objects.get(pk=other.pk).key == "second-name"
    assert unrecorded() == []


def test_an_undone_merger_can_be_done_again_and_undone_again(other):
    before = about()
    undo(merge())
    after_undo = ChangeSet.objects.first()
    undo(after_undo, "They are one, after all.")
    kept = Source.objects.get().pk
    assert about() == dict.fromkeys((*before, "second-name"), kept)
    undo(ChangeSet.objects.first())
    assert about() == before
    assert unrecorded() == []


def test_a_merged_source_that_is_brought_back_gets_its_old_addresses_and_notes(other):
    before = about()
    merge()
    kept = Source.objects.get().pk
    bring_back(Source, other.pk)
    assert about() == before | {"spell": kept}  # It was not deleted with the source, but moved: undo gives it back.


def test_a_note_that_was_removed_meanwhile_stays_removed(other):
    before = about()
    made = merge()
    Remark.objects.filter(text="Check page 3").delete()
    undo(made)
    assert about() == {name: key for name, key in before.items() if name != "Check page 3"}


def test_a_merger_is_undone_before_the_one_that_it_went_into(other):
    factories.source("third")
    before = about()
    with change_set(reason="It says why there is no source."):
        Citation.objects.get().membership.citations.update(source=factories.source("kept"))
    first, second = merge(), merge("kept", "third", "All one.")
    standing = about()
    with pytest.raises(RevertBlocked) as caught:
        undo(first)
    told = " ".join(caught.value.messages)
    assert "The note to colleagues “Check page 3” was moved to yet another source, by a command on" in told
    assert "(“All one.”): undo that first." in told
    assert about() == standing
    undo(second)
    undo(first)
    assert about() == before | {"spell": Source.objects.get(key="kept").pk}


def test_a_preview_moves_nothing(other):
    made = merge()
    standing = about()
    changes, _ = dry_run(lambda: undo(made))
    assert [(change.model, change.sign) for change in changes] == [(Source, "+"), (Citation, "~")]
    assert about() == standing
