"""Rows of procurement."""

from clauses.procurement.models.advice import AdvicePiece, AdviceRequest
from clauses.procurement.models.decisions import NoClauseDecision
from clauses.procurement.models.inquiries import AwardInquiry
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
from clauses.procurement.models.subcontracts import Subcontract, SubcontractQuerySet
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
    is_on_lot,
    works_on_lot,
)

__all__ = [
    "AdvicePiece",
    "AdviceRequest",
    "Amendment",
    "AmendmentLot",
    "Award",
    "AwardInquiry",
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
    "Subcontract",
    "SubcontractQuerySet",
    "SupplierProfile",
    "Suspension",
    "Tender",
    "TenderQuerySet",
    "Tranche",
    "is_on_lot",
    "works_on_lot",
]
