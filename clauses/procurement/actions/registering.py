"""Register a tender step by step: every step is saved on a real tender (PRACTICE.md 1.7, 3)."""

from datetime import datetime
from decimal import Decimal
from typing import Unpack

from django.db import transaction

from clauses.procurement.actions import lots, tenders
from clauses.procurement.choices import Sector, TenderAction, TenderNature, TenderStatus
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.reference.models import Commune

PROVISIONAL = "PROV"


@transaction.atomic
def start(
    *,
    buyer: Organisation,
    structure: Organisation | None = None,
    reference: str = "",
    title: str,
    nature: TenderNature,
    place: Commune | None,
    by: Actor,
    at: datetime,
    **facts: Unpack[tenders.Facts],
) -> Tender:
    """Register a tender by what is bought; without a number it takes a provisional one."""
    year = paris_day(at).year
    return tenders.register(
        buyer=buyer,
        structure=structure,
        reference=reference or tenders.provisional_reference(buyer, kind=PROVISIONAL, year=year),
        title=title,
        nature=nature,
        place=place,
        by=by,
        at=at,
        **facts,
    )


@transaction.atomic
def describe_last(
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
    """Add the last lot, after which the hours come: a tender that was only planned goes under study."""
    lot = lots.add(
        tender=tender,
        title=title,
        sector=sector,
        number=number,
        cpv=cpv,
        estimated_amount=estimated_amount,
        by=by,
        at=at,
    )
    if lot.tender.status == TenderStatus.PLANNED:
        tenders.move(tender=lot.tender, action=TenderAction.SIZE, by=by, at=at)
    return lot
