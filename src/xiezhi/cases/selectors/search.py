"""What the search of the shell finds among cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xiezhi.cases.contracts import Stage
from xiezhi.cases.models import Case
from xiezhi.cases.selectors.cases import phrases

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor
    from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber

MOST = 20


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A case that was found: `title` names parties and cause, `detail` court, judge and stage."""

    case_id: int
    number: str
    title: str
    url: str
    detail: str


def hits(actor: Actor, words: str, number: CaseNumber | LegacyCaseNumber | None) -> list[CaseHit]:
    """Return the visible cases with this number or, without one, with these words; the newest first.

    `number`: what the shell read out of the words, in whatever spelling. …号之一 finds its case.
    """
    found = Case.objects.visible_to(actor)
    found = found.filter(number=str(number.case)) if number is not None else found.filter(phrases(words))
    rows = found.order_by("-docketed_on", "-pk").values_list(
        "pk", "number", "title", "court__name", "judge__name", "stage", "docketed_on"
    )
    return [
        CaseHit(
            case_id=pk,
            number=case_number,
            title=title,
            url=f"/cases/{pk}/",
            detail=" · ".join(
                part
                for part in (court, judge or "", Stage(stage).label, f"{docketed_on.isoformat()} 立案")
                if part
            ),
        )
        for pk, case_number, title, court, judge, stage, docketed_on in rows[:MOST]
    ]
