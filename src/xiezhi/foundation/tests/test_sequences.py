"""Numbers follow each other without a gap, whoever draws and whatever fails."""

import random
import threading

import pytest
from django.db import connection, transaction

from xiezhi.foundation import sequences
from xiezhi.foundation.errors import NoTransaction
from xiezhi.foundation.tests.world import in_threads

KEY = "case:冀0606:民初"


@pytest.mark.django_db
def test_each_key_and_year_counts_for_itself() -> None:
    assert [sequences.next_value(KEY, year=2026) for _ in range(3)] == [1, 2, 3]
    assert sequences.next_value(KEY, year=2027) == 1
    assert sequences.next_value("case:冀0606:刑初", year=2026) == 1
    assert sequences.next_value(KEY, year=2026, count=10) == 13
    assert sequences.current_value(KEY, year=2026) == 13
    assert sequences.current_value(KEY, year=2020) == 0
    with pytest.raises(ValueError, match="at least one"):
        sequences.next_value(KEY, year=2026, count=0)


@pytest.mark.django_db
def test_numbers_brought_in_from_elsewhere_are_not_drawn_again() -> None:
    assert sequences.raise_to(KEY, year=2026, value=500) == 500
    assert sequences.next_value(KEY, year=2026) == 501
    assert sequences.raise_to(KEY, year=2026, value=20) == 501  # never back
    assert sequences.next_value(KEY, year=2026) == 502


@pytest.mark.django_db(transaction=True)
def test_a_number_is_drawn_inside_a_transaction_only() -> None:
    with pytest.raises(NoTransaction):
        sequences.next_value(KEY, year=2026)


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_some_of_whom_fail_leave_no_gap() -> None:
    kept: list[int] = []
    start = threading.Barrier(50)
    chance = random.Random(1)
    fails = [[chance.random() < 0.3 for _ in range(4)] for _ in range(50)]

    def writer(number: int) -> None:
        start.wait(60)
        for fail in fails[number]:
            with transaction.atomic():
                drawn = sequences.next_value(KEY, year=2026)
                if fail:
                    transaction.set_rollback(True)
            if not fail:
                kept.append(drawn)

    with in_threads([lambda number=number: writer(number) for number in range(50)]):  # type: ignore[misc]
        pass
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert len(kept) == sum(not fail for row in fails for fail in row)
    assert sequences.current_value(KEY, year=2026) == len(kept)


@pytest.mark.django_db(transaction=True)
def test_a_crashed_session_gives_its_number_back() -> None:
    drawn, killed = threading.Event(), threading.Event()
    pids: list[int] = []

    def crashes() -> None:
        try:
            with transaction.atomic():
                assert sequences.next_value(KEY, year=2026) == 1
                with connection.cursor() as cursor:
                    cursor.execute("select pg_backend_pid()")
                    pids.append(cursor.fetchone()[0])
                drawn.set()
                assert killed.wait(30)
                sequences.current_value(KEY, year=2026)
        except Exception:
            connection.close()

    with in_threads([crashes]):
        assert drawn.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", pids)
        killed.set()
        with transaction.atomic():
            assert sequences.next_value(KEY, year=2026) == 1
