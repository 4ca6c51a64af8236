"""Words of closed lists, recognised whatever their case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TypeVar

from clauses.decp.choices import (
    IdentifierKind,
    Nature,
    PriceType,
    Procedure,
    Remark,
    SocialConsideration,
    Words,
)
from clauses.decp.rules.cells import Cell

Word = TypeVar("Word", bound=Words)

SYNONYMS: Mapping[type[Words], Mapping[str, Words]] = {
    Nature: {"Concession de services": Nature.SERVICE_CONCESSION},
    Procedure: {
        "Marché négocié sans publicité ni mise en concurrence préalable": Procedure.WITHOUT_COMPETITION,
        "Marché public négocié sans publicité ni mise en concurrence préalable": Procedure.WITHOUT_COMPETITION,
        "Procédure concurrentielle avec négociation": Procedure.NEGOTIATED,
        "Procédure négociée avec mise en concurrence préalable": Procedure.NEGOTIATED,
    },
    PriceType: {
        "Ferme": PriceType.FIRM,
        "Ferme et actualisable": PriceType.UPDATABLE,
        "Révisable": PriceType.REVISABLE,
    },
    SocialConsideration: {"Concession réservée": SocialConsideration.RESERVED},
    IdentifierKind: {"TVA_INTRACOMMUNAUTAIRE": IdentifierKind.VAT},
}
"""Other words for the same thing: those of the format of 2017 (arrêté of 14 April 2017) and of concessions."""

LONGEST = 120
"""More characters than any word of the lists has."""
_SEPARATORS = re.compile(r"[,;|]")


def fold(text: str) -> str:
    """Return the letters and digits of a text, without case or accents; of a long text, only its beginning."""
    return _folded(text[:LONGEST])


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if sign.isalnum())


@cache
def _vocabulary(words: type[Word]) -> Mapping[str, Word]:
    spelled = {str(word.label): word for word in words} | dict(SYNONYMS.get(words, {}))
    return {fold(text): words(word) for text, word in spelled.items()}


def known(text: str, words: type[Word]) -> Word | None:
    """Return the word that a text says, or None."""
    return _vocabulary(words).get(fold(text))


def word(cell: Cell, words: type[Word]) -> Word | None:
    """Return the word of a field; a text that is not in the list gives a warning and None."""
    text = cell.scalar()
    if text is None:
        return None
    found = known(text, words)
    if found is None:
        cell.warn(Remark.UNKNOWN_WORD)
    return found


def several(cell: Cell, wrapper: str, words: type[Word]) -> tuple[Word, ...]:
    """Return the distinct words of a field of several values, in the order of the list."""
    parts = [
        Cell(part, cell.field, cell.notes)
        for entry in cell.entries(wrapper)
        for part in _SEPARATORS.split(entry.scalar() or "")
    ]
    found = {word(part, words) for part in parts}
    return tuple(member for member in words if member in found)
