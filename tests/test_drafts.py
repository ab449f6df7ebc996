"""A contributor proposes, an editor publishes: until then nothing changes, and then exactly what was shown."""

import re
from threading import Thread

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.models import ChangeSet, Citation, Draft, Membership, Organization, Source, State
from alliances.models.changeset import OpenChangeSet, change_set

from . import factories
from .test_admin_edits import REASON, add_row, errors, typed

pytestmark = pytest.mark.django_db

BURNT = "Its archive burnt."


@pytest.fixture
def member_of(django_user_model):
    """Return a function that logs a new member of a group in, in a browser of their own."""

    def log_in(group, name):
        user = django_user_model.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        browser = Client()
        browser.force_login(user)
        return browser

    return log_in


@pytest.fixture
def contributor(member_of):
    return member_of("contributors", "aram")


@pytest.fixture
def armenia():
    """Armenia in the CSTO, which the charter says."""
    spell = factories.spell("csto", "ARM", "2002-10-07")
    factories.cite("membership", spell, "charter")
    spell.refresh_from_db()
    return spell


def propose(browser, url, **change):
    """Fill in a form, send it as a draft, and return the draft."""
    page = browser.post(url, typed(browser.get(url)) | change | {"_draft": "Propose"})
    assert page.status_code == 302, errors(page)
    draft = Draft.objects.latest("kept")
    assert page.headers["Location"] == draft.get_admin_url()
    return draft


def freeze(browser, armenia, **more):
    """Propose that Armenia's membership is frozen, with a source."""
    source = factories.source("speech-2024")
    return propose(
        browser, armenia.get_admin_url(), status="frozen", cite_source=source.pk, cite_locator="minute 12", **more
    )


def decide(browser, draft, word, **data):
    """Press a button on the page of a draft, as the page is now, and return the page that follows."""
    page = BeautifulSoup(browser.get(draft.get_admin_url()).content, "lxml")
    form = page.find("form", action=reverse(f"admin:alliances_draft_{word}", args=[draft.pk]))
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")} if form else {}
    return browser.post(reverse(f"admin:alliances_draft_{word}", args=[draft.pk]), fields | data, follow=True)


def said(page):
    """Return the messages of a page of the desk."""
    return " ".join(each.get_text() for each in BeautifulSoup(page.content, "lxml").select(".messagelist li"))


def everything():
    """Return all that is stored of facts, their history, and what Django's log says."""
    rows = [model.objects.order_by("pk").values() for model in (Organization, State, Membership, Source, Citation)]
    return [*map(list, rows), ChangeSet.objects.count(), LogEntry.objects.count()]


def test_what_a_contributor_sends_is_kept_beside_the_facts(contributor, armenia):
    factories.source("speech-2024")
    before = everything()
    draft = freeze(contributor, armenia)
    assert everything() == before
    assert (draft.kind, draft.key, draft.title) == (
        "membership",
        armenia.pk,
        "Arm, frozen member of CSTO from 7 October 2002",
    )
    assert (draft.author.username, draft.reason, draft.state) == ("aram", REASON, "waiting")
    change, citation = draft.told
    assert (change["what"], change["differences"]) == ("changed", [["status", "Member", "Frozen"]])
    assert (citation["what"], citation["kind"]) == ("added", "citation")
    assert ["locator", "", "minute 12"] in citation["differences"]
    assert "csrf" not in draft.typed
    assert "_draft" not in draft.typed
    page = contributor.get(draft.get_admin_url())
    assert said(page) == "It is kept as a draft. Nothing of it is public until an editor publishes it."
    assert "Publish" not in page.content.decode()


def test_an_editor_publishes_it_in_one_click(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    editor = member_of("editors", "nino")
    page = editor.get(draft.get_admin_url()).content.decode()
    assert "<del>Member</del> → <ins>Frozen</ins>" in page
    assert "Facts changed since" not in page
    sets = ChangeSet.objects.count()
    assert said(decide(editor, draft, "publish")) == "Published: Arm, frozen member of CSTO from 7 October 2002."
    armenia.refresh_from_db()
    assert armenia.status == "frozen"
    assert armenia.citations.filter(source__key="speech-2024", locator="minute 12").count() == 1
    draft.refresh_from_db()
    made = ChangeSet.objects.first()
    assert ChangeSet.objects.count() == sets + 1
    assert (made.author.username, made.reason) == ("nino", REASON)
    assert (draft.state, draft.change_set, draft.decided_by.username) == ("published", made, "nino")
    history = editor.get(reverse("admin:alliances_membership_history", args=[armenia.pk])).content.decode()
    assert re.search(r"Proposed by <a [^>]+>aram</a>", history)
    assert "published already" in said(decide(editor, draft, "publish"))
    assert ChangeSet.objects.count() == sets + 1


def test_a_new_organization_with_its_members_is_proposed_and_published(contributor, member_of):
    source, state = factories.source("treaty"), factories.state("KAZ", name="Kazakhstan")
    url = reverse("admin:alliances_organization_add")
    data = typed(contributor.get(url)) | {"acronym": "EAEU", "name": "Eurasian Economic Union", "slug": "eaeu"}
    data |= {"kind": "economic-union", "founded": "2015", "cite_source": source.pk, "change_reason": "It was missing."}
    add_row(data, state=state.pk, joined="2015-01-01", cite_source=source.pk)
    page = contributor.post(url, data | {"_draft": "Propose"})
    assert page.status_code == 302, errors(page)
    assert not Organization.objects.exists()
    draft = Draft.objects.get()
    assert (draft.key, draft.title, draft.reason) == (None, "Eurasian Economic Union (EAEU)", "It was missing.")
    assert [each["kind"] for each in draft.told] == ["organization", "membership", "citation", "citation"]
    assert ["joined", "", "2015-01-01"] in draft.told[1]["differences"]
    editor = member_of("editors", "nino")
    decide(editor, draft, "publish")
    home = Organization.objects.get()
    assert (home.slug, home.memberships.get().state, home.citations.count()) == ("eaeu", state, 1)
    draft.refresh_from_db()
    assert (draft.state, draft.key, draft.change_set.reason) == ("published", home.pk, "It was missing.")


def test_an_editor_corrects_it_in_the_form_and_saves(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    editor = member_of("editors", "nino")
    before = everything()
    page = editor.get(draft.get_form_url())
    form = typed(page)
    assert (form["status"], form["cite_locator"], form["change_reason"]) == ("frozen", "minute 12", REASON)
    assert "This is a draft by aram" in page.content.decode()
    assert everything() == before
    assert editor.post(draft.get_form_url(), form | {"cite_locator": "minute 13"}).status_code == 302
    armenia.refresh_from_db()
    draft.refresh_from_db()
    assert (armenia.status, draft.state, draft.change_set) == ("frozen", "published", ChangeSet.objects.first())
    assert armenia.citations.filter(locator="minute 13").exists()


def test_a_draft_is_published_once_also_from_two_open_forms(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    first, second = member_of("editors", "nino"), member_of("editors", "olga")
    form = typed(first.get(draft.get_form_url()))
    late = typed(second.get(draft.get_form_url())) | {"note": "typed"}
    first.post(draft.get_form_url(), form)
    sets = ChangeSet.objects.count()
    page = second.post(draft.get_form_url(), late)
    assert "This draft was decided or withdrawn meanwhile" in errors(page)
    assert typed(page)["note"] == "typed"
    assert ChangeSet.objects.count() == sets


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, from the first word on")
@pytest.mark.django_db(transaction=True)
def test_a_draft_is_published_once_also_by_two_at_the_same_time(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    editors = [member_of("editors", "nino"), member_of("editors", "olga")]
    publish = reverse("admin:alliances_draft_publish", args=[draft.pk])
    data = {"token": editors[0].get(draft.get_admin_url()).context["token"]}
    sets, pages = ChangeSet.objects.count(), []

    def post(editor):
        pages.append(said(editor.post(publish, data, follow=True)))
        connection.close()

    waiting = [Thread(target=post, args=[each]) for each in editors]
    with change_set(reason="On another page."):  # It has the turn, and both wait.
        State.objects.filter(iso3="ARM").update(note="Elsewhere.")
        for each in waiting:
            each.start()
        waiting[0].join(2)
        assert all(each.is_alive() for each in waiting), "nobody waited"
    for each in waiting:
        each.join(30)
    assert sorted(page.split(":")[0] for page in pages) == ["Nothing was done", "Published"]
    assert ChangeSet.objects.count() == sets + 2  # The one on another page, and the one that published.


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, from the first word on")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["withdraw", "propose again"])
def test_what_an_editor_publishes_just_now_its_author_cannot_change(contributor, member_of, armenia, way):
    """Contributors take no turn, so the draft itself is locked."""
    draft = freeze(contributor, armenia)
    editor = get_user_model().objects.create_user("nino")
    form = typed(contributor.get(draft.get_form_url())) | {"cite_locator": "minute 40", "_draft": "Propose"}
    withdraw = reverse("admin:alliances_draft_withdraw", args=[draft.pk])
    url, data = (withdraw, {}) if way == "withdraw" else (draft.get_form_url(), form)
    pages = []

    def post():
        pages.append(contributor.post(url, data, follow=True).content.decode())
        connection.close()

    waiting = Thread(target=post)
    with transaction.atomic():
        draft.decide(Draft.Stage.PUBLISHED, editor)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive(), "nobody waited"
    waiting.join(30)
    assert "this draft is published already" in pages[0] or "This draft was decided or withdrawn meanwhile" in pages[0]
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by) == ("published", editor)
    assert "minute+40" not in draft.typed


def test_the_author_reads_why_it_was_declined_and_proposes_again(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    editor = member_of("editors", "nino")
    assert "say why" in said(decide(editor, draft, "decline", answer=" "))
    decide(editor, draft, "decline", answer="The speech does not say so.")
    draft.refresh_from_db()
    assert (draft.state, draft.answer) == ("declined", "The speech does not say so.")
    assert "The speech does not say so." in contributor.get(draft.get_admin_url()).content.decode()
    form = typed(contributor.get(draft.get_form_url()))
    assert form["status"] == "frozen"
    contributor.post(draft.get_form_url(), form | {"cite_locator": "minute 40", "_draft": "Propose"})
    again = Draft.objects.get()
    assert (again.pk, again.state, again.answer, again.decided_by) == (draft.pk, "waiting", "", None)
    assert "minute+40" in again.typed
    decide(editor, draft, "publish")
    armenia.refresh_from_db()
    assert armenia.status == "frozen"


def test_the_author_withdraws_it(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    decide(contributor, draft, "withdraw")
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    editor = member_of("editors", "nino")
    assert "withdrawn already" in said(decide(editor, draft, "publish"))
    armenia.refresh_from_db()
    assert armenia.status == "member"


def test_facts_that_changed_meanwhile_are_shown_and_not_overwritten_unseen(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    editor = member_of("editors", "nino")
    seen = editor.get(draft.get_admin_url()).context["token"]
    armenia.note = "Its seat stayed empty."
    armenia.save()
    publish = reverse("admin:alliances_draft_publish", args=[draft.pk])
    page = editor.post(publish, {"token": seen}, follow=True)
    assert "facts changed since you opened this page" in said(page)
    armenia.refresh_from_db()
    assert (armenia.status, armenia.note) == ("member", "Its seat stayed empty.")
    shown = page.content.decode()
    assert "Facts changed since it was kept." in shown
    assert "Its seat stayed empty." in shown
    assert publish not in shown
    form = editor.get(draft.get_form_url())
    assert "Somebody else saved since you opened this page" in form.content.decode()
    data = typed(form)
    assert (data["note"], data["status"]) == ("Its seat stayed empty.", "frozen")
    assert editor.post(draft.get_form_url(), data).status_code == 302
    armenia.refresh_from_db()
    assert (armenia.status, armenia.note) == ("frozen", "Its seat stayed empty.")
    assert Draft.objects.get().state == "published"


def test_a_draft_that_does_not_pass_any_more_says_so_and_is_not_published(contributor, member_of, armenia):
    draft = propose(contributor, armenia.get_admin_url(), left="2024-02-22", cite_source=factories.source("x").pk)
    with change_set():
        armenia.citations.all().delete()
        armenia.delete()
    editor = member_of("editors", "nino")
    page = editor.get(draft.get_admin_url()).content.decode()
    assert "Somebody deleted the fact that this changes" in page
    assert "the form is refused" in said(
        editor.post(
            reverse("admin:alliances_draft_publish", args=[draft.pk]),
            {"token": editor.get(draft.get_admin_url()).context["token"]},
            follow=True,
        )
    )
    assert Draft.objects.get().state == "waiting"


def test_what_others_stored_meanwhile_in_its_way_is_said(contributor, member_of):
    home, state = factories.organization("csto"), factories.state("UZB", name="Uzbekistan")
    url = reverse("admin:alliances_membership_add")
    cited = {"cite_source": factories.source().pk}
    draft = propose(contributor, url, organization=home.pk, state=state.pk, status="member", joined="2006", **cited)
    factories.spell("csto", "UZB", "1992", "2012")
    editor = member_of("editors", "nino")
    page = editor.get(draft.get_admin_url())
    assert "a state has one status at a time" in page.content.decode()
    assert "Publish" not in page.content.decode()
    assert "a state has one status at a time" in errors(editor.get(draft.get_form_url()))
    assert Membership.objects.count() == 1


def test_a_contributor_needs_no_source_and_the_editor_says_why_there_is_none(contributor, member_of):
    home, state = factories.organization("csto"), factories.state("UZB", name="Uzbekistan")
    url = reverse("admin:alliances_membership_add")
    draft = propose(contributor, url, organization=home.pk, state=state.pk, status="member", joined="2006")
    editor = member_of("editors", "nino")
    assert "No source is cited for Uzbekistan, member of CSTO" in editor.get(draft.get_admin_url()).content.decode()
    assert "say why there is no source" in said(decide(editor, draft, "publish"))
    assert not Membership.objects.exists()
    decide(editor, draft, "publish", why_unsourced=BURNT)
    assert Membership.objects.get().unsourced == BURNT


def test_a_draft_may_take_away_the_last_citation_only_with_a_word(contributor, member_of, armenia):
    draft = propose(contributor, armenia.get_admin_url(), **{"citations-0-DELETE": "on"})
    editor = member_of("editors", "nino")
    assert "say why there is no source" in said(decide(editor, draft, "publish"))
    assert armenia.citations.count() == 1
    decide(editor, draft, "publish", why_unsourced=BURNT)
    armenia.refresh_from_db()
    assert (armenia.citations.count(), armenia.unsourced) == (0, BURNT)


def test_a_form_with_errors_is_shown_with_them_and_nothing_is_kept(contributor, armenia):
    url = armenia.get_admin_url()
    data = typed(contributor.get(url)) | {"joined": "soon", "_draft": "Propose"}
    page = contributor.post(url, data)
    assert "is not a date" in errors(page)
    assert typed(page)["joined"] == "soon"
    assert "Say why: you change what was stored here." in errors(
        contributor.post(url, data | {"joined": "2003", "change_reason": ""})
    )
    assert not Draft.objects.exists()


def test_an_untouched_form_is_no_draft(contributor, armenia):
    url = armenia.get_admin_url()
    page = contributor.post(url, typed(contributor.get(url)) | {"_draft": "Propose"}, follow=True)
    assert said(page) == "Nothing was kept: this form changes nothing."
    assert not Draft.objects.exists()


def test_whatever_button_a_contributor_sends_it_stays_a_draft(contributor, armenia):
    factories.source("speech-2024")
    before = everything()
    for button in ("_save", "_continue", "_addanother", "_popup", "_saveasnew"):
        url = armenia.get_admin_url()
        contributor.post(url, typed(contributor.get(url)) | {"status": "frozen", button: "1"})
    assert everything() == before
    assert Draft.objects.count() == 5


def test_the_form_of_a_contributor_offers_what_they_may_do(contributor, armenia):
    page = BeautifulSoup(contributor.get(armenia.get_admin_url()).content, "lxml")
    buttons = [each["value"] for each in page.select(".submit-row input")]
    assert buttons == ["Propose"]
    assert not page.select(".deletelink, .add-related, .change-related, .delete-related, .verify")
    rows = contributor.get(reverse("admin:alliances_organization_change", args=[armenia.organization.pk]))
    assert "memberships-0-DELETE" in rows.content.decode()


def test_an_editor_keeps_a_draft_beside_saving(editor, armenia):
    page = BeautifulSoup(editor.get(armenia.get_admin_url()).content, "lxml")
    buttons = [each["name"] for each in page.select(".submit-row input")]
    assert buttons == ["_save", "_addanother", "_continue", "_draft"]  # Enter presses the first.
    before = everything()
    draft = propose(editor, armenia.get_admin_url(), note="To be checked.")
    assert everything() == before
    assert "1 draft of this waits for review" in editor.get(armenia.get_admin_url()).content.decode()
    decide(editor, draft, "publish")
    armenia.refresh_from_db()
    assert armenia.note == "To be checked."


def test_contributors_see_their_own_drafts_and_editors_all(contributor, member_of, armenia):
    draft = freeze(contributor, armenia)
    other = member_of("contributors", "boris")
    editor = member_of("editors", "nino")
    for browser, number in ((contributor, 1), (other, 0), (editor, 1)):
        assert browser.get(reverse("admin:alliances_draft_changelist")).context["cl"].result_count == number
    assert "Your draft of this waits for review" in contributor.get(armenia.get_admin_url()).content.decode()
    assert "for review" not in other.get(armenia.get_admin_url()).content.decode()
    assert "1 draft of this waits for review" in editor.get(armenia.get_admin_url()).content.decode()
    assert other.get(draft.get_admin_url()).status_code == 302
    assert "frozen" not in str(typed(other.get(draft.get_form_url())).get("status"))
    for word in ("publish", "decline", "withdraw"):
        url = reverse(f"admin:alliances_draft_{word}", args=[draft.pk])
        assert other.post(url).status_code == 404
        assert contributor.get(url).status_code == 405
    assert contributor.post(reverse("admin:alliances_draft_publish", args=[draft.pk])).status_code == 403
    assert contributor.post(reverse("admin:alliances_draft_decline", args=[draft.pk])).status_code == 403
    assert editor.post(reverse("admin:alliances_draft_withdraw", args=[draft.pk])).status_code == 403
    assert Draft.objects.get().state == "waiting"


def test_contributors_change_nothing_on_any_other_way(contributor, armenia):
    before = everything()
    name = "alliances_membership"
    assert contributor.post(reverse(f"admin:{name}_verify", args=[armenia.pk])).status_code == 403
    assert contributor.post(reverse(f"admin:{name}_delete", args=[armenia.pk]), {"post": "yes"}).status_code == 403
    actions = {"_selected_action": [armenia.pk], "index": 0}
    for action in ("verify", "delete_selected"):
        contributor.post(reverse(f"admin:{name}_changelist"), {**actions, "action": action, "post": "yes"})
    waive = {"rule": "no-source", "kind": "membership", "fact": armenia.pk, "reason": "x"}
    assert contributor.post(reverse("admin:alliances_findings"), waive).status_code == 403
    assert everything() == before


def test_a_source_is_proposed_with_what_rests_on_it_in_sight(contributor, member_of, armenia):
    source = Source.objects.get(key="charter")
    draft = propose(contributor, reverse("admin:alliances_source_change", args=[source.pk]), author="The parties")
    assert draft.told[0]["differences"] == [["author", "–", "The parties"]]
    decide(member_of("editors", "nino"), draft, "publish")
    source.refresh_from_db()
    assert source.author == "The parties"


def test_a_citation_is_proposed_to_be_another(contributor, member_of, armenia):
    citation = armenia.citations.get()
    draft = propose(contributor, reverse("admin:alliances_citation_change", args=[citation.pk]), locator="article 1")
    decide(member_of("editors", "nino"), draft, "publish")
    citation.refresh_from_db()
    assert citation.locator == "article 1"


@pytest.mark.parametrize("draft", ["0", "999999", "abc", "1" * 40, "-1", "²", "\x00"])
def test_a_draft_that_is_not_there_leaves_the_form_as_it_is(editor, armenia, draft):
    page = editor.get(armenia.get_admin_url(), {"draft": draft})
    assert page.status_code == 200
    assert typed(page)["status"] == "member"


def test_a_draft_opens_in_the_form_of_its_own_fact_only(contributor, editor, armenia):
    draft = freeze(contributor, armenia)
    other = factories.spell("cis", "ARM", "1991-12-21")
    page = editor.get(f"{other.get_admin_url()}?draft={draft.pk}")
    assert "That draft is not open" in said(page)
    assert typed(page)["status"] == "member"


def test_to_open_a_draft_takes_no_turn(contributor, editor, armenia, monkeypatch):
    draft = freeze(contributor, armenia)
    turns = []
    monkeypatch.setattr(OpenChangeSet, "take_turn", lambda self: turns.append("taken"))
    with CaptureQueriesContext(connection) as captured:
        page = editor.get(draft.get_form_url())
    assert typed(page)["status"] == "frozen"
    assert turns == []
    assert not [each["sql"] for each in captured if re.search("UPDATE|INSERT|DELETE", each["sql"])]


def test_a_page_of_a_draft_asks_for_each_row_what_storing_it_costs(contributor, editor, django_assert_max_num_queries):
    home = factories.organization("csto")
    url = reverse("admin:alliances_organization_change", args=[home.pk])

    def queries(number):
        data = typed(contributor.get(url))
        for each in range(number):
            state = factories.state(factories.code(each))
            add_row(data, state=state.pk, joined="2015", cite_source=factories.source().pk)
        contributor.post(url, data | {"_draft": "Propose"})
        draft = Draft.objects.latest("kept")
        with django_assert_max_num_queries(10_000) as captured:
            editor.get(draft.get_admin_url())
        contributor.post(reverse("admin:alliances_draft_withdraw", args=[draft.pk]))
        return len([each for each in captured if each["sql"].startswith("SELECT")])

    one, two, seven = queries(1), queries(2), queries(7)
    assert seven - two == 5 * (two - one)  # What storing a row costs, and nothing more.
