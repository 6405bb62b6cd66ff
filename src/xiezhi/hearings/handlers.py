"""What the hearing room does when cases change: bookings follow the team, and end with the case."""

from __future__ import annotations

from django.utils import timezone

from xiezhi.foundation import journal
from xiezhi.foundation.journal import Delivery
from xiezhi.hearings import services

_TEAM = frozenset({"cases.team-set", "cases.judge-changed"})
_CLOSED = frozenset({"cases.closed"})


def on_case_changed(delivery: Delivery) -> None:
    """Follow one entry; doing it again is harmless."""
    if delivery.case_id is None:
        return
    if delivery.kind in _TEAM:
        services.hearings_follow_team(case_id=delivery.case_id, at=timezone.now())
    elif delivery.kind in _CLOSED:
        services.hearings_end_with_case(case_id=delivery.case_id, at=timezone.now())


def register() -> None:
    """Follow what happens to cases from now on: what lies in the past has no hearings to come."""
    journal.subscribe("hearings.cases", on_case_changed, kinds=_TEAM | _CLOSED, from_now=True)
