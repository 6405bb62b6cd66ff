"""Forms of assignment: a judge named by hand, the team of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiezhi.cases.forms.base import CourtForm
from xiezhi.cases.services.assignment import TeamInput

Choices = Sequence[tuple[str, str]]


class ManualForm(CourtForm):
    """A judge named by hand, for a recorded reason."""

    judge = forms.ChoiceField(label=_("指定给"))
    reason = forms.CharField(
        label=_("不随机分案的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, judges: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["judge"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("请选择")), *judges]


class TeamForm(CourtForm):
    """Who sits and who helps. Fields the procedure does not know are left out."""

    presiding = forms.ChoiceField(label=_("审判长"), required=False)
    panel = forms.MultipleChoiceField(
        label=_("合议庭其他法官"), required=False, widget=forms.CheckboxSelectMultiple
    )
    assessors = forms.MultipleChoiceField(
        label=_("人民陪审员"), required=False, widget=forms.CheckboxSelectMultiple
    )
    assistant = forms.ChoiceField(label=_("法官助理"), required=False)
    clerk = forms.ChoiceField(label=_("书记员"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        presiding: Choices,
        judges: Choices,
        assessors: Choices,
        assistants: Choices,
        clerks: Choices,
        panel_size: int,
        takes_assessors: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("不指定"))
        for name, choices in (
            ("presiding", [("", _("请选择")), *presiding]),
            ("panel", list(judges)),
            ("assessors", list(assessors)),
            ("assistant", [none, *assistants]),
            ("clerk", [("", _("请选择")), *clerks]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = choices
        if panel_size == 1:
            del self.fields["presiding"], self.fields["panel"]
        else:
            self.fields["presiding"].required = True
        if not takes_assessors or not assessors:
            del self.fields["assessors"]

    def team(self) -> TeamInput:
        """What the service takes."""
        given = self.cleaned_data
        return TeamInput(
            presiding_id=_number(given.get("presiding")),
            panel_ids=[int(pk) for pk in given.get("panel") or ()],
            assessor_ids=[int(pk) for pk in given.get("assessors") or ()],
            assistant_id=_number(given["assistant"]),
            clerk_id=_number(given["clerk"]),
        )


def _number(text: Any) -> int | None:
    return int(text) if text else None
