"""The door: a DECP file in, contracts out (DOMAIN.md 1.8)."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from clauses.decp.choices import Level, Remark
from clauses.decp.rules.contracts import read_contract
from clauses.decp.rules.merging import consolidate
from clauses.decp.rules.records import Notice, Reading, Record, Refusal, Summary
from clauses.decp.rules.stream import MAX_BYTES, Elements

_INDEXES = re.compile(r"\[\d+\]")


def read(file: BinaryIO, *, today: date, max_bytes: int = MAX_BYTES) -> Reading:
    """Read a whole file into one record per contract. Raises Unreadable."""
    elements = Elements(file, max_bytes=max_bytes)
    reading = consolidate(_each(elements, today))
    if not elements.is_foreign:
        return reading
    remark = Notice(Level.WARNING, Remark.ENCODING)
    return Reading(reading.records, reading.refusals, reading.merged, (remark,))


def summarise(reading: Reading) -> Summary:
    """Count what a file gave; a field's rank in its list does not count apart."""
    told = Counter(
        (notice.code, _INDEXES.sub("", notice.field))
        for record in reading.records
        for notice in record.notices
    )
    told.update((remark.code, remark.field) for remark in reading.remarks)
    counts = len(reading.records), len(reading.merged), len(reading.refusals)
    return Summary(sum(counts), *counts, warnings=dict(told.most_common()))


def _each(elements: Elements, today: date) -> Iterator[Record | Refusal]:
    for element in elements:
        yield read_contract(element, today=today, has_sections=elements.has_sections)
