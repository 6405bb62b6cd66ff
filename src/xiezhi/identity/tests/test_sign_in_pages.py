"""Signing in: password, lock-out, second factor, single sign-on, demonstration; what the journal keeps."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from allauth.core import context as allauth_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import User
from xiezhi.identity.services import people
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import (
    NOW,
    PASSWORD,
    CourtFactory,
    PersonFactory,
    PostFactory,
    UserFactory,
    actor_with,
)
from xiezhi.identity.tests.test_pages_whole import check

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
NEW_PASSWORD = "Granite-Willow-Compass-77"


def post_login(client: Client, username: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(LOGIN, {"login": username, "password": password, **more})  # type: ignore[return-value]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def kinds() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_the_page_is_chinese_and_keeps_the_content_policy() -> None:
    page = Client().get(LOGIN)
    assert page.status_code == 200
    html = page.content.decode()
    check(html)
    assert "工号" in html
    assert "忘记密码的，请联系本院系统管理员重置" in html
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_password_opens_the_desk_and_is_recorded() -> None:
    post = PostFactory()
    client = Client()
    response = post_login(client, post.person.staff_number)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert signed_in(client)
    entry = JournalEntry.objects.get(kind="identity.signed-in")
    assert entry.actor_person_id == post.person_id
    assert entry.court_code == post.court.code
    assert entry.payload["method"] == "password"


def test_leads_on_to_the_page_that_was_asked_for_but_never_to_another_site() -> None:
    number = PostFactory().person.staff_number
    assert post_login(Client(), number, next="/people/")["Location"] == "/people/"
    assert post_login(Client(), number, next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("who", ["known", "unknown", "locked"])
def test_a_wrong_sign_in_says_the_same_for_known_and_unknown_names(who: str) -> None:
    post = PostFactory(person__user__locked=who == "locked")
    client = Client()
    name = post.person.staff_number if who != "unknown" else "nobody"
    page = post_login(client, name, "wrong-password")
    assert not signed_in(client)
    assert "工号或者密码不正确" in page.content.decode()
    entry = JournalEntry.objects.get(kind="identity.sign-in-failed")
    assert entry.payload["known"] is (who != "unknown")
    assert "nobody" not in str(entry.payload)


def test_a_locked_account_does_not_open_with_the_right_password() -> None:
    post = PostFactory(person__user__locked=True)
    client = Client()
    post_login(client, post.person.staff_number)
    assert not signed_in(client)


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(
    frozen: time_machine.Traveller,
) -> None:
    number, other = PostFactory().person.staff_number, PostFactory().person.staff_number
    client = Client()
    for _attempt in range(5):
        post_login(client, number, "wrong-password")
    page = post_login(client, number).content.decode()
    assert "账号已暂时锁定" in page
    assert not signed_in(client)
    post_login(client, number)  # the refusals of one lock are one entry
    locked = [e for e in JournalEntry.objects.filter(kind="identity.sign-in-failed") if "锁定" in e.text]
    assert len(locked) == 1

    post_login(client, other)  # a colleague at the same machine is not locked out
    assert signed_in(client)

    frozen.shift(15 * 60 + 1)
    later = Client()
    post_login(later, number)
    assert signed_in(later)


def test_signing_out_is_recorded(sign_in: SignIn) -> None:
    client = sign_in(PostFactory())
    assert "退出登录" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert not signed_in(client)
    assert "identity.signed-out" in kinds()


def test_a_first_password_must_be_changed_before_anything_else() -> None:
    post = PostFactory(person__user__first_password=True)
    client = Client()
    post_login(client, post.person.staff_number)
    for url in ("/", reverse("identity:profile"), reverse("identity:people")):
        assert client.get(url)["Location"] == reverse("account_change_password")
    page = client.get(reverse("account_change_password")).content.decode()
    check(page)
    assert "请先设置新密码" in page

    form = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    refused = client.post(reverse("account_change_password"), form)
    assert "密码没有修改" in refused.content.decode()
    assert User.objects.get(pk=post.person.user_id).must_change_password

    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    done = client.post(reverse("account_change_password"), form)
    assert done["Location"] == "/"
    assert client.get(reverse("identity:profile")).status_code == 200
    assert "identity.password-changed" in kinds()


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("Short-1a", id="too short"),
        pytest.param("onlysmallletters", id="one kind of character"),
        pytest.param("123456789012345", id="only digits"),
    ],
)
def test_weak_passwords_are_refused(password: str, sign_in: SignIn) -> None:
    client = sign_in(PostFactory())
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post(reverse("account_change_password"), form)
    assert page.status_code == 200
    assert "密码没有修改" in page.content.decode()


# A second factor


def code_of(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_a_second_factor_is_asked_for_and_its_secret_is_encrypted() -> None:
    post = PostFactory()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(post.person.user, secret)
    assert secret not in str(Authenticator.objects.get(user=post.person.user).data)

    client = Client()
    response = post_login(client, post.person.staff_number)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    page = client.get(reverse("mfa_authenticate")).content.decode()
    check(page)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "验证码不正确" in wrong.content.decode()
    assert not signed_in(client)

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert signed_in(client)
    assert JournalEntry.objects.get(kind="identity.signed-in").payload["method"] == "mfa"


def test_a_recovery_code_works_once() -> None:
    post = PostFactory()
    user = post.person.user
    totp.TOTP.activate(user, totp.generate_totp_secret())
    codes = RecoveryCodes.activate(user).get_unused_codes()
    for expected in (True, False):
        client = Client()
        post_login(client, post.person.staff_number)
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert signed_in(client) is expected


def test_setting_up_a_phone_from_the_pages() -> None:
    post = PostFactory()
    client = Client()
    post_login(client, post.person.staff_number)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    check(client.get(asked["Location"]).content.decode())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    html = page.content.decode()
    assert "data:image/svg+xml" in html
    check(html.replace(secret, ""))
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "没有启用" in wrong.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    for name in (
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_deactivate_totp",
    ):
        check(client.get(reverse(name)).content.decode())
    client.post(reverse("mfa_deactivate_totp"))
    assert kinds().count("identity.multi-factor-changed") >= 2


def test_the_other_pages_of_the_account(sign_in: SignIn) -> None:
    post = PostFactory()
    client = Client()
    post_login(client, post.person.staff_number)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "account_change_password"):
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        check(page.content.decode())


def test_devices_are_listed_in_words_and_signed_out_elsewhere() -> None:
    post = PostFactory()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    here, there = Client(HTTP_USER_AGENT=agent), Client(HTTP_USER_AGENT=agent.replace("Chrome", "Firefox"))
    for client in (here, there):
        post_login(client, post.person.staff_number)
        client.get("/")
    page = here.get(reverse("usersessions_list")).content.decode()
    check(page)
    assert "Chrome，Windows" in page
    assert "Firefox，Windows" in page
    assert page.count("本机") == 1
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("identity:profile")).status_code == 200
    assert there.get(reverse("identity:profile")).status_code == 302


def test_one_device_is_signed_out_and_only_by_its_owner(sign_in: SignIn) -> None:
    post = PostFactory()
    here, there = Client(), Client()
    for client in (here, there):
        post_login(client, post.person.staff_number)
        client.get("/")
    other = UserSession.objects.get(session_key=there.session.session_key)
    url = reverse("identity:device_sign_out", args=[other.pk])
    assert sign_in(PostFactory()).post(url).status_code == 404
    assert there.get(reverse("identity:profile")).status_code == 200
    assert here.post(url).status_code == 302
    assert there.get(reverse("identity:profile")).status_code == 302
    assert here.get(reverse("identity:profile")).status_code == 200
    assert kinds()[-1] == "identity.device-signed-out"


def test_a_locked_account_and_a_reset_password_end_every_session_at_once(sign_in: SignIn) -> None:
    post = PostFactory()
    admin = actor_with(Role.ADMINISTRATOR, court=post.court)
    client = sign_in(post)
    assert client.get(reverse("identity:profile")).status_code == 200
    people.account_lock(actor=admin, person_id=post.person_id, reason="离岗", at=NOW)
    assert client.get(reverse("identity:profile")).status_code == 302
    people.account_unlock(actor=admin, person_id=post.person_id, reason="返岗", at=NOW)
    client = sign_in(post)
    people.account_reset_password(actor=admin, person_id=post.person_id, at=NOW)
    assert client.get(reverse("identity:profile")).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/reset/done/",
        "confirm-email/",
        "3rdparty/",
        "login/code/confirm/",
    ],
)
def test_what_a_court_does_not_offer(path: str) -> None:
    for response in (
        Client().get(f"/accounts/{path}"),
        Client().post(f"/accounts/{path}", {"email": "a@b.cn"}),
    ):
        assert response.status_code == 404
        check(response.content.decode())


# Single sign-on

OIDC = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "court-sso",
                "name": "法院统一身份认证",
                "client_id": "x",
                "secret": "y",
                "settings": {"server_url": "https://sso.example"},
            }
        ]
    }
}


def sso(claims: dict[str, Any], uid: str = "u1") -> tuple[Any, HttpResponse]:
    """Return the request and the answer after the identity provider vouched for someone."""
    request = RequestFactory().get("/accounts/oidc/court-sso/login/callback/")
    request.session = SessionStore()
    request.session.create()
    request.user = AnonymousUser()
    request._messages = SessionStorage(request)
    login = SocialLogin(
        user=User(),
        account=SocialAccount(provider="court-sso", uid=uid, extra_data=claims),
        email_addresses=[],
    )
    login.state = {}
    with allauth_context.request_context(request):
        response = complete_social_login(request, login)
    return request, response


@override_settings(SOCIALACCOUNT_PROVIDERS=OIDC)
@pytest.mark.parametrize("nested", [False, True], ids=["at the top", "in the identity token"])
def test_single_sign_on_opens_the_account_of_the_staff_number(nested: bool) -> None:
    post = PostFactory()
    number = {"staff_number": post.person.staff_number}
    request, response = sso({"id_token": number} if nested else number)
    assert response.status_code == 302
    assert request.user == post.person.user
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().user == post.person.user


@override_settings(SOCIALACCOUNT_PROVIDERS=OIDC)
@pytest.mark.parametrize(
    "claims",
    [{"staff_number": "T-UNKNOWN"}, {}, {"email": "judge@court.cn"}],
    ids=["unknown", "none", "only mail"],
)
def test_single_sign_on_refuses_an_unknown_staff_number(claims: dict[str, Any]) -> None:
    PostFactory(person__user__email="judge@court.cn")
    request, response = sso(claims)
    assert response["Location"] == reverse("account_login")
    assert not request.user.is_authenticated
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert "没有账号" in str(next(iter(get_messages(request))))
    assert JournalEntry.objects.get().kind == "identity.sign-in-failed"


@override_settings(SOCIALACCOUNT_PROVIDERS=OIDC)
def test_single_sign_on_refuses_a_locked_account_and_an_invented_person() -> None:
    locked = PostFactory(person__user__locked=True)
    request, _response = sso({"staff_number": locked.person.staff_number})
    assert not request.user.is_authenticated
    invented = PostFactory(person__demo=True)
    request, _response = sso({"staff_number": invented.person.staff_number}, uid="u2")
    assert not request.user.is_authenticated


@override_settings(SOCIALACCOUNT_PROVIDERS=OIDC)
def test_a_link_does_not_outlive_a_change_of_the_number() -> None:
    post = PostFactory()
    sso({"staff_number": post.person.staff_number})
    other = PostFactory()
    request, response = sso({"staff_number": other.person.staff_number})
    assert not request.user.is_authenticated
    assert response["Location"] == reverse("account_login")


@override_settings(SOCIALACCOUNT_PROVIDERS=OIDC)
def test_the_sign_in_page_names_the_provider() -> None:
    assert "法院统一身份认证" in Client().get(LOGIN).content.decode()


# The demonstration


def test_demonstration_lists_every_role_of_an_upper_and_two_basic_courts() -> None:
    for code in ("冀06", "冀0602", "冀0606", "冀0607"):
        for role in Role:
            PostFactory(role=role.value, court=CourtFactory(code=code), person__demo=True)
    PostFactory(person__name="真实人员")
    with override_settings(DEMO=True):
        page = Client().get(LOGIN).content.decode()
    check(page)
    for role in Role:
        assert page.count(f"<strong>{role.label}</strong>") == 3
    assert "保定市中级人民法院" in page
    assert "真实人员" not in page
    with override_settings(DEMO=False):
        assert "演示登录" not in Client().get(LOGIN).content.decode()


def test_demonstration_sign_in_is_one_click() -> None:
    post = PostFactory(person__demo=True)
    client = Client()
    with override_settings(DEMO=True):
        response = client.post(reverse("identity:demo_sign_in"), {"person": post.person_id})
    assert response["Location"] == "/"
    assert signed_in(client)
    assert JournalEntry.objects.get(kind="identity.signed-in").payload["method"] == "demo"
    with override_settings(DEMO=True):  # nobody knows the password, so it is not asked for again
        assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_demonstration_sign_in_acts_from_the_post_that_was_clicked() -> None:
    first = PostFactory(person__demo=True, role=Role.FILING_CLERK)
    second = PostFactory(person=first.person, court=first.court, role=Role.ARCHIVIST)
    strange = PostFactory(role=Role.PRESIDENT)
    with override_settings(DEMO=True):
        for post, role in ((first, first.role_code), (second, second.role_code), (strange, first.role_code)):
            client = Client()
            client.post(reverse("identity:demo_sign_in"), {"person": f"{first.person_id}:{post.pk}"})
            assert client.get("/profile/").wsgi_request.actor.role == role


def test_demonstration_sign_in_is_closed_otherwise() -> None:
    url = reverse("identity:demo_sign_in")
    demo = PostFactory(person__demo=True)
    real = PostFactory()
    locked = PostFactory(person__demo=True, person__user__locked=True)
    accountless = PersonFactory(demo=True, user=None)
    client = Client()
    with override_settings(DEMO=False):
        assert client.post(url, {"person": demo.person_id}).status_code == 404
    with override_settings(DEMO=True):
        assert client.get(url).status_code == 405
        for person_id in (real.person_id, locked.person_id, accountless.pk, 0, "x"):
            assert client.post(url, {"person": person_id}).status_code == 404
        enforcing = Client(enforce_csrf_checks=True)
        assert enforcing.post(url, {"person": demo.person_id}).status_code == 403
    assert not signed_in(client)


def test_an_account_without_a_person_signs_in_and_sees_that_it_has_no_post() -> None:
    user = UserFactory()
    client = Client()
    post_login(client, user.username)
    page = client.get("/")
    assert page.status_code == 200
    assert "没有在任的岗位" in page.content.decode()
