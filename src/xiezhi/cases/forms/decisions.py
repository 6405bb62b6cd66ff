"""Forms of a case's end: decision, pronouncement, service, appeal, effect; the end of a stop; links."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiezhi.cases.contracts import LinkKind, ServiceMode
from xiezhi.cases.forms.applications import date_field
from xiezhi.cases.forms.base import CourtForm
from xiezhi.cases.rules import kinds
from xiezhi.cases.services.decisions import DecisionInput

_CITED = re.compile(r"《(?P<law>[^》]{2,60})》\s*(?P<article>第[^，,；;\n]{1,60})")


def _text(label: Any, rows: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=100_000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class DecideForm(CourtForm):
    """What the sole judge or panel decided."""

    outcome = forms.ChoiceField(label=_("结案方式"))
    decided_on = date_field(_("裁判日期"))
    result = _text(_("裁判主文、处理结果"), 6)
    facts = _text(_("查明的事实"), 5, required=False)
    reasoning = _text(_("裁判理由"), 5, required=False)
    cited = _text(
        _("引用的法律条文"),
        3,
        required=False,
        help_text=_("每行一条，如《中华人民共和国民法典》第六百七十五条"),
    )

    def __init__(self, *args: Any, kind: kinds.CaseKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)  # noqa: S101 - declared above
        outcome.choices = [
            ("", _("请选择")),
            *((o.key, f"{o.name}（{o.document.label}）") for o in kind.outcomes),
        ]

    def clean_cited(self) -> list[dict[str, str]]:
        """Each line names a law in 《》 and an article."""
        found = []
        for line in self.cleaned_data["cited"].splitlines():
            if not line.strip():
                continue
            parts = _CITED.search(line)
            if parts is None:
                raise forms.ValidationError(
                    _("“%(line)s”看不出法律名称和条文，请写成《法律名称》第几条。"),
                    params={"line": line.strip()[:40]},
                )
            found.append({"law": parts["law"].strip(), "article": parts["article"].strip()})
        return found

    @property
    def given(self) -> DecisionInput:
        data = self.cleaned_data
        return DecisionInput(
            outcome=data["outcome"],
            decided_on=data["decided_on"],
            result=data["result"],
            facts=data["facts"],
            reasoning=data["reasoning"],
            cited_articles=data["cited"],
        )


class PronounceForm(CourtForm):
    pronounced_on = date_field(_("宣告日期"))


class ServeForm(CourtForm):
    mode = forms.ChoiceField(label=_("送达方式"), choices=ServiceMode.choices(), initial=ServiceMode.DIRECT)
    served_on = date_field(_("送达日期"))
    abroad = forms.BooleanField(label=_("受送达人在我国没有住所，上诉期三十日"), required=False)

    def __init__(self, *args: Any, ask_abroad: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_abroad:
            del self.fields["abroad"]


class AppealForm(CourtForm):
    posted_on = date_field(
        _("交邮日期"), required=False, help_text=_("邮寄的上诉状以邮戳日期为准，在途时间不计算在内")
    )
    received_on = date_field(_("本院收到日期"))
    claims = _text(_("上诉请求"), 4, required=False)


class EffectForm(CourtForm):
    """After an appeal: the day and what the upper court decided. Otherwise the day follows from service."""

    effective_on = date_field(_("生效日期"))
    note = _text(_("二审裁判结果"), 3)


class ConfirmForm(CourtForm):
    """A step that needs nothing but the confirmation."""


class LinkForm(CourtForm):
    kind = forms.ChoiceField(
        label=_("关联种类"),
        choices=[(k.value, k.label) for k in (LinkKind.PRIOR, LinkKind.LATER, LinkKind.RELATED)],
        initial=LinkKind.RELATED,
    )
    number = forms.CharField(
        label=_("案号"), max_length=80, help_text=_("任何写法都可以，如 2026冀0606民初1 或者旧式案号")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class ResumeForm(CourtForm):
    change = forms.ChoiceField(label=_("结束哪一项"), widget=forms.RadioSelect)
    until = date_field(_("恢复计算的日期"), help_text=_("事由消除、从这一天起重新计算审限"))

    def __init__(self, *args: Any, changes: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["change"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(str(pk), words) for pk, words in changes]
        if len(changes) == 1:
            self.initial.setdefault("change", str(changes[0][0]))
