"""What the tests of this room share: an event, a person, writers in threads, a hand that tampers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import connection, transaction

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import Event
from xiezhi.foundation.models import JournalEntry

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Event):
    kind: ClassVar[str] = "test.counted"
    summary: ClassVar[str] = "第{number}号：{note}，标的{amount}元，至{due_on}"
    number: int
    note: str = "一件事"
    amount: Decimal = Decimal("0.10")
    due_on: date | None = None
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Someone:
    user_id: int | None = 7
    person_id: int | None = 70
    post_id: int | None = 700
    name: str = "李四"
    title: str = "民事审判第一庭 法官"
    court_code: str = "冀0606"
    on_behalf_of_post_id: int | None = None
    court_codes: frozenset[str] = frozenset({"冀0606"})


SOMEONE = Someone()


def record(number: int, *, note: str = "一件事", court_code: str = "冀0606", case_id: int | None = 1) -> int:
    return journal.record(
        Counted(number=number, note=note), actor=SOMEONE, court_code=court_code, case_id=case_id, at=AT
    )


def record_many(count: int) -> list[int]:
    """Write entries in one transaction and return their ids."""
    with transaction.atomic():
        return [record(number) for number in range(count)]


def seal_all(*, size: int = 10_000) -> None:
    """Seal everything, waiting for transactions of other databases in the same server to end."""
    until = time.monotonic() + 60
    while True:
        journal.seal(size=size)
        last = journal.verify()
        if not last.unsealed or not last.ok:
            return
        assert time.monotonic() < until, "entries stay unsealed"
        time.sleep(0.05)


def deliver_all(name: str, count: int, *, seconds: float = 60) -> None:
    """Deliver until the subscriber has dealt with `count` entries."""
    until = time.monotonic() + seconds
    done = 0
    while done < count:
        done += journal.deliver(name)
        assert time.monotonic() < until, f"only {done} of {count} delivered"
        time.sleep(0.01)


class in_threads:  # noqa: N801  reads as a verb where it is used
    """Run functions at the same time, each with its own connection; their first error is raised."""

    def __init__(self, functions: Sequence[Callable[[], Any]]) -> None:
        self.errors: list[BaseException] = []
        self.threads = [threading.Thread(target=self._run, args=(function,)) for function in functions]

    def _run(self, function: Callable[[], Any]) -> None:
        try:
            function()
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()

    def __enter__(self) -> in_threads:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        for thread in self.threads:
            thread.join(60)
        if self.errors:
            raise self.errors[0]


def tamper(*statements: str) -> None:
    """Do what the owner of the database can do once the triggers are off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("set local session_replication_role = origin")


def everything_is_finished() -> None:
    """Let entries of this very transaction be sealed and delivered, for quick tests that are rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create or replace function foundation_journal_horizon() returns bigint language sql stable as"
            " $$ select 9000000000000000000 $$"
        )


def ids_in_order() -> list[int]:
    return list(JournalEntry.objects.order_by("position", "id").values_list("id", flat=True))
