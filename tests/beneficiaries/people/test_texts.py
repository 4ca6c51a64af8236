"""What may be typed about somebody: DOMAIN.md 10, rows 17 and 19; 12.7 case 15."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.people.rules import texts


@pytest.mark.parametrize(
    "text",
    [
        "255081416802538",
        "2550814168025",
        "Son numéro : 2 55 08 14 168 025 38.",
        "255.08.14.168.025.38",
        "né en Corse, 1 85 12 2A 004 123 45",
        "185122b004123",
        "à rappeler (2-55-08-14-168-025)",
    ],
)
def test_social_security_number_is_seen(text: str) -> None:
    assert texts.holds_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Appeler le 06 12 34 56 78 avant 8 h",
        "06 12 34 56 78 ou 01 69 00 00 01",
        "SIRET 35600000049837",
        "SIRET 356 000 000 49837",
        "du 03/03/2025 au 28/11/2025",
        "9550814168025",
        "2551514168025",
        "marché 2025-014, lot 1, 1 890 heures",
        "12550814168025381",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not texts.holds_nir(text)


@given(
    sex=st.sampled_from("12"),
    year=st.integers(0, 99),
    month=st.integers(1, 12),
    rest=st.integers(0, 10**8 - 1),
    key=st.sampled_from(["", "07", "97"]),
    before=st.sampled_from(["", "Numéro ", "("]),
)
def test_every_number_of_that_shape_is_seen(
    sex: str, year: int, month: int, rest: int, key: str, before: str
) -> None:
    assert texts.holds_nir(f"{before}{sex}{year:02}{month:02}{rest:08}{key}")


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
