"""What waits on a desk: items addressed to a person, or to whoever holds a role in a court or division."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from xiezhi.foundation.models import TodoItem

__all__ = ["TodoItem", "close_todo", "close_todos_of_case", "open_todo", "todos_for", "todos_of_case"]

_CHANGED_ON_REOPEN = (
    "kind",
    "title",
    "court_code",
    "division_id",
    "case_id",
    "person_id",
    "role",
    "due_on",
    "url",
    "opened_at",
    "closed_at",
)


def open_todo(
    *,
    key: str,
    kind: str,
    title: str,
    court_code: str,
    at: datetime,
    case_id: int | None = None,
    person_id: int | None = None,
    role: str = "",
    due_on: date | None = None,
    url: str = "",
    division_id: int | None = None,
) -> TodoItem:
    """Put an item on a desk; the same key again brings it up to date, and opens it anew if it was closed.

    Raises ValueError when neither a person nor a role is named.
    """
    if person_id is None and not role:
        raise ValueError(f"{key}: an item is for a person or for a role")
    item = TodoItem(
        key=key,
        kind=kind,
        title=title,
        court_code=court_code,
        division_id=division_id,
        case_id=case_id,
        person_id=person_id,
        role=role,
        due_on=due_on,
        url=url,
        opened_at=at,
        closed_at=None,
    )
    TodoItem.objects.bulk_create(
        [item], update_conflicts=True, unique_fields=["key"], update_fields=_CHANGED_ON_REOPEN
    )
    return item


def close_todo(key: str, at: datetime) -> bool:
    """Take an item off the desk; tells whether it was there. Closing twice is harmless."""
    return bool(TodoItem.objects.filter(key=key, closed_at=None).update(closed_at=at))


def close_todos_of_case(case_id: int, *, at: datetime, kinds: tuple[str, ...] = ()) -> int:
    """Take every open item of a case off the desks, or those of some kinds; returns how many."""
    found = TodoItem.objects.filter(case_id=case_id, closed_at=None)
    if kinds:
        found = found.filter(kind__in=kinds)
    return found.update(closed_at=at)


def todos_for(
    person_id: int, role: str, court_code: str, division_id: int | None = None
) -> QuerySet[TodoItem]:
    """Return the open items of a person acting from a post, most urgent first.

    An item for a role is seen by all who hold it in that court, or in that division where one is named.
    """
    for_role = Q(person_id=None, role=role) & (Q(division_id=None) | Q(division_id=division_id))
    return TodoItem.objects.filter(
        Q(person_id=person_id) | for_role, court_code=court_code, closed_at=None
    ).order_by(F("due_on").asc(nulls_last=True), "opened_at", "pk")


def todos_of_case(case_id: int) -> QuerySet[TodoItem]:
    """Return the open items of a case; whether the case may be seen is the caller's question."""
    return TodoItem.objects.filter(case_id=case_id, closed_at=None).order_by(
        F("due_on").asc(nulls_last=True), "opened_at", "pk"
    )
