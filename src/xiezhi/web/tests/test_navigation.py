"""Each role is led to what it does daily, and nowhere it may not go."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from xiezhi.identity.contracts import Role
from xiezhi.identity.rules.permissions import may
from xiezhi.identity.tests.factories import PostFactory, actor_with
from xiezhi.web import navigation

ENTRIES = [(role, entry) for role, entries in navigation.BY_ROLE.items() for entry in entries]


def test_every_role_has_a_navigation_that_begins_at_the_desk() -> None:
    assert set(navigation.BY_ROLE) == set(Role)
    assert all(entries[0] is navigation.DESK for entries in navigation.BY_ROLE.values())


@pytest.mark.parametrize(
    ("role", "entry"), ENTRIES, ids=[f"{role.value}-{entry.url_name}" for role, entry in ENTRIES]
)
def test_every_entry_is_installed_and_allowed(role: Role, entry: navigation.Entry) -> None:
    assert reverse(entry.url_name).startswith("/")
    assert entry.permission is None or may(role, entry.permission)


def test_without_a_post_there_is_no_navigation() -> None:
    assert navigation.links_for(None, "/") == []


@pytest.mark.django_db
def test_an_entry_without_its_permission_or_its_room_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (
        navigation.DESK,
        navigation.JOURNAL,
        navigation.Entry("将来", "future:room", "x"),
        navigation.CASES,
    )
    monkeypatch.setattr(navigation, "BY_ROLE", dict.fromkeys(Role, entries))

    judge = navigation.links_for(actor_with(Role.JUDGE), "/")
    inspector = navigation.links_for(actor_with(Role.INSPECTOR), "/")

    assert [str(link.label) for link in judge] == ["我的工作台", "案件"]
    assert [str(link.label) for link in inspector] == ["我的工作台", "审计日志", "案件"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "label"),
    [
        pytest.param("/", "我的工作台", id="the desk on its own address"),
        pytest.param("/cases/7/record/", "案件", id="a page below"),
        pytest.param("/applications/", "立案申请", id="the list"),
        pytest.param("/applications/new/", "登记立案", id="the longer address wins"),
        pytest.param("/profile/", None, id="nothing"),
    ],
)
def test_the_page_one_is_on_is_marked(path: str, label: str | None) -> None:
    links = navigation.links_for(actor_with(Role.FILING_CLERK), path)

    assert [str(link.label) for link in links if link.active] == ([label] if label else [])


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_every_link_opens(role: Role) -> None:
    post = PostFactory(role=role.value)
    client = Client()
    client.force_login(post.person.user)

    desk = client.get("/").content.decode()

    for link in navigation.links_for(actor_with(role), "/"):
        assert f'href="{link.url}"' in desk
        assert client.get(link.url).status_code == 200, link.url
