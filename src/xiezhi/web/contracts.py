"""Shapes that the desk and the search page show, and that rooms fill through `xiezhi.web.panels`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One thing to do.

    `kind` is a word for the badge (审批, 开庭, 送达 …); `days_left` counts from today, negative when overdue,
    None without a last day; `action_url` with `action` is the button of the row, `url` the page of its title.
    """

    title: str
    url: str
    case_number: str = ""
    due_on: date | None = None
    days_left: int | None = None
    kind: str = ""
    action_url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """Rows of one urgency; `key` is OVERDUE, SOON, WAITING, LATER, IN_HAND or OTHERS."""

    key: str
    title: str
    rows: tuple[DeskRow, ...]


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One entry of the calendar: a hearing (`time` as 09:00, `place`) or a last day (`is_last_day`)."""

    on: date
    text: str
    url: str = ""
    time: str = ""
    place: str = ""
    case_number: str = ""
    is_last_day: bool = False


@dataclass(frozen=True, slots=True)
class DeskDay:
    """One day of the calendar."""

    date: date
    items: tuple[DeskItem, ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result: `kind` is a word (案件, 当事人 …), `detail` a line of plain text under the title."""

    kind: str
    title: str
    url: str
    case_number: str = ""
    detail: str = ""
