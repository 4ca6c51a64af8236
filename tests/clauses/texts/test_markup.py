"""The markup of the models: a closed list of fields, nothing executed, faults named by line."""

from decimal import Decimal

import pytest

from clauses.obligations.choices import Unit
from clauses.texts.rules.blocks import Heading, Items, Paragraph, Table
from clauses.texts.rules.fields import FIELDS
from clauses.texts.rules.markup import check, lines_of, merge
from clauses.texts.rules.sample import sample
from clauses.texts.rules.values import values_of
from inclusiv.core.refusals import Refused

VALUES = values_of(sample(articles=()))


def test_headings_points_and_paragraphs_are_read() -> None:
    body = "# Titre\n\nUne ligne\net sa suite.\n\nUne autre.\n- un ;\n- deux.\n## Sous-titre\nFin"
    assert merge(body, {}) == (
        Heading(1, "Titre"),
        Paragraph("Une ligne et sa suite."),
        Paragraph("Une autre."),
        Items(("un\u202f;", "deux.")),
        Heading(2, "Sous-titre"),
        Paragraph("Fin"),
    )


def test_a_line_keeps_its_number() -> None:
    assert [(line.number, line.kind) for line in lines_of("\n# A\n\nb\nc\n- d")] == [
        (2, "heading"),
        (4, "paragraph"),
        (6, "item"),
    ]


def test_a_field_takes_its_value_and_a_table_the_place_of_its_line() -> None:
    blocks = merge("Soit {{heures_totales}} :\n{{ tableau_des_heures }}\nFin.", VALUES)
    assert blocks[0] == Paragraph(
        "Soit 2\u202f620\u00a0h et 2\u00a0actions sociales par an (prévision\u00a0: 2)\u00a0:"
    )
    assert isinstance(blocks[1], Table)
    assert blocks[2] == Paragraph("Fin.")


def test_every_field_of_the_list_has_a_value_of_its_kind() -> None:
    assert VALUES.keys() == FIELDS.keys()
    assert {name for name, value in VALUES.items() if isinstance(value, tuple)} == {
        name for name, field in FIELDS.items() if field.is_block
    }


def test_a_paragraph_or_a_point_left_empty_is_not_printed() -> None:
    assert VALUES["critere_social"] == ""
    assert merge("- {{ critere_social }}\n\n{{ critere_social }}\n\nFin", VALUES) == (Paragraph("Fin"),)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("", "empty_text", "vide"),
        (" \n ", "empty_text", "vide"),
        ("x" * 20_001, "text_too_long", "20000"),
        ("a\n{{ heures_du_lo }}", "unknown_field", "Ligne 2 : le champ « heures_du_lo » n’existe pas"),
        ("{{ heures_total }}", "unknown_field", "Vouliez-vous écrire « heures_totales »"),
        ("{{ zzz }}", "unknown_field", "Prenez un champ de la liste"),
        ("{{ marche_objet.__class__ }}", "unknown_field", "n’existe pas"),
        ("{{ marche_objet|upper }}", "unknown_field", "n’existe pas"),
        ("{{ settings.SECRET_KEY }}", "unknown_field", "n’existe pas"),
        ("{{}}", "unknown_field", "Ligne 1"),
        ("a\nb {{ tableau_des_heures }}", "block_in_line", "Ligne 2 : « tableau_des_heures »"),
        ("- {{ modalites }}", "block_in_line", "seul sur sa ligne"),
        ("# {{ modalites }}", "block_in_line", "seul sur sa ligne"),
        ("a {{ lieu", "stray_braces", "Ligne 1"),
        ("a }} b", "stray_braces", "}}"),
        ("{% if x %}", "stray_braces", "{%"),
        ("a\n\n{% include 'x' %}", "stray_braces", "Ligne 3"),
        ("{{{{ lieu }}}}", "stray_braces", "Ligne 1"),
        ("Une pénalité de 50 € par heure", "typed_quantity", "« 50 € »"),
        ("Au moins 1\u202f890 heures", "typed_quantity", "1\u202f890 heures"),
        ("Sous 15 jours", "typed_quantity", "15 jours"),
        ("plafond de 10\u202f%", "typed_quantity", "10"),
        ("dans les 3 mois", "typed_quantity", "champ"),
        ("1 890h", "typed_quantity", "890h"),
    ],
)  # fmt: skip
def test_a_text_that_would_not_print_as_it_should_is_refused(body: str, code: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(body)
    assert (refusal.value.code, refusal.value.field) == (code, "body")
    assert said in refusal.value.message


@pytest.mark.parametrize(
    "body",
    [
        "L’article {{ article_ccag }}.3 habilite la facilitation.",
        "Article L5212-13 du code du travail, jeunes de moins de 26 ans.",
        "Fait en {accolades simples}, 3 exemplaires.",
        "{{lieu}} {{  lieu  }}",
    ],
)
def test_what_is_no_fault_passes(body: str) -> None:
    check(body)


def test_what_comes_from_a_tender_is_never_read_as_markup() -> None:
    hostile = "# Titre\n- {{ heures_totales }} {% x %} <b>gras</b>"
    merged = merge("Objet : {{ marche_objet }}", VALUES | {"marche_objet": hostile.replace("\n", " ")})
    assert merged == (Paragraph("Objet\u00a0: # Titre - {{ heures_totales }} {% x\u202f%} <b>gras</b>"),)


def test_the_total_of_the_sample_is_that_of_its_lots() -> None:
    hours = sum((lot.quantity for lot in sample(articles=()).lots if lot.in_hours), Decimal(0))
    assert hours == 2620


def test_the_sample_shows_a_lot_of_each_kind() -> None:
    assert {lot.unit for lot in sample(articles=()).lots} == {Unit.HOURS, Unit.ACTIONS}
    assert merge("{{ si_actions }}Avec", VALUES) == (Paragraph("Avec"),)
