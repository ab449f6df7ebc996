"""The desk's first page: what needs doing, each with the way to its list, counted right and cheaply."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliances import dates
from alliances.admin import dashboard
from alliances.models import Draft, Membership, Remark, Suggestion, Waiver
from alliances.models.changeset import change_set
from alliances.quality import engine

from . import factories
from .examples import IN_CI

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_cached():
    cache.clear()
    yield
    cache.clear()


def card(client, name):
    """Return one card of the first page, by the end of its heading's id."""
    page = BeautifulSoup(client.get("/admin/").content, "lxml")
    heading = page.find(id=f"desk-{name}")
    return heading and heading.parent


def rows(part):
    """Return the rows of a card as texts with single spaces."""
    return [" ".join(row.get_text(" ").split()) for row in part.select(".rows li")]


def draft(author, title="Armenia in the CSTO", **kwargs):
    spell = Membership.objects.first() or factories.spell("csto", "ARM", "2002-10-07")
    return Draft.objects.create(
        kind="membership", key=spell.pk, title=title, typed="", author=author, kept=dates.now(), **kwargs
    )


def suggestion(spell, **kwargs):
    said = {"title": str(spell), "wrong": "It acceded later.", "right": "2006-06-30", "source": "The protocol."}
    return Suggestion.objects.create(kind="membership", key=spell.pk, made=dates.now(), **{**said, **kwargs})


def test_an_empty_desk_says_so_calmly(editor):
    assert [card(editor, f"queue-{number}").find(class_="calm").get_text() for number in (1, 2, 3)] == [
        "No draft is waiting.",
        "No suggestion is waiting for a decision.",
        "No note is open.",
    ]
    assert {row.get_text() for row in card(editor, "care").select(".calm")} >= {"A fact without a source: none"}
    assert rows(card(editor, "recent")) == ["Nothing has been written yet."]
    assert card(editor, "own") is None
    assert BeautifulSoup(editor.get("/admin/").content, "lxml").find("table")


def test_what_waits_is_counted_and_leads_to_its_list(editor):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    suggestion(spell)
    suggestion(spell, wrong="Declined", state="declined")
    Remark.objects.create(kind="membership", key=spell.pk, text="Ask Anahit.", made=dates.now())
    Remark.objects.create(kind="membership", key=spell.pk, text="Done.", made=dates.now(), done=True)
    readers, notes = card(editor, "queue-2"), card(editor, "queue-3")
    assert readers.h2.get_text(" ", strip=True) == "Suggestions from readers 1"
    assert len(rows(readers)) == 1
    assert "It acceded later." in rows(readers)[0]
    assert notes.h2.get_text(" ", strip=True) == "Open notes to colleagues 1"
    assert f"Ask Anahit. on {spell}" in rows(notes)[0]
    assert notes.select_one(".rows a")["href"] == f"{spell.get_admin_url()}#remarks"
    for part in (readers, notes):
        page = editor.get(part.h2.a["href"])
        assert page.context["cl"].result_count == 1


def test_of_many_only_the_newest_stand_there(editor):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    for number in range(20):
        suggestion(spell, wrong=f"Number {number}.")
    readers = card(editor, "queue-2")
    assert len(rows(readers)) == dashboard.NEWEST
    assert "Number 19." in rows(readers)[0]
    assert readers.find("a", string="All 20")


def test_drafts_wait_and_their_authors_find_the_answers(editor, contributor):
    draft(contributor.user)
    draft(contributor.user, "Georgia in the CIS", state="declined", answer="The act took effect a year later.")
    waiting = card(editor, "queue-1")
    assert waiting.h2.get_text(" ", strip=True) == "Drafts waiting for review 1"
    own = rows(card(contributor, "own"))
    assert len(own) == 2
    assert own[0].startswith("Georgia in the CIS declined")
    assert "The act took effect a year later." in own[0]
    assert own[1].startswith("Armenia in the CSTO waiting for review")
    other = get_user_model().objects.create_user("other")
    draft(other, "Not theirs")
    assert len(rows(card(contributor, "own"))) == 2


def test_a_contributor_does_not_read_on_the_desk_what_others_propose(contributor):
    draft(contributor.user)
    draft(get_user_model().objects.create_user("other"), "Georgia in the CIS")
    waiting = card(contributor, "queue-1")
    assert waiting.h2.get_text(" ", strip=True) == "Drafts waiting for review 1"
    assert [row.split(" contributor")[0] for row in rows(waiting)] == ["Armenia in the CSTO"]


def test_a_contributor_without_drafts_is_told_how_to_begin(contributor):
    assert rows(card(contributor, "own")) == [
        "You have written none. Open a fact, change it and send it: an editor reviews it."
    ]


def test_what_looks_wrong_leads_to_the_findings_and_counts_them(editor):
    factories.organization("csto", founded="2002-10-07")
    spell = factories.spell("csto", "UZB", "2006-06-23")
    Membership.objects.filter(pk=spell.pk).update(joined="1999")
    part = card(editor, "wrong")
    assert part.select_one(".level-error").get_text(" ", strip=True) == "1 error"
    assert rows(part)[0] == "A membership outside the lifetime of its organization or state error 1"
    for link in [*part.select(".levels a"), *part.select(".rows a"), *card(editor, "care").select(".rows a")]:
        number = int(link.find_parent("li").find(class_="number").get_text())
        page = editor.get(link["href"])
        assert page.context["page"].paginator.count == number > 0, link["href"]


@pytest.mark.usefixtures("facts")
def test_every_rule_counts_what_it_finds_on_the_real_facts():
    for waive in (False, True):
        if waive:
            finding = next(engine.RULES["no-source"].findings())
            finding.waive("It is in the treaty.", "Editor")
        for rule in engine.RULES.values():
            if rule.name in {"only-tertiary", "wide-interval"} and not IN_CI:
                continue  # Thousands, to each of which its sentence is made.
            assert rule.number() == len(list(rule.findings())), rule.name


def test_the_numbers_are_right_after_any_write_and_on_the_next_day(monkeypatch):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    before = dashboard.numbers()["no-source"]
    with CaptureQueriesContext(connection) as captured:
        assert dashboard.numbers()["no-source"] == before
    assert len(captured) == 1
    factories.cite("membership", spell)
    assert dashboard.numbers()["no-source"] == before - 1
    spell = factories.spell("csto", "ARM", "2002-10-07")
    assert dashboard.numbers()["no-source"] == before
    Waiver.objects.create(rule="no-source", membership=spell, reason="It is in the treaty.", waived_by="Editor")
    assert dashboard.numbers()["no-source"] == before - 1
    assert dashboard.numbers()["not-verified"] == 0
    later = dates.today() + timedelta(days=365 * 3)
    monkeypatch.setattr(dates, "today", lambda: later)
    assert dashboard.numbers()["not-verified"] > 0


def test_the_numbers_are_counted_anew_when_the_rules_are_others(monkeypatch):
    """A cache in Redis outlives a deployment."""
    factories.spell("csto", "UZB", "2006-06-23")
    assert dashboard.numbers()["no-source"] > 0
    monkeypatch.setitem(dashboard.engine.RULES, "no-source", replace(dashboard.engine.RULES["no-source"], models=()))
    assert dashboard.numbers()["no-source"] > 0
    monkeypatch.setattr(dashboard, "code_version", lambda: "next")
    assert dashboard.numbers()["no-source"] == 0


def test_the_version_of_the_code_is_that_of_its_files(monkeypatch, tmp_path):
    package, rules = tmp_path / "__init__.py", tmp_path / "quality" / "rules.py"
    rules.parent.mkdir()
    monkeypatch.setattr(dashboard.alliances, "__file__", str(package))
    found = []
    for text in ("at most 20", "at most 30", "at most 20"):
        rules.write_text(text)
        found.append(dashboard.code_version.__wrapped__())
    assert found[0] == found[2] != found[1]


def test_recent_changes_tell_who_what_and_why(editor):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    user = get_user_model().objects.get(username="editor")
    with change_set(author=lambda: user, reason="After the protocol."):
        spell.joined = "2006-06-30"
        spell.save()
    Membership.objects.verify()
    newest = rows(card(editor, "recent"))[0]
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC editor After the protocol\.", newest)
    assert "joined 2006-06-23 → 2006-06-30" in newest


def test_the_desk_asks_as_often_for_seven_rows_as_for_two(editor, contributor):
    def fill(number):
        for each in range(number):
            spell = factories.spell(f"far-{number}-{each}", "UZB", "1992")
            suggestion(spell)
            Remark.objects.create(kind="membership", key=spell.pk, text="Ask.", made=dates.now())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get("/admin/").status_code == 200
        return len(captured)

    fill(2)
    two = queries()
    fill(7)
    assert queries() <= two + 2  # Two more kinds of facts among the newest change sets.


def test_who_may_see_nothing_sees_an_empty_desk():
    client = Client()
    client.force_login(get_user_model().objects.create_user("guest", is_staff=True))
    page = client.get("/admin/")
    assert page.status_code == 200
    assert len(BeautifulSoup(page.content, "lxml").select(".desk .card")) == 1  # Their own drafts.
