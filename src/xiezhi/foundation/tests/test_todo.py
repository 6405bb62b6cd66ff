"""What waits is seen by those it waits for, once, until it is done."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xiezhi.foundation import notices, todo
from xiezhi.foundation.models import Notice, TodoItem
from xiezhi.foundation.tests.world import AT

pytestmark = pytest.mark.django_db


def put(key: str = "review:1", **changes: Any) -> TodoItem:
    values: dict[str, Any] = {
        "key": key,
        "kind": "application-review",
        "title": "审查立案申请",
        "court_code": "冀0606",
        "case_id": None,
        "person_id": None,
        "role": "FILING_CLERK",
        "due_on": date(2026, 12, 1),
        "url": "/applications/1/",
        "at": AT,
    }
    return todo.open_todo(**(values | changes))


def keys_for(
    person_id: int = 1, role: str = "FILING_CLERK", court: str = "冀0606", division: int | None = None
) -> list[str]:
    return [item.key for item in todo.todos_for(person_id, role, court, division)]


def test_an_item_for_a_role_is_seen_by_that_role_in_that_court() -> None:
    put()
    assert keys_for() == ["review:1"]
    assert keys_for(role="JUDGE") == []
    assert keys_for(court="冀0607") == []


def test_an_item_for_a_division_is_seen_in_that_division_only() -> None:
    put(role="DIVISION_HEAD", division_id=5)
    assert keys_for(role="DIVISION_HEAD", division=5) == ["review:1"]
    assert keys_for(role="DIVISION_HEAD", division=6) == []
    assert keys_for(role="DIVISION_HEAD", division=None) == []


def test_an_item_for_a_person_is_seen_by_nobody_else() -> None:
    put(person_id=1, role="")
    assert keys_for(person_id=1, role="JUDGE") == ["review:1"]
    assert keys_for(person_id=2, role="JUDGE") == []
    assert keys_for(person_id=1, role="JUDGE", court="冀0607") == []  # acting from a post elsewhere


def test_a_person_named_beside_a_role_keeps_the_item_from_the_others_of_that_role() -> None:
    put(person_id=1, role="JUDGE")
    assert keys_for(person_id=2, role="JUDGE") == []


def test_an_item_is_for_somebody() -> None:
    with pytest.raises(ValueError, match="for a person or for a role"):
        put(role="")
    with pytest.raises(IntegrityError), transaction.atomic():
        TodoItem.objects.create(key="x", kind="x", title="x", court_code="x", role="", opened_at=AT)


def test_opening_twice_keeps_one_and_brings_it_up_to_date() -> None:
    put()
    put(title="审查补正后的申请", due_on=date(2026, 12, 9))
    item = todo.todos_for(1, "FILING_CLERK", "冀0606", None).get()
    assert (item.title, item.due_on) == ("审查补正后的申请", date(2026, 12, 9))


def test_close_and_open_again() -> None:
    put()
    assert todo.close_todo(key="review:1", at=AT) is True
    assert todo.close_todo(key="review:1", at=AT + timedelta(days=1)) is False
    assert todo.close_todo(key="unknown", at=AT) is False
    assert TodoItem.objects.get().closed_at == AT
    assert keys_for() == []
    put()
    assert keys_for() == ["review:1"]
    assert TodoItem.objects.count() == 1


def test_the_most_urgent_comes_first_and_without_a_day_last(django_assert_num_queries: Any) -> None:
    put("b", due_on=None)
    put("a", due_on=date(2026, 12, 2))
    put("c", due_on=date(2026, 11, 2))
    with django_assert_num_queries(1):
        assert keys_for() == ["c", "a", "b"]


def test_items_of_a_case_are_closed_together() -> None:
    put("a", case_id=5)
    put("b", case_id=5, kind="hearing")
    put("c", case_id=6)
    assert [item.key for item in todo.todos_of_case(5)] == ["a", "b"]
    assert todo.close_todos_of_case(5, at=AT, kinds=("hearing",)) == 1
    assert todo.close_todos_of_case(5, at=AT) == 1
    assert keys_for() == ["c"]


def test_notices_are_read_once_and_only_by_their_reader() -> None:
    mine = notices.notify(person_id=1, text="您有新案", url="/cases/1/", case_id=1, at=AT)
    notices.notify(person_id=1, text="第二条", at=AT + timedelta(hours=1))
    other = notices.notify(person_id=2, text="别人的", at=AT)

    assert [notice.text for notice in notices.notices_for(1)] == ["第二条", "您有新案"]
    assert notices.unread_count(1) == 2
    assert notices.mark_read(1, at=AT, notice_ids=[mine.pk, other.pk]) == 1
    assert notices.mark_read(1, at=AT, notice_ids=[mine.pk]) == 0
    assert [notice.text for notice in notices.notices_for(1, unread_only=True)] == ["第二条"]
    assert notices.mark_read(1, at=AT) == 1
    assert (notices.unread_count(1), notices.unread_count(2)) == (0, 1)


def test_a_notice_with_a_key_is_left_once() -> None:
    for _ in range(2):
        notices.notify(person_id=1, text="审限将届满", at=AT, key="due:5:2026-12-01")
    notices.notify(person_id=2, text="审限将届满", at=AT, key="due:5:2026-12-01")
    assert Notice.objects.count() == 2
