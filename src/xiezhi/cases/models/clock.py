"""What changed the trial clock of a case. The last day is always recomputed from these rows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xiezhi.cases.contracts import ClockKind


class ClockChange(models.Model):
    """One exclusion, suspension, extension or conversion that took effect.

    `since` is the first excluded day, `until` the day that counts again (None while it runs).
    `rule_from`, `rule_to`: limit ids of a conversion.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="clock_changes")
    kind = models.CharField(max_length=12, choices=ClockKind.choices())
    reason = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    add_months = models.PositiveSmallIntegerField(null=True, blank=True)
    add_days = models.PositiveSmallIntegerField(null=True, blank=True)
    procedure_from = models.CharField(max_length=24, blank=True)
    procedure_to = models.CharField(max_length=24, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    request = models.OneToOneField(
        "cases.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="clock_change"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="clock_change_in_order"
            ),
            models.UniqueConstraint(
                fields=["case", "reason"],
                condition=Q(until=None, kind__in=[ClockKind.EXCLUSION, ClockKind.SUSPENSION]),
                name="clock_change_open_once",
            ),
        ]
        indexes = [models.Index(fields=["case", "since"], name="clock_change_case")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reason} {self.since}"
