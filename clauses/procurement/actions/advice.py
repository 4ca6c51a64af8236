"""Ask for advice about a tender, answer with a proposal, decide on it (PRACTICE.md 1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from clauses.procurement.actions import rows, tenders
from clauses.procurement.choices import (
    AdviceAction,
    AdviceStatus,
    Opinion,
    Permission,
    TenderAction,
    TenderNature,
    TenderStatus,
)
from clauses.procurement.models import AdvicePiece, AdviceRequest, Tender
from clauses.procurement.rules import advice as rules
from clauses.procurement.rules.tenders import OPEN
from inclusiv.accounts.models import Membership, Organisation, User
from inclusiv.accounts.selectors import reader_of
from inclusiv.core import transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_short
from inclusiv.core.messages import Message
from inclusiv.core.periods import add_working_days, paris_day
from inclusiv.core.providers import opportunity_notes
from inclusiv.core.refusals import Refused
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import audit, files, mails
from inclusiv.records.models import StoredFile
from inclusiv.reference.models import Commune

PROVISIONAL = "AVIS"


class NewFacts(TypedDict):
    """What is told of a purchase that is not registered yet; the amount in € HT, days inclusive."""

    title: str
    nature: TenderNature
    estimated_amount: Decimal
    starts_on: date
    ends_on: date
    consultation_launched_on: date | None
    place: Commune | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A document as it came, already examined."""

    name: str
    content: bytes
    content_type: str


@transaction.atomic
def ask(
    *, tender: Tender, question: str = "", pieces: Sequence[Piece] = (), by: Actor, at: datetime
) -> AdviceRequest:
    """Ask the structure that follows a tender for its advice; it answers within ten working days.

    The tender goes under study. Raises Refused when it is too late, when an answer is already waited for, or when the
    documents of the day are too many.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.ASK_ADVICE)
    if current.status not in OPEN:
        raise Refused("too_late", "Le marché est notifié ou arrêté : il n’y a plus d’avis à demander.")
    if current.status == TenderStatus.PLANNED:
        current = tenders.move(tender=current, action=TenderAction.SIZE, by=by, at=at)
    delay = in_force(on=paris_day(at), codes=("ADVICE_WORKING_DAYS",)).integer("ADVICE_WORKING_DAYS")
    asker = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    request = AdviceRequest(
        tender=current,
        question=question.strip(),
        asked_at=at,
        asked_by=by.signature,
        reply_to=asker.email if asker else "",
        due_on=add_working_days(paris_day(at), delay),
        updated_at=at,
    )
    rows.save(request)
    if pieces:
        total = sum(len(piece.content) for piece in pieces)
        files.check_room(total, name=pieces[-1].name, by=by, at=at)
    for piece in pieces:
        stored = files.store(
            content=piece.content,
            name=piece.name,
            content_type=piece.content_type,
            sender_id=by.organisation_id,
            at=at,
            is_sealed=True,
        )
        AdvicePiece.objects.create(request=request, document=stored)
    tell(request, "advice.asked", by=by, at=at, due_on=date_short(request.due_on))
    return request


@transaction.atomic
def ask_new(
    *,
    buyer: Organisation,
    reference: str = "",
    question: str = "",
    pieces: Sequence[Piece] = (),
    by: Actor,
    at: datetime,
    **facts: Unpack[NewFacts],
) -> AdviceRequest:
    """Register a purchase by what is known of it, and ask for advice about it, at once."""
    tender = tenders.register(
        buyer=buyer,
        reference=reference
        or tenders.provisional_reference(buyer, kind=PROVISIONAL, year=paris_day(at).year),
        by=by,
        at=at,
        **facts,
    )
    return ask(tender=tender, question=question, pieces=pieces, by=by, at=at)


def tell(request: AdviceRequest, code: str, *, by: Actor, at: datetime, **data: str) -> None:
    """Write the event of a request on its tender."""
    tender = request.tender
    audit.record(code=code, subjects=[tender], by=rows.for_buyer(by, tender.buyer), at=at, **data)


@transaction.atomic
def propose(
    *, request: AdviceRequest, opinion: Opinion, answer: str, address: str, by: Actor, at: datetime
) -> AdviceRequest:
    """Answer a request with an opinion on the hours computed lot by lot; who asked receives a mail.

    Who answers follows the tender from then on, when nobody did.
    The opportunity note goes with the answer, as it is at that instant.
    `address` is the absolute address of the request's page.
    """
    current = opened(request, by=by, permission=Permission.GIVE_ADVICE)
    if current.tender.status not in OPEN:
        raise Refused("too_late", "Le marché est notifié ou arrêté : il n’attend plus d’avis.")
    rules.check_proposal(opinion, lots_with_clause=current.tender.lots.filter(has_clause=True).count())
    tenders.take_charge(current.tender, by)
    current.tender.save(update_fields=["facilitator"])
    transitions.move(
        current,
        rules.ADVICE[AdviceAction.PROPOSE],
        by=by,
        at=at,
        opinion=opinion,
        answer=answer.strip(),
        answered_at=at,
        answered_by=by.signature,
        note=note_of(current.tender, at=at),
    )
    tell(current, "advice.proposed", by=by, at=at, opinion=opinion.label.lower())
    if to := answered_to(current, on=paris_day(at)):
        mails.queue(to=to, message=message(current, address), subjects=[current.tender], at=at)
    return current


def answered_to(request: AdviceRequest, *, on: date) -> str:
    """Return the address of who asked, while they still see the tender on the day; else whom the buyer is written to."""
    tender = request.tender
    asker = Membership.objects.live(on=on).filter(user__email=request.reply_to).with_actor()
    if any(Tender.objects.visible_to(one.actor()).filter(pk=tender.pk).exists() for one in asker):
        return request.reply_to
    reader = reader_of(tender.buyer, role=Role.BUYER, on=on) if request.reply_to else None
    return reader.email if reader else ""


def note_of(tender: Tender, *, at: datetime) -> StoredFile | None:
    """Keep the opportunity note of a tender as it is now; None when nobody writes any."""
    for write in opportunity_notes:
        name = f"{tender.reference}-note-opportunite.pdf".replace("/", "-")
        return files.store(
            content=write(tender.pk, at), name=name, content_type="application/pdf", at=at, is_sealed=True
        )
    return None


def message(request: AdviceRequest, address: str) -> Message:
    """Return the mail that tells who asked that the answer is there."""
    tender = request.tender
    return Message(
        subject=f"Votre demande d’avis, {tender.reference} : la proposition est là",
        paragraphs=(
            "Bonjour,",
            f"La facilitation a répondu à votre demande d’avis sur « {tender.title} ».",
            f"Son avis : {Opinion(request.opinion).label.lower()}.",
        ),
        action="Lire la proposition",
        url=address,
    )


@transaction.atomic
def decide(
    *, request: AdviceRequest, action: AdviceAction, reason: str = "", by: Actor, at: datetime
) -> AdviceRequest:
    """Accept, adjust or set aside a proposal, or withdraw the question.

    An accepted clause is ready to be written: the tender goes on to « Clause rédigée ».
    """
    rules.check_reason(action, reason)
    current = opened(request, by=by, permission=Permission.ASK_ADVICE)
    if action is not AdviceAction.WITHDRAW and current.tender.status not in OPEN:
        raise Refused("too_late", "Le marché est notifié ou arrêté : il n’y a plus rien à décider.")
    transitions.move(current, rules.ADVICE[action], by=by, at=at, reason=reason.strip(), decided_at=at)
    tell(current, "advice.decided", by=by, at=at, decision=AdviceStatus(current.status).label)
    tender = current.tender
    accepted = current.status in {AdviceStatus.ACCEPTED, AdviceStatus.ADJUSTED}
    if accepted and tender.status == TenderStatus.SIZING and tender.lots.filter(has_clause=True).exists():
        tenders.move(tender=tender, action=TenderAction.DRAFT, by=by, at=at)
    return current


def opened(request: AdviceRequest, *, by: Actor, permission: Permission) -> AdviceRequest:
    """Return the request as it is now, its tender locked."""
    tender = rows.open_tender(Tender(pk=request.tender_id), by=by, permission=permission)
    current = AdviceRequest.objects.get(pk=request.pk)
    current.tender = tender
    return current
