"""A real server and a real browser: gunicorn on the real facts as in production, and Debian's Chromium with no window.

`page` is a phone or a desktop, light or dark, as the test says; every page that it shows is watched: a message of
the Content-Security-Policy, an error of a script or a request to another host fails the test at its end.
"""

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files import locks

from ..machines import GUNICORN, environment, free_port, running, until
from .chromium import CHROMIUM, CHROMIUMS, LAUNCH

HERE = Path(__file__).parent
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    """Mark what needs the browser, and skip it, with the reason, where there is none."""
    missing = pytest.mark.skip(reason=f"needs {CHROMIUMS[0]}; .ci/run installs it")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Launch Debian's Chromium."""
    return LAUNCH


def production(database, static):
    """Return the environment of a site without DEBUG."""
    return environment(
        DATABASE_URL=f"sqlite:///{database}",
        STATIC_ROOT=str(static),
        SECRET_KEY="only-for-the-tests-in-a-browser-" + "x" * 40,
        ALLOWED_HOSTS="127.0.0.1",
    )


def prepare(tmp_path_factory, worker_id):
    """Return a folder with facts.sqlite3 and static/, which the first worker that comes fills."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    folder = shared / "prepared"
    with (shared / "prepared.lock").open("w") as turn:
        locks.lock(turn, locks.LOCK_EX)
        if not folder.exists():
            unfinished = shared / "unfinished"
            unfinished.mkdir()
            if ready := os.environ.get("SET_UP_DATABASE"):  # What quickstart would make; .ci/run has it already.
                shutil.copy(ready, unfinished / "facts.sqlite3")
            commands = (
                *([] if ready else [["quickstart", "--setup-only"]]),
                ["collectstatic", "--noinput", "-v0"],
                ["shell", "-v0", "-c", MAKE_EDITOR],
            )
            for command in commands:
                subprocess.run(
                    [sys.executable, "manage.py", *command],
                    cwd=settings.BASE_DIR,
                    env=production(unfinished / "facts.sqlite3", unfinished / "static"),
                    check=True,
                    capture_output=True,
                )
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """Serve the real facts with gunicorn, without DEBUG, on static files as collected; return the address."""
    work = tmp_path_factory.mktemp("site")
    prepared = prepare(tmp_path_factory, worker_id)
    shutil.copy(prepared / "facts.sqlite3", work)
    address, log = f"127.0.0.1:{free_port()}", work / "log"
    env = production(work / "facts.sqlite3", prepared / "static") | {"BIND": address}
    with running(*GUNICORN, log=log, env=env):
        until(lambda: urllib.request.urlopen(f"http://{address}/healthz").status == 200, log)
        yield f"http://{address}"


EDITOR, SECOND_EDITOR = "browser-editor", "second-editor"
CONTRIBUTOR = "contributor-in-the-browser"
GUARDED = ["guarded-with-script", "guarded-without-script"]  # Each sets up a second factor, once.
MAKE_EDITOR = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
for name in ("{EDITOR}", "{SECOND_EDITOR}", *{GUARDED}):
    editor = get_user_model().objects.create_user(name, password=f"{{name}}-password", is_staff=True)
    editor.groups.set(Group.objects.all())
contributor = get_user_model().objects.create_user("{CONTRIBUTOR}", password="{CONTRIBUTOR}-password", is_staff=True)
contributor.groups.set(Group.objects.filter(name="contributors"))
"""


@pytest.fixture(scope="session")
def base_url(site):
    """Let `page.goto("/states/")` mean our server."""
    return site


@pytest.fixture
def browser_context_args(browser_context_args, request):
    """Size, colours and scripts of the page, a desktop unless a test says otherwise by `looking`."""
    asked = getattr(request, "param", {})
    return {**browser_context_args, "viewport": DESKTOP, **asked}


def looking(*names):
    """Run a test once for each of these looks, by their names in LOOKS."""
    return pytest.mark.parametrize("browser_context_args", [LOOKS[name] for name in names], ids=names, indirect=True)


def look(size=DESKTOP, colours="light", script=True):
    """Say what a page is looked at with, for `browser_context_args`."""
    return {"viewport": size, "color_scheme": colours, "java_script_enabled": script}


LOOKS = {
    "phone": look(PHONE),
    "phone-dark": look(PHONE, "dark"),
    "desktop": look(DESKTOP),
    "desktop-dark": look(DESKTOP, "dark"),
    "phone-without-script": look(PHONE, script=False),
    "desktop-without-script": look(DESKTOP, script=False),
}


@pytest.fixture(autouse=True)
def watched(request):
    """Fail a test in whose pages a script failed, the policy was broken or another host was asked."""
    if "page" not in request.fixturenames:
        yield []
        return
    page, site = request.getfixturevalue("page"), request.getfixturevalue("site")
    wrong = []

    def asked(asking):
        parts = urlsplit(asking.url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != site:
            wrong.append(f"asked another host: {asking.url}")

    page.on("pageerror", lambda error: wrong.append(f"a script failed: {error}"))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", asked)
    yield wrong
    assert not wrong, wrong
