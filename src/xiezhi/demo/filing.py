"""Parties and applications as rows: receipt, correction, refusal, docketing.

The methods are named after facts and mirror `cases.services.applications` and `cases.services.docketing`.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from xiezhi.cases import events
from xiezhi.cases.contracts import (
    ApplicationStatus,
    LinkKind,
)
from xiezhi.cases.rules import fees as fee_rules
from xiezhi.cases.rules import kinds, titles
from xiezhi.demo import names
from xiezhi.demo.desk import Desk
from xiezhi.demo.drafts import Draft, hand_of
from xiezhi.demo.facts import Appeal, Fact, History, PartyFact
from xiezhi.demo.telling import fresh_limit, last_day
from xiezhi.foundation.contracts import JournalActor
from xiezhi.foundation.encryption import encrypt
from xiezhi.identity.contracts import Role
from xiezhi.law import case_numbers
from xiezhi.parties import events as party_events
from xiezhi.parties.contracts import IdentityKind, PartyKind, Sex
from xiezhi.parties.rules import masking
from xiezhi.parties.selectors import identity_hash

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _token(prior: Appeal) -> str:
    return f"{'follows' if prior.follows else 'appeal'}:{prior.below.draft.id}"


class FilingWindow(Desk):
    """Writes what happens before a case exists, and its docketing."""

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
            "client_token": _token(prior) if prior else "",
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
        if history.prior is not None:
            self._link(draft, history.prior, fact)
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

    def _link(self, draft: Draft, prior: Appeal, fact: Fact) -> None:
        """Link the case and the one before it both ways; one that only led to it was no earlier instance."""
        below: Draft = prior.below.draft
        there = LinkKind.RELATED if prior.follows else LinkKind.PRIOR
        back = LinkKind.RELATED if prior.follows else LinkKind.LATER
        for case, kind, other in ((draft, there, below), (below, back, draft)):
            link_id = self.sink.next_id("cases_caselink")
            draft.rows.append(("cases_caselink", (link_id, case.id, kind, other.id, other.number, "")))
            event = events.Linked(
                link_kind=kind, link_name=kind.label, other_number=other.number, other_case_id=other.id
            )
            self.record(event, fact.at, hand_of(fact.by), case=case)

    def _fee(self, history: History, procedure: str) -> Decimal | None:
        return fee_rules.docketing_fee(
            history.kind, procedure, history.amount, cause_key=history.cause_key, settings=self.fee_settings
        )

    #: The court's figures for fees; nobody has changed them when the demonstration is loaded.
    fee_settings: dict[str, str] | None = None
