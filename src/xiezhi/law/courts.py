"""Court codes: the table of Hebei's courts, and the rule by which every court of China is coded.

Source: 最高人民法院关于人民法院案件案号的若干规定 (法〔2015〕137号) 第四、五条, amended by 法〔2018〕335号.
A high court is the one-character name of its province, an intermediate court adds two digits, a basic court
four; the Supreme People's Court is 最高法.  Most codes of Hebei are derived from county codes; each row says
how sure it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

SUPREME = "最高法"

# What people and scanners write for a province, and the character its court codes use.
_MISTAKEN_LETTERS = {"贵": "黔", "泸": "沪", "蒙": "内"}


class UnknownCourt(LookupError):
    """The table holds no court under this code."""


class NotACourtCode(ValueError):
    """The text breaks the naming rule of court codes; the message says in Chinese where."""


class CourtLevel(StrEnum):
    """The four levels of court (人民法院组织法)."""

    SUPREME = "SUPREME"
    HIGH = "HIGH"
    INTERMEDIATE = "INTERMEDIATE"
    BASIC = "BASIC"


@dataclass(frozen=True, slots=True)
class Province:
    """The one character that begins the codes of a high court's area, and the area's name."""

    letter: str
    name: str


@dataclass(frozen=True, slots=True)
class Court:
    """One court, or a court that was merged away and whose code still stands in old case numbers.

    `status` says how sure the code is (DERIVED, SECONDARY, UNVERIFIED) and `dates_status` the same of the
    dates. `valid_from` None is an unknown day; `valid_to` None is an open end, or an unknown day when
    `successor` is set. `parent` None is a high court, or a court whose superior is not known.
    """

    code: str
    name: str
    level: CourtLevel
    parent: str | None
    adcode: str | None
    status: str
    source: str
    valid_from: date | None
    valid_to: date | None
    dates_status: str
    successor: str | None
    note: str = ""

    @property
    def is_current(self) -> bool:
        """Whether new cases may be numbered under this code."""
        return self.successor is None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class _Table:
    provinces: Mapping[str, Province]
    courts: Mapping[str, Court]
    names: Mapping[str, Court]
    children: Mapping[str, tuple[Court, ...]]
    baoding: tuple[str, ...]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _court(row: dict[str, Any]) -> Court:
    return Court(
        **{
            **row,
            "level": CourtLevel(row["level"]),
            "valid_from": _date(row["valid_from"]),
            "valid_to": _date(row["valid_to"]),
        }
    )


@cache
def _table() -> _Table:
    data = json.loads(resources.files("xiezhi.law").joinpath("data", "courts.json").read_bytes())
    courts = {row["code"]: _court(row) for row in data["courts"]}
    children: dict[str, list[Court]] = {}
    for court in courts.values():
        if court.parent is not None:
            children.setdefault(court.parent, []).append(court)
    return _Table(
        provinces=MappingProxyType({letter: Province(letter, name) for letter, name in data["provinces"]}),
        courts=MappingProxyType(courts),
        names=MappingProxyType({court.name: court for court in courts.values()}),
        children=MappingProxyType({code: tuple(below) for code, below in children.items()}),
        baoding=tuple(data["baoding_two_level"]),
    )


def all_courts(*, include_historical: bool = False) -> tuple[Court, ...]:
    """Return the courts of the table, high court first, then by level and code."""
    return tuple(c for c in _table().courts.values() if include_historical or c.is_current)


def get(code: str) -> Court:
    """Return the court with this code, historical ones too.  Raises UnknownCourt."""
    try:
        return _table().courts[code]
    except KeyError:
        raise UnknownCourt(f"法院代字表中没有“{code}”，请核对代字或先在法院代字表中登记。") from None


def find(code: str) -> Court | None:
    """Return the court with this code, or None when the table does not hold it."""
    return _table().courts.get(code)


def by_name(name: str) -> Court | None:
    """Return the court whose full name this is exactly, or None."""
    return _table().names.get(name)


def court_by_name(name: str) -> Court | None:
    """Return the court a document calls by this name, or None.

    Spaces, the prefix 河北省, and the name of the city before a county's court are forgiven
    (河北省保定市定兴县人民法院 is 定兴县人民法院): documents write all of them.
    """
    plain = re.sub(r"\s", "", name)
    table = _table()
    for candidate in (plain, plain.removeprefix("河北省")):
        if court := table.names.get(candidate):
            return court
        city, mark, rest = candidate.partition("市")
        court = table.names.get(rest)
        if mark and court and court.level is CourtLevel.BASIC and court.code[:3] in _codes_of_city(city):
            return court
    return None


def _codes_of_city(city: str) -> tuple[str, ...]:
    intermediate = by_name(f"{city}市中级人民法院")
    return (intermediate.code,) if intermediate else ()


def children(code: str, *, include_historical: bool = False) -> tuple[Court, ...]:
    """Return the courts whose appeals go to this court, by code; empty for a code outside the table."""
    below = _table().children.get(code, ())
    return tuple(court for court in below if include_historical or court.is_current)


def basic_courts_of(code: str, *, include_historical: bool = False) -> tuple[Court, ...]:
    """Return the basic courts under an intermediate court, or all of a high court's area, by code."""
    level = level_of(code)
    if level is CourtLevel.HIGH:
        return tuple(
            court
            for court in all_courts(include_historical=include_historical)
            if court.level is CourtLevel.BASIC and court.code.startswith(code)
        )
    return tuple(
        c for c in children(code, include_historical=include_historical) if c.level is CourtLevel.BASIC
    )


def successor_of(code: str) -> Court:
    """Return the court that took over the cases of this one: itself while current.  Raises UnknownCourt."""
    court = get(code)
    while court.successor is not None:
        court = get(court.successor)
    return court


def baoding_two_level() -> tuple[Court, ...]:
    """Return the courts of Baoding's two levels, the intermediate court first."""
    table = _table()
    return tuple(table.courts[code] for code in table.baoding)


def provinces() -> Mapping[str, Province]:
    """Return the areas of high courts by the character that begins their codes, as the rule lists them."""
    return _table().provinces


def province_of(code: str) -> Province | None:
    """Return the area a court code belongs to; None for the Supreme People's Court.  Raises NotACourtCode."""
    return None if level_of(code) is CourtLevel.SUPREME else provinces()[code[0]]


def level_of(code: str) -> CourtLevel:
    """Return the level that the form of a court code tells, for any court of China.

    Only the form is judged (第四、五条): a code may keep the rule and still belong to no court.

    Raises NotACourtCode.
    """
    if code == SUPREME:
        return CourtLevel.SUPREME
    letter, digits = code[:1], code[1:]
    if letter not in provinces():
        raise NotACourtCode(_unknown_letter(code, letter))
    if not re.fullmatch(r"[0-9]*", digits):
        raise NotACourtCode(f"法院代字“{code}”中，“{letter}”之后只能是数字（注意字母O与数字0）。")
    if len(digits) not in (0, 2, 4):
        raise NotACourtCode(
            f"法院代字“{code}”的数字有{len(digits)}位：高级人民法院没有数字，中级人民法院2位，基层人民法院4位。"
        )
    if "00" in (digits[:2], digits[2:]):
        raise NotACourtCode(f"法院代字“{code}”的数字不能是00。")
    return {0: CourtLevel.HIGH, 2: CourtLevel.INTERMEDIATE, 4: CourtLevel.BASIC}[len(digits)]


def _unknown_letter(code: str, letter: str) -> str:
    if right := _MISTAKEN_LETTERS.get(letter):
        name = provinces()[right].name
        return f"法院代字“{code}”不存在：{name}法院的代字以“{right}”开头，不是“{letter}”。"
    return f"法院代字“{code}”不存在：应为“最高法”，或者省级简称加0、2或4位数字，如“冀0606”。"


def is_court_code(code: str) -> bool:
    """Whether the text keeps the naming rule of court codes, for any court of China."""
    try:
        level_of(code)
    except NotACourtCode:
        return False
    return True
