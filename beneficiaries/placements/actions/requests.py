"""« Demander un candidat », « J’ai quelqu’un : faire valider » (PRACTICE.md 1.2, 3)."""

from datetime import date, datetime

from django.db import transaction

from beneficiaries.people.actions import eligibility, people
from beneficiaries.people.actions.people import Profile, require
from beneficiaries.placements import rules
from beneficiaries.placements.actions import placements
from beneficiaries.placements.actions.parties import speaking_for
from beneficiaries.placements.choices import Permission, RequestAction, RequestKind, RequestStatus
from beneficiaries.placements.models import JobRequest
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core import transitions
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short
from inclusiv.core.periods import add_working_days, paris_day
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import refuse_nir
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import audit


@transaction.atomic
def open_search(
    *,
    award: Award,
    company: Organisation,
    work: Work,
    headcount: int = 1,
    note: str = "",
    by: Actor,
    at: datetime,
) -> JobRequest:
    """Ask for people: post, place and dates make a complete request, to answer in ten working days (PRACTICE.md 2).

    The place is the tender's when it is not told.
    """
    acting = speaking_for(company, award=award, by=by, permission=Permission.ASK)
    asked_on = paris_day(at)
    if work.starts_on < asked_on:
        raise Refused(
            "starts_in_past",
            f"Le début souhaité ({date_short(work.starts_on)}) est passé : indiquez une date à venir.",
            field="starts_on",
        )
    request = write(
        award=award,
        company=company,
        kind=RequestKind.SEARCH,
        status=RequestStatus.OPEN,
        work=work,
        headcount=headcount,
        note=note,
        due_on=add_working_days(asked_on, answer_days(asked_on)),
        by=acting,
        at=at,
    )
    tell("opened", request, by=acting, at=at, post=work.post, starts_on=work.starts_on, headcount=headcount)
    return request


@transaction.atomic
def name_person(
    *,
    award: Award,
    company: Organisation,
    profile: Profile,
    work: Work,
    employer: Organisation | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> JobRequest:
    """Have somebody validated whom the company already has: the answer is due before the start.

    The person joins the tender's structure, which alone knows whether it knew them; a mise à l'emploi is planned.
    `employer` is the agency when the person is seconded.
    """
    acting = speaking_for(company, award=award, by=by, permission=Permission.ASK)
    tender = award.lot.tender
    dossier = people.follow(
        structure_id=tender.structure_id,
        department=tender.department,
        profile=profile,
        by=acting,
        at=at,
    )
    check = eligibility.ask(dossier=dossier, reference_date=work.starts_on, evidence=(), by=acting, at=at)
    request = write(
        award=award,
        company=company,
        kind=RequestKind.NAMED,
        status=RequestStatus.FILLED,
        work=work,
        headcount=1,
        note=note,
        due_on=check.due_on,
        by=acting,
        at=at,
    )
    placements.start(
        award=award,
        check=check,
        employer=employer or company,
        user_company=host(award, company, employer, work),
        work=work,
        request=request,
        by=acting,
        at=at,
    )
    tell("named", request, by=acting, at=at, post=work.post, starts_on=work.starts_on)
    return request


def host(award: Award, company: Organisation, employer: Organisation | None, work: Work) -> Organisation:
    """Return where the person works: an agency that names its own worker does so for the lot's lead."""
    if work.modality in rules.SECONDMENTS and company == (employer or company):
        return award.lead
    return company if work.modality in rules.SECONDMENTS else employer or company


@transaction.atomic
def cancel(*, request: JobRequest, by: Actor, at: datetime) -> JobRequest:
    """Give up a search; the people already proposed are told by who follows them."""
    require(by, Permission.ASK)
    acting = speaking_for(request.company, award=request.award, by=by, permission=Permission.ASK)
    transitions.move(request, rules.REQUEST[RequestAction.CANCEL], by=by, at=at)
    tell("cancelled", request, by=acting, at=at)
    return request


def answer_days(asked_on: date) -> int:
    """Return in how many working days a request is answered."""
    code = "REQUEST_ANSWER_WORKING_DAYS"
    return in_force(on=asked_on, codes=(code,)).integer(code)


def write(
    *,
    award: Award,
    company: Organisation,
    kind: RequestKind,
    status: RequestStatus,
    work: Work,
    headcount: int,
    note: str,
    due_on: date,
    by: Actor,
    at: datetime,
) -> JobRequest:
    """Insert a request whose values are checked."""
    placements.check_work(work)
    placements.check_execution(award, work.starts_on, work.ends_on)
    # What a company forgot before it left, its facilitation names for it.
    from_on = work.starts_on if by.on_behalf_of else max(work.starts_on, paris_day(at))
    placements.check_presence(award, from_on, company=company)
    refuse_nir(note=note)
    request = JobRequest(
        award=award,
        company=company,
        kind=kind,
        status=status,
        post=work.post.strip(),
        trade_id=work.trade,
        headcount=headcount,
        weekly_hours=work.weekly_hours,
        starts_on=work.starts_on,
        ends_on=work.ends_on,
        place_id=work.place or award.lot.tender.place_id,
        modality=work.modality,
        note=note.strip(),
        asked_at=at,
        asked_by=by.signature,
        due_on=due_on,
        updated_at=at,
    )
    request.save(force_insert=True)
    return request


def tell(what: str, request: JobRequest, *, by: Actor, at: datetime, **data: object) -> None:
    """Write the event on the timelines of the request, the tender and the company."""
    subjects = [request, request.award.lot.tender, request.company]
    audit.record(code=f"request.{what}", subjects=subjects, by=by, at=at, **data)
