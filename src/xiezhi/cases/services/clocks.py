"""The clock of a case: its rows, its last day, and ending a stop."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import ClockKind
from xiezhi.cases.models import Case, ClockChange
from xiezhi.cases.rules import clock as clock_rules
from xiezhi.cases.selectors import clock as selectors
from xiezhi.cases.services import reminders
from xiezhi.cases.services.steps import local_date, lock_case, record, require_open, save
from xiezhi.foundation.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class ClockChangeNotAllowed(Refused):
    """The law does not let this change count, for example because the limit has run out meanwhile."""


def _rows(case: Case, without: ClockChange | None) -> list[ClockChange]:
    left_out = without.pk if without is not None else None
    return [row for row in case.clock_changes.order_by("since", "pk") if row.pk != left_out]


def clock_of(case: Case, *, without: ClockChange | None = None) -> tuple[clock_rules.Change, ...]:
    """Return the clock rows of a case as plain values, oldest first; without one of them, if given."""
    return selectors.changes_of(_rows(case, without))


def limit_of(case: Case, *, without: ClockChange | None = None) -> clock_rules.Limit:
    """Return the limit of a case as its clock stands, with every step of the count."""
    return selectors.limit_of(case, _rows(case, without))


def recompute(case: Case) -> clock_rules.Limit:
    """Set the last day and whether the clock stands still, from the clock rows. The caller saves both."""
    limit = limit_of(case)
    case.due_on = limit.due_on
    case.clock_stopped = case.clock_changes.filter(
        until=None, kind__in=[ClockKind.EXCLUSION, ClockKind.SUSPENSION]
    ).exists()
    return limit


def recompute_lawfully(case: Case, change: ClockChange) -> None:
    """Recompute after a change was written; refuse when the law does not let it count.

    Raises ClockChangeNotAllowed with the reason, which rolls the change back.
    """
    known = limit_of(case, without=change).problems
    fresh = [problem for problem in recompute(case).problems if problem not in known]
    if fresh:
        raise ClockChangeNotAllowed(fresh[-1].text)


@transaction.atomic
def clock_resume(*, actor: Actor, case_id: int, change_id: int, until: date, at: datetime) -> ClockChange:
    """End a running exclusion or suspension: `until` is the day that counts again.

    Raises Case.DoesNotExist, ClockChange.DoesNotExist, NotPermitted, CaseIsClosed, InvalidInput.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以恢复审理。"))
    require_open(case)
    change = case.clock_changes.select_for_update().get(pk=change_id, until=None)
    if not (change.since <= until <= local_date(at)):
        raise InvalidInput(
            _("恢复日期应当在%s之后、今天之前。") % change.since.isoformat(),
            fields={"until": [_("请核对日期。")]},
        )
    change.until = until
    change.save(update_fields=["until"])
    recompute(case)
    save(case, "due_on", "clock_stopped")
    reminders.limit_todo(case, on=local_date(at), at=at)
    record(
        events.ClockResumed(change_id=change.pk, reason=change.reason, until=until, due_after=case.due_on),
        actor=actor,
        case=case,
        at=at,
    )
    return change
