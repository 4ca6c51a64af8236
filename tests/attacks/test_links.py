"""Signed links: expired, used, altered, opened by machines, turned to another purpose or another record, or leaked.

Elsewhere: a token kept nowhere, expiry, second use, replacement (tests/records/test_links.py); no trace of it in history
(tests/beneficiaries/hours/test_links.py); none in the logs of the server (test_served.py, here).
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from beneficiaries.hours.models import Statement
from clauses.procurement.models import Tender
from inclusiv.accounts.actions import invitations, memberships
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.models import Contact, Cover, Invitation, Membership, User
from inclusiv.core.actors import Role
from inclusiv.core.forms import RESUMED
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.actions import links, mails
from inclusiv.records.models import OutgoingEmail, SignedLink
from tests.accounts.conftest import PASSWORD, link_of
from tests.attacks.conftest import Attacker, Watched
from tests.world import NOW, World

OCTOBER = date(2025, 10, 1)
EVE = "eve@evil.example"


@pytest.fixture
def month(world: World, browser: Attacker) -> str:
    """The link by which the agency declares October."""
    Contact.objects.create(
        organisation=world.own.employer, name="Karim H.", role="SITE", email="karim@etti.example"
    )
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator)
    browser.post(
        reverse("hours:send-link", args=[world.own.award.pk, f"{OCTOBER:%Y-%m}", world.own.employer.pk])
    )
    return link_of(OutgoingEmail.objects.get())


@pytest.fixture
def invited(world: World) -> str:
    """The link by which somebody enters the facilitator's structure."""
    OutgoingEmail.objects.all().delete()
    Membership.objects.filter(pk=world.cast.facilitator.membership_id or 0).update(is_manager=True)
    manager = Membership.objects.with_actor().get(pk=world.cast.facilitator.membership_id or 0).actor()
    invitations.invite(
        organisation=world.own.structure,
        role=Role.FACILITATOR,
        guest=Guest("nouvelle@plie.example"),
        by=manager,
        at=NOW,
    )
    return link_of(OutgoingEmail.objects.get())


ACCOUNT = {"first_name": "Eve", "last_name": "Intruse", "phone": "", "password": PASSWORD}


def test_machines_that_open_a_link_change_nothing(world: World, month: str, invited: str) -> None:
    for link in (month, invited):
        before = SignedLink.objects.get(token_hash=links.hashed(link.split("/")[2]))
        with Watched() as watched:
            for _ in range(5):
                for way in ("get", "head", "options"):
                    getattr(Client(HTTP_USER_AGENT="scanner"), way)(link)
        assert watched.writes == []
        after = SignedLink.objects.get(pk=before.pk)
        assert (after.used_at, after.revoked_at, after.expires_at) == (None, None, before.expires_at)


def test_to_spend_or_to_renew_a_link_by_a_form_that_comes_back(world: World) -> None:
    """Nobody signs in there: nothing comes back to a link, and what says so does nothing."""
    side, visitor = world.own, Client()
    tokens = [side.token, side.contacts_token, side.award_token, side.plan_token, side.doorway.token]
    expired = SignedLink.objects.filter(token_hash=links.hashed(side.plan_token))
    expired.update(created_at=NOW - timedelta(days=50), expires_at=NOW)
    before = list(SignedLink.objects.order_by("pk").values())
    letters = OutgoingEmail.objects.count()
    for token in tokens:
        visitor.post(reverse("records:link", args=[token]), {"submission": RESUMED, **ACCOUNT})
        visitor.post(reverse("records:renew-link", args=[token]), {"submission": RESUMED})
    assert list(SignedLink.objects.order_by("pk").values()) == before
    assert OutgoingEmail.objects.count() == letters
    assert "_auth_user_id" not in visitor.session
    visitor.post(reverse("records:renew-link", args=[side.plan_token]))
    assert OutgoingEmail.objects.count() == letters + 1


@pytest.mark.parametrize("way", ["put", "patch", "delete"])
def test_a_link_takes_no_other_method(month: str, way: str) -> None:
    assert getattr(Client(), way)(month).status_code == 405


def test_every_letter_of_a_token_counts(world: World, month: str) -> None:
    """One character changed, added, taken away, of another case, or hidden: nothing is found."""
    token = month.split("/")[2]
    near = [
        token[:-1],
        token + "A",
        token.swapcase(),
        token[::-1],
        f"{token}%00",
        f" {token}",
        "",
        "%",
        "..",
        "*",
        token[:8],
    ]
    near += [
        token[:rank] + ("A" if token[rank] != "A" else "B") + token[rank + 1 :] for rank in range(0, 43, 6)
    ]
    for word in near:
        assert Client().get(f"/lien/{word}/").status_code == 404, word
    assert Client().get(f"/lien/{links.hashed(token)}/").status_code == 404


def test_to_use_a_link_for_another_purpose_or_record(world: World, month: str, invited: str) -> None:
    """The link says alone what it opens: what is sent with it never chooses."""
    Client().post(
        month, ACCOUNT | {"subject": "invitation:1", "purpose": "invitation", "email": "x@y.example"}
    )
    assert not User.objects.filter(last_name="Intruse").exists()
    known = set(Statement.objects.values_list("pk", flat=True))
    sneaked = {
        f"heures-{world.other.placement.pk}": "99", f"heures-{world.own.placement.pk}": "12",
        "award": str(world.other.award.pk), "declarant": str(world.other.employer.pk), "month": "2025-08",
    }  # fmt: skip
    page = Client().post(month, {"submission": str(uuid4())} | sneaked)
    made = Statement.objects.exclude(pk__in=known)
    assert page.status_code in {200, 422}
    assert not made.exclude(award=world.own.award, declarant=world.own.employer).exists()
    Client().post(
        invited, ACCOUNT | {"email": "eve@evil.example", "role": "COORDINATION", "is_manager": "on"}
    )
    opened = Membership.objects.select_related("user", "capacity").filter(user__last_name="Intruse")
    told = [(one.user.email, one.capacity.role, one.is_manager) for one in opened]
    assert told in ([], [("nouvelle@plie.example", "FACILITATOR", False)])


def test_an_invitation_signs_nobody_in_to_an_account_that_exists(world: World, invited: str) -> None:
    """The address already has an account: its owner signs in; the link alone opens no session, sets no password."""
    owner = User.objects.create_user("nouvelle@plie.example", PASSWORD, first_name="Inès", last_name="Morel")
    thief = Client()
    thief.post(invited, ACCOUNT | {"submission": str(uuid4())})
    owner.refresh_from_db()
    assert "_auth_user_id" not in thief.session
    assert owner.check_password(PASSWORD)
    assert Invitation.objects.get(email=owner.email).accepted_at is None


def test_somebody_signed_in_as_another_does_not_accept_in_their_place(
    world: World, invited: str, browser: Attacker
) -> None:
    User.objects.create_user("nouvelle@plie.example", PASSWORD, first_name="Inès", last_name="Morel")
    browser.acting(world.cast.contractor)
    browser.post(invited, {"submission": str(uuid4())})
    assert Membership.objects.filter(user=world.cast.contractor.user_id or 0).count() == 1


def test_a_facilitator_without_second_factor_opens_no_link(
    world: World, month: str, invited: str, browser: Attacker, settings: Any
) -> None:
    settings.SECOND_FACTOR_COMPULSORY = True
    Authenticator.objects.all().delete()
    browser.acting(world.cast.facilitator)
    for link in (month, invited):
        assert browser.get(link).headers["Location"] == reverse("accounts:protect")
        assert browser.post(link, ACCOUNT).headers["Location"] == reverse("accounts:protect")
    assert not User.objects.filter(last_name="Intruse").exists()


def test_the_token_leaves_for_no_other_site_and_no_cache(month: str, invited: str) -> None:
    for link in (month, invited):
        page = Client().get(link)
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert {"no-store", "private"} <= set(page.headers["Cache-Control"].split(", "))
        away = [
            word for word in page.content.decode().split('"') if word.startswith(("http:", "https:", "//"))
        ]
        assert away == []


def test_asking_again_and_again_for_a_new_link_sends_one_letter_to_the_same_address(month: str) -> None:
    address = f"{month}renvoyer/"
    OutgoingEmail.objects.all().delete()
    assert Client().get(address).status_code == 405
    with time_machine.travel(NOW + timedelta(days=46), tick=False):
        for _ in range(20):
            Client().post(address, {"email": "eve@evil.example", "recipient": "eve@evil.example"})
    assert [letter.recipient for letter in OutgoingEmail.objects.all()] == ["karim@etti.example"]


def test_a_new_link_is_not_had_from_one_that_was_used_or_taken_back(world: World, invited: str) -> None:
    address = f"{invited}renvoyer/"
    SignedLink.objects.filter(purpose="invitation").update(used_at=NOW)
    OutgoingEmail.objects.all().delete()
    assert Client().post(address).status_code == 410
    SignedLink.objects.filter(purpose="invitation").update(used_at=None, revoked_at=NOW)
    assert Client().post(address).status_code == 410
    assert not OutgoingEmail.objects.exists()


def test_somebody_who_left_a_company_acts_no_more_by_the_links_that_they_received(
    world: World, month: str, browser: Attacker
) -> None:
    """The link of the month, and a new one asked with it long after: whoever is no longer to be called has none."""
    left = Contact.objects.get(email="karim@etti.example")
    form = {
        "submission": str(uuid4()), "contacts-TOTAL_FORMS": "2", "contacts-INITIAL_FORMS": "1",
        "contacts-0-contact": str(left.pk), "contacts-0-DELETE": "on", "contacts-1-ORDER": "1",
        "contacts-1-name": "Lise", "contacts-1-role": "SITE", "contacts-1-email": "lise@etti.example",
    }  # fmt: skip
    browser.acting(world.cast.employer)
    assert browser.post(reverse("accounts:contacts", args=[world.own.employer.pk]), form).status_code == 302
    left.refresh_from_db()
    assert left.left_on
    assert Client().get(month).status_code == 410
    OutgoingEmail.objects.all().delete()
    with time_machine.travel(NOW + timedelta(days=46), tick=False):
        assert Client().post(f"{month}renvoyer/").status_code == 410
    assert not OutgoingEmail.objects.exists()


def test_somebody_reached_in_another_s_place_leaves_too(world: World, month: str, browser: Attacker) -> None:
    """The letter of the month came back and went on to the next contact, with its link: it ends with them."""
    next_one = Contact.objects.create(
        organisation=world.own.employer, name="Lise", role="SITE", email="lise@etti.example", rank=2
    )
    mails.bounce(mail=OutgoingEmail.objects.get(), reason="550", at=NOW)
    assert Client().get(month).status_code == 200
    form = {
        "submission": str(uuid4()), "contacts-TOTAL_FORMS": "2", "contacts-INITIAL_FORMS": "2",
        "contacts-0-name": "Karim", "contacts-0-role": "SITE", "contacts-0-email": "karim@etti.example",
        "contacts-0-contact": str(Contact.objects.get(email="karim@etti.example").pk), "contacts-0-ORDER": "1",
        "contacts-1-contact": str(next_one.pk), "contacts-1-DELETE": "on",
    }  # fmt: skip
    browser.acting(world.cast.employer)
    assert browser.post(reverse("accounts:contacts", args=[world.own.employer.pk]), form).status_code == 302
    next_one.refresh_from_db()
    assert next_one.left_on
    assert Client().get(month).status_code == 410


def test_a_link_asked_again_goes_where_its_letter_went_on(world: World, month: str) -> None:
    """An invitation never does: it is nobody's but the invited person's."""
    Contact.objects.create(
        organisation=world.own.employer, name="Lise", role="SITE", email="lise@etti.example", rank=2
    )
    mails.bounce(mail=OutgoingEmail.objects.get(), reason="550", at=NOW)
    OutgoingEmail.objects.all().delete()
    with time_machine.travel(NOW + timedelta(days=46), tick=False):
        Client().post(f"{month}renvoyer/")
    assert [letter.recipient for letter in OutgoingEmail.objects.all()] == ["lise@etti.example"]


@pytest.mark.parametrize("written", ["sonia@example.org", "Sonia@Example.ORG"])
def test_somebody_whose_access_is_closed_is_written_to_no_more(
    world: World, browser: Attacker, written: str
) -> None:
    """They were among the contacts too, however their address was typed: no link works, and no new one goes to them."""
    company = world.own.employer
    Contact.objects.create(organisation=company, name="Sonia", role="SITE", email=written)
    Contact.objects.create(organisation=company, name="Lise", role="SITE", email="lise@etti.example", rank=2)
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator)
    address = reverse("hours:send-link", args=[world.own.award.pk, f"{OCTOBER:%Y-%m}", company.pk])
    browser.post(address)
    link = link_of(OutgoingEmail.objects.get(recipient=written))
    manager = accounts.member(
        company, Role.EMPLOYER, first_name="M", last_name="L", email="m@x.example", is_manager=True
    )
    left = Membership.objects.get(pk=world.cast.employer.membership_id or 0)
    memberships.close(membership=left, by=manager, at=NOW)
    assert Client().get(link).status_code == 410
    OutgoingEmail.objects.all().delete()
    browser.post(address)
    assert OutgoingEmail.objects.get().recipient == "lise@etti.example"


def test_a_partner_who_tells_of_so_many_people_that_a_company_can_keep_its_contacts_no_more(
    world: World, browser: Attacker
) -> None:
    company, award = world.own.contractor, world.own.award
    browser.acting(world.cast.buyer)
    for rank in range(1, 13):
        meeting = {
            "submission": str(uuid4()), "held_on": "2025-04-08", "place": "Mairie", "attended": "x",
            "version": str(rank), f"name_{award.pk}": f"N{rank}", f"email_{award.pk}": f"n{rank}@x.example",
        }  # fmt: skip
        address = reverse("obligations:kick-off", args=[world.own.tender.pk])
        assert browser.post(address, meeting).status_code == 302
    kept = list(Contact.objects.filter(organisation=company).present())
    assert len(kept) == 8
    assert kept[-1].name == "N12"
    form = {"submission": str(uuid4()), "contacts-TOTAL_FORMS": "8", "contacts-INITIAL_FORMS": "8"}
    for rank, one in enumerate(kept):
        form |= {f"contacts-{rank}-name": one.name, f"contacts-{rank}-role": "SITE"}
        form |= {f"contacts-{rank}-mobile": "0612345678", f"contacts-{rank}-contact": str(one.pk)}
        form |= {f"contacts-{rank}-ORDER": str(rank + 1)}
    address = reverse("accounts:contacts", args=[company.pk])
    assert browser.acting(world.cast.contractor).post(address, form).status_code == 302
    assert not Contact.objects.filter(organisation=company).present().exclude(told_by=None)


def test_a_partner_who_tells_its_own_address_as_that_of_a_company(world: World, browser: Attacker) -> None:
    """A buyer tells whom to call at the meeting: it receives neither the months of the company, which name people, nor
    what concerns the contracts of others.
    """
    company, award = world.own.contractor, world.own.award
    Contact.objects.filter(organisation=company).update(email="", mobile="0639980001")
    name = (
        Contact.objects.filter(organisation=company).order_by("rank", "pk").values_list("name", flat=True)[0]
    )
    other = make.tender(buyer=world.other.buyer, structure=world.other.structure, reference="2025-902")
    second = make.award(make.lot(other), (company, Decimal(1)))
    make.notify(other, notified_on=date(2025, 3, 10))
    meeting = {
        "submission": str(uuid4()), "held_on": "2025-04-08", "place": "Mairie", "attended": "x", "version": "1",
        f"name_{award.pk}": name, f"email_{award.pk}": EVE,
    }  # fmt: skip
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    assert browser.acting(world.cast.buyer).post(address, meeting).status_code == 302
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator)
    browser.post(reverse("hours:send-link", args=[award.pk, "2025-10", company.pk]))
    browser.post(reverse("accounts:ask-contacts", args=[company.pk]))
    browser.acting(world.cast.other_facilitator)
    browser.post(reverse("obligations:plan-welcome", args=[second.pk]))
    assert not OutgoingEmail.objects.filter(recipient=EVE).exists()
    browser.acting(world.cast.facilitator)
    browser.post(reverse("obligations:plan-welcome", args=[award.pk]))
    assert OutgoingEmail.objects.filter(recipient=EVE).exists(), (
        "its own contract: that is what it is told for"
    )


def test_a_partner_whose_own_address_the_network_sends_on_without_having_read_it(
    world: World, browser: Attacker
) -> None:
    """A buyer gives its own address to a contact of the company, true by name; the facilitator then corrects the same
    minutes, which its page fills in with that address, or types the true one: no link of a month goes to the buyer.
    """
    company, award = world.own.contractor, world.own.award
    Contact.objects.filter(organisation=company).update(email="", mobile="0639980001")
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    minutes = {"held_on": "2025-04-08", "place": "Mairie", "attended": "x"}

    def send(version: int, email: str) -> None:
        sent = minutes | {
            "submission": str(uuid4()), "version": str(version), f"name_{award.pk}": "Sam Vrai", f"email_{award.pk}": email,
            f"mobile_{award.pk}": "0639980002",
        }  # fmt: skip
        assert browser.post(address, sent).status_code == 302

    browser.acting(world.cast.buyer)
    send(1, EVE)
    browser.acting(world.cast.facilitator)
    assert EVE in browser.get(address).said, "the page is filled in with it"
    send(2, EVE)
    send(3, "")
    send(4, "sam@btp.example")
    OutgoingEmail.objects.all().delete()
    browser.post(reverse("hours:send-link", args=[award.pk, "2025-10", company.pk]))
    assert [letter.recipient for letter in OutgoingEmail.objects.all()] == ["sam@btp.example"]


def test_a_partner_who_turns_the_calls_to_a_company_to_its_own_telephone(
    world: World, browser: Attacker
) -> None:
    company, award = world.own.contractor, world.own.award
    first = Contact.objects.filter(organisation=company).order_by("rank", "pk")[0]
    Contact.objects.filter(pk=first.pk).update(mobile="06 39 98 00 01")
    meeting = {
        "submission": str(uuid4()), "held_on": "2025-04-08", "place": "Mairie", "attended": "x", "version": "1",
        f"name_{award.pk}": first.name, f"mobile_{award.pk}": "0639980066",
    }  # fmt: skip
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    assert browser.acting(world.cast.buyer).post(address, meeting).status_code == 302
    first.refresh_from_db()
    assert first.mobile == "06 39 98 00 01"
    assert "06 39 98 00 66" in browser.get(address).said, "its own minutes say what it typed"


def test_a_partner_who_is_called_before_the_landline_of_a_company_and_reads_its_address(
    world: World, browser: Attacker
) -> None:
    """A number of its own, beside the name of a contact who has no mobile, is its own contact's; the other's stay unread."""
    first = Contact.objects.filter(organisation=world.own.contractor).order_by("rank", "pk")[0]
    Contact.objects.filter(pk=first.pk).update(
        name="Rose Martin", phone="01 60 00 00 01", mobile="", email="rose@batisud.example"
    )
    meeting = {
        "submission": str(uuid4()), "held_on": "2025-04-08", "place": "Mairie", "attended": "x", "version": "1",
        f"name_{world.own.award.pk}": "Rose Martin", f"mobile_{world.own.award.pk}": "06 39 98 00 66",
    }  # fmt: skip
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    assert browser.acting(world.cast.buyer).post(address, meeting).status_code == 302
    first.refresh_from_db()
    assert (first.told_by, first.mobile, first.phone) == (None, "", "01 60 00 00 01")
    assert "rose@batisud.example" not in browser.get(address).said


def test_to_send_the_link_of_a_month_to_an_organisation_that_has_none(
    world: World, browser: Attacker
) -> None:
    """Anybody of the network could be written to about one's own contract; the link of who never works broke."""
    stranger = accounts.organisation(name="Signe seule", number=77, roles=(Role.SIGNATORY,))
    Contact.objects.create(organisation=stranger, name="R", role="SITE", email="r@x.example")
    OutgoingEmail.objects.all().delete()
    keys = [world.own.award.pk, f"{OCTOBER:%Y-%m}", stranger.pk]
    browser.acting(world.cast.facilitator).post(reverse("hours:send-link", args=keys))
    assert not OutgoingEmail.objects.exists()


def test_to_be_called_in_the_place_of_a_colleague_after_having_left(world: World, browser: Attacker) -> None:
    """A replacement arranged before the departure: the company is no longer sent to who left."""
    structure, absent = world.own.structure, world.cast.facilitator
    left = accounts.member(
        structure, Role.FACILITATOR, first_name="Paul", last_name="Parti", email="paul@x.example"
    )
    Tender.objects.filter(pk=world.own.tender.pk).update(facilitator=absent.user_id)
    Cover.objects.all().delete()
    Cover.objects.create(
        absent_id=absent.user_id or 0,
        substitute_id=left.user_id or 0,
        organisation=structure,
        starts_on=date(2025, 10, 1),
        ends_on=date(2025, 12, 1),
    )
    page = reverse("followup:my-lot", args=[world.own.award.pk])
    assert "paul@x.example" in browser.acting(world.cast.contractor).get(page).said
    membership = Membership.objects.get(pk=left.membership_id or 0)
    memberships.close(membership=membership, by=left, at=NOW)
    said = browser.get(page).said
    assert "paul@x.example" not in said
    assert absent.name in said
