"""Who says something else is no source, on no page; who is cited for a whole fact is one for each of its fields."""

import json

import feedparser
import pytest
from bs4 import BeautifulSoup

from alliances.models import CollectiveForce, Council, Document, State
from alliances.publishing.footnotes import Footnotes

from . import factories

pytestmark = pytest.mark.django_db


def page(client, path):
    """Read a page."""
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "lxml")


def text(tag):
    """Return the words of a tag, with single blanks."""
    return " ".join(tag.get_text(" ").split())


def term(soup, label):
    """Return the words beside a label of a page's list of facts."""
    [dt] = [dt for dt in soup.select("dl.facts dt") if dt.text == label]
    return text(dt.find_next_sibling("dd"))


@pytest.fixture
def contradicted():
    """A spell of which the only source says something else."""
    spell = factories.spell("csto", "UZB", "2006-06-23", unsourced="Nobody says so.")
    factories.source("protocol", title="Protocol of Sochi", published="2006-12-14")
    factories.cite("membership", spell, "protocol", field="joined", says="2006-08-16", quote="signed in Sochi")
    return spell


def test_the_row_of_a_list_quotes_who_says_something_else(client, contradicted):
    soup = page(client, "/memberships/")
    row = soup.find(id=f"spell-{contradicted.pk}")
    assert [text(mark) for mark in row.select(".cited a.note")] == ["1 contradicts"]
    assert "Contradicts Protocol of Sochi ( 14 Dec 2006 ) says of joined : 2006-08-16" in text(row)
    assert "No source yet for what stands on this page" in text(soup.find(id="sources"))


@pytest.mark.parametrize("path", ["/organizations/csto/", "/states/uzb/"])
def test_the_row_of_a_page_has_no_source_and_quotes_who_says_something_else(client, contradicted, path):
    soup = page(client, path)
    row = soup.find(id=f"spell-{contradicted.pk}")
    assert text(row.summary) == "0 · 1 differs sources: " + ("Uzb" if "states" not in path else "CSTO")
    assert "Contradicts Protocol of Sochi , 14 Dec 2006 on joined : 2006-08-16 : signed in Sochi" in text(row)
    assert "No source yet for what stands on this page" in text(soup.find(id="notes"))
    assert "Protocol of Sochi" in text(soup.find(id="note-1"))
    assert "Nobody says so." in text(soup.find(id="no-source"))
    assert "According to" not in text(soup.find(id="cite-text"))
    assert "Sources, 1" not in text(soup)


def test_it_is_no_source_of_a_citation_file_an_embed_the_changes_and_the_feed(client, contradicted):
    for path in ("/organizations/csto/", "/states/uzb/", "/memberships/", "/changes/?from=2006&to=2007"):
        cited = json.loads(client.get(f"{path}{'&' if '?' in path else '?'}cite=csl-json").content)
        assert [item["id"] for item in cited if not item["id"].startswith("who-belongs")] == [], path
        assert "No source yet" in cited[-1]["note"], path
    assert "Sources:" not in text(page(client, "/organizations/csto/embed/timeline/"))
    [entry] = feedparser.parse(client.get("/feeds/changes/?state=UZB").content).entries
    assert entry.summary.endswith("No source yet.")


def test_nothing_rests_on_it_on_its_own_page(client, contradicted):
    soup = page(client, "/sources/protocol/")
    assert "What rests on it: 0 citations" in text(soup)
    assert "contradicts us: 1" in text(soup.find(id="otherwise-heading"))
    assert soup.find(id="others-heading") is None


@pytest.mark.parametrize(("says", "mark"), [("2006", "less precise"), ("2006-06-23", "the same now")])
def test_what_it_says_without_disagreeing_stands_on_its_page_apart(client, contradicted, says, mark):
    factories.cite("membership", contradicted, "list", field="joined", says=says)
    soup = page(client, "/sources/list/")
    assert "What rests on it: 0 citations" in text(soup)
    assert soup.find(id="otherwise-heading") is None
    assert f"it says: {says}" in text(soup.find(id="others-heading").parent)
    assert f"2 {mark}" in text(page(client, "/memberships/").select_one(".cited"))


def test_a_reader_who_suggests_sees_that_there_is_no_source_and_who_says_something_else(client, contradicted):
    said = text(page(client, f"/suggest/membership/{contradicted.pk}/").select_one(".as-it-is"))
    assert "Sources No source yet: Nobody says so. Where sources say something else Protocol of Sochi" in said
    assert "says of joined : 2006-08-16 Contradicts" in said


def test_a_reader_who_suggests_sees_that_a_less_precise_source_does_not_contradict(client, contradicted):
    factories.cite("membership", contradicted, "list", field="joined", says="2006")
    said = text(page(client, f"/suggest/membership/{contradicted.pk}/").select_one(".as-it-is"))
    assert "says of joined : 2006 Less precise" in said


def test_a_source_that_says_something_else_of_one_fact_supports_another(client, contradicted):
    factories.cite("membership", factories.spell("csto", "ARM", "2002-10-07"), "protocol")
    notes = Footnotes([contradicted, *contradicted.organization.memberships.exclude(pk=contradicted.pk)])
    assert [(note.number, len(note.supporting), len(note.citations)) for note in notes] == [(1, 1, 2)]
    assert notes.quoted == []
    assert "According to “Protocol of Sochi”" in text(page(client, "/organizations/csto/").find(id="cite-text"))


def test_sources_are_numbered_before_those_that_are_only_quoted():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    factories.cite("membership", spell, "other", field="joined", says="2005")
    factories.cite("membership", spell, "source", field="joined")
    notes = Footnotes([spell])
    assert [(note.number, note.source.key) for note in notes] == [(1, "source")]
    assert [(note.number, note.source.key) for note in notes.quoted] == [(2, "other")]


@pytest.mark.parametrize(
    ("citations", "founded", "seat", "whole"),
    [
        ([("a", "", "")], ["a"], ["a"], ["a"]),
        ([("a", "founded", "")], ["a"], [], ["a"]),
        ([("a", "founded", "1950")], [], [], []),
        ([("a", "", ""), ("b", "seat", "")], ["a"], ["a", "b"], ["a", "b"]),
        ([("a", "", ""), ("a", "founded", "1950")], [], ["a"], ["a"]),  # It names the whole, and takes one field out.
        ([("a", "", ""), ("b", "founded", "1950")], ["a"], ["a"], ["a"]),
        ([("a", "members", "7")], [], [], []),
        ([("a", "", ""), ("a", "members", "7")], ["a"], ["a"], ["a"]),
    ],
)
def test_what_supports_a_fact_and_its_fields(citations, founded, seat, whole):
    home = factories.organization("nato")
    for key, field, says in citations:
        factories.cite("organization", home, key, field=field, says=says)
    notes = Footnotes([home])
    for field, keys in (("founded", founded), ("seat", seat), ("", whole)):
        assert [note.source.key for note in notes.supporting(home, field)] == keys, field
    assert all(citation.field != "members" for citation in notes.dissenting(home))


def test_a_fact_that_stands_twice_on_a_page_counts_once(django_assert_num_queries):
    spell = factories.spell("csto", "UZB", "2006", "2012")
    factories.cite("membership", spell)
    notes = Footnotes([spell, spell], [spell])
    with django_assert_num_queries(1):
        assert [len(note.citations) for note in notes] == [1]
        assert {why: len(facts) for why, facts in notes.unsourced.items()} in ({}, {factories.WHY["unsourced"]: 1})
        assert len(notes.citations(spell)) == 1


def test_notes_that_nobody_reads_ask_nothing(django_assert_num_queries):
    spell = factories.spell("csto", "UZB")
    with django_assert_num_queries(0):
        Footnotes([spell])


def test_a_citation_of_the_whole_counts_for_each_field_on_every_kind_of_page(client):
    home = factories.organization("csto", seat="Moscow", in_force="2003", dissolved="2020", name="Collective Security")
    council = Council.objects.create(
        **factories.WHY,
        organization=home,
        slug="csc",
        name="Council",
        level="council",
        established="2002",
        dissolved="2020",
        chair_selection="rotation",
        chair_term_months=12,
    )
    force = CollectiveForce.objects.create(
        **factories.WHY,
        organization=home,
        slug="krrf",
        name="Force",
        kind="rapid-reaction",
        region="Asia",
        role="Peace",
        established="2009",
        disbanded="2020",
    )
    document = Document.objects.create(
        **factories.WHY,
        organization=home,
        slug="charter",
        title="Charter",
        kind="treaty",
        signed="2002",
        in_force="2003",
        adopted_by=council,
    )
    for kind, fact in (("organization", home), ("council", council), ("force", force), ("document", document)):
        factories.cite(kind, fact, "whole")
    factories.cite("state", factories.state("ARM"), "whole")
    labels = {
        "/organizations/csto/": ["Type", "Founded", "In force", "Dissolved", "Headquarters"],
        "/councils/csc/": ["Name", "Chair", "Term of the chair", "Established", "Dissolved"],
        "/forces/krrf/": ["Name", "Region", "Role", "Established", "Disbanded"],
        "/documents/charter/": ["Document", "Signed or adopted", "Adopted by", "In force"],
    }
    for path, names in labels.items():
        soup = page(client, path)
        assert "no source yet" not in text(soup), path
        for name in names:
            assert "1" in term(soup, name).split(), (path, name)
    assert "No source yet" not in text(page(client, "/states/arm/").select_one(".box"))
    assert State.objects.get(iso3="ARM").unsourced == ""
