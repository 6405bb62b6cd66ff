"""The case list as a browser gets it: who sees what, filters, pages, saved views, exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from xiezhi.cases.models import Case, SavedView
from xiezhi.cases.tests.factories import AT, CaseFactory, TeamMemberFactory, division_for
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Post
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def client_of(post: Post) -> Client:
    """Return a browser in which the holder of the post is signed in."""
    client = Client()
    client.force_login(post.person.user)
    return client


def post_in(case: Case, role: Role, **fields: Any) -> Post:
    post: Post = PostFactory(court=case.court, role=role.value, **fields)
    return post


def president_of(case: Case) -> Client:
    return client_of(post_in(case, Role.PRESIDENT))


def judge_of(case: Case) -> Client:
    return client_of(case.judge.posts.get())


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def in_table(client: Client, query: str, *cases: Case) -> list[bool]:
    page = body(client, f"/cases/?{query}")
    return [f"/cases/{case.pk}/" in page for case in cases]


def test_a_visitor_is_led_to_the_sign_in_page():
    response = Client().get("/cases/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_everybody_sees_the_cases_of_their_scope():
    mine = CaseFactory(court=CourtFactory(code="冀0606"), preparing=True)
    other = CaseFactory(court=mine.court, preparing=True)
    criminal = CaseFactory(court=mine.court, kind="CRIMINAL_FIRST_PUBLIC", preparing=True)
    elsewhere = CaseFactory(court=CourtFactory(code="冀0607"), preparing=True)
    cases = (mine, other, criminal, elsewhere)

    head = client_of(post_in(mine, Role.DIVISION_HEAD, division=division_for(mine)))
    above = client_of(PostFactory(president=True, intermediate=True))
    nobody = client_of(post_in(mine, Role.ADMINISTRATOR))
    assert in_table(judge_of(mine), "view=all", *cases) == [True, False, False, False]
    assert in_table(head, "view=all", *cases) == [True, True, False, False]
    assert in_table(president_of(mine), "view=all", *cases) == [True, True, True, False]
    assert in_table(above, "view=all", *cases) == [True, True, True, True]
    assert in_table(nobody, "view=all", *cases) == [False] * 4


def test_a_restricted_case_is_listed_for_its_team_alone():
    case = CaseFactory(preparing=True, secret=True)
    assert in_table(judge_of(case), "view=all", case) == [True]
    assert in_table(president_of(case), "view=all", case) == [False]

    left = PostFactory(judge=True, court=case.court)
    TeamMemberFactory(case=case, person=left.person, until=TODAY - timedelta(days=1))
    assert in_table(client_of(left), "view=all", case) == [False]


@pytest.mark.parametrize(
    "spelling",
    [
        "（2026）冀0606民初7号",
        "(2026)冀0606民初7号",
        "2026 冀0606 民初 第7号",
        "〔２０２６〕冀0606民初００７号",
        "（2026）冀0606民初7号之一",
    ],
)
def test_any_spelling_of_a_number_finds_the_case(spelling: str):
    case = CaseFactory(court=CourtFactory(code="冀0606"), sequence=7, preparing=True)
    other = CaseFactory(court=case.court, sequence=77, preparing=True)
    page = president_of(case).get("/cases/", {"q": spelling}).content.decode()
    assert f"/cases/{case.pk}/" in page
    assert f"/cases/{other.pk}/" not in page


def test_words_find_parts_of_names_titles_and_numbers():
    case = CaseFactory(preparing=True)
    other = CaseFactory(court=case.court, preparing=True)
    president = president_of(case)
    name = case.participants.order_by("pk").first().name

    assert in_table(president, f"q={name}", case, other) == [True, False]
    assert in_table(president, f"q={name[1:]}", case) == [True]
    assert in_table(president, f"q={name} 民间借贷", case, other) == [True, False]
    assert in_table(president, f"q={name[::-1]}", case) == [False]
    assert in_table(president, "q=%EF%BC%8C", case) == [False]
    number = f"民初{case.sequence}号"
    assert in_table(president, f"q={number}", case, other) == [True, False]
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert in_table(president, f"q={case.court_code} {wide}", case, other) == [True, False]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("stage=HEARING", [True, False, False], id="stage"),
        pytest.param("kind=CIVIL_FIRST", [True, False, True], id="kind"),
        pytest.param("procedure=SIMPLIFIED", [False, False, True], id="procedure"),
        pytest.param("cause=合同、准合同纠纷", [True, True, True], id="cause with those below"),
        pytest.param("cause=离婚纠纷", [False, False, False], id="another cause"),
        pytest.param("state=CLOSED", [False, False, True], id="closed"),
        pytest.param("state=OPEN", [True, True, False], id="open"),
        pytest.param("due=OVERDUE", [True, False, False], id="overdue"),
        pytest.param("due=WITHIN_3", [False, True, False], id="due within three days"),
        pytest.param("due=STOPPED", [False, False, False], id="stopped"),
        pytest.param("amount_from=100,000&amount_to=150000", [False, False, True], id="amount"),
        pytest.param("docketed_from=20261101", [False, True, False], id="docketed from"),
        pytest.param("docketed_to=2026-10-31", [True, False, True], id="docketed to"),
        pytest.param(
            "closed_from=2026-11-01&closed_to=2026-11-30", [False, False, True], id="closed between"
        ),
    ],
)
def test_filters(query: str, expected: list[bool]):
    overdue = CaseFactory(
        heard=True,
        docketed_on=TODAY - timedelta(days=200),
        due_on=TODAY - timedelta(days=1),
        amount=Decimal(9),
    )
    soon = CaseFactory(
        court=overdue.court, enforcement=True, assigned=True, due_on=TODAY + timedelta(days=3), amount=None
    )
    closed = CaseFactory(
        court=overdue.court, simplified=True, pronounced=True, docketed_on=TODAY - timedelta(days=40)
    )
    assert in_table(president_of(overdue), query, overdue, soon, closed) == expected


def test_filters_by_judge_and_division():
    case = CaseFactory(preparing=True)
    other = CaseFactory(court=case.court, enforcement=True, preparing=True)
    president = president_of(case)
    assert in_table(president, f"judge={case.judge.name}", case, other) == [True, False]
    assert in_table(president, f"division={case.division_id}", case, other) == [True, False]


def test_the_court_above_chooses_a_court_below_and_nobody_else_does():
    case = CaseFactory(court=CourtFactory(code="冀0606"), preparing=True)
    other = CaseFactory(court=CourtFactory(code="冀0607"), preparing=True)
    above = client_of(PostFactory(president=True, intermediate=True))
    assert in_table(above, "court=冀0606", case, other) == [True, False]
    assert 'name="court"' not in body(president_of(case), "/cases/?view=all")


def test_a_wrong_filter_is_said_and_kept_and_lists_nothing():
    case = CaseFactory(preparing=True)
    response = judge_of(case).get("/cases/?docketed_from=2026-02-30&q=张")
    page = response.content.decode()
    assert response.status_code == 422
    assert "2026-02-30" in page
    assert 'value="张"' in page
    assert "data-error-summary" in page
    assert f"/cases/{case.pk}/" not in page


@pytest.mark.parametrize(
    "sort", ["-docketed_on", "docketed_on", "due_on", "-due_on", "number", "-number", "nonsense"]
)
def test_pages_by_key_show_every_case_once(sort: str):
    first = CaseFactory(preparing=True)
    cases = [first, *(CaseFactory(court=first.court, preparing=True) for _ in range(120))]
    president = president_of(first)
    seen: list[int] = []
    address = f"/cases/?sort={sort}"
    for _page in range(3):
        response = president.get(address)
        page = response.context["page"]
        seen += [row.case_id for row in page.rows]
        address = f"/cases/?sort={sort}&after={page.next_token}"
    assert page.next_token is None
    assert sorted(seen) == sorted(case.pk for case in cases)
    assert response.context["page"].count == 121


def test_numbers_are_sorted_as_numbers():
    case = CaseFactory(preparing=True, sequence=9)
    other = CaseFactory(court=case.court, sequence=10, preparing=True)
    rows = president_of(case).get("/cases/?sort=number").context["rows"]
    assert [row.case_id for row in rows] == [case.pk, other.pk]


def test_the_number_of_queries_does_not_grow(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    case = CaseFactory(preparing=True)
    president = president_of(case)
    president.get("/cases/?view=all")  # the first page of a session writes the session down
    with django_assert_max_num_queries(18) as few:
        president.get("/cases/?view=all")
    for _ in range(30):
        CaseFactory(court=case.court, preparing=True)
    with django_assert_num_queries(len(few)):
        president.get("/cases/?view=all")


# Saved views


def test_a_view_is_saved_opened_by_default_and_deleted():
    case = CaseFactory(preparing=True)
    judge = judge_of(case)
    data = {"name": " 本周 到期 ", "query": "due=WITHIN_3&after=x&view=all&cause=", "is_default": "1"}
    for _twice in range(2):
        assert judge.post(reverse("cases:saved_view_save"), data).status_code == 302
    view = SavedView.objects.get()
    assert (view.name, view.query, view.is_default) == ("本周 到期", "due=WITHIN_3", True)

    response = judge.get("/cases/")
    assert response.headers["Location"] == "/cases/?due=WITHIN_3"
    assert "本周 到期" in body(judge, "/cases/?view=all")

    judge.post(reverse("cases:saved_view_default", args=[view.pk]), {})
    assert judge.get("/cases/").status_code == 200
    for _twice in range(2):
        judge.post(reverse("cases:saved_view_delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_only_one_view_is_the_default():
    judge = client_of(PostFactory())
    for name in ("甲", "乙"):
        judge.post(reverse("cases:saved_view_save"), {"name": name, "query": "state=OPEN", "is_default": "1"})
    assert SavedView.objects.get(is_default=True).name == "乙"


def test_a_view_is_private():
    view = SavedView.objects.create(person=PostFactory().person, name="甲的视图", query="state=OPEN")
    stranger = client_of(PostFactory())
    assert "甲的视图" not in body(stranger, "/cases/?view=all")
    assert stranger.post(reverse("cases:saved_view_default", args=[view.pk])).status_code == 404
    stranger.post(reverse("cases:saved_view_delete", args=[view.pk]))
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_a_view_needs_a_name():
    judge = client_of(PostFactory())
    response = judge.post(reverse("cases:saved_view_save"), {"name": " ", "query": "state=OPEN"}, follow=True)
    assert "名称" in response.content.decode()
    assert not SavedView.objects.exists()


# Exports


def content(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_csv_and_xlsx_hold_the_filtered_list_and_are_recorded():
    case = CaseFactory(court=CourtFactory(code="冀0606"), preparing=True)
    CaseFactory(court=case.court, heard=True)
    CaseFactory(court=CourtFactory(code="冀0607"), preparing=True)
    president = president_of(case)

    rows = list(
        csv.reader(
            io.StringIO(content(president.get("/cases/export/csv/?stage=PREPARING")).decode("utf-8-sig"))
        )
    )
    assert [row[0] for row in rows] == ["案号", case.number]

    sheet = load_workbook(io.BytesIO(content(president.get("/cases/export/xlsx/")))).active
    assert sheet.max_row == 3
    assert sheet["J2"].value.date() == case.docketed_on

    entries = JournalEntry.objects.filter(kind="cases.list-exported").order_by("pk")
    assert [(e.payload["count"], e.payload["file_format"]) for e in entries] == [(1, "CSV"), (2, "XLSX")]
    assert "阶段：庭前准备" in entries[0].text
    assert entries[0].court_code == case.court_code


def test_a_cell_never_becomes_a_formula():
    case = CaseFactory(preparing=True)
    case.title = '=HYPERLINK("http://example.invalid")'
    case.save(update_fields=["title"])
    president = president_of(case)
    assert "'=HYPERLINK" in content(president.get("/cases/export/csv/")).decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(content(president.get("/cases/export/xlsx/")))).active
    assert sheet["B2"].value == "'" + case.title
    assert sheet["B2"].data_type == "s"


def test_an_administrator_may_not_export_and_nothing_is_recorded():
    case = CaseFactory(preparing=True)
    response = client_of(post_in(case, Role.ADMINISTRATOR)).get("/cases/export/csv/")
    assert response.status_code == 403
    assert not JournalEntry.objects.filter(kind="cases.list-exported").exists()


def test_an_export_holds_no_more_than_the_scope():
    mine = CaseFactory(preparing=True)
    other = CaseFactory(court=mine.court, preparing=True)
    text = content(judge_of(mine).get("/cases/export/csv/")).decode()
    assert mine.number in text
    assert other.number not in text


def test_a_list_too_long_for_a_file_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("xiezhi.cases.views.exports", fromlist=["x"]).MOST_ROWS, "csv", 0)
    case = CaseFactory(preparing=True)
    response = judge_of(case).get("/cases/export/csv/")
    assert response.status_code == 409
    assert "缩小范围" in response.content.decode()


def test_an_unknown_format_and_a_wrong_filter_are_refused():
    judge = client_of(PostFactory())
    assert judge.get("/cases/export/pdf/").status_code == 404
    assert judge.get("/cases/export/csv/?docketed_from=x").status_code == 422
