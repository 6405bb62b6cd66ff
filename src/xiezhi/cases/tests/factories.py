"""Applications, cases and what belongs to them, for tests of this room and those above.

`CaseFactory()` is a docketed civil case of one plaintiff and one defendant; the traits walk it on:
`assigned`,
`preparing` (panel, assistant and clerk stand), `heard`, `decided`, `pronounced`, `closed`, `archived`.
Another court is `CaseFactory(court=…)`; every case has a court of its own unless one is given.
`judge_of(case)`,
`clerk_of(case)` and `actor_in(case, role)` give the people who act on it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from xiezhi.cases.contracts import (
    AgentKind,
    ApplicationStatus,
    Authority,
    Channel,
    ClockKind,
    ParticipantRole,
    RequestKind,
    RequestStatus,
    ServiceMode,
    Stage,
    TeamRole,
)
from xiezhi.cases.models import (
    Agent,
    Application,
    ApplicationParticipant,
    ApprovalRequest,
    Case,
    ClockChange,
    Decision,
    DecisionService,
    Participant,
    TeamMember,
)
from xiezhi.cases.rules import clock, kinds, titles
from xiezhi.cases.services.steps import refresh_search
from xiezhi.foundation.contracts import COURT_TIME
from xiezhi.identity.contracts import Actor, DivisionKind, Role
from xiezhi.identity.models import Division, Post
from xiezhi.identity.tests.factories import TODAY, CourtFactory, DivisionFactory, PostFactory, actor_of
from xiezhi.law import case_numbers, causes
from xiezhi.parties.tests.factories import PartyFactory

#: The moment tests act at unless they say otherwise: TODAY at ten in the morning, court time.
AT = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=COURT_TIME)
LOAN = "C04.10.108.03"  # 民间借贷纠纷

_ORDER = list(Stage)
_DIVISION_NAMES = {
    DivisionKind.CIVIL: "民事审判第一庭",
    DivisionKind.CRIMINAL: "刑事审判庭",
    DivisionKind.ADMINISTRATIVE: "行政审判庭",
    DivisionKind.COMPENSATION: "国家赔偿办公室",
    DivisionKind.SUPERVISION: "审判监督庭",
    DivisionKind.ENFORCEMENT: "执行局",
    DivisionKind.FILING: "立案庭",
}


def moment(day: date, hour: int = 10) -> datetime:
    """Return a moment of a court day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=COURT_TIME)


def cause_of(kind: kinds.CaseKind) -> str:
    """Return the key of a cause that fits a kind of case, empty where the kind has none."""
    if kind.cause_kind == "CIVIL":
        return LOAN
    if not kind.cause_kind:
        return ""
    word = "罪" if kind.cause_kind == "CRIMINAL" else "行政"
    return next(cause.key for cause in causes.search(word, kind.cause_kind))


def division_for(case: Case) -> Division:
    """Return the division of the case's court that takes this kind of case."""
    kind = DivisionKind(case.kind_rule.division_kinds[0])
    division: Division = DivisionFactory(court=case.court, name=_DIVISION_NAMES[kind], kind=kind.value)
    return division


def handling_post(case: Case, **fields: Any) -> Post:
    """Return the post of somebody who may be given the case (a judge, or an enforcement officer)."""
    role = Role.ENFORCEMENT_OFFICER if case.kind_rule.category == "ENFORCEMENT" else Role.JUDGE
    post: Post = PostFactory(
        **{"court": case.court, "role": role.value, "division": division_for(case), **fields}
    )
    return post


def _reached(case: Case, stage: Stage) -> bool:
    return _ORDER.index(case.stage_code) >= _ORDER.index(stage)


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case
        skip_postgeneration_save = True

    class Params:
        assigned = factory.Trait(stage=Stage.ASSIGNED.value)
        preparing = factory.Trait(stage=Stage.PREPARING.value)
        heard = factory.Trait(stage=Stage.HEARING.value)
        decided = factory.Trait(stage=Stage.DECIDED.value, outcome="JUDGMENT")
        pronounced = factory.Trait(
            stage=Stage.PRONOUNCED.value, outcome="JUDGMENT", closed_on=TODAY - timedelta(days=1)
        )
        closed = factory.Trait(
            stage=Stage.EFFECTIVE.value,
            outcome="JUDGMENT",
            docketed_on=TODAY - timedelta(days=120),
            closed_on=TODAY - timedelta(days=60),
            effective_on=TODAY - timedelta(days=30),
        )
        archived = factory.Trait(
            stage=Stage.ARCHIVED.value,
            outcome="JUDGMENT",
            docketed_on=TODAY - timedelta(days=120),
            closed_on=TODAY - timedelta(days=60),
            effective_on=TODAY - timedelta(days=30),
            archived_on=TODAY - timedelta(days=10),
        )
        enforcement = factory.Trait(kind="ENFORCEMENT", procedure="ENFORCEMENT")
        simplified = factory.Trait(procedure="SIMPLIFIED")
        secret = factory.Trait(restricted=True)

    court = factory.SubFactory(CourtFactory)
    court_code = factory.LazyAttribute(lambda o: o.court.code)
    kind = "CIVIL_FIRST"
    procedure = factory.LazyAttribute(
        lambda o: "ORDINARY" if o.kind == "CIVIL_FIRST" else kinds.get(o.kind).procedures[0].key
    )
    stage = Stage.DOCKETED.value
    sequence = factory.Sequence(lambda n: n + 1)
    year = factory.LazyAttribute(lambda o: o.docketed_on.year)
    type_code = factory.LazyAttribute(lambda o: kinds.get(o.kind).type_code)
    number = factory.LazyAttribute(
        lambda o: str(case_numbers.CaseNumber(o.year, o.court.code, "", o.type_code, o.sequence))
    )
    cause_key = factory.LazyAttribute(lambda o: cause_of(kinds.get(o.kind)))
    cause_name = factory.LazyAttribute(lambda o: causes.get(o.cause_key).name if o.cause_key else "")
    title = ""
    docketed_on = TODAY - timedelta(days=20)
    received_on = factory.LazyAttribute(lambda o: o.docketed_on - timedelta(days=3))
    due_on = factory.LazyAttribute(
        lambda o: clock.limit(kinds.get(o.kind), o.procedure, docketed_on=o.docketed_on).due_on
    )
    amount = Decimal("120000.00")

    @factory.post_generation
    def parties(self: Case, create: bool, extracted: Any, **kwargs: Any) -> None:
        """One participant of each side, unless `parties=False`."""
        if not create or extracted is False:
            return
        rule = self.kind_rule
        named = []
        for role in (rule.first_roles[0], *rule.second_roles[-1:]):
            party = PartyFactory(procuratorate=True) if role == ParticipantRole.PROSECUTOR else PartyFactory()
            named.append(ParticipantFactory(case=self, role=role.value, party=party).name)
        if not self.title:
            cause = self.cause_name or rule.name
            self.title = titles.case_title(named[:1], rule.title_verb, named[1:], cause)
            self.save(update_fields=["title"])
        refresh_search([self.pk])

    @factory.post_generation
    def team(self: Case, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The people who stand in the case by its stage, unless `team=False`."""
        if not create or extracted is False or not _reached(self, Stage.ASSIGNED):
            return
        officer = self.kind_rule.category == "ENFORCEMENT"
        if self.judge is None:
            post = handling_post(self)
            self.judge, self.division = post.person, post.division
        leading = TeamRole.ENFORCEMENT_OFFICER if officer else TeamRole.JUDGE_IN_CHARGE
        TeamMemberFactory(case=self, person=self.judge, role=leading.value)
        if _reached(self, Stage.PREPARING):
            for place in range(1, self.kind_rule.procedure(self.procedure).panel_size):
                role = TeamRole.PRESIDING_JUDGE if place == 1 else TeamRole.PANEL_JUDGE
                TeamMemberFactory(case=self, person=handling_post(self).person, role=role.value)
            assistant = PostFactory(assistant=True, court=self.court).person
            TeamMemberFactory(case=self, person=assistant, role=TeamRole.ASSISTANT.value)
            self.clerk = self.clerk or PostFactory(clerk=True, court=self.court).person
            TeamMemberFactory(case=self, person=self.clerk, role=TeamRole.CLERK.value)
        self.save(update_fields=["judge", "division", "clerk"])

    @factory.post_generation
    def decision(self: Case, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The decision the stage implies, unless `decision=False`."""
        if create and extracted is not False and self.outcome:
            DecisionFactory(case=self)


class TeamMemberFactory(DjangoModelFactory):
    class Meta:
        model = TeamMember

    case = factory.SubFactory(CaseFactory)
    person = factory.LazyAttribute(lambda o: handling_post(o.case).person)
    role = TeamRole.PANEL_JUDGE.value
    since = factory.LazyAttribute(lambda o: o.case.docketed_on)


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    case = factory.SubFactory(CaseFactory, parties=False)
    party = factory.SubFactory(PartyFactory)
    role = ParticipantRole.PLAINTIFF.value
    name = factory.LazyAttribute(lambda o: o.party.name)
    joined_on = factory.LazyAttribute(lambda o: o.case.docketed_on)


class AgentFactory(DjangoModelFactory):
    """A lawyer with general authority."""

    class Meta:
        model = Agent

    participant = factory.SubFactory(ParticipantFactory)
    kind = AgentKind.LAWYER.value
    name = factory.Sequence(lambda n: f"律测{n}")
    firm = "河北测试律师事务所"
    authority = Authority.GENERAL.value
    since = factory.LazyAttribute(lambda o: o.participant.joined_on)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    case = factory.SubFactory(CaseFactory, decided=True, decision=False)
    outcome = factory.LazyAttribute(lambda o: o.case.outcome)
    document = factory.LazyAttribute(lambda o: o.case.kind_rule.outcome(o.outcome).document.value)
    decided_on = factory.LazyAttribute(lambda o: o.case.closed_on or TODAY - timedelta(days=1))
    pronounced_on = factory.LazyAttribute(lambda o: o.case.closed_on)
    effective_on = factory.LazyAttribute(lambda o: o.case.effective_on)
    result = "一、被告于本判决生效之日起十日内偿还原告借款本金120000元。"
    appeal_period = factory.LazyAttribute(lambda o: o.case.kind_rule.outcome(o.outcome).appeal_period)


class DecisionServiceFactory(DjangoModelFactory):
    class Meta:
        model = DecisionService

    decision = factory.SubFactory(DecisionFactory)
    participant = factory.LazyAttribute(lambda o: o.decision.case.participants.order_by("pk").first())
    mode = ServiceMode.DIRECT.value
    served_on = TODAY


class ClockChangeFactory(DjangoModelFactory):
    """An appraisal of ten days that was excluded; the case's own `due_on` is not touched."""

    class Meta:
        model = ClockChange

    case = factory.SubFactory(CaseFactory, preparing=True)
    kind = ClockKind.EXCLUSION.value
    reason = "鉴定期间"
    since = TODAY - timedelta(days=15)
    until = TODAY - timedelta(days=5)


class RequestFactory(DjangoModelFactory):
    """A pending request of the judge for the first extension, waiting for the president of the court."""

    class Meta:
        model = ApprovalRequest

    class Params:
        approved = factory.Trait(
            status=RequestStatus.APPROVED.value, decided_at=AT, decided_by_name="测试院长", opinion="同意"
        )

    case = factory.SubFactory(CaseFactory, preparing=True)
    kind = RequestKind.EXTENSION.value
    payload = factory.LazyFunction(lambda: {"step": 1, "months": 6, "days": None, "length": "6个月"})
    summary = "延长审限6个月"
    reason = "案情复杂，需要进一步调查取证"
    basis = "民诉法152"
    requested_by_person = factory.LazyAttribute(lambda o: o.case.judge)
    requested_by_name = factory.LazyAttribute(lambda o: o.requested_by_person.name)
    requested_at = AT - timedelta(hours=2)
    approver_role = Role.PRESIDENT.value
    approver_court_code = factory.LazyAttribute(lambda o: o.case.court_code)


class ApplicationFactory(DjangoModelFactory):
    """An application by one plaintiff against one defendant, handed in yesterday at the hall."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    class Params:
        refused = factory.Trait(
            status=ApplicationStatus.REFUSED.value,
            decided_on=TODAY,
            review_by=None,
            refusal_reason="不属于人民法院受理民事诉讼的范围",
            refusal_basis="民事诉讼法第一百二十二条、第一百二十六条",
        )

    court = factory.SubFactory(CourtFactory)
    court_code = factory.LazyAttribute(lambda o: o.court.code)
    kind = "CIVIL_FIRST"
    procedure = factory.LazyAttribute(lambda o: kinds.get(o.kind).procedures[0].key)
    channel = Channel.HALL.value
    status = ApplicationStatus.SUBMITTED.value
    cause_key = factory.LazyAttribute(lambda o: cause_of(kinds.get(o.kind)))
    cause_name = factory.LazyAttribute(lambda o: causes.get(o.cause_key).name if o.cause_key else "")
    claims = "判令被告偿还借款本金120000元及利息。"
    facts = "被告于2025年3月向原告借款，到期未还。"
    amount = Decimal("120000.00")
    received_on = TODAY - timedelta(days=1)
    review_by = TODAY + timedelta(days=6)

    @factory.post_generation
    def parties(self: Application, create: bool, extracted: Any, **kwargs: Any) -> None:
        if not create or extracted is False:
            return
        rule = self.kind_rule
        for role in (rule.first_roles[0], *rule.second_roles[-1:]):
            party = PartyFactory(procuratorate=True) if role == ParticipantRole.PROSECUTOR else PartyFactory()
            ApplicationParticipant.objects.create(
                application=self, party=party, role=role.value, name=party.name
            )


def judge_of(case: Case, on: date = TODAY) -> Actor:
    """Return the judge or officer in charge of the case as an Actor."""
    assert case.judge is not None
    handling = [Role.JUDGE.value, Role.ENFORCEMENT_OFFICER.value]
    return actor_of(case.judge.posts.filter(court=case.court, role__in=handling).get(), on)


def clerk_of(case: Case, on: date = TODAY) -> Actor:
    """Return the clerk of the case as an Actor."""
    assert case.clerk is not None
    return actor_of(case.clerk.posts.filter(court=case.court).order_by("pk").get(), on)


def actor_in(case: Case, role: Role, on: date = TODAY) -> Actor:
    """Return somebody of a role in the case's court (and division, for a division head), not of its team."""
    fields: dict[str, Any] = {"court": case.court, "role": role.value}
    if role == Role.DIVISION_HEAD:
        fields["division"] = case.division or division_for(case)
    return actor_of(PostFactory(**fields), on)
