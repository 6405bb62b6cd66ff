"""Reads that are themselves recorded: whole identity papers, the record of a case taken away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.models import Case
from xiezhi.cases.services.steps import record
from xiezhi.parties.contracts import Grade, PartyCard
from xiezhi.parties.selectors import party_card

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


@transaction.atomic
def identity_view(*, actor: Actor, case_id: int, participant_id: int, at: datetime) -> PartyCard:
    """Return a participant's card unmasked, and record who looked.

    个人信息保护法第二十八条、第五十四条：sensitive personal information, use of it is audited.
    Raises Case.DoesNotExist, Participant.DoesNotExist, NotPermitted.
    """
    case = Case.objects.visible_to(actor).get(pk=case_id)
    policies.require(
        policies.can_see_identity_numbers(actor, case),
        _("完整的证件号码和联系方式只对本案审判团队显示。"),
    )
    participant = case.participants.select_related("party").get(pk=participant_id)
    record(
        events.IdentityViewed(
            participant_id=participant.pk,
            role_name=participant.get_role_display(),
            name=participant.name,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    return party_card(participant.party, clearance=Grade.PERSONAL)


@transaction.atomic
def record_export(*, actor: Actor, case_id: int, count: int, at: datetime) -> Case:
    """Record that the timeline of a case was exported. Raises Case.DoesNotExist, NotPermitted."""
    case = Case.objects.visible_to(actor).get(pk=case_id)
    policies.require(policies.can_export(actor), _("您当前的岗位不能导出办理记录。"))
    record(events.RecordExported(count=count), actor=actor, case=case, at=at)
    return case
