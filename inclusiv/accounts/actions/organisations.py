"""Find an organisation by its SIRET, or make it known; give it what it does (ARCHITECTURE.md 4.2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from stdnum.fr import siret as siret_numbers

from inclusiv.accounts.choices import BuyerKind, CompanyKind
from inclusiv.accounts.models import Capacity, JoinRequest, Organisation
from inclusiv.accounts.rules.entering import NETWORK
from inclusiv.core.actors import ROLE_LABELS, Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An organisation as typed: its SIRET, and its name and kind, needed when the platform does not know it yet."""

    siret: str
    name: str = ""
    company_kind: CompanyKind | str = ""
    buyer_kind: BuyerKind | str = ""

    def __str__(self) -> str:
        return self.name or self.siret


def known(told: Told) -> Organisation | None:
    """Return the organisation of a SIRET when the platform knows it."""
    return Organisation.objects.filter(siret=siret_numbers.compact(told.siret)).first()


def find_or_make(told: Told, *, by: Actor, at: datetime) -> Organisation:
    """Return the organisation of a SIRET, made or named; raises Refused on a false one, or an unknown one without a name."""
    number = siret_numbers.compact(told.siret)
    if not siret_numbers.is_valid(number):
        raise Refused(
            "siret_false",
            f"Le SIRET « {told.siret} » n’existe pas : vérifiez ses 14 chiffres.",
            field="siret",
        )
    if found := known(told):
        return named(found, told, by=by, at=at)
    name = told.name.strip()
    if not name:
        raise Refused(
            "name_missing",
            f"L’organisation {number} n’est pas encore connue ici : indiquez son nom.",
            field="name",
        )
    made, is_new = Organisation.objects.get_or_create(
        siret=number,
        defaults={
            "siren": number[:9],
            "name": name,
            "company_kind": told.company_kind,
            "buyer_kind": told.buyer_kind,
            "is_named_by_partner": by.role not in NETWORK,
        },
    )
    if is_new:
        # Who asked to act for it before it was known is answered by those who may open that door.
        JoinRequest.objects.filter(organisation=None, told_siret=number).update(organisation=made)
        audit.record(code="organisation.registered", subjects=[made], by=by, at=at)
    return made


def named(organisation: Organisation, told: Told, *, by: Actor, at: datetime) -> Organisation:
    """Return an organisation under the name and the kinds that the network tells, when a partner told of it first."""
    if by.role not in NETWORK or not organisation.is_named_by_partner:
        return organisation
    name = told.name.strip() or organisation.name
    if name != organisation.name:
        organisation.former_names = [*organisation.former_names, organisation.name]
        audit.record(code="organisation.renamed", subjects=[organisation], by=by, at=at)
    organisation.name, organisation.is_named_by_partner = name, not told.name.strip()
    organisation.buyer_kind = told.buyer_kind or organisation.buyer_kind
    organisation.company_kind = told.company_kind or organisation.company_kind
    organisation.save(
        update_fields=["former_names", "name", "is_named_by_partner", "buyer_kind", "company_kind"]
    )
    return organisation


def able_to_act(
    organisation: Organisation, *, role: Role, department: str, on: date, by: Actor, at: datetime
) -> Capacity:
    """Return the capacity of an organisation in a département, opened or brought forward so that it runs on the day.

    Of two people who open it at once, the second one waits, then finds it open.
    """
    held = Capacity.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), organisation=organisation, role=role, department=department
    ).order_by("starts_on")
    capacity = held.first()
    said = {"role": ROLE_LABELS[role].lower(), "starts_on": on}
    if capacity is None:
        try:
            with transaction.atomic():
                capacity = Capacity.objects.create(
                    organisation=organisation, role=role, department=department, starts_on=on
                )
        except IntegrityError:
            return held.get()
        audit.record(code="capacity.opened", subjects=[organisation], by=by, at=at, **said)
    elif capacity.starts_on > on:
        capacity.starts_on = on
        capacity.save(update_fields=["starts_on"])
        audit.record(code="capacity.earlier", subjects=[organisation], by=by, at=at, **said)
    return capacity
