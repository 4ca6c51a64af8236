"""People followed, and those put to work."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from beneficiaries.people.actions import eligibility, people
from beneficiaries.people.actions.people import Profile
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.placements.actions import placements
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.demo import plan, world
from inclusiv.demo.make.beneficiaries import proofs
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.posts import Post
from inclusiv.demo.scenario import criteria_on
from inclusiv.demo.steps.state import World

WEEKS_IN_A_YEAR, MONTHS = 52, 12
WEEKLY = (20, 24, 28, 30, 35)
"""Hours a week of a contract of work."""

PRESCRIBED = 9
"""People whom the persona who prescribes follows."""

ASKED_ABOUT = (12, 20)
"""In how many days those whose eligibility she asked about would begin."""

Checks = dict[tuple[int, date], EligibilityCheck]
"""The eligibilities validated, by dossier and first day of work."""


def build_people(made: World) -> None:
    """Register the people of each structure, then those of the persona who prescribes: she asks about two of them.

    These two live where she works, in the territory of the persona who facilitates: that one decides.
    """
    for structure, persons in zip(made.structures, made.persons, strict=True):
        by = made.facilitator(structure)
        made.dossiers.append([register(made, person, by=by) for person in persons])
    by = made.acting(made.prescriber, Role.PRESCRIBER)
    for rank in range(PRESCRIBED):
        drawn = plan.draw_person(made.random, 0)
        person = replace(drawn, opened_on=made.today - timedelta(days=12 + 17 * rank))
        if rank >= len(ASKED_ABOUT):
            register(made, person, by=by)
            continue
        near = replace(person, commune=made.prescriber.commune_id or person.commune)
        ask_about(made, register(made, near, by=by), near, starts_in=ASKED_ABOUT[rank], by=by)


def ask_about(
    made: World, dossier: Dossier, person: plan.PlannedPerson, *, starts_in: int, by: Actor
) -> None:
    """Ask yesterday whether a person is eligible on a day to come, with the documents of their criteria."""
    asked_on, starts_on = made.today - timedelta(days=1), made.today + timedelta(days=starts_in)
    evidence = [
        proof
        for criterion in criteria_on(person, starts_on)
        for proof in proofs(criterion, reference_date=asked_on)
    ]
    eligibility.submit(dossier=dossier, reference_date=starts_on, evidence=evidence, by=by, at=noon(asked_on))


def register(made: World, person: plan.PlannedPerson, *, by: Actor) -> Dossier:
    """Register a person, available from that day on."""
    profile = Profile(
        first_name=person.first_name,
        last_name=person.last_name,
        birth_date=person.birth_date,
        sex=person.sex,
        commune=person.commune,
        phone=f"+3363998{made.random.randrange(10_000):04d}",
        trades=(person.trade,),
        available_on=person.opened_on,
        mobility=person.mobility,
        education=person.education,
    )
    return people.register(profile=profile, confirmed=True, by=by, at=noon(person.opened_on))


def build_placements(made: World) -> None:
    """Put people to work in the order of their first day; an eligibility that still counts serves again."""
    checks: Checks = {}
    hired = [(post, award, rank) for rank, award, posts in awards_of_structures(made) for post in posts]
    for post, award, rank in sorted(hired, key=lambda one: one[0].hired_on):
        structure = made.structures[rank]
        dossier, person = made.dossiers[rank][post.person], made.persons[rank][post.person]
        check = checks.get((dossier.pk, post.since))
        if check is None:
            check = validated(dossier, person, on=post.since, by=made.facilitator(structure))
            checks[dossier.pk, post.since] = check
        made.placements.append((post, start(made, post, award, check, structure=structure)))


def awards_of_structures(made: World) -> list[tuple[int, Award, list[Post]]]:
    """Return the awards with the rank of the structure that follows them, and the posts of their lot."""
    return [
        (made.structure_of[drawn.planned.buyer.commune], award, lot.posts)
        for drawn, lot, award in made.awards
    ]


def validated(dossier: Dossier, person: plan.PlannedPerson, *, on: date, by: Actor) -> EligibilityCheck:
    """Have the eligibility of a person validated, seven days before their first day of work."""
    evidence = [
        proof for criterion in criteria_on(person, on) for proof in proofs(criterion, reference_date=on)
    ]
    check = eligibility.submit(
        dossier=dossier, reference_date=on, evidence=evidence, by=by, at=noon(on - timedelta(days=10))
    )
    eligibility.validate(check=check, by=by, at=noon(on - timedelta(days=7)))
    return check


def start(
    made: World, post: Post, award: Award, check: EligibilityCheck, *, structure: Organisation
) -> Placement:
    """Put a person to work, until their last day when it has come."""
    lot, by = post.lot.planned, made.facilitator(structure)
    employer = made.companies[post.employer]
    host = employer if post.employer in lot.contractors else made.companies[lot.contractors[0]]
    title, trade = world.POSTS[lot.sector]
    placement = placements.start(
        award=award,
        check=check,
        employer=employer,
        user_company=host,
        work=Work(
            post=title,
            modality=post.modality,
            starts_on=post.hired_on,
            ends_on=None if post.ended_on else planned_end(made, award),
            weekly_hours=weekly(post),
            trade=trade,
        ),
        by=by,
        at=noon(post.hired_on),
    )
    if post.ended_on:
        day = post.ended_on + timedelta(days=1)
        placements.end(placement=placement, ended_on=post.ended_on, by=by, at=noon(day))
    return placement


def planned_end(made: World, award: Award) -> date:
    """Draw the last day planned of who is at work, within the execution of the tender."""
    drawn = made.today + timedelta(days=made.random.randint(5, 120))
    last = award.lot.tender.ends_on or drawn
    return max(made.today, min(drawn, last))


def weekly(post: Post) -> Decimal:
    """Return the hours a week of the shortest contract that holds the hours of every month."""
    most = max(post.hours.values()) * MONTHS / WEEKS_IN_A_YEAR
    return Decimal(next((hours for hours in WEEKLY if hours >= most), WEEKLY[-1]))
