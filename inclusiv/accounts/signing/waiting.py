"""A sign-in that waits, at the code or at « cet appareil est-il à vous ? », holds like a session: it ends with them.

It remembers what a session opened at its first step would hold, which a new password and `sessions.end_sessions` change.
allauth keeps it in the visitor's session, which belongs to nobody yet and which no list of the account can name.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.stagekit import clear_login, unstash_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from inclusiv.accounts.models import User

BEGAN_KEY = "sign_in_began_under"


def note_beginning(request: HttpRequest, user: User) -> None:
    """Note under which password and seed a sign-in begins."""
    request.session[BEGAN_KEY] = user.get_session_auth_hash()


def while_it_holds(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send back to the password whoever answers the next question of a sign-in that has ended since."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        login = unstash_login(request, peek=True)
        began = request.session.get(BEGAN_KEY, "")
        if login and login.user and not constant_time_compare(began, login.user.get_session_auth_hash()):
            clear_login(request)
            return redirect("account_login")
        return view(request)

    return answer
