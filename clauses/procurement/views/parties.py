"""What is bought through several tenders, with others, or by another: an operation’s page, « Qui achète »."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clauses.procurement.actions import parties
from clauses.procurement.choices import OperationAction, Permission
from clauses.procurement.forms.parties import DelegateForm, JoinOperationForm, MemberForm, OperationForm
from clauses.procurement.models import BuyerDelegate, GroupedBuyer, Operation, Tender
from clauses.procurement.selectors.parties import operation_sheet
from clauses.procurement.selectors.tenders import list_crumb
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor
from inclusiv.core.components.screens import Crumb
from inclusiv.core.forms import SubmissionForm
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def operation(request: ActorRequest, pk: int) -> HttpResponse:
    """Show an operation with its tenders and their totals, and correct it."""
    now = timezone.now()
    shown = get_object_or_404(Operation.objects.visible_to(request.actor).select_related("buyer"), pk=pk)
    form = OperationForm(request.POST or None, operation=shown)
    if request.method == "POST" and form.is_valid():
        change, version = parties.change_operation, form.cleaned_data["version"]
        changed = sent(
            form, change, operation=shown, version=version, **form.facts(), by=request.actor, at=now
        )
        if changed is not None:
            messages.success(request, "L’opération est corrigée.")
            return redirect("procurement:operation", pk)
    context = {
        "operation": shown,
        "sheet": operation_sheet(shown, actor=request.actor),
        "form": form,
        "entries": timeline(shown, actor=request.actor, page=request.GET.get("suite", ""), within="tender"),
        "trail": [
            list_crumb(request.actor),
            Crumb(label="Opérations et groupements", url=reverse("procurement:operations")),
            Crumb(label=shown.title),
        ],
    }
    return render(
        request, "clauses/procurement/operation_page.html", context, status=422 if form.errors else 200
    )


@require_POST
@requires(Permission.REGISTER_TENDER)
def operation_step(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """Move an operation along."""
    found = get_object_or_404(Operation.objects.visible_to(request.actor), pk=pk)
    if slug not in set(OperationAction):
        raise Http404
    return done(
        request,
        lambda now: parties.move_operation(
            operation=found, action=OperationAction(slug), by=request.actor, at=now
        ),
        said="L’opération a changé d’état.",
        back=reverse("procurement:operation", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def of_tender(request: ActorRequest, pk: int) -> HttpResponse:
    """Show who buys, and write it: the operation, the members of the group, who acts in the buyer's place."""
    now = timezone.now()
    found = Tender.objects.visible_to(request.actor).select_related("buyer", "operation")
    tender = get_object_or_404(found, pk=pk)
    asked = request.POST.get("quoi", "")
    forms = forms_of(request, tender, asked, today=paris_day(now))
    form = forms.get(asked)
    if form is not None and form.is_valid():
        sent(form, write, tender, asked, form.cleaned_data, by=request.actor, at=now)
        if form.is_valid():
            messages.success(request, "C’est enregistré.")
            return redirect("procurement:parties", pk)
    context = {
        "tender": tender,
        "forms": forms,
        "members": tender.grouped_buyers.select_related("organisation").order_by("organisation__folded_name"),
        "today": paris_day(now),
        "delegates": tender.delegates.select_related("organisation").order_by("-starts_on"),
        "trail": trail_of(tender, "Qui achète", actor=request.actor),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clauses/procurement/tender_parties.html", context, status=status)


def forms_of(request: ActorRequest, tender: Tender, asked: str, *, today: date) -> dict[str, SubmissionForm]:
    """Return the three forms of the page; what was sent fills the one that was asked."""

    def typed(name: str) -> Any:
        return request.POST if asked == name else None

    return {
        "operation": JoinOperationForm(
            typed("operation"), actor=request.actor, tender=tender, auto_id="operation-%s"
        ),
        "membre": MemberForm(typed("membre"), actor=request.actor, today=today, auto_id="membre-%s"),
        "delegue": DelegateForm(
            typed("delegue"),
            actor=request.actor,
            today=today,
            initial={"starts_on": today},
            auto_id="delegue-%s",
        ),
    }


def write(tender: Tender, asked: str, given: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Do what one of the three forms asks."""
    match asked:
        case "operation" if given["operation"]:
            parties.join_operation(tender=tender, operation=given["operation"], by=by, at=at)
        case "operation":
            parties.open_operation(tender=tender, title=given["title"], by=by, at=at)
        case "membre":
            parties.add_member(tender=tender, organisation=given["member"], by=by, at=at)
        case _:
            parties.name_delegate(
                tender=tender,
                organisation=given["delegate"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                by=by,
                at=at,
            )


@require_POST
@requires(Permission.REGISTER_TENDER)
def leave_operation(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a tender out of its operation."""
    tender = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    return done(
        request,
        lambda now: parties.leave_operation(tender=tender, by=request.actor, at=now),
        said="Le marché n’est plus rattaché à l’opération.",
        back=reverse("procurement:parties", args=[pk]),
    )


@require_POST
@requires(Permission.REGISTER_TENDER)
def remove_member(request: ActorRequest, pk: int) -> HttpResponse:
    """Write that a buyer has left the group; a member itself may not."""
    seen = Tender.objects.visible_to(request.actor)
    member = get_object_or_404(GroupedBuyer.objects.visible_to(request.actor).filter(tender__in=seen), pk=pk)
    return done(
        request,
        lambda now: parties.remove_member(member=member, by=request.actor, at=now),
        said="L’acheteur n’est plus membre du groupement.",
        back=reverse("procurement:parties", args=[member.tender_id]),
    )


@require_POST
@requires(Permission.REGISTER_TENDER)
def end_delegate(request: ActorRequest, pk: int) -> HttpResponse:
    """End a mandate today."""
    delegate = get_object_or_404(BuyerDelegate.objects.visible_to(request.actor), pk=pk)
    return done(
        request,
        lambda now: parties.end_delegate(delegate=delegate, ends_on=paris_day(now), by=request.actor, at=now),
        said="La délégation ne vaut plus à partir de demain.",
        back=reverse("procurement:parties", args=[delegate.tender_id]),
    )


def done(request: ActorRequest, act: Callable[[datetime], object], *, said: str, back: str) -> HttpResponse:
    """Do something pressed by a button, say it or why not, and go back."""
    try:
        act(timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect(back)
