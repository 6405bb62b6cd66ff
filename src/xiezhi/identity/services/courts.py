"""Courts and divisions, and the reference list of courts the product comes with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity import events, policies, selectors
from xiezhi.identity.contracts import CourtLevel, DivisionKind
from xiezhi.identity.models import Court, Division, Post
from xiezhi.identity.services.people import record
from xiezhi.law import courts as reference

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

_SOURCE = "法〔2015〕137号第四、五条；法〔2018〕335号"
_LEVEL_BELOW = {CourtLevel.HIGH: CourtLevel.INTERMEDIATE, CourtLevel.INTERMEDIATE: CourtLevel.BASIC}


class CourtCodeTaken(InvalidInput):
    """The code belongs, or once belonged, to a court; codes are never given twice."""


class CourtIsClosed(Refused):
    """The court was closed before."""


class PostsAreHeld(Refused):
    """People still hold posts after the last day."""


@transaction.atomic
def court_create(
    *,
    actor: Actor,
    code: str,
    name: str,
    parent_id: int,
    valid_from: date,
    at: datetime,
    in_group: bool = True,
) -> Court:
    """Enter a court under another; its level follows from the parent's.

    Raises Court.DoesNotExist, NotPermitted, InvalidInput, CourtCodeTaken.
    """
    managed = selectors.court_codes_managed(actor)
    parent = Court.objects.get(pk=parent_id)
    policies.require(policies.can_create_court(actor, parent.code, managed))
    code, name = code.strip(), name.strip()
    faults: dict[str, list[str]] = {}
    level = _LEVEL_BELOW.get(CourtLevel(parent.level))
    if level is None:
        faults["parent"] = [_("基层人民法院之下不能再设法院。")]
    if not name:
        faults["name"] = [_("请填写法院名称。")]
    if not code.startswith(parent.code) or code == parent.code:
        faults["code"] = [_("法院代字应当以上级法院的代字%s开头。") % parent.code]
    if parent.valid_from is not None and valid_from < parent.valid_from:
        faults["valid_from"] = [_("设立日期不能早于上级法院。")]
    if faults or level is None:
        raise InvalidInput(_("法院信息有误，请修改后再提交。"), fields=faults)
    if Court.objects.filter(code=code).exists():
        message = _("代字%s已经使用过，代字不能重复使用。") % code
        raise CourtCodeTaken(message, fields={"code": [message]})
    court = Court.objects.create(
        code=code, name=name, level=level.value, parent=parent, valid_from=valid_from, in_group=in_group
    )
    event = events.CourtCreated(
        court_id=court.pk,
        code=code,
        name=name,
        level=level.value,
        parent_code=parent.code,
        valid_from=valid_from,
    )
    record(event, actor=actor, about=court, at=at)
    return court


@transaction.atomic
def court_close(*, actor: Actor, court_id: int, valid_to: date, reason: str, at: datetime) -> Court:
    """Close a court; `valid_to` is its last day. Its cases and people stay readable.

    Raises Court.DoesNotExist, NotPermitted, InvalidInput, CourtIsClosed, PostsAreHeld.
    """
    managed = selectors.court_codes_managed(actor)
    court = Court.objects.select_for_update().get(pk=court_id)
    policies.require(policies.can_close_court(actor, court.code, managed))
    _check_last_day(court.valid_from, valid_to)
    if not reason.strip():
        raise InvalidInput(_("请填写理由。"), fields={"reason": [_("请填写撤销的依据。")]})
    if court.valid_to is not None:
        raise CourtIsClosed(
            _("%(name)s已于%(on)s撤销。") % {"name": court.name, "on": court.valid_to.isoformat()}
        )
    _require_no_posts(Post.objects.filter(court=court), valid_to)
    if court.children.filter(valid_to=None).exists():
        raise Refused(_("该法院之下还有没有撤销的法院，请先办理。"))
    court.valid_to = valid_to
    court.save(update_fields=["valid_to"])
    event = events.CourtClosed(
        court_id=court.pk, code=court.code, name=court.name, valid_to=valid_to, reason=reason.strip()
    )
    record(event, actor=actor, about=court, at=at)
    return court


@transaction.atomic
def court_set_group(*, actor: Actor, court_id: int, in_group: bool, at: datetime) -> Court:
    """Let a court begin, or stop, to use the product; the court above decides.

    Raises Court.DoesNotExist, NotPermitted, CourtIsClosed, PostsAreHeld.
    """
    managed = selectors.court_codes_managed(actor)
    court = Court.objects.select_for_update().get(pk=court_id)
    policies.require(policies.can_close_court(actor, court.code, managed))
    today = timezone.localtime(at).date()
    if court.in_group is in_group:
        return court
    if in_group and not court.is_in_force(today):
        raise CourtIsClosed(_("%s已经撤销，不能再使用本系统。") % court.name)
    if not in_group and Post.objects.in_force(today).filter(court=court).exists():
        raise PostsAreHeld(_("%s还有在任的人员，请先办理免职或者调任。") % court.name)
    court.in_group = in_group
    court.save(update_fields=["in_group"])
    event = events.CourtGroupChanged(
        court_id=court.pk,
        code=court.code,
        name=court.name,
        in_group=in_group,
        change_text=_("开始") if in_group else _("停止"),
    )
    record(event, actor=actor, about=court, at=at)
    return court


@transaction.atomic
def division_create(
    *, actor: Actor, court_id: int, name: str, kind: DivisionKind, valid_from: date, at: datetime
) -> Division:
    """Set up a division of a court. Raises Court.DoesNotExist, NotPermitted, InvalidInput."""
    managed = selectors.court_codes_managed(actor)
    court = Court.objects.select_for_update().get(pk=court_id)
    policies.require(policies.can_manage_court(actor, court.code, managed))
    name = name.strip()
    faults: dict[str, list[str]] = {}
    if not name:
        faults["name"] = [_("请填写部门名称。")]
    elif court.divisions.filter(name=name, valid_to=None).exists():
        faults["name"] = [_("%(court)s已经有%(name)s。") % {"court": court.name, "name": name}]
    if not court.is_in_force(valid_from):
        faults["valid_from"] = [_("设立日期不在%s存续期间。") % court.name]
    if faults:
        raise InvalidInput(_("部门信息有误，请修改后再提交。"), fields=faults)
    division = Division.objects.create(court=court, name=name, kind=kind.value, valid_from=valid_from)
    event = events.DivisionCreated(
        division_id=division.pk,
        division_court_code=court.code,
        court_name=court.name,
        name=name,
        division_kind=kind.value,
        valid_from=valid_from,
    )
    record(event, actor=actor, about=division, at=at)
    return division


@transaction.atomic
def division_close(*, actor: Actor, division_id: int, valid_to: date, at: datetime) -> Division:
    """Close a division; `valid_to` is its last day.

    Raises Division.DoesNotExist, NotPermitted, InvalidInput, PostsAreHeld.
    """
    managed = selectors.court_codes_managed(actor)
    division = Division.objects.select_for_update(of=("self",)).select_related("court").get(pk=division_id)
    policies.require(policies.can_manage_court(actor, division.court.code, managed))
    _check_last_day(division.valid_from, valid_to)
    if division.valid_to is not None:
        message = _("%(name)s已于%(on)s撤销。")
        raise Refused(message % {"name": division.name, "on": division.valid_to.isoformat()})
    _require_no_posts(Post.objects.filter(division=division), valid_to)
    division.valid_to = valid_to
    division.save(update_fields=["valid_to"])
    event = events.DivisionClosed(
        division_id=division.pk, court_name=division.court.name, name=division.name, valid_to=valid_to
    )
    record(event, actor=actor, about=division, at=at)
    return division


def _check_last_day(valid_from: date | None, valid_to: date) -> None:
    if valid_from is not None and valid_to < valid_from:
        message = _("最后一日不能早于设立日期%s。") % valid_from.isoformat()
        raise InvalidInput(message, fields={"valid_to": [message]})


def _require_no_posts(posts: models.QuerySet[Post], valid_to: date) -> None:
    held = posts.filter(models.Q(until=None) | models.Q(until__gt=valid_to)).count()
    if held:
        raise PostsAreHeld(_("还有%d个岗位的任期超过这一天，请先办理免职或者调任。") % held)


@transaction.atomic
def load_reference_courts(at: datetime) -> int:
    """Load the courts the product knows, those of the group marked; return how many were added or changed.

    Safe to repeat. Courts merged away are loaded too, because old case numbers carry their codes. A court
    that is known keeps the name, dates and mark it has here; only a missing parent or successor is filled in.
    """
    group = {row.code for row in reference.baoding_two_level()}
    known = {court.code: court for court in Court.objects.select_for_update().order_by("pk")}
    added: set[str] = set()
    rows = reference.all_courts(include_historical=True)
    for row in rows:
        if row.code not in known:
            known[row.code] = Court.objects.create(
                code=row.code,
                name=row.name,
                level=row.level.value,
                in_group=row.code in group,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            added.add(row.code)
    changed: set[str] = set()
    for row in rows:
        court = known[row.code]
        fields: list[str] = []
        if court.parent_id is None and row.parent is not None:
            court.parent = known[row.parent]
            fields.append("parent")
        if court.successor_id is None and row.successor is not None:
            court.successor = known[row.successor]
            fields.append("successor")
        if fields:
            court.save(update_fields=fields)
            changed.add(row.code)
    changed -= added
    if added or changed:
        event = events.CourtsLoaded(added=len(added), changed=len(changed), source=_SOURCE)
        journal.record(event, actor=SYSTEM_ACTOR, court_code="", subject="courts", at=at)
    return len(added) + len(changed)


@transaction.atomic
def courts_note_outside(names: Mapping[str, str], *, at: datetime) -> dict[str, Court]:
    """Return the courts of these codes (code to name); those not known yet are entered as outside the group.

    Imported judgments come from courts of the whole country; the code of the case number tells the level.
    Raises reference.NotACourtCode for a code that breaks the naming rule.
    """
    found = {court.code: court for court in Court.objects.filter(code__in=list(names)).order_by("pk")}
    # One that was entered by its name before its code was known stays the one court it is.
    by_name = _by_name([name for code, name in names.items() if code not in found])
    found |= {
        code: by_name[name]
        for code, name in names.items()
        if code not in found and name in by_name and by_name[name].code == _stand_in(name)
    }
    missing = [code for code in names if code not in found]
    above = {court.code: court for court in Court.objects.filter(code__in={code[:-2] for code in missing})}
    for length in (1, 3, 5):  # higher courts first, to be the parents of those below
        rows = [
            Court(
                code=code,
                name=names[code][:60],
                level=CourtLevel(reference.level_of(code).value).value,
                parent=above.get(code[:-2]) if len(code) > 2 else None,
            )
            for code in missing
            if len(code) == length
        ]
        Court.objects.bulk_create(rows, ignore_conflicts=True)
        for court in Court.objects.filter(code__in=[row.code for row in rows]).order_by("pk"):
            found[court.code] = above[court.code] = court
    if missing:
        event = events.CourtsLoaded(added=len(missing), changed=0, source="裁判文书导入")
        journal.record(event, actor=SYSTEM_ACTOR, court_code="", subject="courts", at=at)
    return found


@transaction.atomic
def courts_note_uncoded(names: Collection[str], *, at: datetime) -> dict[str, Court]:
    """Return the courts of these full names; those not known yet are entered with a stand-in for the code.

    Numbers from before 2016 carry no code, and no list of the whole country's courts is at hand.  The
    stand-in follows from the name, so a name is always the same court, and breaks the naming rule of codes,
    so it can be no court's.
    """
    found = _by_name(names)
    missing = [name for name in dict.fromkeys(names) if name not in found]
    if missing:
        rows = [Court(code=_stand_in(name), name=name[:60], level=_level_by_name(name)) for name in missing]
        Court.objects.bulk_create(rows, ignore_conflicts=True)
        found |= _by_name(missing)
        event = events.CourtsLoaded(added=len(missing), changed=0, source="裁判文书导入")
        journal.record(event, actor=SYSTEM_ACTOR, court_code="", subject="courts", at=at)
    return found


def _by_name(names: Collection[str]) -> dict[str, Court]:
    """Courts by name; where two share one, the first entered."""
    rows = Court.objects.filter(name__in={name[:60] for name in names}).order_by("-pk")
    known = {court.name: court for court in rows}
    return {name: known[name[:60]] for name in names if name[:60] in known}


def _stand_in(name: str) -> str:
    return "无代字" + hashlib.sha256(name.encode()).hexdigest()[:8]


def _level_by_name(name: str) -> str:
    """The level a name tells (人民法院组织法第十三条至第二十五条)."""
    if "高级" in name:
        return CourtLevel.HIGH.value
    of_middle = ("中级", "海事法院", "知识产权法院", "金融法院")
    return (CourtLevel.INTERMEDIATE if any(mark in name for mark in of_middle) else CourtLevel.BASIC).value
