"""Service of the decision on each participant, appeals, and the day of effect."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import Category, Channel, ParticipantRole, ServiceMode, Stage
from xiezhi.cases.models import Application, ApplicationParticipant, Case, Decision, DecisionService
from xiezhi.cases.rules import kinds
from xiezhi.cases.services import applications
from xiezhi.cases.services.closing import close_case
from xiezhi.cases.services.steps import local_date, lock_case, move, record, require_step, save
from xiezhi.foundation import todo
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.law import periods, procedure

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

# Public prosecutors receive the judgment and may protest within the same period
# (刑事诉讼法第二百二十八条至第二百三十条).
_NOT_SERVED = frozenset({ParticipantRole.OTHER})


def _to_serve(case: Case) -> set[int]:
    standing = case.participants.filter(left_on=None).exclude(role__in=_NOT_SERVED)
    return set(standing.values_list("pk", flat=True))


def open_serve_todo(case: Case, pronounced_on: date, *, at: datetime) -> None:
    """Put the service of the decision on the desk of the clerk, or of the judge where there is none."""
    variant = "criminal" if case.kind_rule.category is Category.CRIMINAL else ""
    person_id = case.clerk_id or case.judge_id
    if person_id is None:
        return
    todo.open_todo(
        key=f"case-serve:{case.pk}",
        kind="case-serve",
        title=_("送达裁判文书：%s") % case.title,
        court_code=case.court_code,
        case_id=case.pk,
        person_id=person_id,
        due_on=periods.compute_named(
            "judgment_on_spot", pronounced_on, variant=variant, allow_unknown=True
        ).last_day,
        url=f"/cases/{case.pk}/service/",
        at=at,
    )


class NotYetServed(Refused):
    """Somebody has not received the decision, so its periods do not run out."""


class AppealPeriodRunning(Refused):
    """A participant can still appeal."""


@transaction.atomic
def decision_serve(
    *,
    actor: Actor,
    case_id: int,
    participant_id: int,
    mode: ServiceMode,
    served_on: date,
    at: datetime,
    abroad: bool = False,
) -> DecisionService:
    """Enter service of the decision on one participant; that participant's appeal period runs from it.

    民事诉讼法第一百七十一条：判决十五日、裁定十日，自送达之日起;
    刑事诉讼法第二百三十条：判决十日、裁定五日，自接到的第二日起; 行政诉讼法第八十五条. The count is
    `xiezhi.law.periods`'. `abroad`: a party of a civil case without a domicile in China has thirty days
    (民事诉讼法第二百八十六条). A second entry corrects the first, which the record keeps, until there is an
    appeal. Summary procedure and small claims know no service by announcement (民诉解释第一百四十条).

    Raises Case.DoesNotExist, Participant.DoesNotExist, NotPermitted, StepNotAllowed, InvalidInput.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_support(actor, case))
    if case.stage_code not in {Stage.PRONOUNCED, Stage.APPEALED}:
        raise Refused(_("裁判还没有宣告，不能送达。"))
    decision = case.decisions.get()
    participant = case.participants.get(pk=participant_id, left_on=None)
    if decision.pronounced_on is not None and not (decision.pronounced_on <= served_on <= local_date(at)):
        raise InvalidInput(
            _("送达日期应当在宣告之后、今天之前。"), fields={"served_on": [_("请核对送达回证上的日期。")]}
        )
    rule = case.kind_rule.procedure(case.procedure).limit_rule
    if rule and not (verdict := procedure.service_mode_allowed(rule, mode)).allowed:
        raise InvalidInput(_("不能采用这种送达方式。"), fields={"mode": [step.text for step in verdict.why]})
    until = None
    if decision.appeal_period:
        civil = case.kind_rule.category is Category.CIVIL
        period = "appeal_civil_foreign" if abroad and civil else decision.appeal_period
        until = periods.compute_named(period, served_on, allow_unknown=True).last_day
    service, made = DecisionService.objects.get_or_create(
        decision=decision,
        participant=participant,
        defaults={"mode": mode, "served_on": served_on, "appeal_until": until},
    )
    if not made:
        if (service.mode, service.served_on, service.appeal_until) == (mode, served_on, until):
            return service
        if service.appeal_received_on is not None:
            raise Refused(_("该当事人已经上诉，不能再更正送达日期。"))
        service.mode, service.served_on, service.appeal_until = mode, served_on, until
        service.save(update_fields=["mode", "served_on", "appeal_until"])
    record(
        events.Served(
            service_id=service.pk,
            participant_id=participant.pk,
            participant_name=participant.name,
            mode=mode,
            mode_name=mode.label,
            served_on=served_on,
            appeal_until=until,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    if _to_serve(case) <= set(decision.services.values_list("participant_id", flat=True)):
        todo.close_todo(key=f"case-serve:{case.pk}", at=at)
        if not case.is_closed:  # a mediation statement closes with the last party's receipt
            close_case(case, max(decision.services.values_list("served_on", flat=True)), actor=actor, at=at)
    save(case, "closed_on")
    return service


@transaction.atomic
def appeal_lodge(
    *,
    actor: Actor,
    case_id: int,
    participant_id: int,
    posted_on: date | None,
    received_on: date,
    claims: str,
    at: datetime,
) -> DecisionService:
    """Enter an appeal against the decision.

    Posting within the period is in time; both dates are kept (民事诉讼法第八十五条). An appeal in time moves
    the case to the upper court as an application there; a late one is recorded and does not. One that was
    posted in time but came in after the effect was noted takes that note back.

    Raises Case.DoesNotExist, NotPermitted, NotYetServed, Refused, InvalidInput.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_support(actor, case))
    decision = case.decisions.get()
    if not decision.appeal_period:
        raise Refused(_("这份裁判依法不能上诉。"))
    if case.stage_code not in {Stage.PRONOUNCED, Stage.APPEALED, Stage.EFFECTIVE}:
        raise Refused(_("裁判尚未宣告或者案件已经归档，不能登记上诉。"))
    service = decision.services.select_for_update().filter(participant_id=participant_id).first()
    if service is None or service.appeal_until is None:
        raise NotYetServed(_("请先登记对该当事人的送达，上诉期自送达起算。"))
    if received_on > local_date(at) or (posted_on is not None and posted_on > received_on):
        raise InvalidInput(
            _("上诉日期有误。"),
            fields={"received_on": [_("收到日期不能晚于今天，交邮日期不能晚于收到日期。")]},
        )
    if service.appeal_received_on is not None:
        return service
    in_time = periods.is_in_time(service.appeal_until, posted_on=posted_on, received_on=received_on)
    if case.stage_code is Stage.EFFECTIVE and not in_time:
        raise Refused(_("裁判已经生效，且上诉已超过上诉期，不能登记上诉；当事人可以申请再审。"))
    service.appeal_posted_on, service.appeal_received_on = posted_on, received_on
    service.appeal_in_time = in_time
    service.save(update_fields=["appeal_posted_on", "appeal_received_on", "appeal_in_time"])
    application = None
    if in_time:
        todo.close_todo(key=f"case-effect:{case.pk}", at=at)
        if case.stage_code is Stage.EFFECTIVE:
            decision.effective_on = case.effective_on = None
            decision.save(update_fields=["effective_on"])
            move(case, Stage.APPEALED, actor=actor, at=at, note=_("上诉状在上诉期内交邮，撤销生效登记"))
        elif case.stage_code is Stage.PRONOUNCED:
            move(case, Stage.APPEALED, actor=actor, at=at)
        application = _send_up(case, service, claims, received_on, actor=actor, at=at)
    save(case, "stage", "effective_on")
    record(
        events.AppealLodged(
            service_id=service.pk,
            participant_id=service.participant_id,
            participant_name=service.participant.name,
            posted_on=posted_on,
            received_on=received_on,
            in_time=in_time,
            in_time_text=_("在上诉期内") if in_time else _("已超过上诉期"),
            application_id=application.pk if application else None,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    return service


def _send_up(
    case: Case, service: DecisionService, claims: str, received_on: date, *, actor: Actor, at: datetime
) -> Application | None:
    """Hand the case to the upper court as one application there, or add the further appellant to it."""
    upper = case.court.parent
    if upper is None or not case.kind_rule.appeal_kind:
        return None
    kind = kinds.get(case.kind_rule.appeal_kind)
    procedure = kind.procedures[0].key
    if case.decisions.get().document == "RULING" and len(kind.procedures) > 1:
        procedure = kind.procedures[1].key
    application, made = Application.objects.get_or_create(
        court=upper,
        client_token=f"appeal:{case.pk}",
        defaults={
            "court_code": upper.code,
            "kind": kind.key,
            "procedure": procedure,
            "channel": Channel.TRANSFER,
            "cause_key": case.cause_key,
            "cause_name": case.cause_name,
            "claims": claims.strip() or _("不服原审裁判，提起上诉。"),
            "amount": case.amount,
            "prior_number": case.number,
            "received_on": received_on,
            "review_by": periods.compute_named(kind.filing_period, received_on, allow_unknown=True).last_day,
            "restricted": case.restricted,
            "detained": case.detained,
        },
    )
    for participant in case.participants.filter(left_on=None).order_by("position", "pk"):
        appellant = participant.pk == service.participant_id
        prosecutor = participant.role == ParticipantRole.PROSECUTOR
        if appellant:
            role = ParticipantRole.PROTESTER if prosecutor else kind.first_roles[0]
        elif prosecutor:
            role = ParticipantRole.PROSECUTOR
        elif participant.role in case.kind_rule.first_roles + case.kind_rule.second_roles:
            role = (
                ParticipantRole.APPELLEE
                if ParticipantRole.APPELLEE in kind.roles
                else ParticipantRole.ORIGINAL_PARTY
            )
        else:
            role = ParticipantRole.ORIGINAL_PARTY
        known = application.participants.filter(party_id=participant.party_id).first()
        if known is None:
            ApplicationParticipant.objects.create(
                application=application,
                party_id=participant.party_id,
                role=role,
                original_role=f"原审{ParticipantRole(participant.role).label}",
                name=participant.name,
                position=participant.position,
            )
        elif appellant and known.role != role:
            known.role = role
            known.save(update_fields=["role"])
    if made:
        applications.record_received(application, [service.participant.name], actor=actor, at=at)
        applications.open_review_todo(application, at=at)
    return application


def effect_date(decision: Decision) -> date | None:
    """Return the day the decision takes effect, or None while somebody has not been served.

    With an appeal: the day after the last participant's period has run out. Without: the day the last
    participant was served (mediation statements and rulings that allow no appeal).
    """
    case = decision.case
    wanted = _to_serve(case)
    services = list(decision.services.all())
    if not wanted or wanted - {service.participant_id for service in services}:
        return None
    if not decision.appeal_period:
        return max(service.served_on for service in services)
    ends = [service.appeal_until for service in services if service.appeal_until is not None]
    return max(ends) + timedelta(days=1)


@transaction.atomic
def case_take_effect(
    *, actor: Actor, case_id: int, at: datetime, effective_on: date | None = None, note: str = ""
) -> Case:
    """Note that the decision has taken effect.

    Without an appeal the day follows from service and appeal periods. After an appeal it is the day given,
    with a note of what the upper court decided (民事诉讼法第一百五十八条、第一百八十二条).

    Raises Case.DoesNotExist, NotPermitted, StepNotAllowed, NotYetServed, AppealPeriodRunning, InvalidInput.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_support(actor, case))
    require_step(case, Stage.EFFECTIVE)
    decision = case.decisions.get()
    today = local_date(at)
    if case.stage_code is Stage.APPEALED:
        if effective_on is None or not note.strip():
            raise InvalidInput(
                _("上诉案件请填写二审裁判生效日期和结果。"),
                fields={"effective_on": [_("必填。")], "note": [_("必填。")]},
            )
        if effective_on > today or (decision.pronounced_on and effective_on < decision.pronounced_on):
            raise InvalidInput(_("生效日期有误。"), fields={"effective_on": [_("请核对日期。")]})
        day = effective_on
    else:
        known = effect_date(decision)
        if known is None:
            raise NotYetServed(_("还有当事人没有送达，裁判尚未生效。"))
        if known > today:
            raise AppealPeriodRunning(
                _("上诉期尚未届满，最早于%s生效。") % f"{known.year}年{known.month}月{known.day}日"
            )
        day = known
    decision.effective_on = case.effective_on = day
    decision.save(update_fields=["effective_on"])
    move(case, Stage.EFFECTIVE, actor=actor, at=at)
    save(case, "stage", "effective_on")
    record(events.TookEffect(effective_on=day, note=note.strip()), actor=actor, case=case, at=at)
    todo.close_todo(key=f"case-effect:{case.pk}", at=at)
    return case
