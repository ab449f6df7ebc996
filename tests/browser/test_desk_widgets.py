"""The desk in a browser: what a date means while it is typed, no change lost by leaving, no rule of axe broken."""

import pytest
from playwright.sync_api import expect

from alliances import dates, typed_dates
from alliances.models.temporal import NO_UNKNOWN

from .axe import BOTH, DJANGOS_OWN, violations
from .conftest import DESKTOP, EDITOR, PHONE, looking


@pytest.fixture
def desk(page, watched):
    """Log in; Django's own search boxes set styles that the policy stops, without harm."""
    page.goto("/admin/login/?next=%2Fadmin%2Fguide%2F")
    page.fill("#id_username", EDITOR)
    page.fill("#id_password", f"{EDITOR}-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/guide/")
    yield page
    watched[:] = [message for message in watched if not message.startswith("Applying inline style")]


def open_spell(page, query="q=csto+uzbekistan"):
    """Open the form of the first spell that the desk's search finds."""
    page.goto(f"/admin/alliances/membership/?{query}")
    page.click("#result_list tbody th a")
    page.wait_for_selector("#membership_form")


TYPED = [
    *(
        "[1985..1989]",
        "[..1990]",
        "[1985..]",
        "[1990..1990]",
        "[1990..1990-05]",
        "[1990-05..1990]",
        "[ 1985 .. 1989-02 ]",
    ),
    *(
        "by 1990",
        "By  1990-12-21",
        "1990 or earlier",
        "1985-02 or later",
        "between 1985 and 1989",
        "1985/1989",
        "1985–1989",
    ),
    *("before 1990", "before 1990-01", "before 1990-01-01", "before 2000-03-01", "before 0001", "before 1990-13"),
    *("after 1985", "after 1985-12", "after 1985-12-31", "after 2000-02-28", "after 9999", "after 1985-02-28", "xxxx"),
    *(
        "[1990..1985]",
        "[1990-02..1990-01-31]",
        "[..]",
        "[1990",
        "[1990..1991..1992]",
        "..1990",
        "[0000..1990]",
        "1990]",
    ),
    *("[1990-02-30..]", "[" + "1" * 10_000, "1984~", "1984?", "1984-05%", "[1985-1..1990]", "1985 to 1989-02-30", "by"),
    "",
    " ",
    "1991",
    " 1991 ",
    "1991-12",
    "1991-12-21",
    "0001",
    "0000",
    "0000-01",
    "0991",
    "9999-12-31",
    "1991-00",
    "1991-13",
    "1991-1",
    "1991-12-00",
    "1991-12-32",
    "1991-02-28",
    "1991-02-29",
    "1992-02-29",
    "1900-02-29",
    "2000-02-29",
    "1991-04-31",
    "0991-02-30",
    "XXXX",
    " XXXX ",
    "xxxx",
    "XXX",
    "21 December 1991",
    "1991/12/21",
    "1991-12-21T00",
    "19911221",
    "١٩٩١",
    "１９９１",
    "-1991",
    "1991-",
    "a\u00a0b",
    "a\u200bb",
    "a\u2028b",
    "\U0001f600",
    "a" * 39,
    "a" * 40,
    "é" * 40,
]


def said(text, unknown):
    """Return what the forms say of a date, and whether it is refused."""
    if typed_dates.understand(text) == dates.UNKNOWN and not unknown:
        return {"words": NO_UNKNOWN, "wrong": True}
    if not text.strip():
        return {"words": "", "wrong": False}
    try:
        return {"words": typed_dates.meaning(text), "wrong": False}
    except ValueError as error:
        return {"words": str(error), "wrong": True}


def test_the_script_says_of_each_text_what_the_server_says(desk):
    open_spell(desk)
    for unknown in (True, False):
        found = desk.evaluate(
            "([texts, unknown]) => texts.map(each => window.desk.meaning(each, unknown))", [TYPED, unknown]
        )
        for text, answer in zip(TYPED, found, strict=True):
            assert answer == said(text, unknown), (text, unknown)


def test_every_day_of_two_centuries_and_each_day_after_the_last_of_a_month(desk):
    open_spell(desk)
    texts = [
        f"{year}-{month:02}-{day:02}"
        for year in (1900, 1991, 1992, 2000, 2100)
        for month in range(1, 13)
        for day in range(33)
    ]
    found = desk.evaluate("texts => texts.map(each => window.desk.meaning(each, false))", texts)
    assert found == [said(text, False) for text in texts]


def test_a_date_is_said_while_it_is_typed_and_announced(desk):
    open_spell(desk)
    box, place = desk.locator("#id_left"), desk.locator("#id_left_said")
    box.fill("")
    expect(place).to_have_attribute("aria-live", "polite")
    assert "id_left_said" in box.get_attribute("aria-describedby").split()
    for typed, words in (
        ("1", ""),
        ("1991", "1991: any day of the year."),
        ("1991-1", ""),
        ("1991-12", "December 1991: any day of the month."),
        ("1991-13", "“1991-13”: there is no month 13; months go from 01 to 12."),
        ("1991-12-21", "21 December 1991."),
        ("XXXX", "It has happened; the date is unknown."),
        ("betw", ""),
        ("between 1985 and 19", ""),
        ("between 1985 and 1989", "Between 1985 and 1989: some day in that time."),
        ("[1985..", ""),
        ("[1985..]", "1985 or later: some day in that time."),
        ("December", "“December” is not a date. Write a year (1991), a month (1991-12) or a day (1991-12-21)."),
    ):
        box.fill(typed)
        expect(place).to_have_text(words)
    box.fill("1991-1")
    box.press("Tab")
    expect(place).to_have_text("“1991-1” is not a date. Write a year (1991), a month (1991-12) or a day (1991-12-21).")
    desk.locator("#id_joined").fill("XXXX")
    expect(desk.locator("#id_joined_said")).to_have_text("It has happened; the date is unknown.")
    leave(desk)


def test_a_row_that_is_added_says_its_dates_too(desk):
    desk.goto("/admin/alliances/organization/?q=csto")
    desk.click("#result_list tbody th a")
    desk.click("#memberships-group .add-row a")
    boxes = desk.locator("#memberships-group tr.dynamic-memberships:not(.has_original) input[name$='-joined']")
    boxes.last.fill("1993-06")
    expect(desk.locator(f"#{boxes.last.get_attribute('id')}_said")).to_have_text("June 1993: any day of the month.")
    leave(desk)


def leave(page, stay=False):
    """Leave the page, or stay where the browser asks; return the kinds of questions that it asked."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        if stay:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.click("#user-tools a[href='/admin/guide/']", no_wait_after=True)
    if stay:
        page.wait_for_timeout(500)
    else:
        page.wait_for_url("**/admin/guide/")
    page.remove_listener("dialog", answer)
    return asked


def test_who_leaves_a_changed_form_is_asked_and_who_changed_nothing_is_not(desk):
    open_spell(desk)
    desk.click("#id_note")
    assert leave(desk) == []
    open_spell(desk)
    desk.fill("#id_note", "Something new.")
    assert leave(desk, stay=True) == ["beforeunload"]
    assert desk.input_value("#id_note") == "Something new."
    assert leave(desk) == ["beforeunload"]


def test_a_refused_form_keeps_what_was_typed_and_asks_too_and_the_first_wrong_box_has_the_focus(desk):
    open_spell(desk)
    desk.fill("#id_left", "1991-13")
    desk.fill("#id_note", "Something new.")
    desk.keyboard.press("Control+s")
    desk.wait_for_selector(".errornote")
    expect(desk.locator("#id_left")).to_be_focused()
    expect(desk.locator("#id_left")).to_have_value("1991-13")
    assert leave(desk, stay=True) == ["beforeunload"]
    assert leave(desk) == ["beforeunload"]


def test_control_s_saves_and_stays_and_asks_nothing(desk):
    open_spell(desk, "q=nato+greece")
    note = desk.input_value("#id_note")
    desk.fill("#id_note", "Signed in London.")
    desk.fill("#id_change_reason", "A test in a browser.")
    desk.keyboard.press("Control+s")
    desk.wait_for_selector(".messagelist .success")
    assert "/change/" in desk.url
    expect(desk.locator("#id_note")).to_have_value("Signed in London.")
    desk.fill("#id_note", note)
    desk.fill("#id_change_reason", "Back again.")
    desk.keyboard.press("Control+s")
    desk.wait_for_selector(".messagelist .success")


def test_a_reader_suggests_and_an_editor_accepts(desk):
    """The whole road, in few clicks: from the public page to the form that is filled in, and back."""
    desk.goto("/organizations/nato/?on=2008")
    desk.click("tr:has(a:text-is('Greece')) summary")
    desk.click("tr:has(a:text-is('Greece')) a.wrong")
    expect(desk.locator("h1")).to_have_text("Suggest a correction")
    desk.select_option("#id_field", "note")
    desk.fill("#id_wrong", "It says nothing of the place.")
    desk.fill("#id_right", "Signed in London.")
    desk.fill("#id_source", "Protocol of 22 October 1951, https://example.org/protocol")
    desk.click("text=Send to the editors")  # Quicker than a human.
    expect(desk.locator("#problems")).to_contain_text("too quick for a human")
    desk.wait_for_timeout(3200)
    desk.click("text=Send to the editors")
    expect(desk.locator("h1")).to_have_text("Thank you")
    assert "/thanks/?on=2008" in desk.url
    desk.goto("/admin/")
    desk.click("section:has(#desk-queue-2) .rows a >> nth=0")
    desk.click("text=Accept: open the form")
    expect(desk.locator("#id_note")).to_have_value("Signed in London.")
    expect(desk.locator(".suggested")).to_contain_text("It says nothing of the place.")
    expect(desk.locator(".suggested a[href='https://example.org/protocol']")).to_be_visible()
    assert violations(desk, but=DJANGOS_OWN) == []
    desk.fill("#id_change_reason", "After the protocol, as a reader suggested.")
    desk.click("[name=_save]")
    expect(desk.locator(".messagelist")).to_contain_text("The reader’s suggestion is accepted.")
    desk.goto("/organizations/nato/")
    expect(desk.locator("tr:has(a:text-is('Greece')) .said").first).to_contain_text("Signed in London.")


def test_a_note_is_kept_and_done_without_touching_the_form(desk):
    open_spell(desk)
    desk.click("#remarks summary")
    desk.fill("#id_remark", "Ask Anahit.")
    desk.click("text=Keep the note")
    expect(desk.locator("#remarks")).to_contain_text("Ask Anahit.")
    assert violations(desk, but=DJANGOS_OWN) == []
    desk.click("#remarks button:text-is('Done')")
    expect(desk.locator("#remarks summary")).to_have_text("Notes to colleagues")


PATHS = ["/admin/", "/admin/guide/", "/admin/alliances/remark/", "/admin/alliances/suggestion/"]


def test_the_pages_of_the_desk_break_no_rule_and_fit_a_phone(desk):
    for path in PATHS:
        for size in (PHONE, DESKTOP):
            desk.set_viewport_size(size)
            desk.goto(path)
            assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            assert violations(desk, BOTH, but=DJANGOS_OWN) == [], (path, size)


SUGGESTING = ["/suggest/organization/csto/", "/suggest/state/arm/?on=1993", "/suggest/organization/csto/thanks/"]


@pytest.mark.parametrize("path", SUGGESTING)
@looking("phone", "desktop")
def test_the_form_for_readers_breaks_no_rule_and_fits_a_phone(page, path):
    page.goto(path)
    assert violations(page, BOTH) == []
    assert not page.locator(".trap").count() or page.locator(".trap").bounding_box()["width"] <= 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if "thanks" not in path:
        page.click("text=Send to the editors")
        expect(page.locator("#id_wrong")).to_have_attribute("aria-invalid", "true")
        assert violations(page, BOTH) == []


@looking("phone-without-script", "desktop-without-script")
def test_the_form_for_readers_needs_no_script(page):
    page.goto("/organizations/csto/")
    page.click(".box a.button:text('Report an error')")
    page.wait_for_timeout(3200)
    page.fill("#id_wrong", "The name.")
    page.fill("#id_right", "Another name.")
    page.fill("#id_source", "The charter, article 1.")
    page.click("text=Send to the editors")
    assert page.text_content("h1") == "Thank you"
