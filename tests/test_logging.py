"""A failure in production leaves one line on stderr that says where, in which request, and nothing about the reader."""

import json
import logging
import os
import re
import subprocess
import sys

import pytest

from orgsite.logs import JsonFormatter, RequestIdFilter, without_private

# A site as gunicorn runs it, but for static files, whose hashed names only collectstatic knows. Its first page fails.
PRODUCTION = """
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from orgsite.wsgi import application
from django.test import Client
from django.urls import resolve

def explode(self, request):
    try:
        int("not a number")
    except ValueError as error:
        raise RuntimeError("no luck for ada@example.org from 203.0.113.7\\nDETAIL: Key (contact)=(secret)") from error

resolve("/").func.view_class.get = explode
client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.7", HTTP_X_REQUEST_ID="proxy-0001")
client.cookies["sessionid"] = "cookie-of-a-reader"
for address in ADDRESSES:
    response = client.get(address)
    print(response.status_code, response["X-Request-ID"])
"""


def production(tmp_path, settings, *addresses):
    """Ask for addresses in a process with production's settings; return (what it printed, the lines on its stderr)."""
    bare = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "BEHIND_HTTPS_PROXY"}}
    ran = subprocess.run(
        [sys.executable, "-c", PRODUCTION.replace("ADDRESSES", repr(addresses))],
        cwd=settings.BASE_DIR,
        env=bare
        | {
            "SECRET_KEY": "only-for-this-test-" + "x" * 40,
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
            "STATIC_ROOT": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.splitlines(), ran.stderr.splitlines()


def test_a_failure_in_production_is_one_line_of_json_with_its_traceback_and_request(tmp_path, settings):
    printed, lines = production(tmp_path, settings, "/?on=2008&q=typed-words")
    assert printed == ["500 proxy-0001"]
    assert len(lines) == 1
    told = json.loads(lines[0])
    assert set(told) == {"time", "level", "logger", "request", "message", "trace"}
    assert (told["level"], told["logger"], told["request"]) == ("ERROR", "django.request", "proxy-0001")
    assert told["message"] == "Internal Server Error: /"
    assert "in explode" in told["trace"]
    assert re.search(
        r"ValueError: .*\n(.*\n)*builtins\.RuntimeError: no luck for \(e-mail\) from \(ip\)\n", told["trace"]
    )
    for private in ("ada@", "203.0.113", "secret", "typed-words", "cookie-of-a-reader"):
        assert private not in lines[0]


def test_what_works_and_what_is_only_refused_is_not_logged(tmp_path, settings):
    printed, lines = production(tmp_path, settings, "/healthz", "/no-such-page/")
    assert [row.split()[0] for row in printed] == ["200", "404"]
    assert lines == []


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "short", "with spaces in it", "x" * 129, 'quote"quote"'])
def test_an_id_that_is_missing_or_malformed_is_replaced_by_a_new_one(client, given):
    ids = [client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids)
    assert ids[0] != ids[1]


def test_a_line_outside_any_request_says_so():
    record = logging.LogRecord("alliances", logging.WARNING, "", 0, "%s rows", (3,), None)
    assert RequestIdFilter().filter(record)
    told = json.loads(JsonFormatter().format(record))
    assert (told["request"], told["message"]) == ("-", "3 rows")
    assert "trace" not in told


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Internal Server Error: /search/?q=words", "Internal Server Error: /search/?…"),
        ("from 2001:db8::7 and ::1", "from (ip) and (ip)"),
        ("duplicate key\nDETAIL: Key (name)=(Ada)", "duplicate key"),
        ("at 12:30 of 2008-01-01, alliances.models: 3", "at 12:30 of 2008-01-01, alliances.models: 3"),
        ("x" * 301, "x" * 300),
    ],
)
def test_what_is_private_is_left_out_of_a_text(text, left):
    assert without_private(text) == left
