"""Setting up a database is done by one process at a time: a second one waits, and finds it done."""

from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks
from django.db import connection

# The advisory lock of PostgreSQL that stands for setting up; the number means nothing else.
_SETTING_UP = 7_031_863
_inside = False


@contextmanager
def alone():
    """Wait until no other process sets up this database, and let none until the end; within itself it waits for nobody.

    On PostgreSQL by an advisory lock of the session, on SQLite by a file beside the database.
    """
    global _inside
    if _inside:
        yield
        return
    with _locked_on_postgresql() if connection.vendor == "postgresql" else _locked_beside():
        _inside = True
        try:
            yield
        finally:
            _inside = False


@contextmanager
def _locked_on_postgresql():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({_SETTING_UP})")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:  # Else the session took it along.
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({_SETTING_UP})")


@contextmanager
def _locked_beside():
    if connection.is_in_memory_db():  # Nobody else sees it.
        yield
        return
    with Path(f"{connection.settings_dict['NAME']}.lock").open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield  # Closing the file ends it. It stays: to remove it would let two wait for different files.
