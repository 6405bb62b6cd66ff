"""Decision, pronouncement, service, appeal, effect and archive: what is refused, and what is counted for
whom.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from xiezhi.cases.contracts import LinkKind, ParticipantRole, ServiceMode, Stage, TeamRole
from xiezhi.cases.models import Application, Case, DecisionService
from xiezhi.cases.services import decisions as services
from xiezhi.cases.services.steps import CaseChangedMeanwhile, CaseIsClosed, StepNotAllowed
from xiezhi.cases.tests.factories import (
    AT,
    CaseFactory,
    ParticipantFactory,
    RequestFactory,
    actor_in,
    clerk_of,
    handling_post,
    judge_of,
    moment,
)
from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.foundation.models import JournalEntry, TodoItem
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, actor_of, actor_with

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


def decide(case: Case, actor: Actor | None = None, **change: Any) -> Any:
    version = change.pop("version", None)
    given = {"outcome": "JUDGMENT", "decided_on": TODAY, "result": "一、被告偿还原告借款。"} | change
    return services.case_decide(
        actor=actor or judge_of(case),
        case_id=case.pk,
        data=services.DecisionInput(**given),
        at=AT,
        version=version,
    )


def serve(case: Case, participant: Any, day: date, actor: Actor | None = None) -> DecisionService:
    return services.decision_serve(
        actor=actor or clerk_of(case),
        case_id=case.pk,
        participant_id=participant.pk,
        mode=ServiceMode.DIRECT,
        served_on=day,
        at=moment(max(day, TODAY)),
    )


class TestDecide:
    def test_only_who_judges_the_case(self) -> None:
        case = CaseFactory(heard=True)
        with pytest.raises(Case.DoesNotExist):
            decide(case, actor_of(handling_post(case)))
        with pytest.raises(Case.DoesNotExist):
            decide(case, actor_with(Role.PRESIDENT, court=CourtFactory()))
        for actor in (clerk_of(case), actor_in(case, Role.PRESIDENT), actor_in(case, Role.DIVISION_HEAD)):
            with pytest.raises(NotPermitted):
                decide(case, actor)
        assert not JournalEntry.objects.filter(kind="cases.decided").exists()
        decide(case)
        case.refresh_from_db()
        assert case.stage == Stage.DECIDED

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"outcome": "GUILTY"}, "outcome"),
            ({"decided_on": TODAY + timedelta(days=1)}, "decided_on"),
            ({"decided_on": TODAY - timedelta(days=60)}, "decided_on"),
            ({"result": " "}, "result"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, change: dict[str, Any], field: str) -> None:
        case = CaseFactory(heard=True)
        with pytest.raises(InvalidInput) as fault:
            decide(case, **change)
        assert field in fault.value.fields
        decide(case)

    def test_no_judgment_without_a_hearing(self) -> None:
        with pytest.raises(InvalidInput, match="裁判") as fault:
            decide(CaseFactory(preparing=True))
        assert "开庭" in fault.value.fields["outcome"][0]
        decide(CaseFactory(preparing=True), outcome="WITHDRAWN")

    def test_a_merged_case_was_heard_with_the_other(self) -> None:
        case = CaseFactory(preparing=True)
        case.merged_into = CaseFactory(court=case.court, preparing=True)
        case.save(update_fields=["merged_into"])
        with pytest.raises(InvalidInput):
            decide(case)
        case.merged_into.stage = Stage.HEARING
        case.merged_into.save(update_fields=["stage"])
        decide(case)

    def test_a_transfer_is_approved_first_and_then_the_only_way_to_end(self) -> None:
        case = CaseFactory(heard=True)
        with pytest.raises(InvalidInput) as fault:
            decide(case, outcome="TRANSFERRED")
        assert "审批" in fault.value.fields["outcome"][0]
        RequestFactory(case=case, kind="TRANSFER", approved=True)
        with pytest.raises(InvalidInput):
            decide(case)
        decide(case, outcome="TRANSFERRED")

    def test_no_judgment_by_an_incomplete_panel(self) -> None:
        case = CaseFactory(heard=True)
        left = case.team.get(role=TeamRole.PANEL_JUDGE, until=None)
        left.until = YESTERDAY
        left.save(update_fields=["until"])
        with pytest.raises(InvalidInput) as fault:
            decide(case)
        assert "合议庭" in fault.value.fields["outcome"][0]

    def test_not_while_a_request_waits(self) -> None:
        case = CaseFactory(heard=True)
        request = RequestFactory(case=case)
        with pytest.raises(InvalidInput, match="裁判"):
            decide(case)
        request.delete()
        decide(case)

    def test_stale_and_twice(self) -> None:
        case = CaseFactory(heard=True)
        with pytest.raises(CaseChangedMeanwhile):
            decide(case, version=case.version + 3)
        decide(case, version=case.version)
        with pytest.raises(StepNotAllowed):
            decide(case)

    def test_small_claims_end_at_first_instance(self) -> None:
        case = CaseFactory(heard=True, procedure="SMALL")
        assert decide(case).appeal_period == ""
        assert decide(CaseFactory(heard=True)).appeal_period == "appeal_civil_judgment"

    def test_closing_kinds_close_at_once(self) -> None:
        case = CaseFactory(enforcement=True, preparing=True, stage=Stage.HANDLING.value)
        decide(case, outcome="FULFILLED", result="执行完毕。")
        case.refresh_from_db()
        assert (case.stage, case.closed_on, case.effective_on) == (Stage.CLOSED, TODAY, TODAY)
        with pytest.raises(CaseIsClosed):
            decide(case, outcome="FULFILLED")


class TestPronounce:
    def pronounce(self, case: Case, day: date = TODAY, actor: Actor | None = None) -> Case:
        return services.case_pronounce(
            actor=actor or judge_of(case), case_id=case.pk, pronounced_on=day, at=AT
        )

    def test_closes_the_case_within_its_limit_or_says_it_did_not(self) -> None:
        for docketed_on, within in ((TODAY - timedelta(days=20), True), (date(2026, 1, 5), False)):
            case = CaseFactory(decided=True, docketed_on=docketed_on)
            assert self.pronounce(case).closed_on == TODAY
            entry = JournalEntry.objects.get(case_id=case.pk, kind="cases.closed")
            assert entry.payload["within_limit"] is within

    def test_not_by_the_clerk_nor_before_the_decision(self) -> None:
        case = CaseFactory(decided=True)
        with pytest.raises(NotPermitted):
            self.pronounce(case, actor=clerk_of(case))
        for day in (case.decisions.get().decided_on - timedelta(days=1), TODAY + timedelta(days=1)):
            with pytest.raises(InvalidInput):
                self.pronounce(case, day)
        self.pronounce(case)
        with pytest.raises(CaseIsClosed):
            self.pronounce(case)

    def test_a_mediation_statement_closes_with_the_last_receipt(self) -> None:
        case = CaseFactory(preparing=True)
        decide(case, outcome="MEDIATED", result="双方自愿达成调解协议。")
        self.pronounce(case)
        case.refresh_from_db()
        assert case.closed_on is None
        first, second = case.participants.order_by("pk")
        serve(case, first, TODAY)
        case.refresh_from_db()
        assert case.closed_on is None
        serve(case, second, TODAY + timedelta(days=2))
        case.refresh_from_db()
        assert case.closed_on == TODAY + timedelta(days=2)  # 法释〔2000〕29号10
        assert not TodoItem.objects.filter(key=f"case-serve:{case.pk}", closed_at=None)


class TestServeAndAppeal:
    def lodge(
        self, case: Case, participant: Any, *, posted: date | None, received: date, actor: Actor | None = None
    ) -> DecisionService:
        return services.appeal_lodge(
            actor=actor or clerk_of(case),
            case_id=case.pk,
            participant_id=participant.pk,
            posted_on=posted,
            received_on=received,
            claims="",
            at=moment(max(received, TODAY)),
        )

    def test_each_party_has_a_period_of_its_own(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff, defendant = case.participants.order_by("pk")
        assert serve(case, plaintiff, date(2026, 11, 23)).appeal_until == date(2026, 12, 8)
        assert serve(case, defendant, date(2026, 11, 28)).appeal_until == date(2026, 12, 14)  # 13th: Sunday
        assert services.effect_date(case.decisions.get()) == date(2026, 12, 15)

    def test_who_lives_abroad_has_thirty_days(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff, defendant = case.participants.order_by("pk")
        given: dict[str, Any] = {"case_id": case.pk, "mode": ServiceMode.POST, "served_on": TODAY, "at": AT}
        home = services.decision_serve(actor=clerk_of(case), participant_id=plaintiff.pk, **given)
        away = services.decision_serve(
            actor=clerk_of(case), participant_id=defendant.pk, **given, abroad=True
        )
        assert (home.appeal_until, away.appeal_until) == (date(2026, 12, 9), date(2026, 12, 24))
        corrected = services.decision_serve(actor=clerk_of(case), participant_id=defendant.pk, **given)
        assert corrected.appeal_until == date(2026, 12, 9)

    @pytest.mark.parametrize(("procedure", "allowed"), [("ORDINARY", True), ("SIMPLIFIED", False)])
    def test_summary_procedure_knows_no_announcement(self, procedure: str, allowed: bool) -> None:
        case = CaseFactory(pronounced=True, procedure=procedure)
        given: dict[str, Any] = {
            "actor": clerk_of(case),
            "case_id": case.pk,
            "participant_id": case.participants.order_by("pk")[0].pk,
            "mode": ServiceMode.ANNOUNCEMENT,
            "served_on": TODAY,
            "at": AT,
        }
        if allowed:
            services.decision_serve(**given)
        else:
            with pytest.raises(InvalidInput) as fault:
                services.decision_serve(**given)
            assert "公告送达" in fault.value.fields["mode"][0]

    def test_a_wrong_date_is_corrected_until_there_is_an_appeal(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff, defendant = case.participants.order_by("pk")
        first = serve(case, plaintiff, TODAY)
        assert serve(case, plaintiff, TODAY).pk == first.pk
        assert JournalEntry.objects.filter(kind="cases.decision-served").count() == 1
        assert serve(case, plaintiff, TODAY + timedelta(days=1)).served_on == TODAY + timedelta(days=1)
        assert JournalEntry.objects.filter(kind="cases.decision-served").count() == 2
        serve(case, defendant, TODAY)
        self.lodge(case, plaintiff, posted=None, received=TODAY + timedelta(days=2))
        with pytest.raises(Refused, match="已经上诉"):
            serve(case, plaintiff, TODAY)

    def test_who_serves_and_when(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff = case.participants.order_by("pk")[0]
        stranger = ParticipantFactory()
        with pytest.raises(NotPermitted):
            serve(case, plaintiff, TODAY, actor_in(case, Role.PRESIDENT))
        with pytest.raises(Case.DoesNotExist):
            serve(case, plaintiff, TODAY, actor_with(Role.CLERK, court=case.court))
        with pytest.raises(type(stranger).DoesNotExist):
            serve(case, stranger, TODAY)
        with pytest.raises(InvalidInput):
            serve(case, plaintiff, case.decisions.get().pronounced_on - timedelta(days=1))
        undecided = CaseFactory(decided=True)
        with pytest.raises(Refused, match="还没有宣告"):
            serve(undecided, undecided.participants.order_by("pk")[0], TODAY)
        serve(case, plaintiff, TODAY, judge_of(case))

    @pytest.mark.parametrize(
        ("posted", "received", "in_time"),
        [
            pytest.param(None, date(2026, 12, 8), True, id="handed in on the last day"),
            pytest.param(None, date(2026, 12, 9), False, id="handed in a day late"),
            pytest.param(date(2026, 12, 8), date(2026, 12, 20), True, id="posted in time, received late"),
            pytest.param(date(2026, 12, 9), date(2026, 12, 9), False, id="posted a day late"),
        ],
    )
    def test_posting_and_receipt_are_both_kept(
        self, posted: date | None, received: date, in_time: bool
    ) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff, defendant = case.participants.order_by("pk")
        serve(case, plaintiff, date(2026, 11, 23))
        serve(case, defendant, date(2026, 11, 23))
        service = self.lodge(case, plaintiff, posted=posted, received=received)
        assert (service.appeal_posted_on, service.appeal_received_on) == (posted, received)
        assert service.appeal_in_time is in_time
        case.refresh_from_db()
        assert case.stage == (Stage.APPEALED if in_time else Stage.PRONOUNCED)
        assert Application.objects.filter(court=case.court.parent).exists() is in_time

    def test_two_appellants_are_one_application(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff, defendant = case.participants.order_by("pk")
        for participant in (plaintiff, defendant):
            serve(case, participant, TODAY)
        self.lodge(case, plaintiff, posted=None, received=TODAY)
        self.lodge(case, defendant, posted=None, received=TODAY)
        application = Application.objects.get(court=case.court.parent)
        roles = dict(application.participants.values_list("party_id", "role"))
        assert set(roles.values()) == {ParticipantRole.APPELLANT}
        again = self.lodge(case, defendant, posted=None, received=TODAY + timedelta(days=1))
        assert again.appeal_received_on == TODAY
        assert JournalEntry.objects.filter(kind="cases.appeal-lodged").count() == 2

    def test_what_cannot_be_appealed(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff = case.participants.order_by("pk")[0]
        with pytest.raises(services.NotYetServed):
            self.lodge(case, plaintiff, posted=None, received=TODAY)
        serve(case, plaintiff, TODAY)
        with pytest.raises(InvalidInput):
            self.lodge(case, plaintiff, posted=TODAY, received=YESTERDAY)
        with pytest.raises(NotPermitted):
            self.lodge(case, plaintiff, posted=None, received=TODAY, actor=actor_in(case, Role.FILING_CLERK))
        final = CaseFactory(pronounced=True, outcome="WITHDRAWN")
        with pytest.raises(Refused, match="不能上诉"):
            self.lodge(final, final.participants.order_by("pk")[0], posted=None, received=TODAY)
        archived = CaseFactory(archived=True)
        with pytest.raises(Refused, match="已经归档"):
            self.lodge(archived, archived.participants.order_by("pk")[0], posted=None, received=TODAY)
        self.lodge(case, plaintiff, posted=None, received=TODAY)

    def test_one_posted_in_time_takes_a_noted_effect_back(self) -> None:
        case = CaseFactory(pronounced=True)
        plaintiff, defendant = case.participants.order_by("pk")
        serve(case, plaintiff, date(2026, 11, 23))
        serve(case, defendant, date(2026, 11, 23))
        services.case_take_effect(actor=clerk_of(case), case_id=case.pk, at=moment(date(2026, 12, 9)))
        received = date(2026, 12, 11)
        for posted in (None, date(2026, 12, 9)):
            with pytest.raises(Refused, match="申请再审"):
                self.lodge(case, plaintiff, posted=posted, received=received)
        self.lodge(case, plaintiff, posted=date(2026, 12, 8), received=received)
        case.refresh_from_db()
        assert (case.stage, case.effective_on) == (Stage.APPEALED, None)
        assert case.decisions.get().effective_on is None
        entry = JournalEntry.objects.filter(case_id=case.pk, kind="cases.stage-changed").order_by("pk").last()
        assert entry is not None
        assert "撤销生效登记" in entry.payload["note"]


class TestEffectAndArchive:
    def test_after_an_appeal_the_day_and_the_result_are_given(self) -> None:
        case = CaseFactory(pronounced=True, stage=Stage.APPEALED.value)
        clerk = clerk_of(case)
        wrong: list[dict[str, Any]] = [
            {},
            {"effective_on": TODAY},
            {"effective_on": TODAY + timedelta(days=1), "note": "维持"},
            {"effective_on": TODAY - timedelta(days=30), "note": "维持"},
        ]
        for given in wrong:
            with pytest.raises(InvalidInput):
                services.case_take_effect(actor=clerk, case_id=case.pk, at=AT, **given)
        done = services.case_take_effect(
            actor=clerk, case_id=case.pk, at=AT, effective_on=TODAY, note="二审维持原判"
        )
        assert (done.stage, done.effective_on) == (Stage.EFFECTIVE, TODAY)

    def test_archive_only_after_effect_and_by_whom(self) -> None:
        waiting = CaseFactory(pronounced=True)
        with pytest.raises(StepNotAllowed):
            services.case_archive(actor=clerk_of(waiting), case_id=waiting.pk, at=AT)
        case = CaseFactory(closed=True)
        for actor in (judge_of(case), actor_in(case, Role.FILING_CLERK)):
            with pytest.raises(NotPermitted):
                services.case_archive(actor=actor, case_id=case.pk, at=AT)
        with pytest.raises(Case.DoesNotExist):
            services.case_archive(
                actor=actor_with(Role.ARCHIVIST, court=CourtFactory()), case_id=case.pk, at=AT
            )
        done = services.case_archive(actor=actor_in(case, Role.ARCHIVIST), case_id=case.pk, at=AT)
        assert (done.stage, done.archived_on) == (Stage.ARCHIVED, TODAY)
        with pytest.raises(StepNotAllowed):
            services.case_archive(actor=clerk_of(case), case_id=case.pk, at=AT)


class TestLinks:
    def test_known_cases_are_linked_both_ways(self) -> None:
        case, other = CaseFactory(preparing=True), CaseFactory()
        made = services.case_link(
            actor=clerk_of(case), case_id=case.pk, kind=LinkKind.PRIOR, number=other.number, note="", at=AT
        )
        assert made.other_id == other.pk
        assert other.links.get().kind == LinkKind.LATER
        recorded = JournalEntry.objects.filter(kind="cases.linked").values_list("case_id", flat=True)
        assert sorted(recorded) == sorted([case.pk, other.pk])  # each case has the change in its own record
        with pytest.raises(NotPermitted):
            services.case_link(
                actor=actor_in(case, Role.FILING_CLERK),
                case_id=case.pk,
                kind=LinkKind.RELATED,
                number=other.number,
                note="",
                at=AT,
            )

    def test_unknown_numbers_are_kept_and_nonsense_refused(self) -> None:
        case = CaseFactory(preparing=True)
        clerk = clerk_of(case)
        given: dict[str, Any] = {"case_id": case.pk, "kind": LinkKind.RELATED, "note": "", "at": AT}
        made = services.case_link(actor=clerk, number="(2019)京0105民初7号", **given)
        assert made.other is None
        assert made.other_number == "（2019）京0105民初7号"
        for number in ("随便写的", case.number):
            with pytest.raises(InvalidInput):
                services.case_link(actor=clerk, number=number, **given)
