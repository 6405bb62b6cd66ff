"""The API of the journal; `request.auth` is the Actor."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from xiezhi.foundation.models import JournalEntry
from xiezhi.foundation.refusal import Refusal
from xiezhi.identity import selectors
from xiezhi.identity.contracts import Actor
from xiezhi.identity.services import looks

journal = Router(tags=["日志"])

Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2999, 12, 31), examples=["2026-11-24"])]
Words = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]


class EntryOut(Schema):
    """One entry: who, what, when, and the plain values it was written with."""

    id: int
    kind: str
    at: datetime
    recorded_at: datetime
    court_code: str
    case_id: int | None
    subject: str
    actor: str
    actor_title: str
    text: str
    payload: dict[str, Any]


class JournalPageOut(Schema):
    items: list[EntryOut]
    next: str | None
    previous: str | None


class JournalQuery(Schema):
    court: Annotated[Words, Field(description="法院代字，例如 冀0606")] = ""
    kind: Annotated[Words, Field(description="事件的代码，或者模块名，例如 cases")] = ""
    person: Annotated[Words, Field(description="操作人的姓名或者工号")] = ""
    case: Annotated[Words, Field(description="任何写法的案号")] = ""
    since: Day | None = None
    until: Day | None = None
    text: Words = ""
    after: Annotated[str | None, Field(max_length=600)] = None
    before: Annotated[str | None, Field(max_length=600)] = None
    size: Annotated[int, Field(ge=1, le=200)] = 50


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _entry(entry: JournalEntry) -> EntryOut:
    return EntryOut(
        id=entry.pk,
        kind=entry.kind,
        at=entry.at,
        recorded_at=entry.recorded_at,
        court_code=entry.court_code,
        case_id=entry.case_id,
        subject=entry.subject,
        actor=entry.actor_name,
        actor_title=entry.actor_title,
        text=entry.text,
        payload=entry.payload,
    )


@journal.get(
    "",
    response={200: JournalPageOut, 401: Refusal, 403: Refusal, 422: Refusal},
    summary="查询日志",
    operation_id="journal_list",
)
def journal_list(request: HttpRequest, query: Query[JournalQuery]) -> JournalPageOut:
    """审计日志，只含当前岗位可以审计的法院，新的在前，按键值翻页。按操作人查阅的，本身记入日志。"""
    actor, now = _actor(request), timezone.now()
    if query.person and not query.after and not query.before:
        looks.journal_searched(actor=actor, person=query.person, at=now)
    page = selectors.journal_page(
        actor,
        selectors.JournalQuery(
            court_code=query.court,
            kind=query.kind,
            person=query.person,
            case=query.case,
            since=query.since,
            until=query.until,
            text=query.text,
        ),
        today=timezone.localdate(now),
        after=query.after,
        before=query.before,
        size=query.size,
    )
    return JournalPageOut(
        items=[_entry(entry) for entry in page.rows], next=page.next_token, previous=page.previous_token
    )


@journal.get(
    "/{entry_id}",
    response={200: EntryOut, 401: Refusal, 403: Refusal, 404: Refusal, 422: Refusal},
    summary="查看一条日志",
    operation_id="journal_entry",
)
def journal_entry(request: HttpRequest, entry_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> EntryOut:
    """一条日志和它写入时的内容。"""
    return _entry(selectors.journal_entry_get(_actor(request), entry_id))
