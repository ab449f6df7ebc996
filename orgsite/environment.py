"""How the environment is read: strictly. What cannot work stops the start, with a sentence that says how to mend it."""

import os
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50  # Characters; what `check --deploy` asks for.


def env_bool(name: str, default: bool = False) -> bool:
    """Read a switch: 1, true, yes, on or 0, false, no, off; anything else stops the start."""
    text = os.environ.get(name, "").strip().lower()
    if text in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return text in {"1", "true", "yes", "on"} if text else default
    raise ImproperlyConfigured(f"{name}={text!r} is neither yes nor no. Set {name}=1 or {name}=0.")


def env_list(name: str) -> list[str]:
    """Read a comma-separated list, without empty parts."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def secret_key(debug: bool) -> str:
    """Return the key that signs sessions; only under DEBUG may it be short, or left out."""
    key = os.environ.get("SECRET_KEY", "")
    if debug:
        return key or "only-for-debug-on-a-laptop"
    if len(key) >= SHORTEST_KEY:
        return key
    wrong = f"has {len(key)} characters, and {SHORTEST_KEY} are needed" if key else "is not set"
    raise ImproperlyConfigured(
        f"SECRET_KEY {wrong}. In production set it to a long random string, for example from\n"
        "  python -c 'import secrets; print(secrets.token_urlsafe(50))'\n"
        "On a laptop set DEBUG=1 instead, or run `python manage.py quickstart`, which does so."
    )


def host_names(debug: bool) -> list[str]:
    """Return the hosts that the site answers to; under DEBUG Django adds localhost and 127.0.0.1 itself."""
    hosts = env_list("ALLOWED_HOSTS")
    if not (hosts or debug):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set, so every page would answer 400. Name the hosts of the site, for example "
            "ALLOWED_HOSTS=example.org,www.example.org. On a laptop set DEBUG=1 instead."
        )
    for host in hosts:
        if "/" in host or (":" in host and not host.startswith("[")):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS names {host!r}, which no request can match. Give the bare host, without scheme, port "
                "or path: example.org."
            )
    return hosts


def site_host(allowed_hosts: list[str], debug: bool) -> str:
    """Return the site's name in the ids of its feed: SITE_HOST, or the first name of ALLOWED_HOSTS."""
    host = os.environ.get("SITE_HOST", "").strip().lower()
    if host and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", host):
        raise ImproperlyConfigured(f"SITE_HOST={host!r} is no host name. Set it to a name alone: example.org")
    names = [name.lower().removeprefix(".") for name in allowed_hosts if re.search("[a-z]", name, re.IGNORECASE)]
    host = host or next((name for name in names if not name.startswith("[")), "")
    if host or debug or "*" not in allowed_hosts:
        return host or "localhost"
    raise ImproperlyConfigured("ALLOWED_HOSTS names no host. Set SITE_HOST to the site's name, for example example.org")


def trusted_origins() -> list[str]:
    """Return the origins from which forms may be sent besides our own."""
    origins = env_list("CSRF_TRUSTED_ORIGINS")
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
            raise ImproperlyConfigured(
                f"CSRF_TRUSTED_ORIGINS names {origin!r}, which no browser sends. Give scheme and host, and nothing "
                "else: https://example.org."
            )
    return origins
