"""Closing a case: the day it ends, what leaves the desks and what comes onto them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.cases import events
from xiezhi.cases.models import Case
from xiezhi.cases.services import handovers
from xiezhi.cases.services.steps import record
from xiezhi.foundation import todo

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

#: Files go to the archive within three months of closing (人民法院档案管理办法).
ARCHIVE_WITHIN = timedelta(days=90)
_ENDS_WITH_THE_CASE = ("case-limit", "case-team", "case-assign")


def close_case(case: Case, closed_on: date, *, actor: Actor, at: datetime) -> None:
    """Close the case inside the caller's transaction; the caller saves `closed_on`."""
    outcome = case.kind_rule.outcome(case.outcome)
    case.closed_on = closed_on
    record(
        events.Closed(
            outcome=outcome.key,
            outcome_name=outcome.name,
            closed_on=closed_on,
            days=(closed_on - case.docketed_on).days,
            within_limit=case.due_on is None or closed_on <= case.due_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    if outcome.follows:
        handovers.receive_following(case, outcome.follows, actor=actor, at=at)
    todo.close_todos_of_case(case.pk, at=at, kinds=_ENDS_WITH_THE_CASE)
    if case.clerk_id is not None:
        todo.open_todo(
            key=f"case-archive:{case.pk}",
            kind="case-archive",
            title=_("归档：%s") % case.title,
            court_code=case.court_code,
            case_id=case.pk,
            person_id=case.clerk_id,
            due_on=closed_on + ARCHIVE_WITHIN,
            url=f"/cases/{case.pk}/archive/",
            at=at,
        )
