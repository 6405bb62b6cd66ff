"""What ended a case, and when each participant received it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xiezhi.cases.contracts import DocumentType, ServiceMode


class Decision(models.Model):
    """The paper that ends a case: judgment, ruling, mediation statement, decision, order, notice or
    record.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=32)
    document = models.CharField(max_length=24, choices=DocumentType.choices())
    decided_on = models.DateField()
    pronounced_on = models.DateField(null=True, blank=True)
    result = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    facts = models.TextField(blank=True)
    cited_articles: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(
        default=list
    )
    appeal_period = models.CharField(max_length=40, blank=True)
    effective_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="decision_once_per_case"),
            models.CheckConstraint(
                condition=Q(pronounced_on=None) | Q(pronounced_on__gte=F("decided_on")),
                name="decision_pronounced_after_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_document_display()} {self.decided_on}"


class DecisionService(models.Model):
    """Service of the decision on one participant, and that participant's own appeal period.

    Posting and receipt of an appeal are both kept: posted within the period is in time
    (民事诉讼法第八十五条).
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="services")
    participant = models.ForeignKey("cases.Participant", on_delete=models.PROTECT, related_name="services")
    mode = models.CharField(max_length=16, choices=ServiceMode.choices())
    served_on = models.DateField()
    appeal_until = models.DateField(null=True, blank=True)
    appeal_posted_on = models.DateField(null=True, blank=True)
    appeal_received_on = models.DateField(null=True, blank=True)
    appeal_in_time = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "participant"], name="decision_served_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.served_on}"
