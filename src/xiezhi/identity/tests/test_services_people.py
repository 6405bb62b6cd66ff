"""The register of people and their accounts."""

from __future__ import annotations

from typing import Any

import pytest

from xiezhi.foundation.errors import InvalidInput, NotPermitted
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role, Sex
from xiezhi.identity.models import Person, User
from xiezhi.identity.passwords import kinds_of_characters
from xiezhi.identity.services import people as services
from xiezhi.identity.tests import factories
from xiezhi.identity.tests.factories import CourtFactory, PersonFactory, PostFactory, actor_of, actor_with

pytestmark = pytest.mark.django_db

AT = factories.NOW


def kinds() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("kind", flat=True))


def enter(actor: Any, **changes: Any) -> tuple[Person, services.NewAccount | None]:
    values = {"name": "王敏", "staff_number": "0606123", "sex": Sex.FEMALE, "with_account": True, "at": AT}
    return services.person_enter(actor=actor, **(values | changes))


def test_only_an_administrator_enters_people() -> None:
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(NotPermitted):
                enter(actor_with(role))
    assert not JournalEntry.objects.exists()
    person, account = enter(actor_with(Role.ADMINISTRATOR))
    assert account is not None
    assert person.user == account.user
    assert account.user.check_password(account.password)
    assert account.user.must_change_password
    assert kinds() == ["identity.person-created", "identity.account-opened"]
    assert account.password not in str(list(JournalEntry.objects.values_list("payload", "text")))


def test_without_an_account() -> None:
    person, account = enter(actor_with(Role.ADMINISTRATOR), with_account=False)
    assert account is None
    assert person.user is None


def test_what_is_missing_or_taken_enters_nobody() -> None:
    admin = actor_with(Role.ADMINISTRATOR)
    with pytest.raises(InvalidInput) as fault:
        enter(admin, name=" ", staff_number="")
    assert set(fault.value.fields) == {"name", "staff_number"}
    enter(admin, staff_number="ab12")
    people, users = Person.objects.count(), User.objects.count()
    with pytest.raises(services.StaffNumberTaken):  # the same form sent twice, in other letters
        enter(admin, staff_number="AB12")
    assert (Person.objects.count(), User.objects.count()) == (people, users)


def test_first_passwords_pass_the_rules() -> None:
    made = {services.new_password() for _n in range(200)}
    assert len(made) == 200
    assert all(len(password) >= 12 and kinds_of_characters(password) >= 3 for password in made)


def test_changing_a_person() -> None:
    post = PostFactory(court=CourtFactory(code="冀0606"))
    values: dict[str, Any] = {
        "person_id": post.person_id,
        "name": "新名",
        "sex": Sex.MALE,
        "email": "",
        "at": AT,
    }
    for role, court in ((Role.PRESIDENT, "冀0606"), (Role.ADMINISTRATOR, "冀0602")):
        with pytest.raises(NotPermitted):
            services.person_change(actor=actor_with(role, court=CourtFactory(code=court)), **values)
    admin = actor_with(Role.ADMINISTRATOR, court=post.court)
    services.person_change(actor=admin, **values)
    assert "姓名由" in JournalEntry.objects.get().text
    services.person_change(actor=admin, **values)  # nothing new, nothing recorded
    assert JournalEntry.objects.count() == 1
    with pytest.raises(InvalidInput):
        services.person_change(actor=admin, **(values | {"name": ""}))


def test_accounts_reach_as_far_as_all_posts_of_their_owner() -> None:
    """Someone with a post in the court above is out of the reach of a basic court's administrator."""
    basic = PostFactory(judge=True, court=CourtFactory(code="冀0606"))
    admin = actor_with(Role.ADMINISTRATOR, court=basic.court)
    services.account_reset_password(actor=admin, person_id=basic.person_id, at=AT)

    PostFactory(person=basic.person, clerk=True, intermediate=True)
    with pytest.raises(NotPermitted):
        services.account_reset_password(actor=admin, person_id=basic.person_id, at=AT)
    with pytest.raises(NotPermitted):
        services.person_change(
            actor=admin, person_id=basic.person_id, name="某", sex=Sex.MALE, email="other@court.cn", at=AT
        )
    above = actor_with(Role.ADMINISTRATOR, court=CourtFactory(intermediate=True))
    services.account_reset_password(actor=above, person_id=basic.person_id, at=AT)


def test_nobody_resets_the_own_password_past_the_password_page() -> None:
    admin = PostFactory(administrator=True)
    with pytest.raises(NotPermitted):
        services.account_reset_password(actor=actor_of(admin), person_id=admin.person_id, at=AT)


def test_locking_and_unlocking() -> None:
    post = PostFactory()
    admin = actor_with(Role.ADMINISTRATOR, court=post.court)
    with pytest.raises(InvalidInput):
        services.account_lock(actor=admin, person_id=post.person_id, reason="", at=AT)
    with pytest.raises(NotPermitted):
        services.account_lock(
            actor=actor_with(Role.PRESIDENT, court=post.court), person_id=post.person_id, reason="x", at=AT
        )
    services.account_lock(actor=admin, person_id=post.person_id, reason="离岗", at=AT)
    assert not User.objects.get(pk=post.person.user_id).is_active
    services.account_lock(actor=admin, person_id=post.person_id, reason="离岗", at=AT)
    services.account_unlock(actor=admin, person_id=post.person_id, reason="返岗", at=AT)
    assert User.objects.get(pk=post.person.user_id).is_active
    assert kinds() == ["identity.account-locked", "identity.account-unlocked"]


def test_accounts_that_are_open_or_missing() -> None:
    post = PostFactory()
    admin = actor_with(Role.ADMINISTRATOR, court=post.court)
    with pytest.raises(services.AccountIsOpen):
        services.account_open(actor=admin, person_id=post.person_id, at=AT)
    bare = PostFactory(person=PersonFactory(user=None), court=post.court)
    with pytest.raises(services.AccountIsMissing):
        services.account_lock(actor=admin, person_id=bare.person_id, reason="x", at=AT)
    services.account_open(actor=admin, person_id=bare.person_id, at=AT)
