"""Two processes of the site, one database and its replica: each shows what is written, and does without what stops."""

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from .machines import (
    GUNICORN,
    collect_static,
    environment,
    free_port,
    manage,
    on_postgresql,
    postgresql_database,
    running,
    until,
)

BIN = Path("/usr/lib/postgresql/15/bin")
pytestmark = [on_postgresql, pytest.mark.skipif(not BIN.exists(), reason="The programs of PostgreSQL 15 are needed")]

# A server of PostgreSQL refuses to run as root.
ACCOUNT = "postgres" if getpass.getuser() == "root" else None
PREPARE = """
from tests import factories
factories.organization("csto", founded="2002-10-07", name="Before")
"""


@contextlib.contextmanager
def streaming_replica(url, folder):
    """Run a replica of the server of the tests; give its port and its process."""
    server, port = psycopg.conninfo.conninfo_to_dict(url), free_port()
    folder.mkdir()
    if ACCOUNT:
        shutil.chown(folder, ACCOUNT)
    place = ["-h", server["host"], "-p", server["port"], "-U", server["user"]]
    copy = [BIN / "pg_basebackup", *place, "-D", folder / "data", "-R", "-X", "stream", "-c", "fast"]
    subprocess.run([*map(str, copy)], check=True, capture_output=True, user=ACCOUNT, cwd="/")
    (folder / "data").chmod(0o700)
    command = [BIN / "postgres", "-D", folder / "data", "-p", port, "-k", folder, "-c", "listen_addresses=127.0.0.1"]
    with running(*command, log=folder.parent / "replica.log", user=ACCOUNT) as process:

        def follows():
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(url, port=port).close()
                return True

        until(follows, folder.parent / "replica.log")
        yield port, process


@pytest.fixture
def machines(tmp_path_factory):
    """Two processes of the site as production runs them, on one database and its replica."""
    folder = tmp_path_factory.mktemp("machines", numbered=True)
    for each in (folder, *folder.parents):
        if each != Path(tempfile.gettempdir()) and each.is_relative_to(tempfile.gettempdir()):
            each.chmod(0o755)  # The replica's account passes through.
    with contextlib.ExitStack() as opened:
        url = opened.enter_context(postgresql_database())
        for command in (("migrate", "-v0"), ("shell", "-c", PREPARE)):
            code, said = manage(*command, url=url)
            assert code == 0, said
        port, replica = opened.enter_context(streaming_replica(url, folder / "replica"))
        server, _, name = url.rpartition(":")
        env = environment(
            SECRET_KEY=secrets.token_urlsafe(50),
            ALLOWED_HOSTS="127.0.0.1",
            SITE_HOST="example.org",
            DATABASE_URL=url,
            DATABASE_REPLICA_URL=f"{server}:{port}/{name.partition('/')[2]}",
            STATIC_ROOT=str(folder / "static"),
            WEB_CONCURRENCY="1",
        )
        collect_static(env)
        sites = []
        for number in range(2):
            bind = f"127.0.0.1:{free_port()}"
            log = folder / f"site-{number}.log"
            process = opened.enter_context(running(*GUNICORN, log=log, env=env | {"BIND": bind}))
            sites.append(SimpleNamespace(address=f"http://{bind}", process=process, log=log))
            until(lambda: page(sites[-1], "/readyz") == (200, "ok"), log)
        yield SimpleNamespace(url=url, replica=replica, replica_url=env["DATABASE_REPLICA_URL"], sites=sites)


def page(site, path="/organizations/csto/", **headers):
    """Return (status, text) of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(site.address + path, headers=headers)) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def read_from(url):
    """Return how many connections of the site a server has."""
    with psycopg.connect(url) as database:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return database.execute(asked).fetchone()[0]


def test_what_one_writes_the_other_shows_and_what_stops_is_made_up_for(machines):
    first, second = machines.sites
    assert page(first)[0] == 200
    assert page(second)[0] == 200
    assert read_from(machines.replica_url) >= 2

    with psycopg.connect(machines.url, autocommit=True) as database:
        for number in range(5):
            name = f"Written {number}"
            database.execute("UPDATE alliances_organization SET name = %s", [name])
            # Whoever has a session reads the primary, and sees it at once; readers as soon as the replica has it.
            assert name in page(second, Cookie="sessionid=of-an-editor")[1]
            until(lambda: name in page(second)[1], second.log, seconds=2)  # noqa: B023  It is called here.

    machines.replica.send_signal(signal.SIGQUIT)  # At once, without a word to its clients.
    machines.replica.wait(timeout=10)
    for site in machines.sites:
        began = time.monotonic()
        assert page(site)[0] == 200
        assert time.monotonic() - began < 3
    assert "The replica does not answer" in second.log.read_text()

    children = Path(f"/proc/{first.process.pid}/task/{first.process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    assert page(second)[0] == 200
    until(lambda: page(first)[0] == 200, first.log)  # Its master starts another.
