"""« Demander un avis »: the question, its page for both sides, the proposal and the decision."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clauses.procurement.actions import advice
from clauses.procurement.choices import AdviceAction, AdviceStatus, Opinion, Permission
from clauses.procurement.forms.advice import AskForm, DecideForm, NewAdviceForm, ProposeForm
from clauses.procurement.models import AdviceRequest, Tender
from clauses.procurement.selectors.advice import advice_sheet
from clauses.procurement.selectors.look_alikes import LookAlike
from clauses.procurement.selectors.tenders import actors_organisation, list_crumb
from clauses.procurement.views.look_alikes import doubtful
from clauses.procurement.views.tenders import trail_of
from inclusiv.accounts.counting import may_draw
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.errors import too_many_documents, too_many_requests
from inclusiv.core.files import serve
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent

SENT = "Votre demande est partie : la facilitation répond avant le {day:%d/%m/%Y}."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK_ADVICE)
def ask_new(request: ActorRequest) -> HttpResponse:
    """Ask about a purchase that is not registered yet, unless it looks like a tender already there: asked first."""
    now = timezone.now()
    form = NewAdviceForm(
        request.POST or None, request.FILES or None, actor=request.actor, today=paris_day(now)
    )
    twins: list[LookAlike] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        buyer = given.get("buyer") or actors_organisation(request.actor)
        facts = {**form.facts(), "reference": given["reference"]}
        twins = doubtful(request, facts, buyer=buyer, submission=given["submission"])
        chosen = next((one.tender for one in twins if str(one.tender.pk) == request.POST.get("sur")), None)
        if chosen or not twins:
            new = partial(advice.ask_new, buyer=buyer, reference=given["reference"], **form.facts())
            write = partial(advice.ask, tender=chosen) if chosen else new
            if answer := send(request, form, write, now=now):
                return answer
    context = {
        "form": form,
        "twins": twins,
        "files_sent": bool(request.FILES),
        "trail": [list_crumb(request.actor), Crumb(label="Demander un avis")],
        "is_new": True,
    }
    status = 422 if form.errors or twins else 200
    return render(request, "clauses/procurement/advice_ask.html", context, status=status)


def send(
    request: ActorRequest, form: AskForm, write: Callable[..., AdviceRequest], *, now: datetime
) -> HttpResponse | None:
    """Send a question by the action `write`, once; None when it is refused, which the form then says."""
    if not ratelimit.consume(request, action="signal"):
        return too_many_requests(request)
    question, pieces = form.cleaned_data["question"], form.pieces()
    asked = sent(form, write, question=question, pieces=pieces, by=request.actor, at=now)
    if asked is None:
        return None
    messages.success(request, SENT.format(day=asked.due_on))
    return redirect("procurement:advice", asked.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK_ADVICE)
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask about a tender already registered."""
    now = timezone.now()
    tender = get_object_or_404(Tender.objects.visible_to(request.actor).select_related("buyer"), pk=pk)
    form = AskForm(request.POST or None, request.FILES or None)
    write = partial(advice.ask, tender=tender)
    if request.method == "POST" and form.is_valid() and (answer := send(request, form, write, now=now)):
        return answer
    context = {
        "form": form,
        "tender": tender,
        "trail": trail_of(tender, "Demander un avis", actor=request.actor),
    }
    return render(request, "clauses/procurement/advice_ask.html", context, status=422 if form.errors else 200)


def opened(request: ActorRequest, pk: int) -> AdviceRequest:
    """Return a request that the actor sees."""
    found = AdviceRequest.objects.visible_to(request.actor).select_related(
        "tender__buyer", "tender__structure", "tender__place", "note"
    )
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK_ADVICE)
def page(request: ActorRequest, pk: int) -> HttpResponse:
    """Show a request to both sides, with the form of whoever is waited for."""
    now = timezone.now()
    asked = opened(request, pk)
    answers = asked.status == AdviceStatus.ASKED and request.actor.may(Permission.GIVE_ADVICE)
    sheet = advice_sheet(asked, actor=request.actor, today=paris_day(now))
    form = (ProposeForm if answers else DecideForm)(request.POST or None, stamp=sheet.stamp)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if answers and not may_draw(request):
            return too_many_documents(request)
        if answers:
            done = sent(
                form,
                advice.propose,
                request=asked,
                opinion=Opinion(given["opinion"]),
                answer=given["answer"],
                address=settings.PUBLIC_URL + reverse("procurement:advice", args=[pk]),
                by=request.actor,
                at=now,
            )
        else:
            done = sent(
                form,
                advice.decide,
                request=asked,
                action=AdviceAction(given["decision"]),
                reason=given["reason"],
                by=request.actor,
                at=now,
            )
        if done is not None:
            messages.success(
                request, "La proposition est envoyée." if answers else "Votre décision est notée."
            )
            return redirect("procurement:advice", pk)
    context = {
        "asked": asked,
        "sheet": sheet,
        "form": form,
        "is_buyer": request.actor.organisation_id == asked.tender.buyer_id,
        "trail": trail_of(asked.tender, "Demande d’avis", actor=request.actor),
    }
    return render(
        request, "clauses/procurement/advice_page.html", context, status=422 if form.errors else 200
    )


@require_POST
@requires(Permission.ASK_ADVICE)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw a question before it is answered."""
    asked = opened(request, pk)
    try:
        advice.decide(request=asked, action=AdviceAction.WITHDRAW, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "La demande d’avis est retirée.")
    return redirect("procurement:advice", pk)


@require_safe
@requires(Permission.ASK_ADVICE)
def note(request: ActorRequest, pk: int) -> FileResponse:
    """Give the opportunity note that came with the answer."""
    asked = opened(request, pk)
    if asked.note is None:
        raise Http404
    return serve(asked.note)


@require_safe
@requires(Permission.ASK_ADVICE)
def piece(request: ActorRequest, pk: int, rank: int) -> FileResponse:
    """Give a document sent with a question."""
    return serve(get_object_or_404(opened(request, pk).pieces.select_related("document"), pk=rank).document)
