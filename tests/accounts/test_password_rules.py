"""A password is worth the CNIL's 80 bits, counted as the CNIL counts (délibération 2022-100)."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from inclusiv.accounts.models import User
from inclusiv.accounts.rules.browsers import browser_name
from inclusiv.accounts.rules.passwords import bits, bits_of_characters, weakness

ENOUGH = [
    ("dR7!pZ2#qW9?", 80),  # the CNIL's first example: 12 characters of four types
    ("dR7pZ2qW9mK4xB", 83),  # the second one: 14 characters of three types
    ("un cheval mange trois pommes vertes sous notre pluie", 91),  # the third one, and a word more
    ("rouge bleu jaune vert marron violet orange", 80),
    ("Nous-avons-vu-1-héron", 139),
]
TOO_LITTLE = [
    ("", 0),
    ("dR7!pZ2#qW9", 73),  # 11 characters of four types
    ("dR7pZ2qW9mK4x", 77),  # 13 characters of three types
    ("rouge bleu jaune vert marron violet", 69),  # 6 words
    ("rouge rouge rouge rouge rouge rouge rouge", 11),  # one word
    ("aaaaaaaaaaaaaaaaaaaaaaaa", 11),
    ("Aa1!Aa1!Aa1!Aa1!", 27),  # one block
    ("Aaaaaaaaaaaaaaaaaaa1!", 27),  # one run
    ("abcdefghijklmnopqrstuvwxyz", 11),
    ("19871987198719871987", 0),
]


@pytest.mark.parametrize(("password", "worth"), [*ENOUGH, *TOO_LITTLE])
def test_what_a_password_is_worth(password: str, worth: int) -> None:
    assert bits(password) == worth


@pytest.mark.parametrize("password", [password for password, _ in ENOUGH])
def test_the_examples_of_the_cnil_are_accepted(password: str) -> None:
    assert weakness(password) == ""
    validate_password(password)


@pytest.mark.parametrize(("password", "worth"), TOO_LITTLE)
def test_a_weak_one_is_refused_with_its_worth_and_the_way_to_mend_it(password: str, worth: int) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password)
    said = " ".join(refusal.value.messages)
    assert f"il vaut {worth} bits, il en faut 80" in said
    assert "une phrase d’au moins 7 mots différents" in said


def test_one_s_own_name_or_address_is_refused_in_french() -> None:
    user = User(email="nadia.kaci@plie-nord.example", first_name="Nadia", last_name="Kaci")
    with pytest.raises(ValidationError, match="trop semblable"):
        validate_password("Nadia.Kaci@plie-nord.example1", user)


@given(st.text(max_size=60))
def test_any_text_is_refused_exactly_under_eighty_bits(password: str) -> None:
    assert bits(password) >= 0
    assert (weakness(password) == "") == (bits(password) >= 80)


@given(st.text(min_size=1, max_size=20), st.integers(2, 5))
def test_repeating_a_password_adds_nothing(password: str, times: int) -> None:
    repeated = password * times
    assert bits_of_characters(repeated) <= bits_of_characters(password)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox sur Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge sur Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Mobile Safari/604",
            "Safari sur iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("curl/8.1", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
        ("Something (Linux)", "Navigateur sur Linux"),
        ("Firefox", "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_its_owner_would(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
