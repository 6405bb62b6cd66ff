"""What the desk shows of cases: numbers of the cases of to-dos, and what runs out in the coming days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from xiezhi.cases.contracts import Stage
from xiezhi.cases.models import Case, DecisionService, TeamMember

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
