"""Entries that a subscriber could not handle: look, try again, give up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiezhi.foundation import events
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.foundation.journal.recording import record
from xiezhi.foundation.models import DeadLetter

if TYPE_CHECKING:
    from xiezhi.foundation.contracts import Event, JournalActor


class DeadLetterIsDone(Refused):
    """Somebody has already dealt with it."""


def dead_letters(*, open_only: bool = True, subscriber: str = "") -> QuerySet[DeadLetter]:
    """Return dead letters, latest failure first; who may look is asked above."""
    found = DeadLetter.objects.all()
    if open_only:
        found = found.filter(status__in=[DeadLetter.Status.OPEN, DeadLetter.Status.RETRY])
    if subscriber:
        found = found.filter(subscriber=subscriber)
    return found.order_by("-failed_at", "-id")


@transaction.atomic
def dead_letter_retry(*, dead_letter_id: int, actor: JournalActor, at: datetime) -> DeadLetter:
    """Ask the worker to deliver the entry once more. Raises DeadLetter.DoesNotExist, DeadLetterIsDone."""
    letter = _open(dead_letter_id)
    letter.status = DeadLetter.Status.RETRY
    letter.save(update_fields=["status"])
    event = events.DeadLetterRetried(
        dead_letter_id=letter.pk, subscriber=letter.subscriber, entry_id=letter.entry_id
    )
    _record(event, letter, actor=actor, at=at)
    return letter


@transaction.atomic
def dead_letter_give_up(*, dead_letter_id: int, reason: str, actor: JournalActor, at: datetime) -> DeadLetter:
    """Close it without delivery. Raises DeadLetter.DoesNotExist, DeadLetterIsDone, InvalidInput."""
    letter = _open(dead_letter_id)
    if not reason.strip():
        raise InvalidInput(_("请写明不再处理的理由。"), fields={"reason": [_("请填写理由。")]})
    letter.status, letter.done_at, letter.note = DeadLetter.Status.GIVEN_UP, at, reason.strip()[:300]
    letter.save(update_fields=["status", "done_at", "note"])
    event = events.DeadLetterGivenUp(
        dead_letter_id=letter.pk,
        subscriber=letter.subscriber,
        entry_id=letter.entry_id,
        reason=letter.note,
    )
    _record(event, letter, actor=actor, at=at)
    return letter


def _open(dead_letter_id: int) -> DeadLetter:
    letter = DeadLetter.objects.select_for_update().get(pk=dead_letter_id)
    if letter.status in {DeadLetter.Status.DONE, DeadLetter.Status.GIVEN_UP}:
        raise DeadLetterIsDone(_("这条未送达事件已经处理过。"))
    return letter


def _record(event: Event, letter: DeadLetter, *, actor: JournalActor, at: datetime) -> None:
    record(
        event,
        actor=actor,
        court_code=actor.court_code,
        subject=f"dead-letter:{letter.pk}",
        at=at,
    )
