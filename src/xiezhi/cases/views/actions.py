"""Steps of a case, each with its own address: a form that says what will happen, one call, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xiezhi.cases.contracts import (
    AgentKind,
    Authority,
    Category,
    LinkKind,
    ParticipantRole,
    ServiceMode,
    Stage,
)
from xiezhi.cases.forms import decisions as decision_forms
from xiezhi.cases.forms import participants as participant_forms
from xiezhi.cases.forms.faults import add_faults
from xiezhi.cases.rules import kinds
from xiezhi.cases.selectors import case_page as selectors
from xiezhi.cases.selectors import previews
from xiezhi.cases.selectors.case_page import CasePage
from xiezhi.cases.selectors.previews import Line
from xiezhi.cases.services import assignment, clocks, decisions, participants, serving
from xiezhi.cases.views.case_page import cover, load
from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.parties.services import NameDiffers

if TYPE_CHECKING:
    from xiezhi.cases.models import DecisionService, Participant

Statutes = Mapping[str, tuple[str, str]]
form_page = require_http_methods(["GET", "HEAD", "POST"])

_CIVIL_APPEAL = (
    "民事诉讼法第一百七十一条",
    "当事人不服地方人民法院第一审判决的，有权在判决书送达之日起十五日内向上一级人民法院提起上诉；"
    "不服裁定的，在裁定书送达之日起十日内。",
)
_POSTED = ("民事诉讼法第八十五条", "期间不包括在途时间，诉讼文书在期满前交邮的，不算过期。")


def _allowed(page: CasePage, key: str) -> None:
    """Raise NotPermitted or Refused, with the sentence the cover shows, unless the step can be taken now."""
    action = page.action(key)
    if action is None:
        raise Refused(_("%s现在不在可以办理这一步的阶段。") % page.case.number)
    if action.enabled:
        return
    if not action.permitted:
        raise NotPermitted(_("%(what)s：%(why)s。") % {"what": action.label, "why": action.why_not})
    raise Refused(_("%(what)s：%(why)s。") % {"what": action.label, "why": action.why_not})


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _step(
    request: HttpRequest,
    page: CasePage,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    run: Callable[[], object],
    done: str,
    back: str,
    lines: Callable[[], Sequence[Line]] | None = None,
    statutes: Statutes | None = None,
    lead: str = "",
    active: str = "overview",
) -> HttpResponse:
    """Show the form of a step, or take it; what a service refuses is shown with all that was typed."""
    if request.method != "POST" and request.GET.get("preview"):
        return render(request, "cases/case_preview.html", {"lines": list(lines()) if lines else []})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                run()
            except InvalidInput as fact:
                add_faults(form, fact)
            except Refused as fact:
                form.add_error(None, fact.message)
                status = 409
            else:
                messages.success(request, done)
                return redirect(back)
    return render(
        request,
        "cases/case_step.html",
        {
            **cover(page, active),
            "form": form,
            "title": title,
            "submit": submit,
            "lead": lead,
            "back": back,
            "has_preview": lines is not None,
            "lines": list(lines()) if lines else [],
            "fields": [
                (field, *(statutes or {}).get(field.name, ("", ""))) for field in form.visible_fields()
            ],
        },
        status=status,
    )


def _data(request: HttpRequest) -> Any:
    """What the form is bound to: what was posted, or what the preview asks about; None to show it empty."""
    if request.method == "POST":
        return request.POST
    return request.GET if request.GET.get("preview") else None


def _clean(form: forms.Form, name: str) -> Any:
    """A value that is right as far as it goes; of an unbound form what it begins with."""
    if not form.is_bound:
        return form.get_initial_for_field(form.fields[name], name)
    form.is_valid()
    return getattr(form, "cleaned_data", {}).get(name)


@require_POST
def begin(request: HttpRequest, case_id: int) -> HttpResponse:
    """Begin preparation or handling."""
    page = load(request, case_id)
    _allowed(page, "begin")
    case = assignment.case_begin(
        actor=page.actor, case_id=case_id, at=timezone.now(), version=_version(request)
    )
    messages.success(request, _("已进入“%s”阶段。") % case.stage_code.label)
    return redirect(page.url)


def _decided(page: CasePage, outcome: str) -> str:
    """Say what was done, and what comes of it by itself."""
    kind = page.case.kind_rule
    follows = next((o.follows for o in kind.outcomes if o.key == outcome), "")
    if kind.closes_on is not Stage.CLOSED:
        return _("已登记裁判，请宣判。")
    if not follows:
        return _("已结案。")
    return _("已结案，%s的立案申请已转立案庭审查。") % kinds.get(follows).name


@form_page
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """Enter what the sole judge or panel decided."""
    page = load(request, case_id)
    _allowed(page, "decide")
    form = decision_forms.DecideForm(
        _data(request), kind=page.case.kind_rule, initial={"decided_on": page.today}
    )
    closes = page.case.kind_rule.closes_on is Stage.CLOSED
    return _step(
        request,
        page,
        form,
        title=_("结案") if closes else _("作出裁判"),
        submit=_("结案") if closes else _("登记裁判"),
        run=lambda: decisions.case_decide(
            actor=page.actor, case_id=case_id, data=form.given, at=timezone.now(), version=_version(request)
        ),
        done=_decided(page, request.POST.get("outcome", "")),
        back=f"{page.url}documents/",
        lines=lambda: previews.decide(page, _clean(form, "outcome") or "", _clean(form, "decided_on")),
        active="documents",
    )


@form_page
def pronounce(request: HttpRequest, case_id: int) -> HttpResponse:
    """Pronounce the decision, which closes the case."""
    page = load(request, case_id)
    _allowed(page, "pronounce")
    form = decision_forms.PronounceForm(_data(request), initial={"pronounced_on": page.today})
    return _step(
        request,
        page,
        form,
        title=_("宣判"),
        submit=_("宣判并结案"),
        run=lambda: decisions.case_pronounce(
            actor=page.actor,
            case_id=case_id,
            pronounced_on=form.cleaned_data["pronounced_on"],
            at=timezone.now(),
            version=_version(request),
        ),
        done=_("已宣判结案，请向各方当事人送达。"),
        back=f"{page.url}service/",
        lines=lambda: previews.pronounce(page, _clean(form, "pronounced_on")),
        statutes={
            "pronounced_on": (
                "法释〔2000〕29号第十条",
                "判决书宣判、裁定书宣告的日期为结案时间。",
            )
        },
        active="documents",
    )


def _participant(page: CasePage, participant_id: int) -> Participant:
    found = next((p for p in page.participants if p.pk == participant_id), None)
    if found is None:
        raise ObjectDoesNotExist
    return found


def _service_of(page: CasePage, participant_id: int) -> DecisionService | None:
    return next((s for s in page.services if s.participant_id == participant_id), None)


@form_page
def serve(request: HttpRequest, case_id: int, participant_id: int) -> HttpResponse:
    """Enter service on one participant, or correct it."""
    page = load(request, case_id)
    participant = _participant(page, participant_id)
    if not page.can_support:
        raise NotPermitted(_("送达由本案审判团队登记。"))
    if page.case.stage_code not in {Stage.PRONOUNCED, Stage.APPEALED}:
        raise Refused(_("裁判还没有宣告或者已经生效，不能登记送达。"))
    known = _service_of(page, participant_id)
    initial = {"served_on": known.served_on, "mode": known.mode} if known else {"served_on": page.today}
    civil = page.case.kind_rule.category is Category.CIVIL
    ask_abroad = civil and page.decision is not None and bool(page.decision.appeal_period)
    form = decision_forms.ServeForm(_data(request), initial=initial, ask_abroad=ask_abroad)
    return _step(
        request,
        page,
        form,
        title=_("更正送达：%s") % participant.name if known else _("登记送达：%s") % participant.name,
        submit=_("登记送达"),
        run=lambda: serving.decision_serve(
            actor=page.actor,
            case_id=case_id,
            participant_id=participant_id,
            mode=ServiceMode(form.cleaned_data["mode"]),
            served_on=form.cleaned_data["served_on"],
            abroad=form.cleaned_data.get("abroad", False),
            at=timezone.now(),
        ),
        done=_("已登记对%s的送达。") % participant.name,
        back=f"{page.url}service/",
        lines=lambda: previews.serve(
            page,
            participant.name,
            _clean(form, "served_on"),
            abroad=ask_abroad and bool(_clean(form, "abroad")),
        ),
        statutes={
            "abroad": (
                "民事诉讼法第二百八十六条",
                "在中华人民共和国领域内没有住所的当事人，不服第一审人民法院判决、裁定的，"
                "有权在判决书、裁定书送达之日起三十日内提起上诉。",
            ),
            "served_on": (
                "民事诉讼法第八十七条",
                "送达诉讼文书必须有送达回证，由受送达人记明收到日期，签名或者盖章；签收日期为送达日期。",
            ),
        },
        active="service",
    )


@form_page
def appeal(request: HttpRequest, case_id: int, participant_id: int) -> HttpResponse:
    """Enter an appeal; whether it is in time is shown before it is entered."""
    page = load(request, case_id)
    participant = _participant(page, participant_id)
    if not page.can_support:
        raise NotPermitted(_("上诉由本案审判团队登记。"))
    known = _service_of(page, participant_id)
    if known is None:
        raise Refused(_("请先登记对%s的送达，上诉期自送达起算。") % participant.name)
    form = decision_forms.AppealForm(_data(request), initial={"received_on": page.today})
    until = known.appeal_until
    return _step(
        request,
        page,
        form,
        title=_("登记上诉：%s") % participant.name,
        submit=_("登记上诉"),
        run=lambda: serving.appeal_lodge(
            actor=page.actor,
            case_id=case_id,
            participant_id=participant_id,
            posted_on=form.cleaned_data["posted_on"],
            received_on=form.cleaned_data["received_on"],
            claims=form.cleaned_data["claims"],
            at=timezone.now(),
        ),
        done=_("已登记%s的上诉。") % participant.name,
        back=f"{page.url}service/",
        lines=lambda: previews.appeal(
            page, participant.name, until, _clean(form, "posted_on"), _clean(form, "received_on")
        ),
        lead=_("%(name)s于 %(on)s 收到裁判，上诉期至 %(until)s。")
        % {
            "name": participant.name,
            "on": known.served_on.isoformat(),
            "until": until.isoformat() if until else _("（不能上诉）"),
        },
        statutes={"posted_on": _POSTED, "received_on": _CIVIL_APPEAL},
        active="service",
    )


@form_page
def effect(request: HttpRequest, case_id: int) -> HttpResponse:
    """Note that the decision took effect."""
    page = load(request, case_id)
    _allowed(page, "effect")
    appealed = page.case.stage_code is Stage.APPEALED
    upper = selectors.second_instance(page) if appealed else None
    known_result = (
        {"effective_on": upper.effective_on, "note": f"{upper.number}：{upper.outcome_name}"}
        if upper is not None
        else {"effective_on": page.today}
    )
    form = (
        decision_forms.EffectForm(_data(request), initial=known_result)
        if appealed
        else decision_forms.ConfirmForm(_data(request))
    )
    known = selectors.effect(page).on
    return _step(
        request,
        page,
        form,
        title=_("登记生效"),
        submit=_("登记生效"),
        run=lambda: serving.case_take_effect(
            actor=page.actor,
            case_id=case_id,
            at=timezone.now(),
            effective_on=form.cleaned_data.get("effective_on"),
            note=form.cleaned_data.get("note", ""),
        ),
        done=_("已登记裁判生效。"),
        back=f"{page.url}documents/",
        lines=lambda: previews.effect(page, _clean(form, "effective_on") if appealed else known),
        active="documents",
    )


@form_page
def archive(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put the closed case into the archive."""
    page = load(request, case_id)
    _allowed(page, "archive")
    form = decision_forms.ConfirmForm(_data(request))
    return _step(
        request,
        page,
        form,
        title=_("归档"),
        submit=_("归档"),
        run=lambda: decisions.case_archive(actor=page.actor, case_id=case_id, at=timezone.now()),
        done=_("已归档。"),
        back=page.url,
        lines=lambda: previews.archive(page),
    )


@form_page
def resume(request: HttpRequest, case_id: int) -> HttpResponse:
    """End a running exclusion or suspension."""
    page = load(request, case_id)
    _allowed(page, "resume")
    changes = [
        (
            c.pk,
            _("%(kind)s：%(reason)s，自 %(since)s")
            % {"kind": c.get_kind_display(), "reason": c.reason, "since": c.since.isoformat()},
        )
        for c in page.open_stops
    ]
    form = decision_forms.ResumeForm(_data(request), changes=changes, initial={"until": page.today})

    def chosen() -> int | None:
        value = _clean(form, "change")
        return int(value) if value else None

    return _step(
        request,
        page,
        form,
        title=_("恢复审理"),
        submit=_("恢复计算审限"),
        run=lambda: clocks.clock_resume(
            actor=page.actor,
            case_id=case_id,
            change_id=int(form.cleaned_data["change"]),
            until=form.cleaned_data["until"],
            at=timezone.now(),
        ),
        done=_("已恢复计算审限。"),
        back=page.url,
        lines=lambda: previews.resume(page, chosen(), _clean(form, "until")),
        statutes={
            "until": (
                "民事诉讼法第一百五十三条第二款",
                "中止诉讼的原因消除后，恢复诉讼。",
            )
        },
    )


@form_page
def link(request: HttpRequest, case_id: int) -> HttpResponse:
    """Link the case to another by number."""
    page = load(request, case_id)
    _allowed(page, "link")
    form = decision_forms.LinkForm(_data(request))
    return _step(
        request,
        page,
        form,
        title=_("关联案件"),
        submit=_("关联"),
        run=lambda: decisions.case_link(
            actor=page.actor,
            case_id=case_id,
            kind=LinkKind(form.cleaned_data["kind"]),
            number=form.cleaned_data["number"],
            note=form.cleaned_data["note"],
            at=timezone.now(),
        ),
        done=_("已关联。"),
        back=page.url,
    )


@form_page
def join(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add a participant."""
    page = load(request, case_id)
    _allowed(page, "join")
    at = timezone.now()
    initial = {
        "kind": "PERSON",
        "identity_kind": "ID_CARD",
        "role": page.case.kind_rule.second_roles[0].value,
    }
    form = participant_forms.JoinForm(_data(request), case_kind=page.case.kind_rule, at=at, initial=initial)

    def run() -> None:
        try:
            participants.participant_join(
                actor=page.actor,
                case_id=case_id,
                role=ParticipantRole(form.cleaned_data["role"]),
                party=form.party(form.cleaned_data),
                reason=form.cleaned_data["reason"],
                at=at,
                version=_version(request),
            )
        except NameDiffers:
            form.ask_to_confirm()
            raise

    return _step(
        request,
        page,
        form,
        title=_("追加当事人"),
        submit=_("追加"),
        run=run,
        done=_("已追加当事人。"),
        back=f"{page.url}parties/",
        statutes={
            "role": (
                "民事诉讼法第一百三十五条",
                "必须共同进行诉讼的当事人没有参加诉讼的，人民法院应当通知其参加诉讼。",
            )
        },
        active="parties",
    )


@form_page
def leave(request: HttpRequest, case_id: int, participant_id: int) -> HttpResponse:
    """Note that a participant left the case."""
    page = load(request, case_id)
    participant = _participant(page, participant_id)
    _allowed(page, "join")
    if participant.left_on is not None:
        messages.info(request, _("%s已经退出诉讼。") % participant.name)
        return redirect(f"{page.url}parties/")
    form = participant_forms.LeaveForm(_data(request), initial={"left_on": page.today})
    return _step(
        request,
        page,
        form,
        title=_("退出诉讼：%s") % participant.name,
        submit=_("登记退出"),
        run=lambda: participants.participant_leave(
            actor=page.actor,
            case_id=case_id,
            participant_id=participant_id,
            reason=form.cleaned_data["reason"],
            left_on=form.cleaned_data["left_on"],
            at=timezone.now(),
        ),
        done=_("已登记%s退出诉讼。") % participant.name,
        back=f"{page.url}parties/",
        lead=_("当事人的记录会保留，退出后不再向其送达。"),
        active="parties",
    )


@form_page
def appoint(request: HttpRequest, case_id: int, participant_id: int) -> HttpResponse:
    """Enter an agent of a participant."""
    page = load(request, case_id)
    participant = _participant(page, participant_id)
    _allowed(page, "join")
    form = participant_forms.AgentForm(_data(request), category=page.case.kind_rule.category)
    return _step(
        request,
        page,
        form,
        title=_("登记代理人：%s") % participant.name,
        submit=_("登记"),
        run=lambda: participants.agent_appoint(
            actor=page.actor,
            case_id=case_id,
            participant_id=participant_id,
            kind=AgentKind(form.cleaned_data["kind"]),
            name=form.cleaned_data["name"],
            authority=Authority(form.cleaned_data["authority"]),
            authority_detail=form.cleaned_data["authority_detail"],
            firm=form.cleaned_data["firm"],
            licence_number=form.cleaned_data["licence_number"],
            at=timezone.now(),
            version=_version(request),
        ),
        done=_("已登记代理人。"),
        back=f"{page.url}parties/",
        statutes={
            "kind": ("民事诉讼法第六十一条", "当事人、法定代理人可以委托一至二人作为诉讼代理人。"),
            "authority": (
                "民事诉讼法第六十二条",
                "诉讼代理人代为承认、放弃、变更诉讼请求，进行和解，提起反诉或者上诉，必须有委托人的特别授权。",
            ),
        },
        active="parties",
    )


@require_POST
def dismiss(request: HttpRequest, case_id: int, agent_id: int) -> HttpResponse:
    """Note that a mandate ended; said twice it stays ended."""
    page = load(request, case_id)
    _allowed(page, "join")
    agent = next((a for p in page.participants for a in p.agents.all() if a.pk == agent_id), None)
    if agent is None:
        raise ObjectDoesNotExist
    if agent.until is None:
        participants.agent_dismiss(actor=page.actor, case_id=case_id, agent_id=agent_id, at=timezone.now())
    messages.success(request, _("已解除对%s的委托。") % agent.name)
    return redirect(f"{page.url}parties/")
