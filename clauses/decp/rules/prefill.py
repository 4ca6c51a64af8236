"""What a published contract tells of the tender to follow."""

from collections.abc import Collection
from decimal import Decimal

from clauses.decp.choices import Nature, Remark, Technique
from clauses.procurement.choices import TenderForm, TenderNature

WORKS = "45"
SUPPLIES = frozenset({*(f"{division:02}" for division in range(3, 45)), "48"})
"""Divisions of works and of supplies in the CPV (règlement 213/2008); the others are services."""


def bought(cpv: str) -> TenderNature | None:
    """Return what a CPV code buys, None without a code."""
    division = cpv[:2]
    if not division:
        return None
    if division == WORKS:
        return TenderNature.WORKS
    return TenderNature.SUPPLIES if division in SUPPLIES else TenderNature.SERVICES


def form(nature: str, techniques: Collection[str], *, is_concession: bool) -> TenderForm:
    """Return the form of the tender, by the words of either format."""
    if is_concession:
        return TenderForm.CONCESSION
    if nature == Nature.PARTNERSHIP:
        return TenderForm.PARTNERSHIP
    is_framework = nature == Nature.FRAMEWORK or Technique.FRAMEWORK in techniques
    return TenderForm.FRAMEWORK if is_framework else TenderForm.CONTRACT


def is_siret(number: str) -> bool:
    """Say whether a published identifier is a SIRET, by which a company is found here; its key is checked later."""
    return len(number) == 14 and number.isdecimal()


def usable_amount(amount: Decimal | None, remarks: Collection[str]) -> Decimal | None:
    """Return the amount, or None when it is a placeholder: hours must not be computed from it."""
    return None if Remark.AMOUNT_PLACEHOLDER in remarks else amount
