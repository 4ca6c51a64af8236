"""What a declared subcontract obeys: its tier, its amount, its decision (L2193-1 ff CCP; DOMAIN.md 2.1).

Amounts in € HT. A check returns nothing when all is well and raises Refused otherwise.
"""

from datetime import date
from decimal import Decimal

from clauses.procurement.choices import SubcontractStatus
from inclusiv.core.french import date_short, euros
from inclusiv.core.refusals import Refused


def check_parent(status: str, *, name: str) -> None:
    """Refuse a lower tier under a subcontractor who is not accepted yet."""
    if status != SubcontractStatus.ACCEPTED:
        raise Refused(
            "parent_not_accepted",
            f"{name} n’est pas encore accepté : il ne peut pas sous-traiter à son tour.",
            field="parent",
        )


def check_amounts(total: Decimal, *, ceiling: Decimal | None, what: str) -> None:
    """Refuse subcontracts of one tier that add up to more than what they are taken from, when that is known.

    `what` is what they are taken from, with its article: « le montant du lot ».
    """
    if ceiling is not None and total > ceiling:
        raise Refused(
            "over_amount",
            f"Les montants sous-traités totalisent {euros(total)} HT, plus que {what} ({euros(ceiling)} HT).",
            field="amount",
        )


def check_start(starts_on: date, *, notified_on: date, ends_on: date) -> None:
    """Refuse a subcontractor who would come before the notification or after the end of the execution."""
    if not notified_on <= starts_on <= ends_on:
        raise Refused(
            "outside_execution",
            f"L’intervention commence entre la notification ({date_short(notified_on)}) et la fin d’exécution"
            f" ({date_short(ends_on)}).",
            field="starts_on",
        )


def check_reason(reason: str, *, is_accepted: bool) -> None:
    """Refuse a refusal without a word."""
    if not is_accepted and not reason.strip():
        raise Refused("reason_missing", "Dites à l’entreprise pourquoi vous refusez.", field="reason")
