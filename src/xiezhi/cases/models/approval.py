"""Requests that a named post must decide before they take effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from xiezhi.cases.contracts import RequestKind, RequestStatus

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


def _decided_by(actor: Actor) -> Q:
    """Requests put to the actor's post; those put to the head of a division, to that division's alone."""
    of_division = Q(approver_division_id=None)
    if actor.division_id is not None:
        of_division |= Q(approver_division_id=actor.division_id)
    return Q(approver_court_code=actor.court_code, approver_role=str(actor.role)) & of_division


class ApprovalRequestQuerySet(models.QuerySet["ApprovalRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Requests on cases the actor may see, and those that wait for the actor's own post."""
        from xiezhi.cases.models.case import Case

        seen = Case.objects.visible_to(actor).values("pk")
        return self.filter(Q(case__in=seen) | _decided_by(actor))

    def waiting_for(self, actor: Actor) -> Self:
        """Pending requests this actor's post decides."""
        waiting = self.filter(_decided_by(actor), status=RequestStatus.PENDING)
        return waiting.exclude(requested_by_person_id=actor.person_id)


class ApprovalRequest(models.Model):
    """A request on a case: what is asked, why, who must decide, and what was decided.

    `payload` holds the plain values the decision will apply; their shape is the request kind's.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=16, choices=RequestKind.choices())
    status = models.CharField(max_length=12, choices=RequestStatus.choices(), default=RequestStatus.PENDING)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    summary = models.CharField(max_length=300)
    reason = models.TextField()
    basis = models.CharField(max_length=200, blank=True)
    requested_by_person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    requested_by_name = models.CharField(max_length=60)
    requested_at = models.DateTimeField()
    approver_role = models.CharField(max_length=24)
    approver_court_code = models.CharField(max_length=16)
    approver_division = models.ForeignKey(
        "identity.Division", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decide_by = models.DateField(null=True, blank=True)
    decided_by_person = models.ForeignKey(
        "identity.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    opinion = models.TextField(blank=True)

    objects = ApprovalRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[RequestStatus.PENDING, RequestStatus.WITHDRAWN])
                | Q(decided_at__isnull=False),
                name="request_decided_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-requested_at"], name="request_case"),
            models.Index(
                fields=["approver_court_code", "approver_role", "requested_at"],
                condition=Q(status=RequestStatus.PENDING),
                name="request_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.summary
