"""How much a password resists, in bits (CNIL, délibération 2022-100 of 21 July 2022; DOMAIN.md 9.5).

A password that is alone must be worth 80 bits. The CNIL gives three examples that reach them: 12 characters of four
types with 37 special ones, 14 characters of three types, a phrase of 7 words. Both computations below give exactly
these lengths. Ours is the first case, the strictest, although attempts are limited and a second factor is compulsory
for those who see people's files.
"""

import re
from math import log2

BITS_NEEDED = 80
"""The CNIL's first case: the password alone, without counting on the limit of attempts."""

LOWER, UPPER, DIGITS, SPECIAL = 26, 26, 10, 37
"""Sizes of the four types, as the CNIL counts them."""

TYPES_NEEDED = 3
"""Under three types people write words, and drawing letters at random is no model of them: words are counted."""

WORD_BITS = BITS_NEEDED / 7
"""What the CNIL's third example makes of one word of a phrase."""

_WORD = re.compile(r"[^\W\d_]{3,}")


def bits(password: str) -> int:
    """Return what the password is worth: the better of the two computations, to the nearest bit as in the examples."""
    return round(max(bits_of_characters(password), bits_of_words(password)))


def bits_of_characters(password: str) -> float:
    """Return length × log2(size of the types in use); 0 under three types.

    A run of one character counts once, and so does a block that only repeats itself: « Aa1!Aa1!Aa1! » is « Aa1! ».
    """
    sizes = [
        LOWER * any(character.islower() for character in password),
        UPPER * any(character.isupper() for character in password),
        DIGITS * any(character.isdecimal() for character in password),
        SPECIAL * any(_is_special(character) for character in password),
    ]
    if sum(map(bool, sizes)) < TYPES_NEEDED:
        return 0
    return len(_without_runs(_block(password))) * log2(sum(sizes))


def bits_of_words(password: str) -> float:
    """Return the bits of a phrase: each different word of three letters or more counts once."""
    return len({word.casefold() for word in _WORD.findall(password)}) * WORD_BITS


def weakness(password: str) -> str:
    """Return why the password is refused and how to mend it, in French; empty when it resists enough."""
    worth = bits(password)
    if worth >= BITS_NEEDED:
        return ""
    return (
        f"Ce mot de passe se devine trop vite : il vaut {worth} bits, il en faut {BITS_NEEDED} (recommandation de la"
        f" CNIL). {ADVICE}"
    )


ADVICE = (
    "Prenez une phrase d’au moins 7 mots différents, ou 14 caractères avec des majuscules, des minuscules et des"
    " chiffres, ou 12 en y ajoutant des caractères spéciaux."
)
"""What to choose, in the order of what is easiest to remember."""


def _is_special(character: str) -> bool:
    return not (character.islower() or character.isupper() or character.isdecimal())


def _without_runs(password: str) -> str:
    return re.sub(r"(.)\1+", r"\1", password, flags=re.DOTALL)


def _block(text: str) -> str:
    """Return the block of which the text is only repetitions, or the text."""
    return text[: (text + text).find(text, 1)] if text else text
