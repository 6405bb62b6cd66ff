"""What the form pages of this room share: read, one call of a service, back to where one came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.forms import take_faults

Crumbs = Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form. `preview`: what will happen; `danger`: asked once more before it does."""

    title: Any
    submit: Any
    done_url: str
    success: Any = ""
    crumbs: Crumbs = ()
    lead: Any = ""
    preview: Sequence[Any] = ()
    confirm: Any = ""
    statutes: Mapping[str, str] = field(default_factory=dict)
    template: str = "identity/form.html"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def answer(
        self,
        request: HttpRequest,
        form: forms.Form,
        act: Callable[[dict[str, Any]], HttpResponse | None],
    ) -> HttpResponse:
        """Show the form, or do what it says and lead on; what a service refuses stands in the form again.

        `act` may give back a response of its own, for what must be shown once.
        """
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    response = act(form.cleaned_data)
                except InvalidInput as fault:
                    take_faults(form, fault)
                except Refused as fault:
                    take_faults(form, fault)
                    status = 409
                else:
                    if response is not None:
                        return response
                    if self.success:
                        messages.success(request, str(self.success))
                    return redirect(self.done_url)
        fields = [(bound, self.statutes.get(bound.name, "")) for bound in form]
        context = {**self.extra, "page": self, "form": form, "fields": fields}
        return render(request, self.template, context, status=status)
