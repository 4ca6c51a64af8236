"""Find a commune or a CPV code as people write them; name a département."""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Q, Value

from inclusiv.core.fields import Fold
from inclusiv.core.texts import unaccented
from inclusiv.reference.models import Commune, CpvCode

DEPARTMENTS = Path(__file__).parent / "data" / "departments.csv"
IN_BRACKETS = re.compile(r"\(([0-9AB]{5})\)\s*$")
CPV = re.compile(r"^([0-9]{8})(?:[-\s]?([0-9]))?(?!\d)")
WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7)
"""Of the digits of a CPV code in its key; true but for one official code, so a wrong key only warns (DOMAIN.md 10)."""


def communes_written(text: str) -> list[Commune]:
    """Return the communes that a text may mean: « Évry-Courcouronnes (91228) », an INSEE code, a name, a postcode.

    An exact name comes alone before the names that begin like it; at most ten.
    """
    if code := IN_BRACKETS.search(text):
        return list(Commune.objects.filter(pk=code[1]))
    name = text.strip().replace(" ", "-")
    if exact := list(Commune.objects.filter(folded_name=Fold(Value(name)))[:10]):
        return exact
    return list(Commune.objects.search(text).order_by("folded_name", "pk")[:10])


def communes_read(texts: Collection[str]) -> dict[str, Commune]:
    """Return the only commune that each text means, in one query; texts that mean none, or several, are absent.

    A text is an INSEE code, a postcode or a whole name, with or without its code in brackets.
    """
    typed = {text: code[1] if (code := IN_BRACKETS.search(text)) else text.strip() for text in texts}
    names = {text: text_folded(word).replace(" ", "-") for text, word in typed.items()}
    rows = Commune.objects.filter(
        Q(pk__in=typed.values())
        | Q(postal_codes__overlap=list(typed.values()))
        | Q(folded_name__in=names.values())
    )
    known: defaultdict[str, dict[str, Commune]] = defaultdict(dict)
    for row in rows:
        for word in (row.pk, row.folded_name, *row.postal_codes):
            known[word][row.pk] = row
    meant = {text: known.get(word) or known.get(names[text]) or {} for text, word in typed.items()}
    return {text: next(iter(found.values())) for text, found in meant.items() if len(found) == 1}


def text_folded(text: str) -> str:
    """Return a text as the database's `fold()` writes it: small letters, no accent."""
    return unaccented(text.casefold().replace("œ", "oe").replace("’", "'"))


@dataclass(frozen=True, slots=True)
class CpvReading:
    """A CPV code on 8 digits, and what is doubtful about it, or nothing."""

    code: str
    warning: str = ""


def cpv_written(text: str) -> CpvReading | None:
    """Read a CPV code typed with or without its key; the table decides, else the key is looked at; None if no code."""
    if not (typed := CPV.match(text.strip())):
        return None
    code, key = typed[1], typed[2]
    if known := CpvCode.objects.filter(pk=code).first():
        wrong = key and known.key and key != known.key
        return CpvReading(code, f"La clé du code CPV {code} est {known.key}, pas {key}." if wrong else "")
    if key and int(key) != cpv_key(code):
        return CpvReading(code, f"Le code CPV {code}-{key} est peut-être faux : sa clé ne correspond pas.")
    return CpvReading(code, f"Le code CPV {code} n’est pas dans notre liste : vérifiez-le.")


def cpv_label(code: str) -> str:
    """Return what a CPV code means, nothing when the list does not know it."""
    return CpvCode.objects.filter(pk=code).values_list("label", flat=True).first() or ""


def cpv_known(codes: Collection[str]) -> frozenset[str]:
    """Return those of these codes that the list knows."""
    return frozenset(CpvCode.objects.filter(pk__in=codes).values_list("pk", flat=True))


def cpv_key(code: str) -> int:
    """Return the key of the eight digits of a CPV code."""
    return sum(int(digit) * weight for digit, weight in zip(code, WEIGHTS, strict=True)) % 10


def cpv_labelled(text: str) -> list[CpvCode]:
    """Return at most ten codes whose label holds the text."""
    return list(CpvCode.objects.filter(folded_label__contains=Fold(Value(text.strip()))).order_by("pk")[:10])


@cache
def departments() -> Mapping[str, str]:
    """Return the name of each département, by code."""
    with DEPARTMENTS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def department_name(code: str) -> str:
    """Return how a département is called, « Essonne »; one that the list does not know goes by its code."""
    return departments().get(code, f"Département {code}")
