"""Titles of cases: parties, cause and verb, as on the cover of the file."""

from __future__ import annotations

from collections.abc import Sequence

MAXIMUM = 300


def _side(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]}等{len(names)}人"
    return "、".join(names)


def case_title(first: Sequence[str], verb: str, second: Sequence[str], cause: str) -> str:
    """Return e.g. 张某诉李某、王某民间借贷纠纷. More than two of a side become “甲等三人” with digits."""
    left, right = _side(first), _side(second)
    if not right:
        return f"{left}{cause}"[:MAXIMUM]
    return f"{left}{verb}{right}{cause}"[:MAXIMUM]
