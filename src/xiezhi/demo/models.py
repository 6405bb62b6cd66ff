"""That a demonstration was loaded, and with what."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class DemoLoad(models.Model):
    """One loading of demonstration data. Without `finished_at` it was broken off, and its rows may be
    removed.
    """

    seed = models.BigIntegerField()
    cases = models.IntegerField()
    today = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    report: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                nulls_distinct=False,
                name="demo_one_load_under_way",
                condition=Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cases} {self.seed}"
