"""The first account of a court, from the command line."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Person
from xiezhi.identity.tests.factories import CourtFactory, PostFactory

pytestmark = pytest.mark.django_db


def create(**options: str) -> str:
    out = io.StringIO()
    values = {"court": "冀06", "name": "马超", "staff_number": "06001"} | options
    call_command("create_administrator", stdout=out, **values)
    return out.getvalue()


def test_the_first_administrator_signs_in_and_changes_the_password() -> None:
    CourtFactory(intermediate=True)
    said = create()
    password = said.strip().rsplit(" ", 1)[1]
    person = Person.objects.get(staff_number="06001")
    assert person.posts.get().role == Role.ADMINISTRATOR
    client = Client()
    client.post("/accounts/login/", {"login": "06001", "password": password})
    assert client.get("/people/")["Location"] == "/accounts/password/change/"
    entry = JournalEntry.objects.get(kind="identity.administrator-installed")
    assert (entry.court_code, entry.actor_name) == ("冀06", "系统")
    assert password not in str(entry.payload)


def test_it_works_once_for_a_court() -> None:
    CourtFactory(intermediate=True)
    create()
    with pytest.raises(CommandError, match="已有在任的系统管理员"):
        create(staff_number="06002")
    CourtFactory(code="冀0606")
    create(court="冀0606", staff_number="0606001")


def test_what_cannot_be_right() -> None:
    CourtFactory(intermediate=True)
    taken = PostFactory(intermediate=True).person.staff_number
    for options, words in (
        ({"court": "冀0699"}, "No court"),
        ({"staff_number": taken.lower()}, "已被使用"),
        ({"name": " "}, "请填写姓名和工号"),
    ):
        with pytest.raises(CommandError, match=words):
            create(**options)


def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    CourtFactory(intermediate=True)
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError):
        create(password_stdin=True)  # type: ignore[arg-type]
    assert not Person.objects.exists()
