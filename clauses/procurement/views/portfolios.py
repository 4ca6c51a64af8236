"""« Confier des marchés »: the tenders of a colleague who leaves, or of nobody, given to another in one go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.procurement.actions import portfolios
from clauses.procurement.choices import Permission
from clauses.procurement.forms.tenders import HandOverForm
from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import OVER
from inclusiv.accounts.models import User
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.french import plural
from inclusiv.core.periods import paris_day
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HAND_OVER)
def hand_over(request: ActorRequest) -> HttpResponse:
    """Choose the tenders (`?de=` narrows to those of one facilitator, 0 to those of nobody), then to whom."""
    now = timezone.now()
    everybody = User.objects.visible_to(request.actor).order_by("last_name", "first_name", "pk")
    tenders = Tender.objects.visible_to(request.actor).exclude(status__in=OVER).select_related("facilitator")
    whose = request.GET.get("de", "")
    if whose.isdecimal() and len(whose) < 19:
        tenders = tenders.filter(facilitator=int(whose) or None)
    form = HandOverForm(
        request.POST or None,
        tenders=tenders.order_by("facilitator__last_name", "reference", "pk"),
        colleagues=everybody.filter(
            memberships__in=portfolios.colleagues(request.actor, on=paris_day(now))
        ).distinct(),
    )
    if request.method == "POST" and form.is_valid():
        moved = sent(
            form,
            portfolios.hand_over,
            tenders=[tender.pk for tender in form.cleaned_data["tenders"]],
            to=form.cleaned_data["to"],
            by=request.actor,
            at=now,
        )
        if moved is not None:
            messages.success(request, f"{plural(moved, 'marché confié', 'marchés confiés')}.")
            return redirect("accounts:team")
    context = {"form": form, "people": everybody, "whose": whose}
    return render(request, "clauses/procurement/hand_over.html", context, status=422 if form.errors else 200)
