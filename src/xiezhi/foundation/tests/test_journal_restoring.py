"""A dump read into a new server, whose transaction ids start again."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from xiezhi.foundation import journal
from xiezhi.foundation.journal import Delivery
from xiezhi.foundation.journal.restoring import go_on_after_restore
from xiezhi.foundation.models import JournalEntry
from xiezhi.foundation.tests.world import deliver_all, ids_in_order, record_many, seal_all, tamper

FAR = 10**12


@pytest.fixture
def server_counts_anew(transactional_db: None) -> Iterator[None]:
    """Entries as another server, far ahead in its count, left them."""
    record_many(5)
    tamper(f"update foundation_journalentry set position = position + {FAR}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "create or replace function foundation_journal_shift() returns bigint language sql immutable as"
            " $$ select 0::bigint $$"
        )


def test_new_entries_stand_after_the_old_ones(server_counts_anew: None) -> None:
    got: list[Delivery] = []
    journal.subscribe("moved", got.append)
    call_command("migrate", verbosity=0)
    deliver_all("moved", 5)
    seal_all()

    later = record_many(3)
    assert ids_in_order()[-3:] == later
    deliver_all("moved", 3)
    assert [entry.entry_id for entry in got][-3:] == later
    seal_all()
    report = journal.verify()
    assert (report.ok, report.entries, report.unsealed) == (True, 8, 0)
    assert go_on_after_restore() is False  # once is enough
    journal.unsubscribe("moved")


@pytest.mark.django_db(transaction=True)
def test_nothing_happens_where_nothing_moved() -> None:
    record_many(2)
    before = JournalEntry.objects.order_by("id").values_list("position", flat=True)[0]
    assert go_on_after_restore() is False
    record_many(1)
    after = JournalEntry.objects.order_by("-id").values_list("position", flat=True)[0]
    assert 0 < after - before < 1_000_000
