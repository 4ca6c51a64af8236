"""What a type of clause lets ask for, and of which contracts (DOMAIN.md 1.1)."""

from datetime import date

from dateutil.relativedelta import relativedelta

from clauses.obligations.choices import UNIT_OF_TYPE, ClauseType, Unit
from clauses.procurement.choices import TenderNature
from inclusiv.core.french import date_short
from inclusiv.core.refusals import Refused

SOCIAL_ECONOMY_YEARS = 3
"""The longest that a contract reserved to the social economy may last (L2113-16 CCP)."""


def check_unit(clause_type: ClauseType, *, unit: Unit) -> None:
    """Refuse a type of clause that counts something else than what is asked for."""
    counted = UNIT_OF_TYPE.get(clause_type, unit)
    if counted is not unit:
        raise Refused(
            "unit_of_type",
            f"« {clause_type.label} » se compte en {counted.label}, et la clause demande des {unit.label} : changez le"
            " type, ou ce que la clause demande.",
            field="clause_type",
        )


def check_social_economy(
    clause_type: ClauseType, *, nature: TenderNature, starts_on: date | None, ends_on: date | None
) -> None:
    """Refuse a contract reserved to the social economy that is not services, or lasts too long (L2113-15, L2113-16).

    Days inclusive; a contract whose days are not known is not too long yet.
    """
    if clause_type is not ClauseType.RESERVED_ESS:
        return
    if nature is not TenderNature.SERVICES:
        raise Refused(
            "not_services",
            "Seuls des services sociaux, de santé ou culturels se réservent à l’économie sociale et solidaire"
            f" (L2113-15) ; ce marché est de {nature.label.lower()}.",
            field="clause_type",
        )
    if starts_on and ends_on and ends_on >= starts_on + relativedelta(years=SOCIAL_ECONOMY_YEARS):
        raise Refused(
            "too_long",
            f"Un marché réservé à l’économie sociale et solidaire dure {SOCIAL_ECONOMY_YEARS} ans au plus (L2113-16) ;"
            f" celui-ci va du {date_short(starts_on)} au {date_short(ends_on)}.",
            field="clause_type",
        )
