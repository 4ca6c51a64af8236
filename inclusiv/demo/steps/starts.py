"""Between the award and the site: buyers asked, meetings held, plans of hours, subcontractors."""

from datetime import date, timedelta
from decimal import Decimal

from clauses.obligations.actions import kickoffs, plans
from clauses.obligations.choices import ModalityFamily
from clauses.obligations.rules.plans import PlanMonth, months_of, spread
from clauses.obligations.selectors.plans import owed_on_lot
from clauses.procurement.actions import inquiries, subcontracts
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, Tender
from clauses.procurement.selectors.inquiries import tenders_to_ask
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.choices import CompanyKind, ContactRole
from inclusiv.core.actors import Actor, Role
from inclusiv.core.quantities import ZERO, cents
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World

MEETING_AFTER = timedelta(days=18)
"""How long after the notification the meeting is held."""

FORGOTTEN = timedelta(days=75)
"""Nobody told the meeting of the tender that was notified last, when that was less long ago."""

PLANNED = 4
"""One running tender in so many has a plan of hours."""

SUBCONTRACTED = 5
"""One running tender in so many has a subcontractor."""

POSTS = "Deux aides, formation sur place ; un poste réservé à une personne au RSA"
DECISIONS = (
    "Les candidatures passent par la facilitation.\nPoint chaque mois après le relevé.\nAccès au chantier : carte BTP à"
    " demander dix jours avant."
)


def build_starts(made: World) -> None:
    """Hold the meetings of the running tenders, agree on some plans, declare some subcontractors, ask the buyers."""
    running = [tender for drawn, tender in made.tenders if drawn.status is TenderStatus.IN_PROGRESS]
    first = made.structures[0].pk
    waiting = [tender.pk for tender in running if tender.structure_id == first]
    forgotten = last_notified(running, since=made.today - FORGOTTEN)
    for rank, row in enumerate(running):
        awards = list(Award.objects.filter(lot__tender=row).with_story().order_by("lot__number"))
        tender = awards[0].lot.tender
        if tender.pk != forgotten:
            hold(made, tender, awards)
        if rank % PLANNED == 1 or tender.pk in waiting[:1]:
            plan(made, awards[0], waits=tender.pk in waiting[:1])
        if rank % SUBCONTRACTED == 2 or tender.pk in waiting[1:2]:
            subcontract(made, awards[0], waits=tender.pk in waiting[1:2])
    for tender in tenders_to_ask(on=made.today):
        inquiries.ask(tender=tender, by=made.facilitator(tender.structure), at=noon(made.today))


def last_notified(running: list[Tender], *, since: date) -> int | None:
    """Return the key of the running tender that was notified last, None when that was before the day."""
    found = Tender.objects.filter(pk__in=[tender.pk for tender in running], notified_on__gte=since)
    return found.order_by("-notified_on", "pk").values_list("pk", flat=True).first()


def hold(made: World, tender: Tender, awards: list[Award]) -> None:
    """Tell the meeting of a tender, in its facilitator's name; whom each company named first is its correspondent."""
    on = min((tender.notified_on or made.today) + MEETING_AFTER, made.today)
    by = made.facilitator(tender.structure)
    lots = [
        kickoffs.Settled(
            award=award,
            correspondent=card_of(award),
            ways=[ModalityFamily.DIRECT_HIRE, ModalityFamily.SECONDMENT],
            posts=POSTS,
        )
        for award in awards
    ]
    there = [f"{lot.correspondent.name}, {lot.award.lead}" for lot in lots if lot.correspondent]
    kickoffs.hold(
        tender=tender,
        held_on=on,
        place="sur place, base vie du chantier",
        attended="\n".join([f"{by.name}, {by.organisation}", f"{tender.buyer}, commande publique", *there]),
        decisions=DECISIONS,
        next_on=on + timedelta(days=60),
        lots=lots,
        by=by,
        at=noon(on),
    )


def card_of(award: Award) -> Card | None:
    """Return the first contact of the company that leads a lot."""
    contact = award.lead.contacts.present().first()
    if contact is None:
        return None
    return Card(
        name=contact.name,
        role=ContactRole(contact.role),
        phone=contact.phone,
        mobile=contact.mobile,
        email=contact.email,
    )


def speaking_for(made: World, award: Award) -> Actor:
    """Return who acts for the lead of an award: its own people, else the facilitator on its behalf."""
    by = made.acting(award.lead, Role.CONTRACTOR)
    return by if by.membership_id else made.facilitator(award.lot.tender.structure)


def plan(made: World, award: Award, *, waits: bool) -> None:
    """Propose the plan of a lot in its lead's name, a slow first month; agree on it unless it waits."""
    tender, owed = award.lot.tender, owed_on_lot(award.lot)
    if not (owed and tender.notified_on and tender.starts_on and tender.ends_on):
        return
    months = months_of(tender.starts_on, tender.ends_on)
    on = made.today - timedelta(days=2) if waits else tender.notified_on + MEETING_AFTER
    proposed = plans.propose(
        award=award,
        hours=hours_of(months, owed),
        comment=POSTS,
        by=speaking_for(made, award),
        at=noon(min(on, made.today)),
    )
    if not waits:
        day = min(on + timedelta(days=3), made.today)
        plans.decide(plan=proposed, is_agreed=True, by=made.facilitator(tender.structure), at=noon(day))


def hours_of(months: list[PlanMonth], owed: Decimal) -> dict[date, Decimal]:
    """Return an even pace whose first month is half as busy, the rest going to the second one."""
    hours = spread(owed, months)
    if len(hours) > 1:
        late = cents(Decimal(int(hours[0] / 2)))
        hours[0], hours[1] = hours[0] - late, hours[1] + late
    return {month.starts_on: value or ZERO for month, value in zip(months, hours, strict=True)}


def subcontract(made: World, award: Award, *, waits: bool) -> None:
    """Declare a subcontractor of a lot, and accept it unless it waits."""
    tender = award.lot.tender
    held = {member.organisation_id for member in award.members.all()}
    ordinary = [one for one in made.companies.values() if one.company_kind == CompanyKind.ORDINARY]
    company = next((one for one in ordinary if one.pk not in held), None)
    if company is None or award.amount is None or tender.starts_on is None:
        return
    on = made.today - timedelta(days=3) if waits else tender.starts_on
    starts_on = (
        min(made.today + timedelta(days=12), tender.ends_on or made.today) if waits else tender.starts_on
    )
    declared = subcontracts.declare(
        award=award,
        organisation=company,
        work="Échafaudages et protections",
        amount=cents(award.amount / 20),
        starts_on=starts_on,
        by=speaking_for(made, award),
        at=noon(on),
    )
    if not waits:
        subcontracts.decide(
            subcontract=declared, is_accepted=True, by=made.acting(tender.buyer, Role.BUYER), at=noon(on)
        )
