"""Who acts in a request or a call: the post in force on the day, own or stood in for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from xiezhi.foundation.errors import NotPermitted
from xiezhi.identity.contracts import Actor, CourtLevel, Role, Scope
from xiezhi.identity.models import Court, Delegation, Person, Post, scope_of
from xiezhi.identity.rules import permissions, posts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from xiezhi.identity.models import User


class SignInNeeded(Exception):
    """Nobody is signed in; the middleware leads to the sign-in page and back."""


class PostIsNotInForce(NotPermitted):
    """The post is not held on the day."""


class DelegationIsNotInForce(NotPermitted):
    """The delegation does not hold on the day, or the person standing in has left the court."""


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post someone may act from today: their own, or one they stand in for (`delegation_id` set)."""

    post_id: int
    delegation_id: int | None
    title: str
    court_name: str
    on_behalf_of: str = ""

    @property
    def key(self) -> str:
        """The value the switch form sends."""
        return f"d{self.delegation_id}" if self.delegation_id else f"p{self.post_id}"


def actor_from(request: HttpRequest) -> Actor:
    """Return who acts in this request.

    Raises SignInNeeded for a visitor, NotPermitted for someone without a post in force.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        return actor
    if request.user.is_authenticated:
        raise NotPermitted(_("您目前没有在任的岗位，不能办理业务；请联系本院系统管理员核对您的任职。"))
    raise SignInNeeded


def post_title(post: Post) -> str:
    """Return the post as people say it: 民事审判第一庭 庭长."""
    words = post.title or post.role_code.label
    return f"{post.division.name} {words}" if post.division is not None else words


def court_codes_below(court_id: int) -> frozenset[str]:
    """Return the codes of a court and of all courts under it, closed ones too: their cases are still read."""
    found = Court.objects.filter(
        Q(pk=court_id) | Q(parent_id=court_id) | Q(parent__parent_id=court_id)
    ).values_list("code", flat=True)
    return frozenset(found)


def court_codes_managed(actor: Actor) -> frozenset[str]:
    """Return the courts whose people, divisions and settings the actor's administration covers."""
    if permissions.manages_courts_below(actor.role, actor.court_level):
        return court_codes_below(actor.court_id)
    return frozenset({actor.court_code})


def court_codes_registered(actor: Actor) -> frozenset[str]:
    """Return the courts whose register of people the actor may read."""
    return court_codes_managed(actor) | actor.court_codes


def actor_for_post(post: Post | int, on: date) -> Actor:
    """Return the holder of a post as an Actor on a day.

    Raises Post.DoesNotExist, PostIsNotInForce.
    """
    if isinstance(post, int):
        post = Post.objects.select_related("person", "court", "division").get(pk=post)
    if not post.is_in_force(on) or not post.court.is_in_force(on):
        raise PostIsNotInForce(_("“%s”这个岗位目前不在任期内。") % post_title(post))
    return _actor(post, person=post.person, own_post_id=post.pk)


def actor_for_delegation(delegation: Delegation | int, on: date) -> Actor:
    """Return the person standing in for a post as an Actor on a day, with the authority of that post.

    Raises Delegation.DoesNotExist, DelegationIsNotInForce.
    """
    if isinstance(delegation, int):
        delegation = Delegation.objects.select_related(
            "from_post__person", "from_post__court", "from_post__division", "to_person"
        ).get(pk=delegation)
    post = delegation.from_post
    own = _post_to_stand_in_from(delegation.to_person_id, post.court_id, post.role_code, on)
    if own is None or not delegation.is_in_force(on) or not post.is_in_force(on):
        raise DelegationIsNotInForce(_("对“%s”岗位的代理已经失效。") % post_title(post))
    return _actor(post, person=delegation.to_person, own_post_id=own.pk, delegated=True)


def _post_to_stand_in_from(person_id: int, court_id: int, role: Role, on: date) -> Post | None:
    own = Post.objects.in_force(on).filter(person_id=person_id, court_id=court_id).order_by("since", "pk")
    return next((held for held in own if posts.may_stand_in(role, [held.role_code])), None)


def _actor(post: Post, *, person: Person, own_post_id: int, delegated: bool = False) -> Actor:
    scope = scope_of(post)
    own_court = frozenset({post.court.code})
    return Actor(
        user_id=person.user_id,
        person_id=person.pk,
        post_id=own_post_id,
        name=person.name,
        title=post_title(post) + (_("（代理）") if delegated else ""),
        role=post.role_code,
        court_id=post.court_id,
        court_code=post.court.code,
        court_level=CourtLevel(post.court.level),
        division_id=post.division_id,
        scope=scope,
        court_codes=court_codes_below(post.court_id) if scope is Scope.COURTS_BELOW else own_court,
        on_behalf_of_post_id=post.pk if delegated else None,
    )


def post_choices(user: User, on: date) -> list[PostChoice]:
    """Return every post the user may act from on the day: own posts first, then those stood in for."""
    own = list(
        Post.objects.in_force(on)
        .filter(person__user=user)
        .select_related("court", "division")
        .order_by("since", "pk")
    )
    choices = [PostChoice(p.pk, None, post_title(p), p.court.name) for p in own if p.court.is_in_force(on)]
    if not choices:
        return []
    roles_in_court: dict[int, list[Role]] = {}
    for post in own:
        roles_in_court.setdefault(post.court_id, []).append(post.role_code)
    received = (
        Delegation.objects.filter(to_person__user=user, since__lte=on, until__gte=on)
        .filter(Q(revoked_on=None) | Q(revoked_on__gt=on))
        .select_related("from_post__person", "from_post__court", "from_post__division")
        .order_by("since", "pk")
    )
    for delegation in received:
        post = delegation.from_post
        if not post.is_in_force(on):
            continue
        if posts.may_stand_in(post.role_code, roles_in_court.get(post.court_id, [])):
            title = post_title(post) + _("（代理）")
            choices.append(PostChoice(post.pk, delegation.pk, title, post.court.name, post.person.name))
    return choices


def actor_for_choice(choice: PostChoice, on: date) -> Actor:
    """Return the Actor of a choice from `post_choices`. Raises PostIsNotInForce, DelegationIsNotInForce."""
    if choice.delegation_id is not None:
        return actor_for_delegation(choice.delegation_id, on)
    return actor_for_post(choice.post_id, on)
