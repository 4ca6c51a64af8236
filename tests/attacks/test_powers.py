"""Powers: to open for oneself, by a second address, a door that one does not have.

Elsewhere: becoming a manager by a field (test_forms.py), another's membership (test_sessions.py), who may invite whom
(tests/accounts/test_invitations.py).
"""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse, reverse_lazy

from clauses.procurement.models import GroupMember, Tender
from inclusiv.accounts.actions import invitations, memberships
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.choices import JOINABLE_ROLES
from inclusiv.accounts.models import Capacity, Contact, Invitation, JoinRequest, Membership, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.records.actions import mails
from inclusiv.records.models import Exchange, OutgoingEmail, reference
from tests.accounts.conftest import PASSWORD, link_of, with_application, with_password
from tests.attacks.conftest import Attacker
from tests.world import NOW, World

EVE = "eve@evil.example"
PROOFS = {
    reverse_lazy(name)
    for name in ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")
}
"""Where one is sent to prove again who one is."""


def invited(browser: Attacker, organisation: Organisation | None, role: Role, **more: str) -> Any:
    """Send the form of an invitation to one's own second address."""
    address = (
        reverse("accounts:invite-into", args=[organisation.pk])
        if organisation
        else reverse("accounts:invite")
    )
    return browser.post(address, {"submission": str(uuid4()), "email": EVE, "role": role.value} | more)


def as_simple_member(actor: Actor) -> None:
    Membership.objects.filter(pk=actor.membership_id or 0).update(is_manager=False)


def guarded(world: World) -> dict[str, Organisation]:
    """Return the organisations that hold files or figures, and open their own doors."""
    return {
        "another structure": world.other.structure,
        "one of another département": world.elsewhere.structure,
        "the coordination, which prescribes too": world.cast.departement,
        "one's own, without managing it": world.own.structure,
    }


@pytest.mark.parametrize("more", [{}, {"is_manager": "on"}])
def test_to_enter_a_structure_by_a_role_that_one_may_give_to_partners(
    world: World, browser: Attacker, more: dict[str, str]
) -> None:
    """A prescriber of a structure would read all its people; a manager there would open the rest."""
    as_simple_member(world.cast.facilitator)
    known = set(Invitation.objects.values_list("pk", flat=True))
    browser.acting(world.cast.facilitator).confirmed()
    for organisation, role in product(guarded(world).values(), Role):
        invited(browser, organisation, role, **more)
        invited(browser, None, role, siret=organisation.siret or "", **more)
    assert set(Invitation.objects.values_list("pk", flat=True)) == known


def test_to_have_a_request_of_one_s_own_answered_by_oneself(world: World, browser: Attacker) -> None:
    as_simple_member(world.cast.facilitator)
    browser.acting(world.cast.facilitator)
    for organisation in guarded(world).values():
        asked = JoinRequest.objects.create(
            email=EVE, name="Eve", organisation=organisation, told_siret=organisation.siret or "",
            told_name=organisation.name, role=Role.PRESCRIBER, asked_at=NOW,
        )  # fmt: skip
        browser.post(reverse("accounts:join-accept", args=[asked.pk]))
    assert not Invitation.objects.filter(email=EVE).exists()


@pytest.mark.parametrize("role", JOINABLE_ROLES)
def test_to_ask_for_a_role_that_one_s_company_does_not_hold_and_to_accept(
    world: World, browser: Attacker, role: Role
) -> None:
    """Anybody may ask, and who manages the accesses of a company answers: for what the company does, and no more."""
    company = world.own.contractor
    form = {
        "submission": str(uuid4()), "name": "Eve", "email": EVE, "role": role.value,
        "siret": company.siret or "", "organisation": company.name,
    }  # fmt: skip
    browser.post(reverse("accounts:join"), form)
    asked = JoinRequest.objects.get(email=EVE)
    browser.acting(world.cast.contractor).post(reverse("accounts:join-accept", args=[asked.pk]))
    assert Invitation.objects.filter(email=EVE).exists() is (role is Role.CONTRACTOR)


def test_to_read_the_people_of_a_prescriber_or_to_manage_a_company_that_has_its_own(
    world: World, browser: Attacker
) -> None:
    prescriber = accounts.organisation(name="Mission locale", number=41, roles=(Role.PRESCRIBER,))
    assert invited(browser.acting(world.cast.facilitator), prescriber, Role.PRESCRIBER).status_code == 302
    Invitation.objects.filter(email=EVE).delete()
    browser.confirmed()
    one = accounts.member(prescriber, Role.PRESCRIBER, first_name="I", last_name="N", email="i@ml.example")
    assert invited(browser, prescriber, Role.PRESCRIBER).status_code == 422
    Membership.objects.filter(pk=one.membership_id or 0).update(revoked_at=NOW, ends_on=NOW)
    for role in (Role.PRESCRIBER, Role.BUYER):
        assert invited(browser, prescriber, role, is_manager="on").status_code == 422, (
            "everybody left, the files stay"
        )
    as_simple_member(world.cast.contractor)
    refused = invited(browser, world.own.contractor, Role.CONTRACTOR, is_manager="on")
    assert "s’y confie de l’intérieur" in refused.said
    assert not Invitation.objects.filter(email=EVE).exists()


def test_to_come_into_a_company_unseen_by_who_manages_its_accesses(world: World, browser: Attacker) -> None:
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.coordinator).confirmed()
    invited(browser, world.other.contractor, Role.CONTRACTOR)
    told = {letter.recipient: letter.text for letter in OutgoingEmail.objects.all()}
    assert told.keys() == {EVE, "irma@example.org"}
    assert EVE in told["irma@example.org"]
    assert "/lien/" not in told["irma@example.org"]


def test_to_come_unseen_into_a_company_that_nobody_manages(world: World, browser: Attacker) -> None:
    """Who works there, its contacts and the other structures that follow it are told: they know who is a stranger."""
    company = world.own.contractor
    as_simple_member(world.cast.contractor)
    Contact.objects.create(organisation=company, name="Elle", role="SITE", email="elle@x.example", rank=9)
    GroupMember.objects.filter(award=world.other.award).update(organisation=company)
    OutgoingEmail.objects.all().delete()
    invited(browser.acting(world.cast.facilitator), company, Role.CONTRACTOR)
    told = {letter.recipient: letter.text for letter in OutgoingEmail.objects.all()}
    assert {"roland@example.org", "elle@x.example", "paul@example.org"} <= told.keys()
    assert all(EVE in text and "/lien/" not in text for to, text in told.items() if to != EVE)


@pytest.mark.parametrize("inviter", ["facilitator", "coordinator"])
@pytest.mark.parametrize("side", ["other", "elsewhere"])
@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.CONTRACTOR, Role.BUYER])
def test_to_enter_a_company_or_a_buyer_that_one_does_not_work_with(
    world: World, browser: Attacker, side: str, role: Role, inviter: str
) -> None:
    """Who works there is named behind it, and the coordination reads no name: its managers alone open what others follow."""
    partner = getattr(getattr(world, side), role.value.lower())
    Membership.objects.filter(capacity__organisation=partner).update(is_manager=False)
    by = getattr(world.cast, inviter)
    as_simple_member(by)
    known = Invitation.objects.count()
    browser.acting(by).confirmed()
    assert invited(browser, partner, role).status_code == 422
    assert invited(browser, None, role, siret=partner.siret or "").status_code == 422
    assert Invitation.objects.count() == known


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATION, Role.PRESCRIBER])
def test_to_wear_another_hat_from_the_coordination(world: World, browser: Attacker, role: Role) -> None:
    """Whoever coordinates sees no identity: only who manages its accesses opens the doors behind which there are some."""
    browser.acting(world.cast.coordinator).confirmed()
    as_simple_member(world.cast.coordinator)
    invited(browser, world.own.structure, role)
    assert not Invitation.objects.filter(email=EVE).exists()
    Membership.objects.filter(pk=world.cast.coordinator.membership_id or 0).update(is_manager=True)
    assert invited(browser, world.own.structure, role).status_code == 302


@pytest.mark.parametrize("role", list(Role))
def test_to_give_one_s_organisation_a_role_that_it_does_not_hold(world: World, role: Role) -> None:
    """Who manages the accesses of a company or of a structure gives the role that it holds, and no other."""
    for home, actor in (
        (world.own.contractor, world.cast.contractor),
        (world.own.structure, world.cast.facilitator),
    ):
        manager = Membership.objects.with_actor().get(pk=actor.membership_id or 0).actor()
        given: dict[str, Any] = {
            "organisation": home,
            "role": role,
            "guest": Guest(EVE),
            "by": manager,
            "at": NOW,
        }
        if role is actor.role:
            assert invitations.invite(**given).pk
        else:
            with pytest.raises(Refused):
                invitations.invite(**given)


def test_to_send_again_as_an_outsider_what_may_not_be_sent_any_more(world: World, browser: Attacker) -> None:
    """Invited to manage a company where nobody was, sent again once somebody is: from inside only; taken back by anyone."""
    company = accounts.organisation(name="Neuve", number=42, roles=(Role.CONTRACTOR,))
    invited(browser.acting(world.cast.facilitator), company, Role.CONTRACTOR, is_manager="on")
    pending = Invitation.objects.get(email=EVE)
    accounts.member(company, Role.CONTRACTOR, first_name="A", last_name="B", email="a@neuve.example")
    OutgoingEmail.objects.all().delete()
    browser.post(reverse("accounts:invitation-again", args=[pending.pk]))
    assert not OutgoingEmail.objects.exists()
    browser.post(reverse("accounts:invitation-revoke", args=[pending.pk]))
    pending.refresh_from_db()
    assert pending.revoked_at


def test_to_use_a_session_left_open_to_give_power(world: World, browser: Attacker) -> None:
    """Management and the doors of the network ask again who one is; a partner's first access and a colleague's do not."""
    colleague = world.own_of(Role.BUYER).doorway
    browser.acting(world.cast.buyer).confirmed(ago=timedelta(minutes=6))
    target = Membership.objects.exclude(pk=world.cast.buyer.membership_id or 0).get(
        capacity__organisation=colleague.organisation, user__last_name="Collègue", capacity__role=Role.BUYER
    )
    dangerous = [
        browser.post(reverse("accounts:manager", args=[target.pk]), {"gere": "1"}),
        browser.post(reverse("accounts:close", args=[target.pk])),
        invited(browser, None, Role.BUYER, is_manager="on"),
    ]
    simple = [invited(browser, None, Role.BUYER)]
    browser.acting(world.cast.coordinator).confirmed(ago=timedelta(minutes=6))
    dangerous += [
        invited(browser, world.own.structure, Role.FACILITATOR),
        invited(browser, None, Role.COORDINATION),
    ]
    browser.acting(world.cast.facilitator).confirmed(ago=timedelta(minutes=6))
    company = accounts.organisation(name="Neuve", number=43, roles=(Role.CONTRACTOR,))
    simple.append(invited(browser, company, Role.CONTRACTOR, is_manager="on"))
    asked = [answer.headers.get("Location", "").partition("?")[0] for answer in dangerous]
    assert set(asked) <= PROOFS
    assert [answer.headers.get("Location") for answer in simple] == [reverse("accounts:team")] * 2
    target.refresh_from_db()
    assert not target.is_manager
    assert Invitation.objects.filter(email=EVE).count() == 2


def test_to_receive_the_invitation_of_somebody_whose_address_does_not_work(
    world: World, browser: Attacker
) -> None:
    """Other letters go on to the next contact; this one would let that contact enter in another's name."""
    company = world.own.contractor
    as_simple_member(world.cast.contractor)
    Contact.objects.create(organisation=company, name="Lui", role="SITE", email=EVE, rank=1)
    Contact.objects.create(organisation=company, name="Elle", role="SITE", email="elle@x.example", rank=2)
    invited(browser.acting(world.cast.facilitator), company, Role.CONTRACTOR)
    mails.bounce(mail=OutgoingEmail.objects.get(recipient=EVE), reason="550", at=NOW)
    told = OutgoingEmail.objects.filter(recipient="elle@x.example")
    assert not told.filter(text__contains="/lien/").exists()


def test_to_close_or_change_the_accesses_of_others_without_managing_any(world: World) -> None:
    as_simple_member(world.cast.facilitator)
    simple = Membership.objects.with_actor().get(pk=world.cast.facilitator.membership_id or 0).actor()
    colleague = Membership.objects.get(
        capacity__organisation=world.own.structure, user__last_name="Collègue", revoked_at=None
    )
    with pytest.raises(Refused, match="gère les accès"):
        memberships.close(membership=colleague, by=simple, at=NOW)
    with pytest.raises(Refused, match="gère les accès"):
        memberships.set_manager(membership=colleague, is_manager=True, by=simple, at=NOW)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("mfa_deactivate_totp", "application"), ("mfa_remove_webauthn", "passkey"), ("mfa_add_webauthn", "passkey"),
     ("mfa_activate_totp", "none"), ("mfa_generate_recovery_codes", "application")],
)  # fmt: skip
def test_to_use_a_session_left_open_to_change_what_protects_the_account(
    world: World, browser: Attacker, name: str, kind: str
) -> None:
    user = with_password(world.cast.buyer)
    if kind != "passkey":
        Authenticator.objects.filter(user=user).delete()
    if kind == "application":
        with_application(user)
    held = list(Authenticator.objects.filter(user=user).order_by("pk").values_list("pk", "type", "data"))
    keys = [world.own_of(Role.BUYER).doorway.passkey.pk] if name == "mfa_remove_webauthn" else []
    browser.acting(world.cast.buyer).confirmed(ago=timedelta(minutes=6))
    for way in ("get", "post"):
        answer = getattr(browser, way)(reverse(name, args=keys))
        assert answer.headers["Location"].partition("?")[0] in PROOFS
    assert (
        list(Authenticator.objects.filter(user=user).order_by("pk").values_list("pk", "type", "data")) == held
    )


def test_to_go_on_by_the_links_of_a_company_whose_access_one_has_lost(
    world: World, browser: Attacker
) -> None:
    """The month's link went to an address that also signed in: both end with the access."""
    company, leaver = world.own.contractor, world.cast.contractor
    Contact.objects.create(organisation=company, name="R", role="SITE", email="roland@example.org", rank=0)
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator).post(reverse("accounts:ask-contacts", args=[company.pk]))
    link = link_of(OutgoingEmail.objects.get())
    assert browser.get(link).status_code == 200
    manager = accounts.member(
        company, Role.CONTRACTOR, first_name="M", last_name="L", email="m@x.example", is_manager=True
    )
    memberships.close(membership=Membership.objects.get(pk=leaver.membership_id or 0), by=manager, at=NOW)
    assert browser.get(link).status_code == 410


@pytest.mark.parametrize("by_request", [False, True])
def test_to_use_a_session_left_open_to_let_somebody_into_a_structure_as_a_prescriber(
    world: World, browser: Attacker, by_request: bool
) -> None:
    """A prescriber there reads every file, without a second factor: by an invitation, or by answering a request."""
    structure = world.own.structure
    Membership.objects.filter(pk=world.cast.coordinator.membership_id or 0).update(is_manager=True)
    browser.acting(world.cast.coordinator).confirmed(ago=timedelta(minutes=6))
    if by_request:
        asked = JoinRequest.objects.create(
            email=EVE, name="Eve", organisation=structure, told_siret=structure.siret or "",
            told_name=structure.name, role=Role.PRESCRIBER, asked_at=NOW,
        )  # fmt: skip
        answer = browser.post(reverse("accounts:join-accept", args=[asked.pk]))
    else:
        answer = invited(browser, structure, Role.PRESCRIBER)
    assert answer.headers.get("Location", "").partition("?")[0] in PROOFS
    assert not Invitation.objects.filter(email=EVE).exists()


@pytest.mark.parametrize("changes_role", [False, True])
def test_to_have_a_form_that_waits_for_a_proof_act_for_another_organisation(
    world: World, browser: Attacker, changes_role: bool
) -> None:
    """Sent in one role, kept until the password; another tab changes the role in between: it acts for nobody."""
    user = with_password(world.cast.buyer)
    elsewhere = Membership.objects.create(
        user=user,
        capacity=world.other.buyer.capacities.get(),
        is_manager=True,
        starts_on=accounts.OPENED_ON,
    )
    browser.acting(world.cast.buyer).confirmed(ago=timedelta(minutes=6))
    waits = browser.post(
        reverse("accounts:invite"),
        {"submission": str(uuid4()), "email": EVE, "role": Role.BUYER.value, "is_manager": "on"},
    )
    if changes_role:
        browser.post(reverse("accounts:switch", args=[elsewhere.pk]))
    browser.post(waits.headers["Location"], {"password": PASSWORD})
    assert Invitation.objects.filter(email=EVE).exists() is not changes_role


def test_to_do_by_another_role_of_one_s_organisation_what_is_about_a_person_followed(
    world: World, browser: Attacker
) -> None:
    """A Département coordinates and prescribes: who coordinates does not touch what prescribers noted of people."""
    followed = world.own_of(Role.PRESCRIBER).dossier.person
    noted = Exchange.objects.get(subjects=[reference(followed)])
    address = reverse("records:resume-exchange", args=[noted.pk])
    assert browser.acting(world.cast.coordinator).post(address).status_code == 404
    noted.refresh_from_db()
    assert noted.resumed_at is None
    assert browser.acting(world.cast.prescriber).post(address).status_code == 302


@pytest.mark.parametrize("role", [Role.BUYER, Role.COORDINATION])
def test_to_read_in_another_role_of_one_s_organisation_what_its_facilitators_noted(
    world: World, browser: Attacker, role: Role
) -> None:
    """A structure that also buys, or coordinates: its notes of calls name people whom neither role may read."""
    structure, tender = world.own.structure, world.own.draft
    Tender.objects.filter(pk=tender.pk).update(buyer=structure)
    Capacity.objects.create(organisation=structure, role=role, starts_on=date(2020, 1, 1))
    reader = accounts.member(structure, role, first_name="Ines", last_name="Autre", email="ines@x.example")
    note = f"{reverse('records:note-exchange')}?sujet={reference(tender)}"
    form = {"kind": "CALL", "happened_on": "2025-10-13", "text": "Anna touche l’AAH", "next_on": "2025-10-14"}
    browser.acting(world.cast.facilitator)
    assert browser.post(note, form | {"submission": str(uuid4())}).status_code == 302
    page = reverse("procurement:tender", args=[tender.pk])
    assert "AAH" in browser.get(page).said
    assert browser.acting(reader).get(page).status_code == 200
    assert "AAH" not in browser.get(page).said
    kept = Exchange.objects.get(subjects=[reference(tender)])
    assert browser.post(reverse("records:resume-exchange", args=[kept.pk])).status_code == 404
    assert browser.post(note, form | {"submission": str(uuid4()), "text": "x"}).status_code == 302
    kept.refresh_from_db()
    assert kept.resumed_at is None


def test_to_send_in_a_role_just_accepted_what_was_drawn_for_another(world: World) -> None:
    """An invitation is accepted in one tab: the form open in the other one is received no more."""
    browser = Attacker(enforce_csrf_checks=True)
    taken = world.own_of(Role.CONTRACTOR).doorway
    Invitation.objects.filter(pk=taken.invitation.pk).update(email="claire@example.org")
    browser.acting(world.cast.buyer).get(reverse("accounts:join"))
    drawn = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "submission": str(uuid4())}
    browser.post(reverse("records:link", args=[taken.token]), drawn)
    assert browser.session["membership"] != world.cast.buyer.membership_id
    assert browser.post(reverse("accounts:invite"), drawn).status_code == 403


@pytest.mark.parametrize("role", [Role.CONTRACTOR, Role.PRESCRIBER])
def test_to_keep_an_invitation_until_there_is_something_to_take(
    world: World, browser: Attacker, role: Role
) -> None:
    """Sent while nobody was there, accepted once somebody is: nothing from outside any more."""
    partner = accounts.organisation(name="Neuve", number=44, roles=(role,))
    OutgoingEmail.objects.all().delete()
    invited(browser.acting(world.cast.facilitator), partner, role, is_manager="on")
    link = link_of(OutgoingEmail.objects.get(recipient=EVE))
    accounts.member(partner, role, first_name="A", last_name="B", email="a@neuve.example", is_manager=True)
    form = {"submission": str(uuid4()), "first_name": "Eve", "last_name": "E", "password": PASSWORD}
    answer = Attacker().post(link, form)
    assert "ouvre désormais ses accès autrement" in answer.said
    assert not Membership.objects.filter(user__email=EVE).exists()


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATION])
def test_to_give_here_a_role_that_one_s_organisation_holds_in_another_departement(
    world: World, browser: Attacker, role: Role
) -> None:
    """What one does in a département opens no figure and no file of the next one."""
    home = world.cast.builder
    Capacity.objects.create(organisation=home, role=role, department="77", starts_on=accounts.OPENED_ON)
    browser.acting(world.cast.contractor).confirmed()
    invited(browser, None, role)
    assert not Invitation.objects.filter(email=EVE).exists()
    assert not Capacity.objects.filter(organisation=home, role=role, department="91").exists()


def test_to_manage_the_doors_of_a_departement_by_a_password_alone(
    world: World, browser: Attacker, settings: Any
) -> None:
    """Whoever manages the accesses of an organisation that coordinates opens its figures, whatever they do there."""
    settings.SECOND_FACTOR_COMPULSORY = True
    Authenticator.objects.filter(user=world.cast.prescriber.user_id or 0).delete()
    browser.acting(world.cast.prescriber)
    assert browser.get(reverse("accounts:invite")).headers["Location"] == reverse("accounts:protect")
    as_simple_member(world.cast.prescriber)
    assert browser.get(reverse("people:list")).status_code == 200


@pytest.mark.parametrize("loses", ["the access", "the management"])
def test_to_come_back_by_an_invitation_sent_to_oneself_before_leaving(
    world: World, browser: Attacker, loses: str
) -> None:
    """A second address, invited while one managed: nothing opens once its sender has left, nor the management once lost."""
    structure, leaver = world.own.structure, world.cast.facilitator
    keeper = accounts.member(
        structure, Role.FACILITATOR, first_name="K", last_name="P", email="k@x.example", is_manager=True
    )
    OutgoingEmail.objects.all().delete()
    browser.acting(leaver).confirmed()
    assert invited(browser, None, Role.FACILITATOR, is_manager="on").status_code == 302
    link = link_of(OutgoingEmail.objects.get(recipient=EVE))
    left = Membership.objects.get(pk=leaver.membership_id or 0)
    if loses == "the access":
        memberships.close(membership=left, by=keeper, at=NOW)
    else:
        memberships.set_manager(membership=left, is_manager=False, by=keeper, at=NOW)
    form = {"submission": str(uuid4()), "first_name": "Eve", "last_name": "E", "password": PASSWORD}
    Attacker().post(link, form)
    opened = Membership.objects.filter(user__email=EVE).values_list("is_manager", flat=True)
    assert list(opened) == ([] if loses == "the access" else [False])


def test_to_come_back_as_a_buyer_that_one_invited_before_leaving(world: World, browser: Attacker) -> None:
    """A commune where nobody was, opened to one's second address by a facilitator who has left since."""
    commune = accounts.organisation(name="Commune vide", number=45, roles=(Role.BUYER,))
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator).confirmed()
    assert invited(browser, commune, Role.BUYER, is_manager="on").status_code == 302
    link = link_of(OutgoingEmail.objects.get(recipient=EVE))
    left = Membership.objects.get(pk=world.cast.facilitator.membership_id or 0)
    keeper = accounts.member(
        world.own.structure,
        Role.FACILITATOR,
        first_name="K",
        last_name="P",
        email="k@x.example",
        is_manager=True,
    )
    memberships.close(membership=left, by=keeper, at=NOW)
    form = {"submission": str(uuid4()), "first_name": "Eve", "last_name": "E", "password": PASSWORD}
    Attacker().post(link, form)
    assert not Membership.objects.filter(user__email=EVE).exists()


def test_to_use_a_session_left_open_to_send_again_what_fell_with_its_sender(
    world: World, browser: Attacker
) -> None:
    """Somebody invited a second address of theirs to facilitate and manage, then left; a colleague's screen is left open."""
    structure, leaver = world.own.structure, world.cast.facilitator
    keeper = accounts.member(
        structure, Role.FACILITATOR, first_name="K", last_name="P", email="k@x.example", is_manager=True
    )
    browser.acting(leaver).confirmed()
    assert invited(browser, None, Role.FACILITATOR, is_manager="on").status_code == 302
    memberships.close(membership=Membership.objects.get(pk=leaver.membership_id or 0), by=keeper, at=NOW)
    OutgoingEmail.objects.all().delete()
    with_password(keeper)
    browser.acting(keeper).confirmed(ago=timedelta(minutes=6))
    pending = Invitation.objects.get(email=EVE)
    browser.post(reverse("accounts:invitation-again", args=[pending.pk]))
    assert not OutgoingEmail.objects.filter(recipient=EVE).exists()


SIRET = "73282932000074"


@pytest.mark.parametrize("target", ["a company, by its facilitator", "a structure, by the coordination"])
def test_to_be_let_into_an_organisation_under_the_name_of_another(
    world: World, browser: Attacker, target: str
) -> None:
    """Who answers reads the name that the platform knows, at least beside what was typed."""
    is_company = target.startswith("a company")
    into = world.own.contractor if is_company else world.own.structure
    as_simple_member(world.cast.contractor)
    Organisation.objects.filter(pk=into.pk).update(siret=SIRET, siren=SIRET[:9])
    asked = {"name": "Paul Durand", "email": EVE, "siret": SIRET, "submission": str(uuid4())}
    asked["role"] = (Role.CONTRACTOR if is_company else Role.PRESCRIBER).value
    asked["organisation"] = "Menuiserie Durand" if is_company else "Mission locale du Val"
    Client().post(reverse("accounts:join"), asked)
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator if is_company else world.cast.coordinator).confirmed()
    page = browser.get(reverse("accounts:team")).said
    row = page[page.index("Paul Durand") :][:1500]
    browser.post(reverse("accounts:join-accept", args=[JoinRequest.objects.get(email=EVE).pk]))
    link = link_of(OutgoingEmail.objects.get(recipient=EVE))
    stranger = Attacker()
    new = {"first_name": "Paul", "last_name": "Durand", "password": PASSWORD, "submission": str(uuid4())}
    assert stranger.post(link, new).status_code == 302
    if is_company:
        assert stranger.get(reverse("followup:my-lot", args=[world.own.award.pk])).status_code == 200
    else:
        assert stranger.get(reverse("people:person", args=[world.own.dossier.pk])).status_code == 200
    assert into.name in row


def test_to_end_the_invitations_of_another_structure_by_its_contacts(world: World, browser: Attacker) -> None:
    """The facilitation keeps everybody's contacts, not everybody's doors: the invitation still waits, its link is dead."""
    structure = world.own.structure
    browser.acting(world.cast.facilitator).confirmed()
    OutgoingEmail.objects.all().delete()
    assert invited(browser, None, Role.FACILITATOR).status_code == 302
    link = link_of(OutgoingEmail.objects.get(recipient=EVE))
    assert Client().get(link).status_code == 200
    browser.acting(world.cast.other_facilitator)

    def send(*rows: dict[str, str], known: int = 0) -> Any:
        form = {"submission": str(uuid4()), "contacts-TOTAL_FORMS": str(len(rows))}
        form["contacts-INITIAL_FORMS"] = str(known)
        for place, row in enumerate(rows):
            form |= {f"contacts-{place}-{name}": value for name, value in row.items()}
        return browser.post(reverse("accounts:contacts", args=[structure.pk]), form)

    kept = {"name": "A", "role": "SITE", "email": "a@x.example", "ORDER": "1"}
    passing = {"name": "E", "role": "SITE", "email": EVE, "ORDER": "2"}
    send(kept, passing)
    keys = {one.email: str(one.pk) for one in Contact.objects.filter(organisation=structure).present()}
    send(kept | {"contact": keys["a@x.example"]}, passing | {"contact": keys[EVE], "DELETE": "on"}, known=2)
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FACILITATOR])
def test_to_open_the_files_of_another_departement_by_coordinating_one_s_own(
    world: World, browser: Attacker, role: Role
) -> None:
    """Whoever manages the accesses of a coordination opens any door of its own département: « PLIE de Melun » is of the 77."""
    Membership.objects.filter(pk=world.cast.coordinator.membership_id or 0).update(is_manager=True)
    browser.acting(world.cast.coordinator).confirmed()
    assert invited(browser, world.elsewhere.structure, role).status_code == 422
    assert invited(browser, world.own.structure, role).status_code == 302
    assert [one.capacity.organisation for one in Invitation.objects.filter(email=EVE)] == [
        world.own.structure
    ]


@pytest.mark.parametrize("ends_on", [None, date(2025, 10, 1)], ids=["managed", "the manager's term is over"])
def test_a_request_waits_for_the_manager_and_for_the_network_once_there_is_none(
    world: World, ends_on: date | None
) -> None:
    company = world.other.contractor
    Membership.objects.filter(capacity__organisation=company).update(is_manager=True, ends_on=ends_on)
    JoinRequest.objects.create(
        email=EVE, name="Eve", organisation=company, told_siret=company.siret or "", told_name=company.name,
        role=Role.CONTRACTOR, asked_at=NOW,
    )  # fmt: skip
    seen = JoinRequest.objects.visible_to(world.cast.other_facilitator).filter(email=EVE)
    assert seen.exists() is (ends_on is not None)
