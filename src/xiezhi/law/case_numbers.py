"""Case numbers: reading every spelling people use, writing the one the Supreme People's Court prescribes.

Source: 最高人民法院关于人民法院案件案号的若干规定 (法〔2015〕137号, in force 2016-01-01; amended by
法〔2018〕335号). A number is 收案年度 in brackets, 法院代字, 专门审判代字 where there is one, 类型代字,
案件编号, 号 (第二、三条). Older numbers, which every court spelled its own way, are `LegacyCaseNumber`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType

from xiezhi.law import courts

EXAMPLE = "（2026）冀0606民初1号"
FIRST_YEAR = 2016  # 法〔2015〕137号 is in force from 2016-01-01
SortKey = tuple[int, str, str, int, str, int, int]


class NotACaseNumber(ValueError):
    """The text is no case number; the message says in Chinese what is wrong with it."""


class UnknownTypeCode(LookupError):
    """No kind of case has this type code."""


@dataclass(frozen=True, slots=True)
class TypeCode:
    """A type code (类型代字) with the kinds of case it stands for.

    `standard_no`: four-digit numbers of the kinds in the 2015 standard.  `valid_from` None is an unknown day.
    `random_sequence`: numbers are eight random digits, never in order (第十条第二款, review of death
    sentences).
    """

    code: str
    major: str
    case_types: tuple[str, ...]
    standard_no: tuple[str, ...]
    status: str
    source: str
    valid_from: date | None
    valid_to: date | None
    note: str = ""
    random_sequence: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    types: Mapping[str, TypeCode]
    ranks: Mapping[str, int]
    specials: tuple[str, ...]
    unclosed: re.Pattern[str]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _table() -> _Table:
    data = json.loads(resources.files("xiezhi.law").joinpath("data", "case_type_codes.json").read_bytes())
    types = {
        row["code"]: TypeCode(
            **{
                **row,
                "case_types": tuple(row["case_types"]),
                "standard_no": tuple(row["standard_no"]),
                "valid_from": _date(row["valid_from"]),
                "valid_to": _date(row["valid_to"]),
            }
        )
        for row in data["codes"]
    }
    specials = tuple(row["code"] for row in data["special_trial_codes"])
    # Longest first, or 执 would win over 执恢.
    longest_first = "|".join(sorted(types, key=len, reverse=True))
    letters = "".join(courts.provinces())
    unclosed = re.compile(
        rf"(?:{courts.SUPREME}|[{letters}](?:\d{{4}}|\d\d)?)\s*(?:{'|'.join(specials)})?\s*(?:{longest_first})"
        r"\s*字?\s*第?\s*\d{1,8}(?![\dXx×*])"
    )
    return _Table(
        types=MappingProxyType(types),
        ranks=MappingProxyType({code: rank for rank, code in enumerate(types)}),
        specials=specials,
        unclosed=unclosed,
    )


def type_codes(major: str | None = None) -> tuple[TypeCode, ...]:
    """Return the type codes in the order of the standard: all, or those of one major class (民事案件 …)."""
    return tuple(info for info in _table().types.values() if major in (None, info.major))


def type_code_info(code: str) -> TypeCode:
    """Return what a type code stands for.  Raises UnknownTypeCode."""
    try:
        return _table().types[code]
    except KeyError:
        raise UnknownTypeCode(_unknown_type(code)) from None


def is_type_code(code: str) -> bool:
    """Whether this is a type code a case can be numbered under."""
    return code in _table().types


def is_type_code_for(code: str, major: str) -> bool:
    """Whether this is a type code of the given major class (民事案件, 执行类案件 …)."""
    info = _table().types.get(code)
    return info is not None and info.major == major


def _unknown_type(code: str) -> str:
    near = get_close_matches(code, _table().types, n=3, cutoff=0.6)
    hint = f"，相近的有：{'、'.join(near)}" if near else ""
    return f"类型代字“{code}”不在案件类型代字表中{hint}。"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case number under the rules in force since 2016.

    `special` is the special trial code (知) or empty; `sub` is 之一, 之二 … for a further document of the
    same case, or empty.  The court code is checked against the naming rule, not against the table of courts.

    Raises NotACaseNumber when a part breaks the rules.
    """

    year: int
    court_code: str
    special: str
    type_code: str
    seq: int
    sub: str = ""

    def __post_init__(self) -> None:
        if not 1000 <= self.year <= 9999:
            raise NotACaseNumber(f"收案年度“{self.year}”不是四位数字的公历年份。")
        if self.year < FIRST_YEAR:
            raise NotACaseNumber(
                f"收案年度{self.year}年早于{FIRST_YEAR}年，当时还没有现行的案号规则，请核对年份。"
            )
        if self.year > 2099:
            raise NotACaseNumber(f"收案年度“{self.year}”晚于2099年，请核对年份。")
        try:
            courts.level_of(self.court_code)
        except courts.NotACourtCode as reason:
            raise NotACaseNumber(str(reason)) from reason
        if self.special and self.special not in _table().specials:
            raise NotACaseNumber(f"专门审判代字“{self.special}”不存在。")
        if self.type_code not in _table().types:
            raise NotACaseNumber(_unknown_type(self.type_code))
        _check_seq(self.seq)
        if self.sub:
            _sub_number(self.sub)

    def format(self) -> str:
        """Write the number as prescribed: full-width brackets, no leading zeros (第三条、第十条)."""
        return f"（{self.year}）{self.court_code}{self.special}{self.type_code}{self.seq}号{self.sub}"

    __str__ = format

    @property
    def case(self) -> CaseNumber:
        """The number of the case itself, without 之一."""
        return replace(self, sub="") if self.sub else self

    @property
    def type_info(self) -> TypeCode:
        """What the type code stands for."""
        return type_code_info(self.type_code)

    @property
    def court(self) -> courts.Court | None:
        """The court, where the table of courts holds it."""
        return courts.find(self.court_code)

    @property
    def sort_key(self) -> SortKey:
        """Year, court, type in the order of the standard, number, document; compares with a legacy one."""
        rank = _table().ranks[self.type_code]
        sub = _sub_number(self.sub) if self.sub else 0
        return (self.year, self.court_code, self.special, rank, self.type_code, self.seq, sub)


@dataclass(frozen=True, slots=True)
class LegacyCaseNumber:
    """A case number from before 2016, such as （2014）沈河刑初字第13号.

    `court_text` is the court's own abbreviation (empty where the Supreme People's Court left it out, 民提字)
    and `type_text` the kind of case with the chamber, as written (刑二终).  Where the two meet is a best
    reading: no rule fixed it.

    Raises NotACaseNumber when a part cannot be.
    """

    year: int
    court_text: str
    type_text: str
    seq: int
    sub: str = ""

    def __post_init__(self) -> None:
        if not 1949 <= self.year <= 2099:
            raise NotACaseNumber(f"收案年度“{self.year}”不在1949年至2099年之间，请核对年份。")
        if not self.type_text:
            raise NotACaseNumber("旧式案号缺少案件类型，如“刑初字”。")
        _check_seq(self.seq)
        if self.sub:
            _sub_number(self.sub)

    def format(self) -> str:
        """Write the number in the usual spelling of its time, leading zeros dropped."""
        return f"（{self.year}）{self.court_text}{self.type_text}字第{self.seq}号{self.sub}"

    __str__ = format

    @property
    def case(self) -> LegacyCaseNumber:
        """The number of the case itself, without 之一."""
        return replace(self, sub="") if self.sub else self

    @property
    def sort_key(self) -> SortKey:
        """Year, court, type, number, document; compares with a present-day one."""
        sub = _sub_number(self.sub) if self.sub else 0
        return (self.year, self.court_text, "", -1, self.type_text, self.seq, sub)


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A case number inside running text: `text[start:end]` is how it was written."""

    start: int
    end: int
    number: CaseNumber | LegacyCaseNumber


def _check_seq(seq: int) -> None:
    if seq < 1:
        raise NotACaseNumber("案件编号应是从1开始的自然数。")
    if seq > 99_999_999:
        raise NotACaseNumber(f"案件编号“{seq}”超过8位，请核对。")


_NUMERALS = "一二三四五六七八九"
_SUB = r"(?:之|-)(?:\d{1,2}|[一二三四五六七八九十]{1,3})"


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens - 1] + "十"
    return head + (_NUMERALS[ones - 1] if ones else "")


@cache
def _numerals() -> Mapping[str, int]:
    return MappingProxyType({_numeral(number): number for number in range(1, 100)})


def _sub_number(sub: str) -> int:
    number = _numerals().get(sub[1:]) if sub.startswith("之") else None
    if number is None:
        raise NotACaseNumber(f"案号之后的“{sub}”不是“之一”“之二”这样的序号。")
    return number


def _normal_sub(text: str) -> str:
    """之一, 之1 and -1 all become 之一."""
    tail = text[1:]
    if tail.isdigit() and int(tail):
        return "之" + _numeral(int(tail))
    sub = "之" + tail
    _sub_number(sub)
    return sub


# One character for one, so that spans in the folded text are spans in the text.
_FOLD = str.maketrans(
    {
        **{chr(ord("０") + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("（〔【［﹝[｛{〈《﹙", "("),
        **dict.fromkeys("）〕】］﹞]｝}〉》﹚", ")"),
        **dict.fromkeys("－—–‐‑−﹣", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", " "),
        "：": ":",
        "號": "号",
    }
)


def _compact(text: str) -> str:
    plain = "".join(text.translate(_FOLD).split())
    return re.sub(r"^案号:?", "", plain)


_YEAR = re.compile(r"\(?([0-9]+)\)?年?")
_TAIL = re.compile(rf"([0-9]+)({_SUB})?(号)?({_SUB})?")
_LEADING_DIGIT_COURT = re.compile(r"\(?[0-9]{4}\)?年?(?:最高法|.[0-9])")


def _take_year(plain: str) -> tuple[int, str]:
    if not plain:
        raise NotACaseNumber(f"案号为空，请填写如“{EXAMPLE}”。")
    found = _YEAR.match(plain)
    if not found:
        raise NotACaseNumber("缺少收案年度：案号应以括号中的四位年份开头，如“（2026）”。")
    digits = found.group(1)
    if len(digits) != 4:
        raise NotACaseNumber(f"收案年度“{digits}”不是四位数字的公历年份。")
    return int(digits), plain[found.end() :]


def _take_tail(tail: str) -> tuple[int, str]:
    """Read the running number and what follows it: 00123号之一 is (123, 之一)."""
    found = _TAIL.match(tail)
    if not found:
        raise NotACaseNumber("缺少案件编号。")
    if rest := tail[found.end() :]:
        raise NotACaseNumber(f"案号的编号之后多出“{rest}”，请只填写案号，多个案号请分开填写。")
    inner, outer = found.group(2), found.group(4)
    if inner and outer:
        raise NotACaseNumber(f"案号带有两个序号“{inner}”和“{outer}”，请只留一个。")
    sub = inner or outer
    return int(found.group(1)), _normal_sub(sub) if sub else ""


def _take_court(rest: str) -> tuple[str, str]:
    if rest in ("", "号"):
        raise NotACaseNumber("收案年度之后缺少法院代字，如“冀0606”。")
    if rest.startswith(courts.SUPREME):
        court = courts.SUPREME
    else:
        found = re.match(r".[0-9OoQ]*", rest)
        court = found.group() if found else ""
    try:
        courts.level_of(court)
    except courts.NotACourtCode as reason:
        if re.search(r"字第?[0-9]", rest) and not re.match(r".[0-9]", rest):
            raise NotACaseNumber(f"“{rest}”是2016年以前的旧式写法，现行案号如“{EXAMPLE}”。") from reason
        raise NotACaseNumber(str(reason)) from reason
    return court, rest[len(court) :]


def _missing_number(text: str) -> str:
    if re.search(r"[一二三四五六七八九十百千零〇]+号?$", text):
        return "案件编号应使用阿拉伯数字，如“1号”。"
    return "缺少案件编号：类型代字之后应有阿拉伯数字，如“民初1号”。"


def parse(text: str) -> CaseNumber:
    """Read a case number under the present rules, in any spelling people use.

    Half- and full-width brackets and digits, 〔〕 [] 【】, spaces anywhere, 第, 字第, leading zeros, a
    missing 号 or missing brackets are all forgiven; -1 before 号 is read as 之一.  Nothing else may stand
    around the number.

    Raises NotACaseNumber, saying in Chinese what is wrong.
    """
    year, rest = _take_year(_compact(text))
    court, rest = _take_court(rest)
    special = next((code for code in _table().specials if rest.startswith(code)), "")
    rest = rest.removeprefix(special)
    found = re.search(r"[0-9]", rest)
    words = rest[: found.start()] if found else rest.removesuffix("号")
    type_code = words.removesuffix("第").removesuffix("字")
    if not type_code:
        raise NotACaseNumber(f"法院代字“{court}{special}”之后缺少类型代字，如“民初”。")
    if found is None and (
        is_type_code(type_code) or re.search(r"[一二三四五六七八九十百千零〇]$", type_code)
    ):
        raise NotACaseNumber(_missing_number(rest))
    if not is_type_code(type_code):
        raise NotACaseNumber(_unknown_type(type_code))
    seq, sub = _take_tail(rest[len(words) :])
    return CaseNumber(year, court, special, type_code, seq, sub)


# The branch begins a legacy type, the stage ends it: 刑初, 刑二终, 民一(民)初, 行赔终, 执恢, 知民初.
_LEGACY_TYPE = re.compile(
    r"(?:委赔|财保|诉保|非诉|[刑民商行知经少未附执赔破督催特立])"
    r"(?:[刑民商行知经少附执赔破特立监再一二三四五六七八九十]|\([一-龥]{1,2}\))*"
    r"[初终再审监申抗提复核重执破他管辖督催特赔更减假医异恢保撤上指清裁诉请]*"
)
_LEGACY_END = re.compile(r"[初终再监申抗提复核重执破他管辖督催特赔更减假医异恢保撤清裁少]$")
_BARE_BRANCHES = ("刑", "民", "行", "商", "经")
# Police, prosecutors, prisons, arbitrators and experts number their papers in the same form.
_NOT_COURTS = re.compile(r"[检狱仲鉴公]$|检|仲裁|公安|司法局|鉴定|政府|政$")


def _split_legacy(words: str, *, bare_allowed: bool) -> tuple[str, str] | None:
    # A court's name may begin with a branch's character (商河, 行唐): a name of one is preferred to none.
    for start in (*range(1, len(words)), 0):
        kind = words[start:]
        if not _LEGACY_TYPE.fullmatch(kind) or kind == "行复":
            continue
        if _LEGACY_END.search(kind) or (bare_allowed and kind in _BARE_BRANCHES):
            return words[:start], kind
    return None


def parse_legacy(text: str) -> LegacyCaseNumber:
    """Read a case number from before 2016, in any spelling people use: see `parse`.

    Raises NotACaseNumber, also for papers of police, prosecutors and experts that look alike (病检字第289号).
    """
    year, rest = _take_year(_compact(text))
    # The chamber may stand in brackets, 民四(商)初, but the number never does.
    found = re.search(r"[0-9]", rest)
    words = rest[: found.start()] if found else rest.removesuffix("号")
    plain = words.removesuffix("第")
    written = plain.removesuffix("字")
    if not written:
        raise NotACaseNumber("收案年度之后缺少法院简称和案件类型，如“沈河刑初字”。")
    split = _split_legacy(written, bare_allowed=plain != written)
    if split is None or not re.fullmatch(r"[一-龥()]{0,12}", split[0]) or _NOT_COURTS.search(split[0]):
        raise NotACaseNumber(f"“{written}”看不出法院简称和案件类型，旧式案号如“（2014）沈河刑初字第13号”。")
    if found is None:
        raise NotACaseNumber(_missing_number(plain))
    seq, sub = _take_tail(rest[len(words) :])
    court_text, type_text = (part.replace("(", "（").replace(")", "）") for part in split)
    return LegacyCaseNumber(year, court_text, type_text, seq, sub)


def parse_any(text: str) -> CaseNumber | LegacyCaseNumber:
    """Read a case number under the present rules or, where that fails, one from before 2016.

    Raises NotACaseNumber with the reason of the form that the text resembles more.
    """
    try:
        return parse(text)
    except NotACaseNumber as reason:
        try:
            return parse_legacy(text)
        except NotACaseNumber as legacy_reason:
            plain = _compact(text)
            if not _LEADING_DIGIT_COURT.match(plain) and "字" in plain:
                raise legacy_reason from None
            raise reason from None


_BRACKETED_YEAR = re.compile(r"\(\s*(?:19|20)\d\d\s*\)\s*")
# After 号, 之一 belongs to the number unless it begins 之一审.
_TO_NUMBER_SIGN = re.compile(
    rf"(?:[^号。；，,;、:(]|\([一-龥]{{1,2}}\)){{1,40}}?号(?:\s*{_SUB.replace('|-', '')}(?![审款项条次方]))?"
)


def find_all(text: str) -> list[FoundNumber]:
    """Find every case number in running text, in order, both present-day and legacy ones.

    A number must have its year in brackets and, for the legacy form, 号.  Numbers with masked parts
    (××刑初字) and look-alikes of other authorities are passed over.
    """
    return list(_iter_found(text.translate(_FOLD)))


def _iter_found(folded: str) -> Iterator[FoundNumber]:
    position = 0
    while year := _BRACKETED_YEAR.search(folded, position):
        position = year.end()
        for pattern in (_TO_NUMBER_SIGN, _table().unclosed):
            body = pattern.match(folded, year.end())
            if body is None:
                continue
            try:
                number = parse_any(folded[year.start() : body.end()])
            except NotACaseNumber:
                continue
            yield FoundNumber(year.start(), body.end(), number)
            position = body.end()
            break
