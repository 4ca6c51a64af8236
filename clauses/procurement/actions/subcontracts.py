"""Declare subcontractors before they come, accept or refuse them; an accepted one takes part in the lot."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from clauses.procurement.actions import participants, rows
from clauses.procurement.actions.life import days_of
from clauses.procurement.choices import Permission, SubcontractKind, SubcontractStatus
from clauses.procurement.models import Award, GroupMember, Lot, Subcontract
from clauses.procurement.rules import subcontracts as rules
from inclusiv.accounts.actions.organisations import Told, able_to_act, find_or_make
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.selectors import reader_of
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_long
from inclusiv.core.messages import Message
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, mails

BLAME = {
    "subcontract_once": "siret",
    "subcontract_amount_is_positive": "amount",
    "subcontract_inclusive_says_kind": "inclusive_kind",
}


def opened(lot: Lot, *, by: Actor, permission: Permission) -> Award:
    """Return the award of a lot, its tender locked and running."""
    otherwise = "Un sous-traitant se déclare pendant l’exécution du marché."
    return rows.open_running_award(lot, by=by, permission=permission, otherwise=otherwise)


@transaction.atomic
def declare(
    *,
    award: Award,
    organisation: Organisation | Told,
    work: str,
    amount: Decimal,
    starts_on: date,
    inclusive_kind: CompanyKind | None = None,
    parent: Subcontract | None = None,
    by: Actor,
    at: datetime,
) -> Subcontract:
    """Declare a subcontractor (DC4): of rank 1, or of the rank below an accepted `parent`.

    By the contractor, or by the facilitation on its behalf. Raises Refused: not_permitted, not_running,
    outside_execution, is_contractor, parent_not_accepted, over_amount, subcontract_once.
    """
    current = opened(award.lot, by=by, permission=Permission.DECLARE_SUBCONTRACT)
    held = {member.organisation_id for member in current.members.all()}
    if by.role is not Role.FACILITATOR and by.organisation_id not in held:
        raise Refused("not_permitted", "Un sous-traitant est déclaré par l’entreprise titulaire du lot.")
    notified_on, _, ends_on = days_of(current.lot.tender)
    rules.check_start(starts_on, notified_on=notified_on, ends_on=ends_on)
    company = (
        organisation if isinstance(organisation, Organisation) else find_or_make(organisation, by=by, at=at)
    )
    if company.pk in held:
        raise Refused("is_contractor", f"{company} est titulaire de ce lot.", field="siret")
    above = parent and Subcontract.objects.filter(pk=parent.pk, award=current).first()
    if parent is not None and above is None:
        raise Refused("not_visible", "Ce sous-traitant n’est pas de ce lot.", field="parent")
    if above is not None:
        rules.check_parent(above.status, name=str(above.organisation))
    check_total(current, above, added=amount)
    made = Subcontract(
        award=current,
        organisation=company,
        rank=above.rank + 1 if above else 1,
        parent=above,
        work=work.strip(),
        amount=amount,
        kind=SubcontractKind.INCLUSIVE if inclusive_kind else SubcontractKind.ORDINARY,
        inclusive_kind=inclusive_kind or "",
        starts_on=starts_on,
        declared_on=paris_day(at),
        declared_by=f"{by.name}, {by.organisation}"[:255],
    )
    rows.save(made, blame=BLAME)
    tell("subcontract.declared", made, by=rows.for_buyer(by, current.lead), at=at)
    return made


def check_total(award: Award, parent: Subcontract | None, *, added: Decimal) -> None:
    """Refuse more than the lot's amount at rank 1, more than the parent's below."""
    beside = Subcontract.objects.standing().filter(award=award, parent=parent)
    total = (beside.aggregate(total=Sum("amount"))["total"] or ZERO) + added
    ceiling = parent.amount if parent else award.amount
    rules.check_amounts(
        total, ceiling=ceiling, what=f"la part de {parent.organisation}" if parent else "le montant du lot"
    )


def tell(code: str, subcontract: Subcontract, *, by: Actor, at: datetime) -> None:
    """Write the event of a subcontract on its tender."""
    lot = subcontract.award.lot
    audit.record(
        code=code,
        subjects=[lot.tender],
        by=by,
        at=at,
        number=lot.number,
        organisation=subcontract.organisation.name,
        rank=str(subcontract.rank),
    )


@transaction.atomic
def decide(
    *, subcontract: Subcontract, is_accepted: bool, reason: str = "", by: Actor, at: datetime
) -> Subcontract:
    """Accept a subcontractor, who takes part in the lot from its day on, or refuse it with the reason.

    By the buyer, or by its facilitation on its behalf; nobody accepts their own organisation. Raises Refused:
    not_permitted, not_running, already_decided, reason_missing, delegates_not.
    """
    award = opened(subcontract.award.lot, by=by, permission=Permission.DECIDE_SUBCONTRACT)
    current = (
        Subcontract.objects.select_related("organisation").filter(pk=subcontract.pk, award=award).first()
    )
    if current is None or current.status != SubcontractStatus.DECLARED:
        raise Refused("already_decided", "Ce sous-traitant a déjà reçu sa réponse : rechargez la page.")
    rules.check_reason(reason, is_accepted=is_accepted)
    if current.organisation_id == by.organisation_id:
        raise Refused(
            "delegates_not",
            f"Vous travaillez pour {current.organisation} : c’est à {award.lot.tender.buyer} de répondre à sa place.",
        )
    current.award = award
    current.status = SubcontractStatus.ACCEPTED if is_accepted else SubcontractStatus.REFUSED
    current.decided_on, current.decided_by = paris_day(at), f"{by.name}, {by.organisation}"[:255]
    current.reason = "" if is_accepted else reason.strip()
    rows.save(current)
    author = rows.for_buyer(by, award.lot.tender.buyer)
    tell("subcontract.accepted" if is_accepted else "subcontract.refused", current, by=author, at=at)
    if is_accepted:
        take_part(current, by=author, at=at)
    answer(current, by=author, at=at)
    return current


def answer(decided: Subcontract, *, by: Actor, at: datetime) -> None:
    """Tell the lead of the award what was decided; who cannot be written to reads it on the page."""
    award, tender = decided.award, decided.award.lot.tender
    reader = reader_of(award.lead, role=Role.CONTRACTOR, on=paris_day(at), partner=tender.buyer_id)
    if reader is None:
        return
    is_accepted = decided.status == SubcontractStatus.ACCEPTED
    said = (
        f"{decided.organisation} est accepté comme sous-traitant de rang {decided.rank}, à partir du"
        f" {date_long(decided.starts_on)}."
        if is_accepted
        else f"{decided.organisation} est refusé comme sous-traitant : {decided.reason}"
    )
    message = Message(
        subject=f"Sous-traitant {'accepté' if is_accepted else 'refusé'} : {decided.organisation}, {tender.reference}",
        paragraphs=("Bonjour,", f"Lot {award.lot.number} de « {tender.title} ».", said),
    )
    mails.queue(to=reader.email, message=message, subjects=[tender, award.lead], at=at)


def take_part(accepted: Subcontract, *, by: Actor, at: datetime) -> None:
    """Let an accepted subcontractor work on the lot: an inclusive structure as an employer, another as a company."""
    lot = accepted.award.lot
    role = Role.EMPLOYER if accepted.kind == SubcontractKind.INCLUSIVE else Role.CONTRACTOR
    able_to_act(
        accepted.organisation,
        role=role,
        department=lot.tender.department,
        on=accepted.starts_on,
        by=by,
        at=at,
    )
    participants.come_back(lot, accepted.organisation, starts_on=accepted.starts_on, by=by, at=at)
    participants.join(
        lot=lot, organisations=[accepted.organisation], starts_on=accepted.starts_on, by=by, at=at
    )


def is_holder(award: Award, by: Actor) -> bool:
    """Say whether somebody works for a contractor of the award."""
    return GroupMember.objects.filter(award=award, organisation=by.organisation_id).exists()
