"""Random assignment of a case within the eligible judges, weighed by load.

人民法院组织法、法发〔2015〕13号第十七条：随机分案为主、指定分案为辅；指定分案应当说明理由并留痕。
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


class NobodyEligible(Exception):
    """Every judge is excluded; the exclusions say why."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A judge who may get the case. `load` is the weight of open cases, `capacity` 1 is a full post."""

    person_id: int
    name: str
    load: int
    capacity: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a judge may not sit (民事诉讼法第四十七条，刑事诉讼法第二十九条，行政诉讼法第五十五条)."""

    person_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draw:
    """The result and everything needed to check it afterwards: the same draw text gives the same judge."""

    chosen: Candidate
    weights: tuple[tuple[int, int], ...]
    draw: str


def weights_of(candidates: Sequence[Candidate]) -> list[int]:
    """Return an integer weight per candidate: fewer open cases than the busiest, more chance; never zero.

    A judge with the highest load still has one ticket, so that nobody can know for certain who will not get
    a case.
    """
    if not candidates:
        return []
    adjusted = [Fraction(c.load) / c.capacity for c in candidates]
    highest = max(adjusted)
    return [int(highest - load) + 1 for load in adjusted]


def draw(candidates: Iterable[Candidate], conflicts: Iterable[Conflict], *, draw_text: str) -> Draw:
    """Choose a judge.

    Args:
        candidates: judges in post who take this kind of case.
        conflicts: who of them must not sit, and why.
        draw_text: the lot, made by the caller from unpredictable bytes and recorded; its hash picks the
        ticket.

    Raises NobodyEligible when no candidate is left.
    """
    barred = {conflict.person_id for conflict in conflicts}
    eligible = sorted((c for c in candidates if c.person_id not in barred), key=lambda c: c.person_id)
    if not eligible:
        raise NobodyEligible("没有可以承办本案的法官：请核对回避情况，或者报上级法院指定管辖")
    weights = weights_of(eligible)
    ticket = int.from_bytes(hashlib.sha256(draw_text.encode()).digest()) % sum(weights)
    for candidate, weight in zip(eligible, weights, strict=True):
        if ticket < weight:
            return Draw(
                candidate, tuple((c.person_id, w) for c, w in zip(eligible, weights, strict=True)), draw_text
            )
        ticket -= weight
    raise AssertionError("a ticket is always below the sum of weights")
