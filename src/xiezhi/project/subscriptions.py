"""Who listens to the journal, which rooms fill the desk, search and case page, and what runs every day.

Rooms do not know the rooms above them; this module introduces them to each other, once per process.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from xiezhi.cases.selectors import case_page, screens
from xiezhi.cases.selectors import desk as case_desk
from xiezhi.cases.selectors import search as case_search
from xiezhi.cases.services import reminders
from xiezhi.foundation import jobs
from xiezhi.hearings import handlers as hearing_handlers
from xiezhi.hearings import selectors as hearing_selectors
from xiezhi.identity.contracts import Actor
from xiezhi.identity.selectors import audit
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber, parse_any
from xiezhi.web import panels
from xiezhi.web.contracts import DeskItem, DeskRow, SearchHit


def register() -> None:
    """Introduce the rooms to each other. Safe to call twice."""
    panels.add_todo_words(case_desk.TODO_WORDS)
    panels.add_case_numbers("cases", case_desk.case_numbers)
    panels.add_calendar("hearings", _hearings)
    panels.add_calendar("last-days", _last_days)
    panels.add_in_hand("cases", _in_hand)
    panels.add_waiting("cases", _awaited)
    panels.add_search("cases", _case_hits)
    audit.add_case_lookup(_case_of)
    audit.add_screen(screens.hidden_entries)
    case_page.add_tab_source("hearings", "庭审", hearing_selectors.case_tab)
    jobs.daily("cases.reminders", _remind, hour=6)
    hearing_handlers.register()


def _hearings(actor: Actor, since: date, until: date) -> Iterable[DeskItem]:
    return [
        DeskItem(
            on=item.on,
            text=item.text,
            url=item.url,
            time=item.time,
            place=item.place,
            case_number=item.case_number,
        )
        for item in hearing_selectors.desk_items(actor, since, until)
    ]


def _last_days(actor: Actor, since: date, until: date) -> Iterable[DeskItem]:
    return [
        DeskItem(on=day.on, text=day.text, url=day.url, case_number=day.case_number, is_last_day=True)
        for day in case_desk.last_days(actor, since, until)
    ]


def _awaited(actor: Actor) -> Iterable[DeskRow]:
    today = timezone.localdate()
    return [
        DeskRow(
            title=row.title,
            url=row.url,
            case_number=row.case_number,
            due_on=row.due_on,
            days_left=(row.due_on - today).days if row.due_on else None,
            kind=row.word,
            action_url=row.url,
            action="查看",
        )
        for row in case_desk.awaited(actor)
    ]


def _in_hand(actor: Actor) -> Iterable[DeskRow]:
    today = timezone.localdate()
    return [
        DeskRow(
            title=row.title,
            url=f"/cases/{row.case_id}/",
            case_number=row.case_number,
            due_on=row.due_on,
            days_left=(row.due_on - today).days if row.due_on else None,
            kind="审限停止" if row.clock_stopped else row.stage,
            action_url=f"/cases/{row.case_id}/",
            action="打开",
        )
        for row in case_desk.in_hand(actor)
    ]


def _case_hits(actor: Actor, words: str, number: CaseNumber | LegacyCaseNumber | None) -> Iterable[SearchHit]:
    return [
        SearchHit(kind="案件", title=hit.title, url=hit.url, case_number=hit.number, detail=hit.detail)
        for hit in case_search.hits(actor, words, number)
    ]


def _case_of(actor: Actor, number: str) -> int | None:
    found = case_search.hits(actor, number, parse_any(number))
    return found[0].case_id if found else None


def _remind(day: date) -> None:
    reminders.remind(on=day, at=timezone.now())
