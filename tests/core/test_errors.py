"""Pages of errors: their status, a sentence, a way out, whatever broke."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from inclusiv.core import errors


@pytest.fixture
def request_of_a_visitor() -> HttpRequest:
    request = RequestFactory().get("/marches/12/")
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("answer", "status", "title"),
    [
        (lambda r: errors.bad_request(r, ValueError("x")), 400, "Cette demande n’a pas été comprise"),
        (lambda r: errors.permission_denied(r, ValueError("x")), 403, "n’est pas ouverte à votre rôle"),
        (lambda r: errors.page_not_found(r, ValueError("x")), 404, "Cette page n’existe pas"),
        (errors.too_large, 413, "Cet envoi est trop lourd"),
        (errors.busy, 503, "Deux personnes au même instant"),
        (errors.server_error, 500, "Quelque chose s’est cassé de notre côté"),
        (errors.csrf_failure, 403, "Cette page n’est plus à jour"),
    ],
)
def test_an_error_says_what_happened_and_leads_out(
    request_of_a_visitor: HttpRequest,
    answer: Callable[[HttpRequest], HttpResponse],
    status: int,
    title: str,
) -> None:
    response = answer(request_of_a_visitor)
    html = response.content.decode()
    assert response.status_code == status
    assert title in html
    assert html.count("<h1") == 1
    assert '<a class="btn btn-primary" href="/">' in html


def test_the_page_of_a_breakdown_asks_nothing_to_the_database(request_of_a_visitor: HttpRequest) -> None:
    """Without the `db` fixture any query raises."""
    assert errors.server_error(request_of_a_visitor).status_code == 500
