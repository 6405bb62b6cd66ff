"""Working days 2020-2026, and what happens where a year's notice is not loaded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import calendar
from xiezhi.law.calendar import Calendar, CalendarNotLoaded
from xiezhi.law.tests import reference

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
CAREFUL = settings(deadline=None, database=None, max_examples=300)


@pytest.mark.parametrize(
    ("year", "count"),
    [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_working_days_of_a_year(year: int, count: int) -> None:
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    assert sum(calendar.is_working_day(day) for day in days) == count


@pytest.mark.parametrize(
    ("day", "works", "name"),
    [
        ("2026-02-14", True, ""),
        ("2026-02-28", True, ""),
        ("2026-02-16", False, "春节"),
        ("2026-10-08", True, ""),
        ("2026-11-22", False, "周日"),
        ("2026-11-21", False, "周六"),
        ("2022-12-31", False, "元旦"),
        ("2020-02-03", True, ""),
    ],
)
def test_days(day: str, works: bool, name: str) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works
    assert Calendar.default().name_of(date.fromisoformat(day)) == name


def test_a_moment_counts_as_its_day() -> None:
    assert not calendar.is_working_day(datetime(2026, 10, 1, 9, 0))  # noqa: DTZ001


@CAREFUL
@given(DAYS)
def test_every_day_against_the_data(day: date) -> None:
    assert calendar.is_working_day(day) is reference.works(day)


@CAREFUL
@given(st.dates(date(2020, 1, 1), date(2026, 12, 20)))
def test_rolling(day: date) -> None:
    assert calendar.next_working_day(day) == reference.rolled(day)
    assert Calendar.default().roll(day) == (reference.rolled(day), False)


@CAREFUL
@given(st.dates(date(2020, 1, 1), date(2026, 8, 1)), st.integers(1, 60))
def test_adding_working_days_and_back(day: date, count: int) -> None:
    last = calendar.add_working_days(day, count)
    assert last == reference.workdays_after(day, count)
    start = calendar.next_working_day(day)
    assert calendar.add_working_days(calendar.add_working_days(start, count), -count) == start


@CAREFUL
@given(DAYS, st.integers(0, 60))
def test_months_end_on_the_corresponding_day(day: date, count: int) -> None:
    assert calendar.add_months(day, count) == reference.months_after(day, count)


def test_leap_days_fall_back() -> None:
    assert calendar.add_years(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert calendar.add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert calendar.add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_a_year_that_is_not_loaded_is_never_guessed() -> None:
    with pytest.raises(CalendarNotLoaded) as caught:
        calendar.is_working_day(date(2027, 1, 4))
    assert caught.value.year == 2027
    with pytest.raises(CalendarNotLoaded):
        Calendar.default().roll(date(2027, 1, 2))
    assert Calendar.default().roll(date(2027, 1, 2), allow_unknown=True) == (date(2027, 1, 4), True)


def test_a_new_year_is_data() -> None:
    loaded = Calendar.default().with_year(2027, [date(2027, 1, 1)], [date(2027, 1, 2)])
    assert loaded.is_working_day(date(2027, 1, 2))
    assert not loaded.is_working_day(date(2027, 1, 1))
    assert not Calendar.default().knows(date(2027, 1, 1))
    with pytest.raises(ValueError, match="不属于"):
        loaded.with_year(2028, [date(2027, 6, 1)])
    with pytest.raises(ValueError, match="既放假又上班"):
        loaded.with_year(2028, [date(2028, 1, 1)], [date(2028, 1, 1)])
