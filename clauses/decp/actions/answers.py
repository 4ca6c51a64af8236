"""What somebody decides about a spotted contract: follow it, attach it, dismiss it, or take that back."""

from datetime import datetime
from typing import Unpack

from django.db import transaction

from clauses.decp.choices import Answer
from clauses.decp.models import SpottedContract
from clauses.decp.rules.answers import ANSWERS
from clauses.procurement.actions import tenders
from clauses.procurement.choices import TenderAction, TenderNature
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core import transitions
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit
from inclusiv.reference.models import Commune

EVENT = {
    Answer.FOLLOW: "spotted.followed",
    Answer.ATTACH: "spotted.attached",
    Answer.DISMISS: "spotted.dismissed",
    Answer.RESTORE: "spotted.restored",
}


@transaction.atomic
def follow(
    *,
    contract: SpottedContract,
    buyer: Organisation,
    structure: Organisation | None = None,
    reference: str,
    title: str,
    nature: TenderNature,
    place: Commune | None,
    by: Actor,
    at: datetime,
    **facts: Unpack[tenders.Facts],
) -> Tender:
    """Register the tender of a spotted contract; its consultation is over, its lots are to be described and awarded.

    Raises Refused as `tenders.register` does, `another_buyer` when the buyer is not the contract's, and `stale_state`
    when somebody else answered first.
    """
    check_same_buyer(contract, buyer)
    current = opened(contract, Answer.FOLLOW, by=by)
    tender = tenders.register(
        buyer=buyer,
        structure=structure,
        reference=reference,
        title=title,
        nature=nature,
        place=place,
        by=by,
        at=at,
        **facts,
    )
    tenders.move(tender=tender, action=TenderAction.PUBLISH, by=by, at=at)
    answer(current, Answer.FOLLOW, tender=tender, by=by, at=at)
    return tender


@transaction.atomic
def attach(*, contract: SpottedContract, tender: Tender, by: Actor, at: datetime) -> None:
    """Attach a spotted contract to a tender of the same buyer; several may lead to one tender, one per lot."""
    check_same_buyer(contract, tender.buyer)
    answer(opened(contract, Answer.ATTACH, by=by), Answer.ATTACH, tender=tender, by=by, at=at)


@transaction.atomic
def dismiss(*, contract: SpottedContract, by: Actor, at: datetime) -> None:
    """Set a spotted contract aside."""
    answer(opened(contract, Answer.DISMISS, by=by), Answer.DISMISS, tender=None, by=by, at=at)


@transaction.atomic
def restore(*, contract: SpottedContract, by: Actor, at: datetime) -> None:
    """Take back an attachment or a dismissal."""
    answer(opened(contract, Answer.RESTORE, by=by), Answer.RESTORE, tender=None, by=by, at=at)


def check_same_buyer(contract: SpottedContract, buyer: Organisation) -> None:
    """Refuse a buyer whose SIREN is not that of the publication: a contract is known by it, never by a name."""
    if buyer.siren != contract.buyer_siren:
        raise Refused(
            "another_buyer",
            f"{buyer} n’est pas l’acheteur de ce marché, publié par le SIREN {contract.buyer_siren}.",
            field="buyer",
        )


def opened(contract: SpottedContract, given: Answer, *, by: Actor) -> SpottedContract:
    """Return the contract as it is now, locked, when it still waits for this answer."""
    visible = SpottedContract.objects.visible_to(by).filter(pk=contract.pk)
    row = visible.select_for_update(of=("self",)).first()
    # Asked again once locked: the wait for the lock would compare the row of now with the tenders of before.
    if row is None or not visible.answerable_by(by).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à ce marché repéré.")
    if row.status not in ANSWERS[given].sources:
        said = row.get_status_display().lower()
        raise Refused(
            "stale_state",
            f"Quelqu’un a répondu entre-temps, ce marché repéré est {said} : rechargez la page.",
        )
    return row


def answer(
    contract: SpottedContract, given: Answer, *, tender: Tender | None, by: Actor, at: datetime
) -> None:
    """Move the contract and tell it, on the tender's page too."""
    concerned = tender or contract.tender
    transitions.move(contract, ANSWERS[given], by=by, at=at, tender=tender)
    audit.record(
        code=EVENT[given],
        subjects=[contract, concerned] if concerned else [contract],
        by=by,
        at=at,
        number=contract.reference,
    )
