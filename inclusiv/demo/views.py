"""What exists in the demonstration only: signing in as a persona, and the gallery of components."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from inclusiv.accounts.models import User
from inclusiv.accounts.signing.demonstration import note_entrance
from inclusiv.core.access import public
from inclusiv.core.gallery import gallery
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
    return redirect("home")


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component; outside the demonstration this page does not exist."""
    if not settings.DEMO:
        raise Http404
    return gallery(request)
