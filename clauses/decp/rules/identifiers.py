"""Identifiers of buyers and companies: normalised, repaired when certain, judged (DOMAIN.md 10)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from stdnum.eu import vat
from stdnum.fr import siren, siret

from clauses.decp.choices import IdentifierKind, Verdict

SIREN_LENGTH = 9
SIRET_LENGTH = 14

_NOISE = re.compile(r"[\s.\-_\u200b-\u200f\u2060\ufeff]+")
_DIGITS = re.compile(r"\d+", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+(,\d+)?E\+?\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A normalised identifier and its verdict; `detail` says in French why a malformed one is."""

    kind: IdentifierKind | None
    text: str
    verdict: Verdict
    detail: str = ""


def compact(text: str) -> str:
    """Return the text in capitals without blanks, tabs, dots, dashes and invisible characters."""
    return _NOISE.sub("", text).upper()


def of_establishment(text: str) -> Identifier:
    """Judge a SIRET, or a SIREN given in its place; the leading zero that a spreadsheet ate is put back."""
    number = compact(text)
    if _SCIENTIFIC.fullmatch(number):
        return _malformed(number, "un tableur en a effacé les derniers chiffres")
    if not _DIGITS.fullmatch(number):
        return _malformed(number, "des chiffres seuls sont attendus")
    if not number.strip("0"):
        return _malformed(number, "il ne compte que des zéros")
    if len(number) in (SIREN_LENGTH, SIRET_LENGTH):
        return _judged(number)
    if len(number) in (SIREN_LENGTH - 1, SIRET_LENGTH - 1):
        padded = _judged(f"0{number}")
        if padded.verdict != Verdict.WRONG_KEY:
            return padded
    return _malformed(number, f"il compte {len(number)} chiffres au lieu de {SIRET_LENGTH}")


def of_operator(kind: IdentifierKind | None, text: str) -> Identifier:
    """Judge the identifier of a company; what is declared otherwise but is a right SIRET is taken for one."""
    if kind == IdentifierKind.SIRET:
        return of_establishment(text)
    number = compact(text)
    if kind in (IdentifierKind.VAT, None) and len(number) == SIRET_LENGTH and siret.is_valid(number):
        return Identifier(IdentifierKind.SIRET, number, Verdict.VALID)
    if kind != IdentifierKind.VAT:
        return Identifier(kind, number, Verdict.UNCHECKED)
    if vat.is_valid(number):
        return Identifier(kind, number, Verdict.VALID)
    detail = "un numéro de TVA porte les deux lettres du pays et une clé juste"
    return Identifier(kind, number, Verdict.MALFORMED, detail)


@lru_cache(maxsize=4096)
def _judged(number: str) -> Identifier:
    """Apply the keys of a SIRET (those of La Poste differ), or the key of a SIREN."""
    if len(number) == SIRET_LENGTH:
        verdict = Verdict.VALID if siret.is_valid(number) else Verdict.WRONG_KEY
    else:
        verdict = Verdict.SIREN if siren.is_valid(number) else Verdict.WRONG_KEY
    return Identifier(IdentifierKind.SIRET, number, verdict)


def _malformed(number: str, detail: str) -> Identifier:
    return Identifier(IdentifierKind.SIRET, number, Verdict.MALFORMED, detail)
