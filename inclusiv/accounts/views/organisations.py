"""An organisation's page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inclusiv.accounts.actions import invitations
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.choices import INCLUSIVE_KINDS, Permission
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.rules.entering import Obstacle, obstacle
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.records.models import reference
from inclusiv.records.selectors import timeline


@require_safe
@requires(Permission.SEE_ORGANISATIONS)
def organisation(request: ActorRequest, pk: int) -> HttpResponse:
    """Show an organisation: who it is, whom to call, what was said."""
    shown = get_object_or_404(Organisation.objects.visible_to(request.actor).select_related("commune"), pk=pk)
    context = {
        "organisation": shown,
        "contacts": shown.contacts.present(),
        "is_inclusive": shown.company_kind in INCLUSIVE_KINDS,
        "keeps_contacts": request.actor.may(Permission.KEEP_CONTACTS),
        "roles": [capacity.get_role_display() for capacity in shown.capacities.order_by("pk")],
        "entries": timeline(shown, actor=request.actor, page=request.GET.get("suite", ""), within="tender"),
        "subject": reference(shown),
        "shut": how_it_opens(shown, request.actor),
    }
    return render(request, "inclusiv/accounts/organisation_page.html", context)


SHUT = {
    Obstacle.FROM_INSIDE: "une personne de l’organisation les gère",
    Obstacle.OF_OTHERS: "la structure qui suit ses marchés les ouvre",
}


def how_it_opens(organisation: Organisation, actor: Actor) -> str:
    """Say how one comes in where the reader may not invite a partner; "" where they may."""
    door = invitations.door_to(
        organisation, role=Role.CONTRACTOR, guest=Guest(""), by=actor, at=timezone.now()
    )
    obstacle_met = obstacle(door, inviter=actor.role, is_manager=actor.is_manager)
    return SHUT.get(obstacle_met, "") if obstacle_met else ""
