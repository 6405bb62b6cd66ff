"""What Django cannot answer goes through the pages of the shell."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from xiezhi.web import views


@pytest.mark.parametrize(
    ("code", "view"),
    [
        (400, views.bad_request),
        (403, views.permission_denied),
        (404, views.page_not_found),
        (500, views.server_error),
    ],
)
def test_refusals_are_pages_of_the_shell(code: int, view: object) -> None:
    assert get_resolver().resolve_error_handler(code) is view


@pytest.mark.django_db
def test_a_part_of_a_page_is_refused_by_an_alert_not_by_a_page() -> None:
    answer = Client().get("/no-such-page/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#notices"
