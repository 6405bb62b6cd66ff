"""Slots overlap exactly when the resource is the same and the times overlap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.hearings.rules import slots

DAY = datetime(2026, 11, 24, tzinfo=UTC)
bookings = st.tuples(st.integers(1, 3), st.integers(0, 300), st.integers(1, 200))


@given(bookings, bookings)
def test_overlap_means_same_room_and_overlapping_times(
    first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    ranges, minutes = [], []
    for room, start, length in (first, second):
        begins = DAY + timedelta(minutes=start)
        ranges.append(slots.slot(room, begins, begins + timedelta(minutes=length)))
        minutes.append({(room, minute) for minute in range(start, start + length)})
    overlap = ranges[0][0] < ranges[1][1] and ranges[1][0] < ranges[0][1]
    assert overlap == bool(minutes[0] & minutes[1])


def test_neighbouring_rooms_never_touch() -> None:
    late = datetime(2500, 1, 1, tzinfo=UTC)
    assert slots.slot(1, DAY, late)[1] < slots.slot(2, datetime(2000, 1, 1, tzinfo=UTC), DAY)[0]


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 11, 24, tzinfo=UTC).replace(tzinfo=None), datetime(1999, 12, 31, tzinfo=UTC)],
)
def test_moments_outside_the_calendar(moment: datetime) -> None:
    with pytest.raises(ValueError, match=r"time zone|calendar"):
        slots.minute_of(moment)


def test_a_booking_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after"):
        slots.slot(1, DAY, DAY)
