"""Who holds which post from when to when, who stands in, and in whose cases a person must not sit."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import notices
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity import events, policies, selectors
from xiezhi.identity.contracts import RecusalKind, Role
from xiezhi.identity.models import Court, Delegation, Division, Person, Post, RecusalRelation
from xiezhi.identity.rules import permissions
from xiezhi.identity.rules.posts import Period, can_be_delegated, may_stand_in
from xiezhi.identity.services.people import record

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class PostIsHeld(Refused):
    """The person holds the same post on some of these days already."""


class PresidentInOffice(Refused):
    """A court has one president at a time."""


class PostHasEnded(Refused):
    """The post ended before; it cannot be ended again."""


class CannotStandIn(Refused):
    """The post cannot be delegated, or not to this person."""


class DelegationHasEnded(Refused):
    """The delegation is over or was revoked."""


@transaction.atomic
def post_appoint(
    *,
    actor: Actor,
    person_id: int,
    court_id: int,
    role: Role,
    since: date,
    at: datetime,
    until: date | None = None,
    division_id: int | None = None,
    title: str = "",
) -> Post:
    """Appoint a person to a post from `since` to `until`, both included; None is open-ended.

    Raises Person.DoesNotExist, Court.DoesNotExist, NotPermitted, InvalidInput, PostIsHeld, PresidentInOffice.
    """
    # Locked in one order, person before court, so that two appointments cannot wait for each other.
    person = Person.objects.select_for_update().get(pk=person_id)
    court = Court.objects.select_for_update().get(pk=court_id)
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_appoint(actor, person.pk, court.code, managed))
    division = _check_place(court, division_id, role, since, until)

    period = Period(since, until)
    same = Post.objects.filter(person=person, court=court, division=division, role=role)
    if any(Period(held.since, held.until).overlaps(period) for held in same):
        message = _("%(name)s在这段时间已经担任%(court)s的%(role)s，请先调整原任期。")
        raise PostIsHeld(message % {"name": person.name, "court": court.name, "role": role.label})
    if role is Role.PRESIDENT:
        others = Post.objects.filter(court=court, role=Role.PRESIDENT).select_related("person")
        for held in others:
            if Period(held.since, held.until).overlaps(period):
                message = _("%(court)s在这段时间的院长是%(name)s，请先办理免职。")
                raise PresidentInOffice(message % {"court": court.name, "name": held.person.name})

    post = Post.objects.create(
        person=person,
        court=court,
        division=division,
        role=role.value,
        title=title.strip(),
        since=since,
        until=until,
    )
    record(
        events.PostAppointed(
            appointed_post_id=post.pk,
            person_id=person.pk,
            person_name=person.name,
            role=role.value,
            title=title.strip() or role.label,
            post_court_code=court.code,
            court_name=court.name,
            division_id=division.pk if division else None,
            division_name=division.name if division else "",
            since=since,
            until=until,
        ),
        actor=actor,
        about=post,
        at=at,
    )
    words = _("您已被任命为%(court)s%(title)s，自%(since)s起可以切换到这个岗位。")
    title = selectors.post_title(post)
    _tell(
        person.pk,
        words % {"court": court.name, "title": title, "since": since.isoformat()},
        key=f"post:{post.pk}",
        at=at,
    )
    return post


def _tell(person_id: int, text: str, *, key: str, at: datetime) -> None:
    notices.notify(person_id, text, reverse("identity:profile"), at=at, key=key)


def _check_place(
    court: Court, division_id: int | None, role: Role, since: date, until: date | None
) -> Division | None:
    faults: dict[str, list[str]] = {}
    division = None
    if until is not None and until < since:
        faults["until"] = [_("任职止期不能早于起期。")]
    elif not Period(court.valid_from, court.valid_to).covers(Period(since, until)):
        faults["since"] = [_("任期超出%s存续的时间，请核对。") % court.name]
    if division_id is not None:
        division = court.divisions.filter(pk=division_id).first()
        if division is None:
            faults["division"] = [_("请选择%s的部门。") % court.name]
        elif "until" not in faults and not Period(division.valid_from, division.valid_to).covers(
            Period(since, until)
        ):
            faults["division"] = [_("任期超出%s存续的时间，请核对。") % division.name]
    elif permissions.needs_division(role):
        faults["division"] = [_("%s应当属于一个部门，请选择。") % role.label]
    if faults:
        raise InvalidInput(_("任职信息有误，请修改后再提交。"), fields=faults)
    return division


@transaction.atomic
def post_end(*, actor: Actor, post_id: int, until: date, reason: str, at: datetime) -> Post:
    """End a post; `until` is its last day. Delegations of the post end with it.

    Raises Post.DoesNotExist, NotPermitted, InvalidInput, PostHasEnded.
    """
    managed = selectors.court_codes_managed(actor)
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("person", "court", "division")
        .get(pk=post_id)
    )
    policies.require(policies.can_appoint(actor, post.person_id, post.court.code, managed))
    faults: dict[str, list[str]] = {}
    if until < post.since:
        faults["until"] = [_("最后任职日不能早于任职日%s。") % post.since.isoformat()]
    if not reason.strip():
        faults["reason"] = [_("请填写理由。")]
    if faults:
        raise InvalidInput(_("免职信息有误，请修改后再提交。"), fields=faults)
    if post.until is not None and post.until <= until:
        raise PostHasEnded(_("这个岗位已于%s届满。") % post.until.isoformat())
    post.until = until
    post.save(update_fields=["until"])
    record(
        events.PostEnded(
            ended_post_id=post.pk,
            person_id=post.person_id,
            person_name=post.person.name,
            role=post.role,
            title=selectors.post_title(post),
            until=until,
            reason=reason.strip(),
        ),
        actor=actor,
        about=post,
        at=at,
    )
    return post


@transaction.atomic
def delegation_grant(
    *, actor: Actor, post_id: int, to_person_id: int, since: date, until: date, reason: str, at: datetime
) -> Delegation:
    """Let someone of the same court act in a post for a time, both days included.

    Only the post itself is handed on, for days on which it is held; what was received by delegation is not.
    Raises Post.DoesNotExist, Person.DoesNotExist, NotPermitted, InvalidInput, CannotStandIn.
    """
    today = timezone.localtime(at).date()
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("person", "court", "division")
        .get(pk=post_id)
    )
    managed = selectors.court_codes_managed(actor)
    policies.require(
        policies.can_grant_delegation(actor, post, to_person_id, managed),
        _("只能由本人或者系统管理员安排岗位代理，代理所得的岗位不能再转给他人。"),
    )
    to_person = Person.objects.get(pk=to_person_id)
    faults: dict[str, list[str]] = {}
    if until < since:
        faults["until"] = [_("代理止期不能早于起期。")]
    elif since < today:
        faults["since"] = [_("代理不能追溯到今天以前。")]
    elif not Period(post.since, post.until).covers(Period(since, until)):
        faults["until"] = [_("代理期间超出了该岗位的任期。")]
    if not reason.strip():
        faults["reason"] = [_("请填写事由，例如：出差、休假。")]
    if faults:
        raise InvalidInput(_("代理信息有误，请修改后再提交。"), fields=faults)
    if not can_be_delegated(post.role_code):
        raise CannotStandIn(
            _("%s的岗位不能代理：审判工作须经变更承办人办理，其他岗位请另行任命。") % post.role_code.label
        )
    held = Post.objects.in_force(since).filter(person=to_person, court=post.court)
    if not may_stand_in(post.role_code, [other.role_code for other in held]):
        message = _("%(name)s在本院的岗位不能代理%(role)s，请另选代理人。")
        raise CannotStandIn(message % {"name": to_person.name, "role": post.role_code.label})
    if _overlapping(post, since, until):
        raise CannotStandIn(_("这段时间已经安排了代理人，请先撤销原来的代理。"))
    delegation = Delegation.objects.create(
        from_post=post,
        to_person=to_person,
        since=since,
        until=until,
        reason=reason.strip(),
        granted_by_person_id=actor.person_id,
    )
    record(
        events.DelegationGranted(
            delegation_id=delegation.pk,
            from_post_id=post.pk,
            from_name=post.person.name,
            to_person_id=to_person.pk,
            to_name=to_person.name,
            title=selectors.post_title(post),
            since=since,
            until=until,
            reason=reason.strip(),
        ),
        actor=actor,
        about=delegation,
        at=at,
    )
    words = _("%(since)s至%(until)s，由您代理%(name)s的%(title)s岗位，期间可以切换到这个岗位。")
    facts = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "name": post.person.name,
        "title": selectors.post_title(post),
    }
    _tell(to_person.pk, words % facts, key=f"delegation:{delegation.pk}", at=at)
    if actor.person_id != post.person_id:
        words = _("系统管理员安排%(name)s在%(since)s至%(until)s代理您的%(title)s岗位。")
        _tell(
            post.person_id,
            words % (facts | {"name": to_person.name}),
            key=f"delegated:{delegation.pk}",
            at=at,
        )
    return delegation


def _overlapping(post: Post, since: date, until: date) -> bool:
    for other in Delegation.objects.filter(from_post=post).order_by("pk"):
        if other.revoked_on is not None and other.revoked_on <= since:
            continue
        if Period(other.since, other.until).overlaps(Period(since, until)):
            return True
    return False


@transaction.atomic
def delegation_revoke(*, actor: Actor, delegation_id: int, at: datetime) -> Delegation:
    """End a delegation at once: from today it no longer holds.

    Raises Delegation.DoesNotExist, NotPermitted, DelegationHasEnded.
    """
    today = timezone.localtime(at).date()
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("from_post__person", "from_post__court", "from_post__division", "to_person")
        .get(pk=delegation_id)
    )
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_revoke_delegation(actor, delegation, managed))
    if delegation.revoked_on is not None or delegation.until < today:
        raise DelegationHasEnded(_("这项代理已经结束。"))
    delegation.revoked_on = today
    delegation.save(update_fields=["revoked_on"])
    record(
        events.DelegationRevoked(
            delegation_id=delegation.pk,
            from_name=delegation.from_post.person.name,
            to_name=delegation.to_person.name,
            title=selectors.post_title(delegation.from_post),
            revoked_on=today,
        ),
        actor=actor,
        about=delegation,
        at=at,
    )
    words = _("%(name)s代理%(owner)s的%(title)s岗位的安排已撤销，立即生效。")
    facts = {
        "name": delegation.to_person.name,
        "owner": delegation.from_post.person.name,
        "title": selectors.post_title(delegation.from_post),
    }
    for person_id in {delegation.to_person_id, delegation.from_post.person_id} - {actor.person_id}:
        _tell(person_id, words % facts, key=f"delegation-revoked:{delegation.pk}", at=at)
    return delegation


@transaction.atomic
def relation_add(
    *,
    actor: Actor,
    person_id: int,
    kind: RecusalKind,
    name: str,
    relation: str,
    at: datetime,
    identity_hash: str = "",
    note: str = "",
) -> RecusalRelation:
    """Note someone in whose cases a person must not sit (民事诉讼法第四十七条).

    `identity_hash`: from `parties.selectors.identity_hash`, where the number is known; it is not kept itself.
    Raises Person.DoesNotExist, NotPermitted, InvalidInput.
    """
    person = Person.objects.get(pk=person_id)
    _require_relations(actor, person)
    faults: dict[str, list[str]] = {}
    if not name.strip():
        faults["name"] = [_("请填写关系人的姓名或者单位名称。")]
    if not relation.strip():
        faults["relation"] = [_("请填写关系，例如：配偶、曾任其代理人。")]
    if faults:
        raise InvalidInput(_("回避关系信息不完整，请补充。"), fields=faults)
    made = RecusalRelation.objects.create(
        person=person,
        kind=kind.value,
        name=name.strip(),
        identity_hash=identity_hash,
        relation=relation.strip(),
        note=note.strip(),
        noted_on=timezone.localtime(at).date(),
    )
    event = events.RelationAdded(
        relation_id=made.pk, person_id=person.pk, person_name=person.name, kind_name=kind.label
    )
    record(event, actor=actor, about=person, at=at)
    return made


@transaction.atomic
def relation_remove(*, actor: Actor, relation_id: int, reason: str, at: datetime) -> None:
    """Take back a relation noted by mistake; the journal keeps that it was there.

    Raises RecusalRelation.DoesNotExist, NotPermitted, InvalidInput.
    """
    relation = (
        RecusalRelation.objects.select_for_update(of=("self",)).select_related("person").get(pk=relation_id)
    )
    policies.require(
        relation.person_id != actor.person_id,
        _("本人申报的回避关系由审判管理人员或者系统管理员核实后删除。"),
    )
    _require_relations(actor, relation.person)
    if not reason.strip():
        raise InvalidInput(_("请填写理由。"), fields={"reason": [_("请填写理由。")]})
    event = events.RelationRemoved(
        relation_id=relation.pk,
        person_id=relation.person_id,
        person_name=relation.person.name,
        kind_name=RecusalKind(relation.kind).label,
        reason=reason.strip(),
    )
    record(event, actor=actor, about=relation.person, at=at)
    relation.delete()


def _require_relations(actor: Actor, person: Person) -> None:
    courts = frozenset(person.posts.values_list("court__code", flat=True))
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_manage_relations(actor, person.pk, courts, managed))
