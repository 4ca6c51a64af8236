"""Register and change people."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from beneficiaries.people.choices import Mobility, Permission, Sex
from beneficiaries.people.models import Dossier, EligibilityCheck, Person, PersonIdentity
from beneficiaries.people.rules.facts import age_on
from beneficiaries.people.selectors import duplicates
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day
from inclusiv.core.permissions import Code
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import refuse_nir
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import audit, submissions
from inclusiv.reference.models import RomeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is told about a person: who they are, and what they look for. `commune` is an INSEE code, trades ROME."""

    first_name: str
    last_name: str
    birth_date: date
    sex: Sex = Sex.X
    commune: str | None = None
    phone: str = ""
    """As it is stored: « +33612345678 »."""
    email: str = ""
    trades: tuple[str, ...] = ()
    available_on: date | None = None
    mobility: Mobility = Mobility.UNKNOWN
    education: str = ""


@transaction.atomic
def register(
    *, profile: Profile, confirmed: bool = False, by: Actor, at: datetime, submission: UUID | None = None
) -> Dossier:
    """Register a person followed by the actor's structure.

    Somebody who looks like a person already known is refused as `possible_duplicate`, unless `confirmed`.
    """
    require(by, Permission.EDIT_PEOPLE)
    if submission:
        submissions.receive(submission=submission, by=by, at=at)
    check_profile(profile, on=paris_day(at))
    hold(by.organisation_id)
    if not confirmed and duplicates.look_alikes(
        first_name=profile.first_name,
        last_name=profile.last_name,
        birth_date=profile.birth_date,
        structure_id=by.organisation_id,
    ):
        raise Refused(
            "possible_duplicate",
            "Une personne du même nom, née le même jour, est peut-être déjà suivie : vérifiez avant d’enregistrer.",
        )
    return create(profile, structure_id=by.organisation_id, department=by.department, by=by, at=at)


def follow(*, structure_id: int, department: str, profile: Profile, by: Actor, at: datetime) -> Dossier:
    """Return the structure's open dossier of this very person, or open one; who asks is never told which.

    Inside the transaction of a caller that has checked who acts. Somebody known elsewhere stays unknown here: only
    people decide that two files are the same person.
    """
    check_profile(profile, on=paris_day(at))
    hold(structure_id)
    known = duplicates.known_in(
        structure_id,
        first_name=profile.first_name,
        last_name=profile.last_name,
        birth_date=profile.birth_date,
    )
    if known is None:
        return create(profile, structure_id=structure_id, department=department, by=by, at=at)
    day = paris_day(at)
    running = Dossier.objects.open_on(day).filter(person=known, structure_id=structure_id).first()
    return running or open_dossier(
        known, profile, structure_id=structure_id, department=department, by=by, at=at
    )


@transaction.atomic
def change(
    *,
    dossier: Dossier,
    version: int,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Dossier:
    """Replace what is told about a person; Refused `stale_version` when somebody changed it since it was read.

    Who decides on their eligibility with a page opened before reads it again: it was about somebody else.
    """
    require_own(dossier, by, Permission.EDIT_PEOPLE)
    check_profile(profile, on=paris_day(at))
    changed = Dossier.objects.filter(pk=dossier.pk, version=version).update(
        version=F("version") + 1,
        available_on=profile.available_on,
        mobility=profile.mobility,
        education=profile.education,
    )
    if not changed:
        raise Refused(
            "stale_version",
            "Cette fiche a été modifiée entre-temps : rechargez la page avant d’enregistrer vos changements.",
        )
    Person.objects.filter(pk=dossier.person_id).update(sex=profile.sex)
    identity = PersonIdentity.objects.get(pk=dossier.person_id)
    name(identity, profile)
    identity.save()
    dossier.refresh_from_db()
    dossier.trades.set(RomeCode.objects.filter(pk__in=profile.trades))
    waiting = EligibilityCheck.objects.awaiting_decision().filter(dossier__person=dossier.person_id)
    waiting.update(version=F("version") + 1, updated_at=at)
    audit.record(code="person.changed", subjects=[dossier.person, dossier], by=by, at=at)
    return dossier


def create(profile: Profile, *, structure_id: int, department: str, by: Actor, at: datetime) -> Dossier:
    """Write a new person, an identity and a dossier."""
    person = Person.objects.create(sex=profile.sex, created_at=at)
    identity = PersonIdentity(person=person)
    name(identity, profile)
    identity.save(force_insert=True)
    return open_dossier(person, profile, structure_id=structure_id, department=department, by=by, at=at)


def open_dossier(
    person: Person, profile: Profile, *, structure_id: int, department: str, by: Actor, at: datetime
) -> Dossier:
    """Write the dossier of a person in a structure, from today on."""
    dossier = Dossier.objects.create(
        person=person,
        structure_id=structure_id,
        department=department,
        starts_on=paris_day(at),
        available_on=profile.available_on,
        mobility=profile.mobility,
        education=profile.education,
    )
    if profile.trades:
        dossier.trades.add(*RomeCode.objects.filter(pk__in=profile.trades))
    audit.record(code="person.registered", subjects=[person, dossier], by=by, at=at)
    return dossier


def name(identity: PersonIdentity, profile: Profile) -> None:
    """Copy who the person is."""
    identity.first_name = profile.first_name.strip()
    identity.last_name = profile.last_name.strip()
    identity.birth_date = profile.birth_date
    identity.commune_id = profile.commune
    identity.phone = profile.phone
    identity.email = profile.email


def check_profile(profile: Profile, *, on: date) -> None:
    """Refuse a birth date that nobody at work can have, an empty name and a social security number."""
    refuse_nir(first_name=profile.first_name, last_name=profile.last_name, email=profile.email)
    for field in ("first_name", "last_name"):
        if not getattr(profile, field).strip():
            raise Refused("name_missing", "Le nom et le prénom sont à remplir.", field=field)
    oldest = in_force(on=on, codes=("MAX_AGE",)).integer("MAX_AGE")
    if not profile.birth_date < on or age_on(profile.birth_date, on) >= oldest:
        raise Refused(
            "birth_date",
            f"Une naissance le {date_short(profile.birth_date)} n’est pas plausible : vérifiez la date.",
            field="birth_date",
        )


def require(by: Actor, permission: Code) -> None:
    """Refuse who does not hold the permission."""
    if not by.may(permission):
        raise Refused("not_permitted", "Votre rôle ne permet pas cette action.")


OF_ANOTHER = "Cette personne est suivie par une autre structure."


def require_own(dossier: Dossier, by: Actor, permission: Code) -> None:
    """Refuse who does not hold the permission, or works in another structure than the dossier's."""
    require(by, permission)
    if dossier.structure_id != by.organisation_id:
        raise Refused("not_visible", OF_ANOTHER)


def hold(structure_id: int) -> None:
    """Make the registrations of a structure wait for each other, so that nobody is registered twice at once."""
    Organisation.objects.select_for_update(no_key=True).get(pk=structure_id)
