"""A département is printed by its name; the list is that of the official geographic code."""

import pytest

from inclusiv.reference.selectors import department_name, departments


@pytest.mark.parametrize(
    ("code", "name"), [("91", "Essonne"), ("01", "Ain"), ("2A", "Corse-du-Sud"), ("974", "La Réunion")]
)
def test_a_code_has_its_name(code: str, name: str) -> None:
    assert department_name(code) == name


def test_a_code_of_no_list_stays_a_code() -> None:
    assert department_name("99") == "Département 99"


def test_the_list_is_whole() -> None:
    mainland = {f"{number:02}" for number in range(1, 96)} - {"20"}
    assert set(departments()) == mainland | {"2A", "2B", "971", "972", "973", "974", "976"}
    assert len(set(departments().values())) == 101
