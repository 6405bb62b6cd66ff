"""Let positions go on after the largest one there is, when the database has moved to another server.

See `journal.restoring.go_on_after_restore`: a server that was set up anew counts its transactions from the start.
"""

from django.db import migrations

SHIFTED = """
create function foundation_journal_shift() returns bigint language sql immutable as $$ select 0::bigint $$;
create or replace function foundation_journal_position() returns bigint language sql volatile as $$
    select greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
         + foundation_journal_shift()
$$;
create or replace function foundation_journal_horizon() returns bigint language sql stable as $$
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + foundation_journal_shift()
$$;
"""
NOT_SHIFTED = """
create or replace function foundation_journal_position() returns bigint language sql volatile as $$
    select greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
$$;
create or replace function foundation_journal_horizon() returns bigint language sql stable as $$
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;
drop function foundation_journal_shift();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_first")]
    operations = [migrations.RunSQL(SHIFTED, NOT_SHIFTED)]
