"""What the jobs of the reports do: freeze the figures, print them, deliver the document once."""

from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

from beneficiaries.hours.actions import ledger
from inclusiv.accounts.models import Membership
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import jobs
from inclusiv.reference.selectors import department_name
from reporting.figures.selectors.annual import Perimeter, annual
from reporting.publication.actions import portfolios, reports
from reporting.publication.documents import AnnualReport, Seal, print_annual_report
from reporting.publication.documents.annual_report_figures import corrections, report_of
from reporting.publication.documents.portfolio import print_portfolio
from reporting.publication.documents.portfolio_figures import portfolio_of
from reporting.publication.models import PortfolioReport, ReportRun, Snapshot

PRINTERS = ("weasyprint", "pikepdf", "fontpkg-source-sans-3")
"""The packages that decide on a document's bytes."""


def make_draft(claim: jobs.Claim) -> None:
    """Freeze the figures of a year and print them with their watermark."""
    make(claim, is_final=False)


def make_final(claim: jobs.Claim) -> None:
    """Print the frozen figures as published today, and publish them."""
    make(claim, is_final=True)


def make(claim: jobs.Claim, *, is_final: bool) -> None:
    """Make a document and deliver it with the end of the job.

    Every step can be done again by another worker: figures already frozen are read back, never computed twice.
    """
    run = ReportRun.objects.select_related("charter").get(pk=claim.job.payload["run"])
    by = asker(claim)
    claim.report(5, "Lecture des heures validées")
    snapshot = frozen(run, at=claim.clock())
    report = AnnualReport.from_json(bytes(snapshot.content))
    claim.report(50, "Mise en page")
    at = claim.clock()
    pdf = print_annual_report(replace(report, published_on=paris_day(at)) if is_final else report)
    claim.report(95, "Enregistrement")
    reports.deliver(
        run=run,
        claim=claim,
        content=pdf.content,
        pages=pdf.pages,
        renderer=renderer(),
        name=file_name(run, is_final=is_final),
        is_final=is_final,
        by=by,
        at=at,
    )


def make_portfolio(claim: jobs.Claim) -> None:
    """Print the list of lots that somebody narrowed, as it is now, and deliver it with the end of the job."""
    report = PortfolioReport.objects.get(pk=claim.job.payload["report"])
    at = claim.clock()
    claim.report(10, "Lecture des heures validées")
    portfolio = portfolio_of(asker(claim), report.narrowed_by, code=report.code, at=at)
    claim.report(40, "Mise en page")
    printed = print_portfolio(portfolio)
    claim.report(95, "Enregistrement")
    portfolios.deliver(report=report, claim=claim, content=portfolio.to_json(), printed=printed, at=at)


def asker(claim: jobs.Claim) -> Actor:
    """Return who asked for the job. Raises Refused when their access is closed."""
    live = Membership.objects.live(on=paris_day(claim.clock()))
    membership = live.with_actor().filter(pk=claim.job.membership_id or 0).first()
    if membership is None:
        raise Refused(
            "asker_gone",
            "L’accès de la personne qui a demandé ce bilan n’existe plus : demandez-le à nouveau.",
        )
    return membership.actor()


def frozen(run: ReportRun, *, at: datetime) -> Snapshot:
    """Return the figures of a run, computed now unless an earlier try has frozen them."""
    if existing := Snapshot.objects.filter(run=run).first():
        return existing
    report = compute(run, at=at)
    return reports.freeze(
        run=run,
        content=report.to_json(),
        sha256=report.fingerprint,
        schema=report.schema,
        cut_off=at,
        seal=report.seal.sha256,
    )


def compute(run: ReportRun, *, at: datetime) -> AnnualReport:
    """Compute a run's report from what is known at an instant. Raises Refused when the year holds no hour."""
    perimeter = Perimeter(year=run.year, department=run.charter.department, cut_off=at)
    figures = annual(perimeter)
    if not figures.hours:
        raise Refused(
            "no_hours", f"Aucune heure n’est validée en {run.year} : il n’y a pas encore de bilan à établir."
        )
    report = report_of(
        figures,
        annual(replace(perimeter, year=run.year - 1)),
        charter=run.charter.name,
        perimeter=f"{department_name(run.charter.department)}, tous les marchés suivis par le réseau",
        cut_off=at,
        edition=run.edition,
        code=run.code,
        seal=todays_seal(at),
        fte_hours=in_force(on=perimeter.last).integer("FTE_HOURS"),
    )
    return (
        replace(report, corrections=corrections(report, before))
        if (before := edition_before(run))
        else report
    )


def edition_before(run: ReportRun) -> AnnualReport | None:
    """Return what the edition that this one replaces said."""
    replaced = Snapshot.objects.filter(run=run.supersedes).first() if run.supersedes else None
    return AnnualReport.from_json(bytes(replaced.content)) if replaced else None


def todays_seal(at: datetime) -> Seal:
    """Return the day's seal over the ledger, made now if the night's task has not."""
    seal = ledger.seal(day=paris_day(at), at=at)
    return Seal(sha256=seal.hash, sealed_at=seal.sealed_at, entries=seal.entries)


def renderer() -> str:
    """Return the packages that print, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in PRINTERS)


def file_name(run: ReportRun, *, is_final: bool) -> str:
    """Return the name under which the document is downloaded."""
    kind = "" if is_final else "-projet"
    return f"bilan-{run.year}-edition-{run.edition}{kind}.pdf"
