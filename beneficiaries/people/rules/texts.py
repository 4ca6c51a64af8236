"""What may be typed about somebody: never a social security number, and a telephone that can be called.

Source: DOMAIN.md 10, rows 17 and 19; 12.7 case 15.
"""

import re

_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d(?:[ .\-\u00a0\u202f]?[0-9ABab]){12,14}(?![ .\-\u00a0\u202f]?[0-9])")
_NIR = re.compile(
    r"[123478]\d{2}(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)(?:2[AB]|\d{2})\d{3}\d{3}(?:\d{2})?", re.IGNORECASE
)
_BLANKS = re.compile(r"[\s.\-\u00a0\u202f]")
_PREMIUM = "+338"


def holds_nir(text: str) -> bool:
    """Say whether a text holds what looks like a social security number: 13 or 15 characters, key checked or not."""
    return any(_NIR.fullmatch(_BLANKS.sub("", match.group())) for match in _DIGITS.finditer(text))


def e164(phone: str) -> str | None:
    """Return a French telephone as it is stored, « +33612345678 »; None when it cannot be one of a person's."""
    digits = _BLANKS.sub("", phone).replace("(0)", "")
    international = re.sub(r"^(?:00|\+)33|^0", "+33", digits)
    fits = re.fullmatch(r"\+33[1-9]\d{8}", international) and not international.startswith(_PREMIUM)
    return international if fits else None


def printed(phone: str) -> str:
    """Return a stored telephone as it is read: « 06 12 34 56 78 »."""
    if not phone.startswith("+33"):
        return phone
    digits = f"0{phone.removeprefix('+33')}"
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
