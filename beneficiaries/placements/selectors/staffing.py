"""On which lots somebody works, is to work, or is asked for."""

from datetime import date

from django.db.models import QuerySet

from beneficiaries.placements.choices import PlacementStatus, RequestStatus
from beneficiaries.placements.models import JobRequest, Placement
from clauses.procurement.models import Award


def staffed(awards: QuerySet[Award], *, since: date | None = None) -> frozenset[int]:
    """Return the awards (by id) for which somebody was found or asked for, in two queries.

    With `since`, only those with somebody at work on that day or later, or with a request still open.
    """
    placements = Placement.objects.filter(award__in=awards)
    requests = JobRequest.objects.filter(award__in=awards)
    if since is None:
        placements = placements.exclude(status=PlacementStatus.CANCELLED)
        requests = requests.exclude(status=RequestStatus.CANCELLED)
    else:
        placements = placements.at_work_between(since, None)
        requests = requests.filter(status=RequestStatus.OPEN)
    return frozenset(
        [
            *placements.values_list("award", flat=True).distinct(),
            *requests.values_list("award", flat=True).distinct(),
        ]
    )


def relies_on(check: int) -> bool:
    """Say whether somebody is at work, or is to be, on the answer to a question of eligibility."""
    return Placement.objects.filter(check_of=check).exclude(status=PlacementStatus.CANCELLED).exists()
