"""The one settings file: everything that differs between machines comes from the environment.

README.md lists the variables. A value that is missing or cannot be read stops the start, with a sentence that says how
to mend it.
"""

import os
from pathlib import Path

from orgsite.databases import cache_of, databases
from orgsite.environment import env_bool, site_host
from orgsite.security import *  # noqa: F403  How the site is protected, and how one logs in.
from orgsite.security import ALLOWED_HOSTS, DEBUG

BASE_DIR = Path(__file__).resolve().parent.parent

# Part of the ids of feed entries, whatever address they are read under. Another name makes every entry new once more.
SITE_HOST = site_host(ALLOWED_HOSTS, DEBUG)

# Writes plain inputs without a template for each.
FORM_RENDERER = "alliances.admin.form_renderer.PlainInputs"

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
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "alliances",
]

MIDDLEWARE = [
    "orgsite.logs.request_id",
    "orgsite.headers.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page of the UN's 203 spells is 250 kB of text, and 20 kB packed. Django's own answer to BREACH is in it.
    "django.middleware.gzip.GZipMiddleware",
    "alliances.admin.login.sessions.SlidingSessionMiddleware",
    "alliances.public.marks.drop_marks",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "alliances.admin.login.gate.ask_for_second_factor",
    "axes.middleware.AxesMiddleware",
    "alliances.middleware.limit_bodies",  # Before anything reads one: the check of the token is the first to do so.
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

LANGUAGE_CODE = "en"
USE_I18N = False  # One language of interface; names in other languages are data.
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / ".static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "orgsite.fonts.finder.FontFinder",  # Makes the fonts; what was made is kept beside STATIC_ROOT.
]
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
        "axes": {"level": "ERROR"},  # It would write names and addresses; the audit log on the desk has them.
    },
}
