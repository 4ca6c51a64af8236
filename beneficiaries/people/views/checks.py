"""Ask, complete and decide an eligibility."""

from collections.abc import Sequence
from datetime import date, datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from beneficiaries.people.actions import eligibility
from beneficiaries.people.choices import CheckStatus, EvidenceKind, Permission, Refusal
from beneficiaries.people.forms import AskForm, DecisionForm, RefuseForm, evidence_set
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.people.rules.documents import NEEDS
from beneficiaries.people.rules.facts import Proof, age_on
from beneficiaries.people.selectors.duplicates import LookAlike, look_alikes
from beneficiaries.people.selectors.eligibility import verdict_of
from beneficiaries.people.selectors.lists import criteria_of, jobs_of
from beneficiaries.people.views.people import name_of, people_trail, trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.core.components.screens import Crumb
from inclusiv.core.errors import too_many_requests
from inclusiv.core.forms import attach_rows
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import readings
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_PEOPLE)
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Open a question of eligibility for a person, by the dossier's id."""
    dossiers = Dossier.objects.visible_to(request.actor).select_related("person__identity")
    dossier = get_object_or_404(dossiers.filter(person__identity__isnull=False), pk=pk)
    form = AskForm(request.POST or None)
    note_reading(request, dossier)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="name"):
            return too_many_requests(request)
        check = sent(
            form,
            eligibility.submit,
            dossier=dossier,
            reference_date=form.cleaned_data["reference_date"],
            evidence=(),
            by=request.actor,
            at=timezone.now(),
        )
        if check is not None:
            return redirect("people:check", check.pk)
    context = {
        "form": form,
        "dossier": dossier,
        "name": name_of(dossier),
        "trail": [*trail_of(dossier), Crumb(label="Éligibilité")],
    }
    return render(request, "beneficiaries/people/check_ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_PEOPLE)
def check(request: ActorRequest, pk: int) -> HttpResponse:
    """Read a check; note its documents, see what the rules say of them, validate.

    `decision` is the button pressed: « verdict » writes nothing, « save » keeps the documents, « validate » decides.
    """
    now = timezone.now()
    found = get_object_or_404(visible(request), pk=pk)
    waits = found.status == CheckStatus.SUBMITTED
    if request.method == "POST" and not waits:
        messages.error(request, eligibility.answered(found))
    form = DecisionForm(
        request.POST or None,
        initial={"version": found.version},
        is_late=paris_day(now) > found.reference_date,
        decision=request.POST.get("decision", ""),
    )
    documents = evidence_set(request.POST or None, list(found.evidence.order_by("pk")))
    attach_rows(form, documents)
    is_right = request.method == "POST" and waits and form.is_valid() and documents.is_valid()
    if is_right and request.POST.get("decision") != "verdict":
        done = sent(form, act, request, found, form, documents.proofs(), by=request.actor, at=now)
        if done is not None:
            return done
    note_reading(request, found.dossier)
    fragment = "#verdict" if request.htmx and not request.htmx.boosted else ""
    proofs = documents.proofs() if is_right else None
    return render(
        request,
        f"beneficiaries/people/check_page.html{fragment}",
        {
            "form": form,
            "documents": documents,
            "readable": is_right or request.method != "POST",
            "alike": [] if fragment else compared(request, found, at=now),
            **page(request, found, on=paris_day(now), proofs=proofs),
        },
        status=422 if request.method == "POST" and (form.errors or not is_right) else 200,
    )


def act(
    request: ActorRequest,
    found: EligibilityCheck,
    form: DecisionForm,
    proofs: Sequence[Proof],
    *,
    by: Actor,
    at: datetime,
) -> HttpResponse:
    """Keep the documents, or keep them and validate; raises Refused."""
    version = form.cleaned_data["version"]
    if request.POST.get("decision") == "validate":
        reason = form.cleaned_data["reason"]
        eligibility.validate(check=found, evidence=proofs, version=version, reason=reason, by=by, at=at)
        messages.success(request, f"{name_of(found.dossier)} est éligible.")
        return redirect(way_back(request, found))
    eligibility.complete(check=found, evidence=proofs, version=version, by=by, at=at)
    messages.success(request, "Les documents sont notés.")
    return redirect("people:check", found.pk)


def compared(request: ActorRequest, found: EligibilityCheck, *, at: datetime) -> list[LookAlike]:
    """Return who may be the same person, for whoever decides: what a company names is written without asking anybody."""
    if found.status != CheckStatus.SUBMITTED or not request.actor.may(Permission.DECIDE_ELIGIBILITY):
        return []
    identity = found.dossier.person.identity
    alike = look_alikes(
        first_name=identity.first_name,
        last_name=identity.last_name,
        birth_date=identity.birth_date,
        structure_id=request.actor.organisation_id,
        apart_from=found.dossier.person_id,
    )
    if alike:
        readings.note(
            action="people.compared",
            subjects=(f"person:{one.person_id}" for one in alike),
            by=request.actor,
            at=at,
        )
    return alike


def page(
    request: ActorRequest, found: EligibilityCheck, *, on: date, proofs: Sequence[Proof] | None
) -> dict[str, object]:
    """Return what the page shows besides its forms; the live verdict stops once the check is decided."""
    is_open = found.status == CheckStatus.SUBMITTED
    everything = request.actor.role is Role.FACILITATOR
    return {
        "check": found,
        "is_own": is_own(request, found),
        "name": name_of(found.dossier),
        "age": age_on(found.dossier.person.identity.birth_date, found.reference_date),
        "is_open": is_open,
        "is_late": on > found.reference_date,
        "may_decide": is_open and request.actor.may(Permission.DECIDE_ELIGIBILITY),
        "verdict": verdict_of(found, decided_on=on, proofs=proofs) if is_open else None,
        "criteria": criteria_of(found, everything=everything),
        "everything": everything,
        "refusals": [Refusal(code).label for code in found.refusals],
        "jobs": [job for job in jobs_of(found.dossier.person, request.actor) if job.check_id == found.pk],
        "guide": GUIDE,
        "entries": timeline(found, actor=request.actor, page=request.GET.get("suite", "")),
        "trail": [*way_to(request, found), Crumb(label="Éligibilité")],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECIDE_ELIGIBILITY)
def refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Refuse an eligibility; the reasons that the rules found are ticked beforehand."""
    now = timezone.now()
    found = get_object_or_404(visible(request).filter(status=CheckStatus.SUBMITTED), pk=pk)
    found_by_rules = verdict_of(found, decided_on=paris_day(now)).refusals
    initial = {"refusals": list(found_by_rules), "version": found.version}
    form = RefuseForm(request.POST or None, initial=initial)
    note_reading(request, found.dossier)
    if request.method == "POST" and form.is_valid():
        sent(
            form,
            eligibility.refuse,
            check=found,
            refusals=[Refusal(code) for code in form.cleaned_data["refusals"]],
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=now,
        )
        if form.is_valid():
            messages.success(request, "Le refus est enregistré.")
            return redirect(way_back(request, found))
    context = {
        "form": form,
        "check": found,
        "name": name_of(found.dossier),
        "trail": [*way_to(request, found), Crumb(label="Refuser l’éligibilité")],
    }
    return render(
        request, "beneficiaries/people/check_refuse.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_PEOPLE)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back a question of eligibility, after a confirmation."""
    found = get_object_or_404(
        visible(request).filter(dossier__structure=request.actor.organisation_id), pk=pk
    )
    note_reading(request, found.dossier)
    if request.method == "POST":
        try:
            eligibility.withdraw(check=found, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "La demande est retirée.")
        return redirect("people:person", found.dossier_id)
    context = {"check": found, "name": name_of(found.dossier)}
    return render(request, "beneficiaries/people/check_withdraw.html", context)


def is_own(request: ActorRequest, found: EligibilityCheck) -> bool:
    """Say whether the actor's structure follows the person; else a prescriber asks, and only the check opens."""
    return found.dossier.structure_id == request.actor.organisation_id


def way_to(request: ActorRequest, found: EligibilityCheck) -> list[Crumb]:
    """Return the way to a check: through the person's page when one may open it."""
    if is_own(request, found):
        return trail_of(found.dossier)
    return [*people_trail(), Crumb(label=name_of(found.dossier))]


def way_back(request: ActorRequest, found: EligibilityCheck) -> str:
    """Return where to go once the check is decided."""
    if is_own(request, found):
        return reverse("people:person", args=[found.dossier_id])
    return reverse("people:check", args=[found.pk])


def note_reading(request: ActorRequest, dossier: Dossier) -> None:
    """Note that a page about an eligibility is opened; what is sent from it is no other reading."""
    readings.note(
        action="eligibility.read",
        subjects=[dossier.person],
        by=request.actor,
        at=timezone.now(),
    )


def visible(request: ActorRequest) -> QuerySet[EligibilityCheck]:
    """Return the checks that one sees, of people whose identity is still there."""
    return (
        EligibilityCheck.objects.visible_to(request.actor)
        .filter(dossier__person__identity__isnull=False)
        .select_related("dossier__structure", "dossier__person__identity__commune", "facts")
    )


GUIDE = [
    (
        criterion.label,
        " + ".join(" ou ".join(kind.label for kind in EvidenceKind if kind in kinds) for kinds in needs),
    )
    for criterion, needs in NEEDS.items()
]
"""The documents accepted for each criterion, in words."""
