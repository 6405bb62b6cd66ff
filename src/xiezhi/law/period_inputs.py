"""Periods asked for as plain values: what the command line, the pages and the API send.

`{"trigger_date": "2026-02-01", "length": 15, "unit": "day", "rule": "civil"}` counts a length of one's own;
`{"id": "appeal_civil_judgment", "trigger_date": "2026-02-01"}` counts a period of the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from math import isfinite
from typing import Any

from xiezhi.law import periods
from xiezhi.law.calendar import Calendar
from xiezhi.law.periods import Bound, MonthEnd, PeriodResult, Timeliness

_CHINA = timezone(timedelta(hours=8))
_UNITS: Mapping[str, str] = {
    **{unit: unit for unit in periods.UNITS},
    **{f"{unit}s": unit for unit in ("hour", "day", "workday", "month", "year")},
    "working_day": "workday",
    "小时": "hour",
    "时": "hour",
    "日": "day",
    "天": "day",
    "工作日": "workday",
    "个工作日": "workday",
    "月": "month",
    "个月": "month",
    "半月": "half_month",
    "半个月": "half_month",
    "年": "year",
    "日前": "day_before",
    "day_min": "day",
    "day_max": "day",
    "day_max_general": "day",
}
_BOUNDS: Mapping[str, Bound] = {
    "day_min": Bound.MIN,
    "day_max": Bound.MAX,
    "day_max_general": Bound.MAX_GENERAL,
}
_RULES: Mapping[str, str] = {
    **{rule: rule for rule in periods.RULES},
    "admin": "administrative",
    "民事": "civil",
    "刑事": "criminal",
    "行政": "administrative",
    "在押": "detention",
    "羁押": "detention",
}
_TRIGGERS = (
    "trigger_date",
    "trigger_on",
    "trigger_at",
    "trigger_time",
    "trigger_datetime",
    "trigger",
    "date",
)
_IDS = ("period", "period_id", "id")
# Words about a row, and the answers a worked row carries with it: they do not change the count.
_IGNORED = frozenset(
    {
        "name",
        "description",
        "note",
        "remark",
        "comment",
        "what",
        "start",
        "source",
        "status",
        "raw_last_day",
        "last_day",
        "rolled",
        "basis",
    }
)
_KNOWN = frozenset(
    {
        *_TRIGGERS,
        *_IDS,
        *_IGNORED,
        "length",
        "unit",
        "rule",
        "variant",
        "given_days",
        "reason",
        "of",
        "roll",
        "month_end",
        "posted_on",
        "received_on",
    }
)
_LOOSE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class InputFault(ValueError):
    """A value that cannot be read. `field` names it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Answer:
    """A counted period and, where a day of posting or receipt was given, whether it was kept."""

    result: PeriodResult
    timeliness: Timeliness | None = None

    @property
    def basis(self) -> str:
        """Every article of the count once, in order."""
        parts = (part for step in self.result.why for part in step.basis.split("；") if part)
        return "；".join(dict.fromkeys(parts))


def read_day(value: object, field: str = "date") -> date | datetime:
    """Read a day (2026-02-01, 20260201, 2026/2/1, 2026年2月1日) or a moment (2026-02-01T09:30).

    Raises InputFault.
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise InputFault(f"{field} 应为日期文字，如 2026-02-01", field)
    text = value.strip()
    try:
        if "T" in text or ":" in text:
            moment = datetime.fromisoformat(text)
            # Courts count in Chinese time.
            return moment if moment.tzinfo is None else moment.astimezone(_CHINA).replace(tzinfo=None)
        if loose := _LOOSE.fullmatch(text):
            return date(*map(int, loose.groups()))
        if re.fullmatch(r"\d{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        pass
    raise InputFault(f"“{value}”不是日期，应如 2026-02-01", field)


def read_plain_day(value: object, field: str = "date") -> date:
    """Read a day, dropping the hour of a moment. Raises InputFault."""
    day = read_day(value, field)
    return day.date() if isinstance(day, datetime) else day


def read_count(value: object, field: str = "length") -> int:
    """Read a whole number above 0. Raises InputFault."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,5}", value.strip()):
        value = int(value)
    # Bounded first: a whole number is never written out for 1E+999999999.
    if isinstance(value, Decimal | float) and isfinite(value) and 1 <= value <= 99_999 and value % 1 == 0:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 99_999:
        raise InputFault(f"{field} 应为正整数", field)
    return value


def from_mapping(
    data: Mapping[str, Any], *, calendar: Calendar | None = None, allow_unknown: bool = False
) -> Answer:
    """Return the period that is asked for.

    Raises InputFault for a value that cannot be read and what `periods.compute` and `periods.compute_named`
    raise, CalendarNotLoaded among them.
    """
    for key in data:
        if key not in _KNOWN:
            raise InputFault(f"不认识的字段“{key}”", key)
    trigger = next((read_day(data[k], k) for k in _TRIGGERS if data.get(k) is not None), None)
    if trigger is None:
        raise InputFault("须填写起算日期 trigger_date", "trigger_date")
    rule = _word(data, "rule", _RULES)
    roll = data.get("roll", True)
    if not isinstance(roll, bool):
        raise InputFault("roll 应为 true 或者 false", "roll")
    try:
        named = _named_rule(data)
        if named and (rule is None or rule == named.rule):
            result = _count_named(named, trigger, data, roll, calendar, allow_unknown)
        else:
            result = _count_plain(named, trigger, data, rule, roll, calendar, allow_unknown)
    except OverflowError:
        raise InputFault("日期超出能够计算的范围", "length") from None
    posted, received = (
        read_plain_day(data[k], k) if data.get(k) is not None else None for k in ("posted_on", "received_on")
    )
    if posted is None and received is None:
        return Answer(result)
    return Answer(result, periods.timeliness(result.last_day, posted_on=posted, received_on=received))


def _named_rule(data: Mapping[str, Any]) -> periods.PeriodRule | None:
    """Return the row of the table that is meant; a row label beside a length of its own means none."""
    variant = data.get("variant") or ""
    for key in _IDS:
        if data.get(key) is None:
            continue
        if key == "id" and data.get("length") is not None and data.get("unit") is not None:
            try:
                return periods.get_period(str(data[key]), variant=variant)
            except periods.UnknownPeriod:
                return None
        return periods.get_period(str(data[key]), variant=variant)
    return None


def _count_named(
    rule: periods.PeriodRule,
    trigger: date,
    data: Mapping[str, Any],
    roll: bool,
    calendar: Calendar | None,
    allow_unknown: bool,
) -> PeriodResult:
    given = None if data.get("given_days") is None else read_count(data["given_days"], "given_days")
    length = data.get("length")
    if length is not None and read_count(length) != rule.length:
        # Beside a bound a length is what the court set; beside a fixed period it is a contradiction.
        given = read_count(length)
    if not roll and not rule.id.startswith("announce_"):
        return _count_plain(rule, trigger, data, None, roll, calendar, allow_unknown)
    return periods.compute_named(
        rule.id,
        trigger,
        variant=data.get("variant") or "",
        given_days=given,
        reason=str(data.get("reason") or ""),
        of=str(data.get("of") or ""),
        roll_announcement_end=roll,
        calendar=calendar,
        allow_unknown=allow_unknown,
    )


def _count_plain(
    named: periods.PeriodRule | None,
    trigger: date,
    data: Mapping[str, Any],
    rule: str | None,
    roll: bool,
    calendar: Calendar | None,
    allow_unknown: bool,
) -> PeriodResult:
    length, unit = data.get("length"), data.get("unit")
    if named is not None:
        length, unit = length or named.length, unit or named.unit
    if length is None:
        raise InputFault("须填写期间长度 length，或者期间编号 period", "length")
    if unit is None:
        raise InputFault("须填写期间单位 unit", "unit")
    name = _word({"unit": unit}, "unit", _UNITS)
    month_end = data.get("month_end") or MonthEnd.SAME_DAY
    if month_end not in set(MonthEnd):
        raise InputFault(f"month_end 应为 {' 或者 '.join(MonthEnd)}", "month_end")
    result = periods.compute(
        trigger,
        read_count(length),
        name or "day",
        rule or (named.rule if named else "civil"),
        calendar=calendar,
        allow_unknown=allow_unknown,
        roll=roll,
        month_end=MonthEnd(month_end),
        basis=named.source if named else "",
    )
    return replace(
        result,
        bound=_BOUNDS.get(str(unit), Bound.EXACT),
        period_id=named.id if named else "",
        immutable=named.immutable if named else False,
    )


def _word(data: Mapping[str, Any], field: str, words: Mapping[str, str]) -> str | None:
    value = data.get(field)
    if value is None:
        return None
    found = words.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise InputFault(f"不认识的 {field}“{value}”", field)
    return found
