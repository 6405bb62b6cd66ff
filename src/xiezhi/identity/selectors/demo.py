"""Whom one may sign in as at a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Value, When

from xiezhi.identity.contracts import CourtLevel, DivisionKind, Role
from xiezhi.identity.models import Post
from xiezhi.identity.selectors.actors import post_title


@dataclass(frozen=True, slots=True)
class DemoPerson:
    person_id: int
    post_id: int
    name: str
    role: Role
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class DemoCourt:
    name: str
    people: tuple[DemoPerson, ...]


def demo_people(on: date) -> list[DemoCourt]:
    """Return one invented person for each role of an intermediate court and two basic courts.

    Judge, assistant, clerk and head are of the same civil division where there is one.
    """
    civil_first = Case(When(division__kind=DivisionKind.CIVIL, then=Value(0)), default=Value(1))
    held = (
        Post.objects.in_force(on)
        .filter(person__is_demo=True, person__user__is_active=True)
        .select_related("person", "court", "division")
        .order_by("court__code", "role", civil_first, "division__name", "person__staff_number", "pk")
        .distinct("court__code", "role")
    )
    by_court: dict[int, list[Post]] = {}
    for post in held:
        by_court.setdefault(post.court_id, []).append(post)
    courts = sorted(by_court.values(), key=lambda found: (-len(found), found[0].court.code))
    upper = [found for found in courts if found[0].court.level != CourtLevel.BASIC][:1]
    basic = [found for found in courts if found[0].court.level == CourtLevel.BASIC][:2]
    order = list(Role)
    return [
        DemoCourt(
            found[0].court.name,
            tuple(
                DemoPerson(
                    p.person_id,
                    p.pk,
                    p.person.name,
                    p.role_code,
                    post_title(p),
                    p.division.name if p.division is not None else "",
                )
                for p in sorted(found, key=lambda p: order.index(p.role_code))
            ),
        )
        for found in upper + basic
    ]
