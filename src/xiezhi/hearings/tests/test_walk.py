"""Every kind of case walks from application to archive along its own data, through the services alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from xiezhi.cases.contracts import Channel, ParticipantRole, RequestKind, ServiceMode, Stage, TeamRole
from xiezhi.cases.models import Application, Case
from xiezhi.cases.rules import kinds
from xiezhi.cases.services import applications, assignment, decisions, requests, steps
from xiezhi.cases.tests.factories import cause_of, handling_post, moment
from xiezhi.foundation.errors import InvalidInput, NotPermitted
from xiezhi.foundation.models import JournalEntry, Notice, TodoItem
from xiezhi.hearings import services as hearings
from xiezhi.hearings.contracts import HearingKind
from xiezhi.hearings.tests.factories import CourtroomFactory
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.models import Court
from xiezhi.identity.tests.factories import CourtFactory, PostFactory, actor_of
from xiezhi.law import calendar, case_numbers
from xiezhi.parties.contracts import IdentityKind, PartyKind
from xiezhi.parties.tests.factories import id_card, party_input

pytestmark = pytest.mark.django_db

RECEIVED = date(2026, 3, 2)
DOCKETED = date(2026, 3, 4)


ALL = [
    pytest.param(kind, procedure, kind.outcomes[0], id=f"{kind.key}-{procedure.key}")
    for kind in kinds.KINDS.values()
    for procedure in kind.procedures
] + [
    pytest.param(kind, kind.procedures[0], outcome, id=f"{kind.key}-{outcome.key}")
    for kind in kinds.KINDS.values()
    for outcome in kind.outcomes[1:]
]
APPEALABLE = [
    pytest.param(kind, procedure, outcome, id=f"{kind.key}-{procedure.key}-{outcome.key}")
    for kind in kinds.KINDS.values()
    for procedure in kind.procedures[-1:]
    for outcome in kind.outcomes
    if outcome.appeal_period and not procedure.final
]


def test_the_kinds_cover_the_work_of_a_court() -> None:
    wanted = {"民初", "民终", "民申", "民再", "民特", "民督", "诉前调", "刑初", "刑终", "行初", "行终"}
    wanted |= {"法赔", "委赔", "财保", "执", "执恢", "执保"}
    assert wanted <= {kind.type_code for kind in kinds.KINDS.values()}
    assert {p.limit_rule for p in kinds.get("CIVIL_FIRST").procedures} == {
        "civ_1_ordinary",
        "civ_1_simplified",
        "civ_1_small",
    }
    assert {"CRIMINAL_FIRST_PUBLIC", "CRIMINAL_FIRST_PRIVATE"} <= set(kinds.KINDS)


@dataclass
class Walk:
    """One court with its people, and the case that walks through it."""

    kind: kinds.CaseKind
    procedure: kinds.Procedure
    outcome: kinds.Outcome
    court: Court = field(init=False)
    case: Case = field(init=False)
    filing: Actor = field(init=False)
    clerk: Actor = field(init=False)
    archivist: Actor = field(init=False)
    judges: dict[int, Actor] = field(init=False)

    def __post_init__(self) -> None:
        self.court = CourtFactory() if "BASIC" in self.kind.levels else CourtFactory(intermediate=True)
        self.filing = actor_of(PostFactory(filing_clerk=True, court=self.court))
        self.clerk = actor_of(PostFactory(clerk=True, court=self.court))
        self.archivist = actor_of(PostFactory(archivist=True, court=self.court))

    @property
    def judge(self) -> Actor:
        self.case.refresh_from_db()
        assert self.case.judge_id is not None
        return self.judges[self.case.judge_id]

    def stage_is(self, stage: Stage) -> None:
        self.case.refresh_from_db()
        assert self.case.stage == stage

    def desk(self) -> set[str]:
        """The kinds of item that wait in this case."""
        return set(
            TodoItem.objects.filter(case_id=self.case.pk, closed_at=None).values_list("kind", flat=True)
        )

    def entries(self) -> list[str]:
        found = JournalEntry.objects.filter(case_id=self.case.pk).order_by("pk")
        return list(found.values_list("kind", flat=True))

    # The way, step by step

    def receive(self) -> Application:
        parties = [
            applications.NamedParty(
                role,
                party_input(f"{role.label}甲", kind=PartyKind.PROCURATORATE)
                if role == ParticipantRole.PROSECUTOR
                else party_input(
                    f"{role.label}甲", identity_kind=IdentityKind.ID_CARD, identity_number=id_card(n)
                ),
            )
            for n, role in enumerate((self.kind.first_roles[0], *self.kind.second_roles[-1:]))
        ]
        application = applications.application_receive(
            actor=self.filing,
            data=applications.ApplicationInput(
                kind=self.kind.key,
                procedure=self.procedure.key,
                channel=Channel.HALL,
                received_on=RECEIVED,
                claims="请依法处理。",
                parties=parties,
                cause_key=cause_of(self.kind),
                amount=Decimal("200000") if self.kind.needs_amount else None,
            ),
            at=moment(RECEIVED),
        )
        item = TodoItem.objects.get(key=f"application-review:{application.pk}")
        assert (item.role, item.court_code, item.closed_at) == (Role.FILING_CLERK, self.court.code, None)
        assert application.review_by is not None
        assert RECEIVED < application.review_by <= RECEIVED + timedelta(days=31)
        assert item.due_on == application.review_by
        return application

    def accept(self, application: Application) -> None:
        self.case = applications.application_accept(
            actor=self.filing, application_id=application.pk, at=moment(DOCKETED)
        )
        self.stage_is(Stage.DOCKETED)
        number = case_numbers.parse(self.case.number)
        assert (number.court_code, number.type_code, number.seq) == (self.court.code, self.kind.type_code, 1)
        assert self.desk() == {"case-assign"}
        assert not TodoItem.objects.filter(key=f"application-review:{application.pk}", closed_at=None)
        limit = requests.limit_of(self.case)
        assert limit.why, "every limit explains itself"
        if self.procedure.limit_rule or self.procedure.limit_period:
            assert self.case.due_on == limit.due_on
            assert self.case.due_on is not None
            assert self.case.due_on > DOCKETED
            assert any(step.date == self.case.due_on and step.basis for step in limit.why)
        else:
            assert self.case.due_on is None
        posts = [handling_post(self.case) for _n in range(max(3, self.procedure.panel_size))]
        self.judges = {post.person_id: actor_of(post) for post in posts}

    def assign(self) -> None:
        assignment.case_assign(actor=self.filing, case_id=self.case.pk, at=moment(DOCKETED, 11))
        self.stage_is(Stage.ASSIGNED)
        assert self.case.judge_id in self.judges
        drawn = JournalEntry.objects.get(case_id=self.case.pk, kind="cases.assigned")
        assert {c["id"] for c in drawn.payload["candidates"]} == set(self.judges)
        assert drawn.payload["draw"]
        assert self.desk() == {"case-team"}
        assert Notice.objects.filter(person_id=self.case.judge_id, case_id=self.case.pk).count() == 1

    def form_team(self) -> None:
        others = [pk for pk in self.judges if pk != self.case.judge_id]
        panel = self.procedure.panel_size > 1
        assignment.case_set_team(
            actor=self.judge,
            case_id=self.case.pk,
            data=assignment.TeamInput(
                presiding_id=self.case.judge_id if panel else None,
                panel_ids=others[: self.procedure.panel_size - 1] if panel else (),
                clerk_id=self.clerk.person_id,
            ),
            at=moment(DOCKETED, 14),
        )
        assert self.desk() == set()
        roles = set(self.case.team.filter(until=None).values_list("role", flat=True))
        assert TeamRole.CLERK in roles
        assignment.case_begin(actor=self.clerk, case_id=self.case.pk, at=moment(DOCKETED, 15))
        self.stage_is(Stage.PREPARING if Stage.PREPARING in self.kind.stages else Stage.HANDLING)

    def hear(self, day: date) -> None:
        room = CourtroomFactory(court=self.court)
        hearing = hearings.hearing_schedule(
            actor=self.clerk,
            case_id=self.case.pk,
            room_id=room.pk,
            kind=HearingKind.TRIAL,
            starts_at=moment(day, 9),
            ends_at=moment(day, 11),
            at=moment(day - timedelta(days=5)),
        )
        hearings.hearing_hold(actor=self.clerk, hearing_id=hearing.pk, at=moment(day, 11))
        self.stage_is(Stage.HEARING)

    def transfer(self, day: date) -> None:
        """Have the transfer approved, without which the ruling is refused."""
        with pytest.raises(InvalidInput):
            self.decide(day)
        request = requests.request_make(
            actor=self.judge,
            case_id=self.case.pk,
            kind=RequestKind.TRANSFER,
            payload={"court_code": CourtFactory().code},
            reason="被告住所地在该院辖区",
            at=moment(day, 10),
        )
        head = actor_of(PostFactory(division_head=True, court=self.court, division=self.case.division))
        requests.request_decide(
            actor=head, request_id=request.pk, approve=True, opinion="", at=moment(day, 11)
        )

    def decide(self, day: date) -> None:
        decisions.case_decide(
            actor=self.judge,
            case_id=self.case.pk,
            data=decisions.DecisionInput(outcome=self.outcome.key, decided_on=day, result="依法处理如下。"),
            at=moment(day, 12),
        )

    def pronounce(self, day: date) -> None:
        decisions.case_pronounce(
            actor=self.judge, case_id=self.case.pk, pronounced_on=day, at=moment(day, 15)
        )
        self.stage_is(Stage.PRONOUNCED)
        assert "case-serve" in self.desk()

    def serve_all(self, first: date) -> list[date]:
        """Serve each participant a day after the one before; return the days."""
        days = []
        for n, participant in enumerate(self.case.participants.order_by("pk")):
            day = first + timedelta(days=n)
            service = decisions.decision_serve(
                actor=self.clerk,
                case_id=self.case.pk,
                participant_id=participant.pk,
                mode=ServiceMode.DIRECT,
                served_on=day,
                at=moment(day, 16),
            )
            days.append(day)
            if self.outcome.appeal_period and not self.procedure.final:
                assert service.appeal_until == last_day_by_hand(self.outcome.appeal_period, day)
            else:
                assert service.appeal_until is None
        assert "case-serve" not in self.desk()
        self.case.refresh_from_db()
        if self.outcome.document == "MEDIATION_STATEMENT":
            assert self.case.closed_on == max(days)
        return days

    def archive(self, at: datetime) -> None:
        with pytest.raises(NotPermitted, match="归档由书记员或者档案员办理"):
            decisions.case_archive(actor=self.filing, case_id=self.case.pk, at=at)
        decisions.case_archive(actor=self.archivist, case_id=self.case.pk, at=at)
        self.stage_is(Stage.ARCHIVED)
        assert self.desk() == set()


def last_day_by_hand(period: str, served_on: date) -> date:
    """Count an appeal period day by day, apart from `xiezhi.law.periods`."""
    criminal, ruling = "criminal" in period, period.endswith("ruling")
    remaining = {(False, False): 15, (False, True): 10, (True, False): 10, (True, True): 5}[criminal, ruling]
    day = served_on
    while remaining:
        day += timedelta(days=1)
        remaining -= 1
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def walk_to_decision(walk: Walk) -> date:
    walk.accept(walk.receive())
    walk.assign()
    walk.form_team()
    day = DOCKETED + timedelta(days=9)
    if walk.outcome.needs_hearing:
        walk.hear(day)
    if walk.outcome.key == "TRANSFERRED":
        walk.transfer(day)
    walk.decide(day)
    return day


@pytest.mark.parametrize(("kind", "procedure", "outcome"), ALL)
def test_from_application_to_archive(
    kind: kinds.CaseKind, procedure: kinds.Procedure, outcome: kinds.Outcome
) -> None:
    walk = Walk(kind, procedure, outcome)
    day = walk_to_decision(walk)
    expected = ["cases.docketed", "cases.stage-changed", "cases.assigned", "cases.team-set"]
    if kind.closes_on is Stage.CLOSED:
        walk.stage_is(Stage.CLOSED)
        assert walk.case.closed_on == walk.case.effective_on == day
        assert walk.desk() == {"case-archive"}
        walk.archive(moment(day + timedelta(days=10)))
        expected += ["cases.decided", "cases.closed", "cases.archived"]
    else:
        walk.stage_is(Stage.DECIDED)
        walk.pronounce(day)
        with pytest.raises(decisions.NotYetServed):
            decisions.case_take_effect(actor=walk.clerk, case_id=walk.case.pk, at=moment(day, 17))
        served = walk.serve_all(day)
        appeal = outcome.appeal_period if not procedure.final else ""
        last = last_day_by_hand(appeal, max(served)) if appeal else max(served)
        effective = last + timedelta(days=1) if appeal else last
        if appeal:
            with pytest.raises(decisions.AppealPeriodRunning):
                decisions.case_take_effect(actor=walk.clerk, case_id=walk.case.pk, at=moment(last, 17))
        with pytest.raises(steps.StepNotAllowed):  # nothing is archived before it takes effect
            decisions.case_archive(actor=walk.clerk, case_id=walk.case.pk, at=moment(last, 17))
        decisions.case_take_effect(actor=walk.clerk, case_id=walk.case.pk, at=moment(effective, 9))
        walk.stage_is(Stage.EFFECTIVE)
        assert walk.case.effective_on == effective
        walk.archive(moment(effective + timedelta(days=3)))
        expected += ["cases.decided", "cases.pronounced", "cases.closed", "cases.decision-served"]
        expected += ["cases.took-effect", "cases.archived"]
    assert not TodoItem.objects.filter(case_id=walk.case.pk, closed_at=None)
    assert set(expected) <= set(walk.entries())
    assert walk.entries()[0] == "cases.docketed"
    assert walk.entries()[-1] == "cases.archived"
    with pytest.raises(steps.CaseIsClosed):
        walk.decide(day)


@pytest.mark.parametrize(("kind", "procedure", "outcome"), APPEALABLE)
def test_an_appeal_goes_up(kind: kinds.CaseKind, procedure: kinds.Procedure, outcome: kinds.Outcome) -> None:
    walk = Walk(kind, procedure, outcome)
    day = walk_to_decision(walk)
    walk.pronounce(day)
    served = walk.serve_all(day)
    appellant = walk.case.participants.order_by("pk").last()
    assert appellant is not None
    last = last_day_by_hand(outcome.appeal_period, served[-1])
    service = decisions.appeal_lodge(
        actor=walk.clerk,
        case_id=walk.case.pk,
        participant_id=appellant.pk,
        posted_on=last,
        received_on=last + timedelta(days=4),
        claims="撤销原判，依法改判。",
        at=moment(last + timedelta(days=4)),
    )
    assert service.appeal_in_time is True
    walk.stage_is(Stage.APPEALED)
    upper = Application.objects.get(court=walk.court.parent)
    assert (upper.kind, upper.prior_number) == (kind.appeal_kind, walk.case.number)
    assert upper.channel == Channel.TRANSFER
    rule = kinds.get(kind.appeal_kind)
    assert upper.participants.get(party_id=appellant.party_id).role in rule.first_roles
    assert TodoItem.objects.get(key=f"application-review:{upper.pk}").court_code == upper.court_code
    # the upper court dockets it, and the two cases know each other
    filing = actor_of(PostFactory(filing_clerk=True, court=upper.court))
    made = applications.application_accept(
        actor=filing, application_id=upper.pk, at=moment(last + timedelta(days=6))
    )
    assert made.links.get(kind="PRIOR").other_id == walk.case.pk
    assert walk.case.links.get(kind="LATER").other_id == made.pk
    effective = last + timedelta(days=40)
    decisions.case_take_effect(
        actor=walk.clerk,
        case_id=walk.case.pk,
        effective_on=effective,
        note=f"{made.number}维持原判",
        at=moment(effective + timedelta(days=1)),
    )
    walk.stage_is(Stage.EFFECTIVE)
    walk.archive(moment(effective + timedelta(days=2)))


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("PRE_FILING_MEDIATION", "FAILED"),
        ("CIVIL_RETRIAL_REVIEW", "RETRIAL_ORDERED"),
        ("ADMINISTRATIVE_RETRIAL_REVIEW", "RETRIAL_ORDERED"),
    ],
)
def test_one_case_leads_to_the_next(key: str, outcome: str) -> None:
    kind = kinds.get(key)
    walk = Walk(kind, kind.procedures[0], kind.outcome(outcome))
    day = walk_to_decision(walk)
    if kind.closes_on is not Stage.CLOSED:
        walk.pronounce(day)
    following = Application.objects.get(court=walk.court, prior_number=walk.case.number)
    rule = kinds.get(kind.outcome(outcome).follows)
    assert following.kind == rule.key
    assert following.claims.endswith("。请依法处理。")  # what was asked for comes along
    first, second = following.participants.order_by("pk")
    assert first.role in rule.first_roles
    assert second.role in rule.second_roles
    made = applications.application_accept(
        actor=walk.filing, application_id=following.pk, at=moment(day + timedelta(days=1))
    )
    assert made.links.get().kind == "RELATED"
    assert walk.case.links.get().kind == "RELATED"
    # nobody is barred for having handled what came before: it was no instance of the case
    for _n in range(2):
        handling_post(made)
    assert assignment.pool_for(made, on=day + timedelta(days=1)).conflicts == ()
