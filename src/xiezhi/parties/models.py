"""People and organisations that stand before a court, kept once for all their cases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiezhi.foundation.encryption import EncryptedTextField
from xiezhi.parties.contracts import IdentityKind, PartyKind, Sex
from xiezhi.parties.rules import masking


class Party(models.Model):
    """A person or body that takes part in cases.

    Identity number, phone and address are encrypted at rest. `identity_hash` is a keyed hash of kind and
    number, so that the same person is found again without any number stored in the clear; it is empty where
    no number is known, and such parties are never taken to be one another. Who may see a party follows from
    the cases it stands in, so rooms above ask their own querysets first.
    """

    kind = models.CharField(_("类型"), max_length=16, choices=PartyKind.choices())
    name = models.CharField(_("姓名、名称"), max_length=200)
    identity_kind = models.CharField(_("证件种类"), max_length=12, choices=IdentityKind.choices(), blank=True)
    identity_number = EncryptedTextField(_("证件号码"), blank=True, default="")
    identity_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    phone = EncryptedTextField(_("电话"), blank=True, default="")
    address = EncryptedTextField(_("住所地"), blank=True, default="")
    sex = models.CharField(_("性别"), max_length=8, choices=Sex.choices(), default=Sex.UNKNOWN.value)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    nationality = models.CharField(_("国籍、民族"), max_length=40, blank=True)
    legal_representative = models.CharField(_("法定代表人、负责人"), max_length=60, blank=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = _("当事人")
        constraints = [
            models.UniqueConstraint(
                fields=["identity_hash"], condition=~Q(identity_hash=""), name="party_identity_once"
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="party_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_name(self) -> str:
        return masking.mask_name(self.name) if self.kind == PartyKind.PERSON else self.name

    @property
    def masked_identity_number(self) -> str:
        return masking.mask_number(self.identity_number)

    @property
    def masked_phone(self) -> str:
        return masking.mask_phone(self.phone)

    @property
    def masked_address(self) -> str:
        return masking.mask_address(self.address)
