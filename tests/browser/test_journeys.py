"""The main journeys: with and without JavaScript, on a phone and on a desktop, and by keyboard alone."""

import re

import pytest

from .conftest import looking

EVERYWHERE = looking("phone", "desktop", "phone-without-script", "desktop-without-script")


def focused(page):
    """Return what has the focus, and whether it shows."""
    return page.evaluate("""() => {
        const it = document.activeElement, style = getComputedStyle(it);
        const drawn = it.querySelector?.("rect") ? getComputedStyle(it.querySelector("rect")) : style;
        return {
            href: it.getAttribute("href") || "", text: it.textContent.trim(), id: it.id,
            shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
                || drawn.strokeWidth && parseFloat(drawn.strokeWidth) >= 2,
        };
    }""")


def tab_to(page, wanted, most=120):
    """Press Tab until what is wanted has the focus, and check that each stop shows it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = focused(page)
        assert here["shown"], f"the focus does not show on {here}"
        if wanted(here):
            return
    pytest.fail("the keyboard never came there")


@EVERYWHERE
def test_from_the_first_page_to_an_organization_on_another_date(page):
    page.goto("/")
    page.locator("ul.organizations a", has_text="CSTO").click()
    assert page.locator("h1").inner_text().startswith("Collective Security Treaty Organization")
    page.locator("#as-of > summary").click()
    page.fill("#on", "2008")
    page.locator("#date-form button").click()
    page.wait_for_url("**/organizations/csto/?on=2008")
    assert "had seven members" in page.locator(".lead").first.inner_text()
    page.locator(".affiliations tr", has_text="Uzbekistan").locator("th a").first.click()
    page.wait_for_url("**/states/uzb/?on=2008")
    assert page.locator(".affiliations tr", has_text="CSTO").count()


@EVERYWHERE
def test_from_an_empty_comparison_to_the_states_of_an_overlap(page):
    page.goto("/compare/")
    page.locator("main .cards a").first.click()
    page.locator(".overlaps .which a[href^='#']").first.click()
    assert page.evaluate("location.hash").startswith("#states-only-")
    group = page.locator(page.evaluate("location.hash"))
    assert group.is_visible()
    group.locator("tbody th a").first.click()
    page.wait_for_url("**/states/**")


@looking("phone", "desktop", "desktop-without-script")
def test_by_keyboard_alone_from_the_first_page_to_a_filtered_list_to_a_timeline(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page)["href"] == "#content", "the first stop is the way past the header"
    tab_to(page, lambda here: here["text"] in {"States", "Menu"})
    if focused(page)["text"] == "Menu":  # On a phone the menu is opened first.
        page.keyboard.press("Enter")
        tab_to(page, lambda here: here["text"] == "States")
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/")
    tab_to(page, lambda here: here["id"] == "filter-on")
    page.keyboard.type("1999")
    page.keyboard.press("Enter")
    page.wait_for_url("**on=1999**")
    page.wait_for_selector("h1 >> text=1999")
    tab_to(page, lambda here: here["href"].startswith("/states/afg/"), most=400)
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/afg/**")
    tab_to(page, lambda here: here["href"].startswith("/organizations/"))
    assert page.locator(".affiliations svg.bars").first.get_attribute("aria-label")


@looking("phone", "desktop")
def test_a_tile_leads_to_its_state_and_says_its_name(page):
    page.goto("/?on=1991")
    tile = page.get_by_role("link", name=re.compile("^Greece: [0-9]+ organizations"))
    tile.first.click()
    page.wait_for_url("**/states/grc/?on=1991")


@looking("phone", "desktop")
def test_the_map_is_one_stop_and_arrows_walk_it(page):
    page.goto("/")
    stops = page.locator('[data-tiles] a[tabindex="0"]')
    assert stops.count() == 1
    stops.focus()
    first = focused(page)["href"]
    page.keyboard.press("ArrowRight")
    second = focused(page)
    assert second["href"] != first
    assert second["shown"]
    page.keyboard.press("ArrowLeft")
    assert focused(page)["href"] == first
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/**")
