"""Come in: by the link of an invitation, or by asking for an access."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inclusiv.accounts.actions import invitations, joining
from inclusiv.accounts.actions.invitations import Profile
from inclusiv.accounts.forms import AccountFields, JoinForm
from inclusiv.accounts.middleware import wear
from inclusiv.accounts.models import Invitation, Membership, User
from inclusiv.accounts.selectors import has_account, pending_invitation
from inclusiv.accounts.signing.recent import note_password_given
from inclusiv.core.access import public
from inclusiv.core.actors import Role
from inclusiv.core.errors import too_many_requests
from inclusiv.core.forms import SubmissionForm, attach
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.models import SignedLink


def invitation(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The screen of an invitation: open an account, or accept with the one that exists."""
    found = pending_invitation(link.subject, on=paris_day(timezone.now()))
    if found is None:
        return render(request, "inclusiv/accounts/invitation_closed.html", status=410)
    if has_account(found.email):
        return accept_with_account(request, link, found)
    form = AccountFields(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_access(request, link, found, form.profile())
        except Refused as refusal:
            attach(form, refusal)
        else:
            return enter(request, opened)
    context = {"invitation": found, "form": form}
    return render(
        request, "inclusiv/accounts/invitation_new.html", context, status=422 if form.errors else 200
    )


def accept_with_account(request: HttpRequest, link: SignedLink, found: Invitation) -> HttpResponse:
    """Let the owner of the invited address accept, once signed in."""
    user = request.user
    is_owner = isinstance(user, User) and user.email == found.email
    form = SubmissionForm(request.POST or None)
    if request.method == "POST" and is_owner and isinstance(user, User):
        try:
            return enter(request, open_access(request, link, found, user))
        except Refused as refusal:
            attach(form, refusal)
    context = {"invitation": found, "form": form, "is_owner": is_owner, "other": user.is_authenticated}
    return render(
        request, "inclusiv/accounts/invitation_known.html", context, status=422 if form.errors else 200
    )


def open_access(request: HttpRequest, link: SignedLink, found: Invitation, who: User | Profile) -> Membership:
    """Accept, and sign the new account in."""
    opened = invitations.accept(link=link, invitation=found, user=who, at=timezone.now())
    if isinstance(who, Profile):
        login(request, opened.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        note_password_given(request, opened.user)
    return opened


def enter(request: HttpRequest, opened: Membership) -> HttpResponse:
    """Act at once in the access just opened."""
    wear(request, opened)
    messages.success(request, f"Votre accès est ouvert : {opened.capacity.organisation}.")
    return redirect("home")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """« Demander un accès »: the answer is the same whatever is known here."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="join"):
            return too_many_requests(request)
        given = form.cleaned_data
        joining.ask(
            email=given["email"],
            name=given["name"],
            told=form.told(),
            role=Role(given["role"]),
            at=timezone.now(),
        )
        return render(request, "inclusiv/accounts/join_done.html")
    return render(request, "inclusiv/accounts/join.html", {"form": form}, status=422 if form.errors else 200)
