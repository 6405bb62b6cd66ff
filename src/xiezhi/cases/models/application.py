"""An application for docketing, before a case exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from xiezhi.cases.contracts import ApplicationStatus, Channel, ParticipantRole
from xiezhi.cases.models.case import TeamMember
from xiezhi.cases.rules import kinds
from xiezhi.identity.contracts import Role, Scope

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Actor) -> Self:
        """The filing clerks and leaders of a court see its applications; who only has own cases sees none.

        A restricted one (state secrets, minors) is for the filing window that reviews it and for the team of
        the case it became.
        """
        if actor.scope in {Scope.COURT, Scope.COURTS_BELOW}:
            found = self.filter(court_code__in=sorted(actor.court_codes))
        elif actor.role == Role.DIVISION_HEAD:
            found = self.filter(court_code=actor.court_code)
        else:
            return self.none()
        of_own_team = Exists(
            TeamMember.objects.filter(case=OuterRef("case"), person_id=actor.person_id, until=None)
        )
        open_to = Q(restricted=False) | Q(of_own_team)
        if actor.role == Role.FILING_CLERK:
            open_to |= Q(court_code=actor.court_code)
        return found.filter(open_to)

    def waiting(self) -> Self:
        return self.filter(status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.RESUBMITTED])


class Application(models.Model):
    """What someone asks the court to docket. `review_by` is the last day of the review period as it
    stands.
    """

    court = models.ForeignKey("identity.Court", on_delete=models.PROTECT, related_name="+")
    court_code = models.CharField(max_length=16)
    kind = models.CharField(max_length=40, choices=kinds.choices())
    procedure = models.CharField(max_length=24, blank=True)
    channel = models.CharField(max_length=16, choices=Channel.choices())
    status = models.CharField(
        max_length=24, choices=ApplicationStatus.choices(), default=ApplicationStatus.SUBMITTED
    )
    cause_key = models.CharField(max_length=32, blank=True)
    cause_name = models.CharField(max_length=200, blank=True)
    claims = models.TextField()
    facts = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    prior_number = models.CharField(max_length=80, blank=True)
    received_on = models.DateField()
    review_by = models.DateField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    detained = models.BooleanField(default=False)
    decided_on = models.DateField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)
    refusal_basis = models.CharField(max_length=200, blank=True)
    refusal_number = models.CharField(max_length=64, blank=True)
    case = models.OneToOneField(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="application"
    )
    client_token = models.CharField(max_length=64, blank=True)
    materials: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["court", "client_token"],
                condition=~Q(client_token=""),
                name="application_form_sent_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["court_code", "status", "-received_on", "-id"], name="application_court_status"
            ),
            models.Index(
                fields=["court_code", "review_by", "id"],
                condition=Q(status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.RESUBMITTED]),
                name="application_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_on}"

    @property
    def kind_rule(self) -> kinds.CaseKind:
        """The rules of the kind of case that is asked for."""
        return kinds.get(self.kind)


class ApplicationParticipant(models.Model):
    """A party named in an application, in the role it would have in the case."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="participants")
    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=ParticipantRole.choices())
    original_role = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "party", "role"], name="application_participant_once_per_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"


class Correction(models.Model):
    """The one request for correction an application may get, and its answer
    (登记立案规定第七条：一次性告知).
    """

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="correction")
    items: models.JSONField[list[str], list[str]] = models.JSONField()
    requested_on = models.DateField()
    answer_by = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return "；".join(self.items)
