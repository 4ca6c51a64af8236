"""People, their eligibility, and their work."""

from datetime import date, timedelta
from decimal import Decimal

from beneficiaries.people.choices import CheckStatus, Criterion, Refusal, Sex
from beneficiaries.people.models import Dossier, EligibilityCheck, EligibilityFacts, Person, PersonIdentity
from beneficiaries.placements.choices import Modality, PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award, LotParticipant
from inclusiv.accounts.models import Organisation
from inclusiv.demo.make.clauses import noon


def dossier(
    structure: Organisation,
    *,
    first_name: str = "Amina",
    last_name: str = "Diallo",
    birth_date: date = date(1979, 5, 14),
    sex: Sex = Sex.F,
    commune: str | None = "91228",
    opened_on: date = date(2025, 1, 15),
) -> Dossier:
    """Make a person followed by a structure."""
    person = Person.objects.create(sex=sex, created_at=noon(opened_on))
    PersonIdentity.objects.create(
        person=person, first_name=first_name, last_name=last_name, birth_date=birth_date, commune_id=commune
    )
    return Dossier.objects.create(
        person=person, structure=structure, department="91", starts_on=opened_on, available_on=opened_on
    )


def submitted_check(dossier: Dossier, *, reference_date: date) -> EligibilityCheck:
    """Make an eligibility check that waits for its decision, asked ten days before the first day of work."""
    asked = noon(reference_date - timedelta(days=10))
    return EligibilityCheck.objects.create(
        dossier=dossier,
        reference_date=reference_date,
        submitted_at=asked,
        due_on=reference_date - timedelta(days=7),
        updated_at=asked,
    )


def validated_check(
    dossier: Dossier, *, reference_date: date, criteria: tuple[Criterion, ...] = (Criterion.RSA,)
) -> EligibilityCheck:
    """Make a validated eligibility with its frozen facts."""
    check = submitted_check(dossier, reference_date=reference_date)
    identity = dossier.person.identity
    check.status, check.decided_at, check.decided_by = (
        CheckStatus.VALIDATED,
        check.submitted_at,
        "Facilitation",
    )
    check.save()
    EligibilityFacts.objects.create(
        check_of=check,
        person=dossier.person,
        reference_date=reference_date,
        criteria=list(criteria),
        primary=criteria[0],
        sex=dossier.person.sex,
        age=reference_date.year
        - identity.birth_date.year
        - ((reference_date.month, reference_date.day) < (identity.birth_date.month, identity.birth_date.day)),
        education=dossier.education,
        commune_id=identity.commune_id,
        status_proven_on=reference_date,
    )
    return check


def refused_check(
    dossier: Dossier, *, reference_date: date, refusals: tuple[Refusal, ...] = (Refusal.NO_CRITERION,)
) -> EligibilityCheck:
    """Make a refused eligibility with its reasons."""
    check = submitted_check(dossier, reference_date=reference_date)
    check.status, check.decided_at, check.decided_by = CheckStatus.REFUSED, check.submitted_at, "Facilitation"
    check.refusals = list(refusals)
    check.save()
    return check


def placement(
    award: Award,
    check: EligibilityCheck,
    *,
    employer: Organisation,
    user_company: Organisation | None = None,
    modality: Modality = Modality.DIRECT_HIRE_CDD,
    post: str = "Aide-maçonne",
    hired_on: date | None = None,
    ended_on: date | None = None,
    weekly_hours: Decimal = Decimal("35.00"),
) -> Placement:
    """Put a person to work under an award: the employer declares the hours; it takes part in the lot if it must."""
    hired_on = hired_on or check.reference_date
    host = user_company or employer
    if not award.members.filter(organisation=employer).exists():
        LotParticipant.objects.get_or_create(
            lot=award.lot, organisation=employer, defaults={"starts_on": hired_on}
        )
    return Placement.objects.create(
        award=award,
        person=check.dossier.person,
        dossier=check.dossier,
        check_of=check,
        employer=employer,
        user_company=host,
        declarant=employer,
        modality=modality,
        post=post,
        weekly_hours=weekly_hours,
        hired_on=hired_on,
        ended_on=ended_on,
        status=PlacementStatus.ENDED if ended_on else PlacementStatus.ACTIVE,
        created_at=noon(hired_on),
        updated_at=noon(hired_on),
    )
