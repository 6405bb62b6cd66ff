"""What courts set for themselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.foundation import court_settings
from xiezhi.identity import policies
from xiezhi.identity.contracts import Permission
from xiezhi.identity.models import Court
from xiezhi.identity.selectors.actors import court_codes_managed

if TYPE_CHECKING:
    from xiezhi.foundation.models import CourtSetting
    from xiezhi.identity.contracts import Actor


def settings_courts(actor: Actor, *, on: date) -> list[Court]:
    """Return the courts whose settings the actor may look at. Raises NotPermitted."""
    policies.require_permission(actor, Permission.SETTINGS_VIEW)
    codes = sorted(court_codes_managed(actor) | actor.court_codes)
    return list(Court.objects.in_force(on).filter(code__in=codes, in_group=True).order_by("code", "pk"))


def settings_court(actor: Actor, code: str, *, on: date) -> Court:
    """Return one of them, the own court without a code. Raises NotPermitted, Court.DoesNotExist."""
    found = {court.code: court for court in settings_courts(actor, on=on)}
    wanted = code or (actor.court_code if actor.court_code in found else next(iter(found), ""))
    if wanted not in found:
        raise Court.DoesNotExist
    return found[wanted]


def settings_of(court: Court, *, on: date) -> list[tuple[str, list[court_settings.Current]]]:
    """Return every setting of a court on a day, by group."""
    groups: dict[str, list[court_settings.Current]] = {}
    for current in court_settings.all_of_court(court.code, on=on):
        groups.setdefault(current.definition.group, []).append(current)
    return list(groups.items())


def setting_history(definition: court_settings.Definition, court: Court) -> list[tuple[CourtSetting, str]]:
    """Return every value a court entered, newest first, in words."""
    return [
        (row, _("恢复默认") if row.is_default else definition.words(definition.parse(row.value)))
        for row in court_settings.history(definition.key, court.code)
    ]
