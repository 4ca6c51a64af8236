"""How much is asked, and how it is cut into batches that fit in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

ENTRIES_PER_PERSON = 15
"""What a person may have worked since 2023, in monthly entries: more would leave nobody free."""

BATCH_ENTRIES, BATCH_TENDERS, BATCH_PERSONS = 10_000, 400, 1_000
"""About the most that one batch holds."""

LEAST_TENDERS = 25
"""Tenders below which a batch is too small for its people to find work one after the other."""


class SizesRefused(Exception):
    """What is asked cannot be; the message says why, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A part of what is asked, in the territory of one structure (a rank among all)."""

    structure: int
    tenders: int
    persons: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many rows are asked."""

    tenders: int
    persons: int
    entries: int
    departments: int = 1

    def check(self) -> None:
        """Refuse what has no sense, or asks too much of each person."""
        if min(self.tenders, self.persons, self.entries) < 1 or not 1 <= self.departments <= 100:
            raise SizesRefused(
                "Il faut au moins un marché, une personne et une écriture, dans 1 à 100 départements."
            )
        if self.entries > self.persons * ENTRIES_PER_PERSON:
            raise SizesRefused(
                f"{self.entries} écritures demandent au moins {-(-self.entries // ENTRIES_PER_PERSON)} personnes :"
                f" chacune en porte {ENTRIES_PER_PERSON} au plus."
            )

    def batches(self, *, structures: int) -> Iterator[Batch]:
        """Yield the batches, structure after structure; together they hold exactly what is asked."""
        wanted = max(
            min(structures, self.tenders // LEAST_TENDERS),
            -(-self.entries // BATCH_ENTRIES),
            -(-self.tenders // BATCH_TENDERS),
            -(-self.persons // BATCH_PERSONS),
        )
        count = min(wanted, self.tenders)
        for rank in range(count):
            yield Batch(
                structure=rank % structures,
                tenders=part(self.tenders, rank, count),
                persons=part(self.persons, rank, count),
                entries=part(self.entries, rank, count),
            )


def part(whole: int, rank: int, count: int) -> int:
    """Return the `rank`-th of `count` parts of a whole, equal to within one."""
    return whole * (rank + 1) // count - whole * rank // count
