"""An editor takes a mistake back, in a browser, in both colours, on a phone, too."""

from .axe import BOTH, DJANGOS_OWN, violations
from .conftest import EDITOR, looking

# The search box of Django's lists is named by its icon.
OWN = {*DJANGOS_OWN, "label-title-only"}


def fair(page):
    """Return what axe finds on a page of the desk besides what is Django's own, in both colours."""
    return violations(page, BOTH, but=OWN)


def log_in(page, path):
    """Log in on the way to a page."""
    page.goto(f"/admin/login/?next={path}")
    page.fill("#id_username", EDITOR)
    page.fill("#id_password", f"{EDITOR}-password")
    page.keyboard.press("Enter")


@looking("desktop", "phone")
def test_a_mistake_is_seen_taken_back_and_the_taking_back_taken_back(page, watched):
    log_in(page, "/admin/alliances/state/?q=uzb")
    page.click("#result_list tbody th a")
    before = page.input_value("#id_capital")
    page.fill("#id_capital", "Samarkand")
    page.fill("#id_change_reason", "By mistake.")
    page.click("input[name=_continue] >> nth=0")
    page.goto(page.url.split("/change/")[0] + "/history/")
    assert fair(page) == []
    page.click("text=Compare with now >> nth=1")
    assert "Samarkand" in page.inner_text("#content")
    assert fair(page) == []
    page.go_back()
    page.click("text=Restore this version… >> nth=1")
    assert "Samarkand" in page.inner_text("#content")
    assert fair(page) == []
    page.go_back()
    page.click("text=Undo this change set… >> nth=0")
    assert fair(page) == []
    page.fill("#id_change_reason", "Tashkent it is.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Done, as it was shown.")
    assert fair(page) == []
    page.click("text=Undo it…")
    assert before in page.inner_text("#content")
    page.fill("#id_change_reason", "It was right.")
    page.click("input[type=submit] >> nth=-1")
    page.wait_for_selector("text=It undid")
    page.click("text=Undo this change set…")
    page.fill("#id_change_reason", "It was not.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Done, as it was shown.")
    for path in ("/admin/alliances/changeset/", "/admin/alliances/changeset/deleted/"):
        page.goto(path)
        assert fair(page) == [], path
    # Django's own search box (select2) on the form of the state.
    assert all(message.startswith("Applying inline style") for message in watched)
    watched.clear()
