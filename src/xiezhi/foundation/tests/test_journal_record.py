"""Entries stand with their change, and nobody changes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR, plain, words
from xiezhi.foundation.models import JournalEntry, JournalHead, JournalSeal
from xiezhi.foundation.tests.world import (
    AT,
    SOMEONE,
    Counted,
    Someone,
    everything_is_finished,
    record,
    record_many,
    seal_all,
)


@pytest.mark.django_db
def test_an_entry_holds_who_what_when_and_the_sentence() -> None:
    event = Counted(number=3, due_on=date(2026, 12, 1), amount=Decimal("1200.50"), names=["甲", "乙"])
    entry_id = journal.record(
        event, actor=SOMEONE, court_code="冀0606", case_id=9, subject="（2026）冀0606民初1号", at=AT
    )

    entry = JournalEntry.objects.get(pk=entry_id)
    assert entry.kind == "test.counted"
    assert entry.at == AT
    assert entry.text == "第3号：一件事，标的1200.50元，至2026年12月1日"
    assert entry.payload == {
        "number": 3,
        "note": "一件事",
        "amount": "1200.50",
        "due_on": "2026-12-01",
        "names": ["甲", "乙"],
    }
    assert (entry.court_code, entry.case_id, entry.subject) == ("冀0606", 9, "（2026）冀0606民初1号")
    assert (entry.actor_user_id, entry.actor_person_id, entry.actor_post_id) == (7, 70, 700)
    assert (entry.actor_name, entry.actor_title, entry.actor_court_code) == (
        "李四",
        "民事审判第一庭 法官",
        "冀0606",
    )
    assert entry.actor_on_behalf_of_post_id is None
    assert entry.recorded_at is not None


@pytest.mark.django_db
def test_the_program_itself_is_named_and_a_delegated_post_too() -> None:
    own = journal.record(Counted(number=1), actor=SYSTEM_ACTOR, court_code="", at=AT)
    standing_in = Someone(on_behalf_of_post_id=701)
    other = journal.record(Counted(number=1), actor=standing_in, court_code="冀0606", at=AT)

    assert JournalEntry.objects.get(pk=own).actor_name == "系统"
    assert JournalEntry.objects.get(pk=other).actor_on_behalf_of_post_id == 701


@pytest.mark.django_db
def test_a_moment_without_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 24, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        journal.record(Counted(number=1), actor=SOMEONE, court_code="冀0606", at=naive)


def test_an_event_carries_plain_values_only() -> None:
    assert plain({1: (Decimal("1.10"), {"b", "a"}), "d": date(2026, 1, 2)}) == {
        "1": ["1.10", ["a", "b"]],
        "d": "2026-01-02",
    }
    with pytest.raises(TypeError):
        plain(object())
    with pytest.raises(TypeError):
        plain(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "（未定）"),
        (True, "是"),
        (date(2026, 3, 1), "2026年3月1日"),
        (AT, "2026年11月24日09:30"),
        (["甲", "乙"], "甲、乙"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_values_in_a_sentence(value: object, said: str) -> None:
    assert words(value) == said


@pytest.mark.django_db(transaction=True)
def test_no_entry_outside_a_transaction_and_none_without_its_change() -> None:
    with pytest.raises(journal.NoTransaction):
        record(1)
    with pytest.raises(journal.NoTransaction):
        journal.bulk([])
    with transaction.atomic():
        record(1)
        transaction.set_rollback(True)
    assert not JournalEntry.objects.exists()

    with transaction.atomic():
        record(1)
    assert JournalEntry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "update foundation_journalentry set text = 'x'",
        "update foundation_journalentry set text = 'x' where id = -1",
        "delete from foundation_journalentry",
        "truncate foundation_journalentry",
        "truncate foundation_journalentry, foundation_journalseal cascade",
        "update foundation_journalseal set count = 1",
        "delete from foundation_journalseal",
        "truncate foundation_journalseal",
        "delete from foundation_journalhead",
        "truncate foundation_journalhead",
        "update foundation_journalhead set number = 1",
        "update foundation_journalhead set number = 0",
        "insert into foundation_journalentry (id, kind, at, court_code, subject, actor_name, actor_title,"
        " actor_court_code, text, payload) values (1, 'x', now(), '', '', '', '', '', 'x', '{}')"
        " on conflict (id) do update set text = 'x'",
        "merge into foundation_journalentry e using (select 1 as n) s on e.case_id = 1"
        " when matched then update set text = 'x'",
    ],
)
def test_the_database_refuses_its_owner_any_change(statement: str) -> None:
    everything_is_finished()
    record_many(3)
    journal.seal()
    before = list(JournalEntry.objects.order_by("id").values())

    with pytest.raises(DatabaseError, match=r"append-only|only moves on"), transaction.atomic():
        connection.cursor().execute(statement)

    assert list(JournalEntry.objects.order_by("id").values()) == before
    assert (JournalSeal.objects.count(), JournalHead.objects.get().number) == (1, 1)
    assert journal.verify().ok


@pytest.mark.django_db(transaction=True)
def test_many_entries_at_once_are_entries_like_others() -> None:
    rows = [
        journal.EntryRow(
            Counted(number=n, note="带\t制表\n换行\\反斜线"),
            actor=SOMEONE,
            court_code="冀0606",
            case_id=n % 5,
            at=AT,
        )
        for n in range(500)
    ]
    with transaction.atomic():
        assert journal.bulk(rows) == 500
    one_by_one = record_many(1)[0]

    seal_all(size=100)
    report = journal.verify()
    assert (report.ok, report.entries, report.unsealed) == (True, 501, 0)
    assert report.seals >= 6
    first = JournalEntry.objects.order_by("id").first()
    assert first is not None
    assert "带\t制表\n换行\\反斜线" in first.text
    assert first.payload["note"] == "带\t制表\n换行\\反斜线"
    assert JournalEntry.objects.get(pk=one_by_one).position >= first.position


@pytest.mark.django_db
def test_timeline_of_a_case_by_when_things_happened() -> None:
    for number, day in enumerate([3, 1, 2]):
        journal.record(
            Counted(number=number),
            actor=SOMEONE,
            court_code="冀0606",
            case_id=5,
            at=datetime(2026, 1, day, tzinfo=UTC),
        )
    record(9, case_id=6)

    page = journal.entries_of_case(5, size=2)
    assert [entry.payload["number"] for entry in page] == [0, 2]
    rest = journal.entries_of_case(5, size=2, after=page.next_token)
    assert [entry.payload["number"] for entry in rest] == [1]
    oldest = journal.entries_of_case(5, newest_first=False)
    assert [entry.payload["number"] for entry in oldest] == [1, 2, 0]


@pytest.mark.django_db
def test_the_audit_list_stays_within_the_courts_of_the_reader() -> None:
    mine = record(1, court_code="冀0606")
    record(2, court_code="冀0607")

    assert [entry.pk for entry in journal.entries_visible_to(SOMEONE)] == [mine]
    both = Someone(court_codes=frozenset({"冀0606", "冀0607"}))
    assert len(journal.entries_visible_to(both)) == 2
    assert len(journal.entries_visible_to(both, court_code="冀0607")) == 1
    assert len(journal.entries_visible_to(SOMEONE, court_code="冀0607")) == 0
    assert len(journal.entries_visible_to(both, kind="test")) == 2
    assert len(journal.entries_visible_to(both, kind="test.other")) == 0
    assert len(journal.entries_visible_to(both, text="第1号")) == 1
