"""A spreadsheet comes in: every row is judged and shown before anything is stored, and then all of it or nothing."""

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from alliances.editing import rename
from alliances.editing.spreadsheets import exporting, importing, parsing
from alliances.editing.spreadsheets.layouts import LAYOUTS, kinds_fitting, layout_of
from alliances.models import (
    ChangeSet,
    Citation,
    Council,
    Document,
    Membership,
    Organization,
    Source,
    State,
    TreatyAction,
)

from . import factories

pytestmark = pytest.mark.django_db

REASON = "The ministry's list of 2020."


def sheet(*rows):
    """Make a sheet of rows of cells, the first of which is the header."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return parsing.read(io.BytesIO(text.getvalue().encode()), "sheet.csv")


def exported(kind):
    """Return the rows of an export, the header first."""
    model = LAYOUTS[kind].model
    return [list(row) for row in exporting.rows_of(kind, model.objects.all())]


def told(done):
    """Return what each row does: (number, what, [(column, before, after)])."""
    return [(row.number, row.status, [tuple(difference) for difference in row.differences]) for row in done.rows]


def wrong(done):
    """Return what is wrong: [(row, column, message)]."""
    return [(each.row, each.column, each.message) for each in done.errors]


@pytest.fixture
def uzbekistan():
    """Uzbekistan in the CSTO: in, out, in, out."""
    factories.state("UZB", name="Uzbekistan")
    factories.organization("csto", name="Collective Security Treaty Organization", founded="1992-05-15")
    return [
        factories.spell("csto", "UZB", "1992-05-15", "1999-04-02", left_reason="withdrawal"),
        factories.spell("csto", "UZB", "2006-06-23", "2012-12-19"),
    ]


HEADER = ["organization", "state", "status", "joined", "left"]


def test_rows_are_new_changed_unchanged_or_wrong(uzbekistan):
    factories.state("ARM", name="Armenia")
    rows = [
        ["csto", "UZB", "member", "1992-05-15", "1999-04-02", ""],
        ["csto", "UZB", "member", "2006-06-23", "2012-12-20", ""],
        ["csto", "ARM", "member", "1992-05", "", "No document is public."],
        ["csto", "AAA", "member", "1992-05", "", ""],
    ]
    rows[0][-1] = rows[1][-1] = factories.WHY["unsourced"]
    done = importing.preview("memberships", sheet([*HEADER, "unsourced"], *rows))
    assert told(done)[:3] == [
        (2, "unchanged", []),
        (3, "changed", [("left", "2012-12-19", "2012-12-20")]),
        (
            4,
            "new",
            [
                ("organization", "–", "csto"),
                ("state", "–", "ARM"),
                ("status", "–", "member"),
                ("joined", "–", "1992-05"),
                ("unsourced", "–", "No document is public."),
            ],
        ),
    ]
    assert done.counts == {"new": 1, "changed": 1, "unchanged": 1, "wrong": 1}
    assert Membership.objects.count() == 2
    assert not ChangeSet.objects.filter(reason=REASON).exists()


def test_all_errors_of_all_rows_are_said_at_once_by_row_and_column(uzbekistan):
    factories.state("ARM", name="Armenia")
    rows = [
        ["csto", "Armenia", "member", "1992-05-15", "", "why"],
        ["csto", "ARM", "king", "1992-13", "soon", "why"],
        ["csto", "ARM", "member", "2000", "1999", "why"],
        ["csto", "ARM", "observer", "2001", "2002", ""],
        ["csto", "ARM", "observer", "2001", "2003", "why"],
    ]
    done = importing.preview("memberships", sheet([*HEADER, "unsourced"], *rows))
    assert wrong(done) == [
        (2, "state", "There is no state with the ISO code “Armenia”. Did you mean ARM (Armenia)?"),
        (3, "status", "Write one of: member, associate, observer, partner, participant, candidate, suspended, frozen."),
        (3, "joined", "“1992-13”: there is no month 13; months go from 01 to 12."),
        (3, "left", "“soon” is not a date. Write a year (1991), a month (1991-12) or a day (1991-12-21)."),
        (4, "left", "This is not after “joined” (2000). Check both dates."),
        (5, "unsourced", "No source is cited: give one in “source”, or say here why there is none."),
        (6, "", "Row 5 is about the same membership. Keep one of them."),
    ]
    refused = importing.import_sheet("memberships", sheet([*HEADER, "unsourced"], *rows), reason=REASON)
    assert not refused.stored
    assert Membership.objects.count() == 2


def test_one_wrong_row_keeps_all_others_out(uzbekistan):
    rows = [["csto", "UZB", "member", "2006-06-23", "2012-12-20"], ["csto", "UZB", "member", "1992-05-15", "1891"]]
    done = importing.import_sheet("memberships", sheet(HEADER, *rows), reason=REASON)
    assert [(each.row, each.column) for each in done.errors] == [(3, "left")]
    assert not done.stored
    assert sorted(Membership.objects.values_list("left", flat=True)) == ["1999-04-02", "2012-12-19"]
    assert not ChangeSet.objects.filter(reason=REASON).exists()


def test_an_import_is_one_change_set_with_its_reason(uzbekistan):
    factories.source("obozrevatel-2006")
    rows = [
        ["csto", "UZB", "member", "2006-08-16", "2012-12-19", "2006-06-23", "obozrevatel-2006", "page 1"],
        ["csto", "UZB", "observer", "2013", "", "", "obozrevatel-2006", "page 2"],
    ]
    done = importing.import_sheet(
        "memberships", sheet([*HEADER, "was_joined", "source", "locator"], *rows), reason=REASON
    )
    assert done.stored
    made = ChangeSet.objects.get(reason=REASON)
    assert made.kind == ChangeSet.Kind.EDIT
    assert Membership.history.filter(change_set=made).count() == 2
    assert Citation.history.filter(change_set=made).count() == 2
    assert not ChangeSet.objects.filter(pk__gt=made.pk).exists()
    spell = Membership.objects.get(pk=uzbekistan[1].pk)
    assert (spell.joined, spell.joined_latest, spell.unsourced) == ("2006-08-16", "2006-08-16", "")
    assert spell.citations.get().locator == "page 1"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_status_ends_and_the_next_begins_in_any_order_of_rows(order):
    factories.spell("csto", "ARM", "2002-10-07")
    rows = [
        ["csto", "ARM", "member", "2002-10-07", "2024-02-23", "why"],
        ["csto", "ARM", "frozen", "2024-02-23", "", "why"],
    ]
    done = importing.import_sheet(
        "memberships", sheet([*HEADER, "unsourced"], *(rows[each] for each in order)), reason=REASON
    )
    assert wrong(done) == []
    assert list(Membership.objects.order_by("joined").values_list("status", "left")) == [
        ("member", "2024-02-23"),
        ("frozen", ""),
    ]


def test_rows_that_only_fit_after_others_are_written_after_them():
    factories.state("RUS", name="Soviet Union")
    factories.state("SUN", name="Russian Empire")
    factories.state("AAA", name="Old name")
    done = importing.import_sheet(
        "states",
        sheet(["iso3", "name"], ["RUS", "Russia"], ["SUN", "Soviet Union"], ["AAA", "Russian Empire"]),
        reason=REASON,
    )
    assert wrong(done) == []
    done = importing.import_sheet(
        "states", sheet(["iso3", "name"], ["AAA", "A"], ["SUN", "Russian Empire"]), reason=REASON
    )
    assert wrong(done) == []
    done = importing.preview("states", sheet(["iso3", "name"], ["RUS", "A"], ["AAA", "Russia"]))
    assert wrong(done) == [
        (2, "name", "State with this Name already exists."),
        (3, "name", "State with this Name already exists."),
    ]


def test_spells_of_a_file_are_judged_against_each_other():
    factories.state("ARM", name="Armenia")
    factories.organization("csto")
    rows = [["csto", "ARM", "member", "2000", "2005", "why"], ["csto", "ARM", "observer", "2002", "2003", "why"]]
    done = importing.preview("memberships", sheet([*HEADER, "unsourced"], *rows))
    assert [(row, column) for row, column, _ in wrong(done)] == [(2, ""), (3, "")]
    assert "Armenia is observer of CSTO from 2002 until 2003" in done.errors[0].message
    assert "Armenia is member of CSTO from 2000 until 2005" in done.errors[1].message


def test_an_organization_keeps_its_spells_within_its_life(uzbekistan):
    done = importing.preview("organizations", sheet(["slug", "founded", "dissolved"], ["csto", "1993", "2010"]))
    assert [(row, column) for row, column, _ in wrong(done)] == [(2, "founded"), (2, "dissolved")]
    assert "Uzbekistan, member of CSTO from 15 May 1992 until 1 April 1999" in done.errors[0].message
    assert importing.preview("organizations", sheet(["slug", "founded"], ["csto", "1992"])).counts["changed"] == 1


def test_a_row_is_corrected_that_is_told_by_what_is_corrected(uzbekistan):
    header = [*HEADER, "was_status", "was_joined"]
    row = ["csto", "UZB", "associate", "2006-08", "2012-12-19", "member", "2006-06-23"]
    done = importing.preview("memberships", sheet(header, row))
    assert told(done) == [(2, "changed", [("status", "member", "associate"), ("joined", "2006-06-23", "2006-08")])]
    done = importing.preview("memberships", sheet(header, [*row[:-1], "2005"]))
    assert wrong(done)[0] == (2, "", "There is no such membership to correct: check the “was_” columns.")


def test_a_date_is_given_to_an_action_that_had_none():
    home, armenia = factories.organization("cis"), factories.state("ARM")
    charter = Document.objects.create(
        organization=home, slug="cis-charter", title="Charter", kind="charter", **factories.WHY
    )
    action = TreatyAction.objects.create(document=charter, state=armenia, action="ratified", **factories.WHY)
    rows = ["document", "state", "action", "date", "was_date"], ["cis-charter", "ARM", "ratified", "1994-03-16", "none"]
    assert importing.import_sheet("treaty-actions", sheet(*rows), reason=REASON).stored
    action.refresh_from_db()
    assert action.date == "1994-03-16"


def test_a_column_that_is_left_out_stays_and_an_empty_cell_empties(uzbekistan):
    done = importing.preview("memberships", sheet(HEADER[:4], ["csto", "UZB", "member", "1992-05-15"]))
    assert done.counts["unchanged"] == 1
    header = [*HEADER, "left_reason"]
    done = importing.preview("memberships", sheet(header, ["csto", "UZB", "member", "1992-05-15", "1999-04-02", ""]))
    assert told(done) == [(2, "changed", [("left_reason", "withdrawal", "–")])]


def test_names_beside_codes_are_to_read_only(uzbekistan):
    factories.state("ARM", name="Armenia")
    header = ["organization", "state", "state_name", "status", "joined", "unsourced"]
    rows = [
        ["csto", "UZB", "", "member", "1992-05-15", factories.WHY["unsourced"]],
        ["csto", "ARM", "Azerbaijan", "member", "1992-05-15", "why"],
    ]
    done = importing.preview("memberships", sheet(header, *rows))
    assert wrong(done) == [
        (3, "state_name", "This column is only to read, and ours is “Armenia”. Check the code, or clear this cell.")
    ]


@pytest.mark.parametrize(
    ("cells", "citations"),
    [
        ({"source": "brief-2020"}, [("brief-2020", "", "")]),
        ({"source": "BRIEF-2020", "locator": "art. 2", "quote": "Done."}, [("brief-2020", "art. 2", "Done.")]),
        ({"sources": "brief-2020 un-2020"}, [("brief-2020", "", ""), ("un-2020", "", "")]),
        ({"sources": "un-2020", "source": "un-2020", "locator": "4"}, [("un-2020", "4", "")]),
        ({"sources": "old-1999"}, []),
        ({"source": "old-1999", "locator": "page 1", "quote": "word for word"}, []),
        ({"source": "old-1999", "locator": "page 2"}, [("old-1999", "page 2", "")]),
    ],
)
def test_sources_are_added_and_never_taken(uzbekistan, cells, citations):
    for key in ("brief-2020", "un-2020"):
        factories.source(key)
    factories.cite("membership", uzbekistan[0], "old-1999", locator="page 1", quote="word for word")
    rows = [[*HEADER, *cells], ["csto", "UZB", "member", "1992-05-15", "1999-04-02", *cells.values()]]
    done = importing.import_sheet("memberships", sheet(*rows), reason=REASON)
    assert wrong(done) == []
    added = Citation.objects.exclude(source__key="old-1999", locator="page 1")
    assert sorted(added.values_list("source__key", "locator", "quote")) == citations
    assert Citation.objects.filter(source__key="old-1999", locator="page 1").exists()
    assert importing.preview("memberships", sheet(*rows)).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"source": "none-such"}, "source", "There is no source with the key “none-such”."),
        ({"sources": "old-1999 none-such"}, "sources", "There is no source with the key “none-such”."),
        ({"locator": "page 1"}, "source", "Give the key of the source in which this stands, or clear"),
        (
            {"source": "old-1999", "locator": "page 1", "quote": "Other."},
            "quote",
            "cited at this place with other words",
        ),
        ({"source": "old-1999", "locator": "p" * 201}, "locator", "at most 200 characters"),
    ],
)
def test_a_source_that_cannot_be_is_refused(uzbekistan, cells, column, says):
    factories.cite("membership", uzbekistan[0], "old-1999", locator="page 1", quote="word for word")
    rows = [[*HEADER, *cells], ["csto", "UZB", "member", "1992-05-15", "1999-04-02", *cells.values()]]
    done = importing.preview("memberships", sheet(*rows))
    assert [(each.row, each.column) for each in done.errors] == [(2, column)]
    assert says in done.errors[0].message


def test_who_says_otherwise_supports_nothing(uzbekistan):
    factories.cite("membership", uzbekistan[0], "old-1999", field="joined", says="1991")
    assert [row[-1] for row in exported("memberships")] == ["sources", "", ""]
    rows = [[*HEADER, "unsourced"], ["csto", "UZB", "member", "1992-05-15", "1999-04-02", ""]]
    done = importing.preview("memberships", sheet(*rows))
    assert [(each.row, each.column) for each in done.errors] == [(2, "unsourced")]


def test_a_fact_with_a_source_needs_no_word_why_there_is_none(uzbekistan):
    factories.source()
    header = [*HEADER, "source", "unsourced"]
    row = ["csto", "UZB", "member", "1992-05-15", "1999-04-02", "brief-2020", "Still no source."]
    assert importing.import_sheet("memberships", sheet(header, row), reason=REASON).stored
    assert Membership.objects.get(pk=uzbekistan[0].pk).unsourced == ""
    assert importing.preview("memberships", sheet(header, row)).counts["unchanged"] == 1


def test_a_source_is_imported_by_its_key():
    header = ["key", "title", "kind", "published"]
    rows = [["un-2020", "List of members", "Primary", "2020-09"], ["brief-2020", "Brief", "secondary", ""]]
    assert importing.import_sheet("sources", sheet(header, *rows), reason=REASON).stored
    assert list(Source.objects.values_list("key", "kind", "published")) == [
        ("brief-2020", "secondary", ""),
        ("un-2020", "primary", "2020-09"),
    ]


def test_numbers_are_whole_numbers():
    council = Council.objects.create(
        organization=factories.organization(), slug="csto-council", name="Council", level="supreme", **factories.WHY
    )
    for typed, says in [("12 months", "whole number"), ("-1", "whole number"), ("999", "less than or equal to 240")]:
        done = importing.preview("councils", sheet(["slug", "chair_term_months"], [council.slug, typed]))
        assert [each.column for each in done.errors] == ["chair_term_months"]
        assert says in done.errors[0].message
    done = importing.preview("councils", sheet(["slug", "chair_term_months"], [council.slug, "12"]))
    assert told(done) == [(2, "changed", [("chair_term_months", "–", "12")])]


def test_characters_that_were_misread_before_are_not_taken(uzbekistan):
    spoilt = "Армения".encode().decode("cp1251")
    done = importing.preview(
        "memberships", sheet([*HEADER, "note"], ["csto", "UZB", "member", "1992-05-15", "1999-04-02", spoilt])
    )
    assert wrong(done) == [(2, "note", "This text was read in the wrong encoding before: “Армения” is meant.")]


def test_an_import_that_would_do_something_else_by_now_does_nothing(uzbekistan):
    rows = sheet(HEADER, ["csto", "UZB", "member", "2006-06-23", "2012-12-20"])
    seen = importing.preview("memberships", rows)
    Membership.objects.filter(pk=uzbekistan[1].pk).update(left="2012-12-18")
    done = importing.import_sheet("memberships", rows, reason=REASON, agreed=seen.digest)
    assert (done.outdated, done.stored) == (True, False)
    assert told(done) == [(2, "changed", [("left", "2012-12-18", "2012-12-20")])]
    assert Membership.objects.get(pk=uzbekistan[1].pk).left == "2012-12-18"
    assert importing.import_sheet("memberships", rows, reason=REASON, agreed=done.digest).stored


def test_looking_up_rows_does_not_ask_row_by_row(uzbekistan, django_assert_num_queries):
    factories.crowd(7)
    for number, crowd in ((1, exported("memberships")[:2]), (9, exported("memberships"))):
        read = sheet(*crowd)
        assert len(read.rows) == number
        # A savepoint, sources, states, organizations, spells, citations; on PostgreSQL also whose turn it is.
        with django_assert_num_queries(7 + (connection.vendor == "postgresql")):
            assert importing.preview("memberships", read).counts["unchanged"] == number


def test_exporting_does_not_ask_row_by_row(django_assert_num_queries):
    factories.crowd(2)
    with django_assert_num_queries(2):
        exported("memberships")
    factories.crowd(7, "nato")
    with django_assert_num_queries(2):
        assert len(exported("memberships")) == 10


def test_the_columns_tell_of_which_kind_a_file_is():
    for kind in LAYOUTS:
        assert kinds_fitting(layout_of(kind).exported) == [kind]


@pytest.mark.parametrize("kind", list(LAYOUTS))
def test_every_field_that_can_be_edited_is_a_column_or_is_named_as_left_out(kind):
    layout = layout_of(kind)
    own = [field for field in layout.model._meta.get_fields() if not field.auto_created]
    columns = {name for name, column in layout.columns.items() if not column.read_only}
    assert columns | set(layout.left_out) == {field.name for field in own if field.editable}
    assert not columns & set(layout.left_out)
    assert all(reason.strip() for reason in layout.left_out.values())


def test_a_field_that_is_left_out_is_no_column():
    class Brief(LAYOUTS["memberships"]):
        left_out = {"confidence": "Only for this test."}

    assert "confidence" not in Brief().meanings


def test_what_tells_the_rows_apart_comes_first_and_what_every_fact_has_last():
    header = "organization organization_name state state_name status joined left left_reason"
    header += " joined_basis left_basis"
    assert layout_of("memberships").exported == [
        *header.split(),
        "note",
        "reason",
        "confidence",
        "unsourced",
        "sources",
    ]
    assert layout_of("councils").exported[:3] == ["slug", "organization", "name"]
    assert layout_of("treaty-actions").correctable == ("action", "date")
    assert layout_of("states").correctable == ()


def test_no_sheet_has_a_database_id():
    for kind in LAYOUTS:
        assert not {"id", "pk"} & set(layout_of(kind).meanings)


# On the desk


def page_of(kind="membership"):
    return reverse(f"admin:alliances_{kind}_sheet")


def upload(client, *rows, name="sheet.csv", kind="membership"):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return client.post(page_of(kind), {"file": SimpleUploadedFile(name, text.getvalue().encode())})


def hidden(page):
    """Return the fields that a preview carries."""
    found = BeautifulSoup(page.content, "lxml").find_all("input", type="hidden")
    return {field["name"]: field["value"] for field in found if field["name"] in {"rows", "fingerprint"}}


def words(page):
    return re.sub(r"\s+", " ", BeautifulSoup(page.content, "lxml").get_text(" "))


def test_an_editor_previews_and_imports(editor, uzbekistan):
    page = upload(editor, HEADER, ["csto", "UZB", "member", "2006-06-23", "2012-12-20"])
    assert "left: 2012-12-19 → 2012-12-20" in words(page)
    assert "1 changed" in words(page)
    assert not ChangeSet.objects.filter(author__username="editor").exists()
    again = editor.post(page_of(), {**hidden(page), "reason": " "})
    assert "Say why: readers see the reason" in words(again)
    done = editor.post(page_of(), {**hidden(again), "reason": REASON}, follow=True)
    assert "Imported in one change: 1 changed." in words(done)
    assert Membership.objects.get(pk=uzbekistan[1].pk).left == "2012-12-20"
    made = ChangeSet.objects.get(reason=REASON)
    assert made.author.username == "editor"


def test_a_preview_with_mistakes_lists_them_and_cannot_be_confirmed(editor, uzbekistan):
    page = upload(
        editor,
        HEADER,
        ["csto", "UZB", "member", "2006-06-23", "2005"],
        ["csto", "XYZ", "member", "2006-06-23", ""],
        ["nowhere", "UZB", "king", "2006-06-23", ""],
    )
    assert hidden(page) == {}
    rows = BeautifulSoup(page.content, "lxml").select("table.sheet-rows tbody tr")
    told = [[cell.get_text() for cell in row.find_all(["th", "td"])][:3] for row in rows]
    assert told[:1] == [["2", "left", "2005"]]
    assert ["3", "state", "XYZ"] in told
    assert ["4", "organization", "nowhere"] in told
    assert ["4", "status", "king"] in told


def test_a_stale_preview_imports_nothing_and_shows_the_new_one(editor, uzbekistan):
    page = upload(editor, HEADER, ["csto", "UZB", "member", "2006-06-23", "2012-12-20"])
    Membership.objects.filter(pk=uzbekistan[1].pk).update(left="2012-12-18")
    again = editor.post(page_of(), {**hidden(page), "reason": REASON})
    assert "what is stored has changed since your preview" in words(again)
    assert "left: 2012-12-18 → 2012-12-20" in words(again)
    assert REASON in words(again)
    assert Membership.objects.get(pk=uzbekistan[1].pk).left == "2012-12-18"
    assert editor.post(page_of(), {**hidden(again), "reason": REASON}).status_code == 302


@pytest.mark.parametrize("change", [{"rows": "made up"}, {"rows": ""}, {"fingerprint": ""}])
def test_a_preview_that_is_not_ours_imports_nothing(editor, uzbekistan, change):
    page = upload(editor, HEADER, ["csto", "UZB", "member", "2006-06-23", "2012-12-20"])
    answer = editor.post(page_of(), {**hidden(page), "reason": REASON, **change})
    assert answer.status_code == 200
    assert Membership.objects.get(pk=uzbekistan[1].pk).left == "2012-12-19"


def test_a_preview_of_one_kind_is_not_imported_as_another(editor, uzbekistan):
    page = upload(editor, ["slug", "seat"], ["csto", "Moscow"], kind="organization")
    answer = editor.post(page_of("council"), {**hidden(page), "reason": REASON})
    assert "This preview is of another kind of rows" in words(answer)
    assert Organization.objects.get(slug="csto").seat == ""


def test_only_who_publishes_imports_and_who_sees_exports(client, editor, uzbekistan):
    page = upload(editor, HEADER, ["csto", "UZB", "member", "2006-06-23", "2012-12-20"])
    user = get_user_model().objects.create_user("contributor", is_staff=True)
    user.groups.add(Group.objects.get(name="contributors"))
    client.force_login(user)
    assert "Columns" in words(client.get(page_of()))
    assert 'type="file"' not in client.get(page_of()).content.decode()
    assert upload(client, HEADER, ["csto", "UZB", "member", "2006-06-23", "2012-12-20"]).status_code == 403
    assert client.post(page_of(), {**hidden(page), "reason": REASON}).status_code == 403
    assert client.get(reverse("admin:alliances_membership_export", args=["csv"])).status_code == 200
    client.force_login(get_user_model().objects.create_user("nobody", is_staff=True))
    assert client.get(page_of()).status_code == 403
    assert client.get(reverse("admin:alliances_membership_export", args=["csv"])).status_code == 403
    client.logout()
    assert client.get(page_of()).status_code == 302
    assert Membership.objects.get(pk=uzbekistan[1].pk).left == "2012-12-19"


def rows_in(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return parsing.read(io.BytesIO(content), answer["Content-Disposition"].split('"')[1]).rows


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_keeps_the_filters_of_the_list(editor, uzbekistan, form):
    factories.spell("csto", "ARM", "2002-10-07")
    listed = editor.get(reverse("admin:alliances_membership_changelist"), {"ongoing": "yes"})
    link = BeautifulSoup(listed.content, "lxml").find("a", string="Import / export")["href"]
    assert link == f"{page_of()}?ongoing=yes"
    page = editor.get(link)
    assert "1 membership, as the list is filtered" in words(page)
    button = BeautifulSoup(page.content, "lxml").find("a", string=f"Export as {form.upper()}")["href"]
    answer = editor.get(button)
    assert re.fullmatch(rf'attachment; filename="memberships-\d{{4}}-\d\d-\d\d\.{form}"', answer["Content-Disposition"])
    assert [row[2] for _, row in rows_in(answer)] == ["ARM"]
    assert editor.get(button.replace("ongoing=yes", "nonsense=1")).status_code == 400
    assert editor.get(reverse("admin:alliances_membership_export", args=["pdf"])).status_code == 404


def test_an_export_of_a_page_that_is_not_there_leads_back_to_the_list(editor, uzbekistan, monkeypatch):
    listed = reverse("admin:alliances_membership_changelist")
    monkeypatch.setattr(admin.site.get_model_admin(Membership), "list_per_page", 1)
    answer = editor.get(reverse("admin:alliances_membership_export", args=["csv"]), {"p": "999"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{listed}?e=1")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_selected_rows_are_exported(editor, uzbekistan, form):
    chosen = {"action": f"export_{form}", "_selected_action": [uzbekistan[1].pk]}
    answer = editor.post(reverse("admin:alliances_membership_changelist"), chosen)
    assert [row[5] for _, row in rows_in(answer)] == ["2006-06-23"]


@pytest.mark.parametrize("model", [LAYOUTS[kind].model for kind in LAYOUTS])
def test_every_list_with_a_sheet_has_its_page(editor, model):
    page = editor.get(page_of(model._meta.model_name))
    assert page.status_code == 200
    assert {"csv", "xlsx"} <= set(re.findall(r"export/(\w+)/", page.content.decode()))


def test_a_list_without_a_sheet_offers_none(editor):
    listed = editor.get(reverse("admin:alliances_chairmanship_changelist"))
    assert "Import / export" not in words(listed)
    assert State.objects.count() == 0


def test_a_code_that_led_to_something_else_is_refused_in_its_row(db):
    rename.rename(factories.organization("nato"), "north-atlantic")
    header = ["slug", "acronym", "name", "kind", "founded", "unsourced"]
    row = ["nato", "NATO", "Another", "military-alliance", "1990", "Made up."]
    done = importing.preview("organizations", sheet(header, row))
    assert wrong(done) == [
        (2, "slug", "“nato” is an old address of “NATO” and leads there for ever. Choose another one.")
    ]
