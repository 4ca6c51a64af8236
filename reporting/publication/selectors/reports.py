"""Reports as the reader meets them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, Q
from django.urls import reverse

from beneficiaries.hours.models import HourEntry
from inclusiv.accounts.models import Capacity, Contact, Organisation, running_on
from inclusiv.core import french
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import Source, Trail
from inclusiv.core.providers import Hit
from inclusiv.core.quantities import ZERO
from inclusiv.records.models import reference
from inclusiv.reference.selectors import department_name
from reporting.figures.rules import owed_in_year
from reporting.figures.selectors.annual import Perimeter, obligations, total
from reporting.publication.choices import RunState
from reporting.publication.models import Charter, ReportDocument, ReportRun, Signature


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a reader finds: the latest report, the former ones, and what is in preparation."""

    latest: ReportRun | None
    former: list[ReportRun]
    in_preparation: list[ReportRun]


def charter_of(actor: Actor) -> Charter | None:
    """Return the charter of the actor's département."""
    return Charter.objects.filter(department=actor.department).order_by("-signed_on", "-pk").first()


def years_to_report(charter: Charter, *, today: date) -> list[int]:
    """Return the years of the charter that have hours, the latest first; the present one when none has."""
    entries = HourEntry.objects.filter(
        award__lot__tender__department=charter.department,
        month__range=(date(charter.signed_on.year, 1, 1), today),
    )
    return [day.year for day in entries.dates("month", "year", order="DESC")] or [today.year]


def shelf(actor: Actor) -> Shelf:
    """Return the reports that the actor may read, the latest year first, in two queries."""
    runs = list(
        ReportRun.objects.visible_to(actor)
        .exclude(state=RunState.DISCARDED)
        .select_related("charter", "job", "snapshot")
        .prefetch_related(
            Prefetch("documents", ReportDocument.objects.select_related("file").order_by("is_final"))
        )
        .order_by("-year", "-edition", "-pk")
    )
    published = [run for run in runs if run.published_at]
    return Shelf(
        latest=published[0] if published else None,
        former=published[1:],
        in_preparation=[run for run in runs if not run.published_at],
    )


def signatories(charter: Charter, *, on: date) -> int:
    """Return how many organisations are bound by the charter on the day."""
    return charter.signatures.filter(running_on(on)).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnYear:
    """What a signatory's own tenders owed and did in a year; never another's (DOMAIN.md 9.4)."""

    year: int
    tenders: int
    owed: Decimal
    validated: Decimal

    @property
    def share(self) -> str:
        """What is done of what is owed: « 82 % »."""
        return french.share_text(self.validated, self.owed)


def own_years(actor: Actor, *, year: int, cut_off: datetime) -> tuple[OwnYear, OwnYear] | None:
    """Return a signatory's year and the one before, as known at the cut-off; None when it had no tender in either."""
    if actor.role is not Role.SIGNATORY:
        return None
    perimeter = Perimeter(
        year=year, department=actor.department, cut_off=cut_off, buyer_id=actor.organisation_id
    )
    now, before = own_year(perimeter), own_year(replace(perimeter, year=year - 1))
    return (now, before) if now.tenders or before.tenders else None


def own_year(perimeter: Perimeter) -> OwnYear:
    """Return the hours owed and validated in a perimeter."""
    obliged = obligations(perimeter)
    return OwnYear(
        year=perimeter.year,
        tenders=len({one.tender for one in obliged}),
        owed=sum((owed_in_year(one.owed, perimeter.year) for one in obliged), ZERO),
        validated=total(perimeter.entries()),
    )


def coordination(department: str, *, on: date) -> tuple[Organisation, Contact | None] | None:
    """Return who prepares the reports of a département, and whom to call there first."""
    leading = Capacity.objects.filter(running_on(on), role=Role.COORDINATION, department=department)
    capacity = leading.select_related("organisation").order_by("starts_on", "pk").first()
    if capacity is None:
        return None
    return capacity.organisation, capacity.organisation.contacts.present().filter(told_by=None).first()


def load_charters(actor: Actor, keys: Collection[int]) -> dict[int, Hit]:
    """Return the charters of the actor's département as the subjects of their changes."""
    return {
        charter.pk: Hit(
            kind="Charte",
            label=charter.name,
            detail=department_name(charter.department),
            url=reverse("publication:reports"),
            subject=reference(charter),
        )
        for charter in Charter.objects.filter(department=actor.department, pk__in=keys)
    }


CHANGES = Trail(
    roles=frozenset({Role.COORDINATION}),
    load=load_charters,
    sources=[
        Source(model=Charter, of=lambda pk: Q(pgh_obj=pk), name=lambda _: "Charte"),
        Source(
            model=Signature,
            of=lambda pk: Q(charter=pk),
            name=lambda named: f"Signature : {named('organisation')}",
        ),
    ],
)
"""What can be read of the changes of a charter."""
