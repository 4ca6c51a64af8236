"""« Réunion de mise au point »: tell it, correct it, take its minutes away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from clauses.obligations.actions import kickoffs
from clauses.obligations.documents.minutes import print_minutes
from clauses.obligations.forms.kickoffs import KickOffForm
from clauses.obligations.models import KickOff
from clauses.obligations.selectors.kickoffs import awards_to_settle, kick_off_sheet
from clauses.procurement.choices import Permission
from clauses.procurement.models import Tender
from clauses.procurement.views.tenders import trail_of
from inclusiv.accounts.counting import may_draw
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_documents
from inclusiv.core.periods import paris_day
from inclusiv.core.uploads import plain_name
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RUN_TENDER)
def hold(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell the meeting, or correct what was told."""
    now = timezone.now()
    tender = get_object_or_404(Tender.objects.visible_to(request.actor).select_related("buyer"), pk=pk)
    known = KickOff.objects.visible_to(request.actor).filter(tender=tender).first()
    form = KickOffForm(
        request.POST or None,
        awards=awards_to_settle(tender),
        kick_off=known,
        reader=request.actor,
        today=paris_day(now),
    )
    if request.method == "POST" and form.is_valid():
        done = sent(form, kickoffs.hold, tender=tender, **form.facts(), by=request.actor, at=now)
        if done is not None:
            messages.success(request, "Le compte rendu est enregistré.")
            return redirect("obligations:start", pk)
    context = {
        "tender": tender,
        "form": form,
        "is_correction": known is not None,
        "trail": trail_of(tender, "Réunion de mise au point", actor=request.actor),
    }
    return render(
        request, "clauses/obligations/kick_off_form.html", context, status=422 if form.errors else 200
    )


@require_safe
@requires(Permission.SEE_TENDERS, Permission.SEE_OWN_LOTS)
def minutes(request: ActorRequest, pk: int) -> HttpResponse:
    """Give the minutes as a PDF, with the lots that the reader sees."""
    tender = get_object_or_404(Tender.objects.visible_to(request.actor).select_related("buyer"), pk=pk)
    sheet = kick_off_sheet(tender, actor=request.actor, on=paris_day(timezone.now()))
    if sheet is None or sheet.kick_off is None:
        raise Http404
    if not may_draw(request):
        return too_many_documents(request)
    sheet.kick_off.tender = tender
    printed = print_minutes(sheet, sheet.kick_off)
    response = HttpResponse(printed.content, content_type="application/pdf")
    name = plain_name(f"{tender.reference}-mise-au-point.pdf".replace("/", "-"))
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
