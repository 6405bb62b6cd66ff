"""Causes of action (案由) and criminal charges (罪名), by keys that never change.

A cause keeps its key when a revision renumbers or renames it; each version of a list is a whole tree of keys
with the numbers and names of that version.  Sources, validity and certainty stand with each version
(`versions`): 民事案件案由规定 (2025 revision, in force 2026-01-01), 关于行政案件案由的暂行规定, the charges
of the Criminal Law.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class UnknownCause(LookupError):
    """No cause has this key in the version asked for."""


class CauseKind(StrEnum):
    """The three lists of causes."""

    CIVIL = "CIVIL"
    ADMINISTRATIVE = "ADMINISTRATIVE"
    CRIMINAL = "CRIMINAL"


CIVIL = CauseKind.CIVIL
ADMINISTRATIVE = CauseKind.ADMINISTRATIVE
CRIMINAL = CauseKind.CRIMINAL

_FILES = {CIVIL: "causes_civil.json", ADMINISTRATIVE: "causes_admin.json", CRIMINAL: "charges.json"}
_KIND_OF_KEY = {"C": CIVIL, "A": ADMINISTRATIVE, "X": CRIMINAL}


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry of a list of causes, as it stands in one version.

    `number` is the version's own number (一, 14, 第三章) and no key: a revision shifts it.  `level` counts
    from 1; of the charges, 1 is a chapter, 2 a section and 3 a charge.  `valid_from` and `valid_to` are those
    of the version, both days included; a cause may be older.  `article` is the article of the Criminal Law
    where it is verified, else empty.
    """

    key: str
    name: str
    kind: CauseKind
    level: int
    number: str
    parent_key: str | None
    valid_from: date
    valid_to: date | None
    article: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a list: its source, the days it is in force (both included), how sure it is."""

    id: str
    kind: CauseKind
    title: str
    legal_source: str
    valid_from: date
    valid_to: date | None
    status: str
    status_note: str

    def in_force(self, on: date) -> bool:
        """Whether this version applies on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, eq=False)
class _Tree:
    """One version as loaded; a row is (key, level, number, name[, article]) and `parents` -1 is the top.

    Causes are made when asked for: a page needs twenty of them, and making all takes longer than reading
    the file.
    """

    version: Version
    rows: list[list[Any]]
    places: dict[str, int]
    parents: list[int]
    below: dict[int, list[int]]

    def cause(self, place: int) -> Cause:
        key, level, number, name, *article = self.rows[place]
        parent = self.parents[place]
        return Cause(
            key=key,
            name=name,
            kind=self.version.kind,
            level=level,
            number=number,
            parent_key=None if parent < 0 else self.rows[parent][0],
            valid_from=self.version.valid_from,
            valid_to=self.version.valid_to,
            article=article[0] if article else "",
        )

    def causes_below(self, place: int) -> tuple[Cause, ...]:
        return tuple(self.cause(child) for child in self.below.get(place, ()))


@dataclass(frozen=True, slots=True, eq=False)
class _Names:
    """The names of one version in the order in which equally good matches are shown: leaves first, then
    short ones.

    `haystack` is all folded names, each between line ends; `starts` is where each begins.  `exact` and
    `stems` hold the positions of a folded name, and of a name without 纠纷 or 罪.
    """

    places: list[int]
    folded: list[str]
    haystack: str
    starts: list[int]
    exact: dict[str, list[int]]
    stems: dict[str, list[int]]
    patterns: list[tuple[re.Pattern[str], int]]


_PUNCTUATION = dict.fromkeys(" \t\r\u3000、，,。.·（）()《》“”\"'；;：:")
_UNFOLDED = str.maketrans({**_PUNCTUATION, "帐": "账"})
_SUFFIXES = ("纠纷案件", "纠纷案", "案件", "纠纷", "罪案", "案", "罪")
_BLANK = "××"


def _fold(text: str) -> str:
    """Drop spaces and punctuation, which people leave out: 生命权身体权 finds 生命权、身体权、健康权纠纷."""
    return text.replace("\n", "").translate(_UNFOLDED)


def _stem(folded: str) -> str:
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and len(folded) > len(suffix):
            return folded.removesuffix(suffix)
    return folded


def _tree(version: Version, rows: list[list[Any]]) -> _Tree:
    places: dict[str, int] = {}
    parents: list[int] = []
    below: dict[int, list[int]] = {}
    above: list[int] = []  # the row itself and those it stands under
    for place, row in enumerate(rows):
        while above and rows[above[-1]][1] >= row[1]:
            above.pop()
        parent = above[-1] if above else -1
        places[row[0]] = place
        parents.append(parent)
        below.setdefault(parent, []).append(place)
        above.append(place)
    return _Tree(version, rows, places, parents, below)


def _trees_of(kind: CauseKind, data: list[dict[str, Any]]) -> tuple[_Tree, ...]:
    """All versions of a list, newest first."""
    trees = []
    for row in data:
        version = Version(
            id=row["id"],
            kind=kind,
            title=row["title"],
            legal_source=row["legal_source"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            status=row["status"],
            status_note=row["status_note"],
        )
        trees.append(_tree(version, row["rows"]))
    return tuple(sorted(trees, key=lambda tree: tree.version.valid_from, reverse=True))


@cache
def _trees(kind: CauseKind) -> tuple[_Tree, ...]:
    data = json.loads(resources.files("xiezhi.law").joinpath("data", _FILES[kind]).read_bytes())
    return _trees_of(kind, data["versions"])


@cache
def _names(tree: _Tree) -> _Names:
    # A chapter of the Criminal Law is no charge; it stands in the tree but is never found by name.
    listed = [p for p in range(len(tree.rows)) if tree.version.kind is not CRIMINAL or p not in tree.below]
    all_folded = "\n".join(tree.rows[place][3] for place in listed).translate(_UNFOLDED).split("\n")
    ordered = sorted(
        (place in tree.below, len(name), place, name) for place, name in zip(listed, all_folded, strict=True)
    )
    folded = [name for _branch, _length, _place, name in ordered]
    starts = []
    at = 1
    exact: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    for position, name in enumerate(folded):
        starts.append(at)
        at += len(name) + 1
        exact.setdefault(name, []).append(position)
        stems.setdefault(_stem(name), []).append(position)
    patterns = [
        (re.compile(".+".join(map(re.escape, re.split(rf"{_BLANK}(?:行政行为)?", name)))), position)
        for position, name in enumerate(folded)
        if _BLANK in name
    ]
    return _Names(
        places=[place for _branch, _length, place, _name in ordered],
        folded=folded,
        haystack="\n" + "\n".join(folded) + "\n",
        starts=starts,
        exact=exact,
        stems=stems,
        patterns=patterns,
    )


def _tree_on(kind: CauseKind, on: date | None) -> _Tree | None:
    if on is None:
        return _trees(kind)[0]
    return next((tree for tree in _trees(kind) if tree.version.in_force(on)), None)


def _tree_with(key: str, on: date | None) -> _Tree:
    """The version that holds the key on the day; without a day the newest that holds it."""
    kind = _KIND_OF_KEY.get(key[:1])
    for tree in _trees(kind) if kind else ():
        if key in tree.places and (on is None or tree.version.in_force(on)):
            return tree
    when = f"{on.isoformat()}施行的案由中" if on else ""
    raise UnknownCause(f"{when}没有编号为“{key}”的案由，请从案由列表中选择。")


def versions(kind: CauseKind | str) -> tuple[Version, ...]:
    """Return the versions of a list at hand, newest first."""
    return tuple(tree.version for tree in _trees(CauseKind(kind)))


def version_on(kind: CauseKind | str, on: date) -> Version | None:
    """Return the version in force on a day, or None when the data holds none: old lists may be missing."""
    tree = _tree_on(CauseKind(kind), on)
    return tree.version if tree else None


def get(key: str, on: date | None = None) -> Cause:
    """Return the cause with this key as of a day; without a day, from the newest version that holds it.

    Raises UnknownCause.
    """
    tree = _tree_with(key, on)
    return tree.cause(tree.places[key])


def by_name(name: str, kind: CauseKind | str, on: date | None = None) -> Cause | None:
    """Return the cause of this name, or None; without a day, from the newest version.

    Punctuation, spaces and a missing 纠纷 or 罪 are forgiven.  Where two levels share a name the deeper is
    returned, as the lower-level cause is to be used first.  A name filled into a pattern of the
    administrative list is found too (不履行安置补偿职责 under 不履行××职责).
    """
    tree = _tree_on(CauseKind(kind), on)
    folded = _fold(name)
    if tree is None or not folded:
        return None
    names = _names(tree)
    stem = _stem(folded)
    for candidate in (folded, folded + "纠纷", folded + "罪", stem, stem + "纠纷", stem + "罪"):
        if positions := names.exact.get(candidate):
            places = [names.places[position] for position in positions]
            return tree.cause(max(places, key=lambda place: (tree.rows[place][1], -place)))
    for pattern, position in names.patterns:
        if pattern.fullmatch(folded):
            return tree.cause(names.places[position])
    return None


def search(
    text: str, kind: CauseKind | str | None = None, limit: int = 20, on: date | None = None
) -> list[Cause]:
    """Find causes whose name holds the text: exact, then beginning with it, then holding it.

    Within each, causes that have none below come first, then shorter names.  A missing or an added 纠纷, 案
    or 罪 is forgiven; words divided by spaces may stand anywhere in the name.  `kind` None searches all
    three lists.  Empty where no version at hand was in force on the day.
    """
    found: list[tuple[int, bool, int, int, int, _Tree]] = []
    for order, one in enumerate(tuple(CauseKind) if kind is None else (CauseKind(kind),)):
        tree = _tree_on(one, on)
        if tree is None or limit < 1:
            continue
        names = _names(tree)
        for position, rank in _ranked(names, text, limit).items():
            place = names.places[position]
            found.append((rank, place in tree.below, len(names.folded[position]), order, place, tree))
    found.sort(key=lambda hit: hit[:5])
    return [tree.cause(place) for *_key, place, tree in found[:limit]]


def _ranked(names: _Names, text: str, limit: int) -> dict[int, int]:
    """Up to `limit` best positions with their rank, 0 best; names stand in order, so a scan may stop when
    full.
    """
    whole = _fold(text)
    if not whole:
        return {}
    ranked = dict.fromkeys(names.exact.get(whole, []) + names.stems.get(whole, []), 0)
    for rank, part in ((1, "\n" + whole), (2, whole)):
        for position in _holding(names, part):
            if len(ranked) >= limit:
                return ranked
            ranked.setdefault(position, rank)
    if ranked:
        return ranked
    if (stem := _stem(whole)) != whole:
        ranked = dict.fromkeys(names.stems.get(stem, []), 0)
        for position in _holding(names, stem):
            ranked.setdefault(position, 3)
    words = sorted(filter(None, map(_fold, text.split())), key=len, reverse=True)
    if not ranked and len(words) > 1:
        for position in _holding(names, words[0]):
            if all(word in names.folded[position] for word in words):
                ranked[position] = 4
    return ranked


def _holding(names: _Names, part: str) -> Iterator[int]:
    """Positions of the names that hold the part, in order, each once."""
    at = names.haystack.find(part)
    while at >= 0:
        # A match that begins with the line end belongs to the name after it.
        position = bisect_right(names.starts, at + part.startswith("\n")) - 1
        yield position
        at = names.haystack.find(part, names.starts[position] + len(names.folded[position]))


def children(key: str, on: date | None = None) -> tuple[Cause, ...]:
    """Return the causes one level below, in the order of the list.  Raises UnknownCause."""
    tree = _tree_with(key, on)
    return tree.causes_below(tree.places[key])


def is_leaf(key: str, on: date | None = None) -> bool:
    """Whether nothing stands below the cause.  Raises UnknownCause."""
    tree = _tree_with(key, on)
    return tree.places[key] not in tree.below


def ancestors(key: str, on: date | None = None) -> tuple[Cause, ...]:
    """Return the causes above, from the first level down to the parent.  Raises UnknownCause."""
    tree = _tree_with(key, on)
    above: list[Cause] = []
    place = tree.parents[tree.places[key]]
    while place >= 0:
        above.append(tree.cause(place))
        place = tree.parents[place]
    return tuple(reversed(above))


def roots(kind: CauseKind | str, on: date | None = None) -> tuple[Cause, ...]:
    """Return the first-level causes of a list; empty where no version at hand was in force on the day."""
    tree = _tree_on(CauseKind(kind), on)
    return tree.causes_below(-1) if tree else ()
