"""Needs: the list, one need with its candidates, « Demander un candidat », « J'ai quelqu'un »."""

from collections.abc import Sequence
from datetime import date

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.people.rules import texts
from beneficiaries.placements.actions import referrals, requests
from beneficiaries.placements.choices import (
    Permission,
    PlacementStatus,
    ReferralStatus,
    RequestKind,
    RequestStatus,
)
from beneficiaries.placements.forms import AskForm, NameForm
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.selectors.tenders import line, waits
from beneficiaries.placements.views.request_list import REQUESTS
from clauses.procurement.models import Award, is_on_lot
from clauses.procurement.rules.tenders import FINISHED
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.components.screens import Crumb
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import readings
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline


@require_safe
@requires(Permission.ASK)
def index(request: ActorRequest) -> HttpResponseBase:
    """List one's own needs, or those of the tenders that one follows."""
    rows = JobRequest.objects.visible_to(request.actor).with_check(request.actor)
    return REQUESTS.answer(request, rows.select_related("company", "award__lot__tender"))


@require_safe
@requires(Permission.ASK)
def show(request: ActorRequest, pk: int) -> HttpResponse:
    """Read a need: who was proposed, what was answered; the facilitator also sees who could be."""
    need = get_object_or_404(with_lot(request), pk=pk)
    actor = request.actor
    is_open = need.status == RequestStatus.OPEN
    follows = actor.may(Permission.ANSWER_REQUEST)
    chooses = follows or still_chooses(need, on=paris_day(timezone.now()))
    proposed, placed = list(referrals_of(need)), list(placements_of(request, need))
    at_work = {one.referral_id for one in placed}
    named = [one for one in proposed if follows or one.pk in at_work or is_to_choose(one, chooses=chooses)]
    note_names(request, named, placed)
    context = {
        "need": need,
        "is_open": is_open,
        "waits": waits(need, on=paris_day(timezone.now())) if is_open else "",
        "cards": [card(one, named=one in named, follows=follows, chooses=chooses) for one in proposed],
        "lines": [line(one, actor=actor) for one in placed],
        "follows": follows,
        "on_behalf": need.company.name if follows else "",
        "may_look": follows and is_open and need.kind == RequestKind.SEARCH,
        "entries": timeline(need, actor=actor, page=request.GET.get("suite", "")),
        "trail": [Crumb(label="Besoins", url=reverse("placements:requests")), Crumb(label=need.post)],
    }
    return render(request, "beneficiaries/placements/request_page.html", context)


def still_chooses(need: JobRequest, *, on: date) -> bool:
    """Say whether a company may still take somebody: it has not left the lot, and the contract is not over."""
    is_over = need.award.lot.tender.status in FINISHED
    return not is_over and is_on_lot(need.company_id, need.award.lot_id, on=on)


def with_lot(request: ActorRequest) -> QuerySet[JobRequest]:
    """Return the needs that one sees, with all that a page says of them."""
    return JobRequest.objects.visible_to(request.actor).select_related(
        "company", "trade", "place", "award__lot__tender"
    )


def referrals_of(need: JobRequest) -> QuerySet[Referral]:
    """Return the candidates of a need, in the order in which they were proposed."""
    return need.referrals.select_related("dossier__person__identity", "placement").order_by(
        "proposed_at", "pk"
    )


def placements_of(request: ActorRequest, need: JobRequest) -> QuerySet[Placement]:
    """Return the mises à l'emploi that a need led to."""
    rows = Placement.objects.visible_to(request.actor).filter(request=need)
    return rows.select_related(
        "person__identity", "employer", "user_company", "check_of", "dossier", "award__lot"
    ).order_by("hired_on", "pk")


def note_names(request: ActorRequest, proposed: Sequence[Referral], placed: Sequence[Placement]) -> None:
    """Note that the page names these candidates, and these people at work."""
    now, by = timezone.now(), request.actor
    people = (one.dossier.person for one in proposed)
    readings.note(action="referrals.read", subjects=people, by=by, at=now)
    readings.note(action="placements.read", subjects=(row.person for row in placed), by=by, at=now)


def is_to_choose(referral: Referral, *, chooses: bool) -> bool:
    """Say whether a company may still take a candidate, whom it then reads by name (PRACTICE.md 1.9)."""
    return chooses and referral.status == ReferralStatus.PROPOSED


def stands(referral: Referral) -> bool:
    """Say whether a company still needs to call a candidate: to choose them, or about work that is not over."""
    if referral.status != ReferralStatus.ACCEPTED:
        return referral.status == ReferralStatus.PROPOSED
    return referral.placement.status in {PlacementStatus.PLANNED, PlacementStatus.ACTIVE}


def card(referral: Referral, *, named: bool, follows: bool, chooses: bool) -> dict[str, object]:
    """Return a candidate as shown: a company names those whom it may take, and those at work whom it still sees.

    `follows` is the structure's own reader; `chooses` is False for a company that takes nobody any more.
    """
    identity = getattr(referral.dossier.person, "identity", None) if named else None
    phone = identity.phone if identity and (follows or stands(referral)) else ""
    return {
        "referral": referral,
        "name": str(identity) if identity else "Candidature",
        "phone": texts.printed(phone),
        "dial": phone,
        "reasons": " · ".join(referral.reasons) if follows else "",
        "waits": is_to_choose(referral, chooses=chooses),
        "word": referral.get_status_display(),
        "answer": referral.answer,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK)
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    """« Demander un candidat », by the award's id; `?remplace=` takes over the post of somebody who leaves."""
    award = get_object_or_404(awards(request), pk=pk)
    form = AskForm(request.POST or None, award=award, actor=request.actor, initial=replaced(request))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="name"):
            return too_many_requests(request)
        need = sent(
            form,
            requests.open_search,
            award=award,
            company=form.company_for(),
            work=form.work(),
            headcount=form.cleaned_data["headcount"],
            note=form.cleaned_data["note"],
            by=request.actor,
            at=timezone.now(),
        )
        if need is not None:
            said = f"Votre demande est partie : réponse attendue le {need.due_on:%d/%m/%Y}."
            messages.success(request, said)
            return redirect("placements:request", need.pk)
    return answer(request, "beneficiaries/placements/request_ask.html", form, award)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK)
def name_person(request: ActorRequest, pk: int) -> HttpResponse:
    """« J'ai quelqu'un : faire valider », by the award's id."""
    award = get_object_or_404(awards(request), pk=pk)
    form = NameForm(request.POST or None, award=award, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="name"):
            return too_many_requests(request)
        need = sent(
            form,
            requests.name_person,
            award=award,
            company=form.company_for(),
            profile=form.profile(),
            work=form.work(),
            employer=form.cleaned_data["employer"],
            note=form.cleaned_data["note"],
            by=request.actor,
            at=timezone.now(),
        )
        if need is not None:
            messages.success(request, said_of(need, paris_day(timezone.now())))
            return redirect("placements:request", need.pk)
    return answer(request, "beneficiaries/placements/request_name.html", form, award)


def said_of(need: JobRequest, today: date) -> str:
    """Say when the answer comes, and what it means when work has already begun."""
    if need.starts_on <= today:
        return "La demande est partie. Le travail ayant commencé, ses heures ne comptent que si l’éligibilité est établie au premier jour."
    return f"La demande est partie : réponse attendue le {need.due_on:%d/%m/%Y}, avant le premier jour."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK)
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Give up a search, after a confirmation."""
    need = get_object_or_404(with_lot(request), pk=pk)
    if request.method == "POST":
        try:
            referrals.give_up(request=need, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "Le besoin est annulé.")
        return redirect("placements:request", pk)
    return render(request, "beneficiaries/placements/request_cancel.html", {"need": need})


def awards(request: ActorRequest) -> QuerySet[Award]:
    """Return the awards that one sees, with their lot and tender."""
    return Award.objects.visible_to(request.actor).with_story()


def replaced(request: ActorRequest) -> dict[str, object]:
    """Return what a replacement takes over from the post that somebody leaves."""
    asked = request.GET.get("remplace", "")
    if not asked.isdecimal() or len(asked) > 18:
        return {}
    left = Placement.objects.visible_to(request.actor).filter(pk=int(asked)).first()
    if left is None:
        return {}
    return {
        "post": left.post,
        "trade": left.trade_id,
        "weekly_hours": left.weekly_hours,
        "modality": left.modality,
        "ends_on": left.planned_end_on,
        "company": left.user_company_id,
    }


def answer(request: ActorRequest, template: str, form: AskForm | NameForm, award: Award) -> HttpResponse:
    """Draw a form of the lot."""
    context = {
        "form": form,
        "award": award,
        "speaks_for": request.actor.role is Role.FACILITATOR,
        "back": reverse("placements:tender", args=[award.lot.tender_id]),
    }
    return render(request, template, context, status=422 if form.errors else 200)
