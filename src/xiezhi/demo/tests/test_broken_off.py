"""A loading that is broken off leaves nothing behind for the next one; a database in use is left alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from xiezhi.cases.models import Case
from xiezhi.demo import copying, loader
from xiezhi.demo.models import DemoLoad
from xiezhi.foundation import journal
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.models import Person

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
#: A year whose days off are not known yet, and after office hours.
LATER = datetime(2028, 2, 29, 21, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db(transaction=True)


class PlugPulled(Exception):
    """What stands for Ctrl-C in the middle."""


def test_a_broken_off_loading_is_cleared_away_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def pull_the_plug() -> int:
        raise PlugPulled

    with monkeypatch.context() as patched:
        patched.setattr(copying, "stage_into_journal", pull_the_plug)
        with pytest.raises(PlugPulled):
            loader.load(cases=20, seed=1, now=NOW, processes=1)
    assert Case.objects.exists()
    assert not loader.is_loaded()
    assert not JournalEntry.objects.filter(kind="cases.docketed").exists()

    report = loader.load(cases=90, seed=5, now=LATER, processes=2)
    assert Case.objects.count() == report["cases"] + report["judgments"]
    assert DemoLoad.objects.count() == 1
    assert journal.verify().ok

    entries = list(JournalEntry.objects.order_by("id").values_list("at", "text", "payload"))
    call_command("flush", verbosity=0, interactive=False)
    loader.load(cases=90, seed=5, now=LATER, processes=1)
    again = list(JournalEntry.objects.order_by("id").values_list("at", "text", "payload"))
    # The courts were loaded by the first loading, which was broken off; the rest is the same however it
    # was made.
    assert again[1:] == entries[1:]


def test_a_database_with_people_is_refused() -> None:
    Person.objects.create(name="某管理员", staff_number="1")
    with pytest.raises(loader.DatabaseInUse):
        loader.load(cases=20, seed=1, now=NOW, processes=1)
    assert not DemoLoad.objects.exists()
    assert Person.objects.count() == 1
