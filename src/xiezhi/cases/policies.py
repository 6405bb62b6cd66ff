"""Who may do what to applications and cases. One condition a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.cases.contracts import ApplicationStatus, RequestStatus, TeamRole
from xiezhi.foundation.errors import NotPermitted
from xiezhi.identity.contracts import Permission, Role
from xiezhi.identity.rules import permissions

if TYPE_CHECKING:
    from xiezhi.cases.models import Application, ApprovalRequest, Case
    from xiezhi.identity.contracts import Actor

_HANDLING_ROLES = frozenset(
    {TeamRole.JUDGE_IN_CHARGE, TeamRole.PRESIDING_JUDGE, TeamRole.PANEL_JUDGE, TeamRole.ENFORCEMENT_OFFICER}
)
_SUPPORT_ROLES = frozenset({TeamRole.ASSISTANT, TeamRole.CLERK})
_LEADERS = frozenset({Role.PRESIDENT, Role.VICE_PRESIDENT})


def _team_roles(actor: Actor, case: Case) -> frozenset[str]:
    members = case.team.filter(person_id=actor.person_id, until=None).values_list("role", flat=True)
    return frozenset(members)


def can_receive_application(actor: Actor, court_code: str) -> bool:
    if actor.court_code != court_code:
        return False
    return actor.role == Role.FILING_CLERK


def can_review_application(actor: Actor, application: Application) -> bool:
    if actor.court_code != application.court_code:
        return False
    if application.status not in {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.RESUBMITTED,
        ApplicationStatus.CORRECTION_REQUESTED,
    }:
        return False
    return actor.role == Role.FILING_CLERK


def can_assign(actor: Actor, case: Case) -> bool:
    if actor.court_code != case.court_code:
        return False
    return actor.role in {Role.FILING_CLERK, Role.TRIAL_MANAGEMENT, Role.DIVISION_HEAD, *_LEADERS}


def can_assign_manually(actor: Actor, case: Case) -> bool:
    """A hand-picked judge is for those who answer for the distribution of cases, never for the filing
    window.
    """
    if actor.court_code != case.court_code:
        return False
    if actor.role in _LEADERS:
        return True
    return actor.role in {Role.DIVISION_HEAD, Role.TRIAL_MANAGEMENT}


def can_set_team(actor: Actor, case: Case) -> bool:
    if actor.court_code != case.court_code:
        return False
    if actor.role in _LEADERS:
        return True
    if actor.role == Role.DIVISION_HEAD:
        return actor.division_id == case.division_id
    return bool(_team_roles(actor, case) & _HANDLING_ROLES)


def can_handle(actor: Actor, case: Case) -> bool:
    """Steps a judge of the team takes: preparation, requests, decision."""
    if actor.court_code != case.court_code:
        return False
    return bool(_team_roles(actor, case) & _HANDLING_ROLES)


def can_support(actor: Actor, case: Case) -> bool:
    """Steps that assistants and clerks of the team may take too: participants, agents, service, archive."""
    if actor.court_code != case.court_code:
        return False
    return bool(_team_roles(actor, case) & (_HANDLING_ROLES | _SUPPORT_ROLES))


def can_see_identity_numbers(actor: Actor, case: Case) -> bool:
    """Identity documents are shown in full to the case team and, before docketing, to the filing window
    only.
    """
    if actor.court_code != case.court_code:
        return False
    return bool(_team_roles(actor, case))


def can_archive(actor: Actor, case: Case) -> bool:
    if actor.court_code != case.court_code:
        return False
    if actor.role == Role.ARCHIVIST:
        return True
    return TeamRole.CLERK in _team_roles(actor, case)


def can_decide_request(actor: Actor, request: ApprovalRequest) -> bool:
    if request.status != RequestStatus.PENDING:
        return False
    if actor.court_code != request.approver_court_code:
        return False
    if str(actor.role) != request.approver_role:
        return False
    if request.approver_division_id is not None and actor.division_id != request.approver_division_id:
        return False
    return actor.person_id != request.requested_by_person_id


def can_withdraw_request(actor: Actor, request: ApprovalRequest) -> bool:
    if request.status != RequestStatus.PENDING:
        return False
    return actor.person_id == request.requested_by_person_id


def can_export(actor: Actor) -> bool:
    """Taking a list or a record out of the system; what is in it follows from what the actor may see."""
    return permissions.may(actor.role, Permission.EXPORT)


def require(allowed: bool, reason: str = "") -> None:
    """Raise NotPermitted with a sentence a court person understands, unless allowed."""
    if not allowed:
        raise NotPermitted(reason or _("您当前的岗位不能办理这项操作；如确有需要，请联系承办人或者庭长。"))
