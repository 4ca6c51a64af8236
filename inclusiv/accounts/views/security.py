"""One's own account: what protects it, and the sessions that are open."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inclusiv.accounts.models import User
from inclusiv.accounts.signing import sessions as open_sessions
from inclusiv.accounts.signing import trust
from inclusiv.accounts.signing.overview import protection
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.french import plural


def reader(request: ActorRequest) -> User:
    """Return the account of whoever reads: it is theirs, whatever hat they wear."""
    return cast("User", request.user)


@require_safe
@requires()
def account(request: ActorRequest) -> HttpResponse:
    """Show « Mon compte »."""
    shown = protection(request, reader(request), at=timezone.now())
    return render(request, "inclusiv/accounts/account_page.html", {"protection": shown})


@require_safe
@requires()
def protect(request: ActorRequest) -> HttpResponse:
    """Explain why a second factor is needed, and offer the two kinds."""
    shown = protection(request, reader(request), at=timezone.now())
    if shown.has_factor:
        return redirect("home")
    return render(request, "inclusiv/accounts/protect_page.html")


@require_safe
@requires()
def sessions(request: ActorRequest) -> HttpResponse:
    """Show where one is signed in."""
    rows = open_sessions.open_sessions(reader(request), current_key=request.session.session_key)
    return render(request, "inclusiv/accounts/session_list.html", {"sessions": rows})


@require_POST
@requires()
def end_session(request: ActorRequest, pk: int) -> HttpResponse:
    """Close one of one's own sessions."""
    if not open_sessions.end_session(reader(request), pk=pk):
        raise Http404
    messages.success(request, "La session est fermée.")
    return redirect("accounts:sessions")


@require_POST
@requires()
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    """Close every session but this one."""
    closed = open_sessions.end_sessions(reader(request), but=request)
    messages.success(
        request, f"{plural(closed, 'session fermée', 'sessions fermées')}. Il ne reste que celle-ci."
    )
    return redirect("accounts:sessions")


@require_POST
@requires()
def forget_devices(request: ActorRequest) -> HttpResponse:
    """Ask for the second factor again on every device."""
    trust.forget_devices(reader(request))
    messages.success(
        request, "Le second facteur sera demandé à la prochaine connexion, sur tous vos appareils."
    )
    return redirect("accounts:account")
