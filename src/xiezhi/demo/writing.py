"""From a history to rows and journal entries: what the services would have written, fact by fact.

Each method is named after the fact it writes and mirrors one service of `cases.services` or
`hearings.services`; a test
compares a sample with what those services compute.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from xiezhi.cases import events
from xiezhi.cases.contracts import (
    ApplicationStatus,
    CaseSource,
    Category,
    ClockKind,
    LinkKind,
    RequestKind,
    RequestStatus,
    Stage,
    TeamRole,
)
from xiezhi.cases.rules import clock, kinds, titles
from xiezhi.cases.rules import fees as fee_rules
from xiezhi.demo import names, parameters
from xiezhi.demo.copying import STAGE, SearchWords, Sink
from xiezhi.demo.facts import Fact, History, PartyFact
from xiezhi.demo.histories import fresh_limit, last_day
from xiezhi.demo.people import Post
from xiezhi.foundation.contracts import Event, JournalActor
from xiezhi.foundation.encryption import encrypt
from xiezhi.foundation.journal import recording
from xiezhi.hearings import events as hearing_events
from xiezhi.hearings.contracts import HearingKind, HearingStatus
from xiezhi.hearings.rules import slots
from xiezhi.identity.contracts import Role
from xiezhi.law import case_numbers
from xiezhi.parties import events as party_events
from xiezhi.parties.contracts import IdentityKind, PartyKind, Sex
from xiezhi.parties.rules import masking
from xiezhi.parties.selectors import identity_hash

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Hand:
    """A post's holder as the journal names who acted."""

    user_id: int | None
    person_id: int | None
    post_id: int | None
    name: str
    title: str
    court_code: str
    on_behalf_of_post_id: int | None = None


@lru_cache(maxsize=4096)
def hand_of(post: Post) -> Hand:
    """Return the holder of a post as an actor."""
    person = post.person
    return Hand(person.user_id, person.id, post.id, person.name, post.full_title, post.court_code)


@dataclass(slots=True)
class Draft:
    """A case while its facts are written. Field names are those of the table."""

    id: int
    court_id: int
    court_code: str
    number: str
    year: int
    type_code: str
    sequence: int
    kind: kinds.CaseKind
    procedure: str
    title: str
    docketed_on: date
    due_on: date | None
    fee: Decimal | None
    stage: Stage = Stage.DOCKETED
    clock_stopped: bool = False
    closed_on: date | None = None
    outcome: str = ""
    effective_on: date | None = None
    archived_on: date | None = None
    division_id: int | None = None
    judge_id: int | None = None
    clerk_id: int | None = None
    version: int = 0
    application: dict[str, Any] = field(default_factory=dict)
    participants: list[int] = field(default_factory=list)
    rows: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    team: list[list[Any]] = field(default_factory=list)
    requests: list[list[Any]] = field(default_factory=list)
    changes: dict[int, list[Any]] = field(default_factory=dict)
    hearings: list[list[Any]] = field(default_factory=list)
    bookings: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    decision: list[Any] | None = None
    services: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Below:
    """What is kept of an appealed case until the upper court has decided.

    `application_id`: set aside for the application in the upper court. `history` has only its last fact.
    """

    application_id: int
    draft: Draft
    history: History
    party_ids: dict[int, int]
    todos: list[list[Any]]


class Writer:
    """Writes the histories of one court."""

    def __init__(
        self,
        *,
        sink: Sink,
        words: SearchWords,
        court_id: int,
        court_code: str,
        place: str,
        place_base: int,
        until: datetime,
    ) -> None:
        self.sink = sink
        self.words = words
        self.court_id = court_id
        self.court_code = court_code
        self.place = place
        self._place = place_base
        self.until = until
        self._desk_since = until - timedelta(days=parameters.DESK_DAYS)
        self._read_before = until - timedelta(days=parameters.NOTICE_READ_AFTER_DAYS)
        self.sequences: dict[tuple[str, int], int] = {}
        self.party_ids: dict[int, int] = {}
        self.cases = 0
        self.applications = 0
        self.entries = 0
        self._todos: dict[str, list[Any]] = {}
        self._parties: list[int] = []
        self._upper_application = 0

    # Journal, desk

    def record(
        self,
        event: Event,
        at: datetime,
        by: JournalActor,
        *,
        case: Draft | None = None,
        court_code: str = "",
        subject: str = "",
    ) -> None:
        """Stage an entry of the journal."""
        values = recording.render(
            event,
            actor=by,
            court_code=case.court_code if case else court_code or self.court_code,
            case_id=case.id if case else None,
            subject=case.number if case else subject,
            at=at,
        )
        self._place += 1
        self.entries += 1
        self.sink.put(STAGE, (self._place, *values))

    def open_todo(
        self,
        key: str,
        kind: str,
        title: str,
        at: datetime,
        url: str,
        *,
        case: Draft | None = None,
        court_code: str = "",
        person_id: int | None = None,
        role: str = "",
        division_id: int | None = None,
        due_on: date | None = None,
    ) -> None:
        """Put an item on a desk."""
        code = court_code or self.court_code
        case_id = case.id if case else None
        self._todos[key] = [
            key,
            kind,
            title[:300],
            code,
            division_id,
            case_id,
            person_id,
            role,
            due_on,
            url,
            at,
            None,
        ]

    def close_todo(self, key: str, at: datetime) -> None:
        """Take an item off the desk."""
        if key in self._todos:
            self._todos[key][-1] = at

    def _put_todos(self) -> None:
        """Write the items of one history; what was done long ago is not kept."""
        for values in self._todos.values():
            if values[-1] is None or values[-1] >= self._desk_since:
                self.sink.put("foundation_todoitem", (self.sink.next_id("foundation_todoitem"), *values))
        self._todos.clear()

    def notify(self, person_id: int, text: str, url: str, case: Draft, at: datetime) -> None:
        """Leave a message, read after some days; old ones are not made."""
        if at < self._desk_since:
            return
        read = at + timedelta(hours=20) if at < self._read_before else None
        self.sink.put(
            "foundation_notice",
            (self.sink.next_id("foundation_notice"), person_id, "", text[:500], url, case.id, at, read),
        )

    # Parties

    def party(self, fact: PartyFact, at: datetime, by: JournalActor) -> int:
        """Put a party on file once, as `parties.services.party_find_or_create`; returns its id."""
        known = self.party_ids.get(fact.serial)
        if known is not None:
            return known
        party_id = self.sink.next_id("parties_party")
        if fact.known:
            self.party_ids[fact.serial] = party_id
        rng = Random(fact.serial)  # noqa: S311 - repeatable invention, no secret
        if fact.is_person:
            identity_kind, number = IdentityKind.ID_CARD, names.id_card(fact.serial, male=fact.male)
            sex, born_on = (Sex.MALE if fact.male else Sex.FEMALE), names.birthday(fact.serial)
            head, masked = "", masking.mask_name(fact.name)
        else:
            identity_kind, number = IdentityKind.USCC, names.credit_code(fact.serial)
            sex, born_on = Sex.UNKNOWN, None
            head = names.person(rng, male=rng.random() < 0.7) if fact.kind is PartyKind.ORGANISATION else ""
            masked = fact.name
        self.sink.put(
            "parties_party",
            (
                party_id,
                fact.kind,
                fact.name,
                identity_kind,
                encrypt(number),
                identity_hash(identity_kind, number),
                encrypt(names.phone(rng)),
                encrypt(names.address(rng, self.place)),
                sex,
                born_on,
                "",
                head,
                True,
            ),
        )
        event = party_events.PartyRegistered(
            party_id=party_id, party_kind=fact.kind, identity_kind=identity_kind, masked_name=masked
        )
        self.record(event, at, by, subject=f"party:{party_id}")
        return party_id

    # Applications

    def write(self, history: History) -> Draft | None:
        """Write an application and, where it was docketed, its case.

        Returns the case when it waits for the upper court, because then it is not written to the end yet.
        """
        self.applications += 1
        self._rows: list[tuple[str, tuple[Any, ...]]] = []
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
        return None

    def _receive(self, history: History, fact: Fact) -> dict[str, Any]:
        by = hand_of(fact.by)
        kind = history.kind
        prior = history.prior
        application_id = (
            self.sink.next_id("cases_application") if prior is None else prior.below.application_id
        )
        application: dict[str, Any] = {
            "id": application_id,
            "court_id": self.court_id,
            "court_code": self.court_code,
            "kind": kind.key,
            "procedure": history.procedure,
            "channel": history.channel,
            "status": ApplicationStatus.SUBMITTED,
            "cause_key": history.cause_key,
            "cause_name": history.cause_name,
            "claims": history.claims,
            "facts": history.statement,
            "amount": history.amount,
            "prior_number": prior.number if prior else "",
            "received_on": history.received_on,
            "review_by": history.review_by,
            "restricted": history.restricted,
            "detained": history.detained,
            "decided_on": None,
            "refusal_reason": "",
            "refusal_basis": "",
            "refusal_number": "",
            "case_id": None,
            "client_token": f"appeal:{prior.below.draft.id}" if prior else "",
            "materials": "[]",
            "version": 0,
        }
        next_id = self.sink.next_id
        parties: list[int] = []
        for named in history.parties:
            party_id = (
                prior.below.party_ids[named.party.serial] if prior else self.party(named.party, fact.at, by)
            )
            parties.append(party_id)
            row = (
                next_id("cases_applicationparticipant"),
                application_id,
                party_id,
                named.role,
                named.original_role,
                named.party.name,
                named.position,
            )
            self._rows.append(("cases_applicationparticipant", row))
        self._parties = parties
        if prior is not None:
            applicant = prior.appellant
        else:
            asking = sorted(
                (n.position, number, n.party.name)
                for number, n in enumerate(history.parties)
                if n.role in kind.first_roles
            )
            applicant = "、".join(name for _position, _number, name in asking[:3])
        self.record(
            events.ApplicationReceived(
                application_id=application_id,
                case_kind=kind.key,
                case_kind_name=kind.name,
                channel=history.channel,
                applicant=applicant,
                received_on=history.received_on,
                review_by=history.review_by,
            ),
            fact.at,
            by,
            subject=f"application:{application_id}",
        )
        self._open_review(application, kind, fact.at)
        return application

    def _open_review(self, application: dict[str, Any], kind: kinds.CaseKind, at: datetime) -> None:
        self.open_todo(
            f"application-review:{application['id']}",
            "application-review",
            f"审查{kind.name}申请",
            at,
            f"/applications/{application['id']}/",
            role=Role.FILING_CLERK,
            due_on=application["review_by"],
        )

    def _correct(self, history: History, application: dict[str, Any], fact: Fact) -> None:
        items, answer_by = fact.data["items"], fact.data["answer_by"]
        answered = next((f for f in history.facts if f.what == "corrected"), None)
        row = (
            self.sink.next_id("cases_correction"),
            application["id"],
            _json(items),
            fact.at.date(),
            answer_by,
            answered.data["answered_on"] if answered else None,
            answered.data["answer"] if answered else "",
        )
        self._rows.append(("cases_correction", row))
        application["status"] = ApplicationStatus.CORRECTION_REQUESTED
        application["review_by"] = None
        application["version"] += 1
        self.record(
            events.CorrectionRequested(application_id=application["id"], items=items, answer_by=answer_by),
            fact.at,
            hand_of(fact.by),
            subject=f"application:{application['id']}",
        )
        self.close_todo(f"application-review:{application['id']}", fact.at)

    def _corrected(self, history: History, application: dict[str, Any], fact: Fact) -> None:
        application["status"] = ApplicationStatus.RESUBMITTED
        application["review_by"] = fact.data["review_by"]
        application["version"] += 1
        self.record(
            events.CorrectionAnswered(
                application_id=application["id"],
                answer=fact.data["answer"],
                review_by=application["review_by"],
            ),
            fact.at,
            hand_of(fact.by),
            subject=f"application:{application['id']}",
        )
        self._open_review(application, history.kind, fact.at)

    def _refuse(self, history: History, application: dict[str, Any], fact: Fact) -> None:
        application["status"] = ApplicationStatus.REFUSED
        application["refusal_reason"], application["refusal_basis"] = fact.data["reason"], fact.data["basis"]
        self._end_review(application, fact)
        self.record(
            events.ApplicationRefused(
                application_id=application["id"], reason=fact.data["reason"], basis=fact.data["basis"]
            ),
            fact.at,
            hand_of(fact.by),
            subject=f"application:{application['id']}",
        )

    def _withdraw(self, history: History, application: dict[str, Any], fact: Fact) -> None:
        application["status"] = ApplicationStatus.WITHDRAWN
        self._end_review(application, fact)
        self.record(
            events.ApplicationWithdrawn(application_id=application["id"], reason=fact.data["reason"]),
            fact.at,
            hand_of(fact.by),
            subject=f"application:{application['id']}",
        )

    def _end_review(self, application: dict[str, Any], fact: Fact) -> None:
        application["decided_on"], application["review_by"] = fact.at.date(), None
        application["version"] += 1
        self.close_todo(f"application-review:{application['id']}", fact.at)

    def _accept(self, history: History, application: dict[str, Any], fact: Fact) -> Draft:
        kind, docketed_on = history.kind, fact.at.date()
        key = (kind.type_code, docketed_on.year)
        self.sequences[key] = sequence = self.sequences.get(key, 0) + 1
        number = case_numbers.CaseNumber(
            year=docketed_on.year,
            court_code=self.court_code,
            special="",
            type_code=kind.type_code,
            seq=sequence,
        ).format()
        in_order = sorted(enumerate(history.parties), key=lambda pair: (pair[1].position, pair[0]))
        first = [named.party.name for _n, named in in_order if named.role in kind.first_roles]
        second = [named.party.name for _n, named in in_order if named.role in kind.second_roles]
        next_id = self.sink.next_id
        draft = Draft(
            id=next_id("cases_case"),
            court_id=self.court_id,
            court_code=self.court_code,
            number=number,
            year=docketed_on.year,
            type_code=kind.type_code,
            sequence=sequence,
            kind=kind,
            procedure=history.procedure,
            title=titles.case_title(first, kind.title_verb, second, history.cause_name or kind.name),
            docketed_on=docketed_on,
            due_on=fresh_limit(kind.key, history.procedure, docketed_on, history.detained).due_on,
            fee=self._fee(history, history.procedure),
            application=application,
            rows=self._rows,
        )
        draft.participants = [0] * len(history.parties)
        for place, named in in_order:
            draft.participants[place] = participant_id = next_id("cases_participant")
            row = (
                participant_id,
                draft.id,
                self._parties[place],
                named.role,
                named.original_role,
                named.party.name,
                named.position,
                docketed_on,
                None,
                "",
            )
            draft.rows.append(("cases_participant", row))
        if history.prior is not None:
            below: Draft = history.prior.below.draft
            for case_id, link, other_id, other in (
                (draft.id, LinkKind.PRIOR, below.id, below.number),
                (below.id, LinkKind.LATER, draft.id, draft.number),
            ):
                self.sink.put(
                    "cases_caselink", (next_id("cases_caselink"), case_id, link, other_id, other, "")
                )
        application["status"], application["case_id"] = ApplicationStatus.ACCEPTED, draft.id
        self._end_review(application, fact)
        self.record(
            events.Docketed(
                number=number,
                case_kind=kind.key,
                procedure=draft.procedure,
                procedure_name=kind.procedure(draft.procedure).name,
                cause_key=history.cause_key,
                cause_name=history.cause_name,
                title=draft.title,
                docketed_on=docketed_on,
                due_on=draft.due_on,
                application_id=application["id"],
                amount=history.amount,
                fee=draft.fee,
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )
        self.open_todo(
            f"case-assign:{draft.id}",
            "case-assign",
            f"分案：{draft.title}",
            fact.at,
            f"/cases/{draft.id}/assign/",
            case=draft,
            role=Role.FILING_CLERK,
            due_on=last_day("transfer_to_division", docketed_on),
        )
        return draft

    def _fee(self, history: History, procedure: str) -> Decimal | None:
        return fee_rules.docketing_fee(
            history.kind, procedure, history.amount, cause_key=history.cause_key, settings=self.fee_settings
        )

    #: The court's figures for fees; nobody has changed them when the demonstration is loaded.
    fee_settings: dict[str, str] | None = None

    # Cases

    def _move(self, draft: Draft, stage: Stage, fact: Fact, by: Hand) -> None:
        before, draft.stage = draft.stage, stage
        self.record(
            events.StageChanged(stage_before=before, stage=stage, stage_name=stage.label),
            fact.at,
            by,
            case=draft,
        )

    def _case_assign(self, draft: Draft, history: History, fact: Fact) -> None:
        data, by = fact.data, hand_of(fact.by)
        judge: Post = data["judge"]
        person = judge.person
        enforcing = draft.kind.category is Category.ENFORCEMENT
        role = TeamRole.ENFORCEMENT_OFFICER if enforcing else TeamRole.JUDGE_IN_CHARGE
        self._join_team(draft, person.id, person.name, role, fact.at.date())
        draft.judge_id = person.id
        draft.division_id = judge.division.id if judge.division else None
        draft.version += 1
        self._move(draft, Stage.ASSIGNED, fact, by)
        excluded = [
            {
                "id": barred.person.id,
                "name": barred.person.name,
                "reason": f"与当事人或者代理人{barred.name}有{barred.relation}关系",
            }
            for barred in data["barred"]
        ]
        self.record(
            events.Assigned(
                judge_id=person.id,
                judge_name=person.name,
                division_id=draft.division_id,
                mode=data["mode"],
                mode_name=data["mode"].label,
                reason=f"，理由：{data['reason']}" if data["reason"] else "",
                candidates=[
                    {"id": post.person.id, "name": post.person.name, "load": load, "weight": weight}
                    for post, load, weight in data["candidates"]
                ],
                excluded=excluded,
                draw=data["lot"],
            ),
            fact.at,
            by,
            case=draft,
        )
        self.close_todo(f"case-assign:{draft.id}", fact.at)
        self.open_todo(
            f"case-team:{draft.id}",
            "case-team",
            f"确定审判组织并告知当事人：{draft.title}",
            fact.at,
            f"/cases/{draft.id}/team/",
            case=draft,
            person_id=person.id,
        )
        self.notify(
            person.id, f"您有新案：{draft.number} {draft.title}", f"/cases/{draft.id}/", draft, fact.at
        )

    def _join_team(self, draft: Draft, person_id: int, name: str, role: TeamRole, since: date) -> None:
        member = [self.sink.next_id("cases_teammember"), draft.id, person_id, role, since, None]
        draft.team.append([*member, name])

    def _case_team(self, draft: Draft, history: History, fact: Fact) -> None:
        team, today = fact.data["team"], fact.at.date()
        wanted: dict[tuple[int, TeamRole], str] = {}
        if team.presiding is not None:
            wanted[team.presiding.person.id, TeamRole.PRESIDING_JUDGE] = team.presiding.person.name
        for post in team.panel:
            if post.person.id not in {draft.judge_id, team.presiding.person.id if team.presiding else None}:
                wanted[post.person.id, TeamRole.PANEL_JUDGE] = post.person.name
        if team.assistant is not None:
            wanted[team.assistant.person.id, TeamRole.ASSISTANT] = team.assistant.person.name
        wanted[team.clerk.person.id, TeamRole.CLERK] = team.clerk.person.name
        for member in draft.team:
            if member[5] is None and member[3] not in {
                TeamRole.JUDGE_IN_CHARGE,
                TeamRole.ENFORCEMENT_OFFICER,
            }:
                if (member[2], member[3]) in wanted:
                    del wanted[member[2], member[3]]
                else:
                    member[5] = today
        for (person_id, role), name in wanted.items():
            self._join_team(draft, person_id, name, role, today)
        draft.clerk_id = team.clerk.person.id
        draft.version += 1
        members = [member for member in draft.team if member[5] is None]
        self.record(
            events.TeamSet(
                members=[{"id": m[2], "name": m[6], "role": m[3]} for m in members],
                members_text="，".join(f"{m[3].label}{m[6]}" for m in members),
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )
        self.close_todo(f"case-team:{draft.id}", fact.at)

    def _case_begin(self, draft: Draft, history: History, fact: Fact) -> None:
        self._move(draft, fact.data["stage"], fact, hand_of(fact.by))
        draft.version += 1

    def _case_agent(self, draft: Draft, history: History, fact: Fact) -> None:
        data = fact.data
        agent_id = self.sink.next_id("cases_agent")
        participant_id = draft.participants[data["participant"]]
        row = (
            agent_id,
            participant_id,
            data["kind"],
            data["name"],
            data["firm"],
            "",
            data["authority"],
            data["detail"],
            fact.at.date(),
            None,
        )
        draft.rows.append(("cases_agent", row))
        draft.agents.append(data["name"])
        draft.version += 1
        self.record(
            events.AgentAppointed(
                agent_id=agent_id,
                participant_id=participant_id,
                participant_name=history.parties[data["participant"]].party.name,
                agent_name=data["name"],
                agent_kind=data["kind"],
                kind_name=data["kind"].label,
                authority=data["authority"],
                authority_name=data["authority"].label,
                firm=data["firm"],
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )

    def _case_request(self, draft: Draft, history: History, fact: Fact) -> None:
        data, by = fact.data, hand_of(fact.by)
        request_id = self.sink.next_id("cases_approvalrequest")
        summary = data["summary"][:300]
        draft.requests.append(
            [
                request_id, draft.id, data["kind"], RequestStatus.PENDING, _json(data["payload"]), summary,
                data["reason"], data["basis"], by.person_id, by.name, fact.at, data["approver_role"],
                draft.court_code, data["division_id"], data["decide_by"], None, "", None, "",
            ]
        )  # fmt: skip
        draft.version += 1
        self.record(
            events.RequestMade(
                request_id=request_id,
                request_kind=data["kind"],
                summary_text=summary,
                reason=data["reason"],
                approver_role=data["approver_role"],
                approver_court_code=draft.court_code,
            ),
            fact.at,
            by,
            case=draft,
        )
        self.open_todo(
            f"request:{request_id}",
            "request",
            f"{summary}：{draft.number}",
            fact.at,
            f"/approvals/{request_id}/",
            case=draft,
            role=data["approver_role"],
            division_id=data["division_id"],
            due_on=data["decide_by"],
        )

    def _case_answer(self, draft: Draft, history: History, fact: Fact) -> None:
        data, by = fact.data, hand_of(fact.by)
        request = draft.requests[data["number"]]
        request_id, kind, summary, opinion = request[0], RequestKind(request[2]), request[5], data["opinion"]
        status = RequestStatus.APPROVED if data["approve"] else RequestStatus.REFUSED
        request[3] = status
        request[15:] = [by.person_id, by.name, fact.at, opinion]
        self.record(
            events.RequestDecided(
                request_id=request_id,
                request_kind=kind,
                status=status,
                status_name=status.label,
                summary_text=summary,
                opinion=f"，意见：{opinion}" if opinion else "",
            ),
            fact.at,
            by,
            case=draft,
        )
        draft.version += 1
        if data["approve"]:
            self._apply(draft, history, fact, request, kind, by)
        self.close_todo(f"request:{request_id}", fact.at)
        self.notify(
            request[8],
            f"{status.label}：{summary}（{draft.number}）",
            f"/approvals/{request_id}/",
            draft,
            fact.at,
        )

    def _apply(
        self, draft: Draft, history: History, fact: Fact, request: list[Any], kind: RequestKind, by: Hand
    ) -> None:
        data = fact.data
        change: clock.Change = data["change"]
        change_id = self.sink.next_id("cases_clockchange")
        before = data.get("before", "")
        draft.changes[data["number"]] = [
            change_id, draft.id, change.kind, change.reason, change.since, change.until, change.step,
            change.add_months, change.add_days, before, change.procedure_to, change.basis, request[0],
        ]  # fmt: skip
        due_before, due_after = data["due_before"], data["due_after"]
        draft.due_on = due_after
        event: Event
        if kind is RequestKind.EXTENSION:
            event = events.LimitExtended(
                change_id=change_id,
                step=change.step or 0,
                length=json.loads(request[4])["length"],
                due_before=due_before,
                due_after=due_after,
            )
        elif kind is RequestKind.CONVERSION:
            draft.procedure = change.procedure_to
            draft.fee = self._fee(history, draft.procedure)
            event = events.ProcedureConverted(
                change_id=change_id,
                before=before,
                before_name=draft.kind.procedure(before).name,
                after=draft.procedure,
                after_name=draft.kind.procedure(draft.procedure).name,
                due_before=due_before,
                due_after=due_after,
                fee=draft.fee,
            )
        else:
            draft.clock_stopped = True
            event = events.ClockStopped(
                change_id=change_id,
                change_kind=ClockKind(change.kind),
                kind_name=kind.label,
                reason=change.reason,
                since=change.since,
                until=change.until,
                due_before=due_before,
                due_after=due_after,
            )
        self.record(event, fact.at, by, case=draft)

    def _case_resume(self, draft: Draft, history: History, fact: Fact) -> None:
        data = fact.data
        row = draft.changes[data["number"]]
        row[5] = data["until"]
        draft.due_on, draft.clock_stopped = data["due_after"], False
        draft.version += 1
        self.record(
            events.ClockResumed(
                change_id=row[0], reason=data["reason"], until=data["until"], due_after=data["due_after"]
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )

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
        self.record(
            hearing_events.HearingScheduled(
                hearing_id=hearing_id,
                hearing_kind=kind,
                kind_name=kind.label,
                starts_at=start,
                ends_at=end,
                when_text=f"{start.year}年{start.month}月{start.day}日 {start:%H:%M}至{end:%H:%M}",
                room=booked.room_name,
            ),
            fact.at,
            hand_of(fact.by),
            case=draft,
        )

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
        self._close(draft, day, draft.kind.outcome(draft.outcome), fact, by)
        draft.version += 1

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


__all__ = ["Below", "Draft", "Hand", "Writer", "hand_of"]
