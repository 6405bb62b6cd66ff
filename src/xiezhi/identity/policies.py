"""Who may manage courts, people, posts and settings. One condition a line.

An administrator of a basic court keeps the register of that court; of a court above, also those of the courts
below. `managed` is the set of court codes that register covers, from `selectors.court_codes_managed`.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.foundation.errors import NotPermitted
from xiezhi.identity.contracts import ApiScope, Permission, Scope
from xiezhi.identity.rules import permissions

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor
    from xiezhi.identity.models import ApiToken, Delegation, Post


def has_permission(actor: Actor, permission: Permission) -> bool:
    """Tell whether the actor's role carries the permission; where it reaches is the object's own policy."""
    return permissions.may(actor.role, permission)


def can_view_people(actor: Actor) -> bool:
    return has_permission(actor, Permission.PEOPLE_VIEW)


def can_export_people(actor: Actor) -> bool:
    if not can_view_people(actor):
        return False
    return has_permission(actor, Permission.EXPORT) or has_permission(actor, Permission.PEOPLE_MANAGE)


def can_enter_people(actor: Actor) -> bool:
    return has_permission(actor, Permission.PEOPLE_MANAGE)


def can_manage_people(actor: Actor, court_code: str, managed: Set[str]) -> bool:
    if not has_permission(actor, Permission.PEOPLE_MANAGE):
        return False
    return court_code in managed


def can_appoint(actor: Actor, person_id: int, court_code: str, managed: Set[str]) -> bool:
    """Nobody appoints themselves, or every right in the court would be one click from its administrator."""
    if not can_manage_people(actor, court_code, managed):
        return False
    return actor.person_id != person_id


def can_manage_court(actor: Actor, court_code: str, managed: Set[str]) -> bool:
    if not has_permission(actor, Permission.COURT_MANAGE):
        return False
    return court_code in managed


def can_create_court(actor: Actor, parent_code: str, managed: Set[str]) -> bool:
    """A court is entered by the administrator of a court above it."""
    if not has_permission(actor, Permission.COURT_MANAGE):
        return False
    if not permissions.manages_courts_below(actor.role, actor.court_level):
        return False
    return parent_code in managed


def can_close_court(actor: Actor, court_code: str, managed: Set[str]) -> bool:
    """No court closes itself in the register; the court above does it."""
    if not can_manage_court(actor, court_code, managed):
        return False
    return actor.court_code != court_code


def can_grant_delegation(actor: Actor, post: Post, to_person_id: int, managed: Set[str]) -> bool:
    """One hands on one's own post, never one held by delegation; an administrator may, but not to oneself."""
    if actor.on_behalf_of_post_id is not None:
        return False
    if actor.person_id == to_person_id:
        return False
    if actor.person_id == post.person_id:
        return True
    return can_manage_people(actor, post.court.code, managed)


def can_revoke_delegation(actor: Actor, delegation: Delegation, managed: Set[str]) -> bool:
    if actor.on_behalf_of_post_id is not None:
        return False
    if actor.person_id == delegation.from_post.person_id:
        return True
    if actor.person_id == delegation.to_person_id:
        return True
    return can_manage_people(actor, delegation.from_post.court.code, managed)


def can_manage_relations(actor: Actor, person_id: int, court_codes: Set[str], managed: Set[str]) -> bool:
    """Court people declare their own relations; trial management and administrators enter what they learn."""
    if actor.person_id == person_id and actor.on_behalf_of_post_id is None:
        return True
    if not has_permission(actor, Permission.RECUSAL_MANAGE):
        return False
    return bool(court_codes & managed)


def can_change_settings(actor: Actor, court_code: str, managed: Set[str]) -> bool:
    if not has_permission(actor, Permission.SETTINGS_CHANGE):
        return False
    return court_code in managed


def can_audit(actor: Actor) -> bool:
    return has_permission(actor, Permission.JOURNAL_AUDIT)


def can_export_journal(actor: Actor) -> bool:
    if not can_audit(actor):
        return False
    return has_permission(actor, Permission.EXPORT)


def sees_system_entries(actor: Actor) -> bool:
    """Entries of no court (timers, sign-ins under unknown names) are shown where courts below are audited."""
    if not can_audit(actor):
        return False
    return actor.scope is Scope.COURTS_BELOW


def can_handle_dead_letters(actor: Actor) -> bool:
    return has_permission(actor, Permission.SETTINGS_CHANGE)


def can_handle_dead_letter(actor: Actor, court_code: str, managed: Set[str]) -> bool:
    """One of no court is for the administrators of a court above."""
    if not can_handle_dead_letters(actor):
        return False
    if not court_code:
        return permissions.manages_courts_below(actor.role, actor.court_level)
    return court_code in managed


def can_issue_token(actor: Actor) -> bool:
    """A program gets the rights of a post one holds oneself, never those of a delegation."""
    return actor.user_id is not None and actor.on_behalf_of_post_id is None


def can_revoke_token(actor: Actor, token: ApiToken, managed: Set[str]) -> bool:
    if actor.person_id == token.person_id:
        return True
    return can_manage_people(actor, token.post.court.code, managed)


def may_use_scope(actor: Actor, scope: ApiScope) -> bool:
    """A scope never gives more than the post has; this keeps what can never work out of the choice."""
    match scope:
        case ApiScope.JOURNAL_READ:
            return can_audit(actor)
        case ApiScope.APPLICATIONS_WRITE:
            return has_permission(actor, Permission.CASE_RECEIVE)
        case ApiScope.LAW:
            return True
        case _:
            return permissions.default_scope(actor.role, actor.court_level) is not Scope.NONE


def require(allowed: bool, reason: str = "") -> None:
    """Raise NotPermitted with a sentence a court person understands, unless allowed."""
    if not allowed:
        raise NotPermitted(reason or _("您当前的岗位不能办理这项操作；如确有需要，请联系本院系统管理员。"))


def require_permission(actor: Actor, permission: Permission) -> None:
    """Raise NotPermitted unless the actor's role carries the permission."""
    if not has_permission(actor, permission):
        message = _("您当前的岗位没有“%s”的权限；如确有需要，请联系本院系统管理员。")
        raise NotPermitted(message % permission.label)
