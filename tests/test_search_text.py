"""The text that search reads follows the names, on every path of a write."""

import json

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command

from alliances.models import Name, Organization, State
from alliances.text import fold, shorten

from . import factories


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Türkiye", "turkiye"),
        ("ОДКБ", "одкб"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Йемен", "иемен"),
        ("  Sao   Tomé ", "sao tome"),
        ("STRASSE Straße", "strasse strasse"),
        ("Iğdır İstanbul", "igdir istanbul"),
        ("Ərəb Łódź Ørsted", "ereb lodz orsted"),
        ("Chișinău", "chisinau"),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded


def test_what_is_shown_back_is_short_and_printable():
    assert shorten("a\x00b") == "a?b"
    assert shorten("a" * 10_000) == "a" * 39 + "…"


@pytest.mark.django_db
def test_search_finds_what_was_saved_bulk_created_and_loaded(tmp_path):
    state = factories.state("TUR", name="Türkiye")
    assert list(State.objects.search("turkiye")) == [state]
    state = State.objects.get()
    state.name = "Turkey"
    state.save()
    assert not State.objects.search("turkiye").exists()
    assert list(State.objects.search("TURKEY tur")) == [state]
    Name.objects.bulk_create([Name(state=state, language="ru", text="Турция")])
    assert list(State.objects.search("турция")) == [state]
    fields = {"slug": "csto", "acronym": "CSTO", "name": "Ünion", "kind": "forum", "founded": "2002"}
    fixture = tmp_path / "one.json"
    fixture.write_text(json.dumps([{"model": "alliances.organization", "fields": fields}]))
    call_command("loaddata", fixture, verbosity=0)
    assert Organization.objects.search("union").get().slug == "csto"


@pytest.mark.django_db
def test_a_bulk_change_that_search_would_not_follow_is_refused():
    factories.state("TUR", name="Türkiye")
    with pytest.raises(FieldError, match="change name by save"):
        State.objects.update(name="Turkey")
    assert State.objects.get().name == "Türkiye"
    assert State.objects.update(capital="Ankara") == 1
