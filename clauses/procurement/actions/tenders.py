"""Register, change and move a tender (DOMAIN.md 2.2)."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Sum

from clauses.procurement.actions import rows
from clauses.procurement.choices import (
    InsertionPolicy,
    Permission,
    TenderAction,
    TenderForm,
    TenderNature,
    TenderStatus,
)
from clauses.procurement.models import Award, NoClauseDecision, Tender
from clauses.procurement.rules import tenders as rules
from clauses.procurement.rules.registering import GUIDED
from inclusiv.accounts.models import Organisation, User
from inclusiv.accounts.selectors import structure_of_commune
from inclusiv.core import transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import closing_obstacles
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit
from inclusiv.reference.models import Commune

BLAME = {
    "tender_reference_of_buyer": "reference",
    "tender_ends_after_start": "ends_on",
    "tender_amount_not_negative": "estimated_amount",
    "tender_notified_after_award": "notified_on",
}
"""The field of the form that each constraint of a tender concerns."""

SETTLED = frozenset(
    {
        "form",
        "insertion_policy",
        "is_defence",
        "nature",
        "place",
        "estimated_amount",
        "consultation_launched_on",
        "offers_due_on",
        "starts_on",
        "ends_on",
    }
)
"""What a notified tender no longer changes by hand: an amendment does."""


class Facts(TypedDict, total=False):
    """What may be told of a tender besides its number, title, nature and place; amounts in € HT, days inclusive."""

    form: TenderForm
    is_defence: bool
    insertion_policy: InsertionPolicy
    renewals_max: int
    cpv: str
    procedure: str
    facilitator: User | None
    estimated_amount: Decimal | None
    consultation_launched_on: date | None
    offers_due_on: date | None
    starts_on: date | None
    ends_on: date | None


class Changes(Facts, total=False):
    """What may be changed of a tender."""

    reference: str
    title: str
    nature: TenderNature
    place: Commune | None


@transaction.atomic
def register(
    *,
    buyer: Organisation,
    structure: Organisation | None = None,
    reference: str,
    title: str,
    nature: TenderNature,
    place: Commune | None,
    by: Actor,
    at: datetime,
    **facts: Unpack[Facts],
) -> Tender:
    """Register a tender: a buyer for itself, a facilitator for a buyer (« pour le compte de »).

    Without a `structure`, it is that of the place of execution, else of the buyer's seat (DOMAIN.md 11.3).
    Raises Refused `structure_unknown` when no territory covers either.
    """
    rows.require(by, Permission.REGISTER_TENDER)
    day = paris_day(at)
    check_buyer(buyer, by=by, on=day)
    refuse_elsewhere(place, by=by)
    seat = place or buyer.commune
    tender = Tender(
        buyer=buyer,
        structure=structure or structure_for(buyer, place=place, by=by, on=day),
        department=seat.department if seat else by.department,
        reference=reference.strip(),
        title=title.strip(),
        nature=nature,
        place=place,
        created_at=at,
        updated_at=at,
        **facts,
    )
    take_charge(tender, by)
    check_dates(tender)
    rows.save(tender, blame=BLAME)
    if not Tender.objects.visible_to(by).filter(pk=tender.pk).exists():
        raise Refused(
            "not_visible",
            f"Ce lieu est suivi par {tender.structure} : c’est à cette structure, ou à l’acheteur, d’enregistrer le"
            " marché.",
            field="place",
        )
    audit.record(code="tender.registered", subjects=[tender], by=rows.for_buyer(by, buyer), at=at)
    return tender


def provisional_reference(buyer: Organisation, *, kind: str, year: int) -> str:
    """Return the number of a tender that has none yet: « PROV-2026-003 », the next free one of its buyer.

    Those who register at the same instant are numbered in turn; the buyer's row is free for those who only point at it.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    prefix = f"{kind}-{year}-"
    taken = set(
        Tender.objects.filter(buyer=buyer, reference__startswith=prefix).values_list("reference", flat=True)
    )
    return next(name for rank in count(1) if (name := f"{prefix}{rank:03d}") not in taken)


def check_buyer(buyer: Organisation, *, by: Actor, on: date) -> None:
    """Refuse a buyer who registers for another, and a facilitator who registers for who does not buy."""
    if by.role is Role.BUYER and buyer.pk != by.organisation_id:
        raise Refused(
            "another_buyer", "Vous enregistrez les marchés de votre seule organisation.", field="buyer"
        )
    if not Organisation.objects.acting_as(Role.BUYER, on=on).filter(pk=buyer.pk).exists():
        raise Refused("not_a_buyer", f"{buyer} n’est pas connue comme acheteur.", field="buyer")


def structure_for(buyer: Organisation, *, place: Commune | None, by: Actor, on: date) -> Organisation:
    """Return the structure that will follow the tender; a facilitator's own when no territory says otherwise."""
    seats = [commune for commune in (place, buyer.commune) if commune]
    for commune in seats:
        if found := structure_of_commune(insee=commune.pk, on=on):
            return found
    if by.role is Role.FACILITATOR:
        return Organisation.objects.get(pk=by.organisation_id)
    where = f" {seats[0]}" if seats else " ce lieu"
    raise Refused(
        "structure_unknown",
        f"Aucune structure de facilitation ne suit{where} à ce jour : choisissez celle qui suivra ce marché.",
        field="structure",
    )


def follow_place(tender: Tender, *, by: Actor, on: date) -> None:
    """Give a tender being registered to the structure of the place that its buyer corrects; the caller saves.

    A facilitator keeps what it follows: several places have one lead, chosen by hand (DOMAIN.md 11.3).
    """
    if tender.place is None or by.role is Role.FACILITATOR or tender.status not in GUIDED:
        return
    found = structure_of_commune(insee=tender.place.pk, on=on)
    if found and found.pk != tender.structure_id:
        tender.structure, tender.facilitator = found, None


def refuse_elsewhere(place: Commune | None, *, by: Actor) -> None:
    """Raise Refused when a facilitator takes a tender to another département: its hours would leave the report of theirs."""
    if by.role is Role.FACILITATOR and place and place.department != by.department:
        raise Refused(
            "another_department",
            f"{place.name} n’est pas dans votre département ({by.department}) : un marché y est suivi par une structure de"
            " là-bas.",
            field="place",
        )


def take_charge(tender: Tender, by: Actor) -> None:
    """Name the facilitator who registers or studies a tender, when nobody is named yet; the caller saves."""
    if by.role is Role.FACILITATOR and tender.facilitator_id is None:
        tender.facilitator_id = by.user_id


@transaction.atomic
def change(
    *, tender: Tender, version: int | None = None, by: Actor, at: datetime, **changes: Unpack[Changes]
) -> Tender:
    """Correct a tender's identification; `version` is the one that was read, so that nobody's change is lost.

    Until its consultation, the structure follows the place. Once notified, its dates, place and amount only change by an
    amendment; once it is over, nothing does.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    rows.check_version(current, version)
    if current.status in rules.OVER:
        raise Refused("tender_over", "Ce marché est arrêté : son identification ne change plus.")
    changed = {name: value for name, value in changes.items() if getattr(current, name) != value}
    if current.is_bound and (settled := SETTLED & changed.keys()):
        raise Refused(
            "tender_bound",
            "Le marché est notifié : cette donnée ne change plus que par un avenant.",
            field=min(settled),
        )
    for name, value in changed.items():
        setattr(current, name, value)
    if not changed:
        return current
    if current.place:
        current.department = current.place.department
    if "place" in changed:
        refuse_elsewhere(current.place, by=by)
        follow_place(current, by=by, on=paris_day(at))
    check_dates(current)
    rules.check_amounts(lots_amount(current), current.estimated_amount)
    current.version += 1
    current.updated_at = at
    rows.save(current, blame=BLAME)
    audit.record(
        code="tender.changed",
        subjects=[current],
        by=rows.for_buyer(by, current.buyer),
        at=at,
        fields=" ".join(sorted(changed)),
    )
    return current


def check_dates(tender: Tender) -> None:
    """Refuse a tender whose own dates contradict one another."""
    rules.check_consultation(tender.consultation_launched_on, tender.offers_due_on)
    rules.check_period(tender.starts_on, tender.ends_on)


def lots_amount(tender: Tender) -> Decimal:
    """Return the sum of the lots' estimates, in € HT."""
    return tender.lots.aggregate(total=Sum("estimated_amount"))["total"] or ZERO


@transaction.atomic
def move(*, tender: Tender, action: TenderAction, by: Actor, at: datetime) -> Tender:
    """Move a tender along the table `rules.TENDER`; awarding and notifying have their own actions."""
    transition = rules.TENDER[action]
    current = rows.open_tender(tender, by=by, permission=transition.permission)
    if action in rules.WITH_FACTS:
        raise Refused("needs_facts", "Cette étape demande des informations : passez par son formulaire.")
    if action in rules.STEPS_TO_DRAFTED:
        rules.check_draft(
            lots_with_clause=current.lots.filter(has_clause=True).count(),
            is_decided=NoClauseDecision.objects.filter(tender=current).exists(),
        )
    if action is TenderAction.UNPUBLISH:
        check_nobody_named(current)
    if current.status in transition.sources:
        rules.check_time(action, starts_on=current.starts_on, ends_on=current.ends_on, today=paris_day(at))
    if action is TenderAction.CLOSE:
        check_closing(current, on=paris_day(at))
    if action is TenderAction.SIZE:
        take_charge(current, by)
        current.save(update_fields=["facilitator"])
    return step(current, action, by=by, at=at)


def check_nobody_named(tender: Tender) -> None:
    """Refuse to take back the publication of a consultation whose contractors are already named."""
    named = Award.objects.filter(lot__tender=tender).order_by("lot__number")
    if names := [f"lot {number}" for number in named.values_list("lot__number", flat=True)]:
        raise Refused(
            "lots_awarded", f"Un titulaire est déjà indiqué ({', '.join(names)}) : retirez-le d’abord."
        )


def check_closing(tender: Tender, *, on: date) -> None:
    """Refuse to close what an application still waits for: every month is validated or nil (DOMAIN.md 2.2)."""
    if said := " ".join(filter(None, (obstacle(tender.pk, on) for obstacle in closing_obstacles))):
        raise Refused("not_settled", said)


def step(tender: Tender, action: TenderAction, *, by: Actor, at: datetime, **stamps: date | None) -> Tender:
    """Take one step of the table and tell it; the caller has checked what the step demands."""
    transitions.move(tender, rules.TENDER[action], by=by, at=at, **stamps)
    audit.record(
        code="tender.moved",
        subjects=[tender],
        by=rows.for_buyer(by, tender.buyer),
        at=at,
        label=TenderStatus(tender.status).label,
        status=tender.status,
    )
    return tender


@transaction.atomic
def notify(
    *, tender: Tender, notified_on: date, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> Tender:
    """Notify a tender whose every lot with a clause is awarded; its execution starts if its day has come.

    What is owed binds in `clauses.obligations.actions.obligations.notify`, which calls this one.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.NOTIFY_TENDER)
    check_ready_to_notify(current)
    rules.check_notification(
        notified_on,
        today=paris_day(at),
        awarded_on=current.awarded_on or notified_on,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    transitions.move(
        current,
        rules.TENDER[TenderAction.NOTIFY],
        by=by,
        at=at,
        notified_on=notified_on,
        starts_on=starts_on,
        ends_on=ends_on,
        version=current.version + 1,
    )
    audit.record(
        code="tender.notified",
        subjects=[current],
        by=rows.for_buyer(by, current.buyer),
        at=at,
        notified_on=date_short(notified_on),
    )
    if starts_on <= paris_day(at):
        step(current, TenderAction.START, by=by, at=at)
    return current


def check_ready_to_notify(tender: Tender) -> None:
    """Refuse a tender that is not awarded, or one of whose lots with a clause still has no contractor."""
    if tender.status != TenderStatus.AWARDED:
        label = TenderStatus(tender.status).label
        raise Refused(
            "not_awarded", f"Seul un marché attribué se notifie ; celui-ci est à l’étape « {label} »."
        )
    waiting = (
        tender.lots.filter(has_clause=True, award=None).order_by("number").values_list("number", flat=True)
    )
    if waiting:
        names = ", ".join(f"lot {number}" for number in waiting)
        raise Refused(
            "lots_not_awarded",
            f"Indiquez d’abord le titulaire de chaque lot avec clause ({names}) ; si un lot est sans suite, retirez sa"
            " clause.",
        )
