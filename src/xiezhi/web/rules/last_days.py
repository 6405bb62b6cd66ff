"""How a last day stands on a given day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SOON_DAYS = 3


class Urgency(StrEnum):
    """How much a last day presses; the code is also the name of its look."""

    NONE = "NONE"
    PAUSED = "PAUSED"
    OVERDUE = "OVERDUE"
    TODAY = "TODAY"
    SOON = "SOON"
    LATER = "LATER"


@dataclass(frozen=True, slots=True)
class LastDay:
    """A last day seen from today. `days` is negative when it has passed."""

    on: date | None
    days: int | None
    urgency: Urgency
    words: str


def words(on: date, today: date) -> str:
    """Return 剩 5 天, 今天到期 or 逾期 3 天."""
    days = (on - today).days
    if days < 0:
        return f"逾期 {-days} 天"
    return f"剩 {days} 天" if days else "今天到期"


def urgency(on: date | None, today: date) -> Urgency:
    """Return how much `on` presses on `today`; a last day that has passed is overdue from the next day on."""
    if on is None:
        return Urgency.NONE
    days = (on - today).days
    if days < 0:
        return Urgency.OVERDUE
    if days == 0:
        return Urgency.TODAY
    return Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


def state(on: date | None, today: date, *, paused: bool = False) -> LastDay:
    """Return the whole standing. A paused limit has no last day until it runs again."""
    if paused:
        return LastDay(on=None, days=None, urgency=Urgency.PAUSED, words="停止计算")
    if on is None:
        return LastDay(on=None, days=None, urgency=Urgency.NONE, words="无期限")
    return LastDay(on=on, days=(on - today).days, urgency=urgency(on, today), words=words(on, today))
