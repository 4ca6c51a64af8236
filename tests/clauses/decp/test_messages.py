"""Every oddity and every fault has its sentence: the field, the value, the rule, the remedy."""

import re
from string import Formatter

import pytest

from clauses.decp.choices import FileFault, Level, Remark
from clauses.decp.rules import messages
from clauses.decp.rules.records import Notice
from tests.clauses.decp.samples import contract, file_of, read

REMEDY = re.compile(
    r"rien à faire|corriger|complétez|vérifiez|choisissez|saisissez|retrouvez|remplacez|précisez|relisez|gardé|"
    r"retenu|n’est pas reprise|reconnue|comme le veut la règle|téléchargez|découpez|décompressez|propose|ce n’est pas",
    re.IGNORECASE,
)


@pytest.mark.parametrize("template", [*messages.REMARKS.values(), *messages.FAULTS.values()])
def test_a_message_is_typeset_and_says_what_to_do(template: str) -> None:
    assert REMEDY.search(template)
    assert template.endswith(".")
    assert not re.search(r"[ \u00a0][:;!?%»]|« |\u202f€| €|'", template)


def test_every_remark_and_every_fault_has_its_message() -> None:
    assert set(messages.REMARKS) == set(Remark)
    assert set(messages.FAULTS) == set(FileFault)


@pytest.mark.parametrize("remark", [remark for remark in Remark if remark != Remark.ENCODING])
def test_a_remark_names_its_field_and_quotes_what_was_read(remark: Remark) -> None:
    names = {name for _, name, _, _ in Formatter().parse(messages.REMARKS[remark]) if name}
    assert "field" in names
    assert names & {"value", "detail"} or remark in {Remark.NO_ID, Remark.NO_BUYER, Remark.MISSING}


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("", "Enregistrement"),
        ("montant", "Montant"),
        ("titulaires[1].id", "Identifiant du titulaire 2"),
        ("modifications[0].titulaires[2].id", "Modification 1, identifiant du titulaire 3"),
        ("actesSousTraitance[4].montant", "Acte de sous-traitance 5, montant"),
        ("inconnu", "inconnu"),
    ],
)
def test_a_field_has_a_french_name(path: str, label: str) -> None:
    assert messages.field_label(path) == label


def test_a_whole_message_reads_as_a_sentence() -> None:
    notice = Notice(Level.WARNING, Remark.CPV_REPAIRED, "codeCPV", "9310000", "09310000")
    assert notice.message == (
        "Code CPV\u202f: «\u202f9310000\u202f» a été lu «\u202f09310000\u202f»\u202f: 8 chiffres, zéro de tête compris. "
        "Rien à faire si c’est bien ce code."
    )


def test_a_long_or_broken_value_is_quoted_in_one_short_line() -> None:
    [record] = read(file_of(contract(nature="Ma\x00r\n{value}\ud800 " * 50_000))).records
    [notice] = record.notices
    assert notice.value.startswith("Mar {value}\ufffd Mar")
    assert len(notice.value) <= messages.SHOWN + 1
    assert notice.value in notice.message


def test_every_field_that_a_reading_names_has_a_french_name() -> None:
    wrong: dict[str, object] = {
        name: {"a": True}
        for name in contract()
        if name not in ("id", "acheteur", "titulaires", "lieuExecution")
    }
    reading = read(
        file_of(
            contract(
                **wrong,
                idAccordCadre=[1],
                source=[1],
                titulaires=[{"typeIdentifiant": "X", "id": [], "denominationSociale": {"a": 1}}],
                lieuExecution={"code": [1], "typeCode": "X", "nom": [1]},
                modifications=[{"id": "x", "objetModification": [1], "montant": "x", "dureeMois": "x"}, 5],
                actesSousTraitance=[{"id": "x", "sousTraitant": {"id": "1", "typeIdentifiant": "X"}}, 5],
                modificationsActesSousTraitance=[{"dateNotificationModificationSousTraitance": "x"}, 5],
            )
        )
    )
    [record] = reading.records
    for notice in record.notices:
        label = messages.field_label(notice.field)
        assert label[0].isupper(), notice.field
        assert not re.search(r"[a-z][A-Z]", label.replace("d’ex", "")), notice.field
