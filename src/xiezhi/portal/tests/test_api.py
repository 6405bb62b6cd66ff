"""The API of the law tools: what it is asked, and which value a refusal is about."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def ask_fee(client: Client, **body: Any) -> tuple[int, dict[str, Any]]:
    response = client.post("/api/v1/law/fees", body, content_type="application/json")
    return response.status_code, response.json()


@pytest.mark.parametrize(
    ("body", "fee"),
    [
        ({"kind": "divorce", "amount": "300000", "base": "300"}, "800.00"),
        ({"kind": "enforcement", "base": 500}, "500.00"),
        ({"kind": "counterclaim", "amount": "200000"}, "2150.00"),
        ({"kind": "counterclaim", "amount": "200000", "joined": False}, "4300.00"),
    ],
)
def test_a_fee(client: Client, body: dict[str, Any], fee: str) -> None:
    status, found = ask_fee(client, **body)
    assert (status, found["fee_yuan"]) == (200, fee)


def test_the_steps_are_in_whole_cents(client: Client) -> None:
    _status, found = ask_fee(client, kind="payment_order", amount="100000")
    assert {len(step["yuan"].partition(".")[2]) for step in found["why"] if step["yuan"]} == {2}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "divorce", "amount": "300000"}, "base"),
        ({"kind": "divorce", "base": "301"}, "base"),
        ({"kind": "lottery", "amount": "1"}, "kind"),
        ({"kind": "property"}, "amount"),
        ({"kind": "bankruptcy"}, "amount"),
        ({"kind": "appeal", "amount": "1", "simplified": True}, "simplified"),
    ],
)
def test_a_refusal_names_the_value(client: Client, body: dict[str, Any], field: str) -> None:
    status, found = ask_fee(client, **body)
    assert (status, list(found["fields"])) == (422, [field])
