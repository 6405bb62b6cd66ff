"""The trial limit of a case as its stored clock stands, with every step of the count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xiezhi.cases.contracts import ClockKind
from xiezhi.cases.rules import clock as rules

if TYPE_CHECKING:
    from xiezhi.cases.models import Case, ClockChange

#: Width the bar of the clock is drawn in; the page scales it.
BAR = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the bar: `kind` is RUN, STOP, LEFT, EXTENDED or LATE; `x` and `width` are of BAR."""

    kind: str
    label: str
    since: date
    until: date
    days: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class WhyStep:
    """A step of the count as the page shows it."""

    text: str
    on: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """The limit as a page shows it. `spans` draw the bar from docketing to the last day, today or closing."""

    limit: rules.Limit
    due_on: date | None
    paused: bool
    days_left: int | None
    used_days: int
    spans: tuple[Span, ...]
    starts_on: date
    ends_on: date
    today_x: int | None

    @property
    def key(self) -> list[tuple[str, str, int]]:
        """Return (kind, label, days) of the bar, stretches of one kind and label taken together."""
        found: dict[tuple[str, str], int] = {}
        for span in self.spans:
            found[span.kind, span.label] = found.get((span.kind, span.label), 0) + span.days
        return [(kind, label, days) for (kind, label), days in found.items()]

    @property
    def steps(self) -> list[WhyStep]:
        """How the last day was counted, each step with its article."""
        return [WhyStep(step.text, step.date, step.basis) for step in self.limit.why]


def changes_of(rows: Iterable[ClockChange]) -> tuple[rules.Change, ...]:
    """Return rows of the clock, oldest first, as the plain values the rule takes."""
    return tuple(
        rules.Change(
            kind=row.kind,
            reason=row.reason,
            since=row.since,
            until=row.until,
            step=row.step,
            add_months=row.add_months,
            add_days=row.add_days,
            procedure_to=row.procedure_to,
            basis=row.basis,
        )
        for row in rows
    )


def limit_of(case: Case, rows: Sequence[ClockChange]) -> rules.Limit:
    """Return the limit of a case from all rows of its clock, oldest first."""
    first = next((row for row in rows if row.kind == ClockKind.CONVERSION), None)
    start = first.procedure_from if first is not None else case.procedure
    return rules.limit(
        case.kind_rule,
        start,
        docketed_on=case.docketed_on,
        changes=changes_of(rows),
        in_custody=case.detained,
    )


def clock_view(case: Case, rows: Sequence[ClockChange], *, today: date) -> ClockView:
    """Return the limit with the bar that shows where its days went."""
    limit = limit_of(case, rows)
    now = case.closed_on or today
    paused = case.clock_stopped and not case.is_closed
    ends_on = max(day for day in (case.due_on, now, case.docketed_on) if day is not None)
    return ClockView(
        limit=limit,
        due_on=case.due_on,
        paused=paused,
        days_left=(case.due_on - now).days if case.due_on is not None else None,
        used_days=limit.counted_days(now),
        spans=_spans(case, rows, now=now, ends_on=ends_on, nominal=_without_extensions(case, rows)),
        starts_on=case.docketed_on,
        ends_on=ends_on,
        today_x=_x(case.docketed_on, ends_on, now) if not case.is_closed else None,
    )


def _without_extensions(case: Case, rows: Sequence[ClockChange]) -> date | None:
    if not any(row.kind == ClockKind.EXTENSION for row in rows):
        return None
    return limit_of(case, [row for row in rows if row.kind != ClockKind.EXTENSION]).due_on


def _x(starts_on: date, ends_on: date, day: date) -> int:
    whole = max((ends_on - starts_on).days, 1)
    return round(BAR * (min(max(day, starts_on), ends_on) - starts_on).days / whole)


def _spans(
    case: Case, rows: Sequence[ClockChange], *, now: date, ends_on: date, nominal: date | None
) -> tuple[Span, ...]:
    """Cut the days from docketing to the end into stretches of one kind; overlapping stops count once."""
    stops = sorted(
        (max(row.since, case.docketed_on), min(row.until or now, ends_on), row.reason)
        for row in rows
        if row.kind in {ClockKind.EXCLUSION, ClockKind.SUSPENSION}
    )
    found: list[Span] = []
    at = case.docketed_on

    def add(kind: str, label: str, until: date) -> None:
        nonlocal at
        if until > at:
            x = _x(case.docketed_on, ends_on, at)
            width = max(_x(case.docketed_on, ends_on, until) - x, 2)
            found.append(Span(kind, label, at, until, (until - at).days, x, width))
            at = until

    def run_to(until: date) -> None:
        last = case.due_on
        if last is not None and until > last:
            add("RUN", "已计算", min(now, last))
            add("LATE", "超审限", until)
        else:
            add("RUN", "已计算", until)

    for since, until, reason in stops:
        if since < now:
            run_to(min(since, now))
        add("STOP", reason, min(until, ends_on))
    run_to(now)
    if case.due_on is not None and not case.is_closed and case.due_on > at:
        if nominal is not None and at < nominal < case.due_on:
            add("LEFT", "剩余", nominal)
            add("EXTENDED", "延长", case.due_on)
        else:
            extended = nominal is not None and nominal <= at
            add("EXTENDED" if extended else "LEFT", "延长" if extended else "剩余", case.due_on)
    return tuple(found)
