"""Start, end and cancel a mise à l'emploi; its state follows its dates."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from beneficiaries.people.actions import eligibility
from beneficiaries.people.actions.people import require
from beneficiaries.people.models import EligibilityCheck, Person
from beneficiaries.people.rules.facts import age_on
from beneficiaries.placements import rules
from beneficiaries.placements.choices import (
    Permission,
    PlacementAction,
    PlacementStatus,
    RequestKind,
    RequestStatus,
    Trouble,
)
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.rules import Work
from clauses.procurement.actions import participants
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, Tender, is_on_lot
from clauses.procurement.rules.tenders import FINISHED, OPEN
from inclusiv.accounts.choices import INCLUSIVE_KINDS
from inclusiv.accounts.models import Organisation
from inclusiv.core import french, transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_short, elide, month_name
from inclusiv.core.periods import month_of, paris_day
from inclusiv.core.providers import counted_months, last_day_obstacles
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import refuse_nir
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import audit

MOST_IN_POST = 300
"""People whom one employer has in post on a lot in a month or later: its months are told on one page."""


@transaction.atomic
def start(
    *,
    award: Award,
    check: EligibilityCheck,
    employer: Organisation,
    work: Work,
    user_company: Organisation | None = None,
    request: JobRequest | None = None,
    referral: Referral | None = None,
    by: Actor,
    at: datetime,
) -> Placement:
    """Put a person to work under an award, from `work.starts_on`; the employer declares the hours.

    `user_company` is where the person works when an agency employs. The eligibility may still wait: whether the hours
    count is decided when they are controlled (PRACTICE.md 2).
    """
    require(by, Permission.CHANGE_PLACEMENT)
    host = user_company or employer
    require_party(by, award, employer, host)
    check_work(work)
    check_employer(employer, work)
    check_acts(employer, award, on=max(work.starts_on, paris_day(at)))
    check_first_day(employer, work.starts_on, by=by, today=paris_day(at))
    check_room(award, employer, work.starts_on)
    person = Person.objects.select_for_update(no_key=True).get(pk=check.dossier.person_id)
    if identity := getattr(person, "identity", None):
        check_age(identity.birth_date, work.starts_on)
    check_free(person, award, employer, work)
    participants.join(lot=award.lot, organisations=(host, employer), starts_on=work.starts_on, by=by, at=at)
    placement = Placement(
        award=award,
        person=person,
        dossier=check.dossier,
        check_of=check,
        request=request,
        referral=referral,
        employer=employer,
        user_company=host,
        declarant=employer,
        modality=work.modality,
        post=work.post.strip(),
        trade_id=work.trade,
        weekly_hours=work.weekly_hours,
        hired_on=work.starts_on,
        planned_end_on=work.ends_on,
        status=rules.status_on(paris_day(at), hired_on=work.starts_on, ended_on=None),
        created_at=at,
        updated_at=at,
    )
    placement.save(force_insert=True)
    tell("started", placement, by=by, at=at, hired_on=work.starts_on, post=placement.post)
    return placement


@transaction.atomic
def end(*, placement: Placement, ended_on: date, by: Actor, at: datetime) -> Placement:
    """Say on which day, inclusive, the person works for the last time, or correct that day; it may still be to come.

    Once it has passed, the facilitation alone puts it off: what eligibility covers next depends on it.
    Raises Refused: already_cancelled, already_ended, ends_before_start, ends_after_plan, ends_before_hours,
    tender_closed.
    """
    acting = own(placement, by)
    current = Placement.objects.select_for_update().get(pk=placement.pk)
    if current.status == PlacementStatus.CANCELLED:
        raise Refused("already_cancelled", "Cette mise à l’emploi est annulée.")
    if by.role is not Role.FACILITATOR:
        check_not_over(current, ended_on, today=paris_day(at))
    check_last_day(current, ended_on, by=by, today=paris_day(at))
    check_open(current, ended_on)
    placement.ended_on = ended_on
    placement.status = rules.status_on(paris_day(at), hired_on=current.hired_on, ended_on=ended_on)
    placement.updated_at = at
    placement.save(update_fields=["ended_on", "status", "updated_at"])
    tell("ended", placement, by=acting, at=at, ended_on=ended_on)
    return placement


def check_open(placement: Placement, ended_on: date) -> None:
    """Refuse to change a last day once the contract is closed, but that of somebody who stayed on after it."""
    tender = placement.award.lot.tender
    stayed = placement.ended_on is None and tender.ends_on is not None and ended_on >= tender.ends_on
    if tender.status == TenderStatus.CLOSED and not stayed:
        raise Refused(
            "tender_closed",
            "Le bilan de ce marché est arrêté : le dernier jour de travail n’y change plus.",
            field="ended_on",
        )


def check_not_over(placement: Placement, ended_on: date, *, today: date) -> None:
    """Refuse to put off a last day that has passed."""
    if placement.ended_on and placement.ended_on < min(today, ended_on):
        raise Refused(
            "already_ended",
            f"Le dernier jour noté ({date_short(placement.ended_on)}) est passé : demandez à votre facilitation de le"
            " repousser.",
            field="ended_on",
        )


def check_last_day(placement: Placement, ended_on: date, *, by: Actor, today: date) -> None:
    """Refuse a last day before the first one, announced after the planned end, or too early for what was declared."""
    if ended_on < placement.hired_on:
        raise Refused(
            "ends_before_start",
            f"Le dernier jour ne peut pas précéder le premier ({date_short(placement.hired_on)}).",
            field="ended_on",
        )
    planned = placement.planned_end_on
    if planned and ended_on > max(today, planned):
        raise Refused(
            "ends_after_plan",
            f"Le {date_short(ended_on)} dépasse la fin prévue du contrat ({date_short(planned)}).",
            field="ended_on",
        )
    for obstacle in last_day_obstacles:
        if said := obstacle(placement.pk, ended_on, by_facilitation=by.role is Role.FACILITATOR):
            raise Refused("ends_before_hours", said, field="ended_on")


@transaction.atomic
def cancel(*, placement: Placement, by: Actor, at: datetime) -> Placement:
    """Give up a mise à l'emploi that has not started; the open question that came with it goes away, no other.

    Raises Refused: stale_state, hours_counted.
    """
    acting = own(placement, by)
    transitions.move(placement, rules.PLACEMENT[PlacementAction.CANCEL], by=by, at=at)
    check_nothing_counted(placement)  # once the row is held: a control under way has ended
    came_with_it = placement.check_of.submitted_at == placement.created_at
    if came_with_it and not placement.check_of.placements.exclude(status=PlacementStatus.CANCELLED).exists():
        eligibility.drop(check=placement.check_of, by=acting, at=at)
    cancel_request(placement, by=acting, at=at)
    tell("cancelled", placement, by=acting, at=at)
    return placement


def check_nothing_counted(placement: Placement) -> None:
    """Refuse to give up somebody whose hours count, declared for days to come."""
    for month_counted in counted_months:
        if month := month_counted(placement.pk):
            raise Refused(
                "hours_counted",
                f"Des heures {elide('de', month_name(month))} sont validées pour cette personne : corrigez d’abord ce"
                " relevé.",
            )


def cancel_request(placement: Placement, *, by: Actor, at: datetime) -> None:
    """Cancel the request that named the person, which asked for nothing else."""
    named = JobRequest.objects.filter(placements=placement, kind=RequestKind.NAMED)
    for request in named.exclude(status=RequestStatus.CANCELLED).select_related(
        "company", "award__lot__tender"
    ):
        JobRequest.objects.filter(pk=request.pk).update(status=RequestStatus.CANCELLED, updated_at=at)
        subjects = [request, request.award.lot.tender, request.company]
        audit.record(code="request.cancelled", subjects=subjects, by=by, at=at)


@transaction.atomic
def signal(*, placement: Placement, trouble: Trouble, by: Actor, at: datetime) -> None:
    """Tell the facilitator that something goes wrong; a departure is an `end`. Raises Refused not_at_work."""
    acting = own(placement, by)
    if placement.status in {PlacementStatus.ENDED, PlacementStatus.CANCELLED}:
        raise Refused(
            "not_at_work", "Cette personne n’est plus en poste ici : il n’y a plus rien à signaler."
        )
    tell("trouble", placement, by=acting, at=at, trouble=trouble.label.lower())


def advance(*, at: datetime) -> int:
    """Bring every state up to the day: who was planned has started, who had a last day has ended."""
    today = paris_day(at)
    started = Placement.objects.filter(status=PlacementStatus.PLANNED, hired_on__lte=today)
    ended = Placement.objects.filter(status=PlacementStatus.ACTIVE, ended_on__lt=today)
    return started.update(status=PlacementStatus.ACTIVE, updated_at=at) + ended.update(
        status=PlacementStatus.ENDED, updated_at=at
    )


def own(placement: Placement, by: Actor) -> Actor:
    """Return the actor as the story keeps it; Refused to who may not change this mise à l'emploi."""
    require(by, Permission.CHANGE_PLACEMENT)
    if not Placement.objects.visible_to(by).filter(pk=placement.pk).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à cette mise à l’emploi.")
    return replace(by, on_behalf_of=placement.employer.name) if by.role is Role.FACILITATOR else by


def require_party(by: Actor, award: Award, employer: Organisation, host: Organisation) -> None:
    """Refuse who does not see the award, or a company that neither employs nor hosts."""
    if not Award.objects.visible_to(by).filter(pk=award.pk).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à ce lot.")
    if by.role is not Role.FACILITATOR and by.organisation_id not in {employer.pk, host.pk}:
        raise Refused("not_permitted", "Une entreprise n’agit que pour elle-même.")


def check_work(work: Work) -> None:
    """Refuse dates and hours that no contract of work may have, and a social security number."""
    refuse_nir(post=work.post)
    rules.check_days(work.starts_on, work.ends_on)
    if not 0 < work.weekly_hours <= rules.WEEKLY_HOURS_MAX:
        raise Refused(
            "weekly_hours",
            f"{french.hours_text(work.weekly_hours)} par semaine : la durée va jusqu’à {rules.WEEKLY_HOURS_MAX} heures"
            " (L3121-20 du code du travail).",
            field="weekly_hours",
        )


def check_execution(award: Award, starts_on: date, ends_on: date | None) -> None:
    """Refuse work on a tender that is over, not notified yet, or outside the days of its execution: no hour would count.

    Before the notification an award may still be taken back: nobody is told to a company that may hold nothing.
    """
    tender = Tender.objects.get(lots__award=award)  # as it is now, whatever was read of it
    if tender.status in OPEN:
        raise Refused(
            "not_notified",
            f"Le marché {tender.reference} n’est pas encore notifié ({tender.get_status_display().lower()}) : on n’y met"
            " personne au travail avant le jour de sa notification.",
        )
    if tender.status in FINISHED:
        state = tender.get_status_display().lower()
        ended = f", exécuté jusqu’au {date_short(tender.ends_on)}" if tender.ends_on else ""
        raise Refused(
            "tender_over",
            f"Le marché {tender.reference} est terminé ({state}{ended}) : il n’attend plus personne, ni le"
            f" {date_short(starts_on)} ni un autre jour.",
            field="starts_on",
        )
    if tender.ends_on and starts_on > tender.ends_on:
        raise Refused(
            "starts_after_execution",
            f"Le premier jour de travail ({date_short(starts_on)}) vient après la fin de l’exécution du marché"
            f" ({date_short(tender.ends_on)}) : ses heures ne compteraient pas.",
            field="starts_on",
        )
    if tender.starts_on and ends_on and ends_on < tender.starts_on:
        raise Refused(
            "ends_before_execution",
            f"La fin prévue ({date_short(ends_on)}) vient avant le début de l’exécution du marché"
            f" ({date_short(tender.starts_on)}) : ses heures ne compteraient pas.",
            field="ends_on",
        )


def check_presence(award: Award, starts_on: date, *, company: Organisation) -> None:
    """Refuse work that would begin after the company has left the lot."""
    if not is_on_lot(company.pk, award.lot_id, on=starts_on):
        raise Refused(
            "left_lot",
            f"{company.name} n’intervient plus sur ce lot le {date_short(starts_on)} : il a été repris.",
            field="starts_on",
        )


def check_age(birth_date: date, starts_on: date) -> None:
    """Refuse somebody who is too young to work on the first day (DOMAIN.md 4.7 and 10)."""
    youngest = in_force(on=starts_on, codes=("MIN_AGE",)).integer("MIN_AGE")
    if (age := age_on(birth_date, starts_on)) < youngest:
        raise Refused(
            "under_age",
            f"Née le {date_short(birth_date)}, cette personne aura {age} ans le premier jour de travail"
            f" ({date_short(starts_on)}) : il en faut {youngest}.",
            field="birth_date",
        )


def check_employer(employer: Organisation, work: Work) -> None:
    """Refuse a form of employment that this kind of employer cannot offer (DOMAIN.md 5)."""
    if not rules.may_employ(employer.company_kind, work.modality):
        raise Refused(
            "employer_kind",
            f"{employer.name} ne peut pas employer sous cette forme : « {work.modality.label} ».",
            field="employer",
        )


def check_acts(employer: Organisation, award: Award, *, on: date) -> None:
    """Refuse an inclusive structure that acts here as none on the day, unless it holds the lot.

    What a company says of a stranger, before the buyer has answered, makes no agency of it.
    """
    if employer.company_kind not in INCLUSIVE_KINDS or award.members.filter(organisation=employer).exists():
        return
    if not Organisation.objects.acting_as(Role.EMPLOYER, on=on).filter(pk=employer.pk).exists():
        raise Refused(
            "not_an_employer",
            f"{employer.name} n’est pas encore une structure d’insertion connue ici le {date_short(on)} : l’acheteur"
            " l’accepte d’abord comme sous-traitante, ou la facilitation l’enregistre.",
            field="employer",
        )


def check_first_day(employer: Organisation, starts_on: date, *, by: Actor, today: date) -> None:
    """Refuse to a company that tells in the name of another days that have passed: their hours would be owed at once."""
    if by.role is not Role.FACILITATOR and by.organisation_id != employer.pk and starts_on < today:
        raise Refused(
            "starts_in_the_past",
            f"Le {date_short(starts_on)} est passé : {employer.name}, qui emploie la personne, l’indique, ou votre"
            " facilitation.",
            field="starts_on",
        )


def check_room(award: Award, employer: Organisation, starts_on: date) -> None:
    """Refuse more people than the page of a month can hold."""
    in_post = Placement.objects.in_month(month_of(starts_on), date.max)
    if in_post.filter(award=award, declarant=employer).count() >= MOST_IN_POST:
        raise Refused(
            "too_many_in_post",
            f"{employer.name} a déjà {MOST_IN_POST} personnes en poste sur ce lot en {month_name(month_of(starts_on))}"
            " ou après : indiquez d’abord le dernier jour de celles qui sont parties.",
        )


def check_free(person: Person, award: Award, employer: Organisation, work: Work) -> None:
    """Refuse the same person twice at the same time for the same employer under the same award."""
    running = Placement.objects.at_work_between(work.starts_on, work.ends_on)
    if running.filter(person=person, award=award, employer=employer).exists():
        raise Refused(
            "already_placed", "Cette personne est déjà en poste chez cet employeur sur ce lot à ces dates."
        )


def tell(what: str, placement: Placement, *, by: Actor, at: datetime, **data: object) -> None:
    """Write the event on the timelines of the mise à l'emploi, the person, the tender and the companies."""
    subjects = [placement, placement.person, placement.award.lot.tender, placement.employer]
    if placement.user_company_id != placement.employer_id:
        subjects.append(placement.user_company)
    audit.record(code=f"placement.{what}", subjects=subjects, by=by, at=at, **data)
