"""Propose people to a company; what it answers (PRACTICE.md 1.9)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from beneficiaries.people.actions import eligibility
from beneficiaries.people.actions.people import require, require_own
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.placements import rules
from beneficiaries.placements.actions import placements, requests
from beneficiaries.placements.actions.parties import speaking_for
from beneficiaries.placements.choices import (
    Decline,
    Modality,
    Permission,
    PlacementStatus,
    ReferralAction,
    ReferralStatus,
    RequestAction,
    RequestKind,
    RequestStatus,
)
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.rules import Work
from inclusiv.accounts.models import Organisation
from inclusiv.core import transitions
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short, plural
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import audit


@transaction.atomic
def propose(
    *, request: JobRequest, dossier: Dossier, reasons: Sequence[str], by: Actor, at: datetime
) -> Referral:
    """Propose somebody of one's own structure, who agreed; the reasons of the choice are kept as they were."""
    require(by, Permission.ANSWER_REQUEST)
    require_own(dossier, by, Permission.ANSWER_REQUEST)
    current = JobRequest.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if current is None:
        raise Refused("not_visible", "Vous n’avez pas accès à ce besoin.")
    if current.kind != RequestKind.SEARCH or current.status != RequestStatus.OPEN:
        raise Refused("request_closed", "Ce besoin n’attend plus de candidature.")
    placements.check_execution(current.award, current.starts_on, current.ends_on)
    if dossier.ends_on and dossier.ends_on < paris_day(at):
        raise Refused("dossier_closed", "Cette personne n’est plus suivie.")
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                request=request, dossier=dossier, reasons=list(reasons), proposed_at=at, updated_at=at
            )
    except IntegrityError:
        raise Refused("already_proposed", "Cette personne a déjà été proposée pour ce besoin.") from None
    tell("proposed", referral, by=by, at=at)
    return referral


@transaction.atomic
def accept(
    *,
    referral: Referral,
    starts_on: date,
    employer: Organisation | None = None,
    by: Actor,
    at: datetime,
) -> Placement:
    """Take a candidate: the mise à l'emploi begins on `starts_on`; `employer` is the agency when there is one.

    Raises Refused `request_closed` when every post is taken, or the request was given up.
    """
    request = JobRequest.objects.select_for_update(of=("self",)).get(pk=referral.request_id)
    acting = answering(referral, by)
    check_open(request)
    placements.check_execution(request.award, starts_on, request.ends_on)
    placements.check_presence(request.award, starts_on, company=request.company)
    check_start(referral, starts_on)
    transitions.move(referral, rules.REFERRAL[ReferralAction.ACCEPT], by=by, at=at, answered_at=at)
    modality = Modality(request.modality)
    check = check_for(referral.dossier, hired_on=starts_on, by=acting, at=at)
    placement = placements.start(
        award=request.award,
        check=check,
        employer=employer or request.company,
        user_company=request.company if modality in rules.SECONDMENTS else None,
        work=Work(
            post=request.post,
            modality=modality,
            starts_on=starts_on,
            ends_on=request.ends_on,
            weekly_hours=request.weekly_hours,
            trade=request.trade_id,
        ),
        request=request,
        referral=referral,
        by=acting,
        at=at,
    )
    tell("accepted", referral, by=acting, at=at)
    fill(request, by=acting, at=at)
    return placement


def check_start(referral: Referral, starts_on: date) -> None:
    """Refuse a first day before the person was proposed."""
    proposed_on = paris_day(referral.proposed_at)
    if starts_on < proposed_on:
        raise Refused(
            "starts_before_proposal",
            f"Le premier jour ({date_short(starts_on)}) précède la mise en relation ({date_short(proposed_on)}).",
            field="starts_on",
        )


def check_open(request: JobRequest) -> None:
    """Raise Refused unless the locked request still has a post to fill."""
    if request.status == RequestStatus.OPEN:
        return
    why = (
        f"{plural(request.headcount, 'poste est pourvu', 'postes sont pourvus')}"
        if request.status == RequestStatus.FILLED
        else "il est annulé"
    )
    raise Refused("request_closed", f"Ce besoin n’attend plus de candidature : {why}.")


@transaction.atomic
def decline(*, referral: Referral, reason: Decline, by: Actor, at: datetime) -> Referral:
    """Say that a candidate is not taken, and why."""
    acting = answering(referral, by)
    transitions.move(
        referral,
        rules.REFERRAL[ReferralAction.DECLINE],
        by=by,
        at=at,
        answered_at=at,
        answer=reason.label,
    )
    tell("declined", referral, by=acting, at=at, reason=reason.label.lower())
    return referral


@transaction.atomic
def renounce(*, referral: Referral, by: Actor, at: datetime) -> Referral:
    """Note that the person does not want the job: it is no refusal of the company."""
    require_own(referral.dossier, by, Permission.ANSWER_REQUEST)
    transitions.move(referral, rules.REFERRAL[ReferralAction.RENOUNCE], by=by, at=at, answered_at=at)
    tell("renounced", referral, by=by, at=at)
    return referral


def answering(referral: Referral, by: Actor) -> Actor:
    """Return the actor as the story keeps it: the company, or its facilitator on its behalf."""
    if not Referral.objects.visible_to(by).filter(pk=referral.pk).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à cette candidature.")
    request = referral.request
    return speaking_for(request.company, award=request.award, by=by, permission=Permission.DECIDE_REFERRAL)


def fill(request: JobRequest, *, by: Actor, at: datetime) -> None:
    """Close a locked request whose posts are all taken; who still waited is told that the post is filled."""
    taken = request.referrals.filter(status=ReferralStatus.ACCEPTED).count()
    if taken >= request.headcount:
        transitions.move(request, rules.REQUEST[RequestAction.FILL], by=by, at=at)
        requests.tell("filled", request, by=by, at=at)
        release(request, reason=Decline.FILLED, by=by, at=at)


@transaction.atomic
def give_up(*, request: JobRequest, by: Actor, at: datetime) -> JobRequest:
    """Cancel a search, and free the people who were proposed for it."""
    requests.cancel(request=request, by=by, at=at)
    release(request, reason=Decline.CANCELLED, by=by, at=at)
    return request


def release(request: JobRequest, *, reason: Decline, by: Actor, at: datetime) -> None:
    """Answer for every candidate who still waits that the request is over."""
    for waiting in request.referrals.filter(status=ReferralStatus.PROPOSED).order_by("pk"):
        transitions.move(
            waiting,
            rules.REFERRAL[ReferralAction.DECLINE],
            by=by,
            at=at,
            answered_at=at,
            answer=reason.label,
        )
        tell("declined", waiting, by=by, at=at, reason=reason.label.lower())


def check_for(dossier: Dossier, *, hired_on: date, by: Actor, at: datetime) -> EligibilityCheck:
    """Return the eligibility under which a person starts: the one of that day, one still counting, or a new question.

    The new question takes over the documents of the latest one: the facilitator sees at once what is too old.
    """
    checks = dossier.checks.filter(status__in=[CheckStatus.SUBMITTED, CheckStatus.VALIDATED])
    same_day = checks.filter(reference_date=hired_on).order_by("-pk").first()
    if same_day:
        return same_day
    running = counting(dossier, hired_on=hired_on)
    if running:
        return running
    latest = checks.order_by("-reference_date", "-pk").first()
    proofs = [one.proof() for one in latest.evidence.order_by("pk")] if latest else []
    return eligibility.ask(dossier=dossier, reference_date=hired_on, evidence=proofs, by=by, at=at)


def counting(dossier: Dossier, *, hired_on: date) -> EligibilityCheck | None:
    """Return the validated eligibility of the latest work, when its window covers the new start (DOMAIN.md 4.5)."""
    latest = (
        Placement.objects.exclude(status=PlacementStatus.CANCELLED)
        .filter(dossier=dossier, check_of__status=CheckStatus.VALIDATED, hired_on__lte=hired_on)
        .select_related("check_of")
        .order_by("-hired_on", "-pk")
        .first()
    )
    if latest is None:
        return None
    values = in_force(on=hired_on)
    covers = rules.still_covers(
        first_day=latest.check_of.reference_date,
        last_day=latest.last_day,
        hired_on=hired_on,
        months=values.integer("COUNT_MONTHS.FIXED_TERM"),
        gap_months=values.integer("RESET_GAP_MONTHS"),
    )
    return latest.check_of if covers else None


def tell(what: str, referral: Referral, *, by: Actor, at: datetime, **data: object) -> None:
    """Write the event on the timelines of the request, the person and the tender."""
    request = referral.request
    subjects = [request, referral.dossier.person, request.award.lot.tender]
    audit.record(code=f"referral.{what}", subjects=subjects, by=by, at=at, **data)
