"""One command from a fresh clone to the running site; an edited database is left alone."""

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.test import RequestFactory

from alliances.models import Organization

from . import factories

pytestmark = pytest.mark.django_db


def quickstart():
    out = StringIO()
    call_command("quickstart", "--setup-only", stdout=out)
    return out.getvalue()


def test_a_database_with_facts_is_left_alone():
    factories.organization("csto", name="As somebody edited it")
    assert "left as they are" in quickstart()
    assert Organization.objects.get().name == "As somebody edited it"


def test_the_first_editor_can_log_in_with_the_password_that_is_printed_once(client):
    factories.organization("csto")
    password = re.search(r"password “(.+?)”", quickstart())[1]
    editor = authenticate(RequestFactory().post("/admin/login/"), username="editor", password=password)
    assert editor.is_staff
    assert not editor.is_superuser
    assert sorted(group.name for group in editor.groups.all()) == ["administrators", "editors"]
    assert "password “" not in quickstart()
    assert get_user_model().objects.count() == 1


def test_an_empty_database_gets_the_facts(monkeypatch):
    loaded = []
    real = call_command

    def spy(name, *args, **options):
        loaded.append((name, [path.name for path in args])) if name == "loaddata" else real(name, *args, **options)

    monkeypatch.setattr("alliances.management.commands.quickstart.call_command", spy)
    quickstart()
    [(name, files)] = loaded
    assert name == "loaddata"
    assert files == sorted(files)
    assert files[0] == "01_sources.jsonl"
