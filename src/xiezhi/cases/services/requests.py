"""Requests that a named post decides: made by the judge, decided by the approver, then applied."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import RequestKind, RequestStatus
from xiezhi.cases.models import ApprovalRequest, Case
from xiezhi.cases.rules import approvals
from xiezhi.cases.services.clocks import clock_of, clock_resume, limit_of, recompute
from xiezhi.cases.services.request_effects import apply
from xiezhi.cases.services.request_plans import AlreadyRequested, ExtensionNotAllowed, plan_request
from xiezhi.cases.services.steps import local_date, lock_case, record, require_open, save
from xiezhi.foundation import notices, todo
from xiezhi.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

__all__ = [
    "AlreadyRequested",
    "ExtensionNotAllowed",
    "clock_of",
    "clock_resume",
    "limit_of",
    "recompute",
    "request_decide",
    "request_make",
    "request_withdraw",
]


@transaction.atomic
def request_make(
    *,
    actor: Actor,
    case_id: int,
    kind: RequestKind,
    payload: Mapping[str, Any],
    reason: str,
    at: datetime,
    version: int | None = None,
) -> ApprovalRequest:
    """Ask for an extension, exclusion, suspension, conversion, change of judge, recusal, merger, split or
    transfer.

    `payload` by kind: EXTENSION {step, months?}; EXCLUSION, SUSPENSION {reason, since, until?}; CONVERSION
    {procedure}; JUDGE_CHANGE {judge_id}; RECUSAL {person_id}; MERGE {into}; SPLIT {participant_ids}; TRANSFER
    {court_code}. Dates as ISO text.

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, AlreadyRequested, ExtensionNotAllowed, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以提出这项申请。"))
    require_open(case)
    if not reason.strip():
        raise InvalidInput(_("请写明理由。"), fields={"reason": [_("必填。")]})
    if case.requests.filter(kind=kind, status=RequestStatus.PENDING).exists():
        raise AlreadyRequested(_("本案已有一项“%s”申请在等待审批。") % kind.label)
    plan = plan_request(case, kind, dict(payload), local_date(at))
    request = ApprovalRequest.objects.create(
        case=case,
        kind=kind,
        payload=plan.payload,
        summary=plan.summary,
        reason=reason.strip(),
        basis=plan.basis,
        requested_by_person_id=actor.person_id,
        requested_by_name=actor.name,
        requested_at=at,
        approver_role=plan.approver.role,
        approver_court_code=plan.court_code,
        approver_division_id=case.division_id if plan.approver.role == approvals.DIVISION_HEAD else None,
        decide_by=plan.decide_by,
    )
    save(case)
    record(
        events.RequestMade(
            request_id=request.pk,
            request_kind=kind,
            summary_text=plan.summary,
            reason=reason.strip(),
            approver_role=plan.approver.role,
            approver_court_code=plan.court_code,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    todo.open_todo(
        key=f"request:{request.pk}",
        kind="request",
        title=f"{plan.summary}：{case.number}",
        court_code=plan.court_code,
        case_id=case.pk,
        person_id=None,
        role=plan.approver.role,
        division_id=request.approver_division_id,
        due_on=plan.decide_by,
        url=f"/approvals/{request.pk}/",
        at=at,
    )
    return request


@transaction.atomic
def request_decide(
    *, actor: Actor, request_id: int, approve: bool, opinion: str, at: datetime
) -> ApprovalRequest:
    """Approve or refuse. Approval applies the change at once, in this transaction.

    Raises ApprovalRequest.DoesNotExist, NotPermitted, CaseIsClosed, InvalidInput, Refused when the facts have
    changed since the request so that it can no longer be applied.
    """
    case, request = _lock(actor, request_id)
    policies.require(policies.can_decide_request(actor, request), _("这项申请不由您审批，或者已经办结。"))
    require_open(case)
    if not approve and not opinion.strip():
        raise InvalidInput(_("不批准应当写明意见。"), fields={"opinion": [_("必填。")]})
    status = RequestStatus.APPROVED if approve else RequestStatus.REFUSED
    request.status, request.opinion = status, opinion.strip()
    request.decided_by_person_id, request.decided_by_name, request.decided_at = (
        actor.person_id,
        actor.name,
        at,
    )
    request.save(update_fields=["status", "opinion", "decided_by_person", "decided_by_name", "decided_at"])
    record(
        events.RequestDecided(
            request_id=request.pk,
            request_kind=request.kind,
            status=status,
            status_name=status.label,
            summary_text=request.summary,
            opinion=f"，意见：{opinion.strip()}" if opinion.strip() else "",
        ),
        actor=actor,
        case=case,
        at=at,
    )
    if approve:
        apply(case, request, actor=actor, at=at)
    else:
        save(case)
    todo.close_todo(key=f"request:{request.pk}", at=at)
    notices.notify(
        person_id=request.requested_by_person_id,
        text=f"{status.label}：{request.summary}（{case.number}）",
        url=f"/approvals/{request.pk}/",
        case_id=case.pk,
        at=at,
    )
    return request


@transaction.atomic
def request_withdraw(*, actor: Actor, request_id: int, at: datetime) -> ApprovalRequest:
    """Take one's own pending request back. Raises ApprovalRequest.DoesNotExist, NotPermitted."""
    case, request = _lock(actor, request_id)
    policies.require(policies.can_withdraw_request(actor, request), _("只有申请人可以撤回待审批的申请。"))
    request.status = RequestStatus.WITHDRAWN
    request.save(update_fields=["status"])
    record(
        events.RequestDecided(
            request_id=request.pk,
            request_kind=request.kind,
            status=RequestStatus.WITHDRAWN,
            status_name=RequestStatus.WITHDRAWN.label,
            summary_text=request.summary,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    todo.close_todo(key=f"request:{request.pk}", at=at)
    return request


def _lock(actor: Actor, request_id: int) -> tuple[Case, ApprovalRequest]:
    """Lock the case and then the request, in the order in which every step of a case locks.

    A merger touches two cases; both are locked here by rising id, or two mergers the opposite way round would
    wait for each other. Raises ApprovalRequest.DoesNotExist.
    """
    found = ApprovalRequest.objects.visible_to(actor)
    seen = found.only("case_id", "kind", "payload").get(pk=request_id)
    wanted = {seen.case_id}
    if seen.kind == RequestKind.MERGE and seen.payload.get("into_id"):
        wanted.add(int(seen.payload["into_id"]))
    locked = Case.objects.select_for_update(of=("self",)).filter(pk__in=sorted(wanted)).order_by("pk")
    case = next(one for one in list(locked) if one.pk == seen.case_id)
    return case, found.select_for_update(of=("self",)).get(pk=request_id)
