"""What the law asks of a tender, the decision to place no clause, and the register of those decisions."""

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet, Value
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clauses.obligations.actions import duties
from clauses.obligations.forms.duty import CHANGED, WithoutClauseForm, stamp_of_decision
from clauses.obligations.rules.duty import DEROGATIONS, Duty
from clauses.obligations.selectors.duty import carries_condition, verdict_of
from clauses.procurement.actions import decisions
from clauses.procurement.choices import NoClauseReason, Permission
from clauses.procurement.models import NoClauseDecision, Tender
from clauses.procurement.views.tenders import trail_of
from inclusiv.core import french
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.figures import two_lines
from inclusiv.core.fields import Fold
from inclusiv.core.listing import Column, FilterForm, Listing
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.core.stamps import seen_in
from inclusiv.records.forms import sent

WORDS = {
    Duty.NOT_REQUIRED: ("NEUTRAL", "Clause facultative"),
    Duty.UNKNOWN: ("CATCH_UP", "Montant à indiquer"),
    Duty.SATISFIED: ("ON_TRACK", "Clause prévue"),
    Duty.JUSTIFIED: ("NEUTRAL", "Absence justifiée"),
    Duty.TO_JUSTIFY: ("ACTION", "À justifier"),
}
"""The colour and the word of each verdict."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def without_clause(request: ActorRequest, pk: int) -> HttpResponse:
    """« Pas de clause sur ce marché »: what the law says of it, and the decision with its reasons.

    An htmx request gets the verdict alone, for the tender's own page.
    """
    now = timezone.now()
    today = paris_day(now)
    tender = get_object_or_404(Tender.objects.visible_to(request.actor).select_related("buyer"), pk=pk)
    decision = NoClauseDecision.objects.visible_to(request.actor).filter(tender=tender).first()
    form = WithoutClauseForm(request.POST or None, decision=decision, initial={"decided_on": today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = sent(
            form,
            duties.decide_without,
            tender=tender,
            reason=NoClauseReason(given["reason"]),
            text=given["text"],
            decided_by=given["decided_by"],
            decided_on=given["decided_on"],
            by=request.actor,
            at=now,
        )
        if done is not None:
            messages.success(request, "La décision de ne pas prévoir de clause est enregistrée.")
            return redirect("procurement:tender", pk)
    verdict = verdict_of(tender, today=today)
    state, word = WORDS[verdict.duty]
    is_fragment = bool(request.htmx and not request.htmx.boosted)
    context = {
        "tender": tender,
        "form": form,
        "decision": decision,
        "verdict": verdict,
        "state": state,
        "word": word,
        "carries": tender.lots.filter(has_clause=True).exists(),
        "may_decide": decision or verdict.is_open or not carries_condition(tender),
        "is_fragment": is_fragment,
        "trail": trail_of(tender, "Pas de clause", actor=request.actor),
    }
    return render(
        request,
        f"clauses/obligations/without_clause.html{'#verdict' if is_fragment else ''}",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
@requires(Permission.REGISTER_TENDER)
def want_clause(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the decision back."""
    tender = get_object_or_404(Tender.objects.visible_to(request.actor), pk=pk)
    held = NoClauseDecision.objects.visible_to(request.actor).filter(tender=tender).first()
    if seen_in(request.POST) not in (None, stamp_of_decision(held)):
        messages.error(request, CHANGED)
        return redirect("obligations:without-clause", pk)
    try:
        decisions.want_clause(tender=tender, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "La décision est retirée : une clause peut être prévue.")
    return redirect("procurement:tender", pk)


class DecisionFilters(FilterForm):
    """Narrow the register: by law or not, by reason, by year."""

    cas = forms.ChoiceField(
        label="Cas", choices=[("", "Tous"), ("loi", "Prévus par la loi"), ("autres", "Autres raisons")]
    )
    annee = forms.ChoiceField(label="Année")

    def prepare(self, rows: QuerySet[NoClauseDecision]) -> None:
        """Offer the years of the decisions that this reader sees."""
        field = self.fields["annee"]
        if isinstance(field, forms.ChoiceField):
            years = [str(day.year) for day in rows.dates("decided_on", "year", order="DESC")]
            field.choices = [("", "Toutes"), *((year, year) for year in years)]

    def narrow(self, rows: QuerySet[NoClauseDecision]) -> QuerySet[NoClauseDecision]:
        """Keep the decisions that pass every filter."""
        by_law = Q(reason__in=DEROGATIONS)
        if case := self.cleaned_data.get("cas"):
            rows = rows.filter(by_law if case == "loi" else ~by_law)
        if year := self.cleaned_data.get("annee"):
            rows = rows.filter(decided_on__year=int(year))
        return rows


def tender_cell(decision: NoClauseDecision) -> str:
    """Show the tender, with its number and buyer."""
    tender = decision.tender
    return two_lines(
        main=tender.title,
        small=f"{tender.reference} · {tender.buyer}",
        href=reverse("procurement:tender", args=[tender.pk]),
    )


def reason_cell(decision: NoClauseDecision) -> str:
    """Show the reason, with the buyer's words."""
    return two_lines(main=french.initial_capital(decision.get_reason_display()), small=decision.text)


def matching(rows: QuerySet[NoClauseDecision], text: str) -> QuerySet[NoClauseDecision]:
    """Return the decisions about a tender whose number begins with the text, or whose object or buyer holds it."""
    folded = Fold(Value(text))
    return rows.filter(
        Q(tender__reference__istartswith=text)
        | Q(tender__folded_title__contains=folded)
        | Q(tender__buyer__folded_name__contains=folded)
    )


DECISIONS: Listing[NoClauseDecision] = Listing(
    template="clauses/obligations/decision_list.html",
    noun="décision",
    filename="marches-sans-clause",
    search=matching,
    search_hint="Un numéro, un objet, un acheteur",
    filters=DecisionFilters,
    order=("-decided_on",),
    empty_title="Aucun marché sans clause",
    empty_text="Quand un marché n’a pas de clause, sa page permet de dire pourquoi ; les décisions se lisent ici.",
    columns=(
        Column(key="numero", label="Numéro", export=lambda one: one.tender.reference),
        Column(
            key="marche",
            label="Marché",
            cell=tender_cell,
            export=lambda one: one.tender.title,
            sort="tender__folded_title",
        ),
        Column(key="acheteur", label="Acheteur", export=lambda one: one.tender.buyer.name),
        Column(key="montant", label="Montant estimé (€ HT)", export=lambda one: one.tender.estimated_amount),
        Column(
            key="raison",
            label="Raison",
            cell=reason_cell,
            export=lambda one: one.get_reason_display(),
            sort="reason",
        ),
        Column(key="explication", label="Explication", export=lambda one: one.text),
        Column(
            key="cas",
            label="Prévu par la loi",
            cell=lambda one: "oui" if one.reason in DEROGATIONS else "non",
            export=lambda one: "oui" if one.reason in DEROGATIONS else "non",
        ),
        Column(
            key="decide",
            label="Décidé le",
            cell=lambda one: two_lines(main=french.date_short(one.decided_on), small=one.decided_by),
            export=lambda one: one.decided_on,
            sort="decided_on",
        ),
        Column(key="par", label="Décidé par", export=lambda one: one.decided_by),
    ),
)


@require_safe
@requires(Permission.REGISTER_TENDER)
def register(request: ActorRequest) -> HttpResponseBase:
    """« Marchés sans clause »: the register of the decisions, for who made them and who follows them."""
    rows = NoClauseDecision.objects.visible_to(request.actor).select_related("tender__buyer")
    return DECISIONS.answer(request, rows)
