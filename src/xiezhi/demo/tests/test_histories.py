"""Histories are the same for the same seed, keep the calendar and the order of the law, and know every
kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from random import Random

import pytest

from xiezhi.cases.contracts import Stage
from xiezhi.cases.rules import kinds
from xiezhi.demo import courts, histories, intake, parameters, people, telling
from xiezhi.demo.bench import Bench, local, working
from xiezhi.demo.facts import Appeal, Fact, History
from xiezhi.identity.contracts import Role
from xiezhi.law.calendar import Calendar

UNTIL = local(date(2026, 11, 24), 9, 0)
START = telling.months_back(UNTIL.date(), parameters.MONTHS)
CODES = ("冀0602", "冀0606", "冀06")


def _told(seed: int, count: int, codes: tuple[str, ...] = CODES) -> Iterator[History]:
    register = people.plan(seed=seed, start=START, today=UNTIL.date(), bases={})
    appeals: list[Appeal] = []
    for court in sorted(courts.group(), key=lambda court: not court.is_basic):
        if court.code not in codes:
            continue
        staff = register.of_court(court.code)
        bench = Bench(staff)
        parties = intake.Parties(court, first_serial=1)
        reviews = intake.plan(court, count=count, seed=seed, start=START, until=UNTIL)
        if not court.is_basic:
            reviews += [intake.review_of_appeal(a, count + n, Random(n)) for n, a in enumerate(appeals)]
        for review in sorted(reviews, key=lambda review: (review.end_at, review.number)):
            rng = Random(f"{seed}:{court.code}:{review.number}")
            history = intake.history_of(review, court, staff, parties, rng, until=UNTIL)
            if history.facts[-1].what == "accept":
                histories.Story(history, bench, rng, until=UNTIL).tell_and_count()
            if history.appeal is not None:
                appeals.append(history.appeal)
            yield history


@cache
def told() -> tuple[History, ...]:
    return tuple(_told(7, 900))


def _facts(what: str) -> Iterator[tuple[History, Fact]]:
    for history in told():
        for fact in history.facts:
            if fact.what == what:
                yield history, fact


def test_the_same_seed_gives_the_same_histories_and_another_does_not() -> None:
    first, again, other = (list(_told(seed, 40, ("冀0606",))) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_every_kind_and_every_fact_appears() -> None:
    assert {history.kind.key for history in told()} == set(kinds.KINDS)
    facts = Counter(fact.what for history in told() for fact in history.facts)
    assert set(facts) >= {
        *(
            "receive",
            "correct",
            "corrected",
            "refuse",
            "withdraw",
            "accept",
            "assign",
            "team",
            "begin",
            "agent",
        ),
        *(
            "request",
            "answer",
            "resume",
            "schedule",
            "postpone",
            "hold",
            "decide",
            "pronounce",
            "serve",
            "appeal",
        ),
        *("effect", "archive", "send-up"),
    }


def test_parameters_name_known_kinds_procedures_and_outcomes() -> None:
    for key, shares in parameters.OUTCOMES.items():
        kind = kinds.get(key.split("/")[0])
        assert {kind.outcome(outcome).key for outcome in shares} == set(shares)
        assert sum(shares.values()) == pytest.approx(1.0)
    assert set(parameters.BASIC_KINDS) <= {kind.key for kind in kinds.for_level("BASIC")}
    assert set(parameters.INTERMEDIATE_KINDS) <= {kind.key for kind in kinds.for_level("INTERMEDIATE")}


def test_facts_stand_in_order_and_none_lies_ahead() -> None:
    for history in told():
        moments = [fact.at for fact in history.facts]
        assert moments == sorted(moments)
        assert moments[-1] <= UNTIL


def test_every_fact_but_service_and_appeal_falls_on_a_working_day_of_the_court() -> None:
    calendar = Calendar.default()
    for history in told():
        for fact in history.facts:
            assert calendar.is_working_day(fact.at.date()), fact
            assert 7 <= fact.at.hour <= 20


def test_hearings_are_on_working_days_after_three_days_and_nobody_sits_twice() -> None:
    seats: set[tuple[object, datetime]] = set()
    freed = {(id(history), fact.data["number"]) for history, fact in _facts("postpone")}
    for history, fact in _facts("schedule"):
        booked = fact.data["booked"]
        assert working(booked.starts_at.date()) == booked.starts_at.date()
        assert (booked.starts_at.date() - fact.at.date()).days >= 3
        if (id(history), fact.data["number"]) in freed:
            continue
        for who in (("room", booked.room_id), *(("person", pk) for pk in fact.data["people"])):
            assert (who, booked.starts_at) not in seats
            seats.add((who, booked.starts_at))
    assert any(fact.data["booked"].starts_at > UNTIL for _history, fact in _facts("schedule"))


def test_reviews_end_within_the_law_or_wait() -> None:
    for history, fact in _facts("accept"):
        corrected = next((f for f in history.facts if f.what == "corrected"), None)
        limit = corrected.data["review_by"] if corrected else history.review_by
        assert limit is None or fact.at.date() <= limit


def test_decisions_come_after_what_they_need() -> None:
    for history, fact in _facts("decide"):
        before = [f for f in history.facts if f.at <= fact.at]
        if fact.data["outcome"].needs_hearing:
            assert any(f.what == "hold" and f.data["kind"] == "TRIAL" for f in before)
        asked = sum(f.what == "request" for f in before)
        answered = sum(f.what == "answer" for f in before)
        assert asked == answered


def test_stops_and_extensions_move_the_last_day() -> None:
    seen = Counter[str]()
    for _history, fact in _facts("answer"):
        if not fact.data["approve"]:
            continue
        change = fact.data["change"]
        seen[change.kind] += 1
        if change.kind in {"EXCLUSION", "SUSPENSION"}:
            assert fact.data["due_after"] is None
        else:
            assert fact.data["due_after"] >= fact.data["due_before"]
    assert set(seen) == {"EXCLUSION", "SUSPENSION", "EXTENSION", "CONVERSION"}


def test_who_decides_requests_holds_the_post_and_is_not_who_asked() -> None:
    for history, fact in _facts("answer"):
        asked = next(
            f for f in history.facts if f.what == "request" and f.data["number"] == fact.data["number"]
        )
        assert fact.by.role == Role(asked.data["approver_role"])
        assert fact.by.holds(fact.at.date())
        assert fact.by.person != asked.by.person


def test_steps_follow_those_of_the_kind() -> None:
    for history in told():
        stage = Stage.DOCKETED
        for fact in history.facts:
            following = {
                "assign": Stage.ASSIGNED,
                "begin": fact.data.get("stage"),
                "decide": Stage.CLOSED if history.kind.closes_on is Stage.CLOSED else Stage.DECIDED,
                "pronounce": Stage.PRONOUNCED,
                "appeal": Stage.APPEALED,
                "effect": Stage.EFFECTIVE,
                "archive": Stage.ARCHIVED,
            }.get(fact.what)
            if fact.what == "hold" and fact.data["kind"] == "TRIAL" and stage is Stage.PREPARING:
                following = Stage.HEARING
            if following is not None:
                assert kinds.may_follow(history.kind, stage, following), (history.kind.key, stage, following)
                stage = following


def test_the_register_has_every_role_in_every_court_on_the_day() -> None:
    register = people.plan(seed=1, start=START, today=UNTIL.date(), bases={})
    assert 850 <= len(register.people) <= 1_000
    assert len({person.name for person in register.people}) == len(register.people)
    for court in courts.group():
        staff = register.of_court(court.code)
        assert all(staff.holders(role, UNTIL.date()) for role in Role), court.name
        day = START
        assert len(staff.holders(Role.PRESIDENT, day)) == 1
    assert any(len([p for p in register.posts if p.person is person]) > 1 for person in register.people)
