from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _go_on_after_restore(**_: Any) -> None:
    from django.db import connection

    from xiezhi.foundation.journal.restoring import go_on_after_restore

    with connection.cursor() as cursor:
        cursor.execute("select to_regprocedure('foundation_journal_shift()') is not null")
        migrated_so_far = cursor.fetchone()[0]
    if migrated_so_far:
        go_on_after_restore()


class FoundationConfig(AppConfig):
    name = "xiezhi.foundation"
    label = "foundation"
    verbose_name = "基础"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Look after the journal's order whenever the database has been brought up to date."""
        post_migrate.connect(_go_on_after_restore, sender=self, dispatch_uid="journal-after-restore")
