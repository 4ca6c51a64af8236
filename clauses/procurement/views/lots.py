"""Describe the lots of a tender, one after the other."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.procurement.actions import lots, registering
from clauses.procurement.choices import Permission, RegisteringStep, TenderNature
from clauses.procurement.forms.lots import LotForm
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.registering import proposed_sector
from clauses.procurement.selectors.registering import registering_path
from clauses.procurement.selectors.tenders import tender_sheet
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def add(request: ActorRequest, pk: int) -> HttpResponse:
    """Show the lots already described, and add one."""
    now = timezone.now()
    tender = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    sheet = tender_sheet(tender, actor=request.actor, today=paris_day(now))
    numbers = [row.lot.number for row in sheet.rows]
    form = LotForm(request.POST or None, initial=lot_facts(tender, numbers))
    is_last = "continuer" in request.POST
    if request.method == "POST" and form.is_valid():
        add_one = registering.describe_last if is_last else lots.add
        lot = sent(form, add_one, tender=tender, **form.facts(), by=request.actor, at=now)
        if lot is not None:
            tell(request, form, f"Le lot {lot.number} est ajouté.")
            first = tender.lots.order_by("number").values_list("pk", flat=True)[0]
            return redirect("obligations:sizing", first) if is_last else redirect("procurement:lots", pk)
    path = registering_path(tender, actor=request.actor, here=RegisteringStep.LOTS)
    context = {
        "path": path,
        "hours_url": path.steps[-2].url if path else "",
        "form": form,
        "tender": tender,
        "sheet": sheet,
        "owns": True,
        "trail": trail_of(tender, "Lots", actor=request.actor),
    }
    return render(request, "clauses/procurement/lots_page.html", context, status=422 if form.errors else 200)


def lot_facts(tender: Tender, numbers: list[int]) -> dict[str, Any]:
    """Return what a new lot starts from: the next number, and for the first one what the tender already says."""
    if numbers:
        return {"version": tender.version, "number": max(numbers) + 1}
    return {
        "version": tender.version,
        "number": 1,
        "title": tender.title[:255],
        "estimated_amount": tender.estimated_amount,
        "cpv": tender.cpv,
        "sector": proposed_sector(nature=TenderNature(tender.nature), cpv=tender.cpv, title=tender.title),
    }


def tell(request: ActorRequest, form: LotForm, done: str) -> None:
    """Say what was done, and what is doubtful in it."""
    messages.success(request, done)
    if form.doubt:
        messages.warning(request, form.doubt)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a lot that has no contractor yet."""
    now = timezone.now()
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender"), pk=pk)
    known = {name: getattr(lot, name) for name in ("number", "title", "sector", "estimated_amount", "cpv")}
    form = LotForm(request.POST or None, initial=known | {"version": lot.tender.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        done = sent(form, lots.change, lot=lot, version=version, **form.facts(), by=request.actor, at=now)
        if done is not None:
            tell(request, form, f"Le lot {lot.number} est corrigé.")
            return redirect("procurement:tender", lot.tender_id)
    context = {
        "form": form,
        "lot": lot,
        "trail": trail_of(lot.tender, f"Lot {lot.number}", actor=request.actor),
    }
    return render(request, "clauses/procurement/lot_change.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then remove a lot that has neither a clause nor a contractor."""
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender"), pk=pk)
    if request.method == "POST":
        try:
            lots.remove(lot=lot, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"Le lot {lot.number} est retiré.")
        return redirect("procurement:tender", lot.tender_id)
    return render(request, "clauses/procurement/lot_remove.html", {"lot": lot})
