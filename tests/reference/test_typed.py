"""SIRET, CPV and commune are checked as they are typed by the fields that read them (DOMAIN.md 10 and 12.7: 12, 13)."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from stdnum.fr import siren

from inclusiv.core.forms import SiretField
from inclusiv.reference.forms import CpvField
from inclusiv.reference.models import CpvCode
from tests.conftest import ActingClient, Cast


@pytest.mark.parametrize(
    ("number", "is_valid"), [("35600000000048", True), ("35600000049837", True), ("35600000049838", False)]
)
def test_case_12_the_establishments_of_la_poste_have_their_own_key(number: str, is_valid: bool) -> None:
    """DOMAIN.md 12.7, case 12."""
    field: forms.Field = SiretField()
    if is_valid:
        assert field.clean(number) == number
    else:
        with pytest.raises(ValidationError, match="la clé ne correspond pas"):
            field.clean(number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "warned"), [("45442100-8", ""), ("45442100-7", "La clé du code CPV 45442100 est 8, pas 7.")]
)
def test_case_13_a_wrong_key_of_a_cpv_only_warns(typed: str, warned: str) -> None:
    """DOMAIN.md 12.7, case 13."""
    reading = CpvField().clean(typed)
    assert (reading.code, reading.warning) == ("45442100", warned)


@pytest.mark.django_db
def test_case_13_the_table_decides_for_the_one_official_code_whose_key_is_odd() -> None:
    """DOMAIN.md 12.7, case 13: 45233139-3 is right as soon as the table says so, doubtful before."""
    assert "sa clé ne correspond pas" in CpvField().clean("45233139-3").warning
    CpvCode.objects.create(code="45233139", key="3", label="Entretien de routes")
    assert CpvField().clean("45233139-3").warning == ""


def test_case_14_the_vat_number_of_a_siren() -> None:
    """DOMAIN.md 12.7, case 14."""
    assert f"FR{siren.to_tva('356000000')}" == "FR39356000000"


@pytest.mark.parametrize(
    ("kind", "value", "said", "colour"),
    [
        ("siret", "356 000 000 00048", "la clé est juste", "typed-right"),
        ("siret", "35600000049838", "n’existe pas", "typed-wrong"),
        ("siret", "123", "il faut 14 chiffres", "typed-wrong"),
        ("commune", "evry-courcouronnes", "Évry-Courcouronnes (91228)", "typed-right"),
        ("commune", "Nulle-Part", "Aucune commune", "typed-wrong"),
        ("cpv", "45442100-8", "45442100, Peinture, revêtements muraux.", "typed-right"),
        ("cpv", "45442100-7", "est 8, pas 7", "typed-doubt"),
        ("cpv", "ascenseurs", "45313000, Ascenseurs.", "typed-right"),
        ("cpv", "peinture", "plusieurs codes", "typed-wrong"),
        ("cpv", "<script>alert(1)</script>", "&lt;script&gt;", "typed-wrong"),
    ],
)
def test_a_value_is_checked_by_its_field(
    kind: str, value: str, said: str, colour: str, cast: Cast, browser: ActingClient
) -> None:
    answer = browser.acting(cast.buyer).get(f"/verifier/{kind}/", {"siret_1": value})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert said in body
    assert colour in body


def test_an_empty_value_says_nothing_and_another_kind_does_not_exist(
    cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer)
    for kind in ("siret", "commune", "cpv"):
        assert browser.get(f"/verifier/{kind}/", {"x": " "}).content.strip() == b""
        assert browser.get(f"/verifier/{kind}/").content.strip() == b""
    assert browser.get("/verifier/nir/", {"x": "1"}).status_code == 404
    assert browser.post("/verifier/cpv/").status_code == 405


def test_who_is_not_signed_in_checks_nothing(db: None, browser: ActingClient) -> None:
    assert browser.get("/verifier/cpv/", {"cpv": "45442100"}).status_code == 302
