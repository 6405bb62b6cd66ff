"""What the cases of one court share while their histories are made: loads of judges, rooms and people's
hours.  Pure.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from xiezhi.demo.people import Post, Staff
from xiezhi.identity.contracts import Role
from xiezhi.law.calendar import Calendar

COURT_TIME = ZoneInfo("Asia/Shanghai")
#: Beginnings and lengths of the hours at which a courtroom can be had.
SLOTS = ((8, 40, 80), (10, 10, 90), (14, 30, 80), (16, 0, 80))


@lru_cache(maxsize=8192)
def working(day: date) -> date:
    """Return the day itself when courts work, else the next that is worked (weekends alone in years not
    loaded).
    """
    return Calendar.default().roll(day, allow_unknown=True)[0]


def working_days_after(day: date, count: int) -> date:
    """Return the `count`-th working day after a day; the first working day from it for 0."""
    day = working(day)
    for _n in range(count):
        day = working(day + timedelta(days=1))
    return day


def moment(day: date, rng: Random) -> datetime:
    """Return a moment of the office hours of a day, to the second."""
    minutes = int(rng.random() * 470)
    hours = 8 * 60 + 35 + minutes if minutes < 205 else 14 * 60 + 5 + (minutes - 205) % 225
    return datetime(
        day.year, day.month, day.day, hours // 60, hours % 60, int(rng.random() * 60), tzinfo=COURT_TIME
    )


def local(day: date, hour: int, minute: int) -> datetime:
    """Return a moment of a day in court time."""
    return datetime.combine(day, time(hour, minute), COURT_TIME)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who got the case by lot, among whom, with what weights, and the lot itself."""

    chosen: Post
    candidates: tuple[tuple[Post, int, int], ...]
    lot: str


@dataclass(frozen=True, slots=True)
class Booked:
    """A room and a time that were free for everybody."""

    room_id: int
    room_name: str
    starts_at: datetime
    ends_at: datetime
    key: tuple[date, int]


class Bench:
    """The judges and rooms of a court as time goes on; histories ask in the order in which cases are
    docketed.
    """

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.loads: dict[int, int] = {}
        self._open: list[tuple[date, int]] = []
        self._rooms: dict[tuple[int, date], int] = {}
        self._people: dict[tuple[int, date], int] = {}

    def draw(
        self, role: Role, kinds: Iterable[str], day: date, *, barred: set[int], rng: Random
    ) -> Drawn | None:
        """Draw as `cases.rules.assignment.draw` does: fewer open cases, more chance; None when nobody may
        sit.
        """
        while self._open and self._open[0][0] <= day:
            _closed, person_id = heapq.heappop(self._open)
            self.loads[person_id] -= 1
        posts = self.staff.handling(role, kinds, day)
        eligible = [post for post in posts if post.person.id not in barred]
        if not eligible:
            return None
        loads = [self.loads.get(post.person.id, 0) for post in eligible]
        highest = max(loads)
        weights = [highest - load + 1 for load in loads]
        lot = f"{rng.getrandbits(128):032x}"
        ticket = int.from_bytes(hashlib.sha256(lot.encode()).digest()) % sum(weights)
        for number, weight in enumerate(weights):
            if ticket < weight:
                return Drawn(eligible[number], tuple(zip(eligible, loads, weights, strict=True)), lot)
            ticket -= weight
        raise AssertionError("a ticket is always below the sum of weights")

    def take(self, person_id: int, closed_on: date | None) -> None:
        """Count a case of a judge, until the day it is closed."""
        self.loads[person_id] = self.loads.get(person_id, 0) + 1
        if closed_on is not None:
            heapq.heappush(self._open, (closed_on, person_id))

    def book(self, people: Sequence[int], day: date, rng: Random) -> Booked:
        """Return the first free room and hour for everybody from a day on."""
        rooms = self.staff.rooms
        while True:
            day = working(day)
            busy = 0
            for person in people:
                busy |= self._people.get((person, day), 0)
            if busy != 0b1111:
                first_slot, first_room = int(rng.random() * 4), int(rng.random() * len(rooms))
                for n in range(4):
                    number = (first_slot + n) % 4
                    bit = 1 << number
                    if busy & bit:
                        continue
                    for m in range(len(rooms)):
                        room = rooms[(first_room + m) % len(rooms)]
                        taken = self._rooms.get((room.id, day), 0)
                        if taken & bit:
                            continue
                        self._rooms[room.id, day] = taken | bit
                        for person in people:
                            self._people[person, day] = self._people.get((person, day), 0) | bit
                        hour, minute, length = SLOTS[number]
                        starts_at = local(day, hour, minute)
                        return Booked(
                            room.id, room.name, starts_at, starts_at + timedelta(minutes=length), (day, bit)
                        )
            day += timedelta(days=1)

    def free(self, booked: Booked, people: Sequence[int]) -> None:
        """Give a room and hour back."""
        day, bit = booked.key
        self._rooms[booked.room_id, day] &= ~bit
        for person in people:
            self._people[person, day] &= ~bit
