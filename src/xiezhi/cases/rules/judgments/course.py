"""The course of proceedings (案件由来和审理经过): dates, procedure, the case before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from xiezhi.cases.rules.judgments import dates
from xiezhi.cases.rules.judgments.numbering import as_issued
from xiezhi.law import case_numbers
from xiezhi.law.case_numbers import CaseNumber, FoundNumber, LegacyCaseNumber

_DATE = (
    # The 日 of the day is forgotten at times: 于2018年1月3向本院提起公诉.
    r"(?P<when>(?:(?:19|20)\d\d年\d{1,2}月\d{1,2}(?:日|(?=[向以，,])))"
    r"|[一二][〇○ＯO0零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    r"|同日|当日|同年\d{1,2}月\d{1,2}日|同月\d{1,2}日)"
)
_DOCKETED = (
    re.compile(rf"(?:本院|经审查|我院)[^。；]{{0,30}}?于{_DATE}[^。；，]{{0,16}}?(?:立案|受理)"),
    re.compile(rf"(?:于|本院){_DATE}[^。；，]{{0,12}}?(?:立案|受理)(?!侦查)"),
    re.compile(rf"{_DATE}[，,]?(?:本院|我院)[^。；，]{{0,12}}?(?:立案|受理)(?!侦查)"),
    re.compile(
        rf"(?:本院|我院)(?:受理[^。；]{{0,20}}后，)?[^。；]{{0,20}}?(?:于|在)?{_DATE}[^。；，]{{0,10}}?(?:决定)?(?:立案|受理)(?!侦查)"
    ),
)
_FILED = (
    re.compile(rf"检察院(?:第[一二三]分院)?于{_DATE}(?:，|,)?以[^。；]{{0,40}}?(?:起诉书|提起公诉)"),
    re.compile(
        rf"(?:于|在){_DATE}[^。；]{{0,24}}?(?:向|至|移送)(?:本院|我院)[^。；]{{0,12}}?(?:提起|提出|起诉|移送|申请|报请|公诉)"
    ),
    re.compile(rf"(?:于|在){_DATE}[^。；]{{0,24}}?(?:提起|提出)(?:刑事附带民事)?(?:公诉|诉讼|自诉|起诉)"),
    re.compile(rf"{_DATE}(?:，|,)?(?:(?!\d年)[^。；]){{0,140}}?向(?:本院|我院)(?:提起|提出|申请|起诉|报送)"),
    re.compile(rf"(?:于|在){_DATE}(?:报送|移送|报请|提请)(?:本院|我院)"),
)
_RESUMED = re.compile(rf"(?:于|本院){_DATE}[^。；，]{{0,12}}?恢复执行")
_OBJECTED = re.compile(rf"(?:于|在){_DATE}[^。；]{{0,40}}?(?:提出|提交)[^。；，]{{0,6}}(?:异议|复议)")
_WITHDRAWS = re.compile(r"[^。；，]{0,16}撤(?:诉|回)")


def filed_on(course: str, instance: str) -> date | None:
    """The day the case was docketed; of a first instance, failing that, the day it was filed.

    Days of an earlier instance are passed over: only what 本院 did counts.
    """
    course = course[:6000]
    filed = () if instance in ("SECOND", "RETRIAL") else _FILED
    enforcing = {"ENFORCEMENT": (_RESUMED,), "ENFORCEMENT_OBJECTION": (_OBJECTED,)}.get(instance, ())
    for pattern in (*_DOCKETED, *filed, *enforcing):
        for found in pattern.finditer(course):
            # 于…向本院提出撤诉申请 is the day of the withdrawal.
            if pattern in filed and _WITHDRAWS.match(course, found.end()):
                continue
            if day := _resolve(course, found):
                return day
    return None


def _resolve(course: str, found: re.Match[str]) -> date | None:
    when = found["when"]
    if when[0] in "同当":
        return dates.relative(when, dates.latest_before(course, found.start("when")))
    written = dates.WRITTEN.match(when if when.endswith("日") else f"{when}日")
    return dates.from_match(written) if written else None


_PROCEDURES = (
    ("FAST_TRACK", re.compile(r"速裁程序")),
    ("SMALL", re.compile(r"小额(?:诉讼|程序|速裁)")),
    ("SIMPLIFIED", re.compile(r"简易程序")),
    ("ORDINARY", re.compile(r"普通程序|组成(?:由[^。，]{0,60})?合议庭")),
)
_TURNED = re.compile(r"(?:转为|转换为|变更为|改为|转入|转)(?:适用)?(?:第一审)?(普通程序|简易程序|速裁程序)")
_NO_LONGER = re.compile(
    r"(?:建议|不宜|不应|不适用|不再)(?:本案)?(?:适用)?[^，。]{0,12}(?:简易|速裁|小额)[^，。]{0,8}程序"
)


def procedure(course: str, instance: str, number: CaseNumber | LegacyCaseNumber | None) -> str | None:
    """The procedure followed at the end: a conversion counts, a proposal of the prosecution does not."""
    code = number.type_code if isinstance(number, CaseNumber) else number.type_text if number else ""
    if "督" in code:
        return "PAYMENT_ORDER"
    if instance == "SPECIAL":
        return "SPECIAL"
    if instance not in ("FIRST", "SECOND", "RETRIAL"):
        return None
    course = course[:6000]
    if turned := list(_TURNED.finditer(course)):
        return {"普": "ORDINARY", "简": "SIMPLIFIED", "速": "FAST_TRACK"}[turned[-1].group(1)[0]]
    plain = _NO_LONGER.sub("", course)
    return next((name for name, pattern in _PROCEDURES if pattern.search(plain)), None)


_REFUSED = re.compile(r"不服[^。]{0,80}?(?=[（(〔\[【]\s?(?:19|20)\d\d)")
_GROUND = re.compile(
    r"(?:依据|根据|依照|执行)[^。]{0,120}?(?:发生法律效力|生效)?[^。]{0,60}?(?=[（(〔\[【]\s?(?:19|20)\d\d)"
)
_NO_PRIOR = frozenset({"FIRST", "SPECIAL", "PRESERVATION", "OTHER"})
_SENT_BACK = re.compile(r"发回(?:[\u4e00-\u9fff]{2,20}法院)?重(?:新审理|审)|重新审判")


def prior_case(
    course: str, instance: str, own: CaseNumber | LegacyCaseNumber | None, kind: str | None
) -> str | None:
    """The number of the case this one goes back to: the judgment appealed from, retried or enforced.

    A first instance has one only where the case was sent back.
    """
    course = course[:5000]
    if (
        instance in _NO_PRIOR
        and kind not in ("COMPENSATION",)
        and not (instance == "FIRST" and _SENT_BACK.search(course))
    ):
        return None
    numbers = [hit for hit in case_numbers.find_all(course) if own is None or hit.number.case != own.case]
    if not numbers:
        return None
    hit = _prior_of(course, instance, numbers)
    return as_issued(hit.number.case, course[hit.start : hit.end]) if hit else None


def _prior_of(course: str, instance: str, numbers: Sequence[FoundNumber]) -> FoundNumber | None:
    if found := _REFUSED.search(course):
        near = next((hit for hit in numbers if hit.start >= found.end() - 1), None)
        if near is not None and near.start - found.end() < 4:
            return near
    first = [hit for hit in numbers if "初" in _code(hit.number)]
    if instance == "SECOND":
        # After a remand the latest first judgment is the one appealed from.
        return first[-1] if first and _SENT_BACK.search(course) else numbers[0]
    if instance == "FIRST":
        # The order that sent the case back, or where it is not named the judgment it set aside.
        above = [hit for hit in numbers if "终" in _code(hit.number)]
        return above[-1] if above else first[0] if first else None
    if instance == "RETRIAL":
        trials = [hit for hit in numbers if any(mark in _code(hit.number) for mark in ("初", "终", "再"))]
        return trials[-1] if trials else numbers[-1]
    return numbers[0]


def _code(number: CaseNumber | LegacyCaseNumber) -> str:
    return number.type_code if isinstance(number, CaseNumber) else number.type_text
