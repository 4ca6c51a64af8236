"""Changing hats: acting in another of one's own memberships."""

from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from inclusiv.accounts.middleware import SESSION_KEY
from inclusiv.accounts.models import Membership
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import paris_day


@require_POST
@requires()
def switch(request: ActorRequest, pk: int) -> HttpResponse:
    """Act from now on in another of one's own memberships."""
    mine = Membership.objects.live(on=paris_day(timezone.now())).filter(user_id=request.actor.user_id or 0)
    request.session[SESSION_KEY] = get_object_or_404(mine, pk=pk).pk
    # A form left open in another tab was drawn for the other role: its token no longer opens anything.
    rotate_token(request)
    return redirect("home")
