"""An organisation's page, and changing hats."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inclusiv.accounts.choices import Permission
from inclusiv.accounts.middleware import SESSION_KEY
from inclusiv.accounts.models import Membership, Organisation
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import paris_day
from inclusiv.records.models import reference
from inclusiv.records.selectors import timeline


@require_safe
@requires(Permission.SEE_ORGANISATIONS)
def organisation(request: ActorRequest, pk: int) -> HttpResponse:
    """Show an organisation: who it is, whom to call, what was said."""
    shown = get_object_or_404(Organisation.objects.visible_to(request.actor).select_related("commune"), pk=pk)
    context = {
        "organisation": shown,
        "contacts": shown.contacts.order_by("rank", "pk"),
        "roles": [capacity.get_role_display() for capacity in shown.capacities.order_by("pk")],
        "entries": timeline(shown, actor=request.actor),
        "subject": reference(shown),
    }
    return render(request, "inclusiv/accounts/organisation_page.html", context)


@require_POST
@requires()
def switch(request: ActorRequest, pk: int) -> HttpResponse:
    """Act from now on in another of one's own memberships."""
    mine = Membership.objects.live(on=paris_day(timezone.now())).filter(user_id=request.actor.user_id or 0)
    request.session[SESSION_KEY] = get_object_or_404(mine, pk=pk).pk
    return redirect("home")
