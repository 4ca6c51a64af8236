"""Give a lot to a contractor or a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q
from stdnum.fr import siret as siret_numbers

from clauses.procurement import rules
from clauses.procurement.actions import rows, tenders
from clauses.procurement.choices import GroupRole, GroupType, Permission, TenderAction, TenderStatus
from clauses.procurement.models import Award, GroupMember, Lot, Tender
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Capacity, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A contractor as typed: its SIRET, and its name, needed when the platform does not know it yet."""

    siret: str
    name: str = ""


@transaction.atomic
def award(
    *,
    lot: Lot,
    contractors: Sequence[tuple[Organisation | Company, Decimal]],
    group_type: GroupType = GroupType.NONE,
    amount: Decimal | None = None,
    awarded_on: date,
    by: Actor,
    at: datetime,
) -> Award:
    """Give a lot to its contractors, each with its share of the hours (0 to 1, adding up to 1); the first one leads.

    An unknown SIRET becomes an organisation. The tender is awarded once every lot with a clause is; every lot when
    none has one. `amount` in € HT.
    """
    current = rows.open_lot(lot, by=by, permission=Permission.AWARD_LOT)
    check_awardable(current)
    rules.check_award_day(
        awarded_on,
        today=paris_day(at),
        launched_on=current.tender.consultation_launched_on,
        offers_due_on=current.tender.offers_due_on,
    )
    rules.check_group([share for _, share in contractors], group_type)
    made = Award(lot=current, group_type=group_type, amount=amount, awarded_on=awarded_on)
    rows.save(made)
    join(made, contractors, by=by, at=at)
    tender = current.tender
    audit.record(
        code="lot.awarded",
        subjects=[tender],
        by=rows.for_buyer(by, tender.buyer),
        at=at,
        number=current.number,
    )
    close_award(tender, by=by, at=at)
    return made


def check_awardable(lot: Lot) -> None:
    """Refuse a lot that already has a contractor, or whose consultation is not published or is over."""
    if Award.objects.filter(lot=lot).exists():
        raise Refused("already_awarded", f"Le lot {lot.number} a déjà un titulaire.")
    status = TenderStatus(lot.tender.status)
    if status not in rules.TENDER[TenderAction.AWARD].sources | {TenderStatus.AWARDED}:
        raise Refused(
            "not_awardable",
            f"Un lot s’attribue après la publication de la consultation et avant la notification ; ce marché"
            f" est à l’étape « {status.label} ».",
        )


def join(
    award: Award, contractors: Sequence[tuple[Organisation | Company, Decimal]], *, by: Actor, at: datetime
) -> None:
    """Write the members of the group, in order; each one may act as a contractor from the award on."""
    tender = award.lot.tender
    members = [
        (contractor_of(who, tender=tender, on=award.awarded_on, by=by, at=at), share)
        for who, share in contractors
    ]
    if len({organisation.pk for organisation, _ in members}) < len(members):
        raise Refused("contractor_twice", "La même entreprise figure deux fois dans le groupement.")
    GroupMember.objects.bulk_create(
        GroupMember(
            award=award,
            organisation=organisation,
            role=GroupRole.MEMBER if rank else GroupRole.LEAD,
            hours_share=share,
        )
        for rank, (organisation, share) in enumerate(members)
    )


def contractor_of(
    who: Organisation | Company, *, tender: Tender, on: date, by: Actor, at: datetime
) -> Organisation:
    """Return the organisation of a contractor, made if unknown, able to act as one from the day on."""
    organisation = who if isinstance(who, Organisation) else find_or_make(who, by=by, at=at)
    capacity = (
        Capacity.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=on),
            organisation=organisation,
            role=Role.CONTRACTOR,
            department=tender.department,
        )
        .order_by("starts_on")
        .first()
    )
    if capacity is None:
        Capacity.objects.create(
            organisation=organisation, role=Role.CONTRACTOR, department=tender.department, starts_on=on
        )
        audit.record(code="contractor.opened", subjects=[organisation], by=by, at=at, starts_on=on)
    elif capacity.starts_on > on:
        capacity.starts_on = on
        capacity.save(update_fields=["starts_on"])
        audit.record(code="contractor.earlier", subjects=[organisation], by=by, at=at, starts_on=on)
    return organisation


def find_or_make(company: Company, *, by: Actor, at: datetime) -> Organisation:
    """Return the organisation of a SIRET; raises Refused on a false SIRET or when an unknown one has no name."""
    number = siret_numbers.compact(company.siret)
    if not siret_numbers.is_valid(number):
        raise Refused(
            "siret_false",
            f"Le SIRET « {company.siret} » n’existe pas : vérifiez ses 14 chiffres.",
            field="siret",
        )
    if known := Organisation.objects.filter(siret=number).first():
        return known
    name = company.name.strip()
    if not name:
        raise Refused(
            "name_missing",
            f"L’entreprise {number} n’est pas encore connue ici : indiquez son nom.",
            field="name",
        )
    made, is_new = Organisation.objects.get_or_create(
        siret=number, defaults={"siren": number[:9], "name": name, "company_kind": CompanyKind.ORDINARY}
    )
    if is_new:
        audit.record(code="contractor.registered", subjects=[made], by=by, at=at)
    return made


@transaction.atomic
def withdraw(*, lot: Lot, by: Actor, at: datetime) -> None:
    """Take back a contractor told by mistake, until the notification; the tender waits again if the lot is awaited."""
    current = rows.open_lot(lot, by=by, permission=Permission.AWARD_LOT)
    tender = current.tender
    if tender.is_bound:
        raise Refused(
            "award_bound",
            "Le marché est notifié : le titulaire ne change plus que par un avenant de transfert.",
        )
    withdrawn, _ = Award.objects.filter(lot=current).delete()
    if not withdrawn:
        raise Refused("no_award", f"Le lot {current.number} n’a pas de titulaire.")
    audit.record(
        code="award.withdrawn",
        subjects=[tender],
        by=rows.for_buyer(by, tender.buyer),
        at=at,
        number=current.number,
    )
    if tender.status == TenderStatus.AWARDED and is_awaiting(tender):
        tenders.step(tender, TenderAction.REOPEN, by=by, at=at, awarded_on=None)


def close_award(tender: Tender, *, by: Actor, at: datetime) -> None:
    """Call the tender awarded when no lot is waited for, on the day of its last award."""
    if is_awaiting(tender):
        return
    last = Award.objects.filter(lot__tender=tender).aggregate(day=Max("awarded_on"))["day"]
    if tender.status == TenderStatus.AWARDED:
        Tender.objects.filter(pk=tender.pk).update(awarded_on=last, updated_at=at)
    else:
        tenders.step(tender, TenderAction.AWARD, by=by, at=at, awarded_on=last)


def is_awaiting(tender: Tender) -> bool:
    """Say whether a lot with a clause still has no contractor; any lot when none has a clause."""
    with_clause = tender.lots.filter(has_clause=True)
    awaited = with_clause if with_clause.exists() else tender.lots.all()
    return awaited.filter(award=None).exists()
