"""Databases and caches, read from the environment; settings.py says which.

A module of its own because each of its values was measured and needs its reason beside it, and settings.py would be
half as long again with them.
"""

import os
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# Seconds that anybody waits for the turn to write, or for a connection. On PostgreSQL the first is said by
# alliances/models/changeset.py, which agrees with this.
PATIENCE = 5


def query_seconds() -> int:
    """Return how long one query may take, from QUERY_SECONDS; 0 is as long as it likes.

    orgsite/wsgi.py sets 30 for the site. Commands have no limit: a migration or a backup takes what it takes.
    """
    text = os.environ.get("QUERY_SECONDS", "").strip() or "0"
    if text.isascii() and text.isdecimal():
        return int(text)
    raise ImproperlyConfigured(f"QUERY_SECONDS={text!r} is no number of seconds. Set it to 30, or to 0 for no limit.")


def database_of(url: str) -> dict[str, Any]:
    """Turn DATABASE_URL into Django's setting."""
    try:
        database: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)}
    except ValueError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL is not understood ({error}). Use sqlite:////full/path.sqlite3 "
            "or postgres://user:password@host:5432/name."
        ) from error
    options = dict(database.get("OPTIONS", {}))  # What the address says behind its "?", for example sslmode.
    if database["ENGINE"] == "django.db.backends.sqlite3":
        options |= {
            # WAL lets readers go on while an editor saves; IMMEDIATE makes two writers queue instead of fail.
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE,
            # FULL: what was acknowledged survives a power cut. It costs a save one fsync, 4 ms; readers nothing.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif database["ENGINE"] == "django.db.backends.postgresql":
        limit = query_seconds()
        database["ENGINE"] = "orgsite.postgresql"
        database["QUERY_SECONDS"] = limit
        # Without JIT: PostgreSQL compiled a search of 15 words for 9 seconds that runs in 60 ms.
        options |= {"connect_timeout": PATIENCE, "options": f"-c jit=off -c statement_timeout={limit}s"}
    else:
        raise ImproperlyConfigured(f"DATABASE_URL is not understood: {database['ENGINE']} is not supported.")
    database["OPTIONS"] = options
    return database


def databases(url: str, replica: str) -> dict[str, Any]:
    """Return the setting DATABASES: the primary and, if there is one, a replica that readers' pages are read from."""
    found = {"default": database_of(url)}
    if replica:
        found["replica"] = database_of(replica) | {"TEST": {"MIRROR": "default"}}
    return found


def cache_of(url: str) -> dict[str, Any]:
    """Turn CACHE_URL into Django's setting: locmem:// (default), redis://host, memcached://host:port.

    A cache that does not answer within a second is an empty one (orgsite/cache.py).
    """
    parts = urlsplit(url)
    if parts.scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if parts.scheme in {"redis", "rediss"}:
        seconds = {"socket_connect_timeout": 1, "socket_timeout": 1}
        return {"BACKEND": "orgsite.cache.DispensableRedisCache", "LOCATION": url, "OPTIONS": seconds}
    if parts.scheme == "memcached":
        return {
            "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
            "LOCATION": parts.netloc,
            "OPTIONS": {"ignore_exc": True, "connect_timeout": 1, "timeout": 1},
        }
    raise ImproperlyConfigured(
        f"CACHE_URL={url!r} is not understood. Use locmem://, redis://host:6379/0 or memcached://host:11211."
    )
