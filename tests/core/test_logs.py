"""The log: a line for an answer that is a rule at work, the trace of what broke, never a token nor who was sought."""

import logging
import sys

import pytest
from django.test import Client
from django.urls import reverse

from inclusiv.core.logs import Veil, WithoutTrace, veiled
from tests.conftest import ActingClient, Cast


def record(status: int) -> logging.LogRecord:
    try:
        raise ValueError("secret")
    except ValueError:
        made = logging.LogRecord("django.request", logging.WARNING, "", 1, "Forbidden", (), sys.exc_info())
    made.status_code = status
    return made


@pytest.mark.parametrize(("status", "keeps"), [(400, False), (403, False), (404, False), (500, True)])
def test_only_what_broke_leaves_its_trace(status: int, keeps: bool) -> None:
    made = record(status)
    assert WithoutTrace().filter(made)
    assert bool(made.exc_info) is keeps


@pytest.mark.django_db
def test_a_closed_page_is_one_line(
    cast: Cast, browser: ActingClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert browser.acting(cast.signatory).get(reverse("hours:list")).status_code == 403
    (line,) = [one for one in caplog.records if one.name == "django.request"]
    assert "/releves/" in line.getMessage()
    assert not line.exc_info


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /lien/Zm9v-YmFy_1/ HTTP/1.1", "GET /lien/…/ HTTP/1.1"),
        ("POST /lien/Zm9v/renvoyer/", "POST /lien/…/renvoyer/"),
        ('"https://inclusiv.example/lien/Zm9v/" "Mozilla"', '"https://inclusiv.example/lien/…/" "Mozilla"'),
        ("<WSGIRequest: POST '/lien/Zm9v'>", "<WSGIRequest: POST '/lien/…'>"),
        ("Gone: /compte/mot-de-passe/nouveau/3-abc-123/", "Gone: /compte/mot-de-passe/nouveau/…/"),
        ("/compte/mot-de-passe/nouveau/enregistre/", "/compte/mot-de-passe/nouveau/enregistre/"),
        ("GET /recherche/?q=Anna+Roux&pour=echange", "GET /recherche/?q=…&pour=echange"),
        ("GET /personnes/?tri=nom&q=Roux HTTP/1.1", "GET /personnes/?tri=nom&q=… HTTP/1.1"),
        (
            "GET /compte/connexion/?next=/recherche/%3Fq%3DAnna%2BRoux%26pour%3Dechange HTTP/1.1",
            "GET /compte/connexion/?next=/recherche/%3Fq%3D…%26pour%3Dechange HTTP/1.1",
        ),
        (
            "GET /traitements/3/?retour=/x/%3Ftri%3Dnom%26q%3DRoux",
            "GET /traitements/3/?retour=/x/%3Ftri%3Dnom%26q%3D…",
        ),
        ("GET /marches/12/?page=2", "GET /marches/12/?page=2"),
    ],
)
def test_what_is_secret_in_an_address_is_veiled(line: str, kept: str) -> None:
    assert veiled(line) == kept


def test_the_veil_falls_on_what_is_formatted_late() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s: %s", ("Not Found", "/lien/Zm9v/"), None)
    assert Veil().filter(record)
    assert record.getMessage() == "Not Found: /lien/…/"


def test_a_percent_sign_of_an_address_does_not_break_the_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", ("/marches/?q=%C3%A9&tri=100%s",), None)
    Veil().filter(record)
    assert record.getMessage() == "/marches/?q=…&tri=100%s"


@pytest.mark.django_db
def test_who_is_sought_is_veiled_on_the_way_to_the_sign_in_page(client: Client) -> None:
    """The session has ended, and the page is read again: the browser is sent on with the address in its own."""
    sent_to = client.get("/personnes/", {"q": "Roux Anna"}).headers["Location"]
    assert "Roux" in sent_to
    assert "Roux" not in veiled(f'"GET {sent_to} HTTP/1.1" 200')
