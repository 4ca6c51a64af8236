"""« Sous-traitants » of a lot: who is declared, tier by tier; declare one, accept or refuse it."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clauses.procurement.actions import subcontracts
from clauses.procurement.choices import Permission, SubcontractStatus
from clauses.procurement.forms.subcontracts import DeclareForm, SubcontractDecisionForm
from clauses.procurement.models import Award, Subcontract
from clauses.procurement.selectors.subcontracts import SubcontractSheet, subcontract_sheets
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_requests
from inclusiv.records.forms import sent


def sheet_of(request: ActorRequest, pk: int) -> SubcontractSheet:
    """Return the subcontractors of an award that the actor may read."""
    award = get_object_or_404(Award.objects.visible_to(request.actor).with_story(), pk=pk)
    sheets = subcontract_sheets([award], actor=request.actor)
    if not sheets:
        raise Http404
    return sheets[0]


@require_safe
@requires(Permission.SEE_TENDERS, Permission.SEE_OWN_LOTS)
def lot(request: ActorRequest, pk: int) -> HttpResponse:
    """List the subcontractors of a lot, by the key of its award."""
    sheet = sheet_of(request, pk)
    context = {
        "sheet": sheet,
        "lot": sheet.award.lot,
        "tender": sheet.award.lot.tender,
        "trail": trail_of(
            sheet.award.lot.tender, f"Sous-traitants du lot {sheet.award.lot.number}", actor=request.actor
        ),
    }
    return render(request, "clauses/procurement/subcontract_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECLARE_SUBCONTRACT)
def declare(request: ActorRequest, pk: int) -> HttpResponse:
    """« Déclarer un sous-traitant » before it comes."""
    now = timezone.now()
    sheet = sheet_of(request, pk)
    parents = Subcontract.objects.visible_to(request.actor).filter(
        award=sheet.award, status=SubcontractStatus.ACCEPTED
    )
    form = DeclareForm(
        request.POST or None, parents=parents.select_related("organisation").order_by("rank", "pk")
    )
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="signal"):
            return too_many_requests(request)
        made = sent(form, subcontracts.declare, award=sheet.award, **form.facts(), by=request.actor, at=now)
        if made is not None:
            messages.success(
                request, f"{made.organisation} est déclaré : l’acheteur et la facilitation sont prévenus."
            )
            return redirect("procurement:subcontracts", pk)
    context = {
        "form": form,
        "sheet": sheet,
        "lot": sheet.award.lot,
        "tender": sheet.award.lot.tender,
        "trail": trail_of(sheet.award.lot.tender, "Déclarer un sous-traitant", actor=request.actor),
    }
    return render(
        request, "clauses/procurement/subcontract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECIDE_SUBCONTRACT)
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Accept or refuse a subcontractor, by its key."""
    now = timezone.now()
    found = Subcontract.objects.visible_to(request.actor).select_related(
        "award__lot__tender__buyer", "organisation", "parent__organisation"
    )
    asked = get_object_or_404(found, pk=pk)
    form = SubcontractDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        given = form.cleaned_data
        decided = sent(
            form,
            subcontracts.decide,
            subcontract=asked,
            is_accepted=given["decision"] == "accepter",
            reason=given["reason"],
            by=request.actor,
            at=now,
        )
        if decided is not None:
            messages.success(request, f"{decided.organisation} : {decided.get_status_display().lower()}.")
            return redirect("procurement:subcontracts", asked.award_id)
    tender = asked.award.lot.tender
    context = {
        "form": form,
        "asked": asked,
        "waits": asked.status == SubcontractStatus.DECLARED,
        "tender": tender,
        "trail": trail_of(tender, f"Sous-traitant {asked.organisation}", actor=request.actor),
    }
    return render(
        request, "clauses/procurement/subcontract_decide.html", context, status=422 if form.errors else 200
    )
