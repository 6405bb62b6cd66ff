"""After the database has moved to a server that counts its transactions anew."""

from __future__ import annotations

from django.db import connection, transaction

_NOW = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint, foundation_journal_shift()"
_LARGEST = """
    select greatest(
        (select max(position) from foundation_journalentry),
        (select max(last_position) from foundation_journalseal),
        (select max(position) from foundation_subscribercursor)
    )
"""


def go_on_after_restore() -> bool:
    """Make sure that new entries stand after all that are there; tells whether anything had to be done.

    The order of the journal rests on transaction ids (see `models.JournalEntry`). A dump read into a server
    that was set up anew finds lower ids there; the difference is then added to every position. Done after
    each `migrate`, when nobody writes yet; where the ids go on as before, nothing is changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("lock table foundation_journalentry in share row exclusive mode")
        cursor.execute(_LARGEST)
        largest = cursor.fetchone()[0]
        cursor.execute(_NOW)
        now, shift = cursor.fetchone()
        if largest is None or largest <= now + shift:
            return False
        cursor.execute(
            "create or replace function foundation_journal_shift() returns bigint language sql immutable as"
            f" $$ select {int(largest - now + 1)}::bigint $$"
        )
        return True
