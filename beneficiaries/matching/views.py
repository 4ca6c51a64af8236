"""Who could answer a need, in order, with reasons; « Proposer »."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.matching.actions import proposals
from beneficiaries.matching.selectors import SHOWN, Found, candidates
from beneficiaries.people.models import Dossier
from beneficiaries.placements.choices import Permission, RequestKind
from beneficiaries.placements.models import JobRequest
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import readings


@require_safe
@requires(Permission.ANSWER_REQUEST)
def show(request: ActorRequest, pk: int) -> HttpResponse:
    """Show the best candidates of a need; its page brings them in as a fragment."""
    need = get_object_or_404(searches(request), pk=pk)
    now = timezone.now()
    found = candidates(need, actor=request.actor, on=paris_day(now))
    asked = request.GET.get("page")
    own = Paginator([one for one in found if one.is_own], SHOWN).get_page(asked)
    others = Paginator([one for one in found if not one.is_own], SHOWN).get_page(asked)
    named = (one.dossier.person for one in own)
    readings.note(action="candidates.listed", subjects=named, by=request.actor, at=now)
    context = {
        "need": need,
        "own": own,
        "others": others,
        "total": len(found),
        "following": following(own, others),
        "trail": [
            Crumb(label="Besoins", url=reverse("placements:requests")),
            Crumb(label=need.post, url=reverse("placements:request", args=[pk])),
            Crumb(label="Candidats"),
        ],
    }
    fragment = "#candidates" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"beneficiaries/matching/candidate_list.html{fragment}", context)


def following(*shown: "Page[Found]") -> int | None:
    """Return the number of the page that comes next, None when nobody is left to show."""
    return next((page.next_page_number() for page in shown if page.has_next()), None)


@require_POST
@requires(Permission.ANSWER_REQUEST)
def propose(request: ActorRequest, pk: int, dossier: int) -> HttpResponse:
    """Propose a candidate to the company."""
    need = get_object_or_404(searches(request), pk=pk)
    chosen = get_object_or_404(Dossier.objects.visible_to(request.actor), pk=dossier)
    try:
        proposals.propose(request=need, dossier=chosen, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"La candidature est proposée à {need.company.name}.")
    return redirect("placements:request", pk)


def searches(request: ActorRequest) -> QuerySet[JobRequest]:
    """Return the searches that one sees, with what the order needs."""
    rows = JobRequest.objects.visible_to(request.actor).filter(kind=RequestKind.SEARCH)
    return rows.select_related("company", "place", "award__lot__tender", "award__lot__clause")
