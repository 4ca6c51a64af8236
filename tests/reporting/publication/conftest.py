"""A small year of hours, and a charter."""

from datetime import date
from decimal import Decimal

import pytest

from clauses.procurement.models import Award
from inclusiv.demo.make import beneficiaries, clauses, hours
from reporting.publication.models import Charter
from tests.conftest import Cast


def make_charter() -> Charter:
    return Charter.objects.create(name="Charte d’essai", department="91", signed_on=date(2018, 6, 15))


def make_year(cast: Cast) -> Award:
    """A lot of 400 h whose 210 h of April to June 2025 are validated."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award = clauses.award(clauses.lot(tender, hours=Decimal("400.00")), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    dossier = beneficiaries.dossier(cast.structure)
    check = beneficiaries.validated_check(dossier, reference_date=date(2025, 4, 1))
    placement = beneficiaries.placement(award, check, employer=cast.builder)
    for month in (4, 5, 6):
        hours.validated(award, cast.builder, date(2025, month, 1), hours={placement: Decimal(70)})
    return award


@pytest.fixture
def charter(db: None) -> Charter:
    return make_charter()


@pytest.fixture
def year(cast: Cast) -> Award:
    return make_year(cast)
