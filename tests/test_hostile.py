"""What nobody types by mistake: zero bytes, endless numbers, half characters, text of a megabyte.

Each is answered with a page or a message in words, never with a failure of the product.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from tests.test_access import FORM, addresses, browser, call, operations, text_of, things

from xiezhi.cases.models import Application
from xiezhi.cases.tests.factories import LOAN, ApplicationFactory
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.tests.factories import NOW, CourtFactory, PostFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "zero byte": "甲\x00乙",
    "turned round": "甲\u202e乙\u2066丙",
    "controls": "甲\x01\x1b\x7f乙",
    "long": "长" * 3000,
    "number": "9" * 400,
    "template": "{{ 7 }}{% now %}%s%(x)s<script>alert(1)</script>",
}


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield
    cache.clear()


def test_numbers_beyond_what_a_row_can_have() -> None:
    target = things(CourtFactory(code="冀0606"), "密")
    people = [browser(target.judge), browser(PostFactory(administrator=True, court=target.court))]
    failed = []
    for address in [*addresses(), *operations()]:
        for name in address.parameters:
            if not isinstance(target.values[name], int):
                continue
            path = address.path({**target.values, name: 2**63})
            longer = address.path({**target.values, name: 10**30})
            for client in people:
                answers = [call(client, address, path, method) for method in sorted(address.methods)]
                if not address.operation:
                    answers.append(client.get(longer))
                failed += [path for answer in answers if answer.status_code >= 500]
    assert not failed, "\n".join(sorted(set(failed)))


def test_words_in_the_address() -> None:
    target = things(CourtFactory(code="冀0606"), "密")
    Authenticator.objects.all().delete()
    people = [
        browser(target.judge),
        browser(PostFactory(president=True, court=target.court)),
        browser(PostFactory(administrator=True, court=target.court)),
    ]
    asked = (
        "q",
        "judge",
        "cause",
        "text",
        "person",
        "case",
        "week",
        "after",
        "court",
        "kind",
        "sort",
        "since",
    )
    failed = []
    for address in [*addresses(), *operations()]:
        if "GET" not in address.methods or address.route.startswith("/accounts/"):
            continue
        path = address.path(target.values)
        for what in ("zero byte", "number"):
            for client in people:
                answer = client.get(path, dict.fromkeys(asked, WORDS[what]))
                text_of(answer)
                if answer.status_code >= 500:
                    failed.append(f"GET {path} {what}")
                if answer.status_code == 200:
                    break
    assert not failed, "\n".join(sorted(set(failed)))


def _application(**fields: Any) -> dict[str, Any]:
    party = {"kind": "PERSON", "name": "张测试"}
    return {
        "kind": "CIVIL_FIRST",
        "procedure": "SIMPLIFIED",
        "channel": "HALL",
        "received_on": "2026-11-24",
        "claims": "返还借款",
        "cause_key": LOAN,
        "parties": [{**party, "role": "PLAINTIFF"}, {**party, "role": "DEFENDANT", "name": "李测试"}],
        **fields,
    }


@pytest.mark.parametrize(
    "body",
    [
        _application(claims="甲\x00乙"),
        _application(facts="\ud800"),
        _application(client_token="\x00"),
        _application(prior_number="甲" * 100_000),
        _application(amount="1e999"),
        _application(amount="NaN"),
        _application(received_on="0001-01-01T99"),
        _application(parties=[{"kind": "PERSON", "name": "张\x00", "role": "PLAINTIFF"}]),
        _application(parties=[{"kind": "PERSON", "name": "张" * 1000, "role": "PLAINTIFF"}]),
        _application(status="ACCEPTED", case_id=1, court_code="冀0607", version=7),
        _application(claims=None),
        [],
        "x",
        None,
        {"kind": {"$gt": ""}},
    ],
    ids=repr,
)
def test_a_strange_application_is_refused_in_words(body: Any) -> None:
    client = browser(PostFactory(filing_clerk=True))
    answer = client.post("/api/v1/applications", json.dumps(body), content_type="application/json")
    assert answer.status_code in {400, 422}, answer.content.decode()[:300]
    message = answer.json()["message"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message), message
    assert not Application.objects.exists()
    assert not JournalEntry.objects.filter(kind="cases.application-received").exists()


def test_a_body_that_is_no_json_or_too_long() -> None:
    client = browser(PostFactory(filing_clerk=True))
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"claims": "' + "长".encode() * 4_000_000 + b'"}'):
        answer = client.post("/api/v1/applications", body, content_type="application/json")
        assert answer.status_code in {400, 413, 422}, body[:20]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.content.decode()), body[:20]


@pytest.mark.parametrize("what", ["zero byte", "number", "template"])
def test_words_in_forms(what: str) -> None:
    court = CourtFactory(code="冀0606")
    target = things(court, "密")
    application = ApplicationFactory(court=court)
    president = PostFactory(president=True, court=court)
    clerk, admin = PostFactory(filing_clerk=True, court=court), PostFactory(administrator=True, court=court)
    room = PostFactory(trial_management=True, court=court)
    case, values = target.case, target.values
    forms = [
        (clerk, "/applications/new/", ("claims", "facts", "prior_number", "amount", "party-0-name")),
        (clerk, f"/applications/{application.pk}/refuse/", ("reason", "basis", "refuse-reason")),
        (clerk, f"/applications/{application.pk}/withdraw/", ("reason", "withdraw-reason")),
        (clerk, "/cases/views/save/", ("name", "query")),
        (target.judge, f"/cases/{case.pk}/link/", ("number", "note")),
        (target.judge, f"/cases/{case.pk}/parties/join/", ("name", "phone", "identity_number", "reason")),
        (target.judge, f"/cases/{case.pk}/parties/{values['participant_id']}/leave/", ("reason",)),
        (target.judge, f"/cases/{case.pk}/parties/{values['participant_id']}/agents/", ("name", "firm")),
        (target.judge, f"/cases/{case.pk}/decide/", ("result", "cited_articles", "version", "outcome")),
        (target.judge, f"/cases/{case.pk}/requests/new/extension/", ("reason", "months", "version")),
        (target.judge, f"/hearings/{values['hearing_id']}/cancel/", ("cancel-reason",)),
        (target.judge, f"/cases/{case.pk}/hearings/new/", ("on", "begins", "room", "minutes", "replaces")),
        (target.judge, "/profile/tokens/new/", ("name", "expires_on", "scopes")),
        (target.judge, "/profile/relations/new/", ("name", "relation", "note", "identity_number")),
        (target.judge, "/profile/post/", ("post", "next")),
        (president, f"/approvals/{values['request_id']}/decide/", ("opinion",)),
        (admin, "/people/new/", ("name", "staff_number", "email")),
        (admin, f"/people/{values['person_id']}/change/", ("name", "email", "sex")),
        (admin, f"/courts/{court.pk}/divisions/new/", ("name", "kind", "valid_from")),
        (admin, f"/settings/{court.code}/cases.extension_months/", ("value", "reason", "valid_from")),
        (room, "/hearings/courtrooms/", ("name", "seats")),
    ]
    for post, path, names in forms:
        client = browser(post)
        for name in names:
            answer = client.post(path, {**FORM, name: WORDS[what]})
            body = answer.content.decode()
            assert answer.status_code < 500, (path, name)
            assert "<script>alert(1)" not in body, (path, name)
    anybody = Client(raise_request_exception=False)
    for name in ("login", "password", "next"):
        answer = anybody.post("/accounts/login/", {"login": "x", "password": "y", name: WORDS[what]})
        assert answer.status_code < 500, name
    assert anybody.get("/tools/cause/", {"q": WORDS[what]}).status_code < 500
