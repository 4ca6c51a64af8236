"""Whom to call in each company, and the doors of the network: an invitation, requests to join, a replacement."""

from datetime import timedelta

from inclusiv.accounts.actions import contacts, invitations, joining, memberships
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.demo import world
from inclusiv.demo.make.accounts import siret
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import VALMONT
from inclusiv.demo.steps.organisations import email, phone
from inclusiv.demo.steps.state import World

CONFIRMED = (12, 25, 47, 64, 83)
"""How many days ago the contacts of companies were confirmed, one company after the other."""


def build_network(made: World) -> None:
    """Keep the contacts of the companies, then leave open what the network has to answer."""
    for rank, company in enumerate(made.companies.values()):
        keep_contacts(made, company, rank)
    invite(made)
    ask_to_join(made)
    replace(made)


def keep_contacts(made: World, company: Organisation, rank: int) -> None:
    """Note whom to call on site and in the office."""
    structure = made.structures[made.structure_of[company.commune_id or ""]]
    on_site, in_the_office = ContactRole.SITE, made.random.choice(list(ContactRole)[1:3])
    contacts.keep(
        organisation=company,
        cards=[card(made, company, on_site, rank), card(made, company, in_the_office, rank + 50)],
        by=made.facilitator(structure),
        at=noon(made.today - timedelta(days=CONFIRMED[rank % len(CONFIRMED)])),
    )


def card(made: World, company: Organisation, role: ContactRole, rank: int) -> Card:
    """Draw somebody to call."""
    first_name = made.random.choice(world.FIRST_NAMES_F + world.FIRST_NAMES_M)
    last_name = made.random.choice(world.LAST_NAMES)
    return Card(
        name=f"{first_name} {last_name}",
        role=role,
        phone=phone(200 + rank),
        mobile=f"06 39 98 {rank // 100:02d} {rank % 100:02d}" if role is ContactRole.SITE else "",
        email=email(first_name, last_name, company.name),
    )


def invite(made: World) -> None:
    """Invite a company's accountant, and a third colleague of the persona who facilitates: neither has answered."""
    nadia = made.facilitator(made.structures[0])
    company = made.companies["Couleurs du Val"]
    guests = (
        (company, Role.CONTRACTOR, email("Nathalie", "Guérin", company.name), 6),
        (made.structures[0], Role.FACILITATOR, email("Mehdi", "Zerrouki", nadia.organisation), 3),
    )
    for organisation, role, address, ago in guests:
        at = noon(made.today - timedelta(days=ago))
        invitations.invite(organisation=organisation, role=role, guest=Guest(address), by=nadia, at=at)


def ask_to_join(made: World) -> None:
    """Let a company that is known and a commune that is not ask for an access, and a colleague of the one who buys."""
    known = made.companies["Peinture Moderne 91"]
    asked = (
        ("Thierry Lacombe", Told(siret=known.siret or "", name=known.name), Role.CONTRACTOR, 4),
        ("Sophie Arnoux", Told(siret=siret(1990), name="Commune de Montreuil-les-Prés"), Role.BUYER, 2),
        ("Adrien Colas", Told(siret=made.buyers[VALMONT].siret or "", name=VALMONT), Role.BUYER, 1),
    )
    for name, told, role, ago in asked:
        first_name, last_name = name.split()
        joining.ask(
            email=email(first_name, last_name, told.name),
            name=name,
            told=told,
            role=role,
            at=noon(made.today - timedelta(days=ago)),
        )


def replace(made: World) -> None:
    """Let the persona answer for her colleague, who is away since yesterday."""
    structure = made.structures[0]
    present, absent = made.teams[structure.pk][:2]
    memberships.cover(
        absent=absent,
        substitute=present,
        starts_on=made.today - timedelta(days=1),
        ends_on=made.today + timedelta(days=9),
        by=made.facilitator(structure),
        at=noon(made.today - timedelta(days=5)),
    )
