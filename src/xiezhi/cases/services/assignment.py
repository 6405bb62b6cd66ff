"""Who gets the case: random within the eligible, weighed by load; a manual choice needs a reason."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import AssignmentMode, Category, RequestKind, RequestStatus, Stage, TeamRole
from xiezhi.cases.models import Agent, Case, Participant, TeamMember
from xiezhi.cases.rules import assignment as rules
from xiezhi.cases.services.steps import (
    local_date,
    lock_case,
    move,
    record,
    require_open,
    require_step,
    save,
)
from xiezhi.foundation import notices, todo
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Person, Post, RecusalRelation

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


#: Posts whose holders are judges.
JUDGES = frozenset({Role.JUDGE, Role.DIVISION_HEAD, Role.VICE_PRESIDENT, Role.PRESIDENT})


class MustNotSit(Refused):
    """The person has a conflict of interest in this case."""


class PanelWrong(InvalidInput):
    """The panel is not one the procedure allows."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Everyone who could be drawn for a case, with load, and who is barred and why."""

    candidates: tuple[rules.Candidate, ...]
    conflicts: tuple[rules.Conflict, ...]
    division_of: dict[int, int | None]


def _handling_role(case: Case) -> str:
    return Role.ENFORCEMENT_OFFICER if case.kind_rule.category == Category.ENFORCEMENT else Role.JUDGE


def _leading_role(case: Case) -> TeamRole:
    enforcement = case.kind_rule.category == Category.ENFORCEMENT
    return TeamRole.ENFORCEMENT_OFFICER if enforcement else TeamRole.JUDGE_IN_CHARGE


def pool_for(case: Case, *, on: date) -> Pool:
    """Return the judges in post who take this kind of case, their open cases, and conflicts of interest."""
    posts = (
        Post.objects.filter(court_id=case.court_id, role=_handling_role(case), since__lte=on)
        .filter(Q(until=None) | Q(until__gte=on))
        .filter(Q(division__kind__in=case.kind_rule.division_kinds))
        .select_related("person")
        .order_by("person_id", "pk")
    )
    people: dict[int, Person] = {}
    division_of: dict[int, int | None] = {}
    for post in posts:
        people.setdefault(post.person_id, post.person)
        division_of.setdefault(post.person_id, post.division_id)
    loads = dict(
        Case.objects.filter(judge_id__in=people, closed_on=None)
        .values("judge_id")
        .annotate(n=Count("pk"))
        .values_list("judge_id", "n")
    )
    candidates = tuple(
        rules.Candidate(person_id=pk, name=person.name, load=loads.get(pk, 0))
        for pk, person in people.items()
    )
    return Pool(candidates, conflicts_of(case, list(people.values())), division_of)


def conflicts_of(case: Case, people: Sequence[Person]) -> tuple[rules.Conflict, ...]:
    """Return who of these people must not sit in the case, each with the reason.

    A party or agent is the person's relative or former client, the person is a party, or sat in the prior
    instance (民事诉讼法第四十七条；民诉解释第四十五条：在一个审判程序中参与过本案审判的，不得再参与其他程序).
    """
    ids = [person.pk for person in people]
    names_of = {person.pk: person.name for person in people}
    found: dict[int, str] = {}
    identity_hashes = set(
        Participant.objects.filter(case=case, left_on=None)
        .exclude(party__identity_hash="")
        .values_list("party__identity_hash", flat=True)
    )
    names = set(Participant.objects.filter(case=case, left_on=None).values_list("name", flat=True))
    names |= set(Agent.objects.filter(participant__case=case, until=None).values_list("name", flat=True))
    for relation in RecusalRelation.objects.filter(person_id__in=ids).order_by("pk"):
        same_number = relation.identity_hash and relation.identity_hash in identity_hashes
        if same_number or relation.name in names:
            found.setdefault(
                relation.person_id,
                _("与当事人或者代理人%(name)s有%(relation)s关系")
                % {"name": relation.name, "relation": relation.relation},
            )
    recused = case.requests.filter(kind=RequestKind.RECUSAL, status=RequestStatus.APPROVED)
    for payload in recused.values_list("payload", flat=True):
        if payload.get("person_id") in names_of:
            found.setdefault(payload["person_id"], _("已决定回避"))
    prior_ids = case.links.filter(kind="PRIOR").exclude(other=None).values_list("other_id", flat=True)
    sat = TeamMember.objects.filter(case_id__in=list(prior_ids), person_id__in=ids).exclude(
        role=TeamRole.CLERK
    )
    for person_id in sat.values_list("person_id", flat=True):
        found.setdefault(person_id, _("参与过本案前一程序的审判"))
    return tuple(rules.Conflict(pk, names_of[pk], reason) for pk, reason in sorted(found.items()))


@transaction.atomic
def case_assign(*, actor: Actor, case_id: int, at: datetime, version: int | None = None) -> Case:
    """Draw the judge at random among the eligible.

    Raises Case.DoesNotExist, NotPermitted, StepNotAllowed, NobodyEligible (as Refused).
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_assign(actor, case))
    require_step(case, Stage.ASSIGNED)
    pool = pool_for(case, on=local_date(at))
    try:
        drawn = rules.draw(pool.candidates, pool.conflicts, draw_text=secrets.token_hex(16))
    except rules.NobodyEligible as reason:
        raise Refused(str(reason)) from reason
    weights = dict(drawn.weights)
    event = events.Assigned(
        judge_id=drawn.chosen.person_id,
        judge_name=drawn.chosen.name,
        division_id=pool.division_of[drawn.chosen.person_id],
        mode=AssignmentMode.RANDOM,
        mode_name=AssignmentMode.RANDOM.label,
        candidates=[
            {"id": c.person_id, "name": c.name, "load": c.load, "weight": weights[c.person_id]}
            for c in pool.candidates
            if c.person_id in weights
        ],
        excluded=[{"id": c.person_id, "name": c.name, "reason": c.reason} for c in pool.conflicts],
        draw=drawn.draw,
    )
    _give(case, drawn.chosen.person_id, pool.division_of[drawn.chosen.person_id], event, actor=actor, at=at)
    return case


@transaction.atomic
def case_assign_manually(
    *, actor: Actor, case_id: int, judge_id: int, reason: str, at: datetime, version: int | None = None
) -> Case:
    """Name the judge by hand, for a recorded reason.

    Raises Case.DoesNotExist, NotPermitted, StepNotAllowed, MustNotSit, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(
        policies.can_assign_manually(actor, case),
        _("指定分案由院长、庭长或者审判管理部门办理；您可以使用随机分案。"),
    )
    require_step(case, Stage.ASSIGNED)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("指定分案必须写明理由。"), fields={"reason": [_("请写明为什么不随机分案。")]})
    pool = pool_for(case, on=local_date(at))
    chosen = next((c for c in pool.candidates if c.person_id == judge_id), None)
    if chosen is None:
        raise InvalidInput(_("所选人员不承办这类案件。"), fields={"judge": [_("请从名单中选择。")]})
    for conflict in pool.conflicts:
        if conflict.person_id == judge_id:
            raise MustNotSit(
                _("%(name)s应当回避：%(reason)s。") % {"name": conflict.name, "reason": conflict.reason}
            )
    event = events.Assigned(
        judge_id=chosen.person_id,
        judge_name=chosen.name,
        division_id=pool.division_of[judge_id],
        mode=AssignmentMode.MANUAL,
        mode_name=AssignmentMode.MANUAL.label,
        reason="，理由：" + reason.strip(),
        excluded=[{"id": c.person_id, "name": c.name, "reason": c.reason} for c in pool.conflicts],
    )
    _give(case, chosen.person_id, pool.division_of[judge_id], event, actor=actor, at=at)
    return case


def _give(
    case: Case,
    judge_id: int,
    division_id: int | None,
    event: events.Assigned,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    today = local_date(at)
    TeamMember.objects.create(case=case, person_id=judge_id, role=_leading_role(case), since=today)
    case.judge_id, case.division_id = judge_id, division_id
    move(case, Stage.ASSIGNED, actor=actor, at=at)
    save(case, "judge", "division", "stage")
    record(event, actor=actor, case=case, at=at)
    todo.close_todo(key=f"case-assign:{case.pk}", at=at)
    open_team_todo(case, at=at)
    notices.notify(
        person_id=judge_id,
        text=_("您有新案：%(number)s %(title)s") % {"number": case.number, "title": case.title},
        url=f"/cases/{case.pk}/",
        case_id=case.pk,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class TeamInput:
    """Who sits. The judge in charge stays as assigned; `presiding_id` may be the same person."""

    presiding_id: int | None
    panel_ids: Sequence[int] = ()
    assessor_ids: Sequence[int] = ()
    assistant_id: int | None = None
    clerk_id: int | None = None


def _check_team(case: Case, data: TeamInput) -> None:
    procedure = case.kind_rule.procedure(case.procedure)
    sitting = [case.judge_id, data.presiding_id, *data.panel_ids, *data.assessor_ids]
    members = {pk for pk in sitting if pk is not None}
    errors: dict[str, list[str]] = {}
    if data.clerk_id is None:
        errors["clerk"] = [_("请确定书记员。")]
    if data.clerk_id in members or data.assistant_id in members:
        errors["clerk"] = [_("审判人员不能同时担任本案书记员或者法官助理。")]
    if procedure.panel_size == 1 and len(members) > 1:
        errors["panel"] = [_("%s由法官一人独任审理，不能组成合议庭。") % procedure.name]
    if procedure.panel_size > 1:
        if len(members) < procedure.panel_size or len(members) % 2 == 0:
            errors["panel"] = [_("%s由合议庭审理，成员应当是三人以上的单数。") % procedure.name]
        if data.presiding_id is None:
            errors["presiding"] = [_("请确定审判长。")]
        elif data.presiding_id in data.assessor_ids:
            errors["presiding"] = [_("人民陪审员不能担任审判长。")]
    if data.assessor_ids and not procedure.assessors:
        errors["assessors"] = [_("%s不由人民陪审员参加。") % procedure.name]
    if errors:
        raise PanelWrong(_("审判组织不符合法律规定，请改正。"), fields=errors)


_SUITABLE: dict[TeamRole, frozenset[Role]] = {
    TeamRole.PRESIDING_JUDGE: JUDGES,
    TeamRole.PANEL_JUDGE: JUDGES,
    TeamRole.ASSISTANT: frozenset({Role.ASSISTANT}),
    TeamRole.CLERK: frozenset({Role.CLERK, Role.ASSISTANT}),
}
_FIELDS = {
    TeamRole.PRESIDING_JUDGE: "presiding",
    TeamRole.PANEL_JUDGE: "panel",
    TeamRole.ASSISTANT: "assistant",
    TeamRole.CLERK: "clerk",
    TeamRole.ASSESSOR: "assessors",
}


def _check_posts(case: Case, wanted: Sequence[tuple[int, TeamRole]], *, on: date) -> None:
    """Everyone named holds a post of this court today that suits the place: judges judge, clerks keep the
    record.

    The judge in charge may preside whatever the post (an enforcement officer leads an enforcement team).
    """
    held: dict[int, set[str]] = {}
    posts = Post.objects.in_force(on).filter(
        court_id=case.court_id, person_id__in=[pk for pk, _role in wanted]
    )
    for person_id, role in posts.values_list("person_id", "role"):
        held.setdefault(person_id, set()).add(role)
    errors: dict[str, list[str]] = {}
    for pk, place in wanted:
        roles = held.get(pk, set())
        if not roles:
            errors[_FIELDS[place]] = [_("所选人员不在本院任职，请从名单中选择。")]
        elif pk != case.judge_id and place in _SUITABLE and not roles & _SUITABLE[place]:
            errors[_FIELDS[place]] = [_("所选人员不能担任%s，请从名单中选择。") % place.label]
    if errors:
        raise PanelWrong(_("审判组织不符合法律规定，请改正。"), fields=errors)


def open_team_todo(case: Case, *, at: datetime) -> None:
    """Ask the judge in charge to (re)form the team of the case."""
    if case.judge_id is None:
        return
    todo.open_todo(
        key=f"case-team:{case.pk}",
        kind="case-team",
        title=_("确定审判组织并告知当事人：%s") % case.title,
        court_code=case.court_code,
        case_id=case.pk,
        person_id=case.judge_id,
        due_on=None,
        url=f"/cases/{case.pk}/team/",
        at=at,
    )


@transaction.atomic
def case_set_team(
    *, actor: Actor, case_id: int, data: TeamInput, at: datetime, version: int | None = None
) -> Case:
    """Set panel, assistant and clerk; the parties are told within three days (民事诉讼法第一百三十一条).

    A sole judge or an odd panel of three or more, as the procedure says
    (民事诉讼法第四十条、第四十一条、第四十二条).

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, PanelWrong, MustNotSit.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_set_team(actor, case))
    require_open(case)
    if case.judge_id is None:
        raise Refused(_("本案还没有分案，请先分案。"))
    _check_team(case, data)
    wanted: dict[tuple[int, str], None] = {}
    if data.presiding_id is not None:
        wanted[data.presiding_id, TeamRole.PRESIDING_JUDGE] = None
    for pk in data.panel_ids:
        if pk not in {case.judge_id, data.presiding_id}:
            wanted[pk, TeamRole.PANEL_JUDGE] = None
    wanted |= {(pk, TeamRole.ASSESSOR): None for pk in data.assessor_ids}
    if data.assistant_id is not None:
        wanted[data.assistant_id, TeamRole.ASSISTANT] = None
    if data.clerk_id is not None:
        wanted[data.clerk_id, TeamRole.CLERK] = None
    people = Person.objects.in_bulk([pk for pk, _role in wanted])
    _check_posts(case, [(pk, TeamRole(role)) for pk, role in wanted], on=local_date(at))
    for conflict in conflicts_of(case, list(people.values())):
        raise MustNotSit(
            _("%(name)s应当回避：%(reason)s。") % {"name": conflict.name, "reason": conflict.reason}
        )
    today = local_date(at)
    held = case.team.filter(until=None).exclude(
        role__in=[TeamRole.JUDGE_IN_CHARGE, TeamRole.ENFORCEMENT_OFFICER]
    )
    for member in held:
        key = (member.person_id, member.role)
        if key in wanted:
            del wanted[key]
        else:
            member.until = today
            member.save(update_fields=["until"])
    TeamMember.objects.bulk_create(
        TeamMember(case=case, person_id=pk, role=role, since=today) for pk, role in wanted
    )
    case.clerk_id = data.clerk_id
    save(case, "clerk")
    members = list(case.team.filter(until=None).select_related("person").order_by("pk"))
    record(
        events.TeamSet(
            members=[{"id": m.person_id, "name": m.person.name, "role": m.role} for m in members],
            members_text="，".join(f"{TeamRole(m.role).label}{m.person.name}" for m in members),
        ),
        actor=actor,
        case=case,
        at=at,
    )
    todo.close_todo(key=f"case-team:{case.pk}", at=at)
    return case


@transaction.atomic
def case_begin(*, actor: Actor, case_id: int, at: datetime, version: int | None = None) -> Case:
    """Begin preparation (or handling, where the kind has no hearing) once the team stands.

    Raises Case.DoesNotExist, NotPermitted, StepNotAllowed, Refused when no team was set.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_support(actor, case))
    following = (
        Stage.PREPARING if Stage.PREPARING in case.kind_rule.stages[Stage.ASSIGNED] else Stage.HANDLING
    )
    require_step(case, following)
    if case.clerk_id is None:
        raise Refused(_("请先确定审判组织和书记员。"))
    move(case, following, actor=actor, at=at)
    save(case, "stage")
    return case


def draw_anew(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Draw another judge at random, inside the caller's transaction; the lot is recorded. Raises Refused."""
    pool = pool_for(case, on=local_date(at))
    others = [candidate for candidate in pool.candidates if candidate.person_id != case.judge_id]
    try:
        drawn = rules.draw(others, pool.conflicts, draw_text=secrets.token_hex(16))
    except rules.NobodyEligible as nobody:
        raise Refused(str(nobody)) from nobody
    change_judge(case, judge_id=drawn.chosen.person_id, reason=reason, actor=actor, at=at, drawn=drawn)


def change_judge(
    case: Case,
    *,
    judge_id: int,
    reason: str,
    actor: Actor,
    at: datetime,
    drawn: rules.Draw | None = None,
) -> None:
    """Put another judge in charge, inside the caller's transaction.

    The judge before leaves every place in the team, and the new one is asked to form it again.
    Raises MustNotSit, InvalidInput.
    """
    pool = pool_for(case, on=local_date(at))
    chosen = next((c for c in pool.candidates if c.person_id == judge_id), None)
    if chosen is None:
        raise InvalidInput(_("所选人员不承办这类案件。"), fields={"judge": [_("请从名单中选择。")]})
    for conflict in pool.conflicts:
        if conflict.person_id == judge_id:
            raise MustNotSit(
                _("%(name)s应当回避：%(reason)s。") % {"name": conflict.name, "reason": conflict.reason}
            )
    today = local_date(at)
    case.team.filter(until=None, person_id__in=[case.judge_id, judge_id]).update(until=today)
    TeamMember.objects.create(case=case, person_id=judge_id, role=_leading_role(case), since=today)
    before = case.judge
    case.judge_id, case.division_id = judge_id, pool.division_of[judge_id]
    save(case, "judge", "division")
    record(
        events.JudgeChanged(
            before_id=before.pk if before else None,
            before_name=before.name if before else "",
            after_id=judge_id,
            after_name=chosen.name,
            reason=reason,
            draw=drawn.draw if drawn else "",
            candidates=[{"id": pk, "weight": weight} for pk, weight in drawn.weights] if drawn else [],
            excluded=[{"id": c.person_id, "name": c.name, "reason": c.reason} for c in pool.conflicts],
        ),
        actor=actor,
        case=case,
        at=at,
    )
    open_team_todo(case, at=at)
    notices.notify(
        person_id=judge_id,
        text=_("您接办案件：%(number)s %(title)s") % {"number": case.number, "title": case.title},
        url=f"/cases/{case.pk}/",
        case_id=case.pk,
        at=at,
    )
