"""« Qui a été retenu ? »: the screen of the buyer's link, and the same answer entered by a facilitator or the buyer."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clauses.obligations.actions import inquiries as answers
from clauses.obligations.forms.inquiries import AnswerForm
from clauses.procurement.actions import inquiries
from clauses.procurement.choices import Permission
from clauses.procurement.models import Tender
from clauses.procurement.selectors.inquiries import missing_of
from clauses.procurement.views.tenders import trail_of
from inclusiv.accounts.selectors import actor_of_link
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent
from inclusiv.records.models import SignedLink


def form_of(request: HttpRequest, tender: Tender) -> AnswerForm:
    """Return the form of what is still unknown of a tender."""
    today = paris_day(timezone.now())
    return AnswerForm(request.POST or None, tender=tender, missing=missing_of(tender), today=today)


def written(form: AnswerForm, tender: Tender, *, link: SignedLink | None = None, by: Actor) -> Tender | None:
    """Write a valid answer once, and return the tender as it is then; None when it is refused."""
    now = timezone.now()
    return sent(form, answers.answer, tender=tender, link=link, **form.answers(), by=by, at=now)


def by_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The screen of the link: what is still unknown, then a word of thanks that says what remains."""
    tender = inquiries.tender_of(link)
    form = form_of(request, tender)
    today = paris_day(timezone.now())
    by = actor_of_link(link, name=str(link.data["name"]), on=today, role=Role.BUYER)
    if request.method == "POST" and form.is_valid():
        answered = written(form, tender, link=link, by=by)
        if answered is not None:
            context = {"tender": answered, "missing": missing_of(answered), "form": form}
            return render(request, "clauses/obligations/award_thanks.html", context)
    context = {"tender": tender, "form": form}
    status = 422 if form.errors else 200
    return render(request, "clauses/obligations/award_by_link.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AWARD_LOT)
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """« Saisir la réponse »: the same, entered for the buyer or by it."""
    found = Tender.objects.visible_to(request.actor).select_related(
        "buyer", "structure", "facilitator", "place"
    )
    tender = get_object_or_404(found, pk=pk)
    form = form_of(request, tender)
    if request.method == "POST" and form.is_valid():
        if form.is_notified and not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        answered = written(form, tender, by=request.actor)
        if answered is not None:
            left = missing_of(answered).words
            rest = [f"Il reste à indiquer {left}."] if left else []
            messages.success(request, " ".join(["C’est noté.", *form.retained, *rest]))
            return redirect("obligations:start", pk)
    context = {
        "tender": tender,
        "form": form,
        "trail": trail_of(tender, "Qui a été retenu ?", actor=request.actor),
    }
    status = 422 if form.errors else 200
    return render(request, "clauses/obligations/award_answer.html", context, status=status)


@require_POST
@requires(Permission.ASK_BUYER)
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    """« Demander à l’acheteur » now."""
    tender = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    if not ratelimit.consume(request, action="letter"):
        return too_many_requests(request)
    try:
        reader = inquiries.ask(tender=tender, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"La demande part à {reader.name} ({reader.email}).")
    return redirect("obligations:start", pk)
