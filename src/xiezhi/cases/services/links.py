"""Links between cases: written on both sides where both are known here, and recorded in both."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import LinkKind
from xiezhi.cases.models import Case, CaseLink
from xiezhi.cases.services.steps import lock_case, record
from xiezhi.foundation.errors import InvalidInput
from xiezhi.law import case_numbers

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


@transaction.atomic
def case_link(
    *, actor: Actor, case_id: int, kind: LinkKind, number: str, note: str, at: datetime
) -> CaseLink:
    """Link a case to another by number; known cases are linked both ways.

    Raises Case.DoesNotExist, NotPermitted, InvalidInput when the number is not one.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_support(actor, case))
    return link(case, kind, number, note, actor=actor, at=at)


_OPPOSITE = {
    LinkKind.PRIOR: LinkKind.LATER,
    LinkKind.LATER: LinkKind.PRIOR,
}


def link(case: Case, kind: LinkKind, number: str, note: str, *, actor: Actor, at: datetime) -> CaseLink:
    """Write a link inside the caller's transaction; one that stands already is returned as it is.

    Raises InvalidInput when the number is not one.
    """
    try:
        written = str(case_numbers.parse_any(number))
    except ValueError as reason:
        raise InvalidInput(str(reason), fields={"number": [str(reason)]}) from reason
    if written == case.number:
        raise InvalidInput(_("不能关联本案自己。"), fields={"number": [_("请填写另一个案号。")]})
    other = Case.objects.filter(number=written).order_by("pk").first()
    made, is_new = CaseLink.objects.get_or_create(
        case=case, kind=kind, other_number=written, defaults={"other": other, "note": note.strip()}
    )
    if not is_new:
        return made
    _record(case, kind, written, other, note, actor=actor, at=at)
    if other is not None:
        back = _OPPOSITE.get(kind, kind)
        _made, fresh = CaseLink.objects.get_or_create(
            case=other, kind=back, other_number=case.number, defaults={"other": case}
        )
        if fresh:
            _record(other, back, case.number, case, note, actor=actor, at=at)
    return made


def _record(
    case: Case, kind: LinkKind, number: str, other: Case | None, note: str, *, actor: Actor, at: datetime
) -> None:
    record(
        events.Linked(
            link_kind=kind,
            link_name=kind.label,
            other_number=number,
            other_case_id=other.pk if other else None,
            note=note.strip(),
        ),
        actor=actor,
        case=case,
        at=at,
    )
