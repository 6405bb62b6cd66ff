"""What an approved request does to the case, inside the transaction of the approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.cases import events
from xiezhi.cases.contracts import ClockKind, LinkKind, RequestKind, Stage, TeamRole
from xiezhi.cases.models import ApprovalRequest, Case, ClockChange
from xiezhi.cases.services import assignment, decisions, docketing, handovers, reminders
from xiezhi.cases.services.clocks import recompute_lawfully
from xiezhi.cases.services.steps import local_date, move, record, refresh_search, require_open, save
from xiezhi.foundation.errors import Refused
from xiezhi.identity.models import Court

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


def apply(case: Case, request: ApprovalRequest, *, actor: Actor, at: datetime) -> None:
    """Carry out what was approved. Raises Refused when the case has changed so that it no longer fits."""
    appliers: dict[RequestKind, Callable[[Case, ApprovalRequest, Actor, datetime], None]] = {
        RequestKind.EXTENSION: _apply_extension,
        RequestKind.EXCLUSION: _apply_stop,
        RequestKind.SUSPENSION: _apply_stop,
        RequestKind.CONVERSION: _apply_conversion,
        RequestKind.JUDGE_CHANGE: _apply_judge_change,
        RequestKind.RECUSAL: _apply_recusal,
        RequestKind.MERGE: _apply_merge,
        RequestKind.SPLIT: _apply_split,
        RequestKind.TRANSFER: _apply_transfer,
    }
    appliers[RequestKind(request.kind)](case, request, actor, at)


def _apply_extension(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    before = case.due_on
    change = ClockChange.objects.create(
        case=case,
        kind=ClockKind.EXTENSION,
        reason=request.reason[:80],
        since=local_date(at),
        until=local_date(at),
        step=request.payload["step"],
        add_months=request.payload["months"],
        add_days=request.payload["days"],
        basis=request.basis,
        request=request,
    )
    recompute_lawfully(case, change)
    save(case, "due_on", "clock_stopped")
    reminders.limit_todo(case, on=local_date(at), at=at)
    record(
        events.LimitExtended(
            change_id=change.pk,
            step=request.payload["step"],
            length=request.payload["length"],
            due_before=before,
            due_after=case.due_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )


def _apply_stop(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    before = case.due_on
    payload = request.payload
    change = ClockChange.objects.create(
        case=case,
        kind=request.kind,
        reason=payload["reason"],
        since=date.fromisoformat(payload["since"]),
        until=date.fromisoformat(payload["until"]) if payload["until"] else None,
        basis=request.basis,
        request=request,
    )
    recompute_lawfully(case, change)
    save(case, "due_on", "clock_stopped")
    reminders.limit_todo(case, on=local_date(at), at=at)
    record(
        events.ClockStopped(
            change_id=change.pk,
            change_kind=change.kind,
            kind_name=RequestKind(request.kind).label,
            reason=change.reason,
            since=change.since,
            until=change.until,
            due_before=before,
            due_after=case.due_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )


def _apply_conversion(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    before, due_before = case.procedure, case.due_on
    wanted = request.payload["procedure"]
    if wanted not in case.kind_rule.procedure(before).converts_to:
        raise Refused(_("案件的程序已经变更，这项申请不能再适用，请不批准或者由申请人撤回。"))
    change = ClockChange.objects.create(
        case=case,
        kind=ClockKind.CONVERSION,
        reason=request.reason[:80],
        since=local_date(at),
        until=local_date(at),
        procedure_from=before,
        procedure_to=wanted,
        basis=request.basis,
        request=request,
    )
    case.procedure = wanted
    case.fee = docketing.fee_of(case)
    recompute_lawfully(case, change)
    save(case, "procedure", "fee", "due_on", "clock_stopped")
    reminders.limit_todo(case, on=local_date(at), at=at)
    record(
        events.ProcedureConverted(
            change_id=change.pk,
            before=before,
            before_name=case.kind_rule.procedure(before).name,
            after=wanted,
            after_name=case.procedure_name,
            due_before=due_before,
            due_after=case.due_on,
            fee=case.fee,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    if case.kind_rule.procedure(before).panel_size != case.kind_rule.procedure(wanted).panel_size:
        assignment.open_team_todo(case, at=at)


def _apply_judge_change(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    assignment.change_judge(
        case, judge_id=request.payload["judge_id"], reason=request.reason, actor=actor, at=at
    )
    reminders.limit_todo(case, on=local_date(at), at=at)


def _apply_recusal(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    person_id = request.payload["person_id"]
    today = local_date(at)
    case.team.filter(person_id=person_id, until=None).update(until=today)
    if case.clerk_id == person_id:
        case.clerk_id = None
    if case.judge_id == person_id:
        assignment.draw_anew(case, reason=request.summary, actor=actor, at=at)
        reminders.limit_todo(case, on=today, at=at)
    save(case, "clerk")
    assignment.open_team_todo(case, at=at)
    members = list(case.team.filter(until=None).select_related("person").order_by("pk"))
    record(
        events.TeamSet(
            members=[{"id": m.person_id, "name": m.person.name, "role": m.role} for m in members],
            members_text="，".join(f"{TeamRole(m.role).label}{m.person.name}" for m in members),
        ),
        actor=actor,
        case=case,
        at=at,
    )


def _apply_merge(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    target = Case.objects.select_for_update(of=("self",)).get(pk=request.payload["into_id"])
    require_open(target)
    if target.merged_into_id is not None:
        raise Refused(_("目标案件已并入其他案件，请重新申请。"))
    case.merged_into = target
    save(case, "merged_into")
    decisions.link(case, LinkKind.MERGED, target.number, request.reason[:200], actor=actor, at=at)


def _apply_split(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    """The chosen defendants leave this case and become a new one of the same kind, docketed today."""
    moving = list(case.participants.filter(pk__in=request.payload["participant_ids"], left_on=None))
    if len(moving) != len(request.payload["participant_ids"]):
        raise Refused(_("当事人已有变化，请由申请人重新提出。"))
    asking = list(
        case.participants.filter(left_on=None, role__in=case.kind_rule.first_roles).order_by("position")
    )
    made = docketing.docket_like(case, participants=[*asking, *moving], actor=actor, at=at)
    for participant in moving:
        participant.left_on, participant.left_reason = local_date(at), _("分案审理，见%s") % made.number
        participant.save(update_fields=["left_on", "left_reason"])
        record(
            events.ParticipantLeft(
                participant_id=participant.pk,
                role=participant.role,
                role_name=participant.get_role_display(),
                name=participant.name,
                reason=participant.left_reason,
            ),
            actor=actor,
            case=case,
            at=at,
        )
    refresh_search([case.pk, made.pk])
    save(case)
    decisions.link(case, LinkKind.SPLIT, made.number, request.reason[:200], actor=actor, at=at)


def _apply_transfer(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    """The case goes to the other court's filing window; here it ends by ruling, which the judge enters as
    usual.
    """
    court = Court.objects.get(pk=request.payload["court_id"])
    handovers.receive_transferred(case, court, reason=request.reason, actor=actor, at=at)
    if case.stage_code is Stage.ASSIGNED:
        move(case, Stage.PREPARING, actor=actor, at=at)
        save(case, "stage")
    else:
        save(case)
    record(
        events.Linked(
            link_kind=LinkKind.TRANSFERRED,
            link_name=LinkKind.TRANSFERRED.label,
            other_number=court.name,
            note=request.reason[:200],
        ),
        actor=actor,
        case=case,
        at=at,
    )
