"""Pages of assignment: who gets the case, who sits with the judge."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiezhi.cases.contracts import TeamRole
from xiezhi.cases.forms.assignment import ManualForm, TeamForm
from xiezhi.cases.forms.faults import add_faults
from xiezhi.cases.rules import assignment as rules
from xiezhi.cases.selectors import assignment as selectors
from xiezhi.cases.services import assignment as services
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.contracts import Actor
from xiezhi.identity.selectors import actor_from


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, case_id: int) -> HttpResponse:
    """Draw the judge at random, or, for those who may, name one by hand with a reason."""
    actor = actor_from(request)
    if request.method != "POST":
        return _assign_page(request, actor, case_id)
    if request.POST.get("mode") == "manual":
        return _assign_manually(request, actor, case_id)
    version = request.POST.get("version", "")
    case = services.case_assign(
        actor=actor, case_id=case_id, version=int(version) if version.isdecimal() else None, at=timezone.now()
    )
    messages.success(request, _("已随机分给%s承办。") % (case.judge.name if case.judge else ""))
    return redirect("cases:assign", case_id)


def _assign_manually(request: HttpRequest, actor: Actor, case_id: int) -> HttpResponse:
    page = selectors.assignment_page(actor=actor, case_id=case_id)
    pool = services.pool_for(page.case, on=timezone.localdate())
    form = ManualForm(request.POST, judges=[(str(c.person_id), c.name) for c in pool.candidates])
    status = 422
    if form.is_valid():
        try:
            case = services.case_assign_manually(
                actor=actor,
                case_id=case_id,
                judge_id=int(form.cleaned_data["judge"]),
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                at=timezone.now(),
            )
        except InvalidInput as fact:
            add_faults(form, fact)
        except Refused as fact:
            add_faults(form, fact)
            status = 409
        else:
            messages.success(request, _("已指定%s承办。") % (case.judge.name if case.judge else ""))
            return redirect("cases:assign", case_id)
    return _assign_page(request, actor, case_id, form=form, status=status)


def _assign_page(
    request: HttpRequest, actor: Actor, case_id: int, *, form: ManualForm | None = None, status: int = 200
) -> HttpResponse:
    page = selectors.assignment_page(actor=actor, case_id=case_id)
    context: dict[str, Any] = {"page": page, "case": page.case, "today": timezone.localdate()}
    if page.can_draw:
        pool = services.pool_for(page.case, on=timezone.localdate())
        barred = {conflict.person_id: conflict for conflict in pool.conflicts}
        eligible = sorted(
            (c for c in pool.candidates if c.person_id not in barred), key=lambda c: (c.load, c.person_id)
        )
        weights = rules.weights_of(eligible)
        context |= {
            "eligible": [
                {"name": c.name, "load": c.load, "weight": w, "percent": round(100 * w / sum(weights))}
                for c, w in zip(eligible, weights, strict=True)
            ],
            "barred": list(pool.conflicts),
            "form": form
            or ManualForm(
                judges=[
                    (str(c.person_id), _("%(n)s（在办%(l)d件）") % {"n": c.name, "l": c.load})
                    for c in eligible
                ],
                initial={"version": page.case.version},
            ),
            "wrong": form is not None,
        }
    return render(request, "cases/assignment_page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, case_id: int) -> HttpResponse:
    """A sole judge or a panel, as the procedure says, with assistant and clerk."""
    actor = actor_from(request)
    page = selectors.team_page(actor=actor, case_id=case_id, today=timezone.localdate())
    procedure = page.case.kind_rule.procedure(page.case.procedure)
    judges = selectors.options(page.judges)
    leading = page.leading
    # The judge in charge may preside, and sits in the panel anyway.
    first = [(str(leading.person_id), _("%s（承办人）") % leading.person.name)] if leading is not None else []
    options: dict[str, Any] = {
        "presiding": [*first, *judges],
        "judges": judges,
        "assessors": selectors.options(page.assessors),
        "assistants": selectors.options(page.assistants),
        "clerks": selectors.options(page.clerks),
        "panel_size": procedure.panel_size,
        "takes_assessors": procedure.assessors,
    }
    status = 200
    if request.method == "POST":
        form = TeamForm(request.POST, **options)
        status = 422
        if form.is_valid():
            try:
                services.case_set_team(
                    actor=actor,
                    case_id=case_id,
                    data=form.team(),
                    version=form.cleaned_data["version"],
                    at=timezone.now(),
                )
            except InvalidInput as fact:
                add_faults(form, fact)
            except Refused as fact:
                add_faults(form, fact)
                status = 409
            else:
                messages.success(request, _("审判组织已确定，三日内告知当事人。"))
                return redirect("cases:team", case_id)
    else:
        form = TeamForm(initial=_standing(page), **options)
    return render(
        request,
        "cases/team_page.html",
        {"page": page, "case": page.case, "form": form, "procedure": procedure, "wrong": status != 200},
        status=status,
    )


def _standing(page: selectors.TeamPage) -> dict[str, Any]:
    by_role: dict[str, list[int]] = {}
    for member in page.members:
        by_role.setdefault(member.role, []).append(member.person_id)

    def first(role: TeamRole) -> int | str:
        return next(iter(by_role.get(role, ())), "")

    return {
        "presiding": first(TeamRole.PRESIDING_JUDGE) or (page.case.judge_id or ""),
        "panel": by_role.get(TeamRole.PANEL_JUDGE, []),
        "assessors": by_role.get(TeamRole.ASSESSOR, []),
        "assistant": first(TeamRole.ASSISTANT),
        "clerk": first(TeamRole.CLERK),
        "version": page.case.version,
    }
