"""A newcomer proposes and an editor publishes, each in a browser: what they read, press and see on the public page."""

import pytest

from .axe import BOTH, DJANGOS_OWN, violations
from .conftest import CONTRIBUTOR, DESKTOP, EDITOR, PHONE


def log_in(page, name, path):
    page.goto(f"/admin/login/?next={path}")
    page.fill("#id_username", name)
    page.fill("#id_password", f"{name}-password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


def breaks(page, watched):
    """Return what axe finds on a page of the desk, on a phone and on a desktop, light and dark."""
    page.wait_for_load_state()  # A click does not wait for the page that it leads to.
    found = set()
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        found.update(violations(page, BOTH, but=DJANGOS_OWN))
    watched[:] = [message for message in watched if not message.startswith("Applying inline style")]
    return sorted(found)


@pytest.fixture
def colleague(browser, base_url):
    """A page of another person, in a browser of their own."""
    context = browser.new_context(base_url=base_url)
    yield context.new_page()
    context.close()


def test_armenia_is_proposed_reviewed_and_published(page, colleague, watched):
    log_in(page, CONTRIBUTOR, "/admin/alliances/membership/?q=csto%20armenia")
    page.click("#result_list tbody th a")
    page.wait_for_selector("#membership_form")
    assert breaks(page, watched) == []
    page.fill("#id_note", "Its contributions are unpaid since 2024.")
    page.fill("#id_change_reason", "Stated by its prime minister.")
    page.click("input[value=Propose] >> nth=0")
    page.wait_for_selector(".draft-decisions")
    assert "It is kept as a draft" in page.inner_text(".messagelist")
    assert "Its contributions are unpaid since 2024." in page.inner_text(".told")
    assert not page.locator("button:text('Publish')").count()
    assert breaks(page, watched) == []
    address = page.url.partition("?")[0]
    page.goto("/organizations/csto/")
    assert "unpaid since 2024" not in page.content()

    log_in(colleague, EDITOR, "/admin/alliances/draft/?state__exact=waiting")
    colleague.click("#result_list tbody th a")
    assert colleague.url.partition("?")[0] == address
    assert breaks(colleague, watched) == []
    colleague.click("text=Open in the form")
    colleague.wait_for_selector("#membership_form")
    assert colleague.input_value("#id_note") == "Its contributions are unpaid since 2024."
    assert "This is a draft" in colleague.inner_text(".draft-note")
    assert breaks(colleague, watched) == []
    colleague.go_back()
    colleague.click("button:text('Publish')")
    colleague.wait_for_selector("text=Published by")
    page.reload()
    assert "unpaid since 2024" in page.content()
