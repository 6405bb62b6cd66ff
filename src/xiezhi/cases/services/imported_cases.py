"""Writing imported judgments in bulk: cases, participants, agents, team, decisions, links and history."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from xiezhi.cases import events
from xiezhi.cases.contracts import Authority, CaseSource, DocumentType, LinkKind, Stage, TeamRole
from xiezhi.cases.models import Agent, Case, CaseLink, Decision, Participant, TeamMember
from xiezhi.cases.rules import clock, kinds, titles
from xiezhi.cases.rules.judgments import mapping
from xiezhi.cases.services.steps import refresh_search
from xiezhi.foundation import journal, sequences
from xiezhi.foundation.contracts import Event, SystemActor
from xiezhi.foundation.errors import InvalidInput
from xiezhi.foundation.journal import EntryRow
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court, Post
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber
from xiezhi.parties import events as party_events
from xiezhi.parties.contracts import PartyInput, PartyKind, Sex
from xiezhi.parties.models import Party
from xiezhi.parties.services import party_prepare

IMPORTER = SystemActor(name="裁判文书导入")
_JUDGES = (Role.JUDGE, Role.DIVISION_HEAD, Role.VICE_PRESIDENT, Role.PRESIDENT)


@dataclass(frozen=True, slots=True)
class Draft:
    """One judgment, checked and mapped, before anything is written."""

    place: str
    facts: Mapping[str, Any]
    number: CaseNumber | LegacyCaseNumber
    kind: kinds.CaseKind
    court: Court
    reference: str
    docketed_on: date
    decided_on: date


def write_drafts(drafts: Sequence[Draft], *, at: datetime) -> int:
    """Write the cases of these judgments with all that belongs to them; returns how many have a prior case.

    Runs in the caller's transaction. Raises DataError, IntegrityError where the database refuses a value.
    """
    people = _people(drafts)
    cases = Case.objects.bulk_create([_case(draft, people) for draft in drafts])
    entries: list[EntryRow] = []
    participants = _write_participants(drafts, cases, at, entries)
    _write_agents(drafts, participants)
    _write_team(drafts, cases, people)
    decisions = Decision.objects.bulk_create(
        [_decision(draft, case) for draft, case in zip(drafts, cases, strict=True)]
    )
    links = _write_links(drafts, cases)
    for draft, case, decision in zip(drafts, cases, decisions, strict=True):
        for event, on in _history(draft, case, decision, people, links.get(case.pk)):
            entries.append(
                EntryRow(event, IMPORTER, case.court_code, on or at, case_id=case.pk, subject=case.number)
            )
    journal.bulk(entries)
    refresh_search([case.pk for case in cases])
    _raise_sequences(drafts, at)
    return len(links)


_People = dict[tuple[str, str], list[tuple[int, str, date, date | None]]]


def _people(drafts: Sequence[Draft]) -> _People:
    """Holders of posts in these courts by court and name, with role and days."""
    names = {
        str(member["name"])
        for draft in drafts
        for member in [*draft.facts.get("panel", ()), {"name": draft.facts.get("clerk") or ""}]
    }
    found: _People = {}
    posts = Post.objects.filter(
        court__code__in={draft.court.code for draft in drafts}, person__name__in=names
    ).order_by("pk")
    for code, name, person_id, role, since, until in posts.values_list(
        "court__code", "person__name", "person_id", "role", "since", "until"
    ):
        found.setdefault((code, name), []).append((person_id, role, since, until))
    return found


def _person(people: _People, draft: Draft, name: str, roles: Sequence[Role]) -> int | None:
    """The one person of this name who held such a post that day; two of one name are nobody."""
    held = {
        person_id
        for person_id, role, since, until in people.get((draft.court.code, name), ())
        if role in roles and since <= draft.decided_on and (until is None or until >= draft.decided_on)
    }
    return held.pop() if len(held) == 1 else None


def _case(draft: Draft, people: _People) -> Case:
    """The case as it lies in the archive: nothing is to be done in it, and nobody is held for it.

    What is published is in effect (法释〔2016〕19号第七条); since when, and when archived, is not told.
    """
    facts, kind = draft.facts, draft.kind
    key, cause = mapping.cause_of(facts.get("causes") or (), kind)
    panel = facts.get("panel") or ()
    fees = [Decimal(fee["amount"]) for fee in facts.get("fees") or () if fee.get("amount")]
    return Case(
        court=draft.court,
        court_code=draft.court.code,
        number=draft.number.format(),
        year=draft.number.year,
        type_code=draft.number.type_code if isinstance(draft.number, CaseNumber) else kind.type_code,
        sequence=draft.number.seq,
        kind=kind.key,
        procedure=mapping.procedure_of(facts, kind),
        stage=Stage.ARCHIVED,
        cause_key=key,
        cause_name=cause,
        title=_title(facts, kind, cause or kind.name),
        received_on=draft.docketed_on,
        docketed_on=draft.docketed_on,
        closed_on=draft.decided_on,
        outcome=mapping.outcome_of(facts, kind).key,
        judge_id=_person(people, draft, panel[0]["name"], _JUDGES) if panel else None,
        clerk_id=_person(people, draft, facts.get("clerk") or "", (Role.CLERK,)),
        fee=fees[0] if fees and fees[0] < 10**14 else None,
        source=CaseSource.IMPORTED,
        source_reference=draft.reference,
    )


def _title(facts: Mapping[str, Any], kind: kinds.CaseKind, cause: str) -> str:
    """甲诉乙某某纠纷; of a criminal case above the first instance the accused and the charge."""
    named = [(mapping.role_of(party["role"], kind), party["name"]) for party in facts["participants"]]
    first = [name for role, name in named if role in kind.first_roles]
    second = [name for role, name in named if role in kind.second_roles]
    if kind.key in ("CRIMINAL_SECOND", "CRIMINAL_RETRIAL"):
        people = [party["name"] for party in facts["participants"] if party.get("kind") != "PROCURATORATE"]
        first, second = people or first, []
    return titles.case_title(first or [named[0][1]], kind.title_verb, second, cause)


def _write_participants(
    drafts: Sequence[Draft], cases: Sequence[Case], at: datetime, entries: list[EntryRow]
) -> list[list[Participant]]:
    rows: list[tuple[int, Mapping[str, Any], Party]] = []
    for place, draft in enumerate(drafts):
        rows.extend((place, given, _party(given, at)) for given in draft.facts["participants"])
    parties = Party.objects.bulk_create([party for _place, _given, party in rows])
    positions: Counter[tuple[int, str]] = Counter()
    made: list[Participant] = []
    for (place, given, _unsaved), party in zip(rows, parties, strict=True):
        draft, case = drafts[place], cases[place]
        role = mapping.role_of(given["role"], draft.kind)
        positions[place, role] += 1
        original = given.get("original_role") or (given["role"] if given["role"] != role.label else "")
        made.append(
            Participant(
                case=case,
                party=party,
                role=role,
                original_role=original[:40],
                name=party.name,
                position=positions[place, role],
                joined_on=draft.docketed_on,
            )
        )
        registered = party_events.PartyRegistered(
            party_id=party.pk, party_kind=party.kind, identity_kind="", masked_name=party.masked_name
        )
        entries.append(EntryRow(registered, IMPORTER, case.court_code, at, subject=f"party:{party.pk}"))
    by_case: list[list[Participant]] = [[] for _ in drafts]
    for (place, _given, _party_row), participant in zip(
        rows, Participant.objects.bulk_create(made), strict=True
    ):
        by_case[place].append(participant)
    return by_case


def _party(given: Mapping[str, Any], at: datetime) -> Party:
    """A party without a number: the document gives none, so it is never taken to be another."""
    born = given.get("birth")
    kind = PartyKind(given.get("kind") or "PERSON")
    sex = {"男": Sex.MALE, "女": Sex.FEMALE}.get(given.get("sex") or "", Sex.UNKNOWN)
    data = PartyInput(
        kind=kind,
        name=str(given["name"])[:200],
        address=str(given.get("address") or "")[:200],
        sex=sex,
        born_on=date.fromisoformat(born) if born else None,
        nationality=str(given.get("ethnicity") or "")[:40],
    )
    try:
        return party_prepare(data, at=at)
    except InvalidInput:
        return party_prepare(PartyInput(kind=kind, name=data.name.strip() or "（未载明）"), at=at)


def _write_agents(drafts: Sequence[Draft], participants: Sequence[list[Participant]]) -> None:
    made: list[Agent] = []
    for draft, theirs in zip(drafts, participants, strict=True):
        by_name = {participant.name: participant for participant in theirs}
        for given in draft.facts.get("agents") or ():
            made.extend(
                Agent(
                    participant=by_name[name],
                    kind=mapping.agent_kind(given["role"], given.get("firm")),
                    name=str(given["name"])[:100],
                    firm=str(given.get("firm") or "")[:200],
                    authority=Authority.GENERAL,
                    since=draft.docketed_on,
                )
                for name in dict.fromkeys(given.get("for") or ())
                if name in by_name
            )
    Agent.objects.bulk_create(made)


def _write_team(drafts: Sequence[Draft], cases: Sequence[Case], people: _People) -> None:
    made: list[TeamMember] = []
    for draft, case in zip(drafts, cases, strict=True):
        chosen: dict[tuple[int, TeamRole], None] = {}
        for place, member in enumerate(draft.facts.get("panel") or ()):
            person_id = _person(people, draft, member["name"], _JUDGES)
            if person_id is not None:
                chosen[person_id, mapping.TEAM_ROLES.get(member["role"], TeamRole.PANEL_JUDGE)] = None
                if place == 0:
                    chosen[person_id, TeamRole.JUDGE_IN_CHARGE] = None
        if case.clerk_id is not None:
            chosen[case.clerk_id, TeamRole.CLERK] = None
        made.extend(
            TeamMember(case=case, person_id=person_id, role=role, since=draft.docketed_on)
            for person_id, role in chosen
        )
    TeamMember.objects.bulk_create(made)


def _decision(draft: Draft, case: Case) -> Decision:
    sections = draft.facts.get("sections") or {}
    document = draft.facts.get("document_type")
    return Decision(
        case=case,
        outcome=case.outcome,
        document=document if document in set(DocumentType) else case.kind_rule.outcome(case.outcome).document,
        decided_on=draft.decided_on,
        facts=sections.get("facts", ""),
        reasoning=sections.get("reasoning", ""),
        result=sections.get("result", ""),
        cited_articles=[dict(citation) for citation in draft.facts.get("cited_articles") or ()],
    )


def _write_links(drafts: Sequence[Draft], cases: Sequence[Case]) -> dict[int, CaseLink]:
    """Link each case to the one before it, and to later ones that were waiting for it."""
    priors = {
        case.pk: mapping.prior_number_of(draft.facts) for draft, case in zip(drafts, cases, strict=True)
    }
    wanted = {number for number in priors.values() if number}
    on_file = (
        {case.number: case for case in Case.objects.filter(number__in=wanted).order_by("-pk")}
        if wanted
        else {}
    )
    links: dict[int, CaseLink] = {}
    later: list[CaseLink] = []
    for case in cases:
        number = priors[case.pk]
        if not number or number == case.number:
            continue
        prior = on_file.get(number)
        links[case.pk] = CaseLink(case=case, kind=LinkKind.PRIOR, other=prior, other_number=number[:80])
        if prior is not None:
            later.append(CaseLink(case=prior, kind=LinkKind.LATER, other=case, other_number=case.number))
    by_number = {case.number: case for case in cases}
    waiting = list(
        CaseLink.objects.filter(kind=LinkKind.PRIOR, other=None, other_number__in=by_number)
        .select_related("case")
        .order_by("pk")
    )
    for link in waiting:
        link.other = by_number[link.other_number]
        later.append(
            CaseLink(case=link.other, kind=LinkKind.LATER, other=link.case, other_number=link.case.number)
        )
    CaseLink.objects.bulk_update(waiting, ["other"])
    CaseLink.objects.bulk_create([*links.values(), *later], ignore_conflicts=True)
    return links


def _history(
    draft: Draft, case: Case, decision: Decision, people: _People, link: CaseLink | None
) -> Iterator[tuple[Event, datetime | None]]:
    """The entries of one case with the moment each tells of; None is the moment of the import."""
    opened, ended = _moment(draft.docketed_on, 9), _moment(draft.decided_on, 17)
    sections = draft.facts.get("sections") or {}
    digest = hashlib.sha256(
        "\n".join(sections.get(part, "") for part in ("facts", "reasoning", "result")).encode()
    )
    yield events.Imported(reference=draft.reference, number=case.number, text_sha256=digest.hexdigest()), None
    limit = clock.limit(
        draft.kind,
        case.procedure,
        docketed_on=draft.docketed_on,
        in_custody=bool(draft.facts.get("detained")),
    ).due_on
    yield (
        events.Docketed(
            number=case.number,
            case_kind=case.kind,
            procedure=case.procedure,
            procedure_name=case.procedure_name,
            cause_key=case.cause_key,
            cause_name=case.cause_name,
            title=case.title,
            docketed_on=case.docketed_on,
            due_on=limit,
            fee=case.fee,
        ),
        opened,
    )
    if members := _members(draft, people):
        words = "、".join(f"{member['role']}{member['name']}" for member in members)
        yield events.TeamSet(members=members, members_text=words), opened
    if link is not None:
        yield (
            events.Linked(
                link_kind=LinkKind.PRIOR,
                link_name=LinkKind.PRIOR.label,
                other_number=link.other_number,
                other_case_id=link.other_id,
            ),
            opened,
        )
    outcome = draft.kind.outcome(case.outcome)
    yield (
        events.Decided(
            decision_id=decision.pk,
            outcome=outcome.key,
            outcome_name=outcome.name,
            document=decision.document,
            document_name=DocumentType(decision.document).label,
            decided_on=draft.decided_on,
        ),
        ended,
    )
    yield (
        events.Closed(
            outcome=outcome.key,
            outcome_name=outcome.name,
            closed_on=draft.decided_on,
            days=(draft.decided_on - draft.docketed_on).days,
            within_limit=limit is None or draft.decided_on <= limit,
        ),
        ended,
    )


def _members(draft: Draft, people: _People) -> list[dict[str, Any]]:
    """Who signed, with the person's id where the register knows one: names of others stand here alone."""
    signed: list[tuple[str, str, Sequence[Role]]] = [
        (str(m["role"]), str(m["name"]), _JUDGES) for m in draft.facts.get("panel") or ()
    ]
    if clerk := draft.facts.get("clerk"):
        signed.append(("书记员", str(clerk), (Role.CLERK,)))
    return [
        {"role": role, "name": name, "person_id": _person(people, draft, name, roles)}
        for role, name, roles in signed
    ]


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _raise_sequences(drafts: Sequence[Draft], at: datetime) -> None:
    """Let the running numbers of the year go on after those imported, so that none is given twice."""
    this_year = timezone.localtime(at).year
    highest: dict[tuple[str, int], int] = {}
    for draft in drafts:
        number = draft.number
        if isinstance(number, CaseNumber) and number.year >= this_year - 1:
            key = (f"case:{number.court_code}:{number.type_code}", number.year)
            highest[key] = max(highest.get(key, 0), number.seq)
    for (counter, year), value in sorted(highest.items()):
        sequences.raise_to(counter, year=year, value=value)
