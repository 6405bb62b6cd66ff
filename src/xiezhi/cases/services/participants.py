"""Joinder, leaving, and agents with their authority."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import AgentKind, Authority, ParticipantRole
from xiezhi.cases.models import Agent, Participant
from xiezhi.cases.services.steps import local_date, lock_case, record, refresh_search, require_open, save
from xiezhi.foundation.errors import InvalidInput
from xiezhi.parties import services as party_services

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor
    from xiezhi.parties.contracts import PartyInput

_MOST_AGENTS = 2  # 民事诉讼法第六十一条、刑事诉讼法第三十三条：委托一至二人


@transaction.atomic
def participant_join(
    *,
    actor: Actor,
    case_id: int,
    role: ParticipantRole,
    party: PartyInput,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Participant:
    """Add a participant (追加当事人，民事诉讼法第一百三十五条). The same party in the same role is returned
    as it is.

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_support(actor, case))
    require_open(case)
    if role not in case.kind_rule.roles:
        raise InvalidInput(
            _("这类案件没有%s这种诉讼地位。") % role.label, fields={"role": [_("请重新选择。")]}
        )
    found = party_services.party_find_or_create(actor=actor, data=party, at=at)
    known = Participant.objects.filter(case=case, party=found, role=role, left_on=None).first()
    if known is not None:
        return known
    last = case.participants.filter(role=role).aggregate(last=Max("position"))["last"] or 0
    participant = Participant.objects.create(
        case=case, party=found, role=role, name=found.name, position=last + 1, joined_on=local_date(at)
    )
    refresh_search([case.pk])
    save(case)
    record(
        events.ParticipantJoined(
            participant_id=participant.pk,
            role=role,
            role_name=role.label,
            name=found.name,
            reason=reason.strip(),
        ),
        actor=actor,
        case=case,
        at=at,
    )
    return participant


@transaction.atomic
def participant_leave(
    *, actor: Actor, case_id: int, participant_id: int, reason: str, left_on: date, at: datetime
) -> Participant:
    """Note that a participant left the case; the row stays. Raises Participant.DoesNotExist, NotPermitted,
    InvalidInput.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_support(actor, case))
    require_open(case)
    participant = Participant.objects.select_for_update().get(pk=participant_id, case=case, left_on=None)
    role = ParticipantRole(participant.role)
    same_side = (
        case.kind_rule.first_roles if role in case.kind_rule.first_roles else case.kind_rule.second_roles
    )
    others = case.participants.filter(role__in=same_side, left_on=None).exclude(pk=participant.pk)
    if role in (*case.kind_rule.first_roles, *case.kind_rule.second_roles) and not others.exists():
        raise InvalidInput(
            _("%s只有这一人，退出后案件没有相对方；请改用撤诉、终结或者驳回等结案方式。") % role.label,
            fields={"participant": [_("不能退出。")]},
        )
    if not reason.strip():
        raise InvalidInput(_("请写明退出诉讼的原因。"), fields={"reason": [_("必填。")]})
    participant.left_on, participant.left_reason = left_on, reason.strip()
    participant.save(update_fields=["left_on", "left_reason"])
    save(case)
    record(
        events.ParticipantLeft(
            participant_id=participant.pk,
            role=role,
            role_name=role.label,
            name=participant.name,
            reason=reason.strip(),
        ),
        actor=actor,
        case=case,
        at=at,
    )
    return participant


@transaction.atomic
def agent_appoint(
    *,
    actor: Actor,
    case_id: int,
    participant_id: int,
    kind: AgentKind,
    name: str,
    authority: Authority,
    authority_detail: str = "",
    firm: str = "",
    licence_number: str = "",
    at: datetime,
    version: int | None = None,
) -> Agent:
    """Enter an agent from the power of attorney.

    At most two agents by mandate (民事诉讼法第六十一条); special authority must name the acts it covers
    (民事诉讼法第六十二条: 承认、放弃、变更诉讼请求，进行和解，提起反诉或者上诉).
    Raises Participant.DoesNotExist, NotPermitted, CaseIsClosed, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_support(actor, case))
    require_open(case)
    participant = Participant.objects.get(pk=participant_id, case=case, left_on=None)
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_("请填写代理人姓名。")]
    if authority == Authority.SPECIAL and not authority_detail.strip():
        errors["authority_detail"] = [
            _("特别授权应当逐项写明，仅写“全权代理”视为一般授权（民诉解释第八十九条）。")
        ]
    if kind in {AgentKind.LAWYER, AgentKind.LEGAL_WORKER} and not firm.strip():
        errors["firm"] = [_("请填写律师事务所或者法律服务所。")]
    by_mandate = {
        AgentKind.LAWYER,
        AgentKind.LEGAL_WORKER,
        AgentKind.RELATIVE,
        AgentKind.EMPLOYEE,
        AgentKind.RECOMMENDED,
        AgentKind.DEFENDER,
        AgentKind.LEGAL_AID,
    }
    if kind in by_mandate:
        standing = participant.agents.filter(until=None, kind__in=by_mandate).count()
        if standing >= _MOST_AGENTS:
            errors["kind"] = [_("一名当事人最多委托二人，请先解除原委托。")]
    if errors:
        raise InvalidInput(_("代理信息需要改正。"), fields=errors)
    agent = Agent.objects.create(
        participant=participant,
        kind=kind,
        name=name.strip(),
        firm=firm.strip(),
        licence_number=licence_number.strip(),
        authority=authority,
        authority_detail=authority_detail.strip(),
        since=local_date(at),
    )
    refresh_search([case.pk])
    save(case)
    record(
        events.AgentAppointed(
            agent_id=agent.pk,
            participant_id=participant.pk,
            participant_name=participant.name,
            agent_name=agent.name,
            agent_kind=kind,
            kind_name=kind.label,
            authority=authority,
            authority_name=authority.label,
            firm=agent.firm,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    return agent


@transaction.atomic
def agent_dismiss(*, actor: Actor, case_id: int, agent_id: int, at: datetime) -> Agent:
    """Note that a mandate ended; the row stays. Raises Agent.DoesNotExist, NotPermitted, CaseIsClosed."""
    case = lock_case(actor, case_id)
    policies.require(policies.can_support(actor, case))
    require_open(case)
    agent = Agent.objects.select_for_update().get(pk=agent_id, participant__case=case, until=None)
    agent.until = local_date(at)
    agent.save(update_fields=["until"])
    save(case)
    record(
        events.AgentDismissed(
            agent_id=agent.pk, participant_name=agent.participant.name, agent_name=agent.name
        ),
        actor=actor,
        case=case,
        at=at,
    )
    return agent
