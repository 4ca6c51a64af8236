"""Operations of a buyer, members of a buying group, and who acts in a buyer's place."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from django.db import transaction

from clauses.procurement.actions import rows
from clauses.procurement.choices import InsertionPolicy, OperationAction, OperationStatus, Permission
from clauses.procurement.models import BuyerDelegate, GroupedBuyer, Operation, Tender
from clauses.procurement.rules import operations as rules
from clauses.procurement.rules.tenders import OPEN, check_period
from inclusiv.accounts.models import Organisation
from inclusiv.core import transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit

BLAME = {
    "operation_title_of_buyer": "title",
    "operation_ends_after_start": "ends_on",
    "groupedbuyer_once": "member",
    "groupedbuyer_is_not_the_coordinator": "member",
    "buyerdelegate_is_another": "delegate",
    "buyerdelegate_one_at_a_time": "starts_on",
    "buyerdelegate_ends_after_start": "ends_on",
}
"""The field of the form that each constraint concerns."""


class OperationFacts(TypedDict, total=False):
    """What may be told of an operation; days inclusive."""

    title: str
    reference: str
    is_anru: bool
    starts_on: date | None
    ends_on: date | None


@transaction.atomic
def open_operation(*, tender: Tender, title: str, by: Actor, at: datetime) -> Operation:
    """Open an operation of a tender's buyer, with this tender as its first one."""
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    operation = Operation(buyer=current.buyer, title=title.strip(), created_at=at, updated_at=at)
    rows.save(operation, blame=BLAME)
    tell("operation.opened", operation, by=by, at=at)
    return join_operation(tender=current, operation=operation, by=by, at=at)


@transaction.atomic
def join_operation(*, tender: Tender, operation: Operation, by: Actor, at: datetime) -> Operation:
    """Gather a tender in an open operation of the same buyer; it leaves the one where it was.

    Not notified yet, it takes the policy of a renewal project (DOMAIN.md 1.5).
    """
    # The operation first, as who corrects it does: two people would otherwise wait for one another.
    into = Operation.objects.select_for_update().get(pk=operation.pk)
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    if into.buyer_id != current.buyer_id:
        raise Refused(
            "another_buyer",
            f"Cette opération n’est pas de {current.buyer}, l’acheteur du marché.",
            field="operation",
        )
    for one in filter(None, (into, current.operation)):
        rules.check_open(OperationStatus(one.status))
    current.operation = into
    if into.is_anru and current.status in OPEN:
        current.insertion_policy = InsertionPolicy.ANRU
    current.version += 1
    current.updated_at = at
    current.save(update_fields=["operation", "insertion_policy", "version", "updated_at"])
    tell("operation.joined", into, current, of_tender=True, by=by, at=at)
    return into


@transaction.atomic
def leave_operation(*, tender: Tender, by: Actor, at: datetime) -> None:
    """Take a tender out of its operation, while that one is open."""
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    left = current.operation
    if left is None:
        raise Refused("no_operation", "Ce marché n’est rattaché à aucune opération.")
    rules.check_open(OperationStatus(left.status))
    current.operation = None
    current.version += 1
    current.updated_at = at
    current.save(update_fields=["operation", "version", "updated_at"])
    tell("operation.left", left, current, of_tender=True, by=by, at=at)


@transaction.atomic
def change_operation(
    *, operation: Operation, version: int, by: Actor, at: datetime, **facts: Unpack[OperationFacts]
) -> Operation:
    """Correct an open operation; `version` is the one that was read.

    Once it is a renewal project, its tenders that are not notified take the policy (DOMAIN.md 1.5).
    """
    current = opened(operation, by=by)
    rules.check_open(OperationStatus(current.status))
    if version != current.version:
        raise Refused(
            "stale_version",
            "Cette opération a été modifiée par quelqu’un d’autre entre-temps : rechargez la page.",
        )
    was_anru = current.is_anru
    for name, value in facts.items():
        setattr(current, name, value)
    check_period(current.starts_on, current.ends_on)
    current.version += 1
    current.updated_at = at
    rows.save(current, blame=BLAME)
    led = take_policy(current, at=at) if current.is_anru and not was_anru else []
    tell("operation.changed", current, *led, by=by, at=at)
    return current


def take_policy(operation: Operation, *, at: datetime) -> list[Tender]:
    """Give the policy of a renewal project to the tenders of an operation that are not notified; return them."""
    tenders = list(operation.tenders.filter(status__in=OPEN).select_for_update().order_by("pk"))
    for one in tenders:
        one.insertion_policy = InsertionPolicy.ANRU
        one.version += 1
        one.updated_at = at
        one.save(update_fields=["insertion_policy", "version", "updated_at"])
    return tenders


@transaction.atomic
def move_operation(*, operation: Operation, action: OperationAction, by: Actor, at: datetime) -> Operation:
    """Move an operation along the table `rules.OPERATION`."""
    current = opened(operation, by=by)
    transitions.move(current, rules.OPERATION[action], by=by, at=at)
    tell("operation.moved", current, by=by, at=at, label=OperationStatus(current.status).label.lower())
    return current


def opened(operation: Operation, *, by: Actor) -> Operation:
    """Return an operation as it is now, locked: its buyer changes it, and the facilitator of one of its tenders."""
    rows.require(by, Permission.REGISTER_TENDER)
    seen = Operation.objects.visible_to(by).select_related("buyer").select_for_update(of=("self",))
    row = seen.filter(pk=operation.pk).first()
    if row is None:
        raise Refused("not_visible", "Vous n’avez pas accès à cette opération.")
    if not rules.may_change(by, buyer=row.buyer_id):
        raise Refused(
            "delegates_not", f"Cette opération est de {row.buyer} : un délégataire agit sur son seul marché."
        )
    return row


def tell(
    code: str,
    operation: Operation,
    *tenders: Tender,
    of_tender: bool = False,
    by: Actor,
    at: datetime,
    **data: str,
) -> None:
    """Write the event of an operation, on its tenders' pages too when it is about them.

    What is `of_tender` first, its coming or going, is told in the operation to who sees that tender.
    """
    audit.record(
        code=code,
        subjects=[*tenders, operation] if of_tender else [operation, *tenders],
        by=rows.for_buyer(by, operation.buyer),
        at=at,
        operation=operation.title,
        **data,
    )


@transaction.atomic
def add_member(*, tender: Tender, organisation: Organisation, by: Actor, at: datetime) -> GroupedBuyer:
    """Write that another buyer buys together with this one, who coordinates the group.

    A delegate does not write itself in: it would go on reading once its mandate is over.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    if organisation.pk == by.organisation_id != current.buyer_id:
        raise Refused(
            "delegates_not",
            f"Vous agissez à la place de {current.buyer} : c’est à cet acheteur de dire si vous achetez avec lui.",
            field="member",
        )
    check_buys(organisation, on=paris_day(at), field="member")
    member = GroupedBuyer(tender=current, buyer=current.buyer, organisation=organisation)
    rows.save(member, blame=BLAME)
    tell_party("group.joined", current, by=by, at=at, organisation=organisation.name)
    return member


@transaction.atomic
def remove_member(*, member: GroupedBuyer, by: Actor, at: datetime) -> None:
    """Write that a buyer has left the group."""
    current = rows.open_tender(Tender(pk=member.tender_id), by=by, permission=Permission.REGISTER_TENDER)
    gone = current.grouped_buyers.filter(pk=member.pk).select_related("organisation").first()
    if gone is None:
        raise Refused("not_a_member", "Cet acheteur n’est plus membre du groupement.")
    name = gone.organisation.name
    gone.delete()
    tell_party("group.left", current, by=by, at=at, organisation=name)


@transaction.atomic
def name_delegate(
    *,
    tender: Tender,
    organisation: Organisation,
    starts_on: date,
    ends_on: date | None = None,
    by: Actor,
    at: datetime,
) -> BuyerDelegate:
    """Write who acts in the buyer's place, between two days inclusive: it does then all that the buyer may do."""
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    check_not_delegated(current, by)
    check_buys(organisation, on=paris_day(at), field="delegate")
    check_period(starts_on, ends_on)
    delegate = BuyerDelegate(
        tender=current, buyer=current.buyer, organisation=organisation, starts_on=starts_on, ends_on=ends_on
    )
    rows.save(delegate, blame=BLAME)
    until = f" jusqu’au {date_short(ends_on)}" if ends_on else ""
    tell_party(
        "delegate.named",
        current,
        by=by,
        at=at,
        organisation=organisation.name,
        period=f"à compter du {date_short(starts_on)}{until}",
    )
    return delegate


@transaction.atomic
def end_delegate(*, delegate: BuyerDelegate, ends_on: date, by: Actor, at: datetime) -> None:
    """Write the last day on which somebody acts in the buyer's place; a mandate that has not begun by then goes away."""
    current = rows.open_tender(Tender(pk=delegate.tender_id), by=by, permission=Permission.REGISTER_TENDER)
    check_not_delegated(current, by)
    held = current.delegates.select_related("organisation").filter(pk=delegate.pk).first()
    if held is None:
        raise Refused("no_mandate", "Cette délégation n’existe plus : rechargez la page.")
    if held.ends_on and held.ends_on < ends_on:
        raise Refused(
            "mandate_over",
            f"Cette délégation s’est arrêtée le {date_short(held.ends_on)} : rechargez la page.",
        )
    if held.starts_on > ends_on:
        held.delete()
    else:
        held.ends_on = ends_on
        rows.save(held, blame=BLAME)
    tell_party(
        "delegate.ended",
        current,
        by=by,
        at=at,
        organisation=held.organisation.name,
        ends_on=date_short(ends_on),
    )


def check_not_delegated(tender: Tender, by: Actor) -> None:
    """Refuse a delegate who would pass its mandate on, or lengthen it: the buyer decides, or its facilitator for it."""
    if rows.is_delegate(by, tender.buyer_id):
        raise Refused("delegates_not", "Seul l’acheteur décide qui agit à sa place.")


def check_buys(organisation: Organisation, *, on: date, field: str) -> None:
    """Refuse an organisation that is not known as a buyer."""
    if not Organisation.objects.acting_as(Role.BUYER, on=on).filter(pk=organisation.pk).exists():
        raise Refused("not_a_buyer", f"{organisation} n’est pas connue comme acheteur.", field=field)


def tell_party(code: str, tender: Tender, *, by: Actor, at: datetime, **data: str) -> None:
    """Write the event of a tender's parties."""
    audit.record(code=code, subjects=[tender], by=rows.for_buyer(by, tender.buyer), at=at, **data)
