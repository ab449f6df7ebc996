"""Source first: the facts that a source states are typed from its page, several at once, each with its place."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.admin.confirmation.by_source import ROW_FIELDS
from alliances.models import (
    Chairmanship,
    ChangeSet,
    Citation,
    CollectiveForce,
    Council,
    Document,
    ForceStrength,
    Membership,
    Organization,
    Provision,
    TreatyAction,
)

from . import factories
from .examples import sample
from .test_admin_edits import errors, typed
from .test_bulk import said, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    """The Treaty of Warsaw, and what it names."""
    home = factories.organization("wp", name="Warsaw Pact", founded="1955-05-14", dissolved="1991-07-01")
    for iso3, name in (("POL", "Poland"), ("HUN", "Hungary"), ("BGR", "Bulgaria")):
        factories.state(iso3, name=name)
    Council.objects.create(**factories.WHY, organization=home, slug="wp-pcc", name="Committee", level="supreme")
    CollectiveForce.objects.create(
        **factories.WHY, organization=home, slug="wp-command", name="Command", kind="regional-group", established="1955"
    )
    Document.objects.create(**factories.WHY, organization=home, slug="warsaw-treaty", title="Treaty", kind="treaty")
    return factories.source("warsaw-treaty-text", title="Treaty of Warsaw", kind="primary")


def address(source, kind="membership"):
    return reverse("admin:alliances_source_facts", args=[source.pk]) + f"?kind={kind}"


def rows(page, *filled, button="_preview", **fields):
    """Return the form as it is sent, with rows filled in."""
    data = typed(page) | fields | {button: "1"}
    for number, row in enumerate(filled):
        data |= {f"facts-{number}-{name}": value for name, value in row.items()}
    return data


POLAND = {"organization": "wp", "state": "POL", "joined": "1955-05-14", "left": "1991-07-01", "locator": "page 2"}
HUNGARY = POLAND | {"state": "Hungary", "locator": "page 3", "quote": "the Hungarian People's Republic"}


def test_several_facts_are_added_with_their_pages_in_one_change_set(editor, source):
    assert (
        address(source).partition("?")[0]
        in editor.get(reverse("admin:alliances_source_change", args=[source.pk])).content.decode()
    )
    page = editor.post(address(source), rows(editor.get(address(source)), POLAND, HUNGARY))
    preview = told(page)
    assert preview.startswith("What would be written: 2 memberships added, 2 citations added")
    assert (
        "Hungary, member of WP from 14 May 1955 until 30 June 1991, page 3: the Hungarian People's Republic" in preview
    )
    assert not Membership.objects.exists()
    sets = ChangeSet.objects.count()
    done = editor.post(address(source), rows(page, button="_confirm"), follow=True)
    assert "Done: 2 memberships added, 2 citations added." in said(done)
    assert list(Citation.objects.values_list("membership__state__iso3", "source__key", "locator", "quote")) == [
        ("POL", "warsaw-treaty-text", "page 2", ""),
        ("HUN", "warsaw-treaty-text", "page 3", "the Hungarian People's Republic"),
    ]
    assert ChangeSet.objects.count() == sets + 1
    assert set(Membership.objects.values_list("unsourced", flat=True)) == {""}


def test_a_fact_that_is_here_with_the_same_values_is_cited_and_not_added(editor, source):
    spell = factories.spell("wp", "POL", "1955-05-14", "1991-07-01")
    page = editor.post(address(source), rows(editor.get(address(source)), POLAND, HUNGARY))
    assert "Already stored, so the source is only cited: Poland, member of WP" in page.content.decode()
    assert "1 membership added" in told(page)
    assert editor.post(address(source), rows(page, button="_confirm")).status_code == 302
    assert spell.citations.get().locator == "page 2"
    assert Membership.objects.count() == 2


def test_a_fact_that_is_here_with_other_values_is_refused_beside_them(editor, source):
    factories.spell("wp", "POL", "1955-05-14", "1991-03-31")
    page = editor.post(address(source), rows(editor.get(address(source)), POLAND))
    told = "It is stored already, with “1991-03-31”. Type the same to cite the source, or correct that fact."
    assert told in errors(page)
    assert typed(page)["facts-0-left"] == "1991-07-01"
    assert not Citation.objects.exists()


def test_what_is_cited_at_this_place_already_is_said(editor, source):
    spell = factories.spell("wp", "POL", "1955-05-14", "1991-07-01")
    factories.cite("membership", spell, source.key, locator="page 2")
    page = editor.post(address(source), rows(editor.get(address(source)), POLAND))
    assert "This source is cited for this already, at the same place." in errors(page)


@pytest.mark.parametrize(
    ("change", "says"),
    sample(
        [
            ({"state": "Atlantis"}, "There is no state “Atlantis” here."),
            ({"state": ""}, "This field is required."),
            ({"joined": "May 1955"}, "“May 1955” is not a date"),
            ({"joined": "1949"}, "This is before Warsaw Pact (WP) began"),
            ({"left": ""}, "say when this membership ended, at the latest then."),
            ({"locator": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
            ({"state": "POL", "joined": "1956"}, "a state has one status at a time"),
        ],
        every=3,
    ),
)
def test_one_wrong_row_stops_all_and_is_marked_and_nothing_typed_is_lost(editor, source, change, says):
    page = editor.post(address(source), rows(editor.get(address(source)), POLAND, HUNGARY | change))
    assert says in errors(page)
    assert told(page) == ""
    assert typed(page)["facts-0-state"] == "POL"
    assert typed(page)["facts-1-quote"] == HUNGARY["quote"]
    data = rows(page, button="_confirm", seen="x")
    assert says in errors(editor.post(address(source), data))
    assert not Membership.objects.exists()
    assert not Citation.objects.exists()


def test_all_wrong_rows_are_told_at_once(editor, source):
    early, late = POLAND | {"joined": "1949"}, HUNGARY | {"left": "1999"}
    found = errors(editor.post(address(source), rows(editor.get(address(source)), early, late)))
    assert "This is before Warsaw Pact (WP) began" in found
    assert "This is after Warsaw Pact (WP) ended" in found


def test_more_rows_come_without_script_and_keep_what_was_typed(editor, source):
    page = editor.post(address(source), rows(editor.get(address(source)), POLAND, button="_more", reason="So."))
    assert typed(page)["facts-TOTAL_FORMS"] == "10"
    assert typed(page)["facts-0-locator"] == "page 2"
    assert typed(page)["reason"] == "So."
    assert not BeautifulSoup(page.content, "lxml").find_all(class_="errorlist")


@pytest.mark.parametrize("total", ["", "x", "-1", "10000", "9" * 30])
def test_a_form_that_was_tampered_with_is_refused(editor, source, total):
    for button in ("_preview", "_confirm", "_more"):
        data = rows(editor.get(address(source)), POLAND, button=button) | {"facts-TOTAL_FORMS": total, "seen": "x"}
        assert editor.post(address(source), data).status_code == (400 if total == "10000" else 200)
    assert not Membership.objects.exists()


def test_empty_rows_are_none(editor, source):
    page = editor.post(address(source), rows(editor.get(address(source))))
    assert "Fill in at least one row." in errors(page)


FACTS = {
    "membership": (POLAND, Membership),
    "action": ({"document": "warsaw-treaty", "state": "POL", "action": "signed", "date": "1955-05-14"}, TreatyAction),
    "chairmanship": ({"council": "wp-pcc", "state": "POL", "began": "1956", "ended": "1957"}, Chairmanship),
    "provision": (
        {
            "organization": "WP",
            "kind": "obligation",
            "text": "Help the attacked",
            "document": "warsaw-treaty",
            "article": "4",
        },
        Provision,
    ),
    "participation": ({"force": "wp-command", "state": "POL", "since": "1955"}, None),
    "strength": ({"force": "wp-command", "category": "military", "number": "4000000", "as_of": "1985"}, ForceStrength),
}


@pytest.mark.parametrize("kind", sample(ROW_FIELDS, every=4))
def test_every_kind_of_fact_is_added_and_cited_again(editor, source, kind):
    row, _ = FACTS[kind]
    model = ROW_FIELDS[kind][0]
    for locator in ("page 1", "page 2"):
        page = editor.post(address(source, kind), rows(editor.get(address(source, kind)), row | {"locator": locator}))
        assert "1 citation added" in told(page), errors(page)
        assert editor.post(address(source, kind), rows(page, button="_confirm")).status_code == 302
    fact = model.objects.get()
    assert sorted(fact.citations.values_list("locator", flat=True)) == ["page 1", "page 2"]


def test_a_kind_that_is_none_and_a_source_that_is_gone_are_not_found(editor, source):
    assert editor.get(address(source, "dream")).status_code == 404
    url = address(source)
    source.delete()
    assert editor.get(url).status_code == 404


def test_the_page_asks_as_often_for_many_things_as_for_one(editor, source):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(address(source, "chairmanship")).status_code == 200
        return len(captured)

    one = queries()
    factories.crowd(7)
    assert queries() == one


def test_only_who_may_publish(client, django_user_model, source):
    client.force_login(django_user_model.objects.create_user("contributor", is_staff=True))
    assert client.get(address(source)).status_code == 403
    assert client.post(address(source), {"_preview": "1"}).status_code == 403


def test_a_withdrawn_source_says_so_to_readers_and_editors(client, editor, source):
    factories.cite("organization", Organization.objects.get(), source.key)
    factories.cite("membership", factories.spell("wp", "POL", "1955-05-14", "1991-07-01"), source.key)
    url = reverse("admin:alliances_source_change", args=[source.pk])
    data = typed(editor.get(url)) | {"withdrawn": "It was never signed.", "change_reason": "Shown to be forged."}
    assert editor.post(url, data).status_code == 302
    assert (
        "Withdrawn: It was never signed."
        in BeautifulSoup(client.get("/sources/warsaw-treaty-text/").content, "lxml").get_text()
    )
    page = BeautifulSoup(client.get("/organizations/wp/").content, "lxml")
    assert "Withdrawn: It was never signed." in page.find(id="notes").get_text()
    assert page.find("a", class_="note")["aria-label"] == "1 withdrawn: source, Treaty of Warsaw (withdrawn)"
    assert "withdrawn" in client.get("/sources/").content.decode()
    queue = editor.get("/admin/alliances/waiver/queue/?rule=rests-on-withdrawn").content.decode()
    assert "Warsaw Pact (WP): all its sources were withdrawn (“Treaty of Warsaw”)." in queue
    assert "It was withdrawn: It was never signed." in editor.get(address(source)).content.decode()
