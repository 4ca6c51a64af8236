"""What « À faire » and « On attend de vous » tell of tenders."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from clauses.procurement.choices import TenderAction, TenderStatus
from clauses.procurement.models import AdviceRequest, Lot, Tender
from clauses.procurement.rules import tenders as rules
from clauses.procurement.rules.advice import WAITING
from clauses.procurement.rules.registering import GUIDED
from inclusiv.core import french
from inclusiv.core.actors import Role
from inclusiv.core.periods import add_working_days, paris_day
from inclusiv.core.providers import Todo, TodoGroup
from inclusiv.core.queues import Queue
from inclusiv.parameters.selectors import in_force


def awards_awaited(queue: Queue) -> TodoGroup | None:
    """Provide « Indiquer le titulaire »: asked of a buyer some weeks after the offers were due (PRACTICE.md 1.5)."""
    if queue.actor.role is not Role.BUYER:
        return None
    delay = timedelta(days=in_force(on=queue.on).integer("AWARD_ASK_AFTER_DAYS"))
    waiting = (
        Lot.objects.visible_to(queue.actor)
        .filter(
            tender__status__in=rules.TENDER[TenderAction.AWARD].sources,
            tender__offers_due_on__lte=queue.on - delay,
            has_clause=True,
            award=None,
        )
        .exclude(tender__award_inquiry__later_on__gt=queue.on)
        .select_related("tender")
        .order_by("tender__offers_due_on", "number", "pk")
    )
    todos = tuple(
        Todo(
            what=f"Indiquer le titulaire du lot {lot.number}",
            detail=lot.title,
            tender=lot.tender.title,
            tender_detail=lot.tender.reference,
            since=lot.tender.offers_due_on + delay,
            url=reverse("procurement:award", args=[lot.pk]),
            button="Répondre",
        )
        for lot in waiting
        if lot.tender.offers_due_on
    )
    return group(todos, today=queue.on, rank=1, label="titulaire à indiquer")


def advice_waits(tender: str) -> QuerySet[AdviceRequest]:
    """Return the requests that wait about the tender at this path: it is then the facilitation that works on it."""
    return AdviceRequest.objects.filter(tender=OuterRef(tender), status__in=WAITING)


def hours_to_compute(queue: Queue) -> TodoGroup | None:
    """Provide « Calculer les heures »: asked of a buyer for each lot without a clause of a tender being prepared."""
    if queue.actor.role is not Role.BUYER:
        return None
    waiting = (
        Lot.objects.visible_to(queue.actor)
        .filter(
            ~Exists(advice_waits("tender")),
            tender__status__in=[TenderStatus.PLANNED, TenderStatus.SIZING],
            has_clause=False,
        )
        .select_related("tender")
        .order_by("tender__created_at", "number", "pk")
    )
    todos = tuple(
        Todo(
            what=f"Calculer les heures du lot {lot.number}",
            detail=lot.title,
            tender=lot.tender.title,
            tender_detail=lot.tender.reference,
            since=paris_day(lot.tender.created_at),
            due=lot.tender.consultation_launched_on,
            url=reverse("obligations:sizing", args=[lot.pk]),
            button="Calculer",
        )
        for lot in waiting
    )
    return group(todos, today=queue.on, rank=2, label="lot à calculer")


def lots_to_describe(queue: Queue) -> TodoGroup | None:
    """Provide what is left of a registration: asked of a buyer for each tender without lots; one given up needs none.

    It leads to the first step not done: the dates, then the lots. What comes from a purchase plan is asked for some
    months before its consultation: nobody describes two thousand purchases in January.
    """
    if queue.actor.role is not Role.BUYER:
        return None
    ahead = queue.on + timedelta(days=in_force(on=queue.on).integer("PLAN_ASK_AHEAD_DAYS"))
    found = Tender.objects.visible_to(queue.actor).without_lots().due_by(ahead)
    waiting = found.filter(~Exists(advice_waits("pk"))).order_by("created_at", "pk")
    todos = tuple(
        Todo(
            what="Reprendre l’enregistrement" if is_undated(tender) else "Décrire les lots",
            detail="le calendrier, puis les lots" if is_undated(tender) else "",
            tender=tender.title,
            tender_detail=tender.reference,
            since=paris_day(tender.created_at),
            due=tender.consultation_launched_on,
            url=reverse(
                "procurement:schedule" if is_undated(tender) else "procurement:lots", args=[tender.pk]
            ),
            button="Reprendre" if is_undated(tender) else "Décrire les lots",
        )
        for tender in waiting
    )
    return group(todos, today=queue.on, rank=3, label="marché à compléter")


def is_undated(tender: Tender) -> bool:
    """Say whether the dates of a tender being registered are still to be told."""
    return tender.status in GUIDED and not (tender.starts_on and tender.ends_on)


def study_of(queue: Queue) -> tuple[Todo, ...]:
    """Return the tenders under study about which no advice waits: answered within ten working days (PRACTICE.md 1.7)."""
    delay = in_force(on=queue.on).integer("ADVICE_WORKING_DAYS")
    waiting = (
        Tender.objects.visible_to(queue.actor)
        .filter(queue.holds("facilitator"), ~Exists(advice_waits("pk")), status=TenderStatus.SIZING)
        .select_related("buyer")
        .prefetch_related("lots")
        .order_by("created_at", "pk")
    )
    return tuple(
        Todo(
            what="Étudier la clause",
            detail=french.plural(len(tender.lots.all()), "lot") if tender.lots.all() else "lots à décrire",
            who=tender.buyer.name,
            phone=tender.buyer.phone,
            tender=tender.title,
            tender_detail=tender.reference,
            since=paris_day(tender.created_at),
            due=add_working_days(paris_day(tender.created_at), delay),
            url=reverse("procurement:tender", args=[tender.pk]),
            button="Étudier",
        )
        for tender in waiting
    )


def group(todos: tuple[Todo, ...], *, today: date, rank: int, label: str, narrowed: str = "") -> TodoGroup:
    """Return the counter of some todos, oldest first; it leads to the list of one's tenders, narrowed if said."""
    oldest = min((todo.since for todo in todos), default=None)
    return TodoGroup(
        rank=rank,
        label=label,
        total=len(todos),
        oldest=oldest,
        hint=french.since((today - oldest).days) if oldest else "rien n’attend",
        url=reverse("followup:my-tenders") + narrowed,
        todos=todos,
    )
