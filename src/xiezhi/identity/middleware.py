"""Who acts in a request: the signed-in person, in the post chosen for this session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.identity import selectors
from xiezhi.identity.contracts import Actor
from xiezhi.identity.services import sign_in

GetResponse = Callable[[HttpRequest], HttpResponse]

#: Where someone who must change the password first may still go.
_BEFORE_PASSWORD_CHANGE = ("/accounts/", "/static/")


class ActorMiddleware:
    """Set `request.actor`: an Actor, or None for a visitor and for someone without a post in force today.

    The post is looked up at every request: an ended post, a revoked delegation or a closed court stops
    counting at once, not at the next sign-in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        user: Any = request.user
        waits = user.is_authenticated and user.must_change_password
        request.had_first_password = waits  # type: ignore[attr-defined]
        if waits and not request.path.startswith(_BEFORE_PASSWORD_CHANGE):
            return redirect("account_change_password")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead a visitor to the sign-in page and back; an API client is told 401."""
        if not isinstance(exception, selectors.SignInNeeded):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"message": _("请先登录。")}, status=401)
        if request.headers.get("HX-Request") == "true":
            # A fragment cannot show the sign-in page; htmx loads it whole when told so.
            response = HttpResponse(status=401)
            response.headers["HX-Redirect"] = reverse("account_login")
            return response
        return redirect_to_login(request.get_full_path())

    @staticmethod
    def _actor(request: HttpRequest) -> Actor | None:
        user: Any = request.user
        if not user.is_authenticated:
            return None
        return sign_in.actor_in_session(request.session, user, on=timezone.localdate())
