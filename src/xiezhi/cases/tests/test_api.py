"""The API of cases, applications and approvals, mounted as the project mounts it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.testing import TestClient

from xiezhi.cases import api as case_api
from xiezhi.cases.contracts import ApplicationStatus, RequestStatus
from xiezhi.cases.models import Application, Case
from xiezhi.cases.tests.factories import (
    AT,
    LOAN,
    AgentFactory,
    ApplicationFactory,
    CaseFactory,
    ClockChangeFactory,
    RequestFactory,
    actor_in,
    clerk_of,
    judge_of,
)
from xiezhi.foundation import errors
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.tests.factories import CourtFactory, PostFactory, actor_of, actor_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


class Caller:
    """One API of its own, as an actor: the routers of the room with the project's way to answer a refusal."""

    def __init__(self, actor: Actor) -> None:
        self.api = NinjaAPI(urls_namespace=f"test-{id(self)}", auth=lambda request: actor)
        for fact, status in (
            (errors.NotPermitted, 403),
            (errors.Refused, 409),
            (errors.InvalidInput, 422),
            (ObjectDoesNotExist, 404),
        ):
            self.api.add_exception_handler(fact, self._answer(status))
        for prefix, router in (
            ("/cases", case_api.cases),
            ("/cases", case_api.participants),
            ("/applications", case_api.applications),
            ("/approvals", case_api.approvals),
        ):
            router.api = None
            self.api.add_router(prefix, router)
        self.client = TestClient(self.api)

    def _answer(self, status: int) -> Any:
        def answer(request: HttpRequest, fact: Any) -> HttpResponse:
            body = {"message": getattr(fact, "message", ""), "fields": getattr(fact, "fields", {})}
            return self.api.create_response(request, body, status=status)

        return answer

    def get(self, path: str, status: int = 200) -> Any:
        response = self.client.get(path)
        assert response.status_code == status, response.content
        return response.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        response = self.client.post(path, data=json.dumps(body) if body is not None else None)
        assert response.status_code == status, response.content
        return response.json()


@pytest.fixture(autouse=True)
def _mount_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the routers be mounted more than once; outside tests that is a mistake ninja warns of."""
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "yes")


def test_the_list_is_filtered_paged_and_within_the_scope():
    case = CaseFactory(court=CourtFactory(code="冀0606"), preparing=True)
    others = [CaseFactory(court=case.court, heard=True) for _ in range(3)]
    CaseFactory(court=CourtFactory(code="冀0607"), preparing=True)
    caller = Caller(actor_in(case, Role.PRESIDENT))

    first = caller.get("/cases?size=2")
    second = caller.get(f"/cases?size=2&after={first['next']}")
    assert {row["id"] for row in first["items"] + second["items"]} == {case.pk, *(c.pk for c in others)}
    assert (first["count"], first["is_more"], second["next"]) == (4, False, None)
    assert [row["id"] for row in caller.get("/cases?stage=PREPARING")["items"]] == [case.pk]
    assert [row["id"] for row in caller.get(f"/cases?q={case.number}")["items"]] == [case.pk]
    assert [row["id"] for row in Caller(judge_of(case)).get("/cases")["items"]] == [case.pk]
    caller.get("/cases?stage=NOWHERE", 422)
    caller.get("/cases?size=0", 422)
    caller.get("/cases?q=%00", 422)
    assert caller.get("/cases?after=nonsense")["count"] == 4


def test_a_case_with_its_clock_timeline_and_participants():
    case = CaseFactory(preparing=True)
    ClockChangeFactory(case=case)
    participant = case.participants.select_related("party").order_by("pk").first()
    AgentFactory(participant=participant)
    caller = Caller(judge_of(case))

    found = caller.get(f"/cases/{case.pk}")
    assert (found["number"], found["stage"], found["version"]) == (case.number, "PREPARING", case.version)
    assert {member["role"] for member in found["team"]} >= {"承办法官", "书记员"}
    assert {"key": "decide", "label": "作出裁判", "why_not": ""} in found["actions"]

    clock = caller.get(f"/cases/{case.pk}/clock")
    assert clock["excluded_days"] == 10
    assert all(step["text"] for step in clock["why"])
    assert any("鉴定期间" in step["text"] for step in clock["why"])

    people = caller.get(f"/cases/{case.pk}/participants")
    assert people[0]["agents"][0]["authority"] == "一般授权"
    assert participant.party.identity_number not in json.dumps(people)
    assert people[0]["identity_number"] == participant.party.masked_identity_number
    assert caller.get(f"/cases/{case.pk}/timeline")["items"] == []


@pytest.mark.parametrize("path", ["", "/clock", "/timeline", "/participants"])
def test_a_case_of_another_court_or_team_is_not_found(path: str):
    case = CaseFactory(court=CourtFactory(code="冀0606"), preparing=True)
    strangers = (
        actor_of(PostFactory(president=True, court=CourtFactory(code="冀0607"))),
        actor_in(case, Role.JUDGE),
        actor_in(case, Role.ADMINISTRATOR),
    )
    for actor in strangers:
        Caller(actor).get(f"/cases/{case.pk}{path}", 404)
    Caller(judge_of(case)).get(f"/cases/{case.pk}{path}")
    Caller(judge_of(case)).get(f"/cases/9223372036854775808{path}", 422)


APPLICATION = {
    "kind": "CIVIL_FIRST",
    "procedure": "SIMPLIFIED",
    "channel": "WEB",
    "received_on": "2026-11-24",
    "cause_key": LOAN,
    "claims": "判令被告偿还借款120000元",
    "amount": "120000.00",
    "client_token": "form-0001",
    "parties": [
        {"role": "PLAINTIFF", "kind": "PERSON", "name": "张测试"},
        {"role": "DEFENDANT", "kind": "PERSON", "name": "李测试"},
    ],
}


def test_an_application_becomes_a_case():
    caller = Caller(actor_with(Role.FILING_CLERK))
    made = caller.post("/applications", APPLICATION, 201)
    assert caller.post("/applications", APPLICATION, 201)["id"] == made["id"]
    assert made["status"] == "SUBMITTED"
    assert [row["id"] for row in caller.get("/applications")["items"]] == [made["id"]]

    case = caller.post(f"/applications/{made['id']}/accept")
    assert caller.post(f"/applications/{made['id']}/accept") == case
    assert Case.objects.get().number == case["number"]
    assert caller.get(f"/applications/{made['id']}")["case_number"] == case["number"]
    caller.post(f"/applications/{made['id']}/refuse", {"reason": "不属于受理范围", "basis": "民诉法126"}, 403)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "NO_SUCH"}, "kind"),
        ({"cause_key": ""}, "cause_key"),
        ({"received_on": "2027-01-01"}, "received_on"),
        ({"parties": APPLICATION["parties"][:1]}, "parties"),
        ({"amount": "-1"}, None),
        ({"client_token": ""}, None),
        ({"claims": "a\x00b"}, None),
    ],
)
def test_a_wrong_application_is_refused_with_its_fields(change: dict[str, Any], field: str | None):
    answer = Caller(actor_with(Role.FILING_CLERK)).post("/applications", {**APPLICATION, **change}, 422)
    if field is not None:
        assert field in answer["fields"]
    assert not Application.objects.exists()


def test_only_the_filing_window_receives_and_reviews():
    application = ApplicationFactory(court=CourtFactory(code="冀0606"))
    path = f"/applications/{application.pk}/accept"
    judge = actor_of(PostFactory(judge=True, court=application.court))
    president = actor_of(PostFactory(president=True, court=application.court))
    Caller(judge).post("/applications", APPLICATION, 403)
    Caller(judge).post(path, status=404)
    Caller(president).post(path, status=403)
    Caller(actor_with(Role.FILING_CLERK, court=CourtFactory(code="冀0607"))).post(path, status=404)
    assert not Case.objects.exists()
    Caller(actor_with(Role.FILING_CLERK, court=application.court)).post(path)
    assert Case.objects.exists()


def test_a_correction_is_asked_for_once():
    application = ApplicationFactory()
    caller = Caller(actor_with(Role.FILING_CLERK, court=application.court))
    body = {"items": ["原告身份证复印件", "借条原件"], "answer_by": "2026-12-01"}
    answer = caller.post(f"/applications/{application.pk}/correction", body)
    assert answer["status"] == "CORRECTION_REQUESTED"
    caller.post(f"/applications/{application.pk}/correction", body, 409)
    caller.post(f"/applications/{application.pk}/correction", {"items": [], "answer_by": "2026-12-01"}, 422)


def test_an_application_is_refused_with_its_reason():
    application = ApplicationFactory()
    caller = Caller(actor_with(Role.FILING_CLERK, court=application.court))
    body = {"reason": "不属于人民法院受理民事诉讼的范围", "basis": "民事诉讼法第一百二十六条"}
    assert caller.post(f"/applications/{application.pk}/refuse", body)["status"] == "REFUSED"
    application.refresh_from_db()
    assert application.status == ApplicationStatus.REFUSED


def test_the_president_decides_what_waits():
    request = RequestFactory()
    president = Caller(actor_in(request.case, Role.PRESIDENT))
    waiting = president.get("/approvals")
    assert [row["id"] for row in waiting["items"]] == [request.pk]

    path = f"/approvals/{request.pk}/decision"
    president.post(path, {"approve": False}, 422)
    Caller(clerk_of(request.case)).post(path, {"approve": True}, 403)
    elsewhere = actor_of(PostFactory(president=True, court=CourtFactory(code="冀0607")))
    if elsewhere.court_code != request.case.court_code:
        Caller(elsewhere).post(path, {"approve": True}, 404)
    assert not JournalEntry.objects.exists()

    before = request.case.due_on
    answer = president.post(path, {"approve": True, "opinion": "同意"})
    assert answer["status"] == "APPROVED"
    assert answer["due_on"] > before.isoformat()
    president.post(path, {"approve": True}, 403)
    request.refresh_from_db()
    assert request.status == RequestStatus.APPROVED
    assert president.get("/approvals")["items"] == []
