"""What the tests share: the database with or without the facts of fixtures/, and the profile of Hypothesis."""

import gc

import pytest
from _pytest.runner import runtestprotocol
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import client as test_client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from .databases import Beside, Copied, Databases
from .examples import IN_CI

# A test that asks the database keeps its transaction over all examples; they only read.
PROFILE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
hypothesis.register_profile("here", max_examples=100, **PROFILE)
hypothesis.register_profile("ci", max_examples=400, **PROFILE)
hypothesis.load_profile("ci" if IN_CI else "here")

# Django, the tests and what they import stay until the end: to look through them for garbage again and again takes a
# tenth of the suite.
gc.set_threshold(50_000, 20, 100)


def pytest_collection_finish(session):
    gc.freeze()


def roomy(call, *args, **kwargs):
    return call(*args, **kwargs)


# Python 3.11 keeps the frames of calls in pieces of 16 kB. Where a loop happens to call across the end of a piece, each
# call asks the system for memory and gives it back: 300,000 times in one of our modules, a fifth of its time. A piece
# is as large as its first frame asks for, so one frame that is said to need 256 kB leaves as much to all others.
roomy.__code__ = roomy.__code__.replace(co_stacksize=2**15)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Run each test as pytest does, below one large frame."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    roomy(runtestprotocol, item, nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_collection_modifyitems(items):
    """Run the tests on the real facts together, so that the database seldom changes.

    Those in the browser come last: Playwright leaves a loop running, in which Django refuses to ask the database.
    """
    if not IN_CI:
        for item in items:
            if item.get_closest_marker("drill"):
                item.add_marker(pytest.mark.skip(reason="a drill of some seconds: CI=true runs it"))
    items.sort(key=lambda item: ("/browser/" in item.nodeid, "facts" in item.fixturenames))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Keep passwords of tests by a quick hash: the real one takes a third of a second on purpose."""
    from django.contrib.auth.hashers import get_hashers

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    get_hashers.cache_clear()


DATABASES = pytest.StashKey[Databases]()


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """Have the test database, from a copy where there is one, and otherwise as pytest-django makes it."""
    config = request.config
    if connection.vendor == "sqlite":
        kept = hasattr(config, "cache") and not config.getoption("nomigrations")
        databases = Copied(django_db_blocker, config.cache.mkdir("databases") if kept else None)
    else:
        databases = Beside(django_db_blocker)
    databases.begin(lambda: request.getfixturevalue("django_db_setup"))
    config.stash[DATABASES] = databases
    yield
    databases.end()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Have the facts in the database for the tests that ask for `facts`, and none for the others, in any order."""
    if DATABASES in item.config.stash:
        item.config.stash[DATABASES].use("facts" if "facts" in item.fixturenames else "empty")


@pytest.fixture(scope="session")
def facts(request, django_db_setup):
    """Have the facts of fixtures/ in the database."""
    request.config.stash[DATABASES].use("facts")


@pytest.fixture(scope="session", autouse=True)
def only_the_context_of_the_page():
    """Let the test client keep the context of the page, and none of the hundreds of templates that it includes.

    A form of the desk has a template for each row and widget; to copy their contexts took a tenth of the suite.
    """
    keep = test_client.store_rendered_templates

    def keep_the_first(store, signal, sender, template, context, **kwargs):
        if "context" not in store:
            keep(store, signal, sender, template, context, **kwargs)

    test_client.store_rendered_templates = keep_the_first
    yield
    test_client.store_rendered_templates = keep


@pytest.fixture
def editor(client, db):
    """Log in as a member of the editors."""
    user = get_user_model().objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    client.force_login(user)
    return client


@pytest.fixture
def contributor(db):
    """Log in as a member of the contributors, in a browser of their own."""
    user = get_user_model().objects.create_user("contributor", is_staff=True)
    user.groups.add(Group.objects.get(name="contributors"))
    client = test_client.Client()
    client.force_login(user)
    client.user = user
    return client
