"""How a sentence speaks of lots that agree, and of lots that do not: never for a lot that it does not fit."""

from collections.abc import Callable, Sequence

from clauses.texts.rules.facts import LotFacts
from inclusiv.core.french import NO_BREAK, listed


def by_lot(lots: Sequence[LotFacts], told: Callable[[LotFacts], str]) -> str:
    """Return what is said of the lots: « 50 € », or « 50 € pour les lots 1 et 3, 60 € pour le lot 2 »."""
    groups = grouped(lots, told)
    if len(groups) == 1:
        return next(iter(groups))
    return ", ".join(f"{said} pour {lots_named(numbers)}" for said, numbers in groups.items())


def sentences(lots: Sequence[LotFacts], told: Callable[[LotFacts], str]) -> str:
    """Return one sentence for all the lots, or one for each group that it fits."""
    groups = grouped(lots, told)
    if not groups:
        return ""
    if len(groups) == 1:
        return capital(next(iter(groups)))
    return " ".join(f"Pour {lots_named(numbers)}, {said}" for said, numbers in groups.items())


def told_of(lots: Sequence[LotFacts], such: Callable[[LotFacts], bool], said: str) -> str:
    """Return a sentence about the lots that are such; nothing when none is."""
    found = [lot.number for lot in lots if such(lot)]
    return f"Pour {lots_named(found)}, {said}" if found else ""


def grouped(lots: Sequence[LotFacts], told: Callable[[LotFacts], str]) -> dict[str, list[int]]:
    """Return what is said → the numbers of the lots of which it is said."""
    groups: dict[str, list[int]] = {}
    for lot in lots:
        groups.setdefault(told(lot), []).append(lot.number)
    return groups


def lots_named(numbers: Sequence[int]) -> str:
    """Return « le lot 1 », « les lots 1, 2 et 3 »."""
    if len(numbers) == 1:
        return f"le lot{NO_BREAK}{numbers[0]}"
    return f"les lots{NO_BREAK}{listed(str(one) for one in numbers)}"


def capital(sentence: str) -> str:
    """Return a sentence with its first letter capital."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def ended(points: Sequence[str]) -> tuple[str, ...]:
    """Return points of a list with their signs: « ; » after each, a full stop after the last."""
    return tuple(f"{text} ;" for text in points[:-1]) + tuple(f"{text}." for text in points[-1:])


def lowered(label: str) -> str:
    """Return a label as it stands inside a sentence: « bénéficiaires du RSA »; an acronym stays as it is."""
    return label if label.isupper() else f"{label[0].lower()}{label[1:]}"
