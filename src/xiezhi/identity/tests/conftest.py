"""Who looks at a page in these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client

from xiezhi.identity.models import Post
from xiezhi.identity.tests.factories import TODAY

SignIn = Callable[[Post], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """Return a browser in which the holder of a post is signed in, acting from that post."""

    def signed_in(post: Post) -> Client:
        user = post.person.user
        assert user is not None
        session = SessionStore()
        # By hand and not by force_login, which would leave an entry of a sign-in in the journal.
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session["post_choice"] = f"p{post.pk}"
        session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        return client

    return signed_in


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Counters of failed sign-ins live in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """The morning of the day all factories are written for."""
    with time_machine.travel(f"{TODAY.isoformat()}T09:05:00+08:00", tick=False) as traveller:
        yield traveller
