"""Read what the opportunity note of a tender tells."""

from datetime import date
from decimal import Decimal

from clauses.obligations.choices import ModalityFamily, Public, SocialActionKind
from clauses.obligations.models import Sizing, SocialClause
from clauses.obligations.selectors.comparing import similar_lots
from clauses.obligations.selectors.duty import verdict_of
from clauses.obligations.selectors.sizing import SizingGround, calculation_of, sizing_ground
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.sourcing import SourcingAdvice
from clauses.procurement.selectors.sourcing import sourcing_of
from clauses.texts.rules.commitments import owed
from clauses.texts.rules.note import Input, LotNote, NoteFacts
from clauses.texts.selectors.facts import facilitation, lot_facts
from inclusiv.core.french import euros, number, percent
from inclusiv.core.quantities import ZERO
from inclusiv.reference.selectors import department_name

CHOSEN = "choisie pour ce marché"
STAFF = "déclaré pour ce marché : l’effort porte sur le personnel nouvellement affecté"


def note_facts(tender: Tender, *, on: date) -> NoteFacts:
    """Return what the note of a visible tender tells on a day; the tender comes with its buyer, place and facilitation."""
    lots = list(tender.lots.order_by("number"))
    for lot in lots:
        lot.tender = tender
    clauses = {
        clause.lot_id: clause
        for clause in SocialClause.objects.filter(lot__in=lots).select_related("sizing", "lot__tender")
    }
    advised = {one.lot.pk: one for one in sourcing_of(lots, department=tender.department, on=on)}
    verdict = verdict_of(tender, today=on)
    grounds = {lot.pk: sizing_ground(lot, on=on) for lot in lots}
    return NoteFacts(
        reference=tender.reference,
        title=tender.title,
        buyer=tender.buyer.name,
        place=str(tender.place or ""),
        amount=tender.estimated_amount,
        launched_on=tender.consultation_launched_on,
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
        months=next((max(1, one.months) for one in grounds.values() if one.months is not None), None),
        duty=verdict.why,
        duty_warning=verdict.warning,
        sourcing_where=department_name(tender.department),
        sourcing_is_uncertain=any(one.is_uncertain for one in advised.values()),
        facilitation=facilitation(tender, on=on),
        lots=tuple(
            lot_note(lot, clauses.get(lot.pk), grounds[lot.pk], advised[lot.pk].advice, on=on) for lot in lots
        ),
    )


def lot_note(
    lot: Lot, clause: SocialClause | None, ground: SizingGround, advice: SourcingAdvice, *, on: date
) -> LotNote:
    """Return a lot as the note tells it."""
    sizing = clause.sizing if clause else None
    computed = calculation_of(clause)
    return LotNote(
        number=lot.number,
        title=lot.title,
        trade=lot.get_sector_display(),
        amount=sizing.amount if sizing else lot.estimated_amount,
        owed=owed(lot_facts(clause)) if clause else "",
        hours=clause.hours if clause else ZERO,
        formula=". ".join(filter(None, (computed.formula, computed.difference))) if computed else "",
        inputs=inputs_told(sizing, ground) if sizing else (),
        warnings=computed.warnings if computed else (),
        similar=similar_lots(lot, on=on) if sizing else "",
        sourcing=f"{advice.label[0].lower()}{advice.label[1:]}. {advice.why}",
        publics=tuple(Public(one) for one in clause.priority_publics) if clause else (),
        ways=ways(clause) if clause else (),
    )


def ways(clause: SocialClause) -> tuple[str, ...]:
    """Return how a clause may be held: the families of modalities, or the kinds of actions."""
    if clause.hours:
        return tuple(ModalityFamily(one).label for one in clause.modalities)
    return tuple(SocialActionKind(one).label for one in clause.action_kinds)


def inputs_told(sizing: Sizing, ground: SizingGround) -> tuple[Input, ...]:
    """Return the values of a calculation with where each comes from: proposed by the platform, or chosen here."""
    usual = ground.inputs

    def source(name: str, value: Decimal) -> str:
        return ground.sources[name] if getattr(usual, name) == value else CHOSEN

    told = [
        Input(name="Montant HT", value=euros(sizing.amount or ZERO), source="estimation de l’acheteur"),
        Input(
            name="Part de main-d’œuvre",
            value=percent(sizing.labour_share * 100),
            source=source("labour_share", sizing.labour_share),
        ),
        Input(
            name="Effort d’insertion",
            value=percent(sizing.effort_rate * 100),
            source=source("effort_rate", sizing.effort_rate),
        ),
        Input(
            name="Coût d’une heure",
            value=euros(sizing.hourly_cost),
            source=source("hourly_cost", sizing.hourly_cost),
        ),
    ]
    if sizing.staff_total is not None and sizing.staff_taken_over is not None:
        staff = f"{number(sizing.staff_taken_over)} sur {number(sizing.staff_total)}"
        told.append(Input(name="Personnel repris", value=staff, source=STAFF))
    return tuple(told)
