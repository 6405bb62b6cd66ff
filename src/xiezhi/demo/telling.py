"""The means of telling a history: chance, working time, the clock of the case.  Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from xiezhi.cases.contracts import Stage
from xiezhi.cases.rules import clock, kinds
from xiezhi.demo import parameters
from xiezhi.demo.bench import Bench, moment, working, working_days_after
from xiezhi.demo.facts import Fact, History
from xiezhi.demo.people import Post
from xiezhi.identity.contracts import Role
from xiezhi.law import periods

DAY = timedelta(days=1)


class Over(Exception):
    """The history has come to its last moment."""


def pick(rng: Random, shares: Mapping[str, float]) -> str:
    """Return a key with the chance of its share; the shares need not add up to one."""
    ticket = rng.random() * sum(shares.values())
    for key, share in shares.items():
        ticket -= share
        if ticket < 0:
            return key
    return key


def lognormal(rng: Random, median: float, sigma: float) -> float:
    """Return a log-normal value around a median."""
    return median * math.exp(sigma * rng.gauss(0.0, 1.0))


@lru_cache(maxsize=65536)
def last_day(period_id: str, since: date, variant: str = "") -> date:
    """Return the last day of a named period."""
    return periods.compute_named(period_id, since, variant=variant, allow_unknown=True).last_day


@lru_cache(maxsize=65536)
def fresh_limit(kind_key: str, procedure: str, docketed_on: date, detained: bool) -> clock.Limit:
    """Return the limit of a case on the day it is docketed."""
    return clock.limit(kinds.get(kind_key), procedure, docketed_on=docketed_on, in_custody=detained)


@dataclass(slots=True)
class Team:
    judge: Post
    presiding: Post | None
    panel: tuple[Post, ...]
    assistant: Post | None
    clerk: Post

    @property
    def people(self) -> list[int]:
        """Ids of everybody, each once."""
        posts = [self.judge, self.presiding, *self.panel, self.assistant, self.clerk]
        return sorted({post.person.id for post in posts if post is not None})


class Teller:
    """Holds one history and where it stands; the court's bench lends judges and rooms."""

    judge: Post
    team: Team

    def __init__(self, history: History, bench: Bench, rng: Random, *, until: datetime) -> None:
        self.history = history
        self.kind = history.kind
        self.bench = bench
        self.rng = rng
        self.until = until
        self.now = history.facts[-1].at if history.facts else until
        self.procedure = history.procedure
        self.stage = Stage.DOCKETED
        self.docketed_on = self.now.date()
        self.changes: list[clock.Change] = []
        self.first_procedure = history.procedure
        self.requests = 0
        self.hearings = 0
        self.division_id: int | None = None
        self.barred: frozenset[int] = frozenset()

    # Time

    def at(self, day: date) -> datetime:
        """Return a moment on the first working day from `day` that is not before now."""
        day = working(max(day, self.now.date()))
        found = moment(day, self.rng)
        if found <= self.now:
            found = self.now + timedelta(minutes=1 + int(self.rng.random() * 9))
            if found.hour >= 19:
                found = moment(working(day + DAY), self.rng)
        return found

    def after(self, low: int, high: int) -> datetime:
        """Return a moment `low` to `high` working days from now."""
        return self.at(working_days_after(self.now.date(), low + int(self.rng.random() * (high - low + 1))))

    def form_team(self) -> Team:
        staff, rng, day = self.bench.staff, self.rng, self.now.date()
        judge, division = self.judge, self.division_id
        sole = self.kind.procedure(self.procedure).panel_size == 1
        presiding: Post | None = None
        panel: tuple[Post, ...] = ()
        if not sole:
            out = self.barred | {judge.person.id}
            heads = [p for p in staff.holders(Role.DIVISION_HEAD, day, division) if p.person.id not in out]
            near = staff.holders(Role.JUDGE, day, division)
            others = [p for p in near if p.person.id not in out]
            if len(others) < 2:
                known = {p.person.id for p in others} | out
                others += [p for p in staff.holders(Role.JUDGE, day) if p.person.id not in known]
            rng.shuffle(others)
            presiding = heads[0] if heads else others.pop()
            panel = (others[0],)
        taken = {p.person.id for p in (judge, presiding, *panel) if p is not None}
        clerks = staff.holders(Role.CLERK, day, division) or staff.holders(Role.CLERK, day)
        assistants = [p for p in staff.holders(Role.ASSISTANT, day, division) if p.person.id not in taken]
        return Team(
            judge=judge,
            presiding=presiding,
            panel=panel,
            assistant=assistants[int(rng.random() * len(assistants))]
            if assistants and rng.random() < 0.6
            else None,
            clerk=clerks[int(rng.random() * len(clerks))],
        )

    def add(self, what: str, at: datetime, by: Post, **data: Any) -> None:
        """Note a fact and move on to its moment. Raises Over when that has not come."""
        if at > self.until:
            raise Over
        self.history.facts.append(Fact(what, at, by, data))
        self.now = at

    # The clock

    def limit(self) -> clock.Limit:
        """Return the limit as the clock stands."""
        if not self.changes:
            return fresh_limit(self.kind.key, self.procedure, self.docketed_on, self.history.detained)
        return self.limit_with(self.changes)

    def limit_with(self, changes: list[clock.Change]) -> clock.Limit:
        ordered = sorted(changes, key=lambda change: change.since)
        return clock.limit(
            self.kind,
            self.first_procedure,
            docketed_on=self.docketed_on,
            changes=ordered,
            in_custody=self.history.detained,
        )

    def counts(self, change: clock.Change) -> bool:
        """Tell whether the law lets this change count beside the others."""
        before = self.limit_with(self.changes).problems
        after = self.limit_with([*self.changes, change]).problems
        return not [problem for problem in after if problem not in before]


def amount_of(rng: Random, median: int, spread: float) -> Decimal | None:
    """Return a claimed amount in yuan, rounded as people claim; None for causes without money."""
    if not median:
        return None
    value = lognormal(rng, median, spread)
    step = 10 if value < 10_000 else 100 if value < 200_000 else 1000
    if rng.random() < 0.35:
        return Decimal(round(value, 2)).quantize(Decimal("0.01"))
    return Decimal(max(round(value / step) * step, step)).quantize(Decimal("0.01"))


def months_back(today: date, months: int) -> date:
    """Return the first day of the demonstrated period."""
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, min(today.day, 28))


def office_days(first: date, last: date) -> Iterator[tuple[date, float]]:
    """Yield the working days of a span with their share of arrivals."""
    day = first
    while day <= last:
        if working(day) == day:
            yield day, parameters.SEASON[day.month - 1] * parameters.WEEKDAY[day.weekday()]
        day += DAY
