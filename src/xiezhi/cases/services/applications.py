"""From an application to a case: receive, ask once for correction, refuse with a ruling, or docket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import ApplicationStatus, Channel, ParticipantRole
from xiezhi.cases.models import Application, ApplicationParticipant, Case, Correction
from xiezhi.cases.rules import filing, kinds
from xiezhi.cases.services.docketing import docket, open_assign_todo
from xiezhi.cases.services.steps import local_date
from xiezhi.foundation import journal, todo
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court
from xiezhi.law import case_numbers, causes, periods
from xiezhi.parties import services as party_services
from xiezhi.parties.contracts import PartyInput

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class AlreadyCorrectedOnce(Refused):
    """The law allows one request for correction, complete at once (登记立案规定第七条)."""


class NotUnderReview(Refused):
    """The application has been decided or withdrawn, or waits for the applicant."""


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party as the applicant names it, with the role it would have."""

    role: ParticipantRole
    party: PartyInput
    original_role: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationInput:
    """What the applicant asks for.

    `amount` in yuan. `client_token`: a value the form makes once, so that sending it twice is harmless.
    """

    kind: str
    procedure: str
    channel: Channel
    received_on: date
    claims: str
    parties: Sequence[NamedParty]
    facts: str = ""
    cause_key: str = ""
    amount: Decimal | None = None
    prior_number: str = ""
    restricted: bool = False
    detained: bool = False
    client_token: str = ""
    materials: Sequence[dict[str, Any]] = field(default_factory=tuple)


def party_faults(kind: kinds.CaseKind, roles: set[ParticipantRole]) -> list[str]:
    """Return what is wrong with the parties as a whole: a side that is missing, a role out of place."""
    found: list[str] = []
    if not roles & set(kind.first_roles):
        wanted = "、".join(role.label for role in kind.first_roles)
        found.append(_("请至少填写一名%s。") % wanted)
    adversary = kind.category in {"CIVIL", "ADMINISTRATIVE", "CRIMINAL", "ENFORCEMENT"}
    if adversary and kind.key != "CIVIL_SPECIAL" and not roles & set(kind.second_roles):
        wanted = "、".join(role.label for role in kind.second_roles)
        found.append(_("请至少填写一名%s（有明确的相对方是受理条件）。") % wanted)
    strange = roles - set(kind.roles)
    if strange:
        names = "、".join(sorted(r.label for r in strange))
        found.append(_("这类案件没有%s这种诉讼地位。") % names)
    return found


def _check(data: ApplicationInput, court: Court, today: date) -> None:
    errors: dict[str, list[str]] = {}
    kind = kinds.get(data.kind)
    if court.level not in kind.levels:
        errors.setdefault("kind", []).append(_("%s不受理这类案件，请选择有管辖权的法院。") % court.name)
    if data.procedure and data.procedure not in {p.key for p in kind.procedures}:
        errors.setdefault("procedure", []).append(_("这类案件没有所选的程序。"))
    if data.received_on > today:
        errors.setdefault("received_on", []).append(_("收到日期不能晚于今天。"))
    if not data.claims.strip():
        errors.setdefault("claims", []).append(_("请填写诉讼请求或者申请事项。"))
    wrong = party_faults(kind, {named.role for named in data.parties})
    if wrong:
        errors["parties"] = wrong
    if kind.cause_kind:
        if not data.cause_key:
            errors.setdefault("cause_key", []).append(_("请选择案由或者罪名。"))
        else:
            try:
                cause = causes.get(data.cause_key)
            except LookupError:
                errors.setdefault("cause_key", []).append(_("没有这个案由，请从列表中选择。"))
            else:
                if str(cause.kind) != kind.cause_kind:
                    errors.setdefault("cause_key", []).append(_("所选案由不属于这类案件。"))
    if data.amount is not None and data.amount < 0:
        errors.setdefault("amount", []).append(_("标的额不能为负数。"))
    if data.prior_number:
        try:
            case_numbers.parse_any(data.prior_number)
        except ValueError as reason:
            errors.setdefault("prior_number", []).append(str(reason))
    if errors:
        raise InvalidInput(_("有 %d 处需要改正。") % sum(len(e) for e in errors.values()), fields=errors)


def review_by(kind: kinds.CaseKind, received_on: date) -> date | None:
    """Return the last day to decide whether to docket."""
    return periods.compute_named(kind.filing_period, received_on, allow_unknown=True).last_day


@transaction.atomic
def application_receive(*, actor: Actor, data: ApplicationInput, at: datetime) -> Application:
    """Take in an application and start the review period.

    The review period is that of the kind of case (民事诉讼法第一百二十六条：七日; others in
    `law/data/periods.json`). Sending the same form twice returns the first application.

    Raises NotPermitted, InvalidInput (with a message per field).
    """
    policies.require(policies.can_receive_application(actor, actor.court_code))
    court = Court.objects.get(pk=actor.court_id)
    return receive(actor=actor, court=court, data=data, at=at)


def receive(*, actor: Actor, court: Court, data: ApplicationInput, at: datetime) -> Application:
    """Write an application inside the caller's transaction; who may is the caller's question."""
    _check(data, court, local_date(at))
    if data.client_token:
        known = Application.objects.filter(court=court, client_token=data.client_token).first()
        if known is not None:
            return known
    kind = kinds.get(data.kind)
    cause_name = causes.get(data.cause_key).name if data.cause_key else ""
    try:
        with transaction.atomic():
            application = Application.objects.create(
                court=court,
                court_code=court.code,
                kind=kind.key,
                procedure=data.procedure or kind.procedures[0].key,
                channel=data.channel,
                cause_key=data.cause_key,
                cause_name=cause_name,
                claims=data.claims.strip(),
                facts=data.facts.strip(),
                amount=data.amount,
                prior_number=str(case_numbers.parse_any(data.prior_number)) if data.prior_number else "",
                received_on=data.received_on,
                review_by=review_by(kind, data.received_on),
                restricted=data.restricted,
                detained=data.detained,
                client_token=data.client_token,
                materials=list(data.materials),
            )
    except IntegrityError:
        return Application.objects.get(court=court, client_token=data.client_token)
    _add_parties(application, data.parties, actor=actor, at=at)
    first = application.participants.filter(role__in=kind.first_roles).order_by("position", "pk")
    record_received(application, [p.name for p in first[:3]], actor=actor, at=at)
    open_review_todo(application, at=at)
    return application


def _add_parties(
    application: Application, parties: Sequence[NamedParty], *, actor: Actor, at: datetime
) -> None:
    counters: dict[str, int] = {}
    # On file in the order of their numbers: two windows that enter the same people the other way round
    # would wait for each other.
    by_number = sorted(range(len(parties)), key=lambda place: parties[place].party.identity_number)
    found = {
        place: party_services.party_find_or_create(actor=actor, data=parties[place].party, at=at)
        for place in by_number
    }
    for place, named in enumerate(parties):
        party = found[place]
        counters[named.role] = counters.get(named.role, 0) + 1
        ApplicationParticipant.objects.get_or_create(
            application=application,
            party=party,
            role=named.role,
            defaults={
                "name": party.name,
                "original_role": named.original_role,
                "position": counters[named.role],
            },
        )


def open_review_todo(application: Application, *, at: datetime) -> None:
    """Put the review on the desk of the court's filing clerks."""
    todo.open_todo(
        key=f"application-review:{application.pk}",
        kind="application-review",
        title=_("审查%(kind)s申请") % {"kind": application.kind_rule.name},
        court_code=application.court_code,
        case_id=None,
        person_id=None,
        role=str(Role.FILING_CLERK),
        due_on=application.review_by,
        url=f"/applications/{application.pk}/",
        at=at,
    )


def _lock(actor: Actor, application_id: int) -> Application:
    return Application.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=application_id)


def _require_under_review(application: Application) -> None:
    if application.status not in {ApplicationStatus.SUBMITTED, ApplicationStatus.RESUBMITTED}:
        raise NotUnderReview(
            _("这份申请现在是“%s”，不能再作这项处理。") % ApplicationStatus(application.status).label
        )


def _correction_ran_out(application: Application, today: date) -> bool:
    if application.status != ApplicationStatus.CORRECTION_REQUESTED:
        return False
    return application.correction.answer_by < today


@transaction.atomic
def application_request_correction(
    *, actor: Actor, application_id: int, items: Sequence[str], answer_by: date, at: datetime
) -> Correction:
    """Ask for everything that is missing, once.

    最高人民法院关于人民法院登记立案若干问题的规定第七条：一次性全面告知补正。
    Raises AlreadyCorrectedOnce, NotUnderReview, InvalidInput, NotPermitted.
    """
    application = _lock(actor, application_id)
    policies.require(policies.can_review_application(actor, application))
    _require_under_review(application)
    if Correction.objects.filter(application=application).exists():
        raise AlreadyCorrectedOnce(_("已经一次性告知过补正，不能再次要求补正；请决定立案或者裁定不予受理。"))
    wanted = [item.strip() for item in items if item.strip()]
    if not wanted:
        raise InvalidInput(_("请列明需要补正的全部内容。"), fields={"items": [_("至少写一项。")]})
    if answer_by < local_date(at):
        raise InvalidInput(_("补正期限不能早于今天。"), fields={"answer_by": [_("请填写今天以后的日期。")]})
    correction = Correction.objects.create(
        application=application, items=wanted, requested_on=local_date(at), answer_by=answer_by
    )
    application.status = ApplicationStatus.CORRECTION_REQUESTED
    application.review_by = None
    application.version += 1
    application.save(update_fields=["status", "review_by", "version"])
    journal.record(
        events.CorrectionRequested(application_id=application.pk, items=wanted, answer_by=answer_by),
        actor=actor,
        court_code=application.court_code,
        subject=f"application:{application.pk}",
        at=at,
    )
    todo.close_todo(key=f"application-review:{application.pk}", at=at)
    return correction


@transaction.atomic
def application_answer_correction(
    *, actor: Actor, application_id: int, answer: str, answered_on: date, at: datetime
) -> Application:
    """Take in what the applicant corrected; the review period starts anew (民诉解释第一百二十六条).

    Raises NotUnderReview, InvalidInput, NotPermitted.
    """
    application = _lock(actor, application_id)
    policies.require(policies.can_review_application(actor, application))
    if application.status != ApplicationStatus.CORRECTION_REQUESTED:
        raise NotUnderReview(_("这份申请没有等待补正。"))
    correction = application.correction
    if not (correction.requested_on <= answered_on <= local_date(at)):
        raise InvalidInput(
            _("补正日期应当在告知补正之后、今天之前。"), fields={"answered_on": [_("请核对日期。")]}
        )
    correction.answer, correction.answered_on = answer.strip(), answered_on
    correction.save(update_fields=["answer", "answered_on"])
    application.status = ApplicationStatus.RESUBMITTED
    application.review_by = review_by(application.kind_rule, answered_on)
    application.version += 1
    application.save(update_fields=["status", "review_by", "version"])
    journal.record(
        events.CorrectionAnswered(
            application_id=application.pk, answer=correction.answer, review_by=application.review_by
        ),
        actor=actor,
        court_code=application.court_code,
        subject=f"application:{application.pk}",
        at=at,
    )
    open_review_todo(application, at=at)
    return application


@transaction.atomic
def application_refuse(
    *, actor: Actor, application_id: int, reason: str, basis: str, at: datetime
) -> Application:
    """Refuse to docket, by a ruling that gives the reason and the article and may be appealed.

    民事诉讼法第一百二十六条：不符合起诉条件的，应当在七日内作出裁定书，不予受理；原告不服的，可以提起上诉。
    An applicant who was asked to correct may be refused once the time for it has run out
    (登记立案规定第七条).
    Raises NotUnderReview, InvalidInput, NotPermitted.
    """
    application = _lock(actor, application_id)
    policies.require(policies.can_review_application(actor, application))
    if not _correction_ran_out(application, local_date(at)):
        _require_under_review(application)
    errors = {}
    if len(reason.strip()) < 5:
        errors["reason"] = [_("请写明不予受理的事实和理由。")]
    if not basis.strip():
        errors["basis"] = [_("请写明所依据的法律条文。")]
    if errors:
        raise InvalidInput(_("缺少必要内容。"), fields=errors)
    application.status = ApplicationStatus.REFUSED
    application.refusal_reason, application.refusal_basis = reason.strip(), basis.strip()
    application.decided_on, application.review_by = local_date(at), None
    application.version += 1
    application.save(
        update_fields=["status", "refusal_reason", "refusal_basis", "decided_on", "review_by", "version"]
    )
    journal.record(
        events.ApplicationRefused(
            application_id=application.pk,
            word=filing.refusal(application.kind_rule).name,
            reason=application.refusal_reason,
            basis=application.refusal_basis,
        ),
        actor=actor,
        court_code=application.court_code,
        subject=f"application:{application.pk}",
        at=at,
    )
    todo.close_todo(key=f"application-review:{application.pk}", at=at)
    return application


@transaction.atomic
def application_withdraw(*, actor: Actor, application_id: int, reason: str, at: datetime) -> Application:
    """Note that the applicant took the application back. Raises NotUnderReview, NotPermitted."""
    application = _lock(actor, application_id)
    policies.require(policies.can_review_application(actor, application))
    application.status = ApplicationStatus.WITHDRAWN
    application.decided_on, application.review_by = local_date(at), None
    application.version += 1
    application.save(update_fields=["status", "decided_on", "review_by", "version"])
    journal.record(
        events.ApplicationWithdrawn(application_id=application.pk, reason=reason.strip()),
        actor=actor,
        court_code=application.court_code,
        subject=f"application:{application.pk}",
        at=at,
    )
    todo.close_todo(key=f"application-review:{application.pk}", at=at)
    return application


@transaction.atomic
def application_accept(*, actor: Actor, application_id: int, at: datetime) -> Case:
    """Docket the case: number, participants, limit and fee, all in one transaction.

    The number is the next of this court, type code and year without a gap (法〔2015〕137号第九、十条).
    Accepting an application that already became a case returns that case.

    Raises NotUnderReview, NotPermitted.
    """
    application = _lock(actor, application_id)
    if application.case is not None:
        return application.case
    policies.require(policies.can_review_application(actor, application))
    _require_under_review(application)
    case = docket(application, actor=actor, at=at)
    todo.close_todo(key=f"application-review:{application.pk}", at=at)
    open_assign_todo(case, at=at)
    return case


def record_received(
    application: Application, applicants: Sequence[str], *, actor: Actor, at: datetime
) -> None:
    """Record that an application came in, in the journal of the court that received it."""
    journal.record(
        events.ApplicationReceived(
            application_id=application.pk,
            case_kind=application.kind,
            case_kind_name=application.kind_rule.name,
            channel=application.channel,
            applicant=_("不公开") if application.restricted else "、".join(applicants[:3]),
            received_on=application.received_on,
            review_by=application.review_by,
        ),
        actor=actor,
        court_code=application.court_code,
        subject=f"application:{application.pk}",
        at=at,
    )
