"""Two who set up one database at once: the second waits, and finds it done."""

import pytest

from .examples import drill
from .machines import on_postgresql, postgresql_database, sqlite_url, started


def both_migrate(url):
    processes = [started("migrate", "--verbosity", "1", url=url) for _ in range(2)]
    return [(*process.communicate(timeout=300), process.returncode) for process in processes]


def check(ended):
    assert [code for _, _, code in ended] == [0, 0], ended
    assert sorted("No migrations to apply" in out for out, _, _ in ended) == [False, True]


@drill
def test_on_sqlite(tmp_path):
    check(both_migrate(sqlite_url(tmp_path / "new.sqlite3")))


@on_postgresql
@pytest.mark.django_db
def test_on_postgresql():
    with postgresql_database() as url:
        check(both_migrate(url))
