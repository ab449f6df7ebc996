"""Many facts at once: the Warsaw Pact dissolves, two editions of one source become one, a list is verified."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances import dates
from alliances.editing import bulk
from alliances.models import ChangeSet, Citation, Membership, OldAddress, Organization, Remark, Source, Waiver

from . import factories
from .test_admin_edits import errors, typed

pytestmark = pytest.mark.django_db

LIST = "/admin/alliances/membership/"
END = "/admin/alliances/membership/end/"
SOURCES = "/admin/alliances/source/"
MERGE = "/admin/alliances/source/merge/"
REASON = "The protocol of Prague dissolves it."


def chosen(editor, url, action, *facts):
    """Open the page of an action, with facts chosen in their list."""
    seen = typed(editor.get(url))["seen"]
    return editor.post(url, {"action": action, "_selected_action": [fact.pk for fact in facts], "seen": seen})


def sent(page, button, **fields):
    """Return a form as a browser sends it by one of its buttons; `chosen` comes several times."""
    hidden = BeautifulSoup(page.content, "lxml").find_all("input", attrs={"name": "chosen"})
    data = typed(page) | fields | {button: "1"}
    return data | ({"chosen": [each["value"] for each in hidden]} if hidden else {})


def told(page):
    """Return the preview, as one text; empty if there is none."""
    section = BeautifulSoup(page.content, "lxml").find("section", class_="careful-told")
    return " ".join(section.get_text(" ").split()) if section else ""


def said(page):
    """Return the messages on the page that follows."""
    return BeautifulSoup(page.content, "lxml").find(class_="messagelist").get_text(" ", strip=True)


@pytest.fixture
def pact():
    """Seven spells of the Warsaw Pact that go on, and the one of East Germany, which has ended."""
    factories.organization("wp", name="Warsaw Pact", founded="1955-05-14")
    spells = [factories.spell("wp", iso3, "1955-05-14") for iso3 in ("BGR", "CSK", "HUN", "POL", "ROU", "SUN")]
    factories.spell("wp", "DDR", "1955-05-14", "1990-09-24", left_reason="withdrawal")
    factories.source("prague-protocol-1991", title="Protocol of Prague", kind="primary")
    return spells


ENDED = {
    "left": "1991-07-01",
    "left_reason": "dissolution",
    "source": "prague-protocol-1991",
    "locator": "article 1",
    "quote": "shall cease to be in force",
}


# --- end many spells -----------------------------------------------------------------------------------------


def test_many_spells_end_on_one_date_for_one_reason_according_to_one_source(editor, pact):
    page = chosen(editor, LIST, "end_spells", *Membership.objects.all())
    text = BeautifulSoup(page.content, "lxml").get_text(" ")
    assert "End 6 memberships" in text
    assert "These have already ended, and stay as they are:" in text
    assert "Ddr, member of WP from 14 May 1955 until 23 September 1990" in text
    page = editor.post(END, sent(page, "_preview", **ENDED))
    preview = told(page)
    # Each had said why it had no source, and now has one.
    assert "6 memberships changed" not in preview
    assert "6 citations added" in preview
    assert "left: – → 1991-07-01" in preview
    assert "Added, citation: prague-protocol-1991: Pol, member of WP from 14 May 1955 until 30 June 1991" in preview
    assert "of “left”, article 1: shall cease to be in force" in preview
    assert "Ddr" not in preview
    assert Membership.objects.filter(left="").count() == 6
    sets = ChangeSet.objects.count()
    done = editor.post(END, sent(page, "_confirm", reason=REASON), follow=True)
    assert "6 citations added" in said(done)
    assert set(Membership.objects.exclude(state__iso3="DDR").values_list("left", "left_reason")) == {
        ("1991-07-01", "dissolution")
    }
    assert Membership.objects.get(state__iso3="DDR").left == "1990-09-24"
    assert set(Citation.objects.values_list("source__key", "field", "locator", "quote")) == {
        ("prague-protocol-1991", "left", "article 1", "shall cease to be in force")
    }
    assert Citation.objects.count() == 6
    assert ChangeSet.objects.count() == sets + 1
    made = ChangeSet.objects.first()
    assert (made.reason, made.author.username) == (REASON, "editor")


def test_to_confirm_needs_a_reason_and_keeps_what_was_typed(editor, pact):
    page = editor.post(END, sent(chosen(editor, LIST, "end_spells", *pact), "_preview", **ENDED))
    page = editor.post(END, sent(page, "_confirm", reason=""))
    assert "Say why: readers see it in the history." in errors(page)
    assert {name: typed(page)[name] for name in ENDED if name != "left_reason"} == {
        name: value for name, value in ENDED.items() if name != "left_reason"
    }
    assert "6 citations added" in told(page)
    assert Membership.objects.filter(left="").count() == 6


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"left": "1 July 1991"}, "“1 July 1991” is not a date"),
        ({"left": ""}, "This field is required."),
        ({"left": "1950"}, "Pol, member of WP from 14 May 1955 until 1950: This is not after “joined” (1955-05-14)"),
        ({"source": ""}, "This field is required."),
        ({"source": "pravda"}, "There is no source “pravda” here."),
        ({"left_reason": "boredom"}, "Select a valid choice. boredom is not one of the available choices."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_stored(editor, pact, fields, says):
    page = editor.post(END, sent(chosen(editor, LIST, "end_spells", *pact), "_preview", **ENDED | fields))
    assert says in errors(page)
    assert told(page) == ""
    assert typed(page)["quote"] == ENDED["quote"]
    page = editor.post(END, sent(page, "_confirm", **ENDED | fields, reason=REASON, seen="x"))
    assert says in errors(page)
    assert Membership.objects.filter(left="").count() == 6
    assert not Citation.objects.exists()


def test_a_date_that_is_none_is_said_once_and_of_many_refusals_the_first_ten(pact):
    source = Source.objects.get()
    with pytest.raises(ValidationError) as refused:
        bulk.end(Membership.objects.all(), "soon", "dissolution", bulk.Place(source))
    assert len(refused.value.message_dict["left"]) == 1
    for each in range(8):
        factories.spell("wp", factories.code(each), "1955-05-14")
    with pytest.raises(ValidationError) as refused:
        bulk.end(Membership.objects.all(), "1950", "dissolution", bulk.Place(source))
    assert len(refused.value.message_dict["left"]) == 11
    assert refused.value.message_dict["left"][-1] == "And 4 more like these."


def test_what_somebody_else_changed_meanwhile_is_shown_before_anything_is_stored(editor, pact):
    page = editor.post(END, sent(chosen(editor, LIST, "end_spells", *pact), "_preview", **ENDED))
    factories.source("pravda")
    Membership.objects.filter(state__iso3="ROU").update(left="1991-02", left_reason="withdrawal")
    page = editor.post(END, sent(page, "_confirm", reason=REASON))
    assert "Nothing was stored yet: what would be written is no longer what you saw" in said(page)
    assert "5 citations added" in told(page)
    assert Membership.objects.filter(left="").count() == 5
    # Another date than the one that was previewed is another change, too.
    page = editor.post(END, sent(page, "_confirm", reason=REASON, left="1991-07-02"))
    assert "Nothing was stored yet" in said(page)
    assert Membership.objects.filter(left="").count() == 5
    assert editor.post(END, sent(page, "_confirm", reason=REASON)).status_code == 302
    assert Membership.objects.filter(left="1991-07-02").count() == 5
    assert Membership.objects.get(state__iso3="ROU").left == "1991-02"


def test_a_note_that_changed_meanwhile_counts_too(editor, pact):
    page = editor.post(END, sent(chosen(editor, LIST, "end_spells", *pact), "_preview", **ENDED))
    Membership.objects.filter(state__iso3="ROU").update(note="It took no part in 1968.")
    assert "Nothing was stored yet" in said(editor.post(END, sent(page, "_confirm", reason=REASON)))


def test_a_source_cited_for_the_end_already_stays_as_it_is(pact):
    source = Source.objects.get()
    factories.cite("membership", pact[0], source.key, field="left", quote="as it was read")
    bulk.end(Membership.objects.all(), "1991-07-01", "dissolution", bulk.Place(source, quote="as it is typed"))
    assert Citation.objects.count() == 6
    assert pact[0].citations.get().quote == "as it was read"


def test_the_united_nations_end_in_a_bounded_number_of_queries(editor):
    place = bulk.Place(factories.source())

    def queries(number, slug):
        factories.crowd(number, slug)
        with CaptureQueriesContext(connection) as captured:
            bulk.end(Membership.objects.filter(organization__slug=slug), "2027", "dissolution", place)
        return len(captured)

    assert queries(3, "csto") <= 17  # One of them takes the turn, on PostgreSQL.
    assert queries(193, "un") <= 26  # SQLite takes rows in batches, the smaller the more columns they have.


def test_nothing_chosen_and_too_many_chosen_lead_back_to_the_list(editor, pact):
    response = editor.get(END, follow=True)
    assert "Choose some in this list first, then the action." in said(response)
    response = editor.post(END, {"chosen": ["x", "9" * 30, "-1"], "_confirm": "1"}, follow=True)
    assert "Choose some in this list first" in said(response)
    response = editor.post(END, {"chosen": list(range(1, 1100)), "_preview": "1"}, follow=True)
    assert "Choose at most 1,000 at once: you chose 1,099." in said(response)


# --- dissolve ------------------------------------------------------------------------------------------------


def test_an_organization_dissolves_with_all_its_spells(editor, pact):
    home = Organization.objects.get()
    url = reverse("admin:alliances_organization_dissolve", args=[home.pk])
    assert url in editor.get(home.get_admin_url()).content.decode()
    page = editor.get(url)
    assert 'value="dissolution" selected' in page.content.decode()
    page = editor.post(url, sent(page, "_preview", **ENDED))
    assert "Changed, organization: Warsaw Pact (WP) dissolved: – → 1991-07-01" in told(page)
    assert "7 citations added" in told(page)
    assert editor.post(url, sent(page, "_confirm", reason=REASON)).status_code == 302
    home.refresh_from_db()
    assert home.dissolved == "1991-07-01"
    assert home.citations.get().field == "dissolved"
    assert not home.memberships.filter(left="").exists()
    assert ChangeSet.objects.first().reason == REASON


def test_an_organization_does_not_end_before_a_spell_that_has_ended_in_it(editor, pact):
    home = Organization.objects.get()
    url = reverse("admin:alliances_organization_dissolve", args=[home.pk])
    page = editor.post(url, sent(editor.get(url), "_preview", **ENDED | {"left": "1989"}))
    assert "Ddr, member of WP from 14 May 1955 until 23 September 1990: This is after" in errors(page)
    assert Membership.objects.filter(left="").count() == 6


# --- verify --------------------------------------------------------------------------------------------------


def test_a_list_is_verified_after_a_look_at_what_it_says(editor, pact):
    Membership.objects.filter(pk=pact[0].pk).verify()
    page = chosen(editor, LIST, "verify", *pact)
    assert told(page).startswith("What would be written: 5 memberships verified")
    assert "Verified, membership: Pol, member of WP from 14 May 1955" in told(page)
    assert Membership.objects.filter(verified_on=dates.today()).count() == 1
    url = reverse("admin:alliances_membership_verify_many")
    done = editor.post(url, sent(page, "_confirm"), follow=True)
    assert "Done: 5 memberships verified." in said(done)
    assert Membership.objects.filter(verified_on=dates.today()).count() == 6
    assert ChangeSet.objects.first().kind == "verification"
    assert editor.get("/organizations/wp/").content.decode().count("Verified on") == 6
    assert editor.get("/organizations/wp/history/").content.decode().count(">verified</span>") == 6


def test_what_changed_since_the_look_is_not_verified(editor, pact):
    page = chosen(editor, LIST, "verify", *pact)
    Membership.objects.filter(pk=pact[0].pk).update(joined="1956")
    page = editor.post(reverse("admin:alliances_membership_verify_many"), sent(page, "_confirm"))
    assert "Nothing was stored yet" in said(page)
    assert "from 1956" in told(page)
    assert not Membership.objects.filter(verified_on=dates.today()).exists()


def test_what_is_verified_already_asks_for_nothing(editor, pact):
    Membership.objects.verify()
    page = chosen(editor, LIST, "verify", *pact)
    assert told(page) == "What would be written: nothing Everything is as it should be already."


# --- merge two sources ---------------------------------------------------------------------------------------


@pytest.fixture
def editions(pact):
    """Two editions of one report: both cited for Poland at page 3, with other words; one each for others."""
    kept = factories.source("nyt-1991", title="Warsaw Pact formally ended", publisher="NYT")
    gone = factories.source(
        "nyt-online",
        title="Warsaw Pact formally ended (online)",
        author="Christine Bohlen",
        publisher="The New York Times",
        note="Read online.",
    )
    bulgaria, czechs, _, poland, _, _ = pact
    factories.cite("membership", poland, kept.key, locator="page 3", quote="ended today")
    factories.cite("membership", poland, gone.key, locator="page 3", quote="formally ended in Prague")
    factories.cite("membership", bulgaria, kept.key)
    factories.cite("membership", czechs, gone.key, locator="page 4")
    factories.cite("organization", poland.organization, gone.key, field="members", says="7")
    return kept, gone


def merge_form(editor, editions, button="_preview", **fields):
    kept, gone = editions
    page = chosen(editor, SOURCES, "merge_sources", kept, gone)
    fields = {"stays": kept.pk, "fill": "on", "reason": "One report, two editions.", **fields}
    return editor.post(MERGE, sent(page, button, **fields))


def test_each_source_states_how_many_citations_would_move(editor, editions):
    page = chosen(editor, SOURCES, "merge_sources", *editions).content.decode()
    assert "nyt-1991, cited 2 times" in page
    assert "nyt-online, cited 3 times" in page  # With the one in which it says something else.


def test_two_editions_become_one_source_and_no_word_is_lost(client, editor, editions):
    kept, _ = editions
    page = merge_form(editor, editions)
    preview = told(page)
    assert "1 source changed, 1 source removed, 1 citation removed, 3 citations changed" in preview
    assert "quote: ended today → ended today formally ended in Prague" in preview
    assert "author: – → Christine Bohlen" in preview
    assert Source.objects.filter(key="nyt-online").exists()
    done = editor.post(MERGE, sent(page, "_confirm", stays=kept.pk))
    assert done.headers["Location"] == reverse("admin:alliances_source_change", args=[kept.pk])
    assert not Source.objects.filter(key="nyt-online").exists()
    kept.refresh_from_db()
    assert (kept.author, kept.note, kept.publisher) == ("Christine Bohlen", "Read online.", "NYT")
    assert sorted(kept.citations.values_list("locator", "quote", "says")) == [
        ("", "", ""),
        ("", "", "7"),
        ("page 3", "ended today\nformally ended in Prague", ""),
        ("page 4", "", ""),
    ]
    response = client.get("/sources/nyt-online/?on=1991")
    assert (response.status_code, response.headers["Location"]) == (301, "/sources/nyt-1991/?on=1991")
    assert client.get("/sources/nyt-online/history/").headers["Location"] == "/sources/nyt-1991/history/"
    assert ChangeSet.objects.first().reason == "One report, two editions."


def test_what_was_beside_the_merged_source_and_what_led_to_it_leads_to_the_kept_one(client, editor, editions):
    kept, gone = editions
    Remark.objects.create(kind="source", key=gone.pk, text="Behind a paywall.", made=dates.now())
    Waiver.objects.create(
        rule="number-contradicted",
        about="members|7|6",
        reason="So it said.",
        waived_by="Editor",
        citation=gone.citations.get(locator="page 3"),
    )
    OldAddress.objects.create(kind="source", key=gone.pk, slug="nyt-web")
    bulk.merge(gone, kept)
    assert Remark.objects.about(kept).get().text == "Behind a paywall."
    assert Waiver.objects.get().citation == kept.citations.get(locator="page 3")
    assert client.get("/sources/nyt-web/").headers["Location"] == "/sources/nyt-1991/"


def test_the_other_one_may_stay_and_take_over_nothing(editor, editions):
    _, gone = editions
    page = chosen(editor, SOURCES, "merge_sources", *editions)
    data = sent(page, "_preview", stays=gone.pk, reason="The one online stays.")
    del data["fill"]
    page = editor.post(MERGE, data)
    data = sent(page, "_confirm", stays=gone.pk)
    assert "fill" not in data
    assert editor.post(MERGE, data).status_code == 302
    assert Source.objects.filter(key__startswith="nyt").get() == gone
    gone.refresh_from_db()
    assert gone.publisher == "The New York Times"


def test_two_sources_that_say_different_things_at_one_place_are_not_merged(editor, editions):
    kept, _ = editions
    factories.cite("organization", Organization.objects.get(), kept.key, field="members", says="6")
    page = merge_form(editor, editions)
    assert "do not say the same: “7” and “6”. Correct one of the two citations first." in errors(page)
    assert Source.objects.filter(key__startswith="nyt").count() == 2


def test_a_withdrawn_source_is_not_merged_into_one_that_is_not(editor, editions):
    _, gone = editions
    Source.objects.filter(pk=gone.pk).update(withdrawn="Retracted by its author.")
    assert "Mark both or neither, then merge them." in errors(merge_form(editor, editions))


def test_a_merger_that_is_undone_takes_its_address_back(client, editor, editions):
    kept, gone = editions
    row = Source.history.filter(key="nyt-online").first().instance
    bulk.merge(gone, kept)
    row.save(force_insert=True)
    assert client.get("/sources/nyt-online/").status_code == 200
    assert not OldAddress.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_exactly_two_sources_are_merged(editor, editions, number):
    page = editor.get(chosen(editor, SOURCES, "merge_sources", *Source.objects.all()[:number]).url)
    assert "Choose exactly two sources" in said(page)


def test_which_one_stays_has_to_be_said(editor, editions):
    assert "This field is required." in errors(merge_form(editor, editions, stays=""))


# --- who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [END, MERGE, "/admin/alliances/membership/verify/", "/admin/alliances/state/verify/"])
def test_only_who_may_publish(client, django_user_model, pact, path):
    client.force_login(django_user_model.objects.create_user("contributor", is_staff=True))
    assert client.get(path).status_code == 403
    assert client.post(path, {"chosen": [pact[0].pk], "_confirm": "1"}).status_code == 403
    home = Organization.objects.get()
    assert client.post(reverse("admin:alliances_organization_dissolve", args=[home.pk])).status_code == 403
