"""Sessions of the desk: twelve hours from the last page; all of them end at a word, or with the password."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliances import dates
from alliances.models import AuditEntry

from . import factories

pytestmark = pytest.mark.django_db

OLD, NEW = "an old password of erin", "a new password of erin"


@pytest.fixture
def erin():
    made = get_user_model().objects.create_user("erin", password=OLD, is_staff=True)
    made.groups.add(Group.objects.get(name="editors"))
    return made


def entered(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(client):
    return client.get("/admin/account/").status_code == 200


def later(monkeypatch, **wait):
    """Move the clock of the site and of its sessions."""
    moment = timezone.now() + timedelta(**wait)
    monkeypatch.setattr(dates, "now", lambda: moment)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_session_ends_twelve_hours_after_the_last_page(erin, monkeypatch):
    used, left = entered(erin), entered(erin)
    assert is_in(used)
    later(monkeypatch, hours=11)
    assert is_in(used)
    later(monkeypatch, hours=11)
    assert is_in(used)
    assert not is_in(left)


def test_a_session_is_stored_every_quarter_of_an_hour_and_not_with_every_page(erin, monkeypatch):
    client = entered(erin)
    saved = []
    for minutes in (0, 14, 2, 14, 2):  # At once, after 14, 16, 30 and 32 minutes.
        later(monkeypatch, minutes=minutes)
        saved.append("sessionid" in client.get("/admin/account/").cookies)
    assert saved == [False, False, True, False, True]


def test_pages_for_readers_neither_ask_for_a_session_nor_prolong_it(erin):
    factories.organization("csto")
    answer = entered(erin).get("/organizations/csto/")
    assert "sessionid" not in answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_is_shown_although_its_session_cannot_be_prolonged(erin, monkeypatch):
    client = entered(erin)
    later(monkeypatch, hours=1)

    def refuse(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", refuse)
    assert is_in(client)


def test_a_log_in_that_cannot_be_stored_is_not_called_one(erin, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("disk I/O error")

    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", refuse)
    answer = client.post("/admin/login/", {"username": "erin", "password": OLD})
    assert answer.status_code == 503


def test_logging_in_clears_sessions_that_have_ended(erin):
    entered(erin)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    entered(erin)
    assert Session.objects.count() == 1


def test_log_out_everywhere_ends_all_of_ones_sessions_and_nobody_elses(erin):
    other = get_user_model().objects.create_user("ed", is_staff=True)
    here, there, others = entered(erin), entered(erin), entered(other)
    assert "in 2 browsers" in here.get("/admin/account/").content.decode()
    answer = here.post(reverse("alliances_log_out_everywhere"), follow=True)
    assert "You are logged out everywhere: 2 sessions ended." in answer.content.decode()
    assert [is_in(each) for each in (here, there, others)] == [False, False, True]
    assert AuditEntry.objects.filter(what=AuditEntry.What.LOGGED_OUT_EVERYWHERE, account="erin").count() == 1


def test_a_new_password_ends_the_other_sessions(erin):
    here, there = entered(erin), entered(erin)
    sent = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}
    assert here.post(reverse("admin:password_change"), sent).status_code == 302
    assert [is_in(each) for each in (here, there)] == [True, False]


@pytest.mark.parametrize(("password", "accepted"), [("Kj4-fR9-xq2", False), ("Kj4-fR9-xq2b", True)])
def test_a_password_has_twelve_characters(erin, password, accepted):
    sent = {"old_password": OLD, "new_password1": password, "new_password2": password}
    answer = entered(erin).post(reverse("admin:password_change"), sent)
    erin.refresh_from_db()
    assert erin.check_password(password) == accepted
    assert ("at least 12 characters" in answer.content.decode()) == (not accepted)


def test_logging_in_leads_to_the_desk_where_the_way_on_is_refused(erin):
    answer = Client().post("/admin/login/?next=//evil.example/", {"username": "erin", "password": OLD})
    assert answer.headers["Location"] == reverse("admin:index")


def test_the_age_of_a_session_is_said_in_one_place():
    assert SessionBase().get_session_cookie_age() == 12 * 3600
