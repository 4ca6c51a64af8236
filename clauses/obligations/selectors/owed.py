"""What is owed: on a day, as known at an instant; and to which obligation an hour of work goes."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from clauses.obligations.models import Obligation, ObligationVersion
from clauses.obligations.rules import owed
from clauses.procurement.models import Lot
from inclusiv.core.quantities import ZERO


@dataclass(frozen=True, slots=True)
class Accounts:
    """The obligations of an award to which hours are entered: its first period, then its renewals, oldest first."""

    starts: tuple[date, ...]
    keys: tuple[int, ...]

    def of(self, day: date) -> int:
        """Return the key of the obligation whose period holds the day, the first one before them all."""
        return self.keys[max(bisect_right(self.starts, day) - 1, 0)]


def accounts(awards: Collection[int]) -> dict[int, Accounts]:
    """Return the accounts of each award, in one query; hours of a tranche are entered with those of its lot."""
    found: dict[int, list[tuple[date, int]]] = {}
    rows = Obligation.objects.filter(lot__award__in=awards, tranche=None).order_by("starts_on", "pk")
    for award, starts_on, key in rows.values_list("lot__award", "starts_on", "pk"):
        found.setdefault(award, []).append((starts_on, key))
    return {
        award: Accounts(starts=tuple(day for day, _ in periods), keys=tuple(key for _, key in periods))
        for award, periods in found.items()
    }


def owed_by(lot: Lot, *, on: date, known_at: datetime) -> Decimal:
    """Return the hours that a lot owed on a day, as known at an instant: the sum over its obligations (ARCHITECTURE.md 4.4)."""
    versions: dict[int, list[owed.Known]] = {}
    rows = ObligationVersion.objects.filter(
        obligation__in=Obligation.objects.filter(lot=lot).in_hours()
    ).order_by("obligation", "number")
    for row in rows:
        versions.setdefault(row.obligation_id, []).append(
            owed.Known(quantity=row.quantity, effective_on=row.effective_on, recorded_at=row.recorded_at)
        )
    return sum((owed.owed_on(known, on=on, known_at=known_at) for known in versions.values()), ZERO)
