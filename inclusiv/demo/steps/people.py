"""People followed, and those put to work."""

from datetime import date, timedelta

from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.demo import plan, world
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.steps.state import World


def build_people(made: World) -> None:
    """Register the people, more of them where there is more work."""
    weights = [
        sum(seed.weight for seed in world.BUYERS if made.structure_of[seed.commune] == rank) + 2
        for rank in range(len(made.structures))
    ]
    made.persons = plan.draw_persons(made.random, weights=weights)
    for person in made.persons:
        made.dossiers.append(
            beneficiaries.dossier(
                made.structures[person.structure],
                first_name=person.first_name,
                last_name=person.last_name,
                birth_date=person.birth_date,
                sex=person.sex,
                commune=person.commune,
                opened_on=person.opened_on,
                phone=f"+3363998{made.random.randrange(10_000):04d}",
                trades=(person.trade,),
                mobility=person.mobility,
                education=person.education,
            )
        )


def build_placements(made: World) -> None:
    """Put people to work, tender by tender in the order of their start."""
    free: list[dict[int, date]] = [{} for _ in made.structures]
    for rank, person in enumerate(made.persons):
        free[person.structure][rank] = person.opened_on
    awards = Award.objects.select_related("lot__tender__structure", "lot__clause").in_bulk()
    made.awards = [(planned, lot_plan, awards[award.pk]) for planned, lot_plan, award in made.awards]
    for planned, lot_plan, award in made.awards:
        if award.lot.tender.notified_on is None:
            continue
        structure = made.structure_of[planned.buyer.commune]
        plan.draw_placements(
            made.random,
            lot_plan,
            planned,
            owed=award.lot.clause.quantity,
            free_from=free[structure],
            today=made.today,
        )
        for placement in lot_plan.placements:
            made.placements.append((placement, make_placement(made, lot_plan, award, placement)))


def make_placement(
    made: World, lot_plan: plan.PlannedLot, award: Award, planned: plan.PlannedPlacement
) -> Placement:
    """Validate the person's eligibility, then put them to work."""
    person, post = made.persons[planned.person], world.POSTS[lot_plan.sector]
    check = beneficiaries.validated_check(
        made.dossiers[planned.person], reference_date=planned.hired_on, criteria=person.criteria
    )
    employer = made.companies[planned.employer]
    is_contractor = planned.employer in lot_plan.contractors
    return beneficiaries.placement(
        award,
        check,
        employer=employer,
        user_company=employer if is_contractor else made.companies[lot_plan.contractors[0]],
        modality=planned.modality,
        post=post[0],
        trade=post[1],
        hired_on=planned.hired_on,
        ended_on=planned.ended_on,
        planned_end_on=None if planned.ended_on else made.today + timedelta(days=made.random.randint(5, 120)),
    )
