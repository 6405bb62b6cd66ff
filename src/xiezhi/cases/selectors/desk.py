"""What the desk shows of cases: numbers of the cases of to-dos, and what runs out in the coming days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from xiezhi.cases.contracts import ApplicationStatus, RequestStatus, Stage
from xiezhi.cases.models import Application, ApprovalRequest, Case, DecisionService, TeamMember
from xiezhi.identity.contracts import Role

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

_MOST = 200


@dataclass(frozen=True, slots=True)
class LastDay:
    """A day on which something of a case runs out."""

    on: date
    text: str
    case_id: int
    case_number: str
    url: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the actor asked for and somebody else must do: decide a request, answer for a correction."""

    title: str
    url: str
    word: str
    case_number: str = ""
    due_on: date | None = None


#: kind of a to-do of this room -> the word of its badge
TODO_WORDS = {
    "application-review": "立案",
    "case-assign": "分案",
    "case-team": "组庭",
    "request": "审批",
    "case-serve": "送达",
    "case-effect": "生效",
    "case-archive": "归档",
    "case-limit": "审限",
}
_MOST_AWAITED = 20


def awaited(actor: Actor) -> list[Awaited]:
    """Return what the actor waits for others to do, the nearest last day first; twenty of each at most."""
    asked = (
        ApprovalRequest.objects.visible_to(actor)
        .filter(requested_by_person_id=actor.person_id, status=RequestStatus.PENDING)
        .order_by(F("decide_by").asc(nulls_last=True), "pk")
        .values_list("pk", "summary", "case__number", "decide_by")[:_MOST_AWAITED]
    )
    found = [
        Awaited(_("等待审批：%s") % summary, f"/approvals/{pk}/", _("审批"), number, decide_by)
        for pk, summary, number, decide_by in asked
    ]
    if actor.role == Role.FILING_CLERK:
        told = (
            Application.objects.visible_to(actor)
            .filter(court_code=actor.court_code, status=ApplicationStatus.CORRECTION_REQUESTED)
            .select_related("correction")
            .order_by("correction__answer_by", "pk")[:_MOST_AWAITED]
        )
        found += [
            Awaited(
                _("等待补正：%s申请") % application.kind_rule.name,
                f"/applications/{application.pk}/",
                _("立案"),
                due_on=application.correction.answer_by,
            )
            for application in told
        ]
    return found


@dataclass(frozen=True, slots=True)
class InHand:
    """An open case the actor is in charge of, with the stage it stands in."""

    title: str
    case_id: int
    case_number: str
    stage: str
    due_on: date | None
    clock_stopped: bool


_MOST_IN_HAND = 12
_IN_CHARGE = frozenset({Role.JUDGE, Role.ENFORCEMENT_OFFICER, Role.DIVISION_HEAD})
_ASSISTING = frozenset({Role.ASSISTANT, Role.CLERK})


def in_hand(actor: Actor) -> list[InHand]:
    """Return the open cases the actor is in charge of, or assists in, the nearest last day first; a dozen
    at most.
    """
    if actor.role in _IN_CHARGE:
        mine = Q(judge_id=actor.person_id)
    elif actor.role in _ASSISTING:
        teams = TeamMember.objects.filter(person_id=actor.person_id, until=None)
        mine = Q(pk__in=teams.values("case"))
    else:
        return []
    found = (
        Case.objects.visible_to(actor)
        .open()
        .filter(mine)
        .order_by(F("due_on").asc(nulls_last=True), "pk")
        .values_list("title", "pk", "number", "stage", "due_on", "clock_stopped")[:_MOST_IN_HAND]
    )
    return [
        InHand(title, pk, number, Stage(stage).label, due_on, stopped)
        for title, pk, number, stage, due_on, stopped in found
    ]


def case_numbers(actor: Actor, case_ids: Collection[int]) -> dict[int, str]:
    """Return the numbers of those of the cases that the actor may see."""
    found = Case.objects.visible_to(actor).filter(pk__in=list(case_ids))
    return dict(found.values_list("pk", "number"))


def last_days(actor: Actor, since: date, until: date) -> list[LastDay]:
    """Return what runs out in the span in the cases the actor's person works on, earliest first.

    Trial limits of open cases, and appeal periods of decisions in cases not yet in effect.
    """
    mine = Exists(TeamMember.objects.filter(case=OuterRef("pk"), person_id=actor.person_id, until=None))
    cases = Case.objects.visible_to(actor).filter(mine)
    limits = (
        cases.open()
        .filter(due_on__range=(since, until))
        .order_by("due_on", "pk")
        .values_list("due_on", "pk", "number")[:_MOST]
    )
    found = [
        LastDay(due_on, "审限届满", pk, number, f"/cases/{pk}/")
        for due_on, pk, number in limits
        if due_on is not None
    ]
    running = cases.filter(stage=Stage.PRONOUNCED)
    appeals = (
        DecisionService.objects.filter(
            Q(appeal_received_on=None), decision__case__in=running, appeal_until__range=(since, until)
        )
        .order_by("appeal_until", "pk")
        .values_list("appeal_until", "participant__name", "decision__case_id", "decision__case__number")[
            :_MOST
        ]
    )
    found += [
        LastDay(on, f"{name}上诉期届满", case_id, number, f"/cases/{case_id}/service/")
        for on, name, case_id, number in appeals
        if on is not None
    ]
    return sorted(found, key=lambda day: (day.on, day.case_number, day.text))
