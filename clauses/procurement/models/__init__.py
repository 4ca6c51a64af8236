"""Rows of procurement."""

from clauses.procurement.models.advice import AdvicePiece, AdviceRequest
from clauses.procurement.models.decisions import NoClauseDecision
from clauses.procurement.models.life import (
    Amendment,
    AmendmentLot,
    InvoicedTotal,
    Renewal,
    Suspension,
    Tranche,
)
from clauses.procurement.models.suppliers import SupplierProfile
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
    "AdvicePiece",
    "AdviceRequest",
    "Amendment",
    "AmendmentLot",
    "Award",
    "AwardQuerySet",
    "GroupMember",
    "InvoicedTotal",
    "Lot",
    "LotParticipant",
    "LotQuerySet",
    "NoClauseDecision",
    "Renewal",
    "SupplierProfile",
    "Suspension",
    "Tender",
    "TenderQuerySet",
    "Tranche",
    "works_on_lot",
]
