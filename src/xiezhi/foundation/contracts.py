"""Values that every room shares: what an event is, and who is said to have acted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

COURT_TIME = ZoneInfo("Asia/Shanghai")


class JournalActor(Protocol):
    """Who acted, as the journal keeps it. `identity.contracts.Actor` satisfies this."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def post_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def court_code(self) -> str: ...
    @property
    def on_behalf_of_post_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The program itself: timers, imports, the loading of reference data."""

    user_id: int | None = None
    person_id: int | None = None
    post_id: int | None = None
    name: str = "系统"
    title: str = ""
    court_code: str = ""
    on_behalf_of_post_id: int | None = None


SYSTEM_ACTOR = SystemActor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, in plain values.

    A subclass names its `kind` (`room.past-tense`) and a `summary` whose braces name its fields. The
    sentence is stored with the entry, so that a later wording does not change what was once written down.
    """

    kind: ClassVar[str] = ""
    summary: ClassVar[str] = ""

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON values: dates in ISO form, Decimals as text, enums as their codes."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}

    def text(self) -> str:
        """Return the sentence of the summary with the fields in it."""
        return self.summary.format_map(
            {field.name: words(getattr(self, field.name)) for field in fields(self)}
        )


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it without loss. Raises TypeError for anything but plain values."""
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return str(value)
        case int() | float():
            return value
        case Decimal():
            return format(value, "f")
        case datetime():
            if value.tzinfo is None:
                raise TypeError("A moment in an event must carry its time zone")
            return value.isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(plain(item) for item in value)
    raise TypeError(f"An event carries plain values, not {type(value).__name__}")


def words(value: Any) -> str:
    """Return a value as a Chinese sentence names it."""
    match value:
        case None:
            return "（未定）"
        case bool():
            return "是" if value else "否"
        case Enum():
            return str(getattr(value, "label", value.value))
        case datetime():
            local = value.astimezone(COURT_TIME)
            return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case Decimal():
            return format(value, "f")
        case Mapping():
            return "，".join(f"{words(key)}：{words(item)}" for key, item in value.items())
        case list() | tuple() | set() | frozenset():
            return "、".join(words(item) for item in value)
    return str(value)
