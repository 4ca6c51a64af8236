"""Organisations, their people and their territories."""

from datetime import date

from inclusiv.accounts.choices import BuyerKind, CompanyKind
from inclusiv.accounts.models import Capacity, Membership, Organisation, Territory, TerritoryAssignment, User
from inclusiv.core.actors import Actor, Role
from inclusiv.reference.models import Commune

OPENED_ON = date(2020, 1, 1)
"""Day from which everything made here runs, unless told otherwise."""


def siren(number: int) -> str:
    """Return the `number`-th SIREN of the unassigned range 0009x, with a right key (0 ≤ number < 10 000)."""
    body = f"0009{number:04d}"
    return body + luhn_key(body)


def siret(number: int) -> str:
    """Return the head office's SIRET of the `number`-th SIREN."""
    body = f"{siren(number)}0001"
    return body + luhn_key(body)


def luhn_key(body: str) -> str:
    """Return the digit that makes the number valid."""
    doubled = [int(digit) * (2 if rank % 2 == 0 else 1) for rank, digit in enumerate(reversed(body))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def organisation(
    *,
    name: str,
    number: int,
    roles: tuple[Role, ...],
    buyer_kind: BuyerKind | str = "",
    company_kind: CompanyKind | str = "",
    commune: str | None = None,
    phone: str = "",
    department: str = "91",
) -> Organisation:
    """Make an organisation with its capacities in a département; `commune` is an INSEE code."""
    made = Organisation.objects.create(
        siren=siren(number),
        siret=siret(number),
        name=name,
        buyer_kind=buyer_kind,
        company_kind=company_kind,
        commune_id=commune,
        phone=phone,
    )
    Capacity.objects.bulk_create(
        Capacity(organisation=made, role=role, department=department, starts_on=OPENED_ON) for role in roles
    )
    return made


def member(
    organisation: Organisation,
    role: Role,
    *,
    first_name: str,
    last_name: str,
    email: str,
    phone: str = "",
    is_manager: bool = False,
) -> Actor:
    """Make somebody who works in this capacity of the organisation, and return them as an actor."""
    user, _ = User.objects.get_or_create(
        email=email,
        defaults={"first_name": first_name, "last_name": last_name, "phone": phone, "password": "!"},
    )
    membership = Membership.objects.create(
        user=user,
        capacity=organisation.capacities.get(role=role),
        starts_on=OPENED_ON,
        is_manager=is_manager,
    )
    return membership.actor()


def territory(
    structure: Organisation, *, name: str, epci: tuple[str, ...], department: str = "91"
) -> Territory:
    """Make a structure's territory out of whole intercommunal bodies, by SIREN."""
    made = Territory.objects.create(name=name, structure=structure, department=department)
    TerritoryAssignment.objects.bulk_create(
        TerritoryAssignment(territory=made, commune=commune, starts_on=OPENED_ON)
        for commune in Commune.objects.filter(epci_id__in=epci)
    )
    return made
