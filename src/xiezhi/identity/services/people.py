"""The register of people and their accounts."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity import events, policies, selectors
from xiezhi.identity.contracts import Permission, Role, Sex
from xiezhi.identity.models import Court, Person, Post, User

if TYPE_CHECKING:
    from django.db.models import Model

    from xiezhi.foundation.contracts import Event
    from xiezhi.identity.contracts import Actor

_PASSWORD_LENGTH = 16


class StaffNumberTaken(InvalidInput):
    """Another person has this staff number."""


class AccountIsOpen(Refused):
    """The person has an account already."""


class AccountIsMissing(Refused):
    """The person has no account yet."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account and its first password, shown once to the administrator and stored nowhere."""

    user: User
    password: str


def person_label(person: Person) -> str:
    """Return the subject under which the journal keeps what concerns a person."""
    return f"person:{person.pk}"


def record(event: Event, *, actor: Actor, about: Model, at: datetime) -> None:
    """Write an entry of this room into the journal, in the caller's transaction."""
    subject = f"{about._meta.model_name}:{about.pk}"
    journal.record(event, actor=actor, court_code=actor.court_code, subject=subject, at=at)


def new_password() -> str:
    """Return a random password that passes the password rules."""
    alphabet = string.ascii_letters.translate(str.maketrans("", "", "lIO")) + "23456789"
    while True:
        made = "".join(secrets.choice(alphabet) for _n in range(_PASSWORD_LENGTH - 1)) + secrets.choice(
            "-+*#%"
        )
        if (
            any(c.isdigit() for c in made)
            and any(c.islower() for c in made)
            and any(c.isupper() for c in made)
        ):
            return made


def require_person_managed(actor: Actor, person: Person) -> None:
    """Raise NotPermitted unless the person's posts, past or present, lie in a court the actor administers.

    A person who never held a post is managed by whoever may manage people at all: they were just entered.
    """
    managed = selectors.court_codes_managed(actor)
    codes = set(person.posts.values_list("court__code", flat=True))
    policies.require(
        any(policies.can_manage_people(actor, code, managed) for code in codes)
        if codes
        else policies.has_permission(actor, Permission.PEOPLE_MANAGE)
    )


def require_all_posts_managed(actor: Actor, person: Person, *, at: datetime) -> None:
    """Raise NotPermitted unless every post in force lies in a court the actor administers.

    An account opens every post of its owner: a basic court must not get at the account of someone who also
    holds a post in the court above. Nor does anyone reset their own password past the password page.
    """
    require_person_managed(actor, person)
    managed = selectors.court_codes_managed(actor)
    on = timezone.localtime(at).date()
    held = Post.objects.in_force(on).filter(person=person).values_list("court__code", flat=True)
    policies.require(set(held) <= managed)
    policies.require(actor.person_id != person.pk, _("本人的密码请在“修改密码”页面修改，不能由本人重置。"))


@transaction.atomic
def person_create(
    *, actor: Actor, name: str, staff_number: str, sex: Sex = Sex.UNKNOWN, is_demo: bool = False, at: datetime
) -> Person:
    """Enter a person into the register; posts and account come after. Raises NotPermitted, InvalidInput."""
    policies.require_permission(actor, Permission.PEOPLE_MANAGE)
    name, staff_number = name.strip(), User.normalize_username(staff_number.strip())
    faults: dict[str, list[str]] = {}
    if not name:
        faults["name"] = [_("请填写姓名。")]
    if not staff_number:
        faults["staff_number"] = [_("请填写工号。")]
    if faults:
        raise InvalidInput(_("人员信息不完整，请补充。"), fields=faults)
    if Person.objects.filter(staff_number__iexact=staff_number).exists():
        message = _("工号%s已被使用，请核对。") % staff_number
        raise StaffNumberTaken(message, fields={"staff_number": [message]})
    person = Person.objects.create(name=name, staff_number=staff_number, sex=sex.value, is_demo=is_demo)
    event = events.PersonCreated(person_id=person.pk, name=name, staff_number=staff_number)
    record(event, actor=actor, about=person, at=at)
    return person


@transaction.atomic
def person_enter(
    *,
    actor: Actor,
    name: str,
    staff_number: str,
    sex: Sex,
    with_account: bool,
    email: str = "",
    at: datetime,
) -> tuple[Person, NewAccount | None]:
    """Enter a person and, if wanted, open the account in the same step; all or nothing.

    Raises NotPermitted, InvalidInput.
    """
    person = person_create(actor=actor, name=name, staff_number=staff_number, sex=sex, at=at)
    if not with_account:
        return person, None
    account = account_open(actor=actor, person_id=person.pk, email=email, at=at)
    person.user = account.user
    return person, account


@transaction.atomic
def person_change(*, actor: Actor, person_id: int, name: str, sex: Sex, email: str, at: datetime) -> Person:
    """Correct a person's name, sex or the mail address of the account.

    Raises Person.DoesNotExist, NotPermitted, InvalidInput.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    require_person_managed(actor, person)
    name, email = name.strip(), BaseUserManager.normalize_email(email.strip())
    if not name:
        raise InvalidInput(_("请填写姓名。"), fields={"name": [_("请填写姓名。")]})
    changes: list[str] = []
    if person.name != name:
        changes.append(_("姓名由%(before)s改为%(after)s") % {"before": person.name, "after": name})
    if person.sex != sex.value:
        changes.append(_("性别改为%s") % sex.label)
    user = person.user
    if user is not None and user.email != email:
        # Whoever reads that mailbox can reset the password, so this is as strong as resetting it.
        require_all_posts_managed(actor, person, at=at)
        changes.append(_("电子邮箱已更换"))
        user.email = email
        user.save(update_fields=["email"])
    if changes:
        person.name, person.sex = name, sex.value
        person.save(update_fields=["name", "sex"])
        event = events.PersonChanged(person_id=person.pk, name=name, changes_text="、".join(changes))
        record(event, actor=actor, about=person, at=at)
    return person


@transaction.atomic
def account_open(*, actor: Actor, person_id: int, email: str = "", at: datetime) -> NewAccount:
    """Give a person an account named by the staff number, with a password to be changed at first sign-in.

    Raises Person.DoesNotExist, NotPermitted, AccountIsOpen.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    require_all_posts_managed(actor, person, at=at)
    if person.user_id is not None:
        raise AccountIsOpen(_("%s已经有账号，忘记密码的请重置密码。") % person.name)
    password = new_password()
    user = User(username=person.staff_number, email=BaseUserManager.normalize_email(email.strip()))
    user.must_change_password = True
    user.set_password(password)
    user.save()
    person.user = user
    person.save(update_fields=["user"])
    event = events.AccountOpened(person_id=person.pk, name=person.name, account_id=user.pk)
    record(event, actor=actor, about=person, at=at)
    return NewAccount(user, password)


def _account_of(person: Person) -> User:
    if person.user is None:
        raise AccountIsMissing(_("%s还没有账号，请先开通。") % person.name)
    return person.user


@transaction.atomic
def account_reset_password(*, actor: Actor, person_id: int, at: datetime) -> NewAccount:
    """Replace a forgotten password; the old one and all sessions end.

    Raises NotPermitted, AccountIsMissing.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person_id)
    require_all_posts_managed(actor, person, at=at)
    user = _account_of(person)
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(events.PasswordReset(person_id=person.pk, name=person.name), actor=actor, about=person, at=at)
    return NewAccount(user, password)


@transaction.atomic
def account_lock(*, actor: Actor, person_id: int, reason: str, at: datetime) -> Person:
    """Keep someone from signing in, at once. Raises NotPermitted, AccountIsMissing, InvalidInput."""
    return _set_active(actor=actor, person_id=person_id, reason=reason, at=at, active=False)


@transaction.atomic
def account_unlock(*, actor: Actor, person_id: int, reason: str, at: datetime) -> Person:
    """Let someone sign in again. Raises NotPermitted, AccountIsMissing, InvalidInput."""
    return _set_active(actor=actor, person_id=person_id, reason=reason, at=at, active=True)


def _set_active(*, actor: Actor, person_id: int, reason: str, at: datetime, active: bool) -> Person:
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person_id)
    require_all_posts_managed(actor, person, at=at)
    if not reason.strip():
        raise InvalidInput(_("请填写理由。"), fields={"reason": [_("请填写理由。")]})
    user = _account_of(person)
    if user.is_active is active:
        return person
    user.is_active = active
    user.save(update_fields=["is_active"])
    kind = events.AccountUnlocked if active else events.AccountLocked
    event = kind(person_id=person.pk, name=person.name, reason=reason.strip())
    record(event, actor=actor, about=person, at=at)
    return person


class AdministratorExists(Refused):
    """The court has an administrator, who opens all further accounts."""


@transaction.atomic
def administrator_install(
    *, court_code: str, name: str, staff_number: str, password: str, at: datetime
) -> Person:
    """Enter the first administrator of a court, from the command line of the server.

    Whoever can run it owns the machine anyway; it works once for a court, and the journal keeps it.
    Raises Court.DoesNotExist, AdministratorExists, InvalidInput.
    """
    court = Court.objects.select_for_update().get(code=court_code)
    today = timezone.localtime(at).date()
    if Post.objects.in_force(today).filter(court=court, role=Role.ADMINISTRATOR).exists():
        raise AdministratorExists(_("%s已有在任的系统管理员，请由其开通账号。") % court.name)
    name, staff_number = name.strip(), User.normalize_username(staff_number.strip())
    if not name or not staff_number:
        raise InvalidInput(_("请填写姓名和工号。"))
    if Person.objects.filter(staff_number__iexact=staff_number).exists():
        raise StaffNumberTaken(_("工号%s已被使用，请核对。") % staff_number)
    user = User(username=staff_number, must_change_password=True)
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise InvalidInput("；".join(fault.messages)) from fault
    user.set_password(password)
    user.save()
    person = Person.objects.create(name=name, staff_number=staff_number, user=user)
    post = Post.objects.create(person=person, court=court, role=Role.ADMINISTRATOR.value, since=today)
    event = events.AdministratorInstalled(
        person_id=person.pk,
        name=name,
        staff_number=staff_number,
        installed_post_id=post.pk,
        post_court_code=court.code,
        court_name=court.name,
    )
    journal.record(event, actor=SYSTEM_ACTOR, court_code=court.code, subject=person_label(person), at=at)
    return person
