"""The fee of a case with its reasons, and what goes back to the payer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xiezhi.cases.rules import fees as rules
from xiezhi.foundation import court_settings
from xiezhi.law import fees

if TYPE_CHECKING:
    from xiezhi.cases.models import Case

_REFUND_OF = {
    "MEDIATED": "MEDIATED",
    "WITHDRAWN": "WITHDRAWN",
    "DEEMED_WITHDRAWN": "WITHDRAWN",
    "APPEAL_WITHDRAWN": "WITHDRAWN",
    "SUIT_WITHDRAWN": "WITHDRAWN",
}


@dataclass(frozen=True, slots=True)
class FeeView:
    """The fee of a case.

    `fee`: what is on file. `counted`: what the rules make of the amount, cause and procedure on file, with
    its steps; None where no figure can be told. `missing`: why not. `differs`: the file says something else.
    """

    fee: Decimal | None
    counted: fees.Fee | None
    missing: str
    differs: bool
    refund: fees.Refund | None
    refund_is_due: bool


def fee_view(case: Case) -> FeeView:
    """Return the fee of a case, why it is what it is, and the refund that its outcome brings."""
    kind = case.kind_rule
    name = rules.fee_kind(kind, case.procedure, case.amount, case.cause_key)
    if not name:
        return FeeView(case.fee, None, f"{kind.name}不预交案件受理费", False, None, False)
    rule = fees.get_kind(name)
    simplified = (
        case.procedure in {"SIMPLIFIED", "SMALL"}
        and rule.group is fees.Group.ACCEPTANCE
        and not rule.no_simplified
    )
    settings = court_settings.get("cases.fees", case.court_code, on=case.docketed_on)
    try:
        counted = fees.compute(
            name,
            case.amount if rule.takes_amount else None,
            standards={**settings} if settings else None,
            simplified=simplified,
        )
    except fees.FeeFault as fault:
        return FeeView(case.fee, None, str(fault), False, None, False)
    refund = None
    paid = case.fee if case.fee is not None else counted.fee
    outcome = kind.outcome(case.outcome) if case.outcome else None
    if outcome is not None and outcome.halves_fee and (reason := _REFUND_OF.get(outcome.key)):
        refund = fees.refund(paid, reason, full=max(counted.full, paid))
    return FeeView(
        fee=case.fee,
        counted=counted,
        missing="",
        differs=case.fee is not None and case.fee != counted.fee,
        refund=refund,
        refund_is_due=refund is not None and case.effective_on is not None,
    )
