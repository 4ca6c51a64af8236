"""French as it is printed."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from inclusiv.core import french

N, B = french.NARROW, french.NO_BREAK


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0, f"0{B}h"),
        (Decimal("0.00"), f"0{B}h"),
        (Decimal("1813.00"), f"1{N}813{B}h"),
        (Decimal("47.83"), f"47,83{B}h"),
        (Decimal("47.50"), f"47,50{B}h"),
        (Decimal("-77.00"), f"−77{B}h"),
        (Decimal("-0.001"), f"0{B}h"),
        (Decimal("412380"), f"412{N}380{B}h"),
        (Decimal("1234567.89"), f"1{N}234{N}567,89{B}h"),
        (Decimal("1E+3"), f"1{N}000{B}h"),
        (Decimal("0.005"), f"0,01{B}h"),
    ],
)
def test_hours_are_printed_in_french(hours: Decimal, text: str) -> None:
    assert french.hours_text(hours) == text


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (french.euros, 240000, f"240{N}000{B}€"),
        (french.euros, Decimal("1240.5"), f"1{N}240,50{B}€"),
        (french.percent, Decimal("95.93"), f"95,93{N}%"),
        (french.percent, Decimal("96.00"), f"96{N}%"),
    ],
)
def test_money_and_rates_keep_their_sign_on_the_line(write: object, value: Decimal, text: str) -> None:
    assert callable(write)
    assert write(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(3910, 6420, f"61{N}%"), (1, 200, f"1{N}%"), (5, 0, "—"), (0, 8, f"0{N}%")]
)
def test_a_share_is_rounded_to_the_unit(part: int, whole: int, text: str) -> None:
    assert french.share_text(part, whole) == text


@pytest.mark.parametrize(
    ("day", "short", "long", "month"),
    [
        (date(2025, 11, 28), "28/11/2025", f"28{B}novembre 2025", "novembre 2025"),
        (date(2025, 12, 1), "01/12/2025", f"1er{B}décembre 2025", "décembre 2025"),
        (date(2026, 8, 9), "09/08/2026", f"9{B}août 2026", "août 2026"),
    ],
)
def test_days_are_printed_in_french(day: date, short: str, long: str, month: str) -> None:
    assert (french.date_short(day), french.date_long(day), french.month_name(day)) == (short, long, month)


@pytest.mark.parametrize(
    ("days", "since", "ago"),
    [
        (0, "depuis aujourd’hui", "aujourd’hui"),
        (1, "depuis hier", "hier"),
        (34, f"depuis 34{B}j", f"il y a 34{B}j"),
        (92, f"depuis 92{B}j", f"il y a 92{B}j"),
        (93, f"depuis 93{B}j", f"il y a 3{B}mois"),
        (1200, f"depuis 1{N}200{B}j", f"il y a 39{B}mois"),
    ],
)
def test_durations_say_yesterday_rather_than_one_day(days: int, since: str, ago: str) -> None:
    assert (french.since(days), french.ago(days)) == (since, ago)


def test_a_duration_that_has_not_begun_is_a_bug() -> None:
    with pytest.raises(ValueError, match="not negative"):
        french.since(-1)


@pytest.mark.parametrize(
    ("count", "singular", "several", "text"),
    [
        (0, "personne", "", f"0{B}personne"),
        (1, "personne", "", f"1{B}personne"),
        (Decimal("1.5"), "heure", "", f"1,50{B}heure"),
        (14, "personne", "", f"14{B}personnes"),
        (3, "relevé à contrôler", "", f"3{B}relevés à contrôler"),
        (2, "fin de contrat", "", f"2{B}fins de contrat"),
        (2, "mise à l’emploi", "", f"2{B}mises à l’emploi"),
        (3, "besoin sans candidat", "", f"3{B}besoins sans candidat"),
        (2, "marché repéré", "", f"2{B}marchés repérés"),
        (2, "avis demandé", "", f"2{B}avis demandés"),
        (2, "bureau", "", f"2{B}bureaux"),
        (2, "bail", "baux", f"2{B}baux"),
        (1240, "heure", "", f"1{N}240{B}heures"),
    ],
)
def test_words_agree_from_two_on(count: int, singular: str, several: str, text: str) -> None:
    assert french.plural(count, singular, several) == text


@pytest.mark.parametrize(
    ("hours", "months", "text"),
    [
        (588, None, f"environ 2{B}personnes pendant 2{B}mois"),
        (610, None, f"environ 2{B}personnes pendant 2{B}mois"),
        (1890, None, f"environ 4{B}personnes pendant 3{B}mois"),
        (Decimal("151.67"), None, f"environ 1{B}personne pendant 1{B}mois"),
        (77, None, f"environ 1{B}personne pendant 2{B}semaines"),
        (35, None, f"environ 1{B}personne pendant 5{B}jours"),
        (3, None, f"environ 1{B}personne pendant 1{B}jour"),
        (0, None, "aucune heure"),
        (588, 1, f"environ 4{B}personnes pendant 1{B}mois"),
        (588, 6, f"environ 2{B}personnes pendant 2{B}mois"),
        (990, None, f"environ 3{B}personnes pendant 2{B}mois"),
        (990, 10, f"environ 3{B}personnes pendant 2{B}mois"),
        (990, 1, f"environ 7{B}personnes pendant 1{B}mois"),
        (60_000, 24, f"environ 33{B}personnes pendant 12{B}mois"),
    ],
)
def test_hours_are_translated_into_people(hours: Decimal, months: int | None, text: str) -> None:
    assert french.people_months(hours, months=months) == text


@given(
    hours=st.decimals(min_value=152, max_value=200_000, places=2),
    months=st.one_of(st.none(), st.integers(1, 60)),
)
def test_people_and_months_make_the_hours_within_one_person_month(hours: Decimal, months: int | None) -> None:
    said = re.fullmatch(
        rf"environ ([\d{N}]+){B}personnes? pendant (\d+){B}mois", french.people_months(hours, months=months)
    )
    assert said
    people, lasting = (int(told.replace(N, "")) for told in said.groups())
    assert abs(people * lasting * french.HOURS_PER_PERSON_MONTH - hours) <= french.HOURS_PER_PERSON_MONTH
    assert 1 <= lasting <= (months or 12)


def test_hours_cannot_be_spread_over_no_month() -> None:
    with pytest.raises(ValueError, match="at least one"):
        french.people_months(588, months=0)


@pytest.mark.parametrize(
    ("word", "name", "joined"),
    [
        ("de", "Évry-Courcouronnes", "d’Évry-Courcouronnes"),
        ("de", "Massy", "de Massy"),
        ("de", "Yerres", "d’Yerres"),
        ("de", "Œuilly", "d’Œuilly"),
        ("de", "Les Ulis", "des Ulis"),
        ("de", "Le Coudray-Montceaux", "du Coudray-Montceaux"),
        ("de", "La Ville-du-Bois", "de La Ville-du-Bois"),
        ("de", "L’Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
        ("de", "Huison-Longueville", "d’Huison-Longueville"),
        ("de", "Hauts-de-Seine", "de Hauts-de-Seine"),
        ("de", "le Département", "du Département"),
        ("à", "Orsay", "à Orsay"),
        ("à", "Les Ulis", "aux Ulis"),
        ("à", "Le Plessis-Pâté", "au Plessis-Pâté"),
        ("que", "Amina", "qu’Amina"),
        ("que", "Karim", "que Karim"),
        ("de", "Lescure", "de Lescure"),
    ],
)
def test_small_words_join_names(word: str, name: str, joined: str) -> None:
    assert french.elide(word, name) == joined


def test_a_word_that_never_elides_is_refused() -> None:
    with pytest.raises(ValueError, match="par"):
        french.elide("par", "Évry")


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("À ce rythme : 190 h", f"À ce rythme{B}: 190 h"),
        ("Retirer le lot ?", f"Retirer le lot{N}?"),
        ("96 % ; « Reprise »", f"96{N}%{N}; «{B}Reprise{B}»"),
        ("https://inclusiv.example", "https://inclusiv.example"),
    ],
)
def test_no_line_may_begin_by_a_sign(text: str, typeset: str) -> None:
    assert french.typeset(text) == typeset


def test_what_was_typed_is_quoted_and_cut() -> None:
    assert french.quoted("  deux cents ") == "« deux cents »"
    assert french.quoted("x" * 50) == f"« {'x' * 40}… »"


@pytest.mark.parametrize(
    ("octets", "text"),
    [(840, f"840{B}o"), (319_488, f"312{B}Ko"), (26_528_973, f"25,3{B}Mo"), (20 * 1024**2, f"20{B}Mo")],
)
def test_file_sizes_read_as_in_a_file_manager(octets: int, text: str) -> None:
    assert french.file_size(octets) == text


def printed(expression: str, **values: object) -> str:
    return Template(f"{{{{ {expression} }}}}").render(Context(values))


def test_filters_print_what_the_functions_return() -> None:
    assert printed("h|hours", h=Decimal("1813.00")) == f"1{N}813{B}h"
    assert printed("n|plural:'bail|baux'", n=3) == f"3{B}baux"
    assert printed("n|agreed:'relevé à contrôler'", n=3) == "relevés à contrôler"
    assert printed("name|elide:'de'", name="Évry") == "d’Évry"


def test_an_absent_value_prints_a_dash() -> None:
    assert [printed("missing|hours"), printed("day|date_long", day=None)] == ["—", "—"]


def test_a_float_never_passes_for_hours() -> None:
    with pytest.raises(TypeError, match="never floats"):
        printed("h|hours", h=47.83)


def test_a_text_never_passes_for_a_day() -> None:
    with pytest.raises(TypeError, match="not a date"):
        printed("day|date_short", day="2025-11-28")


def test_a_datetime_gives_its_day_in_paris() -> None:
    assert printed("at|date_short", at=datetime(2025, 11, 27, 23, 30, tzinfo=UTC)) == "28/11/2025"


def test_typeset_leaves_escaping_to_the_template() -> None:
    assert printed("text|typeset", text="<b> : x") == f"&lt;b&gt;{B}: x"
    assert "&lt;" in printed("text|typeset", text=mark_safe("<i>"))
