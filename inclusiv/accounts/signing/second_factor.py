"""Who must have a second factor, and what stays shut until they have one (DOMAIN.md 9.5, PRACTICE.md 2)."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from inclusiv.accounts.choices import SECOND_FACTOR_ROLES
from inclusiv.accounts.models import Capacity, Membership, MembershipQuerySet, User
from inclusiv.accounts.signing import sessions
from inclusiv.accounts.signing.demonstration import entered_by_button
from inclusiv.core.periods import paris_day

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""

OPEN_PREFIXES = ("account_", "mfa_")
"""allauth's own pages: signing out, password, setting a factor up."""

OPEN_PAGES = frozenset(
    {
        "accounts:account",
        "accounts:protect",
        "accounts:sessions",
        "accounts:end-session",
        "accounts:end-other-sessions",
        "accounts:forget-devices",
    }
)
"""Our pages about one's own account."""


def is_compulsory_for(user: User, *, on: date) -> bool:
    """Say whether one of the person's running memberships, worn today or not, demands a second factor."""
    return _demanding(user, on=on).exists()


def lacks_second_factor(user: User, *, on: date) -> bool:
    """Say whether a second factor is compulsory for the person and missing, in one query."""
    factor = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=FACTORS)
    return _demanding(user, on=on).exclude(Exists(factor)).exists()


def holds_factor(user: User) -> bool:
    """Say whether signing in asks the person for more than the password."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def _demanding(user: User, *, on: date) -> MembershipQuerySet:
    demanding = Capacity.objects.filter(role__in=SECOND_FACTOR_ROLES)
    opens_doors = Q(is_manager=True, capacity__organisation__in=demanding.values("organisation"))
    rows = Membership.objects.live(on=on).filter(user=user)
    return rows.filter(Q(capacity__in=demanding) | opens_doors)


class SecondFactorMiddleware:
    """Send to « Protégez votre compte » whoever lacks a compulsory second factor, from any page but their account's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Answer instead of the page."""
        if is_open(request) or not must_protect(request):
            return None
        address = reverse("accounts:protect")
        return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)


def active_once(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let allauth's view set a factor up; who presses twice finds it active, and comes back to their account."""

    @wraps(view)
    def press(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except IntegrityError:
            return redirect("mfa_index")

    return press


def alone_with_it(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Close the account's other sessions once it has a first factor: they were opened by the password alone.

    Those opened after have given the factor, or come from a device trusted since. A persona of the demonstration is
    several visitors at once, none of whom knows its password: nobody is put out.
    """

    @wraps(view)
    def press(request: HttpRequest) -> HttpResponse:
        user = cast("User", request.user)
        is_first = not holds_factor(user)
        answer = view(request)
        if is_first and holds_factor(user) and not entered_by_button(request):
            sessions.end_sessions(user, but=request)
        return answer

    return press


def is_open(request: HttpRequest) -> bool:
    """Say whether the page is one of those that stay open without the factor."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name.startswith(OPEN_PREFIXES) or name in OPEN_PAGES


def must_protect(request: HttpRequest) -> bool:
    """Say whether the reader must first set a second factor up."""
    if (
        not settings.SECOND_FACTOR_COMPULSORY
        or not isinstance(request.user, User)
        or entered_by_button(request)
    ):
        return False
    return lacks_second_factor(request.user, on=paris_day(timezone.now()))
