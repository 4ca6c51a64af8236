"""« Indiquer le titulaire »."""

from datetime import date
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.procurement.actions import awards
from clauses.procurement.choices import GroupType, Permission
from clauses.procurement.forms.lots import RANKS, AwardForm
from clauses.procurement.models import Award, Lot
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Published, published
from inclusiv.core.refusals import Refused
from inclusiv.core.stamps import seen_in
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AWARD_LOT)
def award(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a lot to a company or to a group."""
    now = timezone.now()
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender"), pk=pk)
    known = published(lot.tender_id)
    form = AwardForm(request.POST or None, initial=award_facts(lot, known, today=paris_day(now)))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="award"):
            return too_many_requests(request)
        given = form.cleaned_data
        done = sent(
            form,
            awards.award,
            lot=lot,
            contractors=form.companies(),
            group_type=GroupType(given["group_type"]),
            amount=given["amount"],
            awarded_on=given["awarded_on"],
            by=request.actor,
            at=now,
        )
        if done is not None:
            messages.success(request, f"Le titulaire du lot {lot.number} est enregistré.")
            return redirect("procurement:tender", lot.tender_id)
    context = {
        "form": form,
        "lot": lot,
        "published": known,
        "trail": trail_of(lot.tender, f"Titulaire du lot {lot.number}", actor=request.actor),
    }
    return render(request, "clauses/procurement/award_form.html", context, status=422 if form.errors else 200)


def award_facts(lot: Lot, known: Published | None, *, today: date) -> dict[str, Any]:
    """Return what a new award starts from: today, or what was published, which never tells the day of the award."""
    if known is None:
        return {"awarded_on": today, "amount": lot.estimated_amount}
    alone = lot.tender.lots.count() == 1
    facts: dict[str, Any] = {"amount": known.amount if alone else lot.estimated_amount}
    for rank, (siret, name) in zip(RANKS, known.contractors, strict=False):
        facts |= {f"siret_{rank}": siret, f"name_{rank}": name}
    return facts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AWARD_LOT)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then take back the contractor of a lot."""
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender"), pk=pk)
    if request.method == "POST":
        try:
            awards.withdraw(lot=lot, seen=seen_in(request.POST), by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"Le lot {lot.number} n’a plus de titulaire.")
        return redirect("procurement:tender", lot.tender_id)
    award = Award.objects.visible_to(request.actor).with_story().filter(lot=lot).first()
    return render(request, "clauses/procurement/award_withdraw.html", {"lot": lot, "award": award})
