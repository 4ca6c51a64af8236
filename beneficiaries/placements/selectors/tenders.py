"""One tender's people and needs, as each role may read them (DOMAIN.md 9.4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from beneficiaries.people.choices import CheckStatus, Refusal
from beneficiaries.placements.choices import PlacementStatus, RequestKind, RequestStatus
from beneficiaries.placements.models import JobRequest, Placement
from beneficiaries.placements.selectors.jobs import STATES, companies
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.choices import INCLUSIVE_KINDS, CompanyKind
from inclusiv.accounts.models import Capacity, Organisation
from inclusiv.core import french
from inclusiv.core.actors import Actor, Role
from inclusiv.core.codes import spaced

NAMELESS = frozenset({Role.BUYER, Role.COORDINATION})
"""Roles that follow a tender without ever reading a name: they see pseudonyms, states and dates."""

CHECK_WORDS = {
    CheckStatus.SUBMITTED: ("CATCH_UP", "À valider"),
    CheckStatus.VALIDATED: ("ON_TRACK", "Éligible"),
    CheckStatus.REFUSED: ("ACTION", "Non éligible"),
    CheckStatus.WITHDRAWN: ("NEUTRAL", "Retirée"),
    CheckStatus.DRAFT: ("NEUTRAL", "En préparation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementLine:
    """A mise à l'emploi as this reader may read it: `who` is a name, or the pseudonym."""

    placement: Placement
    dossier: int | None
    """Where the person is read by the structure that follows them; None for the others."""
    who: str
    lot: str
    companies: str
    state: str
    word: str
    check_state: str
    check_word: str
    refusals: str
    """Why the eligibility was refused, for those who asked; empty for a buyer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderPeople:
    """The page « Personnes et besoins »."""

    lines: list[PlacementLine]
    requests: list[JobRequest]
    awards: list[Award]
    """Where this reader may ask for people."""
    at_work: int
    planned: int
    ended: int
    people: int
    needs: int
    """Open searches that one sees; a buyer reads their number only."""


def tender_people(tender: Tender, *, actor: Actor, on: date) -> TenderPeople:
    """Read the people and needs of a tender loaded through `visible_to`, on a day."""
    rows = list(placements_of(tender, actor))
    live = [row for row in rows if row.status != PlacementStatus.CANCELLED]
    statuses = [row.status for row in live]
    requests = requests_of(tender, actor)
    return TenderPeople(
        lines=[line(row, actor=actor) for row in rows],
        requests=requests,
        awards=awards_of(tender, actor),
        at_work=statuses.count(PlacementStatus.ACTIVE),
        planned=statuses.count(PlacementStatus.PLANNED),
        ended=statuses.count(PlacementStatus.ENDED),
        needs=open_searches(tender).count() if actor.role in NAMELESS else len(requests),
        people=len({row.person_id for row in live if row.status != PlacementStatus.PLANNED}),
    )


def placements_of(tender: Tender, actor: Actor) -> QuerySet[Placement]:
    """Return the mises à l'emploi of a tender: one's own; all of them, without identity, for the nameless roles."""
    if actor.role in NAMELESS:
        rows = Placement.objects.filter(award__lot__tender=tender)
    else:
        rows = Placement.objects.visible_to(actor).filter(award__lot__tender=tender)
        rows = rows.select_related("person__identity")
    rank = Case(
        *(When(status=status, then=Value(place)) for place, status in enumerate(ORDER)),
        output_field=IntegerField(),
    )
    return rows.select_related(
        "award__lot", "employer", "user_company", "check_of", "person", "dossier"
    ).order_by(rank, "award__lot__number", "-hired_on", "pk")


ORDER = (
    PlacementStatus.ACTIVE,
    PlacementStatus.PLANNED,
    PlacementStatus.ENDED,
    PlacementStatus.CANCELLED,
)


def line(row: Placement, *, actor: Actor) -> PlacementLine:
    """Return a mise à l'emploi as this reader may read it."""
    status, check = PlacementStatus(row.status), CheckStatus(row.check_of.status)
    is_named = actor.role not in NAMELESS
    identity = getattr(row.person, "identity", None) if is_named else None
    return PlacementLine(
        placement=row,
        dossier=row.dossier_id if follows(row, actor) else None,
        who=str(identity) if identity else spaced(row.code),
        lot=f"Lot {row.award.lot.number}",
        companies=companies(row),
        state=STATES[status],
        word=status.label,
        check_state=CHECK_WORDS[check][0],
        check_word=CHECK_WORDS[check][1],
        refusals=refusals_text(row) if is_named else "",
    )


def follows(row: Placement, actor: Actor) -> bool:
    """Say whether the actor's structure follows the person; of a placement loaded with its dossier."""
    return actor.role is Role.FACILITATOR and row.dossier.structure_id == actor.organisation_id


def refusals_text(row: Placement) -> str:
    """Say why the eligibility was refused."""
    return " ; ".join(Refusal(code).label for code in row.check_of.refusals)


def requests_of(tender: Tender, actor: Actor) -> list[JobRequest]:
    """Return the open searches of a tender that one sees."""
    rows = JobRequest.objects.visible_to(actor).filter(pk__in=open_searches(tender).values("pk"))
    return list(rows.select_related("company", "award__lot").order_by("starts_on", "pk"))


def open_searches(tender: Tender) -> QuerySet[JobRequest]:
    """Return every open search of a tender."""
    return JobRequest.objects.filter(
        award__lot__tender=tender, kind=RequestKind.SEARCH, status=RequestStatus.OPEN
    )


def awards_of(tender: Tender, actor: Actor) -> list[Award]:
    """Return the awards of a tender for which one may ask for people, while it runs; nobody else asks."""
    if actor.role in NAMELESS:
        return []
    rows = Award.objects.visible_to(actor).running().filter(lot__tender=tender)
    return list(rows.select_related("lot").order_by("lot__number"))


def companies_on(award: Award) -> QuerySet[Organisation]:
    """Return who works on the lot: for whom a facilitator may speak."""
    on_lot = Organisation.objects.filter(group_memberships__award=award) | Organisation.objects.filter(
        lot_participations__lot=award.lot_id
    )
    return on_lot.distinct().order_by("folded_name", "pk")


def employers(kinds: Collection[CompanyKind], *, since: date) -> QuerySet[Organisation]:
    """Return the organisations of these kinds that may employ: the inclusive ones, when they act so from a day on."""
    acting = Capacity.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=since), organisation=OuterRef("pk"), role=Role.EMPLOYER
    )
    known = Organisation.objects.filter(~Q(company_kind__in=INCLUSIVE_KINDS) | Exists(acting))
    return known.filter(company_kind__in=kinds).order_by("folded_name", "pk")


def waits(request: JobRequest, *, on: date) -> str:
    """Say when an answer is due: « réponse attendue le 28/10/2025 », or since when it is late."""
    late = (on - request.due_on).days
    if late > 0:
        return f"réponse en retard {french.since(late)}"
    return f"réponse attendue le {french.date_short(request.due_on)}"
