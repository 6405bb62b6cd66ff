"""Receiving, correcting, refusing, withdrawing and docketing: each refusal beside its success."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from xiezhi.cases.contracts import ApplicationStatus, Channel, ParticipantRole
from xiezhi.cases.models import Application, Case
from xiezhi.cases.services import applications as services
from xiezhi.cases.tests.factories import AT, LOAN, ApplicationFactory, moment
from xiezhi.foundation import court_settings
from xiezhi.foundation.errors import InvalidInput, NotPermitted
from xiezhi.foundation.models import JournalEntry, TodoItem
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.models import Court
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory, actor_of, actor_with
from xiezhi.parties.contracts import PartyKind
from xiezhi.parties.tests.factories import party_input

pytestmark = pytest.mark.django_db

DATA = services.ApplicationInput(
    kind="CIVIL_FIRST",
    procedure="SIMPLIFIED",
    channel=Channel.HALL,
    received_on=TODAY,
    claims="判令被告偿还借款本金120000元。",
    parties=(
        services.NamedParty(ParticipantRole.PLAINTIFF, party_input("张原告")),
        services.NamedParty(ParticipantRole.DEFENDANT, party_input("李被告")),
    ),
    cause_key=LOAN,
    amount=Decimal("120000"),
    client_token="form-1",
)


@pytest.fixture
def court() -> Court:
    made: Court = CourtFactory()
    return made


@pytest.fixture
def filing(court: Court) -> Actor:
    return actor_of(PostFactory(filing_clerk=True, court=court))


def entries(kind: str) -> int:
    return JournalEntry.objects.filter(kind=kind).count()


class TestReceive:
    def test_only_the_filing_window(self, court: Court, filing: Actor) -> None:
        for role in (Role.JUDGE, Role.CLERK, Role.PRESIDENT, Role.ADMINISTRATOR):
            with pytest.raises(NotPermitted):
                services.application_receive(actor=actor_with(role, court=court), data=DATA, at=AT)
        assert not Application.objects.exists()
        application = services.application_receive(actor=filing, data=DATA, at=AT)
        assert application.court == court
        assert application.review_by == TODAY + timedelta(days=7)  # 民诉法126
        assert entries("cases.application-received") == 1

    def test_the_same_form_twice_is_one_application(self, filing: Actor) -> None:
        first = services.application_receive(actor=filing, data=DATA, at=AT)
        again = services.application_receive(actor=filing, data=DATA, at=AT)
        assert first.pk == again.pk
        assert Application.objects.count() == 1
        assert entries("cases.application-received") == 1
        assert (
            services.application_receive(actor=filing, data=replace(DATA, client_token="form-2"), at=AT).pk
            != first.pk
        )

    def test_two_courts_may_use_the_same_token(self, filing: Actor) -> None:
        other = actor_of(PostFactory(filing_clerk=True, court=CourtFactory()))
        first = services.application_receive(actor=filing, data=DATA, at=AT)
        assert services.application_receive(actor=other, data=DATA, at=AT).pk != first.pk

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": "CIVIL_SECOND", "procedure": "SECOND_JUDGMENT"}, "kind"),
            ({"procedure": "FAST_TRACK"}, "procedure"),
            ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
            ({"claims": "  "}, "claims"),
            ({"parties": DATA.parties[:1]}, "parties"),
            ({"parties": DATA.parties[1:]}, "parties"),
            (
                {"parties": (*DATA.parties, services.NamedParty(ParticipantRole.ACCUSED, party_input()))},
                "parties",
            ),
            ({"cause_key": ""}, "cause_key"),
            ({"cause_key": "C99"}, "cause_key"),
            ({"amount": Decimal("-1")}, "amount"),
            ({"prior_number": "不是案号"}, "prior_number"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, filing: Actor, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as fault:
            services.application_receive(actor=filing, data=replace(DATA, **change), at=AT)
        assert field in fault.value.fields
        assert not Application.objects.exists()

    def test_the_prior_number_is_kept_as_the_supreme_court_writes_it(self, filing: Actor) -> None:
        data = replace(DATA, prior_number="(2025)冀0606民初12号")
        assert services.application_receive(actor=filing, data=data, at=AT).prior_number == (
            "（2025）冀0606民初12号"
        )


class TestCorrection:
    def ask(self, actor: Actor, application: Application, **change: Any) -> Any:
        given = {"items": ["被告的住所地", "借条原件"], "answer_by": TODAY + timedelta(days=5)} | change
        return services.application_request_correction(
            actor=actor, application_id=application.pk, at=AT, **given
        )

    def test_only_once(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        self.ask(filing, application)
        application.refresh_from_db()
        assert application.status == ApplicationStatus.CORRECTION_REQUESTED
        assert application.review_by is None
        services.application_answer_correction(
            actor=filing, application_id=application.pk, answer="已补", answered_on=TODAY, at=AT
        )
        application.refresh_from_db()
        assert application.status == ApplicationStatus.RESUBMITTED
        assert application.review_by == TODAY + timedelta(days=7)  # counted anew, 民诉解释126
        with pytest.raises(services.AlreadyCorrectedOnce):
            self.ask(filing, application)
        assert entries("cases.correction-requested") == 1

    def test_another_court_is_not_even_told_that_it_exists(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        with pytest.raises(Application.DoesNotExist):
            self.ask(actor_of(PostFactory(filing_clerk=True, court=CourtFactory())), application)
        with pytest.raises(NotPermitted):
            self.ask(actor_of(PostFactory(president=True, court=court)), application)
        assert self.ask(filing, application).items == ["被告的住所地", "借条原件"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"items": [" "]}, "items"), ({"answer_by": TODAY - timedelta(days=1)}, "answer_by")],
    )
    def test_it_says_what_is_missing_and_until_when(
        self, court: Court, filing: Actor, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as fault:
            self.ask(filing, ApplicationFactory(court=court), **change)
        assert field in fault.value.fields

    def test_an_answer_cannot_come_before_the_question(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        with pytest.raises(services.NotUnderReview):
            services.application_answer_correction(
                actor=filing, application_id=application.pk, answer="", answered_on=TODAY, at=AT
            )
        self.ask(filing, application)
        for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
            with pytest.raises(InvalidInput):
                services.application_answer_correction(
                    actor=filing, application_id=application.pk, answer="", answered_on=day, at=AT
                )

    def test_nothing_is_docketed_while_the_applicant_corrects(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        self.ask(filing, application)
        with pytest.raises(services.NotUnderReview):
            services.application_accept(actor=filing, application_id=application.pk, at=AT)
        assert not Case.objects.exists()


class TestRefuse:
    def refuse(self, actor: Actor, application: Application, **change: Any) -> Application:
        given = {"reason": "不属于人民法院受案范围", "basis": "民事诉讼法第一百二十二条", "at": AT} | change
        return services.application_refuse(actor=actor, application_id=application.pk, **given)

    @pytest.mark.parametrize(("change", "field"), [({"basis": ""}, "basis"), ({"reason": "不行"}, "reason")])
    def test_a_ruling_gives_reason_and_article(
        self, court: Court, filing: Actor, change: dict[str, str], field: str
    ) -> None:
        application = ApplicationFactory(court=court)
        with pytest.raises(InvalidInput) as fault:
            self.refuse(filing, application, **change)
        assert field in fault.value.fields
        assert entries("cases.application-refused") == 0
        assert self.refuse(filing, application).status == ApplicationStatus.REFUSED
        assert entries("cases.application-refused") == 1

    def test_a_refused_application_stays_refused(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        self.refuse(filing, application)
        with pytest.raises(NotPermitted):
            self.refuse(filing, application)
        with pytest.raises(NotPermitted):
            services.application_accept(actor=filing, application_id=application.pk, at=AT)

    def test_after_the_time_for_correction_has_run_out(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        TestCorrection().ask(filing, application)
        with pytest.raises(services.NotUnderReview):
            self.refuse(filing, application, at=moment(TODAY + timedelta(days=5)))
        assert self.refuse(filing, application, at=moment(TODAY + timedelta(days=6))).status == "REFUSED"


def test_withdrawn_applications_leave_the_desk(court: Court, filing: Actor) -> None:
    application = services.application_receive(actor=filing, data=DATA, at=AT)
    services.application_withdraw(actor=filing, application_id=application.pk, reason="自行和解", at=AT)
    assert not TodoItem.objects.filter(closed_at=None)
    with pytest.raises(NotPermitted):
        services.application_accept(actor=filing, application_id=application.pk, at=AT)


class TestAccept:
    def test_accepting_twice_makes_one_case(self, court: Court, filing: Actor) -> None:
        application = ApplicationFactory(court=court)
        case = services.application_accept(actor=filing, application_id=application.pk, at=AT)
        assert services.application_accept(actor=filing, application_id=application.pk, at=AT) == case
        assert Case.objects.count() == 1
        assert entries("cases.docketed") == 1

    def test_the_court_counts_the_fee_with_its_own_figures(self, court: Court, filing: Actor) -> None:
        loan = services.application_accept(
            actor=filing, application_id=ApplicationFactory(court=court).pk, at=AT
        )
        assert loan.fee == Decimal("1350.00")  # (120000 × 2% + 300) ÷ 2, summary procedure
        divorce = ApplicationFactory(court=court, cause_key="C02.02.014", amount=None)
        case = services.application_accept(actor=filing, application_id=divorce.pk, at=AT)
        assert case.fee is None  # the law gives a range and the court has not set its figure
        court_settings.change(
            key="cases.fees",
            court_code=court.code,
            value={"divorce": "200"},
            valid_from=TODAY,
            reason="省高级人民法院标准",
            actor=filing,
            at=AT,
        )
        divorce = ApplicationFactory(court=court, cause_key="C02.02.014", amount=None)
        case = services.application_accept(actor=filing, application_id=divorce.pk, at=AT)
        assert case.fee == Decimal("100.00")

    def test_the_case_is_found_by_any_part_of_its_names(self, court: Court, filing: Actor) -> None:
        data = replace(
            DATA,
            parties=(
                DATA.parties[0],
                services.NamedParty(
                    ParticipantRole.DEFENDANT,
                    party_input("保定大慈阁食品有限公司", kind=PartyKind.ORGANISATION),
                ),
            ),
        )
        application = services.application_receive(actor=filing, data=data, at=AT)
        case = services.application_accept(actor=filing, application_id=application.pk, at=AT)
        case.refresh_from_db()
        found = Case.objects.extra(where=["search @@ phraseto_tsquery('simple', %s)"], params=["慈 阁 食 品"])
        assert list(found) == [case]

    def test_a_detained_accused_never_gains_from_a_holiday(self, court: Court, filing: Actor) -> None:
        day = date(2026, 7, 5)  # two months on is Saturday, 5 September
        free, held = (
            services.application_accept(
                actor=filing,
                application_id=ApplicationFactory(
                    court=court, kind="CRIMINAL_FIRST_PUBLIC", detained=detained, received_on=day
                ).pk,
                at=moment(day),
            ).due_on
            for detained in (False, True)
        )
        assert held is not None
        assert free is not None
        assert (held.month, held.day, free.day) == (9, 5, 7)
