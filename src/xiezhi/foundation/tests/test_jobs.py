"""The worker: jobs of committed transactions, subscribers, seals, daily tasks, life after a lost database."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from xiezhi.foundation import jobs, journal
from xiezhi.foundation.journal import Delivery
from xiezhi.foundation.models import DailyRun, JournalSeal
from xiezhi.foundation.tests.world import in_threads, record_many

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
ran: list[int] = []


@jobs.app.task(name="foundation.tests.note")
def note(*, number: int) -> None:
    ran.append(number)


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "_daily", {})
    ran.clear()
    before = journal.subscribers()
    yield
    for name in set(journal.subscribers()) - set(before):
        journal.unsubscribe(name)


@pytest.fixture
def worker(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "SEAL_EVERY", 0.1)
    monkeypatch.setattr(jobs, "TIMERS_EVERY", 0.1)
    monkeypatch.setattr(jobs, "POLL_EVERY", 0.5)
    stop = threading.Event()
    with in_threads([lambda: jobs.run_worker(stop)]):
        yield
        stop.set()


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def test_a_job_runs_if_its_transaction_stands(worker: None) -> None:
    with transaction.atomic():
        note.defer(number=1)
        transaction.set_rollback(True)
    with transaction.atomic():
        note.defer(number=2)
        assert ran == []
    wait_until(lambda: ran == [2])


def test_the_worker_delivers_and_seals(worker: None) -> None:
    got: list[Delivery] = []
    journal.subscribe("listening", got.append)
    ids = record_many(3)
    wait_until(lambda: [entry.entry_id for entry in got] == ids)
    wait_until(lambda: sum(JournalSeal.objects.values_list("count", flat=True)) == 3)
    assert journal.verify().ok


def test_it_goes_on_after_the_database_was_away(worker: None) -> None:
    got: list[Delivery] = []
    journal.subscribe("listening", got.append)
    record_many(1)
    note.defer(number=1)
    wait_until(lambda: len(got) == 1 and ran == [1])
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        time.sleep(0.2)
    record_many(1)
    note.defer(number=2)
    wait_until(lambda: len(got) >= 2 and 2 in ran)


def test_a_timer_of_the_worker(worker: None) -> None:
    days: list[date] = []
    jobs.daily("count", days.append)
    wait_until(lambda: len(days) == 1)
    time.sleep(0.3)
    assert len(days) == 1


@pytest.mark.django_db
def test_a_daily_task_runs_once_a_day() -> None:
    days: list[date] = []
    jobs.daily("count", days.append)
    assert jobs.run_due_daily(now=NOON) == ["count"]
    assert jobs.run_due_daily(now=NOON) == []
    assert days == [date(2026, 11, 24)]
    late_evening_in_utc = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # half past midnight in court time
    assert jobs.run_due_daily(now=late_evening_in_utc) == ["count"]
    assert days == [date(2026, 11, 24), date(2026, 11, 25)]


@pytest.mark.django_db
def test_a_daily_task_waits_for_its_hour() -> None:
    days: list[date] = []
    jobs.daily("evening", days.append, hour=20)
    assert jobs.run_due_daily(now=NOON) == []
    assert jobs.run_due_daily(now=datetime(2026, 11, 24, 12, tzinfo=UTC)) == ["evening"]


@pytest.mark.django_db
def test_a_failed_daily_task_is_tried_three_times_and_hurts_no_other() -> None:
    days: list[date] = []

    def fails(day: date) -> None:
        days.append(day)
        raise RuntimeError("no")

    jobs.daily("bad", fails)
    jobs.daily("good", days.append)
    assert jobs.run_due_daily(now=NOON) == ["good"]
    for _ in range(4):
        assert jobs.run_due_daily(now=NOON) == []
    assert len(days) == 1 + 3
    run = DailyRun.objects.get(name="bad")
    assert (run.tries, run.finished_at) == (3, None)
    assert "RuntimeError: no" in run.error


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_a_daily_task_once() -> None:
    days: list[date] = []
    inside, go_on = threading.Event(), threading.Event()

    def slow(day: date) -> None:
        days.append(day)
        inside.set()
        assert go_on.wait(30)

    jobs.daily("slow", slow)
    with in_threads([lambda: jobs.run_due_daily(now=NOON)]):
        assert inside.wait(30)
        assert jobs.run_due_daily(now=NOON) == []
        go_on.set()
    assert jobs.run_due_daily(now=NOON) == []
    assert len(days) == 1
