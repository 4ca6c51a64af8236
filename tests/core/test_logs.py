"""The log holds one line for an answer that is a rule at work, and the trace of what broke."""

import logging
import sys

import pytest
from django.urls import reverse

from inclusiv.core.logs import WithoutTrace
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
