"""Ask a buyer by a link who holds its lots, and note what it answered (PRACTICE.md 1.5).

What the answer tells is written by `clauses.obligations.actions.inquiries`, since a notification binds the clauses.
"""

from datetime import date, datetime

from django.db import transaction

from clauses.procurement.actions import rows
from clauses.procurement.actions.contacts import the_platform
from clauses.procurement.choices import Permission
from clauses.procurement.models import AwardInquiry, Tender
from clauses.procurement.selectors.inquiries import missing_of, tenders_to_ask
from inclusiv.accounts.selectors import Reader, reader_of
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_long, date_short
from inclusiv.core.messages import Message
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links, mails
from inclusiv.records.models import SignedLink, reference

PURPOSE = "award"


@transaction.atomic
def ask(*, tender: Tender, by: Actor, at: datetime) -> Reader:
    """« Demander à l’acheteur » now; the link sent before serves no more. Return to whom the mail goes.

    Raises Refused: not_permitted, not_visible, nothing_to_ask, no_address.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.ASK_BUYER)
    if not missing_of(current).notification:
        raise Refused("nothing_to_ask", "Il n’y a rien à demander : le marché est notifié ou sans clause.")
    reader = write(current, by=by, at=at)
    if reader is None:
        raise Refused(
            "no_address",
            f"Aucune adresse e-mail ne fonctionne pour {current.buyer} : appelez l’acheteur, puis saisissez sa réponse.",
        )
    return reader


def ask_those_due(*, at: datetime) -> int:
    """Ask the buyers whose day has come, each in its own transaction. Returns how many mails were written.

    Who cannot be written to is left to the facilitator, who sees it.
    """
    written = 0
    for tender in tenders_to_ask(on=paris_day(at)):
        with transaction.atomic():
            current = Tender.objects.select_for_update().get(pk=tender.pk)
            if missing_of(current).notification:
                written += write(current, by=the_platform(current.buyer), at=at) is not None
    return written


def write(tender: Tender, *, by: Actor, at: datetime) -> Reader | None:
    """Write the mail about a locked tender; None when nobody can be written to."""
    on = paris_day(at)
    reader = reader_of(tender.buyer, role=Role.BUYER, on=on)
    if reader is None:
        return None
    links.revoke(purpose=PURPOSE, subject=reference(tender), at=at)
    _, address = links.issue(
        purpose=PURPOSE,
        subject=reference(tender),
        recipient=reader.email,
        organisation_id=tender.buyer_id,
        at=at,
        name=reader.name,
    )
    subjects = [tender, tender.buyer]
    mails.queue(to=reader.email, message=message(tender, address), subjects=subjects, at=at)
    inquiry, _ = AwardInquiry.objects.get_or_create(tender=tender)
    inquiry.times, inquiry.last_on, inquiry.later_on = inquiry.times + 1, on, None
    inquiry.sent_to = f"{reader.name}, {reader.email}"[:255]
    rows.save(inquiry)
    audit.record(
        code="award.asked", subjects=[tender], by=by, at=at, who=reader.name, times=str(inquiry.times)
    )
    return reader


def message(tender: Tender, address: str) -> Message:
    """Return the mail that asks for the contractors."""
    missing = missing_of(tender)
    due = (
        f" Les offres étaient attendues le {date_long(tender.offers_due_on)}." if tender.offers_due_on else ""
    )
    return Message(
        subject=f"Titulaire à indiquer : {tender.reference}, {tender.title}",
        paragraphs=(
            "Bonjour,",
            f"Votre marché {tender.reference}, « {tender.title} », porte des heures d’insertion.{due}",
            (
                f"Nous attendons {missing.words}, et qui joindre sur le chantier : l’entreprise sera accueillie dès la"
                " notification."
            ),
            (
                "Deux minutes, sans mot de passe. Si rien n’est encore décidé, dites-le : nous ne redemanderons qu’à la date"
                " que vous choisirez."
            ),
        ),
        action="Indiquer le titulaire",
        url=address,
    )


def tender_of(link: SignedLink) -> Tender:
    """Return the tender of a link."""
    found = Tender.objects.select_related("buyer", "structure", "facilitator", "place")
    return found.get(pk=int(link.subject.partition(":")[2]))


def renewed(link: SignedLink, address: str) -> Message | None:
    """Return the mail of a link asked again; None when everything is told."""
    tender = tender_of(link)
    return message(tender, address) if missing_of(tender).notification else None


def note_answer(tender: Tender, *, later_on: date | None, by: Actor, at: datetime) -> None:
    """Note that a buyer answered about a locked tender; with a day, it is not asked again before."""
    inquiry, _ = AwardInquiry.objects.get_or_create(tender=tender)
    author = rows.for_buyer(by, tender.buyer)
    inquiry.later_on, inquiry.answered_on = later_on, paris_day(at)
    inquiry.answered_by = f"{by.name}, {by.organisation}"[:255]
    rows.save(inquiry)
    if later_on:
        audit.record(code="award.later", subjects=[tender], by=author, at=at, later_on=date_short(later_on))
