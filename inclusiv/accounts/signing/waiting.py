"""A sign-in that waits, at the code or at « cet appareil est-il à vous ? », holds like a session: it ends with them.

It remembers what a session opened at its first step would hold, which a new password and `sessions.end_sessions` change.
allauth keeps it in the visitor's session, which belongs to nobody yet and which no list of the account can name.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.stagekit import unstash_login
from allauth.account.stages import LoginStage, LoginStageController
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare


class FirstStep(LoginStage):  # type: ignore[misc]  # allauth ships no types
    """The step that nobody sees: it notes under which password and seed the sign-in began."""

    key = "first_step"

    def handle(self) -> tuple[None, bool]:
        """Note it and go on."""
        self.state["under"] = self.login.user.get_session_auth_hash()
        return None, True

    @property
    def holds(self) -> bool:
        """Say whether neither the password nor the seed has changed since."""
        return constant_time_compare(self.state.get("under", ""), self.login.user.get_session_auth_hash())


def while_it_holds(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send back to the password whoever answers the next question of a sign-in that has ended since."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        login = unstash_login(request, peek=True)
        if login and login.user:
            first: FirstStep = LoginStageController(request, login).get_stage(FirstStep.key)
            if not first.holds:
                refused: HttpResponse = first.abort()
                return refused
        return view(request)

    return answer
