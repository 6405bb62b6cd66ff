"""A day of a basic court: an application becomes a case, gets its judge, a hearing and more time."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from datetime import date

from playwright.sync_api import Page, expect

from .conftest import REPO, SignIn, person_named

COURT = 1  # the first basic court of the sign-in page
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _confirm(page: Page) -> None:
    page.locator("#confirm-dialog [data-confirm-yes]").click()


def _party(page: Page, place: int, role: str, name: str) -> None:
    row = page.locator("[data-party-row]").nth(place)
    row.get_by_label("诉讼地位").select_option(label=role)
    row.get_by_label("姓名或者名称").fill(name)


def _last_day(page: Page) -> date:
    return date.fromisoformat(page.locator(".cover-limit .deadline-on").inner_text())


def _open_case(page: Page, number: str) -> None:
    """Find a case as people do: slash, the number as it comes to hand, Enter."""
    typed = number.replace("（", "").replace("）", "").removesuffix("号")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    expect(page.locator("h1")).to_contain_text(number)


def _fill_in(page: Page, plaintiff: str, defendant: str) -> None:
    """The papers of a loan dispute, typed from the counter; the preview says the fee."""
    page.get_by_role("link", name="登记立案").first.click()
    page.get_by_role("link", name="民事一审").click()
    page.get_by_role("combobox", name="适用程序").select_option(label="简易程序")
    cause = page.get_by_role("textbox", name="案由")
    cause.press_sequentially("民间借贷")
    page.locator(".cause-option", has_text="民间借贷纠纷").first.click()
    expect(cause).to_have_value("民间借贷纠纷")
    page.get_by_role("textbox", name="标的额").fill("128,560.50")
    while page.locator("[data-party-row]").count() < 2:
        page.get_by_role("button", name="增加一名当事人").click()
    _party(page, 0, "原告", plaintiff)
    _party(page, 1, "被告", defendant)
    page.get_by_role("textbox", name="诉讼请求").fill("判令被告偿还借款本金128560.50元及利息。")
    page.get_by_label("起诉状（按被告人数提交副本）").check()
    expect(page.locator("#application-preview")).to_contain_text(re.compile(r"约\s*[\d,]+\.\d\d"))


def _file(page: Page) -> str:
    """The filing clerk takes the papers in and dockets the case; returns its number."""
    _fill_in(page, "齐明远", "卫初晴")
    page.get_by_role("button", name="提交审查").click()

    page.wait_for_url(re.compile(r"/applications/\d+/$"))
    foreseen = page.locator(".docketing")
    number = foreseen.locator(".case-number").inner_text()
    due = foreseen.locator(".deadline-on").inner_text()
    assert re.fullmatch(r"（\d{4}）冀\d+民初\d+号", number)
    page.get_by_role("button", name="登记立案").click()
    expect(page.locator("#confirm-text")).to_contain_text(re.compile(f"{number}.*审限至 {due}"))
    _confirm(page)

    page.wait_for_url(re.compile(r"/cases/\d+/assign/$"))
    expect(page.locator("#notices")).to_contain_text(f"已立案：{number}")
    return number


def _draw(page: Page) -> str:
    """The case is drawn by lot; returns the name drawn."""
    tickets = page.get_by_role("table").first
    eligible = tickets.locator("tbody tr td:first-child").all_inner_texts()
    page.get_by_role("button", name="随机分案").click()
    _confirm(page)
    drawn = page.locator(".draw-name").inner_text()
    assert drawn in eligible
    expect(page.get_by_text("抽签串", exact=True)).to_be_visible()
    return drawn


def _prepare(page: Page) -> str:
    """The judge names a clerk and begins; returns the clerk's name."""
    page.get_by_role("link", name="确定审判组织").click()
    clerks = page.get_by_role("combobox", name="书记员")
    clerks.select_option(index=1)
    clerk = clerks.locator("option:checked").inner_text().split("（")[0].split()[0]
    page.get_by_role("button", name="确定审判组织").click()
    expect(page.locator("#notices")).to_contain_text("审判组织已确定")
    page.get_by_role("button", name="进入庭前准备").click()
    _confirm(page)
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    expect(page.locator("#notices")).to_contain_text("已进入“庭前准备”阶段")
    return clerk


def _schedule(page: Page) -> None:
    """A time that suits room and people is taken from the list, and stands in the calendar."""
    page.locator("#next").get_by_role("link", name="去办理").click()
    page.locator(".free-time").first.click()
    page.wait_for_url(re.compile("begins="))
    on = page.get_by_role("textbox", name="日期").input_value()
    page.get_by_role("button", name="确定排期").click()
    page.wait_for_url(re.compile(r"/hearings/\d+/$"))
    mine = page.url.removeprefix(page.url.split("/hearings/")[0])
    page.goto(f"/hearings/?week={on}")
    expect(page.locator(f".week-grid a[href='{mine}']").first).to_be_visible()


def _ask_for_time(page: Page) -> str:
    """The judge asks for an extension and sees beforehand what it would do; returns the day foreseen."""
    page.locator("summary", has_text="更多").click()
    page.get_by_role("link", name="提出审批申请").click()
    page.get_by_role("link", name=re.compile("延长审限")).click()
    page.get_by_role("textbox", name="理由").fill("被告下落不明，需要调查取证，难以在法定期限内审结。")
    page.get_by_role("textbox", name="理由").blur()
    preview = page.locator("#request-preview")
    expect(preview).to_contain_text("院长")
    expect(preview).to_contain_text(DAY)
    foreseen = max(DAY.findall(preview.inner_text()))
    page.get_by_role("button", name="提交审批").click()
    page.wait_for_url(re.compile(r"/approvals/\d+/$"))
    return foreseen


def test_a_day_of_a_court(page: Page, sign_in: SignIn, environment: dict[str, str]) -> None:
    sign_in("立案员", COURT)
    clerk_of_filing = page.locator(".person-now-name").inner_text()
    number = _file(page)
    judge = _draw(page)

    sign_in("院长", COURT)
    president = page.locator(".person-now-name").inner_text()
    person = person_named(page, judge)

    sign_in("法官", COURT, person=person)
    expect(page.locator(".person-now-name")).to_have_text(judge)
    expect(page.locator(".desk-row", has_text=number).first).to_be_visible()
    _open_case(page, number)
    first_last_day = _last_day(page)
    clerk = _prepare(page)
    _schedule(page)
    _open_case(page, number)
    foreseen = _ask_for_time(page)

    sign_in("院长", COURT)
    page.locator(".desk-row", has_text=number).first.get_by_role("link", name="去办理").click()
    page.get_by_role("textbox", name="审批意见").fill("同意。")
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("批准")

    _open_case(page, number)
    assert _last_day(page).isoformat() == foreseen
    assert _last_day(page) > first_last_day
    page.locator(".tabs-x").get_by_role("link", name="记录").click()
    record = page.locator(".timeline-x")
    for words in ("立案", "随机", judge, clerk, "庭前准备", "开庭", "延长审限", "批准"):
        expect(record).to_contain_text(words)
    for name in (clerk_of_filing, judge, president):
        expect(record.locator(".timeline-meta", has_text=name).first).to_be_visible()
    assert not re.search(r"[A-Za-z]{4,}", record.inner_text())

    verify = [sys.executable, "-m", "xiezhi.project", "journal", "verify"]
    answer = subprocess.run(verify, cwd=REPO, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_an_impatient_double_click_files_once(page: Page, sign_in: SignIn) -> None:
    plaintiff = f"连点{secrets.token_hex(4)}"
    sign_in("立案员", 2)
    _fill_in(page, plaintiff, "卫初晴")
    page.get_by_role("button", name="提交审查").dblclick()
    page.wait_for_url(re.compile(r"/applications/\d+/$"))

    page.goto(f"/applications/?tab=ALL&q={plaintiff}")
    expect(page.locator("main tbody tr")).to_have_count(1)
