"""A date of which only bounds are known, from the form to the page, the timeline, the file and back."""

import pytest
from bs4 import BeautifulSoup

from alliances import dates, typed_dates
from alliances.editing.spreadsheets import importing
from alliances.models import Membership

from . import factories
from .examples import sample
from .test_admin_edits import add_row, errors, typed
from .test_sheets_round_trip import rows_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(editor):
    """An organization with a member of which a form said: joined between 1945 and 1990."""
    home, poland = factories.organization("iaea", founded="1945"), factories.state("POL", name="Poland")
    factories.spell("iaea", "FRA", "1945-03")
    row = {"state": poland.pk, "joined": "between 1945 and 1990", "cite_source": factories.source().pk}
    data = add_row(typed(editor.get(home.get_admin_url())), **row)
    answer = editor.post(home.get_admin_url(), data)
    assert answer.status_code == 302, errors(answer)
    assert Membership.objects.get(state=poland).joined == "[1945..1990]"
    return home


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("by 1990", "[..1990]"),
        ("1990 or earlier", "[..1990]"),
        ("Before  1990", "[..1989]"),
        ("before 1990-01", "[..1989-12]"),
        ("before 2000-03-01", "[..2000-02-29]"),
        ("after 1985", "[1986..]"),
        ("after 1985-12", "[1986-01..]"),
        ("1985-02 or later", "[1985-02..]"),
        ("between 1985 and 1989-02", "[1985..1989-02]"),
        ("1985/1989", "[1985..1989]"),
        ("1985 – 1989", "[1985..1989]"),
        ("[ 1985 .. 1989 ]", "[1985..1989]"),
        ("between 1990 and 1990", "1990"),
        ("xxxx", "XXXX"),
        (" 1991-12 ", "1991-12"),
        ("before 0001", "before 0001"),
        ("after 9999-12-31", "after 9999-12-31"),
        ("by the end of 1990", "by the end of 1990"),
        ("1985-1989", "1985-1989"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_what_people_write_for_bounds_is_understood_and_the_rest_left_for_the_refusal(written, kept):
    assert typed_dates.understand(written) == kept


@pytest.mark.parametrize(
    ("text", "words", "noun"),
    [
        ("[1985..1989-02]", "between 1985 and February 1989", "a date between 1985 and February 1989"),
        ("[..1990-12-21]", "by 21 December 1990", "21 December 1990 or earlier"),
        ("[1985..]", "1985 or later", "1985 or later"),
        ("XXXX", "an unknown date", "an unknown date"),
        ("1991-12", "December 1991", "December 1991"),
    ],
)
def test_bounds_are_said_in_words(text, words, noun):
    assert (dates.in_words(text), dates.as_noun(text)) == (words, noun)


def row(client, path):
    page = BeautifulSoup(client.get(path).content, "lxml")
    found = [each for each in page.select("#members tr, tbody tr") if "Poland" in each.get_text()]
    return " ".join(found[0].get_text(" ").split()) if found else ""


@pytest.mark.parametrize(("on", "held"), [("1944", None), ("1960", "possibly"), ("1989", "possibly"), ("1995", "")])
def test_it_holds_possibly_within_its_bounds_and_certainly_after_them(client, home, on, held):
    spell = Membership.objects.get(state__iso3="POL")
    expected = {None: dates.Holds.NO, "possibly": dates.Holds.POSSIBLY, "": dates.Holds.CERTAINLY}[held]
    assert spell.holds(dates.parse(on)) == expected
    assert (spell in Membership.objects.on(on)) == (held is not None)
    said = row(client, f"/organizations/iaea/?on={on}")
    listed = row(client, f"/memberships/?organization=iaea&on={on}")
    assert bool(listed) == (held is not None)
    for text in filter(None, (said, listed)):
        assert "between 1945 and 1990" in text
        assert ("possibly" in text) == (held == "possibly")


def test_the_timeline_says_it_in_words(client, home):
    page = client.get("/organizations/iaea/?on=2000").content.decode()
    assert "since a date between 1945 and 1990" in page


@pytest.mark.parametrize("joined", sample(["[..1990]", "[1985..]", "XXXX", "[1945-02-03..1990-12]"], every=3))
def test_every_page_with_it_opens(client, joined):
    home = factories.organization("iaea", founded="1945")
    for iso3, left in (("POL", ""), ("FRA", "[1991..1995]"), ("ITA", "[1991..]"), ("DEU", "XXXX")):
        if dates.may_follow(joined, left):
            factories.spell("iaea", iso3, joined, left)
    pages = ("/organizations/iaea/", "/states/pol/", "/states/ita/", "/memberships/", "/compare/?organization=iaea")
    others = ("/changes/?from=1900", "/feeds/changes/?from=1900", "/organizations/iaea/history/", "/")
    for path in (*pages, *others, "/organizations/iaea/embed/timeline/", "/organizations/iaea/embed/map/"):
        for on in ("", "1950", "1988", "2100"):
            answer = client.get(path, {"on": on} if on and "feeds" not in path and "history" not in path else {})
            assert answer.status_code in {200, 302, 400 if "feeds" in path or "from" in path else 200}, (path, on)
    assert home


@pytest.mark.parametrize(("on", "warned"), [("", True), ("2015", True), ("2015-03-31", False), ("2010", False)])
def test_a_page_says_up_to_when_its_list_of_members_is_complete(client, on, warned):
    factories.organization("isa", founded="1994", complete_until="2015-03")
    page = BeautifulSoup(client.get("/organizations/isa/", {"on": on} if on else {}).content, "lxml").get_text()
    assert ("complete up to Mar 2015: who joined or left later may be missing" in page) == warned


def test_by_which_act_a_date_is_known_is_shown_and_asked_for(client):
    factories.spell("ilo", "FRA", "1919", "1925", joined_basis="in-force", left_basis="announcement")
    factories.spell("ilo", "POL", "1920", joined_basis="deposit")
    page = client.get("/memberships/?basis=in-force").content.decode()
    assert "entry into force for the state" in page
    assert "announcement" in page
    assert "/states/pol/" not in page
    assert client.get("/memberships/?basis=rumour").status_code == 400


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_is_imported_without_a_change(home, form):
    factories.spell("iaea", "ITA", "[..1990-05]", "[1991..]")
    factories.spell("iaea", "ESP", "XXXX")
    _, sheet = rows_back("memberships", form, Membership.objects.all())
    result = importing.preview("memberships", sheet)
    assert not result.errors
    assert result.counts["unchanged"] == 4


@pytest.mark.parametrize(
    ("joined", "says"),
    [
        ("[1990..1985]", "ends before it begins. Write the earlier date first: [1985..1990]."),
        ("[..]", "has no bounds. Write one of them, or XXXX"),
        ("[1990", "is not a date between bounds"),
        ("[1990..1991..1992]", "is not a date between bounds"),
        ("..1990", "is not a date between bounds"),
        ("[0000..1990]", "there is no year 0000"),
        ("[1990-02-30..]", "February 1990 has days 01 to 28"),
        ("[" + "1" * 10_000, "is not a date between bounds"),
        ("1984~", "“about” (~) and “uncertain” (?) are not kept"),
        ("1984?", "Write the bounds that the source allows"),
        ("9999-12-31", "“9999-12-31” is later than next year. Leave it empty if it goes on."),
        ("[2002..2999]", "is later than next year"),
        ("[2999..]", "is later than next year"),
    ],
)
def test_what_is_no_interval_is_refused_with_what_to_write(editor, joined, says):
    spell = factories.spell("csto", "ARM", "2002-10-07")
    data = typed(editor.get(spell.get_admin_url())) | {"joined": joined}
    assert says in errors(editor.post(spell.get_admin_url(), data))
    spell.refresh_from_db()
    assert spell.joined == "2002-10-07"
