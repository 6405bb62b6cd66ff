"""Law alone: how many fees, periods and limits a core counts in a second."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from xiezhi.law import case_numbers, fees, limits, periods

TIMES = 20_000


def _rate(name: str, work: Callable[[int], object]) -> None:
    started = time.perf_counter()
    for n in range(TIMES):
        work(n)
    print(f"   {name:<28} {TIMES / (time.perf_counter() - started):>10,.0f} a second")


def run() -> None:
    """Print the rates over random inputs of a fixed seed."""
    rng = random.Random(20261124)  # noqa: S311
    amounts = [Decimal(rng.randrange(1, 10**9)) / 100 for _ in range(TIMES)]
    days = [date(2020, 1, 1) + timedelta(days=rng.randrange(2500)) for _ in range(TIMES)]
    numbers = [f"({d.year})冀0606民初{n + 1}号" for n, d in enumerate(days)]
    _rate("acceptance fee", lambda n: fees.property_fee(amounts[n]))
    _rate("appeal period", lambda n: periods.compute(days[n], 15, "day", allow_unknown=True))
    _rate("trial limit", lambda n: limits.compute("civ_1_ordinary", days[n]).due_on)
    _rate("reading a case number", lambda n: case_numbers.parse_any(numbers[n]))
