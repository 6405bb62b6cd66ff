"""What every case service does first: lock, and later save with the version raised."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.cases import events
from xiezhi.cases.contracts import Stage
from xiezhi.cases.models import Case
from xiezhi.cases.rules import kinds
from xiezhi.foundation import journal
from xiezhi.foundation.contracts import Event
from xiezhi.foundation.errors import Refused

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class CaseIsClosed(Refused):
    """The case is closed; its record can only be added to, not changed."""


class StepNotAllowed(Refused):
    """The kind of case does not allow this step from where the case stands."""


class CaseChangedMeanwhile(Refused):
    """Somebody else changed the case after this page was opened."""


def local_date(at: datetime) -> date:
    """The court's calendar day of a moment."""
    return timezone.localtime(at).date()


def lock_case(actor: Actor, case_id: int, *, version: int | None = None) -> Case:
    """Lock and return a case the actor may see.

    Args:
        version: the version the actor's page showed; a newer one in the database raises CaseChangedMeanwhile.

    Raises Case.DoesNotExist (also where the actor may not know of it), CaseChangedMeanwhile.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case_id)
    if version is not None and version != case.version:
        raise CaseChangedMeanwhile(
            _("本案在您打开页面后已被他人更新。请刷新页面，核对后再提交；您填写的内容没有丢失。")
        )
    return case


def require_open(case: Case) -> None:
    """Raise CaseIsClosed when the case has been closed."""
    if case.is_closed:
        raise CaseIsClosed(_("%(number)s已经结案，不能再办理这项操作。") % {"number": case.number})


def save(case: Case, *fields: str) -> None:
    """Save the named columns and raise the version."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def record(event: Event, *, actor: Actor, case: Case, at: datetime) -> int:
    """Put an event of this case into the journal."""
    return journal.record(
        event, actor=actor, court_code=case.court_code, case_id=case.pk, subject=case.number, at=at
    )


def require_step(case: Case, stage: Stage) -> None:
    """Raise StepNotAllowed when the case's kind does not allow this step now."""
    if not kinds.may_follow(case.kind_rule, case.stage_code, stage):
        raise StepNotAllowed(
            _("%(number)s当前处于“%(now)s”阶段，不能直接进入“%(next)s”。")
            % {"number": case.number, "now": case.stage_code.label, "next": stage.label}
        )


def move(case: Case, stage: Stage, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Step the case to a stage and record it. Raises StepNotAllowed. The caller saves `stage`."""
    require_step(case, stage)
    before, case.stage = case.stage, stage
    record(
        events.StageChanged(stage_before=before, stage=stage, stage_name=stage.label, note=note),
        actor=actor,
        case=case,
        at=at,
    )


def refresh_search(case_ids: list[int]) -> None:
    """Recompute the search vectors of these cases from number, title, cause and names.

    Chinese has no spaces between words, so single characters are indexed and a query matches neighbours in
    order; that finds any part of a name, which a dictionary of words does not.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update cases_case c
               set search = to_tsvector('simple', regexp_replace(
                     concat_ws(' | ', c.number, c.title, c.cause_name,
                       (select string_agg(p.name, ' | ') from cases_participant p where p.case_id = c.id),
                       (select string_agg(a.name, ' | ') from cases_agent a
                          join cases_participant p2 on p2.id = a.participant_id where p2.case_id = c.id)),
                     '(.)', '\\1 ', 'g'))
             where c.id = any(%s)
            """,
            [case_ids],
        )
