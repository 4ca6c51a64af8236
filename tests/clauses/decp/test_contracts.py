"""A contract is refused only when nothing identifies it; the rest is kept, with what is odd in it."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clauses.decp.choices import (
    IdentifierKind,
    Level,
    Nature,
    Procedure,
    Remark,
    SocialConsideration,
    Verdict,
)
from clauses.decp.rules.records import Amendment, Operator, Subcontract
from tests.clauses.decp.samples import (
    BUYER,
    COMPANY,
    OTHER_COMPANY,
    contract,
    contractor,
    file_of,
    read,
    record_of,
    told,
)

R = Remark
FIRST = Operator(IdentifierKind.SIRET, COMPANY, Verdict.VALID)
SECOND = Operator(IdentifierKind.SIRET, OTHER_COMPANY, Verdict.VALID)


@pytest.mark.parametrize(
    ("raw", "reason", "field"),
    [
        ("un texte", R.NOT_AN_OBJECT, ""),
        (None, R.NOT_AN_OBJECT, ""),
        (12, R.NOT_AN_OBJECT, ""),
        ([contract()], R.NOT_AN_OBJECT, ""),
        (contract(id=...), R.NO_ID, "id"),
        (contract(id="  "), R.NO_ID, "id"),
        (contract(id="\x00"), R.NO_ID, "id"),
        (contract(id=["1"]), R.NO_ID, "id"),
        (contract(id="9" * 65), R.ID_TOO_LONG, "id"),
        (contract(acheteur=...), R.NO_BUYER, "acheteur"),
        (contract(acheteur={}), R.NO_BUYER, "acheteur.id"),
        (contract(acheteur={"id": None}), R.NO_BUYER, "acheteur.id"),
        (contract(acheteur={"id": {}}), R.NO_BUYER, "acheteur.id"),
        (contract(acheteur={"id": "00000000000000"}), R.BUYER_UNUSABLE, "acheteur.id"),
        (contract(acheteur={"id": "2191022820001"}), R.BUYER_UNUSABLE, "acheteur.id"),
        (contract(acheteur={"id": "Ville de Massy"}), R.BUYER_UNUSABLE, "acheteur.id"),
        (contract(acheteur={"id": 2.1910228e13}), R.BUYER_UNUSABLE, "acheteur.id"),
    ],
)
def test_what_nothing_identifies_is_refused_and_says_why(raw: object, reason: Remark, field: str) -> None:
    reading = read(file_of(contract(), raw))
    [refusal] = reading.refusals
    refusing = [notice for notice in refusal.notices if notice.level == Level.REFUSAL]
    assert [(notice.code, notice.field) for notice in refusing] == [(reason, field)]
    assert (len(reading.records), refusal.position.rank, refusal.position.path) == (1, 2, "marches.marche[1]")


def test_every_reason_of_a_refusal_is_told_at_once() -> None:
    [refusal] = read(file_of({"objet": "Sans rien"})).refusals
    assert told(refusal.notices) == {(R.NO_ID, "id"), (R.NO_BUYER, "acheteur")}


@pytest.mark.parametrize(
    ("raw", "number", "oddity"),
    [
        ("2025M0042", "2025M0042", None),
        (" 2018MAPA062/0200 ", "2018MAPA062/0200", None),
        (20181102, "20181102", None),
        ("1" * 16, "1" * 16, None),
        ("1" * 17, "1" * 17, R.ID_OVER_LIMIT),
        ("1" * 64, "1" * 64, R.ID_OVER_LIMIT),
    ],
)
def test_a_number_of_contract_is_kept_as_it_is(raw: Any, number: str, oddity: Remark | None) -> None:
    record = record_of(id=raw)
    assert record.id == number
    assert told(record.notices) == ({(oddity, "id")} if oddity else set())


@pytest.mark.parametrize(
    ("raw", "number", "verdict", "oddities"),
    [
        ({"id": BUYER}, BUYER, Verdict.VALID, set()),
        ({"id": f"\t{BUYER} "}, BUYER, Verdict.VALID, set()),
        ({"id": int(BUYER)}, BUYER, Verdict.VALID, set()),
        (BUYER, BUYER, Verdict.VALID, set()),
        ({"id": "219 102 282 00015"}, BUYER, Verdict.VALID, {R.IDENTIFIER_REPAIRED}),
        ({"id": "21910228200016"}, "21910228200016", Verdict.WRONG_KEY, {R.IDENTIFIER_KEY}),
        ({"id": "219102282"}, "219102282", Verdict.SIREN, {R.SIREN_ONLY}),
        ({"id": 8728124200013}, "08728124200013", Verdict.VALID, {R.IDENTIFIER_REPAIRED}),
    ],
)
def test_a_buyer_is_known_by_a_siret_or_a_siren(
    raw: Any, number: str, verdict: Verdict, oddities: set[Remark]
) -> None:
    record = record_of(acheteur=raw)
    assert (record.buyer.id, record.buyer.verdict) == (number, verdict)
    assert {notice.code for notice in record.notices} == oddities


def test_keys_that_a_table_flattened_are_understood() -> None:
    flat = contract(acheteur=...) | {
        "acheteur.id": BUYER,
        "acheteur.nom": "Commune",
        "lieuExecution.nom": "Évry",
    }
    [record] = read(file_of(flat)).records
    assert (record.buyer.id, record.buyer.name) == (BUYER, "Commune")
    assert record.place is not None
    assert (record.place.code, record.place.name) == ("91228", "Évry")


def test_compulsory_fields_that_are_absent_are_told_one_by_one() -> None:
    [record] = read(file_of({"id": "1", "acheteur": {"id": BUYER}})).records
    assert told(record.notices) == {
        (R.MISSING, name)
        for name in (
            "objet", "nature", "procedure", "dureeMois", "datePublicationDonnees", "codeCPV", "lieuExecution",
            "dateNotification", "montant", "titulaires", "considerationsSociales",
        )
    }  # fmt: skip


def test_the_format_of_2017_is_not_blamed_for_what_it_did_not_have() -> None:
    text = json.dumps({"marches": [contract(considerationsSociales=...)]})
    [record] = read(text.encode()).records
    assert (record.social, record.notices) == (None, ())


@pytest.mark.parametrize(
    "raw",
    [
        [contractor(COMPANY), contractor(OTHER_COMPANY)],
        [{"typeIdentifiant": "SIRET", "id": COMPANY}, {"typeIdentifiant": "SIRET", "id": OTHER_COMPANY}],
        [[[contractor(COMPANY)]], [contractor(OTHER_COMPANY), []]],
        {"titulaire": [contractor(COMPANY), contractor(OTHER_COMPANY)["titulaire"]]},
        [contractor(COMPANY), contractor(OTHER_COMPANY), contractor(COMPANY)],
    ],
)
def test_contractors_are_found_however_they_are_nested(raw: Any) -> None:
    record = record_of(titulaires=raw)
    assert (record.contractors, record.notices) == ((FIRST, SECOND), ())


def test_a_contractor_that_is_no_object_is_told_and_the_others_are_kept() -> None:
    record = record_of(titulaires=[{"titulaire": "typeIdentifiant"}, contractor(COMPANY), {"titulaire": 5}])
    assert record.contractors == (FIRST,)
    assert told(record.notices) == {(R.UNREADABLE, "titulaires[0]"), (R.UNREADABLE, "titulaires[2]")}


def test_a_contractor_without_number_is_kept_by_its_name() -> None:
    record = record_of(titulaires=[contractor("", denominationSociale="ANT NEURO"), contractor("")])
    assert record.contractors == (Operator(IdentifierKind.SIRET, "", Verdict.UNCHECKED, "ANT NEURO"),)
    assert told(record.notices) == {(R.MISSING, "titulaires[0].id"), (R.MISSING, "titulaires[1].id")}


def test_amendments_keep_what_they_change() -> None:
    record = record_of(
        modifications=[
            {
                "modification": {
                    "id": 1,
                    "dateNotificationModification": "2025-09-01",
                    "datePublicationDonneesModification": "2025-09-20",
                    "montant": 700000,
                    "dureeMois": 16,
                    "titulaires": [[contractor(OTHER_COMPANY)]],
                }
            },
            {"objetModification": "Avenant 2", "datePublicationDonneesModification": "2025-12-01+01:00"},
            "avenant",
        ]
    )
    assert record.amendments == (
        Amendment(1, "", date(2025, 9, 1), date(2025, 9, 20), Decimal("700000.00"), 16, (SECOND,)),
        Amendment(None, "Avenant 2", None, date(2025, 12, 1), None, None),
    )
    assert record.last_published_on == date(2025, 12, 1)
    assert told(record.notices) == {
        (R.DATE_ZONE, "modifications[1].datePublicationDonneesModification"),
        (R.UNREADABLE, "modifications[2]"),
    }


def test_acts_of_subcontracting_and_their_changes_are_read() -> None:
    act = {
        "id": 3,
        "sousTraitant": {"typeIdentifiant": "SIRET", "id": OTHER_COMPANY},
        "dureeMois": 3,
        "dateNotification": "2025-05-02",
        "montant": 219149.69,
        "datePublicationDonnees": "2025-05-10",
    }
    change = {"id": 3, "dateNotificationModificationSousTraitance": "2025-08-07", "montant": 251300}
    record = record_of(
        actesSousTraitance=[{"acteSousTraitance": act}],
        modificationsActesSousTraitance=[{"modificationActeSousTraitance": change}],
    )
    assert record.subcontracts == (
        Subcontract(3, SECOND, date(2025, 5, 2), date(2025, 5, 10), Decimal("219149.69"), 3),
    )
    assert record.subcontract_changes == (
        Subcontract(3, None, date(2025, 8, 7), None, Decimal("251300.00"), None),
    )
    assert record.notices == ()


CONCESSION = {
    "id": "201875CO00",
    "autoriteConcedante": {"id": BUYER, "nom": "Agglomération"},
    "nature": "Délégation de service public",
    "objet": "Transports de personnes",
    "procedure": "Procédure négociée restreinte",
    "dureeMois": 84,
    "dateSignature": "2024-12-05",
    "datePublicationDonnees": "2025-01-10",
    "valeurGlobale": "12428862.00",
    "concessionnaires": [{"concessionnaire": {"typeIdentifiant": "SIRET", "id": COMPANY}}],
    "considerationsSociales": {"considerationSociale": ["Concession réservée"]},
    "modifications": [
        {"modification": {"id": 1, "dateSignatureModification": "2025-04-19", "valeurGlobale": 13e6}}
    ],
}


@pytest.mark.parametrize(
    "document",
    [
        {"marches": {"contrat-concession": [CONCESSION]}},
        {"marches": {"marche": [{**CONCESSION, "_type": "Contrat de concession"}]}},
        {"marches": {"marche": [CONCESSION]}},
    ],
)
def test_a_concession_is_read_under_its_own_names(document: object) -> None:
    [record] = read(json.dumps(document).encode()).records
    assert record.is_concession
    assert (record.buyer.name, record.contractors) == ("Agglomération", (FIRST,))
    assert (record.notified_on, record.amount) == (date(2024, 12, 5), Decimal("12428862.00"))
    assert (record.nature, record.procedure) == (
        Nature.PUBLIC_SERVICE_DELEGATION,
        Procedure.NEGOTIATED_RESTRICTED,
    )
    assert record.social == (SocialConsideration.RESERVED,)
    assert record.amendments == (Amendment(1, "", date(2025, 4, 19), None, Decimal("13000000.00"), None),)
    assert told(record.notices) == {(R.NUMBER_AS_TEXT, "valeurGlobale")}


def test_empty_fields_of_concessions_do_not_make_a_contract_one() -> None:
    record = record_of(autoriteConcedante="", valeurGlobale=0.0, concessionnaires="", _type="Marché")
    assert not record.is_concession
    assert (record.amount, record.notices) == (Decimal("640000.50"), ())
