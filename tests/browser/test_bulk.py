"""The careful pages of the desk, by keyboard and without script: what would be written is read before it is written."""

import pytest

from .axe import BOTH, violations
from .conftest import DESKTOP, EDITOR, PHONE


@pytest.fixture
def desk(page, watched):
    """Log in. Django's own lists set styles in their markup, which the policy stops, without harm."""
    page.goto("/admin/login/?next=/admin/alliances/membership/")
    page.fill("#id_username", EDITOR)
    page.fill("#id_password", f"{EDITOR}-password")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result_list")
    yield page
    assert all(message.startswith("Applying inline style") for message in watched)
    watched.clear()


def unbroken(page):
    """Check the page on a phone and a desktop, light and dark."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert violations(page, BOTH) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_members_of_an_organization_end_by_keyboard_and_enter_only_previews(desk):
    desk.goto("/admin/alliances/membership/?q=AUKUS&ongoing=yes")
    for box in desk.locator("input.action-select").all():
        box.check()
    desk.select_option("select[name=action]", "end_spells")
    desk.click("button[name=index]")
    desk.wait_for_selector("#id_left")
    unbroken(desk)
    desk.fill("#id_left", "2027-01-01")
    desk.select_option("#id_left_reason", "dissolution")
    key = desk.locator("#all-source option").first.get_attribute("value")
    desk.fill("#id_source", key)
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#told-heading")
    assert "3 memberships changed, 3 citations added" in desk.inner_text("#told-heading")
    unbroken(desk)


def test_a_source_comes_first_on_every_screen(desk):
    desk.goto("/admin/alliances/source/?q=nyt")
    desk.click("#result_list tbody th a")
    desk.click("text=Add facts that rest on it…")
    desk.wait_for_selector(".careful-rows")
    unbroken(desk)
    desk.fill("[name=facts-0-organization]", "nato")
    desk.fill("[name=facts-0-state]", "Atlantis")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".errornote")
    assert "There is no state “Atlantis” here." in desk.inner_text(".careful-rows")
    unbroken(desk)


def test_two_sources_are_merged_and_a_thing_renamed_on_every_screen(desk):
    desk.goto("/admin/alliances/source/")
    for box in desk.locator("input.action-select").all()[:2]:
        box.check()
    desk.select_option("select[name=action]", "merge_sources")
    desk.click("button[name=index]")
    desk.wait_for_selector("#id_stays_0")
    desk.check("#id_stays_0")
    desk.click("button[name=_preview]")
    desk.wait_for_selector("#told-heading")
    unbroken(desk)
    desk.goto("/admin/alliances/organization/?q=CSTO")
    desk.click("#result_list tbody th a")
    desk.click("text=Rename…")
    desk.fill("#id_to", "odkb")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#told-heading")
    assert "1 organization changed" in desk.inner_text("#told-heading")
    unbroken(desk)
