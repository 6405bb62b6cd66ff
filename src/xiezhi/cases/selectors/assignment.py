"""A case as the pages of assignment and team show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import Stage, TeamRole
from xiezhi.cases.models import Case, TeamMember
from xiezhi.foundation import journal
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Post

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

_JUDGES = (Role.JUDGE, Role.DIVISION_HEAD, Role.VICE_PRESIDENT, Role.PRESIDENT, Role.ENFORCEMENT_OFFICER)
_LEADING = (TeamRole.JUDGE_IN_CHARGE, TeamRole.ENFORCEMENT_OFFICER)


@dataclass(frozen=True, slots=True)
class DrawLine:
    """One who took part in a draw, with the tickets it had: numbers `first` to `last`."""

    name: str
    load: int
    weight: int
    first: int
    last: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """An assignment as the journal keeps it. `draw` is the lot, whose SHA-256 picks the ticket drawn."""

    mode: str
    judge: str
    reason: str
    at: datetime
    by: str
    draw: str
    tickets: int
    lines: tuple[DrawLine, ...]
    excluded: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """A case with what can be done to assign it, or why not."""

    case: Case
    stage: Stage
    record: DrawRecord | None
    can_draw: bool
    can_choose: bool
    reason: str
    choose_reason: str


def assignment_page(*, actor: Actor, case_id: int) -> AssignmentPage:
    """Return a case for its assignment. Raises Case.DoesNotExist."""
    case = _case(actor, case_id)
    reason = ""
    if case.stage_code is not Stage.DOCKETED:
        reason = _("本案已经分案。更换承办人请提出“变更承办人”申请。")
    elif not policies.can_assign(actor, case):
        reason = _("分案由立案员、审判管理人员或者院庭长办理。")
    choose = (
        "" if policies.can_assign_manually(actor, case) else _("指定分案由院长、庭长或者审判管理部门办理。")
    )
    return AssignmentPage(
        case=case,
        stage=case.stage_code,
        record=_record(case),
        can_draw=not reason,
        can_choose=not reason and not choose,
        reason=reason,
        choose_reason=choose,
    )


def _case(actor: Actor, case_id: int) -> Case:
    return (
        Case.objects.visible_to(actor).select_related("court", "division", "judge", "clerk").get(pk=case_id)
    )


def _record(case: Case) -> DrawRecord | None:
    entry = next(iter(journal.entries_of_case(case.pk, kinds=[events.Assigned.kind], size=1)), None)
    if entry is None:
        return None
    told: dict[str, Any] = entry.payload
    lines, ticket = [], 0
    for one in sorted(told.get("candidates") or [], key=lambda c: c["id"]):
        weight = int(one["weight"])
        lines.append(
            DrawLine(
                one["name"], one["load"], weight, ticket, ticket + weight - 1, one["id"] == told["judge_id"]
            )
        )
        ticket += weight
    return DrawRecord(
        mode=told.get("mode_name", ""),
        judge=told.get("judge_name", ""),
        reason=str(told.get("reason") or "").removeprefix("，理由："),
        at=entry.at,
        by=entry.actor_name,
        draw=told.get("draw") or "",
        tickets=ticket,
        lines=tuple(lines),
        excluded=tuple((one["name"], one["reason"]) for one in told.get("excluded") or []),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A court person to choose, with the post."""

    person_id: int
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The team of a case with the people to choose from."""

    case: Case
    stage: Stage
    leading: TeamMember | None
    members: tuple[TeamMember, ...]
    judges: tuple[Choice, ...]
    assessors: tuple[Choice, ...]
    assistants: tuple[Choice, ...]
    clerks: tuple[Choice, ...]
    can_set: bool
    reason: str
    can_begin: bool
    begin_reason: str
    next_stage: Stage | None


def team_page(*, actor: Actor, case_id: int, today: date) -> TeamPage:
    """Return the team of a case. Raises Case.DoesNotExist."""
    case = _case(actor, case_id)
    members = tuple(case.team.filter(until=None).select_related("person").order_by("pk"))
    leading = next((m for m in members if m.role in _LEADING), None)
    reason = ""
    if case.is_closed:
        reason = _("%s已经结案，不能再变更审判组织。") % case.number
    elif case.judge_id is None:
        reason = _("本案还没有分案，请先分案。")
    elif not policies.can_set_team(actor, case):
        reason = _("审判组织由承办人、本庭庭长或者院长确定。")
    following = next(
        (s for s in case.kind_rule.stages[Stage.ASSIGNED] if s in {Stage.PREPARING, Stage.HANDLING}), None
    )
    begin = ""
    if case.stage_code is not Stage.ASSIGNED:
        begin = _("本案已经进入“%s”阶段。") % case.stage_code.label
    elif case.clerk_id is None:
        begin = _("先确定审判组织和书记员。")
    elif not policies.can_support(actor, case):
        begin = _("由本案的审判团队办理。")
    people = _people(case, today)
    panel = tuple(c for c in people["judges"] if c.person_id != case.judge_id)
    return TeamPage(
        case=case,
        stage=case.stage_code,
        leading=leading,
        members=members,
        judges=panel,
        assessors=people["assessors"],
        assistants=people["assistants"],
        clerks=people["clerks"],
        can_set=not reason,
        reason=reason,
        can_begin=not begin,
        begin_reason=begin,
        next_stage=following,
    )


def _people(case: Case, today: date) -> dict[str, tuple[Choice, ...]]:
    """People of the case's court by what they may do in a team; those of its own division stand first."""
    held = (
        Post.objects.in_force(today)
        .filter(court_id=case.court_id)
        .filter(Q(role__in=[*_JUDGES, Role.ASSISTANT, Role.CLERK]) | Q(title__contains="陪审员"))
        .select_related("person", "division")
        .order_by("person__staff_number", "pk")
    )
    found: dict[str, dict[int, Choice]] = {"judges": {}, "assessors": {}, "assistants": {}, "clerks": {}}
    for post in sorted(held, key=lambda p: p.division_id != case.division_id):
        if "陪审员" in post.title:
            group = "assessors"
        elif post.role == Role.CLERK:
            group = "clerks"
        elif post.role == Role.ASSISTANT:
            group = "assistants"
        else:
            group = "judges"
        title = f"{post.division.name} {post}" if post.division is not None else str(post)
        found[group].setdefault(post.person_id, Choice(post.person_id, post.person.name, title))
    return {name: tuple(choices.values()) for name, choices in found.items()}


def options(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    """Return choices for a form."""
    return [(str(one.person_id), f"{one.name}（{one.title}）") for one in choices]
