"""An imported case on the pages: every tab opens, though much of what a case of our own has is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine
from django.test import Client

from xiezhi.cases.models import Case
from xiezhi.cases.services.importing import import_judgments
from xiezhi.cases.tests.judgments.invented_cases import NAMES, facts_of
from xiezhi.foundation.contracts import COURT_TIME
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court
from xiezhi.identity.services.courts import load_reference_courts
from xiezhi.identity.tests.factories import PostFactory, actor_of

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 10, tzinfo=COURT_TIME)
TABS = ("", "parties/", "documents/", "service/", "fees/", "record/")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def test_every_tab_of_imported_cases_opens() -> None:
    load_reference_courts(AT)
    import_judgments([facts_of(name) for name in NAMES], at=AT)
    president = PostFactory(court=Court.objects.get(code="冀06"), role=Role.PRESIDENT, since=date(2010, 1, 1))
    client = Client()
    client.force_login(president.person.user)
    # One of each kind is enough: pages differ by kind.
    shown = {case.kind: case for case in Case.objects.visible_to(actor_of(president)).order_by("pk")}

    assert len(shown) >= 6
    for case in shown.values():
        for tab in TABS:
            answer = client.get(f"/cases/{case.pk}/{tab}")
            assert answer.status_code == 200, (case.number, tab)
        assert case.number in client.get(f"/cases/{case.pk}/").content.decode()
    record = client.get(f"/cases/{next(iter(shown.values())).pk}/record/").content.decode()
    assert "由已公布的裁判文书导入" in record
    assert client.get("/cases/").status_code == 200
