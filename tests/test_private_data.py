"""Identity numbers, telephones and addresses: never in the journal, in a page's source, a file or a log.

Whole they are shown to the team of the case alone, on request, and the request is recorded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from tests.test_access import addresses, browser, operations, text_of

from xiezhi.cases.contracts import Channel, ParticipantRole
from xiezhi.cases.models import Case
from xiezhi.cases.services import applications, participants
from xiezhi.cases.tests.factories import AT, LOAN, CaseFactory, judge_of
from xiezhi.identity.tests.factories import NOW, TODAY, CourtFactory, PostFactory, actor_of
from xiezhi.parties.contracts import IdentityKind
from xiezhi.parties.tests.factories import id_card, party_input

pytestmark = pytest.mark.django_db

NUMBER, PHONE, ADDRESS = id_card(4321), "13987654321", "河北省保定市莲池区隐私路98号"
PRIVATE = (NUMBER, PHONE, ADDRESS, NUMBER[6:14])


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def person(name: str, **fields: Any) -> Any:
    return party_input(
        name,
        identity_kind=IdentityKind.ID_CARD,
        identity_number=NUMBER,
        phone=PHONE,
        address=ADDRESS,
        **fields,
    )


def walk() -> tuple[Case, int, Case]:
    """Take an application in, docket it, and join the same person to another case under a new telephone."""
    court = CourtFactory(code="冀0606")
    clerk = actor_of(PostFactory(filing_clerk=True, court=court))
    application = applications.application_receive(
        actor=clerk,
        data=applications.ApplicationInput(
            kind="CIVIL_FIRST",
            procedure="SIMPLIFIED",
            channel=Channel.HALL,
            received_on=TODAY,
            claims="返还借款",
            cause_key=LOAN,
            parties=[
                applications.NamedParty(ParticipantRole.PLAINTIFF, person("隐甲")),
                applications.NamedParty(ParticipantRole.DEFENDANT, party_input("隐乙")),
            ],
        ),
        at=AT,
    )
    docketed = applications.application_accept(actor=clerk, application_id=application.pk, at=AT)
    case = CaseFactory(court=court, preparing=True, sequence=9000)
    participants.participant_join(
        actor=judge_of(case),
        case_id=case.pk,
        role=ParticipantRole.DEFENDANT,
        party=person("隐甲", legal_representative=""),
        reason="必要共同诉讼人",
        at=AT,
    )
    return docketed, application.pk, case


def test_the_journal_and_every_other_table_keep_them_out_or_encrypted() -> None:
    walk()
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        assert "foundation_journalentry" in tables
        for table in tables:
            for private in (NUMBER, PHONE, ADDRESS):
                cursor.execute(
                    f"select count(*) from {table} t where t::text like %s",
                    [f"%{private}%"],
                )
                assert cursor.fetchone() == (0,), (table, private)


def test_no_page_no_file_and_no_log_shows_them(caplog: pytest.LogCaptureFixture) -> None:
    docketed, application_id, case = walk()
    caplog.set_level(logging.DEBUG)
    people = [
        case.judge.posts.get() if case.judge else None,
        PostFactory(filing_clerk=True, court=case.court),
        PostFactory(president=True, court=case.court),
    ]
    participant = case.participants.get(name="隐甲")
    shown = 0
    for post in people:
        assert post is not None
        client = browser(post)
        for one, taking_part in ((case, participant.pk), (docketed, docketed.participants.all()[0].pk)):
            values = {
                "case_id": one.pk,
                "participant_id": taking_part,
                "application_id": application_id,
                "tab": "hearings",
                "kind": "split",
                "file_format": "csv",
            }
            for address in [*addresses(), *operations()]:
                if "GET" not in address.methods or not set(address.parameters) <= set(values):
                    continue
                body = text_of(client.get(address.path(values), {"week": "2026-11-24", "q": "隐甲"}))
                shown += "隐甲" in body
                for private in PRIVATE:
                    assert private not in body, (post.role, address.route)
    assert shown > 20
    for private in PRIVATE:
        assert private not in caplog.text


def test_the_team_sees_them_whole_on_request_and_nobody_else() -> None:
    _docketed, _application_id, case = walk()
    participant = case.participants.get(name="隐甲")
    path = f"/cases/{case.pk}/parties/{participant.pk}/identity/"
    assert case.judge is not None
    answer = browser(case.judge.posts.get()).post(path)
    assert NUMBER in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    for role in ("president", "filing_clerk", "trial_management"):
        refused = browser(PostFactory(**{role: True}, court=case.court)).post(path)
        assert refused.status_code == 403
        assert NUMBER not in refused.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from foundation_journalentry where kind = 'cases.identity-viewed'")
        assert cursor.fetchone() == (1,)
