"""Tokens with which programs act for a person: issued once shown once, revoked at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import encryption
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity import events, policies, selectors
from xiezhi.identity.contracts import ApiScope
from xiezhi.identity.models import ApiToken
from xiezhi.identity.selectors.tokens import actor_of_token
from xiezhi.identity.services.people import record

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

_LONGEST_DAYS = 366
_PREFIX = "xz_"
_SHOWN = 9
#: Use is noted at most this often, so that a busy program does not write at every call.
_NOTED_EVERY = timedelta(minutes=5)


class TokenIsRevoked(Refused):
    """The token was revoked before."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its secret, shown once to its owner and stored nowhere."""

    token: ApiToken
    secret: str


@transaction.atomic
def token_issue(
    *, actor: Actor, name: str, scopes: Sequence[ApiScope], expires_on: date, at: datetime
) -> NewToken:
    """Issue a token for the post the actor acts from. Raises NotPermitted, InvalidInput."""
    policies.require(
        policies.can_issue_token(actor), _("代理他人岗位时不能签发接口令牌，请切换到本人的岗位。")
    )
    today = timezone.localtime(at).date()
    faults: dict[str, list[str]] = {}
    if not name.strip():
        faults["name"] = [_("请填写名称，说明由哪个程序使用。")]
    if not scopes:
        faults["scopes"] = [_("请至少选择一项。")]
    elif not all(policies.may_use_scope(actor, scope) for scope in scopes):
        faults["scopes"] = [_("您的岗位没有其中的权限，请重新选择。")]
    if expires_on <= today:
        faults["expires_on"] = [_("失效日期应当在今天以后。")]
    elif expires_on > today + timedelta(days=_LONGEST_DAYS):
        faults["expires_on"] = [_("有效期最长一年。")]
    if faults:
        raise InvalidInput(_("令牌没有签发，请修改后再提交。"), fields=faults)
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person_id=actor.person_id,
        post_id=actor.post_id,
        name=name.strip(),
        prefix=secret[:_SHOWN],
        secret_hash=encryption.keyed_hash(secret),
        scopes=[scope.value for scope in scopes],
        created_at=at,
        expires_on=expires_on,
    )
    event = events.TokenIssued(
        token_id=token.pk,
        name=token.name,
        prefix=token.prefix,
        scopes=[scope.value for scope in scopes],
        scopes_text="、".join(scope.label for scope in scopes),
        expires_on=expires_on,
    )
    record(event, actor=actor, about=token, at=at)
    return NewToken(token, secret)


@transaction.atomic
def token_revoke(*, actor: Actor, token_id: int, at: datetime) -> ApiToken:
    """End a token at once: one's own, or as administrator of the court of its post.

    Raises ApiToken.DoesNotExist, NotPermitted, TokenIsRevoked.
    """
    token = (
        ApiToken.objects.select_for_update(of=("self",))
        .select_related("person", "post__court")
        .get(pk=token_id)
    )
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_revoke_token(actor, token, managed))
    if token.revoked_at is not None:
        raise TokenIsRevoked(_("这个接口令牌已经撤销。"))
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    event = events.TokenRevoked(
        token_id=token.pk, owner_name=token.person.name, name=token.name, prefix=token.prefix
    )
    record(event, actor=actor, about=token, at=at)
    return token


def token_use(*, secret: str, scope: ApiScope, at: datetime) -> Actor:
    """Return who acts with a token in a call of the API, and note that it was used.

    Raises TokenIsNotValid (401), NotPermitted (403).
    """
    on = timezone.localtime(at).date()
    token = selectors.token_find(secret, on=on)
    actor = actor_of_token(token, on=on, scope=scope)
    if token.latest_used_at is None or at - token.latest_used_at > _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(latest_used_at=at)
    return actor
