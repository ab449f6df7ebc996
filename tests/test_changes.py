"""What changed in the world between two dates, on pages and in the feed, and what we corrected beside it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from alliances import dates
from alliances.derived import events
from alliances.models import ChangeSet, Document, Membership, Organization
from alliances.models.changeset import change_set
from alliances.public.views.changes import Changes

from . import factories
from .examples import IN_CI, examples, sample
from .test_dates import partial_texts

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def told(since, until, **kwargs):
    """Return the events of an interval as sentences with their dates."""
    return [f"{event.date} {event}" for event in events.events(since, until, **kwargs)]


def test_an_interval_is_half_open():
    factories.spell("nato", "GRC", "1952-02-18")
    assert told("1952-02-17", "1952-02-18") == []
    assert told("1952-02-18", "1952-02-19") == ["1952-02-18 Grc joined NATO (member)"]
    assert told("1952-02-19", "1952-02-20") == []


def test_a_change_of_status_is_one_event():
    factories.spell("cis", "TKM", "1991-12-21", "2005-08-26", left_reason="status-change")
    factories.spell("cis", "TKM", "2005-08-26", status="associate")
    assert told("2000-01-01", "2010-01-01") == ["2005-08-26 Tkm, status in CIS: from member to associate"]
    assert told("1990-01-01", "2000-01-01") == ["1991-12-21 Tkm joined CIS (member)"]


def test_a_spell_that_goes_on_under_the_same_status_is_no_event():
    factories.spell("cis", "TKM", "1991-12-21", "2005-08-26")
    factories.spell("cis", "TKM", "2005-08-26")
    assert told("2000-01-01", "2010-01-01") == []


def test_organizations_and_documents_have_their_events():
    home = factories.organization("wp", founded="1955-05-14", in_force="1955-06-04", dissolved="1991-07-01")
    Document.objects.create(
        **factories.WHY,
        organization=home,
        slug="wp-1955",
        title="Warsaw Treaty",
        kind="treaty",
        signed="1955-05-14",
        in_force="1955-06-06",
        ended="1991-07-01",
    )
    assert told("1955-01-01", "1992-01-01") == [
        "1991-07-01 No longer in force: Warsaw Treaty",
        "1991-07-01 WP was dissolved",
        "1955-06-06 In force: Warsaw Treaty",
        "1955-06-04 In force: the founding treaty of WP",
        "1955-05-14 Signed or adopted: Warsaw Treaty",
        "1955-05-14 WP was founded",
    ]
    Document.objects.update(in_force="1955-06-04")  # The document tells it; the organization does not repeat it.
    assert told("1955-06-01", "1955-07-01") == ["1955-06-04 In force: Warsaw Treaty"]


def test_a_coarse_date_counts_on_its_last_day_and_is_told_where_it_may_lie():
    factories.spell("cst", "UZB", "1992-05-15", "1999-04")
    assert told("1999-04-01", "1999-04-15") == []
    assert told("1999-04-01", "1999-04-15", possible=True) == ["1999-04 Uzb left CST (member)"]
    assert told("1999-04-15", "1999-05-01") == ["1999-04 Uzb left CST (member)"]
    assert [event.certain for event in events.events("1999-04-15", "1999-05-01")] == [False]
    assert [event.certain for event in events.events("1999-04-01", "1999-05-01")] == [True]
    assert told("1999-05-01", "1999-05-15", possible=True) == []


def test_what_ended_nobody_knows_when_has_no_place_in_time():
    factories.spell("cst", "UZB", "1992-05-15", "XXXX")
    assert told("1993-01-01", dates.NEVER) == []
    assert told("1993-01-01", "2030-01-01", possible=True) == []


def test_states_and_organizations_narrow_the_events():
    factories.spell("csto", "UZB", "2006-06-23")
    factories.spell("csto", "ARM", "2002-10-07")
    factories.spell("nato", "GRC", "1952-02-18")
    always = (dates.ALWAYS, dates.NEVER)
    assert told(*always, states=["UZB"]) == ["2006-06-23 Uzb joined CSTO (member)"]
    assert len(told(*always, organizations=["csto"])) == 3  # And that it was founded.
    assert told(*always, states=["GRC"], organizations=["csto"]) == []
    assert [event.date for event in events.events(*always)[:1]] == ["2006-06-23"]


def test_pages_of_events_repeat_and_leave_out_none():
    """Also where many fall on one day, of which a page ends in the middle."""
    factories.organization("csto", founded="2002-10-07", in_force="2002-10-07")
    for number in range(7):
        factories.spell("csto", factories.code(number), "2002-10-07", "2012")
        factories.spell("cis", factories.code(number), "2002-10", "2012")
    every = events.events(dates.ALWAYS, dates.NEVER)
    everything = list(every)
    assert len(every) == len(everything) == len(set(everything)) == 4 + 28 - 1
    for size in (1, 2, 3, 5, 8, 13, 100):
        fresh = events.events(dates.ALWAYS, dates.NEVER)
        pages = [fresh[begin : begin + size] for begin in range(0, len(fresh), size)]
        assert [event for page in pages for event in page] == everything, size
    assert fresh[:0] == []


def test_a_page_reads_no_more_rows_than_it_shows_and_those_of_its_last_day(django_assert_num_queries):
    for number in range(20):
        factories.spell("csto", factories.code(number), f"20{number:02}")
    spells = events.events(dates.ALWAYS, dates.NEVER, states=[factories.code(number) for number in range(20)])
    read = []
    with django_assert_num_queries(2), patch.object(Membership, "from_db", counted(read, Membership.from_db)):
        assert [event.date for event in spells[:3]] == ["2019", "2018", "2017"]
    assert len(read) == 3


def counted(read, method):
    """Return a class method that does the same, and counts the rows it is given."""

    def from_db(db, fields, values):
        read.append(values)
        return method(db, fields, values)

    return from_db


@examples(20, in_ci=80)  # Each writes its spells and their history.
@given(
    spans=st.lists(st.tuples(partial_texts(), st.one_of(st.just(""), st.just("XXXX"), partial_texts())), max_size=6),
    cuts=st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str), min_size=3, max_size=3).map(sorted),
)
def test_the_sum_rule(spans, cuts):
    """events(a, b) and events(b, c) are events(a, c), whatever the precision of the dates."""
    Membership.objects.all().delete()
    once = {(number % 3, begin): end or "XXXX" for number, (begin, end) in enumerate(spans)}
    for (number, begin), end in once.items():
        if dates.may_follow(begin, end):
            factories.spell("csto", factories.code(number), begin, end)
    first, second, third = cuts
    parts = told(second, third) + told(first, second)
    assert sorted(parts) == sorted(told(first, third))


class TestWithRealFacts:
    """The real facts, and 20 real transitions at the day before, the day and the day after."""

    pytestmark = pytest.mark.usefixtures("facts")

    TRANSITIONS = [
        ("csto", "UZB", "2006-06-23", None, "member"),
        ("csto", "UZB", "2012-06-28", "member", "suspended"),
        ("csto", "UZB", "2012-12-19", "suspended", None),
        ("csto", "ARM", "2024-02-22", "member", "frozen"),
        ("nato", "GRC", "1952-02-18", None, "member"),
        ("nato", "TUR", "1952-02-18", None, "member"),
        ("nato", "ESP", "1982-05-30", None, "member"),
        ("nato", "FIN", "2023-04-04", None, "member"),
        ("nato", "SWE", "2024-03-07", None, "member"),
        ("eu", "GBR", "2020-02-01", "member", None),
        ("eu", "HRV", "2013-07-01", "candidate", "member"),
        ("wp", "POL", "1991-07-01", "member", None),
        ("wp", "DDR", "1990-09-24", "member", None),
        ("cis", "TKM", "2005-08-26", "participant", "associate"),
        ("cis", "GEO", "2009-08-18", "member", None),
        ("un", "SSD", "2011-07-14", None, "member"),
        ("cst", "GEO", "1993-12-09", None, "member"),
        ("coe", "RUS", "2022-03-16", "suspended", None),
        ("sco", "IND", "2017-06-09", "observer", "member"),
        ("au", "MAR", "2017-01-31", None, "member"),
    ]

    def test_the_transitions_are_those_of_the_facts(self):
        assert len(self.TRANSITIONS) == 20
        for slug, iso3, day, before, after in self.TRANSITIONS:
            spells = Membership.objects.filter(organization__slug=slug, state__iso3=iso3)
            ended = spells.filter(left=day).values_list("status", flat=True)
            begun = spells.filter(joined=day).values_list("status", flat=True)
            assert (list(ended), list(begun)) == ([before] if before else [], [after] if after else []), (
                slug,
                iso3,
                day,
            )

    @pytest.mark.parametrize(("slug", "iso3", "day", "before", "after"), sample(TRANSITIONS, every=10))
    def test_the_day_before_the_day_and_the_day_after(self, client, slug, iso3, day, before, after):
        at = date.fromisoformat(day)
        previous, following = (str(at + timedelta(days=days)) for days in (-1, 1))
        for on, status in ((previous, before), (day, after), (following, after)):
            assert status_on_page(client, f"/organizations/{slug}/?on={on}", f"/states/{iso3.lower()}/") == status
            assert status_on_page(client, f"/states/{iso3.lower()}/?on={on}", f"/organizations/{slug}/") == status
        what = "changed" if before and after else "joined" if after else "left"
        asked = f"state={iso3}&organization={slug}"
        page = client.get(f"/changes/?{asked}&from={previous}&to={at + timedelta(days=2)}")
        days = BeautifulSoup(page.content, "lxml", parse_only=SoupStrainer("dl", class_="days"))
        assert [each.dt.time["datetime"] for each in days.select(".day")] == [day]
        assert [each["class"][1] for each in days.select(".event")] == [f"event-{what}"]
        for since, there in ((previous, False), (day, True), (following, False)):
            until = date.fromisoformat(since) + timedelta(days=1)
            feed = feedparser.parse(client.get(f"/feeds/changes/?{asked}&from={since}&to={until}").content)
            assert [entry.title.startswith(dates.in_words(day)) for entry in feed.entries] == ([True] if there else [])

    @pytest.mark.parametrize(
        ("slug", "iso3", "day", "before", "after"), sample([each for each in TRANSITIONS if each[3]], every=6)
    )
    def test_pages_tell_the_last_day(self, client, slug, iso3, day, before, after):
        last = dates.last_day(day)
        for path, row in (
            (f"/organizations/{slug}/?rows=all", f"/states/{iso3.lower()}/"),
            (f"/states/{iso3.lower()}/?rows=all", f"/organizations/{slug}/"),
        ):
            table = BeautifulSoup(client.get(path).content, "lxml", parse_only=SoupStrainer("table"))
            [shown] = [each for each in table.select("tr[id]") if each.th.a["href"] == row]
            assert dates.in_words(last) in shown.get_text() or dates.in_words(last, short=True) in shown.get_text()
            assert f"until {dates.in_words(day)}" not in shown.get_text()

    def test_the_sum_rule_holds_for_every_filter(self):
        cuts = ["1945-01-01", "1991-12-21", "1999-04-15", "2012-12-19", "2027-01-01"]
        filters = [{"states": ["ARM", "SUN"]}, {"organizations": ["csto", "wp"]}]
        for kwargs in [{}, *filters] if IN_CI else filters:  # Without a filter there are fifteen thousand.
            whole = told(cuts[0], cuts[-1], **kwargs)
            assert whole
            parts = [event for pair in pairwise(cuts) for event in told(*pair, **kwargs)]
            assert sorted(parts) == sorted(whole)

    def test_the_feed_is_valid_with_a_thousand_entries(self, client):
        response = client.get("/feeds/changes/?from=1900")
        feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
        assert feed.bozo == 0
        assert feed.version == "atom10"
        assert len(feed.entries) == 1000
        assert len({entry.id for entry in feed.entries}) == 1000
        following = next(link.href for link in feed.feed.links if link.rel == "next")
        rest = feedparser.parse(client.get(following).content)
        assert {entry.id for entry in rest.entries}.isdisjoint(entry.id for entry in feed.entries)


def status_on_page(client, page, address):
    """Return which status a page shows of what has an address; None if it is not among those of the date."""
    only = SoupStrainer("section", id=["members", "memberships"])  # The United Nations' page is long.
    section = BeautifulSoup(client.get(f"{page}&rows=all").content, "lxml", parse_only=only).section
    for row in section.select("tr[data-status]"):
        if row.th.a["href"].startswith(address):
            return row["data-status"]
    return None


def feed_of(client, query=""):
    """Read the feed as a feed reader would."""
    response = client.get(f"/feeds/changes/{query}")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert feed.bozo == 0
    return feed


def test_an_entry_keeps_its_id_when_its_fact_is_corrected(client, settings):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    before = feed_of(client, "?state=UZB").entries[0]
    spell.joined = "2006-08-16"
    spell.save()
    after = feed_of(client, "?state=UZB").entries[0]
    assert after.id == before.id
    assert after.id.startswith(f"tag:{settings.SITE_HOST},2026:membership/")
    assert (before.title, after.title) == (
        "23 June 2006: Uzb joined CSTO (member)",
        "16 August 2006: Uzb joined CSTO (member)",
    )
    assert after.updated >= before.updated


def test_ids_are_the_same_under_every_host(client, settings):
    settings.SITE_HOST, settings.ALLOWED_HOSTS = "example.org", ["example.org", "www.example.org"]
    factories.spell("csto", "UZB", "2006-06-23")
    ids = set()
    for host in ("example.org", "www.example.org", "example.org:8443"):
        feed = feedparser.parse(client.get("/feeds/changes/?state=UZB", headers={"host": host}).content)
        assert feed.entries[0].link.startswith(f"http://{host}/organizations/csto/")
        ids.add((feed.feed.id, feed.entries[0].id))
    spell = Membership.objects.get()
    assert ids == {
        ("tag:example.org,2026:changes?state=UZB", f"tag:example.org,2026:membership/{spell.pk}/begins"),
    }


def test_what_an_entry_says(client):
    spell = factories.spell("csto", "UZB", "1999-04")
    factories.cite("membership", spell, "protocol", quote="signed")
    factories.spell("csto", "ARM", "1994")
    first, second = feed_of(client, "?organization=csto&from=1990").entries[:2]
    assert first.summary == "Uzb joined CSTO (member), April 1999. According to protocol."
    assert second.summary == "Arm joined CSTO (member), 1994. No source yet."
    assert [tag.term for tag in first.tags] == ["joined", "csto", "UZB"]
    assert first.link == f"http://testserver/organizations/csto/?on=1999-04#spell-{spell.pk}"
    assert "1999-04-01" not in first.title + first.summary  # A month is never shown as a day.


def test_a_control_character_of_a_pdf_does_not_break_the_feed(client):
    spell = factories.spell("csto", "UZB", "1999-04")
    factories.source("brief-2020", title="Char\x0bter")
    factories.cite("membership", spell)
    assert "Charter" in feed_of(client, "?state=UZB").entries[0].summary


def test_a_page_past_the_end_is_not_there(client):
    response = client.get("/feeds/changes/?page=9")
    assert response.status_code == 404
    assert list(response.json()["errors"]) == ["page"]


def test_signs_of_markup_are_told_as_they_are(client):
    spell = factories.spell("csto", "UZB", "1999-04")
    factories.cite("membership", spell)
    source = spell.citations.get().source
    source.title = "Law & <i>order</i>"
    source.save()
    assert "Law &amp; &lt;i&gt;order&lt;/i&gt;" in feed_of(client, "?state=UZB").entries[0].summary


def test_the_feed_has_what_atom_asks_for(client):
    factories.spell("csto", "UZB", "2006-06-23")
    root = ElementTree.fromstring(client.get("/feeds/changes/?state=UZB").content)  # noqa: S314  Ours.
    assert root.tag == f"{ATOM}feed"
    for needed in ("title", "id", "updated", "author"):
        assert len(root.findall(f"{ATOM}{needed}")) == 1, needed
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == ["http://testserver/feeds/changes/?state=UZB"]
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 1
    for entry in entries:
        for needed in ("title", "id", "updated", "link", "summary"):
            assert len(entry.findall(f"{ATOM}{needed}")) == 1, needed
        datetime.fromisoformat(entry.find(f"{ATOM}updated").text)


def test_an_empty_feed_is_a_feed(client):
    factories.spell("csto", "UZB", "2006-06-23")
    feed = feed_of(client, "?state=UZB&from=1990&to=1991")
    assert feed.entries == []
    assert feed.feed.updated


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?state=ZZZ", "state"),
        ("?from=soon", "from"),
        ("?from=1992&to=1991", "to"),
        ("?page=0", "page"),
        ("?x=1", "x"),
        ("?from=2500", "from"),
        ("?from=2010&on=2000", "from"),
    ],
)
def test_a_feed_that_cannot_be_answered_says_why(client, query, field):
    response = client.get(f"/feeds/changes/{query}")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


def test_a_date_to_come_takes_effect_on_its_day_with_nothing_running(client, monkeypatch):
    factories.spell("csto", "UZB", "2027-03-01")
    for day, members, there in (("2027-02-28", "no", False), ("2027-03-01", "one", True), ("2027-03-02", "one", True)):
        monkeypatch.setattr(dates, "today", lambda day=day: date.fromisoformat(day))
        lead = BeautifulSoup(client.get("/organizations/csto/").content, "lxml").find(class_="lead").text
        assert f"{members} member" in lead
        feed = feed_of(client)
        assert ("1 March 2027: Uzb joined CSTO (member)" in [entry.title for entry in feed.entries]) is there
        assert ("Uzb" in BeautifulSoup(client.get("/").content, "lxml").find(class_="changes").text) is there
    entry = next(entry for entry in feed.entries if "joined" in entry.title)
    assert entry.updated.startswith("2027-03-01T00:00:00")  # It came true then, though it was entered before.


def test_what_is_to_come_is_told_as_that(client):
    factories.spell("csto", "UZB", "2006-06-23", "2500-05-01")
    page = BeautifulSoup(client.get("/changes/?from=2500&to=2501").content, "lxml")
    assert "Uzb will leave CSTO" in " ".join(page.find(class_="event").text.split())
    assert page.h1.text.startswith("What will change")
    feed = feed_of(client, "?from=2500&to=2501")
    assert feed.entries[0].title == "1 May 2500: Uzb will leave CSTO (member)"
    assert client.get("/changes/?from=2000").content.decode().count("What will change") == 0


@pytest.mark.parametrize(
    ("query", "interval"),
    [
        ("from=1991&to=1992", "on or after 1 January 1991 and before 1 January 1992"),
        ("on=9999-12-31", "on or after 31 December 9998"),
    ],
)
def test_title_heading_and_citation_word_the_interval_alike(client, query, interval):
    page = BeautifulSoup(client.get(f"/changes/?{query}").content, "lxml")
    assert " ".join(page.h1.text.split()).endswith(f"change{'d' if '1991' in query else ''} {interval}")
    assert page.title.text == f"What changed {interval} · Who belongs to what"
    assert f"“What changed {interval}”" in page.find(id="cite-text").text


def test_corrections_stand_beside_the_world_and_never_in_it(client):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    other = factories.spell("nato", "GRC", "1952-02-18")
    for fact, reason in ((spell, "The protocol says August."), (other, "The deposit says so.")):
        with change_set(reason=reason):
            fact.note = "corrected"
            fact.save()
    with change_set(kind=ChangeSet.Kind.VERIFICATION):
        Membership.objects.verify()
    page = BeautifulSoup(client.get("/changes/").content, "lxml")
    assert "August" not in page.find(id="world-heading").parent.text
    corrected = page.find(class_="corrections").text
    assert "The protocol says August." in corrected
    assert "The deposit says so." in corrected
    assert "verification" not in corrected
    page = BeautifulSoup(client.get("/changes/?state=UZB").content, "lxml")
    assert "The deposit says so." not in page.find(class_="corrections").text
    assert "The protocol says August." in page.find(class_="corrections").text
    assert "The protocol" not in client.get("/changes/?state=UZB&organization=nato").content.decode()
    page = BeautifulSoup(client.get("/changes/?from=2006&to=2007").content, "lxml")
    assert page.find(class_="corrections").find(class_="change-set") is None
    assert [each["class"][1] for each in page.select(".days .event")] == ["event-joined"]


def test_corrections_are_counted_by_days_of_utc(client):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    with change_set(reason="Late"):
        spell.note = "corrected"
        spell.save()
    ChangeSet.objects.filter(reason="Late").update(made=datetime(2026, 3, 1, 0, 0, tzinfo=UTC))
    for query, there in (
        ("from=2026-02-28&to=2026-03-01", False),
        ("from=2026-03-01&to=2026-03-02", True),
        ("from=2026-03-02&to=2026-03-03", False),
    ):
        assert ("Late" in client.get(f"/changes/?{query}").content.decode()) is there


@change_set()
def many_changes(number):
    """Make a number of everything, and as many spells whose sources disagree."""
    factories.crowd(number)
    for each in range(number):
        spell = factories.spell(f"org-{each}", "QAA", "1992")
        factories.cite("membership", spell, f"source-{each}", field="joined", says="1991")
    assert Organization.objects.count() > number


@pytest.mark.parametrize(
    ("path", "most"),
    [("/changes/?from=1900", 84), ("/feeds/changes/?from=1900", 40), ("/disagreements/", 16), ("/", 16)],
)
def test_as_many_queries_for_seven_as_for_two(client, path, most, django_assert_max_num_queries):
    def asked(number):
        with transaction.atomic():
            many_changes(number)
            with django_assert_max_num_queries(most) as captured:
                assert client.get(path).status_code == 200
            transaction.set_rollback(True)
        return len(captured)

    assert asked(7) <= asked(2)


def test_a_large_change_set_is_told_in_numbers_and_in_fewer_queries(client, django_assert_max_num_queries):
    many_changes(30)
    with django_assert_max_num_queries(40):
        assert client.get("/changes/?from=1900").status_code == 200


def test_of_many_that_perhaps_lie_in_a_time_those_that_end_soonest_are_listed(client, monkeypatch):
    monkeypatch.setattr(Changes, "possible", 2)
    for number, until in enumerate(("1999", "2001", "2020")):
        factories.spell(f"org-{number}", "ARM", f"[1992..{until}]")
    page = client.get("/changes/?from=1995&to=1996").content.decode()
    assert "Perhaps also in this time: 3" in page
    assert "These 2 end soonest" in page
    assert "between 1992 and 1999" in page
    assert "between 1992 and 2001" in page
    assert "between 1992 and 2020" not in page
