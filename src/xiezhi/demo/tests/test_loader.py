"""A small demonstration in a database: whole, consistent, and what the services would have made of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef

from xiezhi.cases.contracts import ApplicationStatus, CaseSource, ClockKind, LinkKind, RequestStatus, Stage
from xiezhi.cases.models import (
    Application,
    ApprovalRequest,
    Case,
    CaseLink,
    CaseQuerySet,
    ClockChange,
    Decision,
    Participant,
)
from xiezhi.cases.rules import kinds
from xiezhi.cases.services import applications, docketing, requests, steps
from xiezhi.demo import loader
from xiezhi.demo.copying import TABLES
from xiezhi.foundation import journal
from xiezhi.foundation.models import JournalEntry, Notice, TodoItem
from xiezhi.hearings.contracts import HearingStatus
from xiezhi.hearings.models import Hearing
from xiezhi.identity import selectors as identity_selectors
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Person, Post
from xiezhi.parties.contracts import IdentityKind, PartyKind
from xiezhi.parties.models import Party
from xiezhi.parties.rules import numbers
from xiezhi.parties.selectors import identity_hash

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


def native() -> CaseQuerySet:
    """The cases that were invented; a few more come from masked judgments."""
    return Case.objects.filter(source=CaseSource.NATIVE)


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Load once for all tests of this module; the rows are committed, and removed at the end."""
    with django_db_blocker.unblock():
        try:
            yield loader.load(cases=500, seed=2, now=NOW, processes=1)
        finally:
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def rolled_back(report: dict[str, Any], django_db_blocker: Any) -> Iterator[None]:
    """Let a test write and take it back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_report_counts_what_is_there(report: dict[str, Any]) -> None:
    assert report["cases"] == native().count()
    assert report["judgments"] == Case.objects.filter(source=CaseSource.IMPORTED).count() > 5
    assert abs(report["cases"] - 500) < 40
    assert report["applications"] == Application.objects.count()
    assert report["journal_entries"] == JournalEntry.objects.count()
    assert report["people"] == Person.objects.filter(is_demo=True).count()
    assert "500" not in loader.describe(report)
    assert loader.is_loaded()


def test_the_journal_is_whole_sealed_and_in_order_of_time() -> None:
    checked = journal.verify()
    assert checked.ok, checked.reason
    assert checked.entries == JournalEntry.objects.count()
    told = JournalEntry.objects.exclude(
        case_id__in=Case.objects.filter(source=CaseSource.IMPORTED).values("pk")
    )
    moments = list(told.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= NOW


def test_loading_again_does_nothing_and_another_is_refused(report: dict[str, Any]) -> None:
    before = JournalEntry.objects.count()
    again = loader.load(cases=500, seed=2, now=NOW)
    assert again["already_loaded"]
    assert "已在库中" in loader.describe(again)
    assert JournalEntry.objects.count() == before
    with pytest.raises(loader.OtherDemoLoaded):
        loader.load(cases=500, seed=3, now=NOW)
    with pytest.raises(loader.OtherDemoLoaded):
        loader.load(cases=501, seed=2, now=NOW)


def test_the_last_day_of_every_case_is_what_its_clock_says() -> None:
    changed = native().filter(Exists(ClockChange.objects.filter(case=OuterRef("pk"))))
    plain = native().exclude(pk__in=changed.values("pk")).order_by("pk")[:60]
    for case in [*changed.order_by("pk"), *plain]:
        stored = (case.due_on, case.clock_stopped)
        requests.recompute(case)
        assert (case.due_on, case.clock_stopped) == stored, case.number
        assert not requests.limit_of(case).problems, case.number
        assert docketing.fee_of(case) == case.fee
    assert ClockChange.objects.filter(kind=ClockKind.CONVERSION).exists()


def test_numbers_have_no_gap_and_go_on() -> None:
    groups = native().values("court_code", "type_code", "year").annotate(n=Count("pk"), last=Max("sequence"))
    for group in groups:
        assert group["n"] == group["last"], group
        following = docketing.next_number(group["court_code"], group["type_code"], group["year"])
        assert following.seq == group["last"] + 1
    in_order = Case.objects.filter(court_code="冀0606", type_code="民初").order_by("year", "sequence")
    days = list(in_order.values_list("docketed_on", flat=True))
    assert days == sorted(days)


def test_ids_go_on() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"select nextval(pg_get_serial_sequence('{table}', 'id')) > coalesce(max(id), 0) from {table}"
            )
            assert cursor.fetchone()[0], table


def test_search_vectors_are_those_of_the_service() -> None:
    before = _vectors()
    steps.refresh_search(list(before))
    assert _vectors() == before


def _vectors() -> dict[int, str]:
    with connection.cursor() as cursor:
        # Names of equal standing have no order in the service's query, so places are left out.
        cursor.execute("select id, strip(search)::text from cases_case where search is not null")
        return dict(cursor.fetchall())


def test_the_stage_of_every_case_follows_from_its_entries() -> None:
    for case in native().order_by("pk").prefetch_related("decisions__services"):
        entries = list(JournalEntry.objects.filter(case_id=case.pk).order_by("id"))
        stage = Stage.DOCKETED
        for entry in entries:
            assert entry.subject == case.number
            if entry.kind == "cases.stage-changed":
                assert entry.payload["stage_before"] == stage
                assert kinds.may_follow(case.kind_rule, stage, Stage(entry.payload["stage"]))
                stage = Stage(entry.payload["stage"])
        assert stage == case.stage, case.number
        told = [entry.kind for entry in entries]
        assert told[0] == "cases.docketed"
        assert ("cases.closed" in told) is (case.closed_on is not None)
        assert ("cases.decided" in told) is (case.decisions.count() == 1)
        assert ("cases.took-effect" in told) is (
            case.effective_on is not None and case.kind_rule.closes_on is not Stage.CLOSED
        )
        # Every service of a case raises its version once.
        raising = {
            *(
                "cases.assigned",
                "cases.team-set",
                "cases.agent-appointed",
                "cases.request-made",
                "cases.decided",
            ),
            *("cases.request-decided", "cases.clock-resumed", "cases.pronounced", "cases.decision-served"),
            *("cases.appeal-lodged", "cases.took-effect", "cases.archived"),
        }
        begun = {Stage.PREPARING, Stage.HANDLING, Stage.HEARING}
        steps_taken = sum(kind in raising for kind in told) + sum(
            entry.kind == "cases.stage-changed" and entry.payload["stage"] in begun for entry in entries
        )
        assert steps_taken == case.version, case.number


def test_applications_stand_as_their_entries_say() -> None:
    for application in Application.objects.select_related("correction").order_by("pk"):
        if application.status in {ApplicationStatus.SUBMITTED, ApplicationStatus.RESUBMITTED}:
            since = application.received_on
            if application.status == ApplicationStatus.RESUBMITTED:
                since = application.correction.answered_on or since
            assert application.review_by == applications.review_by(application.kind_rule, since)
        else:
            assert application.review_by is None
        accepted = application.status == ApplicationStatus.ACCEPTED
        assert accepted is (application.case is not None)
        assert JournalEntry.objects.filter(subject=f"application:{application.pk}").exists()


def test_desks_show_what_waits() -> None:
    def keys(kind: str) -> set[str]:
        return set(TodoItem.objects.filter(kind=kind, closed_at=None).values_list("key", flat=True))

    waiting = Application.objects.waiting().values_list("pk", flat=True)
    assert keys("application-review") == {f"application-review:{pk}" for pk in waiting}
    pending = ApprovalRequest.objects.filter(status=RequestStatus.PENDING).values_list("pk", flat=True)
    assert keys("request") == {f"request:{pk}" for pk in pending}
    unassigned = Case.objects.filter(stage=Stage.DOCKETED).values_list("pk", flat=True)
    assert keys("case-assign") == {f"case-assign:{pk}" for pk in unassigned}
    without_team = Case.objects.filter(stage=Stage.ASSIGNED, clerk=None).values_list("pk", flat=True)
    assert keys("case-team") == {f"case-team:{pk}" for pk in without_team}
    standing = Decision.objects.filter(case__stage__in=[Stage.PRONOUNCED, Stage.APPEALED])
    to_serve = standing.annotate(
        served=Count("services", distinct=True), wanted=Count("case__participants", distinct=True)
    ).exclude(served=F("wanted"))
    assert keys("case-serve") == {f"case-serve:{pk}" for pk in to_serve.values_list("case_id", flat=True)}
    not_archived = native().exclude(closed_on=None).filter(archived_on=None).values_list("pk", flat=True)
    assert keys("case-archive") == {f"case-archive:{pk}" for pk in not_archived}
    assert Notice.objects.filter(read_at=None).exists()


def test_hearings_hold_their_bookings_and_some_are_ahead() -> None:
    for hearing in Hearing.objects.prefetch_related("person_bookings", "case__team").order_by("pk"):
        people = {booking.person_id for booking in hearing.person_bookings.all()}
        if hearing.status == HearingStatus.POSTPONED:
            assert not people
            continue
        assert hearing.room_booking
        assert people <= {member.person_id for member in hearing.case.team.all()}
        assert (hearing.status == HearingStatus.HELD) is (hearing.ends_at < NOW)
    soon = Hearing.objects.filter(starts_at__range=(NOW, NOW + timedelta(days=14)))
    assert soon.exists()


def test_teams_are_formed_as_the_procedure_asks() -> None:
    for case in native().exclude(clerk=None).prefetch_related("team").order_by("pk"):
        now = [member for member in case.team.all() if member.until is None]
        sitting = {member.person_id for member in now if member.role not in {"CLERK", "ASSISTANT"}}
        size = case.kind_rule.procedure(case.procedure).panel_size
        converted = case.requests.filter(kind="CONVERSION", status=RequestStatus.APPROVED).exists()
        assert len(sitting) == size or (converted and case.decisions.count() == 0)
        assert case.judge_id in sitting


def test_appeals_are_linked_both_ways_and_end_below() -> None:
    prior = CaseLink.objects.filter(kind=LinkKind.PRIOR, case__in=native()).select_related("case", "other")
    assert prior.exists()
    for link in prior:
        assert link.other is not None
        assert link.other.stage in {Stage.APPEALED, Stage.EFFECTIVE, Stage.ARCHIVED}
        assert CaseLink.objects.filter(case=link.other, kind=LinkKind.LATER, other=link.case).exists()
        assert link.case.application.client_token == f"appeal:{link.other.pk}"
        assert set(link.case.participants.values_list("party_id", flat=True)) == set(
            link.other.participants.values_list("party_id", flat=True)
        )
        if link.other.effective_on is not None:
            assert link.case.effective_on == link.other.effective_on
    lodged = JournalEntry.objects.filter(kind="cases.appeal-lodged").values_list(
        "payload__application_id", flat=True
    )
    assert Application.objects.filter(pk__in=list(lodged)).count() == len(lodged)


def test_failed_mediations_and_ordered_retrials_go_on() -> None:
    led = [case for case in native().exclude(outcome="") if case.kind_rule.outcome(case.outcome).follows]
    assert led
    for case in led:
        following = Application.objects.get(client_token=f"follows:{case.pk}")
        assert following.kind == case.kind_rule.outcome(case.outcome).follows
        assert following.prior_number == case.number
        assert following.received_on == case.closed_on
        if following.case is not None:
            assert CaseLink.objects.filter(case=case, kind=LinkKind.RELATED, other=following.case).exists()
            assert CaseLink.objects.filter(case=following.case, kind=LinkKind.RELATED, other=case).exists()


def test_a_mediation_statement_closes_with_the_last_receipt() -> None:
    mediated = Decision.objects.filter(document="MEDIATION_STATEMENT", case__in=native()).annotate(
        latest=Max("services__served_on")
    )
    assert mediated.exclude(case__closed_on=None).exists()
    for decision in mediated.exclude(case__closed_on=None).select_related("case"):
        assert decision.case.closed_on == decision.latest


def test_decisions_have_served_everybody_before_they_take_effect() -> None:
    in_effect = Decision.objects.filter(case__in=native(), case__stage__in=[Stage.EFFECTIVE, Stage.ARCHIVED])
    missing = in_effect.exclude(
        case__kind__in=[k.key for k in kinds.KINDS.values() if k.closes_on is Stage.CLOSED]
    )
    counted = missing.annotate(
        served=Count("services", distinct=True), wanted=Count("case__participants", distinct=True)
    )
    assert counted.exists()
    assert not counted.exclude(served=F("wanted")).exists()


def test_every_role_can_be_tried_and_no_password_opens() -> None:
    shown = identity_selectors.demo_people(TODAY)
    assert len(shown) == 3
    for court in shown:
        assert {person.role for person in court.people} == set(Role)
    assert not any(
        person.user.has_usable_password() for person in Person.objects.select_related("user") if person.user
    )
    post = (
        Post.objects.filter(role=Role.JUDGE, until=None, court__code="冀0606")
        .order_by("person__staff_number")
        .first()
    )
    assert post is not None
    actor = identity_selectors.actor_for_post(post, TODAY)
    assert Case.objects.visible_to(actor).exists()


def test_parties_are_marked_and_their_numbers_encrypted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select identity_number from parties_party limit 1")
        assert "139900" not in cursor.fetchone()[0]
    of_judgments = Participant.objects.filter(case__source=CaseSource.IMPORTED).values("party")
    assert not Party.objects.filter(is_demo=False).exclude(pk__in=of_judgments).exists()
    for party in Party.objects.filter(is_demo=True).order_by("pk")[:200]:
        kind = IdentityKind(party.identity_kind)
        assert party.identity_hash == identity_hash(kind, party.identity_number)
        if party.kind == PartyKind.PERSON:
            card = numbers.read_id_card(party.identity_number, on=TODAY)
            assert card is not None
            assert (card.born_on, card.is_male) == (party.born_on, party.sex == "MALE")
        else:
            assert numbers.credit_code_fault(party.identity_number) is None
        assert party.phone.startswith("1990000")


def test_only_the_asked_for_post_decided_requests() -> None:
    decided = ApprovalRequest.objects.exclude(decided_at=None)
    assert decided.exists()
    for request in decided.select_related("decided_by_person"):
        held = Post.objects.in_force(request.decided_at.date() if request.decided_at else TODAY).filter(
            person=request.decided_by_person,
            role=request.approver_role,
            court__code=request.approver_court_code,
        )
        if request.approver_division_id is not None:
            held = held.filter(division=request.approver_division)
        assert held.exists(), request
        assert request.decided_by_person_id != request.requested_by_person_id


def test_registered_parties_are_all_in_the_journal() -> None:
    told = JournalEntry.objects.filter(kind="parties.registered", subject__startswith="party:")
    assert told.count() == Party.objects.count()
    posts = JournalEntry.objects.filter(kind="identity.post-appointed")
    assert posts.count() == Post.objects.count()
    cases = JournalEntry.objects.filter(case_id=OuterRef("pk"), kind="cases.docketed")
    assert not native().filter(~Exists(cases)).exists()
