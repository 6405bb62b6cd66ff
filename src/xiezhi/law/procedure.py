"""Checks on procedure that stand beside the limits: mediation, hearings put off, small claims, service,
closing.

Each check answers with a `Verdict` whose reasons carry the article. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from xiezhi.law.calendar import add_months
from xiezhi.law.limits import Exclusion, get_rule, procedure_table
from xiezhi.law.periods import ServiceMode, Step

_SIMPLIFIED = frozenset({"civ_1_simplified", "civ_1_small"})
SMALL_CLAIMS_EXCLUDED = {
    "PERSONAL_STATUS_OR_TITLE": "人身关系、财产确权案件",
    "FOREIGN": "涉外案件",
    "NEEDS_APPRAISAL": "需要评估、鉴定或者对诉前评估、鉴定结果有异议的案件",
    "PARTY_MISSING": "一方当事人下落不明的案件",
    "COUNTERCLAIM": "当事人提出反诉的案件",
    "OTHER_UNSUITABLE": "其他不宜适用小额诉讼程序审理的案件",
}


class AverageWageNotSet(LookupError):
    """The yearly average wage of the province is a parameter and is not set."""


class NotYetClosed(ValueError):
    """Nothing that closes the case is recorded."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """May it be done, and why (not). True in a condition when allowed."""

    allowed: bool
    why: tuple[Step, ...]
    approver: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def mediation_exclusion(
    accepted_on: date, ended_on: date | None, procedure: str, *, agreed: bool = True, basis: str = ""
) -> Exclusion | None:
    """Return the days of an online mediation after docketing that leave the trial limit, or None.

    `accepted_on`: the day the mediator took it; `procedure`: ORDINARY (15 days) or SIMPLIFIED (7 days). Only
    what all parties `agreed` to add beyond those days is excluded (在线调解规则24). `ended_on` None: still
    mediating.
    """
    days = procedure_table()["mediation_days"][procedure]
    regular_end = accepted_on + timedelta(days=days)
    if not agreed or (ended_on is not None and ended_on <= regular_end):
        return None
    return Exclusion("MEDIATION_EXTENDED", regular_end, ended_on, basis)


def hearing_postponement_allowed(
    kind: str,
    count: int,
    gap: tuple[date, date] | None = None,
    *,
    force_majeure: bool = False,
    parties_agree: bool = False,
    other_ground: bool = False,
) -> Verdict:
    """Say whether a civil hearing may be put off once more.

    `kind`: ORDINARY, SIMPLIFIED or SMALL; `count`: how often it was put off before; `gap`: the day of the
    last hearing and of the next, at most a month apart unless `force_majeure` or `parties_agree`;
    `other_ground`: put off under the fourth ground of the article on postponement, which the president
    approves (延长审限规定3、5、6).
    """
    row = procedure_table()["postponement"]
    if kind not in {"ORDINARY", "SIMPLIFIED", "SMALL"}:
        raise ValueError(f"不认识的程序“{kind}”")
    most, source = row[kind], row["source"]
    reasons, allowed = [], True
    if count >= most:
        allowed = False
        reasons.append(Step(f"已延期开庭 {count} 次，该程序不得超过 {most} 次", source))
    else:
        reasons.append(Step(f"第 {count + 1} 次延期开庭，未超过 {most} 次", source))
    if gap is not None:
        previous, following = gap
        latest = add_months(previous, row["gap_months"])
        if following <= latest:
            reasons.append(Step(f"两次开庭间隔未超过一个月（至 {latest.isoformat()}）", source, latest))
        elif force_majeure or parties_agree:
            cause = "不可抗力" if force_majeure else "当事人同意"
            reasons.append(Step(f"间隔超过一个月，因{cause}除外", source, following))
        else:
            allowed = False
            reasons.append(
                Step(f"两次开庭间隔不得超过一个月，下次开庭不得晚于 {latest.isoformat()}", source, latest)
            )
    return Verdict(allowed, tuple(reasons), "本院院长" if other_ground else "")


@dataclass(frozen=True, slots=True)
class SmallClaims:
    """Whether a case is a small claim: MANDATORY, BY_AGREEMENT (once agreed: AGREED) or NOT_AVAILABLE."""

    outcome: str
    why: tuple[Step, ...]


def small_claims_eligibility(
    amount: Decimal,
    average_wage: Decimal | None,
    *,
    money_claim: bool = True,
    simple_case: bool = True,
    excluded: Collection[str] = (),
    parties_agree: bool = False,
) -> SmallClaims:
    """Say whether a case is tried as a small claim (民诉法165、166).

    `amount` in yuan; `average_wage`: last year's average wage of employed persons of the province in yuan, a
    yearly parameter, no number is built in; `excluded`: codes of `SMALL_CLAIMS_EXCLUDED` that hold. Raises
    AverageWageNotSet, ValueError for an unknown code.
    """
    unknown = set(excluded) - set(SMALL_CLAIMS_EXCLUDED)
    if unknown:
        raise ValueError(f"不认识的小额诉讼排除情形：{'、'.join(sorted(unknown))}")
    reasons = [
        Step(SMALL_CLAIMS_EXCLUDED[code] + "不适用小额诉讼程序", "民诉法166") for code in sorted(excluded)
    ]
    if not money_claim:
        reasons.append(Step("小额诉讼程序只适用于金钱给付案件", "民诉法165"))
    if not simple_case:
        reasons.append(Step("小额诉讼程序只适用于事实清楚、权利义务关系明确、争议不大的案件", "民诉法165"))
    if reasons:
        return SmallClaims("NOT_AVAILABLE", tuple(reasons))
    if average_wage is None or average_wage <= 0:
        raise AverageWageNotSet("上年度就业人员年平均工资尚未录入，请先在系统参数中录入再判断小额诉讼")
    bands = procedure_table()["small_claims"]
    low, high = average_wage * Decimal(bands["upto"]), average_wage * Decimal(bands["by_agreement_upto"])
    if amount <= low:
        text = f"标的额 {amount} 元在年平均工资的百分之五十（{low} 元）以下，适用小额诉讼程序"
        return SmallClaims("MANDATORY", (Step(text, "民诉法165"),))
    if amount <= high:
        text = f"标的额 {amount} 元超过 {low} 元但在年平均工资二倍（{high} 元）以下，当事人双方可以约定适用"
        outcome = "AGREED" if parties_agree else "BY_AGREEMENT"
        return SmallClaims(outcome, (Step(text, "民诉法165"),))
    text = f"标的额 {amount} 元超过年平均工资二倍（{high} 元），不适用小额诉讼程序"
    return SmallClaims("NOT_AVAILABLE", (Step(text, "民诉法165"),))


def service_mode_allowed(rule_id: str, mode: ServiceMode | str) -> Verdict:
    """Say whether this mode of service fits the procedure: summary and small claims know no announcement.

    Raises UnknownLimit.
    """
    rule = get_rule(rule_id)
    if ServiceMode(mode) is ServiceMode.ANNOUNCEMENT and rule.id in _SIMPLIFIED:
        step = Step(
            "适用简易程序的案件不适用公告送达，需要公告送达的应当转为普通程序", "民诉解释140；延长审限规定4"
        )
        return Verdict(False, (step,))
    return Verdict(True, (Step("该程序可以采用这种送达方式", "民诉法87-95"),))


@dataclass(frozen=True, slots=True)
class ClosingService:
    """How the closing paper reached one party.

    `on` is the day that counts for closing: left at the home (LEFT), published (ANNOUNCEMENT), posted (POST),
    signed for (all others), arrived (ELECTRONIC).
    """

    mode: ServiceMode
    on: date
    party: str = ""


def date_closed(
    document: str, *, pronounced_on: date | None = None, services: Sequence[ClosingService] = ()
) -> tuple[date, tuple[Step, ...]]:
    """Return the day a case counts as closed, with the reasons (法释〔2000〕29号10).

    A JUDGMENT or RULING closes when pronounced; one that was not pronounced in court, and a
    MEDIATION_STATEMENT, close when the last party was served. Raises NotYetClosed.
    """
    source = "法释〔2000〕29号10"
    if pronounced_on is not None and document in {"JUDGMENT", "RULING"}:
        return pronounced_on, (
            Step(f"宣判（宣告）日期 {pronounced_on.isoformat()} 为结案时间", source, pronounced_on),
        )
    if not services:
        raise NotYetClosed("尚未宣判，也没有送达记录，不能结案")
    names = {
        ServiceMode.LEFT: "留置日",
        ServiceMode.ANNOUNCEMENT: "公告刊登日",
        ServiceMode.POST: "交邮日",
        ServiceMode.ELECTRONIC: "到达日",
    }
    steps = [
        Step(
            f"{s.party or '当事人'}：{names.get(ServiceMode(s.mode), '签收日')} {s.on.isoformat()}",
            source,
            s.on,
        )
        for s in services
    ]
    last = max(s.on for s in services)
    return last, (*steps, Step(f"最后一名当事人 {last.isoformat()}，为结案时间", source, last))
