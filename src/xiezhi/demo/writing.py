"""From a history to rows and journal entries: what the services would have written, fact by fact.

Each method is named after the fact it writes and mirrors one service of `cases.services` or
`hearings.services`; a test compares the result with what those services compute.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from xiezhi.cases import events
from xiezhi.cases.contracts import CaseSource, Category, DocumentType, ParticipantRole, Stage
from xiezhi.cases.rules import kinds
from xiezhi.demo.casework import Casework
from xiezhi.demo.drafts import Below, Draft, Hand, hand_of
from xiezhi.demo.facts import Appeal, Fact, History
from xiezhi.demo.telling import last_day
from xiezhi.hearings import events as hearing_events
from xiezhi.hearings.contracts import HearingKind, HearingStatus
from xiezhi.hearings.rules import slots

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Writer(Casework):
    """Writes the histories of one court."""

    def write(self, history: History) -> Draft | None:
        """Write an application and, where it was docketed, its case.

        Returns the case when it waits for the upper court, because then it is not written to the end yet.
        """
        self.applications += 1
        self._rows = []
        first = history.facts[0]
        rest = iter(history.facts[1:])
        application = self._receive(history, first)
        draft: Draft | None = None
        for fact in rest:
            if fact.what == "accept":
                draft = self._accept(history, application, fact)
                break
            getattr(self, f"_{fact.what}")(history, application, fact)
        if draft is None:
            self.sink.put("cases_application", application.values())
            for table, values in self._rows:
                self.sink.put(table, values)
            self._put_todos()
            return None
        self.cases += 1
        for fact in rest:
            getattr(self, f"_case_{fact.what}")(draft, history, fact)
        if history.appeal is not None:
            self._keep(draft, history)
            return draft
        self.finish(draft, history)
        if history.follows is not None:
            self._hand_on(draft, history, history.follows)
        return None

    # Hearings

    def _case_schedule(self, draft: Draft, history: History, fact: Fact) -> None:
        data = fact.data
        booked, kind = data["booked"], HearingKind(data["kind"])
        next_id = self.sink.next_id
        hearing_id = next_id("hearings_hearing")
        postpones = draft.hearings[data["postpones"]][0] if data["postpones"] is not None else None
        draft.hearings.append(
            [
                hearing_id, draft.id, draft.court_code, booked.room_id, kind, HearingStatus.SCHEDULED,
                booked.starts_at, booked.ends_at, "", postpones,
            ]
        )  # fmt: skip
        low, high = slots.slot(booked.room_id, booked.starts_at, booked.ends_at)
        rows: list[tuple[Any, ...]] = [
            ("hearings_roombooking", (next_id("hearings_roombooking"), hearing_id, f"[{low},{high})"))
        ]
        for person_id in data["people"]:
            low, high = slots.slot(person_id, booked.starts_at, booked.ends_at)
            booking = (next_id("hearings_personbooking"), hearing_id, person_id, f"[{low},{high})")
            rows.append(("hearings_personbooking", booking))
        draft.bookings[data["number"]] = rows
        start, end = booked.starts_at, booked.ends_at
        when = f"{start.year}年{start.month}月{start.day}日 {start:%H:%M}至{end:%H:%M}"
        self.record(
            hearing_events.HearingScheduled(
                hearing_id=hearing_id,
                hearing_kind=kind,
                kind_name=kind.label,
                starts_at=start,
                ends_at=end,
                when_text=when,
                room=booked.room_name,
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )
        self._tell_team(draft, f"排定庭审：{when}，{booked.room_name}", fact)

    def _tell_team(self, draft: Draft, text: str, fact: Fact) -> None:
        """Leave the team a notice, all but the one who did it; as `hearings.services`."""
        told = {member[2] for member in draft.team if member[5] is None} - {fact.by.person.id}
        for person_id in sorted(told):
            self.notify(person_id, f"{draft.number}{text}", f"/cases/{draft.id}/", draft, fact.at)

    def _case_postpone(self, draft: Draft, history: History, fact: Fact) -> None:
        hearing = draft.hearings[fact.data["number"]]
        hearing[5], hearing[8] = HearingStatus.POSTPONED, fact.data["reason"]
        draft.bookings.pop(fact.data["number"])
        self.record(
            hearing_events.HearingPostponed(
                hearing_id=hearing[0], kind_name=hearing[4].label, reason=fact.data["reason"]
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )
        self._tell_team(draft, f"庭审延期：{fact.data['reason']}", fact)

    def _case_hold(self, draft: Draft, history: History, fact: Fact) -> None:
        hearing, by = draft.hearings[fact.data["number"]], hand_of(fact.by)
        hearing[5] = HearingStatus.HELD
        self.record(
            hearing_events.HearingHeld(hearing_id=hearing[0], kind_name=hearing[4].label),
            fact.at,
            by,
            case=draft,
        )
        if hearing[4] is HearingKind.TRIAL and draft.stage is Stage.PREPARING:
            self._move(draft, Stage.HEARING, fact, by)
            draft.version += 1

    # Decision

    def _case_decide(self, draft: Draft, history: History, fact: Fact) -> None:
        data, by = fact.data, hand_of(fact.by)
        outcome: kinds.Outcome = data["outcome"]
        decision_id = self.sink.next_id("cases_decision")
        final = draft.kind.procedure(draft.procedure).final
        draft.decision = [
            decision_id, draft.id, outcome.key, outcome.document, data["decided_on"], None, data["result"],
            data["reasoning"], data["facts"], _json(data["cited"]), "" if final else outcome.appeal_period,
            None,
        ]  # fmt: skip
        self.record(
            events.Decided(
                decision_id=decision_id,
                outcome=outcome.key,
                outcome_name=outcome.name,
                document=outcome.document,
                document_name=outcome.document.label,
                decided_on=data["decided_on"],
            ),
            fact.at,
            by,
            case=draft,
        )
        draft.outcome = outcome.key
        draft.version += 1
        if draft.kind.closes_on is Stage.CLOSED:
            self._move(draft, Stage.CLOSED, fact, by)
            draft.decision[5] = draft.decision[11] = draft.effective_on = data["decided_on"]
            self._close(draft, data["decided_on"], outcome, fact, by)
        else:
            self._move(draft, Stage.DECIDED, fact, by)

    def _close(self, draft: Draft, closed_on: date, outcome: kinds.Outcome, fact: Fact, by: Hand) -> None:
        draft.closed_on = closed_on
        self.record(
            events.Closed(
                outcome=outcome.key,
                outcome_name=outcome.name,
                closed_on=closed_on,
                days=(closed_on - draft.docketed_on).days,
                within_limit=draft.due_on is None or closed_on <= draft.due_on,
            ),
            fact.at,
            by,
            case=draft,
        )
        self.open_todo(
            f"case-archive:{draft.id}",
            "case-archive",
            f"归档：{draft.title}",
            fact.at,
            f"/cases/{draft.id}/archive/",
            case=draft,
            person_id=draft.clerk_id,
            due_on=closed_on + timedelta(days=90),
        )

    def _case_pronounce(self, draft: Draft, history: History, fact: Fact) -> None:
        by, day = hand_of(fact.by), fact.data["pronounced_on"]
        assert draft.decision is not None  # noqa: S101 - a history decides before it pronounces
        draft.decision[5] = day
        event = events.Pronounced(decision_id=draft.decision[0], pronounced_on=day)
        self.record(event, fact.at, by, case=draft)
        self._move(draft, Stage.PRONOUNCED, fact, by)
        if draft.decision[3] is not DocumentType.MEDIATION_STATEMENT:
            self._close(draft, day, draft.kind.outcome(draft.outcome), fact, by)
        draft.version += 1
        criminal = draft.kind.category is Category.CRIMINAL
        self.open_todo(
            f"case-serve:{draft.id}",
            "case-serve",
            f"送达裁判文书：{draft.title}",
            fact.at,
            f"/cases/{draft.id}/service/",
            case=draft,
            person_id=draft.clerk_id,
            due_on=last_day("judgment_on_spot", day, "criminal" if criminal else ""),
        )

    def _case_serve(self, draft: Draft, history: History, fact: Fact) -> None:
        data = fact.data
        assert draft.decision is not None  # noqa: S101
        participant_id = draft.participants[data["participant"]]
        service_id = self.sink.next_id("cases_decisionservice")
        draft.services[data["participant"]] = [
            service_id, draft.decision[0], participant_id, data["mode"], data["served_on"],
            data["appeal_until"], None, None, None,
        ]  # fmt: skip
        draft.version += 1
        self.record(
            events.Served(
                service_id=service_id,
                participant_id=participant_id,
                participant_name=history.parties[data["participant"]].party.name,
                mode=data["mode"],
                mode_name=data["mode"].label,
                served_on=data["served_on"],
                appeal_until=data["appeal_until"],
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )
        wanted = sum(named.role is not ParticipantRole.OTHER for named in history.parties)
        if len(draft.services) == wanted:
            self.close_todo(f"case-serve:{draft.id}", fact.at)
            if draft.closed_on is None:
                latest = max(service[4] for service in draft.services.values())
                self._close(draft, latest, draft.kind.outcome(draft.outcome), fact, hand_of(fact.by))

    def _case_appeal(self, draft: Draft, history: History, fact: Fact) -> None:
        """The entry names the application in the upper court, which is written there under the id set
        aside here.
        """
        data, by = fact.data, hand_of(fact.by)
        service = draft.services[data["participant"]]
        service[6:] = [data["posted_on"], data["received_on"], True]
        self._move(draft, Stage.APPEALED, fact, by)
        draft.version += 1
        upper_application = self.sink.next_id("cases_application")
        self.record(
            events.AppealLodged(
                service_id=service[0],
                participant_id=service[2],
                participant_name=history.parties[data["participant"]].party.name,
                posted_on=data["posted_on"],
                received_on=data["received_on"],
                in_time=True,
                in_time_text="在上诉期内",
                application_id=upper_application,
            ),
            fact.at,
            by,
            case=draft,
        )
        self._upper_application = upper_application

    def _case_effect(self, draft: Draft, history: History, fact: Fact) -> None:
        day, by = fact.data["effective_on"], hand_of(fact.by)
        assert draft.decision is not None  # noqa: S101
        draft.effective_on = draft.decision[11] = day
        self._move(draft, Stage.EFFECTIVE, fact, by)
        draft.version += 1
        self.record(events.TookEffect(effective_on=day, note=fact.data["note"]), fact.at, by, case=draft)

    def _case_archive(self, draft: Draft, history: History, fact: Fact) -> None:
        by = hand_of(fact.by)
        self._move(draft, Stage.ARCHIVED, fact, by)
        draft.archived_on = fact.at.date()
        draft.version += 1
        self.record(events.Archived(archived_on=draft.archived_on), fact.at, by, case=draft)
        self.close_todo(f"case-archive:{draft.id}", fact.at)

    # Endings

    def _hand_on(self, draft: Draft, history: History, following: Appeal) -> None:
        """Set aside the application as which the case goes on."""
        following.number = draft.number
        following.claims = f"{draft.number}{following.claims}。{history.claims}"
        following.below = Below(
            application_id=self.sink.next_id("cases_application"),
            draft=draft,
            history=history,
            party_ids=dict(zip((n.party.serial for n in history.parties), self._parties, strict=True)),
            todos=[],
        )

    def _keep(self, draft: Draft, history: History) -> None:
        """Keep what the upper court's decision will change: the case, and the item its appeal leaves open."""
        kept = self._todos.pop(f"case-archive:{draft.id}", None)
        self._put_todos()
        if history.appeal is not None:
            history.appeal.below = Below(
                application_id=self._upper_application,
                draft=draft,
                history=replace(history, facts=history.facts[-1:], appeal=None, prior=None),
                party_ids=dict(zip((n.party.serial for n in history.parties), self._parties, strict=True)),
                todos=[kept] if kept else [],
            )
            history.appeal.number = draft.number

    def finish(self, draft: Draft, history: History) -> None:
        """Write the rows of a case whose facts are all told."""
        put = self.sink.put
        put("cases_application", draft.application.values())
        for table, values in draft.rows:
            put(table, values)
        for member in draft.team:
            put("cases_teammember", member[:6])
        for request in draft.requests:
            put("cases_approvalrequest", request)
        for change in draft.changes.values():
            put("cases_clockchange", change)
        for hearing in draft.hearings:
            put("hearings_hearing", hearing)
        for bookings in draft.bookings.values():
            for table, values in bookings:
                put(table, values)
        if draft.decision is not None:
            put("cases_decision", draft.decision)
        for service in draft.services.values():
            put("cases_decisionservice", service)
        in_order = sorted(enumerate(history.parties), key=lambda pair: (pair[1].position, pair[0]))
        searched = [
            draft.number,
            draft.title,
            history.cause_name,
            " | ".join(n.party.name for _p, n in in_order),
        ]
        if draft.agents:
            searched.append(" | ".join(draft.agents))
        put(
            "cases_case",
            (
                draft.id, draft.court_id, draft.court_code, draft.number, draft.year, draft.type_code,
                draft.sequence, draft.kind.key, draft.procedure, draft.stage, history.cause_key,
                history.cause_name, draft.title, history.received_on, draft.docketed_on, draft.due_on,
                draft.clock_stopped, draft.closed_on, draft.outcome, draft.effective_on, draft.archived_on,
                draft.division_id, draft.judge_id, draft.clerk_id, history.amount, draft.fee,
                history.restricted, history.detained, None, CaseSource.NATIVE, "", draft.version,
                self.words.vector(" | ".join(searched)),
            ),
        )  # fmt: skip
        self._put_todos()

    def go_on_below(self, below: Below, facts: list[Fact]) -> None:
        """Write what happens in the court below once the appeal is decided, and the case with it."""
        for values in below.todos:
            self._todos[values[0]] = values
        for fact in facts:
            getattr(self, f"_case_{fact.what}")(below.draft, below.history, fact)
        self.finish(below.draft, below.history)
