"""What the case room does by itself every day."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from xiezhi.cases.services import reminders
from xiezhi.foundation import jobs


def remind(day: date) -> None:
    """Put the reminders of a court day on the desks."""
    reminders.remind(on=day, at=timezone.now())


def register() -> None:
    """Have the reminders made once a day, before the courts open."""
    jobs.daily("cases.reminders", remind, hour=6)
