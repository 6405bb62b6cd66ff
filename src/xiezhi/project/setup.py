"""What a database needs before the first request: tables, cache table, reference courts."""

from __future__ import annotations

from django.core.management import call_command
from django.utils import timezone


def prepare_database() -> None:
    """Migrate and load reference data. Safe to repeat; quick when nothing is to do."""
    from xiezhi.identity.services.courts import load_reference_courts

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    load_reference_courts(at=timezone.now())
