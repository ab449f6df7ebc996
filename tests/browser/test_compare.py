"""A comparison on a phone and on a desktop: nothing that was asked is off the screen, and answers come first."""

import pytest
from playwright.sync_api import expect

from .axe import ALIKE, BOTH, violations
from .conftest import looking

ACRONYMS = ["NATO", "EU", "CSTO", "CIS", "OSCE", "SCO"]
SIX = "/compare/?" + "&".join(f"organization={each.lower()}" for each in ACRONYMS)
TOP = "each => each.getBoundingClientRect().top"
# Words that run over two lines in the tables of statuses.
BROKEN = """
() => {
  const broken = [], range = document.createRange();
  const texts = document.createTreeWalker(document.querySelector("#matrix"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
    range.setStart(texts.currentNode, word.index);
    range.setEnd(texts.currentNode, word.index + word[0].length);
    const lines = new Set([...range.getClientRects()].filter(each => each.width).map(each => Math.round(each.top)));
    if (lines.size > 1) broken.push(word[0]);
  }
  return broken;
}
"""


def unfold(page):
    """Open the statuses of every group."""
    page.locator(".overlaps details").evaluate_all("all => all.forEach(each => { each.open = true })")


@looking("phone", "desktop", "phone-without-script", "desktop-without-script")
def test_six_organizations_are_answered_on_the_first_screen(page):
    page.goto(SIX)
    assert page.locator(".comparison .lead").evaluate(TOP) < 400
    assert page.locator(".overlaps li").first.evaluate(TOP) < 600
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@looking("phone", "desktop")
def test_every_organization_asked_for_is_in_sight_or_one_step_away(page):
    page.goto(SIX)
    width = page.viewport_size["width"]
    # The heading and the head of the dots name them all.
    for acronym in ACRONYMS:
        assert acronym in page.locator("h1").inner_text()
        box = page.locator(".overlaps .head text", has_text=acronym).first.bounding_box()
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
    # The chips stay in sight further down; what does not fit is reached by scrolling them, not the page.
    page.locator(".overlaps li").last.scroll_into_view_if_needed()
    for acronym in ACRONYMS:
        chip = page.locator(".chips li", has_text=acronym).first
        chip.evaluate("each => each.scrollIntoView({inline: 'nearest', block: 'nearest'})")
        box = chip.bounding_box()
        assert -1 <= box["x"] < box["x"] + box["width"] <= width + 1
        assert 0 <= box["y"] < 100
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@looking("phone", "desktop")
def test_head_and_first_column_of_the_statuses_stay_and_no_word_is_broken(page):
    page.goto(SIX)
    unfold(page)
    assert page.evaluate(BROKEN) == []
    table = page.locator(".overlaps .table").nth(1)
    table.evaluate("each => each.scrollTo(60, 300)")
    top, left = (table.evaluate(f"each => each.getBoundingClientRect().{side}") for side in ("top", "left"))
    head = table.locator("thead th").first.bounding_box()
    assert (head["x"], head["y"]) == pytest.approx((left, top), abs=1.5)
    assert table.locator("tbody th").last.bounding_box()["x"] == pytest.approx(left, abs=1.5)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@looking("phone", "desktop")
@pytest.mark.parametrize("path", [SIX, "/compare/", "/compare/?organization=natoo", "/compare/?state=ARM&state=GEO"])
def test_no_rule_of_accessibility_is_broken_in_light_and_dark(page, path):
    page.goto(path)
    unfold(page)
    assert violations(page, BOTH, without=ALIKE) == []


@looking("phone", "desktop")
def test_a_chip_is_taken_away_and_another_added_without_a_new_page(page):
    page.goto("/compare/?organization=csto&organization=cis")
    page.evaluate("window.marked = true")
    page.get_by_role("link", name="Remove CIS").click()
    page.wait_for_url("**/compare/?organization=csto")
    page.locator("#add-organization").press_sequentially("nato")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?organization=csto&organization=nato")
    expect(page.locator(".chips li span")).to_have_text(["CSTO", "NATO"])
    expect(page.locator(".comparison .lead")).to_have_text("No state is in both the CSTO and NATO.")
    assert page.evaluate("window.marked === true")
    assert page.locator("#list-said").inner_text() == "No state is in both the CSTO and NATO."


@looking("phone-without-script")
def test_organizations_are_added_and_taken_away_without_a_script(page):
    page.goto("/compare/?organization=csto")
    page.locator("#add-organization").fill("NATO")
    page.locator(".chooser button").first.click()
    page.wait_for_url("**organization=nato**")
    page.get_by_role("link", name="Remove CSTO").click()
    page.wait_for_url("**/compare/?**organization=nato**")
    assert page.locator(".chips li span").all_inner_texts() == ["NATO"]
    assert not page.locator(".reading").is_visible()


def test_each_name_has_the_colour_of_its_line(page):
    page.goto(SIX)
    names = page.eval_on_selector_all(".counts text.name", "all => all.map(each => getComputedStyle(each).fill)")
    lines = page.eval_on_selector_all(".counts .plot .line", "all => all.map(each => getComputedStyle(each).stroke)")
    assert names == lines
    assert len(set(names)) == 6


@looking("phone", "desktop")
def test_a_hairline_reads_the_members_of_a_year_by_keyboard_and_pointer(page):
    page.goto("/compare/?organization=nato&organization=eu")
    slider = page.get_by_role("slider", name="Year to read")
    today = slider.get_attribute("aria-valuetext")
    assert today.startswith("Today: NATO 32, EU 27")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "1 January 1949: NATO 0, EU 0"
    for _ in range(51):
        page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "1 January 2000: NATO 19, EU 15"
    assert " ".join(page.locator(".read").inner_text().split()) == "1 January 2000 NATO 19 EU 15"
    hair, thumb = page.locator(".hair").bounding_box(), slider.bounding_box()
    at = thumb["x"] + 8 + (thumb["width"] - 16) * (2000 - 1949) / (int(slider.get_attribute("max")) - 1949)
    assert hair["x"] == pytest.approx(at, abs=4)
    field = page.locator(".counts .field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 20)
    assert slider.get_attribute("aria-valuetext") == today
