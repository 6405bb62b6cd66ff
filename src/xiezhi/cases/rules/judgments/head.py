"""The head of a document: court, kind of document, case number (人民法院民事裁判文书制作规范 一)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xiezhi.cases.rules.judgments.numbering import as_issued
from xiezhi.law import case_numbers
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber, NotACaseNumber

_COURT_WORD = (
    r"(?:人民法院|铁路运输(?:中级)?法院|铁路运输中级人民法院|海事法院|知识产权法院|金融法院|互联网法院|军事法院"
    r"|林区(?:基层|中级)法院|农垦(?:中级)?法院|垦区(?:人民)?法院|矿区(?:人民)?法院|油田(?:中级|人民)?法院|破产法院)"
)
_NAME = r"[\u4e00-\u9fff·、]{1,90}?"
_COURT = re.compile(rf"({_NAME}{_COURT_WORD})(?:赔偿委员会)?")
_COURT_ONLY = re.compile(rf"(?:中华人民共和国)?({_NAME}{_COURT_WORD})(赔偿委员会)?")
_DOCUMENT = re.compile(
    r"((?:刑事附带民事公益诉讼|刑事附带民事|刑事|民事附带|民事|行政赔偿|行政|执行|国家赔偿|赔偿|司法赔偿|司法救助|国家司法救助"
    r"|强制医疗|司法制裁|没收违法所得|减刑|假释|财产保全|结案)*)"
    r"(判决书|裁定书|调解书|决定书|支付令|通知书|判决|裁定)"
)
_TYPES = {
    "判决": "JUDGMENT",
    "裁定": "RULING",
    "调解书": "MEDIATION_STATEMENT",
    "决定书": "DECISION",
    "支付令": "PAYMENT_ORDER",
    "通知书": "NOTICE",
}
_KINDS = {
    "刑事案件": "CRIMINAL",
    "民事案件": "CIVIL",
    "行政案件": "ADMINISTRATIVE",
    "国家赔偿与司法救助案件": "COMPENSATION",
    "管辖案件": "JURISDICTION",
    "区际司法协助案件": "INTERREGIONAL_ASSISTANCE",
    "国际司法协助案件": "INTERNATIONAL_ASSISTANCE",
    "司法制裁案件": "SANCTION",
    "非诉保全审查案件": "PRESERVATION",
    "执行类案件": "ENFORCEMENT",
    "强制清算与破产案件": "BANKRUPTCY",
    "多元解纷": "MEDIATION",
}
_UNBRACKETED = re.compile(
    r"(?:19|20)\d\d年?\s?[\u4e00-\u9fff]{1,12}(?:字第?|第|[初终再执])\s?\d{1,7}(?:-\d)?\s?号"
)
_UNREADABLE = re.compile(
    r"[（(〔\[【]?\s?(?:(?:19|20)\d\d|[\dXx×*]{4})?\s?[）)〕\]】]?[^，。；\s]{2,16}?第?[\dXx×*]{1,8}号"
)
_TITLE = re.compile(r"(?:判决书|裁定书|调解书|决定书|通知书|支付令)(?=[\u4e00-\u9fff])")
_TITLE_END = re.compile(r"书(?:\d{0,2})?$")
HEAD_LIMIT = 3000


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says; `end` is where the paragraph after it begins."""

    court: str | None
    document_word: str
    document_type: str | None
    number: CaseNumber | LegacyCaseNumber | None
    case_number: str | None
    end: int


def _numbers_in(text: str) -> list[tuple[int, int, CaseNumber | LegacyCaseNumber]]:
    found = [(hit.start, hit.end, hit.number) for hit in case_numbers.find_all(text)]
    if found:
        return found
    for match in _UNBRACKETED.finditer(text):
        try:
            return [(match.start(), match.end(), case_numbers.parse_any(match.group()))]
        except NotACaseNumber:
            continue
    return []


def _clean_court(found: re.Match[str]) -> str:
    # A title may run into the court: …一审刑事判决书河北省…人民法院.
    name = _TITLE.split(found.group(1))[-1].removeprefix("中华人民共和国")
    return re.sub(r"^(?:文书内容|来源|标题|发布机构|审理法院)", "", name)


def read_head(text: str, pieces: list[tuple[int, str]], hints: tuple[str, ...]) -> Head:
    """Read the head of a normalised text.  `hints` are names of the document given beside it."""
    court: str | None = None
    word, kind = "", None
    number: CaseNumber | LegacyCaseNumber | None = None
    printed = ""
    end = 0
    for at, piece in pieces[:14]:
        if at > HEAD_LIMIT:
            break
        short = piece[:200]
        if number is None and (numbers := _numbers_in(short)) and numbers[0][0] < 60:
            number, printed = numbers[0][2], short[slice(*numbers[0][:2])]
            end = at + numbers[0][1]
            short = short[: numbers[0][0]]
        whole = _COURT_ONLY.match(short)
        if court is None and whole and _is_head_line(short, whole):
            court = _clean_court(whole)
            end = max(end, at + whole.end())
        document = _DOCUMENT.search(short) if len(short) < 90 else None
        if kind is None and document and (len(document.group()) > 2) and court is not None:
            word, kind = document.group(1), _type_of(document.group(2))
            end = max(end, at + document.end())
        if number is not None:
            break
    if number is None and (numbers := _numbers_in(text[:600])) and numbers[0][0] < 400:
        number, end = numbers[0][2], max(end, numbers[0][1])
        printed = text[slice(*numbers[0][:2])]
    if court is None:
        anywhere = _COURT.search(text[: max(end, 400)])
        court = _clean_court(anywhere) if anywhere else None
    if court is None and isinstance(number, CaseNumber) and number.court is not None:
        court = number.court.name
    if kind is None:
        for hint in (text[:end], *hints):
            if documents := list(_DOCUMENT.finditer(_TITLE_END.sub("书", hint[:300].strip()))):
                word, kind = documents[-1].group(1), _type_of(documents[-1].group(2))
                break
    written = as_issued(number, printed) if number else None
    if number is None and (odd := _unreadable(pieces)):
        written, end = odd[0], max(end, odd[1])
    return Head(court, word, kind, number, written, end)


def _unreadable(pieces: list[tuple[int, str]]) -> tuple[str, int] | None:
    """A number with masked or missing parts, as written: （2017）苏0XXX刑初236号."""
    for at, piece in pieces[:6]:
        found = _UNREADABLE.fullmatch(piece)
        if found and len(piece) < 40 and re.search(r"[初终再执督特申赔保]", piece):
            return re.sub(r"[(〔\[【]", "（", re.sub(r"[)〕\]】]", "）", piece)), at + len(piece)
    return None


def _is_head_line(line: str, found: re.Match[str]) -> bool:
    """A court's name, alone or before the kind of document; not a sentence that begins with one."""
    rest = line[found.end() :]
    return not rest or _DOCUMENT.match(rest) is not None or rest[0] in "（(〔["


def _type_of(word: str) -> str:
    return next(code for ending, code in _TYPES.items() if word.startswith(ending))


def case_kind(head: Head, text: str) -> str | None:
    """The branch of court work, from the type code, else from the words of the head."""
    number = head.number
    # A slip in the number (民初 on a criminal judgment) does not turn the case into another kind.
    if head.document_word.startswith("刑事") and "公诉机关" in text[:1500]:
        return "CRIMINAL"
    if isinstance(number, CaseNumber):
        if number.type_code.startswith("司救"):
            return "JUDICIAL_RELIEF"
        return _KINDS[number.type_info.major]
    legacy = number.type_text if number else ""
    for words, kind in (
        ("赔", "COMPENSATION" if "行" not in legacy else "ADMINISTRATIVE"),
        ("刑", "CRIMINAL"),
        ("执", "CRIMINAL" if head.document_word.startswith("刑事") else "ENFORCEMENT"),
        ("破", "BANKRUPTCY"),
        ("行", "ADMINISTRATIVE"),
        ("民商知经督催特", "CIVIL"),
    ):
        if any(char in legacy for char in words):
            return kind
    for word, kind in (
        ("刑事", "CRIMINAL"),
        ("民事", "CIVIL"),
        ("行政", "ADMINISTRATIVE"),
        ("执行", "ENFORCEMENT"),
        ("赔偿", "COMPENSATION"),
        ("救助", "JUDICIAL_RELIEF"),
        ("强制医疗", "CRIMINAL"),
    ):
        if word in head.document_word:
            return kind
    if head.document_type == "PAYMENT_ORDER":
        return "CIVIL"
    return "CRIMINAL" if "公诉机关" in text[:2000] else None


_BY_CODE = {
    "申": "RETRIAL_REVIEW",
    "监": "RETRIAL_REVIEW",
    "抗": "RETRIAL_REVIEW",
    "再": "RETRIAL",
    "提": "RETRIAL",
    "核": "APPROVAL",
    "终": "SECOND",
    "初": "FIRST",
}
_SPECIAL = ("特", "催", "督", "没", "医", "民保令")


def instance(head: Head, kind: str | None, title: str) -> str:
    """Which instance or proceeding the document ends, from the type code, else from words of the head."""
    number = head.number
    code = (
        number.type_code
        if isinstance(number, CaseNumber)
        else number.type_text
        if number
        else head.case_number or ""
    )
    title = title + head.document_word
    if kind == "CRIMINAL" and (
        "更" in code or "减" in code or "假" in code or ("执" in code and "初" not in code)
    ):
        return "PENALTY_CHANGE"
    if kind == "ENFORCEMENT" or (not code and kind is None and "执行" in title):
        for char, name in (("异", "OBJECTION"), ("复", "RECONSIDERATION"), ("监", "SUPERVISION")):
            if char in code:
                return f"ENFORCEMENT_{name}"
        return "ENFORCEMENT"
    if kind == "PRESERVATION":
        return "PRESERVATION"
    if kind in ("COMPENSATION", "JUDICIAL_RELIEF") and not code.startswith("行赔"):
        return "RETRIAL_REVIEW" if "监" in code else "RETRIAL" if "再" in code or "提" in code else "OTHER"
    if any(mark in code for mark in _SPECIAL) and not code.endswith(("初", "终", "再")):
        return "SPECIAL"
    if "再" in code and not code.endswith(("申", "监", "抗")):
        return "RETRIAL"
    if code.endswith("撤"):
        return "FIRST"
    for mark, name in _BY_CODE.items():
        if mark in code and (kind != "BANKRUPTCY" or mark == "终"):
            return name
    for mark, name in (
        ("再审", "RETRIAL"),
        ("二审", "SECOND"),
        ("一审", "FIRST"),
        ("减刑", "PENALTY_CHANGE"),
    ):
        if mark in title:
            return name
    return "OTHER"
