"""Two acts: different people press different buttons about the same thing at the same instant.

Each is told as one of the two that came first, and no state is reached that the one after the other refuses. Elsewhere:
the same button pressed several times (test_at_once.py).
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import connection, transaction
from django.urls import reverse

from beneficiaries.hours.actions import reminders, statements, validation
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.placements.actions import referrals
from beneficiaries.placements.choices import Decline, ReferralStatus
from beneficiaries.placements.models import Placement, Referral
from clauses.decp.actions import readings
from clauses.obligations.actions import inquiries
from clauses.obligations.actions.inquiries import LotAnswer
from clauses.procurement.actions import ledger_heads, tenders
from clauses.procurement.choices import GroupRole, TenderAction
from clauses.procurement.models import Award, GroupMember, Tender
from inclusiv.accounts.actions import contacts, invitations, memberships
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.actions.invitations import Guest, Profile
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact, Invitation, Membership, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make.clauses import lot as make_lot
from inclusiv.records.actions import jobs
from inclusiv.records.actions.links import hashed
from inclusiv.records.choices import JobState
from inclusiv.records.models import Job, SignedLink
from tests.accounts.conftest import PASSWORD, with_password
from tests.attacks.conftest import Attacker
from tests.clauses.decp.samples import contract, file_of
from tests.conftest import Cast, make_cast
from tests.world import NOW, World, make_world

OCTOBER = date(2025, 10, 1)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def shared(transactional_db: None, reference: None, storage: Path) -> Iterator[World]:
    """Three places that several connections see."""
    with time_machine.travel(NOW, tick=False):
        yield make_world()


@pytest.fixture
def committed(transactional_db: None, reference: None) -> Iterator[Cast]:
    """The characters, seen by several connections."""
    with time_machine.travel(NOW, tick=False):
        yield make_cast()


def access_of(actor: Actor) -> Membership:
    """Return the access of an actor."""
    return Membership.objects.with_actor().get(pk=actor.membership_id or 0)


def managing(actor: Actor) -> Actor:
    """Return the actor, who manages the accesses of their organisation."""
    Membership.objects.filter(pk=actor.membership_id or 0).update(is_manager=True)
    return access_of(actor).actor()


class Beside:
    """What somebody else presses, in a connection of their own, while the test's transaction is under way."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.answer = Queue[str]()
        self.thread = Thread(target=self.press)

    def press(self) -> None:
        try:
            self.act()
            self.answer.put("")
        except Refused as refusal:
            self.answer.put(refusal.code)
        except Exception as error:  # the test reads it
            self.answer.put(repr(error))
        finally:
            connection.close()

    def start(self) -> None:
        """Press, and return once it is done or waits for the test's transaction."""
        self.thread.start()
        ends = monotonic() + 5
        while self.thread.is_alive() and monotonic() < ends:
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
            sleep(0.02)

    def said(self) -> str:
        """Return the code of the refusal, empty when it was done."""
        self.thread.join()
        return self.answer.get(timeout=1)


def sheet_of(shared: World) -> Sheet:
    lines = [
        Declared(placement=one.pk, hours=Decimal(20)) for one in (shared.own.placement, shared.own.planned)
    ]
    return Sheet(award=shared.own.award, declarant=shared.own.employer, month=OCTOBER, lines=lines)


def declaring(shared: World) -> Callable[[], object]:
    return lambda: statements.declare(sheets=[sheet_of(shared)], by=shared.cast.employer, at=NOW)


def test_a_month_validated_while_the_next_one_is_declared(shared: World) -> None:
    """The control holds the award, the declaration the people: neither waits for what the other holds."""
    company = Beside(declaring(shared))
    with transaction.atomic():
        ledger_heads.lock([shared.own.award.pk])
        company.start()
        validation.validate(statements=[shared.own.statement], by=shared.cast.facilitator, at=NOW)
    assert company.said() == ""


def test_an_invitation_taken_back_while_it_is_accepted(shared: World) -> None:
    doorway = shared.own.doorway
    link = SignedLink.objects.get(token_hash=hashed(doorway.token))
    guest = Profile(first_name="Eve", last_name="Neuve", phone="", password=PASSWORD)
    newcomer = Beside(
        lambda: invitations.accept(link=link, invitation=doorway.invitation, user=guest, at=NOW)
    )
    with transaction.atomic():
        Invitation.objects.select_for_update().get(pk=doorway.invitation.pk)
        newcomer.start()
        invitations.revoke(invitation=doorway.invitation, by=shared.cast.facilitator, at=NOW)
    assert newcomer.said() in {"link_replaced", "invitation_closed"}
    assert not Membership.objects.filter(user__last_name="Neuve").exists()


def test_contacts_asked_again_while_the_company_tells_them(shared: World) -> None:
    company = shared.own.contractor
    Contact.objects.get_or_create(organisation=company, name="R", role="SITE", email="r@x.example")
    link = SignedLink.objects.get(token_hash=hashed(shared.own.contacts_token))
    card = Card(name="Rita", role=ContactRole.SITE, mobile="0601020304")
    teller = Beside(
        lambda: contacts.keep(
            organisation=company, cards=[card], link=link, by=shared.cast.contractor, at=NOW
        )
    )
    with transaction.atomic():
        contacts.one_at_a_time(company)
        teller.start()
        contacts.ask(organisation=company, why="x", by=shared.cast.facilitator, at=NOW)
    assert teller.said() in {"", "link_replaced"}


def test_a_month_told_by_link_while_who_received_it_leaves(shared: World) -> None:
    company = shared.own.contractor
    Placement.objects.filter(pk=shared.own.placement.pk).update(declarant=company)
    link = SignedLink.objects.get(token_hash=hashed(shared.own.token))
    Contact.objects.create(organisation=company, name="L", role="SITE", rank=50, email=link.recipient)
    lines = [Declared(placement=shared.own.placement.pk, hours=Decimal(20))]
    month = date.fromisoformat(link.data["month"])
    sheet = Sheet(award=shared.own.award, declarant=company, month=month, lines=lines)
    teller = Beside(
        lambda: reminders.declare_by_link(link=link, sheet=sheet, by=shared.cast.contractor, at=NOW)
    )
    card = Card(name="Rita", role=ContactRole.SITE, mobile="0601020304")
    with transaction.atomic():
        contacts.one_at_a_time(company)
        teller.start()
        contacts.keep(organisation=company, cards=[card], by=shared.cast.contractor, at=NOW)
    assert teller.said() in {"", "link_replaced"}


def test_somebody_who_leaves_while_they_write_themselves_in(committed: Cast) -> None:
    """Who has no access any more is not among those whom links are sent to."""
    company = committed.builder
    left = accounts.member(company, Role.CONTRACTOR, first_name="a", last_name="M", email="a@m.example")
    card = Card(name="a M", role=ContactRole.SITE, email="a@m.example")
    leaver = Beside(lambda: contacts.keep(organisation=company, cards=[card], by=left, at=NOW))
    manager = managing(committed.contractor)
    with transaction.atomic():
        memberships.close(membership=access_of(left), by=manager, at=NOW)
        leaver.start()
    assert leaver.said() == "not_permitted"
    assert not company.contacts.present().filter(email="a@m.example").exists()


def test_two_managers_invited_from_outside_who_accept_at_once(committed: Cast) -> None:
    """Whoever comes second stays outside: the organisation opens its doors from inside by then."""
    company = accounts.organisation(name="Neuve", number=61, roles=(Role.CONTRACTOR,))
    accepting = []
    for by, email in ((committed.facilitator, "a@x.example"), (committed.other_facilitator, "b@x.example")):
        invitation = invitations.invite(
            organisation=company, role=Role.CONTRACTOR, guest=Guest(email, is_manager=True), by=by, at=NOW
        )
        link = SignedLink.objects.get(subject=f"invitation:{invitation.pk}", revoked_at=None)
        guest = Profile(first_name="Eve", last_name=email, phone="", password=PASSWORD)
        accepting.append(partial(invitations.accept, link=link, invitation=invitation, user=guest, at=NOW))
    second = Beside(accepting[1])
    with transaction.atomic():
        accepting[0]()
        second.start()
    assert second.said() == "from_inside"
    assert Membership.objects.get(capacity__organisation=company).user.email == "a@x.example"


def test_a_manager_who_acts_while_their_access_is_closed(committed: Cast) -> None:
    first, second, _ = (
        managing(
            accounts.member(
                committed.builder, Role.CONTRACTOR, first_name=name, last_name="M", email=f"{name}@m.example"
            )
        )
        for name in ("a", "b", "c")
    )
    target = access_of(first)
    revenge = Beside(lambda: memberships.close(membership=target, by=second, at=NOW))
    with transaction.atomic():
        memberships.close(membership=access_of(second), by=first, at=NOW)
        revenge.start()
    assert revenge.said() == "not_permitted"


def test_a_correction_opened_while_the_contract_is_closed(shared: World) -> None:
    """What is closed keeps no correction under way: nobody could send it."""
    tender, statement = shared.own.tender, shared.own.statement
    validation.validate(statements=[statement], by=shared.cast.facilitator, at=NOW)
    Placement.objects.filter(pk=shared.own.placement.pk).update(ended_on=date(2025, 9, 30))
    Placement.objects.filter(pk=shared.own.planned.pk).update(status="CANCELLED")
    Tender.objects.filter(pk=tender.pk).update(ends_on=date(2025, 10, 13))
    tenders.move(tender=tender, action=TenderAction.COMPLETE, by=shared.cast.buyer, at=NOW)
    statement = Statement.objects.select_related("award__lot__tender").get(pk=statement.pk)
    company = Beside(lambda: statements.correct(statement=statement, by=shared.cast.employer, at=NOW))
    with transaction.atomic():
        tenders.move(tender=tender, action=TenderAction.CLOSE, by=shared.cast.buyer, at=NOW)
        company.start()
    assert company.said() == "tender_closed"
    assert Statement.objects.filter(award=shared.own.award).count() == 1


def test_activating_one_application_several_times(committed: Cast) -> None:
    """One device is kept, the other windows are told that it is done."""
    owner = with_password(committed.buyer)
    Authenticator.objects.filter(user=owner).delete()
    first = Attacker(raise_request_exception=False).acting(committed.buyer).confirmed()
    page = reverse("mfa_activate_totp")
    with time_machine.travel(NOW, tick=False):
        first.get(page)
        secret = first.session["mfa.totp.secret"]
        code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
        windows = [Attacker(raise_request_exception=False) for _ in range(4)]
        for window in windows:
            window.cookies = first.cookies
        together, answers = Barrier(4), Queue[int]()

        def press(window: Attacker) -> None:
            together.wait()
            answers.put(window.post(page, {"code": code}).status_code)
            connection.close()

        threads = [Thread(target=press, args=[one]) for one in windows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = sorted(answers.get() for _ in threads)
    assert Authenticator.objects.filter(user=owner).count() == 2
    assert 500 not in found, found


def test_somebody_invited_again_while_they_accept(committed: Cast) -> None:
    """The second invitation finds that they are in: it opens nothing, and breaks nothing."""
    company, by = committed.builder, managing(committed.contractor)
    guest = Guest("a@x.example")
    first = invitations.invite(organisation=company, role=Role.CONTRACTOR, guest=guest, by=by, at=NOW)
    link = SignedLink.objects.get(subject=f"invitation:{first.pk}")
    profile = Profile(first_name="Eve", last_name="Neuve", phone="", password=PASSWORD)
    again = Beside(
        lambda: invitations.invite(organisation=company, role=Role.CONTRACTOR, guest=guest, by=by, at=NOW)
    )
    with transaction.atomic():
        membership = invitations.accept(link=link, invitation=first, user=profile, at=NOW)
        again.start()
    said = again.said()
    second = Invitation.objects.exclude(pk=first.pk).filter(email=guest.email).first()
    if second is None:
        assert said == "already_member"
        return
    link = SignedLink.objects.get(subject=f"invitation:{second.pk}")
    with pytest.raises(Refused, match="a déjà cet accès"):
        invitations.accept(link=link, invitation=second, user=membership.user, at=NOW)


def test_two_answers_about_the_same_companies(shared: World) -> None:
    """Each tells whom to call at both, in another order of the lots: neither waits for what the other holds."""
    low, high = sorted((shared.cast.builder, shared.cast.painter), key=lambda one: one.pk)
    draft = shared.own.draft
    told = []
    for rank, (lot, lead) in enumerate(((draft.lots.get(), high), (make_lot(draft, number=2), low))):
        award = Award.objects.create(lot=lot, awarded_on=NOW.date())
        GroupMember.objects.create(award=award, organisation=lead, role=GroupRole.LEAD)
        card = Card(name=f"R{rank}", role=ContactRole.SITE, mobile="0601020304")
        told.append(LotAnswer(lot=lot, contact=card))
    buyer = Beside(lambda: inquiries.answer(tender=draft, lots=told, by=shared.cast.buyer, at=NOW))
    with transaction.atomic():
        contacts.one_at_a_time(low)
        buyer.start()
        contacts.one_at_a_time(high)
    assert buyer.said() == ""


def give_up(shared: World) -> object:
    return referrals.give_up(request=shared.own.need, by=shared.cast.contractor, at=NOW)


def decline(shared: World) -> object:
    return referrals.decline(
        referral=shared.own.referral, reason=Decline.SKILLS, by=shared.cast.contractor, at=NOW
    )


def renounce(shared: World) -> object:
    return referrals.renounce(referral=shared.own.referral, by=shared.cast.facilitator, at=NOW)


def take_another(shared: World) -> object:
    rival = Referral.objects.exclude(pk=shared.own.referral.pk).get(request=shared.own.need)
    return referrals.accept(referral=rival, starts_on=NOW.date(), by=shared.cast.facilitator, at=NOW)


@pytest.mark.parametrize("act", [give_up, decline, renounce, take_another])
def test_a_candidate_taken_while_somebody_else_answers(shared: World, act: Callable[[World], object]) -> None:
    """The last place of a need goes to one person, once."""
    need, by = shared.own.need, shared.cast.facilitator
    referrals.propose(request=need, dossier=shared.own.dossier, reasons=("RSA",), by=by, at=NOW)
    beside = Beside(lambda: act(shared))
    with transaction.atomic():
        referrals.accept(
            referral=shared.own.referral, starts_on=NOW.date(), by=shared.cast.contractor, at=NOW
        )
        beside.start()
    assert beside.said() in {"stale_state", "request_closed"}
    assert need.referrals.filter(status=ReferralStatus.ACCEPTED).count() == 1
    assert Placement.objects.filter(request=need).count() == 1


def test_to_break_a_page_by_what_somebody_else_holds(shared: World, browser: Attacker) -> None:
    """A form says it and keeps what was typed; a button leads to a page that says it."""
    company, manager = shared.own.contractor, managing(shared.cast.contractor)
    page = reverse("accounts:contacts", args=[company.pk])
    browser.acting(shared.cast.contractor).confirmed()
    form = {"submission": str(uuid4()), "contacts-TOTAL_FORMS": "1", "contacts-INITIAL_FORMS": "0"}
    form |= {"contacts-0-name": "Ida", "contacts-0-role": "SITE", "contacts-0-email": "ida@bati.example"}
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=company.pk)
            list(Membership.objects.select_for_update())
            held.set()
            done.wait(10)
        connection.close()

    beside = Thread(target=hold)
    beside.start()
    held.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        answers = [
            browser.post(page, form),
            browser.post(reverse("accounts:manager", args=[manager.membership_id]), {"gere": "0"}),
        ]
    finally:
        done.set()
        beside.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert [answer.status_code for answer in answers] == [422, 503]
    assert "rien n’est enregistré, envoyez de nouveau" in answers[0].said
    assert "ida@bati.example" in answers[0].said
    assert "Deux personnes au même instant" in answers[1].said


def test_a_file_that_waited_too_long_for_another_one_is_read_later(committed: Cast, storage: Path) -> None:
    """Files are written one at a time: whoever gives a long one must not have those of others fail for good."""
    asked = readings.ask(content=file_of(contract()), name="decp.json", by=committed.coordinator, at=NOW)
    reading, is_over = Event(), Event()

    def read_for_long() -> None:
        with transaction.atomic():
            readings.wait_for_one_another()
            reading.set()
            is_over.wait()

    beside = Beside(read_for_long)
    beside.thread.start()
    reading.wait()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    job = Job.objects.get(pk=asked.job_id or 0)
    jobs.run(job_id=job.pk, clock=lambda: NOW)
    is_over.set()
    assert beside.said() == ""
    job.refresh_from_db()
    assert (job.state, job.is_final) == (JobState.FAILED, False)
    jobs.retry(job=job, by=committed.coordinator, at=NOW)
    jobs.run(job_id=job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
