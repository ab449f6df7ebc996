"""The date of a page: its track by keyboard, mouse and Play; without a script its ticks are links."""

import re

from playwright.sync_api import expect

from .conftest import looking


@looking("desktop", "phone")
def test_arrow_keys_walk_from_change_to_change_and_back_goes_back(page):
    page.goto("/organizations/csto/")
    track = page.get_by_role("slider", name="Date on view")
    track.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/organizations/csto/?on=2024-02-22")
    expect(page.locator("#date-said")).to_have_text("22 February 2024: 6 members")
    expect(page.locator("#answer-text")).to_contain_text("On 22 February 2024")
    expect(track).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"on=20(?!24)"))
    expect(page.locator("#as-of-date")).not_to_contain_text("2024")
    page.go_back()
    page.wait_for_url("**/organizations/csto/?on=2024-02-22")
    expect(page.locator("#answer-text")).to_contain_text("On 22 February 2024")


@looking("desktop")
def test_a_drag_swaps_the_table_and_the_address_follows(page):
    page.goto("/organizations/csto/")
    box = page.get_by_role("slider", name="Date on view").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 8, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, middle, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile(r"\?on=20(0|1)\d"))
    expect(page.locator("#panel tr.group").first).to_contain_text("Members 7")
    assert page.evaluate("document.activeElement.type") == "range"


@looking("desktop")
def test_play_steps_through_the_changes_and_can_be_paused(page):
    page.goto("/organizations/csto/?on=2012-12-19")
    play = page.get_by_role("button", name="Play")
    play.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_url(re.compile(r"on=2013-04-11"))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@looking("desktop-without-script", "phone-without-script")
def test_without_a_script_ticks_and_steps_are_links(page):
    page.goto("/organizations/csto/")
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.locator("#date-play")).not_to_be_visible()
    page.locator("#date-track a").last.click()
    page.wait_for_url("**/organizations/csto/?on=2024-02-22")
    page.locator("#step-previous").click()
    page.wait_for_url(re.compile(r"on=20(?!24)"))


@looking("desktop", "phone")
def test_a_row_opens_what_its_sources_say(page):
    page.goto("/organizations/csto/")
    row = page.locator("tr", has=page.locator("a:text-is('Uzbekistan')"))
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row.locator(".claims")).to_be_visible()
    expect(row.locator(".claims")).to_contain_text("Suspended from 28 June 2012 until 18 December 2012")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
