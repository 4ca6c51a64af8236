"""What the pages tell of operations and buying groups."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value

from clauses.procurement.choices import OperationAction, Permission
from clauses.procurement.models import GroupedBuyer, Lot, Operation, Tender
from clauses.procurement.rules.operations import OPEN, OPERATION, may_change
from clauses.procurement.selectors.tenders import LotRow, lot_row, with_contractors
from inclusiv.core import transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import Fold
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
    """Return the operations that somebody sees, each with the number of its tenders that they see (`count`)."""
    seen = Q(tenders__in=Tender.objects.visible_to(actor))
    found = Operation.objects.visible_to(actor).annotate(count=Count("tenders", filter=seen))
    return found.select_related("buyer")


def operations_named(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Return the operations whose title, reference or buyer contains the text, accents aside."""
    folded = Fold(Value(text))
    return rows.alias(folded_title=Fold("title")).filter(
        Q(folded_title__contains=folded)
        | Q(reference__icontains=text)
        | Q(buyer__folded_name__contains=folded)
    )


def grouped_tenders(actor: Actor) -> QuerySet[Tender]:
    """Return the tenders bought by a group that somebody sees, or reads as a member, with the members."""
    members = GroupedBuyer.objects.filter(tender=OuterRef("pk"))
    return (
        Tender.objects.visible_to(actor, as_member=True)
        .filter(Exists(members))
        .select_related("buyer")
        .prefetch_related(
            Prefetch(
                "grouped_buyers",
                GroupedBuyer.objects.select_related("organisation").order_by("organisation__folded_name"),
            )
        )
    )


def groups_named(rows: QuerySet[Tender], text: str) -> QuerySet[Tender]:
    """Return the tenders whose object, number, coordinator or one of the members contains the text, accents aside."""
    folded = Fold(Value(text))
    members = GroupedBuyer.objects.filter(tender=OuterRef("pk"), organisation__folded_name__contains=folded)
    return rows.filter(
        Q(folded_title__contains=folded)
        | Q(reference__icontains=text)
        | Q(buyer__folded_name__contains=folded)
        | Exists(members)
    )


def reads_as_member(tender: Tender, *, actor: Actor) -> bool:
    """Say whether somebody only reads a tender that they found as a member of the group that buys it."""
    if actor.role is not Role.BUYER or actor.organisation_id == tender.buyer_id:
        return False
    return not Tender.objects.visible_to(actor).filter(pk=tender.pk).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSheet:
    """What a member of a buying group reads of its tender: the lots, with their hours and their contractors."""

    rows: list[LotRow]
    hours: Decimal
    amount: Decimal
    duties: None = None
    may_edit: bool = False
    may_award: bool = False


def member_sheet(tender: Tender) -> MemberSheet:
    """Return the page of a tender as a member of its group reads it."""
    rows = [lot_row(lot) for lot in with_contractors(Lot.objects.filter(tender=tender))]
    return MemberSheet(
        rows=rows,
        hours=sum((row.hours for row in rows), ZERO),
        amount=sum((row.lot.estimated_amount or ZERO for row in rows), ZERO),
    )
