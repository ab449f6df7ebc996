"""The second factor in a browser: set up with the key on the page, and given at the next log-in, by keyboard alone."""

import re
import time
from base64 import b32decode

import pytest
from django_otp.oath import hotp

from .conftest import DESKTOP, GUARDED, PHONE, look
from .test_undo import fair


def log_in(page, name):
    page.goto("/admin/login/?next=/admin/account/")
    page.fill("#id_username", name)
    page.fill("#id_password", f"{name}-password")
    page.keyboard.press("Enter")


def code_of(key, half_minute):
    """Return the code that an app shows then. The next one is taken already, since clocks may differ by one."""
    return f"{hotp(key, half_minute):06}"


@pytest.mark.parametrize(
    ("browser_context_args", "name"),
    [(look(PHONE), GUARDED[0]), (look(DESKTOP, script=False), GUARDED[1])],
    ids=["phone", "desktop-without-script"],
    indirect=["browser_context_args"],
)
def test_it_is_set_up_and_given_at_the_next_log_in(page, name, watched):
    scripted = name == GUARDED[0]
    log_in(page, name)
    page.click("text=Set up a second factor")
    picture = page.locator(".qr svg")
    assert picture.bounding_box()["width"] > 150
    assert not scripted or fair(page) == []
    key = b32decode(page.inner_text("code.key").replace(" ", ""))
    now = int(time.time()) // 30
    page.fill("#id_code", code_of(key, now))
    page.fill("#id_password", f"{name}-password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".recovery-codes")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    assert not scripted or fair(page) == []
    page.click("text=I have them")
    assert "10 recovery codes left" in page.inner_text("#content")
    assert not scripted or fair(page) == []

    page.click("text=Log out everywhere")
    assert "You are logged out everywhere" in page.inner_text("body")
    log_in(page, name)
    page.wait_for_url("**/second-factor/verify/?next=*")
    page.fill("#id_code", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error")
    assert "This code is not right" in page.inner_text("#code-error")
    assert page.get_attribute("#id_code", "aria-describedby")
    assert not scripted or fair(page) == []
    page.goto("/admin/alliances/state/")
    assert "/second-factor/verify/" in page.url
    time.sleep(1)  # What a wrong code costs.
    page.fill("#id_code", code_of(key, now + 1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/alliances/state/")

    page.goto("/admin/account/")
    page.click("text=Log out everywhere")
    log_in(page, name)
    page.fill("#id_code", codes[3])
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/account/")
    assert "you have 9 left" in page.inner_text("body")
    if scripted:  # axe sets styles; without script the policy is held to the letter.
        watched[:] = [message for message in watched if not message.startswith("Applying inline style")]


def test_the_server_names_no_version(page):
    answer = page.goto("/")
    assert not re.search(r"\d", answer.headers.get("server", ""))
    assert answer.headers["permissions-policy"]
    style = page.request.get(page.get_attribute("link[rel=stylesheet]", "href"))
    assert style.headers["cross-origin-resource-policy"] == "same-origin"
