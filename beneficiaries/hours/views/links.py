"""Declare a month by the link of a mail, without an account; and send that link."""

from datetime import date

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from beneficiaries.hours.actions import reminders
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.choices import Permission
from beneficiaries.hours.forms import GridForm
from beneficiaries.hours.selectors.sheets import link_sheet
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.selectors import actor_of_link
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.errors import too_many_requests
from inclusiv.core.french import elide
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import readings
from inclusiv.records.models import SignedLink


def declare(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The screen of a month's link: the grid, then a word of thanks."""
    sheet = link_sheet(link)
    now = timezone.now()
    by = actor_of_link(link, name=str(link.data["name"]), on=paris_day(now), role=Role.EMPLOYER)
    readings.note(
        action="statement.filling_by_link",
        subjects=(f"person:{one.person}" for one in sheet.people),
        by=by,
        at=now,
        link=link,
    )
    form = GridForm(request.POST or None, people=sheet.people, stamp=sheet.stamp)
    if request.method == "POST" and form.is_valid():
        filled = Sheet(award=sheet.award, declarant=sheet.declarant, month=sheet.month, lines=form.lines)
        try:
            reminders.declare_by_link(link=link, sheet=filled, by=by, at=now)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            context = {"sheet": sheet, "total": form.total}
            return render(request, "beneficiaries/hours/statement_link_thanks.html", context)
    context = {
        "sheet": sheet,
        "form": form,
        "title": f"Déclarer les heures {elide('de', sheet.month_text)}",
    }
    status = 422 if form.errors else 200
    return render(request, "beneficiaries/hours/statement_by_link.html", context, status=status)


@require_POST
@requires(Permission.DECLARE_FOR_OTHERS)
def send(request: ActorRequest, award: int, month: date, declarant: int) -> HttpResponse:
    """« Envoyer le lien » of a month that is awaited."""
    seen = get_object_or_404(
        Award.objects.visible_to(request.actor).select_related("lot__tender__buyer"), pk=award
    )
    company = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=declarant)
    if not ratelimit.consume(request, action="letter"):
        return too_many_requests(request)
    try:
        contact = reminders.send_link(
            award=seen, declarant=company, month=month, by=request.actor, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Le lien part à {contact.name} ({contact.email}).")
    return redirect("hours:expected")
