"""Numbers without gaps, such as the running number of a court's cases in a year.

Note [Gap-free]: a PostgreSQL sequence keeps its number when a transaction fails and so leaves gaps. Here
the counter is a row that the drawing transaction holds until it ends: the next one waits, and a rollback or
a crash gives the number back. Draw late in a transaction, so that others wait little.
"""

from __future__ import annotations

from django.db import transaction

from xiezhi.foundation.errors import NoTransaction
from xiezhi.foundation.models import SequenceCounter

_DRAW = """
    insert into foundation_sequencecounter (key, year, value) values (%s, %s, %s)
    on conflict (key, year) do update set value = foundation_sequencecounter.value + excluded.value
    returning value
"""
_RAISE = """
    insert into foundation_sequencecounter (key, year, value) values (%s, %s, %s)
    on conflict (key, year) do update set value = greatest(foundation_sequencecounter.value, excluded.value)
    returning value
"""


def next_value(key: str, *, year: int, count: int = 1) -> int:
    """Draw the next number (or the next `count`, of which the last is returned) in the caller's transaction.

    Raises NoTransaction.
    """
    if count < 1:
        raise ValueError("Draw at least one number")
    return _execute(_DRAW, key, year, count)


def raise_to(key: str, *, year: int, value: int) -> int:
    """Let the numbers go on after `value` from elsewhere; never goes back. Raises NoTransaction."""
    return _execute(_RAISE, key, year, value)


def current_value(key: str, *, year: int) -> int:
    """Return the last number drawn, 0 before the first."""
    return SequenceCounter.objects.filter(key=key, year=year).values_list("value", flat=True).first() or 0


def _execute(statement: str, key: str, year: int, number: int) -> int:
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise NoTransaction("Draw a number inside the transaction that uses it, or it may be lost")
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, year, number])
        return int(cursor.fetchone()[0])
