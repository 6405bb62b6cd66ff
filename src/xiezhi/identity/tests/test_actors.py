"""Who acts in a request: posts in force, the post chosen, what another court's people see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from xiezhi.foundation.errors import NotPermitted
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity import selectors
from xiezhi.identity.contracts import Role, Scope
from xiezhi.identity.models import Court, Person
from xiezhi.identity.services import sign_in as services
from xiezhi.identity.tests import factories
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import (
    TODAY,
    CourtFactory,
    DelegationFactory,
    DivisionFactory,
    PersonFactory,
    PostFactory,
    UserFactory,
    actor_of,
    actor_with,
)

pytestmark = pytest.mark.django_db

AT = factories.NOW


def test_an_actor_is_the_post_on_the_day() -> None:
    post = PostFactory(president=True, intermediate=True)
    CourtFactory(code="冀0606")
    CourtFactory(code="冀0602", valid_to=date(2020, 1, 1))
    actor = actor_of(post)
    assert (actor.role, actor.scope, actor.court_code) == (Role.PRESIDENT, Scope.COURTS_BELOW, "冀06")
    assert actor.court_codes == {"冀06", "冀0606", "冀0602"}  # cases of a closed court are still read
    assert (actor.user_id, actor.person_id, actor.name) == (
        post.person.user_id,
        post.person_id,
        post.person.name,
    )
    assert actor_with(Role.PRESIDENT, court=Court.objects.get(code="冀0606")).court_codes == {"冀0606"}


def test_no_actor_outside_the_post_or_of_a_closed_court() -> None:
    with pytest.raises(selectors.PostIsNotInForce):
        actor_of(PostFactory(ended=True))
    with pytest.raises(selectors.PostIsNotInForce):
        actor_of(PostFactory(since=TODAY + timedelta(days=1)))
    with pytest.raises(selectors.PostIsNotInForce):
        actor_of(PostFactory(court=CourtFactory(code="冀0623", valid_to=TODAY - timedelta(days=1))))


def test_choices_are_own_posts_first_then_those_stood_in_for() -> None:
    delegation = DelegationFactory()
    person = delegation.to_person
    head = PostFactory(
        person=person, division_head=True, court=delegation.from_post.court, since=date(2021, 1, 1)
    )
    PostFactory(person=person, clerk=True, court=delegation.from_post.court, ended=True)
    assert person.user is not None
    choices = selectors.post_choices(person.user, TODAY)
    assert [choice.post_id for choice in choices][1:] == [head.pk, delegation.from_post_id]
    assert choices[2].on_behalf_of == delegation.from_post.person.name
    assert choices[2].key == f"d{delegation.pk}"
    assert selectors.post_choices(UserFactory(), TODAY) == []


def test_switching_is_recorded_and_refused_for_posts_of_others() -> None:
    delegation = DelegationFactory()
    user = delegation.to_person.user
    assert user is not None
    before = actor_of(delegation.to_person.posts.get())
    key, actor = services.post_switch(user=user, before=before, wanted=f"d{delegation.pk}", at=AT)
    assert key == f"d{delegation.pk}"
    assert actor.on_behalf_of_post_id == delegation.from_post_id
    entry = JournalEntry.objects.get()
    assert entry.kind == "identity.post-switched"
    assert entry.actor_on_behalf_of_post_id == delegation.from_post_id
    ended = PostFactory(person=delegation.to_person, ended=True, clerk=True)
    for wanted in (f"p{PostFactory().pk}", f"p{ended.pk}", "d999999", "", "x"):
        with pytest.raises(services.PostCannotBeChosen):
            services.post_switch(user=user, before=before, wanted=wanted, at=AT)
    later = AT + timedelta(days=30)
    with pytest.raises(services.PostCannotBeChosen):
        services.post_switch(user=user, before=before, wanted=f"d{delegation.pk}", at=later)


def test_switching_on_the_page_changes_what_may_be_done(
    sign_in: SignIn, frozen: time_machine.Traveller
) -> None:
    delegation = DelegationFactory()
    client = sign_in(delegation.to_person.posts.get())
    journal = reverse("identity:journal")
    assert client.get(journal).status_code == 403
    client.post(reverse("identity:switch_post"), {"post": f"d{delegation.pk}", "next": "/profile/"})
    assert client.get(journal).status_code == 200
    DelegationFactory(
        from_post=delegation.from_post,
        to_person=delegation.to_person,
        since=date(2020, 1, 1),
        until=date(2020, 1, 31),
    )
    assert client.get("/profile/").content.decode().count("当前岗位") == 1

    frozen.shift(timedelta(days=40))  # the delegation is over: the next request falls back to the own post
    client.force_login(delegation.to_person.user)  # type: ignore[arg-type]
    assert client.get(journal).status_code == 403

    own = PostFactory()
    stranger = sign_in(own)
    response = stranger.post(reverse("identity:switch_post"), {"post": f"d{delegation.pk}"})
    assert response.status_code == 403
    assert stranger.get(reverse("identity:switch_post")).status_code == 405


def test_a_revoked_delegation_stops_counting_at_the_next_request(sign_in: SignIn) -> None:
    delegation = DelegationFactory(since=date(2026, 1, 1), until=date(2027, 12, 31))
    client = sign_in(delegation.to_person.posts.get())
    client.post(reverse("identity:switch_post"), {"post": f"d{delegation.pk}"})
    assert client.get(reverse("identity:journal")).status_code == 200
    sign_in(delegation.from_post).post(reverse("identity:delegation_revoke", args=[delegation.pk]))
    assert client.get(reverse("identity:journal")).status_code == 403


def test_a_visitor_is_led_to_the_sign_in_page_and_htmx_is_told() -> None:
    url = reverse("identity:people")
    assert Client().get(url)["Location"] == f"/accounts/login/?next={url}"


# The register


def test_people_of_other_courts_are_not_there() -> None:
    here = PostFactory(court=CourtFactory(code="冀0606"))
    there = PostFactory(court=CourtFactory(code="冀0602"))
    admin = actor_with(Role.ADMINISTRATOR, court=here.court)
    found = {person.pk for person in selectors.people_page(admin, on=TODAY)}
    assert found == {here.person_id, admin.person_id}
    assert selectors.person_get(admin, here.person_id) == here.person
    with pytest.raises(Person.DoesNotExist):
        selectors.person_get(admin, there.person_id)
    with pytest.raises(NotPermitted):
        selectors.people_page(actor_of(here), on=TODAY)
    with pytest.raises(NotPermitted):
        selectors.person_get(actor_of(here), admin.person_id)
    assert selectors.person_get(actor_of(here), here.person_id) == here.person  # oneself, always


def test_someone_just_entered_is_seen_by_who_enters_people_only() -> None:
    fresh = PersonFactory()
    admin = actor_with(Role.ADMINISTRATOR, court=CourtFactory(code="冀0606"))
    president = actor_with(Role.PRESIDENT, court=CourtFactory(code="冀0606"))
    assert selectors.person_get(admin, fresh.pk) == fresh
    with pytest.raises(Person.DoesNotExist):
        selectors.person_get(president, fresh.pk)
    assert fresh in selectors.people_page(admin, on=TODAY, in_post_only=False).rows
    assert fresh not in selectors.people_page(admin, on=TODAY).rows
    assert fresh not in selectors.people_page(president, on=TODAY, in_post_only=False).rows


def test_filters_of_the_list() -> None:
    court = CourtFactory(code="冀0606")
    admin = actor_with(Role.ADMINISTRATOR, court=court)
    wang = PostFactory(court=court, person__name="王敏", person__staff_number="A100").person
    gone = PostFactory(court=court, clerk=True, ended=True, person__name="王离任").person

    def names(**filters: object) -> set[int]:
        return {person.pk for person in selectors.people_page(admin, on=TODAY, **filters)}  # type: ignore[arg-type]

    assert names(text="王") == {wang.pk}
    assert names(text="a10") == {wang.pk}
    assert names(text="王", in_post_only=False) == {wang.pk, gone.pk}
    assert names(role=Role.JUDGE.value) == {wang.pk}
    assert names(role=Role.CLERK.value) == set()
    assert names(court_id=court.pk) == {wang.pk, admin.person_id}


def test_the_list_pages_by_key_without_a_query_per_row(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    court = CourtFactory(code="冀0606")
    admin = actor_with(Role.ADMINISTRATOR, court=court)
    division = DivisionFactory(court=court)
    PostFactory.create_batch(12, court=court, division=division)
    with django_assert_num_queries(3):
        page = selectors.people_page(admin, on=TODAY, size=5)
        for person in page:
            assert [(p.court.name, selectors.post_title(p)) for p in person.current_posts]  # type: ignore[attr-defined]
    seen = [person.pk for person in page]
    while page.next_token:
        page = selectors.people_page(admin, on=TODAY, size=5, after=page.next_token)
        seen += [person.pk for person in page]
    assert len(seen) == len(set(seen)) == 13 == page.total
    back = selectors.people_page(admin, on=TODAY, size=5, before=page.previous_token)
    assert [person.pk for person in back] == seen[5:10]


def test_pickers() -> None:
    court = CourtFactory(code="冀0606")
    judge = PostFactory(court=court)
    clerk = PostFactory(court=court, clerk=True)
    actor = actor_of(judge)
    assert selectors.people_in_court(actor, on=TODAY, roles=[Role.CLERK]) == [clerk.person]
    assert selectors.people_in_court(actor, on=TODAY, division_id=judge.division_id) == [judge.person]
    assert [p.pk for p in selectors.posts_in_force(court.pk, Role.JUDGE, TODAY)] == [judge.pk]


def test_pages_ask_the_database_about_as_often_for_many_as_for_few(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    above = PostFactory(administrator=True, intermediate=True)
    for code in ("冀0602", "冀0606", "冀0607", "冀0608"):
        PostFactory.create_batch(5, court=CourtFactory(code=code))
    client = sign_in(above)
    for name in ("courts", "people", "settings", "dead_letters", "profile"):
        with django_assert_max_num_queries(26):
            assert client.get(reverse(f"identity:{name}")).status_code == 200
