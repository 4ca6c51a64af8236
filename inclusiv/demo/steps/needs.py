"""Needs of companies at several ages, who was proposed for them and what was answered; people to have validated."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from beneficiaries.matching.actions import proposals
from beneficiaries.matching.selectors import candidates
from beneficiaries.people.actions.people import Profile
from beneficiaries.placements.actions import referrals, requests
from beneficiaries.placements.choices import Decline, Modality
from beneficiaries.placements.models import JobRequest, Referral
from beneficiaries.placements.rules import Work
from clauses.procurement.choices import Sector, TenderStatus
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.demo import world
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import TREMPLIN
from inclusiv.demo.steps.state import World

NEEDS = (
    (24, ""),
    (20, "three"),
    (3, ""),
    (16, "accepted"),
    (9, "proposed"),
    (27, "declined"),
    (12, "renounced"),
    (5, ""),
    (18, ""),
    (1, ""),
)
"""How many days ago each need of the persona's structure was told, and what became of it.

Who waits for more than ten working days has waited too long.
"""

ELSEWHERE = ((19, ""), (6, "proposed"), (2, ""), (13, "accepted"))
"""The same of each other structure."""

OWN = 2
"""Needs of each persona's company in a structure; the others are told by other companies."""

PROPOSED, SHORTLIST = 2, 3
"""How many candidates are proposed together, or when the company chooses among several."""

NOTES = (
    "Port de charges, chantier accessible en bus (arrêt Mairie).",
    "Horaires de 7 h 30 à 16 h ; la carte BTP est faite par l’entreprise.",
    "Un débutant convient : le chef d’équipe forme sur place.",
    "",
)

NAMED = 7, 5, 3, 2, 1
"""How many days ago companies asked to have somebody validated, structure after structure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A company at work on a lot that runs, and who follows it."""

    award: Award
    company: Organisation
    by: Actor
    """Who facilitates."""
    author: Actor
    """Who tells the need: the company's own account, else the facilitator on its behalf."""


def build_needs(made: World) -> None:
    """Tell needs on lots that run, those of the personas' companies among them, and answer some of them."""
    seats = running_seats(made)
    for structure in made.structures:
        own = [seat for seat in seats if seat.by.organisation_id == structure.pk]
        made.random.shuffle(own)
        rank_of = made.structures.index(structure)
        chosen, told = mixed(own), ELSEWHERE if rank_of else NEEDS
        for rank, (seat, (ago, answered)) in enumerate(zip(chosen, told, strict=False)):
            answer(made, ask(made, seat, ago=ago, rank=rank), answered, seat=seat, ago=ago)
        for rank, seat in enumerate(chosen[::2][: 1 if rank_of else 4]):
            name_person(made, seat, ago=NAMED[(rank + rank_of) % len(NAMED)])


def mixed(seats: list[Seat]) -> list[Seat]:
    """Return some seats of the personas' companies, then one of each other company, then what is left of these."""
    own: list[Seat] = []
    first: list[Seat] = []
    others: list[Seat] = []
    counts: Counter[str] = Counter()
    for seat in seats:
        rank = counts[seat.company.name]
        counts[seat.company.name] += 1
        if seat.author == seat.by:
            (others if rank else first).append(seat)
        elif rank < OWN:
            own.append(seat)
    return [*own, *first, *others]


def running_seats(made: World) -> list[Seat]:
    """Return the leads of the lots that run and have some weeks left, and the agency of the persona where it works."""
    last = made.today + timedelta(days=60)
    rows = Award.objects.filter(lot__tender__status=TenderStatus.IN_PROGRESS, lot__tender__ends_on__gt=last)
    awards = rows.select_related("lot__tender__structure", "lot__tender__place", "lot__clause")
    agency = made.companies[TREMPLIN]
    there = set(agency.lot_participations.values_list("lot_id", flat=True))
    seats = []
    for award in awards.order_by("pk").prefetch_related("members__organisation"):
        companies = [award.lead, *([agency] if award.lot_id in there else [])]
        seats += [seat(made, award, company) for company in companies]
    return seats


def seat(made: World, award: Award, company: Organisation) -> Seat:
    """Return a company on a lot, with who speaks for it."""
    by = made.facilitator(award.lot.tender.structure)
    accounts = (made.acting(company, role) for role in (Role.CONTRACTOR, Role.EMPLOYER))
    author = next((actor for actor in accounts if actor.membership_id is not None), by)
    return Seat(award=award, company=company, by=by, author=author)


def work_from(made: World, seat: Seat, starts_on: date) -> Work:
    """Return a post of the lot's trade, for two to four months."""
    post, trade = world.POSTS[Sector(seat.award.lot.sector)]
    is_agency = seat.company.name == TREMPLIN
    last = seat.award.lot.tender.ends_on or starts_on
    return Work(
        post=post,
        trade=trade,
        modality=Modality.SECONDMENT_ETTI if is_agency else Modality.DIRECT_HIRE_CDD,
        starts_on=starts_on,
        ends_on=min(last, starts_on + timedelta(days=made.random.choice((60, 90, 120)))),
    )


def ask(made: World, seat: Seat, *, ago: int, rank: int) -> JobRequest:
    """Tell a need, some days ago, for a post to come."""
    return requests.open_search(
        award=seat.award,
        company=seat.company,
        work=work_from(made, seat, made.today + timedelta(days=made.random.randint(3, 25))),
        headcount=made.random.choice((1, 1, 2, 3)),
        note=NOTES[rank % len(NOTES)],
        by=seat.author,
        at=noon(made.today - timedelta(days=ago)),
    )


def answer(made: World, request: JobRequest, what: str, *, seat: Seat, ago: int) -> None:
    """Propose the first candidates of one's own for a need, and answer the first of them."""
    if not what:
        return
    many = SHORTLIST if what == "three" else PROPOSED
    proposed = propose(request, many, by=seat.by, on=made.today - timedelta(days=ago // 2))
    if not proposed:
        return
    at = noon(made.today - timedelta(days=ago // 3))
    match what:
        case "accepted":
            referrals.accept(referral=proposed[0], starts_on=request.starts_on, by=seat.author, at=at)
        case "declined":
            referrals.decline(referral=proposed[0], reason=Decline.DATES, by=seat.author, at=at)
        case "renounced":
            referrals.renounce(referral=proposed[0], by=seat.by, at=at)


def propose(request: JobRequest, many: int, *, by: Actor, on: date) -> list[Referral]:
    """Propose the best candidates whom the structure follows."""
    own = [one.dossier for one in candidates(request, actor=by, on=on) if one.is_own][:many]
    return [proposals.propose(request=request, dossier=dossier, by=by, at=noon(on)) for dossier in own]


def name_person(made: World, seat: Seat, *, ago: int) -> None:
    """Have somebody validated whom the company already has, to start within a fortnight."""
    starts_on = made.today + timedelta(days=made.random.randint(2, 14))
    requests.name_person(
        award=seat.award,
        company=seat.company,
        profile=newcomer(made),
        work=work_from(made, seat, starts_on),
        by=seat.author,
        at=noon(made.today - timedelta(days=ago)),
    )


def newcomer(made: World) -> Profile:
    """Draw somebody whom nobody follows yet."""
    draw = made.random
    return Profile(
        first_name=draw.choice(world.FIRST_NAMES_M),
        last_name=draw.choice(world.LAST_NAMES),
        birth_date=date(draw.randint(1970, 2004), draw.randint(1, 12), draw.randint(1, 28)),
    )
