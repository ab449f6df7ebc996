"""The one settings file: everything that differs between machines comes from the environment.

README.md lists the variables. A value that is missing or cannot be read stops the start, with a sentence that says how
to mend it.
"""

import os
import re
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from orgsite.databases import cache_of, databases

BASE_DIR = Path(__file__).resolve().parent.parent


def env_bool(name, default=False):
    """Read a switch: 1, true, yes, on or 0, false, no, off; anything else stops the start."""
    text = os.environ.get(name, "").strip().lower()
    if text in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return text in {"1", "true", "yes", "on"} if text else default
    raise ImproperlyConfigured(f"{name}={text!r} is neither yes nor no. Set {name}=1 or {name}=0.")


def env_list(name):
    """Read a comma-separated list, without empty parts."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def site_host(allowed_hosts, debug):
    """Return the site's name in the ids of its feed: SITE_HOST, or the first name of ALLOWED_HOSTS."""
    host = os.environ.get("SITE_HOST", "").strip().lower()
    if host and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", host):
        raise ImproperlyConfigured(f"SITE_HOST={host!r} is no host name. Set it to a name alone: example.org")
    names = [name.lower().removeprefix(".") for name in allowed_hosts if re.search("[a-z]", name, re.IGNORECASE)]
    host = host or next((name for name in names if not name.startswith("[")), "")
    if host or debug or "*" not in allowed_hosts:
        return host or "localhost"
    raise ImproperlyConfigured("ALLOWED_HOSTS names no host. Set SITE_HOST to the site's name, for example example.org")


def secret_key(debug):
    """Return the key that signs sessions; only under DEBUG may it be left out."""
    key = os.environ.get("SECRET_KEY", "")
    if key or debug:
        return key or "only-for-debug-on-a-laptop"
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. In production set it to a long random string, for example from\n"
        "  python -c 'import secrets; print(secrets.token_urlsafe(50))'\n"
        "On a laptop set DEBUG=1 instead, or run `python manage.py quickstart`, which does so."
    )


DEBUG = env_bool("DEBUG")
SECRET_KEY = secret_key(DEBUG)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")  # Under DEBUG Django adds localhost and 127.0.0.1 itself.
# Part of the ids of feed entries, whatever address they are read under. Another name makes every entry new once more.
SITE_HOST = site_host(ALLOWED_HOSTS, DEBUG)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "alliances.public.errors.form_refused"

# Whether public history pages name who made a change. Off: the desk alone tells.
SHOW_EDITORS = env_bool("SHOW_EDITORS")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",  # The same static files in development as in production.
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "csp",
    "alliances",
]

MIDDLEWARE = [
    "orgsite.logs.request_id",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page of the UN's 203 spells is 250 kB of text, and 20 kB packed. Django's own answer to BREACH is in it.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orgsite.replica.read_from_replica",
    "alliances.middleware.one_change_set",
]

ROOT_URLCONF = "orgsite.urls"
WSGI_APPLICATION = "orgsite.wsgi.application"

TEMPLATES = [
    {  # Public pages (DESIGN.md, section 6).
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "alliances.public.jinja.environment"},
    },
    {  # The admin, and its few overrides in alliances/templates/admin/.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "alliances" / "templates"],  # Before the admin's own.
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = databases(
    os.environ.get("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}", os.environ.get("DATABASE_REPLICA_URL", "")
)
DATABASE_ROUTERS = ["orgsite.replica.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
CACHES = {"default": cache_of(os.environ.get("CACHE_URL") or "locmem://")}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]

LANGUAGE_CODE = "en"
USE_I18N = False  # One language of interface; names in other languages are data.
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / ".static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# On a laptop and in tests static files come straight from the app; in production from collectstatic.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG

# The United Nations' admin form carries 203 spells of nine fields each; Django's default stops at 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
# Behind a proxy that ends TLS: plain HTTP is sent on to HTTPS, and browsers remember that for a year.
BEHIND_HTTPS_PROXY = env_bool("BEHIND_HTTPS_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS_PROXY else None
SECURE_SSL_REDIRECT = BEHIND_HTTPS_PROXY
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # Whoever looks after the processes asks them directly.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_HTTPS_PROXY else 0
# Whether the other hosts of our domain speak HTTPS is not ours to promise: no includeSubDomains, no preload.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

# Everything comes from the site itself: no inline script or style, no eval, no other host, in no frame but its own
# embeds, which lift that for themselves (alliances/public/views/embeds.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # The admin's own icons are data URLs in its style sheets.
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# To stderr, for whatever collects it: one JSON object a line, readable lines under DEBUG (orgsite/logs.py). What was
# only refused (400, 403, 404, a missing CSRF token) is the reader's affair and is not logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "orgsite.logs.RequestIdFilter"}},
    "formatters": {
        "json": {"()": "orgsite.logs.JsonFormatter"},
        "readable": {"format": "{levelname} {name} [{request_id}] {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "readable" if DEBUG else "json",
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # Django's own two would say it twice, or by e-mail to nobody.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
    },
}
