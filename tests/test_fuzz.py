"""Whatever is sent, no answer is a failure of ours, none is without bound, and no header comes from who asked.

`FUZZ=50000 python -m pytest -n 0 tests/test_fuzz.py` sends so many, `FUZZ_SEED=2` others; so do SQLite and PostgreSQL.
"""

import logging
import os
import sys
import time

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliances import dates
from alliances.models import Draft, Membership, Organization, State

from .examples import IN_CI
from .fuzz import Fuzzer

pytestmark = pytest.mark.django_db

NUMBER = int(os.environ.get("FUZZ") or (1_500 if IN_CI else 60))
SEED = os.environ.get("FUZZ_SEED", "1")
# The form of the United Nations with its 250 rows is 1.1 MB; a sheet of all citations has 2 MB.
MOST_BYTES, MOST_QUERIES = 3_000_000, 1_500


@pytest.fixture(autouse=True)
def silence():
    """Log nothing: each refusal of a lookup would be told with its traceback."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def keys(facts):
    """What leads somewhere, for each name in the pattern of an address."""
    author = get_user_model().objects.create_user("author", is_staff=True)
    Draft.objects.create(
        kind="membership", key=Membership.objects.first().pk, title="A draft", author=author, kept=dates.now()
    )
    numbers = sorted(
        {row.pk for model in apps.get_app_config("alliances").get_models() for row in model._base_manager.all()[:2]}
    )
    slugs = [*Organization.objects.values_list("slug", flat=True)[:8], "arm", "sun", "nyt-1991"]
    return {
        "slug": [*slugs, *State.objects.values_list("iso3", flat=True)[:4]],
        "key": [*slugs[:4], *numbers[:4]],
        "kind": ["organization", "membership", "state", "citation", "provision"],
        "object_id": numbers,
        "model_name": ["state", "membership", "source"],
        "field_name": ["state", "organization", "source"],
        "form": ["csv", "xlsx"],
        "section": ["lists", "organization"],
        "date": ["1991", "2008-01", "2026-11-26", "today"],
        "code": ["ARM", "TUR", "SUN"],
        "status": ["member", "observer"],
    } | dict.fromkeys(("pk", "id", "change_set", "content_type_id", "version", "number"), numbers)


@pytest.mark.parametrize("who", ["reader", "contributor", "editor"])
def test_no_request_breaks_anything(who, keys):
    client = Client(raise_request_exception=False)
    if who != "reader":
        user = get_user_model().objects.create_user(who, is_staff=True)
        user.groups.add(Group.objects.get(name=f"{who}s"))
        client.force_login(user)
    entered = {name: morsel.value for name, morsel in client.cookies.items()}
    fuzzer, wrong, dearest = Fuzzer(f"{SEED} {who}", keys), [], {}
    for number in range(NUMBER // 3):
        cache.clear()
        client.cookies.clear()
        client.cookies.load(entered)
        with transaction.atomic():
            asked = fuzzer.request(number, client)
            began = time.process_time()
            with CaptureQueriesContext(connection) as queries:
                told = sent(client, asked)
            spent = time.process_time() - began
            transaction.set_rollback(True)
        if told or len(queries) > MOST_QUERIES:
            wrong.append(f"{number}: {told or f'{len(queries)} queries'}: {asked}")
        dearest[spent] = asked
    for spent in sorted(dearest, reverse=True)[:3]:
        sys.stdout.write(f"{who}, {connection.vendor}: {spent:.2f} s: {str(dearest[spent])[:150]}\n")
    assert wrong == []


def sent(client, asked):
    """Send it; return what is wrong with the answer, in words, or nothing."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.headers.items()}
    if "HTTP_CONTENT_LENGTH" in headers:
        headers["CONTENT_LENGTH"] = headers.pop("HTTP_CONTENT_LENGTH")
    if isinstance(asked.body, dict):
        answer = client.post(asked.path, asked.body, **headers)
    else:
        answer = client.generic(asked.method, asked.path, asked.body, asked.content_type, **headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if len(content) > MOST_BYTES:
        return f"{len(content)} bytes"
    if "X-Injected" in answer.headers or any("\n" in value or "\r" in value for value in answer.headers.values()):
        return "a header from who asked"
    if str(settings.BASE_DIR).encode() in content or b"Traceback" in content:
        return "tells how we are made"
    return ""
