"""What may be done about a tender, once it may be done at all: each act as whoever has the most right to it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from beneficiaries.hours.actions import reminders, statements, validation
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.choices import Received, StatementStatus
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.matching.actions import proposals
from beneficiaries.people.actions.people import Profile
from beneficiaries.people.models import Dossier
from beneficiaries.placements.actions import placements, referrals, requests
from beneficiaries.placements.choices import Decline, Modality, PlacementStatus, Trouble
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.decp.actions import answers
from clauses.obligations.actions import (
    clauses,
    copies,
    duties,
    inquiries,
    kickoffs,
    life,
    obligations,
    plans,
    welcome,
)
from clauses.obligations.actions.inquiries import LotAnswer, Notified
from clauses.obligations.models import SocialClause
from clauses.obligations.selectors.plans import owed_on_lot
from clauses.procurement.actions import (
    advice,
    awards,
    ccag,
    decisions,
    lots,
    parties,
    portfolios,
    subcontracts,
    tenders,
)
from clauses.procurement.actions import inquiries as letters
from clauses.procurement.actions import life as contract
from clauses.procurement.actions.life import LotChange
from clauses.procurement.choices import (
    AdviceAction,
    AmendmentKind,
    Ccag,
    GroupRole,
    NoClauseReason,
    Opinion,
    Sector,
    TenderAction,
)
from clauses.procurement.models import Award, GroupMember, Lot, Tender
from clauses.procurement.rules.tenders import AFTER_EXECUTION
from inclusiv.accounts.models import User
from inclusiv.demo.make import beneficiaries
from tests.world import NOW, World

Act = Callable[[World], object]

OCTOBER = date(2025, 10, 1)
TODAY = NOW.date()
WORK = Work(post="Maçon", modality=Modality.DIRECT_HIRE_CDD, starts_on=date(2025, 10, 20))
LAUNCHED_ON = date(2025, 9, 1)
"""The day on which the consultation of the purchase was launched."""
AWARDED_ON = date(2025, 10, 1)
DAYS = {"notified_on": date(2025, 10, 10), "starts_on": date(2025, 10, 13), "ends_on": date(2026, 11, 27)}
"""Its notification and its execution."""


def sheet(w: World) -> Sheet:
    lines = [Declared(placement=work.pk, hours=Decimal(10)) for work in (w.own.placement, w.own.planned)]
    return Sheet(award=w.own.award, declarant=w.own.employer, month=OCTOBER, lines=lines)


def user_of(w: World) -> User:
    return User.objects.get(email="nadia@example.org")


def move(action: TenderAction) -> Act:
    at = NOW + timedelta(days=60) if action in AFTER_EXECUTION else NOW
    return lambda w: tenders.move(tender=w.own.tender, action=action, by=w.cast.buyer, at=at)


def lot_of(w: World) -> Lot:
    """A lot that nobody holds."""
    return w.own.draft.lots.get()


def without_clause(w: World) -> Tender:
    SocialClause.objects.filter(lot__tender=w.own.draft).delete()
    w.own.draft.lots.update(has_clause=False)
    return w.own.draft


def held(w: World) -> Tender:
    """The purchase, once somebody holds its lot."""
    award = Award.objects.create(lot=lot_of(w), awarded_on=AWARDED_ON)
    GroupMember.objects.create(award=award, organisation=w.own.contractor, role=GroupRole.LEAD)
    return w.own.draft


def renewable(w: World) -> Tender:
    Tender.objects.filter(pk=w.own.tender.pk).update(renewals_max=1)
    return w.own.tender


def newcomer(w: World) -> Dossier:
    return beneficiaries.dossier(w.own.structure)


def to_come(w: World) -> Placement:
    Placement.objects.filter(pk=w.own.planned.pk).update(status=PlacementStatus.PLANNED)
    w.own.planned.refresh_from_db()
    return w.own.planned


def counted(w: World) -> Statement:
    Statement.objects.filter(pk=w.own.statement.pk).update(
        status=StatementStatus.VALIDATED, reviewed_at=NOW, reviewed_by="x"
    )
    w.own.statement.refresh_from_db()
    return w.own.statement


LEFT_OUT = {
    f"clauses.procurement.life.{name}"
    for name in ("affirm", "amend", "invoice", "renew", "resume", "suspend", "terminate")
} | {
    "beneficiaries.hours.reminders.declare_by_link",
    "beneficiaries.placements.placements.start",
    "clauses.procurement.participants.join",
    "clauses.procurement.registering.describe_last",
    "clauses.procurement.parties.join_operation",
    "clauses.procurement.plans.confirm",
    "beneficiaries.hours.statements.abandon",
}
"""Part of another act of the table, the same but for where it comes from, or about a plan of purchases."""

ACTS: dict[str, Act] = {
    # Before the notification
    "clauses.procurement.lots.add": lambda w: lots.add(
        tender=w.own.draft, title="x", sector=Sector.CLEANING, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.lots.change": lambda w: lots.change(
        lot=lot_of(w), title="x", by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.lots.remove": lambda w: lots.remove(
        lot=without_clause(w).lots.get(), by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.clauses.put": lambda w: clauses.put(
        lot=lot_of(w), quantity=Decimal(200), by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.clauses.remove": lambda w: clauses.remove(lot=lot_of(w), by=w.cast.buyer, at=NOW),
    "clauses.procurement.ccag.choose": lambda w: ccag.choose(
        tender=w.own.tender, ccag=Ccag.FCS, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.decisions.decide_without": lambda w: decisions.decide_without(
        tender=without_clause(w),
        reason=NoClauseReason.NO_SUFFICIENT_LINK,
        text="x",
        decided_by="x",
        decided_on=TODAY,
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.obligations.duties.decide_without": lambda w: duties.decide_without(
        tender=without_clause(w),
        reason=NoClauseReason.NO_SUFFICIENT_LINK,
        text="Achat d’un logiciel déjà en service, sans prestation humaine",
        decided_by="x",
        decided_on=TODAY,
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.procurement.decisions.want_clause": lambda w: decisions.want_clause(
        tender=w.own.tender, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.advice.ask": lambda w: advice.ask(tender=w.own.tender, by=w.cast.buyer, at=NOW),
    "clauses.obligations.copies.copy": lambda w: copies.copy(
        tender=w.own.tender, years=1, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.tenders.change title": lambda w: tenders.change(
        tender=w.own.tender, title="x", by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.tenders.change amount": lambda w: tenders.change(
        tender=w.own.tender, estimated_amount=Decimal(9_000_000), by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.tenders.change end": lambda w: tenders.change(
        tender=w.own.tender, ends_on=date(2026, 1, 31), by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.awards.award": lambda w: awards.award(
        lot=lot_of(w),
        contractors=[(w.other.contractor, Decimal(1))],
        awarded_on=AWARDED_ON,
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.procurement.awards.withdraw": lambda w: awards.withdraw(
        lot=held(w).lots.get(), by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.inquiries.ask": lambda w: letters.ask(
        tender=w.own.tender, by=w.cast.facilitator, at=NOW
    ),
    "clauses.obligations.inquiries.answer later": lambda w: inquiries.answer(
        tender=w.own.tender, lots=[], later_on=date(2025, 11, 15), by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.inquiries.answer award": lambda w: inquiries.answer(
        tender=w.own.draft,
        lots=[LotAnswer(lot=lot_of(w), contractor=w.other.contractor, awarded_on=AWARDED_ON)],
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.obligations.inquiries.answer notified": lambda w: inquiries.answer(
        tender=held(w), lots=[], notified=Notified(**DAYS), by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.obligations.notify": lambda w: obligations.notify(
        tender=held(w), by=w.cast.buyer, at=NOW, **DAYS
    ),
    "clauses.procurement.tenders.notify": lambda w: tenders.notify(
        tender=held(w), by=w.cast.buyer, at=NOW, **DAYS
    ),
    "clauses.obligations.welcome.send": lambda w: welcome.send(
        award=w.own.award, by=w.cast.facilitator, at=NOW
    ),
    **{f"clauses.procurement.tenders.move {action}": move(action) for action in TenderAction},
    # The life of the contract
    "clauses.obligations.kickoffs.hold": lambda w: kickoffs.hold(
        tender=w.own.tender,
        held_on=date(2025, 4, 9),
        place="x",
        attended="x",
        version=1,
        by=w.cast.facilitator,
        at=NOW,
    ),
    "clauses.obligations.plans.propose": lambda w: plans.propose(
        award=w.own.award,
        hours={date(2025, 4, 1): owed_on_lot(w.own.lot)},
        by=w.cast.contractor,
        at=NOW,
    ),
    "clauses.obligations.plans.decide": lambda w: plans.decide(
        plan=w.own.plan, is_agreed=True, by=w.cast.facilitator, at=NOW
    ),
    "clauses.procurement.subcontracts.declare": lambda w: subcontracts.declare(
        award=w.own.award,
        organisation=w.elsewhere.contractor,
        work="x",
        amount=Decimal(1),
        starts_on=TODAY,
        by=w.cast.contractor,
        at=NOW,
    ),
    "clauses.procurement.subcontracts.decide": lambda w: subcontracts.decide(
        subcontract=w.own.subcontract, is_accepted=True, by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.life.amend": lambda w: life.amend(
        tender=w.own.tender,
        kind=AmendmentKind.AMOUNT,
        notified_on=TODAY,
        changes=[LotChange(lot=w.own.lot, amount=Decimal(1))],
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.obligations.life.amend transfer": lambda w: life.amend(
        tender=w.own.tender,
        kind=AmendmentKind.TRANSFER,
        notified_on=TODAY,
        changes=[LotChange(lot=w.own.lot, successor=w.other.contractor)],
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.obligations.life.renew": lambda w: life.renew(
        tender=renewable(w),
        decided_on=TODAY,
        starts_on=date(2025, 11, 29),
        ends_on=date(2026, 11, 28),
        by=w.cast.buyer,
        at=NOW,
    ),
    "clauses.obligations.life.affirm": lambda w: life.affirm(
        tranche=w.own.tranche, affirmed_on=TODAY, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.life.add_tranche": lambda w: contract.add_tranche(
        lot=w.own.lot, number=2, hours=Decimal(5), by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.life.remove_tranche": lambda w: contract.remove_tranche(
        tranche=w.own.tranche, by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.life.invoice": lambda w: life.invoice(
        lot=w.own.lot, quarter_end=date(2025, 9, 30), amount=Decimal(10), by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.life.suspend": lambda w: life.suspend(
        tender=w.own.tender, starts_on=TODAY, reason="x", by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.life.resume": lambda w: life.resume(
        tender=w.own.tender, resumed_on=TODAY, ends_on=date(2025, 12, 31), by=w.cast.buyer, at=NOW
    ),
    "clauses.obligations.life.terminate": lambda w: life.terminate(
        tender=w.own.tender, last_on=TODAY, reason="x", by=w.cast.buyer, at=NOW
    ),
    # Who takes part
    "clauses.procurement.parties.open_operation": lambda w: parties.open_operation(
        tender=w.own.tender, title="x", by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.parties.leave_operation": lambda w: parties.leave_operation(
        tender=w.own.tender, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.parties.add_member": lambda w: parties.add_member(
        tender=w.own.tender, organisation=w.other.buyer, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.parties.remove_member": lambda w: parties.remove_member(
        member=w.own.member, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.parties.name_delegate": lambda w: parties.name_delegate(
        tender=w.own.draft, organisation=w.other.buyer, starts_on=TODAY, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.parties.end_delegate": lambda w: parties.end_delegate(
        delegate=w.own.delegate, ends_on=TODAY, by=w.cast.buyer, at=NOW
    ),
    "clauses.procurement.portfolios.hand_over": lambda w: portfolios.hand_over(
        tenders=[w.own.tender.pk], to=user_of(w), by=w.cast.facilitator, at=NOW
    ),
    "clauses.decp.answers.attach": lambda w: answers.attach(
        contract=w.own.contract, tender=w.own.tender, by=w.cast.facilitator, at=NOW
    ),
    # Whom it puts to work
    "beneficiaries.placements.requests.open_search": lambda w: requests.open_search(
        award=w.own.award, company=w.own.contractor, work=WORK, by=w.cast.contractor, at=NOW
    ),
    "beneficiaries.placements.requests.name_person": lambda w: requests.name_person(
        award=w.own.award,
        company=w.own.contractor,
        profile=Profile(first_name="Zoé", last_name="Neuve", birth_date=date(1990, 1, 1)),
        work=WORK,
        by=w.cast.contractor,
        at=NOW,
    ),
    "beneficiaries.placements.requests.cancel": lambda w: requests.cancel(
        request=w.own.need, by=w.cast.contractor, at=NOW
    ),
    "beneficiaries.matching.proposals.propose": lambda w: proposals.propose(
        request=w.own.need, dossier=newcomer(w), by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.placements.referrals.propose": lambda w: referrals.propose(
        request=w.own.need, dossier=newcomer(w), reasons=(), by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.placements.referrals.accept": lambda w: referrals.accept(
        referral=w.own.referral, starts_on=date(2025, 11, 3), by=w.cast.contractor, at=NOW
    ),
    "beneficiaries.placements.referrals.decline": lambda w: referrals.decline(
        referral=w.own.referral, reason=Decline.SKILLS, by=w.cast.contractor, at=NOW
    ),
    "beneficiaries.placements.referrals.renounce": lambda w: referrals.renounce(
        referral=w.own.referral, by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.placements.referrals.give_up": lambda w: referrals.give_up(
        request=w.own.need, by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.placements.placements.end": lambda w: placements.end(
        placement=w.own.placement, ended_on=TODAY, by=w.cast.employer, at=NOW
    ),
    "beneficiaries.placements.placements.cancel": lambda w: placements.cancel(
        placement=to_come(w), by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.placements.placements.signal": lambda w: placements.signal(
        placement=w.own.placement, trouble=Trouble.ABSENCE, by=w.cast.contractor, at=NOW
    ),
    # The hours
    "beneficiaries.hours.reminders.send_link": lambda w: reminders.send_link(
        award=w.own.award, declarant=w.own.contractor, month=OCTOBER, by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.hours.reminders.enter": lambda w: reminders.enter(
        sheet=sheet(w),
        received=Received.PHONE,
        received_on=TODAY,
        document=None,
        by=w.cast.facilitator,
        at=NOW,
    ),
    "beneficiaries.hours.statements.declare": lambda w: statements.declare(
        sheets=[sheet(w)], by=w.cast.employer, at=NOW
    ),
    "beneficiaries.hours.statements.return_for_correction": lambda w: statements.return_for_correction(
        statement=w.own.statement, comment="x", by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.hours.statements.correct": lambda w: statements.correct(
        statement=counted(w), by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.hours.validation.validate": lambda w: validation.validate(
        statements=[w.own.statement], by=w.cast.facilitator, at=NOW
    ),
    "beneficiaries.hours.validation.validate_clean": lambda w: validation.validate_clean(
        statements=[w.own.statement], by=w.cast.facilitator, at=NOW
    ),
    "clauses.procurement.advice.propose": lambda w: advice.propose(
        request=w.own.advice,
        opinion=Opinion.POSSIBLE,
        answer="x",
        address="https://x.example/",
        by=w.cast.facilitator,
        at=NOW,
    ),
    "clauses.procurement.advice.decide": lambda w: advice.decide(
        request=w.own.advice, action=AdviceAction.WITHDRAW, by=w.cast.buyer, at=NOW
    ),
}
