"""When two purchases of one buyer are perhaps the same one. It is only asked: the person who registers decides."""

from datetime import date, timedelta
from decimal import Decimal

TITLES_ALIKE = 0.5
"""Similarity of two objects, by their trigrams, from which they are shown: 1 is the same text."""
AMOUNT_APART = Decimal("0.10")
"""Part of the larger amount by which two near ones differ at most."""
DAYS_APART = timedelta(days=92)
"""Time between the starts of two executions that are near."""


def amounts_near(one: Decimal | None, other: Decimal | None) -> bool:
    """Say whether two amounts (€ HT) are known and differ by a tenth at most."""
    return one is not None and other is not None and abs(one - other) <= AMOUNT_APART * max(one, other)


def days_near(one: date | None, other: date | None) -> bool:
    """Say whether two days are known and three months apart at most."""
    return one is not None and other is not None and abs(one - other) <= DAYS_APART


def bare_number(reference: str) -> str:
    """Return a number as it is compared, so that « 2026-14 » and « 2026 14 » are one."""
    return "".join(sign for sign in reference.casefold() if sign.isalnum())
