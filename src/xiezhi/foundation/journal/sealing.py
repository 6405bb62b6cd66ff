"""Seals: what makes a later change to the journal show.

Note [What a seal holds]: a seal covers entries that stand next to each other in the journal's order. It keeps
- `ids`, their ids in order, 8 bytes each, and `leaves`, the hash of each entry, 32 bytes each. A row that was
  changed, taken out, put in or moved is thereby found by name; ids that rollbacks left unused are simply
  not listed;
- `root`, the Merkle root of the leaves: leaf sha256(00 + line), node sha256(01 + left + right), an odd one
  moves up;
- `previous_hash`, the hash of the seal before, and `hash`, over everything in the seal;
- `signature`, an HMAC of `hash` with a key that is not in the database: its owner cannot make seals anew.
The one row of `JournalHead` names the latest seal, signed too: a seal cut off at the end is missed.

Note [Canonical line]: what is hashed of an entry is one line of text, UTF-8: the columns of `CANONICAL` in
order, separated by tabs, moments as microseconds since 1970 UTC, null as \\N, backslash, tab and line
breaks escaped by a backslash, the payload as PostgreSQL writes jsonb. It is the line that COPY writes, so
that checking is fast.

Note [Sealing never blocks]: a seal takes only entries below the oldest running transaction (see
`models.JournalEntry`), reads them in a snapshot and locks nothing that a writer needs. Two sealers exclude
each other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from xiezhi.foundation.models import JournalHead, JournalSeal

SEAL_SIZE = 10_000
_LOCK = 0x5E41
GENESIS = b"\0" * 32

CANONICAL = ", ".join(
    (
        "id",
        "position",
        "kind",
        "(extract(epoch from at) * 1000000)::bigint",
        "(extract(epoch from recorded_at) * 1000000)::bigint",
        "court_code",
        "case_id",
        "subject",
        "actor_user_id",
        "actor_person_id",
        "actor_post_id",
        "actor_on_behalf_of_post_id",
        "actor_name",
        "actor_title",
        "actor_court_code",
        "text",
        "payload",
    )
)


def lines(where: str, parameters: Sequence[int], *, limit: int | None = None) -> Iterator[bytes]:
    """Yield the canonical line of each entry in the journal's order (see Note [Canonical line])."""
    statement = (
        f"copy (select {CANONICAL} from foundation_journalentry {where}"  # noqa: S608
        " order by position, id limit %s) to stdout"
    )
    with connection.cursor() as wrapped:
        cursor: Any = wrapped.cursor  # the debugging wrapper of Django takes no parameters for COPY
        with cursor.copy(statement, [*parameters, limit]) as copy:
            for data in copy:
                yield bytes(data)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (see Note [What a seal holds])."""
    sha256 = hashlib.sha256
    level = list(leaves)
    while len(level) > 1:
        above = [
            sha256(b"\x01" + level[index] + level[index + 1]).digest()
            for index in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def seal_hash(seal: JournalSeal) -> bytes:
    """Return the hash over everything a seal says."""
    digest = hashlib.sha256(b"xiezhi-seal-1")
    digest.update(
        struct.pack(
            ">qqqqqq",
            seal.number,
            seal.first_position,
            seal.first_id,
            seal.last_position,
            seal.last_id,
            seal.count,
        )
    )
    digest.update(struct.pack(">q", round(seal.sealed_at.timestamp() * 1_000_000)))
    digest.update(hashlib.sha256(bytes(seal.ids)).digest())
    digest.update(bytes(seal.root))
    digest.update(bytes(seal.previous_hash))
    return digest.digest()


def sign(purpose: str, hashed: bytes) -> bytes:
    """Return the signature of a seal or of the head."""
    key = hmac.new(base64.b64decode(settings.XIEZHI_HASH_KEY), b"journal-seal", hashlib.sha256).digest()
    return hmac.new(key, purpose.encode() + hashed, hashlib.sha256).digest()


def seal(*, size: int = SEAL_SIZE, at: datetime | None = None) -> int:
    """Seal every entry whose transaction has ended, in seals of at most `size`; returns how many entries.

    Returns 0 at once when another process is sealing.
    """
    total = 0
    while True:
        with transaction.atomic(), _only_sealer() as mine:
            sealed = _seal_next(size, at or timezone.now()) if mine else 0
        total += sealed
        if sealed < size:
            return total


@contextmanager
def _only_sealer() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        mine = bool(cursor.fetchone()[0])
        cursor.execute(
            "set local enable_sort = off"
        )  # the index has the order, whatever the planner believes
    yield mine
    with connection.cursor() as cursor:
        cursor.execute("set local enable_sort = on")


def _seal_next(size: int, at: datetime) -> int:
    latest = JournalSeal.objects.defer("ids", "leaves").order_by("-number").first()
    start = (latest.last_position, latest.last_id) if latest else (-1, -1)
    where = "where (position, id) > (%s, %s) and position < foundation_journal_horizon()"
    leaves: list[bytes] = []
    ids: list[int] = []
    first = last = b""
    sha256 = hashlib.sha256
    for line in lines(where, start, limit=size):
        last = line
        first = first or line
        leaves.append(sha256(b"\x00" + line).digest())
        ids.append(int(line[: line.index(b"\t")]))
    if not leaves:
        return 0
    made = JournalSeal(
        number=latest.number + 1 if latest else 1,
        first_position=int(first.split(b"\t", 2)[1]),
        first_id=ids[0],
        last_position=int(last.split(b"\t", 2)[1]),
        last_id=ids[-1],
        count=len(ids),
        ids=struct.pack(f">{len(ids)}q", *ids),
        leaves=b"".join(leaves),
        root=merkle_root(leaves),
        previous_hash=bytes(latest.hash) if latest else GENESIS,
        sealed_at=at,
    )
    made.hash = seal_hash(made)
    made.signature = sign("seal", made.hash)
    made.save(force_insert=True)
    head = JournalHead(id=1, number=made.number, hash=made.hash, signature=sign("head", made.hash))
    JournalHead.objects.bulk_create(
        [head], update_conflicts=True, unique_fields=["id"], update_fields=["number", "hash", "signature"]
    )
    return len(ids)
