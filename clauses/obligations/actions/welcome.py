"""« Bienvenue »: the mail that the lead of an award receives at the notification, and the link of its plan of hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clauses.obligations.choices import Permission
from clauses.obligations.models import PlanDecision, SocialClause
from clauses.obligations.selectors.plans import LINK_PURPOSE, link_subject, owed_on_lot
from clauses.procurement.actions import rows
from clauses.procurement.actions.contacts import why_at_notification
from clauses.procurement.actions.life import days_of
from clauses.procurement.models import Award, Lot, Tender
from clauses.procurement.rules.tenders import Duties, duties
from inclusiv.accounts.actions import contacts
from inclusiv.accounts.models import Contact
from inclusiv.accounts.selectors import Reader, reader_of, who_follows
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import DAYS_PER_MONTH, NO_BREAK, date_long, hours_text, people_months, plural
from inclusiv.core.messages import Message, Step
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links, mails
from inclusiv.records.models import SignedLink

PURPOSE = LINK_PURPOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanToSend:
    """The plan that a company has to send for a lot: hours owed, days by which, `plan_on` for it, address where."""

    lot: Lot
    owed: Decimal
    due: Duties
    plan_on: date
    url: str


def greet(lots: list[Lot], *, by: Actor, at: datetime) -> set[int]:
    """Welcome the leads of a tender's lots that owe hours, each by one mail; the facilitator calls who has no address.

    What was sent to another lead before opens the plan of this one no more. The mail asks the company too who is to be
    called. Returns the keys of those asked.
    """
    held: dict[int, list[Award]] = {}
    for award in Award.objects.filter(lot__in=lots).with_story().order_by("lot__number"):
        links.revoke(purpose=PURPOSE, subject=link_subject(award), at=at)
        if owed_on_lot(award.lot) > 0:
            held.setdefault(award.lead.pk, []).append(award)
    asked: set[int] = set()
    written: set[str] = set()
    for lead, awards in held.items():
        contact = own_contact(awards[0], on=paris_day(at))
        reader = reader_of_lead(awards[0], on=paris_day(at))
        # A partner that tells one address for several companies writes to it once, not once for each of them.
        if reader and contact is None:
            if reader.email.lower() in written:
                continue
            written.add(reader.email.lower())
        why = why_at_notification(awards[0].lot.tender)
        asking = contacts.new_link(contact, why=why, by=by, at=at) if contact else ""
        write(awards, asking=asking, by=by, at=at)
        if contact:
            asked.add(lead)
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
    reader = write([current], by=by, at=at)
    if reader is None:
        raise Refused(
            "no_address",
            f"Aucune adresse e-mail ne fonctionne pour {current.lead} : appelez l’entreprise, puis complétez ses contacts.",
        )
    return reader


def write(awards: Sequence[Award], *, asking: str = "", by: Actor, at: datetime) -> Reader | None:
    """Write one mail to the lead of awards of a tender, loaded with their story; None when nobody can be written to.

    `asking` is the address where they say who is to be called, when that is asked in the same mail.
    """
    reader = reader_of_lead(awards[0], on=paris_day(at))
    if reader is None:
        return None
    tender, lead = awards[0].lot.tender, awards[0].lead
    plans = [plan_to_send(award, new_link(award, reader, at=at)) for award in awards]
    message = welcome(tender, plans, asking=asking, on=paris_day(at))
    mails.queue(to=reader.email, message=message, subjects=[tender, lead], at=at)
    for award in awards:
        audit.record(
            code="award.welcomed",
            subjects=[tender, lead],
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


def plan_to_send(award: Award, url: str) -> PlanToSend:
    """Return the plan to send for an award: so long after the last day for the kick-off."""
    clause = SocialClause.objects.get(lot=award.lot)
    notified_on, _, ends_on = days_of(award.lot.tender)
    due = duties(
        notified_on=notified_on,
        ends_on=ends_on,
        contact_days=clause.contact_days,
        kickoff_months=clause.kickoff_months,
        final_report_months=clause.final_report_months,
    )
    plan_on = due.kickoff_on + timedelta(days=clause.plan_days)
    return PlanToSend(lot=award.lot, owed=owed_on_lot(award.lot), due=due, plan_on=plan_on, url=url)


def work_of(award: Award) -> str:
    """Return « Réhabilitation d’une école, lot 1 »."""
    return f"{award.lot.tender.title}, lot{NO_BREAK}{award.lot.number}"


def months_of_work(starts_on: date, ends_on: date) -> int:
    """Return the months of an execution, rounded, at least one."""
    return max(1, round(((ends_on - starts_on).days + 1) / DAYS_PER_MONTH))


def welcome(tender: Tender, plans: Sequence[PlanToSend], *, asking: str = "", on: date) -> Message:
    """Return the mail about one lot or several: hours, before when, what it means, whom to call, the first steps."""
    first, is_alone = plans[0], len(plans) == 1
    owed = sum((plan.owed for plan in plans), ZERO)
    notified_on, starts_on, ends_on = days_of(tender)
    contact_on = min(plan.due.contact_on for plan in plans)
    kickoff_on = min(plan.due.kickoff_on for plan in plans)
    name, phone = who_follows(tender.facilitator, tender.structure, on=on)
    at_phone = f" au {phone}" if phone else ""
    people = people_months(owed, months=months_of_work(starts_on, ends_on))
    page = settings.PUBLIC_URL + reverse("obligations:start", args=[tender.pk])
    lots = f"lot{NO_BREAK}{first.lot.number}" if is_alone else plural(len(plans), "lot")
    held = f"le lot {first.lot.number}, {first.lot.title}" if is_alone else f"vos {lots}"
    steps = f"{'Trois' if is_alone else 'Vos'} premiers pas"
    return Message(
        subject=f"Bienvenue : {hours_text(owed)} d’insertion à réaliser, {tender.title}, {lots}",
        paragraphs=(
            "Bonjour,",
            (
                f"Le marché {tender.reference}, « {tender.title} », de {tender.buyer} vous est notifié depuis le"
                f" {date_long(notified_on)}. Pour {held}, vous avez {hours_text(owed)} d’insertion à réaliser avant le"
                f" {date_long(ends_on)} : {people}."
            ),
            (
                f"{name}{at_phone}, facilitatrice ou facilitateur des clauses sociales, vous aide à trouver les personnes"
                " et à faire valider celles que vous avez déjà. C’est gratuit."
            ),
            f"{steps}, et une question :" if asking else f"{steps} :",
        ),
        steps=(
            Step(
                text=f"Appelez {name}{at_phone} avant le {date_long(contact_on)}.",
                url=f"tel:{phone.replace(' ', '')}" if phone else "",
                label="Appeler",
            ),
            Step(
                text=f"Participez à la réunion de mise au point, avant le {date_long(kickoff_on)} : l’acheteur vous y"
                " invite.",
                url=page,
                label="Voir le démarrage du marché",
            ),
            *(plan_step(plan, is_alone=is_alone) for plan in plans),
            *([contacts_step(asking)] if asking else []),
        ),
        action="Proposer le plan d’heures" if is_alone else "",
        url=first.url if is_alone else "",
    )


def plan_step(plan: PlanToSend, *, is_alone: bool) -> Step:
    """Return the step that asks for the plan of a lot, with its hours when the mail is about several."""
    asked = (
        f"plan d’heures, mois par mois, avant le {date_long(plan.plan_on)} : cinq minutes, sans mot de passe."
    )
    if is_alone:
        return Step(text=f"Envoyez votre {asked}", url=plan.url, label="Proposer le plan")
    lot = f"lot{NO_BREAK}{plan.lot.number}"
    return Step(
        text=f"Pour le {lot}, {plan.lot.title}, {hours_text(plan.owed)} : envoyez le {asked}",
        url=plan.url,
        label=f"Proposer le plan du {lot}",
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
    return welcome(award.lot.tender, [plan_to_send(award, address)], on=paris_day(link.created_at))


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
