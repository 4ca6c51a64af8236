"""A telephone that can be called, as it is typed, stored and read (DOMAIN.md 10, row 17)."""

import re

_BLANKS = re.compile(r"[\s.\-\u00a0\u202f]")
_PREMIUM = "+338"


def e164(phone: str) -> str | None:
    """Return a French telephone as it is stored, « +33612345678 »; None when it cannot be one of a person's."""
    digits = _BLANKS.sub("", phone).replace("(0)", "")
    international = re.sub(r"^(?:00|\+)33|^0", "+33", digits)
    fits = re.fullmatch(r"\+33[1-9][0-9]{8}", international) and not international.startswith(_PREMIUM)
    return international if fits else None


def printed(phone: str) -> str:
    """Return a stored telephone as it is read: « 06 12 34 56 78 »."""
    if not phone.startswith("+33"):
        return phone
    digits = f"0{phone.removeprefix('+33')}"
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
