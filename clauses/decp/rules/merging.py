"""One record per contract: repeats gathered, contractors united, the last publication retained; nothing is lost.

Within a file, records of one key (buyer, number) that say the same are one; those that differ only by their
contractors are one contract written once per contractor; of those that differ otherwise the last published is
retained, and the others stay with it as variants.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from clauses.decp.choices import Level, Outcome, Remark
from clauses.decp.rules import messages
from clauses.decp.rules.records import Merged, Notice, Operator, Reading, Record, Refusal, Variant
from clauses.decp.rules.stream import Position
from inclusiv.core.french import euros

_PROVENANCE = frozenset({"position", "publisher", "notices"})
_BESIDE_CONTRACTORS = _PROVENANCE | {"contractors", "published_on"}
_COMPARED = {
    "object": "objet",
    "amount": "montant",
    "notified_on": "dateNotification",
    "months": "dureeMois",
    "cpv": "codeCPV",
    "nature": "nature",
    "procedure": "procedure",
    "place": "lieuExecution",
    "contractors": "titulaires",
    "amendments": "modifications",
    "social": "considerationsSociales",
}
"""What a notice names when two publications differ."""


def fingerprint(record: Record) -> str:
    """Return the SHA-256 of a contract's content: the same wherever, whenever and by whomever it was published."""
    return _digest(record, _PROVENANCE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a contract that an earlier file told: the values of the record of the same names."""

    fingerprint: str
    publisher: str
    last_published_on: date | None
    additions: int
    amount: Decimal | None


def compare(record: Record, known: Known | None) -> tuple[Outcome, tuple[Notice, ...]]:
    """Say what an import does with a record, and what to tell.

    The last publication wins, then the one with more amendments. When these are equal, the same publisher corrects
    itself, and of two publishers the first that was imported stays: importing files again changes nothing.
    """
    if known is None:
        return Outcome.CREATED, ()
    if fingerprint(record) == known.fingerprint:
        return Outcome.UNCHANGED, ()
    disputed = dispute(record, known.publisher, known.amount)
    mine, theirs = _recency(record), _recency(known)
    is_older = mine < theirs or (mine == theirs and record.publisher != known.publisher)
    return Outcome.KEPT if is_older else Outcome.UPDATED, (disputed,) if disputed else ()


def consolidate(outcomes: Iterable[Record | Refusal]) -> Reading:
    """Gather what was read into one record per key."""
    groups: dict[tuple[str, str], list[Record]] = {}
    refusals: list[Refusal] = []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        else:
            groups.setdefault(outcome.key, []).append(outcome)
    merged: list[Merged] = []
    records = [_one_of(group, merged) for group in groups.values()]
    return Reading(tuple(records), tuple(refusals), tuple(merged))


def of_buyer(reading: Reading, siren: str) -> Reading:
    """Return what a reading says of one buyer; what is refused names nobody and stays."""
    return Reading(
        tuple(record for record in reading.records if record.buyer.siren == siren),
        reading.refusals,
        tuple(merged for merged in reading.merged if merged.key[0].startswith(siren)),
        reading.remarks,
    )


def _one_of(group: list[Record], merged: list[Merged]) -> Record:
    if len(group) == 1:
        return group[0]
    contents: dict[str, list[Record]] = {}
    for record in group:
        contents.setdefault(_digest(record, _BESIDE_CONTRACTORS), []).append(record)
    united = [_united(same, merged) for same in contents.values()]
    return _retained(united, merged)


def _united(same: list[Record], merged: list[Merged]) -> Record:
    """Gather records that say the same of everything but, maybe, the contractors."""
    last = _last(same)
    if len(same) == 1:
        return last
    contractors = _union(same)
    is_repeat = all(len(_union([record])) == len(contractors) for record in same)
    cause = Remark.REPEATED if is_repeat else Remark.CONTRACTORS_UNITED
    _gather(same, last, cause, merged)
    names = messages.cut(", ".join(operator.name or operator.id for operator in contractors))
    notice = Notice(Level.WARNING, cause, "id" if is_repeat else "titulaires", names, str(len(same)))
    return replace(last, contractors=contractors, notices=(*last.notices, notice))


def _retained(contents: list[Record], merged: list[Merged]) -> Record:
    """Retain the last published of records that differ; the others become its variants."""
    last = _last(contents)
    others = [record for record in contents if record is not last]
    if not others:
        return last
    are_lots = any(_is_other_lot(record, last) for record in others)
    cause = Remark.SEVERAL_LOTS if are_lots else Remark.REPLACED
    _gather(contents, last, cause, merged)
    said = _amounts(contents) if are_lots else _differences(contents)
    notices = [Notice(Level.WARNING, cause, "id", messages.cut(said), str(len(contents)))]
    notices += [notice for record in others if (notice := dispute(last, record.publisher, record.amount))]
    return replace(last, variants=tuple(map(_variant, others)), notices=(*last.notices, *notices))


def dispute(record: Record, publisher: str, amount: Decimal | None) -> Notice | None:
    """Return the notice of a contract to which another publisher gives another amount."""
    if publisher == record.publisher or amount is None or record.amount is None or amount == record.amount:
        return None
    detail = f"{euros(amount)} selon {publisher or 'une autre source'}"
    return Notice(Level.WARNING, Remark.AMOUNT_DISPUTED, "montant", euros(record.amount), detail)


def _is_other_lot(record: Record, last: Record) -> bool:
    """Say whether two records were published together for different amounts: neither replaces the other."""
    return (
        record.publisher == last.publisher
        and _recency(record) == _recency(last)
        and record.amount != last.amount
    )


def _gather(group: Iterable[Record], into: Record, cause: Remark, merged: list[Merged]) -> None:
    merged += [
        Merged(record.position, record.key, into.position, cause) for record in group if record is not into
    ]


def _recency(contract: Record | Known) -> tuple[date, int]:
    return contract.last_published_on or date.min, contract.additions


def _last(records: Iterable[Record]) -> Record:
    """Return the most recent of records; of equals, the last in the file."""
    return max(records, key=lambda record: (*_recency(record), record.position.rank))


def _union(records: Iterable[Record]) -> tuple[Operator, ...]:
    """Return all contractors once; without an identifier, the name tells them apart."""
    found: dict[tuple[str, str], Operator] = {}
    for record in records:
        for operator in record.contractors:
            found.setdefault(_company(operator), operator)
    return tuple(found.values())


def _company(operator: Operator) -> tuple[str, str]:
    return operator.kind or "", operator.id or operator.name


def _amounts(records: Iterable[Record]) -> str:
    return " ; ".join(
        "montant inconnu" if record.amount is None else euros(record.amount) for record in records
    )


def _differences(records: list[Record]) -> str:
    """Name the fields in which records differ."""
    first, *others = records
    differing = (
        name for name in _COMPARED if any(getattr(record, name) != getattr(first, name) for record in others)
    )
    return ", ".join(messages.field_label(_COMPARED[name]).lower() for name in differing) or "autres champs"


def _variant(record: Record) -> Variant:
    return Variant(**{field.name: getattr(record, field.name) for field in fields(Variant)})


def _digest(record: Record, without: frozenset[str]) -> str:
    content = {
        field.name: getattr(record, field.name) for field in fields(record) if field.name not in without
    }
    if "contractors" in content:
        content["contractors"] = sorted(record.contractors, key=_company)
    text = json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Turn our values into JSON; positions and the order of companies say nothing of a contract."""
    if isinstance(value, Position):
        return None
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)
