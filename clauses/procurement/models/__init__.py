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
from clauses.procurement.models.parties import BuyerDelegate, GroupedBuyer, Operation
from clauses.procurement.models.plans import PlanLine, PurchasePlan
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
    "BuyerDelegate",
    "GroupMember",
    "GroupedBuyer",
    "InvoicedTotal",
    "Lot",
    "LotParticipant",
    "LotQuerySet",
    "NoClauseDecision",
    "Operation",
    "PlanLine",
    "PurchasePlan",
    "Renewal",
    "Suspension",
    "Tender",
    "TenderQuerySet",
    "Tranche",
    "works_on_lot",
]
