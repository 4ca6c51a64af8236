"""Letters: to add a header by a name, to send them to another address, to have them never leave.

Elsewhere: the host of their links (test_sessions.py), their number (test_throttling.py), their words (tests/records).
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from clauses.procurement.models import AdviceRequest, Award, Tender
from inclusiv.accounts.models import Contact, Membership, Organisation
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.actions import mails
from inclusiv.records.choices import EmailState
from inclusiv.records.models import OutgoingEmail
from tests.accounts.conftest import with_password
from tests.attacks.conftest import Attacker
from tests.world import NOW, World

INJECTED = "École\r\nBcc: eve@evil.example\nX-Evil: 1\u2028\u202efdp.exe"


def sent_link(world: World, browser: Attacker) -> Any:
    """Have the month's link sent, and return the letter as the server of mails would get it."""
    Contact.objects.create(organisation=world.own.employer, name="K", role="SITE", email="karim@etti.example")
    OutgoingEmail.objects.all().delete()
    month = reverse("hours:send-link", args=[world.own.award.pk, "2025-10", world.own.employer.pk])
    browser.acting(world.cast.facilitator).post(month)
    letter = OutgoingEmail.objects.get()
    mails.send(mail_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert letter.state == EmailState.SENT
    return mail.outbox[-1]


def test_to_write_headers_in_the_object_of_a_tender(world: World, browser: Attacker) -> None:
    """An object is typed on several lines: the letter that names it leaves all the same, to its only reader."""
    Tender.objects.filter(pk=world.own.tender.pk).update(title=INJECTED)
    letter = sent_link(world, browser)
    assert letter.recipients() == ["karim@etti.example"]
    written = letter.message()
    assert (written["Bcc"], written["X-Evil"]) == (None, None)
    assert not set(letter.subject) & set("\r\n\u2028\u202e")


def test_to_write_headers_in_the_name_of_an_organisation(world: World, browser: Attacker) -> None:
    Organisation.objects.filter(pk=world.own.employer.pk).update(name=INJECTED)
    Contact.objects.create(organisation=world.own.employer, name="K", role="SITE", email="karim@etti.example")
    OutgoingEmail.objects.all().delete()
    address = reverse("accounts:ask-contacts", args=[world.own.employer.pk])
    assert browser.acting(world.cast.facilitator).post(address).status_code == 302
    letter = OutgoingEmail.objects.get()
    mails.send(mail_id=letter.pk, at=NOW)
    assert not set(mail.outbox[-1].subject) & set("\r\n\u2028\u202e")


@pytest.mark.parametrize(
    "typed",
    [
        "claıre@example.org", "claire@example.org,eve@evil.example", "claire@example.org\nBcc: eve@evil.example",
        "CLAIRE@EXAMPLE.ORG", "\u212alaire@example.org", "claire@example.org\u0000", "claire@exampl\u0435.org",
        "claire@evil.example@example.org", "%63laire@example.org", "“claire”@example.org",
    ],
)  # fmt: skip
def test_to_receive_the_link_of_another_by_an_address_that_looks_like_theirs(
    world: World, typed: str
) -> None:
    """Only the address of the account receives what opens it; another is told that it has none, or is refused."""
    user = with_password(world.cast.buyer)
    Client().post(reverse("account_reset_password"), {"email": typed})
    opening = OutgoingEmail.objects.all()
    received = {letter.recipient for letter in opening if "/mot-de-passe/nouveau/" in letter.text}
    assert received <= {user.email}


@pytest.mark.parametrize("host", ["testserver:6666", "TESTSERVER.", "localhost:8443"])
def test_to_lead_the_reader_of_a_proposal_elsewhere(world: World, browser: Attacker, host: str) -> None:
    """Whoever answers a request for advice does not choose the address that its letter gives."""
    AdviceRequest.objects.filter(pk=world.own.advice.pk).update(reply_to="claire@example.org")
    OutgoingEmail.objects.all().delete()
    address = reverse("procurement:advice", args=[world.own.advice.pk])
    form = {"submission": str(uuid4()), "opinion": "NOT_ADVISED", "answer": "Non"}
    browser.acting(world.cast.facilitator).post(address, form, HTTP_HOST=host)
    found = [letter.text for letter in OutgoingEmail.objects.all()]
    assert len(found) == 1
    assert f"\n{settings.PUBLIC_URL}{address}\n" in found[0]


def test_to_read_the_answer_to_what_one_asked_before_leaving(world: World, browser: Attacker) -> None:
    """Who asked for advice and left the buyer since is not written to: the buyer is."""
    left = Membership.objects.select_related("user").get(pk=world.cast.buyer.membership_id or 0)
    AdviceRequest.objects.filter(pk=world.own.advice.pk).update(reply_to=left.user.email)
    Contact.objects.create(organisation=world.own.buyer, name="L", role="OTHER", email="lise@valmont.example")
    left.revoked_at, left.ends_on = NOW, NOW.date()
    left.save()
    OutgoingEmail.objects.all().delete()
    form = {"submission": str(uuid4()), "opinion": "NOT_ADVISED", "answer": "Non"}
    address = reverse("procurement:advice", args=[world.own.advice.pk])
    assert browser.acting(world.cast.facilitator).post(address, form).status_code == 302
    assert [letter.recipient for letter in OutgoingEmail.objects.all()] == ["lise@valmont.example"]


def test_to_be_asked_for_contacts_that_one_may_not_keep(world: World, browser: Attacker) -> None:
    """A signatory has no role in which it would answer: the link would break, so no letter leaves."""
    signatory = accounts.organisation(name="Signataire", number=51, roles=(Role.SIGNATORY,))
    Contact.objects.create(organisation=signatory, name="K", role="SITE", email="k@s.example")
    OutgoingEmail.objects.all().delete()
    address = reverse("accounts:ask-contacts", args=[signatory.pk])
    answer = browser.acting(world.cast.facilitator).post(address, follow=True)
    assert "appelez-la" in answer.said
    assert not OutgoingEmail.objects.exists()


def test_to_have_whom_another_buyer_told_leave_the_contacts_of_a_company(
    world: World, browser: Attacker
) -> None:
    """Two buyers of one company: the one that fills its page and tells of one more takes its own place, not the other's."""
    company = world.own.contractor
    other = make.tender(buyer=world.other.buyer, structure=world.other.structure, reference="2025-902")
    second = make.award(make.lot(other), (company, Decimal(1)))
    make.notify(other, notified_on=date(2025, 3, 10))
    Contact.objects.filter(organisation=company).delete()

    def told(award: Award, name: str, version: int) -> None:
        form = {"held_on": "2025-04-08", "place": "Mairie", "attended": "x", "version": str(version)}
        form |= {
            f"name_{award.pk}": name,
            f"email_{award.pk}": f"{name}@x.example",
            "submission": str(uuid4()),
        }
        address = reverse("obligations:kick-off", args=[award.lot.tender_id])
        assert browser.post(address, form).status_code == 302

    browser.acting(world.cast.other_buyer)
    for rank in range(7):
        told(second, f"n{rank}", rank)
    browser.acting(world.cast.buyer)
    told(world.own.award, "ana", 1)
    browser.acting(world.cast.other_buyer)
    told(second, "n7", 7)
    assert Contact.objects.filter(organisation=company, name="ana").present().exists()


SITE = "https://inclusiv-acces.example/confirmer"


@time_machine.travel(NOW + timedelta(days=43), tick=False)
def test_to_have_our_letters_advertise_a_site_under_the_title_of_a_contract(
    world: World, browser: Attacker
) -> None:
    tender, lot = world.own.draft, world.own.draft.lots.get()
    change = reverse("procurement:change", args=[tender.pk])
    form = browser.acting(world.cast.buyer).get(change).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    kept = {name: "" if one is None else str(getattr(one, "pk", one)) for name, one in shown.items()}
    titled = f"Votre accès est suspendu. Rétablissez-le sous 24 h : {SITE}"
    changed = browser.post(change, kept | {"title": titled})
    assert changed.status_code == 302, changed.context["form"].errors
    told = {
        f"siret_{lot.pk}": "73282932000074", f"name_{lot.pk}": "Entreprise", f"awarded_on_{lot.pk}": "2025-11-25",
        f"contact_{lot.pk}": "Jean", f"email_{lot.pk}": "victime@ailleurs.example",
        "notified_on": "2025-11-26", "starts_on": "2026-02-02", "ends_on": "2026-11-27",
    }  # fmt: skip
    answer = reverse("obligations:award-answer", args=[tender.pk])
    assert browser.post(answer, told | {"submission": str(uuid4())}).status_code == 302
    letters = list(OutgoingEmail.objects.filter(recipient="victime@ailleurs.example"))
    assert letters
    assert not [one for one in letters if SITE in one.text or SITE in one.subject]
