"""The site as a visitor meets it: it answers, in our hand, and nothing breaks the policy."""

from .conftest import LOOKS, looking


@looking(*LOOKS)
def test_the_home_page_shows_itself(page):
    page.goto("/")
    assert page.locator("h1").inner_text().startswith("Which states belong to which")


def test_what_breaks_the_policy_is_noticed(page, watched):
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    assert "Content Security Policy" in watched[0]
    watched.clear()
