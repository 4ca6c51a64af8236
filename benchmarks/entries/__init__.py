"""Every measure. A new one is a module here, and its line in MEASURES.

A limit is what was measured on two busy cores at the default size, and about half as much again: it stops a page that
does its work twice, not a busy neighbour. Measured when they were set, in this order: 1.3 to 1.7, 3.9 to 4.5 (2.3 to 2.6
when the ground held eight times fewer tenders), 1.7 to 1.9, 6.1 to 8.5, 1.1 to 1.3.
"""

from benchmarks.entries import figures, ledger, lots, pages, reports
from benchmarks.measures import Measure

MEASURES: tuple[Measure, ...] = (
    ledger.VERIFY,
    figures.ANNUAL,
    lots.WORST_LOTS,
    pages.TENDERS,
    reports.PRINTING,
)
