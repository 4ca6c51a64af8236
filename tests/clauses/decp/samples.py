"""Raw contracts made for the tests, and short ways to read them."""

import json
from datetime import date
from io import BytesIO
from typing import Any

from clauses.decp.choices import Remark
from clauses.decp.rules import reader
from clauses.decp.rules.records import Notice, Reading, Record

TODAY = date(2026, 6, 1)
BUYER = "21910228200015"
COMPANY = "55204599900869"
OTHER_COMPANY = "48459343900033"

CONTRACT: dict[str, Any] = {
    "id": "2025M0042",
    "acheteur": {"id": BUYER},
    "nature": "Marché",
    "objet": "Réhabilitation du groupe scolaire",
    "codeCPV": "45214200-2",
    "procedure": "Procédure adaptée",
    "lieuExecution": {"code": "91228", "typeCode": "Code commune"},
    "dureeMois": 14,
    "dateNotification": "2025-03-10",
    "datePublicationDonnees": "2025-04-02",
    "montant": 640000.5,
    "formePrix": "Forfaitaire",
    "typesPrix": {"typePrix": ["Définitif révisable"]},
    "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": COMPANY}}],
    "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
    "techniques": {"technique": ["Sans objet"]},
    "modalitesExecution": {"modaliteExecution": ["Tranches"]},
}
"""A contract of the format in force about which there is nothing to say."""


def contract(**changes: Any) -> dict[str, Any]:
    """Return the sound contract with other values; a key set to ... is left out."""
    return {key: value for key, value in {**CONTRACT, **changes}.items() if value is not ...}


def contractor(number: str, kind: str = "SIRET", **more: str) -> dict[str, Any]:
    """Return a wrapped contractor."""
    return {"titulaire": {"typeIdentifiant": kind, "id": number, **more}}


def file_of(*contracts: object) -> bytes:
    """Return a file of the format in force."""
    return json.dumps({"marches": {"marche": contracts}}).encode()


def read(content: bytes) -> Reading:
    """Read a file."""
    return reader.read(BytesIO(content), today=TODAY)


def record_of(**changes: Any) -> Record:
    """Read the sound contract with other values."""
    [record] = read(file_of(contract(**changes))).records
    return record


def told(notices: tuple[Notice, ...]) -> set[tuple[Remark, str]]:
    """Return what notices are about."""
    return {(notice.code, notice.field) for notice in notices}
