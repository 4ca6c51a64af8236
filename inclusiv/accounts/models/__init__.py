"""Rows of the accounts."""

from inclusiv.accounts.models.contacts import Contact
from inclusiv.accounts.models.entering import Cover, Invitation, JoinRequest
from inclusiv.accounts.models.network import (
    Capacity,
    Membership,
    MembershipQuerySet,
    Organisation,
    Period,
    Territory,
    TerritoryAssignment,
    User,
    ends_after_start,
    running_on,
)

__all__ = [
    "Capacity",
    "Contact",
    "Cover",
    "Invitation",
    "JoinRequest",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "Period",
    "Territory",
    "TerritoryAssignment",
    "User",
    "ends_after_start",
    "running_on",
]
