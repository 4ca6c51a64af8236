"""What waits on the day the demonstration is opened."""

from datetime import date, timedelta

from beneficiaries.people.actions.people import Profile
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.rules import Work
from clauses.procurement.choices import Sector, TenderStatus
from clauses.procurement.models import Award
from inclusiv.demo import world
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World


def build_today(made: World) -> None:
    """Leave something to do: eligibilities to validate, requests without a candidate, calls to resume."""
    at = noon(made.today - timedelta(days=2))
    soon = made.today + timedelta(days=30)
    awards = (
        Award.objects.filter(pk__in=[award.pk for _, _, award in made.awards]).with_story().order_by("pk")
    )
    running = list(awards.filter(lot__tender__status=TenderStatus.IN_PROGRESS, lot__tender__ends_on__gt=soon))
    for award in made.random.sample(running, min(14, len(running))):
        company = award.members.order_by("pk")[0].organisation
        tender, post = award.lot.tender, world.POSTS[Sector(award.lot.sector)]
        starts_on = made.today + timedelta(days=made.random.randint(4, 30))
        work = Work(
            post=post[0],
            trade=post[1],
            modality=Modality.DIRECT_HIRE_CDD,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=60),
        )
        by = beneficiaries.facilitation(tender.structure)
        if made.random.random() < 0.5:
            requests.open_search(
                award=award,
                company=company,
                work=work,
                headcount=made.random.choice((1, 1, 2, 3)),
                by=by,
                at=at,
            )
        else:
            requests.name_person(
                award=award, company=company, profile=newcomer(made), work=work, by=by, at=at
            )


def newcomer(made: World) -> Profile:
    """Draw somebody whom nobody follows yet."""
    return Profile(
        first_name=made.random.choice(world.FIRST_NAMES_M),
        last_name=made.random.choice(world.LAST_NAMES),
        birth_date=date(
            made.random.randint(1970, 2004), made.random.randint(1, 12), made.random.randint(1, 28)
        ),
    )
