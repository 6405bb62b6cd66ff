"""Free time for a hearing: the first times at which a room and everybody of the team are free.  Pure.

Courts sit in the forenoon and the afternoon of working days; a hearing is proposed only where it ends within
one of the two halves, so that nobody is asked to sit through the noon rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

#: When a hearing may be proposed to begin, and when that half of the day ends.
STARTS: tuple[tuple[time, time], ...] = (
    (time(9), time(12)),
    (time(10, 30), time(12)),
    (time(14, 30), time(17, 30)),
    (time(16), time(17, 30)),
)


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which something is taken. `room_id` or `person_id` says what."""

    since: datetime
    until: datetime
    room_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A time in a room at which nothing stands in the way."""

    room_id: int
    starts_at: datetime
    ends_at: datetime


def find(
    days: Iterable[date],
    *,
    rooms: Sequence[int],
    people: Sequence[int],
    busy: Sequence[Busy],
    minutes: int,
    not_before: datetime,
    zone: tzinfo,
    most: int = 6,
    most_a_day: int = 2,
) -> list[FreeSlot]:
    """Return the first free slots, earliest first, at most `most_a_day` of one day to leave a choice of days.

    Args:
        days: days on which the court sits, in order.
        rooms: rooms in the order of preference.
        people: who must be free; an empty sequence asks for the room alone.
        busy: what is taken, of rooms and of people.
        not_before: the earliest beginning.
    """
    found: list[FreeSlot] = []
    wanted = set(people)
    for day in days:
        of_day = 0
        for begins, half_ends in STARTS:
            starts_at = datetime.combine(day, begins, tzinfo=zone)
            ends_at = starts_at + timedelta(minutes=minutes)
            if starts_at < not_before or ends_at > datetime.combine(day, half_ends, tzinfo=zone):
                continue
            at_once = [one for one in busy if one.since < ends_at and one.until > starts_at]
            if any(one.person_id in wanted for one in at_once if one.person_id is not None):
                continue
            taken = {one.room_id for one in at_once}
            room = next((room for room in rooms if room not in taken), None)
            if room is None:
                continue
            found.append(FreeSlot(room, starts_at, ends_at))
            of_day += 1
            if len(found) >= most:
                return found
            if of_day >= most_a_day:
                break
    return found
