"""Seals: every way to tamper is found, and named."""

import random
import threading

import pytest
from django.db import connection, transaction
from django.test import override_settings

from xiezhi.foundation import journal
from xiezhi.foundation.journal.sealing import merkle_root, seal_hash, sign
from xiezhi.foundation.models import JournalEntry, JournalHead, JournalSeal
from xiezhi.foundation.tests.world import (
    everything_is_finished,
    ids_in_order,
    in_threads,
    record,
    record_many,
    seal_all,
    tamper,
)


@pytest.fixture
def ids(db: None) -> list[int]:
    """Thirty entries under three seals, an unused id after each ten, then three that are not sealed yet."""
    everything_is_finished()
    for batch in range(3):
        made = record_many(11)
        tamper(
            f"delete from foundation_journalentry where id = {made[-1]}",
            f"update foundation_journalentry set position = {1000 + 10 * batch} where id >= {made[0]}",
        )
        assert journal.seal() == 10
    record_many(3)
    report = journal.verify()
    assert (report.ok, report.entries, report.seals, report.unsealed) == (True, 33, 3, 3)
    return ids_in_order()


def found() -> tuple[int | None, str]:
    report = journal.verify()
    assert not report.ok
    return report.first_bad, report.reason


@pytest.mark.django_db(transaction=True)
def test_an_empty_journal_is_whole() -> None:
    report = journal.verify()
    assert (report.ok, report.entries, report.seals, report.first_bad) == (True, 0, 0, None)
    assert journal.seal() == 0


@pytest.mark.parametrize(
    "change",
    [
        "text = text || '。'",
        "payload = jsonb_set(payload, '{amount}', '\"9.99\"')",
        "payload = payload || '{\"more\": 1}'",
        "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 microsecond'",
        "actor_name = '王五'",
        "actor_person_id = null",
        "actor_post_id = 1",
        "actor_user_id = 1",
        "actor_on_behalf_of_post_id = 1",
        "actor_title = ''",
        "actor_court_code = ''",
        "court_code = '冀0607'",
        "case_id = 2",
        "subject = 'x'",
        "kind = 'test.other'",
    ],
)
def test_a_changed_row_is_named_whichever_column_it_is(ids: list[int], change: str) -> None:
    tamper(f"update foundation_journalentry set {change} where id = {ids[14]}")
    assert found()[0] == ids[14]
    assert "内容" in found()[1]


def test_the_first_of_several_is_named(ids: list[int]) -> None:
    tamper(f"update foundation_journalentry set text = 'x' where id in ({ids[22]}, {ids[7]}, {ids[8]})")
    assert found()[0] == ids[7]


@pytest.mark.parametrize("place", [0, 9, 10, 14, 19, 29])
def test_a_deleted_row_is_named(ids: list[int], place: int) -> None:
    tamper(f"delete from foundation_journalentry where id = {ids[place]}")
    assert found() == (ids[place], f"记录{ids[place]}被删除。")


def test_all_rows_of_the_last_seal_deleted(ids: list[int]) -> None:
    tamper(f"delete from foundation_journalentry where id between {ids[20]} and {ids[29]}")
    assert found()[0] == ids[20]


COPY_OF = (
    "insert into foundation_journalentry (id, position, kind, at, recorded_at, court_code, subject, case_id,"
    " actor_name, actor_title, actor_court_code, text, payload)"
    " select {id}, position, kind, at, recorded_at, court_code, subject, case_id, actor_name, actor_title,"
    " actor_court_code, text, payload from foundation_journalentry where id = {of}"
)


@pytest.mark.parametrize("place", [0, 4, 9, 10, 19])
def test_a_row_put_in_between_is_named(ids: list[int], place: int) -> None:
    tamper(COPY_OF.format(id=900001, of=ids[place]))  # stands at the end of its ten
    assert found()[0] == 900001
    assert "插入" in found()[1]


def test_a_row_given_an_id_that_a_rollback_left_unused_is_named(ids: list[int]) -> None:
    tamper(COPY_OF.format(id=ids[9] + 1, of=ids[9]))
    assert found()[0] == ids[9] + 1


def test_a_row_put_before_all_others_is_named(ids: list[int]) -> None:
    tamper(
        "insert into foundation_journalentry (id, position, kind, at, court_code, subject,"
        " actor_name, actor_title, actor_court_code, text, payload)"
        " values (900001, 1, 'x', now(), '', '', '', '', '', 'x', '{}')"
    )
    assert found()[0] == 900001


def test_swapped_ids_are_named(ids: list[int]) -> None:
    tamper(
        f"update foundation_journalentry set id = -1 where id = {ids[12]}",
        f"update foundation_journalentry set id = {ids[12]} where id = {ids[15]}",
        f"update foundation_journalentry set id = {ids[15]} where id = -1",
    )
    assert found()[0] == ids[12]


def test_a_row_moved_elsewhere_is_named(ids: list[int]) -> None:
    tamper(f"update foundation_journalentry set position = position + 1 where id = {ids[3]}")
    assert found()[0] == ids[3]
    assert "次序" in found()[1]
    tamper(f"update foundation_journalentry set position = position - 2 where id = {ids[3]}")
    assert found()[0] in {ids[0], ids[3]}


def test_a_row_moved_behind_the_last_seal_is_named(ids: list[int]) -> None:
    tamper(f"update foundation_journalentry set position = position + 1000000 where id = {ids[3]}")
    assert found()[0] == ids[3]


@pytest.mark.parametrize("column", ["root", "hash", "previous_hash", "signature", "leaves", "ids"])
def test_a_changed_seal_is_found(ids: list[int], column: str) -> None:
    tamper(
        f"update foundation_journalseal set {column} = set_byte({column}, 3, get_byte({column}, 3) # 1)"
        " where number = 2"
    )
    first_bad, reason = found()
    assert first_bad == ids[10]
    assert "第2个封存批次" in reason


@pytest.mark.parametrize(
    "change", ["count = 9", "first_id = first_id + 1", "last_id = last_id + 1", "sealed_at = now()"]
)
def test_a_changed_number_in_a_seal_is_found(ids: list[int], change: str) -> None:
    tamper(f"update foundation_journalseal set {change} where number = 2")
    assert found()[0] == ids[10]


@pytest.mark.parametrize(("number", "place"), [(1, 0), (2, 10), (3, 20)])
def test_a_removed_seal_is_found(ids: list[int], number: int, place: int) -> None:
    tamper(f"delete from foundation_journalseal where number = {number}")
    first_bad, reason = found()
    assert first_bad == ids[place]
    assert "不见了" in reason


def test_all_seals_removed(ids: list[int]) -> None:
    tamper("delete from foundation_journalseal")
    assert found()[0] == ids[0]


def test_the_tail_cut_off_with_its_seal_is_found(ids: list[int]) -> None:
    tamper(
        "delete from foundation_journalseal where number = 3",
        f"delete from foundation_journalentry where id between {ids[20]} and {ids[29]}",
    )
    first_bad, reason = found()
    assert first_bad == ids[30]  # the first that stands after what is sealed
    assert "第3至3个封存批次不见了" in reason


def test_the_head_cannot_be_turned_back_without_the_key(ids: list[int]) -> None:
    second = JournalSeal.objects.get(number=2)
    tamper(
        "delete from foundation_journalseal where number = 3",
        f"update foundation_journalhead set number = 2, hash = '\\x{bytes(second.hash).hex()}'",
    )
    assert found()[0] == second.first_id
    tamper("delete from foundation_journalhead")
    assert found()[0] == second.first_id


def test_a_journal_made_anew_as_a_whole_is_found_by_what_was_kept_outside(ids: list[int]) -> None:
    kept = journal.verify().newest_seal
    assert kept.startswith("3:")
    assert journal.verify(witness=kept).ok
    journal.seal()
    assert journal.verify(witness=kept).ok  # it has grown since
    tamper(
        "delete from foundation_journalseal",
        "delete from foundation_journalhead",
        f"update foundation_journalentry set text = 'x' where id = {ids[25]}",
    )
    journal.seal(size=10)
    assert journal.verify().ok  # whoever has the key too can do that
    report = journal.verify(witness=kept)
    assert (report.ok, report.first_bad) == (False, ids[20])
    tamper("delete from foundation_journalentry", "delete from foundation_journalseal")
    tamper("delete from foundation_journalhead")
    assert not journal.verify(witness=kept).ok
    assert not journal.verify(witness="nonsense").ok


def test_seals_made_anew_by_whoever_lacks_the_key_are_found(ids: list[int]) -> None:
    """The database's owner changes a row and rebuilds the seals from there on; only the key is missing."""
    tamper(f"update foundation_journalentry set text = 'x' where id = {ids[25]}")
    tamper(
        "delete from foundation_journalseal where number = 3",
        "delete from foundation_journalhead",
    )
    with override_settings(XIEZHI_HASH_KEY="YW5vdGhlciBrZXkgdGhhbiB0aGUgc2VydmVyJ3MgIQ=="):
        seal_all()
    assert found()[0] == ids[20]
    assert "签名" in found()[1]


@pytest.mark.django_db(transaction=True)
def test_gaps_that_rollbacks_leave_are_harmless() -> None:
    record_many(2)
    with transaction.atomic():
        record(1)
        transaction.set_rollback(True)
    record_many(2)
    seal_all()
    ids = ids_in_order()
    assert ids[-1] - ids[0] == 4
    report = journal.verify()
    assert (report.ok, report.entries) == (True, 4)


@pytest.mark.django_db(transaction=True)
def test_a_seal_takes_only_what_is_finished_and_never_waits_for_writers() -> None:
    record_many(3)
    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            record(100)
            written.set()
            assert go_on.wait(30)

    with in_threads([slow_writer]):
        assert written.wait(30)
        record_many(2)  # committed after the slow one began, and before it ends
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '2s'")
            journal.seal()
            cursor.execute("set lock_timeout = 0")
        sealed = JournalSeal.objects.order_by("number").last()
        assert sealed is None or sealed.count <= 3
        assert journal.verify().ok
        go_on.set()
    seal_all()
    report = journal.verify()
    assert (report.ok, report.entries, report.unsealed) == (True, 6, 0)


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_a_sealer() -> None:
    record_many(3)
    sealing, go_on = threading.Event(), threading.Event()

    def sealer() -> None:
        with transaction.atomic():
            journal.seal()
            sealing.set()
            assert go_on.wait(30)

    with in_threads([sealer]):
        assert sealing.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '2s'")
            record_many(2)
            cursor.execute("set lock_timeout = 0")
        assert journal.seal() == 0  # the other one is at it
        go_on.set()
    seal_all()
    assert journal.verify().ok


@pytest.mark.django_db(transaction=True)
def test_sealing_while_many_write() -> None:
    done = threading.Event()

    def writer() -> None:
        for number in range(25):
            with transaction.atomic():
                record(number)

    def sealer() -> None:
        while not done.is_set():
            journal.seal(size=7)

    with in_threads([sealer]):
        with in_threads([writer] * 6):
            pass
        done.set()
    seal_all(size=7)
    report = journal.verify()
    assert (report.ok, report.entries, report.unsealed) == (True, 150, 0)
    assert JournalHead.objects.get().number == report.seals
    assert JournalEntry.objects.count() == 150


def test_merkle_root_by_hand() -> None:
    import hashlib

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    a, b, c, d, e = (bytes([n]) * 32 for n in range(5))
    assert merkle_root([a]) == a
    assert merkle_root([a, b]) == node(a, b)
    assert merkle_root([a, b, c]) == node(node(a, b), c)
    assert merkle_root([a, b, c, d, e]) == node(node(node(a, b), node(c, d)), e)


def test_the_hash_of_a_seal_covers_all_it_says(ids: list[int]) -> None:
    seal = JournalSeal.objects.get(number=2)
    assert seal_hash(seal) == bytes(seal.hash)
    assert sign("seal", bytes(seal.hash)) == bytes(seal.signature)
    assert sign("head", bytes(seal.hash)) != bytes(seal.signature)


def test_a_hundred_random_tamperings_are_all_found_at_the_first_bad_entry(ids: list[int]) -> None:
    """Each is undone again before the next."""
    chance = random.Random(20261124)
    for _ in range(100):
        with transaction.atomic():
            sealed = ids[:30]
            one, other = sorted(chance.sample(range(30), 2))
            wrong = chance.choice(
                [
                    (f"update foundation_journalentry set text = md5(text) where id = {sealed[one]}",),
                    (f"delete from foundation_journalentry where id in ({sealed[one]}, {sealed[other]})",),
                    (
                        f"update foundation_journalentry set id = -7 where id = {sealed[one]}",
                        f"update foundation_journalentry set id = {sealed[one]} where id = {sealed[other]}",
                        f"update foundation_journalentry set id = {sealed[other]} where id = -7",
                    ),
                    (
                        "update foundation_journalentry set actor_name = '王五', recorded_at = now()"
                        f" where id in ({sealed[one]}, {sealed[other]})",
                    ),
                    (f"update foundation_journalentry set id = id + 500000 where id = {sealed[one]}",),
                ]
            )
            tamper(*wrong)
            report = journal.verify()
            assert not report.ok, wrong
            assert report.first_bad == sealed[one], (wrong, report)
            transaction.set_rollback(True)
    assert journal.verify().ok
