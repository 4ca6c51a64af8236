"""At once: several people, or one with several windows, press at the same instant: one is served, the others are told.

Elsewhere: a form sent twice (test_forms.py), two who award the same lot, who register the same person, who count the same
hours (tests/clauses/procurement, tests/beneficiaries/people, tests/faults).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from queue import Queue
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from beneficiaries.hours.actions import statements
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.models import Statement, StatementLine
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.placements.actions import placements
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award, Subcontract, Tender
from inclusiv.accounts.actions import contacts, invitations
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.choices import CONTACTS, ContactRole
from inclusiv.accounts.models import Capacity, Contact, Cover, Membership, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.records.actions.links import TOKEN, hashed
from inclusiv.records.models import AuditEvent, OutgoingEmail, SignedLink
from tests.accounts.conftest import PASSWORD, with_password
from tests.attacks.conftest import Attacker
from tests.conftest import Cast, make_cast
from tests.world import NOW, World, make_world

PEOPLE = 4


@pytest.fixture
def shared(transactional_db: None, reference: None, storage: Path) -> Iterator[World]:
    """Three places that several connections see."""
    with time_machine.travel(NOW, tick=False):
        yield make_world()


@pytest.fixture
def committed(transactional_db: None, reference: None) -> Cast:
    """The characters, seen by several connections."""
    return make_cast()


def pressed(
    actor: Actor | None, address: str | list[str], form: Callable[[int], dict[str, str]]
) -> list[int]:
    """Have a form sent by several windows of one person at the same instant; return what each was answered.

    To one address, or each window to its own.
    """
    together, answers = Barrier(PEOPLE), Queue[int]()
    windows = [Attacker(raise_request_exception=False) for _ in range(PEOPLE)]
    if actor is not None:
        for window in windows:
            window.acting(actor).confirmed()

    addresses = [address] * PEOPLE if isinstance(address, str) else address

    def press(rank: int) -> None:
        together.wait()
        sent: Any = windows[rank].post(addresses[rank], {"submission": str(uuid4())} | form(rank))
        answers.put(sent.status_code)
        connection.close()

    threads = [Thread(target=press, args=[rank]) for rank in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers.get() for _ in threads)


def test_to_open_a_correction_several_times(shared: World) -> None:
    statement = shared.own.statement
    Statement.objects.filter(pk=statement.pk).update(status="VALIDATED", reviewed_at=NOW, reviewed_by="Nadia")
    answers = pressed(shared.cast.employer, reverse("hours:correct", args=[statement.pk]), lambda _: {})
    assert answers == [302] * PEOPLE
    assert Statement.objects.filter(award=shared.own.award, month=statement.month).count() == 2


def test_to_be_replaced_several_times_on_the_same_days(committed: Cast) -> None:
    colleague = accounts.member(
        committed.structure, Role.FACILITATOR, first_name="A", last_name="B", email="a@b.example"
    )
    form = {
        "absent": str(committed.facilitator.user_id), "substitute": str(colleague.user_id),
        "starts_on": "2099-01-05", "ends_on": "2099-01-09",
    }  # fmt: skip
    answers = pressed(committed.facilitator, reverse("accounts:cover"), lambda _: form)
    assert answers == [302] + [422] * (PEOPLE - 1)
    assert Cover.objects.count() == 1


def test_to_pass_the_number_of_contacts_by_telling_several_at_once(committed: Cast) -> None:
    company = committed.builder
    for rank in range(CONTACTS - 1):
        Contact.objects.create(
            organisation=company, rank=rank + 1, name=f"N{rank}", role="SITE", mobile="0601020304"
        )
    together = Barrier(PEOPLE)

    def tell(rank: int) -> None:
        together.wait()
        card = contacts.Card(name=f"T{rank}", role=ContactRole.SITE, mobile=f"060102030{rank}")
        with transaction.atomic():
            contacts.told(organisation=company, card=card, by=committed.buyer, at=NOW)
        connection.close()

    threads = [Thread(target=tell, args=[rank]) for rank in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert company.contacts.present().count() == CONTACTS


def test_to_give_the_same_role_to_a_company_several_times(committed: Cast) -> None:
    """Each invites somebody else to a company that did nothing here yet: all are invited, to one role."""
    company = accounts.organisation(name="Neuve", number=61, roles=())
    answers = pressed(
        committed.facilitator,
        reverse("accounts:invite-into", args=[company.pk]),
        lambda rank: {"role": "CONTRACTOR", "email": f"{rank}@x.example"},
    )
    assert answers == [302] * PEOPLE
    assert Capacity.objects.filter(organisation=company).count() == 1


def test_to_use_one_link_several_times(shared: World) -> None:
    """An invitation opens one access, a month is sent once: whoever comes second reads that it is done."""
    invited = reverse("records:link", args=[shared.own.doorway.token])
    account = {"first_name": "Eve", "last_name": "Intruse", "phone": "", "password": PASSWORD}
    assert pressed(None, invited, lambda _: account) == [302] + [422] * (PEOPLE - 1)
    assert Membership.objects.filter(user__last_name="Intruse").count() == 1
    Placement.objects.filter(pk=shared.own.placement.pk).update(declarant=shared.own.contractor)
    hours = {f"heures-{shared.own.placement.pk}": "12"}
    month = reverse("records:link", args=[shared.own.token])
    assert pressed(None, month, lambda _: hours) == [200] + [422] * (PEOPLE - 1)
    sent = Statement.objects.filter(award=shared.own.award, declarant=shared.own.contractor)
    assert sent.get().lines.get().hours == 12


def test_to_register_several_tenders_that_have_no_number_yet(shared: World) -> None:
    """Each is given its own number, and nobody reads that a number which they did not type is taken."""
    form = {"title": "Cour", "nature": "WORKS", "autre": "1", "structure": str(shared.own.structure.pk)}
    answers = pressed(
        shared.cast.buyer, reverse("procurement:start"), lambda rank: form | {"title": f"Cour {rank}"}
    )
    assert answers == [302] * PEOPLE


def test_to_declare_subcontracts_that_together_exceed_the_lot(shared: World) -> None:
    """Each fits, all do not: the second one reads that the amount is exceeded."""
    known = set(Subcontract.objects.values_list("pk", flat=True))
    amount = str((shared.own.award.amount or 0) * 2 // 3)
    answers = pressed(
        shared.cast.contractor,
        reverse("procurement:subcontract-declare", args=[shared.own.award.pk]),
        lambda rank: {
            "siret": accounts.siret(800 + rank), "name": f"S {rank}", "work": "x", "amount": amount,
            "starts_on": "2025-10-20",
        },
    )  # fmt: skip
    assert answers == [302] + [422] * (PEOPLE - 1)
    assert Subcontract.objects.exclude(pk__in=known).count() == 1


def test_to_answer_the_link_of_the_award_several_times(shared: World) -> None:
    """One lot has one contractor, whoever told first."""
    draft = shared.own.draft
    lot = draft.lots.get()
    Tender.objects.filter(pk=draft.pk).update(consultation_launched_on=None)
    form = {f"siret_{lot.pk}": str(shared.own.contractor.siret), f"awarded_on_{lot.pk}": "2025-10-13"}
    answers = pressed(None, reverse("records:link", args=[shared.own.award_token]), lambda _: form)
    assert answers == [200] + [422] * (PEOPLE - 1)
    assert Award.objects.filter(lot=lot).count() == 1


def test_to_affirm_a_tranche_and_to_hold_a_meeting_several_times(shared: World) -> None:
    answers = pressed(
        shared.cast.buyer,
        reverse("obligations:affirm", args=[shared.own.tranche.pk]),
        lambda _: {"affirmed_on": "2025-10-13"},
    )
    assert answers == [302] + [422] * (PEOPLE - 1)
    meeting = {"held_on": "2025-04-08", "place": "Mairie", "attended": "x", "version": "1"}
    answers = pressed(
        shared.cast.buyer, reverse("obligations:kick-off", args=[shared.own.tender.pk]), lambda _: meeting
    )
    assert answers == [302] + [422] * (PEOPLE - 1)


def test_to_have_a_link_that_expired_sent_again_several_times(shared: World) -> None:
    """« Renvoyer le lien », pressed in every window: one letter leaves, and one link lives."""
    old = SignedLink.objects.filter(token_hash=hashed(shared.own.contacts_token))
    old.update(expires_at=NOW - timedelta(minutes=1), created_at=NOW - timedelta(days=45))
    OutgoingEmail.objects.all().delete()
    answers = pressed(None, reverse("records:renew-link", args=[shared.own.contacts_token]), lambda _: {})
    assert answers == [200] + [410] * (PEOPLE - 1)
    assert OutgoingEmail.objects.count() == 1


def test_to_have_several_links_live_by_asking_for_one_several_times(shared: World) -> None:
    """Of a month, of the contacts: those sent before serve no more, even those of the same instant."""
    company = shared.own.contractor
    Contact.objects.get_or_create(organisation=company, name="R", role="SITE", email="r@x.example")
    pages = {
        "declare-hours": reverse("hours:send-link", args=[shared.own.award.pk, "2025-10", company.pk]),
        "contacts": reverse("accounts:ask-contacts", args=[company.pk]),
    }
    for purpose, address in pages.items():
        SignedLink.objects.filter(purpose=purpose, organisation_id=company.pk).delete()
        assert pressed(shared.cast.facilitator, address, lambda _: {}) == [302] * PEOPLE
        sent = SignedLink.objects.filter(purpose=purpose, organisation_id=company.pk)
        assert (sent.count(), sent.filter(revoked_at=None).count()) == (PEOPLE, 1), purpose


def test_to_guess_more_passwords_by_trying_them_all_at_once(committed: Cast) -> None:
    """Five wrong passwords shut the account for a while, even when twelve arrive before the first is counted."""
    user = with_password(committed.buyer)
    together, answers = Barrier(12), Queue[str]()

    def guess(rank: int) -> None:
        together.wait()
        form = {"login": user.email, "password": f"pas la bonne {rank}"}
        sent = Client().post(reverse("account_login"), form, REMOTE_ADDR=f"192.0.2.{rank}")
        answers.put(sent.content.decode())
        connection.close()

    threads = [Thread(target=guess, args=[rank]) for rank in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [answers.get() for _ in threads]
    assert sum("le mot de passe ne sont pas les bons" in one for one in said) <= 5
    assert sum("Trop d’essais" in one for one in said) >= 7


def test_to_accept_several_invitations_of_one_newcomer_at_once(committed: Cast) -> None:
    """One account is opened; the other windows read that it exists."""
    OutgoingEmail.objects.all().delete()
    places = [
        (committed.commune, Role.BUYER), (committed.builder, Role.CONTRACTOR),
        (committed.painter, Role.CONTRACTOR), (committed.other_commune, Role.BUYER),
    ]  # fmt: skip
    guest, by = Guest("neuve@x.example"), committed.facilitator
    for organisation, role in places:
        invitations.invite(organisation=organisation, role=role, guest=guest, by=by, at=NOW)
    letters = OutgoingEmail.objects.filter(recipient=guest.email)
    tokens = [TOKEN.findall(letter.text)[0] for letter in letters]
    account = {"first_name": "Eve", "last_name": "Neuve", "phone": "", "password": PASSWORD}
    links = [reverse("records:link", args=[token]) for token in tokens]
    with time_machine.travel(NOW, tick=False):
        answers = pressed(None, links, lambda _: account)
    assert answers == [302] + [422] * (PEOPLE - 1)
    assert User.objects.filter(email=guest.email).count() == 1


def test_to_take_a_replacement_back_several_times(shared: World) -> None:
    """Who comes second finds nothing to take back: the story tells it once."""
    cover = shared.own.doorway.cover
    answers = pressed(
        shared.cast.facilitator, reverse("accounts:remove-cover", args=[cover.pk]), lambda _: {}
    )
    assert set(answers) <= {302, 404}
    assert AuditEvent.objects.filter(code="access.cover_removed").count() == 1


def test_to_declare_a_month_of_somebody_who_is_being_ended_before_it(shared: World) -> None:
    """The company presses while the facilitation notes that the person left the month before: one comes first."""
    at_work = Placement.objects.get(pk=shared.own.placement.pk)
    StatementLine.objects.filter(statement__award=shared.own.award).delete()
    Statement.objects.filter(award=shared.own.award).delete()
    lines = [Declared(placement=one.pk, hours=Decimal(20)) for one in (at_work, shared.own.planned)]
    sheet = Sheet(award=shared.own.award, declarant=shared.own.employer, month=date(2025, 10, 1), lines=lines)
    refused = Queue[str]()

    def declare() -> None:
        try:
            statements.declare(sheets=[sheet], by=shared.cast.employer, at=NOW)
        except Refused as refusal:
            refused.put(refusal.code)
        connection.close()

    company = Thread(target=declare)
    with transaction.atomic():
        placements.end(placement=at_work, ended_on=date(2025, 9, 30), by=shared.cast.facilitator, at=NOW)
        company.start()
        company.join(2)
    company.join()
    assert refused.get(timeout=1) == "line_unknown"
    assert not StatementLine.objects.filter(placement=at_work).exists()
