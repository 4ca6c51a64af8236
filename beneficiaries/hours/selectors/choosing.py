"""What a facilitator chooses from to enter a statement."""

from datetime import date

from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from clauses.procurement.rules.tenders import BOUND
from inclusiv.core.actors import Actor
from inclusiv.core.periods import month_of, months_before

MONTHS_BACK = 24
"""How far back a statement is entered from the list; older ones come with a take-over."""


def companies_at_work(actor: Actor) -> list[tuple[str, str]]:
    """Return (« award-declarant », « company, tender, lot ») for each company with people on a lot, by name."""
    rows = (
        Placement.objects.filter(
            award__in=Award.objects.visible_to(actor), award__lot__tender__status__in=BOUND
        )
        .exclude(status=PlacementStatus.CANCELLED)
        .order_by("declarant__name", "award__lot__tender__reference", "award__lot__number", "award")
        .values_list(
            "award",
            "declarant",
            "declarant__name",
            "award__lot__tender__reference",
            "award__lot__tender__title",
            "award__lot__number",
        )
        .distinct()
    )
    return [
        (f"{award}-{declarant}", f"{company} — {reference} {title}, lot {number}")
        for award, declarant, company, reference, title, number in rows
    ]


def recent_months(today: date) -> list[date]:
    """Return the month that runs and those before, newest first."""
    return [months_before(month_of(today), back) for back in range(MONTHS_BACK)]
