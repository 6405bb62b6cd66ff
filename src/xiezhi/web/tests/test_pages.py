"""The desk and the search as a browser gets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from xiezhi.cases.tests.factories import AT, CaseFactory
from xiezhi.foundation import todo
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Post
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PersonFactory, PostFactory
from xiezhi.law.case_numbers import CaseNumber
from xiezhi.web import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def client_of(post: Post) -> Client:
    client = Client()
    client.force_login(post.person.user)
    return client


def page(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def steady(answer: Any) -> str:
    """Return a page without what differs at every request."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def remind(post: Post, key: str, days: int | None, **fields: Any) -> None:
    todo.open_todo(
        key=key,
        kind="cases.review",
        title=f"事项{key}",
        court_code=post.court.code,
        person_id=post.person_id,
        due_on=None if days is None else TODAY + timedelta(days=days),
        url=f"/somewhere/{key}/",
        at=AT,
        **fields,
    )


def test_the_desk_shows_what_hurts_first() -> None:
    post = PostFactory()
    for key, days in (("later", 30), ("waiting", None), ("soon", 2), ("late", -4), ("today", 0)):
        remind(post, key, days)

    desk = page(client_of(post))

    order = [
        "已逾期",
        "事项late",
        "3 天内到期",
        "事项today",
        "事项soon",
        "等我处理",
        "事项waiting",
        "以后到期",
        "事项later",
    ]
    places = [desk.index(words) for words in order]
    assert places == sorted(places)
    assert "逾期 4 天" in desk
    assert "今天到期" in desk
    assert 'href="/somewhere/late/"' in desk
    assert re.search(r"待办 <span[^>]*>5</span> 项", desk)
    assert 'aria-label="待办 5 项"' in desk


def test_a_desk_without_to_dos_says_so() -> None:
    desk = page(client_of(PostFactory()))

    assert "今天没有待办" in desk
    assert 'aria-label="没有待办"' in desk


def test_to_dos_of_others_are_not_shown() -> None:
    mine = PostFactory()
    colleague = PostFactory(court=mine.court, division=mine.division)
    abroad = PostFactory()
    remind(colleague, "colleague", 1)
    remind(abroad, "abroad", 1)
    for court, role in ((mine.court, Role.CLERK), (abroad.court, Role.JUDGE)):
        todo.open_todo(key=role, kind="x", title=f"岗位{role}", court_code=court.code, role=role.value, at=AT)

    desk = page(client_of(mine))

    assert "事项colleague" not in desk
    assert "事项abroad" not in desk
    assert "岗位" + Role.CLERK not in desk
    assert "岗位" + Role.JUDGE not in desk

    todo.open_todo(
        key="ours", kind="x", title="本岗位的事", court_code=mine.court.code, role=Role.JUDGE.value, at=AT
    )
    assert "本岗位的事" in page(client_of(mine))


def test_a_to_do_names_its_case_only_to_those_who_may_read_it() -> None:
    court = CourtFactory()
    president = PostFactory(president=True, court=court)
    own, foreign = CaseFactory(court=court), CaseFactory()
    remind(president, "own", 1, case_id=own.pk)
    remind(president, "foreign", 1, case_id=foreign.pk)

    desk = page(client_of(president))

    assert own.number in desk
    assert foreign.number not in desk


def test_a_long_desk_costs_no_more_queries_and_says_how_much_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    court = CourtFactory()
    post = PostFactory(president=True, court=court)
    client = client_of(post)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(client)
        return len(seen)

    remind(post, "first", 1, case_id=CaseFactory(court=court).pk)
    queries()  # what a process reads once
    few = queries()
    for n in range(12):
        remind(post, f"n{n}", n - 6, case_id=CaseFactory(court=court).pk)
    assert queries() == few

    monkeypatch.setattr(selectors, "DESK_ROWS", 5)
    desk = page(client)
    assert "这里是最紧要的" in desk
    assert desk.count('class="desk-row"') == 5


def test_somebody_without_a_post_is_told_whom_to_ask() -> None:
    person = PersonFactory()
    ended = PostFactory(ended=True)
    for user in (person.user, ended.person.user):
        client = Client()
        client.force_login(user)
        for address in ("/", "/search/?q=1"):
            shown = page(client, address)
            assert "没有在任的岗位" in shown
            assert 'aria-label="主导航"' not in shown


@pytest.mark.parametrize("address", ["/", "/search/?q=2026"])
def test_a_visitor_is_led_to_the_sign_in_and_back(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize(
    "spelling",
    [
        "（2026）冀0606民初7号",
        "(2026)冀0606民初7号",
        "2026冀0606民初7",
        "〔2026〕冀0606民初7号",
        " 2026 冀 0606 民初 7 号 ",
        "（２０２６）冀０６０６民初７号",
    ],
)
def test_a_case_number_in_any_spelling_leads_to_the_case(spelling: str) -> None:
    court = CourtFactory(code="冀0606")
    case = CaseFactory(court=court, sequence=7)
    client = client_of(PostFactory(president=True, court=court))

    answer = client.get("/search/", {"q": spelling})

    assert answer.status_code == 302
    assert answer["Location"] == f"/cases/{case.pk}/"


def test_a_case_of_another_court_is_found_no_more_than_one_that_does_not_exist() -> None:
    court, other = CourtFactory(code="冀0606"), CourtFactory(code="冀0607")
    president, stranger = PostFactory(president=True, court=court), PostFactory(president=True, court=other)
    case = CaseFactory(court=court, sequence=7)
    absent = str(CaseNumber(2026, court.code, "", "民初", 8))
    client = client_of(stranger)

    hidden, nothing = (client.get("/search/", {"q": number}) for number in (case.number, absent))

    assert "没有找到" in hidden.content.decode()
    assert steady(hidden).replace(case.number, absent) == steady(nothing)
    hidden, nothing = client.get(f"/cases/{case.pk}/"), client.get("/cases/999999999/")
    assert hidden.status_code == nothing.status_code == 404
    assert steady(hidden) == steady(nothing)

    # the same words of somebody of the court find it
    assert client_of(president).get("/search/", {"q": case.number}).status_code == 302


def test_words_find_what_the_post_may_see_and_nothing_typed_is_no_error() -> None:
    court = CourtFactory()
    client = client_of(PostFactory(president=True, court=court))
    own, foreign = CaseFactory(court=court), CaseFactory()

    found = page(client, "/search/?q=民间借贷纠纷")

    assert own.number in found
    assert foreign.number not in found
    assert "结果" not in re.sub(r"<title>.*</title>", "", page(client, "/search/?q=+"))


def test_the_style_guide_is_for_developers_and_demonstrations() -> None:
    with override_settings(DEMO=True, DEBUG=False):
        guide = page(Client(), "/styleguide/")
    assert all(words in guide for words in ("逾期 3 天", "剩 2 天", "128,560.50", "（2026）冀0606民初1234号"))
    with override_settings(DEMO=False, DEBUG=False):
        assert Client().get("/styleguide/").status_code == 404
