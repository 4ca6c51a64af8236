"""Open sessions: seen, listed, closed, swept.

A session lives SESSION_COOKIE_AGE after its last sign of life, which is written at most once in NOTE_EVERY: one page
in ten minutes costs a write, the others none. It ends LONGEST after it was opened, however much it is used.

All those of an account end together by a new `session_seed`, which each of them was opened under: what is being opened
at that instant ends too.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from inclusiv.accounts.models import User
from inclusiv.accounts.rules.browsers import browser_name

SEEN_KEY = "seen_at"
OPENED_KEY = "opened_at"
LONGEST = timedelta(days=7)
"""Life of a session that is used every day: one left on a computer that others use ends too."""
NOTE_EVERY = timedelta(minutes=10)
REMEMBERED = timedelta(days=1)
"""How long a session that ended by its age opens nothing and is still there."""


class SessionClockMiddleware:
    """Keep a session that is used alive, and remember where and when it was seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            note_activity(request, at=timezone.now())
        return self.get_response(request)


def note_activity(request: HttpRequest, *, at: datetime) -> None:
    """Write the sign of life, unless one was written less than NOTE_EVERY ago."""
    seen = request.session.get(SEEN_KEY, 0)
    if at.timestamp() - seen < NOTE_EVERY.total_seconds():
        return
    opened = request.session.setdefault(OPENED_KEY, at.timestamp())
    if at.timestamp() - opened > LONGEST.total_seconds():
        logout(request)
        return
    request.session[SEEN_KEY] = at.timestamp()
    UserSession.objects.create_from_request(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its owner reads it."""

    pk: int
    device: str
    address: str
    opened_at: datetime
    seen_at: datetime
    is_current: bool


def open_sessions(user: User, *, current_key: str | None) -> list[OpenSession]:
    """Return the person's open sessions, the present one first, then the latest seen."""
    rows = [
        OpenSession(
            pk=row.pk,
            device=browser_name(row.user_agent),
            address=row.ip,
            opened_at=row.created_at,
            seen_at=row.last_seen_at,
            is_current=row.session_key == current_key,
        )
        for row in UserSession.objects.purge_and_list(user)
    ]
    return sorted(rows, key=lambda row: (not row.is_current, -row.seen_at.timestamp()))


def end_session(user: User, *, pk: int) -> bool:
    """Close one of the person's own sessions at once; say whether there was one."""
    found = UserSession.objects.filter(user=user, pk=pk).first()
    if found:
        found.end()
    return found is not None


def end_sessions(user: User, *, but: HttpRequest | None = None) -> int:
    """Close at once every session of the person, but the one of this request; return how many were closed.

    For « déconnecter partout ailleurs », for a first second factor, and for whoever closes an account.
    """
    user.session_seed = secrets.token_hex(16)
    user.save(update_fields=["session_seed"])
    if but:
        but.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    kept = but.session.session_key if but else None
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=kept))
    for row in rows:
        row.end()
    return len(rows)


def sweep_sessions(*, at: datetime) -> int:
    """Remove the sessions that ended a day ago, and with them the addresses of those who opened them; return how many.

    A day, because a form left open the evening before is still known to be its author's (`kept_forms`).
    """
    Session.objects.filter(expire_date__lt=at - REMEMBERED).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    removed: int = UserSession.objects.exclude(Exists(living)).delete()[0]
    return removed
