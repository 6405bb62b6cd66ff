"""Time slots as numbers, so that the database can refuse two bookings of one room or person.

Note [Slots]: an exclusion constraint over (room, time range) needs the extension btree_gist, which the
embedded server lacks.  A room's minutes are laid out one after another on a single line of whole numbers
instead: resource number times a span longer than any calendar, plus the minute since 2000-01-01.  Ranges on
that line overlap exactly when the room is the same and the times overlap, and plain range types can exclude
them.
"""

from __future__ import annotations

from datetime import UTC, datetime

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
SPAN = 1 << 28  # minutes: more than 500 years


def minute_of(moment: datetime) -> int:
    """Return whole minutes since 2000-01-01 UTC. Raises ValueError for naive moments and such before 2000."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    minute = int((moment - _EPOCH).total_seconds() // 60)
    if not 0 <= minute < SPAN:
        raise ValueError("the moment is outside the calendar")
    return minute


def slot(resource_id: int, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """Return the half-open range of a booking on the line. Raises ValueError when it does not end after its
    start.
    """
    first, last = minute_of(starts_at), minute_of(ends_at)
    if last <= first:
        raise ValueError("a booking ends after it starts")
    return resource_id * SPAN + first, resource_id * SPAN + last
