"""Which structure follows a commune, by the day: the mapping has moved and will (DOMAIN.md 11.3 and 12.7, case 26)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from inclusiv.accounts.models import Organisation, Territory, TerritoryAssignment
from inclusiv.accounts.selectors import structure_of_commune, structures_of_communes
from tests.conftest import Cast

MASSY = "91377"


@pytest.fixture
def successor(cast: Cast) -> Organisation:
    """The structure that takes Massy over on 1 January 2026."""
    taken = Organisation.objects.create(siren="130025265", name="Maison de l’emploi")
    for structure, since, until in (
        (cast.structure, date(2018, 1, 1), date(2025, 12, 31)),
        (taken, date(2026, 1, 1), None),
    ):
        TerritoryAssignment.objects.create(
            territory=Territory.objects.create(name=str(structure), structure=structure),
            commune_id=MASSY,
            starts_on=since,
            ends_on=until,
        )
    return taken


def test_a_commune_that_leaves_its_territory_on_1_january_is_followed_by_date(
    cast: Cast, successor: Organisation
) -> None:
    """DOMAIN.md 12.7, case 26: the last day with the one, the first with the other."""
    followed = {
        day: structure_of_commune(insee=MASSY, on=day)
        for day in (date(2017, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    }
    assert list(followed.values()) == [None, cast.structure, successor]
    for day, structure in followed.items():
        assert structures_of_communes(insee=[MASSY], on=day) == ({MASSY: structure} if structure else {})


def test_a_commune_is_in_one_territory_at_a_time(cast: Cast, successor: Organisation) -> None:
    overlapping = TerritoryAssignment(
        territory=Territory.objects.get(structure=successor),
        commune_id=MASSY,
        starts_on=date(2025, 12, 31),
        ends_on=date(2025, 12, 31),
    )
    with pytest.raises(ValidationError, match="déjà rattachée à un territoire"):
        overlapping.full_clean()
