"""Who may call the API, and how its refusals look from outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from xiezhi.cases.tests.factories import CaseFactory
from xiezhi.identity.contracts import Actor, ApiScope
from xiezhi.identity.models import Post
from xiezhi.identity.services import tokens
from xiezhi.identity.tests.factories import NOW, PostFactory, actor_of
from xiezhi.project.api import api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def bearer(actor: Actor, *scopes: ApiScope) -> Client:
    made = tokens.token_issue(
        actor=actor, name="统计报送", scopes=scopes, expires_on=date(2027, 2, 1), at=timezone.now()
    )
    return Client(headers={"authorization": f"Bearer {made.secret}"})


def session(post: Post, **options: Any) -> Client:
    client = Client(**options)
    assert post.person.user is not None
    client.force_login(post.person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_nobody_unknown_gets_in() -> None:
    answer = Client().get("/api/v1/cases")
    assert answer.status_code == 401
    assert "请先登录" in answer.json()["message"]
    wrong = Client(headers={"authorization": "Bearer xz_wrong"})
    assert wrong.get("/api/v1/cases").status_code == 401


def test_a_token_reads_what_its_post_and_its_scopes_allow() -> None:
    post = PostFactory(filing_clerk=True)
    mine, foreign = CaseFactory(court=post.court), CaseFactory(court=PostFactory(filing_clerk=True).court)
    client = bearer(actor_of(post), ApiScope.CASES_READ)

    listed = client.get("/api/v1/cases").json()["items"]
    assert [row["number"] for row in listed] == [mine.number]
    assert client.get(f"/api/v1/cases/{foreign.pk}").status_code == 404
    assert client.get(f"/api/v1/cases/{mine.pk}/participants").status_code == 403  # another scope
    assert client.get("/api/v1/journal").status_code == 403


def test_a_token_of_a_post_that_ended_opens_nothing() -> None:
    post = PostFactory(filing_clerk=True)
    client = bearer(actor_of(post), ApiScope.CASES_READ)
    assert client.get("/api/v1/cases").status_code == 200
    post.until = date(2026, 11, 1)
    post.save(update_fields=["until"])
    assert client.get("/api/v1/cases").status_code in {401, 403}


def test_a_token_does_not_decide_approvals() -> None:
    client = bearer(actor_of(PostFactory(president=True)), ApiScope.CASES_READ)
    answer = client.post("/api/v1/approvals/1/decision", {"approve": True}, content_type="application/json")
    assert answer.status_code == 403
    assert "登录后在页面上办理" in answer.json()["message"]


def test_a_session_needs_the_csrf_token_to_change_anything() -> None:
    post = PostFactory(filing_clerk=True)
    client = session(post, enforce_csrf_checks=True)
    assert client.get("/api/v1/cases").status_code == 200
    assert client.post("/api/v1/applications", {}, content_type="application/json").status_code == 403
    # with it, the same body gets as far as its own faults
    trusting = session(post)
    assert trusting.post("/api/v1/applications", {}, content_type="application/json").status_code == 422


def test_the_journal_is_for_those_who_audit() -> None:
    president = PostFactory(president=True)
    CaseFactory(court=president.court)
    assert session(president).get("/api/v1/journal").status_code == 200
    assert session(PostFactory(judge=True, court=president.court)).get("/api/v1/journal").status_code == 403


def test_the_calendar_is_that_of_ones_own_court() -> None:
    answer = session(PostFactory(judge=True)).get("/api/v1/calendar?week=2026-11-24")
    assert answer.status_code == 200
    assert answer.json()[0]["on"] == "2026-11-23"
    assert session(PostFactory(judge=True)).get("/api/v1/calendar?week=1900-01-01").status_code == 422


def test_the_law_is_open_to_all_and_says_why() -> None:
    client = Client()
    fee = client.post(
        "/api/v1/law/fees",
        {"kind": "property", "amount": "100000", "simplified": True},
        content_type="application/json",
    ).json()
    assert fee["fee_yuan"] == "1150.00"
    assert fee["why"]
    known = client.get("/api/v1/law/periods").json()
    period = client.post(
        "/api/v1/law/periods",
        {"period": next(row["id"] for row in known if not row["variants"]), "trigger_on": "2026-09-18"},
        content_type="application/json",
    )
    assert date.fromisoformat(period.json()["last_day"]) > date(2026, 9, 18)
    unknown = client.post("/api/v1/law/fees", {"kind": "nothing"}, content_type="application/json")
    assert unknown.status_code == 422
    assert unknown.json()["fields"]
    number = client.get("/api/v1/law/case-numbers", {"text": "(2026)冀0606民初1"})
    assert number.json() == {"number": "（2026）冀0606民初1号"}


def test_the_document_names_every_refusal() -> None:
    paths = api.get_openapi_schema()["paths"]
    operations = [(path, method, one) for path, methods in paths.items() for method, one in methods.items()]
    assert len(operations) > 20
    for path, method, operation in operations:
        assert operation["summary"], (path, method)
        if "/law/" not in path:
            assert {401, 403} <= {int(code) for code in operation["responses"]}, (path, method)
