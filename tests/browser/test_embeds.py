"""Figures in articles of other sites: nothing is cut, in a wide column and in a narrow one."""

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import TimeoutError

PAGES = [
    "/organizations/csto/",
    "/organizations/nato/",
    "/organizations/un/",
    "/states/arm/",
    "/compare/?organization=nato&organization=eu&organization=csto",
]
COLUMNS = [600, 360]
COLUMN = '<div style="width:{}px">{}</div>'
SIZE = "[document.body.getBoundingClientRect().height, document.documentElement.scrollWidth]"


@pytest.fixture
def article(browser, base_url):
    """Return a function that puts all frames of a page, each in both columns, into an article of another site.

    It returns the article and [(the frame’s line as the page offers it, the width of its column, its content)].
    """
    context = browser.new_context(viewport={"width": 800, "height": 900})
    page = context.new_page()

    def opened(path, *, script):
        page.goto(base_url + path)
        lines = page.eval_on_selector_all(".figure-bar code", "all => all.map(e => e.textContent)")
        offered = [(BeautifulSoup(line, "lxml"), width) for line in lines for width in COLUMNS]
        for line, _ in offered:
            del line.iframe["loading"]
        columns = "".join(
            COLUMN.format(width, f"{line.iframe}{line.script if script else ''}") for line, width in offered
        )
        body = f'<!doctype html><meta charset="utf-8"><body style="margin:0">{columns}'
        page.route("http://article.test/", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto("http://article.test/", wait_until="load")
        found = [(line, width, page.frames[place]) for place, (line, width) in enumerate(offered, 1)]
        for line, _, frame in found:
            assert frame.url == line.iframe["src"]
            assert frame.locator("main figure, main .overlaps, main table").count()
        return page, found

    yield opened
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_figure_is_cut(article, path):
    _, found = article(path, script=False)
    assert len(found) >= 4
    wrong = []
    for line, width, frame in found:
        needed, across = frame.evaluate(SIZE)
        if needed > int(line.iframe["height"]) or across > width:
            wrong.append((line.iframe["src"], line.iframe["height"], needed, width, across))
    assert wrong == []


def test_with_the_script_a_frame_is_as_high_as_what_is_in_it(article):
    page, found = article("/organizations/csto/", script=True)
    for place, (line, width, frame) in enumerate(found):
        needed, _ = frame.evaluate(SIZE)
        try:
            page.wait_for_function(
                "([place, height]) => Math.abs(document.querySelectorAll('iframe')[place].height - height) <= 2",
                arg=[place, needed],
                timeout=5000,
            )
        except TimeoutError:
            height = page.locator("iframe").nth(place).get_attribute("height")
            pytest.fail(f"{line.iframe['src']} in {width} px needs {needed}, is {height}")
