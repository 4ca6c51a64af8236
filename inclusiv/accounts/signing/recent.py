"""The lock before a dangerous act: whoever acts has proved in the last minutes who they are."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    raise_if_reauthentication_required,
)
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from inclusiv.accounts.models import User
from inclusiv.core.access import P, View


def recently_signed_in(view: View[P]) -> View[P]:
    """Ask for the password, a code or a passkey again, unless one was given in ACCOUNT_REAUTHENTICATION_TIMEOUT.

    It stands under `@requires`, which decides first who may. The answers of a form come back by themselves once the
    person has confirmed, its files do not: a form with a file asks before it is shown.
    """
    return cast("View[P]", reauthentication_required(view))


def ask_who_acts(request: HttpRequest) -> None:
    """Ask the same from inside a view, where only some answers of a form are dangerous; nothing is written yet."""
    raise_if_reauthentication_required(request, app="accounts")


def ask_first(request: HttpRequest, *, then: str) -> HttpResponse:
    """Return the page that asks who acts, and leads to another one; nothing waits meanwhile."""
    [method, *_] = get_adapter().get_reauthentication_methods(request.user)
    return redirect(f"{method['url']}?{urlencode({REDIRECT_FIELD_NAME: then})}")


def note_password_given(request: HttpRequest, user: User) -> None:
    """Take for a proof the password that somebody has just chosen, in the session that it opened."""
    record_authentication(request, user, method="password")


def forget_waiting_form(request: HttpRequest) -> None:
    """Drop the form that comes back by itself after a proof: it was sent in a role that is no longer worn."""
    request.session.pop(STATE_SESSION_KEY, None)
