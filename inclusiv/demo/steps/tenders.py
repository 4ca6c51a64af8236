"""Tenders and their lots, from programming to closure."""

from datetime import date, timedelta
from decimal import Decimal

from clauses.obligations.rules import SizingInputs, size
from clauses.obligations.selectors import sizing_ground
from clauses.procurement.actions import tenders
from clauses.procurement.choices import TenderAction, TenderStatus
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.demo import plan
from inclusiv.demo.make import clauses
from inclusiv.demo.make.clauses import acting_for, noon
from inclusiv.demo.steps.state import World
from inclusiv.reference.models import Commune


def build_tenders(made: World) -> None:
    """Register every tender, with its clauses; award and notify those whose time has come."""
    for planned in plan.draw_tenders(made.random, today=made.today):
        buyer = made.buyers[planned.buyer.name]
        structure = made.structures[made.structure_of[planned.buyer.commune]]
        if planned.starts_on - timedelta(days=70) > made.today:
            made.tenders.append((planned, register_planned(made, planned, buyer, structure)))
            continue
        tender = clauses.tender(
            buyer=buyer,
            structure=structure,
            reference=planned.reference,
            title=planned.title,
            nature=planned.nature,
            place=planned.buyer.commune,
            starts_on=planned.starts_on,
            ends_on=planned.ends_on,
            amount=sum((lot.amount for lot in planned.lots), Decimal(0)),
            facilitator=made.facilitators[structure.pk],
        )
        lots = [make_lot(tender, lot) for lot in planned.lots]
        made.tenders.append((planned, tender))
        if planned.outcome == "abandoned":
            act(tender, TenderAction.ABANDON, on=planned.starts_on - timedelta(days=20))
        elif planned.starts_on - timedelta(days=28) <= made.today:
            award_lots(made, planned, tender, lots)


def register_planned(
    made: World, planned: plan.PlannedTender, buyer: Organisation, structure: Organisation
) -> Tender:
    """Register a tender that is still being prepared, without its hours."""
    by, at = acting_for(buyer, Role.BUYER), noon(made.today - timedelta(days=made.random.randint(3, 25)))
    tender = tenders.register(
        buyer=buyer,
        structure=structure,
        reference=planned.reference,
        title=planned.title,
        nature=planned.nature,
        place=Commune.objects.get(pk=planned.buyer.commune),
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        facilitator=made.facilitators[structure.pk],
        by=by,
        at=at,
    )
    if made.random.random() < 0.5:
        tenders.move(tender=tender, action=TenderAction.SIZE, by=by, at=at)
    return tender


def make_lot(tender: Tender, planned: plan.PlannedLot) -> Lot:
    """Make a lot whose hours are those of the formula."""
    probe = Lot(tender=tender, sector=planned.sector, estimated_amount=planned.amount)
    ground = sizing_ground(probe, on=tender.created_at.date())
    inputs = SizingInputs(
        amount=planned.amount,
        labour_share=ground.inputs.labour_share,
        effort_rate=ground.inputs.effort_rate,
        hourly_cost=ground.inputs.hourly_cost,
        rounding_step=ground.inputs.rounding_step,
    )
    computed = size(inputs, limits=ground.limits, months=None)
    return clauses.lot(
        tender,
        number=planned.number,
        title=planned.title,
        sector=planned.sector,
        amount=planned.amount,
        hours=computed.hours,
    )


def award_lots(made: World, planned: plan.PlannedTender, tender: Tender, lots: list[Lot]) -> None:
    """Award the lots of a tender, and notify it when its execution is near."""
    for lot_plan, lot in zip(planned.lots, lots, strict=True):
        names = lot_plan.contractors
        parts = (Decimal(1),) if len(names) == 1 else (Decimal("0.6"), Decimal("0.4"))
        award = clauses.award(
            lot, *((made.companies[name], part) for name, part in zip(names, parts, strict=True))
        )
        made.awards.append((planned, lot_plan, award))
    notified_on = planned.starts_on - timedelta(days=14)
    if notified_on <= made.today:
        clauses.notify(tender, notified_on=notified_on)


def settle_tenders(made: World) -> None:
    """Complete, close, suspend or terminate the tenders whose time has come."""
    for planned, tender in made.tenders:
        tender.refresh_from_db()
        if tender.status != TenderStatus.IN_PROGRESS:
            continue
        if planned.outcome == "terminated":
            act(tender, TenderAction.TERMINATE, on=min(made.today, planned.ends_on))
        elif planned.ends_on < made.today:
            act(tender, TenderAction.COMPLETE, on=planned.ends_on + timedelta(days=3))
            if planned.ends_on + timedelta(days=120) < made.today:
                act(tender, TenderAction.CLOSE, on=planned.ends_on + timedelta(days=100))
        elif made.random.random() < 0.04:
            act(tender, TenderAction.SUSPEND, on=made.today - timedelta(days=9))


def act(tender: Tender, action: TenderAction, *, on: date) -> None:
    """Move a tender in the name of its buyer."""
    tenders.move(tender=tender, action=action, by=acting_for(tender.buyer, Role.BUYER), at=noon(on))
