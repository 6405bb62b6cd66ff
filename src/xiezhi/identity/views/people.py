"""The register of people: list, file, appointments, accounts, delegations, recusal relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiezhi.identity import policies, selectors
from xiezhi.identity.contracts import Actor, Permission, RecusalKind, Role, Sex
from xiezhi.identity.forms import (
    AppointForm,
    DelegationForm,
    PeopleFilter,
    PersonChangeForm,
    PersonForm,
    PostEndForm,
    ReasonForm,
    RelationForm,
    taken,
)
from xiezhi.identity.models import Person
from xiezhi.identity.rules.posts import can_be_delegated
from xiezhi.identity.services import looks
from xiezhi.identity.services import people as services
from xiezhi.identity.services import posts as post_services
from xiezhi.identity.views.exports import csv_response, xlsx_response
from xiezhi.identity.views.pages import FormPage

COLUMNS = [
    {"key": "staff_number", "label": gettext_lazy("工号"), "fixed": True},
    {"key": "name", "label": gettext_lazy("姓名"), "fixed": True},
    {"key": "sex", "label": gettext_lazy("性别"), "hidden": True},
    {"key": "court", "label": gettext_lazy("法院")},
    {"key": "post", "label": gettext_lazy("现任岗位")},
    {"key": "since", "label": gettext_lazy("任职起")},
    {"key": "account", "label": gettext_lazy("账号")},
]


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("人员和岗位"), reverse("identity:people")), *more]


def _person_crumbs(person: Person, title: Any) -> list[tuple[Any, str]]:
    return _crumbs((person.name, _file(person)), (title, ""))


def _file(person: Person) -> str:
    return reverse("identity:person_detail", args=[person.pk])


def _filter(request: HttpRequest, actor: Actor) -> tuple[PeopleFilter, dict[str, Any]]:
    form = PeopleFilter(request.GET, courts=selectors.courts_registered(actor))
    values = taken(form)
    return form, {
        "text": values.get("q", ""),
        "court_id": values.get("court"),
        "role": values.get("role", ""),
        "in_post_only": values.get("posts") != "all",
    }


@require_GET
@login_required
def people_list(request: HttpRequest) -> HttpResponse:
    """Everyone in post in the courts of one's register."""
    actor = selectors.actor_from(request)
    policies.require_permission(actor, Permission.PEOPLE_VIEW)
    today = timezone.localdate()
    form, conditions = _filter(request, actor)
    page = selectors.people_page(
        actor, on=today, after=request.GET.get("after"), before=request.GET.get("before"), **conditions
    )
    rows = [(person, Sex(person.sex).label, _now(person)) for person in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "active": len(taken(form)),
        "columns": COLUMNS,
        "can_export": policies.can_export_people(actor),
        "can_create": policies.has_permission(actor, Permission.PEOPLE_MANAGE),
    }
    return render(request, "identity/people.html", context)


def _now(person: Any) -> list[tuple[str, str, Any]]:
    return [(post.court.name, selectors.post_title(post), post.since) for post in person.current_posts]


@require_GET
@login_required
def people_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same people as a file; that they were taken away is recorded."""
    actor = selectors.actor_from(request)
    bound, conditions = _filter(request, actor)
    found = selectors.people_export(actor, on=timezone.localdate(), **conditions)
    shown = {str(bound.fields[name].label): str(value) for name, value in taken(bound).items()}
    looks.people_exported(actor=actor, filters=shown, at=timezone.now())

    def rows() -> Iterator[list[object]]:
        for person in found:
            posts = _now(person)
            yield [
                person.staff_number,
                person.name,
                Sex(person.sex).label,
                "；".join(court for court, _title, _since in posts),
                "；".join(title for _court, title, _since in posts),
                "；".join(since.isoformat() for _court, _title, since in posts),
            ]

    header = [_("工号"), _("姓名"), _("性别"), _("法院"), _("现任岗位"), _("任职起")]
    name = str(_("人员名册"))
    return xlsx_response(name, header, rows()) if form == "xlsx" else csv_response(name, header, rows())


@require_GET
@login_required
def person_detail(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person's file. Looking at a colleague's is recorded, and the person can see by whom."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    now = timezone.now()
    today = timezone.localdate(now)
    looks.person_file_opened(actor=actor, person=person, at=now)
    managed = selectors.court_codes_managed(actor)
    posts = selectors.posts_of(person)
    courts = frozenset(post.court.code for post in posts)
    manages = policies.has_permission(actor, Permission.PEOPLE_MANAGE) and (
        not courts or bool(courts & managed)
    )
    context = {
        "person": person,
        "sex": Sex(person.sex).label,
        "today": today,
        "posts": [
            {
                "post": post,
                "title": selectors.post_title(post),
                "role": post.role_code.label,
                "now": post.is_in_force(today),
                "can_end": (post.until is None or post.until >= today)
                and policies.can_appoint(actor, person.pk, post.court.code, managed),
            }
            for post in posts
        ],
        "given": selectors.delegations_given(person),
        "received": selectors.delegations_received(person),
        "revocable": {
            d.pk
            for d in selectors.delegations_given(person)
            if d.revoked_on is None and d.until >= today and policies.can_revoke_delegation(actor, d, managed)
        },
        "relations": [
            (relation, RecusalKind(relation.kind).label) for relation in selectors.relations_of(actor, person)
        ],
        "can_relate": policies.can_manage_relations(actor, person.pk, courts, managed),
        "manages": manages,
        "can_appoint": manages and actor.person_id != person.pk,
        "can_account": manages and actor.person_id != person.pk,
        "can_delegate": manages
        and any(p.is_in_force(today) and can_be_delegated(p.role_code) for p in posts),
        "tokens": [(token, token.is_in_force(today)) for token in selectors.tokens_of(person)]
        if manages
        else [],
        "entries": selectors.entries_about_person(actor, person),
    }
    return render(request, "identity/person_detail.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def person_new(request: HttpRequest) -> HttpResponse:
    """Enter a person, with an account if wanted; its first password is shown once, on this answer."""
    actor = selectors.actor_from(request)
    policies.require_permission(actor, Permission.PEOPLE_MANAGE)
    form = PersonForm(request.POST or None)

    def act(data: dict[str, Any]) -> HttpResponse:
        person, account = services.person_enter(
            actor=actor,
            name=data["name"],
            staff_number=data["staff_number"],
            sex=Sex(data["sex"]),
            with_account=data["open_account"],
            email=data["email"],
            at=timezone.now(),
        )
        appoint_url = reverse("identity:post_appoint", args=[person.pk])
        if account is None:
            messages.success(request, _("%s已登记，请接着登记岗位。") % person.name)
            return redirect(appoint_url)
        return render(
            request,
            "identity/account_made.html",
            {"person": person, "account": account, "next_url": appoint_url, "fresh": True},
        )

    title = _("登记人员")
    return FormPage(
        title=title,
        submit=_("登记"),
        done_url=reverse("identity:people"),
        crumbs=_crumbs((title, "")),
        preview=[_("登记后接着登记岗位；没有在任岗位的人员不能办公。")],
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def person_change(request: HttpRequest, person_id: int) -> HttpResponse:
    """Correct a person's data."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    services.require_person_managed(actor, person)
    email = person.user.email if person.user else ""
    form = PersonChangeForm(
        request.POST or None, initial={"name": person.name, "sex": person.sex, "email": email}
    )
    if person.user is None:
        del form.fields["email"]

    def act(data: dict[str, Any]) -> None:
        services.person_change(
            actor=actor,
            person_id=person.pk,
            name=data["name"],
            sex=Sex(data["sex"]),
            email=data.get("email", ""),
            at=timezone.now(),
        )

    title = _("修改资料")
    return FormPage(
        title=title,
        submit=_("保存"),
        done_url=_file(person),
        success=_("资料已修改。"),
        crumbs=_person_crumbs(person, title),
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def post_appoint(request: HttpRequest, person_id: int) -> HttpResponse:
    """Appoint a person to a post."""
    actor = selectors.actor_from(request)
    person = selectors.person_to_appoint(actor, person_id)
    today = timezone.localdate()
    courts = selectors.courts_managed(actor, on=today)
    form = AppointForm(
        request.POST or None,
        courts=courts,
        divisions=selectors.divisions_open([court.pk for court in courts], on=today),
        initial={"court": actor.court_id, "since": today},
    )

    def act(data: dict[str, Any]) -> None:
        post_services.post_appoint(
            actor=actor,
            person_id=person.pk,
            court_id=data["court"],
            division_id=data["division"] or None,
            role=Role(data["role"]),
            title=data["title"],
            since=data["since"],
            until=data["until"],
            at=timezone.now(),
        )

    title = _("任命")
    return FormPage(
        title=_("任命%s") % person.name,
        submit=title,
        done_url=_file(person),
        success=_("任命已登记，从任职日起生效。"),
        crumbs=_person_crumbs(person, title),
        preview=[_("从任职日起，可以切换到这个岗位办公，查看范围和权限随岗位而定。")],
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def post_end(request: HttpRequest, post_id: int) -> HttpResponse:
    """End a post."""
    actor = selectors.actor_from(request)
    post = selectors.post_get(actor, post_id)
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_appoint(actor, post.person_id, post.court.code, managed))
    form = PostEndForm(request.POST or None, initial={"until": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        post_services.post_end(
            actor=actor, post_id=post.pk, until=data["until"], reason=data["reason"], at=timezone.now()
        )

    title = _("免职")
    return FormPage(
        title=_("免去%(name)s的%(title)s职务")
        % {"name": post.person.name, "title": selectors.post_title(post)},
        submit=title,
        done_url=_file(post.person),
        success=_("免职已登记。"),
        crumbs=_person_crumbs(post.person, title),
        preview=[_("最后任职日以后不能再以这个岗位办公，由别人代理这个岗位的安排同时失效。")],
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def person_delegate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Arrange for someone to stand in for a person, as the administrator."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    today = timezone.localdate()
    managed = selectors.court_codes_managed(actor)
    held = [
        post
        for post in selectors.posts_of(person)
        if post.is_in_force(today)
        and can_be_delegated(post.role_code)
        and policies.can_grant_delegation(actor, post, 0, managed)
    ]
    policies.require(bool(held))
    form = DelegationForm(
        request.POST or None,
        posts=[(post.pk, f"{post.court.name} {selectors.post_title(post)}") for post in held],
        people=[(p.pk, f"{p.name}（{p.staff_number}）") for p in selectors.stand_ins_for_posts(held, today)],
        initial={"since": today},
    )

    def act(data: dict[str, Any]) -> None:
        post_services.delegation_grant(
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
        done_url=_file(person),
        success=_("代理已安排。"),
        crumbs=_person_crumbs(person, title),
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def relation_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note someone in whose cases the person must not sit."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    courts = frozenset(post.court.code for post in selectors.posts_of(person))
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_manage_relations(actor, person.pk, courts, managed))
    form = RelationForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        post_services.relation_add(
            actor=actor,
            person_id=person.pk,
            kind=RecusalKind(data["kind"]),
            name=data["name"],
            relation=data["relation"],
            note=data["note"],
            at=timezone.now(),
        )

    title = _("登记回避关系")
    return FormPage(
        title=title,
        submit=_("登记"),
        done_url=_file(person),
        success=_("回避关系已登记。"),
        crumbs=_person_crumbs(person, title),
        statutes={"kind": _("民事诉讼法第四十七条")},
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def relation_remove(request: HttpRequest, person_id: int, relation_id: int) -> HttpResponse:
    """Take back a relation noted by mistake."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    relation = next(r for r in _relations(actor, person) if r.pk == relation_id)
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        post_services.relation_remove(
            actor=actor, relation_id=relation.pk, reason=data["reason"], at=timezone.now()
        )

    title = _("删除回避关系")
    return FormPage(
        title=title,
        submit=_("删除"),
        done_url=_file(person),
        success=_("回避关系已删除，日志保留登记过的事实。"),
        crumbs=_person_crumbs(person, title),
        lead=f"{relation.name}（{relation.relation}）",
    ).answer(request, form, act)


def _relations(actor: Actor, person: Person) -> Iterator[Any]:
    yield from selectors.relations_of(actor, person)
    raise Person.DoesNotExist


@never_cache
@require_POST
@login_required
def account_open(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open an account; the first password is shown once."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    account = services.account_open(actor=actor, person_id=person.pk, at=timezone.now())
    context = {"person": person, "account": account, "next_url": _file(person), "fresh": True}
    return render(request, "identity/account_made.html", context)


@never_cache
@require_POST
@login_required
def account_reset(request: HttpRequest, person_id: int) -> HttpResponse:
    """Replace a forgotten password; the new one is shown once."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    account = services.account_reset_password(actor=actor, person_id=person.pk, at=timezone.now())
    context = {"person": person, "account": account, "next_url": _file(person), "fresh": False}
    return render(request, "identity/account_made.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def account_lock(request: HttpRequest, person_id: int) -> HttpResponse:
    """Keep a person from signing in, or let them in again."""
    actor = selectors.actor_from(request)
    person = selectors.person_get(actor, person_id)
    services.require_all_posts_managed(actor, person, at=timezone.now())
    active = person.user is not None and person.user.is_active
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        change = services.account_lock if active else services.account_unlock
        change(actor=actor, person_id=person.pk, reason=data["reason"], at=timezone.now())

    title = _("停用账号") if active else _("恢复账号")
    return FormPage(
        title=title,
        submit=title,
        done_url=_file(person),
        success=_("账号已停用，所有登录立即失效。") if active else _("账号已恢复。"),
        crumbs=_person_crumbs(person, title),
    ).answer(request, form, act)
