"""« Bilan PDF » of a list of tenders: asked, made by a job, downloaded."""

from datetime import datetime

from django.db import transaction

from clauses.procurement.choices import Permission
from inclusiv.accounts.models import Organisation
from inclusiv.core import pdf
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, files, jobs
from reporting.publication.models import PortfolioDocument, PortfolioReport

JOB = "portfolio-report"
LONGEST_QUERY = 500
MOST_WAITING = 3
"""Reports that one person may wait for at once: the others need the workers too."""


@transaction.atomic
def ask(*, narrowed_by: str, by: Actor, at: datetime) -> PortfolioReport:
    """Ask for the report on the list that one reads; `narrowed_by` is its address after « ? », 500 characters at most."""
    if not by.may(Permission.SEE_TENDERS):
        raise Refused("not_permitted", "Votre rôle ne lit pas de liste de marchés.")
    if len(narrowed_by) > LONGEST_QUERY:
        raise Refused("query_too_long", "Cette recherche est trop longue : retirez des filtres.")
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)  # one counts at a time
    if jobs.waiting(kind=JOB, by=by) >= MOST_WAITING:
        raise Refused(
            "too_many_waiting",
            f"{MOST_WAITING} bilans que vous avez demandés sont encore en préparation : attendez que l’un soit prêt.",
        )
    report = PortfolioReport.objects.create(
        organisation_id=by.organisation_id,
        role=by.role,
        department=by.department,
        narrowed_by=narrowed_by,
        asked_at=at,
        asked_by=by.name,
    )
    report.job = jobs.queue(
        kind=JOB, label="Bilan des marchés", subject=report, by=by, at=at, report=report.pk
    )
    report.save(update_fields=["job"])
    audit.record(code="portfolio.asked", subjects=[organisation, report], by=by, at=at)
    return report


@transaction.atomic
def deliver(
    *, report: PortfolioReport, claim: jobs.Claim, content: bytes, printed: pdf.Pdf, at: datetime
) -> None:
    """Store the document and end the job in one transaction. Raises SupersededError when another worker took it over."""
    claim.finish()
    stored = files.store(
        content=printed.content,
        name=f"bilan-marches-{report.asked_at:%Y-%m-%d}.pdf",
        content_type="application/pdf",
        at=at,
    )
    PortfolioDocument.objects.create(
        report=report, content=content, file=stored, pages=printed.pages, made_at=at
    )


def note_download(*, report: PortfolioReport, by: Actor, at: datetime) -> None:
    """Keep who downloaded which report, once an hour."""
    audit.record_once(code="portfolio.downloaded", subject=report, by=by, at=at)
