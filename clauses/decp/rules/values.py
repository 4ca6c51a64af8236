"""Texts, amounts, durations, dates and CPV codes as real files write them (DOMAIN.md 1.8)."""

import math
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from clauses.decp.choices import Remark
from clauses.decp.rules.cells import Cell
from clauses.decp.rules.texts import LOST, MARKUP, line
from clauses.decp.rules.words import fold
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day

FIRST_DAY = date(2000, 1, 1)
CENT = Decimal("0.01")
MAX_AMOUNT = Decimal(10) ** 12
LIKELY_AMOUNTS = (Decimal(100), Decimal(10) ** 9)
MAX_MONTHS = 1200
LIKELY_MONTHS = 240
CPV_DIVISIONS = frozenset({
    "03", "09", "14", "15", "16", "18", "19", "22", "24", "30", "31", "32", "33", "34", "35", "37", "38", "39",
    "41", "42", "43", "44", "45", "48", "50", "51", "55", "60", "63", "64", "65", "66", "70", "71", "72", "73",
    "75", "76", "77", "79", "80", "85", "90", "92", "98",
})  # fmt: skip
"""The 45 divisions of the CPV of 2008 (règlement 213/2008)."""
CPV_DIVISIONS_WITHOUT_RULE = frozenset({"03", "09", "42", "72"})
"""Where the derived check digit disagrees with the official table for whole groups (for 0.5 % of codes elsewhere)."""

_UNKNOWN = frozenset({"nc", "nd", "nr", "na", "inconnu", "inconnue", "noncommunique", "noncommuniquee"})
_UNITS = re.compile(r"\s|€|EUR(OS?)?|H\.?T\.?|MOIS", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(E[+-]?\d{1,6})?", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]", re.ASCII)
_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(Z|[+-]\d{2}:?\d{2})?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII),
)
_CPV = re.compile(r"(\d{7,8})(?:-(\d))?", re.ASCII)
_CPV_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7)


def text(cell: Cell, *, limit: int) -> str:
    """Return the clean line of a field, at most `limit` characters of it; empty when absent."""
    raw = cell.scalar()
    if raw is None:
        return ""
    clean = line(raw)
    if MARKUP.search(raw):
        cell.warn(Remark.TEXT_CLEANED)
    if LOST in clean:
        cell.warn(Remark.TEXT_BROKEN, value=clean)
    if len(clean) > limit:
        cell.warn(Remark.TEXT_CUT, str(len(clean)))
        clean = clean[:limit].rstrip()
    return clean


def number(cell: Cell, *, expected: str) -> Decimal | None:
    """Return a number, also from a text such as « 1 234,56 € »; anything else gives a warning and None."""
    if isinstance(cell.value, Decimal):
        return cell.value
    if cell.is_absent:
        return None
    if isinstance(cell.value, str):
        found = _spelled(cell.value)
        if found is not None:
            cell.warn(Remark.NUMBER_AS_TEXT, str(found).replace(".", ","))
            return found
    cell.warn(Remark.UNREADABLE, expected)
    return None


def _spelled(raw: str) -> Decimal | None:
    """Read a number in a text: the last of comma and dot is the decimal sign, one that is repeated is not."""
    digits = _UNITS.sub("", raw)
    decimal_sign = max(",.", key=digits.rfind)
    thousands = "." if decimal_sign == "," else ","
    digits = digits.replace(thousands, "")
    digits = digits.replace(decimal_sign, "." if digits.count(decimal_sign) == 1 else "")
    return Decimal(digits) if _NUMBER.fullmatch(digits) else None


def amount(cell: Cell) -> Decimal | None:
    """Return euros before tax, to the cent; a placeholder is kept and told, an impossible amount is not kept."""
    found = number(cell, expected="un nombre d’euros hors taxes")
    if found is None:
        return None
    if not 0 <= found < MAX_AMOUNT:
        cell.warn(Remark.AMOUNT_IMPOSSIBLE)
        return None
    euros = found.quantize(CENT, ROUND_HALF_UP)
    whole = str(int(euros))
    if euros in (0, 1) or (len(whole) >= 8 and set(whole) == {"9"}):
        cell.warn(Remark.AMOUNT_PLACEHOLDER)
    elif not LIKELY_AMOUNTS[0] <= euros < LIKELY_AMOUNTS[1]:
        cell.warn(Remark.AMOUNT_UNLIKELY)
    return euros


def months(cell: Cell) -> int | None:
    """Return a duration in whole months, rounded up as the arrêté says; « NC » is unknown, not an error."""
    if isinstance(cell.value, str) and fold(cell.value) in _UNKNOWN:
        cell.warn(Remark.DURATION_UNKNOWN)
        return None
    found = number(cell, expected="un nombre de mois")
    if found is None:
        return None
    if not 0 < found <= MAX_MONTHS:
        cell.warn(Remark.DURATION_IMPOSSIBLE)
        return None
    whole = math.ceil(found)
    if whole != found:
        cell.warn(Remark.DURATION_ROUNDED, str(whole))
    if whole > LIKELY_MONTHS:
        cell.warn(Remark.DURATION_UNLIKELY)
    return whole


def rank(cell: Cell) -> int | None:
    """Return the number of an amendment or of an act; None when it is no small whole number."""
    found = number(cell, expected="un nombre entier")
    if found is None or not 0 <= found < MAX_AMOUNT or found != int(found):
        return None
    return int(found)


def day(cell: Cell, *, today: date) -> date | None:
    """Return a day of Paris, from 2000 to a year after `today`; anything else gives a warning and None."""
    raw = cell.scalar()
    if raw is None:
        return None
    found, oddity = _parsed_day(raw.strip())
    if found is None:
        cell.warn(Remark.UNREADABLE, "une date AAAA-MM-JJ qui existe")
        return None
    if not FIRST_DAY <= found <= today + relativedelta(years=1):
        cell.warn(Remark.DATE_IMPLAUSIBLE)
        return None
    if oddity:
        cell.warn(oddity, date_short(found))
    return found


def _parsed_day(raw: str) -> tuple[date | None, Remark | None]:
    """Return the day that a text says, None if it says none, and what is odd in the writing of it."""
    try:
        if _MOMENT.match(raw):
            return _paris_day(raw), Remark.DATE_ZONE
        for form in _DAYS:
            if parts := form.fullmatch(raw):
                found = date(*(int(parts[part]) for part in ("year", "month", "day")))
                if raw == found.isoformat():
                    return found, None
                return found, Remark.DATE_ZONE if raw.startswith(found.isoformat()) else Remark.DATE_REPAIRED
    except (ValueError, OverflowError):
        pass
    return None, None


def _paris_day(raw: str) -> date:
    """Return the day in Paris of a moment; without a time zone it is already local. Raises ValueError."""
    moment = datetime.fromisoformat(raw)
    return paris_day(moment) if moment.tzinfo else moment.date()


def cpv(cell: Cell) -> str:
    """Return the eight digits of a CPV code, or nothing; a wrong key is only told, the table decides elsewhere."""
    raw = cell.scalar()
    if raw is None:
        return ""
    code, key = _split_cpv("".join(raw.split()))
    if not code or code.startswith("00"):
        cell.warn(Remark.UNREADABLE, "un code de 8 chiffres de la nomenclature CPV")
        return ""
    if not raw.strip().startswith(code) or (key and "-" not in raw):
        cell.warn(Remark.CPV_REPAIRED, code)
    if code[:2] not in CPV_DIVISIONS:
        cell.warn(Remark.CPV_UNKNOWN)
    elif key and code[:2] not in CPV_DIVISIONS_WITHOUT_RULE and key != cpv_key(code):
        cell.warn(Remark.CPV_KEY)
    return code


def _split_cpv(raw: str) -> tuple[str, str]:
    """Return code and key; a spreadsheet eats the zero of divisions 03 and 09, a tool the dash before the key."""
    if len(raw) == 9 and raw.isascii() and raw.isdigit() and cpv_key(raw[:8]) == raw[8]:
        return raw[:8], raw[8]
    found = _CPV.fullmatch(raw)
    if not found:
        return "", ""
    code, key = found[1], found[2] or ""
    if len(code) == 7:
        code = f"0{code}" if f"0{code[0]}" in CPV_DIVISIONS else ""
    return code, key


def cpv_key(code: str) -> str:
    """Return the check digit derived in DOMAIN.md 10, line 5, from the eight digits."""
    return str(sum(int(digit) * weight for digit, weight in zip(code, _CPV_WEIGHTS, strict=True)) % 10)
