"""Subscribers lose nothing, turn nothing round, try again, and go on past what cannot be handled."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from xiezhi.foundation import journal
from xiezhi.foundation.errors import InvalidInput
from xiezhi.foundation.journal import Delivery, dead_letters, delivery
from xiezhi.foundation.models import DeadLetter, JournalEntry, SubscriberCursor
from xiezhi.foundation.tests.world import (
    AT,
    SOMEONE,
    Counted,
    deliver_all,
    everything_is_finished,
    in_threads,
    record,
    record_many,
)


@pytest.fixture
def got() -> Iterator[list[Delivery]]:
    """What a subscriber named `reader` was handed."""
    found: list[Delivery] = []
    journal.subscribe("reader", found.append)
    yield found
    delivery.unsubscribe("reader")


@pytest.fixture
def quick(db: None) -> None:
    everything_is_finished()


def test_entries_come_in_order_once_and_with_what_they_say(quick: None, got: list[Delivery]) -> None:
    ids = record_many(5)
    assert journal.deliver("reader") == 5
    assert [each.entry_id for each in got] == ids
    first = got[0]
    assert (first.kind, first.court_code, first.case_id, first.at) == ("test.counted", "冀0606", 1, AT)
    assert first.payload["number"] == 0
    assert first.text.startswith("第0号")
    assert first.actor_person_id == 70
    assert journal.deliver("reader") == 0
    assert len(got) == 5


def test_a_batch_has_a_limit(quick: None, got: list[Delivery]) -> None:
    everything_is_finished()
    record_many(5)
    assert [journal.deliver("reader", limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(got) == 5


def test_only_the_kinds_asked_for(quick: None) -> None:
    found: list[Delivery] = []
    journal.subscribe("picky", found.append, kinds={"test.other"})
    record_many(3)
    assert journal.deliver("picky") == 0
    place = SubscriberCursor.objects.get(name="picky")
    assert place.position > 0  # what it does not want is not looked at again
    delivery.unsubscribe("picky")


def test_a_reader_of_the_future_begins_at_the_end(transactional_db: None) -> None:
    found: list[Delivery] = []
    record_many(3)
    journal.subscribe("late", found.append, from_now=True)
    until = time.monotonic() + 30
    while not SubscriberCursor.objects.filter(name="late", entry_id__gt=0).exists():
        journal.deliver("late")
        assert time.monotonic() < until
    before = len(found)
    later = record_many(2)
    deliver_all("late", 2)
    assert [each.entry_id for each in found[before:]][-2:] == later
    assert len(found) <= 5
    delivery.unsubscribe("late")


def test_replay_from_the_start(quick: None, got: list[Delivery]) -> None:
    ids = record_many(4)
    journal.deliver("reader")
    assert journal.replay("reader") == 4
    assert [each.entry_id for each in got] == ids + ids
    with pytest.raises(LookupError):
        journal.replay("nobody")


def test_a_failing_handler_is_tried_again_and_nothing_overtakes(quick: None) -> None:
    seen: list[int] = []
    broken = True

    def handler(entry: Delivery) -> None:
        seen.append(entry.payload["number"])
        if broken and entry.payload["number"] == 1:
            raise RuntimeError("not today")

    journal.subscribe("stumbling", handler, waits=(60.0, 60.0))
    record_many(3)
    assert journal.deliver("stumbling") == 1
    place = SubscriberCursor.objects.get(name="stumbling")
    assert (place.tries, place.retry_at is not None) == (1, True)
    assert "not today" in place.error
    assert delivery.next_retry_at() == place.retry_at
    assert journal.deliver("stumbling") == 0  # it is too early
    assert seen == [0, 1]

    broken = False
    SubscriberCursor.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert journal.deliver("stumbling") == 2
    assert seen == [0, 1, 1, 2]
    assert SubscriberCursor.objects.get(name="stumbling").tries == 0
    delivery.unsubscribe("stumbling")


def test_after_the_last_try_it_is_a_dead_letter_and_the_rest_goes_on(quick: None) -> None:
    seen: list[int] = []
    broken = True

    def handler(entry: Delivery) -> None:
        if broken and entry.payload["number"] == 1:
            raise RuntimeError("never")
        seen.append(entry.payload["number"])

    journal.subscribe("giving-up", handler, waits=(0.0,))
    ids = record_many(3)
    journal.deliver("giving-up")
    assert journal.deliver("giving-up") == 2
    assert seen == [0, 2]

    letter = dead_letters().get()
    assert (letter.subscriber, letter.entry_id, letter.tries) == ("giving-up", ids[1], 2)
    assert (letter.entry_kind, letter.court_code) == ("test.counted", "冀0606")
    assert "RuntimeError: never" in letter.error

    journal.dead_letter_retry(dead_letter_id=letter.pk, actor=SOMEONE, at=AT)
    assert delivery.retry_dead_letters("giving-up") == 0
    letter.refresh_from_db()
    assert (letter.status, letter.tries) == (DeadLetter.Status.OPEN, 3)

    broken = False
    journal.dead_letter_retry(dead_letter_id=letter.pk, actor=SOMEONE, at=AT)
    assert delivery.retry_dead_letters("giving-up") == 1
    assert seen == [0, 2, 1]
    assert not dead_letters().exists()
    assert dead_letters(open_only=False).get().status == DeadLetter.Status.DONE
    kinds = JournalEntry.objects.filter(kind__startswith="foundation.").values_list("kind", flat=True)
    assert list(kinds) == ["foundation.dead-letter-retried"] * 2
    delivery.unsubscribe("giving-up")


def test_a_dead_letter_is_given_up_with_a_reason_once(quick: None) -> None:
    letter = DeadLetter.objects.create(
        subscriber="x", entry_id=1, entry_kind="test.counted", error="e", tries=5, failed_at=AT
    )
    with pytest.raises(InvalidInput):
        journal.dead_letter_give_up(dead_letter_id=letter.pk, reason=" ", actor=SOMEONE, at=AT)
    journal.dead_letter_give_up(dead_letter_id=letter.pk, reason="已人工补办", actor=SOMEONE, at=AT)
    letter.refresh_from_db()
    assert (letter.status, letter.note) == (DeadLetter.Status.GIVEN_UP, "已人工补办")
    with pytest.raises(journal.DeadLetterIsDone):
        journal.dead_letter_retry(dead_letter_id=letter.pk, actor=SOMEONE, at=AT)
    assert JournalEntry.objects.get().text == "不再投递：x，日志记录1，理由：已人工补办"


def test_a_reader_that_is_stopped_midway_goes_on_where_it_was(quick: None) -> None:
    seen: list[int] = []
    stopped = True

    def handler(entry: Delivery) -> None:
        if stopped and entry.payload["number"] == 120:
            raise KeyboardInterrupt
        seen.append(entry.payload["number"])

    journal.subscribe("interrupted", handler)
    record_many(130)
    with pytest.raises(KeyboardInterrupt):
        journal.deliver("interrupted")
    stopped = False
    assert journal.deliver("interrupted") == 10
    assert seen == list(range(130))
    journal.unsubscribe("interrupted")


def test_the_cursor_moves_in_strides(
    quick: None, got: list[Delivery], django_assert_max_num_queries: Any
) -> None:
    record_many(200)
    journal.deliver("reader", limit=1)
    with django_assert_max_num_queries(12):
        assert journal.deliver("reader", limit=150) == 150


def test_a_handler_that_breaks_its_transaction_hurts_nobody(transactional_db: None) -> None:
    def handler(entry: Delivery) -> None:
        with transaction.atomic():
            record(99)
            raise RuntimeError("half done")

    journal.subscribe("half", handler, waits=())
    record_many(1)
    deliver_all("half", 1)
    assert JournalEntry.objects.count() == 1  # what it had begun is gone
    assert DeadLetter.objects.count() == 1
    delivery.unsubscribe("half")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_transactions_end_out_of_order(got: list[Delivery]) -> None:
    """The one that took its id first commits last."""
    first_wrote, second_done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(1)
            first_wrote.set()
            assert second_done.wait(30)

    with in_threads([slow]):
        assert first_wrote.wait(30)
        record_many(1)
        journal.deliver("reader")
        assert got == []  # the later id waits for the earlier one
        second_done.set()
    deliver_all("reader", 2)
    assert [each.payload["number"] for each in got] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_what_follows_from_an_entry_comes_after_it(got: list[Delivery]) -> None:
    """A long transaction that began earlier, but wrote after another one had committed, stands after it."""
    began, other_done, wrote, end = (threading.Event() for _ in range(4))

    def early_bird() -> None:
        with transaction.atomic():
            record(10)  # its transaction id is the lower one
            began.set()
            assert other_done.wait(30)
            record(30)  # knows of what the other one did
            wrote.set()
            assert end.wait(30)

    with in_threads([early_bird]):
        assert began.wait(30)
        with transaction.atomic():
            record(20)
        other_done.set()
        assert wrote.wait(30)
        end.set()
    deliver_all("reader", 3)
    assert [each.payload["number"] for each in got] == [10, 20, 30]


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_lose_nothing_and_keep_their_own_order(got: list[Delivery]) -> None:
    stop = threading.Event()
    chance = random.Random(5)
    naps = [[chance.random() / 200 for _ in range(12)] for _ in range(8)]

    def writer(case_id: int) -> None:
        for number, nap in enumerate(naps[case_id]):
            with transaction.atomic():
                event = Counted(number=number)
                journal.record(event, actor=SOMEONE, court_code="冀0606", case_id=case_id, at=AT)
                time.sleep(nap)
                if number % 5 == 4:
                    transaction.set_rollback(True)

    def reader() -> None:
        while not stop.is_set():
            journal.deliver("reader", limit=5)

    with in_threads([reader, reader]):  # two workers: only one of them may run it at a time
        with in_threads([lambda case_id=case_id: writer(case_id) for case_id in range(8)]):  # type: ignore[misc]
            pass
        until = time.monotonic() + 60
        while len(got) < 8 * 10 and time.monotonic() < until:
            time.sleep(0.05)
        stop.set()
    assert len(got) == 80
    assert {each.entry_id for each in got} == set(JournalEntry.objects.values_list("id", flat=True))
    for case_id in range(8):
        numbers = [each.payload["number"] for each in got if each.case_id == case_id]
        assert numbers == [0, 1, 2, 3, 5, 6, 7, 8, 10, 11]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_one_subscriber_together() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def handler(_delivery: Delivery) -> None:
        inside.set()
        assert go_on.wait(30)

    journal.subscribe("alone", handler)
    record_many(2)
    with in_threads([lambda: deliver_all("alone", 2)]):
        assert inside.wait(60)
        assert journal.deliver("alone") == 0
        with pytest.raises(RuntimeError, match="worker"):
            journal.replay("alone")
        go_on.set()
    delivery.unsubscribe("alone")
