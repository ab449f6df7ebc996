"""The search box in a real browser: suggestions by keyboard and by mouse; without a script, the page of results."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from .axe import BOTH, violations
from .conftest import looking

PAGES = ["/search/", "/search/?q=csto", "/search/?q=armed+attack&on=2008", "/search/?q=ctso", "/"]


def type_in(page, text, path="/states/?on=2008-01-01"):
    """Type in the box of a page as a person does; return the box and its options."""
    page.goto(path)
    box = box_of(page)
    box.press_sequentially(text, delay=15)
    options = page.locator(f"#{box.get_attribute('id')}-suggestions [role=option]")
    expect(options.first).to_be_visible()
    return box, options


def box_of(page):
    """Return the box in the header; on a phone a link leads to the page that has one."""
    if page.locator(".search-link").is_visible():
        page.locator(".search-link").click()
        return page.locator("#search-big")
    return page.locator("#search")


def narrow(page):
    """Tell whether nothing of the page lies outside the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@looking("desktop", "phone")
def test_by_keyboard_to_the_chosen_page(page):
    box, _ = type_in(page, "одк")
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    expect(page.locator("form.site-search:visible [role=status]").first).to_have_text(re.compile(r"^\d suggestions?$"))
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("ОДКБ")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    expect(box).to_be_focused()
    assert narrow(page)
    box.press("Enter")
    page.wait_for_url("**/organizations/csto/?on=2008-01-01")


def test_up_down_home_and_end_go_round_the_list(page):
    box, options = type_in(page, "eura")
    last = options.count() - 1
    for key, place in [("ArrowUp", last), ("ArrowDown", 0), ("ArrowDown", 1), ("End", last), ("Home", 0)]:
        box.press(key)
        expect(options.nth(place)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[aria-selected=true]")).to_have_count(1)


def test_escape_closes_the_list_then_empties_the_box(page):
    box, options = type_in(page, "eura")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("eura")
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("Escape")
    box.press("Escape")
    expect(box).to_have_value("")
    box.press("ArrowDown")
    expect(options.first).to_be_hidden()


def test_enter_without_a_choice_goes_to_the_results(page):
    box, _ = type_in(page, "csto")
    box.press("Enter")
    page.wait_for_url("**/search/?q=csto&on=2008-01-01")
    expect(page.locator(".hit.exact a")).to_have_text("Collective Security Treaty Organization")
    expect(page.locator("#search")).to_have_value("csto")


def test_by_mouse(page):
    _, options = type_in(page, "uzb")
    options.filter(has_text="Uzbekistan").first.click()
    page.wait_for_url("**/states/uzb/?on=2008-01-01")


def test_leaving_the_box_closes_the_list(page):
    box, options = type_in(page, "uzb")
    box.press("Tab")
    expect(options.first).to_be_hidden()


def test_the_list_moves_nothing(page):
    page.goto("/states/")
    before = page.locator("h1").bounding_box()
    box, _ = type_in(page, "eura", "/states/")
    assert page.locator("h1").bounding_box() == before
    box.press("Escape")
    assert page.locator("h1").bounding_box() == before


def test_slash_goes_to_the_box_unless_somebody_types_elsewhere(page):
    page.goto("/organizations/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("")
    other = page.locator("input[name=on]:visible").first
    other.focus()
    page.keyboard.press("/")
    expect(other).to_be_focused()
    expect(other).to_have_value("/")


def test_a_word_that_is_being_composed_asks_nothing(page):
    page.goto("/states/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "suggestions" in request.url else None)
    page.evaluate("""() => {
        const box = document.querySelector("#search");
        box.focus();
        box.dispatchEvent(new CompositionEvent("compositionstart"));
        box.value = "日";
        box.dispatchEvent(new InputEvent("input", { isComposing: true }));
    }""")
    page.wait_for_timeout(400)
    assert asked == []
    with page.expect_request("**/search/suggestions/**") as asking:
        page.evaluate("document.querySelector('#search').dispatchEvent(new CompositionEvent('compositionend'))")
    assert "q=%E6%97%A5" in asking.value.url


def test_the_answer_to_what_was_typed_before_is_not_shown(page):
    page.goto("/states/")

    def slow(route):
        if "q=ar&" in route.request.url + "&":
            page.wait_for_timeout(500)
        with suppress(Error):  # The page has given up the request already.
            route.continue_()

    page.route("**/search/suggestions/**", slow)
    box = page.locator("#search")
    box.press_sequentially("ar")
    page.wait_for_timeout(200)
    box.press_sequentially("menia")
    expect(page.locator("#search-suggestions [role=option]").first).to_contain_text("Armenia")
    page.wait_for_timeout(700)
    expect(page.locator("#search-suggestions [role=option]").first).to_contain_text("Armenia")


@looking("phone-without-script", "desktop-without-script")
def test_without_script_the_box_leads_to_the_results(page):
    page.goto("/organizations/csto/?on=2008-01-01")
    box = box_of(page)
    expect(box).not_to_have_attribute("role", "combobox")
    box.fill("turkiye")
    box.press("Enter")
    page.wait_for_url("**/search/?q=turkiye&on=2008-01-01")
    expect(page.locator(".hit.exact a")).to_have_text("Türkiye")
    assert narrow(page)
    page.locator(".hit.exact a").click()
    page.wait_for_url("**/states/tur/?on=2008-01-01")


@looking("phone", "desktop")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_scrolled_sideways(page, path):
    page.goto(path)
    assert violations(page, BOTH) == []
    assert narrow(page)


@looking("phone", "desktop-dark")
def test_axe_finds_nothing_in_an_open_list(page):
    box, _ = type_in(page, "eura")
    box.press("ArrowDown")
    assert violations(page) == []
    assert narrow(page)
