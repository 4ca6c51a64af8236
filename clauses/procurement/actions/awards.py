"""Give a lot to a contractor or a group."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, ProtectedError

from clauses.procurement.actions import rows, tenders
from clauses.procurement.choices import GroupRole, GroupType, Permission, TenderAction, TenderStatus
from clauses.procurement.models import Award, GroupMember, Lot, Tender
from clauses.procurement.rules import tenders as rules
from inclusiv.accounts.actions.organisations import Told, able_to_act, find_or_make
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def award(
    *,
    lot: Lot,
    contractors: Sequence[tuple[Organisation | Told, Decimal]],
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
    award: Award, contractors: Sequence[tuple[Organisation | Told, Decimal]], *, by: Actor, at: datetime
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
    who: Organisation | Told, *, tender: Tender, on: date, by: Actor, at: datetime
) -> Organisation:
    """Return the organisation of a contractor, made if unknown, able to act as one from the day on.

    A delegate does not name itself: it would hold the lot once its mandate is over.
    """
    organisation = who if isinstance(who, Organisation) else find_or_make(who, by=by, at=at)
    if organisation.pk == by.organisation_id and rows.is_delegate(by, tender.buyer_id):
        raise Refused(
            "delegates_not",
            f"Vous agissez à la place de {tender.buyer} : c’est à cet acheteur de dire si {organisation} tient un lot.",
            field="siret",
        )
    able_to_act(organisation, role=Role.CONTRACTOR, department=tender.department, on=on, by=by, at=at)
    return organisation


@transaction.atomic
def withdraw(*, lot: Lot, seen: int | None = None, by: Actor, at: datetime) -> None:
    """Take back a contractor told by mistake, until the notification; the tender waits again if the lot is awaited.

    `seen` is the key of the award that the author read.
    """
    current = rows.open_lot(lot, by=by, permission=Permission.AWARD_LOT)
    tender = current.tender
    if tender.is_bound:
        raise Refused(
            "award_bound",
            "Le marché est notifié : le titulaire ne change plus que par un avenant de transfert.",
        )
    if tender.status in rules.OVER:
        raise Refused("tender_over", "La procédure est arrêtée : elle reste ce qu’elle était.")
    held = Award.objects.filter(lot=current).first()
    if held is None:
        raise Refused("no_award", f"Le lot {current.number} n’a pas de titulaire.")
    if seen not in (None, held.pk):
        raise Refused(
            "stale_award",
            f"Un autre titulaire du lot {current.number} a été indiqué entre-temps : rechargez la page.",
        )
    try:
        held.delete()
    except ProtectedError:
        raise Refused(
            "award_in_use",
            f"Le titulaire du lot {current.number} y a déjà demandé quelqu’un : il ne se retire plus.",
        ) from None
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
    """Call the tender, locked, awarded on the day of its last award when no lot is waited for any more.

    Also told when a lot or a clause goes away: what it waited for may have been the last.
    """
    last = Award.objects.filter(lot__tender=tender).aggregate(day=Max("awarded_on"))["day"]
    if last is None or is_awaiting(tender):
        return
    if tender.status == TenderStatus.AWARDED:
        Tender.objects.filter(pk=tender.pk).update(awarded_on=last, updated_at=at)
    else:
        tenders.step(tender, TenderAction.AWARD, by=by, at=at, awarded_on=last)


def is_awaiting(tender: Tender) -> bool:
    """Say whether a lot with a clause still has no contractor; any lot when none has a clause."""
    with_clause = tender.lots.filter(has_clause=True)
    awaited = with_clause if with_clause.exists() else tender.lots.all()
    return awaited.filter(award=None).exists()
