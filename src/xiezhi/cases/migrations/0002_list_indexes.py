"""Indexes for the filters of the case list over a million cases: last days of open cases, stopped clocks, amounts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_first")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.Case(models.When(closed_on=None, then=models.F("due_on"))), name="case_open_due_only"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("clock_stopped", True)),
                fields=["court_code", "-docketed_on", "-id"],
                name="case_stopped",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["court_code", "amount"], name="case_court_amount"),
        ),
    ]
