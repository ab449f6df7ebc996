"""The second factor: set up with an app, asked for at each log-in, replaced by codes on paper without the phone."""

import re
from base64 import b32decode
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from alliances import dates
from alliances.models import AuditEntry

from . import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a long password of erin"
VERIFY, SET_UP, ACCOUNT = "alliances_verify", "alliances_set_up", "alliances_account"
What = AuditEntry.What


def account(name, group="editors", **more):
    made = get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True, **more)
    made.groups.add(Group.objects.get(name=group))
    return made


NOW = 1_800_000_010


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    """Stop the clock: codes change each half minute, and a wait for wrong ones is counted in seconds."""
    moment = datetime.fromtimestamp(NOW, UTC)
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", SimpleNamespace(time=lambda: NOW))
    monkeypatch.setattr("django_otp.oath.time", lambda: NOW)
    monkeypatch.setattr(dates, "now", lambda: moment)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def erin():
    return account("erin")


@pytest.fixture
def phone(erin):
    """An app that makes the codes of erin's second factor."""
    return TOTPDevice.objects.create(user=erin, name="phone")


def entered(user):
    client = Client()
    client.force_login(user)
    return client


def code_of(device, step=0):
    """Return the code that an app shows now, or some steps of half a minute later."""
    return f"{totp(device.bin_key, t0=-30 * step):06}"


def soup(answer):
    return BeautifulSoup(answer.content, "lxml")


def refused(answer):
    return soup(answer).find(id="code-error").get_text(strip=True)


def set_up(client):
    """Set up a second factor as a person does: the key from the page, its first code; return what is answered."""
    page = soup(client.get(reverse(SET_UP)))
    key = page.find("code", class_="key").get_text().replace(" ", "")
    offer = page.find("input", {"name": "offer"})["value"]
    device = TOTPDevice(key=b32decode(key).hex())
    return client.post(reverse(SET_UP), {"code": code_of(device), "offer": offer, "password": PASSWORD})


def codes_on(answer):
    return [each.get_text() for each in soup(answer).select(".recovery-codes code")]


def test_setting_it_up_shows_a_picture_and_a_key_and_stores_nothing_before_the_first_code(erin):
    answer = entered(erin).get(reverse(SET_UP))
    page = soup(answer)
    assert page.find("svg").find("path")
    address = page.find("a", href=re.compile("^otpauth://totp/"))["href"]
    key = page.find("code", class_="key").get_text().replace(" ", "")
    assert f"secret={key}&" in address
    assert "Who%20belongs%20to%20what%3Aerin" in address
    assert not TOTPDevice.objects.exists()
    for odd in ("style=", "<script", "http://", "src="):
        assert odd not in str(page.find(class_="qr"))


def test_the_first_code_sets_it_up_and_shows_ten_recovery_codes_once(erin):
    client = entered(erin)
    answer = set_up(client)
    codes = codes_on(answer)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{4}-\d{4}-\d{4}", each) for each in codes)
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(reverse(SET_UP)).headers["Location"] == reverse(ACCOUNT)
    page = client.get(reverse(ACCOUNT)).content.decode()
    assert "10 recovery codes left" in page
    assert not any(code in page for code in codes)
    assert AuditEntry.objects.filter(what=What.FACTOR_SET_UP, account="erin").count() == 1


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", "", "१२३४५६"])
def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_key(erin, code):
    client = entered(erin)
    page = soup(client.get(reverse(SET_UP)))
    offer = page.find("input", {"name": "offer"})["value"]
    answer = client.post(reverse(SET_UP), {"code": code, "offer": offer, "password": PASSWORD})
    assert refused(answer)
    assert soup(answer).find("input", {"name": "offer"})["value"] == offer
    assert not TOTPDevice.objects.exists()


@pytest.mark.parametrize("password", ["a long password of ed", ""])
def test_who_found_the_desk_open_and_knows_no_password_sets_nothing_up(erin, password):
    client = entered(erin)
    page = soup(client.get(reverse(SET_UP)))
    key, offer = page.find("code", class_="key").get_text(), page.find("input", {"name": "offer"})["value"]
    device = TOTPDevice(key=b32decode(key.replace(" ", "")).hex())
    answer = client.post(reverse(SET_UP), {"code": code_of(device), "offer": offer, "password": password})
    assert "password" in soup(answer).find(id="password-error").get_text()
    assert not TOTPDevice.objects.exists()
    assert AuditEntry.objects.filter(what=What.FAILED, account="erin").exists() == bool(password)


def test_a_key_is_taken_from_nobody_else_and_from_no_old_page(erin):
    offer = soup(entered(account("ed")).get(reverse(SET_UP))).find("input", {"name": "offer"})["value"]
    for other in (offer, "mine", offer[:-1], ""):
        answer = entered(erin).post(reverse(SET_UP), {"code": "123456", "offer": other, "password": PASSWORD})
        assert "Scan the new picture" in refused(answer)
        assert soup(answer).find("input", {"name": "offer"})["value"] != other
    assert not TOTPDevice.objects.exists()


def test_the_code_that_set_it_up_does_not_log_in(erin):
    set_up(entered(erin))
    phone = TOTPDevice.objects.get()
    assert refused(entered(erin).post(reverse(VERIFY), {"code": code_of(phone)}))
    assert phone.last_t == NOW // 30


def test_logging_in_asks_for_the_code_and_then_leads_on(phone):
    client = Client()
    wanted = "/admin/alliances/state/?q=uzb"
    answer = client.post("/admin/login/", {"username": "erin", "password": PASSWORD, "next": wanted}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse(VERIFY)}?next=%2Fadmin%2Falliances%2Fstate%2F%3Fq%3Duzb"
    before = client.session.session_key
    answer = client.post(reverse(VERIFY), {"code": code_of(phone), "next": wanted})
    assert answer.headers["Location"] == wanted
    assert client.session.session_key != before
    assert client.get("/admin/alliances/state/").status_code == 200
    assert list(AuditEntry.objects.values_list("what", flat=True)) == [What.FACTOR_USED, What.LOGGED_IN]


@pytest.mark.parametrize("way", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_the_code_leads_to_no_other_site(phone, erin, way):
    client = entered(erin)
    page = soup(client.get(reverse(VERIFY), {"next": way}))
    assert page.find("input", {"name": "next"})["value"] == ""
    answer = client.post(reverse(VERIFY), {"code": code_of(phone), "next": way})
    assert answer.headers["Location"] == reverse("admin:index")


def test_a_code_may_be_typed_with_spaces_and_works_once(phone, erin):
    code = code_of(phone)
    assert entered(erin).post(reverse(VERIFY), {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    assert "used already" in refused(entered(erin).post(reverse(VERIFY), {"code": code}))


def test_wrong_codes_make_somebody_wait_in_every_browser(phone, erin):
    assert "not right" in refused(entered(erin).post(reverse(VERIFY), {"code": "000000"}))
    assert "Try again in 2 seconds" in refused(entered(erin).post(reverse(VERIFY), {"code": code_of(phone)}))
    assert AuditEntry.objects.filter(what=What.FACTOR_FAILED, account="erin").count() == 2


def test_a_recovery_code_lets_in_once(erin):
    first, second, *_ = codes_on(set_up(entered(erin)))
    client = entered(erin)
    answer = client.post(reverse(VERIFY), {"code": first}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")
    assert "you have 9 left" in answer.content.decode()
    assert "not right" in refused(entered(erin).post(reverse(VERIFY), {"code": first}))
    assert AuditEntry.objects.filter(what=What.RECOVERY_USED, account="erin").count() == 1
    assert StaticToken.objects.filter(token=second.replace("-", "")).exists()


def test_new_recovery_codes_end_the_old_ones(phone, erin):
    client = verified(erin, phone)
    old = codes_on(client.post(reverse("alliances_new_codes"), {"code": code_of(phone, 1)}))
    new = codes_on(client.post(reverse("alliances_new_codes"), {"code": old[0]}))
    assert len(new) == 10
    assert not {*old} & {*new}
    assert {each.token for each in StaticToken.objects.all()} == {each.replace("-", "") for each in new}


def verified(user, device):
    """Log in with both factors; the codes of now and before are used up."""
    client = entered(user)
    assert client.post(reverse(VERIFY), {"code": code_of(device)}).status_code == 302
    return client


@pytest.mark.parametrize("address", ["alliances_new_codes", "alliances_remove_factor"])
def test_without_a_code_nothing_is_removed_or_made(phone, erin, address):
    client = verified(erin, phone)
    assert client.get(reverse(address)).status_code == 200
    assert refused(client.post(reverse(address), {"code": "000000"}))
    assert TOTPDevice.objects.count() == 1
    assert not StaticToken.objects.exists()


def test_with_a_code_it_is_removed_and_the_password_is_enough_again(phone, erin):
    client = verified(erin, phone)
    answer = client.post(reverse("alliances_remove_factor"), {"code": code_of(phone, 1)}, follow=True)
    assert "The second factor is removed." in answer.content.decode()
    assert entered(erin).get("/admin/").status_code == 200
    assert AuditEntry.objects.filter(what=What.FACTOR_REMOVED, account="erin", by="").count() == 1


def test_a_session_from_before_it_was_set_up_must_give_it_too(erin):
    before, here = entered(erin), entered(erin)
    set_up(here)
    assert here.get("/admin/").status_code == 200
    assert before.get("/admin/").headers["Location"].startswith(reverse(VERIFY))


def test_the_password_alone_makes_a_reader_of_who_has_a_second_factor(phone, erin):
    spell = factories.spell("csto", "UZB", "2006")
    address, form = f"/suggest/membership/{spell.pk}/", spell.get_admin_url().encode()
    assert form not in entered(erin).get(address).content
    assert form in verified(erin, phone).get(address).content


def test_who_gave_the_password_alone_may_log_in_as_somebody_else(phone, erin):
    client = entered(erin)
    page = client.get(reverse(VERIFY))
    assert soup(page).find("form", action=reverse("admin:logout"))
    assert not soup(page).find(id="nav-sidebar")
    client.post(reverse("admin:logout"))
    assert client.get("/admin/login/").status_code == 200
    assert "_auth_user_id" not in client.session


def test_required_it_is_set_up_before_anything_else(erin, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client = entered(erin)
    assert client.get("/admin/alliances/state/").headers["Location"].startswith(reverse(SET_UP))
    assert client.get(reverse(VERIFY)).headers["Location"] == reverse(ACCOUNT)
    assert client.get(reverse(ACCOUNT)).headers["Location"].startswith(reverse(SET_UP))
    assert len(codes_on(set_up(client))) == 10
    assert client.get("/admin/alliances/state/").status_code == 200


def test_not_required_the_password_is_enough_for_who_has_none(erin):
    assert entered(erin).get("/admin/").status_code == 200


def test_an_administrator_removes_the_factor_of_a_colleague_and_their_sessions(phone, erin):
    desk, session = entered(account("adam", "administrators")), verified(erin, phone)
    page = soup(desk.get(reverse("alliances_log_ins")))
    assert page.find("button", {"aria-label": "Remove the second factor of erin"})
    desk.post(reverse("alliances_remove_factor_of"), {"account": erin.pk})
    assert not TOTPDevice.objects.exists()
    assert session.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert AuditEntry.objects.filter(what=What.FACTOR_REMOVED, account="erin", by="adam").count() == 1


@pytest.mark.parametrize("superuser", [True, False])
def test_nobody_takes_the_factor_of_a_superuser_or_their_own_so(superuser):
    adam = account("adam", "administrators")
    owner = account("root", is_superuser=True) if superuser else adam
    device = TOTPDevice.objects.create(user=owner, name="phone")
    desk = entered(adam) if superuser else verified(adam, device)
    assert not soup(desk.get(reverse("alliances_log_ins"))).find("button", {"aria-label": re.compile("Remove")})
    assert desk.post(reverse("alliances_remove_factor_of"), {"account": owner.pk}).status_code == 403
    assert TOTPDevice.objects.count() == 1


def test_keys_are_shown_on_no_page_of_the_desk(phone):
    answer = entered(account("root", is_superuser=True)).get("/admin/")
    assert answer.status_code == 200
    assert "otp_totp" not in answer.content.decode()
