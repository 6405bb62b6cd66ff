"""Paging by key walks any order forwards and backwards, and never skips or repeats."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext

from xiezhi.foundation.models import TodoItem
from xiezhi.foundation.paging import Page, page_by_key
from xiezhi.foundation.tests.world import AT

pytestmark = pytest.mark.django_db

ORDERS = [
    ("pk",),
    ("-pk",),
    ("due_on", "pk"),
    ("-due_on", "pk"),
    ("due_on", "-pk"),
    ("-due_on", "-pk"),
    ("title", "pk"),
    ("-title", "-pk"),
    ("title", "-due_on", "case_id", "pk"),
    ("-case_id", "title", "-due_on", "-pk"),
    ("opened_at", "-key"),
]


@pytest.fixture
def rows(db: None) -> None:
    chance = random.Random(3)
    TodoItem.objects.bulk_create(
        TodoItem(
            key=f"k{number:03d}",
            kind="k",
            title=chance.choice("甲乙丙"),
            court_code="c",
            role="JUDGE",
            due_on=chance.choice([None, date(2026, 1, 1), date(2026, 1, 2)]),
            case_id=chance.choice([None, 1, 2]),
            opened_at=AT + timedelta(microseconds=number // 3),
        )
        for number in range(60)
    )


def expected(order: tuple[str, ...], queryset: Any = None) -> list[int]:
    found = TodoItem.objects.all() if queryset is None else queryset
    by = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in order]
    return list(found.order_by(*by).values_list("pk", flat=True))


def ids(page: Page[TodoItem]) -> list[int]:
    return [row.pk for row in page.rows]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
@pytest.mark.parametrize("size", [7, 60, 100])
def test_forwards_and_back_again(rows: None, order: tuple[str, ...], size: int) -> None:
    whole = expected(order)
    page = page_by_key(TodoItem.objects.all(), order=order, size=size)
    assert page.previous_token is None
    walked, pages = ids(page), [page]
    while page.next_token:
        page = page_by_key(TodoItem.objects.all(), order=order, after=page.next_token, size=size)
        assert page.previous_token
        walked += ids(page)
        pages.append(page)
    assert walked == whole
    for earlier in reversed(pages[:-1]):
        page = page_by_key(TodoItem.objects.all(), order=order, before=page.previous_token, size=size)
        assert ids(page) == ids(earlier)
        assert page.next_token
    assert page.previous_token is None


def test_no_offset_and_one_query(rows: None) -> None:
    first = page_by_key(TodoItem.objects.all(), order=("-due_on", "pk"), size=5)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_by_key(TodoItem.objects.all(), order=("-due_on", "pk"), after=first.next_token, size=5)
    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"].upper()
    assert "COUNT" not in queries[0]["sql"].upper()


def test_a_row_that_comes_or_goes_meanwhile_shifts_nothing(rows: None) -> None:
    first = page_by_key(TodoItem.objects.all(), order=("key", "pk"), size=10)
    TodoItem.objects.filter(pk__in=ids(first)[:3]).delete()
    TodoItem.objects.create(key="a", kind="k", title="x", court_code="c", role="JUDGE", opened_at=AT)
    second = page_by_key(TodoItem.objects.all(), order=("key", "pk"), after=first.next_token, size=10)
    assert [row.key for row in second] == [f"k{number:03d}" for number in range(10, 20)]


def test_tokens_say_nothing_else_and_are_bound_to_their_order(rows: None) -> None:
    every = TodoItem.objects.all()
    first = page_by_key(every, order=("title", "pk"), size=5)
    token = first.next_token
    assert token
    other_order = page_by_key(every, order=("-title", "pk"), after=token, size=5)
    assert ids(other_order) == expected(("-title", "pk"))[:5]
    for bad in (
        "x",
        "é",
        token[:-2],
        token[:10] + ("A" if token[10] != "A" else "B") + token[11:],
        token * 2,
        "....",
        "\x00",
    ):
        assert ids(page_by_key(every, order=("title", "pk"), after=bad, size=5)) == ids(first)
        assert ids(page_by_key(every, order=("title", "pk"), before=bad, size=5)) == ids(first)


def test_a_count_only_where_asked(rows: None) -> None:
    assert page_by_key(TodoItem.objects.all(), order=("pk",)).total is None
    assert page_by_key(TodoItem.objects.filter(title="甲"), order=("pk",), size=2, count=True).total == len(
        TodoItem.objects.filter(title="甲")
    )


def test_an_empty_list_and_a_place_past_the_end(rows: None) -> None:
    page = page_by_key(TodoItem.objects.none(), order=("pk",))
    assert (page.rows, page.next_token, page.previous_token, len(page)) == ([], None, None, 0)
    first = page_by_key(TodoItem.objects.all(), order=("pk",), size=50)
    TodoItem.objects.filter(pk__gt=first.rows[-1].pk).delete()
    past = page_by_key(TodoItem.objects.all(), order=("pk",), after=first.next_token, size=50)
    assert ids(past) == ids(first)


def test_dictionaries_and_annotations_page_too(rows: None) -> None:
    counted = TodoItem.objects.values("title").annotate(number=Count("pk"))
    first = page_by_key(counted, order=("-number", "title"), size=2)
    rest = page_by_key(counted, order=("-number", "title"), size=2, after=first.next_token)
    assert [row["title"] for row in [*first, *rest]] == list(
        counted.order_by("-number", "title").values_list("title", flat=True)
    )
    plain = TodoItem.objects.values("id", "key")
    page = page_by_key(plain, order=("-pk",), size=30)
    last = page_by_key(plain, order=("-pk",), size=30, after=page.next_token)
    assert [row["id"] for row in [*page, *last]] == expected(("-pk",))
