"""Who may put a party on file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import NotPermitted
from xiezhi.identity.contracts import Actor, Permission
from xiezhi.identity.rules import permissions

if TYPE_CHECKING:
    from xiezhi.foundation.contracts import JournalActor

_ENTERS = (
    Permission.CASE_RECEIVE,
    Permission.CASE_DOCKET,
    Permission.CASE_HANDLE,
    Permission.CASE_SUPPORT,
    Permission.CASE_ENFORCE,
    Permission.IMPORT,
)


def can_enter_party(actor: JournalActor) -> bool:
    """The windows, the case teams and imports enter parties; so does the system itself (demonstration
    data).
    """
    if actor is SYSTEM_ACTOR:
        return True
    if not isinstance(actor, Actor):
        return False
    return any(permissions.may(actor.role, permission) for permission in _ENTERS)


def can_look_up_party(actor: Actor) -> bool:
    """Looking a number up before any case exists is for those who enter parties."""
    return can_enter_party(actor)


def require(allowed: bool) -> None:
    """Raise NotPermitted unless allowed."""
    if not allowed:
        raise NotPermitted(_("您当前的岗位不能登记、查找当事人；请由立案人员或者承办团队办理。"))
