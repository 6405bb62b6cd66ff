"""A fact of the domain becomes a page, or for htmx an alert; the API answers for itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.identity.models import Court
from xiezhi.identity.tests.factories import PostFactory
from xiezhi.web.middleware import CONTENT_SECURITY_POLICY

FACTS: dict[str, Exception] = {
    "forbidden": NotPermitted("只有院长可以批准。"),
    "absent": ObjectDoesNotExist("Case matching query does not exist."),
    "invisible": Court.DoesNotExist("Court 17 is hidden"),
    "refused": Refused("案件已经结案。"),
    "invalid": InvalidInput("有两处不对。", {"amount": ["金额不能是负数。"]}),
    "away": OperationalError("connection refused by 10.0.0.7"),
    "broken": InterfaceError("connection already closed"),
    "bug": ValueError("secret detail"),
}


def fail(request: HttpRequest, fact: str) -> HttpResponse:
    """Do what a service does that will not."""
    raise FACTS[fact]


urlpatterns = [path("fail/<str:fact>/", fail), path("", include("xiezhi.project.urls"))]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def get(fact: str, **headers: str) -> Any:
    return Client(raise_request_exception=False).get(f"/fail/{fact}/", headers=headers)


@pytest.mark.parametrize(
    ("fact", "status", "words"),
    [
        pytest.param("forbidden", 403, ["您的岗位不能做这件事", "只有院长可以批准。"], id="403"),
        pytest.param("absent", 404, ["没有找到这一页"], id="404"),
        pytest.param("refused", 409, ["现在不能这样办", "案件已经结案。"], id="409"),
        pytest.param("invalid", 422, ["填写的内容需要改正", "有两处不对。", "金额不能是负数。"], id="422"),
        pytest.param("away", 503, ["系统暂时不能使用"], id="503"),
        pytest.param("broken", 503, ["系统暂时不能使用"], id="503 for a closed connection"),
    ],
)
def test_a_fact_is_a_page(fact: str, status: int, words: list[str]) -> None:
    answer = get(fact)
    page = answer.content.decode()

    assert answer.status_code == status
    assert "<html" in page
    assert all(word in page for word in words)
    assert "10.0.0.7" not in page


@pytest.mark.parametrize(
    ("fact", "status", "words"),
    [
        pytest.param("forbidden", 403, ["您的岗位不能做这件事", "只有院长可以批准。"], id="403"),
        pytest.param("absent", 404, ["没有找到"], id="404"),
        pytest.param("refused", 409, ["现在不能这样办", "案件已经结案。"], id="409"),
        pytest.param("invalid", 422, ["填写的内容需要改正", "金额不能是负数。"], id="422"),
    ],
)
def test_htmx_gets_an_alert_for_the_notice_area(fact: str, status: int, words: list[str]) -> None:
    answer = get(fact, **{"HX-Request": "true"})
    alert = answer.content.decode()

    assert answer.status_code == status
    assert "<html" not in alert
    assert 'role="alert"' in alert or 'role="status"' in alert
    assert all(word in alert for word in words)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#notices", "innerHTML")


def test_a_boosted_link_is_a_whole_page() -> None:
    assert "<html" in get("refused", **{"HX-Request": "true", "HX-Boosted": "true"}).content.decode()


def test_absent_and_invisible_look_the_same() -> None:
    absent, invisible = (
        re.sub(r"[A-Za-z0-9]{64}", "", get(fact).content.decode()) for fact in ("absent", "invisible")
    )

    assert absent == invisible


def test_the_message_is_words_and_not_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FACTS, "refused", Refused("<script>alert(1)</script>"))

    assert "<script>alert(1)" not in get("refused").content.decode()
    assert "<script>alert(1)" not in get("refused", **{"HX-Request": "true"}).content.decode()


def test_a_database_that_is_away_says_when_to_come_back_and_is_not_kept() -> None:
    answer = get("away")

    assert answer["Retry-After"] == "60"
    assert answer["Cache-Control"] == "no-store"


def test_a_mistake_of_ours_is_a_500_without_its_words() -> None:
    answer = get("bug")

    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_the_api_answers_in_its_own_form() -> None:
    client = Client()
    client.force_login(PostFactory(president=True).person.user)

    absent = client.get("/api/v1/cases/999999999")

    assert absent.status_code == 404
    assert absent["Content-Type"].startswith("application/json")
    assert absent.json() == {"message": "没有找到，或者您的岗位看不到它。", "fields": {}}


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/tools/", "/fail/refused/", "/fail/away/", "/nowhere/"]
)
def test_every_page_keeps_to_the_policy(address: str) -> None:
    answer = Client().get(address)

    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))

    assert rules["script-src"] == rules["style-src"] == rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_a_form_that_grew_too_old_is_refused_kindly() -> None:
    client = Client(enforce_csrf_checks=True)

    page = client.post("/accounts/login/", {})
    alert = client.post("/accounts/login/", {}, headers={"HX-Request": "true"})

    assert page.status_code == alert.status_code == 403
    assert "cookie" not in page.content.decode()
    assert "页面停留过久" in alert.content.decode()
