"""« Plan d’heures » of a lot: proposed by the company or for it, by its link too; agreed by the facilitation."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clauses.obligations.actions import plans, welcome
from clauses.obligations.choices import Permission, PlanState
from clauses.obligations.forms.plans import PlanDecisionForm, PlanForm
from clauses.obligations.models import MonthPlan
from clauses.obligations.selectors.plans import PlanSheet, last_welcome, plan_sheets
from clauses.procurement.choices import Permission as ProcurementPermission
from clauses.procurement.models import Award
from clauses.procurement.rules.tenders import RUNNING
from clauses.procurement.views.tenders import trail_of
from inclusiv.accounts.selectors import actor_of_link
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent
from inclusiv.records.models import SignedLink


def sheet_of(award: Award) -> PlanSheet:
    """Return where the plan of an award stands."""
    (sheet,) = plan_sheets([award])
    return sheet


def written(form: PlanForm, award: Award, *, link: SignedLink | None = None, by: Actor) -> MonthPlan | None:
    """Write a valid plan once; None when it is refused."""
    return sent(
        form,
        plans.propose,
        award=award,
        hours=form.hours(),
        comment=form.cleaned_data["comment"],
        link=link,
        by=by,
        at=timezone.now(),
    )


def by_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The screen of the welcome mail's link: the plan, then a word of thanks."""
    award = welcome.award_of(link)
    today = paris_day(timezone.now())
    by = actor_of_link(link, name=str(link.data["name"]), on=today, role=Role.CONTRACTOR)
    sheet = sheet_of(award)
    form = PlanForm(request.POST or None, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        made = written(form, award, link=link, by=by)
        if made is not None:
            return render(request, "clauses/obligations/plan_thanks.html", {"plan": made, "award": award})
    context = {"award": award, "tender": award.lot.tender, "sheet": sheet, "form": form}
    status = 422 if form.errors else 200
    return render(request, "clauses/obligations/plan_by_link.html", context, status=status)


def opened(request: ActorRequest, pk: int) -> Award:
    """Return an award that the actor sees and has not left, with its story."""
    seen = Award.objects.visible_to(request.actor).at_work(request.actor, on=paris_day(timezone.now()))
    return get_object_or_404(seen.with_story(), pk=pk)


@require_safe
@requires(ProcurementPermission.SEE_TENDERS, ProcurementPermission.SEE_OWN_LOTS)
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """Read the plan of a lot, with its versions, and what this reader may do with it."""
    return plan_page(request, opened(request, pk), PlanDecisionForm())


def plan_page(request: ActorRequest, award: Award, decision_form: PlanDecisionForm) -> HttpResponse:
    """Show the plan of a lot; what was typed in an answer that is refused stays there."""
    sheet = sheet_of(award)
    runs = award.lot.tender.status in RUNNING
    context = {
        "award": award,
        "tender": award.lot.tender,
        "sheet": sheet,
        "decision_form": decision_form,
        "may_propose": runs and sheet.owed > 0 and may_propose(award, request.actor),
        "may_decide": runs and sheet.state == PlanState.PROPOSED and request.actor.may(Permission.AGREE_PLAN),
        "may_welcome": runs and sheet.owed > 0 and request.actor.may(Permission.AGREE_PLAN),
        "welcome": last_welcome(award),
        "trail": trail_of(award.lot.tender, f"Plan d’heures du lot {award.lot.number}", actor=request.actor),
    }
    status = 422 if decision_form.errors else 200
    return render(request, "clauses/obligations/plan_page.html", context, status=status)


def may_propose(award: Award, actor: Actor) -> bool:
    """Say whether the actor writes the plan: a contractor of the lot, or the facilitation for it."""
    if not actor.may(Permission.PROPOSE_PLAN):
        return False
    return actor.role is Role.FACILITATOR or plans.is_holder(award, actor)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PROPOSE_PLAN)
def propose(request: ActorRequest, pk: int) -> HttpResponse:
    """« Proposer le plan » from one's account, or « Saisir le plan » for the company."""
    award = opened(request, pk)
    form = PlanForm(request.POST or None, sheet=sheet_of(award))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        made = written(form, award, by=request.actor)
        if made is not None:
            messages.success(request, f"Le plan d’heures du lot {award.lot.number} est enregistré.")
            return redirect("obligations:plan", pk)
    context = {
        "award": award,
        "tender": award.lot.tender,
        "sheet": form.sheet,
        "form": form,
        "trail": trail_of(award.lot.tender, f"Plan d’heures du lot {award.lot.number}", actor=request.actor),
    }
    return render(
        request, "clauses/obligations/plan_form_page.html", context, status=422 if form.errors else 200
    )


@require_POST
@requires(Permission.AGREE_PLAN)
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """« Accepter le plan » or « Renvoyer à l’entreprise », of a plan by its key."""
    found = MonthPlan.objects.visible_to(request.actor).select_related("award__lot__tender")
    decided = get_object_or_404(found, pk=pk)
    form = PlanDecisionForm(request.POST)
    decision = None
    if form.is_valid():
        if not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        decision = sent(
            form,
            plans.decide,
            plan=decided,
            is_agreed=form.cleaned_data["decision"] == "accepter",
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=timezone.now(),
        )
    if decision is None:
        return plan_page(request, opened(request, decided.award_id), form)
    messages.success(
        request,
        "Le plan est accepté : les heures lui sont comparées dès aujourd’hui."
        if decision.is_agreed
        else "Le plan est renvoyé à l’entreprise avec votre message.",
    )
    return redirect("obligations:plan", decided.award_id)


@require_POST
@requires(Permission.AGREE_PLAN)
def greet(request: ActorRequest, pk: int) -> HttpResponse:
    """« Renvoyer le message d’accueil » with its link."""
    award = opened(request, pk)
    if not ratelimit.consume(request, action="letter"):
        return too_many_requests(request)
    try:
        reader = welcome.send(award=award, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Le message d’accueil part à {reader.name} ({reader.email}).")
    return redirect("obligations:plan", pk)
