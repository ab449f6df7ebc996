"""The search finds each thing by any of its names, in any script, the closest first, and says why it found it."""

import re
from itertools import product
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliances import dates
from alliances.models import Name, Organization, Provision, Source, State
from alliances.models.searchable import Match
from alliances.queries.search import RESULT_KINDS, Results, suggestions
from alliances.text import excerpt, occurrences

from . import factories
from .examples import sample


def ask(client, path="/search/", **query):
    """Return the page of results."""
    response = client.get(f"{path}?{urlencode(query, doseq=True)}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "lxml")


def best(page):
    """Return the addresses of the best matches, in order."""
    return [link["href"] for link in page.select("section[aria-labelledby=best] .hit > a")]


def search(text, on=None, **kwargs):
    """Search on a date, or today."""
    return Results(text, dates.parse(on) if on else dates.on_today(), **kwargs)


FIRST = [
    ("одкб", "/organizations/csto/"),
    ("ОДКБ", "/organizations/csto/"),
    ("odkb", "/organizations/csto/"),
    ("csto", "/organizations/csto/"),
    ("CSTO", "/organizations/csto/"),
    ("  cSto  ", "/organizations/csto/"),
    ("«ОДКБ»", "/organizations/csto/"),
    ("collective security treaty organization", "/organizations/csto/"),
    ("turkiye", "/states/tur/"),
    ("Türkiye", "/states/tur/"),
    ("TÜRKİYE", "/states/tur/"),
    ("Turquie", "/states/tur/"),
    ("cote d'ivoire", "/states/civ/"),
    ("Côte d’Ivoire", "/states/civ/"),
    ("cote divoire", "/states/civ/"),
    ("COTE D IVOIRE", "/states/civ/"),
    ("Кот-д’Ивуар", "/states/civ/"),
    ("guinea bissau", "/states/gnb/"),
    ("Guinea\u2011Bissau", "/states/gnb/"),
    ("нато", "/organizations/nato/"),
    ("НАТО", "/organizations/nato/"),
    ("united nations", "/organizations/un/"),
    ("nations united", "/organizations/un/"),
    ("UN", "/organizations/un/"),
    ("ARM", "/states/arm/"),
    ("am", "/states/arm/"),
    ("армения", "/states/arm/"),
    ("AU", "/organizations/au/"),
    ("arab league", "/organizations/las/"),
    ("warsaw pact", "/organizations/wp/"),
    ("советский союз", "/states/sun/"),
    ("алма-ата", "/documents/cis-1991d/"),
    ("alma ata", "/documents/cis-1991d/"),
    ("евразийский", "/organizations/eaeu/"),
    ("ЕАЭС", "/organizations/eaeu/"),
    ("Евразийский межправительственный", "/councils/eaeu-eurasian-intergovernmental-council/"),
    ("crrf", "/forces/csto-crrf/"),
    ("armed attack on one or more", "/organizations/nato/provisions/#provision"),
]

COUNTED = ["csto", "одкб", "treaty", "a", "military alliance", "нато", "d'ivoire"]


@pytest.mark.usefixtures("facts", "db")
class TestRealFacts:
    """What a reader types, and what they mean."""

    @pytest.mark.parametrize(("text", "address"), sample(FIRST, every=3))
    def test_the_first_hit_is_what_is_meant(self, client, text, address):
        first = best(ask(client, q=text))[0]
        assert re.sub(r"-\d+$", "", first) == address
        assert re.sub(r"-\d+$", "", suggestions(text, dates.on_today())[0].address) == address

    def test_what_is_called_exactly_so_stands_out_with_an_abstract_on_the_date(self, client):
        exact = ask(client, q="одкб", on="2008-01-01").find(class_="exact")
        text = exact.get_text(" ", strip=True)
        assert "Military alliance, founded 7 Oct 2002 , 7 members on 1 January 2008" in text
        assert "ОДКБ (ru)" in exact.find(class_="via").get_text(strip=True).replace("ОДКБ(", "ОДКБ (")
        exact = ask(client, q="UZB").find(class_="exact").get_text(" ", strip=True)
        assert "Uzbekistan UZB State, Central Asia, since 31 Aug 1991 , in " in exact
        assert "dissolved 1 Jul 1991" in ask(client, q="Warsaw Pact").find(class_="exact").get_text()

    def test_where_two_are_called_so_neither_stands_out_alone(self, client):
        page = ask(client, q="au")
        assert best(page)[:2] == ["/organizations/au/", "/states/aus/"]
        assert page.find(class_="exact") is None

    def test_names_come_before_texts(self):
        results = search("military alliance")
        found = [hit.match for hit in results.best]
        assert found == sorted(found)
        assert Match.TEXT in found

    def test_a_source_is_found_by_its_author_and_says_so(self, client):
        author = Source.objects.exclude(author="").order_by("pk").first()
        page = ask(client, q=author.author, kind="source")
        hit = page.find("a", href=author.get_absolute_url()).find_parent(class_="hit")
        assert hit.find(class_="said-there").get_text().startswith("Author: ")
        assert hit.find("mark")

    def test_a_state_is_found_by_its_capital(self, client):
        hit = ask(client, q="yerevan", kind="state").find(class_="hit")
        assert hit.a["href"] == "/states/arm/"
        assert hit.find(class_="said-there").get_text() == "Capital: Yerevan"

    def test_the_words_of_a_provision_are_marked_and_lead_to_it(self, client):
        hit = ask(client, q="ARMED attack").find(class_="hit-provision")
        assert "armed attack" in [mark.get_text() for mark in hit.find_all("mark")]
        path, _, anchor = hit.a["href"].partition("#")
        page = BeautifulSoup(client.get(path).content, "lxml")
        assert Provision.objects.get(pk=anchor.removeprefix("provision-")).text in page.find(id=anchor).get_text()

    @pytest.mark.parametrize(("text", "on"), sample(product(COUNTED, [None, "2003", "1960-05-01"]), every=4))
    def test_the_lists_find_what_the_search_counts(self, client, text, on):
        """A list asked for a date shows less, and the link says so: its number is what the list shows."""
        dated = {"on": on} if on else {}
        page = ask(client, q=text, **dated)
        links = page.select(".more a[href]")
        lists = [link for link in links if not link["href"].startswith("/search/")]
        assert lists
        for link in lists:
            listed = BeautifulSoup(client.get(link["href"]).content, "lxml").find(class_="counted").get_text()
            number = re.match(r"[\d,]+", link.get_text())
            assert listed.split()[0].strip(",") == (number[0] if number else "1"), link

    def test_everything_that_was_found_is_counted_by_kind(self, client):
        page = ask(client, q="treaty")
        numbers = {
            link.get_text().rsplit(" ", 1)[0]: int(link.get_text().rsplit(" ", 1)[1])
            for link in page.select(".kinds a")
        }
        assert numbers.pop("All") == sum(numbers.values())
        assert numbers["Sources"] == Source.objects.search("treaty").count()
        assert f"The first 10 of {numbers['Sources']}." in page.find(id="found-source").parent.get_text()

    def test_one_kind_alone_shows_more_of_it(self, client):
        page = ask(client, q="treaty", kind="source")
        assert [each["id"] for each in page.select("main h2")] == ["found-source"]
        assert len(page.select(".hit")) == min(50, Source.objects.search("treaty").count())
        page = ask(client, q="csto", kind=["force", "council"])
        assert {each["id"] for each in page.select("main h2")} == {"best", "found-force", "found-council"}

    def test_nothing_of_the_kind_says_where_there_is_something(self, client):
        page = ask(client, q="turkiye", kind="force")
        assert "Nothing among forces" in page.find(class_="empty").get_text()
        assert page.find(class_="kinds").find("a", string=re.compile("States 1"))

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("ctso", "/organizations/csto/"),
            ("uzbekstan", "/states/uzb/"),
            ("Warsav Pact", "/organizations/wp/"),
            ("Узбекситан", "/states/uzb/"),
            ("ctso treaty", "/organizations/csto/"),
        ],
    )
    def test_a_slip_of_the_hand_leads_to_what_was_meant(self, client, text, meant):
        page = ask(client, q=text, on="2008-01-01")
        assert page.select(".near a")[0]["href"] == f"{meant}?on=2008-01-01"

    def test_nothing_found_says_so_and_leads_on(self, client):
        page = ask(client, q="zzqqzz frobnicate")
        assert "Nothing here has all of these words" in page.find(class_="lead").get_text()
        assert {"/search/?q=zzqqzz", "/search/?q=frobnicate", "/organizations/"} <= {
            link["href"] for link in page.select("main a")
        }
        assert "a letter or a digit" in ask(client, q="«!»").find(class_="lead").get_text()

    def test_every_link_keeps_the_date(self, client):
        for query in ({"q": "csto"}, {"q": "ctso"}, {}, {"q": "csto", "kind": "source"}):
            links = ask(client, on="2008", **query).select("main a")
            assert links
            assert all("on=2008" in link["href"] for link in links)

    def test_the_box_stands_on_every_page_and_keeps_the_date(self, client):
        for path in ["/", "/organizations/", "/states/arm/", "/changes/", "/nowhere/", "/states/?x=1", "/search/?q=a"]:
            page = BeautifulSoup(client.get(path).content, "lxml")
            form = page.select_one("header.site-header form[role=search]")
            assert form["action"] == "/search/"
            assert form.find("label")["for"] == form.find("input")["id"]
            assert form.find(attrs={"name": "on"}) is None
        page = BeautifulSoup(client.get("/states/?on=1993").content, "lxml")
        assert page.header.find("input", attrs={"name": "on"})["value"] == "1993"
        assert ask(client, q="<b>csto").header.find("input")["value"] == "<b>csto"

    def test_suggestions_are_options_at_most_eight_and_never_stale(self, client):
        response = client.get("/search/suggestions/?q=a&on=2008")
        options = BeautifulSoup(response.content, "lxml").body.find_all(True, recursive=False)
        assert len(options) == 8
        assert {option["role"] for option in options} == {"option"}
        assert all("on=2008" in option["href"] for option in options)
        assert "no-cache" in response.headers["Cache-Control"]
        assert b"<html" not in response.content
        assert client.get("/search/suggestions/").content.strip() == b""


@pytest.mark.django_db
class TestRules:
    """The rules, on a small cast."""

    def test_the_ranking_from_exact_names_to_the_home(self):
        csto = factories.organization("csto")
        factories.organization("cstox", name="Another")
        factories.organization("other", name="The CSTO of others")
        factories.organization("within", name="Xcstox")
        factories.organization("said", name="Said", note="It copied the CSTO. It did well.")
        csto.councils.create(**factories.WHY, slug="supreme", name="Supreme Council", level="supreme")
        ranked = [(hit.title, hit.match) for hit in search("csto").best]
        assert ranked == [
            ("CSTO", Match.EXACTLY),
            ("Another", Match.BEGINNING),
            ("The CSTO of others", Match.WORD),
            ("Xcstox", Match.WITHIN),
            ("Said", Match.TEXT),
            ("Supreme Council", Match.PARENT),
        ]

    def test_of_equals_organizations_come_first_and_what_exists(self):
        factories.state("AAA", name="Union A")
        factories.organization("b", name="Union B", dissolved="1991")
        factories.organization("c", name="Union C")
        factories.organization("d", name="Union D", founded="2020")
        assert [hit.title for hit in search("union", "2000").best] == ["Union C", "Union B", "Union D", "Union A"]
        assert [hit.title for hit in search("union", "1960").best] == ["Union B", "Union C", "Union D", "Union A"]

    def test_each_word_has_to_occur_somewhere(self):
        csto = factories.organization("csto")
        csto.forces.create(
            **factories.WHY, slug="a", name="Peacekeeping Forces", kind="peacekeeping", established="2007"
        )
        assert search("csto peacekeeping").total == 1
        assert search("nato peacekeeping").total == 0

    def test_a_hit_names_the_name_by_which_it_was_found(self):
        csto = factories.organization("csto")
        for language, kind, text in [("ru", "acronym", "ОДКБ"), ("ru", "name", "Организация Договора")]:
            Name.objects.create(**factories.WHY, organization=csto, language=language, type=kind, text=text)
        assert search("одкб").best[0].via == ("Acronym", "ОДКБ", "ru")
        assert search("договора").best[0].via == ("", "Организация Договора", "ru")
        assert search("csto").best[0].via is None
        factories.state("ARM", name="Armenia", iso2="AM", official_name="Republic of Armenia")
        assert search("am").best[0].via == ("Two-letter code", "AM", "")
        assert search("arm").best[0].via is None
        assert search("republic of").best[0].via == ("Official name", "Republic of Armenia", "")

    @pytest.mark.parametrize("number", [2, 7])
    @pytest.mark.parametrize("path", ["/search/", "/search/suggestions/"])
    def test_eight_queries_whatever_is_found(self, client, number, path):
        home = factories.crowd(number)
        for each in range(number):
            home.names.create(**factories.WHY, language="ru", text=f"Совет {each}")
        # Of several words the page also asks whether they name a state and an organization.
        for text, named in (("c", 0), ("совет", 0), ("csto council", 3 if path == "/search/" else 0)):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"{path}?{urlencode({'q': text})}").status_code == 200
            assert len(captured) == 8 + named, text

    def test_nothing_found_asks_at_most_thirteen(self, client):
        factories.crowd(7)
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/?q=ctso")
        assert len(captured) <= 13

    def test_no_more_rows_are_loaded_than_shown(self):
        factories.crowd(60)
        results = search("q")
        assert max(len(section.hits) for section in results.all_sections) == 10
        assert next(section.total for section in results.all_sections if section.kind.code == "state") == 60
        assert len(search("q", kinds=["state"]).sections[0].hits) == 50

    @pytest.mark.parametrize(
        ("query", "field", "says"),
        [
            ("q=" + "a" * 201, "q", "Give at most 200 characters."),
            ("q=a%00b", "q", "Null characters are not allowed"),
            ("q=a&q=b", "q", "Give “q” once"),
            ("q=a&kind=rumour", "kind", "There are: council, document, force"),
            ("q=a&page=2", "page", "There are: kind, on, q"),
            ("q=a&on=soon", "on", "is not a date"),
        ],
    )
    def test_bad_questions_are_refused_by_name(self, client, query, field, says):
        response = client.get(f"/search/?{query}")
        assert response.status_code == 400
        problems = BeautifulSoup(response.content, "lxml").find(class_="problems")
        assert field in [each.text for each in problems.find_all("code")]
        assert says in problems.text
        if field != "kind":
            assert client.get(f"/search/suggestions/?{query}").status_code == 400
        assert client.get("/search/suggestions/?q=a&kind=state").status_code == 400

    @pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "100%", "a' OR 1=1", "! " * 90, "𝔘𝔑"])
    def test_odd_signs_are_only_signs(self, client, text):
        factories.crowd(1)
        assert client.get(f"/search/?{urlencode({'q': text})}").status_code == 200
        assert client.get(f"/search/suggestions/?{urlencode({'q': text})}").status_code == 200

    def test_names_and_texts_are_shown_and_not_run(self, client):
        factories.organization("csto", name="<i>Collective</i>", note="Read <script>alert(1)</script> here.")
        page = client.get("/search/?q=script").content.decode()
        assert "<script>alert" not in page
        assert "&lt;<mark>script</mark>&gt;" in page
        assert "<i>Coll" not in client.get("/search/suggestions/?q=collective").content.decode()

    def test_every_kind_can_be_found_alone(self, client):
        home = factories.crowd(1)
        factories.source("csto-source")
        state = State.objects.get()
        state.note = "In the CSTO."
        state.save()
        for kind in RESULT_KINDS:
            results = search("csto", kinds=[kind.code])
            assert [section.kind for section in results.sections] == [kind], kind.code
        assert Organization.objects.get() == home


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Côte d’Ivoire joined", ["ivoire"], ["Ivoire"]),
        ("Ratified in Türkiye", ["turkiye"], ["Türkiye"]),
        ("Straße", ["strasse"], ["Straße"]),
        ("Co\u0302te", ["cote"], ["Co\u0302te"]),
        ("a council of the UN", ["un"], ["UN"]),
        ("a council", ["un"], ["un"]),
        ("Alma-Ata Declaration", ["alma", "ata"], ["Alma-Ata"]),
        ("… в «Алма‑Ате»", ["ате"], ["Ате"]),
        ("armed, and armed again", ["armed"], ["armed", "armed"]),
        ("ﬁle œuvre", ["oeuvre"], ["œuvre"]),
        ("nothing", ["other"], []),
    ],
)
def test_marks_lie_on_the_text_as_it_stands(text, words, marked):
    assert [text[start:end] for start, end in occurrences(text, words)] == marked


def test_the_excerpt_is_the_sentence_around_the_first_mark():
    text = "It was signed in 1992. It entered into force in 1994. Nothing else."
    assert excerpt(text, occurrences(text, ["force"])) == [
        ("It entered into ", False),
        ("force", True),
        (" in 1994.", False),
    ]
    long = "before " * 100 + "Needle " + "after " * 100
    pieces = excerpt(long, occurrences(long, ["needle"]))
    assert [text for text, marked in pieces if marked] == ["Needle"]
    assert 100 < sum(len(text) for text, _ in pieces) < 260
    assert pieces[0][0] == "… "
    assert pieces[-1][0] == " …"
