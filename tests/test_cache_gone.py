"""A cache that is gone is an empty one: the desk counts anew, suggestions are taken, nobody waits."""

import re
import socket
import time

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import override_settings

from alliances.models import Suggestion
from orgsite.databases import cache_of

from . import factories
from .examples import drill
from .test_suggestions import clock, send, spell  # noqa: F401  Two are fixtures.

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["refusing", pytest.param("silent", marks=drill)])
def gone(request):
    """Have a Redis that is not there, or one that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if request.param == "silent":
            listening.listen()
        url = f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
        with override_settings(CACHES={"default": cache_of(url)}):
            yield


def test_it_has_nothing_and_keeps_nothing(gone, caplog):
    cache = caches["default"]
    began = time.monotonic()
    cache.set("a", 1)
    assert (cache.get("a"), cache.get("a", 7), cache.add("a", 1)) == (None, 7, False)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    assert time.monotonic() - began < 8  # A second for each question.
    assert {record.getMessage().partition(":")[0] for record in caplog.records} == {"The cache does not answer"}


def test_the_desk_opens_with_its_counts(gone, editor):
    factories.organization("csto")
    factories.spell("csto", factories.state("UZB").iso3, "2006-06-23")
    page = BeautifulSoup(editor.get("/admin/").content, "lxml")
    assert page.find("a", href=re.compile("rule=no-source"))


def test_a_reader_suggests(gone, client, clock, spell):  # noqa: F811
    assert send(client, clock, spell).status_code == 302
    assert Suggestion.objects.count() == 1
