"""Names that an earlier publication told: the format in force carries none, and must not erase them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clauses.decp.rules.records import Operator, Place, Record


@dataclass(frozen=True, slots=True)
class Names:
    """Names already known: of the buyer, of places by kind and code, of companies by kind and identifier."""

    buyer: str = ""
    places: Mapping[tuple[str | None, str], str] = field(default_factory=dict)
    companies: Mapping[tuple[str | None, str], str] = field(default_factory=dict)


def complete(record: Record, names: Names) -> Record:
    """Return the record with the known names where it has none; its own names always win."""
    if not record.buyer.name and names.buyer:
        record = replace(record, buyer=replace(record.buyer, name=names.buyer))
    if not names.places and not names.companies:
        return record
    return replace(
        record,
        place=_named_place(record.place, names),
        contractors=_named(record.contractors, names),
        amendments=tuple(
            replace(one, contractors=_named(one.contractors, names)) for one in record.amendments
        ),
        variants=tuple(replace(one, contractors=_named(one.contractors, names)) for one in record.variants),
    )


def _named_place(place: Place | None, names: Names) -> Place | None:
    if place is None or place.name:
        return place
    return replace(place, name=names.places.get((place.kind, place.code), ""))


def _named(operators: tuple[Operator, ...], names: Names) -> tuple[Operator, ...]:
    return tuple(
        operator
        if operator.name
        else replace(operator, name=names.companies.get((operator.kind, operator.id), ""))
        for operator in operators
    )
