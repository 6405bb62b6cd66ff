"""Saved views of the case list."""

from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A person's named set of filters for the case list."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name
