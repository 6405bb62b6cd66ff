"""Tokens with which programs act: issued once, shown once, ended at once, never more than their post."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from xiezhi.foundation.errors import InvalidInput, NotPermitted
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity import selectors
from xiezhi.identity.contracts import ApiScope, Role
from xiezhi.identity.models import ApiToken
from xiezhi.identity.services import tokens as services
from xiezhi.identity.tests import factories
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import (
    PASSWORD,
    TODAY,
    CourtFactory,
    DelegationFactory,
    PostFactory,
    actor_of,
    actor_with,
)

pytestmark = pytest.mark.django_db

AT = factories.NOW
UNTIL = date(2027, 2, 1)


def issue(actor: Any, *scopes: ApiScope, **changes: Any) -> services.NewToken:
    values: dict[str, Any] = {"name": "统计报送", "expires_on": UNTIL, "at": AT}
    wanted = scopes or (ApiScope.CASES_READ,)
    return services.token_issue(actor=actor, scopes=wanted, **(values | changes))


def test_a_program_acts_as_the_post_of_its_owner() -> None:
    post = PostFactory(judge=True)
    made = issue(actor_of(post), ApiScope.CASES_READ, ApiScope.LAW)
    assert made.secret.startswith(made.token.prefix)
    assert made.secret not in str(ApiToken.objects.values()) + str(JournalEntry.objects.values())
    assert JournalEntry.objects.get().kind == "identity.token-issued"

    actor = selectors.actor_from_token(made.secret, on=TODAY, scope=ApiScope.CASES_READ)
    assert actor == actor_of(post)
    with pytest.raises(NotPermitted):
        selectors.actor_from_token(made.secret, on=TODAY, scope=ApiScope.PARTICIPANTS_READ)
    with pytest.raises(selectors.TokenIsNotValid):
        selectors.actor_from_token(made.secret + "x", on=TODAY, scope=ApiScope.CASES_READ)


def test_use_is_noted_but_not_at_every_call() -> None:
    made = issue(actor_with(Role.JUDGE))
    for minutes, noted in ((0, 0), (1, 0), (6, 6)):
        at = AT + timedelta(minutes=minutes)
        services.token_use(secret=made.secret, scope=ApiScope.CASES_READ, at=at)
        assert ApiToken.objects.get().latest_used_at == AT + timedelta(minutes=noted)


def test_when_a_token_no_longer_holds() -> None:
    post = PostFactory(judge=True)
    secret = issue(actor_of(post)).secret

    def holds(on: date = TODAY) -> bool:
        try:
            selectors.actor_from_token(secret, on=on, scope=ApiScope.CASES_READ)
        except (selectors.TokenIsNotValid, NotPermitted):
            return False
        return True

    assert holds(UNTIL)
    assert not holds(UNTIL + timedelta(days=1))
    user = post.person.user
    assert user is not None
    user.is_active = False
    user.save()
    assert not holds()
    user.is_active = True
    user.save()
    post.until = TODAY - timedelta(days=1)
    post.save()
    assert not holds()
    post.until = None
    post.save()
    assert holds()
    services.token_revoke(actor=actor_of(post), token_id=ApiToken.objects.get().pk, at=AT)
    assert not holds()
    with pytest.raises(services.TokenIsRevoked):
        services.token_revoke(actor=actor_of(post), token_id=ApiToken.objects.get().pk, at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"expires_on": TODAY}, "expires_on"),
        ({"expires_on": date(2028, 1, 1)}, "expires_on"),
        ({"scopes": []}, "scopes"),
        ({"scopes": [ApiScope.JOURNAL_READ]}, "scopes"),
        ({"scopes": [ApiScope.APPLICATIONS_WRITE]}, "scopes"),
    ],
    ids=["no name", "over today", "too long", "nothing allowed", "not an auditor", "not a filing clerk"],
)
def test_a_token_that_cannot_be_right(changes: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {"name": "x", "scopes": [ApiScope.LAW], "expires_on": UNTIL, "at": AT}
    with pytest.raises(InvalidInput) as fault:
        services.token_issue(actor=actor_with(Role.JUDGE), **(values | changes))
    assert set(fault.value.fields) == {field}
    assert not ApiToken.objects.exists()


def test_scopes_follow_the_post() -> None:
    assert ApiScope.JOURNAL_READ in selectors.scopes_offered(actor_with(Role.PRESIDENT))
    assert selectors.scopes_offered(actor_with(Role.ADMINISTRATOR)) == [ApiScope.LAW]


def test_no_token_for_a_post_held_by_delegation() -> None:
    actor = selectors.actor_for_delegation(DelegationFactory().pk, TODAY)
    with pytest.raises(NotPermitted):
        issue(actor)


def test_who_revokes() -> None:
    post = PostFactory(judge=True, court=CourtFactory(code="冀0606"))
    token = issue(actor_of(post)).token
    for other in (
        actor_with(Role.JUDGE, court=post.court),
        actor_with(Role.PRESIDENT, court=post.court),
        actor_with(Role.ADMINISTRATOR, court=CourtFactory(code="冀0602")),
    ):
        with pytest.raises(NotPermitted):
            services.token_revoke(actor=other, token_id=token.pk, at=AT)
    services.token_revoke(actor=actor_with(Role.ADMINISTRATOR, court=post.court), token_id=token.pk, at=AT)
    assert "撤销" in JournalEntry.objects.order_by("-pk")[0].text


def test_the_page_asks_for_the_password_and_shows_the_secret_once(frozen: time_machine.Traveller) -> None:
    post = PostFactory(judge=True)
    client = Client()
    client.post("/accounts/login/", {"login": post.person.staff_number, "password": PASSWORD})
    url = reverse("identity:token_new")
    assert client.get(url)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(url).status_code == 200
    refused = client.post(url, {"name": "报送", "scopes": ["journal:read"], "expires_on": "20270101"})
    assert refused.status_code == 422
    assert 'value="报送"' in refused.content.decode()

    made = client.post(url, {"name": "报送", "scopes": ["cases:read"], "expires_on": "20270101"})
    token = ApiToken.objects.get()
    html = made.content.decode()
    assert html.count(token.prefix) >= 1
    assert "no-store" in made["Cache-Control"]
    profile = client.get(reverse("identity:profile")).content.decode()
    assert f"{token.prefix}…" in profile
    client.post(reverse("identity:token_revoke", args=[token.pk]))
    assert ApiToken.objects.get().revoked_at is not None


def test_another_person_cannot_revoke_from_the_page(sign_in: SignIn) -> None:
    token = issue(actor_with(Role.JUDGE)).token
    response = sign_in(PostFactory()).post(reverse("identity:token_revoke", args=[token.pk]))
    assert response.status_code == 403
    assert ApiToken.objects.get().revoked_at is None
