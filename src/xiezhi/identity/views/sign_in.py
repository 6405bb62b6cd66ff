"""Signing in, for a demonstration too, and the devices one is signed in on."""

from __future__ import annotations

import re
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiezhi.identity import selectors
from xiezhi.identity.models import User
from xiezhi.identity.services import sign_in

_SYSTEMS = (
    (r"Windows", "Windows"),
    (r"iPhone|iPad", "iOS"),
    (r"Android", "Android"),
    (r"Mac OS X", "macOS"),
    (r"Linux", "Linux"),
)
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"MicroMessenger", "微信"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"QQBrowser/", "QQ浏览器"),
    (r"Chrome/|CriOS/|HeadlessChrome/", "Chrome"),
    (r"Safari/", "Safari"),
)


def device_words(user_agent: str) -> str:
    """Return a browser and system in words a person recognises: Chrome，Windows."""
    found = [
        next((name for pattern, name in table if re.search(pattern, user_agent)), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return "，".join(part for part in found if part) or _("未知设备")


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Return where the form wants to lead on to, when that lies on this site."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return default


class SignInView(LoginView):  # type: ignore[misc]
    """The sign-in page; a demonstration also lists people to sign in as."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the people of the demonstration."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_courts"] = selectors.demo_people(timezone.localdate())
        return context


class DevicesView(ListUserSessionsView):  # type: ignore[misc]
    """The devices one is signed in on, in words."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a name for each device, the present one first."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found = sorted(context["sessions"], key=lambda session: (not session.is_current(), -session.pk))
        context["devices"] = [(session, device_words(session.user_agent)) for session in found]
        return context


@require_POST
@login_required
def device_sign_out(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out on one of one's other devices."""
    user = cast(User, request.user)
    sign_in.device_sign_out(user=user, session_id=session_id, at=timezone.now())
    messages.success(request, _("那台设备已退出登录。"))
    return redirect("usersessions_list")


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as an invented person; only in a demonstration."""
    if not settings.DEMO:
        raise Http404
    wanted, _colon, post = request.POST.get("person", "").partition(":")
    if not wanted.isdecimal():
        raise Http404
    user = sign_in.demo_user(int(wanted))
    setattr(request, sign_in.DEMO_MARK, True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    record_authentication(request, user, method="demo")
    request.session[sign_in.DEMO_SESSION_KEY] = True
    if post.isdecimal():
        # Somebody with several posts acts from the one that was clicked; a post not theirs is dropped later.
        request.session[sign_in.SESSION_KEY] = f"p{post}"
    return redirect(safe_next(request))


def not_offered(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """Say that a court opens accounts and resets passwords by its administrator, not by mail."""
    context = {
        "title": _("请联系系统管理员"),
        "text": _(
            "账号由本院系统管理员开通，忘记的密码由系统管理员重置。请携带工作证联系本院系统管理员办理。"
        ),
    }
    return render(request, "identity/not_offered.html", context, status=404)
