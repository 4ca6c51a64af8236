"""Compute the hours of a lot and write its clause, remove it, notify the tender that makes it owed."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.obligations.actions import clauses, obligations
from clauses.obligations.choices import Permission, Unit
from clauses.obligations.forms.clauses import ClauseForm, NotifyForm
from clauses.obligations.selectors.sizing import (
    Calculation,
    SizingSheet,
    calculation,
    calculation_of,
    clauses_to_bind,
    sizing_sheet,
    stamp_of_binding,
)
from clauses.procurement.choices import Permission as ProcurementPermission
from clauses.procurement.choices import RegisteringStep
from clauses.procurement.models import Lot, Tender
from clauses.procurement.selectors.registering import after_clause, registering_path
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor
from inclusiv.core.components.screens import Crumb
from inclusiv.core.errors import too_many_requests
from inclusiv.core.french import hours_text
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import published
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.core.stamps import seen_in
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SET_CLAUSE)
def sizing(request: ActorRequest, pk: int) -> HttpResponse:
    """« Calcul des heures d’insertion »: compute again as one types, then write the clause."""
    now = timezone.now()
    found = Lot.objects.visible_to(request.actor).select_related("tender__buyer")
    sheet = sizing_sheet(get_object_or_404(found, pk=pk), on=paris_day(now))
    if sheet.lot.tender.is_bound:
        return binding_clause(request, sheet)
    form = ClauseForm(request.POST or None, sheet=sheet)
    going_on = after_clause(sheet.lot, actor=request.actor)
    if form.is_calculating:
        form.forget_other_errors()
    elif request.method == "POST" and form.is_valid():
        clause = sent(form, clauses.put, lot=sheet.lot, **form.clause(), by=request.actor, at=now)
        if clause is not None:
            asked = f"{clause.owed_text} d’insertion" if form.unit is Unit.HOURS else clause.owed_text
            messages.success(request, f"Lot {sheet.lot.number} : la clause demande {asked}.")
            if going_on and "arreter" not in request.POST:
                return redirect(going_on.url)
            return redirect("procurement:tender", sheet.lot.tender_id)
    context = {
        "form": form,
        "sheet": sheet,
        "path": registering_path(sheet.lot.tender, actor=request.actor, here=RegisteringStep.HOURS),
        "calculation": shown(form),
        "going_on": going_on,
        "trail": trail(sheet.lot, request.actor),
    }
    fragment = "#result" if request.htmx and not request.htmx.boosted else ""
    return render(
        request,
        f"clauses/obligations/sizing_page.html{fragment}",
        context,
        status=422 if form.errors else 200,
    )


def shown(form: ClauseForm) -> Calculation | None:
    """Return the calculation of the page as it stands, None while an input cannot be read."""
    inputs, result = form.inputs(), form.result()
    if inputs is None or result is None:
        return None
    return calculation(inputs, result, quantity=form.quantity_shown())


def binding_clause(request: ActorRequest, sheet: SizingSheet) -> HttpResponse:
    """Show the clause of a notified tender, which only an amendment changes."""
    context = {
        "sheet": sheet,
        "calculation": calculation_of(sheet.clause),
        "trail": trail(sheet.lot, request.actor),
    }
    return render(request, "clauses/obligations/clause_page.html", context)


def trail(lot: Lot, actor: Actor) -> list[Crumb]:
    """Return the way to a lot's calculation."""
    return trail_of(lot.tender, f"Heures du lot {lot.number}", actor=actor)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SET_CLAUSE)
def remove_clause(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then take the clause of a lot away."""
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender"), pk=pk)
    if request.method == "POST":
        try:
            clauses.remove(lot=lot, seen=seen_in(request.POST), by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"Le lot {lot.number} n’a plus de clause.")
        return redirect("procurement:tender", lot.tender_id)
    context = {"lot": lot, "seen": lot.sizings.count()}
    return render(request, "clauses/obligations/clause_remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ProcurementPermission.NOTIFY_TENDER)
def notify(request: ActorRequest, pk: int) -> HttpResponse:
    """« Notifier »: say the days, read what becomes owed, and make it owed."""
    now = timezone.now()
    tender = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    known = published(tender.pk)
    notified_on = (known and known.notified_on) or paris_day(now)
    binding = clauses_to_bind(tender)
    form = NotifyForm(
        request.POST or None,
        tender=tender,
        stamp=stamp_of_binding(binding),
        initial={"notified_on": notified_on},
    )
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        given = form.cleaned_data
        bound = sent(
            form,
            obligations.notify,
            tender=tender,
            notified_on=given["notified_on"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            by=request.actor,
            at=now,
        )
        if bound is not None:
            owed = sum((obligation.hours for obligation in bound), ZERO)
            due = f" : {hours_text(owed)} d’insertion sont dues" if owed or not bound else ""
            messages.success(request, f"Le marché est notifié{due}.")
            return redirect("procurement:tender", pk)
    context = {
        "form": form,
        "tender": tender,
        "clauses": binding,
        "total": sum((clause.hours for clause in binding), ZERO),
        "trail": trail_of(tender, "Notifier", actor=request.actor),
    }
    return render(
        request, "clauses/obligations/notify_form.html", context, status=422 if form.errors else 200
    )
