"""Decision, pronouncement, service on each participant, appeal, effect, closing and archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import DocumentType, RequestKind, RequestStatus, Stage, TeamRole
from xiezhi.cases.models import Case, Decision
from xiezhi.cases.rules import kinds
from xiezhi.cases.services.closing import close_case
from xiezhi.cases.services.links import case_link, link
from xiezhi.cases.services.serving import (
    AppealPeriodRunning,
    NotYetServed,
    appeal_lodge,
    case_take_effect,
    decision_serve,
    effect_date,
    open_serve_todo,
)
from xiezhi.cases.services.steps import local_date, lock_case, move, record, require_open, require_step, save
from xiezhi.foundation import todo
from xiezhi.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

__all__ = [
    "AppealPeriodRunning",
    "DecisionInput",
    "NotYetServed",
    "appeal_lodge",
    "case_archive",
    "case_decide",
    "case_link",
    "case_pronounce",
    "case_take_effect",
    "decision_serve",
    "effect_date",
    "link",
]


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """The content of the paper that ends the case. `cited_articles`: [{"law": …, "article": …}]."""

    outcome: str
    decided_on: date
    result: str
    facts: str = ""
    reasoning: str = ""
    cited_articles: Sequence[dict[str, str]] = ()


@transaction.atomic
def case_decide(
    *, actor: Actor, case_id: int, data: DecisionInput, at: datetime, version: int | None = None
) -> Decision:
    """Enter what the sole judge or panel decided.

    Kinds that end by closing (enforcement, mediation) close at once; the others are pronounced next.

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, StepNotAllowed, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以作出裁判。"))
    require_open(case)
    kind = case.kind_rule
    following = Stage.CLOSED if kind.closes_on is Stage.CLOSED else Stage.DECIDED
    require_step(case, following)
    outcome = _check_decision(case, data, local_date(at))
    decision = Decision.objects.create(
        case=case,
        outcome=outcome.key,
        document=outcome.document,
        decided_on=data.decided_on,
        result=data.result.strip(),
        facts=data.facts.strip(),
        reasoning=data.reasoning.strip(),
        cited_articles=list(data.cited_articles),
        appeal_period="" if kind.procedure(case.procedure).final else outcome.appeal_period,
    )
    record(
        events.Decided(
            decision_id=decision.pk,
            outcome=outcome.key,
            outcome_name=outcome.name,
            document=outcome.document,
            document_name=outcome.document.label,
            decided_on=data.decided_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    move(case, following, actor=actor, at=at)
    case.outcome = outcome.key
    if following is Stage.CLOSED:
        decision.pronounced_on = data.decided_on
        decision.effective_on = data.decided_on
        decision.save(update_fields=["pronounced_on", "effective_on"])
        case.effective_on = data.decided_on
        close_case(case, data.decided_on, actor=actor, at=at)
        save(case, "stage", "outcome", "closed_on", "effective_on", "due_on", "clock_stopped")
    else:
        save(case, "stage", "outcome")
    return decision


_AFTER_HEARING = frozenset(
    {Stage.HEARING, Stage.DECIDED, Stage.PRONOUNCED, Stage.APPEALED, Stage.EFFECTIVE, Stage.ARCHIVED}
)


def _was_heard(case: Case) -> bool:
    """A case that was merged into another was heard with it."""
    if case.stage_code is Stage.HEARING:
        return True
    return case.merged_into is not None and case.merged_into.stage_code in _AFTER_HEARING


def _check_decision(case: Case, data: DecisionInput, today: date) -> kinds.Outcome:
    errors: dict[str, list[str]] = {}
    try:
        outcome = case.kind_rule.outcome(data.outcome)
    except kinds.UnknownKind as reason:
        raise InvalidInput(str(reason), fields={"outcome": [_("请重新选择结案方式。")]}) from reason
    if data.decided_on < case.docketed_on:
        errors["decided_on"] = [_("裁判日期不能早于立案日期%s。") % case.docketed_on.isoformat()]
    if data.decided_on > today:
        errors["decided_on"] = [_("裁判日期不能晚于今天。")]
    if not data.result.strip():
        errors["result"] = [_("请填写裁判主文或者处理结果。")]
    if outcome.needs_hearing and not _was_heard(case):
        errors["outcome"] = [_("“%s”应当经过开庭审理，本案还没有开庭记录。") % outcome.name]
    transferred = case.requests.filter(kind=RequestKind.TRANSFER, status=RequestStatus.APPROVED).exists()
    if transferred != (outcome.key == "TRANSFERRED"):
        errors["outcome"] = [
            _("本案已经批准移送管辖，请以移送管辖结案。")
            if transferred
            else _("移送管辖应当先报请审批；批准后案件同时送交有管辖权的法院。")
        ]
    if case.clock_stopped:
        errors["outcome"] = [_("本案处于中止或者扣除审限期间，请先恢复审理。")]
    waiting = case.requests.filter(status=RequestStatus.PENDING).count()
    if waiting:
        errors["outcome"] = [_("本案还有%d项申请等待审批，请先办结。") % waiting]
    procedure = case.kind_rule.procedure(case.procedure)
    if procedure.panel_size > 1 and outcome.needs_hearing:
        sitting = (
            case.team.filter(until=None)
            .exclude(role__in=[TeamRole.ASSISTANT, TeamRole.CLERK])
            .values("person")
            .distinct()
            .count()
        )
        if sitting < procedure.panel_size:
            errors["outcome"] = [_("%s应当组成合议庭，请先确定合议庭成员。") % procedure.name]
    if errors:
        raise InvalidInput(_("现在还不能作出这份裁判。"), fields=errors)
    return outcome


@transaction.atomic
def case_pronounce(
    *, actor: Actor, case_id: int, pronounced_on: date, at: datetime, version: int | None = None
) -> Case:
    """Pronounce the decision; that day closes the case (法释〔2000〕29号第十条).

    A mediation statement closes the case only when the last party has received it (同条), which
    `decision_serve` notes. From here on the clerk serves it: ten days where it was pronounced in court
    (民事诉讼法第一百五十一条), five in criminal cases (刑诉解释第三百零二条).

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, StepNotAllowed, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以宣告裁判。"))
    require_open(case)
    require_step(case, Stage.PRONOUNCED)
    decision = case.decisions.get()
    if not (decision.decided_on <= pronounced_on <= local_date(at)):
        raise InvalidInput(
            _("宣告日期应当在裁判作出之后、今天之前。"), fields={"pronounced_on": [_("请核对日期。")]}
        )
    decision.pronounced_on = pronounced_on
    decision.save(update_fields=["pronounced_on"])
    record(
        events.Pronounced(decision_id=decision.pk, pronounced_on=pronounced_on), actor=actor, case=case, at=at
    )
    move(case, Stage.PRONOUNCED, actor=actor, at=at)
    if decision.document != DocumentType.MEDIATION_STATEMENT:
        close_case(case, pronounced_on, actor=actor, at=at)
    save(case, "stage", "closed_on")
    open_serve_todo(case, pronounced_on, at=at)
    return case


@transaction.atomic
def case_archive(*, actor: Actor, case_id: int, at: datetime) -> Case:
    """Put the closed case into the archive. Raises Case.DoesNotExist, NotPermitted, StepNotAllowed."""
    case = lock_case(actor, case_id)
    policies.require(policies.can_archive(actor, case), _("归档由书记员或者档案员办理。"))
    require_step(case, Stage.ARCHIVED)
    move(case, Stage.ARCHIVED, actor=actor, at=at)
    case.archived_on = local_date(at)
    save(case, "stage", "archived_on")
    record(events.Archived(archived_on=case.archived_on), actor=actor, case=case, at=at)
    todo.close_todos_of_case(case.pk, at=at)
    return case
