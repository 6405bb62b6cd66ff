"""Who may put a hearing into the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xiezhi.cases import policies as case_policies
from xiezhi.identity.contracts import Role

if TYPE_CHECKING:
    from xiezhi.cases.models import Case
    from xiezhi.identity.contracts import Actor


def can_schedule(actor: Actor, case: Case) -> bool:
    return case_policies.can_support(actor, case)


def can_manage_rooms(actor: Actor, court_id: int) -> bool:
    if actor.court_id != court_id:
        return False
    return actor.role in {Role.ADMINISTRATOR, Role.TRIAL_MANAGEMENT}
