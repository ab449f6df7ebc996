"""The files of orgsite/deploy/, followed on loopback: nginx, gunicorn, Redis, a database of PostgreSQL."""

import contextlib
import gzip
import http.client
import json
import re
import socket
import ssl
import threading
import time

import psycopg
import pytest
from django.db import connection

from .deployment import deployed, missing
from .machines import until

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql" or bool(missing()), reason="A server of PostgreSQL, nginx and Redis are needed"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("deployment")) as running:
        yield running


@pytest.fixture(autouse=True)
def another_reader(request):
    """Begin each test without cookies, and with requests to spend."""
    if "site" in request.fixturenames:
        request.getfixturevalue("site").cookies.clear()
        time.sleep(1)


def test_pages_come_compressed_over_https_and_say_little_about_us(site):
    answer = site.ask("/organizations/nato/", headers={"Accept-Encoding": "gzip"})
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert b"North Atlantic" in gzip.decompress(answer.body)
    assert answer.headers.get_all("Server") == ["nginx"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    style = re.search(rb'href="(/static/alliances/base\.[0-9a-f]+\.css)"', gzip.decompress(answer.body))[1].decode()
    answer = site.ask(style, headers={"Accept-Encoding": "gzip"})
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["Cache-Control"]


def test_plain_http_leads_to_https(site):
    asked = http.client.HTTPConnection("127.0.0.1", site.ports.http, timeout=10)
    asked.request("GET", "/states/?on=1999", headers={"Host": "example.org"})
    answer = asked.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://example.org/states/?on=1999")
    asked.close()


def test_the_first_account_logs_in_and_the_log_has_no_reader_in_it(site):
    answer = site.log_in()
    assert (answer.status, answer.headers["Location"]) == (302, "/admin/")
    answer = site.ask("/admin/?secret-words")
    assert answer.status in {200, 302}
    log = site.folder / "who-belongs.log"
    until(lambda: answer.headers["X-Request-ID"] in log.read_text(), log, seconds=5)  # It is written after the answer.
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    [line] = [line for line in lines if line["request"] == answer.headers["X-Request-ID"]]
    assert set(line) == {"time", "request", "status", "seconds", "bytes", "method", "path"}
    assert (line["path"], line["status"]) == ("/admin/", answer.status)
    assert "secret-words" not in json.dumps(lines)


def test_headers_of_a_stranger_do_not_say_where_the_site_is(site):
    told = {"SCRIPT_NAME": "/evil", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    answer = site.ask("/organizations/nato/", headers=told)
    assert answer.status == 200
    assert b"evil" not in answer.body


def test_what_is_too_large_is_refused_before_it_is_read(site):
    answer = site.ask("/suggest/organization/nato/", "POST", b"x" * 13_000_000)
    assert answer.status == 413


def test_half_requests_keep_nobody_waiting(site):
    with contextlib.ExitStack() as opened:
        for _ in range(40):
            half = opened.enter_context(socket.create_connection(("127.0.0.1", site.ports.https)))
            context = ssl._create_unverified_context()  # noqa: S323
            secured = opened.enter_context(context.wrap_socket(half, server_hostname="example.org"))
            secured.sendall(b"POST /suggest/organization/nato/ HTTP/1.1\r\nHost: example.org\r\nContent-Length: 99\r\n")
        began = time.monotonic()
        assert site.ask("/healthz").status == 200
        assert site.ask("/organizations/nato/").status == 200
        assert time.monotonic() - began < 3


def test_a_flood_from_one_address_is_told_to_wait(site):
    statuses = []

    def flood():
        statuses.extend(site.ask("/healthz").status for _ in range(30))

    threads = [threading.Thread(target=flood) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200, 429}
    time.sleep(3)


def test_a_backup_of_the_running_site(site):
    file = site.folder / "now.backup"
    assert "membership periods" in site.manage("backup", file)
    assert file.stat().st_size > 100_000


def test_without_redis_the_pages_stay(site):
    site.redis.terminate()
    site.redis.wait(timeout=10)
    assert [site.ask(path).status for path in ("/", "/admin/login/", "/suggest/organization/nato/")] == [200] * 3


def test_without_the_database_pages_say_so_and_come_back_by_themselves(site):
    server, _, name = site.url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            answer = site.ask("/states/")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
            assert "The database does not answer" in answer.body.decode()
            assert [site.ask(path).status for path in ("/readyz", "/healthz")] == [503, 200]
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert [site.ask(path).status for path in ("/states/", "/readyz")] == [200, 200]
    lines = [json.loads(line) for line in (site.folder / "gunicorn.log").read_text().splitlines() if line[0] == "{"]
    assert {"Service Unavailable: /states/", "Service Unavailable: /readyz"} <= {line["message"] for line in lines}
