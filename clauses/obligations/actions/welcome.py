"""« Bienvenue »: the mail that the lead of an award receives at the notification, and the link of its plan of hours."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clauses.obligations.choices import Permission
from clauses.obligations.models import PlanDecision, SocialClause
from clauses.obligations.selectors.plans import LINK_PURPOSE, link_subject, owed_on_lot
from clauses.procurement.actions import rows
from clauses.procurement.actions.contacts import why_at_notification
from clauses.procurement.actions.life import days_of
from clauses.procurement.models import Award, Lot
from clauses.procurement.rules.tenders import Duties, duties
from inclusiv.accounts.actions import contacts
from inclusiv.accounts.models import Contact
from inclusiv.accounts.selectors import Reader, reader_of, who_follows
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import DAYS_PER_MONTH, NO_BREAK, date_long, hours_text, people_months
from inclusiv.core.messages import Message, Step
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links, mails
from inclusiv.records.models import SignedLink

PURPOSE = LINK_PURPOSE


def greet(lots: list[Lot], *, by: Actor, at: datetime) -> set[int]:
    """Welcome the lead of each lot that owes hours; who cannot be written to is called by the facilitator.

    What was sent to another lead before opens the plan of this one no more. The first mail to a company asks it too who
    is to be called. Returns the keys of those asked.
    """
    awards = Award.objects.filter(lot__in=lots).with_story().order_by("lot__number")
    asked: set[int] = set()
    for award in awards:
        links.revoke(purpose=PURPOSE, subject=link_subject(award), at=at)
        if owed_on_lot(award.lot) <= 0:
            continue
        contact = None if award.lead.pk in asked else own_contact(award, on=paris_day(at))
        why = why_at_notification(award.lot.tender)
        asking = contacts.new_link(contact, why=why, by=by, at=at) if contact else ""
        write(award, asking=asking, by=by, at=at)
        if contact:
            asked.add(award.lead.pk)
    return asked


def own_contact(award: Award, *, on: date) -> Contact | None:
    """Return whom one writes to about an award when the company named them itself: they say who else is to be called."""
    reader = reader_of_lead(award, on=on)
    return award.lead.contacts.reachable().filter(email=reader.email).first() if reader else None


@transaction.atomic
def send(*, award: Award, by: Actor, at: datetime) -> Reader:
    """« Renvoyer le message d’accueil »: to whoever is to be called now. Return to whom it goes.

    Raises Refused: not_permitted, not_visible, not_running, nothing_owed, no_address.
    """
    lot = rows.open_lot(award.lot, by=by, permission=Permission.AGREE_PLAN)
    if not lot.tender.is_running:
        raise Refused("not_running", "Le marché n’est pas en cours : il n’y a personne à accueillir.")
    current = Award.objects.with_story().get(lot=lot)
    if owed_on_lot(lot) <= 0:
        raise Refused("nothing_owed", "Ce lot ne doit pas d’heures à ce jour.")
    reader = write(current, by=by, at=at)
    if reader is None:
        raise Refused(
            "no_address",
            f"Aucune adresse e-mail ne fonctionne pour {current.lead} : appelez l’entreprise, puis complétez ses contacts.",
        )
    return reader


def write(award: Award, *, asking: str = "", by: Actor, at: datetime) -> Reader | None:
    """Write the mail to the lead of an award loaded with its story; None when nobody can be written to.

    `asking` is the address where they say who is to be called, when that is asked in the same mail.
    """
    reader = reader_of_lead(award, on=paris_day(at))
    if reader is None:
        return None
    address = new_link(award, reader, at=at)
    tender = award.lot.tender
    message = welcome(award, address, asking=asking, on=paris_day(at))
    mails.queue(to=reader.email, message=message, subjects=[tender, award.lead], at=at)
    audit.record(
        code="award.welcomed",
        subjects=[tender, award.lead],
        by=rows.for_buyer(by, tender.buyer),
        at=at,
        number=award.lot.number,
        who=reader.name,
    )
    return reader


def reader_of_lead(award: Award, *, on: date) -> Reader | None:
    """Return whom to write to about an award loaded with its story: whom the buyer told of, if need be."""
    return reader_of(award.lead, role=Role.CONTRACTOR, on=on, partner=award.lot.tender.buyer_id)


def new_link(award: Award, reader: Reader, *, at: datetime) -> str:
    """Return the address of a new link to the plan of an award; those sent before serve no more."""
    links.revoke(purpose=PURPOSE, subject=link_subject(award), at=at)
    _, address = links.issue(
        purpose=PURPOSE,
        subject=link_subject(award),
        recipient=reader.email,
        organisation_id=award.lead.pk,
        at=at,
        award=award.pk,
        name=reader.name,
    )
    return address


def award_of(link: SignedLink) -> Award:
    """Return the award of a link, with its story."""
    return Award.objects.with_story().get(pk=int(link.data["award"]))


def duties_of(award: Award) -> tuple[Duties, date]:
    """Return the days by which each owes something, and the last one for the plan: so long after the kick-off's."""
    clause = SocialClause.objects.get(lot=award.lot)
    notified_on, _, ends_on = days_of(award.lot.tender)
    due = duties(
        notified_on=notified_on,
        ends_on=ends_on,
        contact_days=clause.contact_days,
        kickoff_months=clause.kickoff_months,
        final_report_months=clause.final_report_months,
    )
    return due, due.kickoff_on + timedelta(days=clause.plan_days)


def work_of(award: Award) -> str:
    """Return « Réhabilitation d’une école, lot 1 »."""
    return f"{award.lot.tender.title}, lot{NO_BREAK}{award.lot.number}"


def months_of_work(starts_on: date, ends_on: date) -> int:
    """Return the months of an execution, rounded, at least one."""
    return max(1, round(((ends_on - starts_on).days + 1) / DAYS_PER_MONTH))


def welcome(award: Award, address: str, *, asking: str = "", on: date) -> Message:
    """Return the mail: hours, before when, what it means, whom to call, three first steps."""
    tender, owed = award.lot.tender, owed_on_lot(award.lot)
    notified_on, starts_on, ends_on = days_of(tender)
    due, plan_on = duties_of(award)
    name, phone = who_follows(tender.facilitator, tender.structure, on=on)
    at_phone = f" au {phone}" if phone else ""
    people = people_months(owed, months=months_of_work(starts_on, ends_on))
    page = settings.PUBLIC_URL + reverse("obligations:start", args=[tender.pk])
    return Message(
        subject=f"Bienvenue : {hours_text(owed)} d’insertion à réaliser, {work_of(award)}",
        paragraphs=(
            "Bonjour,",
            (
                f"Le marché {tender.reference}, « {tender.title} », de {tender.buyer} vous est notifié depuis le"
                f" {date_long(notified_on)}. Pour le lot {award.lot.number}, {award.lot.title}, vous avez"
                f" {hours_text(owed)} d’insertion à réaliser avant le {date_long(ends_on)} : {people}."
            ),
            (
                f"{name}{at_phone}, facilitatrice ou facilitateur des clauses sociales, vous aide à trouver les personnes"
                " et à faire valider celles que vous avez déjà. C’est gratuit."
            ),
            "Trois premiers pas, et une question :" if asking else "Trois premiers pas :",
        ),
        steps=(
            Step(
                text=f"Appelez {name}{at_phone} avant le {date_long(due.contact_on)}.",
                url=f"tel:{phone.replace(' ', '')}" if phone else "",
                label="Appeler",
            ),
            Step(
                text=f"Participez à la réunion de mise au point, avant le {date_long(due.kickoff_on)} : l’acheteur vous y"
                " invite.",
                url=page,
                label="Voir le démarrage du marché",
            ),
            Step(
                text=f"Envoyez votre plan d’heures, mois par mois, avant le {date_long(plan_on)} : cinq minutes, sans mot"
                " de passe.",
                url=address,
                label="Proposer le plan",
            ),
            *([contacts_step(asking)] if asking else []),
        ),
        action="Proposer le plan d’heures",
        url=address,
    )


def contacts_step(address: str) -> Step:
    """Return the step that asks the company who is to be called."""
    return Step(
        text="Qui joindre sur le chantier, à la direction, aux ressources humaines ? Une minute suffit pour le dire.",
        url=address,
        label="Vérifier les contacts",
    )


def renewed(link: SignedLink, address: str) -> Message | None:
    """Return the mail of a link asked again; None when the lot is not at work any more."""
    award = award_of(link)
    if not award.lot.tender.is_running or owed_on_lot(award.lot) <= 0:
        return None
    return welcome(award, address, on=paris_day(link.created_at))


def answer(decision: PlanDecision, *, by: Actor, at: datetime) -> None:
    """Tell the lead that its plan is agreed, or what is to be done again, with a link to do it."""
    award = Award.objects.with_story().get(pk=decision.plan.award_id)
    reader = reader_of_lead(award, on=paris_day(at))
    if reader is None:
        return
    total = hours_text(decision.plan.total)
    if decision.is_agreed:
        message = Message(
            subject=f"Plan d’heures accepté : {work_of(award)}",
            paragraphs=(
                "Bonjour,",
                (
                    f"{by.name} ({by.organisation}) accepte votre plan de {total}. Vos heures seront comparées à ce plan, mois"
                    " par mois."
                ),
            ),
        )
    else:
        message = Message(
            subject=f"Plan d’heures à revoir : {work_of(award)}",
            paragraphs=(
                "Bonjour,",
                f"{by.name} ({by.organisation}) a lu votre plan de {total} et demande de le revoir :",
                decision.reason,
            ),
            action="Revoir le plan d’heures",
            url=new_link(award, reader, at=at),
        )
    mails.queue(to=reader.email, message=message, subjects=[award.lot.tender, award.lead], at=at)
