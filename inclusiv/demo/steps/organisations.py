"""Structures, buyers, companies, personas and the charter."""

from datetime import date

from inclusiv.accounts.choices import CompanyKind, ContactRole
from inclusiv.accounts.models import Contact, Organisation, User
from inclusiv.core.actors import Role
from inclusiv.demo import world
from inclusiv.demo.make import accounts
from inclusiv.demo.personas import CHARACTERS
from inclusiv.demo.steps.state import World
from inclusiv.reference.models import Commune
from reporting.publication.models import Charter, Signature


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
        answering = accounts.member(
            structure,
            Role.FACILITATOR,
            first_name=seed.first_name,
            last_name=seed.last_name,
            email=email,
            phone=phone(rank),
        )
        made.facilitators[structure.pk] = User.objects.get(pk=answering.user_id or 0)
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
        name="Réseau Inclusiv’Essonne",
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
