"""Tenders and their lots, from programming to closure."""

from datetime import date, timedelta
from decimal import Decimal

from clauses.obligations.actions import clauses, life, obligations
from clauses.procurement.actions import awards, lots, tenders
from clauses.procurement.choices import GroupType, TenderAction, TenderStatus
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.tenders import BOUND
from inclusiv.accounts.models import Organisation, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.quantities import ZERO
from inclusiv.demo import scenario
from inclusiv.demo.hiring import Windows
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.plan import PlannedTender
from inclusiv.demo.posts import DrawnLot, DrawnTender
from inclusiv.demo.steps.state import World
from inclusiv.parameters.selectors import in_force
from inclusiv.reference.models import Commune

S, A = TenderStatus, TenderAction
UNDER_STUDY = frozenset({S.PLANNED, S.SIZING, S.DRAFTED})
"""States of a tender whose consultation is not published."""

TEAM_TURN = 3
"""One tender in so many goes to the other facilitator of a structure."""

TERMINATED = "Liquidation judiciaire de l’entreprise titulaire."
SUSPENDED = "Découverte de réseaux non repérés : travaux arrêtés le temps de l’étude."

SHARES = {1: (Decimal(1),), 2: (Decimal("0.6"), Decimal("0.4"))}


def build_tenders(made: World) -> None:
    """Draw the whole scenario, then register every tender and take it to the notification if its time has come."""
    values = in_force(on=made.today)
    drawn = scenario.draw(
        made.random,
        today=made.today,
        structure_of=made.structure_of,
        windows=Windows(
            months=min(map(int, values.table("COUNT_MONTHS").values())),
            gap_months=values.integer("RESET_GAP_MONTHS"),
        ),
        due=scenario.Due(day=values.integer("STATEMENT_DUE_DAY"), review=values.integer("REVIEW_DAYS")),
        size=made.size,
    )
    made.persons, made.validated = drawn.persons, drawn.validated
    communes = Commune.objects.in_bulk({one.planned.buyer.commune for one in drawn.tenders})
    for one in drawn.tenders:
        made.tenders.append((one, build_tender(made, one, place=communes[one.planned.buyer.commune])))


def build_tender(made: World, drawn: DrawnTender, *, place: Commune) -> Tender:
    """Register a tender in the name of its buyer, and take it as far as its state."""
    planned = drawn.planned
    buyer = made.buyers[planned.buyer.name]
    by = made.acting(buyer, Role.BUYER)
    if drawn.status in UNDER_STUDY:
        on = made.today - timedelta(days=made.random.randint(3, 25))
        tender = register(made, drawn, buyer, place=place, by=by, on=on)
        study(drawn, tender, by=by, on=on)
        return tender
    on = before(planned, scenario.LAUNCH)
    tender = register(made, drawn, buyer, place=place, by=by, on=on)
    act(tender, A.PUBLISH, by=by, on=on)
    rows = [add_lot(tender, lot, by=by, on=on) for lot in drawn.lots]
    for row in rows:
        clauses.put(lot=row, by=by, at=noon(on))
    conclude(made, drawn, tender, rows, by=by)
    return tender


def before(planned: PlannedTender, days: int) -> date:
    """Return the day that comes so many days before the start; the consultation may have come early."""
    early = planned.delay if days >= scenario.OFFERS else 0
    return planned.starts_on - timedelta(days=days + early)


def register(
    made: World, drawn: DrawnTender, buyer: Organisation, *, place: Commune, by: Actor, on: date
) -> Tender:
    """Register a tender; what is only planned has no amount yet."""
    planned = drawn.planned
    structure = made.structures[made.structure_of[planned.buyer.commune]]
    amount = sum((lot.amount for lot in planned.lots), ZERO)
    return tenders.register(
        buyer=buyer,
        structure=structure,
        reference=planned.reference,
        title=planned.title,
        nature=planned.nature,
        place=place,
        facilitator=confided(made, structure),
        estimated_amount=None if drawn.status is S.PLANNED else amount,
        consultation_launched_on=before(planned, scenario.LAUNCH),
        offers_due_on=before(planned, scenario.OFFERS),
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        by=by,
        at=noon(on),
    )


def confided(made: World, structure: Organisation) -> User:
    """Return who follows the next tender of a structure: the one who answers, one time in three the other."""
    team = made.teams[structure.pk]
    return team[0] if len(made.tenders) % TEAM_TURN else team[-1]


def study(drawn: DrawnTender, tender: Tender, *, by: Actor, on: date) -> None:
    """Describe the lots of a tender under study; its hours wait, unless its clause is written."""
    if drawn.status is S.PLANNED:
        return
    act(tender, A.SIZE, by=by, on=on)
    rows = [add_lot(tender, lot, by=by, on=on) for lot in drawn.lots]
    if drawn.status is S.DRAFTED:
        for row in rows:
            clauses.put(lot=row, by=by, at=noon(on))
        act(tender, A.DRAFT, by=by, on=on)


def add_lot(tender: Tender, drawn: DrawnLot, *, by: Actor, on: date) -> Lot:
    """Describe a lot."""
    planned = drawn.planned
    return lots.add(
        tender=tender,
        number=planned.number,
        title=planned.title,
        sector=planned.sector,
        estimated_amount=planned.amount,
        by=by,
        at=noon(on),
    )


def conclude(made: World, drawn: DrawnTender, tender: Tender, rows: list[Lot], *, by: Actor) -> None:
    """Abandon a published tender, read its offers, award its lots, notify it: as far as its state."""
    planned, status = drawn.planned, drawn.status
    if status is S.NO_AWARD:
        act(tender, A.ABANDON, by=by, on=min(made.today, before(planned, 30)))
    elif status is S.EVALUATION:
        act(tender, A.EVALUATE, by=by, on=before(planned, scenario.OFFERS - 2))
    elif status is not S.PUBLISHED:
        award_lots(made, drawn, rows, by=by)
        if status in BOUND:
            notify(tender, planned, status, by=by)


def award_lots(made: World, drawn: DrawnTender, rows: list[Lot], *, by: Actor) -> None:
    """Give each lot to its contractors, the first one leading."""
    on = before(drawn.planned, scenario.AWARD)
    for lot, row in zip(drawn.lots, rows, strict=True):
        names = lot.planned.contractors
        award = awards.award(
            lot=row,
            contractors=[
                (made.companies[name], part) for name, part in zip(names, SHARES[len(names)], strict=True)
            ],
            group_type=GroupType.NONE if len(names) == 1 else GroupType.SEVERAL,
            amount=row.estimated_amount,
            awarded_on=on,
            by=by,
            at=noon(on),
        )
        made.awards.append((drawn, lot, award))


def notify(tender: Tender, planned: PlannedTender, status: TenderStatus, *, by: Actor) -> None:
    """Notify a tender, and start its execution when its day has come."""
    on = before(planned, scenario.NOTIFICATION)
    obligations.notify(
        tender=tender,
        notified_on=on,
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        by=by,
        at=noon(on),
    )
    if status is not S.NOTIFIED:
        act(tender, A.START, by=by, on=planned.starts_on)


def settle_tenders(made: World) -> None:
    """Complete, close, suspend or terminate the tenders whose time has come."""
    for drawn, tender in made.tenders:
        by, end = made.acting(tender.buyer, Role.BUYER), drawn.planned.ends_on
        match drawn.status:
            case S.TERMINATED:
                on = stopped_on(drawn)
                life.terminate(tender=tender, last_on=on, reason=TERMINATED, by=by, at=noon(on))
            case S.SUSPENDED:
                on = stopped_on(drawn)
                life.suspend(tender=tender, starts_on=on, reason=SUSPENDED, by=by, at=noon(on))
            case S.COMPLETED | S.CLOSED:
                act(tender, A.COMPLETE, by=by, on=end + timedelta(days=scenario.COMPLETION))
        if drawn.status is S.CLOSED:
            act(tender, A.CLOSE, by=by, on=end + timedelta(days=scenario.CLOSURE))


def stopped_on(drawn: DrawnTender) -> date:
    """Return the day on which an execution stopped: some days after its last month of work."""
    worked = [post.last_on for lot in drawn.lots for post in lot.posts]
    return max(worked, default=drawn.planned.starts_on) + timedelta(days=5)


def act(tender: Tender, action: TenderAction, *, by: Actor, on: date) -> None:
    """Move a tender in the name of its buyer."""
    tenders.move(tender=tender, action=action, by=by, at=noon(on))
