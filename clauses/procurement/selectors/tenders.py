"""What the pages and « À faire » ask about tenders: their lots, what comes next, what is awaited."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.urls import reverse

from clauses.procurement.choices import Permission, TenderAction, TenderStatus
from clauses.procurement.models import (
    AdviceRequest,
    Award,
    BuyerDelegate,
    GroupedBuyer,
    GroupMember,
    Lot,
    NoClauseDecision,
    Tender,
    Tranche,
    works_on_lot,
)
from clauses.procurement.rules import tenders as rules
from inclusiv.accounts.models import Organisation
from inclusiv.core import french, transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import Source, Trail, points_at
from inclusiv.core.components.screens import Crumb
from inclusiv.core.fields import Fold
from inclusiv.core.providers import Hit
from inclusiv.core.quantities import ZERO
from inclusiv.records.models import reference

STEPS = {
    "etudier": TenderAction.SIZE,
    "clause-redigee": TenderAction.DRAFT,
    "publier": TenderAction.PUBLISH,
    "analyser": TenderAction.EVALUATE,
    "demarrer": TenderAction.START,
    "achever": TenderAction.COMPLETE,
    "clore": TenderAction.CLOSE,
    "sans-suite": TenderAction.ABANDON,
    "reprogrammer": TenderAction.REPLAN,
    "reprendre-l-etude": TenderAction.REWRITE,
    "depublier": TenderAction.UNPUBLISH,
    "reprendre-la-consultation": TenderAction.WAIT_OFFERS,
}
"""The bare moves of a tender, by their word in the address."""

FORMS = {
    TenderAction.NOTIFY: "obligations:notify",
    TenderAction.SUSPEND: "obligations:suspend",
    TenderAction.RESUME: "obligations:resume",
    TenderAction.TERMINATE: "obligations:terminate",
}
"""The moves that come with their own facts, and the form of each."""

SLUGS = {action: slug for slug, action in STEPS.items()}

SECONDARY = (SLUGS.keys() | FORMS.keys()) - {TenderAction.NOTIFY}
"""The moves offered besides the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that can be done now with a tender: the button's word and its address."""

    label: str
    url: str
    asks: bool = False
    """Whether the address is a confirmation, which can be shown above the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot on its tender's page: its hours, its contractor or the lead of its group, and the others in words."""

    lot: Lot
    hours: Decimal
    other: str
    """What is owed instead of hours, in words: « 4 actions sociales »."""
    foreseen: str
    """What the hours will follow, when their number is not fixed; nothing otherwise."""
    lead: str
    partners: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderSheet:
    """A tender's page: its lots as this reader may see them, the primary step and the other ones."""

    rows: list[LotRow]
    hours: Decimal
    amount: Decimal
    next_step: Step | None
    other_steps: list[Step]
    duties: rules.Duties | None
    kick_off_late_since: date | None
    """The day by which the kick-off meeting was awaited, when it is not told: a warning, never a block."""
    may_edit: bool
    may_award: bool
    advice: AdviceRequest | None
    """The last request for advice, when one was asked."""
    is_open: bool
    """Whether a clause may still be placed by this reader: nothing binds yet."""


def tender_sheet(tender: Tender, *, actor: Actor, today: date) -> TenderSheet:
    """Return what the page of a visible tender shows to an actor."""
    rows = [lot_row(lot) for lot in lots_shown(actor, tender)]
    lots = [row.lot for row in rows]
    opened = steps_open(tender, actor=actor, today=today)
    usual = next_step(tender, lots, opened=opened)
    due = duties(tender, lots, today=today) if tender.is_bound else None
    return TenderSheet(
        rows=rows,
        hours=sum((row.hours for row in rows), ZERO),
        amount=sum((lot.estimated_amount or ZERO for lot in lots), ZERO),
        next_step=usual[1] if usual else None,
        other_steps=[
            step_of(tender, action)
            for action in opened
            if action in SECONDARY and not (usual and usual[0] is action)
        ],
        duties=due,
        kick_off_late_since=due.kickoff_on if due and is_kick_off_late(tender, due, today=today) else None,
        may_edit=actor.may(Permission.REGISTER_TENDER) and tender.status not in rules.OVER,
        advice=AdviceRequest.objects.visible_to(actor).filter(tender=tender).order_by("asked_at").last()
        if actor.may(Permission.ASK_ADVICE)
        else None,
        is_open=actor.may(Permission.REGISTER_TENDER) and tender.status in rules.OPEN,
        may_award=actor.may(Permission.AWARD_LOT)
        and tender.status in rules.TENDER[TenderAction.AWARD].sources | {TenderStatus.AWARDED},
    )


def is_kick_off_late(tender: Any, due: rules.Duties, *, today: date) -> bool:
    """Say whether the kick-off meeting of a running tender, a row of a higher sub-app, is late."""
    return tender.is_running and due.kickoff_on < today and not hasattr(tender, "kick_off")


def duties(tender: Tender, lots: Iterable[Any], *, today: date) -> rules.Duties | None:
    """Return the days by which each owes something since the notification, as the clause of the first lot says."""
    clause = next((lot.clause for lot in lots if lot.has_clause), None)
    return clause and rules.duties(
        notified_on=tender.notified_on or today,
        ends_on=tender.ends_on or today,
        contact_days=clause.contact_days,
        kickoff_months=clause.kickoff_months,
        final_report_months=clause.final_report_months,
    )


def lots_shown(actor: Actor, tender: Tender) -> Iterable[Lot]:
    """Return the lots of a tender that the actor sees, with their clause, what is owed and their contractors.

    `clause` and `obligations` are rows of a higher sub-app, reached by their names: the page shows them, nothing here
    decides upon them.
    """
    return with_contractors(Lot.objects.visible_to(actor).filter(tender=tender))


def with_contractors(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """Bring what a row of a lot shows, in the order of the numbers."""
    return (
        lots.select_related("clause", "award")
        .prefetch_related("obligations", "award__members__organisation")
        .order_by("number", "pk")
    )


def lot_row(lot: Any) -> LotRow:
    """Return a lot loaded by `lots_shown`, with its hours: owed since the notification, else written in its clause."""
    obligations = list(lot.obligations.all())
    owed = sum((obligation.hours for obligation in obligations), ZERO)
    written: Decimal = lot.clause.hours if lot.has_clause else ZERO
    members = lot.award.ranked if is_awarded(lot) else []
    return LotRow(
        lot=lot,
        hours=owed if obligations else written,
        other=other_than_hours(lot) if lot.has_clause and not written else "",
        foreseen=followed(lot, is_owed=bool(obligations)) if lot.has_clause else "",
        lead=lot.award.lead.name if members else "",
        partners=[share_text(member) for member in members] if len(members) > 1 else [],
    )


def followed(lot: Any, *, is_owed: bool) -> str:
    """Say what the hours of a lot loaded by `lots_shown` follow, and that they are only foreseen until something is owed."""
    if lot.clause.hours_per_100k:
        return "selon ce qui est facturé" if is_owed else "prévision, selon ce qui sera facturé"
    return "estimation, selon les heures travaillées" if lot.clause.hours_rate else ""


def other_than_hours(lot: Any) -> str:
    """Return what a lot loaded by `lots_shown` owes instead of hours, else what its clause asks for, in words."""
    unit = lot.clause.unit
    due = sum((row.quantity for row in lot.obligations.all() if row.unit == unit), ZERO)
    said: str = lot.clause.text_of(due or lot.clause.quantity)
    return said


def share_text(member: GroupMember) -> str:
    """Return a member of a group with its part of the hours: « Bâti-Sud 70 % »."""
    return f"{member.organisation} {french.percent(member.hours_share * 100)}"


def steps_open(tender: Tender, *, actor: Actor, today: date) -> list[TenderAction]:
    """Return the moves that the actor may start today: an execution starts on its day, and is over after its last one."""
    return [
        action
        for action in transitions.open_to(rules.TENDER, status=tender.status, actor=actor)
        if rules.is_time(action, starts_on=tender.starts_on, ends_on=tender.ends_on, today=today)
    ]


def next_step(
    tender: Tender, lots: list[Lot], *, opened: list[TenderAction]
) -> tuple[TenderAction, Step] | None:
    """Return the move that usually comes next with its button, which may first lead to a form; None when too early."""
    usual = rules.NEXT.get(TenderStatus(tender.status))
    if usual is None or usual not in opened:
        return None
    match usual:
        case _ if not lots and usual is not TenderAction.SIZE and not tender.is_bound:
            step = Step(label="Décrire les lots", url=reverse("procurement:lots", args=[tender.pk]))
        case TenderAction.DRAFT if not any(lot.has_clause for lot in lots):
            step = lot_step("Calculer les heures du lot", "obligations:sizing", lots[0])
        case TenderAction.AWARD:
            awaited = sorted((lot for lot in lots if not is_awarded(lot)), key=lambda lot: not lot.has_clause)
            step = lot_step("Indiquer le titulaire du lot", "procurement:award", awaited[0])
        case TenderAction.COMPLETE if tender.ends_on is None:
            return None
        case _:
            step = step_of(tender, usual)
    return usual, step


def lot_step(label: str, url_name: str, lot: Lot) -> Step:
    """Return a step that leads to the form of a lot."""
    return Step(label=f"{label} {lot.number}", url=reverse(url_name, args=[lot.pk]))


def is_awarded(lot: Lot) -> bool:
    """Say whether a lot loaded by `lots_shown` has a contractor."""
    return hasattr(lot, "award")


def step_of(tender: Tender, action: TenderAction) -> Step:
    """Return a move: the form of its facts, or only a confirmation."""
    label = rules.TENDER[action].label
    if form := FORMS.get(action):
        return Step(label=label, url=reverse(form, args=[tender.pk]))
    return Step(label=label, url=reverse("procurement:step", args=[tender.pk, SLUGS[action]]), asks=True)


def find_tenders(actor: Actor, text: str) -> list[Hit]:
    """Return at most ten visible tenders whose number begins with the text, or whose object holds it."""
    named = Q(reference__istartswith=text) | Q(folded_title__contains=Fold(Value(text)))
    found = Tender.objects.visible_to(actor).filter(named).select_related("buyer")
    return [tender_hit(tender) for tender in found.order_by("-created_at", "pk")[:10]]


def load_tenders(actor: Actor, keys: Collection[int]) -> dict[int, Hit]:
    """Return tenders as the subjects of exchanges."""
    found = Tender.objects.visible_to(actor).select_related("buyer").filter(pk__in=keys)
    return {tender.pk: tender_hit(tender) for tender in found}


def tender_hit(tender: Tender) -> Hit:
    """Return a tender as found."""
    return Hit(
        kind="Marché",
        label=tender.title,
        detail=f"{tender.reference} · {tender.buyer} · {TenderStatus(tender.status).label}",
        url=reverse("procurement:tender", args=[tender.pk]),
        subject=reference(tender),
    )


def followers(organisation: int) -> set[int]:
    """Return the structures that follow the tenders of an organisation, whatever its part in them, running or over."""
    lots = Lot.objects.filter(works_on_lot(organisation, lot="pk"))
    bought = Q(buyer=organisation) | Q(delegates__organisation=organisation)
    of_it = Tender.objects.filter(
        bought | Q(grouped_buyers__organisation=organisation) | Q(pk__in=lots.values("tender"))
    )
    return set(of_it.values_list("structure", flat=True))


def list_crumb(actor: Actor) -> Crumb:
    """Return the way back from a tender: the list where this role finds it."""
    if actor.role in {Role.CONTRACTOR, Role.EMPLOYER}:
        return Crumb(label="Mes lots", url=reverse("followup:my-lots"))
    label = "Mes marchés" if actor.role is Role.BUYER else "Marchés"
    return Crumb(label=label, url=reverse("followup:my-tenders"))


def actors_organisation(actor: Actor) -> Organisation:
    """Return the organisation in which the actor works."""
    return Organisation.objects.get(pk=actor.organisation_id)


def of_lots(tender: int) -> Q:
    """Return the condition that a row's lot is, or was, of the tender."""
    return points_at("lot", Lot, Q(tender=tender))


CHANGES = Trail(
    roles=frozenset({Role.FACILITATOR, Role.BUYER}),
    load=load_tenders,
    sources=[
        Source(model=Tender, of=lambda pk: Q(pgh_obj=pk), name=lambda _: "Marché"),
        Source(model=Lot, of=lambda pk: Q(tender=pk), name=lambda named: f"Lot {named('number')}"),
        Source(model=Award, of=of_lots, name=lambda named: f"Attribution : {named('lot')}"),
        Source(model=NoClauseDecision, of=lambda pk: Q(tender=pk), name=lambda _: "Décision sans clause"),
        Source(model=Tranche, of=of_lots, name=lambda named: f"Tranche optionnelle : {named('lot')}"),
        Source(
            model=GroupMember,
            of=lambda pk: points_at("award", Award, of_lots(pk)),
            name=lambda named: f"Titulaire : {named('organisation')}",
        ),
        Source(
            model=GroupedBuyer,
            of=lambda pk: Q(tender=pk),
            name=lambda named: f"Groupement de commandes : {named('organisation')}",
        ),
        Source(
            model=BuyerDelegate,
            of=lambda pk: Q(tender=pk),
            name=lambda named: f"Maîtrise d’ouvrage déléguée : {named('organisation')}",
        ),
    ],
)
"""What can be read of the changes of a tender; the apps above add what they hang on it."""
