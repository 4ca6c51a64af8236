"""Redirections: no address of ours sends somebody to another site."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from inclusiv.accounts.models import User
from tests.accounts.conftest import PASSWORD, with_application, with_password
from tests.attacks.conftest import Attacker, sendable
from tests.world import World

ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "javascript:alert(1)", "data:text/html,x", "http:///evil.example", "//testserver@evil.example",
    "https://testserver.evil.example/", "/%09/evil.example", "\t//evil.example", "https://evil.example\\@testserver/",
)  # fmt: skip
NAMES = ("next", "retour", "page", "redirect", "redirect_to", "url", "return", "continue")


def leaves(location: str) -> bool:
    """Say whether a browser would leave the site: it reads backslashes as slashes, and skips control characters."""
    read = location.strip("".join(map(chr, range(33)))).replace("\\", "/")
    read = "".join(character for character in read if character not in "\t\r\n")
    host = urlsplit(read)
    return (
        read.startswith("///")
        or host.netloc not in {"", "testserver"}
        or host.scheme not in {"", "http", "https"}
    )


@pytest.mark.parametrize("address", ELSEWHERE[:4])
def test_the_judge_sees_an_address_that_leaves(address: str) -> None:
    assert leaves(address)
    assert not leaves("/marches/?next=https://evil.example/")


def test_to_send_somebody_elsewhere_from_any_page(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    asked = dict.fromkeys(NAMES, ELSEWHERE[1])
    sent = {}
    for name, address in sendable(world.own).items():
        for answer in (
            browser.get(with_query(address, asked)),
            browser.post(with_query(address, asked), asked),
        ):
            if leaves(where(answer)) or is_linked(answer, ELSEWHERE[1]):
                sent[name] = where(answer)
    assert sent == {}


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_to_send_somebody_elsewhere_from_the_pages_that_come_back(
    world: World, browser: Attacker, elsewhere: str
) -> None:
    browser.acting(world.cast.facilitator)
    job = world.own.job.pk
    page = browser.get(reverse("records:job", args=[job]), {"retour": elsewhere})
    retried = browser.post(reverse("records:retry-job", args=[job]), {"page": elsewhere})
    assert (page.status_code, retried.status_code) == (200, 302)
    assert not is_linked(page, elsewhere)
    assert not leaves(where(retried))


def with_query(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def where(answer: Any) -> str:
    """Return where an answer sends its reader."""
    return str(answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "")


def is_linked(answer: Any, elsewhere: str) -> bool:
    """Say whether a page leads there by a link or a form of its own."""
    return any(
        f'{attribute}="{escape(elsewhere)}"' in answer.said for attribute in ("href", "action", "hx-get")
    )


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_to_send_somebody_elsewhere_as_they_sign_in_confirm_or_leave(world: World, elsewhere: str) -> None:
    user = with_password(world.cast.facilitator)
    application = with_application(user)
    client = Client()
    answers = [steps(client, user, application.code(), elsewhere)]
    confirm = reverse("account_reauthenticate")
    answers.append(client.post(f"{confirm}?next={elsewhere}", {"password": PASSWORD, "next": elsewhere}))
    answers += [
        client.post(f"{reverse(name)}?next={elsewhere}", {"next": elsewhere})
        for name in ("account_logout", "account_login")
    ]
    assert [found for answer in answers if leaves(found := answer.headers.get("Location", ""))] == []


def steps(client: Client, user: User, code: str, elsewhere: str) -> Any:
    """Sign in by both steps, asking at each to go elsewhere; return the last answer."""
    form = {"login": user.email, "password": PASSWORD, "next": elsewhere}
    client.post(f"{reverse('account_login')}?next={elsewhere}", form)
    answer = client.post(f"{reverse('mfa_authenticate')}?next={elsewhere}", {"code": code, "next": elsewhere})
    if answer.headers.get("Location") == reverse("mfa_trust"):
        answer = client.post(
            f"{reverse('mfa_trust')}?next={elsewhere}", {"action": "skip", "next": elsewhere}
        )
    return answer


@pytest.mark.parametrize("word", ["nowhere", "accounts:close", "?a", "#x", "é"])
def test_to_break_the_page_that_comes_back_by_a_word_that_is_no_address(
    world: World, browser: Attacker, word: str
) -> None:
    """Django takes a word for the name of a page, and stops on one that it does not know."""
    browser.acting(world.cast.facilitator)
    retried = browser.post(reverse("records:retry-job", args=[world.own.job.pk]), {"page": word})
    assert (retried.status_code, where(retried)) == (302, reverse("home"))
