"""The text that search reads follows the names, on every path of a write."""

import json

import pytest
from django.core.management import call_command

from alliances.models import Name, Organization, State
from alliances.text import fold, printable, shorten

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
        ("«Варшавский\u00a0договор»", "варшавскии договор"),
        ("Alma\u2011Ata \u2013 Алма-Ата", "alma ata алма ата"),
        ("Oʻzbekiston O´zbekiston ‘CSTO’", "o'zbekiston o'zbekiston csto"),
        ("U.S.A. (50\u00ad states)", "usa 50 states"),
        ("О.Д.К.Б", "одкб"),
        ("the U.N.-led e.g. A.B.Smith, J. Doe, 1.2.3.", "the un led eg a b smith j doe 1 2 3"),
        ("e\u0301te\u0301", "ete"),
        ("الأردن", "الاردن"),
        ("™ <b>", "tm b"),
        ("5 − 4 = 1 €", "5 4 1"),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded


def test_what_is_shown_back_is_short_and_printable():
    assert shorten("a\x00b") == "a?b"
    assert shorten("a" * 10_000) == "a" * 39 + "…"


def test_what_cannot_be_seen_or_turns_the_text_round_is_taken_out_and_what_writing_needs_stays():
    assert printable("Ru\u202essia\u2066\x07\x85") == "Russia"
    for text in ("مصر\u200f \u200eمی\u200cخواهم", "line\ncell\tnext", "👩\u200d👩"):
        assert printable(text) == text


@pytest.mark.django_db
def test_search_finds_what_was_saved_bulk_created_and_loaded(tmp_path):
    state = factories.state("TUR", name="Türkiye")
    assert list(State.objects.search("turkiye")) == [state]
    state = State.objects.get()
    state.name = "Turkey"
    state.save()
    assert not State.objects.search("turkiye").exists()
    assert list(State.objects.search("TURKEY tur")) == [state]
    Name.objects.bulk_create([Name(**factories.WHY, state=state, language="ru", text="Турция")])
    assert list(State.objects.search("турция")) == [state]
    fields = {"slug": "csto", "acronym": "CSTO", "name": "Ünion", "kind": "forum", "founded": "2002", **factories.WHY}
    fixture = tmp_path / "one.json"
    fixture.write_text(json.dumps([{"model": "alliances.organization", "fields": fields}]))
    call_command("loaddata", fixture, verbosity=0)
    assert Organization.objects.search("union").get().slug == "csto"


@pytest.mark.django_db
def test_search_follows_a_bulk_change_and_a_save_of_one_field():
    state = factories.state("TUR", name="Türkiye")
    assert State.objects.filter(iso3="TUR").update(name="Turkey", capital="Ankara") == 1
    assert list(State.objects.search("turkey ankara")) == [state]
    assert not State.objects.search("turkiye").exists()
    state.refresh_from_db()
    state.capital = "Istanbul"
    state.save(update_fields=["capital"])
    assert list(State.objects.search("istanbul")) == [state]
    assert not State.objects.search("ankara").exists()
    state.capital = "Ankara"
    State.objects.bulk_update([state], ["capital"])
    assert list(State.objects.search("ankara")) == [state]


@pytest.mark.django_db
def test_a_text_without_a_word_finds_nothing_and_no_text_everything():
    factories.state("TUR", name="Türkiye")
    assert not State.objects.search("«!»").exists()
    assert State.objects.search("").exists()
