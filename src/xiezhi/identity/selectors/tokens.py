"""Tokens with which programs act: whose they are, and who acts with one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.foundation import encryption
from xiezhi.foundation.errors import NotPermitted
from xiezhi.identity import policies
from xiezhi.identity.contracts import Actor, ApiScope
from xiezhi.identity.models import ApiToken
from xiezhi.identity.selectors.actors import actor_for_post

if TYPE_CHECKING:
    from xiezhi.identity.models import Person


class TokenIsNotValid(Exception):
    """No token of this secret holds today; the API answers 401 and does not say why."""


def token_find(secret: str, *, on: date) -> ApiToken:
    """Return the token of a secret. Raises TokenIsNotValid."""
    token = (
        ApiToken.objects.filter(secret_hash=encryption.keyed_hash(secret))
        .select_related("person__user", "post__person", "post__court", "post__division")
        .first()
    )
    if token is None or not token.is_in_force(on):
        raise TokenIsNotValid
    if token.person.user is None or not token.person.user.is_active:
        raise TokenIsNotValid
    return token


def actor_from_token(secret: str, *, on: date, scope: ApiScope) -> Actor:
    """Return who acts with a token: its owner, from the post it was issued for, if that post is held today.

    Raises TokenIsNotValid (401), NotPermitted (403: the token lacks the scope, or the post has ended).
    """
    return actor_of_token(token_find(secret, on=on), on=on, scope=scope)


def actor_of_token(token: ApiToken, *, on: date, scope: ApiScope) -> Actor:
    """Return who acts with a token that was found to hold. Raises NotPermitted."""
    if scope.value not in token.scopes:
        raise NotPermitted(_("这个接口令牌没有“%s”的权限。") % scope.label)
    actor = actor_for_post(token.post, on)
    policies.require(policies.may_use_scope(actor, scope))
    return actor


def tokens_of(person: Person) -> list[ApiToken]:
    """Return a person's tokens, latest first."""
    return list(person.tokens.select_related("post__court", "post__division").order_by("-created_at", "-pk"))


def scopes_offered(actor: Actor) -> list[ApiScope]:
    """Return the scopes a token of the actor's post can use at all."""
    return [scope for scope in ApiScope if policies.may_use_scope(actor, scope)]
