"""Who sends slowly, or asks while somebody writes, holds up no editor: gunicorn on SQLite, which has one writer."""

import json
import secrets
import socket
import sqlite3
import time
from contextlib import closing, contextmanager
from types import SimpleNamespace

import pytest

from .examples import drill
from .machines import GUNICORN, Visitor, collect_static, environment, free_port, manage, running, sqlite_url, until
from .test_admin_edits import typed

PREPARE = """
import json
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from tests import factories
made = factories.organization("csto", founded="2002-10-07")
editor = get_user_model().objects.create_user("ed", is_staff=True)
editor.groups.add(Group.objects.get(name="editors"))
client = Client()
client.force_login(editor)
print("TOLD", json.dumps({"session": client.cookies["sessionid"].value, "form": made.get_admin_url()}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """gunicorn as orgsite/deploy/ has it, two processes, on a file of SQLite."""
    folder = tmp_path_factory.mktemp("slow")
    url = sqlite_url(folder / "site.sqlite3")
    key = secrets.token_urlsafe(50)  # Sessions are of one key.
    for command in (("migrate", "-v0"), ("shell", "-v0", "-c", PREPARE)):
        code, said = manage(*command, url=url, SECRET_KEY=key)
        assert code == 0, said
    told = json.loads(said.partition("TOLD")[2])
    port = free_port()
    env = environment(
        SECRET_KEY=key,
        ALLOWED_HOSTS="127.0.0.1",
        SITE_HOST="example.org",
        DATABASE_URL=url,
        STATIC_ROOT=str(folder / "static"),
        BIND=f"127.0.0.1:{port}",
        WEB_CONCURRENCY="2",
    )
    collect_static(env)
    with running(*GUNICORN, log=folder / "log", env=env):
        site = SimpleNamespace(port=port, file=folder / "site.sqlite3", **told)
        until(lambda: Visitor(port).ask("/healthz").status == 200, folder / "log")
        yield site


def save(site, note):
    """Save the form of the organization; return (status, seconds that it took with opening it)."""
    began = time.monotonic()
    editor = Visitor(site.port, sessionid=site.session)
    page = editor.ask(site.form)
    assert page.status == 200
    answer = editor.ask(site.form, "POST", typed(page) | {"note": note, "_save": "Save"})
    return answer.status, time.monotonic() - began


@contextmanager
def dripping(site, path, **cookies):
    """Begin a form, and send a byte of it now and then."""
    with socket.create_connection(("127.0.0.1", site.port)) as half:
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        half.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {told}\r\nContent-Length: 1000\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        )
        for _ in range(10):
            half.sendall(b"a")
            time.sleep(0.05)
        yield half


@drill
def test_a_form_that_comes_byte_by_byte_holds_up_no_editor(site):
    token = "a" * 32
    strangers = dripping(site, "/suggest/organization/csto/", csrftoken=token)
    colleagues = dripping(site, site.form, csrftoken=token, sessionid=site.session)
    with strangers as first, colleagues as second:
        status, seconds = save(site, "Saved beside slow ones.")
        first.sendall(b"a")
        second.sendall(b"a")  # They are still there.
    assert status == 302
    assert seconds < 4


@drill
def test_while_somebody_writes_long_readers_and_bots_wait_for_nothing(site):
    with closing(sqlite3.connect(site.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        reader = Visitor(site.port)
        statuses = [reader.ask("/wp-login.php", "POST", {"log": "admin"}).status for _ in range(3)]
        statuses += [reader.ask(path).status for path in ("/", "/healthz", "/organizations/csto/")]
        seconds = time.monotonic() - began
        status, waited = save(site, "Saved while another writes.")
        other.execute("ROLLBACK")
    assert statuses == [404, 404, 404, 200, 200, 200]
    assert seconds < 4
    assert status == 503  # Told to send it again.
    assert 4 < waited < 12
    assert save(site, "Saved after that.")[0] == 302
