"""Changing hats: acting in another of one's own memberships."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from inclusiv.accounts.middleware import wear
from inclusiv.accounts.models import Membership
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import paris_day


@require_POST
@requires()
def switch(request: ActorRequest, pk: int) -> HttpResponse:
    """Act from now on in another of one's own memberships."""
    mine = Membership.objects.live(on=paris_day(timezone.now())).filter(user_id=request.actor.user_id or 0)
    wear(request, get_object_or_404(mine, pk=pk))
    return redirect("home")
