"""Between the records of a file and the rows of the database: a few queries per batch, whatever its size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from clauses.decp.choices import Outcome
from clauses.decp.models import FileLine, FileReading, SpottedContract
from clauses.decp.rules import places
from clauses.decp.rules.merging import Known, compare, fingerprint
from clauses.decp.rules.naming import Names, complete
from clauses.decp.rules.records import Merged, Notice, Record, Refusal
from clauses.decp.rules.stream import Position
from clauses.procurement.rules.registering import nature_of_cpv
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import elide
from inclusiv.reference.models import Commune, Epci

CONTENT = (
    "price_form",
    "price_types",
    "framework_id",
    "techniques",
    "execution_modes",
    "amendments",
    "subcontracts",
    "subcontract_changes",
    "variants",
)
"""What of a record is only shown, and has no column."""

KEPT = frozenset({"id", "status", "tender", "buyer", "first_seen_at"})
"""What an import never changes of a contract already spotted: what was decided, and when it was first seen."""

Key = tuple[str, str]


def known_rows(records: Iterable[Record]) -> dict[Key, SpottedContract]:
    """Return the contracts already spotted among the records, by key."""
    buyers, numbers = set(), set()
    for record in records:
        buyers.add(record.key[0])
        numbers.add(record.key[1])
    rows = SpottedContract.objects.select_related("tender").filter(
        buyer_number__in=buyers, reference__in=numbers
    )
    return {(row.buyer_number, row.reference): row for row in rows}


def official_names(records: Iterable[Record]) -> dict[str, str]:
    """Return the names of communes and of intercommunal bodies, by SIREN: the format in force names no buyer."""
    sirens = {record.buyer.siren for record in records if not record.buyer.name}
    communes = Commune.objects.filter(siren__in=sirens).values_list("siren", "name")
    named = {siren or "": f"Commune {elide('de', name)}" for siren, name in communes}
    for body in Epci.objects.filter(pk__in=sirens):
        named[body.siren] = f"{body.name} ({body.get_kind_display().lower()})"
    return named


class Gazetteer:
    """The communes that the places of some records may stand for."""

    def __init__(self, records: Iterable[Record]) -> None:
        codes = {places.insee_of(record.place) for record in records} - {""}
        self._names = dict(Commune.objects.filter(pk__in=codes).values_list("insee", "name"))
        postal = Commune.objects.filter(postal_codes__overlap=list(codes)).values_list(
            "postal_codes", flat=True
        )
        self._postal_codes = frozenset(code for one in postal for code in one)

    def commune_of(self, record: Record) -> str | None:
        """Return the INSEE code of the record's place, None when it is no commune of the table."""
        return places.located(record.place, names=self._names, postal_codes=self._postal_codes)


def named(record: Record, row: SpottedContract | None, official: Mapping[str, str]) -> Record:
    """Return the record with the names that an earlier publication told, else with its buyer's official name."""
    known_officially = official.get(record.buyer.siren, "")
    if row is None:
        return complete(record, Names(buyer=known_officially))
    amendments = row.content["amendments"]
    companies = [*row.contractors, *(one for amendment in amendments for one in amendment["contractors"])]
    return complete(
        record,
        Names(
            buyer=row.buyer_name or known_officially,
            places={(row.place_kind or None, row.place_code): row.place_name},
            companies={(one["kind"], one["id"]): one["name"] for one in companies if one["name"]},
        ),
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of a record, what is told of it, and its row: the one to write, or the one that stays."""

    record: Record
    outcome: Outcome
    notices: tuple[Notice, ...]
    row: SpottedContract

    @property
    def is_written(self) -> bool:
        """Say whether the row is to be written."""
        return self.outcome in {Outcome.CREATED, Outcome.UPDATED}


def decide(records: Sequence[Record], reading: FileReading, *, by: Actor, at: datetime) -> list[Decided]:
    """Compare a batch of records with what is known of them; five queries.

    A contract that a structure follows is its own to read again, its buyer's and the coordination's: the file of another
    one changes nothing of it.
    """
    known, official, gazetteer = known_rows(records), official_names(records), Gazetteer(records)
    decided = []
    for read in records:
        row = known.get(read.key)
        record = named(read, row, official)
        outcome, disputes = compare(record, known_of(row) if row else None)
        if row and is_followed_by_others(row, by):
            outcome = Outcome.KEPT
        notices = (*record.notices, *disputes)
        if row is None or outcome == Outcome.UPDATED:
            row = contract_of(record, notices, commune=gazetteer.commune_of(record), reading=reading, at=at)
        decided.append(Decided(record, outcome, notices, row))
    return decided


def is_followed_by_others(row: SpottedContract, by: Actor) -> bool:
    """Say whether another structure than the facilitator's follows a contract; of a row loaded with its tender."""
    return (
        by.role is Role.FACILITATOR
        and row.tender is not None
        and row.tender.structure_id != by.organisation_id
    )


def known_of(row: SpottedContract) -> Known:
    """Return what the comparison needs of a row."""
    return Known(
        fingerprint=row.fingerprint,
        publisher=row.publisher,
        last_published_on=row.last_published_on,
        additions=row.additions,
        amount=row.amount,
    )


def contract_of(
    record: Record, notices: Sequence[Notice], *, commune: str | None, reading: FileReading, at: datetime
) -> SpottedContract:
    """Return the unsaved row of a record."""
    stored = asdict(record)
    place = record.place
    return SpottedContract(
        buyer_number=record.buyer.id,
        buyer_siren=record.buyer.siren,
        buyer_name=record.buyer.name,
        reference=record.id,
        title=record.object,
        is_concession=record.is_concession,
        nature=record.nature or "",
        bought=nature_of_cpv(record.cpv) or "",
        cpv=record.cpv,
        procedure=record.procedure or "",
        place_id=commune,
        place_kind=(place and place.kind) or "",
        place_code=place.code if place else "",
        place_name=place.name if place else "",
        department=place.departement if place else "",
        duration_months=record.months,
        notified_on=record.notified_on,
        published_on=record.published_on,
        last_published_on=record.last_published_on,
        amount=record.amount,
        social=None if record.social is None else list(record.social),
        contractors=stored["contractors"],
        content={name: stored[name] for name in CONTENT},
        notices=told(notices),
        publisher=record.publisher,
        additions=record.additions,
        fingerprint=fingerprint(record),
        reading=reading,
        first_seen_at=at,
        updated_at=at,
    )


def write(rows: Sequence[SpottedContract]) -> None:
    """Create or update contracts in one statement; their keys are then known."""
    columns = [field.name for field in SpottedContract._meta.concrete_fields if not field.generated]
    SpottedContract.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["buyer_number", "reference"],
        update_fields=[name for name in columns if name not in KEPT | {"buyer_number", "reference"}],
    )


def told(notices: Iterable[Notice]) -> list[dict[str, str]]:
    """Return notices as JSON holds them."""
    return [asdict(notice) for notice in notices]


def line_of(reading: FileReading, position: Position, outcome: Outcome, **told_of_it: Any) -> FileLine:
    """Return the unsaved line of an element of the file."""
    return FileLine(
        reading=reading,
        rank=position.rank,
        path=position.path,
        line=position.line,
        outcome=outcome,
        **told_of_it,
    )


def contract_line(reading: FileReading, one: Decided) -> FileLine:
    """Return the unsaved line of a record whose contract is written."""
    return line_of(
        reading,
        one.record.position,
        one.outcome,
        buyer_number=one.record.buyer.id,
        number=one.record.id,
        contract=one.row,
        notices=told(one.notices),
    )


def refused_line(reading: FileReading, refusal: Refusal) -> FileLine:
    """Return the unsaved line of an element that cannot be identified."""
    return line_of(reading, refusal.position, Outcome.REFUSED, notices=told(refusal.notices))


def merged_line(reading: FileReading, merged: Merged, contract_id: int) -> FileLine:
    """Return the unsaved line of an element gathered into another one, that of the contract."""
    buyer, number = merged.key
    return line_of(
        reading,
        merged.position,
        Outcome.MERGED,
        buyer_number=buyer,
        number=number,
        contract_id=contract_id,
        into_rank=merged.into.rank,
        cause=merged.cause,
    )
