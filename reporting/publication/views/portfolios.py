"""« Bilan PDF »: what the report will say, the button that makes it, and those already made."""

from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from clauses.procurement.choices import Permission
from clauses.procurement.selectors.tenders import list_crumb
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.files import serve
from inclusiv.core.forms import SubmissionForm
from inclusiv.core.periods import paris_day
from inclusiv.records.actions import readings
from inclusiv.records.forms import sent
from reporting.followup.selectors.standings import today
from reporting.publication.actions import portfolios
from reporting.publication.documents.portfolio_figures import leaves_out, list_of, perimeter_of
from reporting.publication.models import PortfolioDocument, PortfolioReport

SHELF = 10
"""How many of the reports already made are offered again."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_TENDERS)
def portfolio(request: ActorRequest) -> HttpResponse:
    """Say what the report will hold, as the address narrows it; make it on demand."""
    now, actor = timezone.now(), request.actor
    form = SubmissionForm(request.POST or None)
    listed = list_of(actor, request.GET, day=today(paris_day(now)))
    if request.method == "POST" and form.is_valid():
        report = sent(form, portfolios.ask, narrowed_by=narrowing(request.GET), by=actor, at=now)
        if report is not None:
            own = [f"organisation:{actor.organisation_id}"]
            readings.note(action="tenders.exported", subjects=own, by=actor, at=now)
            return to_job(report)
    context = {
        "form": form,
        "perimeter": perimeter_of(listed),
        "lots": listed.count,
        "leaves_out": leaves_out(actor),
        "former": PortfolioDocument.objects.visible_to(actor)
        .select_related("report")
        .order_by("-made_at", "-pk")[:SHELF],
        "trail": [list_crumb(actor), Crumb(label="Bilan PDF")],
    }
    status = 422 if form.errors else 200
    return render(request, "reporting/publication/portfolio_page.html", context, status=status)


@require_safe
@requires(Permission.SEE_TENDERS)
def download(request: ActorRequest, code: str) -> FileResponse:
    """Give the PDF of a report that was made."""
    made = PortfolioDocument.objects.visible_to(request.actor).select_related("report", "file")
    document = get_object_or_404(made, report__code=code)
    portfolios.note_download(report=document.report, by=request.actor, at=timezone.now())
    return serve(document.file)


def narrowing(asked: QueryDict) -> str:
    """Return what narrows and orders a list, without its pages."""
    kept = asked.copy()
    for name in ("page", "par", "export"):
        kept.pop(name, None)
    return kept.urlencode()


def to_job(report: PortfolioReport) -> HttpResponse:
    """Send to the page that follows the job, and leads to its document."""
    document = reverse("publication:portfolio-download", args=[report.code])
    back = reverse("publication:portfolio") + (f"?{report.narrowed_by}" if report.narrowed_by else "")
    asked = urlencode({"retour": back, "resultat": document})
    return redirect(f"{reverse('records:job', args=[report.job_id])}?{asked}")
