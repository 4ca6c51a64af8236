"""The annual reports: two published, and the draft of the year that follows."""

from datetime import date, datetime, timedelta

from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World
from inclusiv.records.actions import jobs
from reporting.publication.actions import reports
from reporting.publication.models import ReportRun


def published_on(year: int) -> date:
    """Return the day on which the report of a year is published."""
    return date(year + 1, 3, 12)


def published_years(today: date) -> list[int]:
    """Return the last two years whose report is published on the day."""
    latest = today.year - (1 if published_on(today.year - 1) <= today else 2)
    return [latest - 1, latest]


def publish_report(made: World, *, year: int) -> None:
    """Make and publish a year's report, as it was known on its day."""
    at = noon(published_on(year))
    run = draft(made, year=year, at=at)
    reports.approve(run=run, by=made.coordinator(), at=at)
    make(run, at=at)


def draft_report(made: World) -> None:
    """Leave the draft of the first year that is not published, as it was known yesterday."""
    year = published_years(made.today)[-1] + 1
    draft(made, year=year, at=noon(made.today - timedelta(days=1)))


def draft(made: World, *, year: int, at: datetime) -> ReportRun:
    """Ask for the draft of a year's report, and make it. Raises ValueError before the charter is made."""
    if made.charter is None:
        raise ValueError("The charter comes first.")
    run = reports.ask(charter=made.charter, year=year, by=made.coordinator(), at=at)
    make(run, at=at)
    return run


def make(run: ReportRun, *, at: datetime) -> None:
    """Do the job of a report, as a worker would."""
    run.refresh_from_db()
    jobs.run(job_id=run.job_id or 0, clock=lambda: at)
    run.refresh_from_db()
