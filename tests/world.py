"""Three places with one record of each kind: one's own, another organisation's, another territory's.

The access walk, the table of what is seen of a person and the attacks all start from it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

from beneficiaries.hours.choices import Received
from beneficiaries.hours.models import Statement
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.placements.actions import referrals, requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.rules import Work
from clauses.decp.actions import readings
from clauses.decp.models import FileReading, SpottedContract
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.accounts.choices import BuyerKind, CompanyKind
from inclusiv.accounts.models import Capacity, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts, beneficiaries, clauses, hours
from inclusiv.records.actions import files
from inclusiv.records.models import Job
from inclusiv.reference.models import Commune
from reporting.publication.choices import RunState
from reporting.publication.models import Charter, ReportDocument, ReportRun
from tests.clauses.decp.samples import contract, file_of
from tests.conftest import Cast, make_cast
from tests.uploads import pdf

NOW = datetime(2025, 10, 14, 10, tzinfo=PARIS)
"""The instant at which the world is looked at."""
SEPTEMBER = date(2025, 9, 1)
HIRED_ON = date(2025, 9, 1)


@dataclass(frozen=True)
class Side:
    """One record of each kind, as one organisation of each role holds them."""

    buyer: Organisation
    structure: Organisation
    contractor: Organisation
    employer: Organisation
    membership: int
    tender: Tender
    draft: Tender
    """A tender still in consultation, with a lot."""
    lot: Lot
    award: Award
    dossier: Dossier
    """Somebody at work, whose eligibility is validated."""
    checked: EligibilityCheck
    free: Dossier
    """Somebody whose eligibility waits, proposed to the contractor."""
    check: EligibilityCheck
    need: JobRequest
    referral: Referral
    placement: Placement
    planned: Placement
    statement: Statement
    contract: SpottedContract
    reading: FileReading
    job: Job
    charter: Charter
    report: ReportRun
    draft_report: ReportRun


@dataclass(frozen=True)
class World:
    """The cast, and where its records are."""

    cast: Cast
    own: Side
    other: Side
    elsewhere: Side
    own_by_role: dict[Role, Side]
    """What differs for a role that does not share the structure's records."""

    def own_of(self, role: Role) -> Side:
        """Return the records that are a role's own."""
        return self.own_by_role.get(role, self.own)

    def actors(self) -> dict[Role, Actor]:
        """Return who walks, by role."""
        return {
            actor.role: actor for name, actor in self.cast.everyone().items() if not name.startswith("other_")
        }


def make_world() -> World:
    """Make everything in the current transaction, inside a test that has `storage`."""
    cast = make_cast()
    second_etti = accounts.organisation(
        name="Interim Sud", number=11, roles=(Role.EMPLOYER,), company_kind=CompanyKind.ETTI
    )
    here, there = make_charter("91"), make_charter("77")
    own = make_side(
        cast.commune, cast.structure, cast.builder, cast.etti, member=cast.facilitator, charter=here, number=1
    )
    other = make_side(
        cast.other_commune, cast.other_structure, cast.painter, second_etti,
        member=cast.other_facilitator, charter=here, number=2,
    )  # fmt: skip
    return World(
        cast=cast,
        own=own,
        other=other,
        elsewhere=elsewhere(there),
        own_by_role=own_by_role(own, cast),
    )


def own_by_role(own: Side, cast: Cast) -> dict[Role, Side]:
    """Return the records of the roles that do not share the structure's: people of the prescriber, files of each."""
    followed = beneficiaries.dossier(cast.departement, first_name="Paula", last_name="Prescrite")
    prescribed = replace(
        own,
        dossier=followed,
        free=followed,
        check=beneficiaries.submitted_check(followed, reference_date=date(2025, 11, 3)),
        checked=beneficiaries.validated_check(followed, reference_date=date(2025, 12, 1)),
    )
    sides = dict.fromkeys(Role, own) | {Role.PRESCRIBER: prescribed}
    readers = {Role.BUYER: cast.buyer, Role.COORDINATION: cast.coordinator}
    for role, reader in readers.items():
        reading = make_reading(reader)
        sides[role] = replace(sides[role], reading=reading, job=job_of(reading))
    for actor in cast.everyone().values():
        if not actor.name.startswith(("Paul", "Denis", "Irma")):
            sides[actor.role] = replace(sides[actor.role], membership=actor.membership_id or 0)
    return sides


def elsewhere(charter: Charter) -> Side:
    """Make a side in another département, with its own organisations."""
    Commune.objects.create(pk="77288", name="Melun", department="77", postal_codes=["77000"])

    def made(name: str, number: int, role: Role, **kind: BuyerKind | CompanyKind) -> Organisation:
        return accounts.organisation(name=name, number=number, roles=(role,), department="77", **kind)

    structure = made("PLIE de Melun", 31, Role.FACILITATOR)
    side = make_side(
        made("Commune de Melun", 32, Role.BUYER, buyer_kind=BuyerKind.COMMUNE),
        structure,
        made("Bâti-Brie", 33, Role.CONTRACTOR, company_kind=CompanyKind.ORDINARY),
        made("Interim Brie", 34, Role.EMPLOYER, company_kind=CompanyKind.ETTI),
        member=accounts.member(
            structure, Role.FACILITATOR, first_name="Zoé", last_name="Brie", email="zoe@example.org"
        ),
        charter=charter,
        number=3,
        place="77288",
    )
    Dossier.objects.filter(structure=structure).update(department="77")
    return side


def make_side(
    buyer: Organisation,
    structure: Organisation,
    contractor: Organisation,
    employer: Organisation,
    *,
    member: Actor,
    charter: Charter,
    number: int,
    place: str = "91228",
) -> Side:
    """Make one record of each kind, through the real actions."""
    tender = clauses.tender(
        buyer=buyer, structure=structure, reference=f"2025-10{number}", title=f"École {number}", place=place
    )
    lot = clauses.lot(tender)
    award = clauses.award(lot, (contractor, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    draft = clauses.tender(
        buyer=buyer, structure=structure, reference=f"2025-20{number}", title=f"Crèche {number}", place=place,
        starts_on=date(2026, 2, 2), ends_on=date(2026, 11, 27),
    )  # fmt: skip
    clauses.lot(draft)
    dossier, free, coming = (
        beneficiaries.dossier(structure, first_name=name, last_name=f"Suivie{number}", phone="+33612345678")
        for name in ("Anna", "Lina", "Nour")
    )
    checked = beneficiaries.validated_check(dossier, reference_date=HIRED_ON)
    next_check = beneficiaries.validated_check(coming, reference_date=date(2025, 10, 20))
    placement, planned = (
        beneficiaries.placement(
            award, found, employer=employer, user_company=contractor, modality=Modality.SECONDMENT_ETTI
        )
        for found in (checked, next_check)
    )
    need = requests.open_search(
        award=award,
        company=contractor,
        work=Work(post="Maçonne", modality=Modality.DIRECT_HIRE_CDD, starts_on=date(2025, 11, 3)),
        by=clauses.acting_for(contractor, Role.CONTRACTOR),
        at=NOW,
    )
    reading = make_reading(member)
    return Side(
        buyer=buyer,
        structure=structure,
        contractor=contractor,
        employer=employer,
        membership=member.membership_id or 0,
        tender=tender,
        draft=draft,
        lot=lot,
        award=award,
        dossier=dossier,
        checked=checked,
        free=free,
        check=beneficiaries.submitted_check(free, reference_date=date(2025, 11, 3)),
        need=need,
        referral=referrals.propose(request=need, dossier=free, reasons=("RSA",), by=member, at=NOW),
        placement=placement,
        planned=planned,
        statement=make_statement(award, placement, contractor, member),
        contract=make_contract(buyer, member),
        reading=reading,
        job=job_of(reading),
        charter=charter,
        report=make_report(charter, number=number, state=RunState.PUBLISHED),
        draft_report=make_report(charter, number=number, state=RunState.DISCARDED),
    )


def make_statement(award: Award, placement: Placement, contractor: Organisation, by: Actor) -> Statement:
    """Send September's hours of the placement's declarant, received on paper, the paper attached."""
    placement.refresh_from_db()
    declarant = placement.declarant
    made = hours.statement(award, declarant, SEPTEMBER, hours={placement: Decimal("121.25")})
    paper = files.store(
        content=pdf("Relevé de septembre"),
        name="relevé.pdf",
        content_type="application/pdf",
        at=NOW,
        is_sealed=True,
    )
    Statement.objects.filter(pk=made.pk).update(document=paper, received=Received.EMAIL)
    made.refresh_from_db()
    return made


def make_reading(by: Actor) -> FileReading:
    """Have a file of open data waiting for its reading, asked by somebody."""
    name = f"{uuid4()}.json"
    return readings.ask(content=f'[{{"id": "{name}"}}]'.encode(), name=name, by=by, at=NOW)


def job_of(reading: FileReading) -> Job:
    """Return the job of a reading."""
    assert reading.job is not None
    return reading.job


def make_contract(buyer: Organisation, by: Actor) -> SpottedContract:
    """Spot a contract of a buyer."""
    told = contract(acheteur={"id": buyer.siret}, id=f"M{buyer.pk}")
    readings.read(file=BytesIO(file_of(told)), name="decp.json", by=by, at=NOW)
    return SpottedContract.objects.get(buyer=buyer)


def make_charter(department: str) -> Charter:
    """Make a département's charter."""
    return Charter.objects.create(
        name=f"Charte {department}", department=department, signed_on=date(2018, 6, 15)
    )


def make_report(charter: Charter, *, number: int, state: RunState) -> ReportRun:
    """Make a report of a charter with its final document and its draft."""
    run = ReportRun.objects.create(
        charter=charter, year=2020 + number, edition=1, state=state, asked_at=NOW, asked_by="Odile", updated_at=NOW,
        published_at=NOW if state == RunState.PUBLISHED else None,
    )  # fmt: skip
    for is_final in (True, False):
        words = f"{run.pk} {is_final}"
        stored = files.store(content=pdf(words), name="bilan.pdf", content_type="application/pdf", at=NOW)
        ReportDocument.objects.create(
            run=run, is_final=is_final, file=stored, pages=1, renderer="essai", made_at=NOW
        )
    return run


def without_membership(email: str = "personne@example.org") -> int:
    """Make somebody who signs in and acts for nobody: the membership ended; return the user's id."""
    body = accounts.organisation(name="Partie", number=41, roles=(Role.BUYER,))
    actor = accounts.member(body, Role.BUYER, first_name="Aude", last_name="Partie", email=email)
    Capacity.objects.filter(organisation=body).update(ends_on=date(2024, 12, 31))
    return actor.user_id or 0
