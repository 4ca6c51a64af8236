"""Decide: validate one, validate those without anomaly, send back, open a correction."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.choices import Permission
from beneficiaries.hours.forms import ReturnForm
from beneficiaries.hours.models import Statement
from beneficiaries.hours.selectors.clean import Waiting
from beneficiaries.hours.views.statements import show
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.french import elide, month_name, plural
from inclusiv.core.refusals import Refused


def load(request: ActorRequest, pk: int) -> Statement:
    """Return the statement that one may see, or answer 404."""
    return get_object_or_404(
        Statement.objects.visible_to(request.actor).select_related(
            "award__lot__tender__structure", "declarant"
        ),
        pk=pk,
    )


@require_POST
@requires(Permission.VALIDATE)
def validate(request: ActorRequest, pk: int) -> HttpResponse:
    """Validate one statement."""
    try:
        (done,) = validation.validate(statements=[load(request, pk)], by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Le relevé {elide('de', month_name(done.month))} est validé.")
    return redirect("hours:statement", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VALIDATE)
def validate_clean(request: ActorRequest) -> HttpResponse:
    """« Valider les 41 sans anomalie »: say how many, then validate those that still are."""
    clean = Waiting(Statement.objects.visible_to(request.actor))
    if request.method != "POST":
        return render(request, "beneficiaries/hours/statement_validate_clean.html", {"clean": clean})
    try:
        done = validation.validate_clean(statements=clean.found, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{plural(len(done), 'relevé validé')}.")
    return redirect("hours:list")


@require_POST
@requires(Permission.VALIDATE)
def send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Send a statement back to its declarant, with what to correct."""
    statement = load(request, pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            statements.return_for_correction(
                statement=statement,
                comment=form.cleaned_data["comment"],
                by=request.actor,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"Le relevé est renvoyé à {statement.declarant.name}.")
            return redirect("hours:statement", pk)
    return show(request, statement, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECLARE)
def correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then open the correction of a validated statement."""
    statement = load(request, pk)
    if request.method == "POST":
        try:
            new = statements.correct(statement=statement, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("hours:statement", pk)
        return redirect("hours:statement", new.pk)
    return render(
        request,
        "beneficiaries/hours/statement_correct.html",
        {"statement": statement, "title": f"Corriger le relevé {elide('de', month_name(statement.month))}"},
    )
