"""« Copier pour un nouveau marché »."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.obligations.actions import copies
from clauses.obligations.forms.copies import CopyForm
from clauses.procurement.choices import Permission
from clauses.procurement.models import Tender
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def copy(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask what becomes of the dates, then copy the tender and go to the copy."""
    now = timezone.now()
    source = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    form = CopyForm(request.POST or None, tender=source, today=paris_day(now))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="copy"):
            return too_many_requests(request)
        given = form.cleaned_data
        made = sent(
            form,
            copies.copy,
            tender=source,
            reference=given["reference"],
            years=form.moved_by,
            by=request.actor,
            at=now,
        )
        if made is not None:
            messages.success(
                request, f"Le marché {made.reference} est préparé : vérifiez ses dates et ses montants."
            )
            return redirect("procurement:tender", made.pk)
    context = {
        "form": form,
        "tender": source,
        "trail": trail_of(source, "Copier", actor=request.actor),
    }
    return render(request, "clauses/obligations/copy_form.html", context, status=422 if form.errors else 200)
