"""The tables of the site as a whole: counted, compared, copied from one database to another."""

import hashlib
import json
from datetime import UTC, date, datetime
from itertools import islice

from django.apps import apps
from django.db import connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder

# What every migration leaves, on a database without facts and accounts.
_MADE_BY_MIGRATIONS = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}
# Rows that are read, told apart and written at a time.
_BATCH = 500


def stored_models():
    """Return every model that has a table of its own, in the order of their tables."""
    found = apps.get_models(include_auto_created=True)
    return sorted(
        (model for model in found if model._meta.managed and not model._meta.proxy),
        key=lambda model: model._meta.db_table,
    )


def _rows(model, using):
    # A plain QuerySet: those of facts record what is written.
    return models.QuerySet(model, using=using).order_by()


def counts(using):
    """Return {table: how many rows it has}."""
    return {model._meta.db_table: _rows(model, using).count() for model in stored_models()}


def somebodys_rows(using):
    """Return {table: rows} of all that migrations alone do not leave; empty where nobody has used the database."""
    return {table: rows for table, rows in counts(using).items() if rows and table not in _MADE_BY_MIGRATIONS}


def applied_migrations(using):
    """Return the migrations that a database has had: pairs of app and name."""
    return set(MigrationRecorder(connections[using]).applied_migrations())


def checksum(model, using):
    """Return a digest of all rows of a table, columns that the database generates included, whatever database it is.

    It is a sum, so that the order of the rows does not matter: two databases sort the same texts differently.
    """
    total = 0
    names = [field.attname for field in model._meta.concrete_fields]
    for row in _rows(model, using).values_list(*names).iterator(_BATCH):
        told = json.dumps([_plain(value) for value in row], sort_keys=True)
        total += int.from_bytes(hashlib.sha256(told.encode()).digest())
    return f"{total % 2**256:064x}"


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, date) else value


def checksums(using):
    """Return {table: digest}."""
    return {model._meta.db_table: checksum(model, using) for model in stored_models()}


def copy(source, target):
    """Copy all rows from one database into another, which is emptied first, with their keys; return {table: rows}.

    Nothing is recorded: no history, no change set, no signal. Keys that were given out stay given out. All or nothing.
    """
    copied = {}
    with transaction.atomic(using=target):
        for model in stored_models():
            _rows(model, target)._raw_delete(target)
        for model in stored_models():
            copied[model._meta.db_table] = _copy_rows(model, source, target)
            _keep_sequence(model, source, target)
    return copied


def _copy_rows(model, source, target):
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = [field.attname for field in fields]
    rows = (
        model(**dict(zip(names, row, strict=True))) for row in _rows(model, source).values_list(*names).iterator(_BATCH)
    )
    number, size = 0, min(_BATCH, connections[target].ops.bulk_batch_size(fields, [None] * _BATCH))
    while batch := list(islice(rows, size)):
        # As `save_base(raw=True)` writes what a fixture says: no field fills itself in, as `auto_now` would.
        _rows(model, target)._insert(batch, fields=fields, using=target, raw=True)
        number += len(batch)
    return number


def _keep_sequence(model, source, target):
    """Let the next key be the one that would have come next in the source.

    History tells facts apart by their keys, so that of a deleted one must not be given out again.
    """
    key = model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField):
        return
    last = last_key(model, source)
    table = model._meta.db_table
    with connections[target].cursor() as cursor:
        if connections[target].vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [f'"{table}"', key.column, last or 1, bool(last)],
            )
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            if last:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def last_key(model, using):
    """Return the last key that a table has given out; 0 for none."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
            [sequence] = cursor.fetchone()
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
        else:
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        return cursor.fetchone()[0]
