"""Advice before sizing: reserve everything, reserve a lot, place a clause, or none (DOMAIN.md 2.2, sourcing rule).

The rule and its thresholds are those of the inclusive marketplace's « potentiel d'achat inclusif »; whether they fit
the network is to be confirmed, hence parameters.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from inclusiv.accounts.choices import CompanyKind as K
from inclusiv.core.french import percent, plural

SERVICE = frozenset({K.EI, K.ACI, K.EA, K.ESAT})
"""Kinds that carry out a lot themselves: only they answer a reserved one."""

SECONDMENT = frozenset({K.ETTI, K.AI, K.EATT, K.GEIQ})
"""Kinds that second people to a contractor: they make a clause feasible, they hold no lot."""


TURNOVERS_AT_LEAST = 3
"""Known turnovers under which their mean is not used: it would tell that of one of them, as in any business statistics."""


class Sourcing(StrEnum):
    """What is advised before the hours are computed."""

    RESERVE_ALL = "RESERVE_ALL"
    RESERVE_LOT = "RESERVE_LOT"
    CLAUSE = "CLAUSE"
    NO_CLAUSE = "NO_CLAUSE"


LABELS = {
    Sourcing.RESERVE_ALL: "Tout peut être réservé",
    Sourcing.RESERVE_LOT: "Un lot peut être réservé",
    Sourcing.CLAUSE: "Clause d’exécution conseillée",
    Sourcing.NO_CLAUSE: "Clause peu sûre, critère social possible",
}


@dataclass(frozen=True, slots=True)
class Supplier:
    """An inclusive supplier of a trade: its kind, and its yearly turnover in € when it is known."""

    kind: K
    turnover: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcingLimits:
    """Numbers of suppliers above which each is advised, and the part of a turnover that a purchase may weigh."""

    many: int
    some: int
    few: int
    dependency: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcingAdvice:
    """What is advised, and why in one sentence with its figures; `services` and `secondments` are numbers of suppliers."""

    choice: Sourcing
    why: str
    services: int
    secondments: int
    dependency: Decimal | None

    @property
    def label(self) -> str:
        """The advice in a few words."""
        return LABELS[self.choice]


def advise(
    suppliers: Collection[Supplier], *, budget: Decimal | None, limits: SourcingLimits
) -> SourcingAdvice:
    """Say what the inclusive suppliers of a trade and a perimeter let a buyer do with a budget in € HT.

    Who carries out lots is counted to reserve; who seconds people counts too for a clause. Dependency is the budget
    over the mean of the turnovers that are known; while fewer than three are, nothing is reserved whole.
    """
    serving = [one for one in suppliers if one.kind in SERVICE]
    seconding = sum(one.kind in SECONDMENT for one in suppliers)
    dependency = dependency_of(serving, budget)
    return SourcingAdvice(
        choice=chosen(len(serving), seconding, dependency, limits),
        why=reason(len(serving), seconding, dependency, limits),
        services=len(serving),
        secondments=seconding,
        dependency=dependency,
    )


def dependency_of(suppliers: Collection[Supplier], budget: Decimal | None) -> Decimal | None:
    """Return the budget over the mean known turnover, None while either is unknown."""
    known = [one.turnover for one in suppliers if one.turnover]
    if budget is None or len(known) < TURNOVERS_AT_LEAST:
        return None
    return budget * len(known) / sum(known)


def chosen(services: int, secondments: int, dependency: Decimal | None, limits: SourcingLimits) -> Sourcing:
    """Apply the thresholds, each to be exceeded."""
    if services > limits.many and dependency is not None and dependency < limits.dependency:
        return Sourcing.RESERVE_ALL
    if services > limits.some:
        return Sourcing.RESERVE_LOT
    return Sourcing.CLAUSE if services + secondments > limits.few else Sourcing.NO_CLAUSE


def reason(services: int, secondments: int, dependency: Decimal | None, limits: SourcingLimits) -> str:
    """Say in one sentence how many suppliers are known, and which threshold decided."""
    total = services + secondments
    if not total:
        return (
            f"Aucune structure inclusive connue pour ce métier : une clause en demande plus de {limits.few}."
        )
    known = plural(total, "structure inclusive connue")
    if services and secondments:
        known += f", dont {plural(secondments, 'met', 'mettent')} des personnes à disposition"
    if services > limits.some:
        return f"{known} : {reserving(services, dependency, limits)}."
    if total > limits.few:
        return (
            f"{known} : c’est assez pour une clause (plus de {limits.few}), pas pour réserver un lot (plus de"
            f" {limits.some} qui l’exécutent elles-mêmes)."
        )
    return f"{known} : une clause en demande plus de {limits.few}."


def reserving(services: int, dependency: Decimal | None, limits: SourcingLimits) -> str:
    """Say why a lot may be reserved, and whether the whole purchase may be."""
    weight = (
        "leurs chiffres d’affaires sont trop peu connus"
        if dependency is None
        else f"ce montant pèse {percent(dependency * 100)} de leur chiffre d’affaires moyen"
    )
    if services > limits.many:
        most = percent(limits.dependency * 100)
        return f"plus de {limits.many} exécutent elles-mêmes, et {weight} (il en faut moins de {most} pour tout réserver)"
    return f"plus de {limits.some} exécutent elles-mêmes ; tout réserver en demande plus de {limits.many}"
