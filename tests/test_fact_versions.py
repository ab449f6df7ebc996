"""Every version of a fact has one row that says which change set wrote it, and what asks there agrees with history."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alliances.history.changelog import History
from alliances.history.deleted import deleted_facts
from alliances.history.gaps import version_gaps
from alliances.history.undo import bring_back, restore, undo
from alliances.models import ChangeSet, Citation, FactVersion, Membership, Organization
from alliances.models.changeset import change_set
from alliances.models.versioning import last_versions

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def armenia():
    """Armenia's spell in the CSTO, with a source; founded and entered in one change set."""
    with change_set(reason="Entered."):
        factories.organization("csto", founded="2002-10-07")
        spell = factories.spell("csto", "ARM", "2002-10-07")
        factories.cite("membership", spell, "charter")
    return spell


def written(made):
    """Return [(sign, kind, key)] of what a change set wrote, in order."""
    return list(made.versions.order_by("pk").values_list("sign", "kind", "key"))


def test_each_write_of_a_change_set_is_listed_with_its_fact_and_sign(armenia):
    spell, cited = ("membership", armenia.pk), ("citation", armenia.citations.get().pk)
    with change_set(reason="Corrected."):
        Membership.objects.update(note="From the depositary.", unsourced="Lost.")
        Citation.objects.all().delete()
    assert written(ChangeSet.objects.first()) == [("~", *spell), ("-", *cited)]
    undo(ChangeSet.objects.first())
    assert sorted(written(ChangeSet.objects.first())) == [("+", *cited), ("~", *spell)]
    assert not list(version_gaps())


@pytest.mark.parametrize("way", ["undo", "restore", "bring back"])
def test_what_is_put_back_is_recorded_once(armenia, way):
    entered, key = ChangeSet.objects.get(reason="Entered."), armenia.pk
    with change_set(reason="Deleted."):
        armenia.delete()
    {
        "undo": lambda: undo(ChangeSet.objects.get(reason="Deleted.")),
        "restore": lambda: restore(Organization.objects.get(), entered),
        "bring back": lambda: bring_back(Membership, key),
    }[way]()
    assert [sign for sign, *_ in written(ChangeSet.objects.first())] == ["+", "+"]
    assert not list(version_gaps())


def test_two_versions_cannot_share_a_row_nor_one_have_two(armenia):
    row = FactVersion.objects.of(Membership).first()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("harm", ["a version is missing", "one is invented", "another change set"])
def test_a_gap_is_found_by_the_check_of_facts(armenia, capsys, harm):
    row = FactVersion.objects.of(Membership).first()
    assert not list(version_gaps())
    if harm == "a version is missing":
        row.delete()
    elif harm == "one is invented":
        FactVersion.objects.create(change_set=row.change_set, kind="membership", key=7, sign="+", version=7000)
    else:
        FactVersion.objects.update(change_set=ChangeSet.objects.create(made=row.change_set.made))
    with pytest.raises(SystemExit):
        call_command("check_facts", rule=["no-source"])
    assert "The histories have gaps" in capsys.readouterr().err


def test_a_database_of_today_gets_its_rows_in_any_number_of_runs(armenia):
    armenia.delete()
    rows = set(FactVersion.objects.values_list("change_set", "kind", "key", "sign", "version"))
    fill = importlib.import_module("alliances.migrations.0009_fact_versions_of_today").fill
    FactVersion.objects.filter(kind__in=["membership", "state", "source"]).delete()
    for _ in range(2):
        fill(apps, SimpleNamespace(connection=connection))
        assert set(FactVersion.objects.values_list("change_set", "kind", "key", "sign", "version")) == rows
        assert not list(version_gaps())


def test_a_write_reads_the_last_version_and_no_other(armenia):
    for number in range(3):
        Membership.objects.update(note=f"Edition {number}")
    with CaptureQueriesContext(connection) as captured:
        assert last_versions(Membership, [armenia.pk, 0])[armenia.pk].note == "Edition 2"
    assert len(captured) == 1
    with connection.cursor() as cursor:
        cursor.execute(captured[0]["sql"])
        assert len(cursor.fetchall()) == 1


def test_the_latest_versions_are_found_with_or_without_verifications(armenia):
    Membership.objects.update(note="Corrected.")
    edited = FactVersion.objects.latest_of(Membership.objects.all()).get()
    assert edited == {"kind": "membership", "key": armenia.pk, "latest": armenia.history.first().history_id}
    Membership.objects.verify()
    assert FactVersion.objects.edits().latest_of(Membership.objects.all()).get() == edited
    assert FactVersion.objects.latest_of(Membership.objects.all()).get()["latest"] > edited["latest"]


def test_what_change_sets_wrote_is_counted_in_one_query(armenia, django_assert_num_queries):
    sets = list(ChangeSet.objects.all())
    with django_assert_num_queries(1):
        sizes = History().sizes(sets)
    assert sum(sizes.values()) == FactVersion.objects.count()
    with django_assert_num_queries(1) as captured:
        list(History().corrections()[:50])
    assert "historical" not in captured[0]["sql"]


def test_only_what_did_not_come_back_is_among_the_deleted(armenia):
    key = armenia.pk
    with change_set(reason="Deleted."):
        armenia.delete()
    [deleted] = deleted_facts()
    assert (deleted.model, deleted.fact.pk, deleted.along) == (Membership, key, 1)
    bring_back(Membership, key)
    assert deleted_facts() == []
    with change_set():
        Membership.objects.update(**factories.WHY)
        Citation.objects.all().delete()
    assert [each.model for each in deleted_facts(Citation)] == [Citation]
