"""The lot: fair, weighed by load, and drawn again from its record with the same result."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.cases.rules import assignment as rules

loads = st.lists(st.integers(0, 60), min_size=1, max_size=12)


def candidates(of: list[int]) -> list[rules.Candidate]:
    return [rules.Candidate(n + 1, f"法官{n + 1}", load) for n, load in enumerate(of)]


@given(loads)
def test_weights_follow_load_and_leave_nobody_out(of: list[int]) -> None:
    weights = rules.weights_of(candidates(of))
    assert min(weights) >= 1
    for left, right in zip(range(len(of)), range(1, len(of)), strict=False):
        if of[left] < of[right]:
            assert weights[left] > weights[right]
        if of[left] == of[right]:
            assert weights[left] == weights[right]


def test_half_a_post_carries_half_the_cases() -> None:
    full, half = rules.Candidate(1, "甲", 10), rules.Candidate(2, "乙", 5, Fraction(1, 2))
    assert rules.weights_of([full, half]) == [1, 1]


@given(loads, st.text(max_size=40), st.randoms())
def test_the_same_lot_gives_the_same_judge_in_any_order(of: list[int], text: str, shuffle: object) -> None:
    pool = candidates(of)
    first = rules.draw(pool, (), draw_text=text)
    shuffle.shuffle(pool)  # type: ignore[attr-defined]
    assert rules.draw(pool, (), draw_text=text) == first


@given(loads, st.sets(st.integers(1, 12)), st.text(max_size=20))
def test_who_must_not_sit_is_never_drawn(of: list[int], barred: set[int], text: str) -> None:
    conflicts = [rules.Conflict(pk, "", "近亲属") for pk in barred]
    if {c.person_id for c in candidates(of)} <= barred:
        with pytest.raises(rules.NobodyEligible):
            rules.draw(candidates(of), conflicts, draw_text=text)
        return
    drawn = rules.draw(candidates(of), conflicts, draw_text=text)
    assert drawn.chosen.person_id not in barred
    assert not barred & {pk for pk, _weight in drawn.weights}


def test_over_many_draws_everyone_gets_the_share_of_their_tickets() -> None:
    pool = candidates([0, 5, 10, 10])
    weights = rules.weights_of(pool)
    count = Counter(rules.draw(pool, (), draw_text=f"签{n}").chosen.person_id for n in range(20_000))
    total = sum(weights)
    for candidate, weight in zip(pool, weights, strict=True):
        expected = 20_000 * weight / total
        # five standard deviations of a binomial count
        assert abs(count[candidate.person_id] - expected) < 5 * (expected * (1 - weight / total)) ** 0.5


def test_drawing_evens_out_the_loads() -> None:
    load = {1: 0, 2: 20, 3: 40}
    for n in range(300):
        pool = [rules.Candidate(pk, "", cases) for pk, cases in load.items()]
        load[rules.draw(pool, (), draw_text=f"第{n}案").chosen.person_id] += 1
    assert max(load.values()) - min(load.values()) < 15


def test_nobody() -> None:
    assert rules.weights_of([]) == []
    with pytest.raises(rules.NobodyEligible):
        rules.draw([], (), draw_text="x")
