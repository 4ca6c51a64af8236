"""People, their eligibility, and their work, through the actions of the platform."""

from datetime import date, timedelta
from decimal import Decimal

from beneficiaries.people.actions import eligibility, people
from beneficiaries.people.actions.people import Profile
from beneficiaries.people.choices import Criterion, Mobility, Refusal, Sex
from beneficiaries.people.choices import EvidenceKind as K
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.people.rules.documents import NEEDS
from beneficiaries.people.rules.facts import Proof
from beneficiaries.placements.actions import placements
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.demo.make.clauses import acting_for, noon

SINCE = timedelta(days=800)
"""How long before the first day a situation made here began: more than the two years of the longest criterion."""


def facilitation(structure: Organisation) -> Actor:
    """Return who answers in the structure."""
    return acting_for(structure, Role.FACILITATOR)


def dossier(
    structure: Organisation,
    *,
    first_name: str = "Amina",
    last_name: str = "Diallo",
    birth_date: date = date(1979, 5, 14),
    sex: Sex = Sex.F,
    commune: str | None = "91228",
    opened_on: date = date(2025, 1, 15),
    phone: str = "",
    trades: tuple[str, ...] = (),
    mobility: Mobility = Mobility.UNKNOWN,
    education: str = "",
) -> Dossier:
    """Register a person with a structure, available from that day on."""
    profile = Profile(
        first_name=first_name,
        last_name=last_name,
        birth_date=birth_date,
        sex=sex,
        commune=commune,
        phone=phone,
        trades=trades,
        available_on=opened_on,
        mobility=mobility,
        education=education,
    )
    return people.register(profile=profile, confirmed=True, by=facilitation(structure), at=noon(opened_on))


def proofs(criterion: Criterion, *, reference_date: date) -> list[Proof]:
    """Return documents that prove a criterion on a first day of work, issued 20 days before.

    A criterion that depends on the age is only met by somebody of that age.
    """
    begun = None if criterion is Criterion.YOUTH_PROGRAMME else reference_date - SINCE
    return [
        Proof(
            criterion=criterion,
            kind=min(kinds, key=list(K).index),
            issued_on=reference_date - timedelta(days=20),
            valid_until=reference_date + timedelta(days=300) if K.RESIDENCE_PERMIT in kinds else None,
            since=begun,
            worked_months=0 if K.FT_SITUATION in kinds else None,
        )
        for kinds in NEEDS[criterion]
    ]


def submitted_check(
    dossier: Dossier, *, reference_date: date, criteria: tuple[Criterion, ...] = (Criterion.RSA,)
) -> EligibilityCheck:
    """Ask for an eligibility with the documents of these criteria, ten days before the first day of work."""
    return eligibility.submit(
        dossier=dossier,
        reference_date=reference_date,
        evidence=[
            proof for criterion in criteria for proof in proofs(criterion, reference_date=reference_date)
        ],
        by=facilitation(dossier.structure),
        at=noon(reference_date - timedelta(days=10)),
    )


def validated_check(
    dossier: Dossier, *, reference_date: date, criteria: tuple[Criterion, ...] = (Criterion.RSA,)
) -> EligibilityCheck:
    """Have an eligibility validated, seven days before the first day of work."""
    check = submitted_check(dossier, reference_date=reference_date, criteria=criteria)
    eligibility.validate(
        check=check, by=facilitation(dossier.structure), at=noon(reference_date - timedelta(days=7))
    )
    return check


def refused_check(
    dossier: Dossier, *, reference_date: date, refusals: tuple[Refusal, ...] = (Refusal.NO_CRITERION,)
) -> EligibilityCheck:
    """Have an eligibility refused with its reasons, seven days before the first day of work."""
    check = submitted_check(dossier, reference_date=reference_date, criteria=())
    return eligibility.refuse(
        check=check,
        refusals=refusals,
        by=facilitation(dossier.structure),
        at=noon(reference_date - timedelta(days=7)),
    )


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
    planned_end_on: date | None = None,
    trade: str | None = None,
) -> Placement:
    """Put a person to work under an award: the employer declares the hours; it takes part in the lot if it must."""
    hired_on = hired_on or check.reference_date
    by = facilitation(award.lot.tender.structure)
    made = placements.start(
        award=award,
        check=check,
        employer=employer,
        user_company=user_company,
        work=Work(
            post=post,
            modality=modality,
            starts_on=hired_on,
            ends_on=planned_end_on,
            weekly_hours=weekly_hours,
            trade=trade,
        ),
        by=by,
        at=noon(hired_on),
    )
    if ended_on:
        placements.end(placement=made, ended_on=ended_on, by=by, at=noon(ended_on + timedelta(days=1)))
    return made
