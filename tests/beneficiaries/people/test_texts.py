"""A telephone that can be called: DOMAIN.md 10, row 17."""

import pytest

from beneficiaries.people.rules import texts


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("08 92 12 34 56", None),
        ("06 12 34 56", None),
        ("six douze", None),
        ("", None),
    ],
)
def test_telephone_is_stored_in_one_way(typed: str, stored: str | None) -> None:
    assert texts.e164(typed) == stored


def test_telephone_is_printed_as_it_is_read() -> None:
    assert texts.printed("+33612345678") == "06 12 34 56 78"
    assert texts.printed("") == ""
