"""Columns and order of a list are read from the URL, and every link keeps the rest of it."""

from __future__ import annotations

from django.http import QueryDict

from xiezhi.web.tables import Columns

COLUMNS = [
    {"key": "number", "label": "案号", "sort": "number", "fixed": True},
    {"key": "cause", "label": "案由"},
    {"key": "amount", "label": "标的额", "sort": "amount", "numeric": True},
    {"key": "docketed_on", "label": "立案日期", "sort": "docketed_on", "hidden": True},
]


def columns(query: str, sort: str = "") -> Columns:
    return Columns.of(COLUMNS, QueryDict(query), sort=sort)


def shown(query: str) -> list[str]:
    return [column.key for column in columns(query)]


def test_without_a_choice_the_hidden_ones_are_off() -> None:
    assert shown("") == ["number", "cause", "amount"]
    assert len(columns("")) == 3


def test_the_url_chooses_and_a_fixed_column_stays() -> None:
    assert shown("col=docketed_on&col=cause") == ["number", "cause", "docketed_on"]
    assert shown("col=amount") == ["number", "amount"]
    assert shown("col=nonsense") == ["number"]


def test_a_cell_asks_whether_its_column_is_shown() -> None:
    chosen = columns("col=amount")

    assert chosen.shows("amount")
    assert not chosen.shows("cause")
    assert chosen.shows("a key the list does not know")


def test_the_sorting_column_says_its_direction() -> None:
    def directions(query: str) -> list[str]:
        return [column.direction for column in columns(query, sort="-amount").every]

    assert directions("") == ["", "", "descending", ""]
    assert directions("sort=amount") == ["", "", "ascending", ""]
    assert directions("sort=-number") == ["descending", "", "", ""]


def test_a_second_click_turns_the_order_round_and_paging_starts_anew() -> None:
    number, cause, amount, _ = columns("q=借款&sort=amount&after=token&col=amount").every

    assert QueryDict(amount.sort_url[1:]).dict() == {"q": "借款", "sort": "-amount", "col": "amount"}
    assert QueryDict(number.sort_url[1:]).dict() == {"q": "借款", "sort": "number", "col": "amount"}
    assert cause.sort_url == ""
    assert not cause.sortable


def test_choosing_columns_keeps_every_filter_but_not_the_page() -> None:
    kept = columns("q=借款&stage=A&stage=B&sort=-amount&before=token&col=cause").kept

    assert kept == (("q", "借款"), ("stage", "A"), ("stage", "B"), ("sort", "-amount"))


def test_a_page_without_a_query_shows_the_usual_columns() -> None:
    assert [column.key for column in Columns.of(COLUMNS, None)] == ["number", "cause", "amount"]
