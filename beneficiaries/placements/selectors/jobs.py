"""What people's pages and lists learn from here: who is at work, who is free, who ends soon."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from beneficiaries.people.models import Dossier, Person
from beneficiaries.people.selectors.lists import Job, Situation
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from inclusiv.core.actors import Actor

ENDING_DAYS = 30
"""« fins de contrat < 30 j »: how long before the last day what comes next is prepared (PRACTICE.md 1.8)."""

STATES = {
    PlacementStatus.PLANNED: "NEUTRAL",
    PlacementStatus.ACTIVE: "ON_TRACK",
    PlacementStatus.ENDED: "DONE",
    PlacementStatus.CANCELLED: "NEUTRAL",
}


def at_work(on: date) -> Exists:
    """Say whether the person of OuterRef("person") is at work on the day."""
    return Exists(Placement.objects.at_work_between(on, on).filter(person=OuterRef("person")))


def available(on: date) -> Exists:
    """Say whether the person is told to be free, and is not at work."""
    free = Dossier.objects.filter(pk=OuterRef("pk"), available_on__lte=on)
    return Exists(free.filter(~at_work(on)))


def ending_soon(on: date) -> Exists:
    """Say whether the person's work ends within 30 days."""
    return Exists(ending(Placement.objects.all(), on=on).filter(person=OuterRef("person")))


def ending(rows: QuerySet[Placement], *, on: date) -> QuerySet[Placement]:
    """Return the work in progress whose last day, said or planned, comes within 30 days."""
    limit = on + timedelta(days=ENDING_DAYS)
    return rows.filter(
        Q(ended_on__range=(on, limit)) | Q(ended_on=None, planned_end_on__range=(on, limit)),
        status=PlacementStatus.ACTIVE,
    )


SITUATIONS = (
    Situation(key="at_work", label="En poste", holds=at_work),
    Situation(key="available", label="Disponible", holds=available),
    Situation(key="ending", label="Fin de contrat dans 30 jours", holds=ending_soon),
)


def jobs(person: Person, actor: Actor) -> list[Job]:
    """Return a person's jobs that this reader sees, the latest first."""
    rows = (
        Placement.objects.visible_to(actor)
        .filter(person=person)
        .select_related("award__lot__tender", "employer", "user_company")
        .order_by("-hired_on", "-pk")
    )
    return [job(row) for row in rows]


def job(row: Placement) -> Job:
    """Return a mise à l'emploi as a line of a person's page."""
    status = PlacementStatus(row.status)
    return Job(
        post=row.post,
        company=companies(row),
        tender=tender_text(row),
        starts_on=row.hired_on,
        ends_on=row.last_day,
        state=STATES[status],
        word=status.label,
        url=reverse("placements:tender", args=[row.award.lot.tender_id]),
        check_id=row.check_of_id,
    )


def companies(row: Placement) -> str:
    """Say who employs, and where when it is elsewhere: « Tremplin 91 pour Bâti-Sud »."""
    if row.employer_id == row.user_company_id:
        return row.employer.name
    return f"{row.employer.name} pour {row.user_company.name}"


def tender_text(row: Placement) -> str:
    """Name the tender and the lot."""
    return f"{row.award.lot.tender.reference}, lot {row.award.lot.number}"
