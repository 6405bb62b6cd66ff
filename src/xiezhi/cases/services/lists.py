"""Saved views of the case list, and the entry that says who took a list out of the system."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.models import SavedView
from xiezhi.foundation import journal
from xiezhi.foundation.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

_MOST_VIEWS = 30
_LONGEST_QUERY = 1000


@transaction.atomic
def saved_view_save(*, actor: Actor, name: str, query: str, is_default: bool = False) -> SavedView:
    """Keep a set of filters under a name; the same name again replaces it. Raises InvalidInput, Refused.

    Views are a person's own convenience and no business of the court, so they leave no journal entry.
    """
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise InvalidInput(
            _("请填写不超过60个字的名称。"), fields={"name": [_("请填写不超过60个字的名称。")]}
        )
    if len(query) > _LONGEST_QUERY:
        raise InvalidInput(_("筛选条件太长，不能保存。"), fields={"name": [_("请减少筛选条件。")]})
    mine = SavedView.objects.select_for_update().filter(person_id=actor.person_id)
    if mine.count() >= _MOST_VIEWS and not mine.filter(name=name).exists():
        raise Refused(_("最多保存%d个视图，请先删除不用的。") % _MOST_VIEWS)
    if is_default:
        mine.filter(is_default=True).exclude(name=name).update(is_default=False)
    view, _made = SavedView.objects.update_or_create(
        person_id=actor.person_id, name=name, defaults={"query": query, "is_default": is_default}
    )
    return view


@transaction.atomic
def saved_view_set_default(*, actor: Actor, view_id: int, is_default: bool) -> SavedView:
    """Make a view the one the list opens with, or no longer. Raises SavedView.DoesNotExist."""
    mine = SavedView.objects.select_for_update().filter(person_id=actor.person_id)
    view = mine.get(pk=view_id)
    mine.filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
    view.is_default = is_default
    view.save(update_fields=["is_default"])
    return view


@transaction.atomic
def saved_view_delete(*, actor: Actor, view_id: int) -> None:
    """Delete one's own view; one that is gone already is fine."""
    SavedView.objects.filter(person_id=actor.person_id, pk=view_id).delete()


@transaction.atomic
def list_export_record(
    *, actor: Actor, file_format: str, count: int, query: str, filters_text: str, at: datetime
) -> None:
    """Enter into the journal who takes which list out of the system. Raises NotPermitted."""
    policies.require(policies.can_export(actor), _("您当前的岗位不能导出列表。"))
    journal.record(
        events.ListExported(
            count=count,
            file_format=file_format,
            query=query[:_LONGEST_QUERY],
            filters_text=filters_text[:_LONGEST_QUERY] or _("无"),
        ),
        actor=actor,
        court_code=actor.court_code,
        subject="case-list",
        at=at,
    )
