"""Add, change and remove the lots of a tender."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Max

from clauses.procurement.actions import awards, rows
from clauses.procurement.actions.tenders import lots_amount
from clauses.procurement.choices import Permission, Sector
from clauses.procurement.models import Award, Lot, Tender
from clauses.procurement.rules import tenders as rules
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit

BLAME = {"lot_number_in_tender": "number", "lot_amount_not_negative": "estimated_amount"}
"""The field of the form that each constraint of a lot concerns."""


class Changes(TypedDict, total=False):
    """What may be changed of a lot; the amount in € HT."""

    number: int
    title: str
    sector: Sector
    cpv: str
    estimated_amount: Decimal | None


@transaction.atomic
def add(
    *,
    tender: Tender,
    title: str,
    sector: Sector,
    number: int | None = None,
    cpv: str = "",
    estimated_amount: Decimal | None = None,
    by: Actor,
    at: datetime,
) -> Lot:
    """Add a lot to a tender not yet notified; without a number it takes the next one."""
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    check_open(current)
    rules.check_room(current.lots.count())
    lot = Lot(
        tender=current,
        number=number or next_number(current),
        title=title.strip(),
        sector=sector,
        cpv=cpv,
        estimated_amount=estimated_amount,
    )
    write(lot, "lot.added", by=by, at=at)
    return lot


@transaction.atomic
def change(
    *, lot: Lot, version: int | None = None, by: Actor, at: datetime, **changes: Unpack[Changes]
) -> Lot:
    """Correct a lot that has no contractor yet; `version` is its tender's, as it was read."""
    current = rows.open_lot(lot, by=by, permission=Permission.REGISTER_TENDER)
    rows.check_version(current.tender, version)
    check_free(current)
    for name, value in changes.items():
        setattr(current, name, value)
    write(current, "lot.changed", by=by, at=at)
    return current


@transaction.atomic
def remove(*, lot: Lot, by: Actor, at: datetime) -> None:
    """Remove a lot that has neither a contractor nor a clause."""
    current = rows.open_lot(lot, by=by, permission=Permission.REGISTER_TENDER)
    check_free(current)
    if current.has_clause:
        raise Refused("lot_has_clause", f"Retirez d’abord la clause du lot {current.number}.")
    current.delete()
    tell(current, "lot.removed", by=by, at=at)
    awards.close_award(current.tender, by=by, at=at)


def mark_clause(lot: Lot, *, present: bool) -> None:
    """Keep on the lot, whose tender is locked, whether it carries a clause; called by the clause's own actions."""
    lot.has_clause = present
    lot.save(update_fields=["has_clause"])


def write(lot: Lot, code: str, *, by: Actor, at: datetime) -> None:
    """Save a lot whose tender is locked, provided that the lots stay within the tender's amount."""
    rows.save(lot, blame=BLAME)
    rules.check_amounts(lots_amount(lot.tender), lot.tender.estimated_amount)
    tell(lot, code, by=by, at=at)


def tell(lot: Lot, code: str, *, by: Actor, at: datetime) -> None:
    """Write the event, and count the change in the tender's version."""
    tender = lot.tender
    tender.version += 1
    tender.updated_at = at
    tender.save(update_fields=["version", "updated_at"])
    audit.record(code=code, subjects=[tender], by=rows.for_buyer(by, tender.buyer), at=at, number=lot.number)


def next_number(tender: Tender) -> int:
    """Return the number after the last one."""
    last: int | None = tender.lots.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def check_open(tender: Tender) -> None:
    """Refuse to touch the lots of a tender that is notified or over."""
    if tender.is_bound or tender.status in rules.OVER:
        raise Refused("lots_closed", "Les lots de ce marché ne changent plus : il est notifié ou clos.")


def check_free(lot: Lot) -> None:
    """Refuse to touch a lot that has a contractor."""
    check_open(lot.tender)
    if Award.objects.filter(lot=lot).exists():
        raise Refused("lot_awarded", f"Le lot {lot.number} est attribué : il ne change plus.")
