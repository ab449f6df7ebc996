"""What the tests share: the facts of fixtures/, loaded once, and the profile of Hypothesis."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

# A test that asks the database keeps its transaction over all examples; they only read.
hypothesis.register_profile("site", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
hypothesis.load_profile("site")


def pytest_collection_modifyitems(items):
    """Run the tests on the real facts late: these are loaded once and stay, and the others want an empty database.

    Those in the browser come last: Playwright leaves a loop running, in which Django refuses to ask the database.
    Each worker of pytest-xdist has a database of its own and takes its tests in this order.
    """
    items.sort(key=lambda item: ("/browser/" in item.nodeid, "facts" in item.fixturenames))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Keep passwords of tests by a quick hash: the real one takes a third of a second on purpose."""
    from django.contrib.auth.hashers import get_hashers

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    get_hashers.cache_clear()


@pytest.fixture(scope="session")
def facts(django_db_setup, django_db_blocker):
    """Load fixtures/ into the test database."""
    with django_db_blocker.unblock():
        call_command("loaddata", *sorted((settings.BASE_DIR / "fixtures").glob("*.json")), verbosity=0)


@pytest.fixture
def editor(client, db):
    """Log in as a member of the editors."""
    user = get_user_model().objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    client.force_login(user)
    return client
