"""What Django and allauth announce about sign-in, put into the journal."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import signals as auth_signals
from django.http import HttpRequest
from django.utils import timezone

from xiezhi.identity.models import User
from xiezhi.identity.services import sign_in


def connect() -> None:
    """Start listening; called once when the room is ready."""
    auth_signals.user_logged_in.connect(on_signed_in, dispatch_uid="identity.signed-in")
    auth_signals.user_logged_out.connect(on_signed_out, dispatch_uid="identity.signed-out")
    auth_signals.user_login_failed.connect(on_sign_in_failed, dispatch_uid="identity.sign-in-failed")
    account_signals.password_changed.connect(on_password_changed, dispatch_uid="identity.password-changed")
    account_signals.password_reset.connect(on_password_changed, dispatch_uid="identity.password-reset")
    account_signals.password_set.connect(on_password_changed, dispatch_uid="identity.password-set")
    mfa_signals.authenticator_added.connect(on_factor_added, dispatch_uid="identity.factor-added")
    mfa_signals.authenticator_removed.connect(on_factor_removed, dispatch_uid="identity.factor-removed")
    mfa_signals.authenticator_reset.connect(on_factor_reset, dispatch_uid="identity.factor-reset")


def _address(request: HttpRequest | None) -> str:
    if request is None or not request.META.get("REMOTE_ADDR"):
        return ""  # a Unix socket has no address
    return str(get_adapter(request).get_client_ip(request))


def _method(request: HttpRequest | None) -> str:
    if request is None:
        return "password"
    if getattr(request, sign_in.DEMO_MARK, False):
        return "demo"
    steps: list[dict[str, Any]] = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    if not steps:
        return "password"
    if steps[-1].get("method") == "mfa":
        return "passkey" if len(steps) == 1 else "mfa"
    return str(steps[-1].get("method", "password"))


def on_signed_in(*, request: HttpRequest | None, user: User, **_kwargs: Any) -> None:
    sign_in.signed_in(user=user, method=_method(request), address=_address(request), at=timezone.now())


def on_signed_out(*, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        sign_in.signed_out(user=user, at=timezone.now())


def on_sign_in_failed(
    *, credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any
) -> None:
    sign_in.sign_in_failed(
        username=str(credentials.get("username") or ""),
        reason="工号或者密码不正确",
        address=_address(request),
        at=timezone.now(),
    )


def on_password_changed(*, user: User, **_kwargs: Any) -> None:
    sign_in.password_changed(user=user, at=timezone.now())


def _factor(user: User, authenticator: Any, change: str) -> None:
    sign_in.multi_factor_changed(
        user=user, change=change, authenticator=str(authenticator.type), at=timezone.now()
    )


def on_factor_added(*, user: User, authenticator: Any, **_kwargs: Any) -> None:
    _factor(user, authenticator, "ADDED")


def on_factor_removed(*, user: User, authenticator: Any, **_kwargs: Any) -> None:
    _factor(user, authenticator, "REMOVED")


def on_factor_reset(*, user: User, authenticator: Any, **_kwargs: Any) -> None:
    _factor(user, authenticator, "RESET")
