"""A page taken along: its lasting link in the clipboard, its sheets on paper."""

import json
import re
import zlib

import pytest
from playwright.sync_api import expect

from .axe import BOTH, violations
from .conftest import looking


def open_citation(page, path):
    page.goto(path)
    page.locator("#cite summary").click()


def test_copy_link_copies_the_address_with_its_date(page, context, base_url):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_citation(page, "/organizations/csto/")
    page.locator("#cite").get_by_role("button", name="Copy link").click()
    expect(page.locator("#cite").get_by_role("status")).to_have_text("Copied: Copy link")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(base_url) + r"/organizations/csto/\?on=\d{4}-\d\d-\d\d", copied)
    page.goto(copied)
    assert "Collective Security Treaty Organization" in page.locator("h1").inner_text()


def test_after_a_filter_was_taken_away_the_link_is_that_of_the_rows_shown(page, context, base_url):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/memberships/?state=ARM&organization=csto")
    page.get_by_role("link", name="Remove State Armenia").click()
    expect(page.locator(".applied")).not_to_contain_text("Armenia")
    page.locator("#cite summary").click()
    page.locator("#cite").get_by_role("button", name="Copy link").click()
    expect(page.locator("#cite").get_by_role("status")).to_have_text("Copied: Copy link")
    assert page.evaluate("navigator.clipboard.readText()") == f"{base_url}/memberships/?organization=csto"


def test_copy_citation_works_by_keyboard_and_without_a_clipboard(page):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.add_init_script("addEventListener('copy', () => { window.copied = String(getSelection()) })")
    page.goto("/memberships/?state=ARM&organization=csto")
    page.locator("#cite summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("window.copied")
    assert page.evaluate("window.copied").startswith("According to “")
    expect(page.locator("#cite").get_by_role("status")).to_have_text("Copied: Copy citation")


@looking("phone-without-script")
def test_without_script_there_is_no_button_but_the_address_and_the_files(page):
    open_citation(page, "/states/arm/?on=2008")
    assert not page.locator("#cite").get_by_role("button", name="Copy link").is_visible()
    assert page.locator("#cite-link").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="BibTeX").click()
    assert download.value.suggested_filename == "who-belongs-states-arm-2008.bib"


@looking("phone", "desktop")
@pytest.mark.parametrize("path", ["/organizations/csto/", "/memberships/?state=ARM", "/changes/"])
def test_the_open_citation_is_accessible_and_fits(page, path):
    open_citation(page, path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page, BOTH, context="#cite") == []


def test_a_data_block_breaks_no_policy_and_is_read(page):
    page.goto("/organizations/csto/")
    assert json.loads(page.locator("script[type='application/ld+json']").text_content())["@type"] == "Organization"


def on_paper(page, path):
    page.goto(path)
    page.emulate_media(media="print", color_scheme="dark")


@looking("desktop-dark", "desktop-without-script")
def test_paper_shows_what_is_folded_and_where_it_comes_from(page):
    on_paper(page, "/organizations/csto/")
    for hidden in (".site-header nav", ".skip", "form", ".date-steps", "#cite", ".tabs", "button"):
        assert page.locator(hidden).count(), hidden
        for each in page.locator(hidden).all():
            assert not each.is_visible(), hidden
    # Chromium measures a folded part only where its content is rendered.
    folded = page.locator(".said details:not([open]) .remark").first
    assert folded.evaluate("each => each.checkVisibility({contentVisibilityAuto: true}) && each.offsetHeight > 0")
    printed = page.locator(".printed")
    assert printed.is_visible()
    assert re.search(r"According to .*/organizations/csto/\?on=\d{4}-\d\d-\d\d, retrieved ", printed.inner_text())
    link = page.locator("a.external").first
    shown = link.evaluate("each => getComputedStyle(each, '::after').content")
    assert link.get_attribute("href") in shown.replace("\\", "")


@looking("desktop-dark")
def test_paper_is_black_on_white_in_the_dark_too(page):
    on_paper(page, "/organizations/csto/")
    colours = page.evaluate("(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_on_the_screen_what_is_for_paper_is_hidden(page):
    page.goto("/organizations/csto/")
    assert not page.locator(".printed").is_visible()


@pytest.mark.parametrize("path", ["/organizations/csto/", "/memberships/?state=ARM", "/states/arm/?on=2008"])
def test_a_page_prints_to_sheets_of_a4(page, path):
    page.goto(path)
    sheets = page.pdf(format="A4", prefer_css_page_size=True)
    assert sheets.startswith(b"%PDF-")
    number = max(int(each) for each in re.findall(rb"/Count (\d+)", sheets + _unpacked(sheets)))
    assert 1 <= number <= 25


def _unpacked(sheets):
    """Return the packed parts of a PDF."""
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", sheets, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"".join(found)
