"""Every measure. A new one is a module here, and its line in MEASURES.

A limit is what was measured on two busy cores at the default size, and about half as much again: it stops a page that
does its work twice, not a busy neighbour.
"""

from benchmarks.entries import figures, ledger, pages
from benchmarks.measures import Measure

MEASURES: tuple[Measure, ...] = (ledger.VERIFY, figures.ANNUAL, pages.TENDERS)
