"""Reading entries for people: the timeline of a case, the audit page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from xiezhi.foundation.models import JournalEntry, JournalEntryQuerySet
from xiezhi.foundation.paging import Page, page_by_key

if TYPE_CHECKING:
    from xiezhi.foundation.models import Reader


def entries_of_case(
    case_id: int,
    *,
    kinds: Collection[str] = (),
    newest_first: bool = True,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[JournalEntry]:
    """Return a page of a case's entries by when things happened; whether it may be read is asked above."""
    found = JournalEntry.objects.filter(case_id=case_id)
    if kinds:
        found = found.filter(kind__in=sorted(kinds))
    order = ("-at", "-id") if newest_first else ("at", "id")
    return page_by_key(found, order=order, after=after, before=before, size=size)


def entries_of_subject(subject: str) -> JournalEntryQuerySet:
    """Return the entries about a thing that is no case, such as `application:12`, oldest first."""
    return JournalEntry.objects.filter(subject=subject, case_id=None).exclude(subject="").order_by("id")


def entries_visible_to(
    actor: Reader,
    *,
    court_code: str = "",
    kind: str = "",
    person_id: int | None = None,
    case_id: int | None = None,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[JournalEntry]:
    """Return a page of the audit list, newest record first, within the courts the actor's scope reaches.

    Args:
        kind: an event kind, or the name of a room (`cases`) for all of its kinds.
        since, until: span of `recorded_at`, the second excluded.
    """
    found = JournalEntry.objects.visible_to(actor)
    if court_code:
        found = found.filter(court_code=court_code)
    if kind:
        found = found.filter(kind=kind) if "." in kind else found.filter(kind__startswith=f"{kind}.")
    if person_id is not None:
        found = found.filter(actor_person_id=person_id)
    if case_id is not None:
        found = found.filter(case_id=case_id)
    if text:
        found = found.filter(text__contains=text)
    if since is not None:
        found = found.filter(recorded_at__gte=since)
    if until is not None:
        found = found.filter(recorded_at__lt=until)
    return page_by_key(found, order=("-id",), after=after, before=before, size=size)
