"""Backups: the whole database as one file, of SQLite as a database, of PostgreSQL as `pg_dump` writes it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.core.management import CommandError
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from . import tables
from .files import written_whole

_SQLITE = b"SQLite format 3\x00"
_POSTGRESQL = b"PGDMP"


def back_up(path: Path):
    """Write a backup of the database, of one moment, while others go on reading and writing; return {table: rows}."""
    if not path.parent.is_dir():
        raise CommandError(f"There is no folder {path.parent}.")
    with written_whole(path) as unfinished:
        return _dump(unfinished) if connection.vendor == "postgresql" else _copy_sqlite(unfinished)


def restore(path: Path):
    """Make an empty database what a backup says; return {table: rows}. CommandError unless it is empty."""
    try:
        with path.open("rb") as file:
            begins = file.read(16)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    made_on = "SQLite" if begins == _SQLITE else "PostgreSQL" if begins.startswith(_POSTGRESQL) else None
    if made_on is None:
        raise CommandError(f"{path} is no backup: neither of SQLite nor of PostgreSQL.")
    if made_on.lower() != connection.vendor:
        hint = " Run `manage.py migrate`, then `manage.py copy_database sqlite:///PATH`." if made_on == "SQLite" else ""
        raise CommandError(f"{path} was made on {made_on}, and DATABASE_URL names another kind of database.{hint}")
    if there := connection.introspection.table_names():
        raise CommandError(
            f"The database is not empty: it has {len(there)} tables, {there[0]} among them. A backup is restored into "
            "an empty one only. Set DATABASE_URL to a new database, and keep this one until the new one is checked."
        )
    if connection.vendor == "postgresql":
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(path))
    else:
        _restore_sqlite(path)
    return tables.counts(DEFAULT_DB_ALIAS)


def _copy_sqlite(target: Path):
    """Copy by SQLite's online backup, in one step: a reader like others, who holds nobody up."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # One file, without those that WAL has beside it.
        _check(copy, target)
        found = {}
        for model in tables.stored_models():
            table = model._meta.db_table
            found[table] = copy.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
        return found


def _restore_sqlite(path: Path):
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        _check(copy, path)
        connection.ensure_connection()
        copy.backup(connection.connection)
    connection.close()  # The next one sets the journal's mode anew.


def _check(copy, path: Path):
    try:
        [(verdict,)] = copy.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise CommandError(f"{path} is damaged: {verdict}")


def _dump(target: Path):
    """Dump by pg_dump, and count what it dumps: both look at one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        _run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"
        )
        return tables.counts(DEFAULT_DB_ALIAS)


def _run(program, *options):
    """Run a program of PostgreSQL on the database; its password is passed where no other account can read it."""
    where = shutil.which(program)
    if where is None:
        raise CommandError(
            f"{program} is not installed. On Debian: apt install postgresql-client. It must not be older than the "
            "server."
        )
    (_, *place, name), password = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    # `place` says user, host and port. A name of the database alone is all that pg_dump takes there.
    ran = subprocess.run(  # noqa: S603  Ours to choose: the program, and what the settings say.
        [where, *place, f"--dbname={name}", *options],
        env={**os.environ, **(password or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise CommandError(f"{program} failed:\n{ran.stderr.strip()}")
