"""The order of the desk and the words of a last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from xiezhi.web.contracts import DeskItem, DeskRow
from xiezhi.web.rules import desk, last_days
from xiezhi.web.rules.last_days import Urgency

TODAY = date(2026, 11, 24)


def row(days: int | None, title: str = "办理", number: str = "") -> DeskRow:
    due_on = None if days is None else TODAY + timedelta(days=days)
    return DeskRow(title=title, url="/", case_number=number, due_on=due_on, days_left=days)


@pytest.mark.parametrize(
    ("days", "group"),
    [
        pytest.param(-1, desk.OVERDUE, id="yesterday"),
        pytest.param(0, desk.SOON, id="today is not overdue"),
        pytest.param(3, desk.SOON, id="the third day"),
        pytest.param(4, desk.LATER, id="the fourth day"),
        pytest.param(None, desk.WAITING, id="without a last day it waits for me"),
    ],
)
def test_place(days: int | None, group: str) -> None:
    assert desk.place(row(days)) == group


def test_groups_stand_from_overdue_to_what_others_must_do() -> None:
    groups = desk.group([row(20), row(None), row(1), row(-2)], [row(-30)])

    assert [group.title for group in groups] == ["已逾期", "3 天内到期", "等我处理", "以后到期", "等他人处理"]
    assert groups[-1].rows == (row(-30),)  # however late, it is not mine to do


def test_work_in_hand_stands_after_the_to_dos_and_before_what_others_must_do() -> None:
    groups = desk.group([row(20)], others=[row(-30)], in_hand=[row(-1)])

    assert [group.title for group in groups] == ["以后到期", "在办案件", "等他人处理"]


def test_an_empty_group_is_left_out() -> None:
    assert [group.key for group in desk.group([row(-1)])] == [desk.OVERDUE]
    assert desk.group([]) == []


def test_in_a_group_the_earliest_last_day_stands_first_and_equals_in_a_fixed_order() -> None:
    rows = [row(-1, "乙", "2"), row(-9, "丙", "3"), row(-1, "甲", "1"), row(-1, "甲", "2")]

    [group] = desk.group(rows)

    assert [(one.days_left, one.case_number, one.title) for one in group.rows] == [
        (-9, "3", "丙"),
        (-1, "1", "甲"),
        (-1, "2", "乙"),
        (-1, "2", "甲"),
    ]
    assert desk.group(reversed(rows)) == [group]


def test_days_hold_their_items_by_time_and_nothing_from_outside() -> None:
    items = [
        DeskItem(on=TODAY, text="下午", time="14:30"),
        DeskItem(on=TODAY, text="期满", is_last_day=True),
        DeskItem(on=TODAY, text="上午", time="09:00"),
        DeskItem(on=TODAY + timedelta(days=7), text="下周"),
        DeskItem(on=TODAY - timedelta(days=1), text="昨天"),
    ]

    days = desk.days(items, since=TODAY)

    assert [day.date for day in days] == [TODAY + timedelta(days=n) for n in range(7)]
    assert [item.text for item in days[0].items] == ["期满", "上午", "下午"]
    assert all(not day.items for day in days[1:])


@pytest.mark.parametrize(
    ("days", "urgency", "words"),
    [
        pytest.param(-12, Urgency.OVERDUE, "逾期 12 天", id="long past"),
        pytest.param(-1, Urgency.OVERDUE, "逾期 1 天", id="overdue from the next day on"),
        pytest.param(0, Urgency.TODAY, "今天到期", id="the last day itself counts"),
        pytest.param(1, Urgency.SOON, "剩 1 天", id="tomorrow"),
        pytest.param(3, Urgency.SOON, "剩 3 天", id="soon"),
        pytest.param(4, Urgency.LATER, "剩 4 天", id="later"),
    ],
)
def test_a_last_day_seen_from_today(days: int, urgency: Urgency, words: str) -> None:
    on = TODAY + timedelta(days=days)

    assert last_days.words(on, TODAY) == words
    assert last_days.urgency(on, TODAY) is urgency
    assert last_days.state(on, TODAY) == last_days.LastDay(on, days, urgency, words)


def test_a_paused_limit_has_no_last_day() -> None:
    paused = last_days.state(TODAY - timedelta(days=5), TODAY, paused=True)

    assert paused == last_days.LastDay(None, None, Urgency.PAUSED, "停止计算")


def test_no_limit_is_said() -> None:
    assert last_days.urgency(None, TODAY) is Urgency.NONE
    assert last_days.state(None, TODAY) == last_days.LastDay(None, None, Urgency.NONE, "无期限")
