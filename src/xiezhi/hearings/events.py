"""What the hearing room records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from xiezhi.foundation.contracts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingScheduled(Event):
    kind: ClassVar[str] = "hearings.scheduled"
    summary: ClassVar[str] = "排期{kind_name}：{when_text}，{room}"
    hearing_id: int
    hearing_kind: str
    kind_name: str
    starts_at: datetime
    ends_at: datetime
    when_text: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingHeld(Event):
    kind: ClassVar[str] = "hearings.held"
    summary: ClassVar[str] = "{kind_name}已进行"
    hearing_id: int
    kind_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingPostponed(Event):
    kind: ClassVar[str] = "hearings.postponed"
    summary: ClassVar[str] = "{kind_name}延期，原因：{reason}"
    hearing_id: int
    kind_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingCancelled(Event):
    kind: ClassVar[str] = "hearings.cancelled"
    summary: ClassVar[str] = "{kind_name}取消，原因：{reason}"
    hearing_id: int
    kind_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtroomAdded(Event):
    kind: ClassVar[str] = "hearings.courtroom-added"
    summary: ClassVar[str] = "新增法庭{name}"
    courtroom_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtroomChanged(Event):
    kind: ClassVar[str] = "hearings.courtroom-changed"
    summary: ClassVar[str] = "变更法庭{name}：{change_text}"
    courtroom_id: int
    name: str
    seats: int
    in_use: bool
    change_text: str
