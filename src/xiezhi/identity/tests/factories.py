"""Courts, people, posts and accounts for tests of every room.

A court that is not named is one of the basic courts of the group, another one each time; the courts above
come with it. `PostFactory()` gives a judge with an account in a division of a basic court.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import factory
from factory.django import DjangoModelFactory, Password

from xiezhi.foundation.contracts import COURT_TIME
from xiezhi.identity import selectors
from xiezhi.identity.contracts import Actor, CourtLevel, DivisionKind, RecusalKind, Role
from xiezhi.identity.models import Court, Delegation, Division, Person, Post, RecusalRelation, User
from xiezhi.identity.rules.permissions import needs_division
from xiezhi.law import courts as reference

#: The day tests act on unless they say otherwise.
TODAY = date(2026, 11, 24)
#: A moment of that day, in the court's time.
NOW = datetime(2026, 11, 24, 9, 5, tzinfo=COURT_TIME)
#: What every test account signs in with.
PASSWORD = "Lantern-Quiet-Harbour-42"


@cache
def _basic_codes() -> tuple[str, ...]:
    return tuple(
        row.code for row in reference.baoding_two_level() if row.level.value == CourtLevel.BASIC.value
    )


def _name(code: str) -> str:
    try:
        return str(reference.get(code).name)
    except (LookupError, ValueError):
        return f"{code}人民法院"


def _level(code: str) -> str:
    return {1: CourtLevel.HIGH, 3: CourtLevel.INTERMEDIATE}.get(len(code), CourtLevel.BASIC).value


def _parent(code: str) -> Court | None:
    if len(code) == 1:
        return None
    parent: Court = CourtFactory(code=code[:3] if len(code) > 3 else code[:1])
    return parent


class CourtFactory(DjangoModelFactory):
    """A court by its code; the same code gives the same court. Name, level, parent follow from the code."""

    class Meta:
        model = Court
        django_get_or_create = ("code",)

    class Params:
        intermediate = factory.Trait(code="冀06")
        high = factory.Trait(code="冀")

    code = factory.Sequence(lambda n: _basic_codes()[n % len(_basic_codes())])
    name = factory.LazyAttribute(lambda o: _name(o.code))
    level = factory.LazyAttribute(lambda o: _level(o.code))
    parent = factory.LazyAttribute(lambda o: _parent(o.code))
    in_group = True


class DivisionFactory(DjangoModelFactory):
    """A civil division; the same name in the same court gives the same division."""

    class Meta:
        model = Division
        django_get_or_create = ("court", "name", "valid_to")

    class Params:
        filing = factory.Trait(name="立案庭", kind=DivisionKind.FILING.value)
        criminal = factory.Trait(name="刑事审判庭", kind=DivisionKind.CRIMINAL.value)
        enforcement = factory.Trait(name="执行局", kind=DivisionKind.ENFORCEMENT.value)
        closed = factory.Trait(valid_to=date(2025, 12, 31))

    court = factory.SubFactory(CourtFactory)
    name = "民事审判第一庭"
    kind = DivisionKind.CIVIL.value
    valid_from = date(2015, 1, 1)
    valid_to = None


class UserFactory(DjangoModelFactory):
    """An account with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        locked = factory.Trait(is_active=False)
        first_password = factory.Trait(must_change_password=True)

    username = factory.Sequence(lambda n: f"U{n:05d}")
    password = Password(PASSWORD)


class PersonFactory(DjangoModelFactory):
    """A person with an account named by the staff number; `PersonFactory(user=None)` has none."""

    class Meta:
        model = Person

    class Params:
        demo = factory.Trait(is_demo=True)

    name = factory.Sequence(lambda n: f"测试{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}")
    staff_number = factory.Sequence(lambda n: f"T{n:05d}")
    user = factory.SubFactory(UserFactory, username=factory.SelfAttribute("..staff_number"))


def _division(post: Any) -> Division | None:
    if not needs_division(Role(post.role)):
        return None
    kind: dict[str, bool] = {"enforcement": True} if post.role == Role.ENFORCEMENT_OFFICER else {}
    division: Division = DivisionFactory(court=post.court, **kind)
    return division


class PostFactory(DjangoModelFactory):
    """A judge's post; a trait for each other role. Roles whose scope is a division are given one."""

    class Meta:
        model = Post

    class Params:
        filing_clerk = factory.Trait(role=Role.FILING_CLERK.value)
        judge = factory.Trait(role=Role.JUDGE.value)
        assistant = factory.Trait(role=Role.ASSISTANT.value)
        clerk = factory.Trait(role=Role.CLERK.value)
        division_head = factory.Trait(role=Role.DIVISION_HEAD.value)
        vice_president = factory.Trait(role=Role.VICE_PRESIDENT.value)
        president = factory.Trait(role=Role.PRESIDENT.value)
        trial_management = factory.Trait(role=Role.TRIAL_MANAGEMENT.value)
        enforcement_officer = factory.Trait(role=Role.ENFORCEMENT_OFFICER.value)
        archivist = factory.Trait(role=Role.ARCHIVIST.value)
        finance = factory.Trait(role=Role.FINANCE.value)
        administrator = factory.Trait(role=Role.ADMINISTRATOR.value)
        inspector = factory.Trait(role=Role.INSPECTOR.value)
        #: in the intermediate court above
        intermediate = factory.Trait(court=factory.SubFactory(CourtFactory, intermediate=True))
        high = factory.Trait(court=factory.SubFactory(CourtFactory, high=True))
        ended = factory.Trait(until=date(2026, 6, 30))

    person = factory.SubFactory(PersonFactory)
    court = factory.SubFactory(CourtFactory)
    role = Role.JUDGE.value
    division = factory.LazyAttribute(_division)
    title = ""
    since = date(2020, 1, 1)
    until = None


class DelegationFactory(DjangoModelFactory):
    """A vice president standing in for the president of the same court, for the month around TODAY."""

    class Meta:
        model = Delegation

    class Params:
        over = factory.Trait(since=date(2026, 9, 1), until=date(2026, 9, 30))
        revoked = factory.Trait(revoked_on=TODAY)

    from_post = factory.SubFactory(PostFactory, president=True)
    to_person = factory.LazyAttribute(
        lambda o: PostFactory(vice_president=True, court=o.from_post.court).person
    )
    since = date(2026, 11, 10)
    until = date(2026, 12, 10)
    reason = "出差"


class RecusalRelationFactory(DjangoModelFactory):
    class Meta:
        model = RecusalRelation

    person = factory.SubFactory(PersonFactory)
    kind = RecusalKind.RELATIVE.value
    name = "测试关系人"
    relation = "配偶"
    noted_on = date(2026, 1, 5)


def actor_of(post: Post, on: date = TODAY) -> Actor:
    """Return the holder of a post as the Actor that services and selectors take."""
    return selectors.actor_for_post(post, on)


def actor_with(role: Role, **post: Any) -> Actor:
    """Return an Actor of a role: `actor_with(Role.CLERK, court=court)`."""
    return actor_of(PostFactory(role=role.value, **post))
