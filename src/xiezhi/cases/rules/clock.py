"""From the rows of a case's clock to the last day of its limit: adapts stored values to `xiezhi.law.limits`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xiezhi.cases.contracts import ClockKind
from xiezhi.cases.rules import kinds
from xiezhi.law import limits


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the clock, as plain values."""

    kind: str
    reason: str
    since: date
    until: date | None
    step: int | None = None
    add_months: int | None = None
    add_days: int | None = None
    procedure_to: str = ""
    basis: str = ""
