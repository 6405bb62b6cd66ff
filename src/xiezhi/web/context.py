"""What the shell around every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from xiezhi.identity.contracts import Actor
from xiezhi.web import navigation, selectors


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the shell. Whatever costs a query is fetched when a template first uses it.

    `actor`; `post` and `posts` (PostChoice in force, and all to switch between); `navigation` (links of the
    role); `section` (its active link or None); `todo_count`; `notice_count`; `demo`.
    """
    actor: Actor | None = getattr(request, "actor", None)
    links = navigation.links_for(actor, request.path)
    user: Any = getattr(request, "user", None)
    posts: Any = SimpleLazyObject(
        lambda: selectors.post_choices(user, actor, on=timezone.localdate()) if actor is not None else []
    )
    return {
        "actor": actor,
        "posts": posts,
        "post": SimpleLazyObject(lambda: next((p for p in posts if p.current), "")),
        "navigation": links,
        "section": next((link for link in links if link.active), None),
        "todo_count": SimpleLazyObject(lambda: selectors.todo_count(actor)),
        "notice_count": SimpleLazyObject(lambda: selectors.notice_count(actor)),
        "demo": settings.DEMO,
    }
