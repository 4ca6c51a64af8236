"""Tables of figures: the page and the file say the same."""

from dataclasses import replace
from decimal import Decimal

import pytest

from inclusiv.core.tables import Column, Table, Unit

HOURS = Table(
    name="heures",
    caption="Heures par lot",
    columns=(
        Column("Lot"),
        Column("Marchés", Unit.COUNT),
        Column("Heures", Unit.HOURS),
        Column("Réalisation", Unit.PERCENT),
    ),
    rows=(
        ("Gros œuvre", 12, Decimal("1813.00"), Decimal("95.9259")),
        ("=Voirie", 3, Decimal("381.50"), None),
    ),
    total=("Ensemble", 15, Decimal("2194.50"), Decimal("94")),
)


def test_the_page_rounds_hours_to_the_hour_and_percentages_to_the_tenth() -> None:
    assert HOURS.printed_rows == [
        ["Gros œuvre", "12", "1\u202f813", "95,9\u202f%"],
        ["=Voirie", "3", "382", "—"],
    ]
    assert HOURS.printed_total == ["Ensemble", "15", "2\u202f195", "94,0\u202f%"]


def test_the_file_goes_to_the_hundredth_says_units_and_disarms_formulas() -> None:
    assert HOURS.csv().decode("utf-8-sig").split("\r\n") == [
        "Lot;Marchés;Heures (h);Réalisation (%)",
        "Gros œuvre;12;1813,00;95,93",
        "'=Voirie;3;381,50;—",
        "Ensemble;15;2194,50;94",
        "",
    ]
    assert HOURS.csv().startswith(b"\xef\xbb\xbf")


def test_a_table_on_its_side_has_a_line_per_column_and_its_total_last() -> None:
    assert HOURS.printed_across[0] == ["Lot", "Gros œuvre", "=Voirie", "Ensemble"]
    assert HOURS.printed_across[2] == ["Heures", "1\u202f813", "382", "2\u202f195"]


def test_a_row_has_one_cell_per_column() -> None:
    with pytest.raises(ValueError, match="does not have 2 cells"):
        Table(name="x", caption="x", columns=(Column("a"), Column("b")), rows=(("seul",),))


def test_a_column_in_which_nothing_is_known_is_left_out() -> None:
    unknown = replace(
        HOURS, rows=(("Gros œuvre", 12, None, None),), total=("Ensemble", 12, None, Decimal("94"))
    )
    assert [column.label for column in unknown.told().columns] == ["Lot", "Marchés", "Réalisation"]
    assert unknown.told().all_rows == (("Gros œuvre", 12, None), ("Ensemble", 12, Decimal("94")))
    assert HOURS.told() == HOURS
