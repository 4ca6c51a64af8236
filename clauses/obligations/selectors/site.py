"""What waits between the award and the site, as rows of « À faire » (PRACTICE.md 1.5)."""

from collections.abc import Iterator
from dataclasses import replace

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef
from django.urls import reverse

from clauses.obligations.choices import Permission
from clauses.obligations.models import KickOff, MonthPlan, Obligation, PlanDecision, SocialClause
from clauses.procurement.choices import Permission as ProcurementPermission
from clauses.procurement.choices import SubcontractStatus
from clauses.procurement.models import Subcontract, Tender
from clauses.procurement.selectors.awaited import group
from inclusiv.core.actors import Role
from inclusiv.core.french import euros, hours_text
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Todo, TodoGroup
from inclusiv.core.queues import Queue

RANK = 9
"""The place of this counter, after those of PRACTICE.md 3."""


def site_to_prepare(queue: Queue) -> TodoGroup | None:
    """Provide meetings that are late, plans to agree on and subcontractors to accept; nothing without any."""
    todos = (*meetings_late(queue), *plans_to_agree(queue), *subcontracts_declared(queue))
    if not todos:
        return None
    told = group(todos, today=queue.on, rank=RANK, label="chantier à préparer")
    return replace(told, url=f"{reverse('home')}?qui={queue.whose}&quoi={RANK}")


def meetings_late(queue: Queue) -> Iterator[Todo]:
    """Yield the kick-off meetings whose day has passed: the facilitator sees that they are held."""
    if queue.actor.role is not Role.FACILITATOR:
        return
    running = (
        Tender.objects.visible_to(queue.actor)
        .running()
        .filter(
            ~Exists(KickOff.objects.filter(tender=OuterRef("pk"))),
            Exists(Obligation.objects.filter(lot__tender=OuterRef("pk"), quantity__gt=0)),
            queue.holds("facilitator"),
            ends_on__gte=queue.on,
        )
        .select_related("buyer")
        .order_by("notified_on", "pk")
    )
    months = first_kickoff_months(queue, running.values_list("pk", flat=True))
    for tender in running:
        if tender.notified_on is None or tender.pk not in months:
            continue
        due_on = tender.notified_on + relativedelta(months=months[tender.pk])
        if due_on < queue.on:
            yield Todo(
                what="Tenir la réunion de mise au point",
                detail="à l’appel de l’acheteur",
                who=tender.buyer.name,
                phone=tender.buyer.phone,
                tender=tender.title,
                tender_detail=tender.reference,
                since=due_on,
                due=due_on,
                url=reverse("obligations:kick-off", args=[tender.pk]),
                button="Saisir",
            )


def first_kickoff_months(queue: Queue, tenders: object) -> dict[int, int]:
    """Return the months allowed by the clause of the first lot of each tender, in one query."""
    clauses = SocialClause.objects.filter(lot__tender__in=tenders).order_by("-lot__number")
    return dict(clauses.values_list("lot__tender", "kickoff_months"))


def plans_to_agree(queue: Queue) -> Iterator[Todo]:
    """Yield the plans of hours that wait for the facilitation; only the last version of each counts."""
    if not queue.actor.may(Permission.AGREE_PLAN):
        return
    later = MonthPlan.objects.filter(award=OuterRef("award"), number__gt=OuterRef("number"))
    waiting = (
        MonthPlan.objects.visible_to(queue.actor)
        .filter(
            ~Exists(later),
            ~Exists(PlanDecision.objects.filter(plan=OuterRef("pk"))),
            queue.holds("award__lot__tender__facilitator"),
            award__lot__tender__ends_on__gte=queue.on,
        )
        .select_related("award__lot__tender")
        .prefetch_related("award__members__organisation")
        .order_by("proposed_at", "pk")
    )
    for plan in waiting:
        lot = plan.award.lot
        yield Todo(
            what=f"Valider le plan d’heures du lot {lot.number}",
            detail=hours_text(plan.total),
            who=plan.award.lead.name,
            phone=plan.award.lead.phone,
            tender=lot.tender.title,
            tender_detail=lot.tender.reference,
            since=paris_day(plan.proposed_at),
            url=reverse("obligations:plan", args=[plan.award_id]),
            button="Lire le plan",
        )


def subcontracts_declared(queue: Queue) -> Iterator[Todo]:
    """Yield the subcontractors declared: the buyer decides, its facilitation is told beforehand."""
    if not queue.actor.may(ProcurementPermission.DECIDE_SUBCONTRACT):
        return
    waiting = (
        Subcontract.objects.visible_to(queue.actor)
        .filter(
            queue.holds("award__lot__tender__facilitator"),
            status=SubcontractStatus.DECLARED,
            award__lot__tender__ends_on__gte=queue.on,
        )
        .select_related("award__lot__tender__buyer", "organisation")
        .order_by("declared_on", "pk")
    )
    for one in waiting:
        tender = one.award.lot.tender
        for_facilitation = queue.actor.role is Role.FACILITATOR
        yield Todo(
            what=f"Sous-traitant déclaré : {one.organisation}",
            detail=f"lot {one.award.lot.number}, {euros(one.amount)} HT",
            who=tender.buyer.name if for_facilitation else "",
            phone=tender.buyer.phone if for_facilitation else "",
            tender=tender.title,
            tender_detail=tender.reference,
            since=one.declared_on,
            due=one.starts_on,
            url=reverse("procurement:subcontract-decide", args=[one.pk]),
            button="Répondre",
        )
