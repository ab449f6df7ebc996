"""Backup, restore, and the move to another kind of database: every table is afterwards what it was before."""

import json
import sqlite3
import stat
import threading
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest
from django.db import connection

from .conftest import DATABASES
from .examples import drill
from .machines import manage, on_postgresql, postgresql_database, sqlite_url, url_of_tests

pytestmark = pytest.mark.django_db

# More than fixtures hold: a fact that was deleted, with the highest key of its kind; an account, a draft, a waiver.
PREPARE = """
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from alliances import dates
from alliances.models import Draft, Organization
from alliances.models.changeset import change_set
editor = get_user_model().objects.create_user("ed", password="long enough for anybody", is_staff=True)
editor.groups.add(Group.objects.get(name="editors"))
with change_set(author=lambda: editor, reason="Київ, “quoted”, %s, 'x'"):
    gone = Organization.objects.create(slug="gone", name="ОДКБ", founded="2002-10", unsourced="A trial.")
with change_set(reason="It never was."):
    gone.delete()
Draft.objects.create(kind="organization", author=editor, kept=dates.now(), title="A", typed="a=1&b=%D0%9E",
    told=[{"what": "changed", "differences": [["é", None, True], ["a", 1.5, {"b": 1, "a": 2}]]}])
"""
# How many rows each table has, their digests, and the last keys that were given out.
TELL = """
import json
from alliances.management import tables
keys = {model._meta.db_table: tables.last_key(model, "default") for model in tables.stored_models()
        if model._meta.pk.get_internal_type().endswith("AutoField")}
print("TOLD", json.dumps([tables.counts("default"), tables.checksums("default"), keys]))
"""


def run(*command, url):
    code, said = manage(*command, url=url)
    assert code == 0, said
    return said


def refused(*command, url):
    code, said = manage(*command, url=url)
    assert code == 1, said
    assert "Traceback" not in said
    return said


def told(url):
    """Return what is in a database: {table: rows}, {table: digest}, {table: last key}."""
    return json.loads(run("shell", "-c", TELL, url=url).partition("TOLD")[2])


@pytest.fixture
def full(request, facts, tmp_path):
    """Return the address of a SQLite database with all facts, and then some."""
    url = sqlite_url(tmp_path / "full.sqlite3")
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(tmp_path / "full.sqlite3")) as file:
            request.config.stash[DATABASES].copies["facts"].backup(file)
    else:
        run("migrate", url=url)
        run("copy_database", url_of_tests(), url=url)
    run("shell", "-c", PREPARE, url=url)
    return url


def checked(before):
    """Check that the database to be copied is worth it."""
    rows, _, keys = before
    for table in ("membership", "historicalmembership", "changeset", "factversion", "draft", "citation"):
        assert rows[f"alliances_{table}"]
    assert rows["auth_user"] == 1
    assert keys["alliances_organization"] > rows["alliances_organization"]
    return before


@drill
def test_a_backup_of_sqlite_is_restored_whole_and_only_into_an_empty_database(full, tmp_path):
    before = checked(told(full))
    said = run("backup", tmp_path / "backup", url=full)
    assert f"{before[0]['alliances_membership']:,} membership periods" in said
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup"]
    restored = sqlite_url(tmp_path / "restored.sqlite3")
    assert f"{sum(before[0].values()):,} rows" in run("restore", tmp_path / "backup", url=restored)
    assert told(restored) == before
    assert "is not empty" in refused("restore", tmp_path / "backup", url=restored)
    assert told(restored) == before


@drill
def test_what_is_no_backup_or_damaged_is_refused_and_nothing_is_left(full, tmp_path):
    run("backup", tmp_path / "backup", url=full)
    whole = (tmp_path / "backup").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text").write_text("a backup, surely")
    new = tmp_path / "new.sqlite3"
    for name, why in (("cut", "is damaged"), ("text", "is no backup"), ("absent", "cannot be read")):
        assert why in refused("restore", tmp_path / name, url=sqlite_url(new))
    with closing(sqlite3.connect(new)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []
    assert "There is no folder" in refused("backup", tmp_path / "absent" / "backup", url=full)


@drill
def test_a_database_is_copied_into_one_that_nobody_has_used(full, tmp_path):
    before, target = told(full), sqlite_url(tmp_path / "target.sqlite3")
    assert "Run `manage.py migrate`" in refused("copy_database", full, url=target)
    run("migrate", url=target)
    assert "checksums of all tables agree" in run("copy_database", full, url=target)
    assert told(target) == before
    assert "is not empty" in refused("copy_database", full, url=target)


@on_postgresql
def test_from_sqlite_to_postgresql_through_a_backup_and_back(full, tmp_path):
    before = checked(told(full))
    with postgresql_database() as first, postgresql_database() as second:
        run("migrate", url=first)
        run("copy_database", full, url=first)
        assert told(first) == before
        said = run("backup", tmp_path / "dump", url=first)
        assert f"{sum(before[0].values()):,} rows" in said
        run("restore", tmp_path / "dump", url=second)
        assert told(second) == before
        assert "is not empty" in refused("restore", tmp_path / "dump", url=second)
        assert "made on PostgreSQL" in refused("restore", tmp_path / "dump", url=sqlite_url(tmp_path / "other.sqlite3"))
        back = sqlite_url(tmp_path / "back.sqlite3")
        run("migrate", url=back)
        run("copy_database", second, url=back)
        assert told(back) == before


@on_postgresql
def test_without_pg_dump_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = refused("backup", tmp_path / "dump", url=url_of_tests())
    assert "apt install postgresql-client" in said
    assert list(tmp_path.iterdir()) == []


KEYS = """
from django.contrib.sessions.models import Session
print("KEYS", *Session.objects.values_list("pk", flat=True))
"""


@contextmanager
def pairs_written(connect):
    """Write two rows in each transaction, again and again, until the end."""
    stop, written = threading.Event(), []

    def write():
        with closing(connect()) as database:
            while not stop.is_set():
                number = len(written)
                for half in "ab":
                    key = f"pair-{number}-{half}"
                    database.execute(f"INSERT INTO django_session VALUES ('{key}', '', '2030-01-01')")  # noqa: S608
                database.commit()
                written.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


@drill
def test_a_backup_is_of_one_moment_while_others_write(tmp_path):
    with ExitStack() as opened:
        if connection.vendor == "sqlite":
            url, restored = (sqlite_url(tmp_path / f"{name}.sqlite3") for name in ("live", "restored"))
        else:
            url, restored = (opened.enter_context(postgresql_database()) for _ in range(2))
        connect = {
            "sqlite": lambda: sqlite3.connect(tmp_path / "live.sqlite3", timeout=30),
            "postgresql": lambda: psycopg.connect(url),
        }[connection.vendor]
        run("migrate", url=url)
        with pairs_written(connect) as written:
            before = len(written)
            run("backup", tmp_path / "backup", url=url)
            assert len(written) > before, "nobody wrote meanwhile"
        run("restore", tmp_path / "backup", url=restored)
        keys = run("shell", "-c", KEYS, url=restored).partition("KEYS")[2].split()
        assert len(keys) > 0
        assert {key[:-1] for key in keys if key.endswith("a")} == {key[:-1] for key in keys if key.endswith("b")}
