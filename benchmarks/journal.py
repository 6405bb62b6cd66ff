"""How fast entries are written, copied in, sealed and checked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db import connection, transaction

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR, Event

SINGLE = 2_000
COPIED = 500_000
START = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Event):
    """An event of the usual size."""

    kind: ClassVar[str] = "bench.measured"
    summary: ClassVar[str] = "由{before}转为{after}，审限至2026年11月24日，理由：{reason}"
    before: str
    after: str
    reason: str
    number: int


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(count):
        event = Measured(before="简易程序", after="普通程序", reason="案情复杂，需要鉴定", number=number)
        yield journal.render(
            event,
            actor=SYSTEM_ACTOR,
            court_code="冀0606",
            case_id=number // 12,
            subject=f"（2026）冀0606民初{number // 12}号",
            at=START + timedelta(seconds=number),
        )


def _rate(name: str, count: int, since: float) -> tuple[str, str]:
    seconds = time.perf_counter() - since
    return name, f"{count / seconds:,.0f} entries/s ({count:,} in {seconds:.1f} s)"


def run(*, copied: int = COPIED) -> None:
    """Measure on a database of its own, which is made and dropped here, and print a line each."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        for what, rate in measure(copied):
            print(f"   {what:<42}{rate}")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(copied: int) -> list[tuple[str, str]]:
    """Return what was measured and at which rate."""
    found = []
    since = time.perf_counter()
    for number in range(SINGLE):
        with transaction.atomic():
            event = Measured(before="简易程序", after="普通程序", reason="案情复杂", number=number)
            journal.record(event, actor=SYSTEM_ACTOR, court_code="冀0606", case_id=1, at=START)
    found.append(_rate("record, one transaction each", SINGLE, since))
    since = time.perf_counter()
    with transaction.atomic():
        journal.copy_rows(_rows(copied))
    found.append(_rate("copy in", copied, since))
    since = time.perf_counter()
    sealed = 0
    while sealed < SINGLE + copied:
        sealed += journal.seal()
    found.append(_rate("seal", sealed, since))
    since = time.perf_counter()
    report = journal.verify()
    if not report.ok or report.unsealed:
        raise RuntimeError(f"the journal is not whole: {report}")
    found.append(_rate("verify", report.entries, since))
    return found
