"""How allauth fits the court: no sign-up, staff numbers, Chinese words, a journal of failed sign-ins."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiezhi.foundation import encryption
from xiezhi.identity.models import Person, User
from xiezhi.identity.services import sign_in

_LOCKED_FOR = 15 * 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by an administrator only."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已经停用，请联系本院系统管理员。"),
        "enter_current_password": _("请输入当前密码。"),
        "incorrect_code": _("验证码不正确，请核对后重新输入。"),
        "incorrect_password": _("密码不正确。"),
        "invalid_or_expired_key": _("链接无效或者已经过期，请重新申请。"),
        "invalid_login": _("登录信息无效，请重新登录。"),
        "invalid_password_reset": _("重置密码的链接无效，请重新申请。"),
        "too_many_login_attempts": _(
            "登录失败次数过多，账号已暂时锁定。请15分钟后再试；急需使用的，请联系本院系统管理员。"
        ),
        "unknown_email": _("没有账号使用这个邮箱，请联系本院系统管理员。"),
        "username_password_mismatch": _("工号或者密码不正确。连续输错5次，账号将锁定15分钟。"),
        "rate_limited": _("操作过于频繁，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up to a court."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse further attempts once too many failed; the first refusal of a lock goes into the journal."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            username = str(credentials.get("username") or "")
            address = self.get_client_ip(request)
            if cache.add(f"sign-in-locked:{username.lower()}:{address}", 1, _LOCKED_FOR):
                sign_in.sign_in_failed(
                    username=username, reason="失败次数过多，暂时锁定", address=address, at=timezone.now()
                )
            raise

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again for the password before what touches security; nobody knows it of an invented person."""
        request = self.request
        if settings.DEMO and request is not None and request.session.get(sign_in.DEMO_SESSION_KEY):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to work after a first password, and back to the own account after any other."""
        first = getattr(request, "had_first_password", False)
        return "/" if first else reverse("identity:profile")

    def get_user_search_fields(self) -> list[str]:
        """Return the fields by which an account is looked for."""
        return ["username", "email"]


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on opens the account of the person with the same staff number, and never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up to a court."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person by the staff number the identity provider vouches for; refuse all else.

        The number is compared at every sign-in: a link made once does not outlive a change of the number.
        """
        number = staff_number_claim(sociallogin.account)
        person = (
            Person.objects.select_related("user").filter(staff_number__iexact=number, is_demo=False).first()
            if number
            else None
        )
        user = person.user if person else None
        if user is None or (sociallogin.is_existing and sociallogin.user.pk != user.pk):
            self._refuse(request, number)
        elif not user.is_active:
            messages.error(request, AccountAdapter.error_messages["account_inactive"])
            raise ImmediateHttpResponse(redirect("account_login"))
        elif not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def _refuse(self, request: HttpRequest, number: str) -> None:
        sign_in.sign_in_failed(
            username="",
            reason="统一身份认证的工号没有对应的账号",
            address=AccountAdapter(request).get_client_ip(request),
            at=timezone.now(),
        )
        shown = f"（{number}）" if number else ""
        messages.error(
            request,
            _("统一身份认证返回的工号%s在本系统没有账号，请联系本院系统管理员开通。") % shown,
        )
        raise ImmediateHttpResponse(redirect("account_login"))


def staff_number_claim(account: SocialAccount) -> str:
    """Return the staff number in the identity provider's answer, "" when it gives none."""
    claim = settings.XIEZHI_OIDC_STAFF_CLAIM
    data = account.extra_data or {}
    for part in (data, data.get("id_token"), data.get("userinfo")):
        if isinstance(part, dict) and part.get(claim):
            return str(part[claim]).strip()
    return ""


class MultiFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets encrypted at rest, names in Chinese."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("不能停用双重验证。"),
        "cannot_generate_recovery_codes": _("请先启用动态口令或者添加安全密钥，再生成恢复代码。"),
        "incorrect_code": _("验证码不正确，请核对手机时间后重新输入。"),
    }

    def get_totp_label(self, user: User) -> str:
        """Return the staff number, which is what the phone shows beside the code."""
        return user.username

    def _get_user_identifier(self, user: User) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret for checking a code."""
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name a new key is given unless its owner types another."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("安全密钥%d") % (count + 1))
