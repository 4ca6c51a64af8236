"""Read a tender's life, correct it, and move it along."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clauses.procurement.actions import tenders
from clauses.procurement.choices import Permission, TenderAction, TenderStatus
from clauses.procurement.forms.tenders import ChangeForm, FactsForm
from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import TENDER
from clauses.procurement.selectors.parties import member_sheet, reads_as_member
from clauses.procurement.selectors.registering import registering_path
from clauses.procurement.selectors.tenders import STEPS, list_crumb, tender_sheet
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor
from inclusiv.core.changes import trails
from inclusiv.core.components.screens import Crumb
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent
from inclusiv.records.models import reference
from inclusiv.records.selectors import timeline

CONSEQUENCES = {
    "etudier": "La structure de facilitation étudie la clause avec l’acheteur : lots concernés, heures, publics.",
    "clause-redigee": "La clause de chaque lot est prête à figurer dans les pièces du marché.",
    "publier": "La consultation est publiée : changer les heures demandera de prévenir les candidats.",
    "analyser": "Les offres sont reçues ; il restera à indiquer le titulaire de chaque lot.",
    "demarrer": "L’exécution commence : les entreprises déclarent leurs heures chaque mois.",
    "achever": "Les prestations sont finies ; il reste à contrôler les derniers relevés, puis à clore le bilan.",
    "clore": "Le bilan est arrêté. Le marché reste consultable, il ne change plus.",
    "reprogrammer": "L’étude de la clause s’arrête pour l’instant. Les lots et les calculs restent.",
    "reprendre-l-etude": "La clause redevient un projet : les heures et les textes peuvent encore changer.",
    "depublier": "La consultation n’est plus dite publiée. Retirez-la aussi de votre profil d’acheteur.",
    "reprendre-la-consultation": "Les offres sont de nouveau attendues.",
    "sans-suite": "La procédure s’arrête sans titulaire. Le marché reste dans les statistiques ; c’est définitif.",
}
"""What each move entails, said before it is confirmed."""

FINAL = frozenset({"sans-suite"})

CHANGED = "Ce marché a changé d’état depuis que la page est ouverte : relisez avant de confirmer."


def warn(request: ActorRequest, form: FactsForm) -> None:
    """Tell what is doubtful in what was accepted."""
    if form.doubt:
        messages.warning(request, form.doubt)


@require_safe
@requires(Permission.SEE_TENDERS, Permission.SEE_OWN_LOTS)
def tender(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell a tender's life; a contractor reads its own lots and whom to call."""
    actor = request.actor
    found = Tender.objects.visible_to(actor, as_member=True)
    shown = get_object_or_404(found.select_related("buyer", "structure", "facilitator", "place"), pk=pk)
    if reads_as_member(shown, actor=actor):
        return member_page(request, shown)
    owns = actor.may(Permission.SEE_TENDERS)
    context = {
        "tender": shown,
        "sheet": tender_sheet(shown, actor=actor, today=paris_day(timezone.now())),
        "path": registering_path(shown, actor=actor),
        "entries": timeline(shown, actor=actor, page=request.GET.get("suite", "")) if owns else [],
        "owns": owns,
        "sees_changes": actor.role in trails["marche"].roles,
        "subject": reference(shown),
        "may_note": actor.may(Permission.REGISTER_TENDER),
        "is_buyer": actor.organisation_id == shown.buyer_id,
        "trail": [list_crumb(actor), Crumb(label=shown.reference)],
    }
    return render(request, "clauses/procurement/tender_page.html", context)


def member_page(request: ActorRequest, tender: Tender) -> HttpResponse:
    """Show a tender to a member of its buying group, who reads it and changes nothing."""
    context = {
        "tender": tender,
        "sheet": member_sheet(tender),
        "owns": True,
        "is_member": True,
        "trail": [
            list_crumb(request.actor),
            Crumb(label="Groupements de commandes", url=reverse("procurement:groups")),
            Crumb(label=tender.reference),
        ],
    }
    return render(request, "clauses/procurement/tender_member.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a tender's identification."""
    now = timezone.now()
    found = get_object_or_404(Tender.objects.visible_to(request.actor).select_related("place"), pk=pk)
    form = ChangeForm(request.POST or None, actor=request.actor, tender=found)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        done = sent(
            form, tenders.change, tender=found, version=version, **form.facts(), by=request.actor, at=now
        )
        if done is not None:
            warn(request, form)
            messages.success(request, "L’identification du marché est corrigée.")
            return redirect("procurement:tender", pk)
    context = {"form": form, "tender": found, "trail": trail_of(found, "Modifier", actor=request.actor)}
    return render(
        request, "clauses/procurement/tender_change.html", context, status=422 if form.errors else 200
    )


def trail_of(found: Tender, here: str, *, actor: Actor) -> list[Crumb]:
    """Return the way to a page under a tender's."""
    return [
        list_crumb(actor),
        Crumb(label=found.reference, url=reverse("procurement:tender", args=[found.pk])),
        Crumb(label=here),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RUN_TENDER)
def step(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """Ask before a move, then make it; the same move pressed twice is made once, without a word."""
    found = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    action = STEPS.get(slug)
    if action is None:
        raise Http404
    if request.method == "POST":
        if found.status not in (request.POST.get("lu", found.status), TENDER[action].target):
            messages.error(request, CHANGED)
            return redirect("procurement:step", pk, slug)
        try:
            moved = tenders.move(tender=found, action=action, by=request.actor, at=timezone.now())
        except Refused as refusal:
            if found.status != TENDER[action].target:
                messages.error(request, refusal.message)
        else:
            messages.success(request, f"État du marché : {moved.get_status_display()}.")
        return redirect("procurement:tender", pk)
    context = {
        "tender": found,
        "slug": slug,
        "label": TENDER[action].label,
        "consequence": CONSEQUENCES[slug],
        "is_final": slug in FINAL,
        "is_late": action is TenderAction.PUBLISH and found.status == TenderStatus.PLANNED,
    }
    return render(request, "clauses/procurement/tender_step.html", context)
