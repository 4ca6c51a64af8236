"""One tender's people and needs; the end of a mise à l'emploi."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.placements.actions import placements
from beneficiaries.placements.choices import Permission, Trouble
from beneficiaries.placements.forms import EndForm
from beneficiaries.placements.models import Placement
from beneficiaries.placements.selectors.tenders import NAMELESS, tender_people
from clauses.procurement.choices import Permission as ProcurementPermission
from clauses.procurement.models import Tender
from clauses.procurement.selectors.tenders import list_crumb
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.core.components.screens import Crumb
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.core.stamps import stamp_of
from inclusiv.records.actions import readings
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline


@require_safe
@requires(ProcurementPermission.SEE_TENDERS, ProcurementPermission.SEE_OWN_LOTS)
def tender(request: ActorRequest, pk: int) -> HttpResponse:
    """« Personnes et besoins »: names for the facilitator and each company's own, pseudonyms for the others."""
    found = Tender.objects.visible_to(request.actor).select_related("buyer", "place")
    shown = get_object_or_404(found, pk=pk)
    sheet = tender_people(shown, actor=request.actor, on=paris_day(timezone.now()))
    nameless = request.actor.role in NAMELESS
    if not nameless:
        note_reading(request, "placements.read", [line.placement for line in sheet.lines])
    context = {
        "tender": shown,
        "sheet": sheet,
        "nameless": nameless,
        "follows": request.actor.role is Role.FACILITATOR,
        "trail": [
            list_crumb(request.actor),
            Crumb(label=shown.reference, url=reverse("procurement:tender", args=[pk])),
            Crumb(label="Personnes et besoins"),
        ],
    }
    return render(request, "beneficiaries/placements/tender_people.html", context)


def note_reading(request: ActorRequest, action: str, placements: Sequence[Placement]) -> None:
    """Note that a page names the people of these mises à l'emploi; what is sent from it is no other reading."""
    readings.note(
        action=action,
        subjects=(placement.person for placement in placements),
        by=request.actor,
        at=timezone.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_PLACEMENT)
def end(request: ActorRequest, pk: int) -> HttpResponse:
    """« Signaler un départ ou un problème » about one person at work."""
    now = timezone.now()
    rows = Placement.objects.visible_to(request.actor).select_related(
        "person__identity", "employer", "user_company", "award__lot__tender"
    )
    placement = get_object_or_404(rows, pk=pk)
    note_reading(request, "placement.read", [placement])
    form = EndForm(
        request.POST or None,
        stamp=stamp_of(placement.ended_on),
        initial={"ended_on": placement.ended_on or paris_day(now)},
    )
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="signal"):
            return too_many_requests(request)
        sent(form, signal, placement, form.cleaned_data, by=request.actor, at=now)
        if form.is_valid():
            messages.success(request, "C’est signalé, votre facilitation le voit.")
            return redirect(after(placement, form))
    context = {
        "form": form,
        "placement": placement,
        "name": str(getattr(placement.person, "identity", None) or placement.code),
        "speaks_for": request.actor.role is Role.FACILITATOR,
        "back": reverse("placements:tender", args=[placement.award.lot.tender_id]),
        "entries": timeline(placement, actor=request.actor, page=request.GET.get("suite", "")),
    }
    return render(
        request, "beneficiaries/placements/placement_end.html", context, status=422 if form.errors else 200
    )


def signal(placement: Placement, given: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Do what the form says: a departure ends the mise à l'emploi, anything else is told."""
    trouble = Trouble(given["trouble"])
    if trouble is Trouble.DEPARTURE:
        placements.end(placement=placement, ended_on=given["ended_on"], by=by, at=at)
    else:
        placements.signal(placement=placement, trouble=trouble, by=by, at=at)


def after(placement: Placement, form: EndForm) -> str:
    """Return the next page: the request for a replacement when it is wanted."""
    if form.cleaned_data["replace"]:
        return f"{reverse('placements:ask', args=[placement.award_id])}?remplace={placement.pk}"
    return reverse("placements:tender", args=[placement.award.lot.tender_id])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_PLACEMENT)
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Give up a mise à l'emploi that has not started, after a confirmation."""
    rows = Placement.objects.visible_to(request.actor).select_related(
        "person__identity", "employer", "check_of__dossier__person", "award__lot__tender"
    )
    placement = get_object_or_404(rows, pk=pk)
    note_reading(request, "placement.read", [placement])
    tender_id = placement.award.lot.tender_id
    if request.method == "POST":
        try:
            placements.cancel(placement=placement, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "La mise à l’emploi est annulée.")
        return redirect("placements:tender", tender_id)
    context = {
        "placement": placement,
        "name": str(getattr(placement.person, "identity", None) or placement.code),
    }
    return render(request, "beneficiaries/placements/placement_cancel.html", context)
