"""Every page carries the headers that protect its reader."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path

from inclusiv.core.middleware import CONTENT_SECURITY_POLICY
from tests.conftest import ActingClient, Cast


@login_not_required
def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Page</title>")


@login_not_required
def data(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


@login_not_required
def chosen(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("", headers={"Cross-Origin-Resource-Policy": "cross-origin"})


urlpatterns = [path("page", page), path("data", data), path("chosen", chosen)]
pytestmark = pytest.mark.urls(__name__)


def test_a_page_loads_only_what_is_ours() -> None:
    policy = Client().get("/page").headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
    )


def test_no_rule_lets_inline_code_or_another_site_in() -> None:
    words = " ".join(CONTENT_SECURITY_POLICY.values())
    assert not [word for word in ("unsafe", "http", "*", "nonce") if word in words]


@pytest.mark.parametrize("feature", ["camera", "microphone", "geolocation", "payment", "usb"])
def test_a_page_has_no_use_of_the_machine(feature: str) -> None:
    assert f"{feature}=()" in Client().get("/page").headers["Permissions-Policy"].split(", ")


def test_other_sites_are_kept_out() -> None:
    headers = Client().get("/page").headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_view_may_open_what_it_must() -> None:
    assert Client().get("/chosen").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_fragment_and_a_page_are_not_confused_by_caches() -> None:
    assert "HX-Request" in Client().get("/page").headers["Vary"]
    assert "HX-Request" not in Client().get("/data").headers.get("Vary", "")


def test_the_page_of_a_stranger_may_be_cached() -> None:
    assert "Cache-Control" not in Client().get("/page").headers


def test_the_data_of_a_signed_in_reader_are_kept_by_nobody_either(cast: Cast, browser: ActingClient) -> None:
    kept = browser.acting(cast.facilitator).get("/data").headers["Cache-Control"]
    assert {"no-store", "private"} <= set(kept.split(", "))


def test_the_page_of_a_signed_in_reader_is_kept_by_nobody(cast: Cast, browser: ActingClient) -> None:
    page_for_her = browser.acting(cast.facilitator).get("/page")
    kept = page_for_her.headers["Cache-Control"]
    assert {"no-store", "private"} <= set(kept.split(", "))
