"""What was opened before somebody else saved is not stored over it, and nothing that was typed is lost."""

from threading import Thread

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from alliances.admin.conflicts.form_data import FormData, FormRow
from alliances.admin.conflicts.snapshot import PageSnapshot
from alliances.editing.spreadsheets import importing, parsing
from alliances.models import Citation, Membership, Name, Organization, Waiver
from alliances.models.changeset import ChangeSet, OpenChangeSet, change_set

from . import factories
from .examples import sample
from .test_admin_edits import REASON, add_row, errors, typed

pytestmark = pytest.mark.django_db

# Rows that are added without a source say why, once for the page.
UNSOURCED = {"why_unsourced": "Its archive burnt."}


@pytest.fixture
def other(db):
    """Log in as a second editor, whose name readers of the panel see."""
    user = get_user_model().objects.create_user("anahit", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def home():
    """Make the CSTO with the spells of Armenia and Uzbekistan."""
    home = factories.organization("csto", founded="2002-10-07", name="Collective Security Treaty Organization")
    factories.spell("csto", factories.state("ARM", name="Armenia").iso3, "2002-10-07")
    factories.spell("csto", factories.state("UZB", name="Uzbekistan").iso3, "2006-06-23")
    return home


def form_of(fact):
    return reverse(f"admin:alliances_{fact._meta.model_name}_change", args=[fact.pk])


def row_of(data, fact, prefix="memberships"):
    """Return the prefix of the row of a fact in what a form would send."""
    [name] = [
        name
        for name, value in data.items()
        if name.startswith(prefix) and name.endswith("-id") and value == str(fact.pk)
    ]
    return name.removesuffix("-id")


def saves(client, fact, **fields):
    """Open the form of a fact and save it at once, with some fields changed."""
    data = typed(client.get(form_of(fact)))
    data |= {"change_reason": "The depositary says so."} | fields
    page = client.post(form_of(fact), data)
    assert page.status_code == 302, errors(page)


def panel(page):
    """Return the panel about what others saved, as one text; it must be there."""
    found = BeautifulSoup(page.content, "lxml").find(class_="stale")
    assert found is not None, "no panel"
    return " ".join(found.get_text(" ").split())


def choices(page):
    """Return the names of the choices of the panel, which all stand at “mine”."""
    radios = BeautifulSoup(page.content, "lxml").select(".stale input[type=radio][checked]")
    assert {radio["value"] for radio in radios} <= {"mine"}
    return [radio["name"] for radio in radios]


def sent(page):
    """Return what a browser would send of a refused page: of each choice the one that is preselected."""
    return typed(page) | dict.fromkeys(choices(page), "mine")


def armenia():
    return Membership.objects.get(state__iso3="ARM")


def uzbekistan():
    return Membership.objects.get(state__iso3="UZB")


def test_what_a_page_showed_travels_as_a_text():
    seen = PageSnapshot("alliances.council", {"": {12: 345}, "chairmanships": {13: 346, 14: 400}, "names": {}})
    assert str(seen) == "alliances.council;:12=345;chairmanships:13=346,14=400;names:"
    assert PageSnapshot.read(str(seen), "alliances.council") == seen
    assert PageSnapshot.read(str(seen), "alliances.state") is None
    for garbled in ("", "x", "alliances.council", "alliances.council;:12", "alliances.council;:1=" + "9" * 30, "\x00"):
        assert PageSnapshot.read(garbled, "alliances.council") is None


def test_the_second_of_two_editors_is_stopped_and_told_who_changed_what(editor, other, home):
    data = typed(editor.get(form_of(home)))
    saves(other, home, seat="Moscow")
    page = editor.post(form_of(home), data | {"note": "Typed by me."})
    assert "somebody else saved since you opened this page" in errors(page)
    said = panel(page)
    assert "anahit" in said
    assert "The depositary says so." in said
    assert "headquarters: – → Moscow" in said
    assert "Theirs, taken over" in said
    again = sent(page)
    assert (again["note"], again["seat"], again["change_reason"]) == ("Typed by me.", "Moscow", REASON)
    home.refresh_from_db()
    assert (home.note, home.seat) == ("", "Moscow")
    assert editor.post(form_of(home), again).status_code == 302
    home.refresh_from_db()
    assert (home.note, home.seat) == ("Typed by me.", "Moscow")


@pytest.mark.parametrize(("choice", "stands"), [("mine", "Yerevan"), ("theirs", "Moscow")])
def test_where_both_changed_a_field_the_second_chooses(editor, other, home, choice, stands):
    saves(other, home, seat="Tashkent")
    data = typed(editor.get(form_of(home)))
    saves(other, home, seat="Moscow")
    page = editor.post(form_of(home), data | {"seat": "Yerevan"})
    said = panel(page)
    assert "Tashkent Moscow Yerevan" in said
    assert "Keep mine: Yerevan Take theirs: Moscow" in said
    assert typed(page)["seat"] == "Yerevan"
    [name] = choices(page)
    assert editor.post(form_of(home), sent(page) | {name: choice}).status_code == 302
    home.refresh_from_db()
    assert home.seat == stands


def test_who_typed_the_same_has_nothing_to_choose(editor, other, home):
    data = typed(editor.get(form_of(home)))
    saves(other, home, seat="Moscow")
    page = editor.post(form_of(home), data | {"seat": "Moscow"})
    assert "The same: you both typed it" in panel(page)
    assert choices(page) == []


def test_a_third_editor_in_between_stops_the_second_again(editor, other, home):
    data = typed(editor.get(form_of(home)))
    saves(other, home, seat="Moscow")
    page = editor.post(form_of(home), data | {"seat": "Yerevan", "note": "Typed by me."})
    [name] = choices(page)
    saves(other, home, seat="Minsk")
    page = editor.post(form_of(home), sent(page) | {name: "theirs"})
    assert "Theirs, taken over" in panel(page)
    assert (typed(page)["seat"], typed(page)["note"]) == ("Minsk", "Typed by me.")
    saves(other, home, seat="Astana")
    page = editor.post(form_of(home), sent(page) | {"seat": "Yerevan"})
    assert "Minsk Astana Yerevan" in panel(page)
    assert editor.post(form_of(home), sent(page)).status_code == 302
    home.refresh_from_db()
    assert (home.seat, home.note) == ("Yerevan", "Typed by me.")


def test_an_inline_each_the_second_is_stopped_and_loses_nothing(editor, other, home):
    data, theirs = typed(editor.get(form_of(home))), typed(other.get(form_of(home)))
    data[f"{row_of(data, uzbekistan())}-left"] = "2012-12-19"
    theirs[f"{row_of(theirs, armenia())}-status"] = "frozen"
    assert other.post(form_of(home), theirs).status_code == 302
    page = editor.post(form_of(home), data)
    assert "Armenia, Member of CSTO from 7 October 2002" in panel(page) or "Frozen" in panel(page)
    assert "status: Member → Frozen" in panel(page)
    assert uzbekistan().left == ""
    assert editor.post(form_of(home), sent(page)).status_code == 302
    assert (armenia().status, uzbekistan().left) == ("frozen", "2012-12-19")


@pytest.mark.parametrize(("choice", "stands"), [("mine", "suspended"), ("theirs", "frozen")])
def test_both_changed_the_same_row(editor, other, home, choice, stands):
    data = typed(editor.get(form_of(home)))
    saves(other, armenia(), status="frozen")
    data[f"{row_of(data, armenia())}-status"] = "suspended"
    page = editor.post(form_of(home), data)
    assert "Keep mine: Suspended Take theirs: Frozen" in panel(page)
    [name] = choices(page)
    assert editor.post(form_of(home), sent(page) | {name: choice}).status_code == 302
    assert armenia().status == stands


def test_foreign_keys_are_compared_by_name(editor, other, home):
    data = typed(editor.get(form_of(home)))
    saves(other, uzbekistan(), state=factories.state("KAZ", name="Kazakhstan").pk)
    page = editor.post(
        form_of(home),
        data
        | {
            f"{row_of(data, Membership.objects.get(state__iso3='KAZ'))}-state": factories.state(
                "KGZ", name="Kyrgyzstan"
            ).pk
        },
    )
    assert "Uzbekistan Kazakhstan Kyrgyzstan" in panel(page)


def test_a_row_that_the_other_added_stands_in_the_form_as_stored(editor, other, home):
    data, theirs = typed(editor.get(form_of(home))), typed(other.get(form_of(home)))
    belarus, russia = factories.state("BLR", name="Belarus"), factories.state("RUS", name="Russia")
    assert (
        other.post(form_of(home), add_row(theirs, state=belarus.pk, joined="2002-10-07") | UNSOURCED).status_code == 302
    )
    page = editor.post(form_of(home), add_row(data, state=russia.pk, joined="2002-10-07") | UNSOURCED)
    assert "Belarus" in panel(page)
    assert "added by somebody else" in panel(page)
    again = sent(page)
    assert again["memberships-INITIAL_FORMS"] == "3"
    assert again["memberships-3-state"] == str(russia.pk)
    assert editor.post(form_of(home), again).status_code == 302
    assert set(Membership.objects.values_list("state__iso3", flat=True)) == {"ARM", "UZB", "BLR", "RUS"}


def test_both_added_the_same_spell_and_it_is_stored_once_with_both_sources(editor, other, home):
    data, theirs = typed(editor.get(form_of(home))), typed(other.get(form_of(home)))
    belarus = factories.state("BLR", name="Belarus")
    row = {"state": belarus.pk, "joined": "2002-10-07"}
    add_row(theirs, **row, cite_source=factories.source("charter").pk)
    assert other.post(form_of(home), theirs).status_code == 302
    page = editor.post(form_of(home), add_row(data, **row, cite_source=factories.source("tass-2002").pk))
    assert "just as you typed it" in panel(page)
    assert editor.post(form_of(home), sent(page)).status_code == 302
    assert set(Membership.objects.get(state=belarus).citations.values_list("source__key", flat=True)) == {
        "charter",
        "tass-2002",
    }


def test_both_added_the_same_state_otherwise_and_the_ordinary_rules_say_so(editor, other, home):
    data, theirs = typed(editor.get(form_of(home))), typed(other.get(form_of(home)))
    belarus = factories.state("BLR", name="Belarus").pk
    assert other.post(form_of(home), add_row(theirs, state=belarus, joined="2002-10-07") | UNSOURCED).status_code == 302
    page = editor.post(form_of(home), add_row(data, state=belarus, joined="2003") | UNSOURCED)
    assert "added by somebody else" in panel(page)
    page = editor.post(form_of(home), sent(page))
    assert "This state has an ongoing status" in errors(page)
    assert typed(page)["memberships-3-joined"] == "2003"


def test_a_row_that_the_other_deleted_goes_where_it_was_not_touched_and_stays_where_it_was(editor, other, home):
    data, theirs = typed(editor.get(form_of(home))), typed(other.get(form_of(home)))
    data[f"{row_of(data, uzbekistan())}-left"] = "2012-12-19"
    for spell in (armenia(), uzbekistan()):
        theirs[f"{row_of(theirs, spell)}-DELETE"] = "on"
    assert other.post(form_of(home), theirs).status_code == 302
    page = editor.post(form_of(home), data)
    assert "you had changed nothing in it, so it is gone here too" in panel(page)
    assert "it stands here as a new row" in panel(page)
    again = sent(page)
    assert (again["memberships-INITIAL_FORMS"], again["memberships-TOTAL_FORMS"]) == ("0", "1")
    assert again["memberships-0-left"] == "2012-12-19"
    assert editor.post(form_of(home), again | UNSOURCED).status_code == 302  # Its excuse went with the old row.
    [spell] = Membership.objects.all()
    assert (spell.state.iso3, spell.joined, spell.left) == ("UZB", "2006-06-23", "2012-12-19")


def test_a_row_to_be_deleted_that_the_other_changed_is_asked_about(editor, other, home):
    data = typed(editor.get(form_of(home)))
    data[f"{row_of(data, armenia())}-DELETE"] = "on"
    saves(other, armenia(), status="frozen")
    page = editor.post(form_of(home), data)
    [name] = choices(page)
    assert editor.post(form_of(home), sent(page) | {name: "theirs"}).status_code == 302
    assert armenia().status == "frozen"


def test_citations_are_rows_like_others(editor, other, home):
    citation = factories.cite("membership", armenia())
    data = typed(editor.get(form_of(armenia())))
    saves(other, citation, locator="article 4")
    data[f"{row_of(data, citation, 'citations')}-locator"] = "page 1"
    page = editor.post(form_of(armenia()), data)
    assert "Keep mine: page 1 Take theirs: article 4" in panel(page)
    assert editor.post(form_of(armenia()), sent(page)).status_code == 302
    assert Citation.objects.get().locator == "page 1"


def test_a_form_with_an_ordinary_error_too_loses_nothing(editor, other, home):
    data = typed(editor.get(form_of(home)))
    saves(other, home, seat="Moscow")
    page = editor.post(form_of(home), data | {"founded": "2002-13", "note": "Typed by me."})
    assert "there is no month 13" in errors(page)
    again = sent(page)
    assert (again["founded"], again["note"], again["seat"]) == ("2002-13", "Typed by me.", "Moscow")
    page = editor.post(form_of(home), again)
    assert "there is no month 13" in errors(page)
    assert editor.post(form_of(home), typed(page) | {"founded": "2002"}).status_code == 302
    home.refresh_from_db()
    assert (home.founded, home.note, home.seat) == ("2002", "Typed by me.", "Moscow")


@pytest.mark.parametrize(
    "seen", sample([None, "", "garbled", "alliances.state;:1=1", "alliances.organization;:99=1", "too many"], every=3)
)
def test_a_form_that_does_not_say_when_it_was_opened_is_refused(editor, home, seen):
    data = typed(editor.get(form_of(home))) | {"note": "Typed by me.", "seen": seen}
    if seen is None:
        del data["seen"]
    if seen == "too many":  # To compare them would take minutes.
        data["seen"] = f"alliances.organization;:{home.pk}=1;memberships:" + ",".join(f"{n}=1" for n in range(20_000))
    page = editor.post(form_of(home), data)
    assert "this page does not say when it was opened" in errors(page)
    assert typed(page)["note"] == "Typed by me."
    assert "does not say when" in errors(editor.post(form_of(home), typed(page)))
    home.refresh_from_db()
    assert home.note == ""


def test_that_somebody_verified_a_fact_stops_nobody(editor, home):
    data = typed(editor.get(form_of(home))) | {"note": "Typed by me."}
    Organization.objects.filter(pk=home.pk).verify()
    Membership.objects.all().verify()
    assert editor.post(form_of(home), data).status_code == 302


def test_an_untouched_row_of_a_source_may_be_deleted_meanwhile(editor, home):
    citation = factories.cite("membership", armenia())
    factories.cite("membership", uzbekistan())
    data = typed(editor.get(form_of(citation.source))) | {"note": "Typed by me."}
    with change_set():
        armenia().delete()
    assert editor.post(form_of(citation.source), data).status_code == 302
    citation.source.refresh_from_db()
    assert citation.source.note == "Typed by me."


def test_a_fact_that_was_deleted_meanwhile_stands_in_a_form_that_adds_it_anew(editor, other, home):
    name = Name.objects.create(**factories.WHY, organization=home, language="ru", text="ОДКБ")
    data = typed(editor.get(form_of(home)))
    data |= {"seat": "Moscow", f"{row_of(data, uzbekistan())}-left": "2012-12-19", "unsourced": "Lost.", **UNSOURCED}
    url, key = form_of(home), home.pk
    with change_set(reason="A double."):
        Membership.objects.all().delete()
        home.delete()
    page = editor.post(url, data)
    assert "somebody deleted “Collective Security Treaty Organization (CSTO)”" in errors(page)
    assert "A double." in panel(page)
    assert "Moscow" in panel(page)
    assert reverse("admin:alliances_bring_back", args=["organization", key]) in page.content.decode()
    add = reverse("admin:alliances_organization_add")
    assert f'action="{add}"' in page.content.decode()
    assert not Organization.objects.exists()
    page = editor.post(add, typed(page))
    assert page.status_code == 302, page.context["errors"]
    again = Organization.objects.get()
    assert (again.slug, again.seat) == ("csto", "Moscow")
    assert [each.text for each in again.names.all()] == [name.text]
    assert {(each.state.iso3, each.left) for each in again.memberships.all()} == {("ARM", ""), ("UZB", "2012-12-19")}


def test_a_citation_that_was_deleted_meanwhile_is_shown_as_it_was_typed(editor, home):
    citation = factories.cite("membership", armenia())
    data = typed(editor.get(form_of(citation))) | {"quote": "signed in Tashkent"}
    url = form_of(citation)
    with change_set():
        citation.delete()
        Membership.objects.update(**factories.WHY)
    page = editor.post(url, data)
    assert page.status_code == 200
    assert "signed in Tashkent" in panel(page)


def test_what_changed_since_the_question_is_not_deleted(editor, other, home):
    url = reverse("admin:alliances_membership_delete", args=[armenia().pk])
    data = typed(editor.get(url))
    saves(other, armenia(), status="frozen")
    page = editor.post(url, data | {"change_reason": "A double."})
    assert "Nothing was deleted: it changed since" in panel(page)
    assert "status: Member → Frozen" in panel(page)
    assert typed(page)["change_reason"] == "A double."
    assert armenia().status == "frozen"
    assert editor.post(url, typed(page)).status_code == 302
    assert not Membership.objects.filter(state__iso3="ARM").exists()


def test_a_deletion_that_does_not_say_when_it_was_asked_is_refused(editor, home):
    url = reverse("admin:alliances_membership_delete", args=[armenia().pk])
    page = editor.post(url, {"post": "yes", "change_reason": "A double."})
    assert "did not say when it was opened" in page.content.decode()
    assert armenia()


def test_a_fact_that_changed_since_it_was_opened_is_not_verified_by_a_click(editor, other, home):
    url = reverse("admin:alliances_membership_verify", args=[armenia().pk])
    seen = typed(editor.get(form_of(armenia())))["seen"]
    saves(other, armenia(), status="frozen")
    page = editor.post(url, {"seen": seen}, follow=True)
    assert "Nothing was verified" in page.content.decode()
    assert armenia().verified_on is None
    editor.post(url, {"seen": typed(editor.get(form_of(armenia())))["seen"]})
    assert armenia().verified_on


LIST = "/admin/alliances/membership/"


def acting(client, action, *facts):
    """Return what the list of memberships sends when an action is chosen for some of its rows."""
    data = typed(client.get(LIST))
    return {"seen": data["seen"], "action": action, "_selected_action": [fact.pk for fact in facts]}


@pytest.mark.parametrize("across", ["0", "1"])
@pytest.mark.parametrize("action", ["verify", "delete_selected"])
def test_an_action_on_a_row_that_changed_does_nothing_at_all(editor, other, home, action, across):
    data = acting(editor, action, armenia(), uzbekistan()) | {"select_across": across, "index": "0"}
    saves(other, armenia(), status="frozen")
    page = editor.post(LIST, data, follow=True)
    said = " ".join(BeautifulSoup(page.content, "lxml").find(class_="messagelist").get_text(" ").split())
    assert "Nothing was done" in said
    assert "anahit" in said
    assert "status: Member → Frozen" in said
    assert not Membership.objects.exclude(verified_on=None).exists()
    assert Membership.objects.count() == 2
    page = editor.post(LIST, acting(editor, action, armenia(), uzbekistan()) | {"select_across": across}, follow=True)
    assert "Nothing was done" not in page.content.decode()
    assert "Armenia, frozen member of CSTO" in page.content.decode()  # Either asks first.
    assert not Membership.objects.exclude(verified_on=None).exists()


def test_the_question_before_rows_are_deleted_says_when_the_list_was_opened(editor, other, home):
    page = editor.post(LIST, acting(editor, "delete_selected", armenia()))
    question = typed(page) | {"change_reason": "A double."}
    saves(other, armenia(), status="frozen")
    assert "Nothing was done" in editor.post(LIST, question, follow=True).content.decode()
    assert armenia()
    page = editor.post(LIST, acting(editor, "delete_selected", armenia()))
    assert editor.post(LIST, typed(page) | {"change_reason": "A double."}).status_code == 302
    assert not Membership.objects.filter(state__iso3="ARM").exists()


def test_an_action_of_a_list_that_does_not_say_when_it_was_opened_is_refused(editor, home):
    page = editor.post(LIST, acting(editor, "verify", armenia()) | {"seen": ""}, follow=True)
    assert "does not say when it was opened" in page.content.decode()
    assert armenia().verified_on is None


def test_the_reason_of_a_waiver_is_a_text_like_others(editor, other, home):
    waiver = Waiver.objects.create(
        rule="no-source", membership=armenia(), reason="It is in the treaty.", waived_by="A."
    )
    data = typed(editor.get(form_of(waiver)))
    saves(other, waiver, reason="It is in the charter.")
    page = editor.post(form_of(waiver), data | {"reason": "It is in the protocol."})
    assert "It is in the treaty. It is in the charter. It is in the protocol." in panel(page)
    assert "anahit" in panel(page)
    assert editor.post(form_of(waiver), sent(page)).status_code == 302
    waiver.refresh_from_db()
    assert waiver.reason == "It is in the protocol."


@pytest.mark.parametrize("meanwhile", [False, True])
def test_the_check_asks_as_often_for_seven_rows_as_for_two(editor, other, meanwhile):
    def queries(number, slug):
        home = factories.crowd(number, slug)
        data = typed(editor.get(form_of(home))) | {"seat": "Moscow"}
        if meanwhile:
            home.memberships.update(status="frozen")
            home.councils.update(composition="Ministers")
        with CaptureQueriesContext(connection) as captured:
            page = editor.post(form_of(home), data)
        assert page.status_code == (200 if meanwhile else 302)
        assert not meanwhile or panel(page).count("changed by somebody else") == 2 * number
        return len(captured)

    queries(1, "warm")  # What is asked once by each process.
    assert queries(7, "seven") <= queries(2, "two")


def test_a_page_asks_one_query_more_to_say_what_it_shows(editor, home):
    with CaptureQueriesContext(connection) as captured:
        page = editor.get(form_of(home))
    asked = [query["sql"] for query in captured if "UNION ALL" in query["sql"]]
    assert len(asked) == 1
    seen = PageSnapshot.read(typed(page)["seen"], "alliances.organization")
    assert {part: len(keys) for part, keys in seen.items() if keys} == {"": 1, "memberships": 2}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, from the first word on")
@pytest.mark.django_db(transaction=True)
def test_who_saves_while_another_is_saving_waits_and_is_stopped(editor, home):
    data = typed(editor.get(form_of(armenia()))) | {"status": "suspended"}
    pages = []

    def post():
        pages.append(editor.post(form_of(armenia_), data))
        connection.close()

    armenia_ = armenia()
    waiting = Thread(target=post)
    with change_set(reason="On another page."):
        Membership.objects.filter(pk=armenia_.pk).update(status="frozen")
        waiting.start()
        waiting.join(2)
        assert waiting.is_alive(), "nobody waited"
    waiting.join(30)
    assert "Keep mine: Suspended Take theirs: Frozen" in panel(pages[0])
    assert armenia().status == "frozen"


@pytest.mark.parametrize("way", ["form", "delete", "verify", "action"])
def test_an_editor_has_the_turn_before_versions_are_compared(editor, home, monkeypatch, way):
    """What is compared before the turn is taken could be changed by others before it is stored."""
    fact = armenia()
    url = {
        "form": form_of(fact),
        "delete": reverse("admin:alliances_membership_delete", args=[fact.pk]),
        "verify": reverse("admin:alliances_membership_verify", args=[fact.pk]),
        "action": LIST,
    }[way]
    data = acting(editor, "verify", fact) if way == "action" else typed(editor.get(form_of(fact)))
    data |= {"change_reason": REASON, "post": "yes"}
    before = []  # How many queries came before each turn.
    with CaptureQueriesContext(connection) as captured:
        monkeypatch.setattr(OpenChangeSet, "take_turn", lambda self: before.append(len(captured)))
        assert editor.post(url, data).status_code in {200, 302}
    compared = [place for place, each in enumerate(captured) if 'AS "version"' in each["sql"]]
    assert compared, "nothing was compared"
    assert before[0] <= compared[0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, from the first word on")
@pytest.mark.django_db(transaction=True)
def test_an_action_waits_for_who_is_saving_and_does_nothing(editor, home):
    data = acting(editor, "delete_selected", armenia()) | {"post": "yes", "change_reason": "A double."}
    pages = []

    def post():
        pages.append(editor.post(LIST, data, follow=True))
        connection.close()

    waiting = Thread(target=post)
    with change_set(reason="On another page."):
        Membership.objects.filter(pk=armenia().pk).update(status="frozen")
        waiting.start()
        waiting.join(2)
        assert waiting.is_alive(), "nobody waited"
    waiting.join(30)
    assert "Nothing was done" in pages[0].content.decode()
    assert armenia().status == "frozen"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, from the first word on")
@pytest.mark.django_db(transaction=True)
def test_an_import_waits_for_who_is_saving_and_stores_nothing_over_it(home):
    spell = armenia()
    row = ["csto", "ARM", spell.status, spell.joined, "Brought in."]
    sheet = parsing.Sheet(["organization", "state", "status", "joined", "note"], [(2, row)])
    brought = []

    def bring():
        brought.append(importing.import_sheet("memberships", sheet, reason="The ministry’s list."))
        connection.close()

    waiting = Thread(target=bring)
    with change_set(reason="On the desk."):
        waiting.start()
        waiting.join(2)
        assert waiting.is_alive(), "nobody waited"
        Membership.objects.filter(pk=spell.pk).update(reason="The treaty says so.")
    waiting.join(30)
    assert brought[0].stored
    spell.refresh_from_db()
    assert (spell.note, spell.reason) == ("Brought in.", "The treaty says so.")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, from the first word on")
@pytest.mark.django_db(transaction=True)
def test_who_waited_too_long_is_told_to_send_it_again(editor, home, monkeypatch):
    monkeypatch.setattr("alliances.models.changeset.PATIENCE", 1)
    url = form_of(home)
    data = typed(editor.get(url)) | {"note": "Typed by me."}
    pages = []

    def send():
        pages.append(editor.post(url, data))
        connection.close()

    sending = Thread(target=send)
    with change_set(reason="Something large."):
        sending.start()
        sending.join(30)
    assert (pages[0].status_code, pages[0].headers["Retry-After"]) == (503, "30")
    assert "your browser sends once more what you typed" in pages[0].content.decode()
    home.refresh_from_db()
    assert home.note == ""


def test_a_text_that_no_spreadsheet_would_take_back_is_refused(editor, home):
    data = typed(editor.get(form_of(home))) | {"note": "x" * 100_001}
    assert "Use at most 100,000 characters" in errors(editor.post(form_of(home), data))
    home.refresh_from_db()
    assert home.note == ""


@pytest.mark.parametrize("name", ["delete", "undo", "restore"])
def test_a_reason_that_cannot_be_seen_is_none(editor, home, name):
    made = ChangeSet.objects.first()
    url = {
        "delete": f"/admin/alliances/organization/{home.pk}/delete/",
        "undo": f"/admin/alliances/changeset/{made.pk}/undo/",
        "restore": f"/admin/alliances/organization/{home.pk}/history/{made.pk}/restore/",
    }[name]
    page = editor.get(url)
    page = editor.post(url, typed(page) | {"post": "yes", "change_reason": " \x00\x07 "})
    assert page.status_code == 200
    assert "say why" in page.content.decode()
    assert ChangeSet.objects.first() == made


def test_a_form_is_taken_apart_by_rows_and_put_together_again():
    data = QueryDict(
        "note=a&note=b&names-TOTAL_FORMS=2&names-INITIAL_FORMS=1&names-0-id=7&names-0-text=x&names-1-text=y"
        "&names-9-text=z&names-__prefix__-text=&odd-TOTAL_FORMS=many&odd-INITIAL_FORMS=0&odd-0-id=1"
    )
    typed_ = FormData.parse(data, ["names", "odd", "councils"])
    assert list(typed_.rows) == ["names"]
    assert [(row.stored, row.key, row.values["text"]) for row in typed_.rows["names"]] == [
        (True, 7, "x"),
        (False, None, "y"),
    ]
    assert dict(typed_.as_post().lists()) == dict(data.lists())
    first, new = typed_.rows["names"]
    typed_.rows["names"] = [new, first, FormRow(MultiValueDict({"id": ["8"]}), stored=True, key=8)]
    again = typed_.as_post()
    assert (again["names-TOTAL_FORMS"], again["names-INITIAL_FORMS"]) == ("3", "2")
    assert [again.get(f"names-{place}-id") for place in range(3)] == ["7", "8", None]
    assert again["names-2-text"] == "y"
