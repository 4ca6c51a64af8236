"""What a published contract tells of the tender to follow."""

from collections.abc import Collection
from decimal import Decimal

from clauses.decp.choices import Nature, Remark, Technique
from clauses.procurement.choices import TenderForm


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
