"""A page is cited with its sources first, on its date, in forms that other programs read."""

import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from alliances import dates
from alliances.models import Source
from alliances.publishing import citations

from . import factories
from .examples import sample
from .pages import DETAILS, LISTS

BRIEF = Source(
    key="brief-2020",
    title="CSTO & CIS: 100% {of_it} #1, $5 ~ a\\b^c",
    author="A. Body and B. Other",
    publisher="EVN\nReport",
    published="2020-09",
    url="https://example.org/a_b?x=1&y={2}%20#c d",
    kind="secondary",
)
BARE = Source(key="bare", title="Ты и я", kind="primary")
CSTO = citations.PageCitation(
    title="Collective Security Treaty Organization (CSTO)",
    when="on 5 September 2020",
    on=dates.parse("2020-09-05"),
    address="https://example.org/organizations/csto/?on=2020-09-05",
    sources=[BRIEF, BARE],
    retrieved=dates.parse("2026-11-24"),
)


def entries_of(text):
    """Read BibTeX strictly: [(type, key, {field: value})]; braces pair, as BibTeX counts them, and each row is one."""
    found = []
    for kind, key, body in re.findall(r"@(\w+)\{([A-Za-z0-9.-]+),\n(.*?)^\}\n", text, re.DOTALL | re.MULTILINE):
        fields = {}
        for row in body.splitlines():
            name, value = re.fullmatch(r"  (\w+) = \{(.*)\},", row).groups()
            depth = 0
            for sign in value:
                depth += {"{": 1, "}": -1}.get(sign, 0)
                assert depth >= 0, row
            assert depth == 0, row
            assert name not in fields
            fields[name] = value
        found.append((kind, key, fields))
    assert text.count("@misc{") == len(found)
    return found


def records_of(text):
    """Read RIS strictly: [[(tag, value)]]; CRLF, a tag a line, from TY to ER."""
    assert "\n" not in text.replace("\r\n", "")
    records = []
    for line in filter(None, text.split("\r\n")):
        tag, value = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups()
        if tag == "TY":
            records.append([])
        records[-1].append((tag, value))
    assert all(record[0][0] == "TY" and record[-1] == ("ER", "") for record in records)
    return records


def test_bibtex_names_the_sources_first_and_escapes_what_tex_would_read():
    (kind, key, brief), (_, _, bare), (_, page_key, page) = entries_of(citations.bibtex(CSTO))
    assert (kind, key) == ("misc", "brief-2020")
    assert brief == {
        "author": "{A. Body and B. Other}",
        "title": r"{CSTO \& CIS: 100\% \textbraceleft{}of\_it\textbraceright{} \#1, \$5 \textasciitilde{} "
        r"a\textbackslash{}b\textasciicircum{}c}",
        "howpublished": "EVN Report",
        "date": "2020-09",
        "year": "2020",
        "url": "https://example.org/a_b?x=1&y=%7B2%7D%20#c%20d",
        "note": "Secondary source",
    }
    assert bare == {"title": "{Ты и я}", "note": "Primary source"}
    assert page_key == "who-belongs-organizations-csto-2020-09-05"
    assert page["urldate"] == "2026-11-24"
    assert page["note"].startswith(r"According to “CSTO \& CIS")
    assert page["note"].endswith("and 1 other source; shown on 5 September 2020.")


def test_ris_is_a_tag_a_line_with_dates_as_far_as_they_are_known():
    brief, bare, page = records_of(citations.ris(CSTO))
    assert ("PB", "EVN Report") in brief
    assert ("DA", "2020/09//") in brief
    assert ("PY", "2020") in brief
    assert bare == [("TY", "GEN"), ("ID", "bare"), ("TI", "Ты и я"), ("N1", "Primary source"), ("ER", "")]
    assert dict(page)["Y2"] == "2026/11/24/"
    assert dict(page)["UR"] == CSTO.address


def test_csl_json_has_the_parts_of_dates_that_are_known():
    brief, bare, page = json.loads(citations.csl_json(CSTO))
    assert brief["issued"] == {"date-parts": [[2020, 9]]}
    assert brief["author"] == [{"literal": "A. Body and B. Other"}]
    assert bare == {"id": "bare", "type": "document", "title": "Ты и я", "note": "Primary source"}
    assert (page["type"], page["container-title"]) == ("webpage", "Who belongs to what")
    assert page["accessed"] == {"date-parts": [[2026, 11, 24]]}


def test_the_text_names_the_main_source_the_date_and_the_day_of_reading():
    assert replace(CSTO, sources=[BARE]).text == (
        "According to “Ты и я”, as given in: Who belongs to what, “Collective Security Treaty Organization (CSTO)”, "
        "on 5 September 2020, https://example.org/organizations/csto/?on=2020-09-05, retrieved 24 November 2026."
    )
    assert replace(CSTO, sources=[]).text.startswith("Who belongs to what, “Collective")


def test_two_filtered_lists_have_different_keys():
    one, other = (replace(CSTO, address=f"https://example.org/states/?region={each}") for each in ("asia", "europe"))
    assert one.key != other.key
    assert one.key == replace(one, title="anything").key


@pytest.fixture
def csto(db):
    """Two members, one of whose spells the second source carries too."""
    for iso3 in ("ARM", "KAZ"):
        factories.cite("membership", factories.spell("csto", iso3, "2002-10-07"), "charter")
    factories.cite("organization", factories.organization("csto"), "brief-2020")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "content_type", "end"),
    [
        ("bibtex", "application/x-bibtex; charset=utf-8", "bib"),
        ("ris", "application/x-research-info-systems; charset=utf-8", "ris"),
        ("csl-json", "application/vnd.citationstyles.csl+json", "json"),
    ],
)
def test_a_page_gives_its_citation_as_a_file(client, csto, form, content_type, end):
    response = client.get(f"/organizations/csto/?on=2008&cite={form}")
    assert response.status_code == 200
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == (f'attachment; filename="who-belongs-organizations-csto-2008.{end}"')
    assert response["X-Robots-Tag"] == "noindex"


def cited(client, path):
    """Return the items of a page's citation: the sources, and the page."""
    *sources, page = json.loads(client.get(path).content)
    return [source["id"] for source in sources], page


def test_the_source_that_most_facts_rest_on_comes_first(client, csto):
    sources, page = cited(client, "/organizations/csto/?on=2008&cite=csl-json")
    assert sources == ["charter", "brief-2020"]
    assert page["URL"] == "http://testserver/organizations/csto/?on=2008"
    assert "shown at some time in 2008" in page["note"]


def test_a_list_is_cited_with_its_filters_in_words_and_the_sources_of_its_rows(client, csto):
    sources, page = cited(client, "/memberships/?state=ARM&status=member&order=joined&cite=csl-json")
    assert sources == ["charter"]
    assert page["title"] == "Memberships (State: Arm; Status: Member)"
    assert page["URL"] == "http://testserver/memberships/?state=ARM&status=member"
    assert page["note"].endswith("; shown at all times.")


def test_a_long_list_says_that_its_sources_are_those_of_the_rows_shown(client, db):
    factories.crowd(60)
    *_, page = json.loads(client.get("/memberships/?page=2&cite=csl-json").content)
    assert page["title"] == "Memberships (page 2 of 2)"
    assert len(json.loads(client.get("/memberships/?page=2&cite=csl-json").content)) == 11
    said = "those of the rows on this page of the list"
    assert said in client.get("/memberships/").content.decode()
    assert said not in client.get("/memberships/?state=QAA").content.decode()


@pytest.mark.parametrize(
    ("path", "lasting"),
    [
        ("/organizations/csto/", "/organizations/csto/?on={today}"),
        ("/organizations/csto/?on=2008&cite=", "/organizations/csto/?on=2008"),
        ("/organizations/?order=-members", "/organizations/?on={today}"),
        ("/memberships/", "/memberships/"),
        ("/memberships/?on=2008", "/memberships/?on=2008"),
        ("/sources/charter/?on=2008", "/sources/charter/"),
        ("/changes/", "/changes/?on={today}"),
        ("/", "/?on={today}"),
    ],
)
def test_the_lasting_address_pins_the_date_where_the_date_decides(client, csto, path, lasting):
    page = BeautifulSoup(client.get(path).content, "lxml")
    address = f"http://testserver{lasting.format(today=dates.today())}"
    assert page.find(id="cite-link")["href"] == page.find(id="cite-link").text == address
    assert address in page.find(class_="printed").text


@pytest.mark.parametrize("path", sample(["/", *LISTS, "/disagreements/", "/changes/", "/compare/", *DETAILS], every=3))
def test_every_page_can_be_cited_and_keeps_what_was_asked(client, db, path):
    factories.crowd(1)
    page = BeautifulSoup(client.get(f"{path}?on=2010").content, "lxml")
    assert page.find(id="cite").summary.text == "Cite this page"
    links = [link["href"] for link in page.find(id="cite").find_all("a", download=True)]
    assert links == [f"{path}?on=2010&cite={form}" for form in citations.FORMATS]
    for link in links:
        assert client.get(link).headers["Content-Disposition"].startswith("attachment")
    assert entries_of(client.get(links[0]).content.decode())
    assert records_of(client.get(links[1]).content.decode())


def test_a_comparison_is_cited_with_the_sources_of_its_spells(client, csto):
    sources, page = cited(client, "/compare/?organization=csto&on=2008&cite=csl-json")
    assert sources == ["charter"]
    assert page["title"] == "Compare organizations (Organization: CSTO)"


def test_a_list_without_rows_is_cited_without_sources(client, csto):
    assert cited(client, "/states/?q=nowhere&cite=csl-json")[0] == []


def test_the_feed_is_no_page_to_cite(client, db):
    assert client.get("/feeds/changes/?cite=ris").json()["errors"]["cite"]


@pytest.mark.usefixtures("facts")
def test_every_page_of_the_real_facts_is_well_formed_in_every_form(client, db):
    for path in ("/organizations/csto/", "/organizations/un/", "/states/arm/", "/sources/", "/memberships/"):
        names = [key for _, key, _ in entries_of(client.get(f"{path}?cite=bibtex").content.decode())]
        assert len(names) == len(set(names)) > 1
        assert len(records_of(client.get(f"{path}?cite=ris").content.decode())) == len(names)
        assert [item["id"] for item in json.loads(client.get(f"{path}?cite=csl-json").content)] == names
