"""Headers that keep a page to itself, and the one place where a fact of the domain becomes a page."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from xiezhi.foundation import errors

logger = logging.getLogger("xiezhi.web")

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
PERMISSIONS_POLICY = ", ".join(
    (
        "camera=()",
        "display-capture=()",
        "geolocation=()",
        "microphone=()",
        "payment=()",
        "usb=()",
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
    )
)


class ContentSecurityPolicyMiddleware:
    """Send the policy with every page; a view that needs another one sets its own header and keeps it.

    What says nothing about caching holds data of a case: no cache that people share may keep it, and no
    browser shows it again without asking.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class FactsToPagesMiddleware:
    """Turn what a service refused into a page that says what to do.

    403 NotPermitted, 404 no such object (absent and invisible look the same), 409 Refused, 422 InvalidInput
    (and what the database itself cannot hold),
    503 while the database is away.
    Anything else is left to Django. A request of htmx gets an alert for the notice area in place of a page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a known fact, None for anything else."""
        fields: dict[str, list[str]] = {}
        match exception:
            case errors.NotPermitted():
                status, message = 403, _message(exception)
            case errors.Refused():
                status, message = 409, _message(exception)
            case errors.InvalidInput():
                status, message, fields = 422, _message(exception), dict(exception.fields)
            case ObjectDoesNotExist():
                status, message = 404, ""
            case DataError():
                # A form should have said so; the database did, and wrote nothing.
                logger.warning("%s %s: %s", request.method, request.path, type(exception).__name__)
                status, message = 422, _("提交的内容里有不能保存的字符，或者数值超出了范围，请修改后再提交。")
            case OperationalError() | InterfaceError():
                # The database is away. The page must not ask it for anything.
                logger.error("%s %s: database unavailable", request.method, request.path, exc_info=exception)
                return HttpResponse(
                    render_to_string("503.html"),
                    status=503,
                    headers={"Retry-After": "60", "Cache-Control": "no-store"},
                )
            case _:
                return None
        logger.info("%s %s: %s %s", request.method, request.path, status, type(exception).__name__)
        return fact_page(request, status=status, message=message, fields=fields)


def _message(exception: Exception) -> str:
    return str(getattr(exception, "message", "") or "")


def fact_page(
    request: HttpRequest, *, status: int, message: str = "", fields: dict[str, list[str]] | None = None
) -> HttpResponse:
    """Return the page (or, for htmx, the alert) of a status; `message` is shown word for word."""
    context = {"status": status, "message": message, "fields": fields or {}}
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        response = render(request, "web/errors/fragment.html", context, status=status)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return render(request, f"{status}.html", context, status=status)
