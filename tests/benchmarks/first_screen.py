"""What a reader meets first on eight pages, on a desktop and on a phone.

    python -m tests.benchmarks.first_screen http://127.0.0.1:8000

Prints, for each page and width: the height of the page, where the first name of a member (or of an organization)
stands, where it is said who left and when, and how many tab stops come before the first row; a number past its bound is
marked.
The site has to run with its real facts.
"""

import sys

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import LAUNCH

PAGES = (
    "/organizations/csto/",
    "/organizations/nato/",
    "/organizations/un/",
    "/organizations/eu/",
    "/organizations/wp/",
    "/states/arm/",
    "/states/sun/",
    "/states/fra/",
)
WIDTHS = {1280: 2500, 360: 3500}  # Pixels: how wide, and how high a page may be.
NAMED, LEFT, STOPS = 260, 400, 30

MEASURE = """() => {
  const top = (node) => node ? Math.round(node.getBoundingClientRect().top + scrollY) : null;
  const lead = document.querySelector(".answer .lead");
  const text = lead ? lead.textContent : "";
  // Where the words begin that say who left: in the sentence, or in the first row of those that left.
  const said = /withdrew|left|expelled|ceased|ended|dissolved/.exec(text);
  let left = null;
  if (said) {
    const walker = document.createTreeWalker(lead, NodeFilter.SHOW_TEXT);
    let before = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (before + node.length > said.index) {
        const range = document.createRange();
        range.setStart(node, said.index - before);
        range.setEnd(node, said.index - before + 1);
        left = Math.round(range.getBoundingClientRect().top + scrollY);
        break;
      }
      before += node.length;
    }
  }
  return {height: document.documentElement.scrollHeight, named: top(lead && lead.querySelector("a")), left,
          former: !!document.querySelector(".group-former")};
}"""


def tab_stops(page: Page) -> int:
    """Count the stops of the Tab key before the first row of the table."""
    for stops in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.affiliations tbody')"):
            return stops
    return 200


def main(address: str) -> None:
    """Print the table."""
    sys.stdout.write(f"{'page':24}{'width':>6}{'height':>9}{'name at':>9}{'left at':>9}{'stops':>7}\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        for path in PAGES:
            for width, most in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": 800})
                page.goto(address + path)
                found = page.evaluate(MEASURE)
                stops = tab_stops(page)

                def marked(number: int | None, bound: int) -> str:
                    return "–" if number is None else f"{number}{'!' if number > bound else ''}"

                left = marked(found["left"], LEFT) if found["former"] else "nobody"
                sys.stdout.write(
                    f"{path:24}{width:>6}{marked(found['height'], most):>9}{marked(found['named'], NAMED):>9}"
                    f"{left:>9}{marked(stops, STOPS):>7}\n"
                )
                page.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
