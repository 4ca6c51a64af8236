"""One record per contract: nothing twice, nothing lost, and the same whatever the order of the imports."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clauses.decp.choices import Outcome, Remark
from clauses.decp.rules.merging import Known, compare, fingerprint
from clauses.decp.rules.reader import summarise
from clauses.decp.rules.records import Record
from tests.clauses.decp.samples import (
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
THIRD_COMPANY = "34299394600041"


def companies(record: Record) -> list[str]:
    return [operator.id for operator in record.contractors]


def test_a_contract_written_three_times_is_one() -> None:
    reading = read(file_of(contract(), contract(source="pes"), contract()))
    [record] = reading.records
    assert told(record.notices) == {(R.REPEATED, "id")}
    assert [(one.position.rank, one.into.rank, one.cause) for one in reading.merged] == [
        (1, 3, R.REPEATED),
        (2, 3, R.REPEATED),
    ]
    assert "3 fois" in record.notices[0].message


def test_a_contract_written_once_per_contractor_has_them_all() -> None:
    reading = read(
        file_of(
            contract(),
            contract(titulaires=[contractor(OTHER_COMPANY, denominationSociale="Idées Fermetures")]),
            contract(titulaires=[contractor(THIRD_COMPANY), contractor(COMPANY)]),
        )
    )
    [record] = reading.records
    assert companies(record) == [COMPANY, OTHER_COMPANY, THIRD_COMPANY]
    assert told(record.notices) == {(R.CONTRACTORS_UNITED, "titulaires")}
    assert "Idées Fermetures" in record.notices[0].message
    assert record.variants == ()
    assert len(reading.merged) == 2


@pytest.mark.parametrize("swap", [False, True])
def test_the_last_publication_wins_and_the_other_stays_with_it(swap: bool) -> None:
    first = contract(datePublicationDonnees="2025-04-02", montant=600000)
    second = contract(datePublicationDonnees="2025-06-02", montant=650000, objet="Réhabilitation")
    [record] = read(file_of(*((second, first) if swap else (first, second)))).records
    assert (record.amount, record.published_on) == (Decimal("650000.00"), date(2025, 6, 2))
    [variant] = record.variants
    assert (variant.amount, variant.published_on) == (Decimal("600000.00"), date(2025, 4, 2))
    assert told(record.notices) == {(R.REPLACED, "id")}
    assert "objet, montant" in record.notices[0].message


def test_an_amendment_is_a_later_publication() -> None:
    change = {"id": 1, "datePublicationDonneesModification": "2025-09-20", "montant": 700000}
    amended = contract(modifications=[{"modification": change}])
    [record] = read(file_of(amended, contract())).records
    assert (len(record.amendments), len(record.variants)) == (1, 1)


def test_a_dated_publication_wins_over_an_undated_one() -> None:
    [record] = read(file_of(contract(), contract(datePublicationDonnees=None, dateNotification=None))).records
    assert record.notified_on == date(2025, 3, 10)


def test_lots_that_share_a_number_are_told_and_none_is_lost() -> None:
    lots = [
        contract(objet=f"Lot {number}", montant=amount, titulaires=[contractor(company)])
        for number, amount, company in (
            (1, 380000, COMPANY),
            (16, 19600, OTHER_COMPANY),
            (17, 88275, THIRD_COMPANY),
        )
    ]
    reading = read(file_of(*lots))
    [record] = reading.records
    assert (record.object, companies(record)) == ("Lot 17", [THIRD_COMPANY])
    assert [(variant.object, variant.contractors[0].id) for variant in record.variants] == [
        ("Lot 1", COMPANY),
        ("Lot 16", OTHER_COMPANY),
    ]
    assert told(record.notices) == {(R.SEVERAL_LOTS, "id")}
    message = record.notices[0].message
    assert "3 contrats" in message
    assert "380\u202f000\u00a0€" in message
    assert {one.cause for one in reading.merged} == {R.SEVERAL_LOTS}


def test_two_sources_that_disagree_on_the_amount_are_told() -> None:
    pes = contract(source="pes", montant=552000, datePublicationDonnees="2025-05-01")
    [record] = read(file_of(contract(source="marches-publics.info", montant=138000), pes)).records
    assert told(record.notices) == {(R.REPLACED, "id"), (R.AMOUNT_DISPUTED, "montant")}
    disputed = record.notices[-1].message
    assert "552\u202f000\u00a0€ ici, 138\u202f000\u00a0€ selon marches-publics.info" in disputed


def test_the_same_number_at_another_buyer_is_another_contract() -> None:
    reading = read(file_of(contract(), contract(acheteur={"id": COMPANY})))
    assert len(reading.records) == 2
    assert reading.merged == ()


def test_a_summary_counts_every_element_once() -> None:
    reading = read(
        file_of(contract(), contract(), contract(id="2", montant=0), contract(id=None), "x", contract(id="3"))
    )
    summary = summarise(reading)
    assert (summary.read, summary.kept, summary.merged, summary.refused) == (6, 3, 1, 2)
    assert summary.warnings == {(R.REPEATED, "id"): 1, (R.AMOUNT_PLACEHOLDER, "montant"): 1}


def test_a_summary_counts_a_field_of_a_list_under_one_name() -> None:
    wrong = [contractor("55204599900860"), contractor("48459343900030")]
    summary = summarise(read(file_of(contract(titulaires=wrong))))
    assert summary.warnings == {(R.IDENTIFIER_KEY, "titulaires.id"): 2}


SAME: list[dict[str, Any]] = [
    {"source": "pes"},
    {"uuid": "290A20FFE4D2242D6A502E85BA352791"},
    {"montant": "640 000,50 €"},
    {"dateNotification": "2025-03-10+01:00"},
    {"objet": "  Réhabilitation du<br/>groupe scolaire"},
    {"nature": "MARCHE"},
    {"donneesExecution": []},
]
OTHER: list[dict[str, Any]] = [
    {"montant": 640000.51},
    {"dureeMois": 15},
    {"objet": "Réhabilitation des groupes scolaires"},
    {"dateNotification": None},
    {"datePublicationDonnees": "2025-04-03"},
    {"titulaires": [contractor(OTHER_COMPANY)]},
    {"titulaires": [contractor(COMPANY, denominationSociale="Nom")]},
    {"considerationsSociales": None},
    {"considerationsSociales": ["Pas de considération sociale"]},
    {"lieuExecution": {"code": "91228", "typeCode": "Code postal"}},
    {"idAccordCadre": "2024AC1"},
    {"modifications": [{"id": 1}]},
    {"actesSousTraitance": [{"acteSousTraitance": {"id": 1}}]},
]


@pytest.mark.parametrize("change", SAME, ids=lambda change: next(iter(change)))
def test_a_fingerprint_ignores_how_and_by_whom_a_contract_is_written(change: dict[str, Any]) -> None:
    assert fingerprint(record_of(**change)) == fingerprint(record_of())


@pytest.mark.parametrize("change", OTHER, ids=lambda change: next(iter(change)))
def test_a_fingerprint_sees_every_change_of_content(change: dict[str, Any]) -> None:
    assert fingerprint(record_of(**change)) != fingerprint(record_of())


def test_a_fingerprint_does_not_depend_on_the_place_nor_on_the_order_of_companies() -> None:
    both = [contractor(COMPANY), contractor(OTHER_COMPANY)]
    alone = record_of(titulaires=both)
    [_, second] = read(file_of(contract(id="1"), contract(titulaires=both[::-1]))).records
    assert fingerprint(alone) == fingerprint(second)


def known(record: Record, **changes: Any) -> Known:
    values: dict[str, Any] = {
        "fingerprint": fingerprint(record),
        "publisher": record.publisher,
        "last_published_on": record.last_published_on,
        "additions": record.additions,
        "amount": record.amount,
    }
    return Known(**(values | changes))


@pytest.mark.parametrize(
    ("before", "now", "comparison", "disputed"),
    [
        (None, {}, Outcome.CREATED, False),
        ({}, {}, Outcome.UNCHANGED, False),
        ({"source": "pes"}, {"source": "aife"}, Outcome.UNCHANGED, False),
        ({}, {"montant": 1000}, Outcome.UPDATED, False),
        ({}, {"datePublicationDonnees": "2025-05-01"}, Outcome.UPDATED, False),
        ({}, {"datePublicationDonnees": "2025-03-20"}, Outcome.KEPT, False),
        ({}, {"datePublicationDonnees": None}, Outcome.KEPT, False),
        ({}, {"modifications": [{"id": 1}]}, Outcome.UPDATED, False),
        ({"modifications": [{"id": 1}]}, {}, Outcome.KEPT, False),
        ({"source": "pes"}, {"source": "aife", "montant": 1000}, Outcome.KEPT, True),
        (
            {"source": "pes"},
            {"source": "aife", "montant": 1000, "datePublicationDonnees": "2025-05-01"},
            Outcome.UPDATED,
            True,
        ),
    ],
)
def test_an_import_creates_updates_or_leaves(
    before: dict[str, Any] | None, now: dict[str, Any], comparison: Outcome, disputed: bool
) -> None:
    stored = None if before is None else known(record_of(**before))
    decided, notices = compare(record_of(**now), stored)
    assert decided == comparison
    assert bool(notices) == disputed
