"""What people type or append to an address is understood, asked about, or dropped; what programs send stays strict."""

import calendar
import json
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates, typed_dates
from alliances.models import Name
from alliances.public.marks import MARKS, PREFIXES, is_mark
from alliances.queries import vocabularies
from alliances.queries.params import ListFilter, PageQuery

from . import factories
from .databases import cast_once

pytestmark = pytest.mark.django_db


@cast_once
def cast():
    """The CSTO, NATO and the EU; Armenia, the United Kingdom, Ukraine, Niger and Nigeria, the Koreas, Côte d'Ivoire."""
    csto = factories.organization("csto", name="Collective Security Treaty Organization", founded="2002-10-07")
    nato = factories.organization("nato", name="North Atlantic Treaty Organization")
    union = factories.organization("eu", name="European Union")
    for iso3, iso2, name in (
        ("ARM", "AM", "Armenia"),
        ("GBR", "GB", "United Kingdom"),
        ("UKR", "UA", "Ukraine"),
        ("NER", "NE", "Niger"),
        ("NGA", "NG", "Nigeria"),
        ("PRK", "KP", "North Korea"),
        ("KOR", "KR", "South Korea"),
        ("CIV", "CI", "Côte d'Ivoire"),
        ("ESP", "ES", "Spain"),
        ("SUN", "SU", "Soviet Union"),
    ):
        factories.state(iso3, iso2=iso2, name=name)
    factories.spell("csto", "ARM", "2002-10-07")
    for bearer, language, kind, text in (
        (csto, "ru", "acronym", "ОДКБ"),
        (csto, "ru", "name", "Организация Договора о коллективной безопасности"),
        (nato, "fr", "acronym", "OTAN"),
        (union, "ru", "acronym", "ЕС"),
        (factories.state("ARM"), "ru", "name", "Армения"),
        (factories.state("GBR"), "en", "acronym", "UK"),
        (factories.state("SUN"), "en", "acronym", "USSR"),
        (factories.state("PRK"), "fr", "name", "Corée"),
        (factories.state("KOR"), "es", "name", "Corée"),
    ):
        Name.objects.create(**factories.WHY, **{bearer.KIND.code: bearer}, language=language, type=kind, text=text)


def page(client, path, status=200):
    """Read a page."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.headers.get("Location"))
    return BeautifulSoup(answer.content, "lxml")


def way(client, path):
    """Return where an address leads on to, and how."""
    answer = client.get(path)
    return answer.status_code, answer.headers.get("Location")


READ = [
    ("31.12.2012", "2012-12-31"),
    ("31 Dec 2012", "2012-12-31"),
    ("Dec 31, 2012", "2012-12-31"),
    ("December 31st, 2012", "2012-12-31"),
    ("the 31st of December 2012", "2012-12-31"),
    ("Monday, 31 December 2012", "2012-12-31"),
    ("31-Dec-2012", "2012-12-31"),
    ("31dec2012", "2012-12-31"),
    ("31/12/2012", "2012-12-31"),
    ("12/31/2012", "2012-12-31"),
    ("8/8/2008", "2008-08-08"),
    ("2.8.2010", "2010-08-02"),
    ("20121231", "2012-12-31"),
    ("2012-12-31T23:59:59Z", "2012-12-31"),
    ("31 декабря 2012 г.", "2012-12-31"),
    ("1er août 2004", "2004-08-01"),
    ("1. März 2004", "2004-03-01"),
    ("June 2012", "2012-06"),
    ("Sept. 2012", "2012-09"),
    ("2012 May", "2012-05"),
    ("6/2012", "2012-06"),
    ("2012-6", "2012-06"),
    ("2012\u20136", "2012-06"),
    ("2012/6/3", "2012-06-03"),
    ("2012.6.3", "2012-06-03"),
    ("29 Feb 2012", "2012-02-29"),
    ("１９９１", "1991"),
]
UNREAD = [
    "soon",
    "31 Dec",
    "2.8.10",
    "'91",
    "99999",
    "-44-03-15",
    "1991/1992",
    "1 2 3 2012",
    "1/2012/3",
    "2012-W05",
    "ma 2012",
    "jui 2012",
    "Sunday, 31 December 2012",
    "29 Feb 2013",
    "30.02.2012",
    "31.31.2012",
    "0 Dec 2012",
    "June 0000",
    "٣",
    "1991\x00",
    "Dec Dec 2012",
    "x" * 500,
]


class TestDates:
    """Dates."""

    @pytest.mark.parametrize(("text", "iso"), READ)
    def test_what_people_write_for_a_date_is_read(self, text, iso):
        assert typed_dates.readings(text) == [iso]

    @pytest.mark.parametrize("text", UNREAD)
    def test_what_is_no_date_says_why(self, text):
        with pytest.raises(ValueError, match=r"is not a date|there is no|has days"):
            typed_dates.readings(text)

    @pytest.mark.parametrize("text", ["2/8/2010", "02/08/2010", "2-8-2010", "2 8 2010"])
    def test_what_may_be_two_days_has_both_readings_the_day_first(self, text):
        assert typed_dates.readings(text) == ["2010-08-02", "2010-02-08"]

    @pytest.mark.parametrize(
        ("word", "iso"),
        [
            ("today", "2012-03-01"),
            ("Yesterday", "2012-02-29"),
            ("tomorrow", "2012-03-02"),
            ("last month", "2012-02"),
            ("last year", "2011"),
            ("this year", "2012"),
        ],
    )
    def test_words_by_today(self, monkeypatch, word, iso):
        from datetime import date

        monkeypatch.setattr(dates, "today", lambda: date(2012, 3, 1))
        assert typed_dates.readings(word) == [iso]

    @given(st.dates(), st.integers(0, 2), st.data())
    def test_a_date_in_any_style_is_read_back_as_itself(self, day, precision, data):
        year, month, number = f"{day.year:04}", day.month, day.day
        name = data.draw(st.sampled_from([calendar.month_name[month], calendar.month_abbr[month].lower()]))
        if precision == 0:
            iso, styles = year, [year]
        elif precision == 1:
            iso = f"{year}-{month:02}"
            styles = [iso, f"{year}-{month}", f"{year}/{month}", f"{month}/{year}", f"{month:02}.{year}"]
            styles += [f"{name} {year}", f"{year} {name}", f"{name}, {year}"]
        else:
            iso = day.isoformat()
            styles = [iso, f"{year}-{month}-{number}", f"{year}/{month}/{number}", f"{number}.{month}.{year}"]
            styles += [f"{number:02}.{month:02}.{year}", f"{number} {name} {year}", f"{name} {number}, {year}"]
            styles += [f"{year} {name} {number}", dates.in_words(iso), dates.in_words(iso, short=True)]
            styles += [f"{calendar.day_name[day.weekday()]}, {number} {name} {year}"]
        assert typed_dates.readings(data.draw(st.sampled_from(styles))) == [iso]

    @given(st.text(max_size=60))
    def test_any_text_is_read_or_refused(self, text):
        try:
            found = typed_dates.readings(text)
        except ValueError:
            return
        assert found
        assert all(dates.parse(iso).text == iso for iso in found)


DATED = [
    "/",
    "/organizations/",
    "/organizations/csto/",
    "/organizations/csto/bodies/",
    "/organizations/csto/history/",
    "/organizations/csto/embed/timeline/",
    "/states/arm/",
    "/memberships/",
    "/compare/",
    "/compare/embed/matrix/",
    "/changes/",
    "/sources/",
    "/search/",
    "/search/suggestions/",
    "/about/",
    "/suggest/organization/csto/",
]


class TestDatesInAddresses:
    """Dates in addresses."""

    @pytest.mark.parametrize("path", DATED)
    def test_a_date_as_people_write_it_leads_on_to_the_iso_form(self, client, path):
        assert way(client, f"{path}?on=31+Dec+2012") == (302, f"{path}?on=2012-12-31")
        page(client, f"{path}?on=2012-12-31")

    def test_all_else_of_the_query_is_kept_and_empty_fields_are_dropped(self, client):
        query = "q=a%26b&state=&on=June+2012&order=-name&state=ARM"
        assert way(client, f"/organizations/?{query}") == (
            302,
            "/organizations/?q=a%26b&state=ARM&on=2012-06&order=-name",
        )
        assert way(client, "/organizations/csto/?view=all&on=2012-6&cite=ris")[1].endswith(
            "?view=all&on=2012-06&cite=ris"
        )

    def test_from_and_to_are_dates_as_well(self, client):
        assert way(client, "/changes/?from=Dec+1991&to=1.1.1993") == (302, "/changes/?from=1991-12&to=1993-01-01")

    def test_a_date_and_a_name_lead_on_at_once(self, client):
        found = way(client, "/memberships/?state=Nigeria&on=2012%2F6%2F3")
        assert found == (302, "/memberships/?state=NGA&on=2012-06-03")

    def test_today_stays_a_date_also_where_no_date_means_all_times(self, client):
        assert way(client, "/memberships/?on=today") == (302, f"/memberships/?on={dates.today()}")

    @pytest.mark.parametrize("path", DATED)
    def test_two_readings_are_two_links(self, client, path):
        if "suggestions" in path or "embed" in path:
            return
        found = page(client, f"{path}?on=2%2F8%2F2010", 400)
        links = {link.get_text(): link["href"] for link in found.select(".meant a")}
        assert links == {"2 August 2010": "?on=2010-08-02", "8 February 2010": "?on=2010-02-08"}
        assert "did you mean 2 August 2010 or 8 February 2010?" in found.get_text()

    @pytest.mark.parametrize(
        "typed", ["soon", "2/8/2010", "31 Dec", "29 Feb 2013", "<b>", "\u202e", "1991\x00", "x" * 99]
    )
    @pytest.mark.parametrize("path", ["/", "/organizations/csto/", "/states/arm/"])
    def test_what_cannot_be_read_is_told_beside_the_box_of_the_page_as_of_today(self, client, path, typed):
        found = page(client, f"{path}?{urlencode({'on': typed})}", 400)
        today = page(client, path)
        assert found.h1.get_text() == today.h1.get_text()
        assert [row.get_text() for row in found.select("tbody tr")] == [
            row.get_text() for row in today.select("tbody tr")
        ]
        box = found.find(id="on")
        assert box["value"] == typed.replace("\x00", "\ufffd")
        assert box["aria-invalid"] == "true"
        assert box["aria-describedby"].split()[0] == found.find(id="on-problem")["id"]
        assert found.find(id="on-problem")["role"] == "alert"
        assert found.select_one("#on-problem .error").get_text()
        assert not today.find(id="on").has_attr("aria-invalid")
        assert today.find(id="on-problem").get_text(strip=True) == ""
        # No link of the page repeats what was not understood.
        for link in found.select("[href]"):
            asked = QueryDict(link["href"].partition("?")[2])
            assert asked.get("on") != typed
        assert "on=" not in found.find("link", rel="canonical")["href"]

    def test_the_date_of_an_organization_that_cannot_be_read_unfolds_its_box(self, client):
        assert page(client, "/organizations/csto/?on=soon", 400).find(id="as-of").has_attr("open")
        assert not page(client, "/organizations/csto/").find(id="as-of").has_attr("open")

    def test_a_date_given_twice_is_a_problem_of_the_page_as_of_today(self, client):
        found = page(client, "/organizations/csto/?on=1993&on=2020", 400)
        assert "Give “on” once." in found.find(id="on-problem").get_text()
        assert found.find(id="as-of-date").get_text().startswith("today")

    @pytest.mark.parametrize("path", ["/organizations/csto/?on=soon&cite=ris", "/memberships/?on=soon&cite=bibtex"])
    def test_a_citation_as_a_file_is_refused_as_ever(self, client, path):
        answer = client.get(path)
        assert answer.status_code == 400
        assert "attachment" not in answer.headers.get("Content-Disposition", "")

    def test_an_embed_says_in_its_frame_what_is_wrong(self, client):
        answer = client.get("/organizations/csto/embed/timeline/?on=soon")
        assert answer.status_code == 400
        assert "X-Frame-Options" not in answer.headers
        found = BeautifulSoup(answer.content, "lxml")
        assert "“soon” is not a date" in found.find(class_="problems").get_text()
        assert found.find("header", class_="site-header") is None
        assert found.find("svg") is None

    @pytest.mark.parametrize("query", ["from=31+Dec+2012", "to=today", "on=2%2F8%2F2010", "state=Armenia"])
    def test_a_feed_knows_codes_and_iso_dates_alone(self, client, query):
        answer = client.get(f"/feeds/changes/?{query}")
        assert answer.status_code == 400
        assert json.loads(answer.content)["errors"]


NAMED_STATES = [
    ("Nigeria", "NGA"),
    ("NIGERIA ", "NGA"),
    ("ng", "NGA"),
    ("nga", "NGA"),
    ("Niger", "NER"),
    ("cote divoire", "CIV"),
    ("Cote d'Ivoire", "CIV"),
    ("Côte-d’Ivoire", "CIV"),
    ("u.k.", "GBR"),
    ("UK", "GBR"),
    ("U.S.S.R.", "SUN"),
    ("ussr", "SUN"),
    ("армения", "ARM"),
    ("Armeniya", "ARM"),
]


class TestNamesForCodes:
    """Names for codes."""

    @pytest.mark.parametrize(("typed", "code"), NAMED_STATES)
    def test_the_exact_name_of_a_state_leads_on_to_its_code(self, client, typed, code):
        assert way(client, f"/organizations/?{urlencode({'state': typed})}") == (302, f"/organizations/?state={code}")

    @pytest.mark.parametrize("path", ["/organizations/", "/memberships/", "/forces/", "/councils/", "/documents/"])
    def test_wherever_states_are_asked_for(self, client, path):
        assert way(client, f"{path}?state=Nigeria&on=2008") == (302, f"{path}?state=NGA&on=2008")

    @pytest.mark.parametrize(
        "path", ["/states/", "/memberships/", "/compare/", "/compare/embed/map/", "/changes/", "/disagreements/"]
    )
    def test_wherever_organizations_are_asked_for(self, client, path):
        query = urlencode({"organization": ["ОДКБ", "OTAN", "csto"]}, doseq=True)
        assert way(client, f"{path}?{query}") == (302, f"{path}?organization=csto&organization=nato")

    @pytest.mark.parametrize(
        ("query", "then"),
        [
            ("status=Member", "status=member"),
            ("kind=Military+alliance", "kind=military-alliance"),
            ("kind=FORUM&status=observer", "kind=forum&status=observer"),
        ],
    )
    def test_words_of_a_short_list_by_what_they_are_called(self, client, query, then):
        assert way(client, f"/organizations/?{query}") == (302, f"/organizations/?{then}")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("Corée", {"PRK", "KOR"}),  # Two have this very name.
            ("Korea", {"PRK", "KOR"}),
            ("Niger", None),
            ("Nig", {"NER", "NGA"}),
            ("Nigeri", {"NGA"}),  # A part of a name is a question, though it can only be one.
            ("Ukrain", {"UKR"}),
            ("ЕС", {"ESP"}),  # The EU in Russian: it reads like ES, Spain, and is not taken for it.
            ("csto", set()),  # The code of another list.
            ("Atlantis", set()),
            ("\x00ARM", set()),
            ("!?", set()),
        ],
    )
    def test_what_is_no_name_of_one_state_is_asked_about(self, client, typed, meant):
        path = f"/organizations/?{urlencode({'state': typed})}"
        if meant is None:
            assert client.get(path).status_code == 302
            return
        found = page(client, path, 400)
        links = found.select("#errors-state a")
        assert {QueryDict(link["href"][1:])["state"] for link in links} == meant
        assert found.find("tbody") is None

    def test_uk_is_never_ukraine(self, client):
        Name.objects.filter(text="UK").delete()
        found = page(client, "/organizations/?state=UK", 400)
        assert found.find("tbody") is None

    def test_what_is_understood_leads_on_and_the_rest_is_asked_about_there(self, client):
        leads = way(client, "/organizations/?state=Nigeria&state=Atlantis&on=soon")
        assert leads == (302, "/organizations/?state=NGA&state=Atlantis&on=soon")
        found = page(client, leads[1], 400)
        assert "Atlantis" in found.find(id="errors-state").get_text()
        assert "is not a date" in found.find(id="errors-on").get_text()

    def test_a_vocabulary_knows_every_code_by_itself_and_by_each_of_its_names(self):
        for vocabulary in (vocabularies.states(), vocabularies.organizations()):
            for code, words in vocabulary.words.items():
                assert vocabulary.named(code) == [code]
                assert code in vocabulary.named(words.partition(" (")[0])


class TestNamesInAddresses:
    """Names in addresses."""

    @pytest.mark.parametrize(
        ("path", "then"),
        [
            ("/organizations/odkb/", "/organizations/csto/"),
            ("/organizations/otan/", "/organizations/nato/"),
            ("/organizations/nato-otan/", "/organizations/nato/"),
            ("/organizations/north-atlantic-treaty-organization/", "/organizations/nato/"),
            ("/organizations/european_union/", "/organizations/eu/"),
            ("/organizations/otan/bodies/?on=2008", "/organizations/nato/bodies/?on=2008"),
            ("/organizations/otan/embed/map/", "/organizations/nato/embed/map/"),
            ("/organizations/otan/history/", "/organizations/nato/history/"),
            ("/organizations/ОДКБ/?on=2008", "/organizations/csto/?on=2008"),
            ("/organizations/О.Д.К.Б./", "/organizations/csto/"),
            ("/organizations/организация-договора-о-коллективной-безопасности/", "/organizations/csto/"),
            ("/states/nigeria/", "/states/nga/"),
            ("/states/ng/", "/states/nga/"),
            ("/states/uk/", "/states/gbr/"),
            ("/states/united-kingdom/treaties/", "/states/gbr/treaties/"),
            ("/states/cote-divoire/", "/states/civ/"),
            ("/states/cote-d-ivoire/", "/states/civ/"),
            ("/states/Côte d’Ivoire/", "/states/civ/"),
            ("/states/U.S.S.R./", "/states/sun/"),
        ],
    )
    def test_a_name_leads_on_to_the_page_of_what_has_it(self, client, path, then):
        plain, _, query = path.partition("?")
        asked = f"{quote(plain)}?{query}" if query else quote(plain)
        assert way(client, asked) == (302, then)
        assert client.get(then).status_code == 200

    def test_capitals_are_made_small_first(self, client):
        assert client.get("/states/NG/", follow=True).redirect_chain[-1] == ("/states/nga/", 302)
        assert client.get("/organizations/ODKB/", follow=True).redirect_chain[-1] == ("/organizations/csto/", 302)

    @pytest.mark.parametrize(
        "path",
        [
            "/organizations/atlantis/",
            "/organizations/security/",
            "/organizations/nato-eu/",
            "/organizations/nigeria/",
            "/organizations/csto/history/?page=9",
            "/organizations/odkb/nothing/",
            "/organizations/%00/",
            "/organizations/" + "%D0%B0-" * 300 + "/",
            "/states/coree/",
            "/states/korea/",
            "/states/niger-nigeria/",
            "/states/nig/",
            "/councils/odkb/",
            "/documents/nato/",
        ],
    )
    def test_what_is_no_name_of_just_one_is_not_found(self, client, path):
        assert client.get(path).status_code == 404

    def test_a_name_is_only_read(self, client):
        assert client.post("/organizations/О.Д.К.Б./").status_code == 405


class TestMarks:
    """Marks that others append."""

    @pytest.mark.parametrize(
        ("path", "then"),
        [
            ("/?utm_source=x", "/"),
            ("/?fbclid=1&on=2008", "/?on=2008"),
            ("/organizations/csto/?on=2008&utm_medium=a&utm_campaign=b&gclid=c", "/organizations/csto/?on=2008"),
            ("/states/?q=a%26b+c&UTM_Source=1&state=&mc_cid=1&mc_eid=2", "/states/?q=a%26b+c&state="),
            ("/states/?state=ARM&&state=UZB&yclid=1", "/states/?state=ARM&state=UZB"),
            ("/organizations/?sate=ARM&msclkid=1", "/organizations/?sate=ARM"),
            ("/organizations/?on=soon&igshid=1", "/organizations/?on=soon"),
            ("/nowhere/?_ga=1", "/nowhere/"),
            ("/feeds/changes/?state=ARM&utm_source=feed", "/feeds/changes/?state=ARM"),
            ("/organizations/csto/?cite=ris&ref=here", "/organizations/csto/?cite=ris"),
            ("/organizations/csto/embed/map/?ref_src=x", "/organizations/csto/embed/map/"),
            ("/sitemap.xml?fbclid=1", "/sitemap.xml"),
            ("/robots.txt?gclid", "/robots.txt"),
            ("/states/%D0%90/?utm%5Fsource=1", "/states/%D0%90/"),
        ],
    )
    def test_an_address_leads_on_without_them(self, client, path, then):
        assert way(client, path) == (301, then)
        answer = client.head(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, then)

    def test_never_to_another_site(self, client):
        for path in ("//evil.example/?ref=1", "//evil.example//?utm_source=1"):
            where = client.get("/", QUERY_STRING="ref=1", PATH_INFO=path.partition("?")[0]).headers["Location"]
            assert not where.startswith("//")

    @pytest.mark.parametrize("path", ["/admin/?utm_source=1", "/admin/login/?ref=1"])
    def test_not_at_the_desk(self, client, path):
        assert client.get(path).status_code != 301

    def test_not_from_what_is_sent(self, client):
        assert client.post("/suggest/organization/csto/?utm_source=1").status_code == 400

    @pytest.mark.parametrize("name", ["utm", "reference", "from", "xfbclid", "q", "on"])
    def test_what_only_looks_like_one_stays(self, client, name):
        assert not is_mark(name)
        assert client.get(f"/about/?{name}=1990").status_code != 301

    def test_no_parameter_of_ours_is_a_mark(self):
        ours = {"cite", "page", "p", "kind", "q", *PageQuery.base_fields}
        for filterset in _below(ListFilter):
            ours |= set(filterset.base_filters) | filterset.OTHER
        for query in _below(PageQuery):
            ours |= set(query.base_fields)
        assert len(ours) > 15
        assert not [name for name in ours if is_mark(name)]
        assert all(name == name.lower() for name in {*MARKS, *PREFIXES})


def _below(cls):
    """Yield every subclass."""
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)
