"""The own account: posts, delegations, security, tokens, notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiezhi.foundation import notices
from xiezhi.foundation.paging import page_by_key
from xiezhi.identity import policies, selectors
from xiezhi.identity.contracts import Actor, ApiScope, RecusalKind
from xiezhi.identity.forms import DelegationForm, RelationForm, TokenForm
from xiezhi.identity.models import User
from xiezhi.identity.rules.posts import can_be_delegated
from xiezhi.identity.services import posts, sign_in, tokens
from xiezhi.identity.views.pages import FormPage
from xiezhi.identity.views.sign_in import safe_next


def _crumbs(title: Any) -> list[tuple[Any, str]]:
    return [(_("我的账号"), reverse("identity:profile")), (title, "")]


@require_GET
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is here: posts over time, delegations both ways, security, tokens."""
    user = cast(User, request.user)
    today = timezone.localdate()
    person = selectors.person_of(user)
    actor: Actor | None = getattr(request, "actor", None)
    context: dict[str, Any] = {"person": person, "today": today, "mfa": is_mfa_enabled(user)}
    if person is not None:
        held = selectors.posts_of(person)
        given = selectors.delegations_given(person)
        context |= {
            "posts": [(post, selectors.post_title(post), post.is_in_force(today)) for post in held],
            "given": _delegations(given, today),
            "received": _delegations(selectors.delegations_received(person), today),
            "can_delegate": any(p.is_in_force(today) and can_be_delegated(p.role_code) for p in held),
            "tokens": [(token, token.is_in_force(today)) for token in selectors.tokens_of(person)],
            "choices": selectors.post_choices(user, today),
        }
    if actor is not None and person is not None:
        context["relations"] = [
            (relation, RecusalKind(relation.kind).label) for relation in selectors.relations_of(actor, person)
        ]
        context["looks"] = selectors.looks_at(person)
        context["can_issue"] = policies.can_issue_token(actor)
    return render(request, "identity/profile.html", context)


def _delegations(found: list[Any], today: Any) -> list[dict[str, Any]]:
    return [
        {
            "delegation": delegation,
            "title": selectors.post_title(delegation.from_post),
            "state": "now"
            if delegation.is_in_force(today)
            else "later"
            if delegation.revoked_on is None and today < delegation.since
            else "over",
        }
        for delegation in found
    ]


@require_POST
@login_required
def switch_post(request: HttpRequest) -> HttpResponse:
    """Act from another of one's posts from now on, in this session."""
    wanted = request.POST.get("post") or request.POST.get("key") or ""
    key, actor = sign_in.post_switch(
        user=cast(User, request.user),
        before=getattr(request, "actor", None),
        wanted=wanted,
        at=timezone.now(),
    )
    request.session[sign_in.SESSION_KEY] = key
    messages.success(request, _("现在以“%s”办公。") % actor.title)
    return redirect(safe_next(request))


@require_http_methods(["GET", "POST"])
@login_required
def delegation_new(request: HttpRequest) -> HttpResponse:
    """Let a colleague stand in for one of one's own posts."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, actor.person_id)
    today = timezone.localdate()
    held = [p for p in selectors.posts_of(person) if p.is_in_force(today) and can_be_delegated(p.role_code)]
    form = DelegationForm(
        request.POST or None,
        posts=[(p.pk, f"{p.court.name} {selectors.post_title(p)}") for p in held],
        people=[(p.pk, f"{p.name}（{p.staff_number}）") for p in selectors.stand_ins_for_posts(held, today)],
        initial={"since": today, "until": today + timedelta(days=6)},
    )

    def act(data: dict[str, Any]) -> None:
        posts.delegation_grant(
            actor=actor,
            post_id=data["post"],
            to_person_id=data["to_person"],
            since=data["since"],
            until=data["until"],
            reason=data["reason"],
            at=timezone.now(),
        )

    title = _("安排岗位代理")
    return FormPage(
        title=title,
        submit=_("安排代理"),
        done_url=reverse("identity:profile") + "#delegations",
        success=_("代理已安排，代理人从起期当日起可以切换到这个岗位。"),
        crumbs=_crumbs(title),
        preview=[
            _("代理期间，代理人以这个岗位的权限办理事务，每一步都记明代理；期满自动失效，也可以随时撤销。")
        ],
    ).answer(request, form, act)


@require_POST
@login_required
def delegation_revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation at once."""
    actor = selectors.actor_from(request)
    posts.delegation_revoke(actor=actor, delegation_id=delegation_id, at=timezone.now())
    messages.success(request, _("代理已撤销，立即生效。"))
    return redirect(safe_next(request, reverse("identity:profile") + "#delegations"))


@require_http_methods(["GET", "POST"])
@login_required
def own_relation_add(request: HttpRequest) -> HttpResponse:
    """Declare someone in whose cases one must not sit."""
    actor = selectors.actor_from(request)
    form = RelationForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        posts.relation_add(
            actor=actor,
            person_id=actor.person_id,
            kind=RecusalKind(data["kind"]),
            name=data["name"],
            relation=data["relation"],
            note=data["note"],
            at=timezone.now(),
        )

    title = _("申报回避关系")
    return FormPage(
        title=title,
        submit=_("申报"),
        done_url=reverse("identity:profile") + "#relations",
        success=_("回避关系已登记。"),
        crumbs=_crumbs(title),
        preview=[_("分案和组成合议庭时，您不会被分到这个人、这个单位作为当事人的案件。")],
        statutes={"kind": _("民事诉讼法第四十七条")},
    ).answer(request, form, act)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def token_new(request: HttpRequest) -> HttpResponse:
    """Issue a token; its secret is shown once, on this answer."""
    actor = selectors.actor_from(request)
    policies.require(
        policies.can_issue_token(actor), _("代理他人岗位时不能签发接口令牌，请切换到本人的岗位。")
    )
    form = TokenForm(
        request.POST or None,
        scopes=[(scope.value, scope.label) for scope in selectors.scopes_offered(actor)],
        initial={"expires_on": timezone.localdate() + timedelta(days=90)},
    )

    def act(data: dict[str, Any]) -> HttpResponse:
        made = tokens.token_issue(
            actor=actor,
            name=data["name"],
            scopes=[ApiScope(value) for value in data["scopes"]],
            expires_on=data["expires_on"],
            at=timezone.now(),
        )
        return render(request, "identity/token_made.html", {"made": made})

    title = _("签发接口令牌")
    return FormPage(
        title=title,
        submit=_("签发"),
        done_url=reverse("identity:profile") + "#tokens",
        crumbs=_crumbs(title),
        lead=_("程序凭令牌以“%s”岗位的身份调用接口，权限不会超过这个岗位。") % actor.title,
    ).answer(request, form, act)


@require_POST
@login_required
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    actor = selectors.actor_from(request)
    tokens.token_revoke(actor=actor, token_id=token_id, at=timezone.now())
    messages.success(request, _("令牌已撤销，使用它的程序不能再调用接口。"))
    return redirect(safe_next(request, reverse("identity:profile") + "#tokens"))


@require_GET
@login_required
def notices_list(request: HttpRequest) -> HttpResponse:
    """Messages to oneself, newest first."""
    actor = selectors.actor_from(request)
    unread_only = request.GET.get("show") == "unread"
    page = page_by_key(
        notices.notices_for(actor.person_id, unread_only=unread_only),
        order=("-created_at", "-pk"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    unread = notices.unread_count(actor.person_id)
    context = {"page": page, "unread": unread, "unread_only": unread_only}
    return render(request, "identity/notices.html", context)


@require_POST
@login_required
def notices_mark_read(request: HttpRequest) -> HttpResponse:
    """Mark messages read: one, or all; then on to what the message is about."""
    actor = selectors.actor_from(request)
    wanted = request.POST.get("notice", "")
    ids = [int(wanted)] if wanted.isdecimal() else None
    notices.mark_read(actor.person_id, at=timezone.now(), notice_ids=ids)
    return redirect(safe_next(request, reverse("identity:notices")))
