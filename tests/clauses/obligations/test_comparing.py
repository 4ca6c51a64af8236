"""The comparison with similar lots: figures that point at no buyer (DOMAIN.md 3.1)."""

from datetime import date
from decimal import Decimal

import pytest

from clauses.obligations.models import SocialClause
from clauses.obligations.rules.comparing import Similar, compare
from clauses.obligations.selectors.comparing import similar_lots
from clauses.procurement.choices import Sector
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from tests.conftest import Cast

ON = date(2026, 1, 15)


def one(buyer: int, effort: str = "0.05", hours: str = "75") -> Similar:
    return Similar(buyer=buyer, effort=Decimal(effort), hours_per_100k=Decimal(hours))


@pytest.mark.parametrize(
    "too_few", [[], [one(1), one(2)], [one(1), one(1), one(1)], [one(1), one(1), one(1), one(1)]]
)
def test_too_few_lots_or_buyers_say_nothing(too_few: list[Similar]) -> None:
    assert compare(too_few) is None


def test_the_median_and_the_range_are_those_of_the_lots() -> None:
    found = compare(
        [one(1, "0.05", "70"), one(1, "0.07", "100"), one(2, "0.10", "200"), one(2, "0.06", "90")]
    )
    assert found is not None
    assert (found.lots, found.effort.low, found.effort.high) == (4, Decimal("0.05"), Decimal("0.10"))
    assert (found.effort.middle, found.hours_per_100k.middle) == (Decimal("0.065"), Decimal(95))


def contractual(
    buyer: Organisation, cast: Cast, reference: str, hours: int, sector: Sector = Sector.STRUCTURAL
) -> Tender:
    tender = make.tender(buyer=buyer, structure=cast.structure, reference=reference)
    lot = make.lot(tender, sector=sector, amount=Decimal(1_000_000), hours=Decimal(hours))
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    return tender


@pytest.fixture
def lot(cast: Cast) -> Lot:
    return make.lot(make.tender(buyer=cast.commune, structure=cast.structure, reference="ICI"))


@pytest.fixture
def others(cast: Cast) -> list[Tender]:
    """Three lots of two other buyers: 6, 8 and 10 % of effort at 45 % of labour and 30 €/h."""
    third = accounts.organisation(name="Ville de Trois", number=77, roles=(Role.BUYER,))
    return [
        contractual(cast.other_commune, cast, "A", 900),
        contractual(cast.other_commune, cast, "B", 1200),
        contractual(third, cast, "C", 1500),
    ]


def test_similar_lots_of_other_buyers_are_told_without_a_name(lot: Lot, others: list[Tender]) -> None:
    said = similar_lots(lot, on=ON)
    assert said == (
        "3\u00a0lots comparables (Essonne, 3\u00a0ans) : effort de 8\u202f% en général (de 6 à 10), 120\u00a0h en général"
        " (de 90 à 150) pour 100 000 €."
    )
    assert all(tender.buyer.name not in said for tender in others)


def test_one_less_says_nothing(lot: Lot, others: list[Tender], cast: Cast) -> None:
    contractual(cast.commune, cast, "MINE", 1000)
    assert "3\u00a0lots" in similar_lots(lot, on=ON), "one's own lot is not counted"
    Lot.objects.filter(tender=others[0]).update(sector=Sector.PAINTING)
    assert similar_lots(lot, on=ON) == ""


@pytest.mark.parametrize("why", ["old", "other département", "other unit", "not contractual"])
def test_what_is_not_alike_is_left_out(why: str, lot: Lot, others: list[Tender]) -> None:
    told = Tender.objects.filter(pk=others[2].pk)
    clause = SocialClause.objects.filter(lot__tender=others[2])
    match why:
        case "old":
            assert similar_lots(lot, on=date(2028, 3, 10)) == ""
            return
        case "other département":
            told.update(department="77")
        case "other unit":
            clause.update(unit="PLACES")
        case _:
            clause.update(status="DRAFT")
    assert similar_lots(lot, on=ON) == ""
