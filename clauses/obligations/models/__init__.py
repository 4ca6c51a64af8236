"""Rows of what is owed."""

from clauses.obligations.models.clauses import (
    Obligation,
    ObligationQuerySet,
    ObligationVersion,
    Sizing,
    SocialClause,
)

__all__ = [
    "Obligation",
    "ObligationQuerySet",
    "ObligationVersion",
    "Sizing",
    "SocialClause",
]
