"""Case numbers run without a gap, however many windows docket at once and whatever fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from xiezhi.cases.models import Application, Case
from xiezhi.cases.services import applications, docketing
from xiezhi.cases.tests.factories import AT, ApplicationFactory
from xiezhi.foundation.errors import NoTransaction
from xiezhi.identity.contracts import Actor
from xiezhi.identity.tests.factories import CourtFactory, PostFactory, actor_of

WINDOWS, EACH = 6, 5


class _Power(Exception):
    """The lights go out."""


@pytest.mark.django_db(transaction=True)
def test_no_gap_under_concurrent_docketing() -> None:
    court = CourtFactory()
    filing = actor_of(PostFactory(filing_clerk=True, court=court))
    waiting = [a.pk for a in ApplicationFactory.create_batch(WINDOWS * EACH, court=court)]

    def docket(n: int) -> None:
        try:
            for place, pk in enumerate(waiting[n::WINDOWS]):
                if place % 2:
                    _fail_once(filing, pk)
                applications.application_accept(actor=filing, application_id=pk, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as windows:
        list(windows.map(docket, range(WINDOWS)))
    drawn = list(Case.objects.filter(court=court).order_by("sequence").values_list("sequence", flat=True))
    assert drawn == list(range(1, WINDOWS * EACH + 1))


def _fail_once(filing: Actor, pk: int) -> None:
    try:
        with transaction.atomic():
            applications.application_accept(actor=filing, application_id=pk, at=AT)
            raise _Power
    except _Power:
        pass


@pytest.mark.django_db(transaction=True)
def test_two_windows_accepting_one_application_make_one_case() -> None:
    court = CourtFactory()
    filing = actor_of(PostFactory(filing_clerk=True, court=court))
    application = ApplicationFactory(court=court)

    def accept(_n: int) -> Any:
        try:
            return applications.application_accept(actor=filing, application_id=application.pk, at=AT).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as windows:
        assert len(set(windows.map(accept, range(4)))) == 1
    assert Case.objects.count() == 1
    assert Application.objects.get().case == Case.objects.get()


@pytest.mark.django_db
def test_numbers_run_by_court_type_and_year() -> None:
    drawn = [
        str(docketing.next_number(court, code, year))
        for court, code, year in (
            ("冀0606", "民初", 2026),
            ("冀0606", "民初", 2026),
            ("冀0606", "刑初", 2026),
            ("冀0607", "民初", 2026),
            ("冀0606", "民初", 2027),
        )
    ]
    assert drawn == [
        "（2026）冀0606民初1号",
        "（2026）冀0606民初2号",
        "（2026）冀0606刑初1号",
        "（2026）冀0607民初1号",
        "（2027）冀0606民初1号",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_number_is_drawn_inside_the_transaction_that_uses_it() -> None:
    with pytest.raises(NoTransaction):
        docketing.next_number("冀0606", "民初", 2026)
