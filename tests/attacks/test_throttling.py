"""Throttling: to try passwords, to shut somebody out, to learn who has an account, to flood what is public, to keep the
server busy by one request.

Elsewhere: 1 000 sign-ins a minute on the real cache, five wrong passwords, five wrong codes, forged addresses, the same
answer at the same price for a known and an unknown address (tests/accounts/test_signing_in.py).
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.hours.models import Statement
from clauses.obligations.models import MonthPlan
from clauses.procurement.models import Lot, Subcontract
from clauses.procurement.rules.tenders import LOTS_MAX
from clauses.texts.rules import markup
from inclusiv.accounts.models import Contact, Invitation, JoinRequest, Membership, Organisation, User
from inclusiv.core.actors import Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.records.models import Job, OutgoingEmail
from tests.accounts.conftest import PASSWORD, sign_in, with_application, with_password
from tests.attacks.conftest import Attacker
from tests.conftest import ActingClient, Cast
from tests.world import World

WRONG = "pas la bonne"


@pytest.fixture
def user(cast: Cast) -> User:
    return with_password(cast.buyer)


def test_to_shut_somebody_out_for_ever_by_trying_without_end(user: User) -> None:
    """Attempts made while the account is shut do not prolong it: five minutes after the fifth, its owner enters."""
    now = timezone.now().replace(microsecond=0)
    for second in range(0, 300, 5):
        with time_machine.travel(now + timedelta(seconds=second), tick=False):
            sign_in(Client(), user, WRONG, REMOTE_ADDR=f"192.0.2.{second % 200}")
    with time_machine.travel(now + timedelta(seconds=301), tick=False):
        assert sign_in(Client(), user, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_who_is_signed_in_stays_so_while_somebody_tries_their_password(user: User) -> None:
    inside = Client()
    sign_in(inside, user, REMOTE_ADDR="198.51.100.1")
    for rank in range(10):
        sign_in(Client(), user, WRONG, REMOTE_ADDR=f"192.0.2.{rank}")
    assert inside.get(reverse("accounts:account")).status_code == 200


def test_the_count_of_one_account_does_not_shut_another(user: User, cast: Cast) -> None:
    other = with_password(cast.contractor)
    for rank in range(10):
        sign_in(Client(), user, WRONG, REMOTE_ADDR=f"192.0.2.{rank}")
    assert sign_in(Client(), other).status_code == 302


@pytest.mark.parametrize(
    "disguise", [str.upper, lambda email: f" {email} ", lambda email: email.replace("c", "C")]
)
def test_to_have_five_more_attempts_by_writing_the_address_otherwise(user: User, disguise: Any) -> None:
    for rank in range(5):
        sign_in(Client(), user, WRONG, REMOTE_ADDR=f"192.0.2.{rank}")
    form = {"login": disguise(user.email), "password": PASSWORD}
    answer = Client().post(reverse("account_login"), form, REMOTE_ADDR="192.0.2.77")
    assert "Trop d’essais" in answer.content.decode()


def test_to_guess_a_code_by_beginning_again_with_the_password(user: User) -> None:
    """The codes of one account are counted together, whatever session they come from."""
    with_application(user)
    said = []
    for rank in range(8):
        client = Client(REMOTE_ADDR=f"192.0.2.{rank}")
        sign_in(client, user)
        said.append(
            client.post(reverse("mfa_authenticate"), {"code": f"{rank:06}"}, follow=True).content.decode()
        )
    assert "Trop d’essais" in said[-1]


def test_to_learn_who_has_an_account_by_asking_to_join(user: User) -> None:
    answers = []
    for email in (user.email, "personne@example.org"):
        form = {
            "submission": str(uuid4()),
            "email": email,
            "name": "X Y",
            "siret": accounts.siret(701),
            "organisation": "Commune",
            "role": "BUYER",
        }
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post(reverse("accounts:join"), form)
        page = answer.content.decode().replace(email, "…")
        answers.append((answer.status_code, len(asked), len(page)))
    assert answers[0] == answers[1]


def test_to_flood_those_who_manage_accesses_with_requests(db: None) -> None:
    form = {
        "submission": str(uuid4()),
        "name": "X Y",
        "siret": accounts.siret(701),
        "organisation": "Commune",
        "role": "BUYER",
    }
    statuses = [
        Client().post(reverse("accounts:join"), form | {"email": f"{rank}@example.org"}).status_code
        for rank in range(30)
    ]
    assert statuses.count(429) == 20
    assert JoinRequest.objects.count() == 10


def test_to_flood_those_who_manage_accesses_all_day_long(db: None) -> None:
    form = {"name": "X Y", "siret": accounts.siret(701), "organisation": "Commune", "role": "BUYER"}
    with time_machine.travel("2025-03-10 08:00:00Z", tick=False) as clock:
        for rank in range(40):
            told = form | {"submission": str(uuid4()), "email": f"{rank}@example.org"}
            answer = Client().post(reverse("accounts:join"), told)
            clock.shift(10)
    assert answer.status_code == 429
    assert "revenez demain" in answer.content.decode()
    assert JoinRequest.objects.count() == 30


def test_to_flood_somebody_with_letters_of_forgotten_passwords(user: User) -> None:
    for rank in range(50):
        Client().post(reverse("account_reset_password"), {"email": user.email}, REMOTE_ADDR=f"192.0.2.{rank}")
    assert OutgoingEmail.objects.count() == 5


@pytest.mark.parametrize("known", [True, False])
def test_to_flood_somebody_all_day_long(user: User, known: bool) -> None:
    """A few at a time, from everywhere: thirty letters a day to one address, whether it has an account or not."""
    page, form = reverse("account_reset_password"), {"email": user.email if known else "x@example.org"}
    with time_machine.travel("2025-03-10 08:00:00Z", tick=False) as clock:
        for rank in range(50):
            answer = Client().post(page, form, REMOTE_ADDR=f"192.0.2.{rank}")
            assert answer.headers["Location"] == reverse("account_reset_password_done"), "it says the same"
            clock.shift(15)
        assert OutgoingEmail.objects.count() == 30
        clock.shift(timedelta(days=1))
        Client().post(page, form)
    assert OutgoingEmail.objects.count() == 31


def test_to_guess_the_password_of_a_session_left_open(user: User) -> None:
    """Where one confirms who one is, and where one changes it: the attempts are counted by person."""
    inside = Client()
    sign_in(inside, user)
    change = {"password1": PASSWORD + " 2", "password2": PASSWORD + " 2"}
    for name, form in {
        "account_reauthenticate": {"password": WRONG},
        "account_change_password": change | {"oldpassword": WRONG},
    }.items():
        for _ in range(10):
            inside.post(reverse(name), form)
        right = {word: PASSWORD if typed == WRONG else typed for word, typed in form.items()}
        assert inside.post(reverse(name), right).status_code in {200, 429}, name
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_to_write_to_anybody_in_the_name_of_the_platform_by_inviting_without_end(cast: Cast) -> None:
    """Whoever manages the accesses of a company writes to any address, and signs as they named themselves."""
    Membership.objects.filter(pk=cast.contractor.membership_id or 0).update(is_manager=True)
    browser = ActingClient().acting(cast.contractor)
    for rank in range(8):
        form = {"submission": str(uuid4()), "email": f"{rank}@victim.example", "role": "CONTRACTOR"}
        assert browser.post(reverse("accounts:invite"), form).status_code == 302
    again = reverse("accounts:invitation-again", args=[Invitation.objects.order_by("pk")[0].pk])
    answers = [browser.post(again).status_code for _ in range(5)]
    assert answers == [302] * 2 + [429] * 3
    assert OutgoingEmail.objects.count() == 10


def test_to_write_to_anybody_by_asking_for_contacts_without_end(world: World, browser: Attacker) -> None:
    """Whoever facilitates sets any address among the contacts of a company: its letters are counted too."""
    Contact.objects.create(
        organisation=world.own.employer, name="V", role="SITE", email="v@victim.example", rank=0
    )
    OutgoingEmail.objects.all().delete()
    asks = reverse("accounts:ask-contacts", args=[world.own.employer.pk])
    month = reverse("hours:send-link", args=[world.own.award.pk, "2025-09", world.own.employer.pk])
    browser.acting(world.cast.facilitator)
    statuses = [browser.post(address).status_code for _ in range(25) for address in (asks, month)]
    assert statuses.count(429) == 20
    assert OutgoingEmail.objects.count() == 30


@pytest.mark.parametrize("name", ["plan-welcome", "award-ask"])
def test_to_write_to_anybody_by_pressing_the_same_button_without_end(
    world: World, browser: Attacker, name: str
) -> None:
    """« Envoyer le message d’accueil », « Demander à l’acheteur »: each press is a letter, all are counted."""
    asked = {"plan-welcome": world.own.award.pk, "award-ask": world.own.draft.pk}
    for organisation in (world.own.contractor, world.own.buyer):
        Contact.objects.create(
            organisation=organisation, name="V", role="SITE", email="v@victim.example", rank=0
        )
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator)
    address = reverse(f"obligations:{name}", args=[asked[name]])
    statuses = [browser.post(address).status_code for _ in range(35)]
    assert statuses.count(429) == 5
    assert OutgoingEmail.objects.count() == 30


def test_to_write_to_anybody_by_refusing_a_subcontractor_without_end(world: World, browser: Attacker) -> None:
    """A company sets any address as its own, declares somebody; the buyer refuses in its own words, again and again."""
    reached_at(world.own.contractor, "v@victim.example")
    declare = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    told = {"siret": accounts.siret(900), "name": "Z", "work": "x", "amount": "1", "starts_on": "2025-10-20"}
    refusal = {"decision": "refuser", "reason": "Payez sur https://evil.example"}
    for _ in range(40):
        browser.acting(world.cast.contractor).post(declare, told | {"submission": str(uuid4())})
        asked = Subcontract.objects.order_by("pk").last()
        assert asked
        address = reverse("procurement:subcontract-decide", args=[asked.pk])
        browser.acting(world.cast.buyer).post(address, refusal | {"submission": str(uuid4())})
    assert 0 < OutgoingEmail.objects.filter(recipient="v@victim.example").count() <= 30


def test_to_write_to_anybody_by_handing_a_lot_over_and_back_without_end(
    world: World, browser: Attacker
) -> None:
    """Each transfer welcomes the company that takes over, at the address that the buyer told."""
    for company in (world.own.contractor, world.other.contractor):
        reached_at(company, "v@victim.example", told_by=world.own.buyer.pk)
    address = reverse("obligations:transfer", args=[world.own.tender.pk])
    browser.acting(world.cast.buyer)
    for rank in range(40):
        to = (world.other.contractor, world.own.contractor)[rank % 2]
        form = {
            "lot": str(world.own.lot.pk),
            "siret": str(to.siret),
            "name": "x",
            "notified_on": "2025-10-01",
        }
        browser.post(address, form | {"submission": str(uuid4())})
    assert 0 < OutgoingEmail.objects.filter(recipient="v@victim.example").count() <= 30


def reached_at(company: Organisation, email: str, *, told_by: int | None = None) -> None:
    """Leave a company one contact, with this address, and forget the letters sent before."""
    Contact.objects.filter(organisation=company).delete()
    Contact.objects.create(organisation=company, name="V", role="SITE", email=email, rank=0, told_by=told_by)
    OutgoingEmail.objects.all().delete()


def test_to_keep_the_workers_busy_by_asking_for_the_same_report_without_end(
    world: World, browser: Attacker
) -> None:
    browser.acting(world.cast.coordinator)
    known = Job.objects.count()
    address = reverse("publication:portfolio")
    answers = [browser.post(address, {"submission": str(uuid4())}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 3 + [422] * 3
    assert "encore en préparation" in answers[-1].said
    assert Job.objects.count() == known + 3


def seconds(act: Callable[[], object]) -> float:
    """Return what an act costs to the processor."""
    before = time.process_time()
    act()
    return time.process_time() - before


REPEATED = ("1", "1 ", "1,", "1\u202f", "{{ a }}", "{{", "# x\n", "2 55 08 14 168 025 ")
OPENED = tuple(
    f"{opening}{blank * (markup.LONGEST - 4)}x" for opening in ("{{", "- ", "##") for blank in " \t"
)


@pytest.mark.parametrize(
    "text",
    [*(one * (markup.LONGEST // len(one)) for one in REPEATED), *OPENED],
    ids=lambda text: ascii(text[:4]),
)
def test_to_keep_the_server_busy_by_one_line_of_a_text(text: str) -> None:
    """The longest text of a model, a line that is all numbers or all blanks: read in one go, where it took minutes."""

    def read() -> None:
        with suppress(Refused):
            markup.check(text)
        list(markup.lines_of(text))

    assert seconds(read) < 1


@pytest.mark.parametrize("typed", ["a.", '\\"', " ", "1", "www", "\n", "\u0315\u0300"])
@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("accounts:join", ("name", "email", "siret", "organisation")),
        ("account_login", ("login", "password")),
        ("account_reset_password", ("email",)),
    ],
)
def test_to_keep_the_server_busy_by_what_a_visitor_types(
    db: None, page: str, fields: tuple[str, ...], typed: str
) -> None:
    """As much as a visitor may send, in each line of each form that opens to them: refused without being worked at."""
    form = dict.fromkeys(fields, typed * (1_200_000 // len(fields) // len(typed.encode())))
    form |= {"submission": str(uuid4()), "role": "BUYER"}
    statuses: list[int] = []
    assert seconds(lambda: statuses.append(Client().post(reverse(page), form).status_code)) < 1
    assert statuses[0] in {200, 422}


def test_to_keep_the_server_busy_by_rows_that_nobody_typed(world: World, browser: Attacker) -> None:
    """A set of forms says how many rows it has: a page of a thousand took twenty seconds to draw."""
    rows = {"submission": str(uuid4()), "contacts-INITIAL_FORMS": "0", "documents-INITIAL_FORMS": "0"}
    rows |= {"contacts-TOTAL_FORMS": "99999999", "documents-TOTAL_FORMS": "99999999", "version": "1"}
    pages = {
        "contacts": (world.cast.contractor, reverse("accounts:contacts", args=[world.own.contractor.pk])),
        "documents": (world.cast.facilitator, reverse("people:check", args=[world.own.check.pk])),
        "link": (world.cast.contractor, reverse("records:link", args=[world.own.contacts_token])),
    }
    for name, (actor, address) in pages.items():
        answer = browser.acting(actor).post(address, rows | {"decision": "save"})
        assert answer.status_code == 422, name
        assert answer.said.count("-role") + answer.said.count("-kind") < 500, name


def test_to_name_people_without_end(world: World, browser: Attacker) -> None:
    """More rows than an organisation may name: refused in words, and those who stood are still there."""
    form = {"submission": str(uuid4()), "contacts-TOTAL_FORMS": "12", "contacts-INITIAL_FORMS": "0"}
    for rank in range(12):
        form |= {f"contacts-{rank}-name": f"N{rank}", f"contacts-{rank}-role": "SITE"}
        form |= {f"contacts-{rank}-mobile": "0612345678", f"contacts-{rank}-ORDER": str(rank + 1)}
    address = reverse("accounts:contacts", args=[world.own.contractor.pk])
    answer = browser.acting(world.cast.contractor).post(address, form)
    assert answer.status_code == 422
    assert "au plus 8 personnes" in answer.said
    assert Contact.objects.filter(organisation=world.own.contractor).present().count() == 1


def test_to_keep_the_server_busy_by_the_pieces_of_a_contract_of_a_thousand_lots(
    world: World, browser: Attacker
) -> None:
    """They are drawn while one waits: a contract has so many lots, and no more."""
    lots = [
        Lot(tender=world.own.draft, number=number, title="x", sector="PAINTING")
        for number in range(2, LOTS_MAX + 1)
    ]
    Lot.objects.bulk_create(lots)
    address = reverse("procurement:lots", args=[world.own.draft.pk])
    form = browser.acting(world.cast.buyer).get(address).context["form"]
    more = {"number": "900", "title": "y", "sector": "PAINTING", "version": str(form["version"].value())}
    answer = browser.post(address, more | {"submission": str(uuid4())})
    assert answer.status_code == 422
    assert "le plus qu’il puisse" in answer.said
    assert world.own.draft.lots.count() == LOTS_MAX


def test_to_drown_a_structure_in_people_named_without_end(world: World, browser: Attacker) -> None:
    address = reverse("placements:name", args=[world.own.award.pk])
    form = {"first_name": "Eve", "birth_date": "1990-01-01", "post": "x", "starts_on": "2025-10-15"}
    form |= {"modality": "DIRECT_HIRE_CDD", "weekly_hours": "35"}
    browser.acting(world.cast.contractor)
    answers = [
        browser.post(
            address, form | {"last_name": "Z" + chr(97 + rank), "submission": str(uuid4())}
        ).status_code
        for rank in range(25)
    ]
    assert answers == [302] * 20 + [429] * 5


def test_to_write_to_anybody_by_sending_a_plan_back_without_end(world: World, browser: Attacker) -> None:
    """A facilitator types the plan for the company, then sends it back in words of its own, again and again."""
    reached_at(world.own.contractor, "v@victim.example")
    browser.acting(world.cast.facilitator)
    last: MonthPlan | None = world.own.plan
    for _ in range(35):
        assert last
        form = {"decision": "revoir", "reason": "Payez sur https://evil.example", "submission": str(uuid4())}
        browser.post(reverse("obligations:plan-decide", args=[last.pk]), form)
        hours = {f"heures_{line.starts_on:%Y_%m}": str(line.hours) for line in last.lines.all()}
        propose = reverse("obligations:plan-propose", args=[world.own.award.pk])
        browser.post(propose, hours | {"submission": str(uuid4())})
        last = MonthPlan.objects.filter(award=world.own.award).order_by("number").last()
    assert 0 < OutgoingEmail.objects.filter(recipient="v@victim.example").count() <= 30


def test_to_write_to_anybody_by_entering_a_month_and_sending_it_back_without_end(
    world: World, browser: Attacker
) -> None:
    """Each month that a facilitator enters for a company sends it a copy."""
    reached_at(world.own.employer, "v@victim.example")
    browser.acting(world.cast.facilitator)
    enter = reverse("hours:declare-for", args=[world.own.award.pk, date(2025, 10, 1), world.own.employer.pk])
    rows = {f"heures-{work.pk}": "10" for work in (world.own.placement, world.own.planned)}
    told = rows | {"received": "EMAIL", "received_on": "2025-10-14"}
    for _ in range(35):
        browser.post(enter, told | {"submission": str(uuid4())})
        sent = Statement.objects.filter(award=world.own.award, month=date(2025, 10, 1)).order_by("pk").last()
        assert sent
        back = reverse("hours:return", args=[sent.pk])
        browser.post(back, {"comment": "À revoir", "submission": str(uuid4()), "lu": sent.stamp})
    assert 0 < OutgoingEmail.objects.filter(recipient="v@victim.example").count() <= 30


def test_to_invite_without_end_by_answering_requests(cast: Cast, browser: Attacker) -> None:
    """Strangers ask in the name of whomever they like; an answer to each is an invitation, and counts as one."""
    for rank in range(15):
        JoinRequest.objects.create(
            email=f"v{rank}@victim.example",
            name="V",
            told_siret=accounts.siret(700 + rank),
            told_name="Commune",
            role=Role.BUYER,
            asked_at=timezone.now(),
        )
    browser.acting(cast.facilitator)
    for asked in JoinRequest.objects.all():
        browser.post(reverse("accounts:join-accept", args=[asked.pk]))
    assert 0 < OutgoingEmail.objects.filter(recipient__endswith="@victim.example").count() <= 10


def test_to_have_a_page_grow_by_proposing_a_plan_without_end(world: World, browser: Attacker) -> None:
    """Each press is one more version, and the page of the lot recalls them all."""
    plan = {"award": world.own.award, "total": 1, "proposed_at": timezone.now(), "proposed_by": "R"}
    MonthPlan.objects.bulk_create(MonthPlan(**plan, number=number) for number in range(2, 3000))
    page = browser.acting(world.cast.facilitator).get(reverse("obligations:plan", args=[world.own.award.pk]))
    assert page.status_code == 200
    assert page.said.count("<li>Version ") <= 200


def test_to_drown_a_structure_in_needs_and_questions_without_end(world: World, browser: Attacker) -> None:
    """A company asks for people, whoever follows somebody asks about them day after day, or looks whom others follow."""
    work = {
        "post": "x",
        "headcount": "99",
        "starts_on": "2025-11-03",
        "modality": "DIRECT_HIRE_CDD",
        "weekly_hours": "35",
    }
    person = {"first_name": "Eve", "last_name": "Z", "sex": "X", "mobility": "UNKNOWN"}
    days = [date(2025, 11, 4) + timedelta(days=rank) for rank in range(25)]
    ask, question = (
        reverse("placements:ask", args=[world.own.award.pk]),
        reverse("people:ask", args=[world.own.free.pk]),
    )
    forms = {
        ask: (world.cast.contractor, [work for _ in days]),
        question: (world.cast.facilitator, [{"reference_date": day.isoformat()} for day in days]),
        reverse("people:new"): (
            world.cast.prescriber,
            [person | {"birth_date": day.replace(year=1990).isoformat()} for day in days],
        ),
    }
    for address, (actor, sent) in forms.items():
        browser.acting(actor)
        answers = [browser.post(address, form | {"submission": str(uuid4())}).status_code for form in sent]
        assert answers == [302] * 20 + [429] * 5, address


def test_to_bury_a_story_under_departures_and_corrections_without_end(
    world: World, browser: Attacker
) -> None:
    """The last day moved to and fro, a correction opened and given up: counted, as what a company signals."""
    end = reverse("placements:end", args=[world.own.placement.pk])
    browser.acting(world.cast.employer)
    days = [{"trouble": "DEPARTURE", "ended_on": f"2025-10-{14 + rank % 2}"} for rank in range(15)]
    answers = [browser.post(end, form | {"submission": str(uuid4())}).status_code for form in days]
    assert answers == [302] * 10 + [429] * 5
    Statement.objects.filter(pk=world.own.statement.pk).update(
        status="VALIDATED", reviewed_at=timezone.now(), reviewed_by="Nadia"
    )
    opened = []
    for _ in range(15):
        opened.append(browser.post(reverse("hours:correct", args=[world.own.statement.pk])).status_code)
        draft = Statement.objects.order_by("-pk").first()
        if draft is not None and draft != world.own.statement:
            browser.post(reverse("hours:abandon", args=[draft.pk]))
    assert 429 in opened
