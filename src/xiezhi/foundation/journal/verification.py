"""Recomputing every hash, and naming the first entry that is not as it was sealed."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from xiezhi.foundation.journal.sealing import GENESIS, lines, merkle_root, seal_hash, sign
from xiezhi.foundation.models import JournalEntry, JournalHead, JournalSeal

_SEALS_AT_ONCE = 500
_ENTRIES_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found. `first_bad`: id of the first entry that differs, None where there is none left.

    `unsealed` entries are too young to be under a seal; nothing can be said of them yet. `newest_seal` is
    number and hash of the last seal, to be kept outside: given to a later `verify`, it shows a journal
    that was made anew as a whole.
    """

    ok: bool
    entries: int
    seals: int
    first_bad: int | None
    reason: str
    unsealed: int = 0
    newest_seal: str = ""


class _Differs(Exception):
    """Something is not as it was sealed. `found` says what; it asks the database, so after the stream."""

    def __init__(self, found: Callable[[], tuple[int | None, str]]) -> None:
        super().__init__()
        self.found = found


def verify(*, witness: str = "") -> Report:
    """Recompute every entry's hash and every seal from the rows as they stand now, in one snapshot.

    Args:
        witness: a `newest_seal` that was kept outside the database; its seal must still be there.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not nested:
                cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute(
                "set local enable_sort = off"
            )  # the index has the order; sorting would spill to disk
        return _verify(witness)


def _verify(witness: str) -> Report:
    sealed = seals = 0
    previous: JournalSeal | None = None
    try:
        while chunk := _next_seals(previous):
            whole = list(_whole_seals(chunk, previous))
            stream = _lines_between(previous, whole[-1]) if whole else iter(())
            try:
                for seal in whole:
                    _check_entries(seal, stream)
                    sealed, seals, previous = sealed + seal.count, seals + 1, seal
                for line in stream:
                    raise _Differs(partial(_put_in, _id_of(line)))
            finally:
                deque(
                    stream, maxlen=0
                )  # the connection is free for other questions only at the end of the stream
            if len(whole) < len(chunk):
                fault = _fault_of(chunk[len(whole)], previous)
                raise _Differs(partial(_seal_differs, previous, fault))
        _check_head(previous)
        _check_witness(witness)
    except _Differs as differs:
        first_bad, reason = differs.found()
        return Report(False, JournalEntry.objects.count(), seals, first_bad, reason)
    unsealed = _entries_after(previous).count()
    newest = f"{previous.number}:{bytes(previous.hash).hex()}" if previous else ""
    return Report(True, sealed + unsealed, seals, None, "", unsealed, newest)


def _next_seals(previous: JournalSeal | None) -> list[JournalSeal]:
    """Return the next seals: enough entries to be worth a stream, few enough to stay small in memory."""
    found = JournalSeal.objects.filter(number__gt=previous.number if previous else 0).order_by("number")
    sizes = found.values_list("count", flat=True)[:_SEALS_AT_ONCE]
    total = take = 0
    for size in sizes:
        total, take = total + size, take + 1
        if total >= _ENTRIES_AT_ONCE:
            break
    return list(found[:take])


def _lines_between(start: JournalSeal | None, end: JournalSeal) -> Iterator[bytes]:
    low = (start.last_position, start.last_id) if start else (-(2**62), -(2**62))
    return lines(
        "where (position, id) > (%s, %s) and (position, id) <= (%s, %s)",
        [*low, end.last_position, end.last_id],
    )


def _entries_after(seal: JournalSeal | None) -> Any:
    if seal is None:
        return JournalEntry.objects.all()
    return JournalEntry.objects.extra(
        where=["(position, id) > (%s, %s)"], params=[seal.last_position, seal.last_id]
    )


def _id_of(line: bytes) -> int:
    return int(line[: line.index(b"\t")])


def _whole_seals(chunk: Iterable[JournalSeal], previous: JournalSeal | None) -> Iterator[JournalSeal]:
    """Yield seals as long as nothing is wrong with them; only those are trusted to say where entries end."""
    for seal in chunk:
        if _fault_of(seal, previous):
            return
        yield seal
        previous = seal


def _seal_differs(previous: JournalSeal | None, fault: str) -> tuple[int | None, str]:
    return _first_after(previous), fault


def _first_after(seal: JournalSeal | None) -> int | None:
    first: int | None = _entries_after(seal).order_by("position", "id").values_list("id", flat=True).first()
    return first


def _fault_of(seal: JournalSeal, previous: JournalSeal | None) -> str:
    ids, leaves = bytes(seal.ids), bytes(seal.leaves)
    number, expected = seal.number, previous.number + 1 if previous else 1
    if number != expected:
        return _("第%d个封存批次不见了。") % expected
    if bytes(seal.previous_hash) != (bytes(previous.hash) if previous else GENESIS):
        return _("第%d个封存批次与前一批次不相连。") % number
    if not (len(ids) == 8 * seal.count and len(leaves) == 32 * seal.count and seal.count > 0):
        return _("第%d个封存批次所列的记录数被改动。") % number
    if merkle_root([leaves[at : at + 32] for at in range(0, len(leaves), 32)]) != bytes(seal.root):
        return _("第%d个封存批次的记录摘要被改动。") % number
    if seal_hash(seal) != bytes(seal.hash):
        return _("第%d个封存批次的内容被改动。") % number
    if not hmac.compare_digest(sign("seal", bytes(seal.hash)), bytes(seal.signature)):
        return _("第%d个封存批次的签名不是本系统密钥所签。") % number
    return ""


def _check_entries(seal: JournalSeal, stream: Iterator[bytes]) -> None:
    sha256 = hashlib.sha256
    lines_found = list(islice(stream, seal.count))
    if b"".join([sha256(b"\x00" + line).digest() for line in lines_found]) != bytes(seal.leaves):
        raise _Differs(partial(_first_that_differs, seal, lines_found))


def _first_that_differs(seal: JournalSeal, found: list[bytes]) -> tuple[int, str]:
    sha256, leaves = hashlib.sha256, bytes(seal.leaves)
    ids = struct.unpack(f">{seal.count}q", bytes(seal.ids))
    for index, expected in enumerate(ids):
        line = found[index] if index < len(found) else None
        if line is None:
            return expected, _gone_or_moved(expected)
        if sha256(b"\x00" + line).digest() == leaves[32 * index : 32 * index + 32]:
            continue
        actual = _id_of(line)
        if actual == expected:
            return expected, _("记录%d的内容或者次序与封存时不同。") % expected
        if actual not in ids and _stands_within(seal, expected):
            return _put_in(actual)
        return expected, _gone_or_moved(expected)
    return seal.first_id, _("第%d个封存批次的记录摘要被改动。") % seal.number


def _stands_within(seal: JournalSeal, entry_id: int) -> bool:
    place = JournalEntry.objects.filter(pk=entry_id).values_list("position", "id").first()
    start, end = (seal.first_position, seal.first_id), (seal.last_position, seal.last_id)
    return place is not None and start <= place <= end


def _put_in(entry_id: int) -> tuple[int, str]:
    return entry_id, _("记录%d不在所处的封存批次内，是后来插入或者移来的。") % entry_id


def _gone_or_moved(entry_id: int) -> str:
    if JournalEntry.objects.filter(pk=entry_id).exists():
        return _("记录%d的编号或者次序被改动。") % entry_id
    return _("记录%d被删除。") % entry_id


def _check_head(latest: JournalSeal | None) -> None:
    head = JournalHead.objects.first()
    if head is None and latest is None:
        return
    latest_id = latest.first_id if latest else None
    if head is None:
        raise _Differs(lambda: (latest_id, _("末次封存的登记不见了。")))
    expected = latest.number + 1 if latest else 1
    if latest is None or head.number > latest.number:
        missing = _("第%(first)d至%(last)d个封存批次不见了。") % {"first": expected, "last": head.number}
        raise _Differs(lambda: (_first_after(latest), missing))
    same = head.number == latest.number and bytes(head.hash) == bytes(latest.hash)
    if not same or not hmac.compare_digest(sign("head", bytes(head.hash)), bytes(head.signature)):
        raise _Differs(lambda: (latest_id, _("末次封存的登记被改动。")))


def _check_witness(witness: str) -> None:
    if not witness:
        return
    number, _colon, kept = witness.partition(":")
    seal = JournalSeal.objects.filter(number=int(number)).first() if number.isdigit() else None
    if seal is None or bytes(seal.hash).hex() != kept.strip().lower():
        first = seal.first_id if seal else None
        raise _Differs(lambda: (first, _("第%s个封存批次与另行保存的摘要不符。") % number))
