"""What the lots owe, as the texts say it: hours, or actions, places and participants (DOMAIN.md 3.6)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from clauses.obligations.choices import ReliefCase, SocialActionKind, Unit
from clauses.obligations.rules.owed import PER_AMOUNT
from clauses.obligations.rules.units import COUNTED, MINIMUM_HOURS, quantity_text
from clauses.texts.rules.facts import LotFacts
from clauses.texts.rules.telling import by_lot, ended, lots_named
from inclusiv.core.french import euros, hours_text, number, percent, plural
from inclusiv.core.quantities import ZERO

ACTIONS: Mapping[SocialActionKind, str] = {
    SocialActionKind.GROUP_SESSION: (
        "une demi-journée de face-à-face (visite, présentation de métiers, simulation d’entretiens) avec un groupe"
        " éloigné de l’emploi"
    ),
    SocialActionKind.INTERNSHIP: "l’accueil en stage ou en immersion, sous convention, d’une personne éloignée de l’emploi",
    SocialActionKind.MENTORING: "le parrainage d’une personne, par des entretiens individuels",
    SocialActionKind.ANTI_DISCRIMINATION_TRAINING: (
        "la sensibilisation d’un encadrant : discriminations, recrutement sans CV, intégration"
    ),
    SocialActionKind.OTHER_VALIDATED: "une autre action, validée au préalable par la facilitation",
}
OTHERS: Mapping[Unit, str] = {
    Unit.ACTIONS: (
        "le titulaire réalise des actions sociales en faveur de personnes éloignées de l’emploi, autant que l’inscrit le"
        " tableau ci-dessous ; chaque année d’exécution commencée doit les siennes."
    ),
    Unit.PLACES: (
        "le titulaire accueille en formation ou en stage des personnes éloignées de l’emploi, au moins autant que"
        " l’inscrit le tableau ci-dessous."
    ),
    Unit.PARTICIPANTS: (
        "le titulaire associe à l’exécution des personnes éloignées de l’emploi, au moins autant que l’inscrit le tableau"
        " ci-dessous."
    ),
}
RELIEF: Mapping[ReliefCase, str] = {
    ReliefCase.NO_CANDIDATE: "ni l’acheteur ni la facilitation n’ont pu proposer de candidat",
    ReliefCase.COMPANY_IN_DIFFICULTY: (
        "l’entreprise établit une difficulté économique : plan de sauvegarde de l’emploi, activité partielle, procédure"
        " collective"
    ),
    ReliefCase.EXECUTION_CUT: "l’acheteur a réduit ou arrêté l’exécution",
}


def in_hours(lots: Sequence[LotFacts]) -> list[LotFacts]:
    """Return the lots that owe hours."""
    return [lot for lot in lots if lot.in_hours]


def is_fixed(lot: LotFacts) -> bool:
    """Say whether a lot owes a number of hours that nothing but an amendment changes."""
    return lot.in_hours and lot.terms.hours_per_100k is None and lot.terms.hours_rate is None


def owed(lot: LotFacts) -> str:
    """Return what a lot owes: its quantity, or its rate and what that is foreseen to make."""
    if not lot.in_hours:
        return other_owed(lot)
    if lot.terms.hours_per_100k is not None:
        return f"{rate_told(lot)} (prévision : {hours_text(lot.quantity)})"
    if lot.terms.hours_rate is not None:
        return f"{rate_told(lot)} (estimation : {hours_text(lot.quantity)})"
    return hours_text(lot.quantity)


def other_owed(lot: LotFacts) -> str:
    """Return what a lot owes besides hours: actions are told by the year."""
    if lot.terms.actions_per_year is None:
        return quantity_text(lot.quantity, lot.unit)
    per_year = plural(lot.terms.actions_per_year, *COUNTED[Unit.ACTIONS])
    return f"{per_year} par an (prévision : {number(lot.quantity)})"


def rate_told(lot: LotFacts) -> str:
    """Return « 35 h par tranche de 100 000 € HT facturés », « 5 % des heures travaillées »."""
    if lot.terms.hours_rate is not None:
        return f"{percent(lot.terms.hours_rate * 100)} des heures travaillées"
    return f"{hours_text(lot.terms.hours_per_100k or ZERO)} par tranche de {euros(PER_AMOUNT)} HT facturés"


def total_hours(lots: Sequence[LotFacts]) -> str:
    """Return what all the lots owe: the fixed hours together, the rates and the rest each by its lots."""
    fixed = [lot for lot in lots if is_fixed(lot)]
    follow = [lot for lot in lots if lot.in_hours and not is_fixed(lot)]
    others = [lot for lot in lots if not lot.in_hours]
    parts = [hours_text(sum((lot.quantity for lot in fixed), ZERO))] if fixed else []
    parts += [by_lot(follow, rate_told)] if follow else []
    parts += [by_lot(others, other_owed)] if others else []
    return " et ".join(parts)


def engagement_in_hours(lots: Sequence[LotFacts]) -> str:
    """Say that hours are owed, and by which lots when not all do."""
    found = in_hours(lots)
    if not found:
        return ""
    which = "" if len(found) == len(lots) else f", pour {lots_named([lot.number for lot in found])}"
    return (
        f"Pendant l’exécution du marché{which}, le titulaire fait travailler des personnes éloignées de l’emploi pendant"
        " au moins le nombre d’heures inscrit ci-dessous."
    )


def other_engagements(lots: Sequence[LotFacts]) -> str:
    """Say which lots owe actions, places or participants, unit by unit."""
    told = []
    for unit, words in OTHERS.items():
        numbers = [lot.number for lot in lots if lot.unit is unit]
        if numbers:
            told.append(f"Pour {lots_named(numbers)}, {words}")
    return " ".join(told)


def actions(lots: Sequence[LotFacts]) -> tuple[str, ...]:
    """Return each kind of action that some lot accepts, with its least duration and the lots when not all accept it."""
    asking = [lot for lot in lots if lot.unit is Unit.ACTIONS]
    told = []
    for kind, words in ACTIONS.items():
        found = [lot.number for lot in asking if kind in lot.terms.action_kinds]
        if found:
            least = f" ({hours_text(MINIMUM_HOURS[kind])} au moins)" if kind in MINIMUM_HOURS else ""
            suffix = "" if len(found) == len(asking) else f", pour {lots_named(found)} seulement"
            told.append(f"{words}{least}{suffix}")
    return ended(told)


def relief(lots: Sequence[LotFacts]) -> tuple[str, ...]:
    """Return the cases that cost nothing, with the lots when not all have them."""
    told = []
    for case, words in RELIEF.items():
        found = [lot.number for lot in lots if case in lot.terms.relief_cases]
        if found:
            suffix = "" if len(found) == len(lots) else f" ({lots_named(found)} seulement)"
            told.append(f"{words}{suffix}")
    return ended(told)


def missing_told(lot: LotFacts) -> str:
    """Return what a shortfall costs: « 50 € par heure non réalisée », « 500 € par action sociale qui manque »."""
    if lot.in_hours:
        return f"{euros(lot.terms.penalty_hour)} par heure non réalisée"
    return f"{euros(lot.terms.penalty_action)} par {COUNTED[lot.unit][0]} qui manque"


def staff_told(lot: LotFacts) -> str:
    """Say that the staff taken over is left out of the calculation."""
    total, taken = lot.staff or (Decimal(0), Decimal(0))
    return (
        "le personnel repris n’est pas compté : l’effort porte sur le personnel nouvellement affecté, soit"
        f" {number(total - taken)} sur {number(total)}."
    )
