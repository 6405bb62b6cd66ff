"""Signing in and out, and the post a session acts from."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import NotPermitted
from xiezhi.identity import events, selectors
from xiezhi.identity.contracts import Actor
from xiezhi.identity.models import Delegation, Person, Post, User

if TYPE_CHECKING:
    from xiezhi.foundation.contracts import Event, JournalActor

SESSION_KEY = "post_choice"
DEMO_SESSION_KEY = "demo_sign_in"
#: Set on a request by the demonstration's sign-in, so that the journal names the way in.
DEMO_MARK = "_xiezhi_demo_sign_in"

METHODS = {
    "password": "密码",
    "mfa": "密码和双重验证",
    "passkey": "通行密钥",
    "socialaccount": "统一身份认证",
    "demo": "演示登录",
}
CHANGES = {"ADDED": "启用", "REMOVED": "停用", "RESET": "重新生成"}
AUTHENTICATORS = {"totp": "动态口令", "webauthn": "通行密钥、安全密钥", "recovery_codes": "恢复代码"}


class PostCannotBeChosen(NotPermitted):
    """The post is not one the person may act from today."""


@dataclass(frozen=True, slots=True)
class Account:
    """Someone at the sign-in page: an account, not yet acting from a post."""

    user_id: int | None
    person_id: int | None
    post_id: int | None
    name: str
    title: str
    court_code: str
    on_behalf_of_post_id: int | None = None


def account_of(user: User, *, on: date) -> Account:
    """Return the account as the journal names it, in the court of the person's first post in force."""
    person = Person.objects.filter(user=user).first()
    if person is None:
        return Account(user.pk, None, None, user.username, "", "")
    post = (
        Post.objects.in_force(on)
        .filter(person=person)
        .select_related("court")
        .order_by("since", "pk")
        .first()
    )
    return Account(user.pk, person.pk, None, person.name, "", post.court.code if post else "")


def actor_in_session(session: MutableMapping[str, Any], user: User, *, on: date) -> Actor | None:
    """Return who acts: from the post chosen in this session, else from the first in force, else None."""
    chosen = session.get(SESSION_KEY)
    if chosen:
        try:
            return _actor_for_key(chosen, user, on=on)
        except (NotPermitted, Post.DoesNotExist, Delegation.DoesNotExist):
            session.pop(SESSION_KEY, None)
    choices = selectors.post_choices(user, on)
    if not choices:
        return None
    session[SESSION_KEY] = choices[0].key
    return selectors.actor_for_choice(choices[0], on)


def _actor_for_key(key: str, user: User, *, on: date) -> Actor:
    if key.startswith("d"):
        actor = selectors.actor_for_delegation(int(key[1:]), on)
    else:
        actor = selectors.actor_for_post(int(key[1:]), on)
    if actor.user_id != user.pk:
        raise PostCannotBeChosen(_("这个岗位不属于您。"))
    return actor


@transaction.atomic
def post_switch(*, user: User, before: Actor | None, wanted: str, at: datetime) -> tuple[str, Actor]:
    """Choose the post to act from; `wanted` is a choice's key or post id.

    Returns the key for the session, and who acts.

    Raises PostCannotBeChosen.
    """
    on = timezone.localtime(at).date()
    choices = selectors.post_choices(user, on)
    choice = next((c for c in choices if wanted in {c.key, str(c.post_id)}), None)
    if choice is None:
        raise PostCannotBeChosen(_("您今天不能以这个岗位办公，可能任期或者代理已经结束。"))
    actor = selectors.actor_for_choice(choice, on)
    event = events.PostSwitched(
        before_post_id=(before.on_behalf_of_post_id or before.post_id) if before else None,
        before_title=before.title if before else "",
        after_post_id=choice.post_id,
        after_title=actor.title,
        delegation_id=choice.delegation_id,
    )
    _record(event, actor, at=at)
    return choice.key, actor


@transaction.atomic
def signed_in(*, user: User, method: str, address: str, at: datetime) -> None:
    """Note that someone signed in."""
    account = account_of(user, on=timezone.localtime(at).date())
    event = events.SignedIn(
        account_id=user.pk, method=method, method_name=METHODS.get(method, method), address=address
    )
    _record(event, account, at=at)


@transaction.atomic
def sign_in_failed(*, username: str, reason: str, address: str, at: datetime) -> None:
    """Note that a sign-in failed; the name typed is kept only where it is an account's."""
    user = User.objects.filter(username__iexact=username).first() if username else None
    who: JournalActor = account_of(user, on=timezone.localtime(at).date()) if user else SYSTEM_ACTOR
    event = events.SignInFailed(
        account_id=user.pk if user else None, known=user is not None, reason=reason, address=address
    )
    _record(event, who, at=at)


@transaction.atomic
def signed_out(*, user: User, at: datetime) -> None:
    """Note that someone signed out."""
    account = account_of(user, on=timezone.localtime(at).date())
    _record(events.SignedOut(account_id=user.pk), account, at=at)


@transaction.atomic
def device_sign_out(*, user: User, session_id: int, at: datetime) -> None:
    """End one of the user's own sessions, on whatever device. Raises UserSession.DoesNotExist."""
    session = UserSession.objects.get(pk=session_id, user=user)
    event = events.DeviceSignedOut(account_id=user.pk, address=session.ip)
    session.end()
    _record(event, account_of(user, on=timezone.localtime(at).date()), at=at)


@transaction.atomic
def password_changed(*, user: User, at: datetime) -> None:
    """Note that someone changed their own password; a first password is then done with."""
    if user.must_change_password:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
    account = account_of(user, on=timezone.localtime(at).date())
    _record(events.PasswordChanged(account_id=user.pk), account, at=at)


@transaction.atomic
def multi_factor_changed(*, user: User, change: str, authenticator: str, at: datetime) -> None:
    """Note that a second factor was added, removed or made anew (`change`: ADDED, REMOVED, RESET)."""
    account = account_of(user, on=timezone.localtime(at).date())
    event = events.MultiFactorChanged(
        account_id=user.pk,
        change=change,
        change_name=CHANGES[change],
        authenticator=authenticator,
        authenticator_name=AUTHENTICATORS.get(authenticator, authenticator),
    )
    _record(event, account, at=at)


def demo_user(person_id: int) -> User:
    """Return the account of an invented person. Raises Person.DoesNotExist for anyone else."""
    person = Person.objects.select_related("user").get(pk=person_id, is_demo=True, user__is_active=True)
    if person.user is None:
        raise Person.DoesNotExist
    return person.user


def _record(event: Event, who: JournalActor, *, at: datetime) -> None:
    subject = f"user:{who.user_id}" if who.user_id else ""
    journal.record(event, actor=who, court_code=who.court_code, subject=subject, at=at)
