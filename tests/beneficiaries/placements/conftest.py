"""A lot at work: Bâti-Sud holds it, Nadia's structure follows it."""

from datetime import date
from decimal import Decimal

import pytest

from clauses.procurement.models import Award
from inclusiv.demo.make import clauses
from tests.conftest import Cast


def make_award(cast: Cast) -> Award:
    """Award the only lot of a tender notified in March 2025 to Bâti-Sud, and notify it."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure, ends_on=date(2026, 6, 30))
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    return Award.objects.select_related("lot__tender").get(pk=award.pk)


@pytest.fixture
def award(cast: Cast) -> Award:
    """The lot's award."""
    return make_award(cast)
