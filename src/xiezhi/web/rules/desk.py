"""The order of the desk: what hurts first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from xiezhi.web.contracts import DeskDay, DeskGroup, DeskItem, DeskRow
from xiezhi.web.rules.last_days import SOON_DAYS

OVERDUE, SOON, WAITING, LATER = "OVERDUE", "SOON", "WAITING", "LATER"
IN_HAND, OTHERS = "IN_HAND", "OTHERS"
TITLES = {
    OVERDUE: "已逾期",
    SOON: f"{SOON_DAYS} 天内到期",
    WAITING: "等我处理",
    LATER: "以后到期",
    IN_HAND: "在办案件",
    OTHERS: "等他人处理",
}


def place(row: DeskRow) -> str:
    """Return the group of a row. Without a last day it waits for me; due today counts as due soon."""
    if row.days_left is None:
        return WAITING
    if row.days_left < 0:
        return OVERDUE
    return SOON if row.days_left <= SOON_DAYS else LATER


def group(
    rows: Iterable[DeskRow], others: Iterable[DeskRow] = (), in_hand: Iterable[DeskRow] = ()
) -> list[DeskGroup]:
    """Return the groups that hold something, the most pressing first; in each, the earliest last day first.

    `in_hand`: work under way that nothing calls for today; `others`: what waits for somebody else. These come
    after all to-dos, however near their last days.
    """
    placed: dict[str, list[DeskRow]] = {key: [] for key in TITLES}
    for row in rows:
        placed[place(row)].append(row)
    placed[IN_HAND].extend(in_hand)
    placed[OTHERS].extend(others)
    return [
        DeskGroup(
            key=key,
            title=TITLES[key],
            rows=tuple(sorted(found, key=lambda r: (r.due_on or date.max, r.case_number, r.title))),
        )
        for key, found in placed.items()
        if found
    ]


def days(items: Iterable[DeskItem], *, since: date, count: int = 7) -> list[DeskDay]:
    """Return `count` days from `since`, each with its items by time of day; items outside are left out."""
    by_day: dict[date, list[DeskItem]] = {since + timedelta(days=n): [] for n in range(count)}
    for item in items:
        if item.on in by_day:
            by_day[item.on].append(item)
    return [
        DeskDay(date=day, items=tuple(sorted(found, key=lambda i: (i.time or "", i.text))))
        for day, found in by_day.items()
    ]
