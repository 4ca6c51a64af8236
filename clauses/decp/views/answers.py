"""The answers to a spotted contract: follow, attach, dismiss, and take back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clauses.decp import selectors
from clauses.decp.actions import answers
from clauses.decp.choices import Permission, SpottedStatus
from clauses.decp.forms import AttachForm, FollowForm
from clauses.decp.models import SpottedContract
from clauses.decp.views.contracts import shortened
from clauses.procurement.views.tenders import warn
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.forms import SubmissionForm
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent

NOT_HERE = "{buyer} (SIREN {siren}) n’a pas encore d’espace sur Inclusiv : ce marché pourra être suivi dès son inscription."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_SPOTTED)
def follow(request: ActorRequest, pk: int) -> HttpResponse:
    """Turn a spotted contract into a followed tender, from a form that says what is known of it."""
    now = timezone.now()
    contract = waiting(request, pk)
    today = paris_day(now)
    buyers = selectors.buyers_of(contract, request.actor, on=today)
    form = None
    if contract.status == SpottedStatus.NEW and buyers:
        form = FollowForm(
            request.POST or None,
            initial=selectors.tender_facts(contract),
            actor=request.actor,
            buyers=buyers,
            today=today,
        )
    if form and request.method == "POST" and form.is_valid():
        tender = sent(form, answers.follow, contract=contract, **form.facts(), by=request.actor, at=now)
        if tender is not None:
            warn(request, form)
            messages.success(request, "Le marché est suivi : décrivez maintenant ses lots.")
            return redirect("procurement:lots", tender.pk)
    return answer_page(request, "clauses/decp/contract_follow.html", contract, form, "Suivre")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_SPOTTED)
def attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Attach a spotted contract to one of the buyer's tenders."""
    now = timezone.now()
    contract = waiting(request, pk)
    tenders = selectors.tenders_of_buyer(contract, request.actor)
    form = None
    if contract.status == SpottedStatus.NEW and tenders:
        form = AttachForm(request.POST or None, tenders=tenders)
    if form and request.method == "POST" and form.is_valid():
        tender = form.cleaned_data["tender"]
        sent(form, answers.attach, contract=contract, tender=tender, by=request.actor, at=now)
        if form.is_valid():
            messages.success(request, f"Le marché repéré est rattaché à « {tender} ».")
            return redirect("decp:contract", contract.pk)
    return answer_page(request, "clauses/decp/contract_attach.html", contract, form, "Rattacher")


@require_POST
@requires(Permission.ANSWER_SPOTTED)
def dismiss(request: ActorRequest, pk: int) -> HttpResponse:
    """Set a spotted contract aside."""
    return at_once(
        request, pk, answers.dismiss, "Le marché repéré est écarté : vous pouvez le remettre à traiter."
    )


@require_POST
@requires(Permission.ANSWER_SPOTTED)
def restore(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back a dismissal or an attachment."""
    return at_once(request, pk, answers.restore, "Le marché repéré est de nouveau à traiter.")


def at_once(request: ActorRequest, pk: int, act: Callable[..., None], done: str) -> HttpResponse:
    """Give an answer that asks for nothing else, and go back to the contract's page."""
    contract = waiting(request, pk)
    if request.POST.get("lu", contract.status) != contract.status:
        messages.error(request, "Quelqu’un a répondu entre-temps : voici où en est ce marché repéré.")
        return redirect("decp:contract", contract.pk)
    try:
        act(contract=contract, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("decp:contract", contract.pk)


def waiting(request: ActorRequest, pk: int) -> SpottedContract:
    """Return the contract of the address, 404 when it is not this reader's to answer."""
    answerable = SpottedContract.objects.visible_to(request.actor).answerable_by(request.actor)
    return get_object_or_404(answerable.select_related("buyer", "place"), pk=pk)


def answer_page(
    request: ActorRequest, template: str, contract: SpottedContract, form: SubmissionForm | None, crumb: str
) -> HttpResponse:
    """Show the form of an answer, or why there is none."""
    context = {
        "contract": contract,
        "title": shortened(contract.title),
        "form": form,
        "trail": [
            Crumb(label="Marchés repérés", url=reverse("decp:list")),
            Crumb(label=contract.reference, url=reverse("decp:contract", args=[contract.pk])),
            Crumb(label=crumb),
        ],
        "missing_buyer": NOT_HERE.format(buyer=contract.buyer_label, siren=contract.buyer_siren),
    }
    return render(request, template, context, status=422 if form and form.errors else 200)
