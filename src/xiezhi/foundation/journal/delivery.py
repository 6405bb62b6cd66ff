"""Readers of the journal: each has a name, a cursor, and a handler called at least once for every entry.

Entries come in the journal's order, and only those below the oldest running transaction (see
`models.JournalEntry`), so nothing is lost or turned round by writers that commit out of order. A handler
that fails is tried again after longer and longer waits, while later entries wait too; then the entry
becomes a dead letter and the rest goes on. Two workers never run the same subscriber at the same time.
Handlers must be idempotent.
"""

from __future__ import annotations

import logging
import traceback
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from xiezhi.foundation.models import DeadLetter, JournalEntry, SubscriberCursor

logger = logging.getLogger("xiezhi.journal")

CHANNEL = "xiezhi_journal"
BATCH = 500
_MOVE_EVERY = 50
WAITS = (1.0, 5.0, 20.0, 60.0)
_LOCK_CLASS = 0x5B5C
_END_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """An entry as a handler gets it."""

    entry_id: int
    kind: str
    at: datetime
    court_code: str
    case_id: int | None
    subject: str
    actor_person_id: int | None
    text: str
    payload: dict[str, Any]


Handler = Callable[[Delivery], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A registered reader. `waits`: seconds before each further try; then the entry is put aside."""

    name: str
    handler: Handler
    kinds: frozenset[str] | None
    from_now: bool
    waits: Sequence[float]


_registry: dict[str, Subscriber] = {}


def subscribe(
    name: str,
    handler: Handler,
    *,
    kinds: Collection[str] | None = None,
    from_now: bool = False,
    waits: Sequence[float] = WAITS,
) -> None:
    """Register a reader in this process; the same name again replaces it.

    Args:
        kinds: only entries of these kinds; None for all.
        from_now: begin at the end of the journal when the name is new, not at its start.
    """
    _registry[name] = Subscriber(
        name, handler, frozenset(kinds) if kinds is not None else None, from_now, waits
    )


def unsubscribe(name: str) -> None:
    """Forget a reader in this process; its cursor stays."""
    _registry.pop(name, None)


def subscribers() -> list[str]:
    """Return the names registered in this process."""
    return sorted(_registry)


@contextmanager
def only_reader(name: str) -> Iterator[bool]:
    """Tell whether this connection is now the only one to run the subscriber."""
    key = zlib.crc32(name.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, key])


def deliver(name: str, *, limit: int = BATCH) -> int:
    """Hand the next entries to a subscriber, at most `limit`; returns how many it has dealt with.

    Returns 0 when there is nothing to do, when another worker runs this subscriber, or while it waits to
    try again. Raises LookupError for an unknown name; lets errors of the connection through.
    """
    subscriber = _registry[name]
    with only_reader(name) as mine:
        return _deliver(subscriber, limit) if mine else 0


def replay(name: str) -> int:
    """Deliver the whole journal to a subscriber again, from the start; returns how many entries.

    Raises LookupError for an unknown name, RuntimeError while a worker is running it.
    """
    subscriber = _registry[name]
    with only_reader(name) as mine:
        if not mine:
            raise RuntimeError(f"{name} is being run by a worker; try again in a moment")
        _cursor(subscriber)
        SubscriberCursor.objects.filter(name=name).update(
            position=0, entry_id=0, tries=0, retry_at=None, error=""
        )
        total = 0
        while done := _deliver(subscriber, BATCH, now_or_never=True):
            total += done
        return total


def next_retry_at() -> datetime | None:
    """Return when the first of this process's waiting subscribers is due again."""
    return (
        SubscriberCursor.objects.filter(name__in=list(_registry), retry_at__isnull=False)
        .order_by("retry_at")
        .values_list("retry_at", flat=True)
        .first()
    )


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select foundation_journal_horizon()")
        return int(cursor.fetchone()[0])


def _cursor(subscriber: Subscriber) -> SubscriberCursor:
    start = _horizon() - 1 if subscriber.from_now else 0
    found, _made = SubscriberCursor.objects.get_or_create(
        name=subscriber.name,
        defaults={"position": start, "entry_id": _END_ID if subscriber.from_now else 0},
    )
    return found


def _deliver(subscriber: Subscriber, limit: int, *, now_or_never: bool = False) -> int:
    place = _cursor(subscriber)
    if place.retry_at is not None and place.retry_at > timezone.now():
        return 0
    horizon = _horizon()
    found = JournalEntry.objects.extra(
        where=["(position, id) > (%s, %s)"], params=[place.position, place.entry_id]
    ).filter(position__lt=horizon)
    if subscriber.kinds is not None:
        found = found.filter(kind__in=sorted(subscriber.kinds))
    entries = list(found.order_by("position", "id")[:limit])
    handled: JournalEntry | None = None
    try:
        for index, entry in enumerate(entries):
            fault = _try(subscriber, entry)
            if fault is None:
                handled = entry
                if index % _MOVE_EVERY == _MOVE_EVERY - 1:
                    _move_past(place, handled)
                    handled = None
                continue
            _move_past(place, handled)
            handled = None
            tries = place.tries + 1 if not now_or_never else len(subscriber.waits) + 1
            if tries <= len(subscriber.waits):
                wait = timedelta(seconds=subscriber.waits[tries - 1])
                place.tries, place.retry_at, place.error = tries, timezone.now() + wait, fault
                place.save(update_fields=["tries", "retry_at", "error"])
                return index
            _put_aside(subscriber, entry, tries=tries, fault=fault, place=place)
    finally:
        _move_past(place, handled)
    if len(entries) < limit and (place.position, place.entry_id) < (horizon - 1, _END_ID):
        _move(place, horizon - 1, _END_ID)
    return len(entries)


def _move_past(place: SubscriberCursor, handled: JournalEntry | None) -> None:
    """Note that all up to an entry has been handled; after a crash before this it is handed out again."""
    if handled is not None:
        _move(place, handled.position, handled.pk)


def _move(place: SubscriberCursor, position: int, entry_id: int) -> None:
    place.position, place.entry_id, place.moved_at = position, entry_id, timezone.now()
    place.tries, place.retry_at, place.error = 0, None, ""
    place.save(update_fields=["position", "entry_id", "moved_at", "tries", "retry_at", "error"])


def _try(subscriber: Subscriber, entry: JournalEntry) -> str | None:
    """Call the handler; return what went wrong. A lost connection is not its fault and goes through."""
    try:
        subscriber.handler(delivery_of(entry))
    except Exception as error:
        if isinstance(error, InterfaceError | OperationalError) and not connection.is_usable():
            raise
        logger.warning("%s: entry %s (%s) failed", subscriber.name, entry.pk, entry.kind, exc_info=True)
        return traceback.format_exc(limit=-8)[-4000:]
    return None


def delivery_of(entry: JournalEntry) -> Delivery:
    """Return the entry as a handler gets it."""
    return Delivery(
        entry_id=entry.pk,
        kind=entry.kind,
        at=entry.at,
        court_code=entry.court_code,
        case_id=entry.case_id,
        subject=entry.subject,
        actor_person_id=entry.actor_person_id,
        text=entry.text,
        payload=entry.payload,
    )


def _put_aside(
    subscriber: Subscriber, entry: JournalEntry, *, tries: int, fault: str, place: SubscriberCursor
) -> None:
    with transaction.atomic():
        DeadLetter.objects.update_or_create(
            subscriber=subscriber.name,
            entry_id=entry.pk,
            defaults={
                "entry_kind": entry.kind,
                "court_code": entry.court_code,
                "error": fault,
                "tries": tries,
                "failed_at": timezone.now(),
                "status": DeadLetter.Status.OPEN,
                "done_at": None,
            },
        )
        _move(place, entry.position, entry.pk)


def retry_dead_letters(name: str) -> int:
    """Try the dead letters of a subscriber for which a retry was asked; returns how many succeeded."""
    subscriber = _registry[name]
    waiting = DeadLetter.objects.filter(subscriber=name, status=DeadLetter.Status.RETRY).order_by("entry_id")
    if not waiting.exists():
        return 0
    done = 0
    with only_reader(name) as mine:
        for letter in list(waiting) if mine else []:
            entry = JournalEntry.objects.get(pk=letter.entry_id)
            fault = _try(subscriber, entry)
            letter.tries += 1
            if fault is None:
                letter.status, letter.done_at, letter.error = DeadLetter.Status.DONE, timezone.now(), ""
                done += 1
            else:
                letter.status, letter.failed_at, letter.error = DeadLetter.Status.OPEN, timezone.now(), fault
            letter.save(update_fields=["tries", "status", "done_at", "failed_at", "error"])
    return done
