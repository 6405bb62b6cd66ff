"""Periods of posts and who may stand in for whom.  Pure: no database, no clock, no settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from xiezhi.identity.contracts import Role


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`; both count, None is open-ended on that side."""

    since: date | None
    until: date | None

    def overlaps(self, other: Period) -> bool:
        """Tell whether some day lies in both."""
        return _starts_by(self.since, other.until) and _starts_by(other.since, self.until)

    def covers(self, other: Period) -> bool:
        """Tell whether every day of the other lies in this one."""
        if self.since is not None and (other.since is None or other.since < self.since):
            return False
        if self.until is None:
            return True
        return other.until is not None and other.until <= self.until


def _starts_by(since: date | None, until: date | None) -> bool:
    return since is None or until is None or since <= until


_LEADERS = frozenset({Role.PRESIDENT, Role.VICE_PRESIDENT})

#: Post to be stood in for → posts whose holders may. A judge's own trial work is not handed over but the case
#: is given to another judge with a reason; accounts are managed by appointment only. No article lists this;
#: it keeps a delegation at or next to the rank of the post.
_STAND_INS: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.PRESIDENT: frozenset({Role.VICE_PRESIDENT}),
        Role.VICE_PRESIDENT: _LEADERS | {Role.DIVISION_HEAD},
        Role.DIVISION_HEAD: _LEADERS | {Role.DIVISION_HEAD, Role.JUDGE},
        Role.FILING_CLERK: frozenset({Role.FILING_CLERK, Role.JUDGE, Role.ASSISTANT, Role.CLERK}),
        Role.TRIAL_MANAGEMENT: frozenset({Role.TRIAL_MANAGEMENT, Role.DIVISION_HEAD, Role.VICE_PRESIDENT}),
        Role.ARCHIVIST: frozenset({Role.ARCHIVIST, Role.CLERK}),
        Role.FINANCE: frozenset({Role.FINANCE}),
        Role.INSPECTOR: frozenset({Role.INSPECTOR}),
    }
)


def can_be_delegated(role: Role) -> bool:
    """Tell whether a post of this role can be stood in for at all."""
    return role in _STAND_INS


def may_stand_in(role: Role, held: Iterable[Role]) -> bool:
    """Tell whether someone holding posts of these roles in the same court may act in a post of `role`."""
    return bool(_STAND_INS.get(role, frozenset()) & frozenset(held))
