"""Every kind of page, as a reader meets it: no rule of axe broken, nothing wider than a phone, light and still."""

import pytest

from .axe import ALIKE, DJANGOS_OWN, violations
from .conftest import DESKTOP, EDITOR, PHONE

PAGES = [
    "/",
    "/?on=1989",
    "/organizations/",
    "/organizations/un/",
    "/organizations/csto/?on=2012",
    "/organizations/wp/",
    "/organizations/csto/history/",
    "/organizations/csto/map/?on=2012-10",
    "/organizations/un/map/?on=1980",
    "/organizations/csto/map/?view=tiles",
    "/states/arm/map/",
    "/organizations/csto/embed/timeline/",
    "/organizations/csto/embed/map/",
    "/organizations/csto/embed/members/",
    "/states/arm/embed/timeline/",
    "/states/arm/embed/map/",
    "/states/",
    "/states/uzb/",
    "/states/sun/?on=1990",
    "/memberships/?organization=csto&status=member&on=2012",
    "/memberships/?status=frozen&status=candidate",
    "/forces/",
    "/forces/csto-peacekeeping-forces/",
    "/councils/",
    "/councils/csto-collective-security-council/",
    "/documents/",
    "/documents/cis-1991d/",
    "/sources/",
    "/sources/evn-report-csto/",
    "/disagreements/",
    "/compare/",
    "/compare/?organization=csto&organization=cis&organization=eaeu&organization=sco",
    "/compare/embed/matrix/?organization=csto&organization=cis",
    "/compare/embed/overlaps/?organization=csto&organization=cis&organization=eaeu",
    "/compare/embed/map/?organization=csto&organization=cis",
    "/compare/embed/members/?organization=csto&organization=cis",
    "/changes/?from=1991&to=1993",
    "/organizations/?q=nothing+is+called+so",
    "/organizations/?on=1991-13",
    "/organizations/atlantis/",
    "/states/uzb/?on=never",
    "/admin/login/",
]
ADDRESSES = pytest.mark.parametrize("path", PAGES)

# What a page moves after it has shown itself, and what it brought over the wire; asked for before the page loads.
WATCH = """
window.shifted = 0;
new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({type: "layout-shift", buffered: true});
"""
WEIGHT = """
() => performance.getEntriesByType("navigation").concat(
    performance.getEntriesByType("resource").filter(each => /\\.(css|js)(\\?|$)/.test(each.name))
).reduce((sum, each) => sum + each.encodedBodySize, 0)
"""


# Tables that do not fit a phone: nobody looks for columns outside of it. A comparison has as many as were asked for.
CUT_OFF = """
() => [...document.querySelectorAll(".table")].filter(each =>
    each.checkVisibility() && each.scrollWidth > each.clientWidth && !each.querySelector(".matrix")
).map(each => each.getAttribute("aria-label"))
"""
# What can have focus and lies beside the screen, where it cannot be seen; the skip link comes when it has it.
OUT_OF_SIGHT = """
() => [...document.querySelectorAll("a[href]:not(.skip), button, input, summary")].filter(each =>
    each.checkVisibility() && each.getBoundingClientRect().right < 0
).map(each => each.outerHTML)
"""


@ADDRESSES
def test_a_page_breaks_no_rule_is_light_and_does_not_move(page, path):
    page.add_init_script(WATCH)
    # Colours do not depend on the size: each size is looked at in one of them.
    for size, colours, without in ((PHONE, "light", ()), (DESKTOP, "dark", ALIKE)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        page.goto(path, wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(OUT_OF_SIGHT) == []
        assert violations(page, without=without) == [], (size, colours)
        assert page.evaluate("window.shifted") < 0.02
        assert 0 < page.evaluate(WEIGHT) <= 100_000
    # A window of 1280 px at 400 % (WCAG 2.2, 1.4.10).
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


# The words of a list that run over two lines, and those that reach into the next column; a link may break anywhere.
BROKEN_WORDS = """
() => {
  const texts = document.createTreeWalker(document.querySelector(".listing table"), NodeFilter.SHOW_TEXT);
  const broken = new Set();
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const cell = text.parentElement.closest("th, td");
    if (!cell || text.parentElement.closest("a.external, details")) continue;
    const edge = cell.getBoundingClientRect().right;
    for (const word of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const parts = [...range.getClientRects()].filter(each => each.width > 0);
      const lines = new Set(parts.map(each => Math.round(each.top)));
      if (lines.size > 1 || parts.some(each => each.right > edge + 1)) broken.add(word[0]);
    }
  }
  return [...broken];
}
"""


@pytest.mark.parametrize("name", ["organizations", "states", "forces", "councils", "documents", "sources"])
def test_columns_are_wide_enough_for_their_words(page, name):
    for width in (780, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"/{name}/")
        assert page.evaluate(BROKEN_WORDS) == [], width


def test_a_form_of_the_desk_breaks_no_rule_but_those_of_djangos_own_parts(page, watched):
    page.goto("/admin/login/?next=/admin/alliances/state/?q=uzb")
    page.fill("#id_username", EDITOR)
    page.fill("#id_password", f"{EDITOR}-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/alliances/state/**")
    page.click("#result_list tbody th a")
    page.wait_for_selector("#state_form")
    assert page.locator(".inline-related tr.has_original").count()
    assert violations(page, but=DJANGOS_OWN) == []
    assert all(message.startswith("Applying inline style") for message in watched)
    watched.clear()
