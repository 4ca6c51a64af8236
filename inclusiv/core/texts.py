"""What people type, made safe to keep: no character that is not seen, and never a social security number.

Source: DOMAIN.md 9.2, 10 row 19, 12.7 case 15.
"""

import re
import unicodedata
from typing import Literal

from stdnum import luhn

from inclusiv.core.refusals import Refused

EMAIL_LENGTH = 254
"""What the columns of addresses hold; Django's field and allauth take 320."""
SHORT = 1000
"""Characters that are normalised as they are."""
MARKS_ON_A_LETTER = 30
"""Marks that combine, one after the other: Unicode's own bound for a stream (UAX 15), more than any writing needs."""
_JOINER = "\u200d"
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\v\f]")
_BLANKS = re.compile("[\u115f\u1160\u3164\uffa0\u034f]")
"""Letters and marks that are drawn as nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_KEPT = frozenset("\n\t")

_SIGNS = r".\-_/\\|⁄∕·•‐‑–—"
_GAP = rf"[\s{_SIGNS}]{{0,2}}"
_GAP_OF_A_LINE = rf"(?:[^\S\n]|[{_SIGNS}]){{0,2}}"
_MONTH = "(?:0[1-9]|1[0-2]|[23][0-9]|4[0-2]|[5-9][0-9])"
_NIR = re.compile(
    rf"(?<![0-9A-Za-z])[123478]{_GAP}[0-9]{{2}}{_GAP}{_MONTH}{_GAP}(?:2[ABab]|[0-9]{{2}}){_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}"
    rf"(?P<key>{_GAP}[0-9]{{2}})?(?![0-9])"
)
"""Thirteen characters, or fifteen with the key; parted, if at all, where the number is: 2 55 08 14 168 025 38."""
_FIFTEEN = re.compile(rf"(?<![0-9A-Za-z])[0-9](?:{_GAP_OF_A_LINE}[0-9ABab]){{14}}(?![0-9])")
"""Fifteen characters of one line, parted anywhere: only their key tells."""
_SIRET = re.compile(r"(?<![0-9])[0-9]{3}(\s?)[0-9]{3}\1[0-9]{3}\1[0-9]{5}(?![0-9])")
"""A company's number as it is written; another figure after it makes fifteen."""
_NOT_A_DIGIT = re.compile(r"[^0-9ABab]")
_CORSICA = {"2A": "19", "2B": "18"}
_PAYSLIP = re.compile(r"\b(?:bulletins?|fiches?|feuilles?)\s+de\s+(?:paie|paye|salaires?)\b", re.IGNORECASE)
HIDDEN = "[numéro retiré]"
NIR_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de sécurité sociale : retirez-le, il n’est jamais"
    " demandé ni conservé."
)


def normal_form(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return a text in a normal form of Unicode, without the marks that pile up beyond MARKS_ON_A_LETTER.

    Ordering them takes the square of their number, and no other thread of the process goes on meanwhile.
    """
    if len(text) <= SHORT:
        return unicodedata.normalize(form, text)
    kept, piled = [], 0
    for sign in text:
        piled = piled + 1 if unicodedata.combining(sign) else 0
        if piled <= MARKS_ON_A_LETTER:
            kept.append(sign)
    return unicodedata.normalize(form, "".join(kept))


def unaccented(text: str) -> str:
    """Return a text without its accents, nor any mark: « Évry » → « Evry »."""
    parts = (part for sign in text for part in unicodedata.normalize("NFKD", sign))
    return "".join(part for part in parts if not unicodedata.combining(part))


def clean(text: str) -> str:
    """Return a text without what is not seen: control characters, changes of direction, letters of no width.

    Line ends become « \\n ». A joiner stays where it ties two emoji. What is left is composed (NFC).
    """
    composed = normal_form("NFC", _LINE_ENDS.sub("\n", text))
    if composed.isprintable() and not _BLANKS.search(composed):
        return composed
    return "".join(
        character
        for place, character in enumerate(composed)
        if _is_seen(character) or (character == _JOINER and _ties_emoji(composed, place))
    )


def one_line(text: str) -> str:
    """Return a text clean and on one line, its tabs and line ends as blanks."""
    return re.sub(r"[\n\t]+", " ", clean(text))


def _is_seen(character: str) -> bool:
    if character in _KEPT:
        return True
    return unicodedata.category(character) not in _UNSEEN and not _BLANKS.match(character)


def _ties_emoji(text: str, place: int) -> bool:
    """Say whether the joiner at a place follows a drawing and comes before another: between letters it would hide."""
    before = text[max(0, place - 2) : place].rstrip("\ufe0f")
    tied = before[-1:], text[place + 1 : place + 2]
    return all(one and unicodedata.category(one) in {"So", "Sk"} for one in tied)


def holds_nir(text: str) -> bool:
    """Say whether a text holds what looks like a social security number: 13 or 15 characters, key checked or not."""
    if sum(map(str.isdigit, text)) < 12:
        return False
    plain = _plain(text)
    others = _SIRET.sub(_hide_company, plain)
    return bool(_NIR.search(plain)) or any(_key_is_right(found) for found in _FIFTEEN.findall(others))


def holds_sure_nir(text: str) -> bool:
    """Say whether a text holds a social security number beyond doubt: its key is right, or it is parted as on a card.

    For numbers of contracts and published texts, where thirteen digits in a row are often something else.
    """
    return without_nir(text) != text


def without_nir(text: str) -> str:
    """Return a text with each sure social security number replaced by « [numéro retiré] »."""
    if not holds_nir(text):
        return text
    plain = _plain(text)
    hidden = _FIFTEEN.sub(_hide, _NIR.sub(_hide, plain))
    return text if hidden == plain else hidden


def names_a_payslip(text: str) -> bool:
    """Say whether a text says to be a payslip: « bulletin de paie », « fiche de salaire »…"""
    return bool(_PAYSLIP.search(_plain(text)))


def refuse_nir(**fields: str) -> None:
    """Raise Refused `nir` on the first field in which a social security number seems to have been typed."""
    for field, text in fields.items():
        if holds_nir(text):
            raise Refused("nir", NIR_REFUSED, field=field)


def _plain(text: str) -> str:
    """Return a text clean, its digits in their usual form: those of full width are digits, those of other writings too."""
    composed = normal_form("NFKC", clean(text))
    return "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() and not one.isascii() else one for one in composed
    )


def _hide(found: re.Match[str]) -> str:
    is_parted = len(found[0]) >= 13 + 5 and not found[0].isalnum()
    return HIDDEN if _key_is_right(found[0]) or is_parted else found[0]


def _hide_company(found: re.Match[str]) -> str:
    return "" if luhn.is_valid(re.sub(r"\s", "", found[0])) else found[0]


def _key_is_right(number: str) -> bool:
    """Check the key: 97 less the remainder of the thirteen characters by 97, 2A and 2B read as 19 and 18."""
    compact = _NOT_A_DIGIT.sub("", number).upper()
    department = compact[5:7]
    body = compact[:5] + _CORSICA.get(department, department) + compact[7:13]
    shape = _NIR.fullmatch(compact)
    return bool(shape and len(compact) == 15 and 97 - int(body) % 97 == int(compact[13:]))


_FRENCH_PHONE = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})", re.ASCII)
_FOREIGN_PHONE = re.compile(r"\+\d{8,15}", re.ASCII)


def dialled(typed: str) -> str | None:
    """Return a telephone as it is read, « 06 12 34 56 78 », one from abroad as it was typed; None when it is none.

    Source: DOMAIN.md 10, row 17.
    """
    bare = re.sub(r"[\s().\-]", "", typed).replace("+330", "+33")
    if french := _FRENCH_PHONE.fullmatch(bare):
        digits = f"0{french[1]}"
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    is_foreign = _FOREIGN_PHONE.fullmatch(bare) and not bare.startswith("+33")
    return typed.strip() if is_foreign else None
