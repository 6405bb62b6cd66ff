"""Where the parts of a document lie: course, facts, reasoning, result, signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xiezhi.cases.rules.judgments import dates

_SIGNED = re.compile(
    r"(?:(?<=[\s。）)”；;:：])|^)(?:代理?)?(?:审\s?判\s?长|(?:代理|助理)?审\s?判\s?员|独任审判员|执行长|(?:代理)?执行员|人民陪审员|首席仲裁员)"
    r"[：:、]?\s?(?![：:，。、的])[\u4e00-\u9fff·•]{1,12}"
)
_SIGNED_GLUED = re.compile(
    r"(?:审判长|代理审判员|审判员|人民陪审员)[\u4e00-\u9fff·]{2,4}(?=审判|人民陪|代理审|二[〇○ＯO0零o]|20[01]\d年|书记员|代书|法官助理)"
)
_ORDER = re.compile(
    r"(?:判\s?决|裁\s?定|决\s?定|通\s?知|支付令|调\s?解)\s?如\s?下\s?[：:；;，。]?"
    r"|(?:发出|签发)\s?(?:如下)?\s?支付令\s?(?:如下)?[：:]"
    r"|(?:自愿|达成达成)(?:如下|以下)?(?:调解)?协议(?:如下)?(?:，[^。：；]{2,20})?[：:]"
    r"|达成如下(?:一致)?(?:意见|协议)(?:，[^。：；]{2,20})?[：:]"
)
_ORDER_LOOSE = re.compile(
    r"(?:判处|处理|判决意见|，意见)\s?如\s?下\s?[：:；;，。]?"
    r"|(?:之|的)?规定[，,]?(?:特|作出如下)?(?:判决|裁定|决定)[：:，]"
    r"|(?:判决|裁定|决定)[：:](?=[\s]?(?:一、|[\u4e00-\u9fff]))"
    r"|(?:条|款|项|规定)[，；。：:]?(?=\s(?:一、|被告人|上诉人|驳回|准许|撤销))"
)
_EARLIER = re.compile(r"(?:作出|做出|原审|一审|法院|遂|据此|原判)[^，。；]{0,16}$")
_THINKS = re.compile(
    r"(?:(?<=\s)|^)(?:综上[，,]?\s?)?(?:本院(?:二审|再审|重审|经审查|经审理|审查|审理|经复核|赔偿委员会|经评议|依法|综合评判|审判委员会)?(?:后)?"
    r"|本院赔偿委员会(?:经审[查理])?|本?合议庭(?:经评议)?|赔偿委员会|本案|综上，本院|综上所述，本院|为此，本院|据此，本院)\s?认\s?为"
)
_THINKS_ANYWHERE = re.compile(r"(?<=[。；])(?:综上[，,]?)?本院(?:经审理|经审查|审查)?认为[，：:]")
_TRIED = re.compile(
    r"(?:(?:现已|已经|已|现)\s?审\s?[理查](?:完毕|终\s?结)|审理终结|审查终结|执行终结|复核终结|评议终结|审结)[。．,，；;]?"
    r"|到庭参加(?:了)?诉讼。(?=\s)"
)
_FACTS = re.compile(
    r"(?:(?<=\s)|^)(?:(?:公诉机关|原公诉机关|自诉人|[\u4e00-\u9fff]{2,30}检察院)[^。]{0,20}?(?:指控|起诉)|经审理查明|经审查查明|经审理认定|经审查|本院经审理查明|审理查明"
    r"|原告[^，。]{0,60}(?:向本院提出|诉称|起诉|请求)|原判(?:决)?(?:认定|查明)|原审(?:法院|判决)?(?:认定|查明|经审理)|一审(?:法院)?(?:认定|查明|判决)"
    r"|[^，。]{0,40}上诉请求|再审申请人[^，。]{0,40}(?:申请再审称|称)|申请人[^，。]{0,40}称|赔偿请求人[^，。]{0,40}称|异议人[^，。]{0,40}称)"
)
_TOLD = re.compile(
    r"(?<=\s)(?:公诉机关|[\u4e00-\u9fff]{2,30}检察院(?:第[一二三]分院)?)(?:起诉)?指控[，,：:称](?![^。]{0,80}一案，)"
)
_NO_TEXT = re.compile(
    r"[\s]?(?:[（(](?:此|本|以下)?(?:页)?无正文[）)]?|以下无正文|此页无正文|本页无正文)(?:\s?系?[（(〔][^。]{2,40}盖章页)?\s?$"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in the normalised text; a part that was not found has the place of the part after it."""

    facts: int
    reasoning: int
    order: int
    result: int
    signatures: int


def find_layout(text: str, course_at: int) -> Layout:
    """Find the parts of a document whose course of proceedings begins at `course_at`."""
    signatures = _signatures(text, course_at)
    order, result = _order(text, course_at, signatures)
    facts = _facts(text, course_at, order)
    reasoning = _reasoning(text, facts, order)
    if not text[facts:reasoning].strip():
        # Where nothing stands between 审理终结 and 本院认为, the course tells what happened.
        facts = course_at
    return Layout(
        facts=min(facts, reasoning), reasoning=reasoning, order=order, result=result, signatures=signatures
    )


def _signatures(text: str, course_at: int) -> int:
    earliest = course_at
    # The last order stands before the signatures, so what comes before it is never one.
    orders = [found.end() for found in _ORDER.finditer(text, course_at)]
    for start in reversed(orders[-6:] or [earliest]):
        for pattern in (_SIGNED, _SIGNED_GLUED):
            if found := pattern.search(text, start):
                return found.start()
    for pattern in (_SIGNED, _SIGNED_GLUED):
        if found := pattern.search(text, max(earliest, len(text) - 4000)):
            return found.start()
    # A decision without a panel ends in its date.
    if (last := list(dates.WRITTEN.finditer(text, max(earliest, len(text) - 200)))) and len(text) - last[
        -1
    ].end() < 40:
        return last[-1].start()
    return len(text)


def _order(text: str, course_at: int, signatures: int) -> tuple[int, int]:
    best: tuple[int, int] | None = None
    for found in _ORDER.finditer(text, course_at, signatures):
        if found.start() < course_at:
            continue
        earlier = _EARLIER.search(text[max(course_at, found.start() - 24) : found.start()])
        if best is None or not earlier or "。" in text[found.start() - 2 : found.start()]:
            best = (found.start(), found.end())
    if best is None:
        for found in _ORDER_LOOSE.finditer(text, max(course_at, signatures - 6000), signatures):
            if "《" in text[max(course_at, found.start() - 200) : found.start()]:
                best = best or (found.start(), found.end())
    return best if best else (signatures, signatures)


def _facts(text: str, course_at: int, order: int) -> int:
    limit = min(order, course_at + 12000)
    told = _TOLD.search(text, course_at + 1, limit)
    if found := _TRIED.search(text, course_at, limit):
        end = found.end()
        if told and told.start() < found.start():
            return told.start()
        while end < len(text) and text[end] in " ）)":
            end += 1
        return end
    if found := _FACTS.search(text, course_at + 1, limit):
        return found.start()
    return course_at


def _reasoning(text: str, facts: int, order: int) -> int:
    best: int | None = None
    for found in _THINKS.finditer(text, facts, order):
        # 综上，本院认为 closes a reasoning that began before it.
        if (
            best is None
            or not found.group().startswith(("综上", "为此", "据此"))
            or found.start() - best > 8000
        ):
            best = found.start()
    if best is None:
        for found in _THINKS_ANYWHERE.finditer(text, facts, order):
            best = found.start()
    return best if best is not None else _law_paragraph(text, facts, order)


def _law_paragraph(text: str, facts: int, order: int) -> int:
    """Without 本院认为 the reasoning is the paragraph that ends in the order."""
    law = text.rfind("《", facts, order)
    end = law if law >= 0 else order
    start = max(text.rfind(" ", facts, end), text.rfind("。", facts, end))
    return start + 1 if start >= 0 else order


def sections_of(text: str, layout: Layout) -> tuple[str, str, str]:
    """Facts, reasoning and result as text."""
    facts = text[layout.facts : layout.reasoning].strip()
    reasoning = text[layout.reasoning : layout.result].strip()
    result = _NO_TEXT.sub("", text[layout.result : layout.signatures].strip()).strip()
    return facts, reasoning, result
