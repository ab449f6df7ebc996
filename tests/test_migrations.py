"""The squashed migration: a database that ran the six before it goes on, and nothing is made twice."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

BEFORE = [
    "0001_initial",
    "0002_history",
    "0003_history_begins",
    "0004_search_reads_texts",
    "0005_the_desk",
    "0006_why_there_is_no_source",
]


@pytest.mark.django_db
def test_a_database_of_the_six_migrations_goes_on_after_them():
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="alliances").delete()
    for name in BEFORE:
        recorder.record_applied("alliances", name)
    executor = MigrationExecutor(connection)
    left = [migration.name for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    assert "0001_squashed_0006" not in left
    assert left[0] == "0007_names_sort_alike"


@pytest.mark.django_db
def test_names_are_compared_by_code_points_on_every_database():
    from alliances.models import State

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns "
                "WHERE table_name = %s AND column_name = 'folded'",
                [State._meta.db_table],
            )
            assert cursor.fetchone() == ("C",)
        else:
            cursor.execute("SELECT '\\nz' < '\\né'")
            assert cursor.fetchone() == (1,)
