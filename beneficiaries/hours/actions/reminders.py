"""Send a company the link by which it declares its month without an account, and a copy of what was entered for it."""

from datetime import date, datetime

from django.db import transaction

from beneficiaries.hours.actions import statements
from beneficiaries.hours.actions.statements import Document, Sheet
from beneficiaries.hours.choices import Permission, Received
from beneficiaries.hours.models import Statement
from beneficiaries.hours.selectors.sheets import link_sheet, work_of
from clauses.obligations.selectors.terms import statement_due_days
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, is_on_lot
from inclusiv.accounts.models import Contact, Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_long, elide, hours_text, month_name, plural
from inclusiv.core.messages import Message
from inclusiv.core.periods import statement_due_on
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links, mails
from inclusiv.records.models import SignedLink

PURPOSE = "declare-hours"


@transaction.atomic
def send_link(*, award: Award, declarant: Organisation, month: date, by: Actor, at: datetime) -> Contact:
    """Send the link of a month to the first contact whose address works; return who it went to.

    Links sent before for the same month serve no more. Raises Refused: not_permitted, nothing_owed, not_on_lot,
    no_address.
    """
    if not by.may(Permission.DECLARE_FOR_OTHERS):
        raise Refused("not_permitted", "Votre rôle ne permet pas d’envoyer ce lien.")
    statements.refuse_unowed({award})
    if not is_on_lot(declarant.pk, award.lot_id):
        raise Refused("not_on_lot", f"{declarant} n’intervient pas sur ce lot.")
    contact = declarant.contacts.reachable().first()
    if contact is None:
        raise Refused(
            "no_address",
            f"Aucune adresse e-mail vérifiée ne fonctionne pour {declarant} : appelez-la, puis enregistrez ses contacts.",
        )
    subject = f"month:{award.pk}-{declarant.pk}-{month:%Y-%m}"
    Organisation.objects.select_for_update(no_key=True).get(
        pk=declarant.pk
    )  # one link lives, however many ask
    links.revoke(purpose=PURPOSE, subject=subject, at=at)
    _, address = links.issue(
        purpose=PURPOSE,
        subject=subject,
        recipient=contact.email,
        organisation_id=declarant.pk,
        at=at,
        award=award.pk,
        month=month.isoformat(),
        name=contact.name,
    )
    message = asking(award=award, month=month, address=address)
    mails.queue(to=contact.email, message=message, subjects=[declarant, award.lot.tender], at=at)
    audit.record(
        code="statement.link_sent",
        subjects=[award.lot.tender, declarant],
        by=by,
        at=at,
        of_month=elide("de", month_name(month)),
    )
    return contact


def asking(*, award: Award, month: date, address: str) -> Message:
    """Return the mail that asks for a month."""
    due_on = statement_due_on(month, statement_due_days([award.pk])[award.pk])
    tender = award.lot.tender
    return Message(
        subject=f"Heures {elide('de', month_name(month))} : {work_of(award)}",
        paragraphs=(
            "Bonjour,",
            (
                f"Les heures d’insertion {elide('de', month_name(month))} sont attendues au plus tard le"
                f" {date_long(due_on)} pour {work_of(award)} ({tender.reference}, {tender.buyer})."
            ),
            "Une ligne par personne en poste, cinq minutes, sans mot de passe.",
        ),
        action=f"Déclarer les heures {elide('de', month_name(month))}",
        url=address,
    )


def renewed(link: SignedLink, address: str) -> Message | None:
    """Return the mail of a link asked again; None when the month is already sent, or nothing is to be told of it."""
    sheet = link_sheet(link)
    if sheet.is_sent or not sheet.people or sheet.award.lot.tender.status == TenderStatus.CLOSED:
        return None
    return asking(award=sheet.award, month=sheet.month, address=address)


@transaction.atomic
def declare_by_link(*, link: SignedLink, sheet: Sheet, by: Actor, at: datetime) -> Statement:
    """Send the month of a link; the link serves no more. Raises Refused as `statements.declare` does."""
    links.use(link, at=at)
    (sent,) = statements.declare(sheets=[sheet], by=by, at=at)
    return sent


@transaction.atomic
def enter(
    *,
    sheet: Sheet,
    received: Received,
    received_on: date | None,
    document: Document | None,
    by: Actor,
    at: datetime,
) -> Statement:
    """Enter a month for the company that sent it, and send it a copy (PRACTICE.md 1.1)."""
    (sent,) = statements.declare(
        sheets=[sheet],
        by=by,
        at=at,
        received=received,
        received_on=received_on,
        document=document,
    )
    contact = sheet.declarant.contacts.reachable().first()
    if contact is not None:
        mails.queue(to=contact.email, message=copy(sheet, by=by), subjects=[sent, sheet.declarant], at=at)
    return sent


def copy(sheet: Sheet, *, by: Actor) -> Message:
    """Return the mail that tells a company what was entered for it; no name of a person travels in it."""
    total = sum((line.hours + line.training for line in sheet.lines), ZERO)
    return Message(
        subject=f"Relevé {elide('de', month_name(sheet.month))} saisi pour vous : {work_of(sheet.award)}",
        paragraphs=(
            "Bonjour,",
            (
                f"{by.name} ({by.organisation}) a saisi pour votre compte le relevé {elide('de', month_name(sheet.month))}"
                f" de {work_of(sheet.award)} : {hours_text(total)}, {plural(len(sheet.lines), 'personne')}."
            ),
            "Si quelque chose n’est pas juste, répondez à votre facilitatrice ou facilitateur des clauses sociales.",
        ),
    )
