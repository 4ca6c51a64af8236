"""The format in force names nobody: what an earlier publication told stays."""

from typing import Any

import pytest

from clauses.decp.rules.naming import Names, complete
from clauses.decp.rules.places import located
from tests.clauses.decp.samples import (
    BUYER,
    COMPANY,
    OTHER_COMPANY,
    contract,
    contractor,
    file_of,
    read,
    record_of,
)

KNOWN = Names(
    buyer="Mairie d’Évry",
    places={("COMMUNE", "91228"): "Évry"},
    companies={("SIRET", COMPANY): "Bâti-Sud", ("SIRET", OTHER_COMPANY): "Couleurs du Val"},
)


def test_a_record_without_names_takes_those_that_are_known() -> None:
    change = {"id": 1, "titulaires": [contractor(OTHER_COMPANY)]}
    record = complete(record_of(modifications=[{"modification": change}]), KNOWN)
    assert record.buyer.name == "Mairie d’Évry"
    assert record.place
    assert record.place.name == "Évry"
    assert [one.name for one in record.contractors] == ["Bâti-Sud"]
    assert [one.name for one in record.amendments[0].contractors] == ["Couleurs du Val"]


def test_the_names_of_a_record_win() -> None:
    record = record_of(
        acheteur={"id": BUYER, "nom": "Ville d’Évry-Courcouronnes"},
        lieuExecution={"code": "91228", "typeCode": "Code commune", "nom": "Place des Droits"},
        titulaires=[contractor(COMPANY, denominationSociale="BATI SUD SAS")],
    )
    assert complete(record, KNOWN) == record


def test_a_name_is_only_given_to_the_same_number() -> None:
    record = complete(
        record_of(
            titulaires=[contractor("34299394600041")],
            lieuExecution={"code": "91228", "typeCode": "Code postal"},
        ),
        KNOWN,
    )
    assert record.contractors[0].name == ""
    assert record.place
    assert record.place.name == ""


def test_the_companies_of_other_lots_are_named_too() -> None:
    lots = [contract(montant=amount, titulaires=[contractor(COMPANY)]) for amount in (1000, 2000)]
    [record] = read(file_of(*lots)).records
    assert [one.contractors[0].name for one in complete(record, KNOWN).variants] == ["Bâti-Sud"]


TABLE = {"91228": "Évry-Courcouronnes", "91390": "Le Mérévillois", "91200": "Dourdan"}
POSTAL = {"91390", "91200", "91000"}


@pytest.mark.parametrize(
    ("place", "insee"),
    [
        ({"code": "91228", "typeCode": "Code commune"}, "91228"),
        ({"code": "91182", "typeCode": "Code commune"}, "91228"),
        ({"code": "91222", "typeCode": "Code commune"}, "91390"),
        ({"code": "91210", "typeCode": "Code commune", "nom": "Draveil"}, None),
        ({"code": "91228", "typeCode": "Code postal"}, None),
        ({"code": "91390", "typeCode": "Code commune"}, "91390"),
        ({"code": "91390", "typeCode": "Code commune", "nom": "MORSANG SUR ORGE"}, None),
        ({"code": "91390", "typeCode": "Code commune", "nom": "Mairie, Le Mérévillois"}, "91390"),
        ({"code": "91228", "typeCode": "Code commune", "nom": "Groupe scolaire"}, "91228"),
        ({"code": "91", "typeCode": "Code département"}, None),
        (None, None),
    ],
)
def test_a_place_leads_to_a_commune_of_the_table_or_stays_a_text(
    place: dict[str, Any] | None, insee: str | None
) -> None:
    assert located(record_of(lieuExecution=place).place, names=TABLE, postal_codes=POSTAL) == insee
