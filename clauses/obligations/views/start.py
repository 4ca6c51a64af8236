"""« Démarrage »: from the award to the site."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clauses.obligations.selectors.start import start_sheet
from clauses.procurement.choices import Permission
from clauses.procurement.models import Tender
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import paris_day


@require_safe
@requires(Permission.SEE_TENDERS, Permission.SEE_OWN_LOTS)
def start(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell where the beginning of a tender stands; a contractor reads its own lots."""
    found = Tender.objects.visible_to(request.actor).select_related(
        "buyer", "structure", "facilitator", "place"
    )
    tender = get_object_or_404(found, pk=pk)
    context = {
        "tender": tender,
        "sheet": start_sheet(tender, actor=request.actor, on=paris_day(timezone.now())),
        "trail": trail_of(tender, "Démarrage", actor=request.actor),
    }
    return render(request, "clauses/obligations/start_page.html", context)
