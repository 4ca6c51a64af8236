"""« Enregistrer un marché »: step by step, or at once on one page; what looks like it is shown before it is written."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.procurement.actions import registering, tenders
from clauses.procurement.choices import Permission, RegisteringStep
from clauses.procurement.forms.registering import PurchaseForm, ScheduleForm, StartForm
from clauses.procurement.forms.tenders import RegisterForm
from clauses.procurement.models import Tender
from clauses.procurement.selectors.look_alikes import LookAlike
from clauses.procurement.selectors.registering import new_path, registering_path
from clauses.procurement.selectors.tenders import actors_organisation, list_crumb
from clauses.procurement.views.look_alikes import doubtful
from clauses.procurement.views.tenders import trail_of, warn
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.periods import paris_day
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def start(request: ActorRequest) -> HttpResponse:
    """Step 1: tell what is bought; the tender exists from there on, and every next step is saved on it."""
    form = StartForm(request.POST or None, actor=request.actor, today=paris_day(timezone.now()))
    return registered(
        request,
        form,
        write=registering.start,
        template="clauses/procurement/tender_start.html",
        go_on="procurement:schedule",
        said="Le marché {reference} est enregistré. Chaque étape l’est aussi : vous pouvez vous arrêter et reprendre.",
        context={"path": new_path()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def register(request: ActorRequest) -> HttpResponse:
    """« Tout saisir sur une page »: identification, dates, place; the lots come on the next page."""
    form = RegisterForm(request.POST or None, actor=request.actor, today=paris_day(timezone.now()))
    return registered(
        request,
        form,
        write=tenders.register,
        template="clauses/procurement/tender_register.html",
        go_on="procurement:lots",
        said="Le marché {reference} est enregistré. Décrivez maintenant ses lots.",
        context={},
    )


def registered(
    request: ActorRequest,
    form: StartForm | RegisterForm,
    *,
    write: Callable[..., Tender],
    template: str,
    go_on: str,
    said: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """Register what a form tells and go on, unless it looks like a tender already there: it is then asked first."""
    now = timezone.now()
    twins: list[LookAlike] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        buyer = given.get("buyer") or actors_organisation(request.actor)
        twins = doubtful(request, form.facts(), buyer=buyer, submission=given["submission"])
        if not twins:
            tender = sent(
                form,
                write,
                buyer=buyer,
                structure=given.get("structure"),
                **form.facts(),
                by=request.actor,
                at=now,
            )
            if tender is not None:
                warn(request, form)
                messages.success(request, said.format(reference=tender.reference))
                return redirect(go_on, tender.pk)
    shown = {
        **context,
        "form": form,
        "twins": twins,
        "trail": [list_crumb(request.actor), Crumb(label="Enregistrer un marché")],
    }
    status = 422 if form.errors or twins else 200
    return render(request, template, shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def purchase(request: ActorRequest, pk: int) -> HttpResponse:
    """Step 1 again, on a tender already registered."""
    found = get_object_or_404(Tender.objects.visible_to(request.actor).select_related("place"), pk=pk)
    form = PurchaseForm(request.POST or None, actor=request.actor, tender=found)
    return saved(request, found, form, step=RegisteringStep.PURCHASE, go_on="procurement:schedule")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def schedule(request: ActorRequest, pk: int) -> HttpResponse:
    """Step 2: the dates, as far as they are known; they are compared as they are typed, nothing being written."""
    found = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    form = ScheduleForm(request.POST or None, tender=found)
    if "verifier" in request.POST:
        context = {"form": form, "checked": True}
        return render(request, "clauses/procurement/tender_guided.html#dates", context)
    return saved(request, found, form, step=RegisteringStep.SCHEDULE, go_on="procurement:lots")


def saved(
    request: ActorRequest,
    found: Tender,
    form: PurchaseForm | ScheduleForm,
    *,
    step: RegisteringStep,
    go_on: str,
) -> HttpResponse:
    """Save a step and go on to the next; « Enregistrer et m’arrêter là » leads to the tender's page."""
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        done = sent(
            form, tenders.change, tender=found, version=version, **form.facts(), by=request.actor, at=now
        )
        if done is not None:
            warn(request, form)
            if "arreter" in request.POST:
                messages.success(request, "L’étape est enregistrée. Vous reprendrez quand vous voudrez.")
                return redirect("procurement:tender", found.pk)
            return redirect(go_on, found.pk)
    context = {
        "form": form,
        "tender": found,
        "step": step,
        "path": registering_path(found, actor=request.actor, here=step),
        "trail": trail_of(found, step.label, actor=request.actor),
    }
    return render(
        request, "clauses/procurement/tender_guided.html", context, status=422 if form.errors else 200
    )
