"""What the page of a request for advice shows, and who is waited for."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from clauses.procurement.choices import AdviceStatus, Permission
from clauses.procurement.models import AdvicePiece, AdviceRequest
from clauses.procurement.rules.tenders import OPEN
from clauses.procurement.selectors.awaited import group, study_of
from clauses.procurement.selectors.sourcing import LotSourcing, sourcing_of
from clauses.procurement.selectors.tenders import LotRow, lot_row, lots_shown
from inclusiv.core import french
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Todo, TodoGroup
from inclusiv.core.quantities import ZERO
from inclusiv.core.queues import Queue
from inclusiv.core.stamps import stamp_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceSheet:
    """A request, the lots with their hours, and what this reader may do now."""

    request: AdviceRequest
    rows: list[LotRow]
    pieces: list[AdvicePiece]
    sourcing: list[LotSourcing]
    """For who answers: what the inclusive suppliers known here let advise, lot by lot."""
    is_adjusted: bool
    """Whether hours changed after the proposal."""
    may_propose: bool
    may_decide: bool
    may_withdraw: bool

    @property
    def hours(self) -> Decimal:
        """The hours of every lot."""
        return sum((row.hours for row in self.rows), ZERO)

    @property
    def stamp(self) -> int:
        """What the page says that it showed: other hours have another one."""
        return stamp_of(*(f"{row.lot.pk} {row.hours} {row.other}" for row in self.rows))

    @property
    def sized(self) -> int:
        """How many lots have their clause written."""
        return sum(bool(row.hours or row.other) for row in self.rows)


def advice_sheet(request: AdviceRequest, *, actor: Actor, today: date) -> AdviceSheet:
    """Return the page of a visible request."""
    lots: list[Any] = list(lots_shown(actor, request.tender))
    is_proposed = request.status == AdviceStatus.PROPOSED
    answers = actor.may(Permission.GIVE_ADVICE)
    return AdviceSheet(
        request=request,
        rows=[lot_row(lot) for lot in lots],
        pieces=list(request.pieces.select_related("document").order_by("pk")),
        sourcing=sourcing_of(lots, department=request.tender.department, on=today) if answers else [],
        is_adjusted=any(changed_since(lot, request) for lot in lots),
        may_propose=request.status == AdviceStatus.ASKED and answers,
        may_decide=is_proposed and request.tender.status in OPEN and actor.may(Permission.ASK_ADVICE),
        may_withdraw=request.status == AdviceStatus.ASKED and actor.may(Permission.ASK_ADVICE),
    )


def changed_since(lot: Any, request: AdviceRequest) -> bool:
    """Say whether a lot loaded by `lots_shown` has a clause written after the proposal."""
    return bool(lot.has_clause and request.answered_at and lot.clause.updated_at > request.answered_at)


def advice_asked(queue: Queue) -> TodoGroup | None:
    """Provide « avis demandés » to facilitators: each request by its day, then the tenders under study without one."""
    if queue.actor.role is not Role.FACILITATOR:
        return None
    waiting = (
        AdviceRequest.objects.visible_to(queue.actor)
        .filter(queue.holds("tender__facilitator"), status=AdviceStatus.ASKED, tender__status__in=OPEN)
        .select_related("tender__buyer")
        .order_by("due_on", "pk")
    )
    asked = [
        Todo(
            what="Répondre à une demande d’avis",
            detail=french.euros(request.tender.estimated_amount)
            if request.tender.estimated_amount is not None
            else "",
            who=request.tender.buyer.name,
            phone=request.tender.buyer.phone,
            tender=request.tender.title,
            tender_detail=request.tender.reference,
            since=paris_day(request.asked_at),
            due=request.due_on,
            url=reverse("procurement:advice", args=[request.pk]),
            button="Répondre",
        )
        for request in waiting
    ]
    todos = (*asked, *study_of(queue))
    return group(todos, today=queue.on, rank=6, label="avis demandé", narrowed="?etape=SIZING")


def proposals_to_read(queue: Queue) -> TodoGroup | None:
    """Provide the proposals that wait for the buyer's decision."""
    if queue.actor.role is not Role.BUYER:
        return None
    waiting = (
        AdviceRequest.objects.visible_to(queue.actor)
        .filter(status=AdviceStatus.PROPOSED, tender__status__in=OPEN)
        .select_related("tender")
        .order_by("answered_at", "pk")
    )
    todos = tuple(
        Todo(
            what="Décider de la proposition de la facilitation",
            detail=request.get_opinion_display(),
            tender=request.tender.title,
            tender_detail=request.tender.reference,
            since=paris_day(request.answered_at),
            due=request.tender.consultation_launched_on,
            url=reverse("procurement:advice", args=[request.pk]),
            button="Lire",
        )
        for request in waiting
        if request.answered_at
    )
    return group(todos, today=queue.on, rank=1, label="proposition à lire")
