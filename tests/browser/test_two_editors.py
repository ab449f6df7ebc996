"""Two editors at the same organization, each in a browser of their own: the second is stopped and loses nothing."""

import pytest

from .axe import BOTH, DJANGOS_OWN, violations
from .conftest import DESKTOP, EDITOR, PHONE, SECOND_EDITOR

FORM = "/admin/alliances/organization/?q=turkic"


def at_the_form(page, name):
    """Log in and open the form of the Organization of Turkic States."""
    page.goto(f"/admin/login/?next={FORM}")
    page.fill("#id_username", name)
    page.fill("#id_password", f"{name}-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/alliances/organization/**")
    page.locator("#result_list tbody th a", has_text="Organization of Turkic States").first.click()
    page.wait_for_selector("#organization_form")
    return page


@pytest.fixture
def second(browser, browser_context_args):
    """Open a browser for the second editor."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


def status_of(page, state):
    """Return the status in the row of a state."""
    row = page.locator("#memberships-group tr.has_original", has=page.locator("option[selected]", has_text=state))
    return row.locator("[name$='-status']")


def former_name(page):
    """Return until when the organization was called the Turkic Council."""
    row = page.locator("#names-group tr.has_original", has=page.locator("input[value='Turkic Council']"))
    return row.locator("[name$='-used_until']")


def save(page, reason=None):
    """Press Save, and wait for what comes."""
    if reason:
        page.fill("#id_change_reason", reason)
    with page.expect_navigation():
        page.locator("[name=_save]").last.click()


def tab_to_a_choice(page):
    """Go on by Tab to the next choice. Tables without one are stops, too, where they scroll."""
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            return


def test_the_second_of_two_editors_is_stopped_chooses_by_keyboard_and_saves(page, second, watched):
    at_the_form(page, EDITOR)
    at_the_form(second, SECOND_EDITOR)
    address = page.url

    page.fill("#id_seat", "Ankara")
    status_of(page, "Hungary").select_option("partner")
    status_of(page, "Turkmenistan").select_option("partner")
    save(page, "The first knows better.")
    assert page.url != address, page.locator(".errornote, .errorlist").all_inner_texts()

    second.fill("#id_seat", "Baku")
    second.fill("#id_note", "Typed by the second.")
    status_of(second, "Turkmenistan").select_option("candidate")
    former_name(second).fill("2021-11")
    save(second, "The second knows best.")

    panel = second.locator("section.stale")
    said = panel.inner_text()
    assert EDITOR in said
    assert "The first knows better." in said
    cells = (
        panel.locator("tr", has=second.get_by_role("rowheader", name="Headquarters")).locator("td").all_inner_texts()
    )
    assert cells[:3] == ["Istanbul", "Ankara", "Baku"]
    assert "Theirs, taken over" in said
    assert panel.locator("fieldset").count() == 2
    assert second.input_value("#id_seat") == "Baku"
    assert second.input_value("#id_note") == "Typed by the second."
    assert second.input_value("#id_change_reason") == "The second knows best."
    assert status_of(second, "Hungary").input_value() == "partner"
    assert status_of(second, "Turkmenistan").input_value() == "candidate"
    assert former_name(second).input_value() == "2021-11"

    for size in (PHONE, DESKTOP):
        second.set_viewport_size(size)
        assert violations(second, BOTH, but=DJANGOS_OWN) == []

    assert second.evaluate("document.activeElement.matches('section.stale')"), "the panel has the focus"
    tab_to_a_choice(second)
    assert second.evaluate("document.activeElement.name").endswith(":seat")
    second.keyboard.press("ArrowDown")
    assert second.evaluate("document.activeElement.checked && document.activeElement.value") == "theirs"
    tab_to_a_choice(second)
    assert second.evaluate("document.activeElement.name").endswith(":status")

    save(second)
    assert second.url != address, second.locator(".errornote, .errorlist").all_inner_texts()
    second.goto(address)
    assert second.input_value("#id_seat") == "Ankara"
    assert second.input_value("#id_note") == "Typed by the second."
    assert status_of(second, "Hungary").input_value() == "partner"
    assert status_of(second, "Turkmenistan").input_value() == "candidate"
    assert former_name(second).input_value() == "2021-11"
    watched.clear()  # Django's select2 sets styles in its markup, which the policy stops, without harm.
