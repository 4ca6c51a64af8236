"""What the pages tell of operations and buying groups."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from clauses.procurement.choices import OperationAction, Permission
from clauses.procurement.models import GroupedBuyer, Lot, Operation, Tender
from clauses.procurement.rules.operations import OPEN, OPERATION, may_change
from clauses.procurement.selectors.tenders import LotRow, lot_row, with_contractors
from inclusiv.core import transitions
from inclusiv.core.actors import Actor
from inclusiv.core.quantities import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSheet:
    """An operation's page: its tenders that the reader sees, with their totals, and what may be done."""

    tenders: list[Tender]
    amount: Decimal
    lots: int
    lots_with_clause: int
    steps: list[tuple[OperationAction, str]]
    is_open: bool


def operation_sheet(operation: Operation, *, actor: Actor) -> OperationSheet:
    """Return what the page of a visible operation shows; each of its tenders bears `lots_count` and `clauses_count`."""
    rows = list(
        Tender.objects.visible_to(actor)
        .filter(operation=operation)
        .annotate(lots_count=Count("lots"), clauses_count=Count("lots", filter=Q(lots__has_clause=True)))
        .order_by("starts_on", "reference", "pk")
    )
    lots = Lot.objects.filter(tender__in=rows).aggregate(
        all=Count("pk"), with_clause=Count("pk", filter=Q(has_clause=True))
    )
    changes = may_change(actor, buyer=operation.buyer_id)
    return OperationSheet(
        tenders=rows,
        amount=sum((tender.estimated_amount or ZERO for tender in rows), ZERO),
        lots=lots["all"],
        lots_with_clause=lots["with_clause"],
        steps=[
            (action, OPERATION[action].label)
            for action in transitions.open_to(OPERATION, status=operation.status, actor=actor)
            if changes
        ],
        is_open=changes and operation.status in OPEN and actor.may(Permission.REGISTER_TENDER),
    )


def operations_of(actor: Actor) -> QuerySet[Operation]:
    """Return the operations that somebody sees, the latest first, each with the number of its tenders that they see."""
    seen = Q(tenders__in=Tender.objects.visible_to(actor))
    found = Operation.objects.visible_to(actor).annotate(count=Count("tenders", filter=seen))
    return found.select_related("buyer").order_by("-created_at", "pk")


def groups_of(actor: Actor) -> QuerySet[GroupedBuyer]:
    """Return the buying groups of which the actor's own organisation is a member, not its coordinator."""
    found = GroupedBuyer.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    return found.select_related("tender", "buyer").order_by("-tender__created_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSheet:
    """What a member of a buying group reads of its tender: the lots, with their hours and their contractors."""

    rows: list[LotRow]
    hours: Decimal
    amount: Decimal
    duties: None = None
    may_edit: bool = False
    may_award: bool = False


def member_sheet(member: GroupedBuyer) -> MemberSheet:
    """Return the page of a tender as a member of its group reads it."""
    rows = [lot_row(lot) for lot in with_contractors(Lot.objects.filter(tender=member.tender_id))]
    return MemberSheet(
        rows=rows,
        hours=sum((row.hours for row in rows), ZERO),
        amount=sum((row.lot.estimated_amount or ZERO for row in rows), ZERO),
    )
