"""A file becomes spotted contracts: nothing twice, nothing lost, nothing changed by a file that cannot be read."""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clauses.decp.actions import readings
from clauses.decp.choices import Outcome, SpottedStatus
from clauses.decp.models import FileLine, FileReading, SpottedContract
from inclusiv.accounts.models import Organisation
from inclusiv.core.refusals import Refused
from inclusiv.core.stories import tell
from inclusiv.demo.make import accounts
from inclusiv.records.models import AuditEvent
from tests.clauses.decp.conftest import FOLDER, Concurrently, Read
from tests.clauses.decp.samples import BUYER, COMPANY, contract, contractor, file_of
from tests.clauses.decp.test_real_files import COUNTS, ESSONNE_V1, ESSONNE_V2
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db

needs_real_files = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files (../shared/data/decp) are not here"
)


def counts(reading: FileReading) -> dict[str, int]:
    """Return the counts that are not zero."""
    names = ("created", "updated", "unchanged", "kept", "merged", "refused", "others")
    return {name: getattr(reading, name) for name in names if getattr(reading, name)}


def spotted() -> list[Any]:
    """Return every spotted contract with all its columns."""
    return list(SpottedContract.objects.order_by("pk").values())


def lines(reading: FileReading) -> list[tuple[int, str]]:
    return [(line.rank, line.outcome) for line in reading.lines.order_by("rank")]


def test_a_contract_is_kept_whole(read_contracts: Read) -> None:
    read_contracts(contract())
    kept = SpottedContract.objects.get()
    assert (kept.buyer_number, kept.buyer_siren, kept.reference) == (BUYER, BUYER[:9], "2025M0042")
    assert (kept.amount, kept.duration_months, kept.cpv) == (Decimal("640000.50"), 14, "45214200")
    assert (kept.notified_on, kept.published_on) == (date(2025, 3, 10), date(2025, 4, 2))
    assert (kept.bought, kept.department, kept.place_label) == ("WORKS", "91", "Évry-Courcouronnes")
    assert kept.social_labels == ["Clause sociale"]
    assert kept.contractors == [{"kind": "SIRET", "id": COMPANY, "verdict": "VALID", "name": ""}]
    assert kept.content["execution_modes"] == ["TRANCHES"]
    assert kept.status == SpottedStatus.NEW


def test_a_buyer_that_no_format_names_takes_its_official_name(read_contracts: Read) -> None:
    read_contracts(contract(acheteur={"id": "219103777"}), contract(acheteur={"id": "200056232"}))
    assert {one.buyer_label for one in SpottedContract.objects.all()} == {
        "Commune de Massy",
        "Communauté Paris-Saclay (communauté d’agglomération)",
    }


def test_nothing_declared_is_not_no_consideration(read_contracts: Read) -> None:
    none = {"considerationSociale": ["Pas de considération sociale"]}
    read_contracts(
        contract(id="1", considerationsSociales=...), contract(id="2", considerationsSociales=none)
    )
    assert [one.social for one in SpottedContract.objects.order_by("reference")] == [None, ["NONE"]]


def test_each_line_says_what_became_of_it(read_contracts: Read) -> None:
    reading = read_contracts(contract(), contract(), contract(id=None), contract(id="2", montant=1), "x")
    assert counts(reading) == {"created": 2, "merged": 1, "refused": 2}
    assert lines(reading) == [
        (1, Outcome.MERGED),
        (2, Outcome.CREATED),
        (3, Outcome.REFUSED),
        (4, Outcome.CREATED),
        (5, Outcome.REFUSED),
    ]
    merged = reading.lines.get(rank=1)
    assert (merged.into_rank, merged.cause, merged.contract) == (
        2,
        "REPEATED",
        SpottedContract.objects.get(reference="2025M0042"),
    )
    assert reading.lines.get(rank=3).notices[0]["code"] == "NO_ID"
    assert reading.lines.get(rank=4).notices == [
        {"level": "WARNING", "code": "AMOUNT_PLACEHOLDER", "field": "montant", "value": "1", "detail": ""}
    ]
    assert reading.remarks == [["REPEATED", "id", 1], ["AMOUNT_PLACEHOLDER", "montant", 1]]


def test_twice_changes_nothing(read_contracts: Read) -> None:
    content = (contract(), contract(id="2"), contract(id=None))
    read_contracts(*content)
    before = spotted()
    again = read_contracts(*content)
    assert counts(again) == {"unchanged": 2, "refused": 1}
    assert spotted() == before


def test_a_correction_updates_and_a_former_publication_is_not_taken(read_contracts: Read) -> None:
    read_contracts(contract())
    later = contract(montant=700000, datePublicationDonnees="2025-06-01")
    assert counts(read_contracts(later)) == {"updated": 1}
    assert counts(read_contracts(contract())) == {"kept": 1}
    kept = SpottedContract.objects.get()
    assert (kept.amount, kept.published_on) == (Decimal(700000), date(2025, 6, 1))


def test_an_update_changes_neither_the_answer_nor_the_first_day(
    read_contracts: Read, cast: Cast, at: datetime
) -> None:
    read_contracts(contract())
    SpottedContract.objects.update(status=SpottedStatus.DISMISSED)
    first = SpottedContract.objects.get()
    readings.read(
        file=BytesIO(file_of(contract(montant=700000))),
        name="plus-tard.json",
        by=cast.facilitator,
        at=at.replace(month=11),
    )
    updated = SpottedContract.objects.get()
    assert (updated.pk, updated.status, updated.first_seen_at) == (first.pk, "DISMISSED", first.first_seen_at)
    assert (updated.amount, updated.reading.name) == (Decimal(700000), "plus-tard.json")


def test_a_v2_update_keeps_the_names_that_v1_told(read_contracts: Read) -> None:
    read_contracts(
        contract(
            acheteur={"id": BUYER, "nom": "Mairie d’Évry"},
            titulaires=[contractor(COMPANY, denominationSociale="Bâti-Sud")],
            lieuExecution={"code": "91000", "typeCode": "Code postal", "nom": "Centre-ville"},
        )
    )
    v2 = contract(
        montant=700000,
        datePublicationDonnees="2025-06-01",
        lieuExecution={"code": "91000", "typeCode": "Code postal"},
    )
    assert counts(read_contracts(v2)) == {"updated": 1}
    kept = SpottedContract.objects.get()
    assert (kept.amount, kept.buyer_name, kept.place_name) == (
        Decimal(700000),
        "Mairie d’Évry",
        "Centre-ville",
    )
    assert kept.contractor_labels == ["Bâti-Sud"]
    assert counts(read_contracts(v2)) == {"unchanged": 1}


def test_two_sources_that_disagree_are_told_on_the_line(read_contracts: Read) -> None:
    read_contracts(contract(source="pes"))
    reading = read_contracts(contract(source="aife", montant=552000))
    assert counts(reading) == {"kept": 1}
    assert [one["code"] for one in reading.lines.get().notices] == ["AMOUNT_DISPUTED"]


UNREADABLE = {
    "not JSON": b"objet;montant\n",
    "XML": b"<?xml version='1.0'?><marches/>",
    "truncated": file_of(contract(), contract(id="2"))[:-40],
    "empty": b"",
    "no contracts": b'{"data": []}',
    "archive": b"PK\x03\x04....",
    "damaged": gzip.compress(file_of(contract()))[:40] + b"garbage",
    "bomb": gzip.compress(b'{"marches": [' + b" " * (257 << 20)),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_file_changes_nothing_and_says_why(read_bytes: Read, content: bytes) -> None:
    with pytest.raises(Refused, match=r"^Ce (fichier|n’est pas)") as caught:
        read_bytes(content)
    assert caught.value.code == "unreadable"
    assert not SpottedContract.objects.exists()
    assert not FileReading.objects.exists()
    assert not AuditEvent.objects.exists()


def test_one_event_per_file(read_contracts: Read, cast: Cast) -> None:
    reading = read_contracts(*(contract(id=str(number)) for number in range(30)), "x")
    event = AuditEvent.objects.get()
    assert (event.code, event.subjects, event.author) == (
        "decp.read",
        [f"filereading:{reading.pk}"],
        cast.facilitator.name,
    )
    assert tell(event.code, event.data) == "Fichier lu : créés 30, mis à jour 0, inchangés 0, refusés 1."


@pytest.mark.parametrize("name", ["contractor", "employer", "prescriber", "signatory"])
def test_only_some_roles_read_files(read_contracts: Read, cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="rôle"):
        read_contracts(contract(), by=cast.everyone()[name])


def test_a_buyer_keeps_its_own_contracts_only(read_contracts: Read, cast: Cast) -> None:
    own = {"id": cast.commune.siret}
    reading = read_contracts(
        contract(acheteur=own),
        contract(),
        contract(),
        contract(id="2"),
        contract(id=None),
        by=cast.buyer,
    )
    assert counts(reading) == {"created": 1, "others": 3, "refused": 1}
    assert reading.read == 5
    assert SpottedContract.objects.get().buyer == cast.commune
    assert lines(reading) == [(1, Outcome.CREATED), (5, Outcome.REFUSED)]


def test_a_buyer_is_attached_by_siret_then_by_a_siren_that_names_one_only(
    read_contracts: Read, cast: Cast
) -> None:
    assert cast.other_commune.siret
    read_contracts(
        contract(id="siret", acheteur={"id": cast.commune.siret}),
        contract(id="siren", acheteur={"id": cast.other_commune.siren}),
        contract(id="unknown"),
    )
    attached = {one.reference: one.buyer for one in SpottedContract.objects.all()}
    assert attached == {"siret": cast.commune, "siren": cast.other_commune, "unknown": None}


def test_a_siren_of_two_establishments_attaches_neither_until_a_siret_tells(
    read_contracts: Read, cast: Cast
) -> None:
    body = f"{cast.commune.siren}0002"
    second = Organisation.objects.create(
        siren=cast.commune.siren, siret=body + accounts.luhn_key(body), name="Commune de Valmont, régie"
    )
    read_contracts(
        contract(id="siren", acheteur={"id": cast.commune.siren}),
        contract(id="siret", acheteur={"id": second.siret}),
    )
    attached = {one.reference: one.buyer for one in SpottedContract.objects.all()}
    assert attached == {"siren": None, "siret": second}


def test_a_buyer_who_joins_later_is_attached_by_the_next_reading(read_contracts: Read) -> None:
    read_contracts(contract())
    joined = Organisation.objects.create(siren=BUYER[:9], siret=BUYER, name="Commune d’Évry-Courcouronnes")
    assert counts(read_contracts(contract())) == {"unchanged": 1}
    assert SpottedContract.objects.get().buyer == joined


@pytest.mark.parametrize(
    ("place", "commune", "label"),
    [
        ({"code": "91182", "typeCode": "Code commune"}, "91228", "Évry-Courcouronnes"),
        ({"code": "91222", "typeCode": "Code commune"}, "91390", "Le Mérévillois"),
        (
            {"code": "91210", "typeCode": "Code commune", "nom": "Draveil"},
            None,
            "Draveil (code commune 91210)",
        ),
        (
            {"code": "91390", "typeCode": "Code commune", "nom": "Morsang-sur-Orge"},
            None,
            "Morsang-sur-Orge (code commune 91390)",
        ),
        ({"code": "91", "typeCode": "Code département", "nom": "91"}, None, "code département 91"),
        (None, None, ""),
    ],
)
def test_a_commune_is_looked_up_and_a_postal_code_stays_a_text(
    read_contracts: Read, place: dict[str, str] | None, commune: str | None, label: str
) -> None:
    read_contracts(contract(lieuExecution=place))
    kept = SpottedContract.objects.get()
    assert (kept.place_id, kept.place_label) == (commune, label)


def test_the_queries_follow_the_batches_not_the_rows(
    read_contracts: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queries(start: int, count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            read_contracts(*(contract(id=str(number)) for number in range(start, start + count)))
        return len(captured)

    one = queries(0, 1)
    assert queries(100, 50) == one
    monkeypatch.setattr(readings, "BATCH", 25)
    assert queries(200, 50) <= one + 7


def test_the_database_refuses_a_reading_that_loses_a_line(read_contracts: Read) -> None:
    reading = read_contracts(contract())
    with pytest.raises(IntegrityError, match="filereading_loses_nothing"), transaction.atomic():
        FileReading.objects.filter(pk=reading.pk).update(created=0)


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("buyer_number", "123", "buyer_shape"),
        ("buyer_siren", "999999999", "buyer_shape"),
        ("reference", "", "is_numbered"),
        ("amount", Decimal(-1), "amount_not_negative"),
        ("status", SpottedStatus.FOLLOWED, "tender_when_followed"),
    ],
)
def test_the_database_refuses_a_wrong_contract(
    read_contracts: Read, column: str, value: object, constraint: str
) -> None:
    read_contracts(contract())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SpottedContract.objects.update(**{column: value})


@needs_real_files
def test_the_81_contracts_of_essonne_are_read_once_whatever_their_shape(read_bytes: Read) -> None:
    old, new = ((FOLDER / name).read_bytes() for name in (ESSONNE_V1, ESSONNE_V2))
    assert counts(read_bytes(old)) == {"created": 81}
    before = spotted()
    assert counts(read_bytes(old)) == {"unchanged": 81}
    assert counts(read_bytes(new)) == {"unchanged": 42, "kept": 39}
    assert spotted() == before
    assert all(one["buyer_name"] for one in before)


@needs_real_files
def test_the_names_of_the_81_contracts_stay_when_their_v2_shape_is_published_later(read_bytes: Read) -> None:
    read_bytes((FOLDER / ESSONNE_V1).read_bytes())
    names = {
        one.pk: (one.buyer_name, one.place_name, one.contractor_labels)
        for one in SpottedContract.objects.all()
    }
    assert any(place for _, place, _ in names.values())
    later = json.loads((FOLDER / ESSONNE_V2).read_bytes())
    for raw in later["marches"]["marche"]:
        raw["datePublicationDonnees"] = "2025-01-15"
    assert counts(read_bytes(json.dumps(later).encode())) == {"updated": 81}
    kept = {
        one.pk: (one.buyer_name, one.place_name, one.contractor_labels)
        for one in SpottedContract.objects.all()
    }
    assert kept == names


@needs_real_files
def test_every_real_file_is_read_twice_without_a_duplicate_nor_a_loss(read_bytes: Read) -> None:
    for name, (read, _, merged, refused) in COUNTS.items():
        reading = read_bytes((FOLDER / name).read_bytes(), name=name)
        assert (reading.read, reading.merged, reading.refused) == (read, merged, refused)
        assert reading.lines.count() == read
    before = spotted()
    assert SpottedContract.objects.filter(department="91").count() == 79
    for name in reversed(COUNTS):
        again = read_bytes((FOLDER / name).read_bytes(), name=name)
        assert (again.created, again.updated) == (0, 0)
    assert spotted() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference")
def test_two_readings_of_one_file_at_once_leave_one_of_each_contract(
    at: datetime, concurrently: Concurrently
) -> None:
    cast = make_cast()
    content = file_of(*(contract(id=str(number)) for number in range(200)))
    ends = concurrently(
        lambda: readings.read(file=BytesIO(content), name="decp.json", by=cast.facilitator, at=at)
    )
    told = [counts(end) if isinstance(end, FileReading) else end for end in ends]
    assert sorted(told, key=str) == [{"created": 200}, {"unchanged": 200}]
    assert SpottedContract.objects.count() == 200
    assert FileLine.objects.count() == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference")
def test_a_reading_that_waits_too_long_for_another_is_told_so(at: datetime) -> None:
    cast = make_cast()
    holding, done = Barrier(2), Barrier(2)

    def hold() -> None:
        with transaction.atomic():
            readings.wait_for_one_another()
            holding.wait()
            done.wait()
        connection.close()

    def read_impatiently() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            readings.read(file=BytesIO(file_of(contract())), name="decp.json", by=cast.facilitator, at=at)

    thread = Thread(target=hold)
    thread.start()
    holding.wait()
    try:
        with pytest.raises(Refused, match="en cours de lecture"):
            read_impatiently()
    finally:
        done.wait()
        thread.join()
    assert not SpottedContract.objects.exists()
