"""Structures, buyers, companies, their people and the charter."""

from datetime import date
from decimal import Decimal

from django.utils.text import slugify

from clauses.procurement.models import SupplierProfile
from clauses.procurement.rules.sourcing import SERVICE
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation, User
from inclusiv.core.actors import Actor, Role
from inclusiv.demo import world
from inclusiv.demo.make import accounts
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.personas import CHARACTERS
from inclusiv.demo.stages import BATI_SUD, PRESCRIBER, TREMPLIN, VALMONT
from inclusiv.demo.steps.state import World
from inclusiv.demo.trades import TRADES
from inclusiv.reference.models import Commune
from reporting.publication.models import Charter, Signature


def build_organisations(made: World) -> None:
    """Make the structures and territories, the buyers, the companies, the coordination and their people."""
    numbers = iter(range(1000, 2000))
    for rank, seed in enumerate(world.STRUCTURES):
        add_structure(made, seed, rank, number=next(numbers))
    epci_rank = {epci: rank for rank, seed in enumerate(world.STRUCTURES) for epci in seed.epci}
    communes = Commune.objects.filter(department="91").values_list("insee", "epci_id")
    made.structure_of = {insee: epci_rank[epci or ""] for insee, epci in communes}
    for rank, buyer in enumerate(world.BUYERS):
        made.buyers[buyer.name] = accounts.organisation(
            name=buyer.name,
            number=next(numbers),
            roles=(Role.BUYER, Role.SIGNATORY),
            buyer_kind=buyer.kind,
            commune=buyer.commune,
            phone=phone(300 + rank),
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
    describe_suppliers(made)
    coordination = accounts.organisation(
        name="Réseau Inclusiv’Essonne",
        number=next(numbers),
        roles=(Role.COORDINATION,),
        commune="91228",
        phone=phone(50),
    )
    made.prescriber = accounts.organisation(
        name=PRESCRIBER, number=next(numbers), roles=(Role.PRESCRIBER,), commune="91589", phone=phone(40)
    )
    add_personas(made, coordination)
    add_colleagues(made)
    sign_charter(made)


def describe_suppliers(made: World) -> None:
    """Say in which trades each inclusive structure works; those that carry out lots said their turnover."""
    at = noon(made.today)
    SupplierProfile.objects.bulk_create(
        SupplierProfile(
            organisation=made.companies[seed.name],
            sectors=[str(sector) for sector in TRADES[seed.name]],
            turnover=Decimal(900_000 + 150_000 * rank) if seed.kind in SERVICE else None,
            updated_at=at,
        )
        for rank, seed in enumerate(world.EMPLOYERS)
    )


def add_structure(made: World, seed: world.StructureSeed, rank: int, *, number: int) -> None:
    """Make a structure, its territory and who answers there, the persona first; another one shares her tenders."""
    structure = accounts.organisation(
        name=seed.name, number=number, roles=(Role.FACILITATOR,), commune=seed.commune, phone=phone(rank)
    )
    accounts.territory(structure, name=seed.territory, epci=seed.epci)
    first = accounts.member(
        structure,
        Role.FACILITATOR,
        first_name=seed.first_name,
        last_name=seed.last_name,
        email=email(seed.first_name, seed.last_name, seed.name) if rank else persona_email(Role.FACILITATOR),
        phone=phone(rank),
        is_manager=True,
    )
    team = [first]
    if not rank:
        team.append(colleague(structure, Role.FACILITATOR, "Samuel", "Ferrand", phone=phone(10)))
    made.structures.append(structure)
    made.teams[structure.pk] = [User.objects.get(pk=actor.user_id or 0) for actor in team]


def add_personas(made: World, coordination: Organisation) -> None:
    """Make the people as whom anybody may sign in; the one who buys signs the charter for her commune too."""
    valmont = made.buyers[VALMONT]
    homes = (
        (Role.BUYER, valmont, "Claire", "Aubry"),
        (Role.CONTRACTOR, made.companies[BATI_SUD], "Roland", "Roche"),
        (Role.EMPLOYER, made.companies[TREMPLIN], "Sonia", "Mercier"),
        (Role.PRESCRIBER, made.prescriber, "Paula", "Ferreira"),
        (Role.COORDINATION, coordination, "Odile", "Garnier"),
        (Role.SIGNATORY, made.buyers["Habitat Solidaire Essonne"], "Marc", "Delmas"),
    )
    for rank, (role, organisation, first_name, last_name) in enumerate(homes):
        actor = accounts.member(
            organisation,
            role,
            first_name=first_name,
            last_name=last_name,
            email=persona_email(role),
            phone=phone(20 + rank),
            is_manager=True,
        )
        if role is Role.COORDINATION:
            made.coordination = actor
    accounts.member(
        valmont, Role.SIGNATORY, first_name="Claire", last_name="Aubry", email=persona_email(Role.BUYER)
    )


def add_colleagues(made: World) -> None:
    """Give each buyer somebody who buys, and the personas' organisations a colleague."""
    for rank, seed in enumerate(world.BUYERS):
        first_name, last_name = world.BUYING[rank]
        colleague(made.buyers[seed.name], Role.BUYER, first_name, last_name, phone=phone(60 + rank))
    colleague(made.companies[BATI_SUD], Role.CONTRACTOR, "Inès", "Fabre", phone=phone(30))
    colleague(made.companies[TREMPLIN], Role.EMPLOYER, "Yanis", "Leroy", phone=phone(31))
    colleague(made.prescriber, Role.PRESCRIBER, "Corinne", "Aubert", phone=phone(32))


def sign_charter(made: World) -> None:
    """Make the charter that every buyer signed."""
    made.charter = Charter.objects.create(
        name="Charte Inclusiv’Essonne", department="91", signed_on=date(2018, 6, 15)
    )
    Signature.objects.bulk_create(
        Signature(charter=made.charter, organisation=buyer, starts_on=made.charter.signed_on)
        for buyer in made.buyers.values()
    )


def colleague(
    organisation: Organisation, role: Role, first_name: str, last_name: str, *, phone: str
) -> Actor:
    """Make somebody who works there too; who works alone manages the accesses."""
    return accounts.member(
        organisation,
        role,
        first_name=first_name,
        last_name=last_name,
        email=email(first_name, last_name, organisation.name),
        phone=phone,
        is_manager=not organisation.capacities.filter(memberships__is_manager=True).exists(),
    )


def email(first_name: str, last_name: str, organisation: str) -> str:
    """Return an address of an organisation, in the domain kept for examples."""
    return f"{slug(first_name)}.{slug(last_name)}@{slug(organisation)}.example"


def slug(text: str) -> str:
    """Return a text as it stands in an address: plain letters and digits, joined by hyphens."""
    return slugify(text.replace("œ", "oe").replace("’", " "))


def persona_email(role: Role) -> str:
    """Return the address of a role's persona."""
    return next(character.email for character in CHARACTERS if character.role is role)


def phone(number: int) -> str:
    """Return a number of the range that is kept for fiction."""
    return f"01 99 00 {number // 100:02d} {number % 100:02d}"
