"""Who takes part in a case, and who acts for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from xiezhi.cases.contracts import AgentKind, Authority, ParticipantRole


class Participant(models.Model):
    """A party's place in one case. `position` orders the participants of one role; `left_on` keeps who left.

    `original_role`: standing in the prior instance, as second-instance papers print it.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="participants")
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=ParticipantRole.choices())
    original_role = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=1)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    left_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "party", "role"], condition=Q(left_on=None), name="participant_once_per_role"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "role", "position"], name="participant_case"),
            models.Index(fields=["party"], name="participant_party"),
            models.Index(fields=["name", "case"], name="participant_name"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"


class Agent(models.Model):
    """Someone acting for one participant, with the authority the power of attorney gives."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="agents")
    kind = models.CharField(max_length=24, choices=AgentKind.choices())
    name = models.CharField(max_length=100)
    firm = models.CharField(max_length=200, blank=True)
    licence_number = models.CharField(max_length=40, blank=True)
    authority = models.CharField(max_length=12, choices=Authority.choices(), default=Authority.GENERAL)
    authority_detail = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["name"], name="agent_name")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
