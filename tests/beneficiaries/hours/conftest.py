"""A tender with two people at work, for the tests of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.demo.make import beneficiaries, clauses
from tests.conftest import Cast


@dataclass(frozen=True)
class Scene:
    """Two awards of the cast's builder; on the first two people declared by the builder, one by the ETTI."""

    cast: Cast
    award: Award
    second: Award
    anna: Placement
    bruno: Placement
    temp: Placement

    def hours(self, anna: int | str = 0, bruno: int | str = 0) -> Mapping[Placement, Decimal]:
        """Return the builder's month."""
        return {self.anna: Decimal(anna), self.bruno: Decimal(bruno)}


@pytest.fixture
def scene(cast: Cast) -> Scene:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award, second = (
        clauses.award(clauses.lot(tender, number=number), (cast.builder, Decimal(1))) for number in (1, 2)
    )
    clauses.notify(tender, notified_on=date(2025, 3, 10))

    def at_work(first_name: str, modality: Modality, hired_on: date) -> Placement:
        dossier = beneficiaries.dossier(cast.structure, first_name=first_name, last_name="Martin")
        check = beneficiaries.validated_check(dossier, reference_date=hired_on)
        employer = cast.etti if modality == Modality.SECONDMENT_ETTI else cast.builder
        return beneficiaries.placement(
            award, check, employer=employer, user_company=cast.builder, modality=modality
        )

    return Scene(
        cast=cast,
        award=award,
        second=second,
        anna=at_work("Anna", Modality.DIRECT_HIRE_CDD, date(2025, 4, 1)),
        bruno=at_work("Bruno", Modality.APPRENTICESHIP, date(2025, 6, 16)),
        temp=at_work("Chloé", Modality.SECONDMENT_ETTI, date(2025, 5, 5)),
    )
