"""Settings come from the environment and fail loudly, with the way to mend it."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from orgsite import databases, settings

GOOD = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "example.org"}


def start(**given):
    """Import the settings as production would, with these and the good variables; return what is said on stderr."""
    bare = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    ran = subprocess.run(
        [sys.executable, "-c", "from orgsite import settings"],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in {**bare, **GOOD, **given}.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(ran.returncode) == bool(ran.stderr)
    return ran.stderr


def test_production_starts_with_a_key_and_hosts():
    assert start() == ""
    assert start(CSRF_TRUSTED_ORIGINS="https://example.org,http://localhost:8000", ALLOWED_HOSTS="[::1],.b.org") == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set. In production set it to a long random string"),
        ({"SECRET_KEY": None}, "secrets.token_urlsafe"),
        ({"SECRET_KEY": "k" * 49}, "SECRET_KEY has 49 characters, and 50 are needed"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set, so every page would answer 400"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "https://example.org"}, "Give the bare host"),
        ({"ALLOWED_HOSTS": "example.org:443"}, "Give the bare host"),
        ({"CSRF_TRUSTED_ORIGINS": "example.org"}, "CSRF_TRUSTED_ORIGINS names 'example.org', which no browser sends"),
        ({"CSRF_TRUSTED_ORIGINS": "https://example.org/"}, "Give scheme and host, and nothing else"),
        ({"REQUIRE_SECOND_FACTOR": "perhaps"}, "Set REQUIRE_SECOND_FACTOR=1 or REQUIRE_SECOND_FACTOR=0"),
    ],
)
def test_what_cannot_work_stops_the_start_and_says_how_to_mend_it(given, said):
    assert said in start(**given)


def test_a_deployment_passes_djangos_checks_without_a_warning():
    ran = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **GOOD, "SECRET_KEY": "0123456789" * 5, "BEHIND_HTTPS_PROXY": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", False)])
def test_a_switch_is_read(monkeypatch, text, value):
    monkeypatch.setenv("DEBUG", text)
    assert settings.env_bool("DEBUG") is value


def test_a_switch_that_is_neither_yes_nor_no_stops_the_start(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="Set DEBUG=1 or DEBUG=0"):
        settings.env_bool("DEBUG")


@pytest.mark.parametrize("read", [databases.cache_of, databases.database_of])
def test_an_address_that_is_not_understood_stops_the_start(read):
    with pytest.raises(ImproperlyConfigured, match="is not understood"):
        read("carrier-pigeon://loft")


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("locmem://", "locmem.LocMemCache"),
        ("redis://cache:6379/0", "cache.DispensableRedisCache"),
        ("memcached://cache:11211", "PyMemcacheCache"),
    ],
)
def test_a_cache_is_chosen_by_its_address(url, backend):
    assert databases.cache_of(url)["BACKEND"].endswith(backend)


@pytest.mark.parametrize(
    ("site_host", "allowed", "host"),
    [
        ("", [], "localhost"),
        ("", ["example.org", "www.example.org"], "example.org"),
        ("", ["*", "127.0.0.1", "[::1]", ".Example.org"], "example.org"),
        ("", ["127.0.0.1"], "localhost"),
        ("reference.example", ["example.org"], "reference.example"),
        ("reference.example", ["*"], "reference.example"),
    ],
)
def test_the_name_in_the_ids_of_the_feed(monkeypatch, site_host, allowed, host):
    monkeypatch.setenv("SITE_HOST", site_host)
    assert settings.site_host(allowed, debug=False) == host


@pytest.mark.parametrize(
    ("site_host", "allowed", "message"),
    [
        ("", ["*"], "Set SITE_HOST"),
        ("https://example.org", ["example.org"], "a name alone"),
        ("a.org:80", [], "a name alone"),
    ],
)
def test_a_site_without_a_name_does_not_start(monkeypatch, site_host, allowed, message):
    monkeypatch.setenv("SITE_HOST", site_host)
    with pytest.raises(ImproperlyConfigured, match=message):
        settings.site_host(allowed, debug=False)


# Asked by the proxy, as it passes on a request of a reader over HTTP and one over HTTPS, and by a watchdog.
BEHIND_A_PROXY = """
from orgsite.wsgi import application
from django.conf import settings
from django.test import Client

for address, scheme in (("/states/", "http"), ("/healthz", "https"), ("/healthz", "http")):
    response = Client(headers={"X-Forwarded-Proto": scheme}).get(address)
    print(response.status_code, response.get("Location"), response.get("Strict-Transport-Security"))
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
"""


def test_behind_a_proxy_http_is_sent_on_to_https_and_browsers_remember_it(tmp_path, settings):
    bare = {name: value for name, value in os.environ.items() if name != "DEBUG"}
    ran = subprocess.run(
        [sys.executable, "-c", BEHIND_A_PROXY],
        cwd=settings.BASE_DIR,
        env=bare
        | {
            "SECRET_KEY": "only-for-this-test-" * 4,
            "ALLOWED_HOSTS": "testserver",
            "BEHIND_HTTPS_PROXY": "1",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
            "STATIC_ROOT": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == [
        "301 https://testserver/states/ None",
        "200 None max-age=31536000",
        "200 None None",
        "True True",
    ]
