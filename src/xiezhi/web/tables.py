"""Columns of a list: which are shown and how they are sorted, read from the URL so that a link keeps both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

# A room below gives plain mappings, since it may not import this one.
ColumnLike = Mapping[str, Any]
PAGING = ("after", "before")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the page shows it. `direction`: "ascending", "descending", "" (not sorted by it)."""

    key: str
    label: str
    numeric: bool
    fixed: bool
    shown: bool
    sortable: bool
    sort_url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one list. Iterates over those that are shown."""

    every: tuple[Column, ...]
    kept: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, columns: Sequence[ColumnLike], query: QueryDict | None, *, sort: str = "") -> Columns:
        """Build from plain mappings and the query of the page; `sort`: the order when the URL names none."""
        query = query if query is not None else QueryDict()
        asked = set(query.getlist("col"))
        current = query.get("sort") or sort
        return cls(
            every=tuple(_column(c, query, asked, current) for c in columns),
            kept=tuple(
                (key, value)
                for key, values in query.lists()
                if key != "col" and key not in PAGING
                for value in values
            ),
        )

    def __iter__(self) -> Iterator[Column]:
        return (column for column in self.every if column.shown)

    def __len__(self) -> int:
        return sum(column.shown for column in self.every)

    def shows(self, key: str) -> bool:
        """Say whether the column is shown; a key the list does not know is."""
        return next((column.shown for column in self.every if column.key == key), True)


def _column(column: ColumnLike, query: QueryDict, asked: set[str], current: str) -> Column:
    key = str(column["key"])
    name = str(column.get("sort") or "")
    fixed = bool(column.get("fixed"))
    direction = ""
    if name and current.lstrip("-") == name:
        direction = "descending" if current.startswith("-") else "ascending"
    target = query.copy()
    for parameter in PAGING:
        target.pop(parameter, None)
    target["sort"] = f"-{name}" if direction == "ascending" else name
    return Column(
        key=key,
        label=str(column["label"]),
        numeric=bool(column.get("numeric")),
        fixed=fixed,
        shown=fixed or (key in asked if asked else not column.get("hidden")),
        sortable=bool(name),
        sort_url=f"?{target.urlencode()}" if name else "",
        direction=direction,
    )
