"""Filters in a browser: rows follow each change without a new page, and a button does the same without scripts."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from .axe import BOTH, violations
from .conftest import looking

LISTS = [
    "organizations",
    "states",
    "memberships",
    "forces",
    "councils",
    "documents",
    "sources",
    "disagreements",
    "changes",
    "compare",
]


def mark(page):
    """Mark the page that is loaded now."""
    page.evaluate("window.marked = true")


def same(page):
    """Whether it is still the page that was marked: nothing loaded it anew."""
    return page.evaluate("window.marked === true")


def asked(page):
    """Return what the address asks for."""
    page.wait_for_load_state()  # Without scripts a new page may just have begun.
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def unfold(page):
    """Open the folded filters where they are folded."""
    if page.locator("#more-filters > summary").is_visible():
        page.evaluate(
            "document.getElementById('more-filters').open || document.querySelector('#more-filters summary').click()"
        )


def rows(page):
    """Return the addresses of the rows, without their dates."""
    links = page.locator("#results tbody th a")
    return [link.get_attribute("href").partition("?")[0] for link in links.all()]


def becomes_true(page, expression):
    """Wait until an expression holds; Playwright's own way evaluates in the page, which the policy forbids."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


def focus(page):
    """Return the id of what has focus."""
    return page.evaluate("document.activeElement.id")


@looking("phone", "desktop")
def test_ticking_a_status_brings_other_rows_and_keeps_page_and_focus(page):
    page.goto("/memberships/")
    unfold(page)
    mark(page)
    page.locator("#status-observer").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/memberships/?status=observer")
    expect(page.locator("#results .counted")).to_have_text(re.compile(r"^\d+ membership periods"))
    expect(page.locator("#results .status").first).to_have_text("Observer")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**/memberships/?status=observer&status=partner")
    assert same(page)
    assert focus(page) == "status-partner"
    assert page.locator("#list-said").text_content() == page.locator("#results .counted").text_content()
    assert page.locator("#more-filters").evaluate("each => each.open") or page.viewport_size["width"] > 1000


@looking("phone-without-script", "desktop-without-script")
def test_the_button_does_the_same_without_scripts(page):
    page.goto("/memberships/")
    unfold(page)
    page.locator("#status-observer").check()
    page.locator("#add-state").fill("turkiye")
    page.locator("#more-filters button").click()
    assert {name: value for name, value in asked(page).items() if value != [""]} == {
        "status": ["observer"],
        "state": ["TUR"],
    }
    assert page.locator("#state-TUR").is_checked()
    assert page.locator("#status-observer").is_checked()
    unfold(page)
    page.locator("#add-state").fill("AZE")
    page.locator("#more-filters button").click()
    assert [each for each in asked(page)["state"] if each] == ["TUR", "AZE"]
    unfold(page)
    page.locator("#state-TUR").uncheck()
    page.locator("#more-filters button").click()
    assert [each for each in asked(page)["state"] if each] == ["AZE"]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@looking("phone", "desktop")
def test_two_states_by_keyboard_alone(page):
    page.goto("/organizations/?on=2020")
    unfold(page)
    mark(page)
    page.locator("#filter-q").focus()
    page.keyboard.press("Tab")
    assert focus(page) == "add-state"
    page.keyboard.type("arm")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Armenia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/organizations/?on=2020&state=ARM")
    assert (focus(page), page.locator("#add-state").input_value()) == ("add-state", "")
    page.keyboard.type("turkiye")
    page.keyboard.press("Enter")
    page.wait_for_url("**/organizations/?on=2020&state=ARM&state=TUR")
    assert (focus(page), page.locator("#add-state").input_value()) == ("add-state", "")
    assert page.locator("#chosen-state input:checked").evaluate_all("all => all.map(each => each.value)") == [
        "ARM",
        "TUR",
    ]
    either = int(page.locator(".counted").inner_text().split()[0])
    page.locator("#match-all").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**&match=all")
    expect(page.locator("#results .applied")).to_contain_text("all of the states")
    both = rows(page)
    assert int(page.locator(".counted").inner_text().split()[0]) < either
    assert "/organizations/bsec/" in both
    assert same(page)


def test_the_combobox_by_arrows_and_escape(page):
    page.goto("/states/")
    page.locator("#add-organization").focus()
    page.keyboard.press("ArrowDown")
    field = page.locator("#add-organization")
    assert field.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("option").count() == 262
    page.keyboard.type("cis")
    page.keyboard.press("Escape")
    assert (field.input_value(), field.get_attribute("aria-expanded")) == ("", "false")
    assert page.get_by_role("option").count() == 0
    assert focus(page) == "add-organization"
    page.keyboard.type("nordic")
    first = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{first}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/?organization=*")
    offered = page.locator("#chosen-organization input").first.get_attribute("value")
    page.keyboard.press("ArrowDown")
    values = page.get_by_role("option").evaluate_all("all => all.map(each => each.dataset.code)")
    assert len(values) == 261
    assert offered not in values
    page.keyboard.press("Escape")
    # A chosen one that is unticked goes, and focus to the field.
    page.locator("#chosen-organization input").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/states/")
    assert page.locator("#chosen-organization input").count() == 0
    assert focus(page) == "add-organization"


@looking("phone", "desktop")
def test_a_state_is_chosen_by_pointing(page):
    page.goto("/memberships/")
    unfold(page)
    page.locator("#add-state").click()
    page.locator("#add-state").press_sequentially("uzb")
    page.get_by_role("option", name="Uzbekistan").click()
    page.wait_for_url("**/memberships/?state=UZB")
    assert set(page.locator("#results .membership th").all_text_contents()) == {"Uzbekistan"}


def test_a_name_that_only_the_server_knows_becomes_a_code(page):
    page.goto("/states/")
    mark(page)
    page.locator("#add-organization").fill("одкб")
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/?organization=csto")
    expect(page.locator("#chosen-organization input")).to_be_checked()
    expect(page.locator("#add-organization")).to_have_value("")
    assert focus(page) == "add-organization"
    assert same(page)


def test_what_nobody_knows_is_said_at_the_field(page):
    page.goto("/states/")
    page.locator("#add-organization").fill("klingon")
    page.keyboard.press("Enter")
    expect(page.locator("#errors-organization .error")).to_contain_text("“klingon” is not known here")
    assert page.locator("#add-organization").get_attribute("aria-invalid") == "true"
    assert page.locator("#add-organization").input_value() == "klingon"
    assert page.locator("#results tbody").count() == 0


def test_typing_words_keeps_caret_and_makes_one_step_of_history(page):
    page.goto("/organizations/")
    mark(page)
    page.locator("#filter-q").focus()
    page.keyboard.type("sec")
    page.wait_for_url("**/?q=sec")
    page.keyboard.type("urit")
    page.wait_for_url("**/?q=securit")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    page.keyboard.type("i")
    page.wait_for_timeout(700)
    assert page.locator("#filter-q").evaluate("each => [each.value, each.selectionStart]") == ["securit", 6]
    assert focus(page) == "filter-q"
    assert same(page)
    assert "/organizations/csto/" in rows(page)
    page.go_back()
    page.wait_for_url("**/organizations/")
    expect(page.locator("#filter-q")).to_have_value("")
    assert len(rows(page)) == 50


@looking("phone", "desktop")
def test_back_and_forward_bring_rows_controls_title_and_place(page):
    page.goto("/memberships/")
    unfold(page)
    page.locator("#status-observer").check()
    page.wait_for_url("**/?status=observer")
    page.locator("#filter-on").fill("2010")
    page.wait_for_url("**/?on=2010&status=observer")
    expect(page.locator("h1")).to_contain_text("at some time in 2010")
    page.evaluate("window.scrollTo(0, 900)")
    page.wait_for_timeout(200)
    page.locator("#results tbody th a").last.evaluate("each => each.click()")  # A page of its own.
    page.wait_for_url("**/states/*/?on=2010")
    page.go_back()
    page.wait_for_url("**/?on=2010&status=observer")
    becomes_true(page, "Math.abs(window.scrollY - 900) < 50")
    for way, on, ticked, title in (
        ("back", "", True, "Memberships · "),
        ("back", "", False, "Memberships · "),
        ("forward", "", True, "Memberships · "),
        ("forward", "2010", True, "Memberships, 2010 · "),
    ):
        page.go_back() if way == "back" else page.go_forward()
        expect(page.locator("#filter-on")).to_have_value(on)
        expect(page.locator("#status-observer")).to_be_checked(checked=ticked)
        becomes_true(page, f"document.title.startsWith('{title}')")
        expect(page.locator("#results .applied")).to_have_count(1 if ticked else 0)
        assert asked(page) == {**({"on": ["2010"]} if on else {}), **({"status": ["observer"]} if ticked else {})}
        statuses = set(page.locator("#results .status").all_text_contents())
        assert (statuses == {"Observer"}) is ticked


@looking("phone", "desktop", "phone-without-script")
def test_a_date_that_is_none_shows_the_message_and_no_rows(page):
    page.goto("/organizations/")
    page.locator("#filter-on").fill("1993-13")
    page.keyboard.press("Enter")
    expect(page.locator("#errors-on .error")).to_contain_text("there is no month 13")
    assert page.locator("#filter-on").get_attribute("aria-invalid") == "true"
    assert page.locator("tbody").count() == 0
    assert asked(page)["on"] == ["1993-13"]
    expect(page.locator(".problems")).to_be_visible()
    page.locator("#filter-on").fill("1993-12")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_be_visible()
    assert page.locator("#errors-on .error").count() == 0
    assert page.locator("#filter-on").get_attribute("aria-invalid") is None
    assert page.locator(".problems").count() == 0
    assert "December 1993" in page.locator("h1").inner_text()


def test_a_date_is_asked_for_when_it_is_whole(page):
    """Half of a date on the way to a whole one is no mistake."""
    page.goto("/organizations/")
    sent = []
    page.on("request", lambda request: sent.append(request.url.partition("/organizations/?")[2]))
    page.locator("#filter-on").focus()
    for part in ("2008-", "0", "8"):
        page.keyboard.type(part)
        page.wait_for_timeout(400)
    page.wait_for_url("**/?on=2008-08")
    assert list(filter(None, sent)) == ["on=2008-08"]


def test_the_date_goes_with_every_link_of_the_page(page):
    page.goto("/organizations/")
    page.locator("#filter-on").fill("2008")
    page.wait_for_url("**/?on=2008")
    links = page.locator("#site-name, #main-nav a, #results tbody a, #site-footer p:last-child > a[href^='/sources']")
    assert links.count() > 50
    for link in links.all():
        assert parse_qs(urlsplit(link.get_attribute("href")).query)["on"] == ["2008"]


def test_sorting_goes_on_from_the_heading(page):
    page.goto("/organizations/?state=ARM")
    mark(page)
    page.locator("#sort-members").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=ARM&order=members")
    assert focus(page) == "sort-members"
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=ARM&order=-members")
    assert page.locator("th:has(#sort-members)").get_attribute("aria-sort") == "descending"
    numbers = [int(each) for each in page.locator("#results td.number").all_text_contents()]
    assert numbers == sorted(numbers, reverse=True)
    # The form knows the order: a filter keeps it.
    page.locator("#kind-military-alliance").check()
    page.wait_for_url("**kind=military-alliance*")
    assert asked(page)["order"] == ["-members"]
    assert same(page)


def test_a_filter_is_taken_away_in_words_and_in_the_form(page):
    page.goto("/organizations/?state=ARM&state=TUR&q=o")
    mark(page)
    page.get_by_role("link", name="Remove State Armenia").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=TUR&q=o")
    assert page.locator("#chosen-state input").evaluate_all("all => all.map(each => each.value)") == ["TUR"]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Remove ")
    page.get_by_role("link", name="Remove Words o").click()
    page.wait_for_url("**/?state=TUR")
    assert page.locator("#filter-q").input_value() == ""
    assert same(page)
    # What the links brought is as alive as what was there at first.
    page.locator("#add-state").press_sequentially("armenia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=TUR&state=ARM")
    assert same(page)


def test_pages_begin_at_their_top_and_filters_at_the_first(page):
    page.goto("/memberships/")
    mark(page)
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**/?page=2")
    expect(page.locator("#results .counted")).to_contain_text("51 to 100")
    assert focus(page) == "results"
    assert page.evaluate("Math.abs(document.getElementById('results').getBoundingClientRect().top) < 30")
    assert same(page)
    page.locator("#status-observer").check()
    page.wait_for_url("**/?status=observer")
    assert "page" not in asked(page)


def test_years_are_walked_by_one_key(page):
    page.goto("/organizations/?on=2000")
    mark(page)
    page.locator("#step-later").focus()
    for year in (2001, 2002, 2003):
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/?on={year}")
        assert focus(page) == "step-later"
    assert page.locator("#filter-on").input_value() == "2003"
    assert same(page)


def test_a_link_still_opens_in_a_window_of_its_own(page, context):
    page.goto("/organizations/")
    with context.expect_page() as opened:
        page.locator("#sort-members").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_url("**/?order=members")
    assert asked(page) == {}


def test_a_slow_answer_is_seen_coming_and_only_the_last_one_counts(page):
    page.goto("/memberships/")
    held = []
    page.route("**/memberships/?*", lambda route: held.append(route))
    page.locator("#status-observer").check()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    page.locator("#status-observer").uncheck()
    # Back at what stands there: nothing to wait for.
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    page.locator("#status-partner").check()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(100)
    assert len(held) == 2
    held[-1].continue_()
    page.wait_for_url("**/?status=partner")
    assert set(page.locator("#results .status").all_text_contents()) == {"Partner"}
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("how", ["unreachable", "broken"])
def test_a_failed_answer_leaves_no_rows_that_pretend(page, how):
    page.goto("/memberships/")
    page.route("**/memberships/?*", lambda route: route.abort() if how == "unreachable" else route.fulfill(status=500))
    page.locator("#status-observer").check()
    expect(page.locator(".failed")).to_be_visible()
    expect(page.locator("#results")).to_be_hidden()
    assert page.locator(".failed a").get_attribute("href") == "/memberships/?status=observer"
    page.locator("#status-observer").uncheck()
    expect(page.locator("#results tbody tr").first).to_be_visible()
    assert page.locator(".failed").count() == 0
    page.locator("#status-observer").check()
    expect(page.locator(".failed")).to_be_visible()
    page.unroute("**/memberships/?*")
    page.get_by_role("link", name="Try again").click()
    page.wait_for_url("**/?status=observer")
    expect(page.locator("#results tbody tr").first).to_be_visible()


@looking("phone")
def test_the_button_leads_to_the_rows(page):
    page.goto("/memberships/")
    unfold(page)
    page.locator("#status-member").check()
    page.wait_for_url("**/?status=member")
    page.locator("#more-filters button").click()
    becomes_true(page, "Math.abs(document.getElementById('results').getBoundingClientRect().top) < 30")
    assert focus(page) == "results"


def test_how_codes_count_waits_for_a_code(page):
    page.goto("/organizations/")
    page.locator("#match-none").check()
    page.wait_for_timeout(300)
    assert page.locator(".error").count() == 0
    page.locator("#add-state").press_sequentially("armenia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=ARM&match=none")


@looking("phone", "desktop-dark")
def test_nothing_is_wider_than_the_screen_with_the_filters_open(page):
    for noun in LISTS:
        page.goto(f"/{noun}/")
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], noun


@pytest.mark.parametrize("path", ["/organizations/?state=ARM&state=TUR&match=all&on=2010", "/changes/?state=zzz&on=1"])
@looking("phone", "desktop")
def test_an_open_form_breaks_no_rule_of_accessibility(page, path):
    page.goto(path)
    unfold(page)
    page.locator("#add-state").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(0 if "zzz" in path else 228)
    assert violations(page, BOTH) == []


@looking("phone", "desktop")
def test_nothing_moves_after_the_page_has_come(page):
    page.add_init_script(
        "window.moved = 0;"
        "new PerformanceObserver((list) => { for (const each of list.getEntries()) window.moved += each.value })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for path in ("/organizations/", "/organizations/?state=ARM", "/changes/"):
        page.goto(path)
        page.wait_for_timeout(300)
        assert page.evaluate("window.moved") < 0.01


def test_a_comparison_follows_its_filters_and_its_new_map_is_one_stop(page):
    page.goto("/compare/?organization=csto")
    mark(page)
    page.locator("#add-organization").press_sequentially("eaeu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?organization=csto&organization=eaeu")
    expect(page.locator("h1")).to_contain_text("CSTO, EAEU")
    assert focus(page) == "add-organization"
    assert same(page)
    assert page.locator("[data-tiles] .parts a.area[tabindex='0']").count() == 1


@pytest.mark.parametrize(
    ("typed", "name", "code"),
    [
        ("cote divoire", "Côte d'Ivoire", "CIV"),
        ("cote d’ivoire", "Côte d'Ivoire", "CIV"),
        ("Türk", "Türkiye", "TUR"),
        ("sao tome", "São Tomé and Príncipe", "STP"),
        ("timor leste", "Timor-Leste", "TLS"),
        ("bosnia herz", None, None),
        ("bosnia and herz", "Bosnia and Herzegovina", "BIH"),
        ("tr", "Türkiye", "TUR"),  # Its code of two letters.
    ],
)
def test_names_are_found_as_the_server_folds_them(page, typed, name, code):
    page.goto("/memberships/")
    unfold(page)
    page.locator("#add-state").press_sequentially(typed)
    if name is None:
        expect(page.get_by_role("option")).to_have_count(0)
        return
    expect(page.get_by_role("option", selected=True)).to_contain_text(name)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/memberships/?state={code}")


def test_a_choice_that_is_being_composed_is_not_offered_yet(page):
    page.goto("/states/")
    page.evaluate("""() => {
        const field = document.querySelector("#add-organization");
        field.focus();
        field.dispatchEvent(new CompositionEvent("compositionstart"));
        field.value = "nato";
        field.dispatchEvent(new InputEvent("input", { isComposing: true }));
    }""")
    expect(page.get_by_role("option")).to_have_count(0)
    page.evaluate("document.querySelector('#add-organization').dispatchEvent(new CompositionEvent('compositionend'))")
    expect(page.get_by_role("option", selected=True)).to_contain_text("NATO")
