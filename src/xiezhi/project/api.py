"""The API root at /api/v1: who may call, and how a fact of the domain becomes a status.

A caller is a browser session (with CSRF token) or a token (`Authorization: Bearer …`). Either way the
services see an Actor: a person in a post, nothing more.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import APIKeyCookie, HttpBearer

from xiezhi.cases import api as cases
from xiezhi.foundation import errors
from xiezhi.hearings import api as hearings
from xiezhi.identity import api as identity
from xiezhi.identity.contracts import Actor, ApiScope
from xiezhi.identity.selectors.tokens import TokenIsNotValid
from xiezhi.identity.services import tokens
from xiezhi.portal import api as portal

logger = logging.getLogger("xiezhi.api")

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Session(APIKeyCookie):
    """The signed-in person, in the post of the session; a change needs the CSRF token as in a form."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return who acts in the session, or None."""
        actor: Actor | None = getattr(request, "actor", None)
        return actor


class Token(HttpBearer):
    """A token issued on the profile page; it acts in the post it was issued for, within its scopes."""

    def __init__(self, *, read: ApiScope, write: ApiScope | None = None) -> None:
        super().__init__()
        self.read, self.write = read, write

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who the token acts as; None when it is unknown, expired or revoked.

        Raises NotPermitted when the token lacks the scope of this part of the API, or its post has ended.
        """
        scope = self.read if request.method in READING else self.write
        if scope is None:
            raise errors.NotPermitted("接口令牌不能办理这项操作，请登录后在页面上办理。")
        try:
            return tokens.token_use(secret=token, scope=scope, at=timezone.now())
        except TokenIsNotValid:
            return None


def callers(*, read: ApiScope, write: ApiScope | None = None) -> list[Any]:
    """Return who may call a part of the API: a session, or a token with these scopes."""
    return [Token(read=read, write=write), Session(csrf=True)]


class Renderer(JSONRenderer):
    """JSON in which Chinese stays readable."""

    def __init__(self) -> None:
        self.json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="獬豸 API",
    version="1.0.0",
    description="法院办案平台的接口。返回的日期为 ISO 8601，金额为以元为单位的十进制字符串；错误说明为中文。",
    urls_namespace="api",
    docs_url="/docs",
    renderer=Renderer(),
)

api.add_router(
    "/applications",
    cases.applications,
    auth=callers(read=ApiScope.APPLICATIONS_READ, write=ApiScope.APPLICATIONS_WRITE),
)
api.add_router("/cases", cases.cases, auth=callers(read=ApiScope.CASES_READ))
api.add_router("/cases", cases.participants, auth=callers(read=ApiScope.PARTICIPANTS_READ))
api.add_router("/approvals", cases.approvals, auth=callers(read=ApiScope.CASES_READ))
api.add_router("/calendar", hearings.calendar, auth=callers(read=ApiScope.CALENDAR_READ))
api.add_router("/journal", identity.journal, auth=callers(read=ApiScope.JOURNAL_READ))
api.add_router("/law", portal.law, auth=None)


def _answer(
    request: HttpRequest, status: int, message: str, fields: dict[str, list[str]] | None = None
) -> HttpResponse:
    return api.create_response(request, {"message": message, "fields": fields or {}}, status=status)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, _exception: Any) -> HttpResponse:
    return _answer(request, 401, "请先登录，或者在 Authorization 头中提供有效的令牌。")


@api.exception_handler(errors.NotPermitted)
def _not_permitted(request: HttpRequest, exception: Any) -> HttpResponse:
    return _answer(request, 403, str(exception.message) or "您当前的岗位不能办理这项操作。")


@api.exception_handler(ObjectDoesNotExist)
def _absent(request: HttpRequest, _exception: Any) -> HttpResponse:
    return _answer(request, 404, "没有找到，或者您的岗位看不到它。")


@api.exception_handler(errors.Refused)
def _refused(request: HttpRequest, exception: Any) -> HttpResponse:
    return _answer(request, 409, str(exception.message))


@api.exception_handler(errors.InvalidInput)
def _invalid(request: HttpRequest, exception: Any) -> HttpResponse:
    return _answer(
        request, 422, str(exception.message), {key: list(found) for key, found in exception.fields.items()}
    )


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, exception: Any) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for error in exception.errors:
        name = ".".join(str(part) for part in error["loc"] if part not in {"body", "query", "path", "data"})
        fields.setdefault(name or "body", []).append(str(error["msg"]))
    return _answer(request, 422, "提交的数据格式不对，请按接口文档核对。", fields)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, exception: Any) -> HttpResponse:
    message = (
        "请求的内容不是完整的 JSON，请核对后再提交。" if exception.status_code == 400 else str(exception)
    )
    return _answer(request, exception.status_code, message)


@api.exception_handler(DataError)
def _cannot_be_held(request: HttpRequest, exception: Any) -> HttpResponse:
    logger.warning("%s %s: %s", request.method, request.path, type(exception).__name__)
    return _answer(request, 422, "提交的内容里有不能保存的字符，或者数值超出了范围，请修改后再提交。")


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _away(request: HttpRequest, exception: Any) -> HttpResponse:
    logger.error("%s %s: database unavailable", request.method, request.path, exc_info=exception)
    response = _answer(request, 503, "数据库暂时不可用，请一分钟后再试。")
    response.headers["Retry-After"] = "60"
    return response
