"""Courts and divisions over time, and the reference list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity import selectors
from xiezhi.identity.contracts import CourtLevel, DivisionKind, Role
from xiezhi.identity.models import Court
from xiezhi.identity.services import courts as services
from xiezhi.identity.tests import factories
from xiezhi.identity.tests.factories import (
    TODAY,
    CourtFactory,
    DivisionFactory,
    PostFactory,
    actor_of,
    actor_with,
)

pytestmark = pytest.mark.django_db

AT = factories.NOW


def create(actor: Any, parent: Court, **changes: Any) -> Court:
    values = {"code": "冀0699", "name": "保定市测试人民法院", "valid_from": TODAY, "at": AT}
    return services.court_create(actor=actor, parent_id=parent.pk, **(values | changes))


def test_the_administrator_above_enters_a_court() -> None:
    parent = CourtFactory(intermediate=True)
    for role, court in (
        (Role.PRESIDENT, parent),
        (Role.ADMINISTRATOR, CourtFactory(code="冀0606")),
        (Role.ADMINISTRATOR, CourtFactory(code="冀01")),
    ):
        with pytest.raises(NotPermitted):
            create(actor_with(role, court=court), parent)
    made = create(actor_with(Role.ADMINISTRATOR, court=parent), parent)
    assert (made.level, made.parent) == (CourtLevel.BASIC, parent)
    assert JournalEntry.objects.get().kind == "identity.court-created"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "冀0199"}, "code"),
        ({"code": "冀06"}, "code"),
        ({"name": " "}, "name"),
        ({"code": "冀0606"}, "code"),
    ],
    ids=["of another parent", "the parent's own", "no name", "used before"],
)
def test_a_court_that_cannot_be_right(changes: dict[str, Any], field: str) -> None:
    parent = CourtFactory(intermediate=True)
    CourtFactory(code="冀0606", valid_to=date(2020, 1, 1))  # closed, yet its code is never given again
    with pytest.raises(InvalidInput) as fault:
        create(actor_with(Role.ADMINISTRATOR, court=parent), parent, **changes)
    assert field in fault.value.fields


def test_closing_a_court_waits_for_its_posts() -> None:
    court = CourtFactory(code="冀0606")
    admin = actor_with(Role.ADMINISTRATOR, intermediate=True)
    held = PostFactory(court=court)
    values: dict[str, Any] = {
        "court_id": court.pk,
        "valid_to": date(2026, 12, 31),
        "reason": "撤并",
        "at": AT,
    }
    with pytest.raises(NotPermitted):
        services.court_close(
            actor=actor_with(Role.ADMINISTRATOR, court=CourtFactory(code="冀0602")), **values
        )
    with pytest.raises(services.PostsAreHeld):
        services.court_close(actor=admin, **values)
    held.until = date(2026, 12, 31)
    held.save(update_fields=["until"])
    with pytest.raises(InvalidInput):
        services.court_close(actor=admin, **(values | {"reason": ""}))
    services.court_close(actor=admin, **values)
    court.refresh_from_db()
    assert court.is_in_force(date(2026, 12, 31))
    assert not court.is_in_force(date(2027, 1, 1))
    with pytest.raises(services.CourtIsClosed):
        services.court_close(actor=admin, **values)


def test_no_court_closes_itself() -> None:
    court = CourtFactory(code="冀0606")
    with pytest.raises(NotPermitted):
        services.court_close(
            actor=actor_with(Role.ADMINISTRATOR, court=court),
            court_id=court.pk,
            valid_to=TODAY,
            reason="x",
            at=AT,
        )


def test_the_court_above_says_who_uses_the_product() -> None:
    court = CourtFactory(code="冀0606")
    above = actor_with(Role.ADMINISTRATOR, intermediate=True)
    values: dict[str, Any] = {"court_id": court.pk, "at": AT}
    for other in (
        actor_with(Role.ADMINISTRATOR, court=CourtFactory(code="冀0602")),
        actor_with(Role.PRESIDENT, intermediate=True),
    ):
        with pytest.raises(NotPermitted):
            services.court_set_group(actor=other, in_group=False, **values)
    own = PostFactory(administrator=True, court=court)
    with pytest.raises(NotPermitted):
        services.court_set_group(actor=actor_of(own), in_group=False, **values)
    with pytest.raises(services.PostsAreHeld):
        services.court_set_group(actor=above, in_group=False, **values)
    own.until = date(2026, 11, 23)
    own.save(update_fields=["until"])
    services.court_set_group(actor=above, in_group=False, **values)
    services.court_set_group(actor=above, in_group=False, **values)  # once is enough
    assert JournalEntry.objects.get().text == "保定市莲池区人民法院停止使用本系统"
    services.court_set_group(actor=above, in_group=True, **values)
    Court.objects.filter(pk=court.pk).update(in_group=False, valid_to=date(2026, 1, 1))
    with pytest.raises(services.CourtIsClosed):
        services.court_set_group(actor=above, in_group=True, **values)


def test_divisions() -> None:
    court = CourtFactory(code="冀0606")
    admin = actor_with(Role.ADMINISTRATOR, court=court)
    values: dict[str, Any] = {
        "court_id": court.pk,
        "name": "家事审判庭",
        "kind": DivisionKind.CIVIL,
        "valid_from": TODAY,
        "at": AT,
    }
    for role, code in ((Role.PRESIDENT, "冀0606"), (Role.ADMINISTRATOR, "冀0602")):
        with pytest.raises(NotPermitted):
            services.division_create(actor=actor_with(role, court=CourtFactory(code=code)), **values)
    made = services.division_create(actor=admin, **values)
    with pytest.raises(InvalidInput):
        services.division_create(actor=admin, **values)
    held = PostFactory(court=court, division=made)
    with pytest.raises(services.PostsAreHeld):
        services.division_close(actor=admin, division_id=made.pk, valid_to=TODAY, at=AT)
    with pytest.raises(InvalidInput):
        services.division_close(actor=admin, division_id=made.pk, valid_to=date(2020, 1, 1), at=AT)
    held.until = TODAY
    held.save(update_fields=["until"])
    services.division_close(actor=admin, division_id=made.pk, valid_to=TODAY, at=AT)
    with pytest.raises(Refused):
        services.division_close(actor=admin, division_id=made.pk, valid_to=TODAY, at=AT)
    services.division_create(
        actor=admin, **(values | {"valid_from": date(2027, 1, 1)})
    )  # the name is free again


def test_the_reference_list_is_loaded_once_and_marks_the_group() -> None:
    added = services.load_reference_courts(AT)
    assert added == Court.objects.count() > 180
    assert services.load_reference_courts(AT) == 0
    assert JournalEntry.objects.count() == 1
    group = Court.objects.filter(in_group=True)
    assert group.filter(level=CourtLevel.INTERMEDIATE).get().name == "保定市中级人民法院"
    assert 20 <= group.filter(level=CourtLevel.BASIC).count() <= 26
    high = Court.objects.get(code="冀")
    assert selectors.court_codes_below(high.pk) >= {"冀", "冀06", "冀0606"}
    alone = set(Court.objects.filter(parent=None).values_list("code", flat=True))
    assert alone == {"冀", "冀8601"}  # the railway court's own intermediate court is not in the list


def test_a_court_that_is_known_keeps_its_own_data() -> None:
    CourtFactory(code="冀0606", name="另一名称")
    services.load_reference_courts(AT)
    assert Court.objects.get(code="冀0606").name == "另一名称"


def test_the_tree_shows_what_the_register_reaches() -> None:
    basic = CourtFactory(code="冀0606")
    CourtFactory(code="冀0601", valid_to=date(2015, 1, 1))
    DivisionFactory(court=basic)
    PostFactory.create_batch(2, court=basic, clerk=True)
    nodes = selectors.courts_tree(actor_with(Role.ADMINISTRATOR, intermediate=True), on=TODAY)
    assert [(node.court.code, node.depth, node.people) for node in nodes] == [
        ("冀06", 0, 1),
        ("冀0606", 1, 2),
    ]
    own = selectors.courts_tree(actor_with(Role.ADMINISTRATOR, court=basic), on=TODAY)
    assert [node.court.code for node in own] == ["冀0606"]
    with pytest.raises(NotPermitted):
        selectors.courts_tree(actor_with(Role.JUDGE, court=basic), on=TODAY)
