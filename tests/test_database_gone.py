"""A database that is gone, frozen or too slow: 503 with Retry-After for who asks it, and the rest goes on."""

import socket
import sqlite3
import threading
import time
from contextlib import ExitStack, suppress

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.test import override_settings

from alliances.public.database_errors import is_gone, waited
from orgsite import databases
from orgsite.postgresql import base

from .machines import on_postgresql

PAGES = ["/", "/states/", "/search/?q=nato", "/changes/", "/sitemap.xml"]


def refused(*args, **kwargs):
    raise OperationalError("connection failed") from psycopg.OperationalError("connection failed: refused")


@pytest.fixture
def gone(db, monkeypatch):
    """Have a database to which no connection can be made."""
    with monkeypatch.context() as patch:  # Over before the test's own transaction is.
        patch.setattr(BaseDatabaseWrapper, "cursor", refused)
        yield


@pytest.mark.parametrize("path", PAGES)
def test_pages_say_that_the_database_is_gone_and_when_to_come_back(client, gone, path):
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert BeautifulSoup(response.content, "lxml").h1.text == "The database does not answer"


def test_so_do_forms_of_readers_and_the_desk(client, gone):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "of-somebody"
    assert [client.get("/admin/").status_code, client.post("/admin/login/").status_code] == [503, 503]
    assert client.post("/suggest/organization/csto/", {"wrong": "x"}).status_code == 503


def test_the_process_is_alive_without_a_database_but_not_ready(client, gone):
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response.content == b"The database does not answer."


@pytest.mark.django_db
def test_alive_is_answered_without_asking_and_ready_after_asking(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"
    response = client.get("/readyz")
    assert (response.status_code, response.content, response["Cache-Control"]) == (200, b"ok", "no-store")
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


@pytest.mark.django_db
def test_a_site_without_its_migrations_is_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (
        503,
        b"Migrations are missing: 1. Run manage.py migrate.",
    )


def test_a_mistake_of_ours_is_no_absence_of_the_database(client, db, monkeypatch):
    def mistaken(*args, **kwargs):
        raise OperationalError("no such column: nme") from sqlite3.OperationalError("no such column: nme")

    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", mistaken)
        assert client.get("/").status_code == 500


@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}},
)
def test_the_page_of_a_failure_needs_no_collected_static_files(client, db):
    client.raise_request_exception = False
    response = client.get("/")  # Its own links to style sheets fail.
    assert response.status_code == 500
    page = BeautifulSoup(response.content, "lxml")
    assert page.h1.text == "Something broke here"
    assert page.find("link", rel="stylesheet")["href"] == "/static/alliances/tokens.css"


@pytest.mark.parametrize(
    ("error", "is_waiting", "is_away"),
    [
        (sqlite3.OperationalError("database is locked"), True, False),
        (sqlite3.OperationalError("disk I/O error"), False, True),
        (sqlite3.OperationalError("too many SQL variables"), False, False),
        (psycopg.OperationalError("the connection is lost"), False, True),
        (psycopg.InterfaceError("the connection is closed"), False, True),
        (psycopg.errors.QueryCanceled("canceling statement due to statement timeout"), False, True),
        (psycopg.errors.AdminShutdown("terminating connection"), False, True),
        (psycopg.errors.TooManyConnections("too many clients"), False, True),
        (psycopg.errors.LockNotAvailable("lock timeout"), True, False),
        (psycopg.errors.StatementTooComplex("stack depth"), False, False),
    ],
    ids=lambda value: str(value)[:25],
)
def test_what_an_error_means(error, is_waiting, is_away):
    address = "postgres://nobody@127.0.0.1:1/none" if isinstance(error, psycopg.Error) else "sqlite://:memory:"
    asked = ConnectionHandler({"default": databases.database_of(address)})["default"]
    with pytest.raises(Error) as told, asked.wrap_database_errors:
        raise error
    assert (waited(told.value), is_gone(told.value)) == (is_waiting, is_away)


@pytest.fixture
def relayed(db, monkeypatch):
    """Return a connection whose queries may take 1 s, and a function that freezes the server behind it."""
    server = connection.settings_dict
    thawed = threading.Event()
    thawed.set()
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as opened:

        def pump(source, target):
            with suppress(OSError):
                while data := source.recv(65536):
                    thawed.wait()
                    target.sendall(data)

        def end(each):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # Wakes its pumps, which closing alone does not.
            each.close()

        def serve():
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    there = socket.create_connection((server["HOST"], server["PORT"] or 5432))
                    for each in (client, there):
                        opened.callback(end, each)
                    for pair in ((client, there), (there, client)):
                        threading.Thread(target=pump, args=pair, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        monkeypatch.setenv("QUERY_SECONDS", "1")
        name = f"{server['USER']}@127.0.0.1:{listening.getsockname()[1]}/{server['NAME']}"
        asked = ConnectionHandler({"default": databases.database_of(f"postgres://{name}")})["default"]
        yield asked, thawed.clear
        thawed.set()
        asked.close()


@on_postgresql
def test_the_server_stops_a_query_that_takes_too_long(relayed):
    asked, _ = relayed
    with pytest.raises(OperationalError) as told, asked.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    assert is_gone(told.value)
    with asked.cursor() as cursor:
        cursor.execute("SELECT 1")  # The connection is as good as before.


@on_postgresql
def test_a_frozen_server_is_given_up(relayed, monkeypatch):
    monkeypatch.setattr(base, "GRACE", 0)
    asked, freeze = relayed
    asked.ensure_connection()
    freeze()
    began = time.monotonic()
    with pytest.raises(OperationalError, match="has stopped answering") as told, asked.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert is_gone(told.value)
    assert 0.9 < time.monotonic() - began < 5
    assert asked.connection.closed


@on_postgresql
def test_a_kept_connection_to_a_frozen_server_is_noticed_before_it_is_used(relayed, monkeypatch):
    monkeypatch.setattr(base, "HEALTH_CHECK", 0.2)
    asked, freeze = relayed
    asked.ensure_connection()
    assert asked.is_usable()
    freeze()
    began = time.monotonic()
    assert not asked.is_usable()
    assert time.monotonic() - began < 2


def test_commands_have_no_limit_and_the_site_has_one(monkeypatch):
    monkeypatch.delenv("QUERY_SECONDS", raising=False)
    assert "statement_timeout=0s" in databases.database_of("postgres://u@h/n")["OPTIONS"]["options"]
    monkeypatch.setenv("QUERY_SECONDS", "30")
    assert "statement_timeout=30s" in databases.database_of("postgres://u@h/n")["OPTIONS"]["options"]
    monkeypatch.setenv("QUERY_SECONDS", "a while")
    with pytest.raises(ImproperlyConfigured, match="Set it to 30"):
        databases.database_of("postgres://u@h/n")


def test_what_the_address_of_the_database_says_is_kept():
    assert databases.database_of("postgres://u@h/n?sslmode=require")["OPTIONS"]["sslmode"] == "require"
