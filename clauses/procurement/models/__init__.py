"""Rows of procurement."""

from clauses.procurement.models.tenders import (
    Award,
    AwardQuerySet,
    GroupMember,
    Lot,
    LotParticipant,
    LotQuerySet,
    Tender,
    TenderQuerySet,
    works_on_lot,
)

__all__ = [
    "Award",
    "AwardQuerySet",
    "GroupMember",
    "Lot",
    "LotParticipant",
    "LotQuerySet",
    "Tender",
    "TenderQuerySet",
    "works_on_lot",
]
