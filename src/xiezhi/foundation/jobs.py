"""What goes on by itself: jobs, subscribers of the journal, the sealer, and daily tasks.

A job is a task of procrastinate: `@jobs.app.task` on a function of keyword arguments in a room's
`tasks.py`, put in line with `task.defer(case_id=…)` inside the transaction that makes it needed; it runs if
that transaction stands.

`run_worker` runs everything until told to stop. Any number of workers may run: a job, a subscriber, the
sealer and a day's task are each taken by one of them. When the database goes away they wait and go on when
it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from xiezhi.foundation import journal
from xiezhi.foundation.journal import delivery as readers
from xiezhi.foundation.models import DailyRun

__all__ = ["app", "daily", "run_due_daily", "run_worker"]

logger = logging.getLogger("xiezhi.jobs")

SEAL_EVERY = 5.0
TIMERS_EVERY = 30.0
POLL_EVERY = 5.0
LONGEST_WAIT = 15.0
DAILY_TRIES = 3
_DAILY_LOCK = 0x5DA1


@dataclass(frozen=True, slots=True)
class Daily:
    """A task of every court day; `function` gets the day, and is idempotent: after a crash it runs again."""

    name: str
    function: Callable[[date], object]
    hour: int


_daily: dict[str, Daily] = {}


def daily(name: str, function: Callable[[date], object], *, hour: int = 0) -> None:
    """Register a task that runs once a day, from `hour` on in court time; the same name again replaces it."""
    _daily[name] = Daily(name, function, hour)


def run_due_daily(*, now: datetime) -> list[str]:
    """Run the daily tasks that are due and that no worker has finished or is running; returns their names.

    A task that fails is logged and tried again on later calls, three times a day at most.
    """
    local = timezone.localtime(now)
    due = [task for task in _daily.values() if local.hour >= task.hour]
    finished = set(
        DailyRun.objects.filter(day=local.date(), finished_at__isnull=False).values_list("name", flat=True)
    )
    return [task.name for task in due if task.name not in finished and _run_daily(task, local.date())]


def _run_daily(task: Daily, day: date) -> bool:
    with _only_one(_DAILY_LOCK, task.name) as mine:
        if not mine:
            return False
        run, made = DailyRun.objects.get_or_create(
            name=task.name, day=day, defaults={"started_at": timezone.now()}
        )
        if run.finished_at is not None or (not made and run.tries >= DAILY_TRIES):
            return False
        if not made:
            run.tries, run.started_at = run.tries + 1, timezone.now()
            run.save(update_fields=["tries", "started_at"])
        try:
            task.function(day)
        except Exception:
            if not connection.is_usable():
                raise
            logger.exception("daily task %s failed", task.name)
            run.error = traceback.format_exc(limit=-8)[-4000:]
            run.save(update_fields=["error"])
            return False
        run.finished_at, run.error = timezone.now(), ""
        run.save(update_fields=["finished_at", "error"])
        return True


@contextlib.contextmanager
def _only_one(lock: int, name: str) -> Iterator[bool]:
    key = zlib.crc32(name.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [lock, key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [lock, key])


def run_worker(stop: threading.Event) -> None:
    """Run jobs, subscribers, sealer and timers until `stop` is set; returns when all are at rest."""
    news = threading.Event()
    threads = [
        threading.Thread(target=_listen, args=(stop, news), name="journal-news", daemon=True),
        threading.Thread(target=_loop, args=(stop, _deliver_all, news, POLL_EVERY), name="subscribers"),
        threading.Thread(target=_loop, args=(stop, journal.seal, None, SEAL_EVERY), name="sealer"),
        threading.Thread(target=_loop, args=(stop, _timers, None, TIMERS_EVERY), name="timers"),
        threading.Thread(target=_jobs, args=(stop,), name="jobs"),
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    news.set()
    for thread in threads:
        thread.join()
    # the threads of the connection pool would hold up the end of the process for seconds
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's wrapper has it


def _loop(
    stop: threading.Event, work: Callable[[], object], news: threading.Event | None, every: float
) -> None:
    """Do the work at once, then at every piece of news and every so often; outlive the database's absence."""
    failures = 0
    while not stop.is_set():
        if news is not None:
            news.clear()
        try:
            work()
            failures = 0
        except (DatabaseError, InterfaceError) as reason:
            failures += 1
            logger.warning("%s: database unavailable, waiting: %s", threading.current_thread().name, reason)
        except Exception:
            failures += 1
            logger.exception("%s failed", threading.current_thread().name)
        finally:
            # an idle loop holds no connection; one that broke is not used again
            with contextlib.suppress(DatabaseError, InterfaceError):
                connection.close()
        if failures:
            stop.wait(min(0.5 * 2**failures, LONGEST_WAIT))
        elif news is not None:
            news.wait(_seconds_to_next(every))
        else:
            stop.wait(every)


_next_retry: datetime | None = None


def _deliver_all() -> None:
    """Give every subscriber what is there for it."""
    global _next_retry
    busy = True
    while busy:
        busy = False
        for name in readers.subscribers():
            if readers.deliver(name):
                busy = True
            readers.retry_dead_letters(name)
    _next_retry = readers.next_retry_at() if readers.subscribers() else None


def _seconds_to_next(every: float) -> float:
    if _next_retry is None:
        return every
    return max(0.1, min(every, (_next_retry - timezone.now()).total_seconds()))


def _timers() -> None:
    run_due_daily(now=timezone.now())


def _listen(stop: threading.Event, news: threading.Event) -> None:
    """Wake the subscribers when an entry has been committed."""
    failures = 0
    while not stop.is_set():
        try:
            with psycopg.connect(**_parameters(), autocommit=True) as listener:
                listener.execute(f"listen {readers.CHANNEL}")
                news.set()
                failures = 0
                while not stop.is_set():
                    for _notify in listener.notifies(timeout=1.0, stop_after=1):
                        news.set()
        except psycopg.Error as reason:
            failures += 1
            logger.warning("journal-news: database unavailable, waiting: %s", reason)
            stop.wait(min(0.5 * 2**failures, LONGEST_WAIT))


def _parameters() -> dict[str, Any]:
    parameters = connector_params()
    parameters.pop("pool", None)
    return parameters


def _jobs(stop: threading.Event) -> None:
    """Run procrastinate's worker, anew when the database has been away."""
    failures = 0
    while not stop.is_set():
        try:
            asyncio.run(_run_jobs(stop))
            failures = 0
        except Exception:
            failures += 1
            logger.warning("jobs: worker ended, starting it again", exc_info=failures > 3)
            stop.wait(min(0.5 * 2**failures, LONGEST_WAIT))


async def _run_jobs(stop: threading.Event) -> None:
    worker_app = app.with_connector(PsycopgConnector(kwargs=_parameters(), min_size=1, max_size=4))
    async with worker_app.open_async():
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=10,
                fetch_job_polling_interval=POLL_EVERY,
            )
        )
        while not stop.is_set() and not worker.done():
            await asyncio.wait([worker], timeout=0.3)
        if not worker.done():
            worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
