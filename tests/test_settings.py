"""Settings come from the environment and fail loudly, with the way to mend it."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from orgsite import databases, settings


def test_production_does_not_start_without_a_secret_key(settings):
    bare = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "SECRET_KEY"}}
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert "SECRET_KEY is not set" in ran.stderr
    assert "secrets.token_urlsafe" in ran.stderr


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
