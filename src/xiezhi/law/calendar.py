"""Working days of China, from the yearly notices of the State Council (国务院办公厅关于节假日安排的通知).

A year whose notice is not loaded has no calendar: the program says so and never guesses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import resources

ONE_DAY = timedelta(days=1)


class CalendarNotLoaded(LookupError):
    """The holiday notice of a year is missing. `year` says which."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year} 年的放假安排尚未录入，请先在系统参数中录入国务院办公厅的通知，再计算该年的日期"
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class YearNotice:
    """What one year's notice says: days off by name, weekend days that are worked, and where it was
    published.
    """

    year: int
    off: Mapping[date, str]
    work: Mapping[date, str]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The loaded years. Make one with `Calendar.default()`, add a year with `with_year`; a calendar never
    changes.
    """

    years: Mapping[int, YearNotice]
    _off: frozenset[date] = field(repr=False, compare=False, default=frozenset())
    _work: frozenset[date] = field(repr=False, compare=False, default=frozenset())

    @classmethod
    def of(cls, notices: Iterable[YearNotice]) -> Calendar:
        """Return a calendar of exactly these years."""
        years = {n.year: n for n in notices}
        return cls(
            years=years,
            _off=frozenset(d for n in years.values() for d in n.off),
            _work=frozenset(d for n in years.values() for d in n.work),
        )

    @classmethod
    def default(cls) -> Calendar:
        """Return the calendar shipped with the program (2020-2026)."""
        return _default()

    def with_year(
        self,
        year: int,
        off: Iterable[date] | Mapping[date, str],
        work: Iterable[date] | Mapping[date, str] = (),
        notices: Iterable[str] = (),
    ) -> Calendar:
        """Return a calendar that also knows `year`, or knows it anew.

        `off`: days off named in the notice, weekends among them or not; `work`: weekend days that are worked.
        A notice may reach back into December of the year before (元旦). Raises ValueError for other years'
        days.
        """
        notice = YearNotice(year, _named(off), _named(work), tuple(notices))
        for day in (*notice.off, *notice.work):
            if day.year != year and not (day.year == year - 1 and day.month == 12):
                raise ValueError(f"{day.isoformat()} 不属于 {year} 年的放假安排")
        both = sorted(set(notice.off) & set(notice.work))
        if both:
            raise ValueError(f"{both[0].isoformat()} 不能既放假又上班")
        return Calendar.of((*(n for y, n in self.years.items() if y != year), notice))

    def knows(self, day: date) -> bool:
        """Say whether the notice of the year of `day` is loaded."""
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        """Say whether courts work on `day`. Raises CalendarNotLoaded."""
        if isinstance(day, datetime):  # a moment never equals a date, so it would miss every holiday
            day = day.date()
        if day.year not in self.years:
            raise CalendarNotLoaded(day.year)
        if day in self._off:
            return False
        return day.weekday() < 5 or day in self._work

    def next_working_day(self, day: date) -> date:
        """Return `day` itself when it is worked, else the first working day after it. Raises
        CalendarNotLoaded.
        """
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def roll(self, day: date, *, allow_unknown: bool = False) -> tuple[date, bool]:
        """Return (next working day, provisional).

        With `allow_unknown`, a year that is not loaded is rolled over weekends only and `provisional` is
        True. Raises CalendarNotLoaded otherwise.
        """
        provisional = False
        while True:
            if day.year in self.years:
                if self.is_working_day(day):
                    return day, provisional
            elif not allow_unknown:
                raise CalendarNotLoaded(day.year)
            else:
                provisional = True
                if day.weekday() < 5 and day not in self._off:
                    return day, provisional
            day += ONE_DAY

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it when negative); `day` itself is not
        counted.
        """
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def name_of(self, day: date) -> str:
        """Return why `day` is off (春节, 周六 …), or the empty string when it is worked. Raises
        CalendarNotLoaded.
        """
        if self.is_working_day(day):
            return ""
        for notice in self.years.values():
            if day in notice.off:
                return notice.off[day]
        return "周六" if day.weekday() == 5 else "周日"


def is_working_day(day: date, calendar: Calendar | None = None) -> bool:
    """See `Calendar.is_working_day`."""
    return (calendar or _default()).is_working_day(day)


def next_working_day(day: date, calendar: Calendar | None = None) -> date:
    """See `Calendar.next_working_day`."""
    return (calendar or _default()).next_working_day(day)


def add_working_days(day: date, count: int, calendar: Calendar | None = None) -> date:
    """See `Calendar.add_working_days`."""
    return (calendar or _default()).add_working_days(day, count)


def add_months(day: date, count: int) -> date:
    """Return the corresponding day `count` months later, or the last of that month where it has none
    (民法典202).  Raises OverflowError outside the years 1-9999.
    """
    if not count:
        return day
    year, month0 = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("日期超出能够计算的范围")
    number = day.day
    if number > 28:
        number = min(number, days_in_month(year, month0 + 1))
    return date(year, month0 + 1, number)


def add_years(day: date, count: int) -> date:
    """Return the corresponding day `count` years later; 29 February falls on 28 February (民法典202)."""
    return add_months(day, count * 12)


def days_in_month(year: int, month: int) -> int:
    """Return how many days the month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _named(days: Iterable[date] | Mapping[date, str]) -> dict[date, str]:
    if isinstance(days, Mapping):
        return dict(days)
    return dict.fromkeys(days, "放假")


@lru_cache(maxsize=1)
def _default() -> Calendar:
    text = (resources.files("xiezhi.law") / "data" / "holidays.json").read_text(encoding="utf-8")
    return Calendar.of(
        YearNotice(
            year=int(year),
            off={date.fromisoformat(d): name for d, name in row["off"].items()},
            work={date.fromisoformat(d): name for d, name in row["work"].items()},
            notices=tuple(row["notices"]),
        )
        for year, row in json.loads(text)["years"].items()
    )
