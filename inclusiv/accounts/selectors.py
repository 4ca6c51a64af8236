"""Questions about who works where."""

from datetime import date

from inclusiv.accounts.models import Organisation, TerritoryAssignment, running_on


def structure_of_commune(*, insee: str, on: date) -> Organisation | None:
    """Return the facilitator structure of a commune on a day, None when no territory covers it (DOMAIN.md 11.3)."""
    assignment = (
        TerritoryAssignment.objects.filter(running_on(on), commune_id=insee)
        .select_related("territory__structure")
        .first()
    )
    return assignment.territory.structure if assignment else None
