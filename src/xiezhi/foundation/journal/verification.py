"""Recomputing every hash, and naming the first entry that is not as it was sealed."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from xiezhi.foundation.journal.sealing import GENESIS, lines, merkle_root, seal_hash, sign
from xiezhi.foundation.models import JournalEntry, JournalHead, JournalSeal

_SEALS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found. `first_bad` is the id of the first entry that differs, None when it is a seal without one.

    `unsealed` entries are too young to be under a seal; nothing can be said of them yet.
    """

    ok: bool
    entries: int
    seals: int
    first_bad: int | None
    reason: str
    unsealed: int = 0


class _Differs(Exception):
    def __init__(self, first_bad: int | None, reason: str) -> None:
        super().__init__(reason)
        self.first_bad = first_bad
        self.reason = reason


def verify() -> Report:
    """Recompute every entry's hash and every seal from the rows as they stand now, in one snapshot."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not nested:
                cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute(
                "set local enable_sort = off"
            )  # the index has the order; sorting would spill to disk
        return _verify()


def _verify() -> Report:
    sealed = seals = 0
    previous: JournalSeal | None = None
    try:
        while True:
            after = previous.number if previous else 0
            chunk = list(JournalSeal.objects.filter(number__gt=after).order_by("number")[:_SEALS_AT_ONCE])
            if not chunk:
                break
            stream = _lines_between(previous, chunk[-1])
            for seal in chunk:
                _check_seal(seal, previous)
                _check_entries(seal, stream)
                sealed, seals, previous = sealed + seal.count, seals + 1, seal
            for line in stream:
                raise _Differs(_id_of(line), _("记录%d不在任何封存批次内，是后来插入的。") % _id_of(line))
        _check_head(previous)
    except _Differs as found:
        entries = JournalEntry.objects.count()
        return Report(False, entries, seals, found.first_bad, found.reason)
    unsealed = _entries_after(previous).count()
    return Report(True, sealed + unsealed, seals, None, "", unsealed)


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


def _check_seal(seal: JournalSeal, previous: JournalSeal | None) -> None:
    expected = previous.number + 1 if previous else 1
    if seal.number != expected:
        first = _entries_after(previous).order_by("position", "id").values_list("id", flat=True).first()
        raise _Differs(first, _("第%d个封存批次不见了。") % expected)
    fault = _fault_of(seal, previous)
    if fault:
        raise _Differs(seal.first_id, fault)


def _fault_of(seal: JournalSeal, previous: JournalSeal | None) -> str:
    ids, leaves = bytes(seal.ids), bytes(seal.leaves)
    number = seal.number
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
    found = list(islice(stream, seal.count))
    leaves = bytes(seal.leaves)
    if b"".join([sha256(b"\x00" + line).digest() for line in found]) == leaves:
        return
    ids = struct.unpack(f">{seal.count}q", bytes(seal.ids))
    for index, expected in enumerate(ids):
        line = found[index] if index < len(found) else None
        if line is None:
            raise _Differs(expected, _missing(expected))
        if sha256(b"\x00" + line).digest() == leaves[32 * index : 32 * index + 32]:
            continue
        actual = _id_of(line)
        if actual == expected:
            raise _Differs(expected, _("记录%d的内容与封存时不同。") % expected)
        if actual not in ids and JournalEntry.objects.filter(pk=expected).exists():
            raise _Differs(actual, _("记录%d不在封存批次内，是后来插入或者改了编号的。") % actual)
        raise _Differs(expected, _missing(expected))


def _missing(entry_id: int) -> str:
    if JournalEntry.objects.filter(pk=entry_id).exists():
        return _("记录%d的编号或者次序被改动。") % entry_id
    return _("记录%d被删除。") % entry_id


def _check_head(latest: JournalSeal | None) -> None:
    head = JournalHead.objects.first()
    if head is None and latest is None:
        return
    if head is None:
        raise _Differs(latest.first_id if latest else None, _("末次封存的登记不见了。"))
    if latest is None or head.number > latest.number:
        first = _entries_after(latest).order_by("position", "id").values_list("id", flat=True).first()
        number = latest.number + 1 if latest else 1
        raise _Differs(first, _("第%(from)d至%(to)d个封存批次不见了。") % {"from": number, "to": head.number})
    same = head.number == latest.number and bytes(head.hash) == bytes(latest.hash)
    if not same or not hmac.compare_digest(sign("head", bytes(head.hash)), bytes(head.signature)):
        raise _Differs(latest.first_id, _("末次封存的登记被改动。"))
