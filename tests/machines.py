"""What tests of production share: commands as processes of their own, and databases beside the test database."""

import contextlib
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import connection

# What a machine's own environment says about the site must not reach these processes.
OURS = {
    "DEBUG",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "SITE_HOST",
    "CSRF_TRUSTED_ORIGINS",
    "BEHIND_HTTPS_PROXY",
    "CACHE_URL",
    "DATABASE_URL",
    "DATABASE_REPLICA_URL",
    "STATIC_ROOT",
    "QUERY_SECONDS",
    "REQUIRE_SECOND_FACTOR",
}

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="A server of PostgreSQL is needed")


def environment(**changes):
    """Return an environment in which only `changes` speak to the site."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | changes


def started(*command, url, **changes):
    """Start a command of manage.py on another database, as on a laptop unless `changes` say otherwise."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, command)],
        cwd=settings.BASE_DIR,
        env=environment(DATABASE_URL=url, **({"DEBUG": "1"} | changes)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def manage(*command, url, **changes):
    """Run a command of manage.py on another database to its end; return (exit code, all that it wrote)."""
    process = started(*command, url=url, **changes)
    out, err = process.communicate(timeout=300)
    return process.returncode, out + err


def sqlite_url(path: Path):
    return f"sqlite:///{path}"


@contextlib.contextmanager
def postgresql_database():
    """Make an empty database on the server of the tests; give its address, and remove it in the end."""
    server = connection.settings_dict
    name = f"beside_{secrets.token_hex(6)}"
    place = {"host": server["HOST"], "port": server["PORT"] or 5432, "user": server["USER"]}
    with psycopg.connect(**place, password=server["PASSWORD"], dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield url_of_tests().rpartition("/")[0] + f"/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def url_of_tests():
    """Return the address of the test database on PostgreSQL."""
    server = connection.settings_dict
    password = f":{server['PASSWORD']}" if server["PASSWORD"] else ""
    return f"postgres://{server['USER']}{password}@{server['HOST']}:{server['PORT'] or 5432}/{server['NAME']}"


# gunicorn as orgsite/deploy/ has it.
GUNICORN = (sys.executable, "-m", "gunicorn", "--config", "orgsite/deploy/gunicorn.conf.py")


def collect_static(env):
    """Collect the static files for an environment in which DEBUG is off."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True)


class Visitor:
    """Somebody who asks a server on loopback, and keeps its cookies."""

    def __init__(self, port, **cookies):
        self.port, self.cookies = port, cookies

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path, method="GET", body=None, headers=None):
        """Return an answer with its `body`. A dictionary is sent as a form."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = urlencode(body), "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with contextlib.closing(self.connect()) as asked:
            asked.request(method, path, body, headers)
            answer = asked.getresponse()
            answer.body = answer.content = answer.read()  # As Django's test client calls it, too.
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.partition(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def running(*command, log, env=None, user=None):
    """Run a program until the end; its words go into a file."""
    with log.open("w") as file:
        process = subprocess.Popen(
            [*map(str, command)], cwd=settings.BASE_DIR, env=env, stdout=file, stderr=subprocess.STDOUT, user=user
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def until(answers, log, seconds=30):
    """Wait until something answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if answers():
                return
        time.sleep(0.1)
    pytest.fail(log.read_text())
