"""The signatories' room, and the coordination's preparation of the report."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inclusiv.accounts.signing.recent import recently_signed_in
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.files import serve
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline
from reporting.publication.actions import reports as report_actions
from reporting.publication.choices import Permission
from reporting.publication.forms import AskForm
from reporting.publication.models import ReportDocument, ReportRun
from reporting.publication.selectors.reports import (
    charter_of,
    coordination,
    own_years,
    shelf,
    years_to_report,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_REPORTS)
def reports(request: ActorRequest) -> HttpResponse:
    """Show the latest report and the former ones; the coordination asks here for the next."""
    now = timezone.now()
    charter = charter_of(request.actor)
    may_make = charter is not None and request.actor.may(Permission.MAKE_REPORT)
    form = None
    if may_make and charter:
        form = AskForm(request.POST or None, years=years_to_report(charter, today=paris_day(now)))
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            run = sent(
                form, report_actions.ask, charter=charter, year=given["year"], by=request.actor, at=now
            )
            if run is not None:
                return to_job(run, result="brouillon")
    on, shown = paris_day(now), shelf(request.actor)
    latest = shown.latest
    context = {
        "charter": charter,
        "shelf": shown,
        "form": form,
        "this_year": on.year,
        "own": own_years(
            request.actor,
            year=latest.year if latest else on.year,
            cut_off=latest.snapshot.cut_off_at if latest else now,
        ),
        "coordination": None if may_make else coordination(request.actor.department, on=on),
        "entries": timeline(charter, actor=request.actor, page=request.GET.get("suite", ""))
        if may_make and charter
        else [],
    }
    status = 422 if form and form.errors else 200
    return render(request, "reporting/publication/report_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MAKE_REPORT)
@recently_signed_in
def publish(request: ActorRequest, code: str) -> HttpResponse:
    """Publish a draft that was read, after a confirmation: its final document is made by a job."""
    run = get_object_or_404(ReportRun.objects.visible_to(request.actor).select_related("snapshot"), code=code)
    if request.method != "POST":
        context = {"run": run, "title": f"Publier le bilan {run.year} ?"}
        return render(request, "reporting/publication/report_publish.html", context)
    try:
        report_actions.approve(run=run, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("publication:reports")
    run.refresh_from_db()
    return to_job(run, result="bilan")


@require_POST
@requires(Permission.MAKE_REPORT)
def discard(request: ActorRequest, code: str) -> HttpResponse:
    """Set a draft aside."""
    run = get_object_or_404(ReportRun.objects.visible_to(request.actor), code=code)
    try:
        report_actions.discard(run=run, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Le brouillon du bilan {run.year} est écarté.")
    return redirect("publication:reports")


@require_safe
@requires(Permission.SEE_REPORTS)
def download(request: ActorRequest, code: str, form: str) -> FileResponse:
    """Give the PDF of a report, « bilan » or « brouillon », to who may read the run."""
    run = get_object_or_404(ReportRun.objects.visible_to(request.actor), code=code)
    wanted = ReportDocument.objects.visible_to(request.actor).filter(run=run, is_final=form == "bilan")
    document = get_object_or_404(wanted.select_related("file"))
    report_actions.note_download(run=run, by=request.actor, at=timezone.now())
    return serve(document.file)


def to_job(run: ReportRun, *, result: str) -> HttpResponse:
    """Send to the page that follows the run's job, and leads to its document."""
    document = reverse("publication:download", args=[run.code, result])
    asked = urlencode({"retour": reverse("publication:reports"), "resultat": document})
    return redirect(f"{reverse('records:job', args=[run.job_id])}?{asked}")
