"""The journal by the API: who may call, with what, and what another court's auditor gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity import events
from xiezhi.identity.contracts import ApiScope
from xiezhi.identity.models import ApiToken, Post
from xiezhi.identity.selectors import actor_for_post
from xiezhi.identity.services import tokens
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import CourtFactory, PostFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/journal"


def note(court_code: str, name: str = "甲") -> int:
    event = events.PersonCreated(person_id=1, name=name, staff_number="1")
    with transaction.atomic():
        return journal.record(event, actor=SYSTEM_ACTOR, court_code=court_code, at=timezone.now())


def token(post: Post, *scopes: ApiScope) -> str:
    now = timezone.now()
    today = timezone.localdate(now)
    made = tokens.token_issue(
        actor=actor_for_post(post, today),
        name="测试",
        scopes=scopes,
        expires_on=today.replace(year=today.year + 1),
        at=now,
    )
    return made.secret


def call(secret: str, path: str = "", **query: Any) -> Any:
    return Client().get(URL + path, query, headers={"Authorization": f"Bearer {secret}"})


def test_an_auditors_token_reads_the_own_court() -> None:
    president = PostFactory(president=True, court=CourtFactory(code="冀0606"))
    secret = token(president, ApiScope.JOURNAL_READ)
    own, foreign = note("冀0606", "本院"), note("冀0602", "外院")
    answer = call(secret, kind="identity.person-created")
    assert answer.status_code == 200
    assert [item["id"] for item in answer.json()["items"]] == [own]
    assert call(secret, f"/{own}").json()["text"] == "建立人员本院（工号1）"
    assert call(secret, f"/{foreign}").status_code == 404
    assert call(secret, court="冀0602").json()["items"] == []
    assert ApiToken.objects.get().latest_used_at is not None


def test_reading_what_one_person_did_is_recorded() -> None:
    president = PostFactory(president=True)
    call(token(president, ApiScope.JOURNAL_READ), person="王敏")
    entry = JournalEntry.objects.order_by("-pk")[0]
    assert (entry.kind, entry.actor_person_id) == ("identity.journal-searched", president.person_id)


def test_who_is_refused(sign_in: SignIn) -> None:
    president = PostFactory(president=True)
    assert Client().get(URL).status_code == 401
    assert call("xz_nothing").status_code == 401
    secret = token(president, ApiScope.CASES_READ)
    assert call(secret).status_code == 403
    ApiToken.objects.update(revoked_at=timezone.now())
    assert call(secret).status_code == 401
    assert sign_in(PostFactory(court=president.court)).get(URL).status_code == 403
    assert sign_in(president).get(URL).status_code == 200


def test_what_cannot_be_read_is_named(sign_in: SignIn) -> None:
    answer = sign_in(PostFactory(president=True)).get(URL, {"since": "gestern", "size": "100000"})
    assert answer.status_code == 422
    assert {"since", "size"} <= {name.rsplit(".", 1)[-1] for name in answer.json()["fields"]}
