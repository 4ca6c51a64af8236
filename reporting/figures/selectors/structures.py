"""What each facilitator structure has to do and has done: figures, never a person (PRACTICE.md 3)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Min, QuerySet, Sum

from beneficiaries.hours.selectors.duties import expected_statements
from beneficiaries.people.models import EligibilityCheck
from beneficiaries.placements.models import JobRequest
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core import french
from inclusiv.core.actors import Role
from inclusiv.core.quantities import ZERO
from reporting.figures.rules import owed_in_year
from reporting.figures.selectors.annual import Perimeter, obligations


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureFigures:
    """A structure's year, and what waits there today; hours owed are prorated by days in the year."""

    pk: int | None = None
    """None for the line of all the structures."""
    name: str
    owed: Decimal
    validated: Decimal
    late_statements: int
    late_requests: int
    late_checks: int

    @property
    def late(self) -> int:
        """All that is late there."""
        return self.late_statements + self.late_requests + self.late_checks

    @property
    def owed_text(self) -> str:
        """« 12 345 h »."""
        return french.whole_hours(self.owed)

    @property
    def validated_text(self) -> str:
        """« 9 870 h »."""
        return french.whole_hours(self.validated)

    @property
    def rate_text(self) -> str:
        """What is validated of what is owed in the year: « 80 % », « — » when nothing is owed."""
        return french.share_text(self.validated, self.owed)


def structures(department: str) -> QuerySet[Organisation]:
    """Return the facilitator structures of a département, past ones included, by name."""
    held = Organisation.objects.filter(capacities__role=Role.FACILITATOR, capacities__department=department)
    return held.distinct().order_by("folded_name", "pk")


def years_known(department: str, *, on: date) -> range:
    """Return the years that have something to count, this one first."""
    notified = Tender.objects.filter(department=department, notified_on__lte=on)
    first: date | None = notified.aggregate(first=Min("notified_on"))["first"]
    return range(on.year, (first.year if first else on.year) - 1, -1)


def by_structure(perimeter: Perimeter, *, on: date) -> list[StructureFigures]:
    """Return the structures of a perimeter, the one where most is late first, in the same queries for one or many."""
    shown = structures(perimeter.department)
    if perimeter.structure_id is not None:
        shown = shown.filter(pk=perimeter.structure_id)
    owed, validated = owed_by_structure(perimeter), validated_by_structure(perimeter)
    statements = late_statements(perimeter, on=on)
    requests, checks = late_requests(perimeter, on=on), late_checks(perimeter, on=on)
    found = [
        StructureFigures(
            pk=structure.pk,
            name=structure.name,
            owed=owed.get(structure.pk, ZERO),
            validated=validated.get(structure.pk, ZERO),
            late_statements=statements[structure.pk],
            late_requests=requests.get(structure.pk, 0),
            late_checks=checks.get(structure.pk, 0),
        )
        for structure in shown
    ]
    return sorted(found, key=lambda one: -one.late)


def owed_by_structure(perimeter: Perimeter) -> dict[int, Decimal]:
    """Return the hours owed in the year, structure id → hours (H1)."""
    owed: dict[int, Decimal] = {}
    for one in obligations(perimeter):
        owed[one.structure] = owed.get(one.structure, ZERO) + owed_in_year(one.owed, perimeter.year)
    return owed


def validated_by_structure(perimeter: Perimeter) -> dict[int, Decimal]:
    """Return the validated hours of the year, structure id → hours (H3)."""
    structure = "award__lot__tender__structure"
    rows = perimeter.entries().order_by().values(structure).annotate(sum=Sum("counted"))
    return dict(rows.values_list(structure, "sum"))


def late_statements(perimeter: Perimeter, *, on: date) -> Counter[int]:
    """Return how many statements of the year's months are missing after their due day, by structure id."""
    awards = perimeter.awards()
    structure_of = dict(awards.values_list("pk", "lot__tender__structure"))
    missing = expected_statements(awards, on=on, since=perimeter.first)
    return Counter(
        structure_of[one.award]
        for one in missing
        if one.month.year == perimeter.year and one.days_late(on=on)
    )


def late_requests(perimeter: Perimeter, *, on: date) -> dict[int, int]:
    """Return how many requests have waited for a candidate beyond their due day, by structure id."""
    waiting = JobRequest.objects.unanswered().filter(award__in=perimeter.awards(), due_on__lt=on)
    rows = waiting.order_by().values("award__lot__tender__structure").annotate(count=Count("pk"))
    return dict(rows.values_list("award__lot__tender__structure", "count"))


def late_checks(perimeter: Perimeter, *, on: date) -> dict[int, int]:
    """Return how many eligibilities have waited for a decision beyond their due day, by structure id."""
    waiting = EligibilityCheck.objects.awaiting_decision().filter(
        dossier__department=perimeter.department, due_on__lt=on
    )
    rows = waiting.order_by().values("dossier__structure").annotate(count=Count("pk"))
    return dict(rows.values_list("dossier__structure", "count"))
