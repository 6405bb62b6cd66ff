"""What the foundation itself records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from xiezhi.foundation.contracts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChanged(Event):
    kind: ClassVar[str] = "foundation.setting-changed"
    summary: ClassVar[str] = (
        "法院参数“{label}”由{before_text}改为{after_text}，自{valid_from}起，理由：{reason}"
    )
    key: str
    label: str
    before: Any
    before_text: str
    after: Any
    after_text: str
    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRetried(Event):
    kind: ClassVar[str] = "foundation.dead-letter-retried"
    summary: ClassVar[str] = "要求重新投递：{subscriber}，日志记录{entry_id}"
    dead_letter_id: int
    subscriber: str
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterGivenUp(Event):
    kind: ClassVar[str] = "foundation.dead-letter-given-up"
    summary: ClassVar[str] = "不再投递：{subscriber}，日志记录{entry_id}，理由：{reason}"
    dead_letter_id: int
    subscriber: str
    entry_id: int
    reason: str
