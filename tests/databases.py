"""The test database, made once and copied: *empty*, as the migrations leave it, or with the *facts* of fixtures/.

To migrate and to load the facts takes longer than most tests that are run alone, and each worker of pytest-xdist needs
both. So on SQLite each is kept as a file in pytest's cache (`pytest --cache-clear` removes them) and copied into the
database in memory. No such file is ever out of date: its name is a hash of everything that its content follows from.
On PostgreSQL each worker makes its own, and the facts stand in a second database beside the first.
"""

import hashlib
import sqlite3
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import django
import grimp
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache as site_cache
from django.core.files import locks
from django.core.management import call_command
from django.db import connection, transaction

FIXTURES = sorted((settings.BASE_DIR / "fixtures").glob("*.jsonl"))
# What makes tables, groups and permissions, and what writes facts. What these import counts, too.
ROOTS = ("alliances.models", "alliances.migrations", "alliances.apps")


def load_facts():
    """Load fixtures/ into the test database."""
    call_command("loaddata", *FIXTURES, verbosity=0)


def connect_to(name):
    """Use another database, also in the threads that a test starts, as Django does for its test database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def modules():
    """Return the names of our modules that a database follows from: ROOTS and all that they import, however far off."""
    graph = grimp.build_graph("alliances", cache_dir=None)
    todo, found = set(ROOTS).union(*map(graph.find_descendants, ROOTS)), set()
    while todo:
        module = todo.pop()
        found.add(module)
        package = module.rpartition(".")[0]  # Its __init__ runs first.
        todo |= (graph.find_modules_directly_imported_by(module) | ({package} - {""})) - found
    return found


def _file_of(module):
    path = settings.BASE_DIR / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def key(content):
    """Return a hash of what a database follows from: Python, SQLite, packages, our code; fixtures and the day."""
    packages = sorted(path.name for path in Path(django.__file__).parents[1].glob("*.dist-info"))
    files = [*map(_file_of, sorted(modules())), settings.BASE_DIR / "orgsite" / "settings.py", Path(__file__)]
    told = hashlib.sha256(repr((sys.version, sqlite3.sqlite_version, packages)).encode())
    if content == "facts":
        files += FIXTURES
        told.update(datetime.now(UTC).date().isoformat().encode())  # Their history says when they were loaded.
    for path in files:
        told.update(f"\0{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return told.hexdigest()[:20]


def cast_once(make):
    """Turn a function that makes facts into a fixture that makes them once for the tests of its module.

    They stand in a transaction around those of the tests, each of which finds them as they were made; at the end of
    the module they are gone.
    """

    @pytest.fixture(scope="module", autouse=True)
    def cast(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            yield make()
            transaction.set_rollback(True)

    cast.__doc__ = make.__doc__
    return cast


class Databases:
    """The test database and what it holds at the moment: `empty` or `facts`.

    blocker: pytest-django's, which lets nobody ask the database outside of a test.
    """

    def __init__(self, blocker):
        self.blocker = blocker
        self.content = None

    def begin(self, migrate):
        """Have the empty database; `migrate()` makes it the ordinary way."""
        raise NotImplementedError

    def use(self, content):
        """Change to what a test asks for, if another test left something else."""
        if content == self.content:
            return
        if connection.in_atomic_block:
            raise RuntimeError("A transaction is open, which would see its database change.")
        with self.blocker.unblock():
            self.change(content)
        self.content = content
        # What was remembered of the other one.
        ContentType.objects.clear_cache()
        site_cache.clear()

    def change(self, content):
        raise NotImplementedError

    def end(self):
        """Leave nothing behind."""


class Copied(Databases):
    """On SQLite: one database in memory, into which the other content is copied.

    folder: where the copies are kept as files; None keeps them for this process only.
    """

    def __init__(self, blocker, folder):
        super().__init__(blocker)
        self.folder = folder
        self.copies = {}

    def begin(self, migrate):
        self.make = {"empty": migrate, "facts": self._load}
        self.use("empty")

    def change(self, content):
        if not self._restore(content):
            with self._turn():
                if not self._restore(content):  # Another process made it while this one waited.
                    self.make[content]()
                    self._keep(content)

    def end(self):
        for copy in self.copies.values():
            copy.close()

    def _load(self):
        self._restore("empty")
        load_facts()

    def _restore(self, content):
        """Copy what is kept into the test database; return whether there was anything."""
        if content not in self.copies:
            if not self.folder:
                return False
            try:
                self.copies[content] = sqlite3.connect(f"{self._path(content).as_uri()}?mode=ro", uri=True)
            except sqlite3.OperationalError:  # There is no such file.
                return False
        if not connection.is_in_memory_db():
            connect_to("file:tests?mode=memory&cache=shared")
        connection.ensure_connection()
        self.copies[content].backup(connection.connection)
        return True

    def _keep(self, content):
        """Copy the test database, for this process and as a file for others; remove the files of earlier code."""
        self.copies[content] = sqlite3.connect(":memory:")
        connection.connection.backup(self.copies[content])
        if not self.folder:
            return
        for left in self.folder.glob(f"{content}*.*"):
            left.unlink(missing_ok=True)
        unfinished = self._path(content).with_suffix(".unfinished")
        with closing(sqlite3.connect(unfinished)) as file:
            self.copies[content].backup(file)
        unfinished.replace(self._path(content))  # Whoever looks for it finds all of it or nothing.

    def _path(self, content):
        return self.folder / f"{content}-{key(content)}.sqlite3"

    @contextmanager
    def _turn(self):
        """Let one process at a time make a database: the others find it then."""
        if not self.folder:
            yield
            return
        with (self.folder / "turn.lock").open("w") as file:
            locks.lock(file, locks.LOCK_EX)
            yield  # Closing the file ends it.


class Beside(Databases):
    """On PostgreSQL: the database of pytest-django, and one cloned from it that has the facts."""

    def begin(self, migrate):
        self.make, self.names = migrate, {}
        self.use("empty")

    def change(self, content):
        if not self.names:
            self.make()
            self.names["empty"] = connection.settings_dict["NAME"]
        if new := content not in self.names:
            connection.creation.clone_test_db(content, verbosity=0)
            self.names[content] = connection.creation.get_test_db_clone_settings(content)["NAME"]
        connect_to(self.names[content])
        if new:
            load_facts()

    def end(self):
        self.use("empty")
        if "facts" in self.names:
            with self.blocker.unblock():
                connection.creation.destroy_test_db(verbosity=0, suffix="facts")
