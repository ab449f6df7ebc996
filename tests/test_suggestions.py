"""Readers say that a fact is wrong: the form beside each fact, what it refuses, and the decision on the desk."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from alliances import dates
from alliances.models import ChangeSet, Membership, Name, Suggestion, SuggestionCount, kinds
from alliances.public.suggestions import throttle, views
from alliances.publishing import links

from . import factories
from .examples import sample
from .test_admin_edits import typed

pytestmark = pytest.mark.django_db

SAID = {
    "field": "joined",
    "wrong": "It acceded a week later.",
    "right": "2006-06-30",
    "source": "Protocol of Minsk, article 2, https://example.org/protocol",
    "contact": "reader@example.org",
}


class Clock:
    """The present moment, which a test moves."""

    now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def move(self, **parts):
        self.now += timedelta(**parts)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that stands still, and no suggestion counted."""
    clock = Clock()
    monkeypatch.setattr(dates, "now", lambda: clock.now)
    cache.clear()
    yield clock
    cache.clear()


@pytest.fixture
def spell():
    factories.organization("csto", founded="2002-10-07", name="Collective Security Treaty Organization")
    spell = factories.spell("csto", factories.state("UZB", name="Uzbekistan").iso3, "2006-06-23")
    factories.cite("membership", spell, "protocol", locator="article 1", quote="accedes")
    return spell


def soup(response):
    return BeautifulSoup(response.content, "lxml")


def form_of(client, address):
    """Open the form, and return what a browser would send back with what a reader types."""
    page = soup(client.get(address))
    fields = page.find("form", class_="suggestion").find_all(["input", "textarea", "select"])
    sent = {field["name"]: field.get("value", "") for field in fields}
    return {**sent, **SAID}


def send(client, clock, fact, after=10, **changes):
    """Send a suggestion about a fact, some seconds after its form was opened."""
    address = links.suggest_address(fact)
    sent = form_of(client, address)
    clock.move(seconds=after)
    return client.post(address, {**sent, **changes}, REMOTE_ADDR=changes.get("from_", "192.0.2.1"))


def messages_at(response):
    """Return {field: message} of a refused form; the whole form by the empty name."""
    page = soup(response)
    found = {}
    for field in page.select(".field"):
        if error := field.find(class_="error"):
            found[field.find(["input", "textarea", "select"])["name"]] = error.get_text()
    links = page.find(id="problems").find_all("li")
    return found | {"": " ".join(each.get_text() for each in links if not each.a)}


# --- the link, and the form -----------------------------------------------------------------------------------


def crowd():
    """Make one fact of each kind, with names of each bearer."""
    home = factories.crowd(1)
    Name.objects.create(**factories.WHY, organization=home, language="ru", text="ОДКБ")
    home.relations.create(**factories.WHY, kind="part-of", other=factories.organization("un"))
    document, council = home.documents.first(), home.councils.first()
    document.provisions.create(**factories.WHY, organization=home, kind="function", text="It consults.")
    council.names.create(**factories.WHY, language="ru", text="Совет")
    return home


PAGES = {
    "state": "/states/qaa/",
    "organization": "/organizations/csto/",
    "name": "/organizations/csto/",
    "relation": "/organizations/csto/",
    "membership": "/organizations/csto/",
    "force": "/forces/csto-force-0/",
    "participation": "/forces/csto-force-0/",
    "strength": "/forces/csto-force-0/",
    "council": "/councils/csto-council-0/",
    "chairmanship": "/councils/csto-council-0/",
    "document": "/documents/csto-treaty-0/",
    "action": "/documents/csto-treaty-0/",
    "provision": "/organizations/csto/provisions/",
    "source": "/sources/source-0/",
}


@pytest.mark.parametrize("kind", sample(sorted(views.suggestible()), every=4))
def test_every_kind_of_fact_has_its_link_where_its_sources_stand_and_its_form(client, kind):
    crowd()
    page = soup(client.get(f"{PAGES[kind]}?on=2008"))
    links = [link["href"] for link in page.select("a.wrong") if f"/suggest/{kind}/" in link["href"]]
    assert links
    for link in links:
        assert link.endswith("/?on=2008")
        form = soup(client.get(link))
        assert form.h1.get_text() == "Suggest a correction"
        assert form.find("form", class_="suggestion")["action"] == f"{link}#problems"
        leads = form.select(".as-it-is a[href^='/']")
        assert leads
        assert all("?on=2008" in lead["href"] for lead in leads)


def test_a_link_goes_by_the_public_identity_where_there_is_one(spell):
    assert links.suggest_address(spell) == f"/suggest/membership/{spell.pk}/"
    assert links.suggest_address(spell.state) == "/suggest/state/uzb/"
    assert links.suggest_address(spell.organization) == "/suggest/organization/csto/"


def test_the_form_shows_the_fact_as_it_is_with_its_sources(client, spell):
    page = soup(client.get(f"/suggest/membership/{spell.pk}/"))
    shown = {each.dt.get_text(): each.dd.get_text() for each in page.select(".as-it-is .fact")}
    assert shown == {
        "Organization": "Collective Security Treaty Organization (CSTO)",
        "State": "Uzbekistan",
        "Status": "Member",
        "Joined": "2006-06-23",
    }
    source = page.select_one(".as-it-is .notes li").get_text()
    assert "protocol" in source
    assert "article 1: accedes" in source
    options = [option["value"] for option in page.find(id="id_field").find_all("option")]
    assert options == [
        "",
        "organization",
        "state",
        "status",
        "joined",
        "left",
        "left_reason",
        "joined_basis",
        "left_basis",
        "note",
    ]


def test_no_engine_lists_the_form_and_nothing_keeps_it(client, spell):
    response = client.get(links.suggest_address(spell))
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in response.headers["Cache-Control"]
    assert soup(response).find("meta", {"name": "robots"})["content"] == "noindex"
    assert "Disallow: /suggest/" in client.get("/robots.txt").content.decode()


def test_only_the_form_sets_a_cookie(client, spell):
    assert not client.get("/organizations/csto/").cookies
    assert list(client.get(links.suggest_address(spell)).cookies) == ["csrftoken"]


@pytest.mark.parametrize(
    "address",
    [
        "membership/0/",
        "membership/99999999/",
        "membership/" + "9" * 30 + "/",
        "membership/uzb/",
        "citation/1/",
        "waiver/1/",
        "state/zzz/",
        "organization/atlantis/",
    ],
)
def test_an_unknown_fact_is_not_found(client, spell, address):
    for way in (client.get, client.post):
        assert way(f"/suggest/{address}").status_code == 404


@pytest.mark.parametrize("query", ["on=never", "cite=ris", "page=2"])
def test_what_is_asked_of_it_is_read_strictly(client, spell, query):
    assert client.get(f"{links.suggest_address(spell)}?{query}").status_code == 400


# --- what is kept ---------------------------------------------------------------------------------------------


def test_a_suggestion_waits_with_the_value_that_the_fact_had(client, clock, spell):
    response = send(client, clock, spell)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/suggest/membership/{spell.pk}/thanks/"
    assert "Thank you" in soup(client.get(response.headers["Location"])).h1.get_text()
    kept = Suggestion.objects.get()
    assert {name: getattr(kept, name) for name in SAID} == SAID
    assert (kept.kind, kept.key, kept.title, kept.value) == ("membership", spell.pk, str(spell), "2006-06-23")
    assert (kept.state, kept.made) == ("waiting", clock.now)
    assert not mail.outbox


def test_of_no_part_in_particular_the_whole_value_is_kept(client, clock, spell):
    assert send(client, clock, spell, field="").status_code == 302
    assert Suggestion.objects.get().value == (
        "Organization: Collective Security Treaty Organization (CSTO)\nState: Uzbekistan\nStatus: Member\n"
        "Joined: 2006-06-23"
    )


def test_the_date_on_view_is_kept(client, clock, spell):
    address = f"{links.suggest_address(spell)}?on=2008"
    sent = form_of(client, address)
    clock.move(seconds=10)
    response = client.post(address, sent)
    assert response.headers["Location"].endswith("/thanks/?on=2008")
    page = soup(client.get(response.headers["Location"]))
    assert page.find(id="content").find("a")["href"] == f"/organizations/csto/?on=2008#spell-{spell.pk}"


def test_sent_twice_it_is_one(client, clock, spell):
    for _ in range(2):
        assert send(client, clock, spell).status_code == 302
    assert Suggestion.objects.count() == 1


def test_it_is_no_change_of_any_fact(client, clock, spell):
    before = ChangeSet.objects.count()
    send(client, clock, spell)
    assert ChangeSet.objects.count() == before


MARK = "Zanzibar-7"


def test_nothing_of_a_suggestion_stands_on_any_public_page(client, clock, spell):
    said = {name: f"{MARK} {name}" for name in ("wrong", "right", "source")}
    send(client, clock, spell, **said, contact=f"{MARK.lower()}@example.org")
    assert Suggestion.objects.get().wrong == f"{MARK} wrong"
    for path in (
        "/",
        "/organizations/csto/",
        "/states/uzb/",
        "/memberships/",
        "/changes/",
        "/feeds/changes/",
        "/sources/protocol/",
        "/organizations/csto/history/",
        "/states/uzb/history/",
        f"/search/?q={MARK}",
        f"/search/suggestions/?q={MARK}",
        "/disagreements/",
        "/sitemap-organization.xml",
        links.suggest_address(spell),
        links.suggest_address(spell) + "thanks/",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        text = page.content.decode().replace(f'value="{MARK}"', "").replace(f"“{MARK}”", "").replace(f"{MARK} ·", "")
        assert f"{MARK} " not in text.replace(f"Search: {MARK}", ""), path
        assert MARK.lower() not in text, path


# --- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"wrong": ""}, "wrong", "Say what is wrong."),
        ({"wrong": " \r\n "}, "wrong", "Say what is wrong."),
        ({"right": ""}, "right", "Say what is right, as far as you know."),
        ({"source": ""}, "source", "Name a source: without one we cannot correct anything."),
        ({"wrong": "a" * 2001}, "wrong", "Use at most 2000 characters; these are 2001."),
        ({"right": "a" * 1001}, "right", "Use at most 1000 characters; these are 1001."),
        ({"source": "a" * 1001}, "source", "Use at most 1000 characters; these are 1001."),
        ({"wrong": "a\x07b"}, "wrong", "A character in it is invisible (U+0007). Take it out."),
        ({"right": "a\x00b"}, "right", "A character in it is invisible (U+0000). Take it out."),
        (
            {"source": "\u202egro.elpmaxe"},
            "source",
            "A character in it is invisible (U+202E). Take it out.",
        ),
        ({"source": "javascript:alert(1)"}, "source", "This address cannot be opened."),
        ({"source": "see ftp://example.org/a"}, "source", "This address cannot be opened."),
        ({"source": "see https://"}, "source", "This address cannot be opened."),
        ({"source": "(http://example)"}, "source", "This address cannot be opened."),
        ({"contact": "reader"}, "contact", "This is no e-mail address, such as name@example.org."),
        ({"contact": "a" * 250 + "@example.org"}, "contact", "Ensure this value has at most 254 characters"),
        ({"field": "slug"}, "field", "Choose one of the parts listed."),
        ({"field": "confidence"}, "field", "Choose one of the parts listed."),
        ({"homepage": "https://pills.example"}, "", "A box was filled in that only machines see."),
        ({"opened": ""}, "", "This form was open for more than a day."),
        ({"opened": "forged"}, "", "This form was open for more than a day."),
        ({"after": 2}, "", "That was too quick for a human."),
        ({"after": 24 * 60 * 60 + 1}, "", "This form was open for more than a day."),
    ],
)
def test_what_is_refused_comes_back_with_its_message_and_nothing_lost(client, clock, spell, changes, field, says):
    response = send(client, clock, spell, **changes)
    assert response.status_code == 400
    assert says in messages_at(response)[field]
    assert not Suggestion.objects.exists()
    page = BeautifulSoup(response.content, "html.parser")  # lxml loses a NUL.
    sent = SAID | {name: value for name, value in changes.items() if name in SAID}
    for name in ("wrong", "right", "source"):
        assert page.find(id=f"id_{name}").get_text().strip() == sent[name].strip()
    assert page.find(id="id_contact")["value"] == sent["contact"]
    assert page.find("input", {"name": "homepage"}).get("value") is None
    if field:
        assert page.find(id=f"id_{field}")["aria-invalid"] == "true"


@pytest.mark.parametrize("changes", [{"after": 2}, {"after": 24 * 60 * 60 + 1}, {"homepage": "x"}, {"opened": "x"}])
def test_a_human_who_is_taken_for_a_machine_just_sends_it_again(client, clock, spell, changes):
    page = soup(send(client, clock, spell, **changes))
    fields = page.find("form", class_="suggestion").find_all(["input", "textarea"])
    sent = {each["name"]: each.get("value", "") if each.name == "input" else each.get_text().strip() for each in fields}
    clock.move(seconds=10)
    assert client.post(links.suggest_address(spell), sent).status_code == 302
    assert Suggestion.objects.get().wrong == SAID["wrong"]


def test_the_stamp_of_one_form_opens_no_other(client, clock, spell):
    stamp = form_of(client, links.suggest_address(spell.state))["opened"]
    assert send(client, clock, spell, opened=stamp).status_code == 400


def test_lines_count_as_the_browser_counts_them(client, clock, spell):
    assert send(client, clock, spell, wrong="a\r\n" * 999 + "ab").status_code == 302
    assert Suggestion.objects.get().wrong == "a\n" * 999 + "ab"


@pytest.mark.parametrize(
    "source", ["Treaty, p. 12: see http.", "“https://example.org/a?b=c”.", "ISBN 978-0-19-829644-3"]
)
def test_an_ordinary_source_is_taken(client, clock, spell, source):
    assert send(client, clock, spell, source=source).status_code == 302


def test_a_form_without_the_cookie_of_its_page_is_told_what_to_do(spell):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(links.suggest_address(spell), SAID)
    assert response.status_code == 403
    assert "allow cookies for this site" in response.content.decode()
    address = links.suggest_address(spell)
    assert strict.post(address, {**form_of(strict, address)}).status_code == 400  # Too quick, and no forgery.


def test_more_than_a_form_can_hold_is_refused_with_a_page(client, spell):
    response = client.post(links.suggest_address(spell), {"wrong": "a" * 3_000_000})
    assert response.status_code == 413
    assert b"We take at most 100 kB at once" in response.content


# --- so many an hour ------------------------------------------------------------------------------------------


def send_many(client, clock, spell, number, **meta):
    """Send so many suggestions, each another, and return the answers."""
    answers = []
    for each in range(number):
        sent = form_of(client, links.suggest_address(spell)) | {"wrong": f"Reason {each}"}
        clock.move(seconds=5)
        answers.append(client.post(links.suggest_address(spell), sent, **meta))
    return answers


def test_five_an_hour_from_one_address_and_the_sixth_comes_back(client, clock, spell):
    answers = send_many(client, clock, spell, 6, REMOTE_ADDR="192.0.2.1")
    assert [each.status_code for each in answers] == [302] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert "5 suggestions an hour" in messages_at(answers[-1])[""]
    assert "Reason 5" in soup(answers[-1]).find(id="id_wrong").get_text()
    assert Suggestion.objects.count() == 5
    assert [each.status_code for each in send_many(client, clock, spell, 1, REMOTE_ADDR="192.0.2.2")] == [302]


def test_what_was_refused_does_not_count(client, clock, spell):
    for _ in range(7):
        assert send(client, clock, spell, source="").status_code == 400
    assert send(client, clock, spell).status_code == 302


def test_no_address_is_stored(client, clock, spell):
    send_many(client, clock, spell, 1, REMOTE_ADDR="192.0.2.77")
    kept = [*Suggestion.objects.values(), *SuggestionCount.objects.values()]
    assert "192.0.2.77" not in str(kept)


def test_the_count_outlives_the_process_and_ends_with_the_hour(client, clock, spell):
    """Each process has a cache of its own: what it counted there, another would count again."""
    send_many(client, clock, spell, 5, REMOTE_ADDR="192.0.2.1")
    cache.clear()
    assert send_many(client, clock, spell, 1, REMOTE_ADDR="192.0.2.1")[0].status_code == 429
    clock.move(hours=1)
    assert send_many(client, clock, spell, 1, REMOTE_ADDR="192.0.2.1")[0].status_code == 302
    assert [each.number for each in SuggestionCount.objects.all()] == [1]


def test_two_hundred_wait_and_no_more(client, clock, spell):
    Suggestion.objects.bulk_create(
        Suggestion(kind="membership", key=spell.pk, title=str(number), made=clock.now) for number in range(200)
    )
    refused = send(client, clock, spell)
    assert refused.status_code == 429
    assert "200 suggestions wait for an editor already" in refused.content.decode()
    Suggestion.objects.filter(title="7").update(state="declined")
    assert send(client, clock, spell).status_code == 302


@pytest.mark.parametrize(
    ("meta", "behind", "client_address"),
    [
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, False, "192.0.2.1"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}, True, "198.51.100.7"),
        ({"REMOTE_ADDR": "192.0.2.1"}, True, "192.0.2.1"),
        ({"REMOTE_ADDR": "2001:db8:1:2:3::4"}, False, "2001:db8:1::/56"),
        ({"REMOTE_ADDR": "2001:db8:1:ff:ffff::"}, False, "2001:db8:1::/56"),
        ({"REMOTE_ADDR": "2001:db8:1:100::1"}, False, "2001:db8:1:100::/56"),
        ({"REMOTE_ADDR": "::ffff:198.51.100.7"}, False, "198.51.100.7"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7:4711"}, True, "198.51.100.7"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "[2001:db8::1]:4711"}, True, "2001:db8::/56"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "::ffff:198.51.100.7"}, True, "198.51.100.7"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7, unknown"}, True, "192.0.2.1"),
        ({"REMOTE_ADDR": ""}, False, ""),
    ],
)
def test_whose_address_counts(rf, settings, meta, behind, client_address):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    assert throttle.client_of(rf.get("/", **meta)) == client_address


# --- the desk -------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(client, clock, spell):
    """A suggestion that waits."""
    send(client, clock, spell)
    return Suggestion.objects.get()


def page_of(waiting):
    return reverse("admin:alliances_suggestion_change", args=[waiting.pk])


def decide(client, waiting, **data):
    return client.post(reverse("admin:alliances_suggestion_decide", args=[waiting.pk]), data, follow=True)


def pairs(page):
    """Return {term: words} of the page of a suggestion."""
    return {row.dt.get_text(): row.dd.get_text(" ", strip=True) for row in soup(page).select(".pairs > div")}


def test_the_queue_is_narrowed_to_what_waits(editor, waiting):
    page = editor.get(reverse("admin:alliances_suggestion_changelist"), {"state__exact": "waiting"})
    assert page.context["cl"].result_count == 1
    assert editor.get(reverse("admin:alliances_suggestion_add")).status_code == 403


def test_its_page_shows_then_and_now_and_what_the_reader_says(editor, waiting, spell):
    told = pairs(editor.get(page_of(waiting)))
    assert told["It is about"] == "joined"
    assert (told["What we said then"], told["What we say now"]) == ("2006-06-23", "the same")
    assert (told["What is wrong"], told["What is right"]) == (SAID["wrong"], SAID["right"])
    assert told["Source"].startswith("Protocol of Minsk, article 2")
    assert told["Address for an answer"].startswith("reader@example.org")
    Membership.objects.filter(pk=spell.pk).update(joined="2006-06-24")
    assert pairs(editor.get(page_of(waiting)))["What we say now"] == "Changed since: 2006-06-24"


def test_markup_of_a_reader_is_text_on_the_desk(client, clock, spell, editor):
    send(client, clock, spell, wrong="<script>alert(1)</script>", source='<img src=x> https://example.org/"><b>')
    waiting = Suggestion.objects.get()
    for address in (page_of(waiting), f"{spell.get_admin_url()}?suggestion={waiting.pk}", "/admin/"):
        page = editor.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
        assert "<b>" not in page.partition("<dt>Source</dt>")[2].partition("</dd>")[0]


def test_accepting_opens_the_form_filled_in_and_a_save_accepts(editor, waiting, spell):
    link = soup(editor.get(page_of(waiting))).find("a", class_="button")["href"]
    assert link == f"{spell.get_admin_url()}?suggestion={waiting.pk}"
    page = editor.get(link)
    form = soup(page)
    assert form.find(id="id_joined")["value"] == "2006-06-30"
    assert form.find(id="id_cite_quote").get_text().strip() == form.find(id="id_cite_locator").get("value", "") == ""
    panel = form.find(class_="suggested").get_text(" ")
    assert SAID["wrong"] in panel
    assert "Protocol of Minsk" in panel
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    data = typed(page)
    assert data["suggestion"] == str(waiting.pk)
    assert editor.post(spell.get_admin_url(), data).status_code == 302
    spell.refresh_from_db()
    waiting.refresh_from_db()
    assert spell.joined == "2006-06-30"
    assert (waiting.state, waiting.decided_by.username, waiting.contact) == ("accepted", "editor", "")
    assert waiting.decided is not None


def test_a_save_without_a_reason_is_refused_and_decides_nothing(editor, waiting, spell):
    link = f"{spell.get_admin_url()}?suggestion={waiting.pk}"
    page = editor.post(link, typed(editor.get(link)) | {"change_reason": ""})
    assert "Say why" in page.content.decode()
    assert soup(page).find(id="id_joined")["value"] == "2006-06-30"
    assert soup(page).find(class_="suggested")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.contact) == ("waiting", "reader@example.org")


def test_a_save_that_changes_nothing_accepts_nothing(editor, waiting, spell):
    link = f"{spell.get_admin_url()}?suggestion={waiting.pk}"
    page = editor.post(link, typed(editor.get(link)) | {"joined": "2006-06-23"}, follow=True)
    assert "the suggestion still waits" in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_a_change_of_another_fact_accepts_nothing(editor, waiting, spell):
    other = factories.spell("csto", "ARM", "2002-10-07")
    link = f"{other.get_admin_url()}?suggestion={waiting.pk}"
    page = editor.get(link)
    assert "about something else" in page.content.decode()
    assert not soup(page).find(class_="suggested")
    editor.post(link, typed(page) | {"joined": "2002-10-08"})
    other.refresh_from_db()
    waiting.refresh_from_db()
    assert (other.joined, waiting.state) == ("2002-10-08", "waiting")


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 40, "²"])
def test_an_odd_number_in_the_address_of_a_form_is_no_suggestion(editor, waiting, spell, number):
    page = editor.get(spell.get_admin_url(), {"suggestion": number})
    assert page.status_code == 200
    assert soup(page).find(id="id_joined")["value"] == "2006-06-23"


@pytest.mark.parametrize(
    ("field", "right", "filled"),
    [
        ("joined", "30 June 2006", "2006-06-23"),  # The form would not take it: the stored value stays.
        ("status", "Observer", "observer"),
        ("status", "observer", "observer"),
        ("status", "king", "member"),
        ("note", "Signed in Minsk.", "Signed in Minsk."),
    ],
)
def test_what_the_form_would_take_is_filled_in(client, clock, spell, editor, field, right, filled):
    send(client, clock, spell, field=field, right=right)
    link = f"{spell.get_admin_url()}?suggestion={Suggestion.objects.get().pk}"
    assert typed(editor.get(link))[field] == filled


def test_a_state_that_a_reader_names_is_found(client, clock, spell, editor):
    tajikistan = factories.state("TJK", name="Tajikistan")
    send(client, clock, spell, field="state", right="tajikistan")
    link = f"{spell.get_admin_url()}?suggestion={Suggestion.objects.get().pk}"
    assert typed(editor.get(link))["state"] == str(tajikistan.pk)


@pytest.mark.parametrize("kind", sample(sorted(views.suggestible()), every=4, start=1))
def test_a_suggestion_about_each_kind_opens_its_form(client, clock, editor, kind):
    crowd()
    model = apps.get_model("alliances", kinds.named(kind).model._meta.model_name)
    fact = model.objects.order_by("pk").first()
    response = send(client, clock, fact, field=model.KIND.public_fields()[0].name)
    assert response.status_code == 302, messages_at(response)
    waiting = Suggestion.objects.get()
    page = editor.get(page_of(waiting))
    assert page.status_code == 200
    assert soup(editor.get(soup(page).find("a", class_="button")["href"])).find(class_="suggested")


def test_declining_needs_a_word_and_forgets_the_address(editor, waiting):
    assert "tell your colleagues why" in decide(editor, waiting, decision="declined", answer=" ").content.decode()
    assert "Nothing was decided" in decide(editor, waiting, decision="perhaps", answer="So.").content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    decide(editor, waiting, decision="declined", answer="The protocol says the 23rd.")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.answer) == ("declined", "The protocol says the 23rd.")
    assert (waiting.contact, waiting.decided_by.username) == ("", "editor")
    page = decide(editor, waiting, decision="accepted", answer="No, it is right.")
    assert "Somebody decided on it before you" in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "declined"


def test_what_is_mended_already_is_accepted_without_a_change(editor, waiting):
    decide(editor, waiting, decision="accepted", answer="Mended yesterday.")
    waiting.refresh_from_db()
    assert waiting.state == "accepted"


def test_contributors_read_no_suggestion_and_decide_on_none(contributor, waiting, spell):
    for address in (page_of(waiting), reverse("admin:alliances_suggestion_changelist")):
        assert contributor.get(address).status_code == 403
    assert decide(contributor, waiting, decision="declined", answer="No.").status_code == 403
    assert "reader" not in soup(contributor.get("/admin/")).find(class_="desk").get_text().lower()
    page = contributor.get(f"{spell.get_admin_url()}?suggestion={waiting.pk}")
    assert page.status_code == 200
    assert soup(page).find(class_="suggested") is None
    assert typed(page)["joined"] == "2006-06-23"
    assert SAID["wrong"] not in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_nobody_else_sees_the_queue(waiting):
    stranger = Client()
    for address in (page_of(waiting), reverse("admin:alliances_suggestion_changelist")):
        assert stranger.get(address).headers["Location"].startswith("/admin/login/")
    answer = stranger.post(reverse("admin:alliances_suggestion_decide", args=[waiting.pk]), {"decision": "declined"})
    assert answer.headers["Location"].startswith("/admin/login/")


def test_a_decision_is_no_link(editor, waiting):
    assert editor.get(reverse("admin:alliances_suggestion_decide", args=[waiting.pk])).status_code == 405


def test_a_suggestion_outlives_its_fact(editor, waiting, spell):
    spell.delete()
    page = editor.get(page_of(waiting))
    assert "The fact is gone" in page.content.decode()
    assert not soup(page).find("a", class_="button")
    decide(editor, waiting, decision="declined", answer="It was deleted.")
    waiting.refresh_from_db()
    assert waiting.state == "declined"


def test_the_page_of_the_un_has_one_short_link_a_row(client):
    factories.crowd(30)
    rows = soup(client.get("/memberships/")).find_all("tr", class_="membership")
    assert len(rows) == 30
    for row in rows:
        assert len(row.select("a.wrong")) == 1
        assert re.fullmatch(r"/suggest/membership/\d+/", row.select_one("a.wrong")["href"])


@pytest.mark.parametrize("by", ["a new suggestion", "the queue"])
def test_an_address_waits_for_six_months_at_most(client, clock, editor, spell, by):
    other = factories.organization("csto")
    send(client, clock, spell)
    clock.move(days=179)
    send(client, clock, other, **{**SAID, "field": "", "contact": "other@example.org"})

    def meet():
        if by == "the queue":
            assert editor.get("/admin/alliances/suggestion/").status_code == 200
        else:
            send(client, clock, other, **{**SAID, "field": "", "wrong": f"At {clock.now}", "contact": ""})

    meet()
    assert Suggestion.objects.filter(contact="reader@example.org").count() == 1
    clock.move(days=2)
    meet()
    old, recent = Suggestion.objects.order_by("pk")[:2]
    assert (old.state, old.contact, old.wrong) == ("waiting", "", SAID["wrong"])
    assert recent.contact == "other@example.org"


def test_the_form_says_for_how_long_an_address_is_kept(client, spell):
    page = client.get(links.suggest_address(spell)).content.decode()
    assert "It is deleted when they have decided, and after six months at the latest." in page
