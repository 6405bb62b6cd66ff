"""From a generator's state to the history of a case: what happened, when, and who did it.  Pure.

A history keeps the law that the services keep: limits and stops are counted by `cases.rules.clock`,
periods by
`xiezhi.law.periods`, the steps are those of `cases.rules.kinds`.  It breaks off at the moment `until`,
which is
how cases come to be open, stopped, overdue or waiting for somebody's approval.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from xiezhi.cases.contracts import (
    AgentKind,
    AssignmentMode,
    Authority,
    Category,
    DocumentType,
    ParticipantRole,
    ServiceMode,
    Stage,
)
from xiezhi.cases.rules import kinds
from xiezhi.demo import names, parameters, wording
from xiezhi.demo.asking import Asker
from xiezhi.demo.bench import Booked, moment, working, working_days_after
from xiezhi.demo.facts import Appeal, Fact, Named
from xiezhi.demo.people import Post
from xiezhi.demo.telling import DAY, Over, last_day, lognormal, pick
from xiezhi.identity.contracts import Role

R = ParticipantRole


class Story(Asker):
    """Writes one history on.

    The facts so far are the receipt and review of the application (see `intake`); `tell` goes on from
    docketing to
    the archive, or to the last moment.
    """

    # The way

    def tell(self) -> None:
        """Go on until the archive or the last moment."""
        try:
            self._assign()
            self._work()
        except Over:
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
            raise Over
        judge = drawn.chosen
        by, manual = self._filing_clerk(), rng.random() < parameters.MANUAL_ASSIGNMENT
        if manual:
            heads = self.bench.staff.holders(Role.TRIAL_MANAGEMENT, at.date())
            by = heads[0] if heads else by
            manual = bool(heads)
        if at > self.until:
            raise Over
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
        self.team = self.form_team()
        self.add("team", self.after(0, 2), judge, team=self.team)
        begun = Stage.PREPARING if Stage.PREPARING in kind.stages[Stage.ASSIGNED] else Stage.HANDLING
        self.add("begin", self.after(0, 1), self.team.clerk, stage=begun)
        self.stage = begun

    @property
    def clerk(self) -> Post:
        """The clerk of the case; below, after an appeal, who handed the appeal on."""
        return self.team.clerk if self.history.appeal is None else self.history.appeal.clerk

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
            raise Over
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
            self._follow(outcome)
            self._archive(decided.date())
            return
        pronounced = self.at(max(target, decided.date()))
        self.add("pronounce", pronounced, self.judge, pronounced_on=pronounced.date())
        received_closes = outcome.document is DocumentType.MEDIATION_STATEMENT
        if not received_closes:
            history.closed_on = pronounced.date()
            self._follow(outcome)
        appeal_period = "" if kind.procedure(self.procedure).final else outcome.appeal_period
        served = self._served(pronounced, appeal_period)
        appealed = self._appealed(pronounced, appeal_period, served)
        later = [*served, *([appealed] if appealed else [])]
        for fact in sorted(later, key=lambda fact: fact.at):
            if fact.at > self.until:
                raise Over
            self.add(fact.what, max(fact.at, self.now + timedelta(seconds=20)), fact.by, **fact.data)
            if fact is appealed:
                self._send_up(history.facts[-1], pronounced, outcome)
        if appealed:
            return
        if received_closes:
            history.closed_on = max(fact.data["served_on"] for fact in served)
        ends = [fact.data["appeal_until"] for fact in served if fact.data["appeal_until"] is not None]
        days = [fact.data["served_on"] for fact in served]
        effective_on = max(ends) + DAY if appeal_period else max(days)
        at = self.at(max(effective_on, self.now.date()) + timedelta(days=int(rng.random() * 5)))
        self.add("effect", at, self.team.clerk, effective_on=effective_on, note="")
        self._archive(effective_on)

    def _follow(self, outcome: kinds.Outcome) -> None:
        """Hand on what the case goes on as; as `cases.services.handovers` makes the next application."""
        if not outcome.follows:
            return
        history, kind = self.history, kinds.get(outcome.follows)
        rest = R.ORIGINAL_PARTY if R.ORIGINAL_PARTY in kind.roles else R.OTHER
        roles = dict.fromkeys(self.kind.first_roles, kind.first_roles[0])
        roles |= dict.fromkeys(self.kind.second_roles, kind.second_roles[-1])
        standing = sorted(history.parties, key=lambda named: named.position)
        history.follows = Appeal(
            kind=kind,
            procedure=kind.procedures[0].key,
            cause_key=history.cause_key,
            cause_name=history.cause_name,
            amount=history.amount,
            claims=outcome.name,
            received_at=self.now,
            clerk=self.judge,
            parties=tuple(
                Named(
                    named.party,
                    roles.get(named.role, named.role if named.role in kind.roles else rest),
                    named.position,
                    named.original_role,
                )
                for named in standing
            ),
            appellant="、".join(n.party.name for n in standing if n.role in self.kind.first_roles),
            below_is_ruling=False,
            restricted=history.restricted,
            detained=history.detained,
            pronounced_on=self.now.date(),
            follows=True,
        )

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
        except Over:
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
