"""Decide: validate one, validate those without anomaly, send back, open a correction or give it up."""

from allauth.core import ratelimit
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
from beneficiaries.hours.selectors.waiting import statements_of
from beneficiaries.hours.views.statements import show
from inclusiv.accounts.selectors import queue_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_requests
from inclusiv.core.forms import check
from inclusiv.core.french import elide, month_name, plural
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent


def load(request: ActorRequest, pk: int) -> Statement:
    """Return the statement that one may see, or answer 404."""
    return get_object_or_404(
        Statement.objects.visible_to(request.actor).select_related(
            "award__lot__tender__structure", "declarant"
        ),
        pk=pk,
    )


def refuse_unread(request: ActorRequest, statement: Statement) -> None:
    """Raise Refused (stale_state) for a decision on something else than what the page showed."""
    if request.POST.get("lu") != statement.stamp:
        raise validation.stale()


@require_POST
@requires(Permission.VALIDATE)
def validate(request: ActorRequest, pk: int) -> HttpResponse:
    """Validate one statement, as the page showed it."""
    statement = load(request, pk)
    try:
        refuse_unread(request, statement)
        said = request.POST.get("compte")
        (done,) = validation.validate(statements=[statement], said=said, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Le relevé {elide('de', month_name(done.month))} est validé.")
    return redirect("hours:statement", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VALIDATE)
def validate_clean(request: ActorRequest) -> HttpResponse:
    """« Valider les 41 sans anomalie »: say which, then validate those of them that still are."""
    now = timezone.now()
    queue = queue_of(request.actor, whose=request.GET.get("qui", ""), on=paris_day(now))
    clean = Waiting(statements_of(queue))
    if request.method != "POST":
        context = {"clean": clean, "whose": queue.whose}
        return render(request, "beneficiaries/hours/statement_validate_clean.html", context)
    read = set(request.POST.getlist("lu"))
    shown = [statement for statement in clean.found if statement.stamp in read]
    try:
        done = validation.validate_clean(statements=shown, by=request.actor, at=now)
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
        check(form, refuse_unread, request, statement)
    if form.is_valid():
        sent(
            form,
            statements.return_for_correction,
            statement=statement,
            comment=form.cleaned_data["comment"],
            by=request.actor,
            at=timezone.now(),
        )
        if form.is_valid():
            messages.success(request, f"Le relevé est renvoyé à {statement.declarant.name}.")
            return redirect("hours:statement", pk)
    return show(request, statement, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECLARE)
def correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then open the correction of a validated statement."""
    statement = load(request, pk)
    if request.method == "POST":
        if not ratelimit.consume(request, action="signal"):
            return too_many_requests(request)
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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECLARE)
def abandon(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then give up a correction that was opened by mistake."""
    statement = load(request, pk)
    of_month = elide("de", month_name(statement.month))
    if request.method == "POST":
        try:
            standing = statements.abandon(statement=statement, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("hours:statement", pk)
        messages.success(request, f"La correction du relevé {of_month} est abandonnée : rien n’a changé.")
        return redirect("hours:statement", standing.pk)
    return render(
        request,
        "beneficiaries/hours/statement_abandon.html",
        {"statement": statement, "title": f"Abandonner la correction du relevé {of_month}"},
    )
