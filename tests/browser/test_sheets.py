"""A newcomer brings in a spreadsheet with three mistakes, mends it and imports it; no rule of axe is broken."""

from .axe import violations
from .conftest import EDITOR, PHONE, looking

PATH = "/admin/alliances/organization/sheet/"
WRONG = "slug,confidence,founded\ncsto,certain,1992\nnowhere,low,1990\ncis,high,1991-13\n"


def upload(page, text):
    page.set_input_files("input[type=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.click("text=Preview")
    page.wait_for_selector(".sheet-counts")


def sound(page, watched, scripted):
    """Ask axe about a page which itself has broken no policy; axe sets styles as it looks, which the policy stops."""
    assert watched == []
    assert not scripted or violations(page) == []
    watched.clear()


@looking("desktop", "desktop-dark", "desktop-without-script")
def test_three_mistakes_are_shown_mended_and_imported(page, request, watched):
    page.goto(f"/admin/login/?next={PATH}")
    page.fill("#id_username", EDITOR)
    page.fill("#id_password", f"{EDITOR}-password")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_file")
    scripted = "without-script" not in request.node.name
    sound(page, watched, scripted)
    upload(page, WRONG)
    places = [row.inner_text().split("\t")[:2] for row in page.locator(".sheet-rows tbody tr").all()]
    assert places[0] == ["2", "confidence"]
    assert ["4", "founded"] in places
    assert {row for row, _ in places} == {"2", "3", "4"}
    sound(page, watched, scripted)
    page.click("text=Choose the file again")
    page.wait_for_selector("#id_file")
    # Each look changes what the facts say and what another look left, whichever ran before on this site.
    csto = "low" if "dark" in request.node.name else "medium"
    cis = "medium" if scripted and csto == "medium" else "low"
    upload(page, f"slug,confidence\ncsto,{csto}\ncis,{cis}\n")
    sound(page, watched, scripted)
    page.set_viewport_size(PHONE)
    assert not scripted or page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.fill("#id_reason", "Checked again.")
    assert watched == []
    page.click("input[value=Import]")
    assert "Imported in one change: " in page.inner_text(".messagelist")
    # Of Django's list, to which the import leads.
    assert all(message.startswith("Applying inline style") for message in watched)
    watched.clear()
