"""What exists in the demonstration only: signing in as a persona, the mails sent, the gallery of components."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inclusiv.accounts.models import User
from inclusiv.accounts.signing.demonstration import note_entrance
from inclusiv.core.access import public
from inclusiv.core.gallery import gallery
from inclusiv.demo.outbox import latest_mails
from inclusiv.demo.personas import CHARACTERS


@public
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open the persona's session, which is asked for no second factor; outside the demonstration it does not exist."""
    emails = {character.slug: character.email for character in CHARACTERS}
    email = emails.get(request.POST.get("persona", ""))
    if not settings.DEMO or email is None:
        raise Http404
    user = get_object_or_404(User, email=email)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    note_entrance(request)
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if is_ours else "home")


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component; outside the demonstration this page does not exist."""
    if not settings.DEMO:
        raise Http404
    return gallery(request)


@public
@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Show the latest mails, which nobody receives here, so that their links may be tried."""
    if not settings.DEMO:
        raise Http404
    return render(request, "inclusiv/demo/mails.html", {"mails": latest_mails()})
