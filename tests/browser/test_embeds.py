"""Figures in articles of other sites: nothing is cut, in a wide column and in a narrow one."""

import pytest
from bs4 import BeautifulSoup

PAGES = [
    "/organizations/csto/",
    "/organizations/nato/",
    "/organizations/un/",
    "/states/arm/",
    "/compare/?organization=nato&organization=eu&organization=csto",
]
COLUMNS = [600, 360]
ARTICLE = '<!doctype html><meta charset="utf-8"><body style="margin:0"><div style="width:{}px">{}</div>'
SIZE = "[document.body.getBoundingClientRect().height, document.documentElement.scrollWidth]"


@pytest.fixture
def article(browser):
    """Return a function that opens an article of another site with this in a column: (page, its frame)."""
    context = browser.new_context(viewport={"width": 800, "height": 900})
    page = context.new_page()

    def opened(width, markup):
        body = ARTICLE.format(width, markup)
        page.unroute_all()
        page.route("http://article.test/", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto("http://article.test/", wait_until="networkidle")
        frame = page.frames[1]
        assert frame.locator("main figure, main .overlaps, main table").count()
        return page, frame

    yield opened
    context.close()


def offered(browser, base_url, path):
    """Return what a page offers to put into others: frames, each with the script."""
    page = browser.new_page()
    page.goto(base_url + path)
    lines = page.eval_on_selector_all(".figure-bar code", "all => all.map(e => e.textContent)")
    page.close()
    return [BeautifulSoup(line, "lxml") for line in lines]


@pytest.mark.parametrize("width", COLUMNS)
@pytest.mark.parametrize("path", PAGES)
def test_no_figure_is_cut(browser, base_url, article, path, width):
    lines = offered(browser, base_url, path)
    assert len(lines) >= 2
    wrong = []
    for line in lines:
        _, frame = article(width, str(line.iframe))
        needed, across = frame.evaluate(SIZE)
        wrong += (
            [(line.iframe["src"], line.iframe["height"], needed, across)]
            if needed > int(line.iframe["height"]) or across > width
            else []
        )
    assert wrong == []


@pytest.mark.parametrize("width", COLUMNS)
def test_with_the_script_a_frame_is_as_high_as_what_is_in_it(browser, base_url, article, width):
    for line in offered(browser, base_url, "/organizations/csto/"):
        page, frame = article(width, f"{line.iframe}{line.script}")
        page.wait_for_function(
            "height => document.querySelector('iframe').height != height", arg=line.iframe["height"], timeout=5000
        )
        needed, _ = frame.evaluate(SIZE)
        assert abs(int(page.eval_on_selector("iframe", "frame => frame.height")) - needed) <= 2
