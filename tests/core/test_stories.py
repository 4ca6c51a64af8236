"""What the story says of an event's data."""

import pytest

from inclusiv.core import stories


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2025-11-28", "28/11/2025"),
        ("2025-014", "2025-014"),
        ("Aide-maçon", "Aide-maçon"),
        ("du 2025-11-28", "du 2025-11-28"),
        ("12", "12"),
    ],
)
def test_day_is_said_in_french_and_anything_else_as_it_is(value: str, said: str) -> None:
    assert stories.said(value) == said


def test_unknown_event_is_an_error() -> None:
    with pytest.raises(KeyError):
        stories.tell("nobody.declared", {})
