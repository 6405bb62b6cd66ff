"""Writing entries: one with its change, or many at once for loaders."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from xiezhi.foundation.contracts import Event, JournalActor
from xiezhi.foundation.errors import NoTransaction

COLUMNS = (
    "kind",
    "at",
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
_INSERT = "insert into foundation_journalentry ({}) values ({}) returning id".format(  # noqa: S608
    ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
)
_COPY = "copy foundation_journalentry ({}) from stdin".format(", ".join(COLUMNS))
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry for `bulk`: what `record` takes, as a value."""

    event: Event
    actor: JournalActor
    court_code: str
    at: datetime
    case_id: int | None = None
    subject: str = ""


def record(
    event: Event,
    *,
    actor: JournalActor,
    court_code: str,
    case_id: int | None = None,
    subject: str = "",
    at: datetime,
) -> int:
    """Write an entry in the caller's transaction, so that it stands if the change stands; returns its id.

    Raises NoTransaction outside a transaction, ValueError for a moment without time zone.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise NoTransaction(
            f"{event.kind}: record inside the transaction that makes the change (transaction.atomic)"
        )
    values = render(event, actor=actor, court_code=court_code, case_id=case_id, subject=subject, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return int(cursor.fetchone()[0])


def render(
    event: Event,
    *,
    actor: JournalActor,
    court_code: str,
    case_id: int | None = None,
    subject: str = "",
    at: datetime,
) -> tuple[Any, ...]:
    """Return an entry as the values of `COLUMNS`, for `copy_rows`. Raises ValueError."""
    if at.tzinfo is None:
        raise ValueError("The moment of an entry must carry its time zone")
    return (
        event.kind,
        at,
        court_code,
        case_id,
        subject,
        actor.user_id,
        actor.person_id,
        actor.post_id,
        actor.on_behalf_of_post_id,
        actor.name,
        actor.title,
        actor.court_code,
        event.text(),
        _to_json(event.payload()),
    )


def bulk(rows: Iterable[EntryRow]) -> int:
    """Write many entries with COPY in the caller's transaction, in the order given; returns how many.

    They are entries like any other: `seal` seals them, and subscribers read them. Raises NoTransaction.
    """
    return copy_rows(
        render(
            row.event,
            actor=row.actor,
            court_code=row.court_code,
            case_id=row.case_id,
            subject=row.subject,
            at=row.at,
        )
        for row in rows
    )


def copy_rows(rows: Iterable[tuple[Any, ...]]) -> int:
    """Write rows of values in the order of `COLUMNS`, as `render` makes them. Raises NoTransaction."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise NoTransaction("Copy entries inside the transaction that makes the changes they tell of")
    count = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
