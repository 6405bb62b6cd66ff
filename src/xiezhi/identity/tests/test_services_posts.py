"""Appointments, delegations, recusal relations: what they do, who may not, and what is recorded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from xiezhi.foundation.errors import InvalidInput, NotPermitted
from xiezhi.foundation.models import JournalEntry, Notice
from xiezhi.identity import selectors
from xiezhi.identity.contracts import RecusalKind, Role, Scope
from xiezhi.identity.models import Delegation, Post, RecusalRelation
from xiezhi.identity.services import posts as services
from xiezhi.identity.tests import factories
from xiezhi.identity.tests.factories import (
    TODAY,
    CourtFactory,
    DelegationFactory,
    DivisionFactory,
    PersonFactory,
    PostFactory,
    actor_of,
    actor_with,
)

pytestmark = pytest.mark.django_db

AT = factories.NOW


def appoint(actor: Any, person: Any, court: Any, **changes: Any) -> Post:
    values = {"role": Role.CLERK, "since": TODAY, "at": AT} | changes
    return services.post_appoint(actor=actor, person_id=person.pk, court_id=court.pk, **values)


def latest() -> JournalEntry:
    entry = JournalEntry.objects.order_by("-pk").first()
    assert entry is not None
    return entry


def test_an_administrator_appoints_in_the_own_court_and_nobody_else_does() -> None:
    court = CourtFactory(code="冀0606")
    person = PersonFactory()
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(NotPermitted):
                appoint(actor_with(role, court=court), person, court)
    with pytest.raises(NotPermitted):
        appoint(actor_with(Role.ADMINISTRATOR, court=CourtFactory(code="冀0602")), person, court)
    assert not person.posts.exists()
    assert not JournalEntry.objects.exists()

    appoint(actor_with(Role.ADMINISTRATOR, court=court), person, court)
    assert person.posts.get().role == Role.CLERK
    assert latest().kind == "identity.post-appointed"
    assert latest().subject == f"post:{person.posts.get().pk}"


def test_the_administrator_above_appoints_below_but_not_the_other_way() -> None:
    basic = CourtFactory(code="冀0606")
    above = CourtFactory(intermediate=True)
    appoint(actor_with(Role.ADMINISTRATOR, court=above), PersonFactory(), basic)
    with pytest.raises(NotPermitted):
        appoint(actor_with(Role.ADMINISTRATOR, court=basic), PersonFactory(), above)


def test_nobody_appoints_themselves() -> None:
    post = PostFactory(administrator=True)
    with pytest.raises(NotPermitted):
        appoint(actor_of(post), post.person, post.court, role=Role.PRESIDENT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"until": date(2026, 11, 1)}, "until", id="ends before it begins"),
        pytest.param({"role": Role.JUDGE}, "division", id="a judge needs a division"),
        pytest.param({"division": "other"}, "division", id="a division of another court"),
        pytest.param({"division": "closed"}, "division", id="a division that was closed"),
    ],
)
def test_an_appointment_that_cannot_be_right(changes: dict[str, Any], field: str) -> None:
    court = CourtFactory(code="冀0606")
    wanted = changes.pop("division", None)
    if wanted == "other":
        changes["division_id"] = DivisionFactory(court=CourtFactory(code="冀0602")).pk
    if wanted == "closed":
        changes["division_id"] = DivisionFactory(court=court, closed=True).pk
    with pytest.raises(InvalidInput) as fault:
        appoint(actor_with(Role.ADMINISTRATOR, court=court), PersonFactory(), court, **changes)
    assert field in fault.value.fields


def test_the_same_post_twice_and_two_presidents_are_refused() -> None:
    court = CourtFactory(code="冀0606")
    admin = actor_with(Role.ADMINISTRATOR, court=court)
    person = PersonFactory()
    appoint(admin, person, court, until=date(2026, 12, 31))
    with pytest.raises(services.PostIsHeld):
        appoint(admin, person, court, since=date(2026, 12, 31))
    appoint(admin, person, court, since=date(2027, 1, 1))  # the day after, it is free again

    appoint(admin, person, court, role=Role.PRESIDENT)
    with pytest.raises(services.PresidentInOffice):
        appoint(admin, PersonFactory(), court, role=Role.PRESIDENT)


def test_a_post_ends_on_its_last_day() -> None:
    post = PostFactory(clerk=True)
    admin = actor_with(Role.ADMINISTRATOR, court=post.court)
    with pytest.raises(NotPermitted):
        services.post_end(
            actor=actor_with(Role.PRESIDENT, court=post.court),
            post_id=post.pk,
            until=TODAY,
            reason="调任",
            at=AT,
        )
    with pytest.raises(InvalidInput) as fault:
        services.post_end(actor=admin, post_id=post.pk, until=date(2019, 1, 1), reason=" ", at=AT)
    assert set(fault.value.fields) == {"until", "reason"}

    services.post_end(actor=admin, post_id=post.pk, until=TODAY, reason="调任", at=AT)
    post.refresh_from_db()
    assert selectors.actor_for_post(post, TODAY).role is Role.CLERK
    with pytest.raises(selectors.PostIsNotInForce):
        selectors.actor_for_post(post, TODAY + timedelta(days=1))
    with pytest.raises(services.PostHasEnded):
        services.post_end(actor=admin, post_id=post.pk, until=TODAY, reason="调任", at=AT)
    assert latest().kind == "identity.post-ended"


# Delegation


def grant(actor: Any, post: Post, to: Any, **changes: Any) -> Delegation:
    values = {"since": TODAY, "until": date(2026, 12, 10), "reason": "出差", "at": AT} | changes
    return services.delegation_grant(actor=actor, post_id=post.pk, to_person_id=to.pk, **values)


def test_a_delegation_gives_and_takes_rights_by_date() -> None:
    president = PostFactory(president=True, intermediate=True)
    deputy = PostFactory(vice_president=True, court=president.court)
    grant(actor_of(president), president, deputy.person, since=date(2026, 12, 1))
    user = deputy.person.user
    assert user is not None
    days = {
        day: [choice.post_id for choice in selectors.post_choices(user, day)]
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 10), date(2026, 12, 11))
    }
    assert list(days.values()) == [
        [deputy.pk],
        [deputy.pk, president.pk],
        [deputy.pk, president.pk],
        [deputy.pk],
    ]
    choice = selectors.post_choices(user, date(2026, 12, 1))[1]
    actor = selectors.actor_for_choice(choice, date(2026, 12, 1))
    assert (actor.role, actor.scope) == (Role.PRESIDENT, Scope.COURTS_BELOW)
    assert (actor.person_id, actor.post_id) == (deputy.person_id, deputy.pk)
    assert actor.on_behalf_of_post_id == president.pk
    with pytest.raises(selectors.DelegationIsNotInForce):
        selectors.actor_for_choice(choice, date(2026, 12, 11))


def test_a_delegation_ends_with_the_post_with_the_stand_in_and_by_revoking() -> None:
    delegation = DelegationFactory()
    own = delegation.to_person.posts.get()
    assert selectors.actor_for_delegation(delegation.pk, TODAY).role is Role.PRESIDENT

    own.until = TODAY - timedelta(days=1)
    own.save(update_fields=["until"])
    with pytest.raises(selectors.DelegationIsNotInForce):
        selectors.actor_for_delegation(delegation.pk, TODAY)
    own.until = None
    own.save(update_fields=["until"])

    post = delegation.from_post
    post.until = TODAY - timedelta(days=1)
    post.save(update_fields=["until"])
    with pytest.raises(selectors.DelegationIsNotInForce):
        selectors.actor_for_delegation(delegation.pk, TODAY)
    post.until = None
    post.save(update_fields=["until"])

    services.delegation_revoke(actor=actor_of(post), delegation_id=delegation.pk, at=AT)
    with pytest.raises(selectors.DelegationIsNotInForce):
        selectors.actor_for_delegation(delegation.pk, TODAY)
    with pytest.raises(services.DelegationHasEnded):
        services.delegation_revoke(actor=actor_of(post), delegation_id=delegation.pk, at=AT)
    assert latest().kind == "identity.delegation-revoked"


def test_who_may_not_hand_on_a_post() -> None:
    delegation = DelegationFactory()
    president, deputy = delegation.from_post, delegation.to_person
    standing_in = selectors.actor_for_delegation(delegation.pk, TODAY)
    other_deputy = PostFactory(vice_president=True, court=president.court)
    later = {"since": date(2027, 1, 1), "until": date(2027, 1, 5)}
    with pytest.raises(NotPermitted):  # what was received is not handed on
        grant(standing_in, president, other_deputy.person, **later)
    with pytest.raises(NotPermitted):  # nor does a colleague hand on another's post
        grant(actor_of(other_deputy), president, deputy, **later)
    admin = PostFactory(administrator=True, court=president.court)
    with pytest.raises(NotPermitted):  # nor an administrator to herself
        grant(actor_of(admin), president, admin.person, **later)
    with pytest.raises(NotPermitted):
        grant(actor_with(Role.ADMINISTRATOR, court=CourtFactory(code="冀0684")), president, deputy, **later)
    assert Delegation.objects.count() == 1
    grant(actor_with(Role.ADMINISTRATOR, court=president.court), president, other_deputy.person, **later)
    assert Delegation.objects.count() == 2


def test_a_post_goes_only_to_someone_next_to_it_in_the_same_court() -> None:
    president = PostFactory(president=True, court=CourtFactory(code="冀0606"))
    for to in (
        PostFactory(clerk=True, court=president.court),
        PostFactory(vice_president=True, court=CourtFactory(code="冀0602")),
        PostFactory(vice_president=True, court=president.court, ended=True),
    ):
        with pytest.raises(services.CannotStandIn):
            grant(actor_of(president), president, to.person)
    judge = PostFactory(judge=True, court=president.court)
    with pytest.raises(services.CannotStandIn):  # trial work changes hands case by case
        grant(actor_of(judge), judge, PostFactory(judge=True, court=president.court).person)
    deputy = PostFactory(vice_president=True, court=president.court)
    grant(actor_of(president), president, deputy.person)
    with pytest.raises(services.CannotStandIn):  # one at a time
        grant(actor_of(president), president, PostFactory(vice_president=True, court=president.court).person)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"until": date(2026, 11, 1)}, "until", id="ends before it begins"),
        pytest.param({"since": date(2026, 11, 23)}, "since", id="begins in the past"),
        pytest.param({"until": date(2027, 6, 1)}, "until", id="beyond the term of the post"),
        pytest.param({"reason": " "}, "reason", id="no reason"),
    ],
)
def test_a_delegation_that_cannot_be_right(changes: dict[str, Any], field: str) -> None:
    president = PostFactory(president=True, until=date(2026, 12, 31))
    deputy = PostFactory(vice_president=True, court=president.court)
    with pytest.raises(InvalidInput) as fault:
        grant(actor_of(president), president, deputy.person, **changes)
    assert set(fault.value.fields) == {field}


def test_those_concerned_are_told() -> None:
    president = PostFactory(president=True)
    deputy = PostFactory(vice_president=True, court=president.court)
    made = grant(actor_with(Role.ADMINISTRATOR, court=president.court), president, deputy.person)
    told = {notice.person_id: notice.text for notice in Notice.objects.all()}
    assert "由您代理" in told[deputy.person_id]
    assert "代理您的" in told[president.person_id]
    services.delegation_revoke(actor=actor_of(president), delegation_id=made.pk, at=AT)
    assert Notice.objects.filter(person_id=deputy.person_id, text__contains="撤销").count() == 1
    assert not Notice.objects.filter(person_id=president.person_id, text__contains="撤销").exists()


# Recusal


def relate(actor: Any, person: Any, **changes: Any) -> RecusalRelation:
    values = {"kind": RecusalKind.RELATIVE, "name": "李某", "relation": "配偶", "at": AT} | changes
    return services.relation_add(actor=actor, person_id=person.pk, **values)


def test_who_declares_and_who_enters_a_relation() -> None:
    judge = PostFactory(court=CourtFactory(code="冀0606"))
    for role in (Role.JUDGE, Role.PRESIDENT, Role.CLERK, Role.INSPECTOR):
        with pytest.raises(NotPermitted):
            relate(actor_with(role, court=judge.court), judge.person)
    with pytest.raises(NotPermitted):
        relate(actor_with(Role.TRIAL_MANAGEMENT, court=CourtFactory(code="冀0602")), judge.person)
    relate(actor_of(judge), judge.person)
    relate(actor_with(Role.TRIAL_MANAGEMENT, court=judge.court), judge.person, name="王某")
    relate(actor_with(Role.ADMINISTRATOR, court=judge.court), judge.person, name="赵某")
    assert judge.person.recusals.count() == 3
    assert "李某" not in latest().text  # the journal names the judge, not the relative
    with pytest.raises(InvalidInput) as fault:
        relate(actor_of(judge), judge.person, name="", relation="")
    assert set(fault.value.fields) == {"name", "relation"}


def test_one_does_not_take_back_the_own_declaration() -> None:
    judge = PostFactory()
    made = relate(actor_of(judge), judge.person)
    with pytest.raises(NotPermitted):
        services.relation_remove(actor=actor_of(judge), relation_id=made.pk, reason="记错了", at=AT)
    manager = actor_with(Role.TRIAL_MANAGEMENT, court=judge.court)
    with pytest.raises(InvalidInput):
        services.relation_remove(actor=manager, relation_id=made.pk, reason="", at=AT)
    services.relation_remove(actor=manager, relation_id=made.pk, reason="记错了", at=AT)
    assert not RecusalRelation.objects.exists()
    assert latest().kind == "identity.recusal-relation-removed"
