"""Short messages to one person inside the product: read once, then out of the way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from xiezhi.foundation.models import Notice

__all__ = ["Notice", "mark_read", "notices_for", "notify", "unread_count"]


def notify(
    person_id: int, text: str, url: str = "", case_id: int | None = None, *, at: datetime, key: str = ""
) -> Notice:
    """Leave a message for a person. With a `key` it is left once, for handlers may run twice."""
    if key:
        notice, _made = Notice.objects.get_or_create(
            person_id=person_id,
            key=key,
            defaults={"text": text, "url": url, "case_id": case_id, "created_at": at},
        )
        return notice
    return Notice.objects.create(person_id=person_id, text=text, url=url, case_id=case_id, created_at=at)


def notices_for(person_id: int, *, unread_only: bool = False) -> QuerySet[Notice]:
    """Return a person's messages, newest first."""
    found = Notice.objects.filter(person_id=person_id)
    if unread_only:
        found = found.filter(read_at=None)
    return found.order_by("-created_at", "-pk")


def unread_count(person_id: int) -> int:
    """Return how many messages the person has not read."""
    return Notice.objects.filter(person_id=person_id, read_at=None).count()


def mark_read(person_id: int, *, at: datetime, notice_ids: Collection[int] | None = None) -> int:
    """Mark a person's own messages read, all of them or some; returns how many were unread."""
    found = Notice.objects.filter(person_id=person_id, read_at=None)
    if notice_ids is not None:
        found = found.filter(pk__in=notice_ids)
    return found.update(read_at=at)
