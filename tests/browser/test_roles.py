"""Every role signs in with one click, and everything it is led to opens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import SignIn

ROLES = [
    "立案员",
    "法官",
    "法官助理",
    "书记员",
    "庭长",
    "副院长",
    "院长",
    "审判管理",
    "执行员",
    "档案员",
    "财务",
    "系统管理员",
    "督察",
]
CHINESE = re.compile(r"^[^A-Za-z]*[一-鿿]+[^A-Za-z]* · 獬豸$")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("court", [0, 1], ids=["intermediate", "basic"])
def test_every_link_of_the_navigation_opens(page: Page, sign_in: SignIn, role: str, court: int) -> None:
    sign_in(role, court)
    expect(page.locator(".demo-mark")).to_be_visible()
    links = page.locator("nav.rail a")
    labels = links.all_inner_texts()
    assert labels[0] == "我的工作台"
    assert len(labels) >= 2

    for place, label in enumerate(labels):
        with page.expect_response(lambda answer: answer.request.is_navigation_request()) as opened:
            links.nth(place).click()
        assert opened.value.status == 200, label
        expect(page).to_have_title(CHINESE)
        expect(links.nth(place)).to_have_attribute("aria-current", "page")


def test_the_sign_in_page_offers_every_role_of_three_courts(page: Page) -> None:
    page.goto("/accounts/login/")

    courts = page.locator(".demo-court")

    expect(courts).to_have_count(3)
    for place in range(3):
        assert courts.nth(place).locator(".demo-person strong").all_inner_texts() == ROLES


def test_a_case_of_another_court_is_not_there(page: Page, sign_in: SignIn) -> None:
    sign_in("院长", 1)
    page.goto("/cases/")
    link = page.locator("main tbody a[href^='/cases/']").first
    number, address = link.inner_text(), link.get_attribute("href")
    assert address

    def opened(path: str) -> tuple[int, str]:
        answer = page.goto(path)
        assert answer is not None
        return answer.status, page.locator("main").inner_text()

    assert opened(address)[0] == 200
    sign_in("法官", 2)
    for tab in ("", "parties/", "documents/", "record/"):
        assert opened(address + tab) == opened("/cases/999999999/")
    status, words = opened("/cases/999999999/")
    assert status == 404
    assert "没有找到这一页" in words
    assert number not in words

    page.goto(f"/search/?q={number}")
    expect(page.locator("main")).to_contain_text("没有找到")
