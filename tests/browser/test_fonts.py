"""Fonts in the browser: ours are shown, they are kept for ever, and nothing moves when they come."""

import time

from .conftest import looking

SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const shift of list.getEntries()) window.shifted += shift.value;
}).observe({type: "layout-shift", buffered: true});
"""


@looking("phone", "desktop")
def test_little_moves_when_the_fonts_come_late(page):
    def late(route):
        time.sleep(0.3)
        route.continue_()

    page.add_init_script(SHIFTS)
    page.route("**/*.woff2", late)
    page.goto("/organizations/csto/")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    assert page.evaluate("window.shifted") <= 0.02


def test_a_page_shows_our_fonts_and_loads_ninety_kilobytes_of_them_at_most(page):
    answers = []
    page.on("response", lambda answer: answers.append(answer) if ".woff2" in answer.url else None)
    page.goto("/organizations/csto/")
    page.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].filter(font => font.status == 'loaded').map(font => font.family)"
    assert {"Site Serif", "Site Sans"} <= {family.strip('"') for family in page.evaluate(loaded)}
    assert len(answers) == len({answer.url for answer in answers}), "A font that was loaded ahead is loaded once."
    assert sum(len(answer.body()) for answer in answers) <= 90_000
    for answer in answers:
        assert answer.headers["content-type"] == "font/woff2"
        assert "immutable" in answer.headers["cache-control"]
