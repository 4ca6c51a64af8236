"""Open every address as everybody, and write down what it answers."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from inclusiv.core.actors import Role
from tests.access.addresses import address, is_about_a_record
from tests.conftest import ActingClient
from tests.world import World, without_membership

METHODS = ("GET", "POST")
PUBLIC, NOBODY = "public", "no access"
"""Whoever is not signed in; whoever is, and acts for nobody."""
ROLES = {role.value: role for role in Role}
COLUMNS = (PUBLIC, NOBODY, *ROLES)

BEFORE_THE_RECORD = {"login", "403", "405"}
"""Sign-in, role and method are decided by decorators, above the view that loads the record."""

Answers = dict[tuple[str, str], str]
"""What each line of the table answers, by its method and its label."""


def answers(
    world: World,
    column: str,
    labels: Iterable[str],
    *,
    methods: Iterable[str] = METHODS,
    fragment: bool = False,
) -> Answers:
    """Return what each address answers to a column: one code, or those of one's own record, another's, elsewhere.

    With `fragment`, it is asked as htmx asks for a part of the page.
    """
    browser = visitor(world, column)
    if fragment:
        browser.defaults["HTTP_HX_REQUEST"] = "true"
    own = world.own_of(ROLES[column]) if column in ROLES else world.own
    return {
        (method, label): answer(browser, method, [address(label, side) for side in sides])
        for label in labels
        for sides in [[own, world.other, world.elsewhere] if is_about_a_record(label) else [own]]
        for method in methods
    }


def answer(browser: ActingClient, method: str, urls: list[str]) -> str:
    """Return the cell of a line: what stands before the record is looked at is the same for every record."""
    first, *others = urls
    found = ask(browser, method, first)
    return (
        found
        if found in BEFORE_THE_RECORD
        else merged([found, *(ask(browser, method, one) for one in others)])
    )


def visitor(world: World, column: str) -> ActingClient:
    """Return the browser of a column, which has just proved who it is where it can."""
    browser = ActingClient(raise_request_exception=False)
    if column in ROLES:
        return browser.acting(world.actors()[ROLES[column]]).confirmed()
    if column == NOBODY:
        browser.force_login(get_user_model().objects.get(pk=without_membership()))
        return browser.confirmed()
    return browser


def ask(browser: ActingClient, method: str, url: str) -> str:
    """Return the code of an answer; what was written is undone, and the browser is as it was."""
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    cache.clear()
    with transaction.atomic():
        response: Any = browser.get(url) if method == "GET" else browser.post(url, {"sent": "1"})
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    browser.cookies.clear()
    for name, value in cookies.items():
        browser.cookies[name] = value
    return code(response)


def code(response: Any) -> str:
    """Return the status; a redirection to the sign-in page, by htmx too, is « login », to the proof of who one is « prove »."""
    headers = response.headers
    where = str(headers.get("Location") or headers.get("HX-Redirect", "")).partition("?")[0]
    return {
        reverse("account_login"): "login",
        reverse("account_reauthenticate"): "prove",
        reverse("mfa_reauthenticate"): "prove",
    }.get(where, str(response.status_code))


def merged(codes: list[str]) -> str:
    """Return « 200 404 404 », or « 403 » for the same answer everywhere."""
    return codes[0] if len(set(codes)) == 1 else " ".join(codes)
