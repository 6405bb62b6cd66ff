"""Courts, divisions and people, as far as the actor's register reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from xiezhi.foundation.paging import Page, page_by_key
from xiezhi.identity import policies
from xiezhi.identity.contracts import Actor, Permission, Role
from xiezhi.identity.models import Court, Delegation, Division, Person, Post, RecusalRelation
from xiezhi.identity.rules import posts
from xiezhi.identity.selectors.actors import court_codes_managed, court_codes_registered

if TYPE_CHECKING:
    from xiezhi.identity.models import User


@dataclass(frozen=True, slots=True)
class CourtNode:
    """A court in the tree, with the courts under it."""

    court: Court
    depth: int
    people: int


def posts_in_force(
    court_id: int, role: Role | None, on: date, *, division_id: int | None = None
) -> QuerySet[Post]:
    """Return the posts held in a court on a day, of one role or any, of one division or any."""
    found = Post.objects.in_force(on).filter(court_id=court_id).select_related("person", "division")
    if role is not None:
        found = found.filter(role=role)
    if division_id is not None:
        found = found.filter(division_id=division_id)
    return found.order_by("person__staff_number", "pk")


def people_in_court(
    actor: Actor, *, on: date, roles: Sequence[Role] = (), division_id: int | None = None
) -> list[Person]:
    """Return the people of the actor's own court in post on the day, each once, by staff number."""
    held = Post.objects.in_force(on).filter(court_id=actor.court_id)
    if roles:
        held = held.filter(role__in=roles)
    if division_id is not None:
        held = held.filter(division_id=division_id)
    return list(Person.objects.filter(pk__in=held.values("person_id")).order_by("staff_number", "pk"))


def courts_visible_to(actor: Actor) -> QuerySet[Court]:
    """Return the courts whose records the actor's scope reaches."""
    return Court.objects.visible_to(actor).order_by("code", "pk")


def courts_tree(actor: Actor, *, on: date, include_closed: bool = False) -> list[CourtNode]:
    """Return the courts of the actor's register from the top down, with how many people hold a post today.

    Raises NotPermitted.
    """
    policies.require_permission(actor, Permission.PEOPLE_VIEW)
    found = Court.objects.filter(code__in=sorted(court_codes_registered(actor))).order_by("code", "pk")
    courts = list(found if include_closed else found.in_force(on))
    held = set(
        Post.objects.in_force(on)
        .filter(court_id__in=[court.pk for court in courts])
        .values_list("court_id", "person_id")
    )
    people: dict[int, int] = {}
    for court_id, _person_id in held:
        people[court_id] = people.get(court_id, 0) + 1
    children: dict[int | None, list[Court]] = {}
    known = {court.pk for court in courts}
    for court in courts:
        children.setdefault(court.parent_id if court.parent_id in known else None, []).append(court)

    def walk(parent_id: int | None, depth: int) -> list[CourtNode]:
        nodes: list[CourtNode] = []
        for court in children.get(parent_id, []):
            nodes.append(CourtNode(court, depth, people.get(court.pk, 0)))
            nodes.extend(walk(court.pk, depth + 1))
        return nodes

    return walk(None, 0)


def court_get(actor: Actor, court_id: int) -> Court:
    """Return a court of the actor's register. Raises NotPermitted, Court.DoesNotExist."""
    policies.require_permission(actor, Permission.PEOPLE_VIEW)
    codes = sorted(court_codes_registered(actor))
    return Court.objects.select_related("parent").get(pk=court_id, code__in=codes)


def courts_registered(actor: Actor) -> list[Court]:
    """Return every court of the actor's register, closed ones too, for filters."""
    codes = sorted(court_codes_registered(actor))
    return list(Court.objects.filter(code__in=codes).order_by("code", "pk"))


def people_count(court: Court, *, on: date) -> int:
    """Return how many people hold a post in a court on the day."""
    return Post.objects.in_force(on).filter(court=court).values("person_id").distinct().count()


def people_by_division(court: Court, *, on: date) -> dict[int, int]:
    """Return how many people hold a post in each division of a court on the day."""
    held = Post.objects.in_force(on).filter(court=court).exclude(division=None)
    counted = (
        held.values_list("division_id")
        .annotate(people=Count("person_id", distinct=True))
        .order_by("division_id")
    )
    return {division_id: people for division_id, people in counted if division_id is not None}


def divisions_of(court: Court, *, on: date | None = None) -> list[Division]:
    """Return a court's divisions, those in force on a day or all of them."""
    found = court.divisions.all() if on is None else court.divisions.in_force(on)
    return list(found.order_by("valid_to", "kind", "name", "pk"))


def courts_managed(actor: Actor, *, on: date) -> list[Court]:
    """Return the courts in force whose people and settings the actor's administration covers."""
    codes = sorted(court_codes_managed(actor))
    return list(Court.objects.in_force(on).filter(code__in=codes).order_by("code", "pk"))


def divisions_open(court_ids: Sequence[int], *, on: date) -> list[Division]:
    """Return the divisions in force of some courts, court by court, for pickers."""
    return list(
        Division.objects.in_force(on)
        .filter(court_id__in=court_ids)
        .select_related("court")
        .order_by("court__code", "kind", "name", "pk")
    )


def division_get(actor: Actor, division_id: int) -> Division:
    """Return a division of the actor's register. Raises NotPermitted, Division.DoesNotExist."""
    policies.require_permission(actor, Permission.PEOPLE_VIEW)
    codes = sorted(court_codes_registered(actor))
    return Division.objects.select_related("court").get(pk=division_id, court__code__in=codes)


def post_get(actor: Actor, post_id: int) -> Post:
    """Return a post of the actor's register, or one's own. Raises Post.DoesNotExist."""
    codes = sorted(court_codes_registered(actor)) if policies.can_view_people(actor) else []
    return (
        Post.objects.filter(Q(court__code__in=codes) | Q(person_id=actor.person_id))
        .select_related("person", "court", "division")
        .get(pk=post_id)
    )


def _people(
    actor: Actor, *, on: date, text: str, court_id: int | None, role: str, in_post_only: bool
) -> QuerySet[Person]:
    policies.require_permission(actor, Permission.PEOPLE_VIEW)
    held = Post.objects.filter(court__code__in=sorted(court_codes_registered(actor)))
    if in_post_only:
        held = held.in_force(on)
    if court_id is not None:
        held = held.filter(court_id=court_id)
    if role:
        held = held.filter(role=role)
    found = Q(pk__in=held.values("person_id"))
    if not in_post_only and not role and court_id is None and policies.can_enter_people(actor):
        found |= ~Q(Exists(Post.objects.filter(person=OuterRef("pk"))))
    people = Person.objects.filter(found)
    if text:
        people = people.filter(Q(name__icontains=text) | Q(staff_number__istartswith=text))
    current = Post.objects.in_force(on).select_related("court", "division").order_by("since", "pk")
    return people.select_related("user").prefetch_related(
        Prefetch("posts", queryset=current, to_attr="current_posts")
    )


def people_page(
    actor: Actor,
    *,
    on: date,
    text: str = "",
    court_id: int | None = None,
    role: str = "",
    in_post_only: bool = True,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[Person]:
    """Return a page of the register by staff number, each with `current_posts`. Raises NotPermitted."""
    people = _people(actor, on=on, text=text, court_id=court_id, role=role, in_post_only=in_post_only)
    return page_by_key(
        people, order=("staff_number", "pk"), after=after, before=before, size=size, count=True
    )


def people_export(
    actor: Actor,
    *,
    on: date,
    text: str = "",
    court_id: int | None = None,
    role: str = "",
    in_post_only: bool = True,
) -> Iterator[Person]:
    """Yield everyone the same filters find, with `current_posts`, a batch at a time. Raises NotPermitted."""
    policies.require(policies.can_export_people(actor))
    people = _people(actor, on=on, text=text, court_id=court_id, role=role, in_post_only=in_post_only)
    return people.order_by("staff_number", "pk").iterator(chunk_size=500)


def person_of(user: User) -> Person | None:
    """Return the person an account belongs to; None for an account without one."""
    return Person.objects.filter(user=user).first()


def person_get(actor: Actor, person_id: int) -> Person:
    """Return a person of the actor's register, or oneself. Raises Person.DoesNotExist."""
    if person_id == actor.person_id:
        return Person.objects.select_related("user").get(pk=person_id)
    policies.require_permission(actor, Permission.PEOPLE_VIEW)
    held = Post.objects.filter(court__code__in=sorted(court_codes_registered(actor)))
    found = Q(pk__in=held.values("person_id"))
    if policies.can_enter_people(actor):
        # Somebody just entered holds no post yet, in whatever court the first one will be.
        found |= ~Q(Exists(Post.objects.filter(person=OuterRef("pk"))))
    return Person.objects.select_related("user").filter(found).get(pk=person_id)


def person_to_appoint(actor: Actor, person_id: int) -> Person:
    """Return a person of the register whom the actor may appoint.

    Moving someone in from another court is for the administrator of the court above both.
    Raises NotPermitted, Person.DoesNotExist.
    """
    policies.require(policies.can_enter_people(actor) and actor.person_id != person_id)
    return person_get(actor, person_id)


def posts_of(person: Person) -> list[Post]:
    """Return all posts of a person over time, latest first."""
    return list(person.posts.select_related("court", "division").order_by("-since", "-pk"))


def delegations_given(person: Person) -> list[Delegation]:
    """Return the delegations of a person's posts, latest first."""
    return list(
        Delegation.objects.filter(from_post__person=person)
        .select_related("from_post__court", "from_post__division", "from_post__person", "to_person")
        .order_by("-since", "-pk")
    )


def delegations_received(person: Person) -> list[Delegation]:
    """Return the posts a person stands or stood in for, latest first."""
    return list(
        person.delegations_received.select_related(
            "from_post__court", "from_post__division", "from_post__person", "to_person"
        ).order_by("-since", "-pk")
    )


def stand_ins_for(post: Post, on: date) -> list[Person]:
    """Return who may stand in for a post: people of its court whose own post allows it."""
    held = Post.objects.in_force(on).filter(court_id=post.court_id).exclude(person_id=post.person_id)
    roles = [role for role in Role if posts.may_stand_in(post.role_code, [role])]
    return list(
        Person.objects.filter(pk__in=held.filter(role__in=roles).values("person_id")).order_by(
            "staff_number", "pk"
        )
    )


def stand_ins_for_posts(posts_given: Sequence[Post], on: date) -> list[Person]:
    """Return who may stand in for at least one of the posts, each once."""
    found: dict[int, Person] = {}
    for post in posts_given:
        found.update({person.pk: person for person in stand_ins_for(post, on)})
    return sorted(found.values(), key=lambda person: (person.staff_number, person.pk))


def relations_of(actor: Actor, person: Person) -> list[RecusalRelation]:
    """Return a person's recusal relations, for that person and those who keep them; empty for others."""
    courts = frozenset(person.posts.values_list("court__code", flat=True))
    if not policies.can_manage_relations(actor, person.pk, courts, court_codes_managed(actor)):
        return []
    return list(person.recusals.order_by("-noted_on", "-pk"))
