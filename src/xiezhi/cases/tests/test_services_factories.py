"""The factories themselves: every stage and every kind can be made."""

from __future__ import annotations

import pytest

from xiezhi.cases.models import Case
from xiezhi.cases.rules import kinds
from xiezhi.cases.tests.factories import (
    ApplicationFactory,
    CaseFactory,
    ClockChangeFactory,
    DecisionServiceFactory,
    RequestFactory,
    clerk_of,
    judge_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "trait", ["assigned", "preparing", "heard", "decided", "pronounced", "closed", "archived"]
)
def test_every_stage(trait: str) -> None:
    case = CaseFactory(**{trait: True})
    assert Case.objects.visible_to(judge_of(case)).get() == case
    if trait != "assigned":
        assert Case.objects.visible_to(clerk_of(case)).get() == case
    assert case.participants.count() == 2


@pytest.mark.parametrize("key", sorted(kinds.KINDS))
def test_every_kind(key: str) -> None:
    case = CaseFactory(kind=key, preparing=True, court__intermediate="BASIC" not in kinds.get(key).levels)
    assert case.kind_rule.key == key
    assert case.title
    assert ApplicationFactory(kind=key).participants.count() == 2


def test_the_rest() -> None:
    assert RequestFactory().case.judge_id is not None
    assert ClockChangeFactory().case.clerk_id is not None
    assert DecisionServiceFactory().participant.case_id
