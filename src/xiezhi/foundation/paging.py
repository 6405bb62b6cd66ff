"""Paging by key: a page begins after the last row seen, without counting the rows before it.

The order is any tuple of columns, each ascending or (with `-`) descending, ending in the primary key.
Tokens are opaque, bound to the order and signed; a token that was changed, or belongs to another order,
leads to the first page.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q, QuerySet

Row = TypeVar("Row")
_MAC_BYTES = 12
MAX_SIZE = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page, and the tokens of its neighbours (None: there is none). `total` only if asked for."""

    rows: list[Row]
    next_token: str | None
    previous_token: str | None
    total: int | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    descending: bool
    nullable: bool

    def ordering(self, *, backwards: bool) -> Any:
        return F(self.name).desc() if self.descending != backwards else F(self.name).asc()

    def beyond(self, value: Any, *, backwards: bool) -> list[Q]:
        """Rows that come after `value`, in at most two parts of which the second comes after the first.

        PostgreSQL puts nulls last ascending, and first descending. They are a part of their own, so that each
        part is a range of an index.
        """
        nulls, others = Q(**{f"{self.name}__isnull": True}), Q(**{f"{self.name}__isnull": False})
        if self.descending != backwards:
            return [others] if value is None else [Q(**{f"{self.name}__lt": value})]
        if value is None:
            return []
        return [Q(**{f"{self.name}__gt": value}), *([nulls] if self.nullable else [])]

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def not_before(self, value: Any, *, backwards: bool) -> Q:
        """A plain bound, so that an index is entered at the right place."""
        if value is None:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending != backwards else 'gte'}": value})


def page_by_key(
    queryset: QuerySet[Any, Row],
    *,
    order: Sequence[str],
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
    count: bool = False,
) -> Page[Row]:
    """Return the page after (or before) a token; the first page without one.

    Args:
        order: columns, `-` for descending; the last must be `pk` or `id`, or another unique column.
        count: also count all rows, which on a long list takes longer than the page itself.
    """
    size = max(1, min(size, MAX_SIZE))
    columns = [_column(queryset, name) for name in order]
    backwards = bool(before) and not after
    position = _read_token((before if backwards else after) or "", order)
    if position is None:
        backwards = False
    ordered = queryset.order_by(*(column.ordering(backwards=backwards) for column in columns))
    parts = [Q()] if position is None else _beyond(columns, position, backwards=backwards)
    rows: list[Row] = []
    for part in parts:
        rows += ordered.filter(part)[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    more = len(rows) > size
    rows = rows[:size]
    if not rows and position is not None:
        return page_by_key(queryset, order=order, size=size, count=count)
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, position is not None)
    return Page(
        rows=rows,
        next_token=_token(order, rows[-1]) if rows and has_next else None,
        previous_token=_token(order, rows[0]) if rows and has_previous else None,
        total=queryset.order_by().count() if count else None,
    )


def _column(queryset: QuerySet[Any, Any], spelled: str) -> _Column:
    name = spelled.removeprefix("-")
    if name in queryset.query.annotations:
        return _Column(name, spelled.startswith("-"), nullable=True)
    nullable = False
    model: Any = queryset.model
    for part in name.split("__"):
        try:
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return _Column(name, spelled.startswith("-"), nullable=True)
        nullable = nullable or field.null
        model = field.related_model or model
    return _Column(name, spelled.startswith("-"), nullable)


def _beyond(columns: Sequence[_Column], position: Sequence[Any], *, backwards: bool) -> list[Q]:
    """Rows after a position, in parts that follow each other: further in a column, equal before it."""
    leading, value = columns[0], position[0]
    further = leading.beyond(value, backwards=backwards)
    same = leading.equal(value)
    near: Q | None = None
    for column, its_value in zip(columns[1:], position[1:], strict=True):
        for beyond in column.beyond(its_value, backwards=backwards):
            near = same & beyond if near is None else near | (same & beyond)
        same &= column.equal(its_value)
    if near is None:
        return further
    if value is None:
        return [near, *further]
    first = leading.not_before(value, backwards=backwards) & (near | further[0])
    return [first, *further[1:]]


def _value(row: Any, name: str) -> Any:
    name = name.removeprefix("-")
    if isinstance(row, dict):
        return row[name] if name in row else row["id" if name == "pk" else name]
    if name != "pk" and hasattr(row, name):
        value = getattr(row, name)
        return value.pk if isinstance(value, models.Model) else value
    value = row
    for part in name.split("__"):
        value = None if value is None else getattr(value, part)
    return value


_TO_TEXT: dict[type, tuple[str, Any]] = {
    datetime: ("t", datetime.isoformat),
    date: ("d", date.isoformat),
    Decimal: ("n", str),
    UUID: ("u", str),
}
_FROM_TEXT: dict[str, Any] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "u": UUID,
}


def _token(order: Sequence[str], row: Any) -> str:
    values: list[Any] = []
    for name in order:
        value = _value(row, name)
        tag, spell = _TO_TEXT.get(type(value), ("", None))
        if spell is not None:
            values.append([tag, spell(value)])
        else:
            values.append(str(value) if isinstance(value, str) else value)
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(order, body) + body).decode().rstrip("=")


def _read_token(token: str, order: Sequence[str]) -> list[Any] | None:
    if not token:
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, _mac(order, body)):
            return None
        values = json.loads(body)
    except (binascii.Error, ValueError):
        return None
    return [_FROM_TEXT[item[0]](item[1]) if isinstance(item, list) else item for item in values]


def _mac(order: Sequence[str], body: bytes) -> bytes:
    key = hashlib.sha256(b"paging:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, ",".join(order).encode() + b"\0" + body, hashlib.sha256).digest()[:_MAC_BYTES]
