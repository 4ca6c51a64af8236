"""Rows of what is owed."""

from clauses.obligations.models.clauses import (
    Obligation,
    ObligationQuerySet,
    ObligationVersion,
    Sizing,
    SocialClause,
)
from clauses.obligations.models.kickoffs import KickOff, KickOffLot
from clauses.obligations.models.plans import (
    ExpectedCurve,
    MonthPlan,
    MonthPlanLine,
    PlanDecision,
)

__all__ = [
    "ExpectedCurve",
    "KickOff",
    "KickOffLot",
    "MonthPlan",
    "MonthPlanLine",
    "Obligation",
    "ObligationQuerySet",
    "ObligationVersion",
    "PlanDecision",
    "Sizing",
    "SocialClause",
]
