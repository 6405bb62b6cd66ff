"""What a court sets for itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xiezhi.foundation import court_settings
from xiezhi.identity import policies, selectors
from xiezhi.identity.forms import SettingForm
from xiezhi.identity.services import audit as services
from xiezhi.identity.views.pages import FormPage


@require_GET
@login_required
def setting_list(request: HttpRequest) -> HttpResponse:
    """Every setting of a court, what holds today and what is planned."""
    actor = selectors.actor_from(request)
    today = timezone.localdate()
    courts = selectors.settings_courts(actor, on=today)
    court = selectors.settings_court(actor, request.GET.get("court", ""), on=today)
    managed = selectors.court_codes_managed(actor)
    context = {
        "courts": courts,
        "court": court,
        "groups": selectors.settings_of(court, on=today),
        "can_change": policies.can_change_settings(actor, court.code, managed),
    }
    return render(request, "identity/settings.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def setting_detail(request: HttpRequest, court_code: str, key: str) -> HttpResponse:
    """One setting: what it means, what was set when and why, and a change."""
    actor = selectors.actor_from(request)
    today = timezone.localdate()
    court = selectors.settings_court(actor, court_code, on=today)
    try:
        definition = court_settings.definition(key)
    except court_settings.UnknownSetting:
        raise Http404 from None
    managed = selectors.court_codes_managed(actor)
    can_change = policies.can_change_settings(actor, court.code, managed)
    value = court_settings.get(key, court.code, today)
    list_url = f"{reverse('identity:settings')}?court={court.code}"
    crumbs = [(_("法院参数"), list_url), (definition.label, "")]
    context = {
        "court": court,
        "definition": definition,
        "value": definition.words(value),
        "default": definition.words(definition.default),
        "history": selectors.setting_history(definition, court),
        "can_change": can_change,
        "today": today,
        "crumbs": crumbs,
    }
    if not can_change:
        if request.method == "POST":
            policies.require(can_change)
        return render(request, "identity/setting.html", context)
    form = SettingForm(
        request.POST or None, definition=definition, value=value, initial={"valid_from": today}
    )

    def act(data: dict[str, Any]) -> None:
        services.setting_change(
            actor=actor,
            court_code=court.code,
            key=key,
            value=None if data["to_default"] else data["value"],
            valid_from=data["valid_from"],
            reason=data["reason"],
            at=timezone.now(),
        )

    return FormPage(
        title=definition.label,
        submit=_("修改"),
        done_url=reverse("identity:setting", args=[court.code, key]),
        success=_("参数已修改，从生效日起按新值计算；以前的案件不受影响。"),
        template="identity/setting.html",
        extra=context,
    ).answer(request, form, act)
