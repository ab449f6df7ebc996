"""Wrong passwords: who guesses is locked out, by name and by address; an administrator opens again; all is recorded."""

from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model, hashers
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliances import dates
from alliances.models import AuditEntry

pytestmark = pytest.mark.django_db

RIGHT, WRONG = "a long password of carl", "wrong"
What = AuditEntry.What


@pytest.fixture
def carl():
    return account("carl", "contributors", RIGHT)


def account(name, group, password=""):
    made = get_user_model().objects.create_user(name, password=password or None, is_staff=True)
    made.groups.add(Group.objects.get(name=group))
    return made


def entered(user):
    client = Client()
    client.force_login(user)
    return client


def log_in(name="carl", password=WRONG, client=None, **headers):
    """Send the log-in form, from an address of its own if `REMOTE_ADDR` says so."""
    data = {"username": name, "password": password, "next": "/admin/"}
    return (client or Client()).post("/admin/login/", data, **{"REMOTE_ADDR": "192.0.2.1", **headers})


def fail(times, name="carl", **headers):
    return [log_in(name, **headers).status_code for _ in range(times)]


def logged(*kinds):
    return [(each.what, each.account) for each in AuditEntry.objects.filter(what__in=kinds).order_by("pk")]


def test_the_tenth_wrong_password_locks_the_name_for_every_client_and_address(carl):
    assert fail(5) + fail(4, REMOTE_ADDR="192.0.2.2") == [200] * 9
    assert fail(1, REMOTE_ADDR="192.0.2.3") == [429]
    answer = log_in(password=RIGHT, REMOTE_ADDR="192.0.2.4")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    said = BeautifulSoup(answer.content, "lxml").find(class_="errornote").get_text()
    assert "10 wrong passwords for this name, or from your address" in said
    assert "For up to an hour" in said
    assert "An administrator can unlock it" in said


def test_a_name_that_nobody_has_is_locked_as_any_other(carl):
    assert fail(10, "nobody")[-1] == 429
    assert log_in("nobody", REMOTE_ADDR="192.0.2.9").content.count(b"An administrator can unlock it") == 1


def test_an_address_is_locked_for_every_name_and_others_are_not(carl):
    for number in range(10):
        log_in(f"guess-{number}")
    assert log_in(password=RIGHT).status_code == 429
    assert log_in(password=RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),  # One household.
        ("2001:db8::1", "2001:db8:0:100::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),  # As a socket for both writes it.
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_an_address_of_ipv6_counts_as_its_household(carl, one, other, same):
    for number in range(10):
        log_in(f"guess-{number}", REMOTE_ADDR=one)
    assert log_in(password=RIGHT, REMOTE_ADDR=other).status_code == (429 if same else 302)


@pytest.mark.parametrize("behind", [True, False])
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_wrote(carl, settings, behind):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    for number in range(10):
        # What a client writes itself stands before what the proxy adds.
        log_in(f"guess-{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7")
    guesser = log_in(password=RIGHT, HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.7")
    reader = log_in(password=RIGHT, HTTP_X_FORWARDED_FOR="198.51.100.8")
    assert (guesser.status_code, reader.status_code) == ((429, 302) if behind else (429, 429))


def test_no_password_is_hashed_while_locked(carl, monkeypatch):
    fail(10)
    hashed = []
    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", lambda *args, **kwargs: hashed.append(1) or "")
    for name in ("carl", "nobody"):
        assert log_in(name, RIGHT).status_code == 429
    assert hashed == []
    log_in("nobody", REMOTE_ADDR="192.0.2.2")
    assert hashed != []


def test_whoever_is_logged_in_is_counted_as_well_and_the_tenth_count_stays(carl):
    # What a refused request wrote is taken back: the count that refuses it must not be.
    inside = entered(account("cora", "contributors"))
    assert [log_in(client=inside).status_code for _ in range(10)] == [200] * 9 + [429]
    assert log_in(password=RIGHT, client=inside, REMOTE_ADDR="192.0.2.2").status_code == 429


def test_the_lock_ends_an_hour_after_it_began_and_trying_on_does_not_prolong_it(carl):
    fail(10)
    begun = AccessAttempt.objects.get().attempt_time
    assert fail(2) == [429] * 2
    row = AccessAttempt.objects.get()
    assert (row.attempt_time, row.failures_since_start) == (begun, 10)
    for minutes, answer in ((59, 429), (61, 302)):
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=minutes))
        assert log_in(password=RIGHT).status_code == answer
    assert not AccessAttempt.objects.exists()


def test_the_right_password_forgets_the_slips_of_its_name_alone(carl):
    account("cora", "contributors", RIGHT)
    fail(5, "carl")
    fail(4, "cora")
    assert log_in("cora", RIGHT).status_code == 302
    assert list(AccessAttempt.objects.values_list("username", "failures_since_start")) == [("carl", 5)]


def test_what_is_counted_holds_no_password_browser_or_form(carl):
    log_in(HTTP_USER_AGENT="Mosaic/1.0", HTTP_ACCEPT="text/secret")
    kept = str(AccessAttempt.objects.values().get())
    for each in ("Mosaic", "secret", "wrong", "csrf"):
        assert each not in kept


def test_an_administrator_unlocks_a_name_and_an_address(carl):
    desk = entered(account("adam", "administrators"))
    page = reverse("alliances_log_ins")
    fail(10)
    said = BeautifulSoup(desk.get(page).content, "lxml").find(class_="locked").get_text(" ", strip=True)
    assert "carl : 10 wrong passwords" in said
    assert "Everybody at the address 192.0.2.1 : 10 wrong passwords" in said
    assert desk.post(reverse("alliances_unlock"), {"name": "carl"}).headers["Location"] == page
    assert log_in(password=RIGHT).status_code == 302
    for number in range(10):
        log_in(f"guess-{number}")
    assert log_in(password=RIGHT).status_code == 429
    desk.post(reverse("alliances_unlock"), {"address": "192.0.2.1"})
    assert log_in(password=RIGHT).status_code == 302
    assert [(each.account, each.address, each.by) for each in AuditEntry.objects.filter(what=What.UNLOCKED)] == [
        ("", "192.0.2.1", "adam"),
        ("carl", None, "adam"),
    ]


def test_what_is_not_locked_is_not_unlocked(carl):
    desk = entered(account("adam", "administrators"))
    fail(3)
    answer = desk.post(reverse("alliances_unlock"), {"name": "carl"}, follow=True)
    assert "Nothing is locked any more." in answer.content.decode()
    assert AccessAttempt.objects.get().failures_since_start == 3
    assert logged(What.UNLOCKED) == []


def test_a_typed_name_that_is_no_account_is_shown_and_recorded_nowhere(carl):
    fail(10, "my secret password")
    desk = entered(account("adam", "administrators"))
    for page in (reverse("alliances_log_ins"), reverse("admin:alliances_auditentry_changelist")):
        answer = desk.get(page)
        assert answer.status_code == 200
        assert "my secret password" not in answer.content.decode()
    assert logged(What.FAILED, What.LOCKED_OUT) == [(What.FAILED, "")] * 10 + [(What.LOCKED_OUT, "")]


def test_log_ins_failures_and_the_lock_are_recorded_once_each(carl):
    log_in(password=RIGHT)
    fail(10)
    fail(5)  # Refused unseen.
    entries = [(What.LOGGED_IN, "carl")] + [(What.FAILED, "carl")] * 10 + [(What.LOCKED_OUT, "carl")]
    assert logged(*What) == entries
    assert set(AuditEntry.objects.values_list("address", flat=True)) == {"192.0.2.1"}


def test_the_log_is_found_by_account_and_by_address(carl):
    desk = entered(account("adam", "administrators"))
    fail(1)
    fail(1, REMOTE_ADDR="2001:db8::5")
    for asked, number in (("carl", 2), ("192.0.2.1", 1), ("2001:db8:0::", 1), ("192.0.2", 0), ("\x00", 3)):
        answer = desk.get(reverse("admin:alliances_auditentry_changelist"), {"q": asked})
        assert answer.context["cl"].result_count == number, asked


def test_addresses_are_erased_after_ninety_days(carl, monkeypatch):
    fail(1)
    begun = dates.now()
    for days, kept in ((89, 2), (91, 1)):
        monkeypatch.setattr(dates, "now", lambda days=days: begun + timedelta(days=days))
        AuditEntry.objects.record(What.LOGGED_IN, "carl", address="192.0.2.7")
        assert AuditEntry.objects.filter(address="192.0.2.1").count() == kept - 1
    assert logged(What.FAILED) == [(What.FAILED, "carl")]


def test_the_clock_of_the_log_is_ours(carl, monkeypatch):
    monkeypatch.setattr(dates, "now", lambda: datetime.fromisoformat("2031-05-06T12:00:00+00:00"))
    assert str(AuditEntry.objects.record(What.LOGGED_IN, "carl").made)[:10] == "2031-05-06"
