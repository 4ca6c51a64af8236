"""Registering a tender step by step: what is done, what comes next, and the trade that its object suggests.

A step is never compulsory: what is not known yet is told later, and the first step not done is where one resumes.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from clauses.procurement.choices import RegisteringStep, Sector, TenderNature, TenderStatus

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


SECTOR_OF_CPV: Mapping[str, Sector] = {
    "45": Sector.BUILDING_OVERALL,
    "4511": Sector.DEMOLITION,
    "45112": Sector.EARTHWORKS_ROADS,
    "451127": Sector.LANDSCAPE_WORKS,
    "45223": Sector.STRUCTURAL,
    "4522321": Sector.STEEL_FRAME,
    "4523": Sector.EARTHWORKS_ROADS,
    "4526": Sector.ROOFING,
    "45261": Sector.TIMBER_FRAME,
    "452612": Sector.ROOFING,
    "452614": Sector.ROOFING,
    "452619": Sector.ROOFING,
    "45262": Sector.STRUCTURAL,
    "4531": Sector.ELECTRICAL,
    "45313": Sector.LIFTS,
    "45321": Sector.FACADE,
    "4533": Sector.HVAC_PLUMBING,
    "4541": Sector.INTERNAL_JOINERY,
    "4542": Sector.EXTERNAL_JOINERY,
    "45421152": Sector.INTERNAL_JOINERY,
    "4543": Sector.FLOORING,
    "4544": Sector.PAINTING,
    "45443": Sector.FACADE,
    "5552": Sector.CATERING,
    "601": Sector.TRANSPORT,
    "631": Sector.LOGISTICS,
    "71": Sector.INTELLECTUAL,
    "72": Sector.IT,
    "72312": Sector.DOCUMENTS,
    "73": Sector.INTELLECTUAL,
    "773": Sector.LANDSCAPE_MAINTENANCE,
    "793": Sector.INTELLECTUAL,
    "797": Sector.SECURITY,
    "79995": Sector.DOCUMENTS,
    "905": Sector.WASTE,
    "906": Sector.STREET_CLEANING,
    "9091": Sector.CLEANING,
    "9831": Sector.LAUNDRY,
    "98392": Sector.LOGISTICS,
}
"""The trade of a CPV code by its beginning, the longest one first (DOMAIN.md 3.2)."""

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
    known = [start for start in SECTOR_OF_CPV if cpv.startswith(start)]
    told = SECTOR_OF_CPV[max(known, key=len)] if known else None
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
    whole = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(sign for sign in unicodedata.normalize("NFKD", whole) if not unicodedata.combining(sign))
