"""The law tools, as the public and as court staff see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import PostFactory
from xiezhi.law import fees, limits, periods
from xiezhi.portal import forms

NAMES = ["tools", "fee", "period", "limit", "number", "cause"]


def page(client: Client, name: str, **query: Any) -> str:
    response = client.get(reverse(f"portal:{name}"), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_pages_need_no_sign_in_and_complain_about_nothing_yet(client: Client, name: str) -> None:
    text = page(client, name)
    assert "12368" in text
    assert "error-summary" not in text
    assert "data-person" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_court_staff_find_them_in_their_own_shell(client: Client, name: str) -> None:
    person = PostFactory(role=Role.JUDGE.value).person
    client.force_login(person.user)
    text = page(client, name)
    assert f'data-person="{person.pk}"' in text
    assert f'href="{reverse("portal:tools")}" aria-current="page"' in text


@pytest.mark.parametrize("name", NAMES)
def test_pages_only_read(client: Client, name: str) -> None:
    assert client.post(reverse(f"portal:{name}")).status_code == 405


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        pytest.param(
            "fee",
            {"kind": "property", "amount": "30万", "simplified": "on", "mediated": "on"},
            ["2,900.00", "按 300,000.00 元计算", "贰仟玖佰元整", "民诉解释第二百零六条", "协商解决"],
            id="halved once",
        ),
        pytest.param("fee", {"kind": "divorce", "amount": "500000"}, ["1,550.00 至 1,800.00"], id="a range"),
        pytest.param(
            "fee",
            {"kind": "divorce", "amount": "500000", "base": "300"},
            ["1,800.00"],
            id="the province's figure",
        ),
        pytest.param(
            "fee", {"kind": "enforcement", "amount": "100000"}, ["1,400.00", "被执行人"], id="enforcement"
        ),
        pytest.param("fee", {"kind": "preservation"}, ["30.00"], id="without a sum"),
        pytest.param("fee", {"kind": "special_procedure"}, ["不交纳案件受理费"], id="free"),
        pytest.param(
            "period",
            {"period": "appeal_civil_judgment", "trigger": "20260920"},
            ["2026年10月8日", "民诉法171", "已顺延"],
            id="appeal over the national holiday",
        ),
        pytest.param(
            "period",
            {
                "period": "appeal_civil_judgment",
                "trigger": "2026-09-20",
                "posted_on": "2026-10-08",
                "received_on": "2026-10-12",
            },
            ["没有过期"],
            id="posted in time",
        ),
        pytest.param(
            "period",
            {"period": "defence", "variant": "foreign", "trigger": "20260506"},
            ["2026年6月5日"],
            id="abroad",
        ),
        pytest.param(
            "period",
            {"period": "own", "length": "10", "unit": "day", "rule": "detention", "trigger": "20260424"},
            ["2026年5月4日"],
            id="a length of one's own, in custody",
        ),
        pytest.param(
            "period", {"period": "hearing_notice", "trigger": "20261009"}, ["2026年10月6日"], id="days before"
        ),
        pytest.param(
            "period",
            {"period": "defence", "trigger": "20261225"},
            ["日期是暂定的"],
            id="a year not yet announced",
        ),
        pytest.param(
            "period",
            {"period": "supplement_restart", "of": "filing_civil", "trigger": "20260601"},
            ["2026年6月8日"],
            id="restart",
        ),
        pytest.param(
            "limit",
            {
                "limit": "civ_1_simplified",
                "docketed": "20260115",
                "reason_1": "APPRAISAL",
                "since_1": "20260201",
                "until_1": "20260211",
            },
            ["2026年4月27日", "民诉解释243", "还可以怎样延长"],
            id="appraisal",
        ),
        pytest.param(
            "limit",
            {
                "limit": "civ_1_ordinary",
                "docketed": "20260115",
                "reason_1": "SUSPENSION",
                "since_1": "20260201",
            },
            ["停止计算"],
            id="stopped",
        ),
        pytest.param(
            "limit",
            {"limit": "crim_1", "docketed": "20260316", "custody": "no"},
            ["2026年5月18日"],
            id="at large",
        ),
        pytest.param(
            "limit",
            {"limit": "crim_1", "docketed": "20260316", "custody": "yes"},
            ["2026年5月16日"],
            id="custody",
        ),
        pytest.param(
            "limit",
            {"limit": "pres_pre", "docketed": "20260213 09:30"},
            ["2026年2月15日 10:00"],
            id="in hours",
        ),
        pytest.param(
            "limit",
            {
                "limit": "civ_1_ordinary",
                "docketed": "20260115 09:30",
                "reason_1": "APPRAISAL",
                "since_1": "2026-02-01T09:30",
                "until_1": "20260211",
            },
            ["2026年7月27日"],
            id="the hour of an excluded day is left aside",
        ),
        pytest.param("limit", {"limit": "civ_foreign", "docketed": "20260115"}, ["没有期限"], id="no limit"),
        pytest.param(
            "limit",
            {"limit": "civ_retrial", "applies": "civ_2_judgment", "docketed": "20260115"},
            ["2026年4月15日"],
            id="another procedure's limit",
        ),
        pytest.param(
            "fee",
            {"kind": "property", "amount": "1e20", "simplified": "on"},
            ["250,000,000,000,020,900.00", "已减半"],
            id="a sum beyond the numerals",
        ),
        pytest.param(
            "number", {"number": "(2026)冀0606民初0012"}, ["（2026）冀0606民初12号", "莲池区"], id="number"
        ),
        pytest.param("number", {"number": "(2014)沈河刑初字第13号"}, ["旧式案号"], id="an old number"),
        pytest.param("cause", {"text": "民间借贷"}, ["民间借贷纠纷", "借款合同纠纷 ›"], id="cause"),
        pytest.param("cause", {"text": "没有这样的"}, ["没有找到"], id="nothing found"),
        pytest.param("cause", {"text": "纠纷"}, ["请多写几个字"], id="too many"),
    ],
)
def test_answers(client: Client, name: str, query: dict[str, str], words: list[str]) -> None:
    text = page(client, name, ask="1", **query)
    assert "error-summary" not in text
    for word in words:
        assert word in text
    assert name == "cause" or "data-print" in text


@pytest.mark.parametrize(
    ("name", "query", "field", "words"),
    [
        ("fee", {"kind": "property"}, "amount", "请填写"),
        ("fee", {"kind": "property", "amount": "很多钱"}, "amount", "不是金额"),
        ("fee", {"kind": "property", "amount": "-1"}, "amount", "不能为负"),
        ("fee", {"kind": "divorce", "base": "999"}, "base", "之内"),
        ("fee", {"kind": "lottery"}, "kind", ""),
        ("period", {"period": "defence"}, "trigger", "请填写"),
        ("period", {"period": "defence", "trigger": "20260230"}, "trigger", "请填写日期"),
        ("period", {"period": "defence", "trigger": "99990101"}, "trigger", "年份"),
        (
            "period",
            {"period": "evidence_ordinary", "trigger": "20260601", "given_days": "3"},
            "given_days",
            "不得少于",
        ),
        (
            "period",
            {"period": "defence", "trigger": "20260601", "posted_on": "20260605", "received_on": "20260604"},
            "received_on",
            "不能早于",
        ),
        ("period", {"period": "own", "trigger": "20260601", "length": "0"}, "length", ""),
        ("period", {"period": "publish_judgment", "trigger": "20261230"}, "trigger", "还没有公布"),
        (
            "period",
            {"period": "own", "trigger": "20260601", "length": "9999", "unit": "year", "rule": "civil"},
            "trigger",
            "超出",
        ),
        ("limit", {"limit": "civ_1_ordinary"}, "docketed", "请填写"),
        (
            "limit",
            {"limit": "civ_1_ordinary", "docketed": "20260115", "reason_1": "APPRAISAL"},
            "since_1",
            "请填写开始日",
        ),
        (
            "limit",
            {
                "limit": "civ_1_ordinary",
                "docketed": "20260115",
                "reason_2": "APPRAISAL",
                "since_2": "20260302",
                "until_2": "20260301",
            },
            "until_2",
            "不能早于",
        ),
        ("fee", {"kind": "property", "amount": "1e-999999"}, "amount", "小数位过多"),
        ("number", {"number": "民初1号"}, "number", "收案年度"),
        ("cause", {}, "text", "请填写"),
    ],
)
def test_errors_stand_beside_the_field_and_nothing_typed_is_lost(
    client: Client, name: str, query: dict[str, str], field: str, words: str
) -> None:
    text = page(client, name, ask="1", **query)
    assert "error-summary" in text
    assert f'id="{field}_error"' in text
    assert words in text
    for key, value in query.items():
        if f'name="{key}"' in text:
            assert f'value="{value}"' in text or key == "kind", key


def test_a_changed_choice_shows_its_fields_without_complaint(client: Client) -> None:
    text = page(client, "fee", kind="labour", amount="5")
    assert 'name="amount"' not in text
    assert 'name="simplified"' in text
    assert "error-summary" not in text
    assert 'name="base"' in page(client, "fee", kind="divorce")
    assert 'name="of"' in page(client, "period", period="supplement_restart")


def test_text_is_escaped(client: Client) -> None:
    text = page(client, "number", ask="1", number="<script>alert(1)</script>")
    assert "<script>alert" not in text


def test_every_period_is_offered_once() -> None:
    offered = [key for _name, keys in forms.PERIOD_GROUPS for key in keys]
    assert sorted(offered) == sorted({rule.id for rule in periods.all_periods()})


@pytest.mark.parametrize("kind", [kind.id for kind in fees.kinds()])
def test_every_fee_can_be_asked(client: Client, kind: str) -> None:
    assert "answer-main" in page(client, "fee", ask="1", kind=kind, amount="100000")


@pytest.mark.parametrize("rule", [rule.id for rule in limits.all_rules()])
def test_every_limit_can_be_asked(client: Client, rule: str) -> None:
    query = {"docketed": "20260115", "applies": "civ_2_judgment", "election_on": "20260301"}
    if rule.startswith("crim"):
        query["applies"] = "crim_1"
    assert "answer-main" in page(client, "limit", ask="1", limit=rule, **query)


@pytest.mark.parametrize("period", [rule.id for rule in periods.all_periods()])
def test_every_period_can_be_asked(client: Client, period: str) -> None:
    query = {"trigger": "20260601", "of": "filing_civil"}
    assert "answer-main" in page(client, "period", ask="1", period=period, **query)
