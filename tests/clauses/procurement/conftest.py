"""A territory for the places of execution, and what a buyer types to register a tender."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clauses.procurement.choices import TenderNature
from inclusiv.accounts.models import Territory
from inclusiv.demo.make import accounts
from inclusiv.reference.models import Commune
from tests.conftest import Cast

GRAND_PARIS_SUD = "200059228"
"""SIREN of the EPCI of Évry-Courcouronnes (91228)."""


@pytest.fixture
def territory(cast: Cast) -> Territory:
    """The first structure follows Évry-Courcouronnes and its neighbours."""
    return accounts.territory(cast.structure, name="Nord", epci=(GRAND_PARIS_SUD,))


@pytest.fixture
def facts(cast: Cast) -> dict[str, Any]:
    """What is told of the tender of DOMAIN.md 12.1."""
    return {
        "buyer": cast.commune,
        "reference": "M-2025-014",
        "title": "Réhabilitation et extension d’une école",
        "nature": TenderNature.WORKS,
        "place": Commune.objects.get(pk="91228"),
        "cpv": "45214200",
        "estimated_amount": Decimal("2660000.00"),
        "consultation_launched_on": date(2025, 1, 13),
        "offers_due_on": date(2025, 2, 10),
        "starts_on": date(2025, 3, 24),
        "ends_on": date(2025, 11, 28),
    }
