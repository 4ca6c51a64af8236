"""Months declared and validated, and the reports of the years before."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.periods import month_end, month_of
from inclusiv.demo.make import beneficiaries, hours
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World
from inclusiv.records.actions import jobs
from reporting.publication.actions import reports


def build_hours(made: World) -> None:
    """Send and validate the months as they came; the last two reports were published in the March after."""
    sheets = sorted(draw_sheets(made), key=lambda one: one.month)
    last = month_of(made.today) - relativedelta(months=1)
    start = date(2023, 1, 1)
    for year in range(2023, made.today.year):
        stop = date(year + 1, 3, 1)
        validate(made, [one for one in sheets if start <= one.month < min(stop, last)])
        if year >= made.today.year - 2 and made.today >= date(year + 1, 3, 12):
            publish_report(made, year=year, on=date(year + 1, 3, 12))
        start = stop
    validate(made, [one for one in sheets if start <= one.month < last])
    waiting = [one for one in sheets if one.month == last and made.random.random() < 0.55]
    for structure, own in by_structure(made, waiting):
        if month_end(last) + timedelta(days=5) <= made.today:
            hours.sent_in_bulk(own, by=beneficiaries.facilitation(structure))


def draw_sheets(made: World) -> Iterator[Sheet]:
    """Yield a month's hours of each declarant of each award; a failing lot forgets some of its latest months."""
    grouped: dict[tuple[int, int, date], dict[Placement, Decimal]] = {}
    by_key: dict[tuple[int, int], tuple[Award, Organisation, str]] = {}
    profiles = {award.pk: lot_plan.profile for _, lot_plan, award in made.awards}
    for planned, placement in made.placements:
        key = (placement.award_id, placement.declarant_id)
        by_key[key] = (placement.award, placement.declarant, profiles[placement.award_id])
        for month, quantity in planned.hours.items():
            grouped.setdefault((*key, month), {})[placement] = quantity
    for (award_id, declarant_id, month), worked in grouped.items():
        award, declarant, profile = by_key[award_id, declarant_id]
        recent = month >= month_of(made.today) - relativedelta(months=3)
        if profile == "failing" and recent and made.random.random() < 0.6:
            continue
        yield Sheet(
            award=award,
            declarant=declarant,
            month=month,
            lines=tuple(
                Declared(placement=placement.pk, hours=quantity) for placement, quantity in worked.items()
            ),
        )


def validate(made: World, sheets: list[Sheet]) -> None:
    """Send and validate statements, structure by structure."""
    for structure, own in by_structure(made, sheets):
        hours.validated_in_bulk(own, by=beneficiaries.facilitation(structure))


def by_structure(made: World, sheets: list[Sheet]) -> Iterator[tuple[Organisation, list[Sheet]]]:
    """Yield each structure with the sheets of its tenders."""
    for structure in made.structures:
        if own := [one for one in sheets if one.award.lot.tender.structure_id == structure.pk]:
            yield structure, own


def publish_report(made: World, *, year: int, on: date) -> None:
    """Make and publish a year's report, as it was known on a day."""
    if made.charter is None or made.coordination is None:
        raise ValueError("The coordination and its charter come first.")
    run = reports.ask(charter=made.charter, year=year, by=made.coordination, at=noon(on))
    for _ in range(2):
        jobs.run(job_id=run.job_id or 0, clock=lambda: noon(on))
        run.refresh_from_db()
        if run.published_at is None:
            reports.approve(run=run, by=made.coordination, at=noon(on))
            run.refresh_from_db()
