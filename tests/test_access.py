"""Every address and every operation of the API, tried by everybody it is not for.

The addresses come from the code: a new one is tried at once, and one with a parameter this file cannot fill
fails the test until it can. Reading must answer 403 or 404 and give nothing away;
writing must change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from xiezhi.cases.contracts import RequestKind
from xiezhi.cases.models import Case, SavedView
from xiezhi.cases.tests.factories import (
    AT,
    AgentFactory,
    ApplicationFactory,
    CaseFactory,
    ParticipantFactory,
    RequestFactory,
)
from xiezhi.foundation import journal
from xiezhi.foundation.models import DeadLetter, JournalEntry, Notice
from xiezhi.hearings.tests.factories import CourtroomFactory, HearingFactory
from xiezhi.identity import events as identity_events
from xiezhi.identity.contracts import ApiScope, Role
from xiezhi.identity.models import Court, Post
from xiezhi.identity.services import tokens
from xiezhi.identity.tests.factories import (
    NOW,
    CourtFactory,
    DelegationFactory,
    DivisionFactory,
    PostFactory,
    RecusalRelationFactory,
    actor_of,
)
from xiezhi.parties.tests.factories import PartyFactory
from xiezhi.project.api import api

pytestmark = pytest.mark.django_db

HEADERS = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
}
#: What a form might carry; every view takes what it knows.
FORM: Mapping[str, Any] = {
    "decision": "approve",
    "opinion": "同意",
    "reason": "试一试",
    "postpone-reason": "试一试",
    "cancel-reason": "试一试",
    "version": "0",
    "name": "试一试",
    "seats": "3",
    "in_use": "on",
    "is_default": "on",
    "query": "q=1",
    "confirm": "on",
    "until": "2026-11-30",
    "valid_to": "2026-11-30",
    "valid_from": "2026-11-30",
    "kind": "CIVIL",
    "value": "3",
    "role": "JUDGE",
    "since": "2026-11-24",
    "basis": "民事诉讼法第一百二十二条",
    "answer": "已经补正",
    "items": "补交证据",
    "answer_by": "2026-12-04",
    "locked": "on",
}
#: The body an operation of the API wants, by its id; one that is not here has none.
BODIES: Mapping[str, Any] = {
    "application_correction": {"items": ["补交身份证明"], "answer_by": "2026-12-04"},
    "application_refuse": {"reason": "不属于受案范围", "basis": "民事诉讼法第一百二十二条"},
    "approval_decide": {"approve": True, "opinion": "同意"},
}


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield
    cache.clear()


# The addresses


@dataclass(frozen=True, slots=True)
class Address:
    """An address as the code has it: the path with its parameters, and what answers it."""

    route: str
    name: str
    parameters: tuple[str, ...]
    operation: str = ""
    methods: frozenset[str] = frozenset({"GET", "POST"})

    def path(self, values: Mapping[str, Any]) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), self.route)


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        else:
            yield route, pattern


def _readable(route: str) -> str:
    """Return `cases/<int:case_id>/` and `^people/(?P<form>csv|xlsx)$` as `/cases/{case_id}/`."""
    route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)", r"\1", route))
    return "/" + re.sub(r"\\(.)", r"\1", route.replace("^", "").replace("$", ""))


def addresses() -> list[Address]:
    """Return every address of the product outside the API."""
    found = []
    for route, pattern in _patterns(get_resolver()):
        if not route.startswith("api/v1/"):
            path = _readable(route)
            found.append(Address(path, pattern.name or "", tuple(re.findall(r"\{(\w+)\}", path))))
    assert len(found) > 100
    return found


def operations() -> list[Address]:
    """Return every operation of the API, a method each."""
    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            assert "requestBody" not in operation or "/law/" in path or name in {*BODIES, *LISTS_API}, name
            parameters = tuple(re.findall(r"\{(\w+)\}", path))
            found.append(Address(path, name, parameters, name, frozenset({method.upper()})))
    assert len(found) > 20
    return found


LISTS_API = {"application_create"}


# What is behind them


@dataclass(slots=True)
class Things:
    """One of everything in one court, and the words by which it would be known."""

    court: Court
    case: Case
    judge: Post
    values: dict[str, Any]
    words: tuple[str, ...]
    own: dict[str, Any] = field(default_factory=dict)


def things(court: Court, mark: str, *, restricted: bool = False) -> Things:
    """Return a court at work. `mark`: a word that its names carry and nobody else's do."""
    case = CaseFactory(court=court, preparing=True, parties=False, restricted=restricted)
    case.title = f"{mark}原诉{mark}被民间借贷纠纷"
    case.save(update_fields=["title"])
    plaintiff = ParticipantFactory(case=case, party=PartyFactory(name=f"{mark}原"))
    ParticipantFactory(case=case, party=PartyFactory(name=f"{mark}被"), role="DEFENDANT")
    from xiezhi.cases.services.steps import refresh_search

    refresh_search([case.pk])
    agent = AgentFactory(participant=plaintiff, name=f"{mark}律")
    judge = case.judge.posts.get()
    judge.person.name = f"{mark}法官"
    judge.person.save(update_fields=["name"])
    president = PostFactory(president=True, court=court)
    application = ApplicationFactory(court=court, claims=f"{mark}请求", restricted=restricted)
    application.participants.update(name=f"{mark}申请人")
    request = RequestFactory(case=case, summary=f"{mark}延长审限", reason=f"{mark}理由")
    hearing = HearingFactory(case=case, room=CourtroomFactory(court=court, name=f"{mark}庭"))
    entry = journal.record(
        identity_events.PersonFileOpened(person_id=judge.person_id, name=f"{mark}看"),
        actor=actor_of(president),
        court_code=court.code,
        case_id=case.pk,
        subject=f"person:{judge.person_id}",
        at=AT,
    )
    view = SavedView.objects.create(person=judge.person, name=f"{mark}视图", query="q=1")
    Notice.objects.create(
        person_id=judge.person_id, text=f"{mark}消息", url="/", case_id=case.pk, created_at=AT
    )
    letter = DeadLetter.objects.create(
        subscriber="cases.todo",
        entry_id=entry,
        entry_kind="identity.person-file-opened",
        court_code=court.code,
        error=f"{mark}错",
        tries=5,
        failed_at=AT,
    )
    delegation = DelegationFactory(from_post=president, reason=f"{mark}出差")
    relation = RecusalRelationFactory(person=judge.person, name=f"{mark}关系人")
    token = tokens.token_issue(
        actor=actor_of(judge),
        name=f"{mark}令牌",
        scopes=[ApiScope.CASES_READ],
        expires_on=date(2027, 1, 1),
        at=AT,
    ).token
    user = judge.person.user
    assert user is not None
    device = UserSession.objects.create(user=user, ip="192.0.2.1", session_key=f"{mark}-session")
    kind = Authenticator.Type.WEBAUTHN
    key = Authenticator.objects.create(user=user, type=kind, data={"name": f"{mark}钥"})
    division = DivisionFactory(court=court, name=f"{mark}部门")
    values = {
        "case_id": case.pk,
        "participant_id": plaintiff.pk,
        "agent_id": agent.pk,
        "application_id": application.pk,
        "request_id": request.pk,
        "hearing_id": hearing.pk,
        "room_id": hearing.room_id,
        "view_id": view.pk,
        "entry_id": entry,
        "letter_id": letter.pk,
        "delegation_id": delegation.pk,
        "relation_id": relation.pk,
        "token_id": token.pk,
        "session_id": device.pk,
        "person_id": judge.person_id,
        "post_id": judge.pk,
        "court_id": court.pk,
        "court_code": court.code,
        "division_id": division.pk,
        "pk": key.pk,
        "key": "cases.extension_months",
        "kind": RequestKind.EXTENSION.lower(),
        "tab": "hearings",
        "file_format": "csv",
        "form": "csv",
        "rest": "x/",
        "uidb36": "1",
        "provider_id": "court-sso",
    }
    words = (mark, case.number, plaintiff.party.identity_number)
    return Things(court, case, judge, values, words)


# Who tries


def browser(post: Post, **options: Any) -> Client:
    """Return a browser in which the holder of a post is signed in."""
    user = post.person.user
    assert user is not None
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["post_choice"] = f"p{post.pk}"
    session.save()
    client = Client(raise_request_exception=False, **options)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def everything() -> dict[str, str]:
    """Return a fingerprint of every table of the rooms."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("xiezhi.") or model is Authenticator
    )
    parts = [
        f"select '{table}', count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' "
        f"order by md5(t::text))), '') from {table} t"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts))
        return dict(cursor.fetchall())


@dataclass(slots=True)
class Faults:
    found: list[str] = field(default_factory=list)

    def note(self, who: str, what: str, path: str, why: object) -> None:
        self.found.append(f"{who}: {what} {path} {why}")

    def none(self) -> None:
        assert not self.found, "\n".join(self.found[:60]) + f"\n{len(self.found)} in all"


def text_of(answer: HttpResponseBase) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode("utf-8", "replace")  # type: ignore[attr-defined]
    return answer.content.decode("utf-8", "replace")  # type: ignore[attr-defined]


def call(client: Client, address: Address, path: str, method: str) -> HttpResponseBase:
    if method == "GET":
        return client.get(path)
    if address.operation:
        return client.post(path, BODIES.get(address.operation, {}), content_type="application/json")
    return client.post(path, FORM)


def try_all(
    faults: Faults,
    who: str,
    client: Client,
    target: Things,
    *,
    only: Callable[[Address], bool],
    methods: tuple[str, ...] = ("GET", "POST"),
    refusals: frozenset[int] = frozenset({403, 404}),
    may_read: bool = False,
) -> None:
    """Have somebody try every address of what is not for them."""
    before = everything()
    for address in [*addresses(), *operations()]:
        if not address.parameters or not only(address):
            continue
        path = address.path(target.values)
        for method in methods:
            if method not in address.methods:
                continue
            answer = call(client, address, path, method)
            if answer.status_code not in refusals | ANSWERS_ALIKE.get(address.route, {405}) | {405}:
                faults.note(who, method, path, answer.status_code)
            body = text_of(answer)
            if not may_read and any(word in body for word in target.words):
                faults.note(who, method, path, "gives something away")
            for header in HEADERS - set(answer.headers):
                faults.note(who, method, path, f"without {header}")
    after = everything()
    for table in before:
        if before[table] != after[table]:
            faults.note(who, "changed", table, (before[table], after[table]))


#: Taking away twice is harmless, so a view that is not one's own answers like one that is gone.
#: A key of one's account is touched after the password was asked for once more, whosever key it is.
ANSWERS_ALIKE = {
    "/cases/views/{view_id}/delete/": frozenset({302}),
    "/accounts/2fa/webauthn/keys/{pk}/remove/": frozenset({302}),
    "/accounts/2fa/webauthn/keys/{pk}/edit/": frozenset({302}),
}
#: Addresses of a thing that is open to all who are signed in, or to nobody, with the reason.
OPEN: Mapping[str, str] = {
    "/cases/export/{file_format}/": "a list; narrowed to what one sees",
    "/people/export.{form}": "a list; narrowed to what one sees",
    "/accounts/confirm-email/{rest}": "closed for all: the administrator opens accounts",
    "/accounts/password/reset/{rest}": "closed for all: the administrator resets passwords",
    "/accounts/confirm-email/{key}/": "closed for all",
    "/accounts/password/reset/key/{uidb36}-{key}/": "closed for all",
    "/accounts/oidc/{provider_id}/login/": "the way to the single sign-on",
    "/accounts/oidc/{provider_id}/login/callback/": "the way back from the single sign-on",
}
CASE_PARAMETERS = {"case_id", "application_id", "request_id", "hearing_id"}


def of_things(address: Address) -> bool:
    return address.route not in OPEN


def of_cases(address: Address) -> bool:
    return of_things(address) and bool(CASE_PARAMETERS & set(address.parameters))


def test_every_parameter_can_be_filled() -> None:
    known = set(things(CourtFactory(), "密").values)
    for address in [*addresses(), *operations()]:
        assert set(address.parameters) <= known, f"{address.route}: say in things() what it is filled with"
    routes = {address.route for address in addresses()}
    assert set(OPEN) <= routes, set(OPEN) - routes


def test_the_right_people_get_in() -> None:
    """The same addresses, filled in the same way, lead somewhere for those they are for."""
    target = things(CourtFactory(code="冀0606"), "密")
    court = target.court
    insiders = [
        browser(target.judge),
        browser(PostFactory(filing_clerk=True, court=court)),
        browser(PostFactory(president=True, court=court)),
        browser(PostFactory(administrator=True, court=court)),
        browser(PostFactory(administrator=True, court=CourtFactory(code="冀06"))),
    ]
    missed = []
    for address in [*addresses(), *operations()]:
        if not address.parameters or not of_things(address) or "GET" not in address.methods:
            continue
        answers = set()
        for client in insiders:
            answer = client.get(address.path(target.values))
            text_of(answer)
            answers.add(answer.status_code)
        # 409: known and let in, but the case does not stand where the step begins
        if not answers & {200, 302, 405, 409} and address.route not in NOT_NOW:
            missed.append(f"{address.route} {answers}")
    assert not missed, "\n".join(missed)


#: What stands open only in another state of the thing, and is tried by those it is not for all the same.
NOT_NOW = {"/people/{person_id}/delegate/"}  # a judge's post cannot be stood in for


#: One role for each set of rights that differs: own cases, filing, a division, a whole court, the register.
ELSEWHERE = (
    Role.JUDGE,
    Role.FILING_CLERK,
    Role.DIVISION_HEAD,
    Role.PRESIDENT,
    Role.TRIAL_MANAGEMENT,
    Role.ADMINISTRATOR,
)


def test_nothing_of_a_court_is_open_to_another() -> None:
    target, faults = things(CourtFactory(code="冀0606"), "密甲辰"), Faults()
    other = CourtFactory(code="冀0607")
    things(other, "别乙巳")
    for role in ELSEWHERE:
        client = browser(PostFactory(role=role.value, court=other))
        try_all(faults, f"{role.label} elsewhere", client, target, only=of_things)
    faults.none()


def test_the_court_above_opens_no_door_without_reach_and_the_court_below_none_at_all() -> None:
    below, above = things(CourtFactory(code="冀0606"), "密甲辰"), things(CourtFactory(code="冀06"), "别乙巳")
    faults = Faults()
    for role in (Role.JUDGE, Role.FILING_CLERK):
        client = browser(PostFactory(role=role.value, court=above.court))
        try_all(faults, f"{role.label} above", client, below, only=of_things)
    for role in (Role.PRESIDENT, Role.ADMINISTRATOR):
        client = browser(PostFactory(role=role.value, court=below.court))
        try_all(faults, f"{role.label} below", client, above, only=of_things)
    for role in (Role.PRESIDENT, Role.TRIAL_MANAGEMENT):
        # reads what is below, and writes nothing there
        client = browser(PostFactory(role=role.value, court=above.court))
        try_all(
            faults,
            f"{role.label} reaching down",
            client,
            below,
            only=of_cases,
            methods=("POST",),
            refusals=frozenset({403, 404, 409, 422}),
            may_read=True,
        )
    faults.none()


def test_colleagues_outside_the_team_and_the_division_get_nothing() -> None:
    target, faults = things(CourtFactory(code="冀0606"), "密甲辰"), Faults()
    other = DivisionFactory(court=target.court, name="民事审判第二庭")
    for role in (Role.JUDGE, Role.ASSISTANT, Role.CLERK, Role.ENFORCEMENT_OFFICER, Role.ADMINISTRATOR):
        post = PostFactory(role=role.value, court=target.court, division=other)
        try_all(faults, f"{role.label} colleague", browser(post), target, only=of_cases)
    head = PostFactory(division_head=True, court=target.court, division=other)
    try_all(
        faults,
        "head of another division",
        browser(head),
        target,
        only=lambda address: of_cases(address) and "application_id" not in address.parameters,
    )
    post = PostFactory(judge=True, court=target.court, division=other)
    try_all(
        faults,
        "judge, register",
        browser(post),
        target,
        only=lambda address: of_things(address) and not {"court_code"} & set(address.parameters),
    )
    faults.none()


def test_a_restricted_case_is_its_teams_alone() -> None:
    target, faults = things(CourtFactory(code="冀0606"), "密甲辰", restricted=True), Faults()
    # decided by the president, who therefore reads the request, and nothing else of the case
    for role in (
        Role.PRESIDENT,
        Role.TRIAL_MANAGEMENT,
        Role.ARCHIVIST,
        Role.FILING_CLERK,
    ):
        client = browser(PostFactory(role=role.value, court=target.court))
        hidden = {"case_id", "hearing_id"} | ({"request_id"} if role is not Role.PRESIDENT else set())
        hidden |= {"application_id"} if role is not Role.FILING_CLERK else set()
        try_all(
            faults,
            f"{role.label}, restricted",
            client,
            target,
            only=lambda address, hidden=hidden: (  # type: ignore[misc]
                of_things(address) and bool(hidden & set(address.parameters))
            ),
        )
    head = PostFactory(division_head=True, court=target.court, division=target.case.division)
    above = PostFactory(president=True, court=CourtFactory(code="冀06"))
    for who, post in (("head of the division", head), ("president above", above)):
        try_all(faults, f"{who}, restricted", browser(post), target, only=of_cases)
    faults.none()


def test_an_auditor_sees_that_something_was_done_in_a_restricted_case_and_not_what() -> None:
    target = things(CourtFactory(code="冀0606"), "密甲辰", restricted=True)
    plain = things(CourtFactory(code="冀0607"), "明丙午")
    for role in (Role.PRESIDENT, Role.INSPECTOR):
        for things_, open_to in ((target, False), (plain, True)):
            client = browser(PostFactory(role=role.value, court=things_.court))
            mark, entry = things_.words[0], things_.values["entry_id"]
            for path in (
                "/journal/",
                "/journal/export.csv",
                f"/journal/{entry}/",
                "/api/v1/journal",
                f"/api/v1/journal/{entry}",
            ):
                answer = client.get(path)
                assert answer.status_code == 200, path
                assert (f"{mark}看" in text_of(answer)) is open_to, (role, path)
            found = text_of(client.get("/api/v1/journal", {"text": f"{mark}看"}))
            assert (f"{mark}看" in found) is open_to, role
            assert str(entry) in found or not open_to


def test_a_visitor_is_led_to_the_sign_in() -> None:
    target, faults = things(CourtFactory(code="冀0606"), "密甲辰"), Faults()
    visitor = Client(raise_request_exception=False)
    try_all(
        faults,
        "visitor",
        visitor,
        target,
        only=of_things,
        refusals=frozenset({302, 401, 403, 404}),
    )
    nobody = PostFactory(judge=True, until=date(2026, 10, 1))
    refusals = frozenset({401, 403, 404})
    try_all(faults, "without a post", browser(nobody), target, only=of_things, refusals=refusals)
    faults.none()


#: Pages of everybody: the law, and the way in.
PUBLIC = re.compile(r"^/(tools/|accounts/|api/v1/law/|styleguide/)")


def test_lists_counts_and_searches_show_nothing_of_others() -> None:
    """Every address without a parameter, with words in the query that would find what is not for one."""
    target, faults = things(CourtFactory(code="冀0606"), "密甲辰"), Faults()
    other = CourtFactory(code="冀0607")
    division = DivisionFactory(court=target.court, name="民事审判第二庭")
    visitors = [
        (f"{role.label} elsewhere", PostFactory(role=role.value, court=other)) for role in ELSEWHERE
    ] + [
        (f"{role.label} colleague", PostFactory(role=role.value, court=target.court, division=division))
        for role in (Role.JUDGE, Role.CLERK)
    ]
    lists = [
        address
        for address in addresses()
        if not address.parameters or OPEN.get(address.route, "").startswith("a list")
    ] + [address for address in operations() if not address.parameters and "GET" in address.methods]
    week = target.case.hearings.get().starts_at.date().isoformat()
    queries: list[Mapping[str, str]] = [
        {"week": week, "q": target.case.number, "tab": "ALL", "court": target.court.code},
        {
            "week": week,
            "q": "密甲辰原",
            "judge": "密甲辰法官",
            "court_code": target.court.code,
            "text": "密甲辰",
            "case": target.case.number,
            "waiting": "false",
        },
    ]
    asked = {value for query in queries for value in query.values()}
    for who, post in visitors:
        client = browser(post)
        for address in lists:
            if PUBLIC.match(address.route):
                continue
            for query in queries:
                path = address.path({"file_format": "csv", "form": "csv"})
                answer = client.get(path, query)
                if answer.status_code >= 500:
                    faults.note(who, "GET", path, answer.status_code)
                body = text_of(answer)
                for echo in sorted(asked, key=len, reverse=True):
                    body = body.replace(echo, "")
                # one's own court has rooms in its calendar, whatever sits there
                body = body.replace("密甲辰庭", "") if "colleague" in who else body
                body = body.replace("密甲辰部门", "") if "colleague" in who else body
                if "密甲辰" in body or target.case.number in body:
                    at = body.find("密甲辰") if "密甲辰" in body else body.find(target.case.number)
                    faults.note(who, "GET", path, (query, body[max(0, at - 60) : at + 60]))
    faults.none()


def test_reading_writes_nothing_but_that_one_looked() -> None:
    """A link in a mail must not be able to do anything."""
    target = things(CourtFactory(code="冀0606"), "密甲辰")
    court = target.court
    looks = {
        "identity.person-file-opened",
        "identity.people-exported",
        "identity.journal-searched",
        "identity.journal-exported",
        "cases.list-exported",
        "cases.record-exported",
        "cases.identity-viewed",
        "identity.signed-out",
    }
    faults = Faults()
    for post in (
        target.judge,
        PostFactory(filing_clerk=True, court=court),
        PostFactory(president=True, court=court),
        PostFactory(administrator=True, court=court),
    ):
        client = browser(post)
        Authenticator.objects.all().delete()  # an invented key cannot be asked for at the sign-in
        before, last = everything(), JournalEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
        for address in [*addresses(), *operations()]:
            if "GET" not in address.methods:
                continue
            path = address.path(target.values)
            answer = client.get(path, {"week": "2026-11-24", "q": "原"})
            if answer.status_code >= 500:
                faults.note(post.role, "GET", path, answer.status_code)
            text_of(answer)
        written = set(JournalEntry.objects.filter(pk__gt=last).values_list("kind", flat=True))
        if written - looks:
            faults.note(post.role, "GET", "writes", sorted(written - looks))
        after = everything()
        changed = {table for table in before if before[table] != after[table]}
        changed -= {JournalEntry._meta.db_table}
        if changed:
            faults.note(post.role, "GET", "changes", sorted(changed))
    faults.none()


def test_every_post_needs_the_token_of_the_form() -> None:
    target = things(CourtFactory(code="冀0606"), "密甲辰")
    faults = Faults()
    for post in (target.judge, PostFactory(filing_clerk=True, court=target.court)):
        client = browser(post, enforce_csrf_checks=True)
        before = everything()
        for address in [*addresses(), *operations()]:
            if "POST" not in address.methods or address.route.startswith("/api/v1/law/"):
                continue
            path = address.path(target.values)
            answer = call(client, address, path, "POST")
            text_of(answer)
            if answer.status_code != 403:
                faults.note(post.role, "POST", path, answer.status_code)
        changed = {table for table, print_ in everything().items() if before[table] != print_}
        if changed:
            faults.note(post.role, "POST", "changes", sorted(changed))
    faults.none()
