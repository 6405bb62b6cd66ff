"""A case is docketed: number, participants, limit and fee, written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.cases import events
from xiezhi.cases.contracts import ApplicationStatus, LinkKind
from xiezhi.cases.models import Application, Case, Participant
from xiezhi.cases.rules import clock as clock_rules
from xiezhi.cases.rules import fees as fee_rules
from xiezhi.cases.rules import titles
from xiezhi.cases.services.links import link
from xiezhi.cases.services.steps import local_date, record, refresh_search
from xiezhi.foundation import court_settings, sequences, todo
from xiezhi.identity.contracts import Role
from xiezhi.law import case_numbers, periods

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


def open_assign_todo(case: Case, *, at: datetime) -> None:
    """Put the assignment on the desk of the filing clerks; three days to hand a case on
    (法释〔2000〕29号第七条).
    """
    todo.open_todo(
        key=f"case-assign:{case.pk}",
        kind="case-assign",
        title=_("分案：%s") % case.title,
        court_code=case.court_code,
        case_id=case.pk,
        person_id=None,
        role=str(Role.FILING_CLERK),
        due_on=periods.compute_named("transfer_to_division", case.docketed_on, allow_unknown=True).last_day,
        url=f"/cases/{case.pk}/assign/",
        at=at,
    )


def next_number(court_code: str, type_code: str, year: int) -> case_numbers.CaseNumber:
    """Draw the next case number of a court, type code and year, inside the caller's transaction."""
    sequence = sequences.next_value(f"case:{court_code}:{type_code}", year=year)
    return case_numbers.CaseNumber(
        year=year, court_code=court_code, special="", type_code=type_code, seq=sequence
    )


def docket(application: Application, *, actor: Actor, at: datetime) -> Case:
    """Turn an application under review into a case, inside the caller's transaction."""
    kind = application.kind_rule
    named = [
        _Named(p.party_id, p.role, p.original_role, p.name, p.position)
        for p in application.participants.order_by("position", "pk")
    ]
    case = _open_case(
        Case(
            court_id=application.court_id,
            court_code=application.court_code,
            kind=kind.key,
            procedure=kind.procedure(application.procedure).key,
            cause_key=application.cause_key,
            cause_name=application.cause_name,
            received_on=application.received_on,
            amount=application.amount,
            restricted=application.restricted,
            detained=application.detained,
        ),
        named,
        local_date(at),
    )
    application.status, application.case = ApplicationStatus.ACCEPTED, case
    application.decided_on, application.review_by = case.docketed_on, None
    application.version += 1
    application.save(update_fields=["status", "case", "decided_on", "review_by", "version"])
    _record_docketed(case, actor=actor, at=at, application_id=application.pk)
    if application.prior_number:
        link(case, _link_kind(application.prior_number), application.prior_number, "", actor=actor, at=at)
    return case


def _link_kind(number: str) -> LinkKind:
    """A case that only led to this one (mediation, retrial review) was no earlier instance of it."""
    prior = Case.objects.filter(number=number).order_by("pk").first()
    led = prior is not None and prior.outcome and prior.kind_rule.outcome(prior.outcome).follows
    return LinkKind.RELATED if led else LinkKind.PRIOR


@dataclass(frozen=True, slots=True)
class _Named:
    party_id: int
    role: str
    original_role: str
    name: str
    position: int


def _open_case(case: Case, named: Sequence[_Named], docketed_on: date) -> Case:
    """Give an unsaved case its number, title, limit and fee, and put it on file with its participants."""
    kind = case.kind_rule
    number = next_number(case.court_code, kind.type_code, docketed_on.year)
    case.number, case.year = str(number), number.year
    case.type_code, case.sequence = number.type_code, number.seq
    first = [p.name for p in named if p.role in kind.first_roles]
    second = [p.name for p in named if p.role in kind.second_roles]
    case.title = titles.case_title(first, kind.title_verb, second, case.cause_name or kind.name)
    case.docketed_on = docketed_on
    case.due_on = clock_rules.limit(
        kind, case.procedure, docketed_on=docketed_on, in_custody=case.detained
    ).due_on
    case.fee = fee_of(case)
    case.save(force_insert=True)
    Participant.objects.bulk_create(
        Participant(
            case=case,
            party_id=p.party_id,
            role=p.role,
            original_role=p.original_role,
            name=p.name,
            position=p.position,
            joined_on=docketed_on,
        )
        for p in named
    )
    refresh_search([case.pk])
    return case


def fee_of(case: Case) -> Decimal | None:
    """Return the fee under the case's procedure and its court's figures of the docketing day; None if
    unknown.
    """
    return fee_rules.docketing_fee(
        case.kind_rule,
        case.procedure,
        case.amount,
        cause_key=case.cause_key,
        settings=court_settings.get("cases.fees", case.court_code, on=case.docketed_on),
    )


def _record_docketed(case: Case, *, actor: Actor, at: datetime, application_id: int | None) -> None:
    record(
        events.Docketed(
            number=case.number,
            case_kind=case.kind,
            procedure=case.procedure,
            procedure_name=case.procedure_name,
            cause_key=case.cause_key,
            cause_name=case.cause_name,
            title=case.title,
            docketed_on=case.docketed_on,
            due_on=case.due_on,
            application_id=application_id,
            amount=case.amount,
            fee=case.fee,
        ),
        actor=actor,
        case=case,
        at=at,
    )


def docket_like(case: Case, *, participants: Sequence[Participant], actor: Actor, at: datetime) -> Case:
    """Docket a case split off from another: same court, kind, procedure and cause, with these participants.

    Nobody applied for it, so there is no application; the new case waits to be assigned. Runs in the caller's
    transaction.
    """
    counters: dict[str, int] = {}
    named = []
    for participant in participants:
        counters[participant.role] = counters.get(participant.role, 0) + 1
        named.append(
            _Named(
                participant.party_id,
                participant.role,
                participant.original_role,
                participant.name,
                counters[participant.role],
            )
        )
    made = _open_case(
        Case(
            court_id=case.court_id,
            court_code=case.court_code,
            kind=case.kind,
            procedure=case.procedure,
            cause_key=case.cause_key,
            cause_name=case.cause_name,
            received_on=local_date(at),
            restricted=case.restricted,
            detained=case.detained,
        ),
        named,
        local_date(at),
    )
    _record_docketed(made, actor=actor, at=at, application_id=None)
    open_assign_todo(made, at=at)
    return made
