"""What an editor types is judged before it is stored, with a sentence that says what to do; nothing typed is lost."""

import re

import lxml.html
import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.urls import reverse

from alliances.models import Citation, Membership, Organization

from . import factories
from .examples import sample

pytestmark = pytest.mark.django_db


REASON = "Corrected after the protocol."


def typed(page):
    """Return the fields of a form as a browser would send them back, with a reason where one is asked for."""
    data = {}
    # By lxml alone: forms are read more often than anything else, and Beautiful Soup takes five times as long.
    for field in lxml.html.fromstring(page.content.decode()).iter("input", "select", "textarea"):
        name = field.get("name")
        if not name or "disabled" in field.attrib or "__prefix__" in name or field.get("type") in {"submit", "button"}:
            continue
        if field.tag == "select":
            data[name] = next(
                (option.get("value", "") for option in field.iter("option") if "selected" in option.attrib), ""
            )
        elif field.get("type") == "checkbox":
            if "checked" in field.attrib:
                data[name] = "on"
        else:
            data[name] = (field.text or "").lstrip("\n") if field.tag == "textarea" else field.get("value", "")
    if "change_reason" in data:
        data["change_reason"] = data["change_reason"] or REASON
    return data


def errors(page):
    """Return all messages of a refused form, as one text."""
    assert page.status_code == 200
    found = BeautifulSoup(page.content, "lxml", parse_only=SoupStrainer("ul", class_=re.compile("errorlist"))).find_all(
        "ul"
    )
    assert found, "nothing was refused"
    return " ".join(each.get_text(" ") for each in found)


def add_row(data, prefix="memberships", **fields):
    """Add one row to the inline of that prefix."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = str(number + 1)
    empty = {"status": "member", "joined": "", "left": "", "left_reason": ""} if prefix == "memberships" else {}
    for name, value in {**empty, **fields}.items():
        data[f"{prefix}-{number}-{name}"] = value
    return data


@pytest.fixture
def spell():
    factories.organization("wp", founded="1955-05-14", dissolved="1991-07-01", name="Warsaw Pact")
    factories.state("DDR", name="East Germany", existed_from="1949-10-07", existed_until="1990-10-03")
    factories.organization("csto", founded="2002-10-07")
    return factories.spell("csto", "UZB", "2006-06-23")


def spell_form(editor, spell):
    return reverse("admin:alliances_membership_change", args=[spell.pk])


@pytest.mark.parametrize(
    ("change", "says"),
    sample(
        [
            ({"left": "2005"}, "This is not after “joined” (2006-06-23). Check both dates."),
            ({"left": "2006-06-23"}, "This is not after “joined”"),
            ({"joined": "1993-13-40"}, "there is no month 13"),
            ({"joined": "21 December 1991 or so"}, "Write a year (1991), a month (1991-12) or a day (1991-12-21)"),
            ({"joined": ""}, "This field is required."),
            ({"joined": "[1985.."}, "is not a date between bounds"),
            ({"joined": "21 December 2024"}, "is not a date"),
            ({"state": "abc"}, "That choice is not one of the available choices"),
            ({"organization": "\x00"}, "Null characters are not allowed"),
            ({"cite_source": "9" * 40}, "That choice is not one of the available choices"),
            ({"left_reason": "withdrawal"}, "fill in when, XXXX if nobody knows"),
            ({"joined": "2001"}, "This is before CSTO began (founded 2002-10-07)"),
            ({"cite_locator": "article 4"}, "Choose the source of this page and quote"),
            ({"status": "king"}, "king is not one of the available choices"),
        ],
        every=3,
    ),
)
def test_a_spell_that_cannot_be_is_refused_and_what_was_typed_is_kept(editor, spell, change, says):
    data = typed(editor.get(spell_form(editor, spell))) | change
    page = editor.post(spell_form(editor, spell), data)
    assert says in errors(page)
    again = typed(page)
    kept = {
        name: value for name, value in change.items() if name not in {"status", "state", "organization", "cite_source"}
    }
    assert {name: again[name] for name in kept} == kept  # A search box or a select cannot show what is no choice.
    stored = Membership.objects.get(pk=spell.pk)
    assert (stored.joined, stored.left, stored.status) == ("2006-06-23", "", "member")


@pytest.mark.parametrize(
    ("slug", "iso3", "joined", "left", "says"),
    [
        ("csto", "UZB", "2007", "2010", "a state has one status at a time"),
        ("csto", "UZB", "2010", "", "End that one first"),
        ("wp", "POL", "1955-05-14", "", "Warsaw Pact (WP) dissolved 1991-07-01: say when this membership ended"),
        ("wp", "POL", "1955-05-14", "1995", "This is after Warsaw Pact (WP) ended"),
        ("wp", "POL", "1954", "1960", "This is before Warsaw Pact (WP) began"),
        ("wp", "DDR", "1955-05-14", "1991", "This is after East Germany ended"),
        ("nato", "DDR", "1990-01-01", "", "East Germany existed until 1990-10-03: say when this membership ended"),
    ],
)
def test_a_new_spell_must_fit_the_lives_of_both_and_the_other_spells(editor, spell, slug, iso3, joined, left, says):
    home, state = factories.organization(slug), factories.state(iso3)
    url = reverse("admin:alliances_membership_add")
    data = typed(editor.get(url)) | {"organization": home.pk, "state": state.pk, "joined": joined, "left": left}
    page = editor.post(url, data)
    assert says in errors(page)
    assert typed(page)["joined"] == joined
    assert Membership.objects.count() == 1


def test_a_date_is_corrected_with_its_source_in_one_save(editor, spell):
    source = factories.source("obozrevatel-2006")
    data = typed(editor.get(spell_form(editor, spell)))
    data |= {
        "joined": "2006-08",
        "cite_source": source.pk,
        "cite_locator": "paragraph 1",
        "cite_quote": "signed in Sochi",
    }
    assert editor.post(spell_form(editor, spell), data).status_code == 302
    spell = Membership.objects.get(pk=spell.pk)
    assert (spell.joined, spell.joined_earliest, spell.joined_latest) == ("2006-08", "2006-08-01", "2006-08-31")
    citation = spell.citations.get()
    assert (citation.source, citation.locator, citation.quote) == (source, "paragraph 1", "signed in Sochi")
    page = editor.get("/organizations/csto/").content.decode()
    assert "2006-08" in page
    assert "signed in Sochi" in page


def test_the_same_source_at_the_same_place_is_cited_once(editor, spell):
    citation = factories.cite("membership", spell, locator="page 1")
    data = typed(editor.get(spell_form(editor, spell)))
    data |= {"cite_source": citation.source.pk, "cite_locator": "page 1"}
    assert "cited for this already" in errors(editor.post(spell_form(editor, spell), data))
    data = typed(editor.get(spell_form(editor, spell)))
    add_row(data, "citations", source=citation.source.pk, field="", locator="page 1", quote="", says="")
    assert "cited for this already" in errors(editor.post(spell_form(editor, spell), data))
    assert Citation.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"says": "2006-08-16", "field": ""}, "Name the field about which the source says something else"),
        ({"says": "2006-08-16", "field": "jioned"}, "There is no field “jioned” here"),
        ({"says": "7", "field": "id"}, "There is no field “id” here"),
        ({"source": "", "quote": "signed"}, "This field is required"),
    ],
)
def test_a_citation_that_cannot_be_is_refused(editor, spell, row, says):
    data = typed(editor.get(spell_form(editor, spell)))
    fields = {"source": factories.source().pk, "field": "", "locator": "", "quote": "", "says": ""}
    page = editor.post(spell_form(editor, spell), add_row(data, "citations", **{**fields, **row}))
    assert says in errors(page)
    assert not Citation.objects.exists()


def test_a_dissent_is_shown_to_readers(editor, spell):
    data = typed(editor.get(spell_form(editor, spell))) | {"reason": "We take the day of the announcement."}
    fields = {"source": factories.source().pk, "field": "joined", "locator": "", "quote": "", "says": "2006-08-16"}
    assert editor.post(spell_form(editor, spell), add_row(data, "citations", **fields)).status_code == 302
    page = editor.get("/organizations/csto/").content.decode()
    assert "2006-08-16" in page
    assert "We take the day of the announcement." in page


def organization_form(slug="csto"):
    return reverse("admin:alliances_organization_change", args=[Organization.objects.get(slug=slug).pk])


def test_a_status_ends_and_the_next_begins_in_one_save(editor, spell):
    data = typed(editor.get(organization_form()))
    data |= {"memberships-0-left": "2012-06-28", "memberships-0-left_reason": "status-change"}
    add_row(
        data,
        state=spell.state.pk,
        status="suspended",
        joined="2012-06-28",
        cite_source=factories.source().pk,
        cite_locator="page 2",
    )
    assert editor.post(organization_form(), data).status_code == 302
    spells = Membership.objects.order_by("joined").values_list("status", "joined", "left")
    assert list(spells) == [("member", "2006-06-23", "2012-06-28"), ("suspended", "2012-06-28", "")]
    assert Membership.objects.get(status="suspended").citations.get().locator == "page 2"


def test_which_of_two_spells_goes_on_is_exchanged_in_one_save(editor, spell):
    later = factories.spell("csto", "ARM", "2024-02-22", status="frozen")
    factories.spell("csto", "ARM", "2002-10-07", "2024-02-22")
    data = typed(editor.get(organization_form()))
    rows = {data[f"memberships-{row}-joined"]: f"memberships-{row}" for row in range(3)}
    data[f"{rows['2024-02-22']}-left"] = "2025-01-01"
    data[f"{rows['2024-02-22']}-joined"] = "2024-06-01"
    data[f"{rows['2002-10-07']}-joined"] = "2025-01-01"
    data[f"{rows['2002-10-07']}-left"] = ""
    assert editor.post(organization_form(), data).status_code == 302
    later.refresh_from_db()
    assert later.left == "2025-01-01"


def test_a_source_alone_can_be_added_to_a_row(editor, spell):
    data = typed(editor.get(organization_form())) | {"memberships-0-cite_source": factories.source().pk}
    assert editor.post(organization_form(), data).status_code == 302
    assert spell.citations.count() == 1


@pytest.mark.parametrize(
    ("rows", "says"),
    sample(
        [
            ([{"joined": "2008", "left": "2010"}], "a state has one status at a time"),
            ([{"joined": "2010", "status": "observer"}], "End that one first"),
            ([{"joined": "2006-06-23", "left": "2007"}], "This membership is here already"),
            ([{"joined": "2001", "left": "2002"}], "This is before CSTO began"),
            ([{"joined": "soon"}], "is not a date"),
            ([{"joined": "2002-10-07", "left": "2003"}, {"joined": "2002-12", "left": "2004"}], "one status at a time"),
            ([{"joined": "2002-10-07", "left": "2003", "cite_quote": "x"}], "Choose the source of this page and quote"),
        ],
        every=3,
    ),
)
def test_rows_that_cannot_stand_together_are_refused(editor, spell, rows, says):
    data = typed(editor.get(organization_form()))
    for row in rows:
        add_row(data, state=spell.state.pk, **row)
    page = editor.post(organization_form(), data)
    assert says in errors(page)
    again = typed(page)
    assert again["memberships-1-joined"] == rows[0]["joined"]
    assert Membership.objects.count() == 1


def test_two_rows_of_one_new_organization_are_compared_too(editor, spell):
    url = reverse("admin:alliances_organization_add")
    data = typed(editor.get(url)) | {"acronym": "NEW", "name": "New", "slug": "new", "kind": "forum", "founded": "1990"}
    add_row(data, state=spell.state.pk, joined="1992")
    add_row(data, state=spell.state.pk, joined="1995", status="observer")
    data |= {"why_unsourced": "Its archive burnt."} | factories.WHY
    assert "This state has an ongoing status" in errors(editor.post(url, data))
    data["memberships-0-left"] = "1995"
    assert editor.post(url, data).status_code == 302
    assert Organization.objects.get(slug="new").memberships.count() == 2


def test_a_spell_before_the_founding_is_refused_on_the_page_that_adds_the_organization(editor, spell):
    url = reverse("admin:alliances_organization_add")
    data = typed(editor.get(url)) | {"acronym": "NEW", "name": "New", "slug": "new", "kind": "forum", "founded": "2000"}
    assert "This is before New (NEW) began" in errors(
        editor.post(url, add_row(data, state=spell.state.pk, joined="1990", left="1995"))
    )
    assert "there is no month 13" in errors(editor.post(url, data | {"founded": "2000-13"}))
    assert not Organization.objects.filter(slug="new").exists()


def test_what_only_the_database_can_refuse_is_said_in_words(editor, spell):
    source = factories.source()
    data = typed(editor.get(spell_form(editor, spell))) | {"cite_source": source.pk, "note": "typed"}
    add_row(data, "citations", source=source.pk, field="", locator="", quote="", says="")
    page = editor.post(spell_form(editor, spell), data)
    assert "The database refused this, and nothing was stored" in errors(page)
    assert typed(page)["note"] == "typed"
    assert not Citation.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"dissolved": "2020"},
            "Collective Security Treaty Organization dissolved 2020: say when this membership ended",
        ),
        ({"founded": "2010"}, "This is before Collective Security Treaty Organization began (founded 2010)"),
    ],
)
def test_the_life_of_an_organization_holds_all_its_spells(editor, spell, change, says):
    data = typed(editor.get(organization_form())) | change | {"name": "Collective Security Treaty Organization"}
    page = editor.post(organization_form(), data)
    assert says.replace(" dissolved", " (CSTO) dissolved").replace(" began", " (CSTO) began") in errors(page)
    assert Organization.objects.get(slug="csto").founded == "2002-10-07"
    assert not Organization.objects.get(slug="csto").dissolved


def test_an_organization_is_dissolved_with_its_spells_in_one_save(editor, spell):
    data = typed(editor.get(organization_form())) | {"dissolved": "2020"}
    data |= {"memberships-0-left": "2020", "memberships-0-left_reason": "dissolution"}
    assert editor.post(organization_form(), data).status_code == 302
    assert Organization.objects.get(slug="csto").dissolved == "2020"


def test_the_life_of_a_state_holds_all_its_spells(editor, spell):
    url = reverse("admin:alliances_state_change", args=[spell.state.pk])
    data = typed(editor.get(url)) | {"existed_until": "2000"}
    assert "existed until 2000: say when this membership ended" in errors(editor.post(url, data))


def test_a_row_on_which_others_rest_is_not_deleted(editor, spell):
    home = factories.crowd(1)
    data = typed(editor.get(organization_form(home.slug))) | {"councils-0-DELETE": "on"}
    assert "other facts rest on it" in errors(editor.post(organization_form(home.slug), data))
    assert home.councils.count() == 1


def test_a_row_that_never_was_on_the_page_is_said_and_nothing_is_stored(editor, spell):
    elsewhere = factories.spell("nato", "GRC", "1952-02-18")
    data = typed(editor.get(organization_form())) | {"seat": "Moscow", "memberships-0-id": elsewhere.pk}
    assert "Somebody deleted or moved one of these rows" in errors(editor.post(organization_form(), data))
    assert not Organization.objects.get(slug="csto").seat


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"date": "", "effective": ""}, "Say when: a state ceases to be a party on a day"),
        ({"date": "2010", "effective": "2005"}, "This is before the action itself (2010)"),
    ],
)
def test_a_denunciation_that_cannot_be_is_refused(editor, spell, change, says):
    home = factories.crowd(1)
    url = reverse("admin:alliances_treatyaction_add")
    data = typed(editor.get(url)) | {"document": home.documents.get().pk, "state": spell.state.pk}
    assert says in errors(editor.post(url, data | {"action": "denounced"} | change))


def test_a_source_is_cited_for_a_number_in_digits(editor, spell):
    data = typed(editor.get(organization_form()))
    fields = {"source": factories.source().pk, "field": "members", "locator": "", "quote": "", "says": "seven"}
    page = editor.post(organization_form(), add_row(data, "citations", **fields))
    assert "Give the number that the source states, in digits" in errors(page)


def test_a_very_long_search_is_answered(editor, spell):
    assert editor.get("/admin/alliances/organization/", {"q": "csto " * 1500}).status_code == 200


def test_a_malformed_date_is_not_told_a_second_thing(editor, spell):
    page = editor.post(spell_form(editor, spell), typed(editor.get(spell_form(editor, spell))) | {"joined": "soon"})
    assert "began" not in errors(page)


def test_an_untouched_form_changes_nothing(editor):
    home = factories.crowd(3)
    url = organization_form(home.slug)
    before = list(Membership.objects.values()), list(Citation.objects.values())
    assert editor.post(url, typed(editor.get(url))).status_code == 302
    assert (list(Membership.objects.values()), list(Citation.objects.values())) == before
