"""A report's life: asked, drafted, approved, published, replaced. Its pages are made by a job (`tasks`)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, files, jobs
from inclusiv.records.models import Job
from reporting.publication.choices import Permission, ReportKind, RunState
from reporting.publication.models import Charter, ReportDocument, ReportRun, Snapshot

DRAFT_JOB = "annual-report-draft"
FINAL_JOB = "annual-report-final"


@transaction.atomic
def ask(*, charter: Charter, year: int, by: Actor, at: datetime) -> ReportRun:
    """Ask for the draft of a year's report. Raises Refused for a year to come or a draft already in preparation."""
    check_permission(by)
    if not charter.signed_on.year <= year <= paris_day(at).year:
        raise Refused(
            "no_such_year",
            f"L’année {year} n’a pas de bilan : choisissez de {charter.signed_on.year} à {paris_day(at).year}.",
            field="year",
        )
    published = ReportRun.objects.filter(charter=charter, year=year, published_at__isnull=False)
    try:
        with transaction.atomic():
            run = ReportRun.objects.create(
                kind=ReportKind.ANNUAL,
                charter=charter,
                year=year,
                edition=published.count() + 1,
                supersedes=published.filter(state=RunState.PUBLISHED).first(),
                asked_at=at,
                asked_by=by.signature,
                updated_at=at,
            )
    except IntegrityError as error:
        message = f"Le bilan {year} est déjà en préparation : publiez-le ou écartez-le d’abord."
        raise Refused("already_asked", message, field="year") from error
    attach_job(run, DRAFT_JOB, f"Brouillon du bilan {year}", by=by, at=at)
    audit.record(code="report.asked", subjects=[run, charter], by=by, at=at, year=year)
    return run


@transaction.atomic
def approve(*, run: ReportRun, by: Actor, at: datetime) -> Job:
    """Ask for the final document of a draft that was read; it is published when it is made.

    Raises Refused for a year that is not over: a published report is never taken back.
    """
    check_permission(by)
    held = ReportRun.objects.select_for_update().get(pk=run.pk)
    if held.state != RunState.READY:
        raise Refused("not_ready", "Ce bilan n’est pas un brouillon prêt : rechargez la page.")
    if held.year >= paris_day(at).year:
        raise Refused(
            "year_not_over",
            f"L’année {held.year} n’est pas finie : son bilan se publie à partir du 1er janvier {held.year + 1}.",
        )
    if held.job and not held.job.is_over:
        raise Refused("already_approved", "La publication de ce bilan est déjà demandée.")
    audit.record(
        code="report.approved",
        subjects=[held, held.charter],
        by=by,
        at=at,
        year=held.year,
        edition=held.edition,
    )
    return attach_job(held, FINAL_JOB, f"Publication du bilan {held.year}", by=by, at=at)


@transaction.atomic
def discard(*, run: ReportRun, by: Actor, at: datetime) -> None:
    """Set a draft aside, to ask for another one with newer figures."""
    check_permission(by)
    held = ReportRun.objects.select_for_update().get(pk=run.pk)
    if held.state not in {RunState.READY, RunState.QUEUED} or (held.job and not held.job.is_over):
        raise Refused("not_a_draft", "Seul un brouillon prêt, ou qui a échoué, peut être écarté.")
    held.state, held.updated_at = RunState.DISCARDED, at
    held.save(update_fields=["state", "updated_at"])
    audit.record(code="report.discarded", subjects=[held, held.charter], by=by, at=at, year=held.year)


def freeze(
    *, run: ReportRun, content: bytes, sha256: str, schema: int, cut_off: datetime, seal: str
) -> Snapshot:
    """Keep the figures of a run; those of a first try that was interrupted are kept for the next."""
    snapshot, _ = Snapshot.objects.get_or_create(
        run=run,
        defaults={
            "content": content,
            "sha256": sha256,
            "schema": schema,
            "cut_off_at": cut_off,
            "ledger_seal": seal,
        },
    )
    return snapshot


@transaction.atomic
def deliver(
    *,
    run: ReportRun,
    claim: jobs.Claim,
    content: bytes,
    pages: int,
    renderer: str,
    name: str,
    is_final: bool,
    by: Actor,
    at: datetime,
) -> ReportDocument:
    """Store the document, move the run and end the job in one transaction: exactly once, or not at all.

    Raises SupersededError when another worker has taken the job over, Refused when the run was set aside meanwhile.
    """
    claim.finish()
    if ReportRun.objects.select_for_update().get(pk=run.pk).state == RunState.DISCARDED:
        raise Refused("discarded", f"Ce brouillon du bilan {run.year} a été écarté : il ne revient pas.")
    stored = files.store(content=content, name=name, content_type="application/pdf", at=at)
    document = ReportDocument.objects.create(
        run=run, is_final=is_final, file=stored, pages=pages, renderer=renderer, made_at=at
    )
    if is_final:
        publish(run, by=by, at=at)
    else:
        ReportRun.objects.filter(pk=run.pk).update(state=RunState.READY, updated_at=at)
        audit.record(code="report.drafted", subjects=[run, run.charter], by=by, at=at, year=run.year)
    return document


def publish(run: ReportRun, *, by: Actor, at: datetime) -> None:
    """Publish a run; the edition before it becomes a former one, still readable."""
    ReportRun.objects.filter(superseded_by=run).update(state=RunState.SUPERSEDED, updated_at=at)
    ReportRun.objects.filter(pk=run.pk).update(state=RunState.PUBLISHED, published_at=at, updated_at=at)
    replaced = [run.supersedes] if run.supersedes else []
    audit.record(
        code="report.published",
        subjects=[run, run.charter, *replaced],
        by=by,
        at=at,
        year=run.year,
        edition=run.edition,
    )


def note_download(*, run: ReportRun, by: Actor, at: datetime) -> None:
    """Keep who downloaded which report, once an hour."""
    audit.record_once(code="report.downloaded", subject=run, by=by, at=at, year=run.year)


def attach_job(run: ReportRun, kind: str, label: str, *, by: Actor, at: datetime) -> Job:
    """Queue a job for a run and remember it."""
    run.job = jobs.queue(kind=kind, label=label, subject=run, by=by, at=at, run=run.pk)
    run.save(update_fields=["job"])
    return run.job


def check_permission(by: Actor) -> None:
    """Raise Refused unless the role makes reports."""
    if not by.may(Permission.MAKE_REPORT):
        raise Refused("not_permitted", "Seule la coordination départementale prépare le bilan.")
