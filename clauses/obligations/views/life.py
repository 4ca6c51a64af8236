"""« Vie du contrat »: what each lot owes and why, and the changes of a notified contract."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Protocol

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clauses.obligations.actions import life
from clauses.obligations.forms.life import (
    AffirmForm,
    AmendForm,
    AsOfForm,
    InvoiceForm,
    RenewForm,
    ResumeForm,
    SuspendForm,
    TerminateForm,
    TrancheForm,
    TransferForm,
)
from clauses.obligations.selectors.contract import (
    amendment_trigger,
    contract_sheet,
    lots_to_amend,
    low_value_so_far,
)
from clauses.procurement.actions import life as contract_life
from clauses.procurement.choices import Permission, TenderNature
from clauses.procurement.models import Lot, Tender, Tranche
from clauses.procurement.rules.life import doubt_on_amount, quarter_ends
from clauses.procurement.rules.tenders import INVOICED, RUNNING
from clauses.procurement.views.tenders import trail_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor
from inclusiv.core.errors import too_many_requests
from inclusiv.core.forms import SubmissionForm
from inclusiv.core.periods import PARIS, paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent


@require_safe
@requires(Permission.SEE_TENDERS)
def contract(request: ActorRequest, pk: int) -> HttpResponse:
    """Show what each lot owes, the changes that led there, and what may change it."""
    tender = opened(request, pk)
    form = AsOfForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today = paris_day(timezone.now())
    on, known = asked.get("le") or today, asked.get("connu") or today
    sheet = contract_sheet(tender, on=on, known_at=datetime.combine(known, time.max, tzinfo=PARIS))
    context = {
        "tender": tender,
        "sheet": sheet,
        "form": form,
        "on": on,
        "known": known,
        "is_past": bool(asked.get("le") or asked.get("connu")),
        "may_change": request.actor.may(Permission.CHANGE_CONTRACT) and tender.status in RUNNING,
        "may_invoice": request.actor.may(Permission.CHANGE_CONTRACT) and tender.status in INVOICED,
        "may_describe": request.actor.may(Permission.REGISTER_TENDER) and not tender.is_bound,
        "trail": trail_of(tender, "Vie du contrat", actor=request.actor),
    }
    return render(request, "clauses/obligations/contract_page.html", context)


def opened(request: ActorRequest, pk: int) -> Tender:
    """Return a tender that the actor sees."""
    found = Tender.objects.visible_to(request.actor).select_related("buyer", "place")
    return get_object_or_404(found, pk=pk)


class Write(Protocol):
    """Given what was typed, write it, and return the sentence that says so."""

    def __call__(self, given: Mapping[str, Any], /, *, by: Actor, at: datetime) -> str: ...


def answer(
    request: ActorRequest,
    tender: Tender,
    form: SubmissionForm,
    write: Write,
    *,
    title: str,
    intro: str,
    is_final: bool = False,
    writes_letters: bool = False,
    template: str = "clauses/obligations/life_form.html",
) -> HttpResponse:
    """Show a form of a contract's life, or write it once and go back to the contract; its letters are counted."""
    if request.method == "POST" and form.is_valid():
        if writes_letters and not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        given = {name: value for name, value in form.cleaned_data.items() if name != "submission"}
        said = sent(form, write, given, by=request.actor, at=timezone.now())
        if said is not None:
            messages.success(request, said)
            return redirect("obligations:contract", tender.pk)
    context = {
        "form": form,
        "tender": tender,
        "title": title,
        "intro": intro,
        "is_final": is_final,
        "trail": trail_of(tender, title, actor=request.actor),
    }
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_CONTRACT)
def amend(request: ActorRequest, pk: int) -> HttpResponse:
    """« Enregistrer un avenant »: the hours are those of the calculation unless the amendment says others."""
    tender = opened(request, pk)
    trigger = amendment_trigger(tender, on=paris_day(timezone.now()))
    lots = lots_to_amend(tender, trigger=trigger)
    form = AmendForm(request.POST or None, lots=lots, trigger=trigger, initial={"version": tender.version})
    title = "Enregistrer un avenant"
    if form.is_calculating:
        form.full_clean()
        form.propose()
        context = {
            "form": form,
            "tender": tender,
            "title": title,
            "trail": trail_of(tender, title, actor=request.actor),
        }
        return render(request, "clauses/obligations/amend_form.html", context)

    before = low_value_so_far(tender)

    def write(_: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        told = form.told()
        amendment = life.amend(tender=tender, **told, by=by, at=at)
        doubt = doubt_on_amount(
            told["article"],
            amount=sum((terms.amount - terms.added for terms in form.lots), ZERO),
            delta=sum((change.amount for change in told["changes"]), ZERO),
            before=before,
            is_works=tender.nature == TenderNature.WORKS,
        )
        if doubt:
            messages.warning(request, doubt)
        return f"L’avenant n° {amendment.number} est enregistré."

    return answer(
        request,
        tender,
        form,
        write,
        title=title,
        intro="",
        writes_letters=True,
        template="clauses/obligations/amend_form.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_CONTRACT)
def transfer(request: ActorRequest, pk: int) -> HttpResponse:
    """« Changer de titulaire »: what is owed goes on with another company."""
    tender = opened(request, pk)
    form = TransferForm(request.POST or None, tender=tender, initial={"version": tender.version})

    def write(_: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        life.amend(tender=tender, **form.told(), by=by, at=at)
        return "Le changement de titulaire est enregistré."

    return answer(
        request,
        tender,
        form,
        write,
        title="Changer de titulaire",
        intro="Le nouveau titulaire reprend les heures dues telles qu’elles sont ; celui qui part garde l’accès à ce"
        " qu’il a déclaré.",
        writes_letters=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_CONTRACT)
def renew(request: ActorRequest, pk: int) -> HttpResponse:
    """« Reconduire »: the hours of each lot are due once more."""
    tender = opened(request, pk)
    today = paris_day(timezone.now())
    last = tender.renewals.order_by("-number").first()
    starts_on = last.starts_on if last else tender.starts_on or today
    form = RenewForm(request.POST or None, starts_on=starts_on, ends_on=tender.ends_on or today)

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        renewal = life.renew(tender=tender, **given, by=by, at=at)
        return f"La reconduction n° {renewal.number} est enregistrée."

    return answer(
        request,
        tender,
        form,
        write,
        title="Reconduire le marché",
        intro="Les heures de chaque lot sont dues une nouvelle fois, sur la période reconduite.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def add_tranche(request: ActorRequest, pk: int) -> HttpResponse:
    """« Décrire une tranche optionnelle » of a lot."""
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender__buyer"), pk=pk)
    form = TrancheForm(request.POST or None)

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        tranche = contract_life.add_tranche(lot=lot, **given, by=by, at=at)
        return f"Lot {lot.number} : la tranche optionnelle {tranche.number} est décrite."

    return answer(
        request,
        lot.tender,
        form,
        write,
        title=f"Tranche optionnelle du lot {lot.number}",
        intro="Le lot porte la tranche ferme. Ce que vous décrivez ici ne sera dû qu’une fois la tranche affermie.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def remove_tranche(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then take an optional tranche away."""
    found = Tranche.objects.visible_to(request.actor).select_related("lot__tender")
    tranche = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        try:
            contract_life.remove_tranche(tranche=tranche, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(
                request, f"Le lot {tranche.lot.number} n’a plus de tranche optionnelle {tranche.number}."
            )
        return redirect("obligations:contract", tranche.lot.tender_id)
    return render(request, "clauses/obligations/tranche_remove.html", {"tranche": tranche})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_CONTRACT)
def affirm(request: ActorRequest, pk: int) -> HttpResponse:
    """« Affermir » an optional tranche: its hours become owed."""
    found = Tranche.objects.visible_to(request.actor).select_related("lot__tender__buyer")
    tranche = get_object_or_404(found, pk=pk)
    form = AffirmForm(request.POST or None, initial={"affirmed_on": paris_day(timezone.now())})

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        life.affirm(tranche=tranche, **given, by=by, at=at)
        return f"Lot {tranche.lot.number} : la tranche optionnelle {tranche.number} est affermie."

    return answer(
        request,
        tranche.lot.tender,
        form,
        write,
        title=f"Affermir la tranche {tranche.number} du lot {tranche.lot.number}",
        intro="Ses heures s’ajoutent à celles du lot à compter de ce jour.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_CONTRACT)
def invoice(request: ActorRequest, pk: int) -> HttpResponse:
    """« Montants facturés » of a lot whose hours follow them."""
    lot = get_object_or_404(Lot.objects.visible_to(request.actor).select_related("tender__buyer"), pk=pk)
    today = paris_day(timezone.now())
    form = InvoiceForm(
        request.POST or None, quarters=quarter_ends(lot.tender.starts_on or today, until=today)
    )

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        life.invoice(lot=lot, **given, by=by, at=at)
        return f"Lot {lot.number} : le montant facturé est enregistré."

    return answer(
        request,
        lot.tender,
        form,
        write,
        title=f"Montants facturés du lot {lot.number}",
        intro="Les heures dues suivent le total facturé, au prorata.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RUN_TENDER)
def suspend(request: ActorRequest, pk: int) -> HttpResponse:
    """« Suspendre » the execution."""
    tender = opened(request, pk)
    form = SuspendForm(request.POST or None, initial={"starts_on": paris_day(timezone.now())})

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        life.suspend(tender=tender, **given, by=by, at=at)
        return "L’exécution est suspendue : plus aucun relevé n’est attendu."

    return answer(
        request,
        tender,
        form,
        write,
        title="Suspendre l’exécution",
        intro="Les heures restent dues ; aucune n’est attendue jusqu’à la reprise.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RUN_TENDER)
def resume(request: ActorRequest, pk: int) -> HttpResponse:
    """« Reprendre » the execution."""
    tender = opened(request, pk)
    initial = {"resumed_on": paris_day(timezone.now()), "ends_on": tender.ends_on}
    form = ResumeForm(request.POST or None, initial=initial)

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        life.resume(tender=tender, **given, by=by, at=at)
        return "L’exécution reprend, et avec elle les relevés mensuels."

    return answer(
        request,
        tender,
        form,
        write,
        title="Reprendre l’exécution",
        intro="Les relevés mensuels reprennent avec elle.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RUN_TENDER)
def terminate(request: ActorRequest, pk: int) -> HttpResponse:
    """« Résilier » the contract."""
    tender = opened(request, pk)
    form = TerminateForm(request.POST or None, initial={"version": tender.version})

    def write(given: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
        life.terminate(tender=tender, **given, by=by, at=at)
        return "Le marché est résilié : les heures dues sont revues au prorata des jours exécutés."

    return answer(
        request,
        tender,
        form,
        write,
        title="Résilier le marché",
        intro="Les heures dues sont revues au prorata des jours exécutés, jusqu’à votre décision. C’est définitif.",
        is_final=True,
    )
