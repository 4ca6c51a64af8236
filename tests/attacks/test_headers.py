"""What stands around a page: headers, cookies, a browser's answer, written by somebody who is no browser."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.urls import reverse

from inclusiv.wsgi import application
from tests.attacks.conftest import Attacker

SIGN_IN = "/compte/connexion/"


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "autre"])
def test_to_break_every_page_by_a_cookie_that_no_database_keeps(
    db: None, browser: Attacker, name: str
) -> None:
    nul = r"\000" * 12
    assert browser.get(SIGN_IN, headers={"Cookie": f'{name}="{nul}"'}).status_code == 400
    assert browser.get(SIGN_IN, headers={"Cookie": f'{name}="azertyuiop"'}).status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        "text/html; charset*=foo''%41",
        "multipart/form-data; boundary*=foo''%41",
        "x; charset*=utf-8''%00",
        "x; y*=undefined''zz",
    ],
)
def test_to_break_the_server_before_any_page_by_the_kind_of_a_body(kind: str) -> None:
    """Through the server's own door: the tests' client has another one."""
    asked = {"PATH_INFO": "/healthz", "CONTENT_TYPE": kind}
    setup_testing_defaults(asked)
    request = application.request_class(asked)
    assert (request.path, request.content_type) == ("/healthz", "")


@pytest.mark.parametrize("answer", ["9" * 5000, '{"id": ' + "9" * 5000 + "}", "[" * 3000])
def test_to_break_the_sign_in_by_a_passkey_that_counts_without_end(
    db: None, browser: Attacker, answer: str
) -> None:
    sent = browser.post(reverse("mfa_login_webauthn"), {"credential": answer})
    assert sent.status_code in {302, 422}
