"""What is answered about a candidate: by the company, or by its facilitator on its behalf."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from beneficiaries.placements.actions import referrals
from beneficiaries.placements.choices import Decline, Permission, ReferralStatus
from beneficiaries.placements.forms import AcceptForm, DeclineForm
from beneficiaries.placements.models import Referral
from beneficiaries.placements.views.requests import still_chooses
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import readings
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECIDE_REFERRAL)
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    """« Retenir »: from when, and with which agency."""
    referral = awaited(request, pk)
    form = AcceptForm(request.POST or None, job_request=referral.request)
    if request.method == "POST" and form.is_valid():
        sent(
            form,
            referrals.accept,
            referral=referral,
            starts_on=form.cleaned_data["starts_on"],
            employer=form.cleaned_data.get("employer"),
            by=request.actor,
            at=timezone.now(),
        )
        if form.is_valid():
            messages.success(request, "La candidature est retenue : la mise à l’emploi est prévue.")
            return redirect("placements:request", referral.request_id)
    return answer(request, "beneficiaries/placements/referral_accept.html", form, referral)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECIDE_REFERRAL)
def decline(request: ActorRequest, pk: int) -> HttpResponse:
    """« Ne pas retenir », and why."""
    referral = awaited(request, pk)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent(
            form,
            referrals.decline,
            referral=referral,
            reason=Decline(form.cleaned_data["reason"]),
            by=request.actor,
            at=timezone.now(),
        )
        if form.is_valid():
            messages.success(request, "La candidature n’est pas retenue.")
            return redirect("placements:request", referral.request_id)
    return answer(request, "beneficiaries/placements/referral_decline.html", form, referral)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_REQUEST)
def renounce(request: ActorRequest, pk: int) -> HttpResponse:
    """Note that the person gave up, after a confirmation."""
    referral = awaited(request, pk)
    if request.method == "POST":
        try:
            referrals.renounce(referral=referral, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "C’est noté.")
        return redirect("placements:request", referral.request_id)
    return render(request, "beneficiaries/placements/referral_renounce.html", {"referral": referral})


def awaited(request: ActorRequest, pk: int) -> Referral:
    """Return a candidate that waits for an answer and that one sees; 404 otherwise. Opening its page is a reading.

    A company that has left the lot, or whose contract is over, chooses nobody any more.
    """
    rows = Referral.objects.visible_to(request.actor).filter(status=ReferralStatus.PROPOSED)
    found = get_object_or_404(
        rows.select_related("dossier__person__identity", "request__company", "request__award__lot__tender"),
        pk=pk,
    )
    today = paris_day(timezone.now())
    if request.actor.role is not Role.FACILITATOR and not still_chooses(found.request, on=today):
        raise Http404
    readings.note(
        action="referral.read",
        subjects=[found.dossier.person],
        by=request.actor,
        at=timezone.now(),
    )
    return found


def answer(
    request: ActorRequest, template: str, form: AcceptForm | DeclineForm, referral: Referral
) -> HttpResponse:
    """Draw a form about a candidate."""
    context = {
        "form": form,
        "referral": referral,
        "speaks_for": request.actor.role is Role.FACILITATOR,
        "name": str(getattr(referral.dossier.person, "identity", None) or "cette personne"),
    }
    return render(request, template, context, status=422 if form.errors else 200)
