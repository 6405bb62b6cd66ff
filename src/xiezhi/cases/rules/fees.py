"""The fee a case is docketed with: which kind of fee its kind and cause make it, counted by
`xiezhi.law.fees`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xiezhi.cases.rules import kinds
from xiezhi.law import fees

_SIMPLIFIED = frozenset({"SIMPLIFIED", "SMALL"})
#: Causes whose fee is not that of a property case, by the start of their key (诉讼费用交纳办法第十三条).
_BY_CAUSE = (
    ("C02.02.014", "divorce"),
    ("C01", "personality"),
    ("C07.19", "labour"),
    ("C05", "ip"),
)

#: Fees collected from the debtor once the measure is carried out, not paid in advance
#: (诉讼费用交纳办法第二十条第二款).
_PAID_AFTERWARDS = frozenset({"enforcement"})


def fee_name(kind: kinds.CaseKind, procedure: str, amount: Decimal | None, cause_key: str) -> str:
    """Return what the measures call the fee of a case, 案件受理费 or 申请费; "" where there is none."""
    name = fee_kind(kind, procedure, amount, cause_key)
    if not name or fees.get_kind(name).fixed == 0:
        return ""
    return fees.get_kind(name).group.label


def is_prepaid(kind: kinds.CaseKind) -> bool:
    """Whether the party pays at docketing."""
    return kind.fee_kind not in _PAID_AFTERWARDS


def fee_kind(kind: kinds.CaseKind, procedure: str, amount: Decimal | None, cause_key: str) -> str:
    """Return the id of the fee in `xiezhi.law.fees`, or "" where nothing is paid in advance of a ruling."""
    if kind.key == "CIVIL_SECOND" and procedure == "SECOND_RULING":
        return "appeal_ruling"
    if kind.fee_kind != "property":
        return kind.fee_kind
    for start, name in _BY_CAUSE:
        if cause_key == start or cause_key.startswith(f"{start}."):
            return name
    if amount is None:
        return "other_non_property"
    return "appeal" if kind.key == "CIVIL_SECOND" else "property"


def docketing_fee(
    kind: kinds.CaseKind,
    procedure: str,
    amount: Decimal | None,
    *,
    cause_key: str = "",
    settings: Mapping[str, str] | None = None,
) -> Decimal | None:
    """Return the fee in yuan; None where it cannot be told yet. See `docketing_count`."""
    counted = docketing_count(kind, procedure, amount, cause_key=cause_key, settings=settings)
    return counted.fee if counted is not None else None


def docketing_count(
    kind: kinds.CaseKind,
    procedure: str,
    amount: Decimal | None,
    *,
    cause_key: str = "",
    settings: Mapping[str, str] | None = None,
) -> fees.Fee | None:
    """Return the fee with each step of its count; None where it cannot be told yet.

    `settings`: the figures the court works with where the law gives a range, by kind of fee. Without the
    figure, or without an amount the fee depends on, there is no fee yet: it is entered when the figure is
    known.
    """
    name = fee_kind(kind, procedure, amount, cause_key)
    if not name:
        return None
    rule = fees.get_kind(name)
    simplified = procedure in _SIMPLIFIED and rule.group is fees.Group.ACCEPTANCE and not rule.no_simplified
    try:
        return fees.compute(
            name,
            amount if rule.takes_amount else None,
            standards={**settings} if settings else None,
            simplified=simplified,
        )
    except (fees.AmountNeeded, fees.StandardNeeded):
        return None
