"""Describe the lots of a tender, one after the other."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.procurement.actions import lots
from clauses.procurement.choices import Permission
from clauses.procurement.forms.lots import LotForm
from clauses.procurement.models import Lot, Tender
from clauses.procurement.selectors.tenders import tender_sheet
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.forms import attach
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import submissions


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def add(request: ActorRequest, pk: int) -> HttpResponse:
    """Show the lots already described, and add one."""
    now = timezone.now()
    tender = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    sheet = tender_sheet(tender, actor=request.actor, today=paris_day(now))
    form = LotForm(
        request.POST or None,
        initial={
            "version": tender.version,
            "number": max((row.lot.number for row in sheet.rows), default=0) + 1,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                submissions.receive(submission=form.cleaned_data["submission"], by=request.actor, at=now)
                lot = lots.add(tender=tender, **form.facts(), by=request.actor, at=now)
        except Refused as refusal:
            attach(form, refusal)
        else:
            tell(request, form, f"Le lot {lot.number} est ajouté.")
            return redirect("procurement:lots", pk)
    context = {
        "form": form,
        "tender": tender,
        "sheet": sheet,
        "owns": True,
        "trail": trail_of(tender, "Lots", actor=request.actor),
    }
    return render(request, "clauses/procurement/lots_page.html", context, status=422 if form.errors else 200)


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
        given = form.cleaned_data
        try:
            with transaction.atomic():
                submissions.receive(submission=given["submission"], by=request.actor, at=now)
                lots.change(lot=lot, version=given["version"], **form.facts(), by=request.actor, at=now)
        except Refused as refusal:
            attach(form, refusal)
        else:
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
