"""A yearly purchase plan: which column tells what, what a line must tell, and by what it is known.

Plans come from each buyer's own spreadsheet, with holes: an object, and an amount or a nature, are enough.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from clauses.procurement.choices import TenderNature
from clauses.procurement.rules.registering import plain
from inclusiv.core.french import number
from inclusiv.core.refusals import Refused


class PlanColumn(StrEnum):
    """What a column may tell."""

    NUMBER = "number"
    TITLE = "title"
    NATURE = "nature"
    AMOUNT = "estimated_amount"
    CPV = "cpv"
    PROCEDURE = "procedure"
    LAUNCH = "consultation_launched_on"
    START = "starts_on"
    MONTHS = "months"
    PLACE = "place"
    REFERENCE = "reference"


HEADINGS: Mapping[PlanColumn, str] = {
    PlanColumn.NUMBER: "N° de ligne",
    PlanColumn.TITLE: "Objet",
    PlanColumn.NATURE: "Nature",
    PlanColumn.AMOUNT: "Montant estimé (€ HT)",
    PlanColumn.CPV: "Code CPV",
    PlanColumn.PROCEDURE: "Procédure",
    PlanColumn.LAUNCH: "Lancement de la consultation",
    PlanColumn.START: "Début d’exécution",
    PlanColumn.MONTHS: "Durée (mois)",
    PlanColumn.PLACE: "Commune d’exécution",
    PlanColumn.REFERENCE: "Numéro du marché",
}
"""The columns of the model file."""

WORDS: Mapping[PlanColumn, tuple[str, ...]] = {
    PlanColumn.REFERENCE: ("numero du marche", "numero de marche", "n du marche", "reference"),
    PlanColumn.TITLE: ("objet", "intitule", "libelle", "designation"),
    PlanColumn.AMOUNT: ("montant", "estimation", "budget"),
    PlanColumn.CPV: ("cpv",),
    PlanColumn.PROCEDURE: ("procedure",),
    PlanColumn.LAUNCH: ("lancement", "publication", "consultation"),
    PlanColumn.START: ("debut", "demarrage", "notification"),
    PlanColumn.MONTHS: ("duree",),
    PlanColumn.PLACE: ("commune", "lieu", "ville"),
    PlanColumn.NATURE: ("nature", "type", "categorie"),
    PlanColumn.NUMBER: ("n", "no", "numero", "ligne", "n de ligne"),
}
"""Words by which a heading is known, the most precise columns first; those of a number are the whole heading."""

HEADING_ROWS = 20
"""Rows among which the headings are looked for: a title and a logo may come before."""
MOST_LINES = 5000
MOST_LINES_A_DAY = 20_000
"""What one organisation has read in twenty-four hours, all its plans together: each line is a row for ever."""
LONGEST_NUMBER = 60
"""Characters of a number once its ligatures are unfolded: a single one may give eighteen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """What a line tells, read field by field; `faults` says what cannot be read, `place` is as it was typed."""

    row: int
    number: str = ""
    title: str = ""
    nature: TenderNature | None = None
    estimated_amount: Decimal | None = None
    cpv: str = ""
    procedure: str = ""
    reference: str = ""
    consultation_launched_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def columns_of(headings: Sequence[str]) -> dict[PlanColumn, int]:
    """Return the place of each column that the headings name, each heading being used once."""
    words = [
        " ".join("".join(sign if sign.isalnum() else " " for sign in plain(text)).split())
        for text in headings
    ]
    found: dict[PlanColumn, int] = {}
    for column, known in WORDS.items():
        for place, heading in enumerate(words):
            whole = (
                heading in known if column is PlanColumn.NUMBER else any(word in heading for word in known)
            )
            if whole and place not in found.values():
                found[column] = place
                break
    return found


def find_headings(rows: Sequence[Sequence[str]]) -> tuple[int, dict[PlanColumn, int]] | None:
    """Return the rank of the row of headings, the first that names the object and something else, and its columns."""
    for rank, row in enumerate(rows[:HEADING_ROWS]):
        columns = columns_of(row)
        if PlanColumn.TITLE in columns and len(columns) > 1:
            return rank, columns
    return None


def check_room(lines: int) -> None:
    """Refuse a file that would make more lines in a day than an organisation may have read."""
    if lines > MOST_LINES_A_DAY:
        raise Refused(
            "too_many_lines_today",
            f"Votre organisation a fait lire {number(MOST_LINES_A_DAY)} lignes en 24 heures, le plus qu’elle puisse :"
            " revenez demain.",
            field="file",
        )


def identity(buyer: int, year: int, *, number: str, title: str) -> str:
    """Return by what a line is known from one reading to the next: its number, else its object."""
    bare = "".join(sign for sign in plain(number) if sign.isalnum())
    words = " ".join(plain(title).split())
    told = f"n:{bare[:LONGEST_NUMBER]}" if bare else f"o:{hashlib.sha256(words.encode()).hexdigest()[:40]}"
    return f"{buyer}:{year}:{told}"


NATURES: Mapping[str, TenderNature] = {
    "t": TenderNature.WORKS,
    "travaux": TenderNature.WORKS,
    "s": TenderNature.SERVICES,
    "service": TenderNature.SERVICES,
    "services": TenderNature.SERVICES,
    "prestations": TenderNature.SERVICES,
    "prestations intellectuelles": TenderNature.SERVICES,
    "pi": TenderNature.SERVICES,
    "f": TenderNature.SUPPLIES,
    "fourniture": TenderNature.SUPPLIES,
    "fournitures": TenderNature.SUPPLIES,
}
"""Natures as buyers write them; « Fournitures et services » is services when the law must choose."""


def nature_written(text: str) -> TenderNature | None:
    """Return the nature that a cell tells, None when it tells none that is known."""
    words = " ".join(plain(text).split())
    if words in {"fournitures et services", "services et fournitures", "fcs"}:
        return TenderNature.SERVICES
    return NATURES.get(words)
