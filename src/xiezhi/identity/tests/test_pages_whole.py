"""Every page: stands, is Chinese, keeps to the content policy, and is refused where it should be."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from xiezhi.foundation.models import DeadLetter, JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import (
    TODAY,
    CourtFactory,
    DelegationFactory,
    DivisionFactory,
    PersonFactory,
    PostFactory,
    RecusalRelationFactory,
)

pytestmark = pytest.mark.django_db

_INLINE = re.compile(r"<[^>]+\s(?:style|on\w+)=", re.I)
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.I)
#: What stays in Latin letters on a Chinese page.
_LATIN = re.compile(
    r"\b(?:XLSX|CSV|SHA|Authorization|Bearer|OIDC|JSON|Cookie|API|https?|Chrome|Firefox|Linux|macOS|Windows|xz_\w+|T\d+)\b"
)


def words_of(html: str) -> str:
    """Return the words a person sees."""
    body = re.sub(r"<(script|style|noscript)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def check(html: str) -> None:
    """Assert what every page keeps to."""
    assert 'lang="zh-Hans"' in html
    assert not _INLINE.search(html), _INLINE.search(html)
    assert not _SCRIPT.search(html)
    text = _LATIN.sub("", words_of(html))
    left = [word for word in re.findall(r"[A-Za-z]{4,}", text) if word.islower() or word.istitle()]
    assert not left, left


@pytest.mark.parametrize(
    "name",
    [
        "courts",
        "court_detail",
        "court_new",
        "court_close",
        "division_new",
        "division_close",
        "people",
        "person_new",
        "person_detail",
        "person_change",
        "post_appoint",
        "person_delegate",
        "relation_add",
        "relation_remove",
        "account_lock",
        "post_end",
        "settings",
        "dead_letters",
        "dead_letter",
        "dead_letter_give_up",
        "profile",
        "own_relation_add",
        "notices",
    ],
)
def test_pages_of_an_administrator(name: str, sign_in: SignIn) -> None:
    """A basic court's judge is refused all but the own pages; the administrator above sees them."""
    basic = CourtFactory(code="冀0606")
    admin = PostFactory(administrator=True, intermediate=True)
    president = PostFactory(president=True, court=basic)
    PostFactory(vice_president=True, court=basic)
    relation = RecusalRelationFactory(person=president.person)
    division = DivisionFactory(court=basic, name="民事审判第九庭")
    letter = DeadLetter.objects.create(
        subscriber="desk",
        entry_id=1,
        entry_kind="cases.closed",
        court_code="冀0606",
        error="坏了",
        tries=5,
        failed_at="2026-11-24T01:00:00Z",
    )
    args = {
        "court_detail": [basic.pk],
        "court_new": [basic.parent_id],
        "court_close": [basic.pk],
        "division_new": [basic.pk],
        "division_close": [division.pk],
        "person_detail": [president.person_id],
        "person_change": [president.person_id],
        "post_appoint": [president.person_id],
        "person_delegate": [president.person_id],
        "relation_add": [president.person_id],
        "relation_remove": [president.person_id, relation.pk],
        "account_lock": [president.person_id],
        "post_end": [president.pk],
        "dead_letter": [letter.pk],
        "dead_letter_give_up": [letter.pk],
    }.get(name, [])
    url = reverse(f"identity:{name}", args=args)

    seen = sign_in(admin).get(url)
    assert seen.status_code == 200
    html = seen.content.decode().replace("desk", "").replace("cases.closed", "")
    check(html)

    own = name in {"profile", "own_relation_add", "notices"}
    judge = sign_in(PostFactory(judge=True, court=basic)).get(url)
    assert judge.status_code == (200 if own else judge.status_code)
    assert own or judge.status_code in {403, 404}

    elsewhere = PostFactory(administrator=True, court=CourtFactory(code="冀0602"))
    other = sign_in(elsewhere).get(url)
    if args:
        assert other.status_code in {403, 404}

    visitor = Client().get(url)
    assert visitor.status_code == 302
    assert visitor["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_each_role_sees_the_pages_its_permissions_name(role: Role, sign_in: SignIn) -> None:
    client = sign_in(PostFactory(role=role.value))
    seen = {
        name: client.get(reverse(f"identity:{name}")).status_code
        for name in ("profile", "notices", "courts", "people", "settings", "journal", "dead_letters")
    }
    people = {
        Role.DIVISION_HEAD,
        Role.VICE_PRESIDENT,
        Role.PRESIDENT,
        Role.TRIAL_MANAGEMENT,
        Role.ADMINISTRATOR,
        Role.INSPECTOR,
    }
    settings = people - {Role.DIVISION_HEAD}
    assert seen == {
        "profile": 200,
        "notices": 200,
        "courts": 200 if role in people else 403,
        "people": 200 if role in people else 403,
        "settings": 200 if role in settings else 403,
        "journal": 200 if role in {Role.PRESIDENT, Role.INSPECTOR} else 403,
        "dead_letters": 200 if role is Role.ADMINISTRATOR else 403,
    }


def test_the_journal_pages_of_a_president(sign_in: SignIn) -> None:
    president = PostFactory(president=True)
    client = sign_in(president)
    client.get(reverse("identity:person_detail", args=[PostFactory(court=president.court).person_id]))
    entry = JournalEntry.objects.order_by("-pk").first()
    assert entry is not None
    page = client.get(reverse("identity:journal")).content.decode()
    assert entry.text in page
    check(page)
    one = client.get(reverse("identity:journal_entry", args=[entry.pk]))
    assert one.status_code == 200
    assert "等待封存" in one.content.decode()


def test_the_profile_with_everything_on_it(sign_in: SignIn) -> None:
    delegation = DelegationFactory()
    RecusalRelationFactory(person=delegation.to_person)
    own = delegation.to_person.posts.get()
    page = sign_in(own).get(reverse("identity:profile")).content.decode()
    check(page)
    assert "我代理" in page
    given = sign_in(delegation.from_post).get(reverse("identity:profile")).content.decode()
    assert "代理我的" in given
    assert TODAY  # the delegation holds on the day the factories are written for


def test_a_person_without_a_post_is_told_so(sign_in: SignIn) -> None:
    client = Client()
    client.force_login(PersonFactory().user)
    page = client.get(reverse("identity:profile"))
    assert page.status_code == 200
    assert "还没有岗位" in page.content.decode()
