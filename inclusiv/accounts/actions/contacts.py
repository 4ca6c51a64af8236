"""Keep whom to call, ask for them again, and turn to the next one when an address no longer works."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from inclusiv.accounts.actions.invitations import PURPOSE as INVITATION
from inclusiv.accounts.choices import CONTACTS, LINK_ROLES, ContactRole, Permission
from inclusiv.accounts.models import Contact, Membership, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.messages import Message
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links, mails
from inclusiv.records.models import OutgoingEmail, SignedLink, reference

PURPOSE = "contacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A contact as typed; `contact` is the one that it corrects, None for a new one."""

    contact: int | None = None
    name: str
    role: ContactRole
    phone: str = ""
    mobile: str = ""
    email: str = ""


@transaction.atomic
def keep(
    *,
    organisation: Organisation,
    cards: Sequence[Card],
    by: Actor,
    at: datetime,
    read: Collection[int] | None = None,
    link: SignedLink | None = None,
) -> list[Contact]:
    """Write the contacts of an organisation in their order, the first to call first; those left out have left.

    `read` are the keys of those whom the page showed: somebody named since is not left out. None means all.
    A link by e-mail that was used for it serves no more, nor do those sent to an address that is no longer there. Raises
    Refused: not_permitted, no_contact, not_reachable, left_since.
    """
    if not by.may(Permission.KEEP_CONTACTS) or not Organisation.objects.visible_to(by).filter(
        pk=organisation.pk
    ):
        raise Refused("not_permitted", "Vous ne tenez pas les contacts de cette organisation.")
    one_at_a_time(organisation)
    refuse_dismissed(by, at=at)
    if link is not None:
        links.use(link, at=at)
    refuse_unreachable(cards)
    present = {row.pk: row for row in organisation.contacts.filter(left_on=None)}
    refuse_gone(cards, present)
    before = {row.email.lower() for row in present.values() if row.email}
    kept = [
        written(card, present.get(card.contact or 0), organisation=organisation, rank=rank, at=at)
        for rank, card in enumerate(cards, start=1)
    ]
    shown = present.keys() if read is None else present.keys() & set(read)
    gone = shown - {row.pk for row in kept}
    Contact.objects.filter(pk__in=gone).update(left_on=paris_day(at))
    gone_addresses = before - {row.email.lower() for row in organisation.contacts.filter(left_on=None)}
    end_links(gone_addresses, organisation, at=at)
    audit.record(code="contacts.changed", subjects=[organisation], by=by, at=at, count=len(kept))
    return kept


def refuse_dismissed(by: Actor, *, at: datetime) -> None:
    """Raise Refused to somebody whose access was closed at the same instant: they would write themselves in again."""
    if (
        by.membership_id
        and not Membership.objects.live(on=paris_day(at)).filter(pk=by.membership_id).exists()
    ):
        raise Refused("not_permitted", "Votre accès vient d’être fermé.")


def told(*, organisation: Organisation, card: Card, by: Actor, at: datetime) -> Contact:
    """Keep somebody of whom a partner told, after those whom the organisation named itself; known ones are completed.

    A partner gives no address nor number to somebody whom the organisation named: that one is kept beside, for the
    partner's own contracts; what a delegate tells serves none of the buyer's. The network does, who keeps everybody's
    contacts; the address of a partner stays the partner's when the network sends it on, as its page was filled in with
    it. Inside the transaction of a caller that has checked who acts. Raises Refused: not_reachable, too_many_contacts.
    """
    refuse_unreachable([card])
    one_at_a_time(organisation)
    told_by = None if by.role in {Role.FACILITATOR, Role.COORDINATION} else by.organisation_id
    present = organisation.contacts.filter(left_on=None)
    known = meant(card, organisation, told_by=told_by)
    if known is not None:
        known.phone, known.mobile = known.phone or card.phone, card.mobile or known.mobile
        if not (known.told_by and known.email):
            known.told_by = known.told_by and told_by
        known.email = known.email or card.email
        known.save(update_fields=["phone", "mobile", "email", "told_by"])
        return known
    make_room(organisation, told_by=told_by, at=at)
    rank = (present.aggregate(last=Max("rank"))["last"] or 0) + 1
    made = written(card, None, organisation=organisation, rank=rank, told_by=told_by, at=at)
    audit.record(code="contacts.changed", subjects=[organisation], by=by, at=at, count=present.count())
    return made


def one_at_a_time(organisation: Organisation) -> None:
    """Wait for who else is writing the contacts of an organisation: what each counts is what the other left.

    Before its links, which they all take back; its row stays free for those who only point at it.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def meant(card: Card, organisation: Organisation, *, told_by: int | None) -> Contact | None:
    """Return whom a card is about: who bears its address, else its name.

    A partner (`told_by`) means somebody of whom it told, or to whom it gives neither address nor number of its own; the
    network, those of partners by their address alone.
    """
    present = organisation.contacts.present()
    named = present.filter(name__iexact=card.name.strip())
    if told_by:
        own = Q(told_by=None)
        if card.email:
            own &= ~Q(email="")
        if card.mobile:
            own &= Q(mobile=card.mobile) | Q(phone=card.mobile)
        present, named = (rows.filter(own | Q(told_by=told_by)) for rows in (present, named))
    else:
        named = named.filter(Q(told_by=None) | Q(email=""))
    addressed = present.filter(email__iexact=card.email).first() if card.email else None
    return addressed or named.first()


def make_room(organisation: Organisation, *, told_by: int | None, at: datetime) -> None:
    """Have the last one of whom a partner told leave, when an organisation has as many contacts as its page holds.

    A partner (`told_by`) takes the place of its own before that of another's.
    """
    present = list(organisation.contacts.present())
    if len(present) < CONTACTS:
        return
    guests = [one for one in present if one.told_by]
    last = next((one for one in reversed(guests) if one.told_by == told_by), guests[-1] if guests else None)
    if last is None:
        raise Refused(
            "too_many_contacts",
            f"{organisation} a déjà {CONTACTS} personnes à joindre : indiquez l’une d’elles.",
        )
    last.left_on = paris_day(at)
    last.save(update_fields=["left_on"])
    gone = {last.email.lower()} - {one.email.lower() for one in present if one != last}
    end_links(gone, organisation, at=at)


def end_links(gone: Collection[str], organisation: Organisation, *, at: datetime) -> None:
    """End the links of addresses that are contacts no more, but their invitations: whoever keeps contacts opens no door, nor shuts any."""
    addresses = [address for address in gone if address]
    links.revoke_of(recipients=addresses, organisation_id=organisation.pk, at=at, but=[INVITATION])


def leave(*, organisation: Organisation, email: str, by: Actor, at: datetime) -> None:
    """Take somebody who left off the contacts, and end the links that they received.

    Inside the transaction of a caller that has checked who acts.
    """
    one_at_a_time(organisation)
    present = organisation.contacts.filter(left_on=None)
    if present.filter(email__iexact=email).update(left_on=paris_day(at)):
        audit.record(code="contacts.changed", subjects=[organisation], by=by, at=at, count=present.count())
    links.revoke_of(recipients=[email], organisation_id=organisation.pk, at=at)


def refuse_unreachable(cards: Sequence[Card]) -> None:
    """Raise Refused without anybody to call, or with somebody who cannot be reached."""
    if not cards:
        raise Refused("no_contact", "Indiquez au moins une personne à joindre.")
    for card in cards:
        if not (card.phone or card.mobile or card.email):
            raise Refused(
                "not_reachable", f"{card.name} : indiquez un téléphone, un mobile ou une adresse e-mail."
            )


def refuse_gone(cards: Sequence[Card], present: Collection[int]) -> None:
    """Raise Refused on somebody who left after the page was opened: they would be written to again."""
    for card in cards:
        if card.contact and card.contact not in present:
            raise Refused(
                "left_since",
                f"{card.name} n’est plus à joindre depuis que cette page est ouverte : rechargez-la, puis refaites"
                " votre changement.",
            )


def written(
    card: Card,
    contact: Contact | None,
    *,
    organisation: Organisation,
    rank: int,
    told_by: int | None = None,
    at: datetime,
) -> Contact:
    """Return the contact of a card, saved and confirmed on the day; a corrected address is tried again."""
    row = contact or Contact(organisation=organisation)
    if row.email != card.email:
        row.bounced_at = None
    row.name, row.role, row.rank = card.name.strip(), card.role, rank
    row.phone, row.mobile, row.email = card.phone, card.mobile, card.email
    row.confirmed_on, row.told_by = paris_day(at), told_by
    row.save()
    return row


@transaction.atomic
def ask(*, organisation: Organisation, why: str, by: Actor, at: datetime) -> bool:
    """Ask an organisation by a link who is to be called; `why` begins the mail. False when nobody can be written to.

    Raises Refused when the organisation holds no role in which it would answer.
    """
    if not organisation.capacities.filter(role__in=LINK_ROLES).exists():
        raise Refused(
            "answers_by_no_link",
            f"{organisation} n’a pas de rôle où tenir ses contacts : appelez-la, et notez-les ici.",
        )
    one_at_a_time(organisation)
    contact = organisation.contacts.reachable().first()
    if contact is None:
        return False
    address = new_link(contact, why=why, by=by, at=at)
    mails.queue(to=contact.email, message=message(organisation, why, address), subjects=[organisation], at=at)
    return True


def new_link(contact: Contact, *, why: str, by: Actor, at: datetime) -> str:
    """Return the address of a new link by which a contact says who is to be called; those sent before serve no more."""
    organisation = contact.organisation
    links.revoke(purpose=PURPOSE, subject=reference(organisation), at=at)
    _, address = links.issue(
        purpose=PURPOSE,
        subject=reference(organisation),
        recipient=contact.email,
        organisation_id=organisation.pk,
        at=at,
        name=contact.name,
        why=why,
    )
    audit.record(code="contacts.asked", subjects=[organisation], by=by, at=at)
    return address


def message(organisation: Organisation, why: str, address: str) -> Message:
    """Return the mail that asks who is to be called."""
    return Message(
        subject=f"{organisation} : qui joindre pour les clauses sociales ?",
        paragraphs=(
            "Bonjour,",
            why,
            "Une minute suffit pour dire qui joindre : le chantier, la direction, les ressources humaines.",
        ),
        action="Vérifier les contacts",
        url=address,
    )


def renewed(link: SignedLink, address: str) -> Message | None:
    """Return the mail of a link asked again."""
    organisation = Organisation.objects.get(pk=link.organisation_id)
    return message(organisation, str(link.data.get("why", "")), address)


@transaction.atomic
def note_bounce(mail_id: int, address: str, at: datetime) -> None:
    """Mark the address that refused a mail, and send the same mail to the next contact of the organisation."""
    refused = Contact.objects.filter(email__iexact=address, bounced_at=None, left_on=None)
    organisations = {row.organisation_id: row.organisation for row in refused.select_related("organisation")}
    refused.update(bounced_at=at)
    mail = OutgoingEmail.objects.get(pk=mail_id)
    for organisation in organisations.values():
        fallback = organisation.contacts.reachable().first()
        if fallback is not None and f"organisation:{organisation.pk}" in mail.subjects:
            mails.send_to(mail, to=fallback.email, at=at)
            links.pass_on(mail.text, before=address, recipient=fallback.email, name=fallback.name)
