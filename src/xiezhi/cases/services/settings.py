"""What a court decides for itself about its cases; changed on the settings page, with history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from xiezhi.cases.contracts import RequestKind
from xiezhi.cases.rules import approvals
from xiezhi.foundation import court_settings
from xiezhi.identity.contracts import Role
from xiezhi.law import fees

_GROUP = "案件办理"


def define_settings() -> None:
    """Make the settings of this room known; called when the room is loaded."""
    court_settings.define(
        "cases.approvers",
        type=dict,
        default=dict(approvals.DEFAULT_APPROVERS),
        label="办案申请的审批人",
        help="法律没有指明审批人的申请，由本院确定的岗位审批；法律指明的（例如延长审限由院长批准）不受影响。",
        basis="人民法院司法责任制规定；法律未指明审批人",
        group=_GROUP,
        choices=[
            (role.value, role.label) for role in (Role.DIVISION_HEAD, Role.VICE_PRESIDENT, Role.PRESIDENT)
        ],
        keys=[(kind.value, kind.label) for kind in RequestKind if kind in approvals.DEFAULT_APPROVERS],
        validate=_known_requests,
    )
    court_settings.define(
        "cases.extension_months",
        type=int,
        default=3,
        label="法律没有规定长度的延长审限",
        help="法律只说可以延长、没有规定长度时，申请默认的月数。",
        basis="民事诉讼法第一百八十三条等未规定长度",
        group=_GROUP,
        unit="个月",
        minimum=1,
        maximum=6,
    )
    court_settings.define(
        "cases.fees",
        type=dict,
        default={},
        label="诉讼费用幅度内的标准",
        help="办法只规定幅度的（离婚、人格权、其他非财产、知识产权等），填写本省确定的金额；未填写的，立案时不计费。",
        basis="诉讼费用交纳办法第十三条、第十四条",
        group=_GROUP,
        unit="元",
        keys=[(kind.id, kind.name) for kind in fees.kinds() if kind.range is not None],
        validate=_within_ranges,
    )
    court_settings.define(
        "cases.reminder_days",
        type=list,
        default=[15, 7, 3],
        label="审限届满前提醒的天数",
        help="届满前还剩这些天时提醒承办人；超过审限的每件提醒一次。",
        group=_GROUP,
        unit="天",
        validate=_days,
    )


def _known_requests(value: dict[str, str]) -> str | None:
    strange = set(value) - {kind.value for kind in RequestKind}
    return _("没有这种申请：%s") % "、".join(sorted(strange)) if strange else None


def _within_ranges(value: dict[str, str]) -> str | None:
    for name, figure in value.items():
        try:
            rule = fees.get_kind(name)
            amount = fees.money(figure)
        except fees.FeeFault as reason:
            return str(reason)
        if rule.range is None:
            return _("“%s”没有幅度，不需要填写。") % rule.name
        low, high = rule.range
        if not low <= amount <= high:
            return _("“%(name)s”应当在%(low)s元至%(high)s元之间。") % {
                "name": rule.name,
                "low": low,
                "high": high,
            }
    return None


def _days(value: list[Any]) -> str | None:
    if not value or not all(isinstance(day, int) and 0 < day <= 180 for day in value):
        return _("请填写1至180之间的整数，例如15、7、3。")
    return None
