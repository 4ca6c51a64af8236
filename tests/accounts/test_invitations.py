"""Invite, accept, take back: who may open which door, and what a link opens (PRACTICE.md 1.13 and 2)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from inclusiv.accounts.actions import invitations, memberships
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Invitation, Membership, Organisation, User
from inclusiv.accounts.rules.entering import NETWORK, Door, Obstacle, asks_who_acts, obstacle
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.records.models import AuditEvent, OutgoingEmail, SignedLink
from tests.accounts.conftest import PASSWORD as SIGN_IN
from tests.accounts.conftest import link_of, membership_of, with_password
from tests.conftest import ActingClient, Cast

PASSWORD = "Une phrase longue pour 7 chantiers !"
PARTNERS = {Role.BUYER, Role.CONTRACTOR, Role.EMPLOYER, Role.PRESCRIBER}


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Any:
    with time_machine.travel(at, tick=False):
        yield


def invite(
    by: Actor, at: datetime, organisation: Organisation | Told, role: Role, email: str = "jeanne@exemple.fr"
) -> Invitation:
    return invitations.invite(organisation=organisation, role=role, guest=Guest(email), by=by, at=at)


def profile(**changes: str) -> dict[str, str]:
    return {
        "submission": str(uuid4()),
        "first_name": "Jeanne",
        "last_name": "Roy",
        "phone": "",
        "password": PASSWORD,
    } | changes


@pytest.mark.parametrize("role", list(Role))
def test_facilitators_invite_partners_and_managers_their_own_people(role: Role) -> None:
    def stops(inviter: Role, *, is_manager: bool = False, **door: Any) -> Obstacle | None:
        return obstacle(Door(role=role, **door), inviter=inviter, is_manager=is_manager)

    assert stops(Role.FACILITATOR) is (None if role in PARTNERS else Obstacle.ROLE)
    assert stops(Role.COORDINATION) is (Obstacle.FROM_INSIDE if role in NETWORK else None)
    guarded = Door(role=role, gives_management=True)
    for door in (
        replace(guarded, holds_files=True),
        replace(guarded, is_managed=True),
        replace(guarded, is_of_others=True),
    ):
        assert obstacle(door, inviter=Role.COORDINATION, is_manager=True) is None
        assert asks_who_acts(door, inviter=Role.COORDINATION, is_manager=True)
        assert not asks_who_acts(door, inviter=Role.CONTRACTOR, is_manager=True)
    for inviter in set(Role) - NETWORK:
        assert stops(inviter, is_manager=True, held=frozenset(Role)) is Obstacle.ROLE
        assert stops(inviter, is_own=True, held=frozenset(Role)) is Obstacle.ROLE
        assert stops(inviter, is_manager=True, is_own=True, held=frozenset({role})) is None
        assert stops(inviter, is_manager=True, is_own=True) is Obstacle.ROLE


@pytest.mark.parametrize("role", sorted(PARTNERS))
def test_the_network_opens_the_first_door_of_its_partners_and_gives_no_power_after(role: Role) -> None:
    def stops(**door: Any) -> Obstacle | None:
        return obstacle(Door(role=role, **door), inviter=Role.FACILITATOR, is_manager=True)

    assert stops(gives_management=True) is None
    assert stops(is_inhabited=True) is None
    assert stops(is_inhabited=True, gives_management=True) is Obstacle.MANAGEMENT
    assert stops(holds_files=True) is Obstacle.FROM_INSIDE
    assert stops(is_inhabited=True, is_managed=True) is Obstacle.FROM_INSIDE
    assert stops(is_of_others=True) is Obstacle.OF_OTHERS


def test_a_door_is_what_the_platform_knows_of_it(cast: Cast, at: datetime) -> None:
    def door(organisation: Organisation | Told) -> Door:
        guest = Guest("jeanne@exemple.fr", is_manager=True)
        return invitations.door_to(organisation, role=Role.BUYER, guest=guest, by=cast.facilitator, at=at)

    unknown = Door(role=Role.BUYER, gives_management=True)
    assert door(Told(siret=accounts.siret(799), name="Nouvelle")) == unknown
    held = frozenset({Role.FACILITATOR})
    own = replace(unknown, is_own=True, holds_files=True, is_inhabited=True, held=held)
    assert door(cast.structure) == door(Told(siret=cast.structure.siret or "")) == own
    cast.other_structure.capacities.update(ends_on=at.date() - timedelta(days=1))
    assert door(cast.other_structure) == replace(unknown, holds_files=True)


def test_facilitator_invites_a_company_that_nobody_knew(cast: Cast, at: datetime) -> None:
    told = Told(siret=accounts.siret(700), name="Val Maçonnerie")
    invitation = invite(cast.facilitator, at, told, Role.CONTRACTOR)
    organisation = invitation.capacity.organisation
    assert (organisation.name, invitation.capacity.role) == ("Val Maçonnerie", Role.CONTRACTOR)
    mail = OutgoingEmail.objects.get(recipient="jeanne@exemple.fr")
    assert mail.recipient == "jeanne@exemple.fr"
    assert "Nadia PLIE Nord (PLIE Nord) vous ouvre un accès" in mail.text
    event = AuditEvent.objects.get(code="access.invited")
    assert f"organisation:{organisation.pk}" in event.subjects


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATION, Role.SIGNATORY])
def test_facilitator_opens_no_door_of_the_network(cast: Cast, at: datetime, role: Role) -> None:
    with pytest.raises(Refused) as refused:
        invite(cast.facilitator, at, cast.structure, role)
    assert (refused.value.code, refused.value.field) == ("not_permitted", "role")


def test_manager_invites_colleagues_and_nobody_else(cast: Cast, manager: Actor, at: datetime) -> None:
    assert invite(manager, at, cast.builder, Role.CONTRACTOR).capacity.organisation == cast.builder
    with pytest.raises(Refused):
        invite(manager, at, cast.painter, Role.CONTRACTOR)
    with pytest.raises(Refused):
        invite(cast.contractor, at, cast.builder, Role.CONTRACTOR, "autre@exemple.fr")


def test_somebody_already_in_is_not_invited(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="a déjà cet accès") as refused:
        invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR, "ROLAND@example.org")
    assert refused.value.field == "email"


def test_same_person_is_invited_once_at_a_time(cast: Cast, at: datetime) -> None:
    first = invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    with pytest.raises(Refused, match="renvoyez plutôt son invitation"):
        invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR, "Jeanne@exemple.fr")
    invitations.revoke(invitation=first, by=cast.facilitator, at=at)
    invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    assert Invitation.objects.pending().count() == 1


def test_new_account_opens_by_the_link_and_acts_at_once(
    cast: Cast, browser: ActingClient, at: datetime
) -> None:
    invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    link = link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr"))
    page = browser.get(link)
    assert "vous invite à agir pour <b>Bâti-Sud</b>" in page.text
    response = browser.post(link, profile(), follow=True)
    assert "Votre accès est ouvert" in response.text
    membership = Membership.objects.with_actor().get(user__email="jeanne@exemple.fr")
    assert (membership.capacity.organisation, membership.starts_on) == (cast.builder, at.date())
    assert membership.user.check_password(PASSWORD)
    assert browser.session["membership"] == membership.pk
    assert AuditEvent.objects.get(code="access.opened").data["who"] == "Jeanne Roy"


def test_new_facilitator_protects_the_account_without_typing_the_new_password_again(
    cast: Cast, browser: ActingClient, at: datetime, settings: Any
) -> None:
    settings.SECOND_FACTOR_COMPULSORY = True
    Membership.objects.filter(pk=cast.coordinator.membership_id or 0).update(is_manager=True)
    invite(membership_of(cast.coordinator).actor(), at, cast.structure, Role.FACILITATOR)
    page = browser.post(
        link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr")), profile(), follow=True
    )
    assert "Protégez votre compte" in page.text
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200


def test_link_of_an_invitation_serves_once(cast: Cast, browser: ActingClient, at: datetime) -> None:
    invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    link = link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr"))
    browser.post(link, profile())
    for again in (browser.get(link), ActingClient().post(link, profile(first_name="Voleuse"))):
        assert again.status_code == 410
        assert "Ce lien a servi" in again.text
    assert User.objects.filter(email="jeanne@exemple.fr").count() == 1


def test_weak_password_is_refused_and_nothing_typed_is_lost(
    cast: Cast, browser: ActingClient, at: datetime
) -> None:
    invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    link = link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr"))
    page = browser.post(link, profile(password="jeanne"))
    assert page.status_code == 422
    assert 'value="Jeanne"' in page.text
    assert not User.objects.filter(email="jeanne@exemple.fr").exists()
    assert browser.get(link).status_code == 200


def test_existing_account_signs_in_then_accepts(cast: Cast, browser: ActingClient, at: datetime) -> None:
    invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR, "claire@example.org")
    link = link_of(OutgoingEmail.objects.get(recipient="claire@example.org"))
    page = ActingClient().get(link)
    assert "Cette adresse a déjà un compte" in page.text
    assert f"?next={link}" in page.text
    other = browser.acting(cast.other_buyer)
    assert "un autre compte" in other.get(link).text
    other.post(link, {"submission": str(uuid4())})
    assert Invitation.objects.pending().count() == 1
    browser.acting(cast.buyer).post(link, {"submission": str(uuid4())})
    roles = Membership.objects.filter(user__email="claire@example.org").values_list(
        "capacity__role", flat=True
    )
    assert set(roles) == {Role.BUYER, Role.CONTRACTOR}


def test_account_is_never_made_over_one_that_exists(cast: Cast, browser: ActingClient, at: datetime) -> None:
    invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR, "claire@example.org")
    browser.post(link_of(OutgoingEmail.objects.get(recipient="claire@example.org")), profile())
    assert Membership.objects.filter(user__email="claire@example.org").count() == 1


def test_invitation_taken_back_opens_nothing(cast: Cast, browser: ActingClient, at: datetime) -> None:
    invitation = invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    link = link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr"))
    browser.acting(cast.facilitator).post(reverse("accounts:invitation-revoke", args=[invitation.pk]))
    assert ActingClient().get(link).status_code == 410
    assert ActingClient().post(link, profile()).status_code == 410
    assert not User.objects.filter(email="jeanne@exemple.fr").exists()


def test_invitation_sent_again_replaces_the_first_link(
    cast: Cast, browser: ActingClient, at: datetime
) -> None:
    invitation = invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    first = link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr"))
    browser.acting(cast.facilitator).post(reverse("accounts:invitation-again", args=[invitation.pk]))
    second = link_of(OutgoingEmail.objects.latest("pk"))
    assert ActingClient().get(first).status_code == 410
    assert ActingClient().get(second).status_code == 200


def test_an_invitation_falls_with_the_access_of_its_sender_until_a_colleague_sends_it_again(
    cast: Cast, browser: ActingClient, at: datetime
) -> None:
    invitation = invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    first = link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr"))
    colleague = accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Inès", last_name="Roy", email="ines@plie.example", is_manager=True
    )  # fmt: skip
    team = reverse("accounts:team")
    assert "Ne vaut plus" not in browser.acting(colleague).get(team).text
    left = Membership.objects.get(pk=cast.facilitator.membership_id or 0)
    memberships.close(membership=left, by=colleague, at=at)
    shut = ActingClient().get(first)
    assert shut.status_code == 410
    assert "Cette invitation ne vaut plus" in shut.text
    link = SignedLink.objects.get()
    assert invitations.renewed(link, first) is None
    with pytest.raises(Refused, match="demandez-en une autre"):
        invitations.accept(link=link, invitation=invitation, user=User.objects.get(pk=left.user_id), at=at)
    assert "Ne vaut plus" in browser.get(team).text
    browser.post(reverse("accounts:invitation-again", args=[invitation.pk]))
    again = OutgoingEmail.objects.latest("pk")
    assert "Inès Roy (PLIE Nord) vous ouvre un accès" in again.text
    assert "Inès Roy (PLIE Nord) vous invite" in ActingClient().get(link_of(again)).text
    assert "Ne vaut plus" not in browser.get(team).text
    ActingClient().post(link_of(again), profile())
    assert Membership.objects.filter(
        user__email="jeanne@exemple.fr", capacity__organisation=cast.builder
    ).exists()


def test_invitation_of_others_is_out_of_reach(cast: Cast, browser: ActingClient, at: datetime) -> None:
    invitation = invite(cast.facilitator, at, cast.builder, Role.CONTRACTOR)
    for stranger in (cast.buyer, cast.other_facilitator, cast.other_contractor):
        browser.acting(stranger)
        for name in ("invitation-again", "invitation-revoke"):
            assert browser.post(reverse(f"accounts:{name}", args=[invitation.pk])).status_code == 404
    assert OutgoingEmail.objects.filter(recipient="jeanne@exemple.fr").count() == 1


def test_form_of_a_facilitator_invites_to_another_organisation(cast: Cast, browser: ActingClient) -> None:
    form = {
        "submission": str(uuid4()),
        "email": "mairie@valmont.example",
        "role": Role.BUYER,
        "siret": accounts.siret(701),
        "name": "Commune de Rivalto",
        "kind": "COMMUNE",
        "is_manager": "on",
    }
    browser.acting(cast.facilitator).post(reverse("accounts:invite"), form)
    invitation = Invitation.objects.get()
    assert (invitation.capacity.organisation.buyer_kind, invitation.is_manager) == ("COMMUNE", True)
    again = browser.post(reverse("accounts:invite"), form)
    assert again.status_code == 422
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"siret": "123"}, "n’est pas un SIRET"),
        ({"siret": accounts.siret(702), "name": ""}, "indiquez son nom"),
        ({"email": "pas une adresse"}, "adresse"),
        ({"role": "FACILITATOR"}, "Sélectionnez un choix valide"),
    ],
)
def test_wrong_form_says_why_and_invites_nobody(
    cast: Cast, browser: ActingClient, changes: dict[str, str], said: str
) -> None:
    form = {"submission": str(uuid4()), "email": "a@b.example", "role": Role.BUYER} | changes
    page = browser.acting(cast.facilitator).post(reverse("accounts:invite"), form)
    assert page.status_code == 422
    assert said in page.text
    assert not Invitation.objects.exists()


def test_form_is_closed_to_who_manages_nothing(cast: Cast, browser: ActingClient) -> None:
    page = browser.acting(cast.contractor).get(reverse("accounts:invite"), follow=True)
    assert "Seule une personne qui gère les accès" in page.text
    assert browser.get(reverse("accounts:invite-into", args=[cast.painter.pk])).status_code == 404


def test_assistant_signs_with_the_name_of_the_elected_member(
    cast: Cast, browser: ActingClient, at: datetime
) -> None:
    invitations.invite(
        organisation=cast.commune,
        role=Role.SIGNATORY,
        guest=Guest("jeanne@exemple.fr", in_place_of="Louis Ferrand"),
        by=cast.coordinator,
        at=at,
    )
    browser.post(link_of(OutgoingEmail.objects.get(recipient="jeanne@exemple.fr")), profile())
    membership = Membership.objects.with_actor().get(user__email="jeanne@exemple.fr")
    assert membership.actor().name == "Jeanne Roy, pour Louis Ferrand"


@pytest.mark.parametrize("from_page_of_structure", [False, True])
def test_an_invitation_that_gives_power_waits_for_the_password_then_goes_on_by_itself(
    cast: Cast, browser: ActingClient, *, from_page_of_structure: bool
) -> None:
    with_password(cast.coordinator)
    Membership.objects.filter(pk=cast.coordinator.membership_id or 0).update(is_manager=True)
    form = {
        "submission": str(uuid4()), "email": "jeanne@exemple.fr", "role": Role.FACILITATOR, "is_manager": "on",
    }  # fmt: skip
    address = reverse("accounts:invite")
    if from_page_of_structure:
        address = reverse("accounts:invite-into", args=[cast.structure.pk])
    else:
        form["siret"] = cast.structure.siret or ""
    asked = browser.acting(cast.coordinator).post(address, form)
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not Invitation.objects.exists()
    done = browser.post(asked.headers["Location"], {"password": SIGN_IN})
    assert done.headers["Location"] == reverse("accounts:team")
    invitation = Invitation.objects.get()
    assert (invitation.capacity.organisation, invitation.is_manager) == (cast.structure, True)


def test_management_is_proposed_where_the_network_opens_the_first_door(
    cast: Cast, manager: Actor, browser: ActingClient
) -> None:
    def ticked(actor: Actor, into: Organisation | None = None) -> bool:
        address = reverse("accounts:invite-into", args=[into.pk]) if into else reverse("accounts:invite")
        page = browser.acting(actor).get(address)
        return bool(page.context["form"]["is_manager"].value())

    empty = accounts.organisation(name="Neuve", number=44, roles=(Role.CONTRACTOR,))
    assert ticked(cast.facilitator)
    assert ticked(cast.facilitator, empty)
    assert not ticked(cast.facilitator, cast.builder)
    assert not ticked(manager)
