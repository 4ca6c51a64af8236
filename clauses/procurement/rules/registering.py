"""Registering a tender step by step: what is done, what comes next, and the trade that its object suggests.

A step is never compulsory: what is not known yet is told later, and the first step not done is where one resumes.
"""

import re
from collections.abc import Mapping
from datetime import date

from clauses.procurement.choices import RegisteringStep, Sector, TenderNature, TenderStatus
from clauses.procurement.rules.trades import trade_of
from inclusiv.core.texts import unaccented

GUIDED = frozenset({TenderStatus.PLANNED, TenderStatus.SIZING, TenderStatus.DRAFTED})
"""States in which a tender is being registered: its consultation is not published."""


def steps_done(
    *,
    starts_on: date | None,
    ends_on: date | None,
    lots: int,
    lots_with_clause: int,
    is_decided: bool,
    status: TenderStatus,
) -> frozenset[RegisteringStep]:
    """Return the steps that are done; `is_decided` says that the buyer decided to do without a clause.

    One lot with a clause is enough: a lot may have none. The texts are done once the clause is said to be written.
    """
    facts = {
        RegisteringStep.PURCHASE: True,
        RegisteringStep.SCHEDULE: starts_on is not None and ends_on is not None,
        RegisteringStep.LOTS: lots > 0,
        RegisteringStep.HOURS: lots_with_clause > 0 or is_decided,
        RegisteringStep.TEXTS: status not in {TenderStatus.PLANNED, TenderStatus.SIZING} or is_decided,
    }
    return frozenset(step for step, is_done in facts.items() if is_done)


def first_not_done(done: frozenset[RegisteringStep]) -> RegisteringStep | None:
    """Return where one resumes, None when nothing is left."""
    return next((step for step in RegisteringStep if step not in done), None)


WORKS_DIVISION = "45"
SUPPLY_DIVISIONS = frozenset({*(f"{division:02}" for division in range(3, 45)), "48"})
"""Divisions of supplies in the CPV (règlement 213/2008); the others are services."""


def nature_of_cpv(cpv: str) -> TenderNature | None:
    """Return what a CPV code buys, None without a code."""
    division = cpv[:2]
    if not division:
        return None
    if division == WORKS_DIVISION:
        return TenderNature.WORKS
    return TenderNature.SUPPLIES if division in SUPPLY_DIVISIONS else TenderNature.SERVICES


GREENERY = r"espaces? verts?|tontes?|elagage|plantations?|parcs? et jardins?"
ANY_NATURE: Mapping[Sector, str] = {
    Sector.DEMOLITION: r"demolition|desamiantage|curage",
    Sector.EARTHWORKS_ROADS: r"voirie|terrassement|assainissement|vrd",
    Sector.ROOFING: r"toitures?|couverture|etancheite",
    Sector.FACADE: r"facades?|ravalement",
    Sector.FLOORING: r"carrelages?|sols souples",
    Sector.PAINTING: r"peintures?",
    Sector.ELECTRICAL: r"electricite|electriques?",
    Sector.HVAC_PLUMBING: r"chauffage|plomberie|ventilation|chaufferie",
    Sector.LIFTS: r"ascenseurs?",
    Sector.WASTE: r"dechets|dechetteries?",
    Sector.LOGISTICS: r"demenagements?|manutention",
}
SERVICES_ONLY: Mapping[Sector, str] = {
    Sector.LANDSCAPE_MAINTENANCE: GREENERY,
    Sector.CLEANING: r"nettoyage|entretien des locaux|proprete|menage",
    Sector.CATERING: r"restauration|repas|traiteur|cantines?",
    Sector.SECURITY: r"gardiennage|surveillance|securite",
    Sector.TRANSPORT: r"transports?",
    Sector.LAUNDRY: r"blanchisserie|linge",
    Sector.IT: r"informatique|logiciels?",
    Sector.INTELLECTUAL: r"etudes?|maitrise d.oeuvre|assistance a maitrise d.ouvrage",
    Sector.DOCUMENTS: r"archivage|numerisation",
}
WORDS: Mapping[TenderNature, Mapping[Sector, str]] = {
    TenderNature.WORKS: {**ANY_NATURE, Sector.LANDSCAPE_WORKS: GREENERY},
    TenderNature.SERVICES: {**ANY_NATURE, **SERVICES_ONLY},
    TenderNature.SUPPLIES: {},
}
"""Words of an object, without accents, that tell its trade: « restauration d’une église » is no catering."""


def proposed_sector(*, nature: TenderNature, cpv: str = "", title: str = "") -> Sector | None:
    """Return the trade that a CPV code tells, else the only one that the object names; works of several are all trades.

    None when nothing tells: it is then asked.
    """
    told = trade_of(cpv)
    if told and told is not Sector.BUILDING_OVERALL:
        return told
    words = plain(title)
    named = [sector for sector, pattern in WORDS[nature].items() if re.search(rf"\b({pattern})\b", words)]
    if len(named) == 1 and not told:
        return named[0]
    return told or (Sector.BUILDING_OVERALL if nature == TenderNature.WORKS else None)


NATURE_WORDS: Mapping[TenderNature, str] = {
    TenderNature.WORKS: r"travaux|construction|rehabilitation|renovation|refection|extension|amenagement|reamenagement",
    TenderNature.SUPPLIES: r"fournitures?|acquisition|achat|achats|livraison",
}


def proposed_nature(*, cpv: str = "", title: str = "") -> TenderNature:
    """Return what a CPV code buys, else what the object names, else services."""
    words = plain(title)
    named = (nature for nature, pattern in NATURE_WORDS.items() if re.search(rf"\b({pattern})\b", words))
    return nature_of_cpv(cpv) or next(named, TenderNature.SERVICES)


def plain(text: str) -> str:
    """Return a text in small letters, without accents nor ligatures: « Maîtrise d’œuvre » → « maitrise d’oeuvre »."""
    return unaccented(text.casefold().replace("œ", "oe").replace("æ", "ae"))
