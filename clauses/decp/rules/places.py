"""From the place that a publication declares to a commune of today (DOMAIN.md 10, lines 9 and 10)."""

from collections.abc import Collection, Mapping

from clauses.decp.rules.records import Place
from clauses.decp.rules.words import fold

JOINED = {"91182": "91228", "91222": "91390"}
"""Communes of Essonne joined to another on 1 January 2019: Courcouronnes to Évry, Estouches to Méréville."""


def insee_of(place: Place | None) -> str:
    """Return the INSEE code in force that a place may stand for, or nothing."""
    declared = place.insee_code if place else ""
    return JOINED.get(declared, declared)


def located(place: Place | None, *, names: Mapping[str, str], postal_codes: Collection[str]) -> str | None:
    """Return the INSEE code of the commune of a place, None when the table does not hold it.

    `names` are the communes of the table by code. Some codes are both an INSEE code and another commune's postal code
    (91390: Le Mérévillois, and Morsang-sur-Orge): when the declared name is not that commune's, the place stays a text.
    """
    code = insee_of(place)
    if place is None or code not in names:
        return None
    is_doubtful = place.code in postal_codes and place.name
    return None if is_doubtful and fold(names[code]) not in fold(place.name) else code
