"""Whatever a file holds, nothing crashes, nothing is lost, nothing changes from one reading to the next."""

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clauses.decp.rules.decoding import Unreadable
from clauses.decp.rules.merging import fingerprint
from clauses.decp.rules.reader import summarise
from tests.clauses.decp.samples import BUYER, CONTRACT, contract, file_of, read

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Documents of any shape take long to invent on a busy machine."""

FIELDS = [
    *CONTRACT,
    "autoriteConcedante",
    "concessionnaires",
    "valeurGlobale",
    "dateSignature",
    "modifications",
    "actesSousTraitance",
    "modificationsActesSousTraitance",
    "idAccordCadre",
    "source",
    "_type",
    "acheteur.id",
    "lieuExecution.code",
]
NAMES = st.sampled_from(
    [
        "id",
        "typeIdentifiant",
        "titulaire",
        "code",
        "typeCode",
        "nom",
        "modification",
        "montant",
        "dureeMois",
        "a.b",
    ]
)
LIKELY = st.sampled_from(
    [
        "",
        "NC",
        "nan",
        "2025-03-10",
        "0218-12-26",
        "1.2E+12",
        "12,5",
        "91228",
        "45214200-2",
        BUYER,
        "SIRET",
        "Marché",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=40)
    | st.text("0123456789 .,-/:TZ+€E", max_size=25)
    | LIKELY
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def assert_storable(text: str) -> None:
    assert "\x00" not in text
    text.encode()


@UNHURRIED
@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8))
@example({"montant": 10**400, "dureeMois": float("inf"), "id": float("nan")})
@example({"objet": "\ud800\x00", "titulaires": [{"id": "\udfff", "denominationSociale": "\x00"}]})
@example({"dureeMois": 1e-300, "montant": 5e-324, "modifications": [{"id": 1e308}]})
def test_any_value_in_any_field_is_read_or_refused(changes: dict[str, Any]) -> None:
    content = file_of(contract(**changes))
    reading = read(content)
    summary = summarise(reading)
    assert (summary.read, summary.merged) == (1, 0)
    for record in reading.records:
        assert 0 < len(record.id) <= 64
        assert len(record.buyer.id) in (9, 14)
        assert len(record.object) <= 1000
        assert record.months is None or 1 <= record.months <= 1200
        assert record.amount is None or record.amount == round(record.amount, 2) >= 0
        assert_storable(
            repr((record.id, record.publisher, record.place, record.contractors, record.amendments))
        )
    for notices in [record.notices for record in reading.records] + [one.notices for one in reading.refusals]:
        for notice in notices:
            assert_storable(notice.value + notice.detail + notice.field)
            assert_storable(notice.message)
    assert list(map(fingerprint, read(content).records)) == list(map(fingerprint, reading.records))


@UNHURRIED
@given(VALUES)
def test_any_document_is_read_or_refused_in_words(document: object) -> None:
    try:
        reading = read(json.dumps(document).encode())
    except Unreadable as fault:
        assert_storable(fault.message)
    else:
        assert isinstance(document, list | dict)
        assert summarise(reading).read == len(reading.records) + len(reading.refusals) + len(reading.merged)


@UNHURRIED
@given(st.binary(max_size=200))
@example(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
@example(b"\xff\xfe{\x00")
@example(b"\xef\xbb\xbf[\x00]")
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        read(content)
    except Unreadable as fault:
        assert_storable(fault.message)


@UNHURRIED
@given(st.lists(st.fixed_dictionaries({
    "id": st.sampled_from(["1", "2"]),
    "montant": st.sampled_from([50000, 60000]),
    "datePublicationDonnees": st.sampled_from(["2025-04-02", "2025-05-02"]),
    "titulaires": st.sampled_from([CONTRACT["titulaires"], []]),
}), max_size=6), st.randoms())  # fmt: skip
def test_merging_loses_nothing_and_counts_everything(changes: list[dict[str, Any]], random: Any) -> None:
    contracts = [contract(**change) for change in changes]
    reading = read(file_of(*contracts))
    assert len(reading.records) == len({change["id"] for change in changes})
    assert summarise(reading).read == len(contracts)
    kept = {record.position for record in reading.records}
    gathered = {one.position for one in reading.merged}
    assert not kept & gathered
    assert len(kept | gathered) == len(contracts)
    for record in reading.records:
        amounts = {record.amount} | {variant.amount for variant in record.variants}
        assert amounts == {change["montant"] for change in changes if change["id"] == record.id}
        dates = [change["datePublicationDonnees"] for change in changes if change["id"] == record.id]
        assert str(record.published_on) == max(dates)
    random.shuffle(contracts)
    assert {record.key for record in read(file_of(*contracts)).records} == {
        record.key for record in reading.records
    }
