"""Build the demonstration: a living Essonne as of a day, through the same builders as the tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dateutil.relativedelta import relativedelta

from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.people.actions.people import Profile
from beneficiaries.people.models import Dossier
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.obligations.rules import SizingInputs, size
from clauses.obligations.selectors import sizing_ground
from clauses.procurement.actions import tenders
from clauses.procurement.choices import Sector, TenderAction, TenderStatus
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.accounts.choices import CompanyKind, ContactRole
from inclusiv.accounts.models import Contact, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import month_end, month_of
from inclusiv.demo import plan, world
from inclusiv.demo.make import accounts, beneficiaries, clauses, hours
from inclusiv.demo.make.clauses import acting_for, noon
from inclusiv.demo.personas import CHARACTERS
from inclusiv.records.actions import jobs
from inclusiv.reference.models import Commune
from reporting.publication.actions import reports
from reporting.publication.models import Charter, Signature

Told = Callable[[str], None]


@dataclass(slots=True)
class World:
    """What is built, by name or rank, for the steps that follow."""

    today: date
    random: Random
    structures: list[Organisation] = field(default_factory=list)
    buyers: dict[str, Organisation] = field(default_factory=dict)
    companies: dict[str, Organisation] = field(default_factory=dict)
    structure_of: dict[str, int] = field(default_factory=dict)
    """INSEE code → rank of the structure that follows the commune."""
    tenders: list[tuple[plan.PlannedTender, Tender]] = field(default_factory=list)
    awards: list[tuple[plan.PlannedTender, plan.PlannedLot, Award]] = field(default_factory=list)
    persons: list[plan.PlannedPerson] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)
    placements: list[tuple[plan.PlannedPlacement, Placement]] = field(default_factory=list)
    coordination: Actor | None = None
    charter: Charter | None = None


def build(*, today: date, tell: Told) -> World:
    """Build everything as of a day; `tell` is told each step."""
    made = World(today=today, random=Random(plan.SEED))  # noqa: S311  # a seed, not a secret
    steps: tuple[tuple[str, Callable[[World], None]], ...] = (
        ("Structures, acheteurs et entreprises", build_organisations),
        ("Marchés, lots et clauses", build_tenders),
        ("Personnes suivies", build_people),
        ("Mises à l’emploi", build_placements),
        ("Relevés, heures et bilans", build_hours),
        ("Ce qui attend aujourd’hui", build_today),
        ("Fin de vie des marchés", settle_tenders),
    )
    for label, step in steps:
        tell(label)
        step(made)
    return made


def build_organisations(made: World) -> None:
    """Make the structures and territories, the buyers, the companies, the coordination and their people."""
    numbers = iter(range(1000, 2000))
    for rank, seed in enumerate(world.STRUCTURES):
        structure = accounts.organisation(
            name=seed.name,
            number=next(numbers),
            roles=(Role.FACILITATOR,),
            commune=seed.commune,
            phone=phone(rank),
        )
        accounts.territory(structure, name=seed.territory, epci=seed.epci)
        email = persona_email(Role.FACILITATOR) if rank == 0 else f"facilitation{rank}@demo.inclusiv.example"
        accounts.member(
            structure,
            Role.FACILITATOR,
            first_name=seed.first_name,
            last_name=seed.last_name,
            email=email,
            phone=phone(rank),
        )
        made.structures.append(structure)
    epci_rank = {epci: rank for rank, seed in enumerate(world.STRUCTURES) for epci in seed.epci}
    communes = Commune.objects.filter(department="91").values_list("insee", "epci_id")
    made.structure_of = {insee: epci_rank[epci or ""] for insee, epci in communes}
    for buyer in world.BUYERS:
        made.buyers[buyer.name] = accounts.organisation(
            name=buyer.name,
            number=next(numbers),
            roles=(Role.BUYER, Role.SIGNATORY),
            buyer_kind=buyer.kind,
            commune=buyer.commune,
        )
    for rank, company in enumerate((*world.CONTRACTORS, *world.EMPLOYERS)):
        role = Role.CONTRACTOR if company.kind is CompanyKind.ORDINARY else Role.EMPLOYER
        made.companies[company.name] = accounts.organisation(
            name=company.name,
            number=next(numbers),
            roles=(role,),
            company_kind=company.kind,
            commune=company.commune,
            phone=phone(100 + rank),
        )
        add_contact(made, made.companies[company.name], rank)
    build_personas(made, number=next(numbers))


def build_personas(made: World, *, number: int) -> None:
    """Make the people as whom anybody may sign in, the coordination and the charter that everybody signed."""
    coordination = accounts.organisation(
        name="Coordination départementale de la charte",
        number=number,
        roles=(Role.COORDINATION,),
        commune="91228",
    )
    homes = {
        Role.BUYER: (made.buyers["Commune de Valmont-sur-Orge"], "Claire", "Aubry"),
        Role.CONTRACTOR: (made.companies["Bâti-Sud"], "Roland", "Roche"),
        Role.EMPLOYER: (made.companies["Tremplin 91 Intérim"], "Sonia", "Mercier"),
        Role.COORDINATION: (coordination, "Odile", "Garnier"),
        Role.SIGNATORY: (made.buyers["Habitat Solidaire Essonne"], "Marc", "Delmas"),
    }
    for role, (organisation, first_name, last_name) in homes.items():
        actor = accounts.member(
            organisation, role, first_name=first_name, last_name=last_name, email=persona_email(role)
        )
        if role is Role.COORDINATION:
            made.coordination = actor
    made.charter = Charter.objects.create(
        name="Charte Inclusiv’Essonne", department="91", signed_on=date(2018, 6, 15)
    )
    Signature.objects.bulk_create(
        Signature(charter=made.charter, organisation=buyer, starts_on=made.charter.signed_on)
        for buyer in made.buyers.values()
    )


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


def build_people(made: World) -> None:
    """Register the people, more of them where there is more work."""
    weights = [
        sum(seed.weight for seed in world.BUYERS if made.structure_of[seed.commune] == rank) + 2
        for rank in range(len(made.structures))
    ]
    made.persons = plan.draw_persons(made.random, weights=weights)
    for person in made.persons:
        made.dossiers.append(
            beneficiaries.dossier(
                made.structures[person.structure],
                first_name=person.first_name,
                last_name=person.last_name,
                birth_date=person.birth_date,
                sex=person.sex,
                commune=person.commune,
                opened_on=person.opened_on,
                phone=f"+3363998{made.random.randrange(10_000):04d}",
                trades=(person.trade,),
                mobility=person.mobility,
                education=person.education,
            )
        )


def build_placements(made: World) -> None:
    """Put people to work, tender by tender in the order of their start."""
    free: list[dict[int, date]] = [{} for _ in made.structures]
    for rank, person in enumerate(made.persons):
        free[person.structure][rank] = person.opened_on
    awards = Award.objects.select_related("lot__tender__structure", "lot__clause").in_bulk()
    made.awards = [(planned, lot_plan, awards[award.pk]) for planned, lot_plan, award in made.awards]
    for planned, lot_plan, award in made.awards:
        if award.lot.tender.notified_on is None:
            continue
        structure = made.structure_of[planned.buyer.commune]
        plan.draw_placements(
            made.random,
            lot_plan,
            planned,
            owed=award.lot.clause.quantity,
            free_from=free[structure],
            today=made.today,
        )
        for placement in lot_plan.placements:
            made.placements.append((placement, make_placement(made, lot_plan, award, placement)))


def make_placement(
    made: World, lot_plan: plan.PlannedLot, award: Award, planned: plan.PlannedPlacement
) -> Placement:
    """Validate the person's eligibility, then put them to work."""
    person, post = made.persons[planned.person], world.POSTS[lot_plan.sector]
    check = beneficiaries.validated_check(
        made.dossiers[planned.person], reference_date=planned.hired_on, criteria=person.criteria
    )
    employer = made.companies[planned.employer]
    is_contractor = planned.employer in lot_plan.contractors
    return beneficiaries.placement(
        award,
        check,
        employer=employer,
        user_company=employer if is_contractor else made.companies[lot_plan.contractors[0]],
        modality=planned.modality,
        post=post[0],
        trade=post[1],
        hired_on=planned.hired_on,
        ended_on=planned.ended_on,
        planned_end_on=None if planned.ended_on else made.today + timedelta(days=made.random.randint(5, 120)),
    )


def build_hours(made: World) -> None:
    """Send and validate the months as they came; the last two reports were published in the March after."""
    sheets = sorted(draw_sheets(made), key=lambda one: one.month)
    last = month_of(made.today) - relativedelta(months=1)
    start = date(2023, 1, 1)
    for year in range(2023, made.today.year):
        stop = date(year + 1, 3, 1)
        validate(made, [one for one in sheets if start <= one.month < min(stop, last)])
        if year >= made.today.year - 2 and made.today >= date(year + 1, 3, 12):
            publish_report(made, year=year, on=date(year + 1, 3, 12))
        start = stop
    validate(made, [one for one in sheets if start <= one.month < last])
    waiting = [one for one in sheets if one.month == last and made.random.random() < 0.55]
    for structure, own in by_structure(made, waiting):
        if month_end(last) + timedelta(days=5) <= made.today:
            hours.sent_in_bulk(own, by=beneficiaries.facilitation(structure))


def draw_sheets(made: World) -> Iterator[Sheet]:
    """Yield a month's hours of each declarant of each award; a failing lot forgets some of its latest months."""
    grouped: dict[tuple[int, int, date], dict[Placement, Decimal]] = {}
    by_key: dict[tuple[int, int], tuple[Award, Organisation, str]] = {}
    profiles = {award.pk: lot_plan.profile for _, lot_plan, award in made.awards}
    for planned, placement in made.placements:
        key = (placement.award_id, placement.declarant_id)
        by_key[key] = (placement.award, placement.declarant, profiles[placement.award_id])
        for month, quantity in planned.hours.items():
            grouped.setdefault((*key, month), {})[placement] = quantity
    for (award_id, declarant_id, month), worked in grouped.items():
        award, declarant, profile = by_key[award_id, declarant_id]
        recent = month >= month_of(made.today) - relativedelta(months=3)
        if profile == "failing" and recent and made.random.random() < 0.6:
            continue
        yield Sheet(
            award=award,
            declarant=declarant,
            month=month,
            lines=tuple(
                Declared(placement=placement.pk, hours=quantity) for placement, quantity in worked.items()
            ),
        )


def validate(made: World, sheets: list[Sheet]) -> None:
    """Send and validate statements, structure by structure."""
    for structure, own in by_structure(made, sheets):
        hours.validated_in_bulk(own, by=beneficiaries.facilitation(structure))


def by_structure(made: World, sheets: list[Sheet]) -> Iterator[tuple[Organisation, list[Sheet]]]:
    """Yield each structure with the sheets of its tenders."""
    for structure in made.structures:
        if own := [one for one in sheets if one.award.lot.tender.structure_id == structure.pk]:
            yield structure, own


def publish_report(made: World, *, year: int, on: date) -> None:
    """Make and publish a year's report, as it was known on a day."""
    if made.charter is None or made.coordination is None:
        raise ValueError("The coordination and its charter come first.")
    run = reports.ask(charter=made.charter, year=year, by=made.coordination, at=noon(on))
    for _ in range(2):
        jobs.run(job_id=run.job_id or 0, clock=lambda: noon(on))
        run.refresh_from_db()
        if run.published_at is None:
            reports.approve(run=run, by=made.coordination, at=noon(on))
            run.refresh_from_db()


def build_today(made: World) -> None:
    """Leave something to do: eligibilities to validate, requests without a candidate, calls to resume."""
    at = noon(made.today - timedelta(days=2))
    running = [award for _, _, award in made.awards if award.lot.tender.status == TenderStatus.IN_PROGRESS]
    for award in made.random.sample(running, min(14, len(running))):
        company = award.members.order_by("pk")[0].organisation
        tender, post = award.lot.tender, world.POSTS[Sector(award.lot.sector)]
        starts_on = made.today + timedelta(days=made.random.randint(4, 30))
        work = Work(
            post=post[0],
            trade=post[1],
            modality=Modality.DIRECT_HIRE_CDD,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=60),
        )
        by = beneficiaries.facilitation(tender.structure)
        if made.random.random() < 0.5:
            requests.open_search(
                award=award,
                company=company,
                work=work,
                headcount=made.random.choice((1, 1, 2, 3)),
                by=by,
                at=at,
            )
        else:
            requests.name_person(
                award=award, company=company, profile=newcomer(made), work=work, by=by, at=at
            )


def newcomer(made: World) -> Profile:
    """Draw somebody whom nobody follows yet."""
    return Profile(
        first_name=made.random.choice(world.FIRST_NAMES_M),
        last_name=made.random.choice(world.LAST_NAMES),
        birth_date=date(
            made.random.randint(1970, 2004), made.random.randint(1, 12), made.random.randint(1, 28)
        ),
    )


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


def add_contact(made: World, company: Organisation, rank: int) -> None:
    """Give a company somebody to call."""
    first = made.random.choice(world.FIRST_NAMES_F + world.FIRST_NAMES_M)
    Contact.objects.create(
        organisation=company,
        name=f"{first} {made.random.choice(world.LAST_NAMES)}",
        role=ContactRole.SITE,
        phone=phone(200 + rank),
    )


def persona_email(role: Role) -> str:
    """Return the address of a role's persona."""
    return next(character.email for character in CHARACTERS if character.role is role)


def phone(number: int) -> str:
    """Return a number of the range that is kept for fiction."""
    return f"01 99 00 {number // 100:02d} {number % 100:02d}"
