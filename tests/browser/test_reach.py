"""Everybody can use the pages: no WCAG 2.2 A/AA violation, no sideways scrolling, the keyboard is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from .conftest import DESKTOP, PHONE, SignIn, person_named

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
#: Resolves once the page has been laid out and painted anew: axe looks at what is painted where.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
CASE = re.compile(r"^/cases/\d+/$")


@pytest.fixture
def console(page: Page) -> Iterator[list[str]]:
    """What the browser complains of while the test looks around."""
    said: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    yield said
    assert not said


def _violations(page: Page, where: str) -> list[str]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{where} {rule['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for rule in found
        for node in rule["nodes"]
    ]


def _faults(page: Page, path: str) -> list[str]:
    """Return what is wrong with a page on a desk screen and on a telephone."""
    page.set_viewport_size(DESKTOP)
    answer = page.goto(path)
    assert answer is not None
    faults = [] if answer.status == 200 else [f"{path} answered {answer.status}"]
    faults += _violations(page, f"{path} (1440)")
    page.set_viewport_size(PHONE)
    page.evaluate(DRAWN)
    faults += _violations(page, f"{path} (390)")
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        faults.append(f"{path} is {width} pixels wide on a telephone")
    return faults


def _first(page: Page, pattern: re.Pattern[str]) -> str:
    """Return the first link of the page's content whose address fits."""
    links = page.locator("main a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return next(link for link in links if pattern.match(link))


def test_pages_for_everybody(page: Page, console: list[str]) -> None:
    paths = ["/accounts/login/", "/tools/", "/tools/fee/", "/tools/limit/", "/tools/period/"]
    paths += ["/tools/cause/", "/tools/number/", "/styleguide/"]
    assert [fault for path in paths for fault in _faults(page, path)] == []


def test_pages_of_the_filing_clerk(page: Page, sign_in: SignIn, console: list[str]) -> None:
    sign_in("立案员")
    page.goto("/applications/?tab=ALL")
    one = _first(page, re.compile(r"^/applications/\d+/$"))
    paths = ["/", "/applications/?tab=ALL", "/applications/new/", "/applications/new/?kind=CIVIL_FIRST", one]
    assert [fault for path in paths for fault in _faults(page, path)] == []


def test_pages_of_the_president(page: Page, sign_in: SignIn, console: list[str]) -> None:
    sign_in("院长")
    page.goto("/cases/")
    page.goto(_first(page, CASE))
    tabs = page.locator(".tabs-x a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(tabs) >= 7
    page.goto("/approvals/?tab=ALL")
    request = _first(page, re.compile(r"^/approvals/\d+/$"))
    page.goto("/journal/")
    entry = _first(page, re.compile(r"^/journal/\d+/$"))
    paths = ["/", "/cases/", *tabs, "/approvals/?tab=ALL", request, "/hearings/", "/people/", "/settings/"]
    paths += ["/journal/", entry, "/search/?q=纠纷", "/profile/", "/notices/"]
    assert [fault for path in paths for fault in _faults(page, path)] == []


def test_pages_of_the_judge(page: Page, sign_in: SignIn, console: list[str]) -> None:
    sign_in("院长")
    page.goto("/cases/?state=OPEN&stage=PREPARING")
    case = _first(page, CASE)
    page.goto(case)
    judge = page.locator(".cover-facts div").filter(has_text="承办人").locator("dd").inner_text()
    sign_in("法官", person=person_named(page, judge))
    page.goto(case)
    steps = page.locator(".cover-actions a[href^='/cases/']")
    paths = [case, *steps.evaluate_all("all => all.map(one => one.getAttribute('href'))")]
    assert len(paths) > 3
    paths += [
        f"{case}requests/new/extension/",
        f"{case}team/",
        f"{case}hearings/new/",
        "/hearings/courtrooms/",
    ]
    assert [fault for path in dict.fromkeys(paths) for fault in _faults(page, path)] == []


def test_pages_of_the_administrator(page: Page, sign_in: SignIn, console: list[str]) -> None:
    sign_in("系统管理员")
    paths = ["/courts/", "/people/", "/people/new/", "/settings/", "/dead-letters/", "/accounts/2fa/"]
    for listing, one in (
        ("/courts/", r"^/courts/\d+/$"),
        ("/people/", r"^/people/\d+/$"),
        ("/settings/", r"^/settings/.+"),
    ):
        page.goto(listing)
        paths.append(_first(page, re.compile(one)))
    assert [fault for path in paths for fault in _faults(page, path)] == []


def test_a_form_sent_with_mistakes_keeps_what_was_typed_and_leads_to_them(
    page: Page, sign_in: SignIn
) -> None:
    sign_in("立案员")
    page.goto("/applications/new/?kind=CIVIL_FIRST")
    page.get_by_role("textbox", name="标的额").fill("负三元")
    page.get_by_role("textbox", name="诉讼请求").fill("判令被告还款。")
    page.get_by_role("button", name="提交审查").click()

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.get_by_role("textbox", name="标的额")).to_have_value("负三元")
    expect(page.get_by_role("textbox", name="诉讼请求")).to_have_value("判令被告还款。")
    assert _violations(page, "the form with mistakes") == []
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.matches('input, select, textarea')")


def test_the_page_of_what_is_not_there(page: Page, sign_in: SignIn) -> None:
    sign_in("法官")
    assert [fault for fault in _faults(page, "/cases/999999999/") if "answered 404" not in fault] == []


def test_on_a_telephone_the_navigation_opens_and_closes(page: Page, sign_in: SignIn) -> None:
    sign_in("法官")
    page.set_viewport_size(PHONE)
    toggle = page.get_by_role("button", name="打开导航")
    cases = page.locator("nav.rail").get_by_role("link", name="我的案件")
    expect(cases).not_to_be_in_viewport()

    toggle.click()
    expect(cases).to_be_in_viewport()
    assert _violations(page, "the open navigation") == []
    page.keyboard.press("Escape")
    expect(cases).not_to_be_in_viewport()

    toggle.click()
    cases.click()
    page.wait_for_url("**/cases/")


def test_the_pages_in_the_dark(page: Page, sign_in: SignIn, console: list[str]) -> None:
    page.emulate_media(color_scheme="dark")
    sign_in("院长")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/cases/")
    paths = ["/", "/cases/", _first(page, CASE), "/hearings/", "/tools/fee/", "/styleguide/"]
    assert [fault for path in paths for fault in _faults(page, path)] == []


def test_the_keyboard_is_enough(page: Page, sign_in: SignIn) -> None:
    sign_in("法官")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

    page.keyboard.press("/")
    expect(page.locator("#global-search")).to_be_focused()
    page.keyboard.type("2026冀0606民初1")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(search|cases)/"))


def test_without_scripts_the_work_can_still_be_done(browser: Browser, product: str) -> None:
    context = browser.new_context(base_url=product, viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator(".demo-court").nth(1).locator(".demo-person", has_text="立案员").click()
    page.locator("nav.rail").get_by_role("link", name="登记立案").click()
    page.get_by_role("link", name="民事一审").click()
    before = page.locator("[data-party-row]").count()
    page.get_by_role("textbox", name="诉讼请求").fill("判令被告还款。")
    page.get_by_role("button", name="增加一名当事人").click()

    expect(page.locator("[data-party-row]")).to_have_count(before + 1)
    expect(page.get_by_role("textbox", name="诉讼请求")).to_have_value("判令被告还款。")
    page.get_by_role("textbox", name="案由").fill("民间借贷")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".cause-option").first).to_contain_text("民间借贷纠纷")
    context.close()


def test_in_large_type_nothing_is_cut_off(page: Page, sign_in: SignIn) -> None:
    sign_in("院长")
    page.locator("summary.person-now").click()
    page.locator(".menu-body").get_by_label("大字").check()
    expect(page.locator("html")).to_have_attribute("data-type-size", "large")

    assert [fault for path in ("/", "/cases/", "/tools/fee/") for fault in _faults(page, path)] == []
    expect(page.locator("html")).to_have_attribute("data-type-size", "large")


def test_on_a_long_page_bar_and_navigation_stay(page: Page, sign_in: SignIn) -> None:
    sign_in("立案员")
    page.goto("/applications/new/?kind=CIVIL_FIRST")
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")

    assert page.evaluate("window.scrollY") > DESKTOP["height"]
    expect(page.locator("#global-search")).to_be_in_viewport()
    expect(page.locator("nav.rail").get_by_role("link", name="我的工作台")).to_be_in_viewport()


def test_a_draft_that_is_kept_moves_nothing_on_the_page(page: Page, sign_in: SignIn) -> None:
    sign_in("立案员")
    page.goto("/applications/new/?kind=CIVIL_FIRST")
    claims = page.get_by_role("textbox", name="诉讼请求")
    before = claims.bounding_box()
    claims.fill("判令被告还款。")
    page.evaluate("window.scrollTo(0, 0)")

    expect(page.get_by_text("暂存在本机")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    assert claims.bounding_box() == before

    page.goto("/")
    page.goto("/applications/new/?kind=CIVIL_FIRST")
    page.get_by_role("button", name="接着填").click()
    expect(claims).to_have_value("判令被告还款。")
