"""A case on its way as rows: assignment, team, agents, requests and what they change.

The methods are named after facts and mirror `cases.services`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from xiezhi.cases import events
from xiezhi.cases.contracts import (
    Category,
    ClockKind,
    RequestKind,
    RequestStatus,
    Stage,
    TeamRole,
)
from xiezhi.cases.rules import clock
from xiezhi.demo.drafts import Draft, Hand, hand_of
from xiezhi.demo.facts import Fact, History
from xiezhi.demo.filing import FilingWindow
from xiezhi.demo.people import Post
from xiezhi.foundation.contracts import Event

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Casework(FilingWindow):
    """Writes what happens between docketing and decision, but for hearings."""

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
