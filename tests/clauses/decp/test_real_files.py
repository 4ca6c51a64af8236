"""Real and official files (`../shared/data/decp`): every element is kept, merged or refused, and counted."""

import gzip
import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from clauses.decp.choices import FileFault, Outcome, Remark, SocialConsideration
from clauses.decp.rules import reader
from clauses.decp.rules.decoding import Unreadable
from clauses.decp.rules.merging import Known, compare, fingerprint
from clauses.decp.rules.records import Reading, Record
from tests.clauses.decp.samples import TODAY

FOLDER: Path = settings.BASE_DIR.parent / "shared" / "data" / "decp"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files (../shared/data/decp) are not here"
)

R = Remark
AIFE = "v1_2018_2019/decp_aife.public.json.gz"
E_MARCHES = "v1_2018_2019/decp_e-marchespublics.public.json.gz"
M_INFO = "v1_2018_2019/decp_marches-publics.info.public.json.gz"
PES = "v1_2018_2019/decp_pes.public.json.gz"
ESSONNE_V1 = "essonne/decp_v1_essonne.public.json"
ESSONNE_V2 = "essonne/DERIVE_essonne_forme_v2.public.json"
EXAMPLES = "v2_exemples_officiels/json/"
FIXTURES = "v2_fixtures/"

COUNTS = {
    AIFE: (2948, 2798, 140, 10),
    E_MARCHES: (305, 278, 27, 0),
    M_INFO: (3096, 3083, 13, 0),
    PES: (729, 723, 6, 0),
    ESSONNE_V1: (81, 81, 0, 0),
    ESSONNE_V2: (81, 81, 0, 0),
    EXAMPLES + "concessions.json": (2, 2, 0, 0),
    EXAMPLES + "concessions_avec_modifications.json": (2, 2, 0, 0),
    EXAMPLES + "marches_avec_modifications.json": (2, 2, 0, 0),
    EXAMPLES + "marches_concessions.json": (4, 4, 0, 0),
    FIXTURES + "decp_processing_test_2019.json": (2, 2, 0, 0),
    FIXTURES + "decp_processing_test_2022.json": (5, 5, 0, 0),
    FIXTURES + "eclaireur_ci_raw_marches.json": (3, 3, 0, 0),
}
"""Elements read, kept, merged, refused."""


@cache
def reading_of(name: str) -> Reading:
    with (FOLDER / name).open("rb") as file:
        return reader.read(file, today=TODAY)


def raw_contracts(name: str) -> list[dict[str, Any]]:
    """Return the raw elements of a file, read by other means than ours."""
    content = (FOLDER / name).read_bytes()
    marches = json.loads(gzip.decompress(content) if name.endswith(".gz") else content)["marches"]
    return marches if isinstance(marches, list) else [one for section in marches.values() for one in section]


def raw_key(raw: dict[str, Any]) -> tuple[str, str] | None:
    buyer = raw.get("acheteur") or raw.get("autoriteConcedante") or {}
    number = raw.get("acheteur.id") or buyer.get("id")
    return (number, raw["id"]) if number and number.strip("0") and raw.get("id") else None


@pytest.mark.parametrize("name", COUNTS)
def test_every_element_of_a_real_file_is_kept_merged_or_refused(name: str) -> None:
    reading, raws = reading_of(name), raw_contracts(name)
    summary = reader.summarise(reading)
    assert (summary.read, summary.kept, summary.merged, summary.refused) == COUNTS[name]
    assert summary.read == len(raws)
    ranks = [record.position.rank for record in reading.records]
    ranks += [refusal.position.rank for refusal in reading.refusals]
    ranks += [merged.position.rank for merged in reading.merged]
    assert sorted(ranks) == list(range(1, len(raws) + 1))
    assert {record.key for record in reading.records} == {key for raw in raws if (key := raw_key(raw))}


def test_no_real_file_is_forgotten() -> None:
    names = [
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json*") if "schema" not in path.parts
    ]
    assert set(names) == set(COUNTS)


@pytest.mark.parametrize("name", COUNTS)
def test_two_readings_of_a_real_file_are_equal(name: str) -> None:
    first, second = reading_of(name), reading_of.__wrapped__(name)
    assert first == second
    assert list(map(fingerprint, first.records)) == list(map(fingerprint, second.records))


@pytest.mark.parametrize("name", [name for name in COUNTS if name.startswith(EXAMPLES)])
def test_official_examples_have_their_social_clause_and_criterion(name: str) -> None:
    for record in reading_of(name).records:
        assert record.social == (SocialConsideration.CLAUSE, SocialConsideration.CRITERION)
        assert R.MISSING not in {notice.code for notice in record.notices}


def test_official_concessions_keep_their_two_holders_and_their_amendment() -> None:
    records = reading_of(EXAMPLES + "concessions_avec_modifications.json").records
    for record in records:
        assert [operator.id for operator in record.contractors] == ["38103128500491", "38103128500574"]
        assert [amendment.months for amendment in record.amendments] == [14]
    assert all(record.is_concession for record in records)


def test_the_two_shapes_of_the_81_contracts_of_essonne_say_the_same() -> None:
    old, new = reading_of(ESSONNE_V1).records, reading_of(ESSONNE_V2).records

    def content(record: Record) -> tuple[object, ...]:
        place = record.place and (record.place.kind, record.place.code, record.place.is_sound)
        companies = [(operator.kind, operator.id) for operator in record.contractors]
        return (
            record.key,
            record.object,
            record.cpv,
            record.procedure,
            place,
            record.months,
            record.notified_on,
            record.published_on,
            record.amount,
            record.price_types,
            companies,
            record.social,
        )

    assert [content(record) for record in old] == [content(record) for record in new]
    assert all(record.buyer.name for record in old)
    assert not any(record.buyer.name for record in new)
    assert {record.social for record in new} == {None}


def test_essonne_is_recognised_by_its_places() -> None:
    departements = [record.place.departement for record in reading_of(ESSONNE_V1).records if record.place]
    assert len(departements) == 81
    assert departements.count("91") == 79


DIRT = {
    (AIFE, R.TEXT_BROKEN, "objet"): 2064,
    (AIFE, R.MISSING, "dateNotification"): 1577,
    (AIFE, R.CPV_REPAIRED, "codeCPV"): 66,
    (AIFE, R.REPEATED, "id"): 91,
    (AIFE, R.CONTRACTORS_UNITED, "titulaires"): 3,
    (AIFE, R.NUMBER_AS_TEXT, "valeurGlobale"): 3,
    (E_MARCHES, R.SEVERAL_LOTS, "id"): 5,
    (E_MARCHES, R.DATE_ORDER, "datePublicationDonnees"): 11,
    (M_INFO, R.TEXT_CLEANED, "objet"): 202,
    (M_INFO, R.DATE_ZONE, "dateNotification"): 154,
    (M_INFO, R.DATE_IMPLAUSIBLE, "dateNotification"): 2,
    (M_INFO, R.PLACE_REPAIRED, "lieuExecution.code"): 78,
    (M_INFO, R.IDENTIFIER_SHAPE, "titulaires.id"): 31,
    (M_INFO, R.SIREN_ONLY, "titulaires.id"): 10,
    (M_INFO, R.AMOUNT_PLACEHOLDER, "montant"): 17,
    (PES, R.DATE_ZONE, "dateNotification"): 723,
    (PES, R.UNREADABLE, "codeCPV"): 10,
    (PES, R.PLACE_CODE, "lieuExecution.code"): 52,
    (FIXTURES + "decp_processing_test_2022.json", R.DURATION_UNKNOWN, "dureeMois"): 1,
    (FIXTURES + "decp_processing_test_2022.json", R.UNREADABLE, "modifications.titulaires"): 4,
    (FIXTURES + "decp_processing_test_2022.json", R.AMOUNT_IMPOSSIBLE, "montant"): 1,
    (FIXTURES + "eclaireur_ci_raw_marches.json", R.NUMBER_AS_TEXT, "dureeMois"): 3,
}


@pytest.mark.parametrize(("name", "remark", "field"), DIRT)
def test_known_dirt_is_found_and_counted(name: str, remark: Remark, field: str) -> None:
    assert reader.summarise(reading_of(name)).warnings[remark, field] == DIRT[name, remark, field]


def test_lots_of_one_school_are_all_there() -> None:
    [school] = [
        record
        for record in reading_of(E_MARCHES).records
        if record.key == ("21590220600014", "2018000000001500")
    ]
    amounts = {school.amount, *(variant.amount for variant in school.variants)}
    assert amounts == {380000, 19600, 88275}


def test_importing_all_files_twice_in_any_order_changes_nothing() -> None:
    readings = [reading_of(name) for name in COUNTS]
    for order in (readings, readings[::-1]):
        store: dict[tuple[str, str], Known] = {}
        first = [imported(record, store) for reading in order for record in reading.records]
        second = [imported(record, store) for reading in order for record in reading.records]
        third = [imported(record, store) for reading in reversed(order) for record in reading.records]
        assert first.count(Outcome.CREATED) == len(store)
        assert set(second) == set(third) == {Outcome.UNCHANGED, Outcome.KEPT}


def imported(record: Record, store: dict[tuple[str, str], Known]) -> Outcome:
    """Do what an import does with a record, in a dictionary."""
    decided, _ = compare(record, store.get(record.key))
    if decided in (Outcome.CREATED, Outcome.UPDATED):
        store[record.key] = Known(
            fingerprint(record), record.publisher, record.last_published_on, record.additions, record.amount
        )
    return decided


@pytest.mark.parametrize("name", ["Contrat-concession-modification", "Contrat-concession", "Marche"])
def test_official_xml_is_refused_for_what_it_is(name: str) -> None:
    with pytest.raises(Unreadable, match="seul le JSON est lu") as caught:
        reading_of(f"v2_exemples_officiels/xml/{name}.xml")
    assert caught.value.code == FileFault.XML


def test_a_real_file_cut_in_the_middle_is_truncated() -> None:
    content = (FOLDER / ESSONNE_V1).read_bytes()
    with pytest.raises(Unreadable) as caught:
        reader.read(BytesIO(content[: len(content) // 2]), today=TODAY)
    assert caught.value.code == FileFault.TRUNCATED
