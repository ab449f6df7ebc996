"""A change set knows what it wrote, forgets what a savepoint takes back, and takes the turn to write once it writes."""

from threading import Thread

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alliances.history.dry_run import dry_run
from alliances.middleware import one_change_set
from alliances.models import ChangeSet, Membership, Organization, State
from alliances.models.changeset import (
    PATIENCE,
    DryRun,
    OpenChangeSet,
    change_set,
    current_change_set,
    dry_running,
    open_change_set,
    opened,
    serialize_writers,
)
from alliances.models.journal import Journal
from alliances.models.sourcing import Unsourced
from orgsite.databases import database_of

from . import factories

pytestmark = pytest.mark.django_db

by_turns = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


def rolled_back(work):
    """Do something in a savepoint that fails."""
    try:
        with transaction.atomic():
            work()
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


def asked_to_be_rolled_back(work):
    """Do something in a savepoint whose caller wants nothing of it."""
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def rolled_back_within_another(work):
    """Do something in a savepoint that is released, and fail in the one around it."""

    def inner():
        with transaction.atomic():
            work()

    rolled_back(inner)


WAYS = [rolled_back, asked_to_be_rolled_back, rolled_back_within_another]


@pytest.mark.parametrize("way", WAYS)
def test_a_journal_forgets_what_was_rolled_back_and_nothing_else(way):
    with transaction.atomic():
        journal = Journal()
        other = Journal()
        first = journal.note("first")
        with transaction.atomic():
            released = journal.note("released")
        notes = []
        way(lambda: notes.append(journal.note("lost")))
        other.note("of the other")
        last = journal.note("last")
        assert [note.stands for note in (first, released, *notes, last)] == [True, True, False, True]
        assert list(reversed(journal)) == ["last", "released", "first"]


@pytest.mark.parametrize("way", WAYS)
def test_facts_whose_writing_was_rolled_back_are_not_judged(way):
    spell = factories.spell()
    with change_set(reason="Tried."):
        way(lambda: Membership.objects.filter(pk=spell.pk).update(note="Lost."))
        assert open_change_set().written == set()
        assert current_change_set() is None
        Membership.objects.filter(pk=spell.pk).update(note="Kept.")
        assert open_change_set().written == {(Membership, spell.pk)}
    assert ChangeSet.objects.filter(reason="Tried.").count() == 1
    assert spell.history.first().change_set.reason == "Tried."


def test_a_check_that_was_rolled_back_is_made_again():
    spell = factories.spell()

    @change_set()
    def work():
        Membership.objects.filter(pk=spell.pk).update(unsourced="")
        with transaction.atomic():
            open_change_set().enforce_sourcing(lambda fact: "For now.")
            assert open_change_set().written == set()
            transaction.set_rollback(True)
        assert open_change_set().written == {(Membership, spell.pk)}

    with pytest.raises(Unsourced):
        work()
    assert Membership.objects.get().unsourced == factories.WHY["unsourced"]


def test_the_database_is_not_asked_whether_the_row_of_the_change_set_is_there():
    spell = factories.spell()
    with change_set():
        Membership.objects.update(note="first")
        with CaptureQueriesContext(connection) as captured:
            Membership.objects.filter(pk=spell.pk).update(note="second")
    assert not [query["sql"] for query in captured if "alliances_changeset" in query["sql"].split("WHERE")[0]]


def test_outside_of_a_change_set_there_is_no_turn_to_take():
    with pytest.raises(RuntimeError, match="no open change set"):
        serialize_writers()


def test_sqlite_waits_as_long_as_postgresql():
    assert database_of("sqlite:////tmp/x.sqlite3")["OPTIONS"]["timeout"] == PATIENCE == 5


def user(name, group):
    """Make a user of the desk, in one group."""
    made = get_user_model().objects.create_user(name, is_staff=True)
    made.groups.add(Group.objects.get(name=group))
    return made


def turns():
    """Return how many have, or wait for, the turn to write: [(pid, granted)] of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, granted FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return cursor.fetchall()


@by_turns
def test_the_turn_is_taken_with_the_first_write_and_again_after_it_was_rolled_back():
    editor = user("editor", "editors")
    with opened(OpenChangeSet(lambda: editor)):
        assert turns() == []
        rolled_back(serialize_writers)
        assert turns() == []
        factories.spell()
        assert [granted for _, granted in turns()] == [True]
        with CaptureQueriesContext(connection) as captured:
            serialize_writers()
        assert len(captured) == 0


@by_turns
def test_who_may_not_publish_and_who_only_looks_take_no_turn():
    contributor = user("contributor", "contributors")
    with opened(OpenChangeSet(lambda: contributor)):
        serialize_writers()
        assert turns() == []
        with opened(DryRun()):
            factories.spell()
            assert turns() == []
    assert not Membership.objects.exists()


@by_turns
@pytest.mark.parametrize("path", ["/admin/alliances/membership/", "/admin/alliances/state/add/"])
def test_a_request_takes_the_turn_only_once_it_is_allowed(rf, path):
    request = rf.post(path, {"name": "x"})
    request.user = user("editor", "editors")
    seen = []

    def view(request):
        seen.append(turns())
        serialize_writers()
        seen.append(len(turns()))
        return type("Response", (), {"status_code": 200})()

    one_change_set(None).process_view(request, view, (), {})
    assert seen == [[], 1]


class Meanwhile(Thread):
    """Somebody else, who does something in a connection of their own; `value` is what came of it."""

    def __init__(self, work):
        super().__init__()
        self.work, self.value = work, None
        self.start()

    def run(self):
        try:
            self.value = self.work()
        except Exception as error:
            self.value = error
        finally:
            connection.close()


@by_turns
@pytest.mark.django_db(transaction=True)
def test_a_preview_does_not_wait_for_who_writes(editor):
    spell = factories.spell("csto", "ARM", "2002-10-07")
    made = ChangeSet.objects.first()
    with change_set(reason="A large import."):
        factories.state("UZB")
        preview = Meanwhile(lambda: editor.get(f"/admin/alliances/changeset/{made.pk}/undo/"))
        preview.join(20)
        assert not preview.is_alive(), "it waits"
    assert preview.value.status_code == 200
    assert str(spell) in preview.value.content.decode()


@by_turns
@pytest.mark.django_db(transaction=True)
def test_a_preview_of_what_somebody_is_writing_gives_way_at_once(editor):
    spell = factories.spell("csto", "ARM", "2002-10-07")
    made = ChangeSet.objects.first()
    with change_set(reason="A large import."):
        Membership.objects.filter(pk=spell.pk).update(note="Being written.")
        preview = Meanwhile(lambda: editor.get(f"/admin/alliances/changeset/{made.pk}/undo/"))
        preview.join(PATIENCE - 1)
        assert not preview.is_alive(), "it waits"
    assert (preview.value.status_code, preview.value.headers["Retry-After"]) == (503, "30")


@by_turns
@pytest.mark.django_db(transaction=True)
def test_who_writes_does_not_wait_for_a_preview(editor):
    factories.spell("csto", "ARM", "2002-10-07")
    with dry_running():
        factories.spell("csto", "UZB", "2006-06-23")
        writer = Meanwhile(lambda: factories.spell("csto", "BLR", "2002-10-07"))
        writer.join(20)
        assert not writer.is_alive(), "it waits"
    assert sorted(Membership.objects.values_list("state__iso3", flat=True)) == ["ARM", "BLR"]


@by_turns
@pytest.mark.django_db(transaction=True)
def test_a_dry_run_of_its_own_sees_one_moment():
    factories.organization("csto")

    def work():
        before = State.objects.count()
        Meanwhile(lambda: factories.state("ARM")).join(20)
        return before, State.objects.count()

    assert dry_run(work)[0] == (0, 0)
    assert State.objects.count() == 1

    def overtaken():
        Organization.objects.count()
        Meanwhile(lambda: Organization.objects.update(seat="Moscow")).join(20)
        Organization.objects.update(seat="Minsk")

    with pytest.raises(OperationalError) as caught:
        dry_run(overtaken)
    assert caught.value.__cause__.sqlstate == "40001"
    assert Organization.objects.get().seat == "Moscow"


def test_what_the_database_refused_in_a_savepoint_is_not_judged_at_the_end():
    spell = factories.spell()

    @transaction.atomic
    def attempt():
        Membership.objects.filter(pk=spell.pk).update(unsourced="")
        factories.spell()  # The same once more.

    with change_set():
        with pytest.raises(IntegrityError):
            attempt()
        assert open_change_set().written == set()
    assert Membership.objects.get().unsourced == factories.WHY["unsourced"]
