"""The pages of the register: what a form does and gives back when refused, exports, traces of looking."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court, Delegation, Division, Person, Post, RecusalRelation
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import (
    CourtFactory,
    DelegationFactory,
    DivisionFactory,
    PersonFactory,
    PostFactory,
    RecusalRelationFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def admin() -> Post:
    return PostFactory(administrator=True, court=CourtFactory(code="冀0606"))


@pytest.fixture
def browser(admin: Post, sign_in: SignIn) -> Client:
    return sign_in(admin)


@pytest.fixture
def other(sign_in: SignIn) -> Client:
    """An administrator of another court: the same rights, elsewhere."""
    return sign_in(PostFactory(administrator=True, court=CourtFactory(code="冀0602")))


def kinds() -> list[str]:
    return list(
        JournalEntry.objects.exclude(kind="identity.person-file-opened")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def test_a_new_person_gets_an_account_whose_password_is_shown_once(browser: Client) -> None:
    form = {"name": "王敏", "staff_number": "0606999", "sex": "FEMALE", "open_account": "on"}
    page = browser.post(reverse("identity:person_new"), form)
    person = Person.objects.get(staff_number="0606999")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    html = page.content.decode()
    assert "密码只显示这一次" in html
    assert person.user is not None
    assert reverse("identity:post_appoint", args=[person.pk]) in html

    again = browser.post(reverse("identity:person_new"), form)  # sent twice: nobody is entered twice
    assert again.status_code == 422
    assert "工号0606999已被使用" in again.content.decode()
    assert 'value="王敏"' in again.content.decode()


def test_what_is_missing_is_named_beside_the_field(browser: Client) -> None:
    page = browser.post(reverse("identity:person_new"), {"name": "", "staff_number": "1", "sex": "MALE"})
    assert page.status_code == 422
    html = page.content.decode()
    assert "请填写姓名。" in html
    assert 'aria-invalid="true"' in html
    assert "data-error-summary" in html


def test_appointing_and_dismissing(browser: Client, other: Client, admin: Post) -> None:
    person = PersonFactory()
    division = DivisionFactory(court=admin.court)
    url = reverse("identity:post_appoint", args=[person.pk])
    form: dict[str, Any] = {
        "court": admin.court_id,
        "division": division.pk,
        "role": Role.JUDGE.value,
        "title": "",
        "since": "20261201",
        "until": "",
    }
    wrong = browser.post(url, form | {"division": ""})
    assert wrong.status_code == 422
    assert "法官应当属于一个部门" in wrong.content.decode()
    elsewhere = other.post(url, form)
    assert elsewhere.status_code == 422  # that court is not in its list at all
    assert not Post.objects.filter(person=person).exists()

    assert browser.post(url, form).status_code == 302
    post = Post.objects.get(person=person)
    assert post.since == date(2026, 12, 1)
    twice = browser.post(url, form)
    assert twice.status_code == 409
    assert "已经担任" in twice.content.decode()

    end = reverse("identity:post_end", args=[post.pk])
    assert other.post(end, {"until": "20261231", "reason": "调任"}).status_code == 404
    assert browser.post(end, {"until": "20261231", "reason": ""}).status_code == 422
    assert browser.post(end, {"until": "20261231", "reason": "调任"}).status_code == 302
    post.refresh_from_db()
    assert post.until == date(2026, 12, 31)
    assert kinds() == ["identity.post-appointed", "identity.post-ended"]


def test_accounts_from_the_file_of_a_person(browser: Client, other: Client, admin: Post) -> None:
    post = PostFactory(court=admin.court)
    lock = reverse("identity:account_lock", args=[post.person_id])
    reset = reverse("identity:account_reset", args=[post.person_id])
    assert other.post(lock, {"reason": "x"}).status_code == 404
    assert other.post(reset).status_code == 404
    assert browser.post(lock, {"reason": "离岗"}).status_code == 302
    assert "已停用" in browser.get(reverse("identity:person_detail", args=[post.person_id])).content.decode()
    assert browser.post(lock, {"reason": "返岗"}).status_code == 302
    shown = browser.post(reset).content.decode()
    post.person.user.refresh_from_db()  # type: ignore[union-attr]
    password = shown.split('<dt>初始密码</dt><dd><span class="secret">')[1].split("</span>")[0]
    assert post.person.user.check_password(password.replace("&amp;", "&"))  # type: ignore[union-attr]
    assert browser.get(reset).status_code == 405

    bare = PostFactory(court=admin.court, person=PersonFactory(user=None))
    assert browser.post(reverse("identity:account_open", args=[bare.person_id])).status_code == 200
    assert browser.post(reverse("identity:account_open", args=[bare.person_id])).status_code == 409


def test_looking_at_a_file_leaves_a_trace_that_its_owner_sees(
    browser: Client, sign_in: SignIn, admin: Post
) -> None:
    judge = PostFactory(court=admin.court)
    browser.get(reverse("identity:person_detail", args=[judge.person_id]))
    entry = JournalEntry.objects.get(kind="identity.person-file-opened")
    assert (entry.actor_person_id, entry.subject) == (admin.person_id, f"person:{judge.person_id}")
    profile = sign_in(judge).get(reverse("identity:profile")).content.decode()
    assert "谁看过我的档案" in profile
    assert admin.person.name in profile
    browser.get(reverse("identity:person_detail", args=[admin.person_id]))  # one's own leaves none
    assert JournalEntry.objects.count() == 1


def test_delegation_from_both_pages(browser: Client, sign_in: SignIn, admin: Post) -> None:
    president = PostFactory(president=True, court=admin.court)
    deputy = PostFactory(vice_president=True, court=admin.court)
    form = {
        "post": president.pk,
        "to_person": deputy.person_id,
        "since": "20261125",
        "until": "20261130",
        "reason": "出差",
    }
    own = sign_in(president)
    page = own.get(reverse("identity:delegation_new")).content.decode()
    assert deputy.person.name in page
    wrong = own.post(reverse("identity:delegation_new"), form | {"since": "20261101"})
    assert wrong.status_code == 422
    assert "代理不能追溯到今天以前" in wrong.content.decode()
    assert own.post(reverse("identity:delegation_new"), form).status_code == 302
    made = Delegation.objects.get()
    assert own.post(reverse("identity:delegation_new"), form).status_code == 409  # sent twice

    stranger = sign_in(PostFactory(court=admin.court))
    revoke = reverse("identity:delegation_revoke", args=[made.pk])
    assert stranger.post(revoke).status_code == 403
    assert browser.post(revoke, {"next": "/people/"})["Location"] == "/people/"
    made.refresh_from_db()
    assert made.revoked_on == date(2026, 11, 24)
    assert (
        browser.post(reverse("identity:person_delegate", args=[president.person_id]), form).status_code == 302
    )
    judge = PostFactory(court=admin.court)
    assert browser.get(reverse("identity:person_delegate", args=[judge.person_id])).status_code == 403


def test_relations_from_the_pages(browser: Client, other: Client, sign_in: SignIn, admin: Post) -> None:
    judge = PostFactory(court=admin.court)
    form = {"kind": "RELATIVE", "name": "李某", "relation": "配偶", "note": ""}
    own = sign_in(judge)
    assert own.post(reverse("identity:own_relation_add"), form).status_code == 302
    add = reverse("identity:relation_add", args=[judge.person_id])
    assert other.post(add, form).status_code == 404
    assert browser.post(add, form | {"name": "王某"}).status_code == 302
    assert RecusalRelation.objects.count() == 2
    relation = RecusalRelation.objects.get(name="李某")
    remove = reverse("identity:relation_remove", args=[judge.person_id, relation.pk])
    assert own.post(remove, {"reason": "x"}).status_code == 403
    assert other.post(remove, {"reason": "x"}).status_code == 404
    assert browser.post(remove, {"reason": "登记有误"}).status_code == 302
    assert RecusalRelation.objects.get().name == "王某"
    foreign = RecusalRelationFactory(person=PostFactory(court=admin.court).person)
    mismatched = reverse("identity:relation_remove", args=[judge.person_id, foreign.pk])
    assert browser.get(mismatched).status_code == 404


def test_relations_are_shown_to_who_keeps_them_only(sign_in: SignIn, admin: Post) -> None:
    judge = PostFactory(court=admin.court)
    RecusalRelationFactory(person=judge.person, name="不宜外传")
    url = reverse("identity:person_detail", args=[judge.person_id])
    seen = {
        role: "不宜外传" in sign_in(PostFactory(role=role.value, court=admin.court)).get(url).content.decode()
        for role in (
            Role.TRIAL_MANAGEMENT,
            Role.ADMINISTRATOR,
            Role.PRESIDENT,
            Role.DIVISION_HEAD,
            Role.INSPECTOR,
        )
    }
    assert [role for role, shown in seen.items() if shown] == [Role.TRIAL_MANAGEMENT, Role.ADMINISTRATOR]


def test_courts_and_divisions_from_the_pages(
    browser: Client, other: Client, sign_in: SignIn, admin: Post
) -> None:
    new = reverse("identity:division_new", args=[admin.court_id])
    form = {"name": "家事审判庭", "kind": "CIVIL", "valid_from": "20261201"}
    assert other.post(new, form).status_code == 404
    assert browser.post(new, form).status_code == 302
    assert browser.post(new, form).status_code == 422
    division = Division.objects.get(name="家事审判庭")
    close = reverse("identity:division_close", args=[division.pk])
    assert other.post(close, {"valid_to": "20261231"}).status_code == 404
    assert browser.post(close, {"valid_to": "20261101"}).status_code == 422
    assert browser.post(close, {"valid_to": "20261231"}).status_code == 302

    above = sign_in(PostFactory(administrator=True, intermediate=True))
    parent = admin.court.parent_id
    court = {"code": "冀0699", "name": "测试人民法院", "valid_from": "20261201"}
    assert browser.post(reverse("identity:court_new", args=[parent]), court).status_code == 404
    assert above.post(reverse("identity:court_new", args=[parent]), court).status_code == 302
    made = Court.objects.get(code="冀0699")
    group = reverse("identity:court_group", args=[made.pk])
    assert other.post(group, {"in_group": "0"}).status_code == 404
    assert above.post(group, {"in_group": "0"}).status_code == 302
    assert not Court.objects.get(pk=made.pk).in_group
    url = reverse("identity:court_close", args=[made.pk])
    assert above.post(url, {"valid_to": "20261231", "reason": ""}).status_code == 422
    assert above.post(url, {"valid_to": "20261231", "reason": "撤并"}).status_code == 302
    listed = above.get(reverse("identity:courts")).content.decode()
    assert "测试人民法院" not in listed or "2026-12-31 撤销" in listed


def test_exports_hold_what_the_filter_shows_and_are_recorded(
    browser: Client, sign_in: SignIn, admin: Post
) -> None:
    judge = PostFactory(court=admin.court, person__name="王敏")
    PostFactory(court=admin.court, clerk=True)
    PostFactory(court=CourtFactory(code="冀0602"), person__name="外院")
    Person.objects.filter(pk=judge.person_id).update(staff_number="=1+1")

    response = browser.get(reverse("identity:people_export", args=["csv"]), {"role": "JUDGE"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = text.strip().splitlines()
    assert lines[0].startswith("工号,姓名")
    assert len(lines) == 2
    assert lines[1].startswith("'=1+1,王敏")  # never a formula
    assert JournalEntry.objects.get().text == "导出人员名册（角色：JUDGE）"

    response = browser.get(reverse("identity:people_export", args=["xlsx"]))
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    names = [row[1] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert "王敏" in names
    assert "外院" not in names

    judge_browser = sign_in(judge)
    assert judge_browser.get(reverse("identity:people_export", args=["csv"])).status_code == 403
    assert JournalEntry.objects.count() == 2


def test_the_list_keeps_filters_in_the_address_and_offers_columns(browser: Client, admin: Post) -> None:
    PostFactory.create_batch(60, court=admin.court, clerk=True)
    page = browser.get(reverse("identity:people"), {"role": "CLERK", "col": ["staff_number", "name", "sex"]})
    html = page.content.decode()
    assert "性别" in html
    assert "共 <strong" in html
    assert "清除 1 项条件" in html
    assert "role=CLERK" in html.split('rel="next"')[1][:300]
    empty = browser.get(reverse("identity:people"), {"q": "查无此人"}).content.decode()
    assert "没有符合条件的人员" in empty
    assert browser.get(reverse("identity:people"), {"role": "NO-SUCH", "court": "x"}).status_code == 200


def test_the_file_shows_delegations_both_ways(browser: Client, admin: Post) -> None:
    delegation = DelegationFactory(from_post=PostFactory(president=True, court=admin.court))
    given = browser.get(reverse("identity:person_detail", args=[delegation.from_post.person_id]))
    assert f"由 {delegation.to_person.name} 代理" in given.content.decode()
    received = browser.get(reverse("identity:person_detail", args=[delegation.to_person_id]))
    assert f"代理 {delegation.from_post.person.name} 的" in received.content.decode()


def test_dates_are_typed_as_eight_digits(
    browser: Client, admin: Post, frozen: time_machine.Traveller
) -> None:
    url = reverse("identity:division_new", args=[admin.court_id])
    for spelled in ("20261201", "2026-12-01", "2026/12/1", "2026年12月1日"):
        Division.objects.filter(name="新庭").delete()
        form = {"name": "新庭", "kind": "CIVIL", "valid_from": spelled}
        assert browser.post(url, form).status_code == 302, spelled
        assert Division.objects.get(name="新庭").valid_from == date(2026, 12, 1)
    wrong = browser.post(url, {"name": "另一庭", "kind": "CIVIL", "valid_from": "2026-02-30"})
    assert "请填写日期，例如20261124。" in wrong.content.decode()
