"""The API of the hearing calendar; `request.auth` is the Actor."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xiezhi.foundation.refusal import Refusal
from xiezhi.hearings import selectors
from xiezhi.hearings.contracts import HearingStatus
from xiezhi.identity.contracts import Actor

calendar = Router(tags=["开庭日历"])

Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2999, 12, 1), examples=["2026-11-24"])]


class HearingOut(Schema):
    """A hearing. One that may not be looked into shows its time and room alone (`is_closed_off`)."""

    id: int | None
    starts_at: datetime
    ends_at: datetime
    room: str
    kind: str
    status: HearingStatus
    case_number: str
    title: str
    judge: str
    is_mine: bool
    is_closed_off: bool


class DayOut(Schema):
    on: date
    note: Annotated[str, Field(description="放假、调休上班的说明")]
    is_off: bool
    hearings: list[HearingOut]


class CalendarQuery(Schema):
    week: Day
    court_code: Annotated[str, Field(max_length=16)] = ""
    room_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    division_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    mine: bool = False


@calendar.get(
    "",
    response={200: list[DayOut], 401: Refusal, 403: Refusal, 422: Refusal},
    summary="一周的开庭安排",
    operation_id="hearing_calendar",
)
def hearing_calendar(request: HttpRequest, query: Query[CalendarQuery]) -> list[DayOut]:
    """某日所在一周的开庭安排；当前岗位不能查看的案件只显示占用的时间和法庭。"""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    wanted = selectors.CalendarFilter(
        court_code=query.court_code, room_id=query.room_id, division_id=query.division_id, mine=query.mine
    )
    view = selectors.hearing_calendar(
        actor=actor, wanted=wanted, week=query.week, month=query.week.replace(day=1)
    )
    return [
        DayOut(
            on=day.on,
            note=day.note,
            is_off=day.is_off,
            hearings=[
                HearingOut(
                    id=None if entry.is_closed_off else entry.hearing_id,
                    starts_at=entry.starts_at,
                    ends_at=entry.ends_at,
                    room=entry.room,
                    kind=entry.kind,
                    status=entry.status,
                    case_number=entry.case_number,
                    title=entry.title,
                    judge=entry.judge,
                    is_mine=entry.is_mine,
                    is_closed_off=entry.is_closed_off,
                )
                for entry in day.entries
            ],
        )
        for day in view.days
    ]
