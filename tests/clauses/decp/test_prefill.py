"""What a published contract tells of the tender to follow."""

from decimal import Decimal

import pytest

from clauses.decp.rules import prefill
from clauses.procurement.choices import TenderForm, TenderNature
from clauses.procurement.rules.registering import nature_of_cpv


@pytest.mark.parametrize(
    ("cpv", "nature"),
    [
        ("45214200", TenderNature.WORKS),
        ("03111000", TenderNature.SUPPLIES),
        ("44112000", TenderNature.SUPPLIES),
        ("48000000", TenderNature.SUPPLIES),
        ("50710000", TenderNature.SERVICES),
        ("90911200", TenderNature.SERVICES),
        ("98300000", TenderNature.SERVICES),
        ("", None),
    ],
)
def test_what_is_bought_follows_from_the_division_of_the_cpv(cpv: str, nature: TenderNature | None) -> None:
    assert nature_of_cpv(cpv) == nature


@pytest.mark.parametrize(
    ("nature", "techniques", "is_concession", "form"),
    [
        ("CONTRACT", [], False, TenderForm.CONTRACT),
        ("", [], False, TenderForm.CONTRACT),
        ("FRAMEWORK", [], False, TenderForm.FRAMEWORK),
        ("CONTRACT", ["FRAMEWORK", "AUCTION"], False, TenderForm.FRAMEWORK),
        ("PARTNERSHIP", [], False, TenderForm.PARTNERSHIP),
        ("SERVICE_CONCESSION", [], True, TenderForm.CONCESSION),
    ],
)
def test_the_form_is_read_in_both_formats(
    nature: str, techniques: list[str], is_concession: bool, form: TenderForm
) -> None:
    assert prefill.form(nature, techniques, is_concession=is_concession) == form


def test_a_placeholder_is_no_amount_to_compute_hours_from() -> None:
    assert prefill.usable_amount(Decimal(1), ["AMOUNT_PLACEHOLDER"]) is None
    assert prefill.usable_amount(Decimal(640000), ["AMOUNT_UNLIKELY"]) == Decimal(640000)
