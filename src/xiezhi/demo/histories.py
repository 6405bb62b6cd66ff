"""From a generator's state to the history of a case: what happened, when, and who did it.  Pure.

A history keeps the law that the services keep: limits and stops are counted by `cases.rules.clock`,
periods by
`xiezhi.law.periods`, the steps are those of `cases.rules.kinds`.  It breaks off at the moment `until`,
which is how
cases come to be open, stopped, overdue or waiting for somebody's approval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from xiezhi.cases.contracts import (
    AgentKind,
    AssignmentMode,
    Authority,
    Category,
    ClockKind,
    ParticipantRole,
    RequestKind,
    ServiceMode,
    Stage,
)
from xiezhi.cases.rules import approvals, clock, kinds
from xiezhi.demo import names, parameters, wording
from xiezhi.demo.bench import Bench, Booked, moment, working, working_days_after
from xiezhi.demo.facts import Appeal, Fact, History, Named
from xiezhi.demo.people import Post
from xiezhi.identity.contracts import Role
from xiezhi.law import periods

R = ParticipantRole
DAY = timedelta(days=1)


class _Over(Exception):
    """The history has come to its last moment."""


def pick(rng: Random, shares: Mapping[str, float]) -> str:
    """Return a key with the chance of its share; the shares need not add up to one."""
    ticket = rng.random() * sum(shares.values())
    for key, share in shares.items():
        ticket -= share
        if ticket < 0:
            return key
    return key


def lognormal(rng: Random, median: float, sigma: float) -> float:
    """Return a log-normal value around a median."""
    return median * math.exp(sigma * rng.gauss(0.0, 1.0))


@lru_cache(maxsize=65536)
def last_day(period_id: str, since: date) -> date:
    """Return the last day of a named period."""
    return periods.compute_named(period_id, since, allow_unknown=True).last_day


@lru_cache(maxsize=65536)
def fresh_limit(kind_key: str, procedure: str, docketed_on: date, detained: bool) -> clock.Limit:
    """Return the limit of a case on the day it is docketed."""
    return clock.limit(kinds.get(kind_key), procedure, docketed_on=docketed_on, in_custody=detained)


@lru_cache(maxsize=512)
def _stop_reasons(kind_key: str, request_kind: RequestKind, procedure: str) -> tuple[str, ...]:
    return clock.stop_reasons(kinds.get(kind_key), request_kind, procedure)


@lru_cache(maxsize=512)
def _next_extension(kind_key: str, procedure: str, taken: tuple[int, ...]) -> clock.NextExtension | None:
    return clock.next_extension(kinds.get(kind_key), procedure, taken=taken)


@dataclass(slots=True)
class _Team:
    judge: Post
    presiding: Post | None
    panel: tuple[Post, ...]
    assistant: Post | None
    clerk: Post

    @property
    def people(self) -> list[int]:
        """Ids of everybody, each once."""
        posts = [self.judge, self.presiding, *self.panel, self.assistant, self.clerk]
        return sorted({post.person.id for post in posts if post is not None})


class Story:
    """Writes one history on; the court's bench lends judges and rooms.

    `history.facts[:]` so far are the receipt and review of the application (see `docket.py`); `tell` goes
    on from
    docketing to the archive, or to the last moment.
    """

    def __init__(self, history: History, bench: Bench, rng: Random, *, until: datetime) -> None:
        self.history = history
        self.kind = history.kind
        self.bench = bench
        self.rng = rng
        self.until = until
        self.now = history.facts[-1].at if history.facts else until
        self.procedure = history.procedure
        self.stage = Stage.DOCKETED
        self.docketed_on = self.now.date()
        self.changes: list[clock.Change] = []
        self.first_procedure = history.procedure
        self.requests = 0
        self.hearings = 0
        self.division_id: int | None = None
        self.barred: frozenset[int] = frozenset()

    # Time

    def at(self, day: date) -> datetime:
        """Return a moment on the first working day from `day` that is not before now."""
        day = working(max(day, self.now.date()))
        found = moment(day, self.rng)
        if found <= self.now:
            found = self.now + timedelta(minutes=1 + int(self.rng.random() * 9))
            if found.hour >= 19:
                found = moment(working(day + DAY), self.rng)
        return found

    def after(self, low: int, high: int) -> datetime:
        """Return a moment `low` to `high` working days from now."""
        return self.at(working_days_after(self.now.date(), low + int(self.rng.random() * (high - low + 1))))

    def add(self, what: str, at: datetime, by: Post, **data: Any) -> None:
        """Note a fact and move on to its moment. Raises _Over when that has not come."""
        if at > self.until:
            raise _Over
        self.history.facts.append(Fact(what, at, by, data))
        self.now = at

    # The clock

    def limit(self) -> clock.Limit:
        """Return the limit as the clock stands."""
        if not self.changes:
            return fresh_limit(self.kind.key, self.procedure, self.docketed_on, self.history.detained)
        return self._limit(self.changes)

    def _limit(self, changes: list[clock.Change]) -> clock.Limit:
        ordered = sorted(changes, key=lambda change: change.since)
        return clock.limit(
            self.kind,
            self.first_procedure,
            docketed_on=self.docketed_on,
            changes=ordered,
            in_custody=self.history.detained,
        )

    def _counts(self, change: clock.Change) -> bool:
        """Tell whether the law lets this change count beside the others."""
        before = self._limit(self.changes).problems
        after = self._limit([*self.changes, change]).problems
        return not [problem for problem in after if problem not in before]

    # The way

    def tell(self) -> None:
        """Go on until the archive or the last moment."""
        try:
            self._assign()
            self._work()
        except _Over:
            pass

    def tell_and_count(self) -> None:
        """As `tell`, and count the case among the judge's until it is closed."""
        self.tell()
        assigned = next((fact for fact in self.history.facts if fact.what == "assign"), None)
        if assigned is not None:
            self.bench.take(assigned.data["judge"].person.id, self.history.closed_on)

    def _filing_clerk(self) -> Post:
        clerks = self.bench.staff.holders(Role.FILING_CLERK, self.now.date())
        return clerks[int(self.rng.random() * len(clerks))]

    def _assign(self) -> None:
        kind, rng = self.kind, self.rng
        role = Role.ENFORCEMENT_OFFICER if kind.category is Category.ENFORCEMENT else Role.JUDGE
        at = self.after(0, 2)
        party_names = {named.party.name for named in self.history.parties}
        barred = {
            relation.person.id: relation
            for relation in self.bench.staff.relations
            if relation.name in party_names
        }
        self.barred = frozenset(barred)
        drawn = self.bench.draw(role, kind.division_kinds, at.date(), barred=set(barred), rng=rng)
        if drawn is None:
            raise _Over
        judge = drawn.chosen
        by, manual = self._filing_clerk(), rng.random() < parameters.MANUAL_ASSIGNMENT
        if manual:
            heads = self.bench.staff.holders(Role.TRIAL_MANAGEMENT, at.date())
            by = heads[0] if heads else by
            manual = bool(heads)
        if at > self.until:
            raise _Over
        assert judge.division is not None  # noqa: S101 - judges are drawn by the kind of their division
        self.division_id = judge.division.id
        in_pool = {post.person.id for post in self.bench.staff.handling(role, kind.division_kinds, at.date())}
        self.judge = judge
        self.add(
            "assign",
            at,
            by,
            judge=judge,
            mode=AssignmentMode.MANUAL if manual else AssignmentMode.RANDOM,
            reason=rng.choice(wording.MANUAL_REASONS) if manual else "",
            candidates=() if manual else drawn.candidates,
            lot="" if manual else drawn.lot,
            barred=[barred[pk] for pk in sorted(barred) if pk in in_pool],
        )
        self.stage = Stage.ASSIGNED
        self.team = self._form_team()
        self.add("team", self.after(0, 2), judge, team=self.team)
        begun = Stage.PREPARING if Stage.PREPARING in kind.stages[Stage.ASSIGNED] else Stage.HANDLING
        self.add("begin", self.after(0, 1), self.team.clerk, stage=begun)
        self.stage = begun

    @property
    def clerk(self) -> Post:
        """The clerk of the case; below, after an appeal, who handed the appeal on."""
        return self.team.clerk if self.history.appeal is None else self.history.appeal.clerk

    def _form_team(self) -> _Team:
        staff, rng, day = self.bench.staff, self.rng, self.now.date()
        judge, division = self.judge, self.division_id
        sole = self.kind.procedure(self.procedure).panel_size == 1
        presiding: Post | None = None
        panel: tuple[Post, ...] = ()
        if not sole:
            out = self.barred | {judge.person.id}
            heads = [p for p in staff.holders(Role.DIVISION_HEAD, day, division) if p.person.id not in out]
            near = staff.holders(Role.JUDGE, day, division)
            others = [p for p in near if p.person.id not in out]
            if len(others) < 2:
                known = {p.person.id for p in others} | out
                others += [p for p in staff.holders(Role.JUDGE, day) if p.person.id not in known]
            rng.shuffle(others)
            presiding = heads[0] if heads else others.pop()
            panel = (others[0],)
        taken = {p.person.id for p in (judge, presiding, *panel) if p is not None}
        clerks = staff.holders(Role.CLERK, day, division) or staff.holders(Role.CLERK, day)
        assistants = [p for p in staff.holders(Role.ASSISTANT, day, division) if p.person.id not in taken]
        return _Team(
            judge=judge,
            presiding=presiding,
            panel=panel,
            assistant=assistants[int(rng.random() * len(assistants))]
            if assistants and rng.random() < 0.6
            else None,
            clerk=clerks[int(rng.random() * len(clerks))],
        )

    def _work(self) -> None:
        kind, rng = self.kind, self.rng
        begun = self.now.date()
        outcome = self._outcome()
        limit = self.limit()
        usual = limit.total_days or parameters.DAYS_WITHOUT_LIMIT.get(kind.key, 30)
        share = lognormal(rng, *parameters.PACE)
        if share > 1.0:
            share = 1.0 + (share - 1.0) * 0.5
        target = max(self.docketed_on + timedelta(days=round(usual * share)), begun + DAY)
        self._appoint_agents(target)
        target = self._stop(target)
        target = self._convert(target, outcome)
        has_hearing = Stage.HEARING in kind.stages.get(Stage.PREPARING, ())
        if (has_hearing and (outcome.needs_hearing or rng.random() < 0.4)) or (
            not has_hearing and kind.key.endswith("RETRIAL_REVIEW") and rng.random() < 0.3
        ):
            target = self._hear(target)
        target = self._extend(target)
        self._decide(target, outcome)

    def _outcome(self) -> kinds.Outcome:
        key = self.kind.key
        if self.history.procedure == "SECOND_RULING" or (
            self.history.prior is not None
            and self.history.prior.below_is_ruling
            and f"{key}/RULING" in parameters.OUTCOMES
        ):
            key = f"{key}/RULING"
        return self.kind.outcome(pick(self.rng, parameters.OUTCOMES[key]))

    def _appoint_agents(self, target: date) -> None:
        rng, kind = self.rng, self.kind
        criminal = kind.category is Category.CRIMINAL
        if kind.category in {Category.ENFORCEMENT, Category.MEDIATION, Category.PRESERVATION}:
            return
        for number, named in enumerate(self.history.parties):
            if named.role in {R.PROSECUTOR, R.PROTESTER, R.ORIGINAL_PARTY}:
                continue
            at = self.after(0, 4)
            if at.date() >= target:
                return
            if criminal:
                if (
                    named.role not in {R.ACCUSED, R.APPELLANT, R.RETRIAL_APPLICANT}
                    or rng.random() > parameters.DEFENDER
                ):
                    continue
                chosen = AgentKind.DEFENDER if rng.random() < 0.6 else AgentKind.LEGAL_AID
                self._appoint(number, chosen, Authority.GENERAL, at)
                continue
            chance = parameters.AGENT_CIVIL if named.party.is_person else parameters.AGENT_OF_COMPANY
            if rng.random() > chance:
                continue
            if named.party.is_person:
                draw = rng.random()
                chosen = (
                    AgentKind.LAWYER
                    if draw < 0.72
                    else AgentKind.LEGAL_WORKER
                    if draw < 0.86
                    else AgentKind.RELATIVE
                )
            else:
                chosen = AgentKind.LAWYER if rng.random() < 0.6 else AgentKind.EMPLOYEE
            authority = Authority.SPECIAL if rng.random() < 0.55 else Authority.GENERAL
            self._appoint(number, chosen, authority, at)

    def _appoint(self, number: int, chosen: AgentKind, authority: Authority, at: datetime) -> None:
        rng = self.rng
        firm = ""
        if chosen in {AgentKind.LAWYER, AgentKind.DEFENDER, AgentKind.LEGAL_AID}:
            firm = names.law_firm(rng)
        elif chosen is AgentKind.LEGAL_WORKER:
            firm = names.legal_service(rng)
        self.add(
            "agent",
            at,
            self.team.clerk,
            participant=number,
            kind=chosen,
            name=names.person(rng, male=rng.random() < 0.6),
            firm=firm,
            authority=authority,
            detail=wording.SPECIAL_AUTHORITY if authority is Authority.SPECIAL else "",
        )

    # Requests

    def _ask(
        self,
        kind: RequestKind,
        payload: dict[str, Any],
        summary: str,
        basis: str,
        decide_by: date | None,
        reason: str,
        approver: approvals.Approver,
    ) -> tuple[int, Post | None]:
        """Make a request; returns its number and who decides it."""
        number, self.requests = self.requests, self.requests + 1
        at = self.at(self.now.date())
        head = approver.role == approvals.DIVISION_HEAD
        division = self.division_id if head else None
        self.add(
            "request",
            at,
            self.judge,
            number=number,
            kind=kind,
            payload=payload,
            summary=summary,
            basis=basis,
            decide_by=decide_by,
            reason=reason,
            approver_role=approver.role,
            division_id=division,
        )
        role = Role.DIVISION_HEAD if head else Role.PRESIDENT
        holders = self.bench.staff.holders(role, at.date(), division)
        return number, next((post for post in holders if post.person.id != self.judge.person.id), None)

    def _answered_at(self, most: int) -> datetime:
        """Return when a request made now is decided: within `most` working days, of late after more."""
        if self.until - self.now < timedelta(days=parameters.LATE_REQUEST_DAYS):
            most += parameters.LATE_REQUEST_WAITS
        return self.after(0, most)

    def _answer(self, number: int, by: Post | None, at: datetime, *, approve: bool, **data: Any) -> None:
        if by is None:
            raise _Over  # nobody holds the post: the request waits
        if not by.holds(at.date()):
            division = self.division_id if by.role is Role.DIVISION_HEAD else None
            holders = self.bench.staff.holders(by.role, at.date(), division)
            if not holders:
                raise _Over
            by = holders[0]
        opinion = self.rng.choice(wording.APPROVED) if approve else self.rng.choice(wording.REFUSED_OPINIONS)
        self.add("answer", at, by, number=number, approve=approve, opinion=opinion, **data)

    def _stop(self, target: date) -> date:
        """Perhaps stop the clock for a while; returns the new day aimed at."""
        rng, kind = self.rng, self.kind
        draw = rng.random()
        if draw < parameters.EXCLUSION:
            request_kind, low, high = RequestKind.EXCLUSION, 20, 80
        elif draw < parameters.EXCLUSION + parameters.SUSPENSION:
            request_kind, low, high = RequestKind.SUSPENSION, 60, 220
        else:
            return target
        reasons = _stop_reasons(kind.key, request_kind, self.procedure)
        if not reasons:
            return target
        preferred = [r for r in reasons if r in wording.USUAL_STOPS] or list(reasons)
        reason = preferred[int(rng.random() * len(preferred))]
        span = max((target - self.now.date()).days, 4)
        start = self.at(self.now.date() + timedelta(days=int(span * (0.1 + rng.random() * 0.4))))
        due = self.limit().due_on
        if due is None or start.date() >= due - timedelta(days=6):
            return target
        if start > self.until:
            raise _Over
        self.now = start
        since = working(start.date())
        summary = f"{request_kind.label}（{reason}，自{_cn(since)}起）"
        number, by = self._ask(
            request_kind,
            {"reason": reason, "since": since.isoformat(), "until": None},
            summary,
            approvals.BASIS[request_kind],
            None,
            wording.stop_reason(reason),
            approvals.Approver(approvals.DEFAULT_APPROVERS[request_kind]),
        )
        answered = self._answered_at(3)
        if rng.random() < parameters.REQUEST_REFUSED:
            self._answer(number, by, answered, approve=False)
            return target
        change = clock.Change(
            kind=ClockKind(request_kind.value),
            reason=reason,
            since=since,
            until=None,
            basis=approvals.BASIS[request_kind],
        )
        if not self._counts(change):
            raise _Over
        before = self.limit().due_on
        self.changes.append(change)
        self._answer(
            number,
            by,
            answered,
            approve=True,
            change=change,
            due_before=before,
            due_after=self.limit().due_on,
        )
        if rng.random() > parameters.STOP_RESUMED:
            raise _Over  # it stands still to this day
        days = low + int(rng.random() * (high - low))
        resumed = self.at(since + timedelta(days=days))
        if resumed > self.until:
            raise _Over
        ended = clock.Change(
            kind=change.kind, reason=reason, since=since, until=resumed.date(), basis=change.basis
        )
        self.changes[-1] = ended
        self.add(
            "resume",
            resumed,
            self.judge,
            number=number,
            reason=reason,
            until=resumed.date(),
            due_after=self.limit().due_on,
        )
        return max(target + timedelta(days=(resumed.date() - since).days), resumed.date() + 2 * DAY)

    def _convert(self, target: date, outcome: kinds.Outcome) -> date:
        """Perhaps turn a simplified case that takes long into an ordinary one."""
        rng, kind = self.rng, self.kind
        procedure = kind.procedure(self.procedure)
        limit = self.limit()
        if not procedure.converts_to or limit.due_on is None or self.stage is not Stage.PREPARING:
            return target
        late = self.docketed_on + timedelta(
            days=round((limit.due_on - self.docketed_on).days * parameters.CONVERSION_AFTER)
        )
        if target < late or rng.random() > parameters.CONVERSION:
            return target
        wanted = (
            procedure.converts_to[0]
            if procedure.key != "SMALL" or rng.random() < 0.3
            else procedure.converts_to[-1]
        )
        asked = self.at(
            limit.due_on - timedelta(days=min(12, max((limit.due_on - self.docketed_on).days // 3, 5)))
        )
        if asked.date() > limit.due_on - timedelta(days=5):
            return target
        if asked > self.until:
            raise _Over
        self.now = asked
        aim = kind.procedure(wanted)
        number, by = self._ask(
            RequestKind.CONVERSION,
            {"procedure": wanted},
            f"{procedure.name}转为{aim.name}",
            approvals.BASIS[RequestKind.CONVERSION],
            limit.due_on,
            wording.CONVERSION_REASON,
            approvals.Approver(approvals.DEFAULT_APPROVERS[RequestKind.CONVERSION]),
        )
        answered = self._answered_at(1)
        if answered.date() > limit.due_on:
            raise _Over
        change = clock.Change(
            kind=ClockKind.CONVERSION,
            reason=wording.CONVERSION_REASON[:80],
            since=answered.date(),
            until=answered.date(),
            procedure_to=wanted,
            basis=approvals.BASIS[RequestKind.CONVERSION],
        )
        if not self._counts(change) or rng.random() < parameters.REQUEST_REFUSED:
            self._answer(number, by, answered, approve=False)
            return target
        self.changes.append(change)
        due_after = self.limit().due_on
        self._answer(
            number,
            by,
            answered,
            approve=True,
            change=change,
            due_before=limit.due_on,
            due_after=due_after,
            before=self.procedure,
        )
        self.procedure = wanted
        if aim.panel_size > 1:
            self.team = self._form_team()
            self.add("team", self.after(0, 1), self.judge, team=self.team)
        return target + timedelta(days=round(rng.random() * 30))

    def _extend(self, target: date) -> date:
        """Ask for more time where the day aimed at lies past the limit; some forget to and become overdue."""
        rng, kind = self.rng, self.kind
        limit = self.limit()
        if limit.due_on is None or limit.warn_on is None or target <= limit.due_on:
            return target
        if rng.random() > parameters.EXTENSION:
            return target
        option = _next_extension(kind.key, self.procedure, limit.extension_steps)
        if option is None or option.is_total or option.months_between is not None:
            return max(min(target, limit.due_on - DAY), self.now.date() + DAY)
        approver = approvals.extension_approver(option.approver)
        if approver is None or approver.level != "SAME":
            return max(min(target, limit.due_on - DAY), self.now.date() + DAY)
        apply_by = option.apply_by(limit.warn_on) or limit.warn_on - timedelta(days=10)
        asked = self.at(apply_by - timedelta(days=1 + int(rng.random() * 4)))
        if asked.date() > limit.due_on - timedelta(days=4):
            return target
        if asked > self.until:
            raise _Over
        self.now = asked
        if option.length is None:
            months, days = 3, 0  # what `cases.extension_months` says where no court has changed it
        else:
            most = option.length.months
            months, days = (min(most, 3), 0) if most else (0, option.length.days)
        text = f"{months}个月" if months else f"{days}日"
        basis = option.source[:200]
        late = (
            ""
            if option.apply_by(limit.warn_on) is None or asked.date() <= apply_by
            else f"（已过申请期限{_cn(apply_by)}）"
        )
        reason = rng.choice(wording.EXTENSION_REASONS)
        number, by = self._ask(
            RequestKind.EXTENSION,
            {"step": option.step, "months": months or None, "days": days or None, "length": text},
            f"延长审限{text}{late}",
            basis,
            option.decide_by(limit.warn_on),
            reason,
            approver,
        )
        answered = self._answered_at(3)
        change = clock.Change(
            kind=ClockKind.EXTENSION,
            reason=reason[:80],
            since=answered.date(),
            until=answered.date(),
            step=option.step,
            add_months=months or None,
            add_days=days or None,
            basis=basis,
        )
        if (
            answered.date() > limit.due_on
            or not self._counts(change)
            or rng.random() < parameters.REQUEST_REFUSED
        ):
            self._answer(number, by, answered, approve=False)
            return target
        self.changes.append(change)
        due_after = self.limit().due_on
        self._answer(
            number, by, answered, approve=True, change=change, due_before=limit.due_on, due_after=due_after
        )
        if due_after is not None and target > due_after and rng.random() < 0.85:
            target = max(due_after - timedelta(days=2 + int(rng.random() * 12)), self.now.date() + DAY)
        return target

    # Hearing and decision

    def _hear(self, target: date) -> date:
        """Hold a hearing before the day aimed at, perhaps after putting it off once."""
        rng = self.rng
        kind = "TRIAL" if self.stage is Stage.PREPARING else "INQUIRY"
        span = max((target - self.now.date()).days, 5)
        scheduled = self.at(self.now.date() + timedelta(days=int(span * 0.15)))
        day = max(scheduled.date() + timedelta(days=4), self.now.date() + timedelta(days=int(span * 0.6)))
        day = min(day, scheduled.date() + timedelta(days=45))
        booked = self._schedule(kind, scheduled, day, None)
        if rng.random() < parameters.POSTPONED:
            reason = rng.choice(wording.POSTPONED)
            put_off = self.at(working(booked.starts_at.date() - timedelta(days=1 + int(rng.random() * 2))))
            if scheduled < put_off < booked.starts_at:
                self.add(
                    "postpone", put_off, self.team.clerk, number=self.hearings - 1, reason=reason, kind=kind
                )
                self.bench.free(booked, self.team.people)
                later = booked.starts_at.date() + timedelta(days=7 + int(rng.random() * 14))
                booked = self._schedule(kind, self.at(put_off.date()), later, self.hearings - 1)
        self.add(
            "hold",
            booked.ends_at + timedelta(minutes=2 + int(rng.random() * 20)),
            self.team.clerk,
            number=self.hearings - 1,
            kind=kind,
        )
        if kind == "TRIAL":
            self.stage = Stage.HEARING
        return max(target, self.now.date())

    def _schedule(self, kind: str, at: datetime, day: date, postpones: int | None) -> Booked:
        if at > self.until:
            raise _Over
        day = max(day, at.date() + timedelta(days=4))
        people = self.team.people
        booked = self.bench.book(people, day, self.rng)
        self.add(
            "schedule",
            at,
            self.team.clerk,
            number=self.hearings,
            kind=kind,
            booked=booked,
            people=people,
            postpones=postpones,
        )
        self.hearings += 1
        return booked

    def _decide(self, target: date, outcome: kinds.Outcome) -> None:
        rng, kind, history = self.rng, self.kind, self.history
        closes_at_once = kind.closes_on is Stage.CLOSED
        gap = 0 if closes_at_once or rng.random() < 0.55 else int(rng.random() * 8)
        decided = self.at(target - timedelta(days=gap))
        facts_text, reasoning, result, cited = wording.decision(kind, outcome, history, rng)
        self.add(
            "decide",
            decided,
            self.judge,
            outcome=outcome,
            decided_on=decided.date(),
            result=result,
            facts=facts_text,
            reasoning=reasoning,
            cited=cited,
        )
        if closes_at_once:
            history.closed_on = decided.date()
            self._archive(decided.date())
            return
        pronounced = self.at(max(target, decided.date()))
        self.add("pronounce", pronounced, self.judge, pronounced_on=pronounced.date())
        history.closed_on = pronounced.date()
        appeal_period = "" if kind.procedure(self.procedure).final else outcome.appeal_period
        served = self._served(pronounced, appeal_period)
        appealed = self._appealed(pronounced, appeal_period, served)
        later = [*served, *([appealed] if appealed else [])]
        for fact in sorted(later, key=lambda fact: fact.at):
            if fact.at > self.until:
                raise _Over
            self.add(fact.what, max(fact.at, self.now + timedelta(seconds=20)), fact.by, **fact.data)
            if fact is appealed:
                self._send_up(history.facts[-1], pronounced, outcome)
        if appealed:
            return
        ends = [fact.data["appeal_until"] for fact in served if fact.data["appeal_until"] is not None]
        days = [fact.data["served_on"] for fact in served]
        effective_on = max(ends) + DAY if appeal_period else max(days)
        at = self.at(max(effective_on, self.now.date()) + timedelta(days=int(rng.random() * 5)))
        self.add("effect", at, self.team.clerk, effective_on=effective_on, note="")
        self._archive(effective_on)

    def tell_below(self, effective_on: date, note: str) -> None:
        """Go on in the court below once the upper court's decision has taken effect: note it, archive the
        file.
        """
        try:
            at = self.at(
                working_days_after(max(effective_on, self.now.date()), 1 + int(self.rng.random() * 6))
            )
            self.add("effect", at, self.clerk, effective_on=effective_on, note=note)
            self._archive(effective_on)
        except _Over:
            pass

    def _archive(self, since: date) -> None:
        at = self.at(since + timedelta(days=round(lognormal(self.rng, *parameters.ARCHIVE_DAYS)) + 2))
        self.add("archive", at, self.clerk)

    def _served(self, pronounced: datetime, appeal_period: str) -> list[Fact]:
        rng, found = self.rng, []
        announced = self.kind.category is Category.CIVIL and self.procedure not in {"SIMPLIFIED", "SMALL"}
        for number, named in enumerate(self.history.parties):
            if named.role is R.OTHER:
                continue
            mode, day = ServiceMode.DIRECT, pronounced.date()
            draw = rng.random()
            if announced and named.role is R.DEFENDANT and draw < parameters.ANNOUNCED_SERVICE * 3:
                mode, day = ServiceMode.ANNOUNCEMENT, last_day("announce_domestic", working(day + 2 * DAY))
            elif draw < 0.40:
                day = working_days_after(day, int(rng.random() * 3))
            elif draw < 0.75:
                mode, day = ServiceMode.ELECTRONIC, working_days_after(day, int(rng.random() * 3))
            elif draw < 0.97:
                mode, day = ServiceMode.POST, working_days_after(day, 2 + int(rng.random() * 5))
            else:
                mode, day = ServiceMode.LEFT, working_days_after(day, 1 + int(rng.random() * 4))
            at = moment(day, rng)
            if at <= pronounced:
                at = pronounced + timedelta(minutes=3 + number)
            until = last_day(appeal_period, day) if appeal_period else None
            data = {"participant": number, "mode": mode, "served_on": day, "appeal_until": until}
            found.append(Fact("serve", at, self.team.clerk, data))
        return found

    def _appealed(self, pronounced: datetime, appeal_period: str, served: list[Fact]) -> Fact | None:
        rng, kind = self.rng, self.kind
        if not appeal_period or not kind.appeal_kind or kind.key.endswith("RETRIAL"):
            return None
        if rng.random() > parameters.APPEAL.get(kind.category, 0.0):
            return None
        willing = [
            fact
            for fact in served
            if self.history.parties[fact.data["participant"]].role not in {R.PROSECUTOR, R.THIRD_PARTY}
        ]
        if not willing:
            return None
        fact = willing[int(rng.random() * len(willing))]
        own, until = fact.data["served_on"], fact.data["appeal_until"]
        received = own + timedelta(days=1 + int(rng.random() * (until - own).days))
        received = min(working(received), until)
        posted = received - timedelta(days=1 + int(rng.random() * 3)) if rng.random() < 0.35 else None
        if posted is not None and posted < own:
            posted = None
        at = moment(received, rng)
        if at <= fact.at:
            at = fact.at + timedelta(minutes=30)
        claims = wording.APPEAL_CLAIMS
        data = {
            "participant": fact.data["participant"],
            "posted_on": posted,
            "received_on": at.date(),
            "claims": claims,
        }
        return Fact("appeal", at, self.team.clerk, data)

    def _send_up(self, fact: Fact, pronounced: datetime, outcome: kinds.Outcome) -> None:
        """Hand on what the upper court gets; as `cases.services.serving` makes the application there."""
        history = self.history
        upper = kinds.get(self.kind.appeal_kind)
        ruling = outcome.document == "RULING"
        procedure = upper.procedures[1 if ruling and len(upper.procedures) > 1 else 0].key
        parties = []
        for number, named in enumerate(history.parties):
            if number == fact.data["participant"]:
                role = R.PROTESTER if named.role is R.PROSECUTOR else upper.first_roles[0]
            elif named.role is R.PROSECUTOR:
                role = R.PROSECUTOR
            elif named.role in self.kind.first_roles + self.kind.second_roles:
                role = R.APPELLEE if R.APPELLEE in upper.roles else R.ORIGINAL_PARTY
            else:
                role = R.ORIGINAL_PARTY
            parties.append(Named(named.party, role, named.position, f"原审{named.role.label}"))
        history.appeal = Appeal(
            kind=upper,
            procedure=procedure,
            cause_key=history.cause_key,
            cause_name=history.cause_name,
            amount=history.amount,
            claims=fact.data["claims"],
            received_at=fact.at,
            clerk=fact.by,
            parties=tuple(parties),
            appellant=history.parties[fact.data["participant"]].party.name,
            below_is_ruling=ruling,
            restricted=history.restricted,
            detained=history.detained,
            pronounced_on=pronounced.date(),
        )


def _cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def amount_of(rng: Random, median: int, spread: float) -> Decimal | None:
    """Return a claimed amount in yuan, rounded as people claim; None for causes without money."""
    if not median:
        return None
    value = lognormal(rng, median, spread)
    step = 10 if value < 10_000 else 100 if value < 200_000 else 1000
    if rng.random() < 0.35:
        return Decimal(round(value, 2)).quantize(Decimal("0.01"))
    return Decimal(max(round(value / step) * step, step)).quantize(Decimal("0.01"))


def months_back(today: date, months: int) -> date:
    """Return the first day of the demonstrated period."""
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, min(today.day, 28))


def office_days(first: date, last: date) -> Iterator[tuple[date, float]]:
    """Yield the working days of a span with their share of arrivals."""
    day = first
    while day <= last:
        if working(day) == day:
            yield day, parameters.SEASON[day.month - 1] * parameters.WEEKDAY[day.weekday()]
        day += DAY


__all__ = [
    "Story",
    "amount_of",
    "fresh_limit",
    "last_day",
    "lognormal",
    "months_back",
    "office_days",
    "pick",
]
