"""What a facilitator must do: validate eligibilities, find candidates, prepare what follows (PRACTICE.md 3)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from beneficiaries.people.models import EligibilityCheck, EligibilityCheckQuerySet
from beneficiaries.people.rules import texts
from beneficiaries.placements.models import JobRequest, Placement
from beneficiaries.placements.selectors.jobs import ENDING_DAYS, companies, ending
from clauses.procurement.models import Award
from inclusiv.core import french
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Todo, TodoGroup
from inclusiv.core.queues import Queue
from inclusiv.records.models import reference

ROWS = 50
"""The most urgent rows of each group; its counter leads to the whole list."""


def eligibilities(queue: Queue) -> TodoGroup | None:
    """« Éligibilités à valider », by first day of work; hot once one of these days has passed.

    Those that a prescriber asks are about people whom the list of one's own does not hold: the rows here hold all.
    """
    if queue.actor.role is not Role.FACILITATOR:
        return None
    waiting = checks_of(queue)
    placements = Placement.objects.select_related("award__lot__tender", "user_company", "employer")
    rows = list(
        waiting.select_related("dossier__person__identity", "dossier__structure")
        .prefetch_related(Prefetch("placements", queryset=placements.order_by("pk")))
        .order_by("reference_date", "pk")[:ROWS]
    )
    todos = tuple(eligibility(check) for check in rows)
    asked = any(check.dossier.structure_id != queue.actor.organisation_id for check in rows)
    return TodoGroup(
        rank=1,
        label="éligibilité à valider",
        total=waiting.count(),
        oldest=min((todo.since for todo in todos), default=None),
        hint=starts(rows[0].reference_date, queue.on) if rows else "rien n’attend",
        url=f"{reverse('home')}?qui={queue.whose}&quoi=1"
        if asked
        else f"{reverse('people:list')}?eligibilite=SUBMITTED",
        todos=todos,
        hot=bool(rows) and rows[0].reference_date < queue.on,
    )


def checks_of(queue: Queue) -> EligibilityCheckQuerySet:
    """Return the checks to decide, of these people: who follows the tender for which it is asked, else nobody."""
    waiting = EligibilityCheck.objects.visible_to(queue.actor).awaiting_decision()
    if queue.owners is None:
        return waiting
    asked = Placement.objects.filter(check_of=OuterRef("pk"))
    theirs = Exists(asked.filter(held(queue)))
    return waiting.filter(theirs | ~Exists(asked) if None in queue.owners else theirs)


def held(queue: Queue) -> Q:
    """Return the condition of a mise à l'emploi whose tender these people follow; nobody here follows another's."""
    theirs = queue.holds("award__lot__tender__facilitator")
    if queue.owners is None or None not in queue.owners:
        return theirs
    return theirs | ~Q(award__lot__tender__structure=queue.actor.organisation_id)


def starts(day: date, on: date) -> str:
    """Say when the earliest work starts: « premier jour dans 2 j », « premier jour dépassé »."""
    left = (day - on).days
    if left < 0:
        return "premier jour dépassé"
    return "premier jour aujourd’hui" if left == 0 else f"premier jour dans {left}{french.NO_BREAK}j"


def eligibility(check: EligibilityCheck) -> Todo:
    """Return one eligibility to validate."""
    placement = next(iter(check.placements.all()), None)
    company = placement.user_company if placement else check.dossier.structure
    return Todo(
        what="Valider l’éligibilité",
        detail=f"premier jour le {french.date_short(check.reference_date)}",
        who=company.name,
        phone=company.phone,
        **tender_of(placement.award if placement else None),
        since=paris_day(check.submitted_at),
        due=check.due_on,
        url=reverse("people:check", args=[check.pk]),
        button="Examiner",
    )


def unanswered(queue: Queue) -> TodoGroup | None:
    """« Besoins sans candidat », the oldest answer first."""
    if queue.actor.role is not Role.FACILITATOR:
        return None
    waiting = (
        JobRequest.objects.visible_to(queue.actor)
        .unanswered()
        .filter(queue.holds("award__lot__tender__facilitator"))
    )
    rows = waiting.select_related("company", "award__lot__tender").order_by("due_on", "pk")[:ROWS]
    todos = tuple(need(row) for row in rows)
    oldest = min((todo.since for todo in todos), default=None)
    return TodoGroup(
        rank=2,
        label="besoin sans candidat",
        total=waiting.count(),
        oldest=oldest,
        hint=f"le plus ancien : {(queue.on - oldest).days}{french.NO_BREAK}j" if oldest else "rien n’attend",
        url=f"{reverse('placements:requests')}?etat=SANS",
        todos=todos,
    )


def without_candidate(rows: QuerySet[JobRequest]) -> QuerySet[JobRequest]:
    """Return the open searches of these to which nobody was proposed."""
    return rows.filter(pk__in=JobRequest.objects.unanswered().values("pk"))


def need(row: JobRequest) -> Todo:
    """Return one search without anybody proposed."""
    people = french.plural(row.headcount, "poste")
    return Todo(
        what="Proposer des candidats",
        detail=f"{row.post}, {people}, dès le {french.date_short(row.starts_on)}",
        who=row.company.name,
        phone=row.company.phone,
        **tender_of(row.award),
        since=paris_day(row.asked_at),
        due=row.due_on,
        url=reverse("placements:request", args=[row.pk]),
        button="Voir les candidats",
    )


def endings(queue: Queue) -> TodoGroup | None:
    """« Fins de contrat < 30 j », the nearest first."""
    if queue.actor.role is not Role.FACILITATOR:
        return None
    waiting = ending(
        Placement.objects.visible_to(queue.actor).filter(
            held(queue), dossier__structure=queue.actor.organisation_id
        ),
        on=queue.on,
    )
    rows = sorted(
        waiting.select_related("person__identity", "employer", "user_company", "award__lot__tender"),
        key=lambda row: (row.last_day or date.max, row.pk),
    )
    todos = tuple(closing(row, on=queue.on) for row in rows[:ROWS])
    return TodoGroup(
        rank=5,
        label="fin de contrat < 30 j",
        total=len(rows),
        oldest=min((todo.since for todo in todos), default=None),
        hint=f"la première le {french.date_short(todos[0].due)}"
        if todos and todos[0].due
        else "rien n’attend",
        url=f"{reverse('people:list')}?situation=ending",
        todos=todos,
    )


def closing(row: Placement, *, on: date) -> Todo:
    """Return one end of contract to prepare: it waits since it came within 30 days."""
    identity = getattr(row.person, "identity", None)
    return Todo(
        what="Préparer la suite",
        detail=f"{row.post}, {companies(row)}",
        who=str(identity or row.code),
        phone=texts.printed(identity.phone) if identity else "",
        **tender_of(row.award),
        since=max(row.hired_on, (row.last_day or on) - timedelta(days=ENDING_DAYS)),
        due=row.last_day,
        url=reverse("people:person", args=[row.dossier_id]),
        button="Ouvrir",
        person=reference(row.person),
    )


def tender_of(award: Award | None) -> dict[str, str]:
    """Return the two lines that name a tender and its lot; empty when there is none."""
    if award is None:
        return {}
    tender = award.lot.tender
    return {"tender": f"{tender.title}, lot {award.lot.number}", "tender_detail": award.lot.title}
