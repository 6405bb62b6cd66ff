"""Cases that go on elsewhere: to another court for jurisdiction, or as the next case of the same court."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.cases.contracts import Channel, ParticipantRole
from xiezhi.cases.models import Application, ApplicationParticipant, Case
from xiezhi.cases.rules import kinds
from xiezhi.cases.services.applications import open_review_todo, record_received, review_by
from xiezhi.cases.services.steps import local_date

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor
    from xiezhi.identity.models import Court


def _with_claims(case: Case, how: str) -> str:
    """Return how the case comes over, and what was asked for in it."""
    asked = Application.objects.filter(case=case).order_by("pk").values_list("claims", flat=True).first()
    return f"{how}。{asked}" if asked else how


def receive_transferred(case: Case, court: Court, *, reason: str, actor: Actor, at: datetime) -> Application:
    """Put a case that is transferred for jurisdiction on the desk of the other court's filing window.

    Handing it over again returns the first application. Runs in the caller's transaction.
    """
    kind = case.kind_rule
    today = local_date(at)
    application, made = Application.objects.get_or_create(
        court=court,
        client_token=f"transfer:{case.pk}",
        defaults={
            "court_code": court.code,
            "kind": kind.key,
            "procedure": case.procedure,
            "channel": Channel.TRANSFER,
            "cause_key": case.cause_key,
            "cause_name": case.cause_name,
            "claims": _with_claims(
                case,
                _("%(court)s移送管辖：%(reason)s") % {"court": case.court.name, "reason": reason.strip()},
            ),
            "amount": case.amount,
            "prior_number": case.number,
            "received_on": today,
            "review_by": review_by(kind, today),
            "restricted": case.restricted,
            "detained": case.detained,
        },
    )
    if not made:
        return application
    standing = list(case.participants.filter(left_on=None).order_by("position", "pk"))
    ApplicationParticipant.objects.bulk_create(
        ApplicationParticipant(
            application=application,
            party_id=p.party_id,
            role=p.role,
            original_role=p.original_role,
            name=p.name,
            position=p.position,
        )
        for p in standing
    )
    record_received(application, [p.name for p in standing if p.role in kind.first_roles], actor=actor, at=at)
    open_review_todo(application, at=at)
    return application


def receive_following(case: Case, kind_key: str, *, actor: Actor, at: datetime) -> Application:
    """Put what a case goes on as before the filing window of the same court: 调解不成转立案，裁定提审.

    The parties take the standing the new kind has for their side. Doing it again returns the first
    application. Runs in the caller's transaction.
    """
    before, kind = case.kind_rule, kinds.get(kind_key)
    today = local_date(at)
    application, made = Application.objects.get_or_create(
        court=case.court,
        client_token=f"follows:{case.pk}",
        defaults={
            "court_code": case.court_code,
            "kind": kind.key,
            "procedure": kind.procedures[0].key,
            "channel": Channel.TRANSFER,
            "cause_key": case.cause_key,
            "cause_name": case.cause_name,
            "claims": _with_claims(case, f"{case.number}{case.outcome_name}"),
            "amount": case.amount,
            "prior_number": case.number,
            "received_on": today,
            "review_by": review_by(kind, today),
            "restricted": case.restricted,
            "detained": case.detained,
        },
    )
    if not made:
        return application
    rest = (
        ParticipantRole.ORIGINAL_PARTY
        if ParticipantRole.ORIGINAL_PARTY in kind.roles
        else ParticipantRole.OTHER
    )
    roles = dict.fromkeys(before.first_roles, kind.first_roles[0])
    roles |= dict.fromkeys(before.second_roles, kind.second_roles[-1])
    standing = list(case.participants.filter(left_on=None).order_by("position", "pk"))
    ApplicationParticipant.objects.bulk_create(
        ApplicationParticipant(
            application=application,
            party_id=p.party_id,
            role=roles.get(ParticipantRole(p.role), p.role if p.role in kind.roles else rest),
            original_role=p.original_role,
            name=p.name,
            position=p.position,
        )
        for p in standing
    )
    record_received(
        application, [p.name for p in standing if p.role in before.first_roles], actor=actor, at=at
    )
    open_review_todo(application, at=at)
    return application
