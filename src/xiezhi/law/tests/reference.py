"""Slow counts of days that share nothing with the law's own code: what the tests compare it with.

The days off are read from the data file itself, and every count walks day by day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources

DAY = timedelta(days=1)
_YEARS = json.loads((resources.files("xiezhi.law") / "data" / "holidays.json").read_text(encoding="utf-8"))[
    "years"
]
OFF = {day for year in _YEARS.values() for day in year["off"]}
WORK = {day for year in _YEARS.values() for day in year["work"]}


def works(day: date) -> bool:
    text = str(day)
    if text in OFF:
        return False
    return text in WORK or day.isoweekday() not in (6, 7)


def rolled(day: date) -> date:
    while not works(day):
        day += DAY
    return day


def days_after(day: date, count: int) -> date:
    for _ in range(count):
        day += DAY
    return day


def months_after(day: date, count: int) -> date:
    """Walk to the right month, then to the right day in it, or stop on its last day."""
    month = day.replace(day=1)
    for _ in range(count):
        month += DAY
        while month.day != 1:
            month += DAY
    last = month
    while last.day < day.day and (last + DAY).month == month.month:
        last += DAY
    return last


def workdays_after(day: date, count: int) -> date:
    while count:
        day += DAY
        if works(day):
            count -= 1
    return day


def limit_ends(start: date, length: int, pauses: Iterable[tuple[date, date]]) -> date:
    """Count `length` days that no pause covers; a pause begins on the morrow of its first day."""
    excluded = list(pauses)
    day = start
    while length:
        day += DAY
        if not any(since < day <= until for since, until in excluded):
            length -= 1
    return day
