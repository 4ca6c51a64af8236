"""Three places with one record of each kind: one's own, another organisation's, another territory's.

The access walk, the table of what is seen of a person and the attacks all start from it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from beneficiaries.hours.actions import reminders
from beneficiaries.hours.choices import Received
from beneficiaries.hours.models import Statement
from beneficiaries.people.choices import Criterion, EducationLevel, Mobility
from beneficiaries.people.models import Dossier, EligibilityCheck, PersonIdentity
from beneficiaries.placements.actions import referrals, requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.rules import Work
from clauses.decp.actions import readings
from clauses.decp.models import FileReading, SpottedContract
from clauses.obligations.actions import kickoffs, plans, welcome
from clauses.obligations.models import MonthPlan
from clauses.obligations.selectors.plans import link_subject, owed_on_lot
from clauses.procurement.actions import inquiries, parties, subcontracts
from clauses.procurement.actions import plans as purchases
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import (
    AdvicePiece,
    AdviceRequest,
    Award,
    BuyerDelegate,
    GroupedBuyer,
    Lot,
    Operation,
    PurchasePlan,
    Subcontract,
    Tender,
    Tranche,
)
from clauses.procurement.rules.plans import ReadLine
from inclusiv.accounts.actions import contacts, invitations
from inclusiv.accounts.choices import BuyerKind, CompanyKind
from inclusiv.accounts.models import (
    Capacity,
    Contact,
    Cover,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    User,
)
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts, beneficiaries, clauses, hours
from inclusiv.records.actions import files, links
from inclusiv.records.choices import ExchangeKind
from inclusiv.records.models import Exchange, Job, reference
from inclusiv.reference.models import Commune
from reporting.publication.choices import RunState
from reporting.publication.models import (
    Charter,
    PortfolioDocument,
    PortfolioReport,
    ReportDocument,
    ReportRun,
    Snapshot,
)
from tests.clauses.decp.samples import contract, file_of
from tests.conftest import Cast, make_cast
from tests.uploads import pdf

NOW = datetime(2025, 10, 14, 10, tzinfo=PARIS)
"""The instant at which the world is looked at."""
SEPTEMBER = date(2025, 9, 1)
HIRED_ON = date(2025, 9, 1)


COMMUNES = {"Anna": "91174", "Lina": "91377", "Nour": "91477", "Paula": "91589"}
"""Where each person lives; no work is done there."""
CRITERIA = {
    "Anna": (Criterion.WIDOW_ALLOWANCE, Criterion.AAH),
    "Lina": (Criterion.ASS, Criterion.ADAPTED_EA),
    "Nour": (Criterion.INSERTION_ALLOWANCE, Criterion.DISABILITY_PENSION),
    "Paula": (Criterion.PLIE_PARTICIPANT, Criterion.INTERNATIONAL_PROTECTION),
}
"""An ordinary criterion and a protected one for each, whose names no page holds by chance."""
DIPLOMAS = {
    "Anna": EducationLevel.LEVEL_3,
    "Lina": EducationLevel.LEVEL_4,
    "Nour": EducationLevel.LEVEL_5,
    "Paula": EducationLevel.LEVEL_6,
}


@dataclass(frozen=True)
class Told:
    """What is told of a person: each value is found nowhere else."""

    name: str
    number: int

    @property
    def first_name(self) -> str:
        """A first name of one side only."""
        return f"{self.name}{('une', 'deux', 'trois')[self.number - 1]}"

    @property
    def last_name(self) -> str:
        """A name of one side and one person only."""
        return f"Suivie{self.number}{self.name[0]}"

    @property
    def rank(self) -> int:
        """The person's rank, by which numbers differ."""
        return list(COMMUNES).index(self.name) + 1

    @property
    def birth_date(self) -> date:
        """A day of one person only."""
        return date(1980 + self.number, 2 + self.rank, 10 + self.rank)

    @property
    def commune(self) -> str:
        """Where the person lives."""
        return COMMUNES[self.name]

    @property
    def phone(self) -> str:
        """A number of one person only."""
        return f"+3361234{self.number}{self.rank}90"

    @property
    def email(self) -> str:
        """An address of one person only."""
        return f"{self.name.lower()}{self.number}@personne.example.org"

    @property
    def explanation(self) -> str:
        """What explains the decision on the eligibility."""
        return f"Explication pour {self.name.lower()} {self.number}"

    @property
    def exchange(self) -> str:
        """What was noted of a call."""
        return f"Appel au sujet de {self.name.lower()} {self.number}"


@dataclass(frozen=True)
class Doorway:
    """What belongs to one person: their access, what was written to come in, and what protects their account."""

    membership: int
    organisation: int
    invitation: Invitation
    """Sent by that person, to a newcomer of their own organisation."""
    asked: JoinRequest
    """Somebody who asks to come into their organisation."""
    cover: Cover
    session: UserSession
    """Another session than the one that walks."""
    passkey: Authenticator
    token: str
    """The token of the invitation's link."""


@dataclass(frozen=True)
class Side:
    """One record of each kind, as one organisation of each role holds them."""

    buyer: Organisation
    structure: Organisation
    contractor: Organisation
    employer: Organisation
    doorway: Doorway
    tender: Tender
    draft: Tender
    """A tender still in consultation, with a lot."""
    lot: Lot
    tranche: Tranche
    advice: AdviceRequest
    piece: AdvicePiece
    operation: Operation
    member: GroupedBuyer
    delegate: BuyerDelegate
    """A mandate that has begun, of an organisation in which nobody walks."""
    purchase_plan: PurchasePlan
    """A purchase plan read by the structure for the buyer, to be confirmed."""
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
    portfolio: PortfolioReport
    """The list of the buyer's tenders, printed."""
    token: str
    """The token of a link that was sent to declare a month."""
    contacts_token: str
    """The token of a link that asks a company for its contacts."""
    award_token: str
    """The token of a link that asks a buyer who holds the lots of its draft."""
    plan_token: str
    """The token of a link to the plan of hours of the award."""
    plan: MonthPlan
    """A plan that waits for the facilitation, besides the meeting that was held."""
    subcontract: Subcontract

    @property
    def membership(self) -> int:
        """The membership whose doorway it is."""
        return self.doorway.membership


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
        """Return who walks, by role: each manages the accesses of the organisation, which opens the most doors."""
        return {
            actor.role: actor for name, actor in self.cast.everyone().items() if not name.startswith("other_")
        }


def make_world() -> World:
    """Make everything in the current transaction, inside a test that has `storage`."""
    cast = make_cast()
    Membership.objects.filter(user__in=[actor.user_id for actor in cast.everyone().values()]).update(
        is_manager=True
    )
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
    followed = make_person(cast.departement, Told("Paula", 1))
    prescribed = replace(
        own,
        dossier=followed,
        free=followed,
        check=beneficiaries.submitted_check(
            followed, reference_date=date(2025, 11, 3), criteria=CRITERIA["Paula"]
        ),
        checked=make_check(followed, Told("Paula", 1), reference_date=date(2025, 12, 1)),
    )
    sides = dict.fromkeys(Role, own) | {Role.PRESCRIBER: prescribed}
    readers = {Role.BUYER: cast.buyer, Role.COORDINATION: cast.coordinator}
    for role, reader in readers.items():
        reading = make_reading(reader)
        sides[role] = replace(sides[role], reading=reading, job=job_of(reading))
    for name, actor in cast.everyone().items():
        if not name.startswith("other_") and actor.role is not Role.FACILITATOR:
            sides[actor.role] = replace(sides[actor.role], doorway=make_doorway(actor))
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
    dossier, free, coming = (make_person(structure, Told(name, number)) for name in ("Anna", "Lina", "Nour"))
    checked = make_check(dossier, Told("Anna", number), reference_date=HIRED_ON)
    next_check = make_check(coming, Told("Nour", number), reference_date=date(2025, 10, 20))
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
    advice, piece = asked_advice(draft, at=NOW)
    AdviceRequest.objects.filter(pk=advice.pk).update(note=piece.document)
    operation, grouped, delegate = make_parties(tender, number=number)
    return Side(
        buyer=buyer,
        structure=structure,
        contractor=contractor,
        employer=employer,
        doorway=make_doorway(member),
        tender=tender,
        draft=draft,
        lot=lot,
        tranche=Tranche.objects.create(lot=lot, number=1, hours=Decimal(10)),
        advice=advice,
        piece=piece,
        operation=operation,
        member=grouped,
        delegate=delegate,
        purchase_plan=make_purchase_plan(buyer, member),
        award=award,
        dossier=dossier,
        checked=checked,
        free=free,
        check=beneficiaries.submitted_check(
            free, reference_date=date(2025, 11, 3), criteria=CRITERIA["Lina"]
        ),
        need=need,
        referral=referrals.propose(request=need, dossier=free, reasons=("RSA",), by=member, at=NOW),
        placement=placement,
        planned=planned,
        statement=make_statement(award, placement, contractor, member),
        contract=make_contract(buyer, member, place=place),
        reading=reading,
        job=job_of(reading),
        charter=charter,
        report=make_report(charter, number=number, state=RunState.PUBLISHED),
        draft_report=make_report(charter, number=number, state=RunState.DISCARDED),
        token=make_token(award, contractor),
        contacts_token=token_of(
            purpose=contacts.PURPOSE,
            subject=reference(contractor),
            organisation=contractor,
            name="x",
            why="y",
        ),
        award_token=token_of(
            purpose=inquiries.PURPOSE, subject=reference(draft), organisation=buyer, name="x"
        ),
        plan_token=token_of(
            purpose=welcome.PURPOSE,
            subject=link_subject(award),
            organisation=contractor,
            name="x",
            award=award.pk,
        ),
        plan=make_plan(award, member),
        subcontract=make_subcontract(award, employer, member),
        portfolio=make_portfolio(buyer),
    )


def make_portfolio(buyer: Organisation) -> PortfolioReport:
    """Make the report on the tenders of a buyer, with its document."""
    report = PortfolioReport.objects.create(
        organisation=buyer, role=Role.BUYER, department="91", asked_at=NOW, asked_by="Acheteur"
    )
    stored = files.store(content=pdf(report.code), name="bilan.pdf", content_type="application/pdf", at=NOW)
    PortfolioDocument.objects.create(report=report, content=b"{}", file=stored, pages=1, made_at=NOW)
    return report


def make_plan(award: Award, member: Actor, *, at: datetime = NOW) -> MonthPlan:
    """Hold the meeting of a tender, and enter a plan of hours that waits."""
    tender = award.lot.tender
    kickoffs.hold(
        tender=tender,
        held_on=date(2025, 4, 8),
        place="Mairie",
        attended="Acheteur, entreprise",
        by=member,
        at=at,
    )
    hours = {date(2025, 4, 1): owed_on_lot(award.lot)}
    return plans.propose(award=award, hours=hours, by=member, at=at)


def make_subcontract(
    award: Award, organisation: Organisation, member: Actor, *, at: datetime = NOW
) -> Subcontract:
    """Declare a subcontractor that waits for the buyer's answer."""
    return subcontracts.declare(
        award=award,
        organisation=organisation,
        work="Peinture",
        amount=Decimal(1000),
        starts_on=date(2025, 10, 20),
        by=member,
        at=at,
    )


def make_person(structure: Organisation, told: Told) -> Dossier:
    """Have a structure follow somebody of whom every field is filled."""
    dossier = beneficiaries.dossier(
        structure,
        first_name=told.first_name,
        last_name=told.last_name,
        birth_date=told.birth_date,
        commune=told.commune,
        phone=told.phone,
        education=DIPLOMAS[told.name],
        mobility=Mobility.BICYCLE,
    )
    PersonIdentity.objects.filter(person=dossier.person).update(email=told.email)
    prescribes = structure.capacities.filter(role=Role.PRESCRIBER).exists()
    role = Role.PRESCRIBER if prescribes else Role.FACILITATOR
    Exchange.objects.create(
        kind=ExchangeKind.CALL, happened_on=date(2025, 10, 1), next_on=NOW.date(), text=told.exchange,
        subjects=[reference(dossier.person)], membership_id=1, author="Nadia", organisation_id=structure.pk,
        role=role, noted_at=NOW,
    )  # fmt: skip
    return dossier


def make_check(dossier: Dossier, told: Told, *, reference_date: date) -> EligibilityCheck:
    """Have somebody's eligibility validated for an ordinary criterion and for a protected one, with an explanation."""
    criteria = CRITERIA[told.name]
    check = beneficiaries.validated_check(dossier, reference_date=reference_date, criteria=criteria)
    EligibilityCheck.objects.filter(pk=check.pk).update(reason=told.explanation)
    return check


def make_doorway(actor: Actor) -> Doorway:
    """Make what belongs to a person of an organisation."""
    membership = Membership.objects.select_related("capacity__organisation").get(pk=actor.membership_id or 0)
    key = f"{actor.role}-{actor.membership_id}".lower()
    organisation = membership.capacity.organisation
    colleague = User.objects.create_user(
        f"collegue-{key}@example.org", first_name="Camille", last_name="Collègue"
    )
    Membership.objects.create(user=colleague, capacity=membership.capacity, starts_on=accounts.OPENED_ON)
    invitation = Invitation.objects.create(
        email=f"invite-{key}@example.org", capacity=membership.capacity, invited_by=membership, created_at=NOW
    )
    return Doorway(
        membership=membership.pk,
        organisation=organisation.pk,
        invitation=invitation,
        token=token_of(
            purpose=invitations.PURPOSE, subject=reference(invitation), organisation=organisation
        ),
        asked=JoinRequest.objects.create(
            email=f"demande-{key}@example.org", name="Dominique Demande", organisation=organisation,
            told_siret=organisation.siret or "", told_name=organisation.name, role=actor.role, asked_at=NOW,
        ),
        cover=Cover.objects.create(
            absent=membership.user, substitute=colleague, organisation=organisation,
            starts_on=date(2025, 10, 20), ends_on=date(2025, 10, 24),
        ),
        session=UserSession.objects.create(
            user=membership.user, session_key=f"session-{key}", ip="127.0.0.1", user_agent="Essai"
        ),
        passkey=Authenticator.objects.create(
            user=membership.user,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Clé", "credential": make_credential(key)},
        ),
    )  # fmt: skip


def make_credential(key: str) -> dict[str, object]:
    """Return what a browser answers when it registers a passkey, as it is kept."""
    drawn = ec.generate_private_key(ec.SECP256R1()).public_key()
    algorithm: Any = ES256
    public = algorithm.from_cryptography_key(drawn)
    name = key.encode()
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
    attested = AttestedCredentialData.create(bytes(16), name, public)
    told = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 0, attested)
    client = CollectedClientData.create("webauthn.create", b"challenge", "https://testserver")
    return {
        "type": "public-key",
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def make_token(award: Award, declarant: Organisation) -> str:
    """Send the link of a month, and return its token."""
    contact = Contact.objects.create(
        organisation=declarant, name="Camille Contact", email=f"contact{declarant.pk}@example.org"
    )
    return token_of(
        purpose=reminders.PURPOSE,
        subject=f"month:{award.pk}-{declarant.pk}-2025-10",
        organisation=declarant,
        award=award.pk,
        month=date(2025, 10, 1).isoformat(),
        name=contact.name,
    )


def token_of(*, purpose: str, subject: str, organisation: Organisation, **data: object) -> str:
    """Write a link, and return the token of its address."""
    _, address = links.issue(
        purpose=purpose,
        subject=subject,
        recipient="lien@example.org",
        organisation_id=organisation.pk,
        at=NOW,
        **data,
    )
    return address.rstrip("/").rpartition("/")[2]


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


def make_parties(tender: Tender, *, number: int) -> tuple[Operation, GroupedBuyer, BuyerDelegate]:
    """Gather a tender in an operation, with a member of its buying group and a delegate, both without accounts."""
    by = clauses.acting_for(tender.buyer, Role.BUYER)
    member, delegate = (
        accounts.organisation(
            name=f"{name} {number}", number=rank + number, roles=(Role.BUYER,), buyer_kind=BuyerKind.COMMUNE
        )
        for name, rank in (("Syndicat", 60), ("Aménageur", 70))
    )
    operation = parties.open_operation(tender=tender, title=f"Quartier {number}", by=by, at=NOW)
    return (
        operation,
        parties.add_member(tender=tender, organisation=member, by=by, at=NOW),
        parties.name_delegate(
            tender=tender, organisation=delegate, starts_on=date(2025, 1, 1), by=by, at=NOW
        ),
    )


def make_purchase_plan(buyer: Organisation, by: Actor) -> PurchasePlan:
    """Have the plan of a buyer read, with one line."""
    line = ReadLine(row=2, title=f"Achat de {buyer}", nature=TenderNature.SERVICES)
    return purchases.read(buyer=buyer, year=2026, name="plan.xlsx", lines=[line], by=by, at=NOW)


def make_reading(by: Actor) -> FileReading:
    """Have a file of open data waiting for its reading, asked by somebody."""
    name = f"{uuid4()}.json"
    return readings.ask(content=f'[{{"id": "{name}"}}]'.encode(), name=name, by=by, at=NOW)


def job_of(reading: FileReading) -> Job:
    """Return the job of a reading."""
    assert reading.job is not None
    return reading.job


def make_contract(buyer: Organisation, by: Actor, *, place: str) -> SpottedContract:
    """Spot a contract of a buyer."""
    told = contract(
        acheteur={"id": buyer.siret},
        id=f"M{buyer.pk}",
        lieuExecution={"code": place, "typeCode": "Code commune"},
    )
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
    Snapshot.objects.create(
        run=run,
        content=b"{}",
        sha256=sha256(b"{}").hexdigest(),
        schema=1,
        cut_off_at=NOW,
        ledger_seal="0" * 64,
    )
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


def asked_advice(tender: Tender, *, at: datetime) -> tuple[AdviceRequest, AdvicePiece]:
    """Make a request for advice that waits, with a document."""
    document = files.store(
        content=pdf("Cahier des charges"), name="cahier.pdf", content_type="application/pdf", at=at
    )
    request = AdviceRequest.objects.create(
        tender=tender, asked_at=at, asked_by="Acheteur", due_on=at.date(), updated_at=at
    )
    return request, AdvicePiece.objects.create(request=request, document=document)
