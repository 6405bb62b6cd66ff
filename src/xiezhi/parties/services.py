"""Putting parties on file: once per identity number, never merged on a name alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import journal
from xiezhi.foundation.errors import InvalidInput
from xiezhi.parties import events, policies
from xiezhi.parties.contracts import IdentityKind, PartyInput, PartyKind, Sex
from xiezhi.parties.models import Party
from xiezhi.parties.rules import numbers
from xiezhi.parties.selectors import identity_hash

if TYPE_CHECKING:
    from xiezhi.foundation.contracts import JournalActor

_KEPT_UP_TO_DATE = ("phone", "address", "nationality", "legal_representative")


class NameDiffers(InvalidInput):
    """The identity number is on file under another name."""


def party_prepare(data: PartyInput, *, at: datetime) -> Party:
    """Check what was given and return it as an unsaved Party, for bulk writers.

    The birthday and sex of an ID card fill in what was left empty. Raises InvalidInput with the faults by
    field.
    """
    today = timezone.localtime(at).date()
    faults: dict[str, list[str]] = {}
    name = " ".join(data.name.split())
    if not name:
        faults["name"] = [_("请填写姓名或者名称。")]
    elif len(name) > 200:
        faults["name"] = [_("姓名或者名称不能超过200个字。")]
    number = numbers.normalise(data.identity_number)
    sex, born_on = data.sex, data.born_on
    if number and data.identity_kind is None:
        faults["identity_kind"] = [_("填写了证件号码，请选择证件种类。")]
    elif number and data.identity_kind is not None:
        fault = _number_fault(data.kind, data.identity_kind, number, at=at)
        if fault:
            faults["identity_number"] = [fault]
        elif data.identity_kind is IdentityKind.ID_CARD and (card := numbers.read_id_card(number, on=today)):
            card_sex = Sex.MALE if card.is_male else Sex.FEMALE
            if born_on not in {None, card.born_on}:
                faults["born_on"] = [_("出生日期与身份证号码不一致，请核对。")]
            if sex not in {Sex.UNKNOWN, card_sex}:
                faults["sex"] = [_("性别与身份证号码不一致，请核对。")]
            born_on, sex = card.born_on, card_sex
    if born_on is not None and born_on > today and "born_on" not in faults:
        faults["born_on"] = [_("出生日期不能晚于今天。")]
    phone = data.phone.replace(" ", "")
    if phone and (fault := numbers.phone_fault(phone)):
        faults["phone"] = [fault]
    if faults:
        raise InvalidInput(_("当事人信息有误，请修改后再提交。"), fields=faults)
    return Party(
        kind=data.kind.value,
        name=name,
        identity_kind=data.identity_kind.value if data.identity_kind and number else "",
        identity_number=number,
        identity_hash=identity_hash(data.identity_kind, number) if data.identity_kind and number else "",
        phone=phone,
        address=data.address.strip(),
        sex=sex.value if data.kind is PartyKind.PERSON else Sex.UNKNOWN.value,
        born_on=born_on if data.kind is PartyKind.PERSON else None,
        nationality=data.nationality.strip(),
        legal_representative=data.legal_representative.strip(),
        is_demo=data.is_demo,
    )


def _number_fault(kind: PartyKind, identity_kind: IdentityKind, number: str, *, at: datetime) -> str | None:
    of_person = identity_kind in {IdentityKind.ID_CARD, IdentityKind.PASSPORT}
    if of_person and kind is not PartyKind.PERSON:
        return _("单位不使用这种证件，请填写统一社会信用代码。")
    if identity_kind is IdentityKind.ID_CARD:
        return numbers.id_card_fault(number, on=timezone.localtime(at).date())
    if identity_kind is IdentityKind.USCC:
        return numbers.credit_code_fault(number)
    if identity_kind is IdentityKind.PASSPORT:
        return numbers.passport_fault(number)
    return _("证件号码不能超过64个字符。") if len(number) > 64 else None


def party_find_or_create(*, actor: JournalActor, data: PartyInput, at: datetime) -> Party:
    """Return the party with this identity number, put on file if new; contact details are brought up to date.

    Without a number a new party is made each time: two people of one name are two people. Runs in the
    caller's transaction. Raises NotPermitted, InvalidInput, NameDiffers, journal.NoTransaction.
    """
    policies.require(policies.can_enter_party(actor))
    party = party_prepare(data, at=at)
    if party.identity_hash:
        known = Party.objects.select_for_update().filter(identity_hash=party.identity_hash).first()
        if known is None:
            try:
                with transaction.atomic():
                    party.save(force_insert=True)
            except IntegrityError:  # another window entered the same person a moment ago
                known = Party.objects.select_for_update().get(identity_hash=party.identity_hash)
        if known is not None:
            return _bring_up_to_date(known, party, data, actor=actor, at=at)
    else:
        party.save(force_insert=True)
    journal.record(
        events.PartyRegistered(
            party_id=party.pk,
            party_kind=party.kind,
            identity_kind=party.identity_kind,
            masked_name=party.masked_name,
        ),
        actor=actor,
        court_code=actor.court_code,
        subject=f"party:{party.pk}",
        at=at,
    )
    return party


def _bring_up_to_date(
    known: Party, given: Party, data: PartyInput, *, actor: JournalActor, at: datetime
) -> Party:
    subject = f"party:{known.pk}"
    if known.name != given.name:
        if not data.name_confirmed:
            message = (
                _("该证件号码已登记在%s名下，请核对姓名和号码；确属更名的，请勾选确认。") % known.masked_name
            )
            raise NameDiffers(message, fields={"name": [message]})
        renamed = events.PartyRenamed(
            party_id=known.pk, before_masked=known.masked_name, after_masked=given.masked_name
        )
        known.name = given.name
        known.save(update_fields=["name"])
        journal.record(renamed, actor=actor, court_code=actor.court_code, subject=subject, at=at)
    changed = [
        field
        for field in _KEPT_UP_TO_DATE
        if getattr(given, field) and getattr(given, field) != getattr(known, field)
    ]
    if changed:
        for field in changed:
            setattr(known, field, getattr(given, field))
        known.save(update_fields=changed)
        words = {column.name: str(column.verbose_name) for column in Party._meta.fields}
        labels = [words[field] for field in changed]
        journal.record(
            events.PartyChanged(
                party_id=known.pk,
                masked_name=known.masked_name,
                fields=changed,
                fields_text="、".join(labels),
            ),
            actor=actor,
            court_code=actor.court_code,
            subject=subject,
            at=at,
        )
    return known
